namespace Bms.Core.Estimation
{
    /// <summary>Capacity of each cell against that of the mean cell, from what the cells drift apart by between two moments at which the state of charge is known without counting.</summary>
    /// <remarks>
    /// All cells in series carry the same charge: a cell whose state of charge changes by more than the mean one's has that much less capacity, whatever the current sensor is off by. Between the two moments it is
    /// C / C_mean = change / (change + what its difference from the mean has changed by). All cells share one variance and one gain (scalar Kalman filter), as they do in <see cref="CellDeltas"/>, which does
    /// the work one cell in a cycle and rests meanwhile. Allocates at construction only.
    /// </remarks>
    public sealed class CellCapacities
    {
        /// <summary>Parts of <see cref="Deviation"/> in 1.</summary>
        public const int Scale = 10000;

        /// <summary>Most that a cell may have less or more than the mean one, in parts of <see cref="Scale"/>.</summary>
        public const int MostDeviation = 8000;

        // Unlike cells of a used pack; what the capacities drift apart by between two pairs; what bleeding takes from a cell alone, as a fraction of capacity.
        private const float StartSigma = 0.03f;
        private const float PairDrift = 0.002f;
        private const float BledSigma = 0.01f;
        private const float LeastChange = 0.4f;
        private const float MaxVariance = 0.01f;

        /// <summary>Capacity of each cell over that of the mean cell, less 1, in parts of <see cref="Scale"/>.</summary>
        public readonly short[] Deviation;

        /// <summary>Variance of a deviation, as a fraction squared.</summary>
        public float Variance = StartSigma * StartSigma;

        /// <summary>True where cells have been bled since the last known moment: they drift apart by that, too.</summary>
        public bool IsBled;

        /// <summary>Pairs of known moments taken so far.</summary>
        public int Pairs;

        /// <summary>True while the cells are still to be gone through.</summary>
        public bool IsDue;

        // Differences of the cells from the mean at the last known moment, in the same parts.
        private readonly short[] _anchor;
        private bool _hasAnchor;
        private float _anchorSoc;
        private float _anchorVariance;
        private float _change;
        private bool _isPair;
        private float _gain;
        private int _cell;

        /// <summary>Makes cells that are all alike.</summary>
        /// <param name="cellCount">Cells in series, at least 1.</param>
        public CellCapacities(int cellCount)
        {
            Deviation = new short[cellCount];
            _anchor = new short[cellCount];
        }

        /// <summary>Tells that the state of charge of the mean cell is known now, as by <see cref="CapacityEstimator"/>.</summary>
        /// <param name="soc">State of charge, 0..1.</param>
        /// <param name="deltaVariance">Variance of a cell's difference from the mean, as <see cref="CellDeltas.Variance"/>.</param>
        public void NoteAnchor(float soc, float deltaVariance)
        {
            if (IsDue)
            {
                return;
            }

            float change = soc - _anchorSoc;
            float x = change < 0f ? -change : change;
            _isPair = _hasAnchor && x >= LeastChange;

            // A state in between is kept until a far one comes.
            if (_hasAnchor && !_isPair && soc > 0f && soc < 1f && x >= 0.01f && !IsBled)
            {
                return;
            }

            if (_isPair)
            {
                float bled = IsBled ? BledSigma * BledSigma : 0f;
                float variance = (deltaVariance + _anchorVariance + bled) / (x * x);
                Variance += PairDrift * PairDrift;
                _gain = Variance / (Variance + variance);
                Variance -= _gain * Variance;
                Pairs++;
            }

            IsBled = false;
            _hasAnchor = true;
            _anchorSoc = soc;
            _anchorVariance = deltaVariance;
            _change = change;
            _cell = 0;
            IsDue = true;
        }

        /// <summary>Takes one cell; after the last one nothing is due any more.</summary>
        /// <param name="delta">Differences of the cells from the mean in state of charge, as fractions.</param>
        public void Next(float[] delta)
        {
            int cell = _cell;
            float now = delta[cell];
            if (_isPair)
            {
                float apart = now - _anchor[cell] * (1f / Scale);
                float whole = _change + apart;

                // A cell that moved the other way, or three times as far, tells of its measurement and not of its capacity.
                float ratio = whole / _change;
                if (ratio > 0.33f && ratio < 3f)
                {
                    float deviation = Deviation[cell] * (1f / Scale);
                    deviation += _gain * (1f / ratio - 1f - deviation);
                    Deviation[cell] = Rounded(deviation);
                }
            }

            _anchor[cell] = Rounded(now);
            _cell = cell + 1;
            IsDue = _cell < delta.Length;
        }

        /// <summary>Takes what was learnt of all cells in an earlier run; the deviations were put in place before.</summary>
        /// <param name="variance">Variance of a deviation.</param>
        public void Recall(float variance)
        {
            Variance = variance > MaxVariance ? MaxVariance : variance;
        }

        private static short Rounded(float x)
        {
            float parts = x * Scale;
            return parts <= -MostDeviation ? (short)-MostDeviation : parts >= MostDeviation ? (short)MostDeviation : (short)(parts < 0f ? parts - 0.5f : parts + 0.5f);
        }
    }
}
