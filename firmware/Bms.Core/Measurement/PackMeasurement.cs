using System.Runtime.CompilerServices;
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

        // The lowest raw value of the reference sensor means "not available".
        private const int LargestCurrentMa = 8388607;

        // Raw values above mean "not available".
        private const int LargestVoltageMv = 1000000;

        private const int MostCrowdedCycles = 3;

        private const uint NoId = 0xFFFFFFFF;
        private const int NoWord = -1;

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

        /// <summary>Age of the oldest module frame, in ms, at most 40 ms behind; 0 while no frame is older than what the fault table asks of one.</summary>
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

        /// <summary>Time that the host told last, as HostTime has it, in s; not available before that.</summary>
        public int HostClockS = SignalValue.NotAvailable;

        /// <summary>Which clock told it.</summary>
        public int HostClockId = SignalValue.NotAvailable;

        /// <summary>True from the cycle in which the host told a time until whoever needs it sets it back.</summary>
        public bool HostClockIsNew;

        /// <summary>What the reference modules report of themselves.</summary>
        public readonly ModuleReports Reports;

        /// <summary>Insulation monitor, fitted or not.</summary>
        public readonly InsulationMonitor Insulation;

        /// <summary>Frames taken from the receiver in this cycle.</summary>
        public int FramesThisCycle;

        /// <summary>With so many frames in 10 ms a cycle has enough to do for what takes turns to wait.</summary>
        public const int BusyFrames = 7;

        /// <summary>True in a cycle with so many frames, for three such cycles in a row at most and for half of all where all are full: what takes turns waits.</summary>
        public bool IsCrowded;

        /// <summary>With more frames than this in 10 ms a cycle has enough to do for the estimation to wait.</summary>
        public const int QuietFrames = 4;

        /// <summary>True in a cycle in which others have much to do: what can wait does.</summary>
        public bool IsBusy;

        private readonly CanPort _port;
        private readonly bool _collects;
        private readonly CanBatch _batch = new CanBatch();
        private readonly CanFrame _frame = new CanFrame();
        private readonly int _cellCount;
        private readonly int _maxFrames;
        private readonly int _quietFrames;
        private readonly int _busyFrames;
        private int _crowdedCycles;
        private readonly int _currentLimitMs;
        private readonly int _voltageLimitMs;
        private readonly int _graceMs;

        private readonly uint _hostId;
        private readonly uint _hostTimeId;
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
        private readonly FrameCheck _check = new FrameCheck(Slots);
        private readonly ReferenceModules _reference;

        private readonly ModuleValues _values;
        private readonly ModuleAges _ages;
        private readonly CommandFrames _commands;

        // Battery side and load side.
        private uint _currentMs;
        private uint _voltagesMs;
        private uint _linkMs;
        private bool _started;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        /// <param name="port">The bus.</param>
        public PackMeasurement(ParameterBlock parameters, CanPort port)
        {
            _port = port;
            _collects = port.NeedsCollect;
            _cellCount = parameters.Get(ParameterId.CellCount);
            int profile = parameters.Get(ParameterId.ModuleProfile);
            Modules = ModuleProtocol.Create(parameters);
            Sensor = SensorProtocol.Create(parameters);
            CellsPerModule = ModuleProfile.CellsPerModuleOf(parameters);
            TemperaturesPerModule = ModuleProfile.MostTemperatures(profile);
            int modules = ModuleProfile.ModuleCountOf(parameters);
            _hasTwoVoltageFrames = Sensor != null && Sensor.HasVoltages;
            _hostId = (uint)parameters.Get(ParameterId.HostBaseId);
            _hostTimeId = _hostId + (HostTime.Id - HostCommand.Id);
            _testerId = _hostId + (BlackBoxRequest.Id - HostCommand.Id);
            _currentId = Sensor != null ? NoId : _hostId + (SensorCurrent.Id - HostCommand.Id);
            _currentWord = Sensor != null ? NoWord : CanBatch.FirstWordOf(_currentId);
            _voltagesId = _hasTwoVoltageFrames ? NoId : _hostId + (SensorVoltages.Id - HostCommand.Id);
            _voltagesWord = _hasTwoVoltageFrames ? NoWord : CanBatch.FirstWordOf(_voltagesId);
            _serviceId = _hostId + (ServiceRequest.Id - HostCommand.Id);
            Reports = new ModuleReports(Modules == null ? modules : 0, CellsPerModule);
            Insulation = new InsulationMonitor(parameters);
            _maxFrames = parameters.Get(ParameterId.MaxFramesPerCycle);
            _quietFrames = QuietFrames * parameters.Get(ParameterId.CyclePeriodMs) / 10;
            _busyFrames = BusyFrames * parameters.Get(ParameterId.CyclePeriodMs) / 10;
            _graceMs = parameters.Get(ParameterId.StartupGraceMs);
            _currentLimitMs = parameters.Get(ParameterId.OfFault(Protection.FaultId.CurrentSensorLost, ParameterId.ColumnLimit));
            _voltageLimitMs = parameters.Get(ParameterId.OfFault(Protection.FaultId.VoltageSensorLost, ParameterId.ColumnLimit));

            int stride = Modules == null ? ReferenceModules.MaxModules : MaxModules;
            _values = new ModuleValues(
                _cellCount,
                modules,
                CellsPerModule,
                ModuleProfile.VoltageFramesOf(parameters),
                ModuleProfile.CellsPerFrame(profile),
                TemperaturesPerModule,
                parameters.Get(ParameterId.TemperaturesPerModule),
                stride);
            CellVoltageMv = _values.CellMv;
            TemperatureDeciC = _values.DeciC;
            _ages = new ModuleAges(
                this,
                _values,
                _check,
                parameters.Get(ParameterId.OfFault(Protection.FaultId.ModuleLost, ParameterId.ColumnLimit)),
                LowestThreshold(parameters, Protection.FaultId.ModuleLost),
                ModuleProfile.ModulesWithTemperatures(profile));
            if (Modules == null)
            {
                _reference = new ReferenceModules(_check, _values, _currentWord, _voltagesWord);
            }

            _commands = new CommandFrames(this, _check, HostSlot);
            _check.Seed[CurrentSlot] = E2eProfile1.SeedOf(SensorCurrent.DataId);
            _check.Seed[VoltagesSlot] = E2eProfile1.SeedOf(SensorVoltages.DataId);
            CurrentMa = SignalValue.NotAvailable;
            PackVoltageMv = SignalValue.NotAvailable;
            LinkVoltageMv = SignalValue.NotAvailable;
            HostMode = HostCommand.ModeStandby;
            PublishCells();
            PublishTemperatures();
        }

        /// <summary>Frames refused for their CRC, counter or length since start, and those without a CRC that the next one took back; wraps.</summary>
        public uint RefusedFrames
        {
            get { return Modules == null ? _check.Refused : _check.Refused + Modules.DisprovedFrames; }
        }

        /// <summary>Number of modules that the pack has.</summary>
        public int ModuleCount
        {
            get { return _values.ModuleCount; }
        }

        /// <summary>Index of the lowest cell, from 0; 0 where <see cref="LowestCellMv"/> is not available. Searched when asked for.</summary>
        public int LowestCell
        {
            get { return ValidCells == 0 ? 0 : _values.LowestCellOf(_values.Cells.LowestGroup, LowestCellMv); }
        }

        /// <summary>Index of the highest cell, from 0; 0 where <see cref="HighestCellMv"/> is not available. Searched when asked for.</summary>
        public int HighestCell
        {
            get { return ValidCells == 0 ? 0 : _values.HighestCellOf(_values.Cells.HighestGroup, HighestCellMv); }
        }

        /// <summary>Index of the coldest sensor, from 0; 0 where there is none. Searched when asked for.</summary>
        public int LowestSensor
        {
            get { return ValidTemperatures == 0 ? 0 : _values.ColdestSensorOf(_values.Temperatures.LowestGroup); }
        }

        /// <summary>Index of the hottest sensor, from 0; 0 where there is none. Searched when asked for.</summary>
        public int HighestSensor
        {
            get { return ValidTemperatures == 0 ? 0 : _values.HottestSensorOf(_values.Temperatures.HighestGroup); }
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
            return _ages.Of(module, nowMs);
        }

        /// <summary>Takes the waiting frames and brings every output of this stage up to date.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(uint nowMs)
        {
            if (!_started)
            {
                Start(nowMs);
            }

            int taken = _reference != null ? _reference.Receive(this, _port, _batch, _maxFrames, nowMs) : Receive(nowMs);
            IsBusy = taken > _quietFrames;
            if (taken >= _busyFrames && _crowdedCycles < MostCrowdedCycles)
            {
                IsCrowded = true;
                _crowdedCycles++;
            }
            else
            {
                IsCrowded = false;
                if (_crowdedCycles != 0)
                {
                    _crowdedCycles--;
                }
            }

            FramesThisCycle = taken;
            if (_collects)
            {
                // The frames are taken, and more may have come: what is left of this part does not wait for them.
                _port.Collect();
            }

            _ages.Scan(nowMs);
            AgeSensors(nowMs);
            if (_values.Cells.IsChanged)
            {
                PublishCells();
            }

            if (_values.Temperatures.IsChanged)
            {
                PublishTemperatures();
            }
        }

        // With modules of another kind every frame has the same way.
        private int Receive(uint nowMs)
        {
            CanBatch batch = _batch;
            int taken = 0;
            bool mayAsk = true;
            while (taken < _maxFrames && (batch.Left != 0 || (mayAsk && _port.TryReceive(batch))))
            {
                taken++;
                mayAsk = batch.MoreMayWait;
                ushort[] words = batch.Words;
                int at = batch.At;
                batch.At = at + CanBatch.WordsPerFrame;
                batch.Left--;
                TakeOther(words, at + CanBatch.Payload, nowMs);
            }

            return taken;
        }

        [MethodImpl(Inlining.Always)]
        private void PublishCells()
        {
            GroupExtremes cells = _values.Cells;
            if (cells.Refresh())
            {
                ValidCells = cells.ValidCount;
                InvalidCells = cells.InvalidCount;
                if (InvalidCells != 0)
                {
                    InvalidCell = _values.InvalidCellOf(cells.LastInvalidGroup);
                }
            }

            LowestCellMv = cells.Lowest;
            HighestCellMv = cells.Highest;
            CellSumMv = ValidCells == _cellCount ? cells.Sum : SignalValue.NotAvailable;
        }

        [MethodImpl(Inlining.Always)]
        private void PublishTemperatures()
        {
            GroupExtremes temperatures = _values.Temperatures;
            if (temperatures.Refresh())
            {
                ValidTemperatures = temperatures.ValidCount;
                WorstMissingTemperatures = temperatures.MostInvalid;
                WorstTemperatureModule = temperatures.MostInvalidGroup;
            }

            LowestTemperatureDeciC = temperatures.Lowest;
            HighestTemperatureDeciC = temperatures.Highest;
        }

        private static int LowestThreshold(ParameterBlock parameters, int fault)
        {
            int lowest = ParameterId.Never;
            for (int column = ParameterId.ColumnWarning; column <= ParameterId.ColumnTrip; column++)
            {
                int threshold = parameters.Get(ParameterId.OfFault(fault, column));
                lowest = threshold < lowest ? threshold : lowest;
            }

            return lowest;
        }

        // Until something was heard, its age counts from the end of the grace time.
        private void Start(uint nowMs)
        {
            _started = true;
            uint heardMs = nowMs + (uint)_graceMs;
            uint[] times = _values.TimeMs;
            for (int slot = 0; slot < times.Length; slot++)
            {
                times[slot] = heardMs;
            }

            _currentMs = heardMs;
            _voltagesMs = heardMs;
            _linkMs = heardMs;
        }

        /// <summary>Takes a frame that has no shorter way.</summary>
        internal void TakeOther(ushort[] words, int payload, uint nowMs)
        {
            CanFrame frame = _frame;
            if (!CanBatch.Read(words, payload - CanBatch.Payload, frame))
            {
                return;
            }

            if (Modules != null)
            {
                int slot = Modules.Take(frame);
                if (slot >= 0)
                {
                    _values.Store(slot & (MaxModules - 1), slot / MaxModules, Modules.Values, nowMs);
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
                _commands.TakeHost(frame, nowMs);
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
            else if (id == _hostTimeId)
            {
                isGood = _commands.TakeTime(frame);
            }
            else if (id == _testerId)
            {
                isGood = _commands.TakeTester(frame);
            }
            else if (id == _serviceId)
            {
                isGood = _commands.TakeService(frame);
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
            return _reference != null && offset < (ReferenceModules.VoltageFrames + 1) * ReferenceModules.MaxModules && (int)(offset % ReferenceModules.MaxModules) < _values.ModuleCount;
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

        /// <summary>Takes a frame with the current of the reference sensor.</summary>
        /// <remarks>Comes in every cycle: SensorCurrent.UnpackAll, spelled out. A test holds them together.</remarks>
        [MethodImpl(Inlining.Always)]
        internal void TakeCurrent(ushort[] words, int at, uint nowMs)
        {
            FrameCheck check = _check;
            byte[] table = E2eProfile1.Table;
            int w0 = words[at];
            int w1 = words[at + 1];
            int w2 = words[at + 2];
            if ((w0 >> 8) != table[table[table[table[check.Seed[CurrentSlot] ^ (w0 & 0xFF)] ^ (w1 >> 8)] ^ (w1 & 0xFF)] ^ (w2 >> 8)])
            {
                check.Refused++;
                return;
            }

            int counter = w0 & 0x0F;
            byte[] expected = check.Expected;
            if (counter == expected[CurrentSlot])
            {
                expected[CurrentSlot] = FrameCheck.Next[counter];
            }
            else if (!check.IsInStep(CurrentSlot, counter))
            {
                return;
            }

            // An honest sensor that says "I do not know" is as old as its last value.
            int status = (w0 >> 4) & 0x0F;
            int currentMa = ((w1 & 0xFF00) + ((w1 << 16) & 0xFF0000) + ((w2 << 16) & -0x1000000)) >> 8;
            if (status != SensorCurrent.SensorStatusOk)
            {
                CurrentIsBeyondRange = status == SensorCurrent.SensorStatusOutOfRange;
                return;
            }

            CurrentIsBeyondRange = false;
            if (currentMa >= -LargestCurrentMa)
            {
                CurrentMa = currentMa;
                _currentMs = nowMs;
            }
        }

        /// <summary>Takes a frame with the voltages of the reference sensor.</summary>
        /// <remarks>Comes in every other cycle: SensorVoltages.UnpackAll, spelled out. A test holds them together.</remarks>
        [MethodImpl(Inlining.Always)]
        internal void TakeVoltages(ushort[] words, int at, uint nowMs)
        {
            FrameCheck check = _check;
            byte[] table = E2eProfile1.Table;
            int w0 = words[at];
            int w1 = words[at + 1];
            int w2 = words[at + 2];
            int w3 = words[at + 3];
            if ((w0 >> 8) != table[table[table[table[table[table[check.Seed[VoltagesSlot] ^ (byte)w0] ^ (w1 >> 8)] ^ (byte)w1] ^ (w2 >> 8)] ^ (byte)w2] ^ (w3 >> 8)])
            {
                check.Refused++;
                return;
            }

            int counter = w0 & 0x0F;
            byte[] expected = check.Expected;
            if (counter == expected[VoltagesSlot])
            {
                expected[VoltagesSlot] = FrameCheck.Next[counter];
            }
            else if (!check.IsInStep(VoltagesSlot, counter))
            {
                return;
            }

            int pack = ((w0 >> 4) & 0x0F) + ((w1 >> 4) & 0xFF0) + ((w1 << 12) & 0xFF000);
            int link = (w2 >> 8) + ((byte)w2 << 8) + ((w3 << 8) & 0xF0000);

            // As with the current: what is not available grows old, and the fault table notices.
            if (pack <= LargestVoltageMv && link <= LargestVoltageMv)
            {
                PackVoltageMv = pack;
                LinkVoltageMv = link;
                _voltagesMs = nowMs;
                return;
            }

            PackVoltageMv = pack <= LargestVoltageMv ? pack : SignalValue.NotAvailable;
            LinkVoltageMv = link <= LargestVoltageMv ? link : SignalValue.NotAvailable;
        }

        private void AgeSensors(uint nowMs)
        {
            int age = (int)(nowMs - _currentMs);
            if (age < 0)
            {
                age = 0;
            }

            CurrentAgeMs = age;
            if (age > _currentLimitMs)
            {
                CurrentMa = SignalValue.NotAvailable;
                if (age > ModuleAges.LongAgoMs)
                {
                    _currentMs = nowMs - ModuleAges.LongAgoMs;
                }
            }

            age = (int)(nowMs - _voltagesMs);
            if (_hasTwoVoltageFrames)
            {
                int linkAge = (int)(nowMs - _linkMs);
                age = linkAge > age ? linkAge : age;
            }

            if (age < 0)
            {
                age = 0;
            }

            VoltageAgeMs = age;
            if (age > _voltageLimitMs)
            {
                PackVoltageMv = SignalValue.NotAvailable;
                LinkVoltageMv = SignalValue.NotAvailable;
                HoldVoltageAges(nowMs);
            }

            if (HostSeen)
            {
                age = (int)(nowMs - _commands.HeardMs);
                HostAgeMs = age;
                if (age > ModuleAges.LongAgoMs)
                {
                    _commands.HeardMs = nowMs - ModuleAges.LongAgoMs;
                }
            }
        }

        // Ages stop growing, so that they never come round through the clock's roll-over.
        private void HoldVoltageAges(uint nowMs)
        {
            if ((int)(nowMs - _voltagesMs) > ModuleAges.LongAgoMs)
            {
                _voltagesMs = nowMs - ModuleAges.LongAgoMs;
            }

            if ((int)(nowMs - _linkMs) > ModuleAges.LongAgoMs)
            {
                _linkMs = nowMs - ModuleAges.LongAgoMs;
            }
        }
    }
}
