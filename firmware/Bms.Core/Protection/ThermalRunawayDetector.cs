using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Protection
{
    /// <summary>Watches every module for thermal runaway: the confirmation rule of GB 38031-2025, and two earlier tiers.</summary>
    /// <remarks>
    /// The rule (C.5.3.7, read in a published transcription [S]), for one module:
    /// a = a cell has lost more than 25 % of its voltage; b = a sensor has reached the highest operating temperature; c = a sensor rises by 1 degC/s or more for more than 3 s;
    /// runaway = (a and c) or (b and c). Neither c alone nor a and b without c is runaway.
    /// The earlier tiers are project defaults [D]: watch = 0.2 degC/s for 5 s on one sensor, or a sensor more than 10 K above its neighbours; pre-alarm = 0.5 degC/s for 3 s, or a hot spot
    /// that grows (both signs of the watch on one sensor), or a cell that falls by more than 0.5 V against the others within a second, or gas in the housing. Two physical signals within a
    /// minute are an alarm: a collapse of a cell, or a pre-alarm by heat, with gas; a collapse with any sign of heat or a sensor that failed while rising.
    /// A sensor that fails while it rises is evidence, not an excuse: it goes on counting as rising, and as hot if it was hot, for a minute.
    /// Every module is looked at once a second, a few cells or sensors in each call, so that no cycle pays for all of them. Allocates nothing after construction.
    /// </remarks>
    public sealed class ThermalRunawayDetector
    {
        /// <summary>Nothing to see.</summary>
        public const int TierNone = 0;

        /// <summary>A sensor rises faster than any healthy pack.</summary>
        public const int TierWatch = 1;

        /// <summary>Stop all current: a fast rise, or a cell that collapses.</summary>
        public const int TierPreAlarm = 2;

        /// <summary>The rule is fulfilled.</summary>
        public const int TierAlarm = 3;

        private const int PeriodMs = 1000;

        // Rises in 0.1 degC per second, and for how long. The rule says "more than 3 s".
        private const int WatchRise = 2;
        private const int WatchMs = 5000;
        private const int PreAlarmRise = 5;
        private const int PreAlarmMs = 3000;
        private const int AlarmRise = 10;
        private const int AlarmMs = 3000;

        // A sensor so far above both of its neighbours sits on a hot spot, in 0.1 degC.
        private const int HotSpot = 100;

        private const int CollapseMv = 500;
        private const int EvidenceMs = 60000;

        // A cell's reference follows its voltage upwards at once and downwards by 1/64 a second: it outlives a collapse, not a discharge.
        private const int ReferenceShift = 6;

        // Less than this it would not move at all.
        private const int SmallestStep = 1 << ReferenceShift;

        // Steps worth keeping, and for how long.
        private const int LeastJump = 100;
        private const uint JumpMs = 2000;

        // So much of a module is looked at in one call, if there are cycles enough.
        private const int FewCells = 6;
        private const int FewSensors = 3;

        // A module that was not looked at for longer than this begins anew: its differences would be of another time.
        private const int LongestGapMs = 3000;

        /// <summary>Highest tier of all modules.</summary>
        public int Tier;

        /// <summary>Module with the highest tier, from 0; the first one where several have it.</summary>
        public int Module;

        /// <summary>How much a temperature may hide between two of its values, in 0.1 degC: the step in which the modules count, less 1.</summary>
        /// <remarks>1.5 K/s told in whole kelvins are 1 and 2 K in turn, and 1 K in a look of 1,040 ms is less than the rule's 1 K/s: such a step counts with what it may hide.</remarks>
        public int CoarseDeciC;

        /// <summary>Largest step of one sensor from one look to the next in the last two seconds, in 0.1 degC, as a magnitude; small ones are not kept.</summary>
        public int JumpDeciC;

        /// <summary>Sensor that made it, from 0.</summary>
        public int JumpSensor;

        private readonly int _moduleCount;
        private readonly int _cellsPerModule;
        private readonly int _sensorsPerModule;
        private readonly int _hottestOperating;
        private readonly uint _callEveryMs;

        // Cells and sensors of one call, and the calls that the cells of a module take.
        private readonly int _cellsPerCall;
        private readonly int _sensorsPerCall;
        private readonly int _cellCalls;

        private readonly int[] _tier;
        private readonly uint[] _lookedMs;
        private readonly bool[] _looked;
        // Highest cell of the pack at the last look: one for each call of each module.
        private readonly int[] _lastHighestMv;
        private readonly int[] _evidenceMs;
        private readonly bool[] _evidenceHot;
        private readonly int[] _collapseMs;

        private readonly short[] _lastMv;
        private readonly short[] _referenceMv;
        private readonly short[] _lastDeciC;
        private readonly bool[] _hasLastDeciC;
        private readonly int[] _watchMs;
        private readonly int[] _preAlarmMs;
        private readonly int[] _alarmMs;

        private int _next;

        // The look that is under way: its module, the call of it that comes next, and what it found so far.
        private bool _isLooking;
        private int _looking;
        private int _call;
        private int _elapsedMs;
        private bool _collapsed;
        private bool _lostQuarter;
        private int _foundTier;
        private bool _isHot;
        private bool _rises;
        private bool _heats;

        private int _highest;
        private bool _vents;
        private uint _ventMs;
        private uint _jumpMs;
        private uint _lastCallMs;
        private bool _started;

        /// <summary>Makes the detector with every module quiet.</summary>
        /// <param name="moduleCount">Modules of the pack.</param>
        /// <param name="cellsPerModule">Cells of one module; the last module may have fewer.</param>
        /// <param name="sensorsPerModule">Places for temperatures of one module, fitted or not.</param>
        /// <param name="hottestOperatingDeciC">Highest operating temperature of the cells, in 0.1 degC.</param>
        /// <param name="cyclePeriodMs">Time between two calls, in ms.</param>
        public ThermalRunawayDetector(int moduleCount, int cellsPerModule, int sensorsPerModule, int hottestOperatingDeciC, int cyclePeriodMs)
        {
            _moduleCount = moduleCount;
            _cellsPerModule = cellsPerModule;
            _sensorsPerModule = sensorsPerModule;
            _hottestOperating = hottestOperatingDeciC;
            _callEveryMs = (uint)(PeriodMs / moduleCount);

            // Many modules leave few cycles to each: then more of a module is looked at in one of them. Half of the calls are for the cells, half for the sensors.
            int calls = PeriodMs / moduleCount / cyclePeriodMs / 2;
            calls = calls < 1 ? 1 : calls;
            _cellsPerCall = AtLeast(FewCells, (cellsPerModule + calls - 1) / calls);
            _sensorsPerCall = AtLeast(FewSensors, (sensorsPerModule + calls - 1) / calls);
            _cellCalls = (cellsPerModule + _cellsPerCall - 1) / _cellsPerCall;
            _tier = new int[moduleCount];
            _lookedMs = new uint[moduleCount];
            _looked = new bool[moduleCount];
            _lastHighestMv = new int[moduleCount * _cellCalls];
            _evidenceMs = new int[moduleCount];
            _evidenceHot = new bool[moduleCount];
            _collapseMs = new int[moduleCount];
            _lastMv = new short[moduleCount * cellsPerModule];
            _referenceMv = new short[moduleCount * cellsPerModule];
            _lastDeciC = new short[moduleCount * sensorsPerModule];
            _hasLastDeciC = new bool[moduleCount * sensorsPerModule];
            _watchMs = new int[moduleCount * sensorsPerModule];
            _preAlarmMs = new int[moduleCount * sensorsPerModule];
            _alarmMs = new int[moduleCount * sensorsPerModule];
        }

        /// <summary>True where <see cref="Update"/> has something to do.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public bool IsDue(uint nowMs)
        {
            return _isLooking || !_started || nowMs - _lastCallMs >= _callEveryMs;
        }

        /// <summary>Looks at the next module, or on at the last one.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, uint nowMs)
        {
            if (!IsDue(nowMs))
            {
                return;
            }

            if (!_isLooking)
            {
                Begin(nowMs);
            }

            GoOn(m, nowMs);
        }

        /// <summary>Takes note that gas was let into the housing; it counts as evidence for a minute.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void NoteVenting(uint nowMs)
        {
            _vents = true;
            _ventMs = nowMs;
        }

        private void Begin(uint nowMs)
        {
            _started = true;
            _lastCallMs = nowMs;
            if (JumpDeciC != 0 && nowMs - _jumpMs >= JumpMs)
            {
                JumpDeciC = 0;
            }

            if (_vents && nowMs - _ventMs >= EvidenceMs)
            {
                _vents = false;
            }

            int module = _next;
            _next = module == _moduleCount - 1 ? 0 : module + 1;
            uint elapsed = nowMs - _lookedMs[module];
            bool fresh = _looked[module] && elapsed <= LongestGapMs && elapsed > 0;
            _looked[module] = true;
            _lookedMs[module] = nowMs;
            _elapsedMs = fresh ? (int)elapsed : 0;
            _isLooking = true;
            _looking = module;
            _call = 0;
            _collapsed = false;
            _lostQuarter = false;
            _foundTier = TierNone;
            _isHot = false;
            _rises = false;
            _heats = false;
        }

        private void GoOn(PackMeasurement m, uint nowMs)
        {
            int call = _call;
            _call = call + 1;
            if (call < _cellCalls)
            {
                LookAtCells(call, m);
                return;
            }

            int from = (call - _cellCalls) * _sensorsPerCall;
            int end = from + _sensorsPerCall;
            bool isLast = end >= _sensorsPerModule;
            int first = _looking * _sensorsPerModule;
            LookAtSensors(first + from, first + (isLast ? _sensorsPerModule : end), m, nowMs);
            if (isLast)
            {
                _isLooking = false;
                Conclude(_looking);
            }
        }

        private void Conclude(int module)
        {
            int elapsedMs = _elapsedMs;
            int tier = _foundTier;
            if (_evidenceMs[module] > 0)
            {
                _evidenceMs[module] -= elapsedMs;
                _rises = true;
                _heats = true;
                _isHot |= _evidenceHot[module];
                tier = tier < TierPreAlarm ? TierPreAlarm : tier;
            }

            if (_rises && (_lostQuarter || _isHot))
            {
                tier = TierAlarm;
            }

            if (_collapsed)
            {
                _collapseMs[module] = EvidenceMs;
            }
            else if (_collapseMs[module] > 0)
            {
                _collapseMs[module] -= elapsedMs;
            }

            // A rise counts here from that of the watch on; a hot spot that stands still does not, and a sensor that failed while rising does.
            bool electrical = _collapseMs[module] > 0;
            if ((electrical && (_heats || _vents)) || (_vents && tier == TierPreAlarm))
            {
                tier = TierAlarm;
            }
            else if (_collapsed)
            {
                tier = TierPreAlarm;
            }

            if (tier != _tier[module])
            {
                _tier[module] = tier;
                FindHighest();
            }

            // Gas comes from one module, and no one knows from which.
            Tier = _vents && _highest < TierPreAlarm ? TierPreAlarm : _highest;
        }

        // Some cells of the module: has one lost a quarter of its voltage, or fallen fast?
        private void LookAtCells(int call, PackMeasurement m)
        {
            int module = _looking;
            int highest = m.HighestCellMv;
            int entry = module * _cellCalls + call;
            int lastHighest = _lastHighestMv[entry];
            _lastHighestMv[entry] = highest;

            // The highest cell falls as the others do when the load pulls: what is beyond that is the cell's own. One cell that rises does not make the others fall.
            int othersFell = highest != SignalValue.NotAvailable && lastHighest != SignalValue.NotAvailable && lastHighest > highest ? lastHighest - highest : 0;
            bool isFresh = _elapsedMs > 0;
            int mayFall = isFresh ? CollapseMv + othersFell : int.MaxValue;
            int[] cells = m.CellVoltageMv;
            short[] references = _referenceMv;
            short[] lasts = _lastMv;
            int cell = module * _cellsPerModule + call * _cellsPerCall;
            int end = cell + _cellsPerCall;
            int endOfModule = (module + 1) * _cellsPerModule;
            if (end > endOfModule)
            {
                end = endOfModule;
            }

            if (end > cells.Length)
            {
                end = cells.Length;
            }

            for (; cell < end; cell++)
            {
                int mv = cells[cell];
                if (mv == SignalValue.NotAvailable)
                {
                    // A cell that cannot be seen keeps its reference, so that its return is judged against what it was; a fall in between has no speed.
                    lasts[cell] = 0;
                    continue;
                }

                int reference = references[cell];
                int lost = reference - mv;
                if (lost < 0)
                {
                    references[cell] = (short)mv;
                }
                else if (lost * 4 > reference)
                {
                    // A quarter lost stays lost: the rule compares with the initial voltage, and the rise takes seconds to confirm.
                    _lostQuarter = true;
                }
                else if (lost >= SmallestStep && isFresh)
                {
                    references[cell] = (short)(reference - (lost >> ReferenceShift));
                }

                if (lasts[cell] - mv > mayFall)
                {
                    _collapsed = true;
                }

                lasts[cell] = (short)mv;
            }
        }

        private void LookAtSensors(int sensor, int end, PackMeasurement m, uint nowMs)
        {
            int[] temperatures = m.TemperatureDeciC;
            short[] lasts = _lastDeciC;
            int elapsedMs = _elapsedMs;
            for (; sensor < end; sensor++)
            {
                int deciC = temperatures[sensor];
                if (deciC == SignalValue.NotAvailable)
                {
                    LoseSensor(_looking, sensor);
                    continue;
                }

                if (deciC >= _hottestOperating)
                {
                    _isHot = true;
                }

                if (_hasLastDeciC[sensor])
                {
                    int step = deciC - lasts[sensor];
                    if (elapsedMs > 0 && (step > 0 || step <= -LeastJump || _watchMs[sensor] != 0))
                    {
                        Follow(sensor, step, elapsedMs, nowMs);
                    }
                }
                else
                {
                    _hasLastDeciC[sensor] = true;
                }

                lasts[sensor] = (short)deciC;
                bool grows = false;
                if (_watchMs[sensor] != 0)
                {
                    if (_alarmMs[sensor] > AlarmMs)
                    {
                        _rises = true;
                    }

                    grows = _watchMs[sensor] >= WatchMs;
                    if (_preAlarmMs[sensor] >= PreAlarmMs)
                    {
                        _heats = true;
                        _foundTier = TierPreAlarm;
                    }
                    else if (grows)
                    {
                        _heats = true;
                    }
                }

                if (_foundTier == TierPreAlarm)
                {
                    continue;
                }

                bool hotSpot = IsHotSpot(sensor, deciC, temperatures);
                if (grows && hotSpot)
                {
                    _foundTier = TierPreAlarm;
                }
                else if (grows || hotSpot)
                {
                    _foundTier = TierWatch;
                }
            }
        }

        // Counts how long a sensor has been rising. What rises fast enough for one tier does so for those below it.
        private void Follow(int sensor, int step, int elapsedMs, uint nowMs)
        {
            if (step >= LeastJump || step <= -LeastJump)
            {
                NoteJump(sensor, step < 0 ? -step : step, nowMs);
            }

            // 0.1 degC a second; at least a tenth of a second has passed, and far less than an hour.
            int rise = step * 1000 / elapsedMs;
            _watchMs[sensor] = rise >= WatchRise ? _watchMs[sensor] + elapsedMs : 0;
            _preAlarmMs[sensor] = rise >= PreAlarmRise ? _preAlarmMs[sensor] + elapsedMs : 0;
            bool isFast = rise >= AlarmRise || (step > 0 && (step + CoarseDeciC) * 1000 / elapsedMs >= AlarmRise);
            _alarmMs[sensor] = isFast ? _alarmMs[sensor] + elapsedMs : 0;
        }

        private static int AtLeast(int least, int value)
        {
            return value < least ? least : value;
        }

        // Above the warmer one of the sensors before and after it; a place without a sensor is no neighbour.
        private static bool IsHotSpot(int sensor, int deciC, int[] temperatures)
        {
            int before = sensor > 0 ? temperatures[sensor - 1] : SignalValue.NotAvailable;
            int after = sensor + 1 < temperatures.Length ? temperatures[sensor + 1] : SignalValue.NotAvailable;
            int warmer = before > after ? before : after;
            return warmer != SignalValue.NotAvailable && deciC - warmer > HotSpot;
        }

        private void NoteJump(int sensor, int step, uint nowMs)
        {
            if (step >= JumpDeciC)
            {
                JumpDeciC = step;
                JumpSensor = sensor;
                _jumpMs = nowMs;
            }
        }

        // Only a sensor that had been rising for the pre-alarm's time is evidence when it goes; any other is a lost sensor, which has a row of its own.
        private void LoseSensor(int module, int sensor)
        {
            if (_hasLastDeciC[sensor] && _preAlarmMs[sensor] >= PreAlarmMs)
            {
                _evidenceMs[module] = EvidenceMs;
                _evidenceHot[module] = _lastDeciC[sensor] >= _hottestOperating;
            }

            _hasLastDeciC[sensor] = false;
            _watchMs[sensor] = 0;
            _preAlarmMs[sensor] = 0;
            _alarmMs[sensor] = 0;
        }

        private void FindHighest()
        {
            int highest = TierNone;
            int at = 0;
            for (int module = 0; module < _moduleCount; module++)
            {
                if (_tier[module] > highest)
                {
                    highest = _tier[module];
                    at = module;
                }
            }

            _highest = highest;
            Module = at;
        }
    }
}
