using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Core.Protection
{
    /// <summary>Finds cell modules and a current sensor that repeat an old value in frames that are good otherwise.</summary>
    /// <remarks>
    /// A value that stands still is no fault by itself: a resting pack stands still too. So each sender is held against the other. A module is frozen while the sum of its cells has not changed
    /// by a bit although the current has; the current sensor is, while the pack voltage jumps up and down under a current that has not changed by a bit. A slope in one direction counts once
    /// only: so do cells that recover after a load. One module a second is looked at, one in each call at most. Allocates nothing after construction.
    /// </remarks>
    public sealed class FrozenWatch
    {
        private const int PeriodMs = 1000;
        private const int LongestGapMs = 3000;
        private const uint JumpWindowMs = 500;
        private const int JumpDivisor = 100;

        /// <summary>Longest time for which a module has been frozen, in ms.</summary>
        public int ModuleFrozenMs;

        /// <summary>That module, from 0.</summary>
        public int FrozenModule;

        /// <summary>Jumps of the pack voltage, up and down in turn, since the current changed last.</summary>
        public int CurrentJumps;

        private readonly int _cellsPerModule;
        private readonly int _movedMa;
        private readonly uint _callEveryMs;
        private readonly int[] _sumMv;
        private readonly int[] _currentMa;
        private readonly int[] _frozenMs;
        private readonly uint[] _lookedMs;

        private int _next;
        private uint _lastCallMs;
        private bool _started;

        private int _heldMa = SignalValue.NotAvailable;
        private int _windowSumMv;
        private uint _windowMs;
        private bool _jumpedUp;

        /// <summary>Makes it with everything moving.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public FrozenWatch(ParameterBlock parameters)
        {
            int modules = ModuleProtocol.ModuleCountOf(parameters);
            _cellsPerModule = ModuleProtocol.CellsPerModuleOf(parameters);
            _callEveryMs = (uint)(PeriodMs / modules);

            // A tenth of C moves twelve cells of any chemistry by more than a millivolt altogether.
            _movedMa = parameters.Get(ParameterId.CapacityMah) / 10;
            _sumMv = new int[modules];
            _currentMa = new int[modules];
            _frozenMs = new int[modules];
            _lookedMs = new uint[modules];
        }

        /// <summary>Looks at the next module, if its time has come.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void UpdateModules(PackMeasurement m, uint nowMs)
        {
            if (_started && nowMs - _lastCallMs < _callEveryMs)
            {
                return;
            }

            _started = true;
            _lastCallMs = nowMs;
            int module = _next;
            _next = module == _sumMv.Length - 1 ? 0 : module + 1;
            Look(module, m, nowMs);
        }

        /// <summary>Holds the current against the cells.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="isClosed">True while the main contactors carry the current.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void UpdateCurrent(PackMeasurement m, bool isClosed, uint nowMs)
        {
            int current = m.CurrentMa;
            int sum = m.CellSumMv;
            if (!isClosed || current == SignalValue.NotAvailable || current != _heldMa || sum == SignalValue.NotAvailable)
            {
                _heldMa = current;
                _windowSumMv = sum;
                _windowMs = nowMs;
                CurrentJumps = 0;
                return;
            }

            if (nowMs - _windowMs < JumpWindowMs)
            {
                return;
            }

            int step = sum - _windowSumMv;
            int large = _windowSumMv / JumpDivisor;
            _windowSumMv = sum;
            _windowMs = nowMs;
            bool up = step > large;
            if ((up || step < -large) && (CurrentJumps == 0 || up != _jumpedUp))
            {
                CurrentJumps++;
                _jumpedUp = up;
            }
        }

        private void Look(int module, PackMeasurement m, uint nowMs)
        {
            int sum = SumOf(module, m.CellVoltageMv);
            int current = m.CurrentMa;
            uint elapsedMs = nowMs - _lookedMs[module];
            _lookedMs[module] = nowMs;
            if (sum == SignalValue.NotAvailable || sum != _sumMv[module] || current == SignalValue.NotAvailable || elapsedMs > LongestGapMs)
            {
                _sumMv[module] = sum;
                _currentMa[module] = current;
                Set(module, 0);
                return;
            }

            int moved = current - _currentMa[module];
            if (_currentMa[module] == SignalValue.NotAvailable)
            {
                _currentMa[module] = current;
            }
            else if (moved > _movedMa || moved < -_movedMa)
            {
                Set(module, _frozenMs[module] + (int)elapsedMs);
            }
        }

        private int SumOf(int module, int[] cells)
        {
            int first = module * _cellsPerModule;
            int end = first + _cellsPerModule;
            if (end > cells.Length)
            {
                end = cells.Length;
            }

            int sum = 0;
            for (int cell = first; cell < end; cell++)
            {
                int mv = cells[cell];
                if (mv == SignalValue.NotAvailable)
                {
                    return mv;
                }

                sum += mv;
            }

            return sum;
        }

        private void Set(int module, int frozenMs)
        {
            if (_frozenMs[module] == frozenMs)
            {
                return;
            }

            _frozenMs[module] = frozenMs;
            int longest = 0;
            for (int i = 0; i < _frozenMs.Length; i++)
            {
                if (_frozenMs[i] > longest)
                {
                    longest = _frozenMs[i];
                    FrozenModule = i;
                }
            }

            ModuleFrozenMs = longest;
        }
    }
}
