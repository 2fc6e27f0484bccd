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
    /// Every module is looked at once a second, one in each call at most, so that no cycle pays for all of them. Allocates nothing after construction.
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

        // Steps worth keeping, and for how long.
        private const int LeastJump = 100;
        private const uint JumpMs = 2000;

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

        private readonly int[] _tier;
        private readonly uint[] _lookedMs;
        private readonly bool[] _looked;
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
        // What the first half of a look found.
        private bool _sensorsDue;
        private int _looking;
        private int _elapsedMs;
        private bool _collapsed;
        private bool _lostQuarter;

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
        public ThermalRunawayDetector(int moduleCount, int cellsPerModule, int sensorsPerModule, int hottestOperatingDeciC)
        {
            _moduleCount = moduleCount;
            _cellsPerModule = cellsPerModule;
            _sensorsPerModule = sensorsPerModule;
            _hottestOperating = hottestOperatingDeciC;
            _callEveryMs = (uint)(PeriodMs / moduleCount);
            _tier = new int[moduleCount];
            _lookedMs = new uint[moduleCount];
            _looked = new bool[moduleCount];
            _lastHighestMv = new int[moduleCount];
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

        /// <summary>Looks at the next module, if its time has come.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, uint nowMs)
        {
            // The sensors have the cycle after the cells, so that no cycle pays for both.
            if (_sensorsDue)
            {
                _sensorsDue = false;
                Conclude(_looking, m, nowMs);
                return;
            }

            if (_started && nowMs - _lastCallMs < _callEveryMs)
            {
                return;
            }

            _started = true;
            _lastCallMs = nowMs;
            int module = _next;
            _next = module == _moduleCount - 1 ? 0 : module + 1;
            if (JumpDeciC != 0 && nowMs - _jumpMs >= JumpMs)
            {
                JumpDeciC = 0;
            }

            Look(module, m, nowMs);
            _looking = module;
            _sensorsDue = true;
        }

        /// <summary>Takes note that gas was let into the housing; it counts as evidence for a minute.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void NoteVenting(uint nowMs)
        {
            _vents = true;
            _ventMs = nowMs;
        }

        private void Look(int module, PackMeasurement m, uint nowMs)
        {
            if (_vents && nowMs - _ventMs >= EvidenceMs)
            {
                _vents = false;
            }

            uint elapsed = nowMs - _lookedMs[module];
            bool fresh = _looked[module] && elapsed <= LongestGapMs && elapsed > 0;
            _looked[module] = true;
            _lookedMs[module] = nowMs;
            _elapsedMs = fresh ? (int)elapsed : 0;
            _collapsed = false;
            _lostQuarter = LookAtCells(module, m, _elapsedMs, ref _collapsed);
        }

        private void Conclude(int module, PackMeasurement m, uint nowMs)
        {
            int elapsedMs = _elapsedMs;
            bool collapsed = _collapsed;
            int tier = LookAtSensors(module, m, elapsedMs, _lostQuarter, nowMs);
            if (collapsed)
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
            else if (collapsed)
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

        // Returns whether a cell has lost a quarter of its voltage.
        private bool LookAtCells(int module, PackMeasurement m, int elapsedMs, ref bool collapsed)
        {
            int[] cells = m.CellVoltageMv;
            int highest = m.HighestCellMv;
            int lastHighest = _lastHighestMv[module];
            int othersFell = highest != SignalValue.NotAvailable && lastHighest != SignalValue.NotAvailable ? lastHighest - highest : 0;
            _lastHighestMv[module] = highest;
            if (othersFell < 0)
            {
                // One cell that rises does not make the others fall.
                othersFell = 0;
            }

            bool lostQuarter = false;
            int first = module * _cellsPerModule;
            for (int cell = first; cell < first + _cellsPerModule && cell < cells.Length; cell++)
            {
                int mv = cells[cell];
                if (mv == SignalValue.NotAvailable)
                {
                    // A cell that cannot be seen keeps its reference, so that its return is judged against what it was; a fall in between has no speed.
                    _lastMv[cell] = 0;
                    continue;
                }

                int reference = _referenceMv[cell];
                if (mv > reference)
                {
                    reference = mv;
                }
                else if (elapsedMs > 0 && mv * 4 >= reference * 3)
                {
                    // A quarter lost stays lost: the rule compares with the initial voltage, and the rise takes seconds to confirm.
                    reference -= (reference - mv) >> ReferenceShift;
                }

                _referenceMv[cell] = (short)reference;
                if (mv * 4 < reference * 3)
                {
                    lostQuarter = true;
                }

                // The highest cell falls as the others do when the load pulls: what is beyond that is the cell's own.
                if (elapsedMs > 0 && _lastMv[cell] - mv - othersFell > CollapseMv)
                {
                    collapsed = true;
                }

                _lastMv[cell] = (short)mv;
            }

            return lostQuarter;
        }

        private int LookAtSensors(int module, PackMeasurement m, int elapsedMs, bool lostQuarter, uint nowMs)
        {
            int[] temperatures = m.TemperatureDeciC;
            int tier = TierNone;
            bool hot = false;
            bool rises = false;
            bool heats = false;
            int first = module * _sensorsPerModule;
            for (int sensor = first; sensor < first + _sensorsPerModule; sensor++)
            {
                int deciC = temperatures[sensor];
                if (deciC == SignalValue.NotAvailable)
                {
                    LoseSensor(module, sensor);
                    continue;
                }

                if (deciC >= _hottestOperating)
                {
                    hot = true;
                }

                if (elapsedMs > 0 && _hasLastDeciC[sensor])
                {
                    int step = deciC - _lastDeciC[sensor];
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

                _lastDeciC[sensor] = (short)deciC;
                _hasLastDeciC[sensor] = true;
                if (_alarmMs[sensor] > AlarmMs)
                {
                    rises = true;
                }

                bool grows = _watchMs[sensor] >= WatchMs;
                heats |= grows || _preAlarmMs[sensor] >= PreAlarmMs;
                bool hotSpot = IsHotSpot(sensor, deciC, temperatures);
                if (_preAlarmMs[sensor] >= PreAlarmMs || (grows && hotSpot))
                {
                    tier = TierPreAlarm;
                }
                else if (tier == TierNone && (grows || hotSpot))
                {
                    tier = TierWatch;
                }
            }

            if (_evidenceMs[module] > 0)
            {
                _evidenceMs[module] -= elapsedMs;
                rises = true;
                heats = true;
                hot |= _evidenceHot[module];
                tier = tier < TierPreAlarm ? TierPreAlarm : tier;
            }

            _heats = heats;
            return rises && (lostQuarter || hot) ? TierAlarm : tier;
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
