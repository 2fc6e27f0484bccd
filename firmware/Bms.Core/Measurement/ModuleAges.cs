namespace Bms.Core.Measurement
{
    /// <summary>Watches how old the frames of the cell modules are, and takes the values away that are too old.</summary>
    /// <remarks>
    /// A quarter of the modules has its turn in each cycle, so that an old frame is noticed 40 ms late at most. A quarter whose oldest frame cannot have become old yet is passed over; one that
    /// is due soon has its look in a cycle with few frames. Allocates nothing after construction.
    /// </remarks>
    internal sealed class ModuleAges
    {
        /// <summary>Ages stop growing here (70 min), so that they never come round through the clock's roll-over.</summary>
        public const int LongAgoMs = 1 << 22;

        private const int Parts = 4;

        // So much earlier than it must a quarter has its look, where the cycle has room for it.
        private const int EarlyMs = 40;

        private readonly PackMeasurement _m;
        private readonly ModuleValues _values;
        private readonly FrameCheck _check;
        private readonly int _limitMs;
        private readonly int _noticeMs;
        private readonly int _modulesWithTemperatures;
        private readonly uint[] _dueMs = new uint[Parts];
        private int _part;
        private int _scanMs;
        private int _scanModule;
        private bool _started;

        /// <param name="m">Where the age of the oldest frame goes.</param>
        /// <param name="values">Values and times of the frames.</param>
        /// <param name="check">Counters: those of old frames no longer count as usual.</param>
        /// <param name="limitMs">Age from which on values are not available.</param>
        /// <param name="noticeMs">Ages up to this one are of no interest.</param>
        /// <param name="modulesWithTemperatures">Modules that send temperatures.</param>
        public ModuleAges(PackMeasurement m, ModuleValues values, FrameCheck check, int limitMs, int noticeMs, int modulesWithTemperatures)
        {
            _m = m;
            _values = values;
            _check = check;
            _limitMs = limitMs;
            _noticeMs = noticeMs < limitMs ? noticeMs : limitMs;
            _modulesWithTemperatures = modulesWithTemperatures;
        }

        /// <summary>Age of the oldest frame of a module, in ms.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="nowMs">Controller time.</param>
        public int Of(int module, uint nowMs)
        {
            ModuleValues values = _values;
            uint[] times = values.TimeMs;
            bool[] hasValues = values.HasValues;
            int stride = values.Stride;
            int end = (module < _modulesWithTemperatures ? values.VoltageFrames + 1 : values.VoltageFrames) * stride;
            int oldest = 0;
            for (int slot = module; slot < end; slot += stride)
            {
                // A voltage frame without a cell of the pack is nobody's loss; some short modules do not send it.
                int age = (int)(nowMs - times[slot]);
                if (age > oldest && hasValues[slot])
                {
                    oldest = age;
                }
            }

            return oldest;
        }

        /// <summary>Looks at the next quarter, if one of its frames may be old.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Scan(uint nowMs)
        {
            int part = _part;
            int late = (int)(nowMs - _dueMs[part]);
            if (late >= 0 || !_started || (late >= -EarlyMs && !_m.IsBusy))
            {
                Look(part, nowMs);
            }

            _part = part + 1;
            if (part == Parts - 1)
            {
                // That the oldest no longer is, is known after all quarters.
                _started = true;
                _m.OldestModuleAgeMs = _scanMs;
                _m.OldestModule = _scanModule;
                _part = 0;
                _scanMs = 0;
            }
        }

        private void Look(int part, uint nowMs)
        {
            int modules = _values.ModuleCount;
            int oldest = 0;
            for (int module = part; module < modules; module += Parts)
            {
                int age = Of(module, nowMs);
                if (age > oldest)
                {
                    oldest = age;
                }

                if (age > _noticeMs)
                {
                    Notice(module, age, nowMs);
                }
            }

            // Beyond the threshold, not at it.
            _dueMs[part] = nowMs + (uint)(oldest > _noticeMs ? 0 : _noticeMs - oldest + 1);
        }

        private void Notice(int module, int age, uint nowMs)
        {
            if (age > _limitMs)
            {
                ForgetOldFrames(module, nowMs);
            }

            if (age > _scanMs)
            {
                _scanMs = age;
                _scanModule = module;

                // What is older than all others is known at once.
                if (age > _m.OldestModuleAgeMs)
                {
                    _m.OldestModuleAgeMs = age;
                    _m.OldestModule = module;
                }
            }
        }

        private void ForgetOldFrames(int module, uint nowMs)
        {
            ModuleValues values = _values;
            for (int block = 0; block <= values.VoltageFrames; block++)
            {
                int slot = block * values.Stride + module;
                int age = (int)(nowMs - values.TimeMs[slot]);
                if (age > LongAgoMs)
                {
                    values.TimeMs[slot] = nowMs - LongAgoMs;
                }

                if (age > _limitMs && values.IsFresh[slot])
                {
                    // The counter is kept: a sender whose counter stands still must not pass as one that begins anew.
                    _check.Expected[slot] |= FrameCheck.Unusual;
                    values.Forget(module, block);
                }
            }
        }
    }
}
