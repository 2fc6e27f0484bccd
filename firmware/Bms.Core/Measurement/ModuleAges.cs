namespace Bms.Core.Measurement
{
    /// <summary>Watches how old the frames of the cell modules are, and takes the values away that are too old.</summary>
    /// <remarks>
    /// A quarter of the modules in each cycle: 40 ms at most until an old frame is noticed, at a quarter of the cost. While no frame is near a limit nobody asks how old the oldest is, so that
    /// a module costs one comparison for each of its frames. Allocates nothing after construction.
    /// </remarks>
    internal sealed class ModuleAges
    {
        /// <summary>Ages stop growing here (70 min), so that they never come round through the clock's roll-over.</summary>
        public const int LongAgoMs = 1 << 22;

        private const int Parts = 4;

        private readonly PackMeasurement _m;
        private readonly ModuleValues _values;
        private readonly uint[] _times;
        private readonly int _stride;
        private readonly FrameCheck _check;
        private readonly int _limitMs;
        private readonly int _noticeMs;
        private readonly int _modulesWithTemperatures;
        private readonly bool _hasFourFrames;
        private int _part;
        private int _scanMs;
        private int _scanModule;

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
            _times = values.TimeMs;
            _stride = values.Stride;
            _check = check;
            _limitMs = limitMs;
            _noticeMs = noticeMs < limitMs ? noticeMs : limitMs;
            _modulesWithTemperatures = modulesWithTemperatures;
            _hasFourFrames = values.VoltageFrames == ReferenceModules.VoltageFrames && values.ModuleCount <= modulesWithTemperatures;
        }

        /// <summary>Age of the oldest frame of a module, in ms.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="nowMs">Controller time.</param>
        public int Of(int module, uint nowMs)
        {
            ModuleValues values = _values;
            int oldest = 0;
            int blocks = module < _modulesWithTemperatures ? values.VoltageFrames + 1 : values.VoltageFrames;
            for (int block = 0; block < blocks; block++)
            {
                // A voltage frame without a cell of the pack is nobody's loss; some short modules do not send it.
                int age = (int)(nowMs - values.TimeMs[block * values.Stride + module]);
                if (age > oldest && values.HasValues(module, block))
                {
                    oldest = age;
                }
            }

            return oldest;
        }

        /// <summary>Looks at the next quarter.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Scan(uint nowMs)
        {
            uint[] times = _times;
            int stride = _stride;
            int modules = _values.ModuleCount;
            int part = _part;
            if (_hasFourFrames)
            {
                // Spelled out: this runs in every cycle.
                int notice = _noticeMs;
                for (int module = part; module < modules; module += Parts)
                {
                    if ((int)(nowMs - times[module]) > notice
                        || (int)(nowMs - times[module + stride]) > notice
                        || (int)(nowMs - times[module + 2 * stride]) > notice
                        || (int)(nowMs - times[module + 3 * stride]) > notice)
                    {
                        LookAt(module, nowMs);
                    }
                }
            }
            else
            {
                for (int module = part; module < modules; module += Parts)
                {
                    LookAt(module, nowMs);
                }
            }

            _part = part + 1;
            if (part == Parts - 1)
            {
                // That the oldest no longer is, is known after all quarters.
                _m.OldestModuleAgeMs = _scanMs;
                _m.OldestModule = _scanModule;
                _part = 0;
                _scanMs = 0;
            }
        }

        private void LookAt(int module, uint nowMs)
        {
            int age = Of(module, nowMs);
            if (age > _limitMs)
            {
                ForgetOldFrames(module, nowMs);
            }

            if (age > _noticeMs && age > _scanMs)
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
