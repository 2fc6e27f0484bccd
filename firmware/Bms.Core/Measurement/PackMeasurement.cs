using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>First stage of the cycle: takes frames from the bus and keeps the last good value of every signal, with its age and validity.</summary>
    /// <remarks>
    /// A frame counts only where its length, CRC and counter are right; anything else leaves values and ages as they were, so that corruption looks like silence and is handled as such.
    /// A value that its sender calls not available, or whose frame is too old, is <see cref="SignalValue.NotAvailable"/>, never a number.
    /// Allocates nothing after construction. Takes at most MaxFramesPerCycle frames in one cycle; the rest waits in the receiver.
    /// </remarks>
    public sealed class PackMeasurement
    {
        /// <summary>Most modules on one bus, of any kind; distance of the slots of two blocks.</summary>
        public const int MaxModules = 32;

        /// <summary>Most frames that a module of any kind sends in a period: voltages, then temperatures.</summary>
        public const int MaxBlocks = 5;

        private const uint NoId = 0xFFFFFFFF;
        private const int NoWord = -1;

        // Ages are scanned a quarter at a time: 40 ms at most until an old frame is noticed, at a quarter of the cost.
        private const int AgeScanParts = 4;

        // Ages stop growing here (70 min).
        private const int LongAgoMs = 1 << 22;

        /// <summary>Cells of a full module; the last module may be shorter.</summary>
        public readonly int CellsPerModule;

        /// <summary>Places for temperatures of one module, fitted or not.</summary>
        public readonly int TemperaturesPerModule;

        /// <summary>Protocol of the modules; null for those of the reference.</summary>
        public readonly ModuleProtocol Modules;

        /// <summary>Protocol of the current sensor; null for that of the reference.</summary>
        public readonly SensorProtocol Sensor;

        /// <summary>Voltage of every cell, in mV, from the negative end; not available where invalid or too old.</summary>
        public readonly int[] CellVoltageMv;

        /// <summary>Every temperature, in 0.1 degC, <see cref="TemperaturesPerModule"/> for each module; not available where invalid, not fitted or too old.</summary>
        public readonly int[] TemperatureDeciC;

        /// <summary>Lowest valid cell voltage, in mV; not available where there is none.</summary>
        public int LowestCellMv;

        /// <summary>Highest valid cell voltage, in mV; not available where there is none.</summary>
        public int HighestCellMv;

        /// <summary>Number of cells with a valid voltage.</summary>
        public int ValidCells;

        /// <summary>Number of cells whose module sends, but without a voltage for them.</summary>
        public int InvalidCells;

        /// <summary>Index of one such cell, from 0.</summary>
        public int InvalidCell;

        /// <summary>Sum of all cell voltages, in mV; not available unless every cell is valid.</summary>
        public int CellSumMv;

        /// <summary>Lowest valid temperature, in 0.1 degC; not available where there is none.</summary>
        public int LowestTemperatureDeciC;

        /// <summary>Highest valid temperature, in 0.1 degC; not available where there is none.</summary>
        public int HighestTemperatureDeciC;

        /// <summary>Number of valid temperatures.</summary>
        public int ValidTemperatures;

        /// <summary>Most sensors that one module, though it sends, calls not available, 0..4.</summary>
        public int WorstMissingTemperatures;

        /// <summary>Module with the most missing sensors, from 0.</summary>
        public int WorstTemperatureModule;

        /// <summary>Age of the oldest module frame, in ms, at most 40 ms behind.</summary>
        public int OldestModuleAgeMs;

        /// <summary>Module that sent the oldest frame, from 0.</summary>
        public int OldestModule;

        /// <summary>Pack current, in mA, positive charges; not available where invalid. Look at <see cref="CurrentAgeMs"/> too.</summary>
        public int CurrentMa;

        /// <summary>True while the reference sensor calls the current beyond its range: no number, but more than any other.</summary>
        public bool CurrentIsBeyondRange;

        /// <summary>Age of the last valid current, in ms.</summary>
        public int CurrentAgeMs;

        /// <summary>Voltage on the battery side of the contactors, in mV, or not available.</summary>
        public int PackVoltageMv;

        /// <summary>Voltage on the load side of the contactors, in mV, or not available.</summary>
        public int LinkVoltageMv;

        /// <summary>Age of the last frame with both of these voltages, in ms.</summary>
        public int VoltageAgeMs;

        /// <summary>Mode that the host asks for, one of HostCommand.Mode...; standby where the host was never heard.</summary>
        public int HostMode;

        /// <summary>True while the host asks to clear faults.</summary>
        public bool HostClearsFaults;

        /// <summary>True while the host allows balancing.</summary>
        public bool HostAllowsBalancing;

        /// <summary>Age of the last host command, in ms; 0 before the first one, as a pack may well stand without a host.</summary>
        public int HostAgeMs;

        /// <summary>True once the host was heard.</summary>
        public bool HostSeen;

        /// <summary>Command of the last BlackBoxRequest, or not available; who acts on it sets it back.</summary>
        public int TesterCommand = SignalValue.NotAvailable;

        /// <summary>First record that the last BlackBoxRequest asked for.</summary>
        public int TesterRecord;

        /// <summary>Row of the fault table whose latch a service tool clears now, or not available.</summary>
        public int ServiceClears = SignalValue.NotAvailable;

        /// <summary>What the reference modules report of themselves.</summary>
        public readonly ModuleReports Reports;

        /// <summary>Insulation monitor, fitted or not.</summary>
        public readonly InsulationMonitor Insulation;

        /// <summary>Frames taken from the receiver in this cycle.</summary>
        public int FramesThisCycle;

        private readonly CanPort _port;
        private readonly CanBatch _batch = new CanBatch();
        private readonly CanFrame _frame = new CanFrame();
        private readonly int _cellCount;
        private readonly int _moduleCount;
        private readonly int _maxFrames;
        private readonly int _fittedTemperatures;
        private readonly int _moduleLimitMs;
        private readonly int _currentLimitMs;
        private readonly int _voltageLimitMs;
        private readonly int _graceMs;

        private readonly int _temperatureBlock;
        private readonly int _modulesWithTemperatures;
        private readonly uint _hostId;
        private readonly uint _testerId;
        private readonly uint _serviceId;
        private readonly uint _currentId;
        private readonly uint _voltagesId;
        private readonly int _currentWord;
        private readonly int _voltagesWord;
        private readonly bool _hasTwoVoltageFrames;

        // One entry for each frame that is checked: block * stride + module for the modules, then one for each single sender.
        private const int CurrentSlot = MaxBlocks * MaxModules;
        private const int VoltagesSlot = CurrentSlot + 1;
        private const int HostSlot = CurrentSlot + 2;
        private const int Slots = CurrentSlot + 3;
        private readonly int _stride;
        private readonly uint[] _timeMs = new uint[CurrentSlot];
        private readonly bool[] _fresh = new bool[CurrentSlot];
        private readonly FrameCheck _check = new FrameCheck(Slots);
        private readonly int _testerSeed;
        private readonly int _serviceSeed;
        private readonly ReferenceModules _reference;

        // Current, its status, battery side and load side.
        private readonly int[] _sensed = new int[4];
        private uint _currentMs;
        private uint _voltagesMs;
        private uint _linkMs;
        private uint _hostMs;

        // A group for each voltage frame, and one for each module's temperatures.
        private readonly int[] _groupFirst;
        private readonly int[] _groupCells;
        private readonly GroupExtremes _cells;
        private readonly GroupExtremes _temperatures;

        private int _agePart;
        private int _scanAgeMs;
        private int _scanModule;
        private bool _started;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        /// <param name="port">The bus.</param>
        public PackMeasurement(ParameterBlock parameters, CanPort port)
        {
            _port = port;
            _cellCount = parameters.Get(ParameterId.CellCount);
            int profile = parameters.Get(ParameterId.ModuleProfile);
            Modules = ModuleProtocol.Create(parameters);
            Sensor = SensorProtocol.Create(parameters);
            CellsPerModule = ModuleProtocol.CellsPerModuleOf(parameters);
            TemperaturesPerModule = ModuleProfile.MostTemperatures(profile);
            _moduleCount = ModuleProtocol.ModuleCountOf(parameters);
            _temperatureBlock = ModuleProtocol.VoltageFramesOf(parameters);
            _modulesWithTemperatures = ModuleProfile.ModulesWithTemperatures(profile);
            _hasTwoVoltageFrames = Sensor != null && Sensor.HasVoltages;
            _hostId = (uint)parameters.Get(ParameterId.HostBaseId);
            _testerId = _hostId + (BlackBoxRequest.Id - HostCommand.Id);
            _currentId = Sensor != null ? NoId : _hostId + (SensorCurrent.Id - HostCommand.Id);
            _currentWord = Sensor != null ? NoWord : CanBatch.FirstWordOf(_currentId);
            _voltagesId = _hasTwoVoltageFrames ? NoId : _hostId + (SensorVoltages.Id - HostCommand.Id);
            _voltagesWord = _hasTwoVoltageFrames ? NoWord : CanBatch.FirstWordOf(_voltagesId);
            _serviceId = _hostId + (ServiceRequest.Id - HostCommand.Id);
            Reports = new ModuleReports(Modules == null ? _moduleCount : 0, CellsPerModule);
            Insulation = new InsulationMonitor(parameters);
            _maxFrames = parameters.Get(ParameterId.MaxFramesPerCycle);
            _fittedTemperatures = parameters.Get(ParameterId.TemperaturesPerModule);
            _graceMs = parameters.Get(ParameterId.StartupGraceMs);
            _moduleLimitMs = parameters.Get(ParameterId.OfFault(Protection.FaultId.ModuleLost, ParameterId.ColumnLimit));
            _currentLimitMs = parameters.Get(ParameterId.OfFault(Protection.FaultId.CurrentSensorLost, ParameterId.ColumnLimit));
            _voltageLimitMs = parameters.Get(ParameterId.OfFault(Protection.FaultId.VoltageSensorLost, ParameterId.ColumnLimit));

            CellVoltageMv = new int[_cellCount];
            TemperatureDeciC = new int[_moduleCount * TemperaturesPerModule];
            int groups = _moduleCount * _temperatureBlock;
            _groupFirst = new int[groups];
            _groupCells = new int[groups];
            _cells = new GroupExtremes(groups);
            _temperatures = new GroupExtremes(_moduleCount);
            _stride = MaxModules;
            if (Modules == null)
            {
                _stride = ReferenceModules.MaxModules;
                _reference = new ReferenceModules(_check, _timeMs, _fresh, CellVoltageMv, TemperatureDeciC, _cells, _temperatures, _fittedTemperatures);
            }

            _check.Seed[CurrentSlot] = E2eProfile1.SeedOf(SensorCurrent.DataId);
            _check.Seed[VoltagesSlot] = E2eProfile1.SeedOf(SensorVoltages.DataId);
            _check.Seed[HostSlot] = E2eProfile1.SeedOf(HostCommand.DataId);
            _testerSeed = E2eProfile1.SeedOf(BlackBoxRequest.DataId);
            _serviceSeed = E2eProfile1.SeedOf(ServiceRequest.DataId);

            for (int i = 0; i < CellVoltageMv.Length; i++)
            {
                CellVoltageMv[i] = SignalValue.NotAvailable;
            }

            for (int i = 0; i < TemperatureDeciC.Length; i++)
            {
                TemperatureDeciC[i] = SignalValue.NotAvailable;
            }

            int perFrame = ModuleProfile.CellsPerFrame(profile);
            for (int group = 0; group < groups; group++)
            {
                int cellInModule = group % _temperatureBlock * perFrame;
                int first = group / _temperatureBlock * CellsPerModule + cellInModule;
                int cells = CellsPerModule - cellInModule < perFrame ? CellsPerModule - cellInModule : perFrame;
                if (first + cells > _cellCount)
                {
                    cells = first < _cellCount ? _cellCount - first : 0;
                }

                _groupFirst[group] = first;
                _groupCells[group] = cells;
            }

            CurrentMa = SignalValue.NotAvailable;
            PackVoltageMv = SignalValue.NotAvailable;
            LinkVoltageMv = SignalValue.NotAvailable;
            HostMode = HostCommand.ModeStandby;
            Publish();
        }

        /// <summary>Frames refused for their CRC, counter or length since start; wraps.</summary>
        public uint RefusedFrames
        {
            get { return _check.Refused; }
        }

        /// <summary>Number of modules that the pack has.</summary>
        public int ModuleCount
        {
            get { return _moduleCount; }
        }

        /// <summary>Index of the lowest cell, from 0; 0 where <see cref="LowestCellMv"/> is not available. Searched when asked for.</summary>
        public int LowestCell
        {
            get { return ValidCells == 0 ? 0 : IndexOf(CellVoltageMv, _groupFirst[_cells.LowestGroup], LowestCellMv); }
        }

        /// <summary>Index of the highest cell, from 0; 0 where <see cref="HighestCellMv"/> is not available. Searched when asked for.</summary>
        public int HighestCell
        {
            get { return ValidCells == 0 ? 0 : IndexOf(CellVoltageMv, _groupFirst[_cells.HighestGroup], HighestCellMv); }
        }

        /// <summary>Index of the coldest sensor, from 0; 0 where there is none. Searched when asked for.</summary>
        public int LowestSensor
        {
            get { return ValidTemperatures == 0 ? 0 : IndexOf(TemperatureDeciC, _temperatures.LowestGroup * TemperaturesPerModule, LowestTemperatureDeciC); }
        }

        /// <summary>Index of the hottest sensor, from 0; 0 where there is none. Searched when asked for.</summary>
        public int HighestSensor
        {
            get { return ValidTemperatures == 0 ? 0 : IndexOf(TemperatureDeciC, _temperatures.HighestGroup * TemperaturesPerModule, HighestTemperatureDeciC); }
        }

        /// <summary>True once every module, the current sensor and the voltage sensor are fresh and every cell has a voltage.</summary>
        public bool IsComplete
        {
            get
            {
                return ValidCells == _cellCount
                    && LowestTemperatureDeciC != SignalValue.NotAvailable
                    && CurrentMa != SignalValue.NotAvailable
                    && PackVoltageMv != SignalValue.NotAvailable
                    && LinkVoltageMv != SignalValue.NotAvailable;
            }
        }

        /// <summary>Age of the voltages or temperatures of a module, in ms: the oldest of its frames.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="nowMs">Controller time.</param>
        public int ModuleAgeMs(int module, uint nowMs)
        {
            int oldest = 0;
            int blocks = module < _modulesWithTemperatures ? _temperatureBlock + 1 : _temperatureBlock;
            for (int block = 0; block < blocks; block++)
            {
                // A voltage frame without a cell of the pack is nobody's loss; some short modules do not send it.
                int age = (int)(nowMs - _timeMs[block * _stride + module]);
                if (age > oldest && (block == _temperatureBlock || _groupCells[module * _temperatureBlock + block] != 0))
                {
                    oldest = age;
                }
            }

            return oldest;
        }

        /// <summary>Takes the waiting frames and brings every output of this stage up to date.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(uint nowMs)
        {
            if (!_started)
            {
                Start(nowMs);
            }

            CanPort port = _port;
            CanBatch batch = _batch;
            int maxFrames = _maxFrames;
            int taken = 0;
            ReferenceModules reference = _reference;
            while (taken < maxFrames && (batch.Left != 0 || port.TryReceive(batch)))
            {
                ushort[] words = batch.Words;
                int at = batch.At;
                if (reference != null)
                {
                    // The most frequent first.
                    int first = words[at];
                    if ((first & ReferenceModules.IdMask) == ReferenceModules.IdBits)
                    {
                        int run = reference.Take(batch, maxFrames - taken, nowMs);
                        if (run != 0)
                        {
                            taken += run;
                            continue;
                        }
                    }
                    else if (first == _currentWord && (words[at + 2] & CanBatch.KindMask) == SensorCurrent.Length << 8)
                    {
                        taken++;
                        batch.At = at + CanBatch.WordsPerFrame;
                        batch.Left--;
                        TakeCurrent(words, at + CanBatch.Payload, nowMs);
                        continue;
                    }
                    else if (first == _voltagesWord && (words[at + 2] & CanBatch.KindMask) == SensorVoltages.Length << 8)
                    {
                        taken++;
                        batch.At = at + CanBatch.WordsPerFrame;
                        batch.Left--;
                        TakeVoltages(words, at + CanBatch.Payload, nowMs);
                        continue;
                    }
                }

                taken++;
                if (batch.Take(_frame))
                {
                    TakeOther(_frame, words, at + CanBatch.Payload, nowMs);
                }
            }

            FramesThisCycle = taken;
            ScanAges(nowMs);
            AgeSensors(nowMs);
            Publish();
        }

        private void Publish()
        {
            GroupExtremes cells = _cells;
            if (cells.Refresh())
            {
                ValidCells = cells.ValidCount;
                InvalidCells = cells.InvalidCount;
                if (InvalidCells != 0)
                {
                    InvalidCell = IndexOf(CellVoltageMv, _groupFirst[cells.LastInvalidGroup], SignalValue.NotAvailable);
                }
            }

            LowestCellMv = cells.Lowest;
            HighestCellMv = cells.Highest;
            CellSumMv = ValidCells == _cellCount ? cells.Sum : SignalValue.NotAvailable;

            GroupExtremes temperatures = _temperatures;
            if (temperatures.Refresh())
            {
                ValidTemperatures = temperatures.ValidCount;
                WorstMissingTemperatures = temperatures.MostInvalid;
                WorstTemperatureModule = temperatures.MostInvalidGroup;
            }

            LowestTemperatureDeciC = temperatures.Lowest;
            HighestTemperatureDeciC = temperatures.Highest;
        }

        // Until something was heard, its age counts from the end of the grace time.
        private void Start(uint nowMs)
        {
            _started = true;
            uint heardMs = nowMs + (uint)_graceMs;
            for (int slot = 0; slot < CurrentSlot; slot++)
            {
                _timeMs[slot] = heardMs;
            }

            _currentMs = heardMs;
            _voltagesMs = heardMs;
            _linkMs = heardMs;
            _hostMs = heardMs;
        }

        // Every frame that has no shorter way.
        private void TakeOther(CanFrame frame, ushort[] words, int payload, uint nowMs)
        {
            if (Modules != null)
            {
                int slot = Modules.Take(frame);
                if (slot >= 0)
                {
                    StoreForeign(slot, nowMs);
                    return;
                }

                if (slot != ModuleProtocol.NotMine)
                {
                    _check.Refused += slot == ModuleProtocol.Refused ? 1u : 0u;
                    return;
                }
            }

            uint id = frame.Id;
            int length = frame.Length;
            if (frame.IsExtended)
            {
                if (Sensor != null)
                {
                    TakeFromSensor(frame, nowMs);
                }
            }
            else if (id == _currentId && length == SensorCurrent.Length)
            {
                TakeCurrent(words, payload, nowMs);
            }
            else if (id == _voltagesId && length == SensorVoltages.Length)
            {
                TakeVoltages(words, payload, nowMs);
            }
            else if (id == _hostId)
            {
                TakeHost(frame, nowMs);
            }
            else if (id == _testerId)
            {
                TakeTester(frame);
            }
            else if (id == _currentId || id == _voltagesId || IsOfReferenceModule(id))
            {
                // Of the right length it would not have come here.
                _check.Refused++;
            }
            else
            {
                TakeRare(id, frame, nowMs);
            }
        }

        // What comes once a second or less, and what a foreign sensor sends.
        private void TakeRare(uint id, CanFrame frame, uint nowMs)
        {
            bool isGood = true;
            if (_reference != null && id - ModuleStatus.BaseId < ReferenceModules.MaxModules)
            {
                isGood = Reports.Take((int)(id - ModuleStatus.BaseId), frame);
            }
            else if (id == Insulation.FrameId)
            {
                isGood = Insulation.Take(frame, nowMs);
            }
            else if (id == _serviceId)
            {
                isGood = TakeService(frame);
            }
            else if (Sensor != null)
            {
                TakeFromSensor(frame, nowMs);
            }

            _check.Refused += isGood ? 0u : 1u;
        }

        private bool IsOfReferenceModule(uint id)
        {
            uint offset = id - ModuleVoltagesA.BaseId;
            return _reference != null && offset < (ReferenceModules.VoltageFrames + 1) * ReferenceModules.MaxModules && (int)(offset % ReferenceModules.MaxModules) < _moduleCount;
        }

        private void StoreForeign(int slot, uint nowMs)
        {
            int[] values = Modules.Values;
            int module = slot & (MaxModules - 1);
            int block = slot / MaxModules;
            _timeMs[slot] = nowMs;
            _fresh[slot] = true;
            if (block == _temperatureBlock)
            {
                int places = TemperaturesPerModule;
                for (int i = 0; i < places; i++)
                {
                    TemperatureDeciC[module * places + i] = values[i];
                }

                _temperatures.Summarise(module, TemperatureDeciC, module * places, _fittedTemperatures, true);
                return;
            }

            int group = module * _temperatureBlock + block;
            int first = _groupFirst[group];
            int cells = _groupCells[group];
            for (int i = 0; i < cells; i++)
            {
                CellVoltageMv[first + i] = values[i];
            }

            _cells.Summarise(group, CellVoltageMv, first, cells, true);
        }

        private void TakeFromSensor(CanFrame frame, uint nowMs)
        {
            int kind = Sensor.Take(frame);
            int value = Sensor.Value;
            switch (kind)
            {
                case SensorProtocol.Current:
                    CurrentMa = value;
                    _currentMs = nowMs;
                    break;
                case SensorProtocol.PackVoltage:
                    PackVoltageMv = value;
                    _voltagesMs = nowMs;
                    break;
                case SensorProtocol.LinkVoltage:
                    LinkVoltageMv = value;
                    _linkMs = nowMs;
                    break;
                case SensorProtocol.Refused:
                    _check.Refused++;
                    break;
            }
        }

        private void TakeCurrent(ushort[] words, int payload, uint nowMs)
        {
            FrameCheck check = _check;
            int[] sensed = _sensed;
            if (SensorCurrent.UnpackAll(words, payload, check.Seed[CurrentSlot], sensed, 0) == CanBatch.CrcIsWrong)
            {
                check.Refused++;
                return;
            }

            int counter = words[payload] & 0x0F;
            if (counter == check.Expected[CurrentSlot])
            {
                check.Expected[CurrentSlot] = FrameCheck.Next[counter];
            }
            else if (!check.IsInStep(CurrentSlot, counter))
            {
                return;
            }

            // An honest sensor that says "I do not know" is as old as its last value.
            int status = sensed[1];
            CurrentIsBeyondRange = status == SensorCurrent.SensorStatusOutOfRange;
            if (sensed[0] != SignalValue.NotAvailable && status == SensorCurrent.SensorStatusOk)
            {
                CurrentMa = sensed[0];
                _currentMs = nowMs;
            }
        }

        private void TakeVoltages(ushort[] words, int payload, uint nowMs)
        {
            FrameCheck check = _check;
            int[] sensed = _sensed;
            if (SensorVoltages.UnpackAll(words, payload, check.Seed[VoltagesSlot], sensed, 2) == CanBatch.CrcIsWrong)
            {
                check.Refused++;
                return;
            }

            int counter = words[payload] & 0x0F;
            if (counter == check.Expected[VoltagesSlot])
            {
                check.Expected[VoltagesSlot] = FrameCheck.Next[counter];
            }
            else if (!check.IsInStep(VoltagesSlot, counter))
            {
                return;
            }

            int pack = sensed[2];
            int link = sensed[3];
            PackVoltageMv = pack;
            LinkVoltageMv = link;

            // As with the current: what is not available grows old, and the fault table notices.
            if (pack != SignalValue.NotAvailable && link != SignalValue.NotAvailable)
            {
                _voltagesMs = nowMs;
            }
        }

        // A service tool, not a safety function: it starts its counter anew whenever it likes.
        private void TakeTester(CanFrame frame)
        {
            byte[] data = frame.Data;
            if (frame.Length != BlackBoxRequest.Length || data[0] != E2eProfile1.CrcOf(data, BlackBoxRequest.Length, _testerSeed))
            {
                _check.Refused++;
                return;
            }

            TesterCommand = BlackBoxRequest.UnpackCommand(data);
            TesterRecord = BlackBoxRequest.UnpackFirstRecord(data);
        }

        // As the tester, it starts its counter anew whenever it likes.
        private bool TakeService(CanFrame frame)
        {
            byte[] data = frame.Data;
            if (frame.Length != ServiceRequest.Length || data[0] != E2eProfile1.CrcOf(data, ServiceRequest.Length, _serviceSeed))
            {
                return false;
            }

            if (ServiceRequest.UnpackServiceCommand(data) == ServiceRequest.ServiceCommandClear)
            {
                ServiceClears = ServiceRequest.UnpackServiceFaultId(data);
            }

            return true;
        }

        private void TakeHost(CanFrame frame, uint nowMs)
        {
            if (!_check.Accepts(HostSlot, frame, HostCommand.Length))
            {
                return;
            }

            byte[] data = frame.Data;
            int mode = HostCommand.UnpackMode(data);
            HostMode = mode == SignalValue.NotAvailable ? HostCommand.ModeStandby : mode;
            HostClearsFaults = HostCommand.UnpackClearFaults(data) == HostCommand.ClearFaultsClear;
            HostAllowsBalancing = HostCommand.UnpackBalancingAllowed(data) == HostCommand.BalancingAllowedYes;
            HostSeen = true;
            _hostMs = nowMs;
        }

        // One quarter of the modules in each cycle. A frame that is too old takes its values with it.
        private void ScanAges(uint nowMs)
        {
            uint[] times = _timeMs;
            bool isForeign = Modules != null;
            int modules = _moduleCount;
            int limit = _moduleLimitMs;
            int part = _agePart;
            int worst = 0;
            int worstModule = 0;
            for (int module = part; module < modules; module += AgeScanParts)
            {
                int age;
                if (isForeign)
                {
                    age = ModuleAgeMs(module, nowMs);
                }
                else
                {
                    // The oldest of the four frames, spelled out: this runs in every cycle.
                    age = (int)(nowMs - times[module]);
                    int other = (int)(nowMs - times[module + ReferenceModules.MaxModules]);
                    if (other > age)
                    {
                        age = other;
                    }

                    other = (int)(nowMs - times[module + 2 * ReferenceModules.MaxModules]);
                    if (other > age)
                    {
                        age = other;
                    }

                    other = (int)(nowMs - times[module + ReferenceModules.VoltageFrames * ReferenceModules.MaxModules]);
                    if (other > age)
                    {
                        age = other;
                    }
                }

                if (age > worst)
                {
                    worst = age;
                    worstModule = module;
                }

                if (age > limit)
                {
                    ForgetOldFrames(module, nowMs);
                }
            }

            // What is older than all others is known at once; that it no longer is, after all quarters.
            if (worst > _scanAgeMs)
            {
                _scanAgeMs = worst;
                _scanModule = worstModule;
            }

            bool complete = part == AgeScanParts - 1;
            if (complete || worst > OldestModuleAgeMs)
            {
                OldestModuleAgeMs = _scanAgeMs;
                OldestModule = _scanModule;
            }

            _agePart = part + 1;
            if (complete)
            {
                _agePart = 0;
                _scanAgeMs = 0;
            }
        }

        private void ForgetOldFrames(int module, uint nowMs)
        {
            int end = (_temperatureBlock + 1) * _stride;
            for (int slot = module; slot < end; slot += _stride)
            {
                int age = (int)(nowMs - _timeMs[slot]);
                if (age > _moduleLimitMs)
                {
                    Forget(slot, module, age, nowMs);
                }
            }
        }

        private void Forget(int slot, int module, int age, uint nowMs)
        {
            // A silence of weeks must not come round through the clock's roll-over and look young.
            if (age > LongAgoMs)
            {
                _timeMs[slot] = nowMs - LongAgoMs;
            }

            if (!_fresh[slot])
            {
                return;
            }

            // The counter is kept: a sender whose counter stands still must not pass as one that begins anew.
            _fresh[slot] = false;
            _check.Expected[slot] |= FrameCheck.Unusual;
            int block = slot / _stride;
            if (block == _temperatureBlock)
            {
                int first = module * TemperaturesPerModule;
                for (int i = first; i < first + TemperaturesPerModule; i++)
                {
                    TemperatureDeciC[i] = SignalValue.NotAvailable;
                }

                _temperatures.Summarise(module, TemperatureDeciC, first, _fittedTemperatures, false);
                return;
            }

            int group = module * _temperatureBlock + block;
            int begin = _groupFirst[group];
            int end = begin + _groupCells[group];
            for (int cell = begin; cell < end; cell++)
            {
                CellVoltageMv[cell] = SignalValue.NotAvailable;
            }

            _cells.Summarise(group, CellVoltageMv, begin, end - begin, false);
        }

        private void AgeSensors(uint nowMs)
        {
            int age = (int)(nowMs - _currentMs);
            if (age > LongAgoMs)
            {
                _currentMs = nowMs - LongAgoMs;
            }

            CurrentAgeMs = age < 0 ? 0 : age;
            if (age > _currentLimitMs)
            {
                CurrentMa = SignalValue.NotAvailable;
            }

            age = (int)(nowMs - _voltagesMs);
            if (age > LongAgoMs)
            {
                _voltagesMs = nowMs - LongAgoMs;
            }

            if (_hasTwoVoltageFrames)
            {
                int linkAge = (int)(nowMs - _linkMs);
                if (linkAge > LongAgoMs)
                {
                    _linkMs = nowMs - LongAgoMs;
                }

                age = linkAge > age ? linkAge : age;
            }

            VoltageAgeMs = age < 0 ? 0 : age;
            if (age > _voltageLimitMs)
            {
                PackVoltageMv = SignalValue.NotAvailable;
                LinkVoltageMv = SignalValue.NotAvailable;
            }

            if (HostSeen)
            {
                age = (int)(nowMs - _hostMs);
                if (age > LongAgoMs)
                {
                    _hostMs = nowMs - LongAgoMs;
                }

                HostAgeMs = age < 0 ? 0 : age;
            }
        }

        private static int IndexOf(int[] values, int from, int value)
        {
            int i = from;
            while (values[i] != value)
            {
                i++;
            }

            return i;
        }
    }
}
