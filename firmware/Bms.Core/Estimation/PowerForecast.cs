using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>What the pack could give and take for 2 s, 10 s, 30 s and on and on, from the same model that follows its state of charge.</summary>
    /// <remarks>
    /// The voltage at the end of a constant current is base + I * rise(I), the rise after <see cref="PulseCurve"/>. Solved for the cell voltage limit, then cut by the current limit, by the charge that is there, and by
    /// temperature (the corners of the parameter block). State of power after G. Plett, vol. 2, chapter 6. "On and on" is half an hour with full polarisation. One forecast a call, to spread the work.
    /// </remarks>
    public sealed class PowerForecast
    {
        /// <summary>Number of horizons.</summary>
        public const int Horizons = 4;

        // With less than this across the resistances, in mV, the voltage that was measured counts for more than what the filter expects.
        private const float CalmMv = 10f;

        // What the voltage tells in place of the state of charge may lie from it by so much.
        private const float MostShift = 0.2f;

        // Where the tables stand.
        private const int Nowhere = 0;
        private const int Discharge = 1;
        private const int Charge = 2;

        private static readonly float[] HorizonS = { 2f, 10f, 30f, 1800f };

        /// <summary>Discharging current that can be held for each horizon, in mA, as a magnitude.</summary>
        public readonly int[] DischargeMa = new int[Horizons];

        /// <summary>Charging current that can be held for each horizon, in mA.</summary>
        public readonly int[] ChargeMa = new int[Horizons];

        /// <summary>Power at the end of each horizon with that current, in W.</summary>
        public readonly int[] DischargeW = new int[Horizons];

        /// <summary>Power at the end of each horizon with that current, in W.</summary>
        public readonly int[] ChargeW = new int[Horizons];

        /// <summary>True once every current was forecast; from then on a forecast stands until the next.</summary>
        public bool IsKnown;

        private readonly CellCurves _curves;
        private readonly PulseCurve _pulse;
        private readonly StepResistance _resistance;
        private readonly int _cellCount;
        private readonly int _maxChargeMa;
        private readonly int _maxDischargeMa;
        private readonly int _highMv;
        private readonly int _lowMv;
        private float _baseMv;
        private float _riseMv;
        private float _seriesMv;
        private float _fastMv;
        private float _perAh;
        private float _calm;
        private float _errorMv;
        private float _nowMv;
        private float _beginSoc;
        private float _factor;
        private int _place;

        /// <summary>Makes a forecast of nothing.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="curves">Tables of the cell, at its temperature.</param>
        /// <param name="pulse">Of the chemistry; moved.</param>
        /// <param name="resistance">Resistance of the mean cell.</param>
        public PowerForecast(ParameterBlock parameters, CellCurves curves, PulseCurve pulse, StepResistance resistance)
        {
            _curves = curves;
            _pulse = pulse;
            _resistance = resistance;
            _cellCount = parameters.Get(ParameterId.CellCount);
            _maxChargeMa = parameters.Get(ParameterId.MaxChargeCurrentMa);
            _maxDischargeMa = parameters.Get(ParameterId.MaxDischargeCurrentMa);
            _highMv = parameters.Get(ParameterId.ChargeStopMv);
            _lowMv = parameters.Get(ParameterId.DischargeStopMv);
        }

        /// <summary>Voltage of a cell at the end of a current, in mV.</summary>
        /// <param name="mean">Estimator of the mean cell.</param>
        /// <param name="soc">State of charge of the cell now.</param>
        /// <param name="resistance">Its resistance over that of the mean cell, less 1.</param>
        /// <param name="a">Current, in A; positive charges.</param>
        /// <param name="seconds">Time for which it flows, in s.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public float VoltageMv(SocEstimator mean, float soc, float resistance, float a, float seconds, int deciC)
        {
            Place(mean, soc, resistance, deciC);
            _pulse.GoTo(_beginSoc, deciC);
            Line(mean, soc, a > 0f, seconds, deciC);
            return _baseMv + a * Rise(a > 0f ? -1f : -a);
        }

        /// <summary>Finds where the currents of the next second begin, for the weakest cell; discharging it counts as one standard deviation lower than it seems.</summary>
        /// <param name="mean">Estimator of the mean cell.</param>
        /// <param name="deltas">What the cells differ from it by.</param>
        /// <param name="at">Tables at the place of the mean cell.</param>
        /// <param name="mv">Mean cell voltage of the last second, in mV; 0 where it is missing.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public void Begin(SocEstimator mean, CellDeltas deltas, CellCurves at, float mv, int deciC)
        {
            float load = mean.LoadMv;
            float errorMv = mean.FastErrorMv + mean.SlowErrorMv;
            float quick = load - at.SlowMilliohmAh * mean.SlowA / mean.CapacityAh;
            float calm = mv > 0f ? CalmMv * CalmMv / (CalmMv * CalmMv + quick * quick) : 0f;
            _calm = calm;
            _errorMv = errorMv + calm * (mv - at.OcvOf(mean.Soc) - mean.Hysteresis * at.HysteresisMv - load * (1f + _resistance.BelievedError) - errorMv);
            Place(mean, mean.Soc + deltas.Lowest - deltas.Sigma, deltas.WorstResistance > 0f ? deltas.WorstResistance : 0f, deciC);
        }

        /// <summary>Draws the resistance over the current of a pulse there; holds for the forecasts of a second.</summary>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public void Draw(int deciC)
        {
            _pulse.GoTo(_beginSoc, deciC);
        }

        /// <summary>One forecast, from where <see cref="Begin"/> began, with the curve of the last <see cref="Draw"/>.</summary>
        /// <param name="part">0..<see cref="Horizons"/> - 1 discharging, then as many charging.</param>
        /// <param name="mean">Estimator of the mean cell.</param>
        /// <param name="deltas">What the cells differ from it by.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        /// <param name="chargePermille">What temperature leaves of the charging current.</param>
        /// <param name="dischargePermille">What temperature leaves of the discharging current.</param>
        public void Update(int part, SocEstimator mean, CellDeltas deltas, int deciC, int chargePermille, int dischargePermille)
        {
            bool charging = part >= Horizons;
            int at = charging ? part - Horizons : part;
            float seconds = HorizonS[at];
            float soc = mean.Soc + (charging ? deltas.Highest : deltas.Lowest);
            Line(mean, soc, charging, seconds, deciC);
            float apart = (charging ? _highMv : _lowMv) - _baseMv;

            // The factor falls slowly with the current: that of the forecast of a second ago leads there within a few seconds.
            float rise = Rise(charging ? -1f : DischargeMa[at] * 0.001f);
            float fromVoltage = apart / rise * 1000f;
            float fromCharge = (charging ? 1f - soc : -soc) * mean.CapacityAh * 3600000f / seconds;
            float max = charging ? 0.001f * chargePermille * _maxChargeMa : 0.001f * dischargePermille * _maxDischargeMa;
            float ma = charging ? Smaller(fromVoltage, fromCharge) : Smaller(-fromVoltage, -fromCharge);
            ma = ma < 0f ? 0f : ma > max ? max : ma;
            float watts = (_baseMv + (charging ? ma : -ma) * 0.001f * rise) * _cellCount * 0.001f * ma * 0.001f;
            if (charging)
            {
                ChargeMa[at] = (int)ma;
                ChargeW[at] = ToInt(watts);
                IsKnown |= at == Horizons - 1;
            }
            else
            {
                DischargeMa[at] = (int)ma;
                DischargeW[at] = ToInt(watts);
            }
        }

        // Where in the tables a discharge of a cell begins, and with which voltage. In a rest what a pulse meets goes by the voltage, as the fit of its factors took it, not by what was counted:
        // near empty a point of charge is a tenth of the resistance. Under load it goes by the state of charge.
        private void Place(SocEstimator mean, float soc, float resistance, int deciC)
        {
            CellCurves curves = _curves;
            curves.GoTo(soc, deciC, false);
            float perAh = 1f / mean.CapacityAh;
            float factor = (1f + _resistance.BelievedError) * (1f + resistance);
            factor = factor < 0.05f ? 0.05f * perAh : factor * perAh;
            float slowMv = curves.SlowMilliohmAh * mean.SlowA;
            float stillMv = curves.OpenCircuitMv + _errorMv;
            _nowMv = stillMv + mean.Hysteresis * curves.HysteresisMv + factor * (slowMv + curves.FastMilliohmAh * mean.FastA);
            float shift = 0f;
            if (_pulse.IsMeasured)
            {
                shift = _calm * (curves.SocNear(stillMv + slowMv * perAh) - soc);
                shift = shift < -MostShift ? -MostShift : shift > MostShift ? MostShift : shift;
            }

            _beginSoc = soc + shift;
            _perAh = perAh;
            _factor = factor;
            _place = Nowhere;
        }

        // mV per A of a discharging current, a magnitude in A, or below zero for any charging current; above zero, so that it can be divided by.
        private float Rise(float a)
        {
            float rise = _riseMv;
            if (a < 0f)
            {
                rise += _seriesMv + _fastMv;
            }
            else
            {
                _pulse.At(a * _perAh);
                rise += _seriesMv * _pulse.Series + _fastMv * _pulse.Fast;
            }

            return rise < 0.001f ? 0.001f : rise;
        }

        // What base and rise are made of, in mV and mV per A. The place in the tables holds for all horizons of a second.
        private void Line(SocEstimator mean, float soc, bool charging, float seconds, int deciC)
        {
            CellCurves curves = _curves;
            int place = charging ? Charge : Discharge;
            if (_place != place)
            {
                _place = place;
                curves.GoTo(charging ? soc : _beginSoc, deciC, charging);
            }

            float factor = _factor;
            float fast = curves.FastMilliohmAh * factor;
            float slow = curves.SlowMilliohmAh * factor;
            float fastShare = Share(seconds, curves.FastTauS);
            float slowShare = Share(seconds, curves.SlowTauS);
            float nowMv = charging ? curves.OpenCircuitMv + mean.Hysteresis * curves.HysteresisMv + _errorMv + fast * mean.FastA + slow * mean.SlowA : _nowMv;
            fast *= fastShare;
            slow *= slowShare;
            _baseMv = nowMv - fast * mean.FastA - slow * mean.SlowA;
            _seriesMv = factor * curves.SeriesMilliohmAh;
            _fastMv = fast;
            _riseMv = slow + curves.SlopeMv * seconds * _perAh / 3600f;
        }

        private static float Share(float seconds, float tau)
        {
            // exp(-x) as the fourth power of a rational exp(-x / 4), right to 0.001 up to x = 16; beyond that nothing is left.
            float x = seconds / tau * 0.25f;
            float half = 0.5f * x;
            float square = x * x / 12f;
            float left = (1f - half + square) / (1f + half + square);
            left = left < 0f ? 0f : left;
            left *= left;
            return x > 4f ? 1f : 1f - left * left;
        }

        private static float Smaller(float a, float b)
        {
            return a < b ? a : b;
        }

        private static int ToInt(float x)
        {
            return x <= 0f ? 0 : x >= 2000000000f ? 2000000000 : (int)x;
        }
    }
}
