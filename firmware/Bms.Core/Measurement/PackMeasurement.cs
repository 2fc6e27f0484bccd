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

        // The reference modules, whose path is spelled out: three frames with voltages in each period, one with temperatures.
        private const int ReferenceModules = 16;
        private const int ReferenceVoltageFrames = 3;
        private const int CellsPerFrame = 4;
        private const uint NoId = 0xFFFFFFFF;

        // Ages are scanned a quarter at a time: 40 ms at most until an old frame is noticed, at a quarter of the cost.
        private const int AgeScanParts = 4;

        // A counter may skip this many frames before the sequence is called wrong.
        private const int MaxCounterStep = 3;
        private const int CounterModulus = 15;
        private const byte NoCounter = 255;

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

        /// <summary>Frames refused for their CRC, counter or length since start; wraps.</summary>
        public uint RefusedFrames;

        /// <summary>Frames taken from the receiver in this cycle.</summary>
        public int FramesThisCycle;

        private readonly CanPort _port;
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
        private readonly uint _currentId;
        private readonly uint _voltagesId;
        private readonly bool _hasTwoVoltageFrames;

        // One entry for each frame that is checked: block * 32 + module for the modules, then one for each single sender.
        private const int CurrentSlot = MaxBlocks * MaxModules;
        private const int VoltagesSlot = CurrentSlot + 1;
        private const int HostSlot = CurrentSlot + 2;
        private const int LinkSlot = CurrentSlot + 3;
        private const int Slots = CurrentSlot + 4;
        private readonly uint[] _timeMs = new uint[Slots];
        private readonly bool[] _fresh = new bool[Slots];
        private readonly byte[] _counter = new byte[Slots];
        private readonly int[] _seed = new int[Slots];
        private readonly int _testerSeed;

        // Extremes of the cells of each voltage frame, so that a new frame costs its cells and not all of them.
        private readonly int[] _groupFirst;
        private readonly int[] _groupCells;
        private readonly int[] _groupLowMv;
        private readonly int[] _groupHighMv;
        private readonly int[] _groupSumMv;
        private readonly int[] _groupValid;
        private readonly int[] _groupInvalid;
        private readonly int[] _moduleLowDeciC;
        private readonly int[] _moduleHighDeciC;
        private readonly int[] _moduleValid;
        private readonly int[] _moduleInvalid;

        private readonly int[] _partAgeMs = new int[AgeScanParts];
        private readonly int[] _partModule = new int[AgeScanParts];

        private int _sumMv;
        private int _lowGroup;
        private int _highGroup;
        private int _coldModule;
        private int _hotModule;
        private int _agePart;
        private bool _cellsChanged;
        private bool _temperaturesChanged;
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
            _voltagesId = _hasTwoVoltageFrames ? NoId : _hostId + (SensorVoltages.Id - HostCommand.Id);
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
            _groupLowMv = new int[groups];
            _groupHighMv = new int[groups];
            _groupSumMv = new int[groups];
            _groupValid = new int[groups];
            _groupInvalid = new int[groups];
            _moduleLowDeciC = new int[_moduleCount];
            _moduleHighDeciC = new int[_moduleCount];
            _moduleValid = new int[_moduleCount];
            _moduleInvalid = new int[_moduleCount];

            for (int slot = 0; slot < Slots; slot++)
            {
                _counter[slot] = NoCounter;
            }

            for (int module = 0; module < ReferenceModules; module++)
            {
                _seed[module] = E2eProfile1.SeedOf((int)ModuleVoltagesA.BaseId + module);
                _seed[MaxModules + module] = E2eProfile1.SeedOf((int)ModuleVoltagesB.BaseId + module);
                _seed[2 * MaxModules + module] = E2eProfile1.SeedOf((int)ModuleVoltagesC.BaseId + module);
                _seed[ReferenceVoltageFrames * MaxModules + module] = E2eProfile1.SeedOf((int)ModuleTemperatures.BaseId + module);
            }

            _seed[CurrentSlot] = E2eProfile1.SeedOf(SensorCurrent.DataId);
            _seed[VoltagesSlot] = E2eProfile1.SeedOf(SensorVoltages.DataId);
            _seed[HostSlot] = E2eProfile1.SeedOf(HostCommand.DataId);
            _testerSeed = E2eProfile1.SeedOf(BlackBoxRequest.DataId);

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
                _groupLowMv[group] = int.MaxValue;
                _groupHighMv[group] = SignalValue.NotAvailable;
            }

            for (int module = 0; module < _moduleCount; module++)
            {
                _moduleLowDeciC[module] = int.MaxValue;
                _moduleHighDeciC[module] = SignalValue.NotAvailable;
            }

            CurrentMa = SignalValue.NotAvailable;
            PackVoltageMv = SignalValue.NotAvailable;
            LinkVoltageMv = SignalValue.NotAvailable;
            HostMode = HostCommand.ModeStandby;
            FindCellExtremes();
            FindTemperatureExtremes();
        }

        /// <summary>Number of modules that the pack has.</summary>
        public int ModuleCount
        {
            get { return _moduleCount; }
        }

        /// <summary>Index of the lowest cell, from 0; 0 where <see cref="LowestCellMv"/> is not available. Searched when asked for.</summary>
        public int LowestCell
        {
            get { return ValidCells == 0 ? 0 : IndexOf(CellVoltageMv, _groupFirst[_lowGroup], LowestCellMv); }
        }

        /// <summary>Index of the highest cell, from 0; 0 where <see cref="HighestCellMv"/> is not available. Searched when asked for.</summary>
        public int HighestCell
        {
            get { return ValidCells == 0 ? 0 : IndexOf(CellVoltageMv, _groupFirst[_highGroup], HighestCellMv); }
        }

        /// <summary>Index of the coldest sensor, from 0; 0 where there is none. Searched when asked for.</summary>
        public int LowestSensor
        {
            get { return ValidTemperatures == 0 ? 0 : IndexOf(TemperatureDeciC, _coldModule * TemperaturesPerModule, LowestTemperatureDeciC); }
        }

        /// <summary>Index of the hottest sensor, from 0; 0 where there is none. Searched when asked for.</summary>
        public int HighestSensor
        {
            get { return ValidTemperatures == 0 ? 0 : IndexOf(TemperatureDeciC, _hotModule * TemperaturesPerModule, HighestTemperatureDeciC); }
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
                int age = (int)(nowMs - _timeMs[block * MaxModules + module]);
                if (age > oldest)
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
            CanFrame frame = _frame;
            int maxFrames = _maxFrames;
            int taken = 0;
            bool isForeign = Modules != null;
            while (taken < maxFrames && port.TryReceive(frame))
            {
                taken++;
                if (isForeign || frame.IsExtended)
                {
                    TakeForeign(frame, nowMs);
                    continue;
                }

                // The most frequent first. The four families of the modules follow each other at 0x200, 0x210, 0x220 and 0x230.
                uint id = frame.Id;
                uint offset = id - ModuleVoltagesA.BaseId;
                if (offset < (ReferenceVoltageFrames + 1) * ReferenceModules)
                {
                    TakeModule((int)offset, frame, nowMs);
                }
                else if (id == _currentId)
                {
                    TakeCurrent(frame, nowMs);
                }
                else if (id == _voltagesId)
                {
                    TakeVoltages(frame, nowMs);
                }
                else if (id == _hostId)
                {
                    TakeHost(frame, nowMs);
                }
                else if (id == _testerId)
                {
                    TakeTester(frame);
                }
                else if (Sensor != null)
                {
                    TakeFromSensor(frame, nowMs);
                }
            }

            FramesThisCycle = taken;
            ScanAges(nowMs);
            AgeSensors(nowMs);

            if (_cellsChanged)
            {
                _cellsChanged = false;
                FindCellExtremes();
            }

            if (_temperaturesChanged)
            {
                _temperaturesChanged = false;
                FindTemperatureExtremes();
            }
        }

        // Until something was heard, its age counts from the end of the grace time.
        private void Start(uint nowMs)
        {
            _started = true;
            uint heardMs = nowMs + (uint)_graceMs;
            for (int slot = 0; slot < Slots; slot++)
            {
                _timeMs[slot] = heardMs;
            }
        }

        // Every frame where the modules are not those of the reference, and extended frames.
        private void TakeForeign(CanFrame frame, uint nowMs)
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
                    RefusedFrames += slot == ModuleProtocol.Refused ? 1u : 0u;
                    return;
                }
            }

            uint id = frame.Id;
            if (frame.IsExtended)
            {
                if (Sensor != null)
                {
                    TakeFromSensor(frame, nowMs);
                }
            }
            else if (id == _currentId)
            {
                TakeCurrent(frame, nowMs);
            }
            else if (id == _voltagesId)
            {
                TakeVoltages(frame, nowMs);
            }
            else if (id == _hostId)
            {
                TakeHost(frame, nowMs);
            }
            else if (id == _testerId)
            {
                TakeTester(frame);
            }
            else if (Sensor != null)
            {
                TakeFromSensor(frame, nowMs);
            }
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

                SummariseTemperatures(module, true);
                return;
            }

            int group = module * _temperatureBlock + block;
            int first = _groupFirst[group];
            int cells = _groupCells[group];
            for (int i = 0; i < cells; i++)
            {
                CellVoltageMv[first + i] = values[i];
            }

            SummariseGroup(group, true);
        }

        private void TakeFromSensor(CanFrame frame, uint nowMs)
        {
            int kind = Sensor.Take(frame);
            int value = Sensor.Value;
            switch (kind)
            {
                case SensorProtocol.Current:
                    CurrentMa = value;
                    _timeMs[CurrentSlot] = nowMs;
                    break;
                case SensorProtocol.PackVoltage:
                    PackVoltageMv = value;
                    _timeMs[VoltagesSlot] = nowMs;
                    break;
                case SensorProtocol.LinkVoltage:
                    LinkVoltageMv = value;
                    _timeMs[LinkSlot] = nowMs;
                    break;
                case SensorProtocol.Refused:
                    RefusedFrames++;
                    break;
            }
        }

        // offset = block * 16 + module.
        private void TakeModule(int offset, CanFrame frame, uint nowMs)
        {
            int module = offset & (ReferenceModules - 1);
            if (module >= _moduleCount)
            {
                return;
            }

            int block = offset >> 4;
            int slot = block * MaxModules + module;
            if (!Accept(slot, frame, ModuleVoltagesA.Length))
            {
                return;
            }

            byte[] data = frame.Data;
            _timeMs[slot] = nowMs;
            _fresh[slot] = true;
            if (block == ReferenceVoltageFrames)
            {
                StoreTemperatures(module, data);
            }
            else
            {
                StoreVoltages(module * ReferenceVoltageFrames + block, data);
            }
        }

        // Length, CRC and counter. The counter runs 0..14; equal means repeated: no news.
        private bool Accept(int slot, CanFrame frame, int length)
        {
            byte[] data = frame.Data;
            if (frame.Length != length || data[0] != E2eProfile1.CrcOf(data, length, _seed[slot]))
            {
                RefusedFrames++;
                return false;
            }

            int counter = data[1] & 0x0F;
            int step = counter - _counter[slot];
            if (step < 0)
            {
                step += CounterModulus;
            }

            // Before the first frame the last counter is NoCounter, and the step far below zero.
            if (step > 0 && step <= MaxCounterStep && counter < CounterModulus)
            {
                _counter[slot] = (byte)counter;
                return true;
            }

            return AcceptOutOfStep(slot, counter);
        }

        // The very first frame: good. Repeated, skipped too far, or no counter at all: refused, and taken up again from the next frame on.
        private bool AcceptOutOfStep(int slot, int counter)
        {
            if (counter >= CounterModulus)
            {
                // Tells nothing about the next one, so the last good counter stays.
                RefusedFrames++;
                return false;
            }

            bool isFirst = _counter[slot] == NoCounter;
            _counter[slot] = (byte)counter;
            if (!isFirst)
            {
                RefusedFrames++;
            }

            return isFirst;
        }

        private void StoreVoltages(int group, byte[] data)
        {
            int cell = group * CellsPerFrame;
            int left = _cellCount - cell;
            if (left >= CellsPerFrame)
            {
                // The usual case spelled out: four equal steps without a loop or a further call.
                int a = ModuleVoltagesA.UnpackCellVoltage1Mv(data);
                int b = ModuleVoltagesA.UnpackCellVoltage2Mv(data);
                int c = ModuleVoltagesA.UnpackCellVoltage3Mv(data);
                int d = ModuleVoltagesA.UnpackCellVoltage4Mv(data);
                int[] cells = CellVoltageMv;
                cells[cell] = a;
                cells[cell + 1] = b;
                cells[cell + 2] = c;
                cells[cell + 3] = d;
                if (a >= 0 && b >= 0 && c >= 0 && d >= 0)
                {
                    int low = a;
                    int high = a;
                    if (b < low) { low = b; } else if (b > high) { high = b; }
                    if (c < low) { low = c; } else if (c > high) { high = c; }
                    if (d < low) { low = d; } else if (d > high) { high = d; }

                    int sum = a + b + c + d;
                    _sumMv += sum - _groupSumMv[group];
                    _groupSumMv[group] = sum;
                    _groupLowMv[group] = low;
                    _groupHighMv[group] = high;
                    if (_groupValid[group] != CellsPerFrame)
                    {
                        _groupValid[group] = CellsPerFrame;
                        _groupInvalid[group] = 0;
                        _cellsChanged = true;
                        return;
                    }

                    KeepExtremes(group, low, high);
                    return;
                }
            }
            else
            {
                if (left >= 1)
                {
                    CellVoltageMv[cell] = ModuleVoltagesA.UnpackCellVoltage1Mv(data);
                }

                if (left >= 2)
                {
                    CellVoltageMv[cell + 1] = ModuleVoltagesA.UnpackCellVoltage2Mv(data);
                }

                if (left >= 3)
                {
                    CellVoltageMv[cell + 2] = ModuleVoltagesA.UnpackCellVoltage3Mv(data);
                }
            }

            SummariseGroup(group, true);
        }

        // A group that beats the extreme becomes it (of equal ones the first); only where the group that held it falls back must all groups be searched.
        private void KeepExtremes(int group, int low, int high)
        {
            if (low < LowestCellMv || (low == LowestCellMv && group <= _lowGroup))
            {
                LowestCellMv = low;
                _lowGroup = group;
            }
            else if (group == _lowGroup)
            {
                _cellsChanged = true;
            }

            if (high > HighestCellMv || (high == HighestCellMv && group <= _highGroup))
            {
                HighestCellMv = high;
                _highGroup = group;
            }
            else if (group == _highGroup)
            {
                _cellsChanged = true;
            }

            if (ValidCells == _cellCount)
            {
                CellSumMv = _sumMv;
            }
        }

        // The unusual case: cells not fitted or not available.
        private void SummariseGroup(int group, bool fresh)
        {
            int first = _groupFirst[group];
            int end = first + _groupCells[group];
            int low = int.MaxValue;
            int high = SignalValue.NotAvailable;
            int sum = 0;
            int valid = 0;
            int invalid = 0;
            for (int cell = first; cell < end; cell++)
            {
                int mv = CellVoltageMv[cell];
                if (mv == SignalValue.NotAvailable)
                {
                    invalid++;
                    continue;
                }

                valid++;
                sum += mv;
                if (mv < low)
                {
                    low = mv;
                }

                if (mv > high)
                {
                    high = mv;
                }
            }

            _sumMv += sum - _groupSumMv[group];
            _groupSumMv[group] = sum;
            _groupLowMv[group] = low;
            _groupHighMv[group] = high;
            _groupValid[group] = valid;
            _groupInvalid[group] = fresh ? invalid : 0;
            _cellsChanged = true;
        }

        private void StoreTemperatures(int module, byte[] data)
        {
            int first = module * 4;
            TemperatureDeciC[first] = ModuleTemperatures.UnpackTemperature1DeciC(data);
            TemperatureDeciC[first + 1] = ModuleTemperatures.UnpackTemperature2DeciC(data);
            TemperatureDeciC[first + 2] = ModuleTemperatures.UnpackTemperature3DeciC(data);
            TemperatureDeciC[first + 3] = ModuleTemperatures.UnpackTemperature4DeciC(data);
            SummariseTemperatures(module, true);
        }

        private void SummariseTemperatures(int module, bool fresh)
        {
            int first = module * TemperaturesPerModule;
            int low = int.MaxValue;
            int high = SignalValue.NotAvailable;
            int invalid = 0;
            for (int i = first; i < first + _fittedTemperatures; i++)
            {
                int deciC = TemperatureDeciC[i];
                if (deciC == SignalValue.NotAvailable)
                {
                    invalid++;
                    continue;
                }

                if (deciC < low)
                {
                    low = deciC;
                }

                if (deciC > high)
                {
                    high = deciC;
                }
            }

            int valid = _fittedTemperatures - invalid;
            if (!fresh)
            {
                invalid = 0;
            }

            if (low == _moduleLowDeciC[module] && high == _moduleHighDeciC[module] && valid == _moduleValid[module] && invalid == _moduleInvalid[module])
            {
                return;
            }

            _moduleLowDeciC[module] = low;
            _moduleHighDeciC[module] = high;
            _moduleValid[module] = valid;
            _moduleInvalid[module] = invalid;
            _temperaturesChanged = true;
        }

        private void TakeCurrent(CanFrame frame, uint nowMs)
        {
            if (!Accept(CurrentSlot, frame, SensorCurrent.Length))
            {
                return;
            }

            // An honest sensor that says "I do not know" is as old as its last value.
            int current = SensorCurrent.UnpackCurrentMa(frame.Data);
            int status = SensorCurrent.UnpackSensorStatus(frame.Data);
            CurrentIsBeyondRange = status == SensorCurrent.SensorStatusOutOfRange;
            if (current == SignalValue.NotAvailable || status != SensorCurrent.SensorStatusOk)
            {
                return;
            }

            CurrentMa = current;
            _timeMs[CurrentSlot] = nowMs;
        }

        private void TakeVoltages(CanFrame frame, uint nowMs)
        {
            if (!Accept(VoltagesSlot, frame, SensorVoltages.Length))
            {
                return;
            }

            PackVoltageMv = SensorVoltages.UnpackPackVoltageMv(frame.Data);
            LinkVoltageMv = SensorVoltages.UnpackLinkVoltageMv(frame.Data);

            // As with the current: what is not available grows old, and the fault table notices.
            if (PackVoltageMv != SignalValue.NotAvailable && LinkVoltageMv != SignalValue.NotAvailable)
            {
                _timeMs[VoltagesSlot] = nowMs;
            }
        }

        // A service tool, not a safety function: it starts its counter anew whenever it likes.
        private void TakeTester(CanFrame frame)
        {
            byte[] data = frame.Data;
            if (frame.Length != BlackBoxRequest.Length || data[0] != E2eProfile1.CrcOf(data, BlackBoxRequest.Length, _testerSeed))
            {
                RefusedFrames++;
                return;
            }

            TesterCommand = BlackBoxRequest.UnpackCommand(data);
            TesterRecord = BlackBoxRequest.UnpackFirstRecord(data);
        }

        private void TakeHost(CanFrame frame, uint nowMs)
        {
            if (!Accept(HostSlot, frame, HostCommand.Length))
            {
                return;
            }

            byte[] data = frame.Data;
            int mode = HostCommand.UnpackMode(data);
            HostMode = mode == SignalValue.NotAvailable ? HostCommand.ModeStandby : mode;
            HostClearsFaults = HostCommand.UnpackClearFaults(data) == HostCommand.ClearFaultsClear;
            HostAllowsBalancing = HostCommand.UnpackBalancingAllowed(data) == HostCommand.BalancingAllowedYes;
            HostSeen = true;
            _timeMs[HostSlot] = nowMs;
        }

        // One quarter of the frames in each cycle. A frame that is too old takes its values with it.
        private void ScanAges(uint nowMs)
        {
            bool isForeign = Modules != null;
            uint[] times = _timeMs;
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
                    int other = (int)(nowMs - times[module + MaxModules]);
                    if (other > age)
                    {
                        age = other;
                    }

                    other = (int)(nowMs - times[module + 2 * MaxModules]);
                    if (other > age)
                    {
                        age = other;
                    }

                    other = (int)(nowMs - times[module + ReferenceVoltageFrames * MaxModules]);
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

            _partAgeMs[part] = worst;
            _partModule[part] = worstModule;
            _agePart = part == AgeScanParts - 1 ? 0 : part + 1;

            int oldest = _partAgeMs[0];
            int oldestModule = _partModule[0];
            for (int i = 1; i < AgeScanParts; i++)
            {
                if (_partAgeMs[i] > oldest)
                {
                    oldest = _partAgeMs[i];
                    oldestModule = _partModule[i];
                }
            }

            OldestModuleAgeMs = oldest;
            OldestModule = oldestModule;
        }

        private void ForgetOldFrames(int module, uint nowMs)
        {
            for (int slot = module; slot < CurrentSlot; slot += MaxModules)
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
            int block = slot / MaxModules;
            if (block == _temperatureBlock)
            {
                int first = module * TemperaturesPerModule;
                for (int i = first; i < first + TemperaturesPerModule; i++)
                {
                    TemperatureDeciC[i] = SignalValue.NotAvailable;
                }

                SummariseTemperatures(module, false);
                return;
            }

            int group = module * _temperatureBlock + block;
            int begin = _groupFirst[group];
            int end = begin + _groupCells[group];
            for (int cell = begin; cell < end; cell++)
            {
                CellVoltageMv[cell] = SignalValue.NotAvailable;
            }

            SummariseGroup(group, false);
        }

        private void AgeSensors(uint nowMs)
        {
            CurrentAgeMs = AgeOf(CurrentSlot, nowMs);
            if (CurrentAgeMs > _currentLimitMs)
            {
                CurrentMa = SignalValue.NotAvailable;
            }

            VoltageAgeMs = AgeOf(VoltagesSlot, nowMs);
            if (_hasTwoVoltageFrames)
            {
                int linkAgeMs = AgeOf(LinkSlot, nowMs);
                if (linkAgeMs > VoltageAgeMs)
                {
                    VoltageAgeMs = linkAgeMs;
                }
            }

            if (VoltageAgeMs > _voltageLimitMs)
            {
                PackVoltageMv = SignalValue.NotAvailable;
                LinkVoltageMv = SignalValue.NotAvailable;
            }

            if (HostSeen)
            {
                HostAgeMs = AgeOf(HostSlot, nowMs);
            }
        }

        private int AgeOf(int slot, uint nowMs)
        {
            int age = (int)(nowMs - _timeMs[slot]);
            if (age > LongAgoMs)
            {
                _timeMs[slot] = nowMs - LongAgoMs;
            }

            return age < 0 ? 0 : age;
        }

        private void FindCellExtremes()
        {
            int[] lows = _groupLowMv;
            int[] highs = _groupHighMv;
            int[] valids = _groupValid;
            int low = int.MaxValue;
            int high = SignalValue.NotAvailable;
            int lowGroup = 0;
            int highGroup = 0;
            int valid = 0;
            int invalid = 0;
            for (int group = 0; group < lows.Length; group++)
            {
                valid += valids[group];
                if (_groupInvalid[group] != 0)
                {
                    invalid += _groupInvalid[group];
                    InvalidCell = IndexOf(CellVoltageMv, _groupFirst[group], SignalValue.NotAvailable);
                }

                if (lows[group] < low)
                {
                    low = lows[group];
                    lowGroup = group;
                }

                if (highs[group] > high)
                {
                    high = highs[group];
                    highGroup = group;
                }
            }

            ValidCells = valid;
            InvalidCells = invalid;
            if (valid == 0)
            {
                LowestCellMv = SignalValue.NotAvailable;
                HighestCellMv = SignalValue.NotAvailable;
                CellSumMv = SignalValue.NotAvailable;
                return;
            }

            LowestCellMv = low;
            HighestCellMv = high;
            _lowGroup = lowGroup;
            _highGroup = highGroup;
            CellSumMv = valid == _cellCount ? _sumMv : SignalValue.NotAvailable;
        }

        private void FindTemperatureExtremes()
        {
            int low = int.MaxValue;
            int high = SignalValue.NotAvailable;
            int lowModule = 0;
            int highModule = 0;
            int valid = 0;
            int worstMissing = 0;
            for (int module = 0; module < _moduleCount; module++)
            {
                valid += _moduleValid[module];
                if (_moduleInvalid[module] > worstMissing)
                {
                    worstMissing = _moduleInvalid[module];
                    WorstTemperatureModule = module;
                }

                if (_moduleLowDeciC[module] < low)
                {
                    low = _moduleLowDeciC[module];
                    lowModule = module;
                }

                if (_moduleHighDeciC[module] > high)
                {
                    high = _moduleHighDeciC[module];
                    highModule = module;
                }
            }

            ValidTemperatures = valid;
            WorstMissingTemperatures = worstMissing;
            if (valid == 0)
            {
                LowestTemperatureDeciC = SignalValue.NotAvailable;
                HighestTemperatureDeciC = SignalValue.NotAvailable;
                return;
            }

            LowestTemperatureDeciC = low;
            HighestTemperatureDeciC = high;
            _coldModule = lowModule;
            _hotModule = highModule;
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
