namespace Bms.Core.Supervision
{
    /// <summary>Measures how well the loop keeps its time: when a cycle begins, how long it takes, and whether it ended before the next was due to end.</summary>
    /// <remarks>
    /// A deadline is missed where a cycle ends more than a period after it was due; after that the schedule starts anew with the next begin, so that the loop never rushes, and every due time that was
    /// left out counts as missed too. All times are in us of a clock that may roll over after 71 minutes. Integers only; allocates nothing.
    /// </remarks>
    public sealed class DeadlineMonitor
    {
        private const int LongestUs = 60000000;

        private readonly int _periodUs;
        private bool _started;
        private bool _hasInterval;
        private bool _isAnew;
        private uint _dueUs;
        private uint _startUs;
        private int _longestIntervalUs;
        private int _shortestIntervalUs = int.MaxValue;

        /// <param name="periodUs">Period of the cycle, in us, at least 1.</param>
        public DeadlineMonitor(int periodUs)
        {
            _periodUs = periodUs < 1 ? 1 : periodUs;
        }

        /// <summary>True once a board's loop reports here; before it nothing is known of the time.</summary>
        public bool IsMeasured
        {
            get { return _started; }
        }

        /// <summary>When the next cycle is due, in us.</summary>
        public uint DueUs
        {
            get { return _dueUs; }
        }

        /// <summary>Duration of the last cycle, in us.</summary>
        public int CycleUs { get; private set; }

        /// <summary>Time by which the last cycle began late, in us.</summary>
        public int LatenessUs { get; private set; }

        /// <summary>Longest lateness since <see cref="BeginWindow"/>, in us.</summary>
        public int MaxLatenessUs { get; private set; }

        /// <summary>Longest less shortest time between the begin of two cycles since <see cref="BeginWindow"/>, in us; 0 before there are two.</summary>
        public int JitterUs
        {
            get { return _shortestIntervalUs <= _longestIntervalUs ? _longestIntervalUs - _shortestIntervalUs : 0; }
        }

        /// <summary>Deadlines missed since start; wraps.</summary>
        public int MissedDeadlines { get; private set; }

        /// <summary>Deadlines missed in a row; 0 after a cycle that kept its own.</summary>
        public int MissedInARow { get; private set; }

        /// <summary>Begins a new window of <see cref="JitterUs"/> and <see cref="MaxLatenessUs"/>.</summary>
        public void BeginWindow()
        {
            MaxLatenessUs = 0;
            _longestIntervalUs = 0;
            _shortestIntervalUs = int.MaxValue;
        }

        /// <summary>A cycle begins.</summary>
        /// <param name="nowUs">Time in us.</param>
        public void Begin(uint nowUs)
        {
            if (!_started)
            {
                _started = true;
                _dueUs = nowUs;
            }
            else if (_hasInterval)
            {
                int interval = Bounded(nowUs - _startUs);
                if (interval > _longestIntervalUs)
                {
                    _longestIntervalUs = interval;
                }

                if (interval < _shortestIntervalUs)
                {
                    _shortestIntervalUs = interval;
                }
            }

            if (_isAnew)
            {
                _isAnew = false;
                _dueUs = nowUs;
            }

            _hasInterval = true;
            _startUs = nowUs;
            int late = (int)(nowUs - _dueUs);
            LatenessUs = late > 0 ? late : 0;
            if (LatenessUs > MaxLatenessUs)
            {
                MaxLatenessUs = LatenessUs;
            }
        }

        /// <summary>The cycle has ended; moves <see cref="DueUs"/> on.</summary>
        /// <param name="nowUs">Time in us.</param>
        public void End(uint nowUs)
        {
            CycleUs = Bounded(nowUs - _startUs);
            int late = (int)(nowUs - _dueUs);
            _dueUs += (uint)_periodUs;
            if (late <= _periodUs)
            {
                MissedInARow = 0;
                return;
            }

            // This cycle, and every due time that has passed with all of its period meanwhile.
            int missed = (late > LongestUs ? LongestUs : late) / _periodUs;
            MissedDeadlines += missed;
            MissedInARow += missed;
            _dueUs = nowUs;
            _isAnew = true;
        }

        /// <summary>Time was spent on purpose, as for storing with open contactors: the schedule starts anew, and nothing counts as missed.</summary>
        /// <param name="nowUs">Time in us.</param>
        public void Excuse(uint nowUs)
        {
            _dueUs = nowUs;
            _isAnew = true;
            _hasInterval = false;
        }

        private static int Bounded(uint us)
        {
            return us > LongestUs ? LongestUs : (int)us;
        }
    }
}
