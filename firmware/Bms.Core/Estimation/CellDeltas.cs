using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Estimation
{
    /// <summary>What each cell differs from the mean cell by, in state of charge and in resistance: one filter for all, one cell at a time.</summary>
    /// <remarks>
    /// Bar-delta filtering (G. Plett, Battery Management Systems vol. 2, section 5.4) made cheap: all cells are looked at equally often, so that all share one covariance and one gain,
    /// which is computed once a round; a cell costs its own innovation and two additions. A cell whose voltage was taken while the current changed is left out for that round.
    /// Allocates at construction only.
    /// </remarks>
    public sealed class CellDeltas
    {
        private const float StartSigma = 0.05f;
        private const float ResistanceSigma = 0.1f;
        private const float NoiseMv = 3f;
        private const float NoiseLoadPart = 0.05f;

        // How fast cells drift apart: by unlike capacity, per square root of charge moved; by self-discharge, per square root of an hour.
        private const float DriftPerCharge = 0.02f;
        private const float DriftPerHour = 0.002f;
        private const float ResistanceDriftPerHour = 0.01f;

        // Offset of one cell's voltage against the mean of all: it looks like charge and never averages out.
        private const float OffsetMv = 3f;


        // So near to the mean cell the load changes in a line.
        private const float NearSoc = 0.01f;

        // What the tables have wrong does not average out either: a part of the load, and a part of what the cells lie apart by.
        private const float ShapePart = 0.03f;
        private const float SpreadPart = 0.05f;
        private const float LargestChangeMv = 10f;
        private const float MaxDelta = 0.6f;

        // After a start: what the resistances may have changed by, and what the spread of the voltages may differ from the one that was stored.
        private const float RecalledResistanceSigma = 0.03f;
        private const float MostSpreadMv = 40f;

        /// <summary>State of charge of each cell less that of the mean cell, as a fraction.</summary>
        public readonly float[] Soc;

        /// <summary>Resistance of each cell over that of the mean cell, less 1.</summary>
        public readonly float[] Resistance;

        /// <summary>Difference of the lowest cell, as a fraction; at the end of the last round.</summary>
        public float Lowest;

        /// <summary>Difference of the highest cell, as a fraction; at the end of the last round.</summary>
        public float Highest;

        /// <summary>Resistance of the worst cell over that of the mean cell, less 1; at the end of the last round.</summary>
        public float WorstResistance;

        /// <summary>Variance of a difference in state of charge.</summary>
        public float Variance;

        /// <summary>Its root, at the end of the last round; nearer to it with each. 0 for a single cell.</summary>
        public float Sigma;

        /// <summary>Capacity of each cell against the mean.</summary>
        public readonly CellCapacities Capacities;

        /// <summary>True where the differences came from storage and have not been looked at yet.</summary>
        public bool IsRecalled;

        private readonly CellCurves _curves;
        private readonly int _count;
        private float _socVariance = StartSigma * StartSigma;
        private float _crossVariance;
        private float _resistanceVariance = ResistanceSigma * ResistanceSigma;
        private float _socGain;
        private float _resistanceGain;
        private float _meanOcvMv;

        // Differences in state of charge within which the open-circuit voltage differs by the slope alone.
        private float _lineFrom;
        private float _lineTo;
        private float _lineSlopeMv;

        // What flows through the resistances of all cells, over their capacity, and what it makes of the mean cell.
        private float _rate;
        private float _fastRate;
        private float _slowRate;
        private float _hysteresis;
        private float _meanLoadMv;
        private float _loadSlopeMv;
        private bool _isLooked;
        private float _nextSoc;
        private float _roundSoc;
        private float _low;
        private float _high;
        private float _worst;
        private int _cell;
        private int _seen;
        private uint _roundMs;
        private bool _started;

        /// <summary>Makes differences of zero.</summary>
        /// <param name="cellCount">Cells in series, at least 1.</param>
        /// <param name="curves">Tables of the cell, at the temperature of the mean cell.</param>
        public CellDeltas(int cellCount, CellCurves curves)
        {
            _count = cellCount;
            _curves = curves;
            Soc = new float[cellCount];
            Resistance = new float[cellCount];
            Capacities = new CellCapacities(cellCount);
        }

        /// <summary>Variance of a resistance over that of the mean cell.</summary>
        public float ResistanceVariance
        {
            get { return _resistanceVariance; }
        }

        /// <summary>Takes what was learnt of all cells in an earlier run; the values of the cells were put in place before. Before the first cycle.</summary>
        /// <param name="socVariance">Variance of a difference in state of charge then.</param>
        /// <param name="resistanceVariance">Variance of a resistance then.</param>
        public void Recall(float socVariance, float resistanceVariance)
        {
            _socVariance = socVariance;
            _crossVariance = 0f;
            _resistanceVariance = resistanceVariance + RecalledResistanceSigma * RecalledResistanceSigma;
            Variance = socVariance;
            Lowest = MaxDelta;
            Highest = -MaxDelta;
            WorstResistance = -1f;
            for (int cell = 0; cell < _count; cell++)
            {
                Lowest = Soc[cell] < Lowest ? Soc[cell] : Lowest;
                Highest = Soc[cell] > Highest ? Soc[cell] : Highest;
                WorstResistance = Resistance[cell] > WorstResistance ? Resistance[cell] : WorstResistance;
            }

            IsRecalled = true;
        }

        /// <summary>Weighs what was recalled against the first measurement: believed less for what has flowed and passed since, and not at all where the voltages lie otherwise.</summary>
        /// <param name="lowest">Difference of the lowest cell, by its voltage alone, 0 or less.</param>
        /// <param name="highest">Difference of the highest cell, by its voltage alone, 0 or more.</param>
        /// <param name="slopeMv">Slope of the open-circuit voltage there, in mV for the whole charge.</param>
        /// <param name="moved">Change of the mean state of charge since it was stored.</param>
        /// <param name="restHours">Time since then, in hours.</param>
        /// <returns>False where nothing of it is left: the caller starts from the voltages.</returns>
        public bool Weigh(float lowest, float highest, float slopeMv, float moved, float restHours)
        {
            if (!IsRecalled)
            {
                return false;
            }

            float spreadMv = (highest - lowest - Highest + Lowest) * slopeMv;
            if (spreadMv > MostSpreadMv || spreadMv < -MostSpreadMv)
            {
                System.Array.Clear(Soc, 0, _count);
                _socVariance = StartSigma * StartSigma;
                Variance = _socVariance;
                IsRecalled = false;
                return false;
            }

            _socVariance += DriftPerCharge * DriftPerCharge * (moved < 0f ? -moved : moved) + DriftPerHour * DriftPerHour * restHours;
            _socVariance = _socVariance > StartSigma * StartSigma ? StartSigma * StartSigma : _socVariance;
            Variance = _socVariance;
            return true;
        }

        /// <summary>Takes the two extremes before the first round is done.</summary>
        /// <param name="lowest">Difference of the lowest cell, 0 or less.</param>
        /// <param name="highest">Difference of the highest cell, 0 or more.</param>
        public void StartFrom(float lowest, float highest)
        {
            Lowest = lowest;
            Highest = highest;
        }

        /// <summary>Looks at the next cell; after the last one a round is done and the gain for the next is computed.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="mean">Estimator of the mean cell.</param>
        /// <param name="a">Current of that step, in A.</param>
        /// <param name="changeMv">What the current of this cycle makes of the series resistance against that of the estimator's last step, in mV.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, SocEstimator mean, float a, float changeMv, uint nowMs)
        {
            int cell = _cell;
            if (!_started || cell >= _count)
            {
                EndRound(mean, a, nowMs);
                return;
            }

            _cell = cell + 1;
            int mv = m.CellVoltageMv[cell];
            int sum = m.CellSumMv;
            if (mv == SignalValue.NotAvailable || sum == SignalValue.NotAvailable)
            {
                return;
            }

            float delta = Soc[cell];
            float resistance = Resistance[cell];
            if (changeMv < LargestChangeMv && changeMv > -LargestChangeMv)
            {
                float gain = _socGain;
                float apartMv = delta * _lineSlopeMv;
                if ((delta < _lineFrom || delta > _lineTo) && delta != 0f)
                {
                    // Where the curve is steeper than at the mean cell, the gain would lead too far.
                    float lineMv = apartMv;
                    float soc = _roundSoc + delta;
                    apartMv = _curves.OcvOf(soc) - _meanOcvMv;
                    apartMv += delta < NearSoc && delta > -NearSoc ? delta * _loadSlopeMv : _curves.LoadOf(soc, _rate, _fastRate, _slowRate, _hysteresis) - _meanLoadMv;
                    float steeper = apartMv / lineMv;
                    gain = steeper > 1f ? gain / steeper : steeper > 0f ? gain * steeper : 0f;
                }

                float error = mv - (float)sum / _count - apartMv - mean.LoadMv * resistance;
                delta += gain * error;
                delta = delta < -MaxDelta ? -MaxDelta : delta > MaxDelta ? MaxDelta : delta;
                resistance += _resistanceGain * error;
                resistance = resistance < -0.5f ? -0.5f : resistance > 4f ? 4f : resistance;
                Soc[cell] = delta;
                Resistance[cell] = resistance;
            }

            _seen++;
            if (delta < _low)
            {
                _low = delta;
            }

            if (delta > _high)
            {
                _high = delta;
            }

            if (resistance > _worst)
            {
                _worst = resistance;
            }
        }

        private void EndRound(SocEstimator mean, float a, uint nowMs)
        {
            if (Capacities.IsDue)
            {
                // Another round, in place of one that compares.
                Capacities.Next(Soc);
                return;
            }

            if (!_isLooked)
            {
                _isLooked = true;
                Look(mean, a);
                return;
            }

            _isLooked = false;
            float soc = _nextSoc;
            float elapsedS = 1f;
            if (_started)
            {
                if (_seen > 0)
                {
                    Lowest = _low;
                    Highest = _high;
                    WorstResistance = _worst;
                }

                uint elapsedMs = nowMs - _roundMs;
                elapsedS = (elapsedMs > 60000 ? 60000 : elapsedMs) * 0.001f;
            }

            float moved = soc - _roundSoc;
            if (!_started)
            {
                moved = 0f;
            }

            float hours = elapsedS / 3600f;
            _socVariance += DriftPerCharge * DriftPerCharge * (moved < 0f ? -moved : moved) + DriftPerHour * DriftPerHour * hours;
            _resistanceVariance += ResistanceDriftPerHour * ResistanceDriftPerHour * hours;
            if (_socVariance > StartSigma * StartSigma)
            {
                _socVariance = StartSigma * StartSigma;
            }

            if (_resistanceVariance > ResistanceSigma * ResistanceSigma)
            {
                _resistanceVariance = ResistanceSigma * ResistanceSigma;
            }

            _started = true;
            _roundMs = nowMs;
            _roundSoc = soc;
            _cell = 0;
            _low = MaxDelta;
            _high = -MaxDelta;
            _worst = -1f;
            _seen = 0;
            float ocvSlope = _curves.PieceSlopeMv;
            float slope = ocvSlope + _loadSlopeMv;
            slope = slope < 0.3f * ocvSlope ? 0.3f * ocvSlope : slope;
            _lineSlopeMv = slope < 1f ? 1f : slope;
            float load = mean.LoadMv;
            float loadNoise = NoiseLoadPart * load;
            float g0 = slope * _socVariance + load * _crossVariance;
            float g1 = slope * _crossVariance + load * _resistanceVariance;
            float variance = slope * g0 + load * g1 + NoiseMv * NoiseMv + loadNoise * loadNoise;
            float inverse = 1f / (variance > 1f ? variance : 1f);
            _socGain = g0 * inverse;
            _resistanceGain = g1 * inverse;
            _socVariance -= _socGain * g0;
            _crossVariance -= _socGain * g1;
            _resistanceVariance -= _resistanceGain * g1;
            _socVariance = _socVariance < 1e-8f ? 1e-8f : _socVariance;
            _resistanceVariance = _resistanceVariance < 1e-6f ? 1e-6f : _resistanceVariance;
            float offset = (OffsetMv + ShapePart * (load < 0f ? -load : load)) / (ocvSlope > 50f ? ocvSlope : 50f);
            float spread = SpreadPart * (Highest - Lowest);
            if (_count > 1)
            {
                Variance = _socVariance + offset * offset + spread * spread;
                float sigma = Sigma > 0.001f ? Sigma : 0.001f;
                Sigma = 0.5f * (sigma + Variance / sigma);
            }
        }

        // The first of the two cycles between rounds: the curve around the mean cell, and what the load makes of it.
        private void Look(SocEstimator mean, float a)
        {
            float soc = mean.Soc;
            _nextSoc = soc;
            _meanOcvMv = _curves.OcvOf(soc);
            _curves.FindPiece(soc);
            _lineFrom = _curves.PieceFromSoc - soc;
            _lineTo = _curves.PieceToSoc - soc;
            float perAh = 1f / mean.CapacityAh;
            _rate = a * perAh;
            _fastRate = mean.FastA * perAh;
            _slowRate = mean.SlowA * perAh;
            _hysteresis = mean.Hysteresis;
            _meanLoadMv = _curves.LoadOf(soc, _rate, _fastRate, _slowRate, _hysteresis);
            float from = _curves.LoadOf(_curves.PieceFromSoc, _rate, _fastRate, _slowRate, _hysteresis);
            float to = _curves.LoadOf(_curves.PieceToSoc, _rate, _fastRate, _slowRate, _hysteresis);
            _loadSlopeMv = (to - from) / (_curves.PieceToSoc - _curves.PieceFromSoc);
        }
    }
}
