using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Core.Protection
{
    /// <summary>Finds cell modules, single cells and a current sensor that repeat an old value in frames that are good otherwise, and a current that goes the wrong way.</summary>
    /// <remarks>
    /// A value that stands still is no fault by itself: a resting pack stands still too. So each sender is held against another. A module is frozen while the sum of its cells has not changed
    /// by a bit although the current has; a cell is, while it has not changed by a bit although those beside it, measured at the same moment, have; the current sensor is, while the pack
    /// voltage jumps up and down under a current that has not changed by a bit. A slope in one direction counts once only: so do cells that recover after a load. The current is reversed
    /// where the cells rise when it falls: from one steady current to the next, so that modules that are slower than the sensor tell no lies. Every module is looked at once a second and every
    /// cell every few seconds, one of them in each call at most. Allocates nothing after construction.
    /// </remarks>
    public sealed class FrozenWatch
    {
        private const int PeriodMs = 1000;
        private const int LongestGapMs = 3000;
        private const uint JumpWindowMs = 500;
        private const int JumpDivisor = 100;
        private const int CellPeriodMs = 10000;

        // The cells beside it have to move by so much, from look to look, before one that stands still is suspected.
        private const int CellMovedMv = 15;
        private const int Group = 4;

        // Longer than the slowest modules take for a round; the second time bounds what the charge itself changes.
        private const uint SteadyMs = 1200;
        private const uint StepLookMs = 200;
        private const uint LongestStepMs = 5000;
        private const int AnswerDivisor = 200;

        /// <summary>Longest time for which a module has been frozen, in ms.</summary>
        public int ModuleFrozenMs;

        /// <summary>That module, from 0.</summary>
        public int FrozenModule;

        /// <summary>Jumps of the pack voltage, up and down in turn, since the current changed last.</summary>
        public int CurrentJumps;

        /// <summary>Looks at which a cell read the same to the bit although those beside it had moved again; the highest count of all cells.</summary>
        public int CellLooks;

        /// <summary>That cell, from 0.</summary>
        public int FrozenCell;

        /// <summary>Steps of the current in a row that the cells answered the other way; 0 while the contactors are open.</summary>
        public int ReversedSteps;

        private readonly int _cellsPerModule;
        private readonly int _movedMa;
        private readonly uint _callEveryMs;
        private readonly int[] _sumMv;
        private readonly int[] _currentMa;
        private readonly int[] _frozenMs;
        private readonly uint[] _lookedMs;

        private readonly int _steadyMa;
        private readonly int _stepMa;
        private readonly uint _cellEveryMs;
        private readonly int[] _cellMv;
        private readonly int[] _besideMv;
        private readonly byte[] _cellLooks;
        private readonly int _lastGroup;

        private int _next;
        private int _nextCell;
        private uint _lastCellMs;
        private uint _lastCallMs;
        private bool _started;

        private int _heldMa = SignalValue.NotAvailable;
        private int _windowSumMv;
        private uint _windowMs;
        private bool _jumpedUp;

        // The current that may become steady, and the last one that was.
        private int _candidateMa = SignalValue.NotAvailable;
        private uint _candidateMs;
        private uint _stepLookMs;
        private int _levelMa = SignalValue.NotAvailable;
        private int _levelSumMv;
        private uint _levelMs;

        /// <summary>Makes it with everything moving.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public FrozenWatch(ParameterBlock parameters)
        {
            int modules = ModuleProfile.ModuleCountOf(parameters);
            _cellsPerModule = ModuleProfile.CellsPerModuleOf(parameters);
            _callEveryMs = (uint)(PeriodMs / modules);

            // A tenth of C moves twelve cells of any chemistry by more than a millivolt altogether.
            int capacityMah = parameters.Get(ParameterId.CapacityMah);
            _movedMa = capacityMah / 10;
            _steadyMa = capacityMah / 50;
            _stepMa = capacityMah / 5;
            int cells = parameters.Get(ParameterId.CellCount);
            _cellEveryMs = (uint)(CellPeriodMs / cells);
            _cellMv = new int[cells];
            _besideMv = new int[cells];
            _lastGroup = cells - Group;
            _cellLooks = new byte[cells];
            _sumMv = new int[modules];
            _currentMa = new int[modules];
            _frozenMs = new int[modules];
            _lookedMs = new uint[modules];
        }

        /// <summary>Looks at the next module, or else at the next cell, if its time has come.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="isClosed">True while the main contactors carry the current: one that changes while all are open is the sensor's fault, and that of a precharge is over before a module has measured it.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void UpdateModules(PackMeasurement m, bool isClosed, uint nowMs)
        {
            if (_started && nowMs - _lastCallMs < _callEveryMs)
            {
                if (nowMs - _lastCellMs >= _cellEveryMs)
                {
                    _lastCellMs = nowMs;
                    LookAtCell(m);
                }

                return;
            }

            _started = true;
            _lastCallMs = nowMs;
            int module = _next;
            _next = module == _sumMv.Length - 1 ? 0 : module + 1;
            Look(module, m, isClosed, nowMs);
        }

        /// <summary>Holds the current against the cells.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="isClosed">True while the main contactors carry the current.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void UpdateCurrent(PackMeasurement m, bool isClosed, uint nowMs)
        {
            int current = m.CurrentMa;
            int sum = m.CellSumMv;
            if (nowMs - _stepLookMs >= StepLookMs || !isClosed)
            {
                _stepLookMs = nowMs;
                FollowSteps(current, sum, isClosed, nowMs);
            }

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

        private void Look(int module, PackMeasurement m, bool isClosed, uint nowMs)
        {
            int sum = SumOf(module, m.CellVoltageMv);
            int current = m.CurrentMa;
            uint elapsedMs = nowMs - _lookedMs[module];
            _lookedMs[module] = nowMs;
            if (sum == SignalValue.NotAvailable || sum != _sumMv[module] || current == SignalValue.NotAvailable || !isClosed || elapsedMs > LongestGapMs)
            {
                // The current to hold against is that of the next look: this one may be the inrush of a closing that the module has not even measured.
                _sumMv[module] = isClosed ? sum : SignalValue.NotAvailable;
                _currentMa[module] = SignalValue.NotAvailable;
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

        private void LookAtCell(PackMeasurement m)
        {
            int cell = _nextCell;
            _nextCell = cell == _cellMv.Length - 1 ? 0 : cell + 1;
            int beside = _lastGroup < 0 ? SignalValue.NotAvailable : MiddleBeside(cell, m.CellVoltageMv);
            int mv = beside == SignalValue.NotAvailable ? beside : m.CellVoltageMv[cell];
            if (mv == SignalValue.NotAvailable || mv != _cellMv[cell])
            {
                _cellMv[cell] = mv;
                _besideMv[cell] = beside;
                _cellLooks[cell] = 0;
                CellLooks = cell == FrozenCell ? 0 : CellLooks;
                return;
            }

            int moved = beside - _besideMv[cell];
            if (moved <= CellMovedMv && moved >= -CellMovedMv)
            {
                return;
            }

            _besideMv[cell] = beside;
            int looks = _cellLooks[cell] == 255 ? 255 : _cellLooks[cell] + 1;
            _cellLooks[cell] = (byte)looks;
            if (looks > CellLooks)
            {
                CellLooks = looks;
                FrozenCell = cell;
            }
        }

        private void FollowSteps(int current, int sum, bool isClosed, uint nowMs)
        {
            if (!isClosed || current == SignalValue.NotAvailable || sum == SignalValue.NotAvailable)
            {
                _candidateMa = SignalValue.NotAvailable;
                _levelMa = SignalValue.NotAvailable;
                ReversedSteps = isClosed ? ReversedSteps : 0;
                return;
            }

            int off = current - _candidateMa;
            if (_candidateMa == SignalValue.NotAvailable || off > _steadyMa || off < -_steadyMa)
            {
                _candidateMa = current;
                _candidateMs = nowMs;
                return;
            }

            if (nowMs - _candidateMs < SteadyMs)
            {
                return;
            }

            int step = current - _levelMa;
            if (_levelMa != SignalValue.NotAvailable && nowMs - _levelMs <= LongestStepMs && (step > _stepMa || step < -_stepMa))
            {
                int answer = sum - _levelSumMv;
                int large = _levelSumMv / AnswerDivisor;
                if (answer > large || answer < -large)
                {
                    ReversedSteps = answer > 0 == step > 0 ? 0 : ReversedSteps + 1;
                }
            }

            _levelMa = current;
            _levelSumMv = sum;
            _levelMs = nowMs;
        }

        // The middle one of the three cells beside it, which a reference module sends in one frame with it: a single one that jumps moves nothing.
        private int MiddleBeside(int cell, int[] cells)
        {
            int first = cell & ~(Group - 1);
            first = first > _lastGroup ? _lastGroup : first;
            int sum = 0;
            int lowest = int.MaxValue;
            int highest = 0;
            for (int other = first; other < first + Group; other++)
            {
                if (other != cell)
                {
                    int mv = cells[other];
                    if (mv < 0)
                    {
                        return SignalValue.NotAvailable;
                    }

                    sum += mv;
                    lowest = mv < lowest ? mv : lowest;
                    highest = mv > highest ? mv : highest;
                }
            }

            return sum - lowest - highest;
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
