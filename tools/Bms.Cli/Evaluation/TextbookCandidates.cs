using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>The textbook coulomb counter: open-circuit voltage once at the start where nothing is stored, then nothing but the current.</summary>
    internal sealed class CoulombCounter(CellParameters cell, double capacityAh, double? initialSoc) : SocCandidate
    {
        private double _soc = initialSoc ?? double.NaN;

        public override double Soc => Math.Clamp(_soc, 0, 1);

        public override double Sigma => double.NaN;

        public override void Step(double currentA, double voltageV, double temperatureC, double stepS)
        {
            if (double.IsNaN(_soc))
            {
                _soc = cell.SocAtOcv(voltageV - (currentA * cell.At(cell.R0DischargeOhm, 0.5, 25)), 25);
                return;
            }

            _soc += currentA * stepS / (3600 * capacityAh);
        }
    }

    /// <summary>The textbook extended Kalman filter: open-circuit voltage, one resistance and one RC pair, fixed at the test's first temperature and half charge; white noise.</summary>
    /// <remarks>
    /// Two states (state of charge, voltage of the pair), as in G. Plett, Battery Management Systems vol. 2, section 3.9, with the settings of most published code: process noise of 1e-6 a second
    /// on the state of charge, 10 mV of white noise on the voltage, a start that is trusted to 10 points.
    /// </remarks>
    internal sealed class TextbookEkf(CellParameters cell, double capacityAh, double? initialSoc) : SocCandidate
    {
        private const double Middle = 0.5;
        private const double ProcessPerS = 1e-8;
        private const double PairProcessPerS = 1e-6;
        private const double NoiseV = 0.01;

        private double _r0;
        private double _r1;
        private double _tau;
        private double _fixedC = double.NaN;
        private double _soc = initialSoc ?? double.NaN;
        private double _pairV;
        private double _p00 = 0.01;
        private double _p01;
        private double _p11 = 1e-4;

        public override double Soc => Math.Clamp(_soc, 0, 1);

        public override double Sigma => double.IsNaN(_soc) ? double.NaN : Math.Sqrt(Math.Max(_p00, 0));

        public override void Step(double currentA, double voltageV, double temperatureC, double stepS)
        {
            if (double.IsNaN(_fixedC))
            {
                _fixedC = temperatureC;
                _r0 = cell.At(cell.R0DischargeOhm, Middle, _fixedC);
                _r1 = cell.At(cell.R1Ohm, Middle, _fixedC);
                _tau = cell.At(cell.Tau1S, Middle, _fixedC);
            }

            if (double.IsNaN(_soc))
            {
                _soc = cell.SocAtOcv(voltageV - (currentA * _r0), _fixedC);
                return;
            }

            double a = Math.Exp(-stepS / _tau);
            _soc += currentA * stepS / (3600 * capacityAh);
            _pairV = (a * _pairV) + (_r1 * (1 - a) * currentA);
            _p00 += ProcessPerS * stepS;
            _p01 *= a;
            _p11 = (a * a * _p11) + (PairProcessPerS * stepS);

            double slope = (cell.OcvAt(_soc + 0.005, _fixedC) - cell.OcvAt(_soc - 0.005, _fixedC)) / 0.01;
            double error = voltageV - (cell.OcvAt(_soc, _fixedC) + _pairV + (_r0 * currentA));
            double g0 = (slope * _p00) + _p01;
            double g1 = (slope * _p01) + _p11;
            double s = (slope * g0) + g1 + (NoiseV * NoiseV);
            _soc = Math.Clamp(_soc + (g0 / s * error), -0.05, 1.05);
            _pairV += g1 / s * error;
            _p00 -= g0 * g0 / s;
            _p01 -= g0 * g1 / s;
            _p11 -= g1 * g1 / s;
        }
    }
}
