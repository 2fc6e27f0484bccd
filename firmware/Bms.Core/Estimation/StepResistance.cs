namespace Bms.Core.Estimation
{
    /// <summary>Resistance of the mean cell, from what steps of the current do to its voltage: for health and power.</summary>
    /// <remarks>
    /// The state of charge filter has a resistance of its own, but what it wants is the state of charge: it lets that state absorb whatever the model has wrong, in a rest too. A step of the current
    /// shows the resistance alone. Least squares of the measured step over that of the tables, weighted by its size and with a fading memory: two sums. Allocates nothing.
    /// </remarks>
    public sealed class StepResistance
    {
        // Steps in mV as the tables have them; sums in mV squared: what a start believes in the tables, and how much is remembered.
        private const float LeastStepMv = 15f;
        private const float StartSum = 40000f;
        private const float MemorySum = 400000f;
        private const float LongestStepS = 2f;

        // One standard deviation at the start; steps that the start counts for; what the shape of the tables leaves open, however many steps there were.
        private const float StartSigma = 0.2f;
        private const float StartCount = 4f;
        private const float TableSigma = 0.03f;
        private const float MostSigma = 1f;
        private const float MostMissedMv = 1000f;

        // New cells and the shape of the model differ by some of this; only what is beyond it counts as the cell's own.
        private const float Spread = 0.2f;

        // Towards the ends the resistance changes with every percent of charge.
        private const float LowestSoc = 0.2f;
        private const float HighestSoc = 0.9f;

        private readonly PulseCurve _pulse;
        private float _loadMv;
        private float _mv;
        private bool _hasLast;
        private float _across = StartSum;
        private float _square = StartSum;

        // What the steps miss the line by, in mV squared, over how many: the start counts as some that miss it by as much as unlike cells do.
        private float _residual = StartCount * StartSum * StartSigma * StartSigma;
        private float _count = StartCount;
        private float _sigma = StartSigma;

        /// <summary>Makes one that believes the tables.</summary>
        /// <param name="pulse">Of the chemistry, drawn for the state of charge and temperature of the pack once a second.</param>
        public StepResistance(PulseCurve pulse)
        {
            _pulse = pulse;
        }

        /// <summary>What the resistances differ from the tables by, as a fraction: 0.1 is 10 % more.</summary>
        public float Error
        {
            get { return _across / _square - 1f; }
        }

        /// <summary>The part of <see cref="Error"/> that a forecast should believe: a cell that has aged has more resistance than the tables, never less.</summary>
        public float BelievedError
        {
            get
            {
                float error = _across / _square - 1f;
                if (error <= 0f)
                {
                    return 0f;
                }

                float square = error * error;
                return error * square / (square + Spread * Spread);
            }
        }

        /// <summary>Takes what was learnt in an earlier run.</summary>
        /// <param name="error">As <see cref="Error"/>; beyond -0.7 or 4 it is clamped.</param>
        /// <param name="sigma">As <see cref="Sigma"/>; 0 where it is not known.</param>
        public void StartFrom(float error, float sigma)
        {
            sigma = sigma <= 0f || sigma > MostSigma ? StartSigma : sigma;
            _sigma = sigma;
            _count = StartCount;
            error = error < -0.7f ? -0.7f : error > 4f ? 4f : error;
            _square = 0.5f * MemorySum;
            _across = (1f + error) * _square;
            float variance = sigma * sigma - TableSigma * TableSigma;
            _residual = variance > 0f ? StartCount * _square * variance : 0f;
        }

        /// <summary>One standard deviation of <see cref="Error"/>, as a fraction. Nearer to it with each call: a standard deviation need not be exact.</summary>
        public float Sigma
        {
            get
            {
                float variance = _residual / (_count * _square) + TableSigma * TableSigma;
                float sigma = 0.5f * (_sigma + variance / _sigma);
                sigma = 0.5f * (sigma + variance / sigma);
                _sigma = sigma > MostSigma ? MostSigma : sigma;
                return _sigma;
            }
        }

        /// <summary>Looks at one second.</summary>
        /// <param name="mean">Estimator of the mean cell, corrected by this second.</param>
        /// <param name="curves">Tables at its place.</param>
        /// <param name="mv">Mean cell voltage of the second, in mV.</param>
        /// <param name="a">Mean current, in A; positive charges.</param>
        /// <param name="stepS">Length, in s.</param>
        /// <param name="isWhole">False where voltage or current were missing.</param>
        public void Update(SocEstimator mean, CellCurves curves, float mv, float a, float stepS, bool isWhole)
        {
            if (!isWhole || stepS > LongestStepS)
            {
                _hasLast = false;
                return;
            }

            float series = curves.SeriesMilliohmAh * a;
            float fast = curves.FastMilliohmAh * mean.FastA;
            if (a < 0f)
            {
                _pulse.At(-a / mean.CapacityAh);
                series *= _pulse.Series;
            }

            // When the current ends, what is left of a pulse goes as it came.
            if (mean.FastA < 0f)
            {
                float drawn = mean.FastA < a ? mean.FastA : a;
                _pulse.At(-drawn / mean.CapacityAh);
                fast *= _pulse.Fast;
            }

            float load = (series + fast + curves.SlowMilliohmAh * mean.SlowA) / mean.CapacityAh;
            float step = load - _loadMv;
            float seen = mv - _mv;
            _loadMv = load;
            _mv = mv;
            if (!_hasLast)
            {
                _hasLast = true;
                return;
            }

            if ((step < LeastStepMv && step > -LeastStepMv) || mean.Soc < LowestSoc || mean.Soc > HighestSoc)
            {
                return;
            }

            // No single step may say that a cell has no resistance, or five times as much.
            float square = step * step;
            float across = step * seen;
            across = across < 0.2f * square ? 0.2f * square : across > 5f * square ? 5f * square : across;
            float missed = seen - step * (_across / _square);
            missed = missed > MostMissedMv ? MostMissedMv : missed < -MostMissedMv ? -MostMissedMv : missed;
            _residual += missed * missed;
            _count += 1f;
            _square += square;
            _across += across;
            if (_square > MemorySum)
            {
                float keep = MemorySum / _square;
                _residual *= keep;
                _count *= keep;
                _square *= keep;
                _across *= keep;
            }
        }
    }
}
