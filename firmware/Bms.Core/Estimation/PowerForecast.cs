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
            _pulse.GoTo(soc, deciC);
            Line(mean, soc, resistance, a > 0f, seconds, deciC);
            return _baseMv + a * Rise(a > 0f ? -1f : -a);
        }

        /// <summary>Draws the resistance over the current of a pulse for the weakest cell; holds for the forecasts of a second.</summary>
        /// <param name="mean">Estimator of the mean cell.</param>
        /// <param name="deltas">What the cells differ from it by.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public void Draw(SocEstimator mean, CellDeltas deltas, int deciC)
        {
            _pulse.GoTo(mean.Soc + deltas.Lowest, deciC);
        }

        /// <summary>One forecast, with the curve of the last <see cref="Draw"/>.</summary>
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
            Line(mean, soc, deltas.WorstResistance > 0f ? deltas.WorstResistance : 0f, charging, seconds, deciC);
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

        // What base and rise are made of, in mV and mV per A.
        private void Line(SocEstimator mean, float soc, float resistance, bool charging, float seconds, int deciC)
        {
            CellCurves curves = _curves;
            curves.GoTo(soc, deciC, charging);
            float perAh = 1f / mean.CapacityAh;

            float factor = (1f + _resistance.BelievedError) * (1f + resistance) * perAh;
            factor = factor < 0.05f * perAh ? 0.05f * perAh : factor;
            float fastShare = Share(seconds, curves.FastTauS);
            float slowShare = Share(seconds, curves.SlowTauS);
            float hysteresis = mean.Hysteresis * curves.HysteresisMv;
            _baseMv = curves.OpenCircuitMv + hysteresis + mean.FastErrorMv + mean.SlowErrorMv
                + factor * (curves.FastMilliohmAh * mean.FastA * (1f - fastShare) + curves.SlowMilliohmAh * mean.SlowA * (1f - slowShare));
            _seriesMv = factor * curves.SeriesMilliohmAh;
            _fastMv = factor * curves.FastMilliohmAh * fastShare;
            _riseMv = factor * curves.SlowMilliohmAh * slowShare + curves.SlopeMv * seconds * perAh / 3600f;
            _perAh = perAh;
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
