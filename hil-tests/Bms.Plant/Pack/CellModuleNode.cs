using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Plant.Pack
{
    /// <summary>A cell module of the reference protocol: measures up to 12 cells and 4 temperatures every 100 ms, bleeds cells on command.</summary>
    public class CellModuleNode : PackNode
    {
        private const int ReferenceCells = 12;

        // On cells 2, 5, 8 and 11 of a module; in a shorter one the last ones share its last cell.
        private const int ReferenceSensors = 4;

        private const int MostCells = 16;
        private const long PeriodUs = ModuleVoltagesA.PeriodMs * 1000L;
        private const long StatusPeriodUs = ModuleStatus.PeriodMs * 1000L;

        private readonly PackModel _pack;
        private readonly SensorOptions _options;
        private readonly NoiseSource _noise;
        private readonly int _firstCell;
        private readonly double _bleedOhm;
        private readonly uint _balancingId;
        private readonly int _balancingSeed;
        private readonly SealedFrame _voltagesA;
        private readonly SealedFrame _voltagesB;
        private readonly SealedFrame _voltagesC;
        private readonly SealedFrame _temperatures;
        private readonly SealedFrame _status;

        private readonly double[] _cellOffsetV = new double[MostCells];
        private readonly double[] _cellGain = new double[MostCells];
        private readonly double[] _cellFaultV = new double[MostCells];
        private readonly double[] _cellStuckV = new double[MostCells];
        private readonly bool[] _cellOpen = new bool[MostCells];
        private readonly bool[] _cellFrozen = new bool[MostCells];
        private readonly int[] _cellMv = new int[MostCells];

        private readonly double[] _laggedDegC = new double[ReferenceSensors];
        private readonly double[] _temperatureOffsetK = new double[ReferenceSensors];
        private readonly double[] _temperatureFaultK = new double[ReferenceSensors];
        private readonly double[] _temperatureStuckDegC = new double[ReferenceSensors];
        private readonly bool[] _temperatureOpen = new bool[ReferenceSensors];
        private readonly int[] _deciC = new int[ReferenceSensors];

        private long _nextUs;
        private long _nextStatusUs;
        private long _bleedUntilUs;
        private int _bleedMask;
        private int _bleedStuckOn;
        private int _bleedStuckOff;
        private bool _frozenOnce;

        /// <param name="pack">The cells.</param>
        /// <param name="options">The pack.</param>
        /// <param name="index">Number of the module, from 0.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public CellModuleNode(PackModel pack, PackOptions options, int index, long startUs)
            : this(pack, options, index, ReferenceCells, ReferenceSensors, startUs)
        {
        }

        /// <param name="pack">The cells.</param>
        /// <param name="options">The pack.</param>
        /// <param name="index">Number of the module, from 0.</param>
        /// <param name="cells">Cells of a full module.</param>
        /// <param name="sensors">Temperature sensors.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        protected CellModuleNode(PackModel pack, PackOptions options, int index, int cells, int sensors, long startUs)
            : base($"CellModule{index:00}")
        {
            _pack = pack;
            _options = options.Sensors;
            Index = index;
            FullCellCount = cells;
            _firstCell = index * cells;
            CellCount = Math.Min(cells, pack.CellCount - _firstCell);
            SensorCount = sensors;
            _bleedOhm = 4.2 / options.BleedCurrentA;
            _noise = new NoiseSource(options.Seed, 100 + (ulong)index);

            var errors = new RandomStream(options.Seed, 200 + (ulong)index);
            for (int i = 0; i < FullCellCount; i++)
            {
                _cellOffsetV[i] = _options.CellOffsetV * errors.NextGaussian();
                _cellGain[i] = 1 + (_options.CellGain * errors.NextGaussian());
            }

            Array.Fill(_cellStuckV, double.NaN);
            for (int i = 0; i < ReferenceSensors; i++)
            {
                _temperatureOffsetK[i] = _options.TemperatureOffsetK * errors.NextGaussian();
                _temperatureStuckDegC[i] = double.NaN;
                _laggedDegC[i] = i < SensorCount ? pack.TemperatureDegC[CellOfSensor(i)] : 0;
            }

            uint m = (uint)index;
            _voltagesA = new SealedFrame(ModuleVoltagesA.BaseId + m, ModuleVoltagesA.Length, ModuleVoltagesA.BaseDataId + index, hasCounterAtEnd: true);
            _voltagesB = new SealedFrame(ModuleVoltagesB.BaseId + m, ModuleVoltagesB.Length, ModuleVoltagesB.BaseDataId + index, hasCounterAtEnd: true);
            _voltagesC = new SealedFrame(ModuleVoltagesC.BaseId + m, ModuleVoltagesC.Length, ModuleVoltagesC.BaseDataId + index, hasCounterAtEnd: true);
            _temperatures = new SealedFrame(ModuleTemperatures.BaseId + m, ModuleTemperatures.Length, ModuleTemperatures.BaseDataId + index, hasCounterAtEnd: true);
            _status = new SealedFrame(ModuleStatus.BaseId + m, ModuleStatus.Length, ModuleStatus.BaseDataId + index);
            _balancingId = ModuleBalancing.BaseId + m;
            _balancingSeed = E2eProfile1.SeedOf(ModuleBalancing.BaseDataId + index);

            // Modules run on their own clocks: the phase is any number of us. Back to back they all answer one broadcast.
            _nextUs = startUs + (options.ModulesBackToBack ? 0 : (long)(errors.NextDouble() * (PeriodUs / 16)) + (index * (PeriodUs / 16)));
            _nextStatusUs = startUs + (options.ModulesBackToBack ? 0 : (long)(errors.NextDouble() * StatusPeriodUs));
        }

        /// <summary>Number of the module, from 0.</summary>
        public int Index { get; }

        /// <summary>Cells of a full module of this kind; the last one of a pack may be shorter.</summary>
        public int FullCellCount { get; }

        /// <summary>Cells fitted.</summary>
        public int CellCount { get; }

        /// <summary>Temperature sensors fitted.</summary>
        public int SensorCount { get; }

        /// <summary>True: the module repeats old values; its counters go on.</summary>
        public bool IsFrozen { get; set; }

        /// <summary>True: the module reports that its self-test failed, and measures on.</summary>
        public bool HasFailedSelfTest { get; set; }

        /// <summary>Sense wires that the module reports as open although it goes on giving their voltages; bit 0 its most negative cell.</summary>
        public int ReportedOpenWires { get; set; }

        /// <summary>Cells that are bled now, bit 0 the most negative one; what a module reports is what it was told.</summary>
        public int BleedMask => (_bleedMask & ~_bleedStuckOff) | _bleedStuckOn;

        /// <summary>Time from sampling to the first frame in us.</summary>
        protected long DelayUs => _options.ModuleDelayUs;

        /// <summary>Voltages as last measured in mV; <see cref="SignalValue.NotAvailable"/> where invalid.</summary>
        public ReadOnlySpan<int> MeasuredMv => _cellMv.AsSpan(0, CellCount);

        /// <summary>Temperatures as last measured in 0.1 degC; <see cref="SignalValue.NotAvailable"/> where invalid.</summary>
        public ReadOnlySpan<int> MeasuredDeciC => _deciC.AsSpan(0, SensorCount);

        /// <summary>Cell of the pack, from 0, that a sensor of this module sits on.</summary>
        public int CellOfSensor(int sensor) => _firstCell + Math.Min((3 * sensor) + 1, CellCount - 1);

        /// <summary>Adds a voltage to what is measured of a cell.</summary>
        /// <param name="cell">Cell of this module, from 0.</param>
        /// <param name="offsetV">Voltage in V; 0 ends the fault.</param>
        public void SetCellFault(int cell, double offsetV)
        {
            _cellFaultV[cell] = offsetV;
            NoteCellFaults();
        }

        /// <summary>Cells of the pack before the first one of this module.</summary>
        public int FirstCell => _firstCell;

        /// <summary>True while a fault of a cell's measurement is in.</summary>
        public bool HasCellFault { get; private set; }

        /// <summary>Sticks what is measured of a cell at a voltage; NaN ends the fault.</summary>
        public void SetCellStuck(int cell, double voltageV)
        {
            _cellStuckV[cell] = voltageV;
            NoteCellFaults();
        }

        /// <summary>Voltage that a measurement without error would give of a cell now, with the faults that were brought in, in V; NaN where its wire is open.</summary>
        /// <param name="cell">Cell of this module, from 0.</param>
        public double SensedV(int cell)
        {
            return _cellOpen[cell] ? double.NaN : _cellFrozen[cell] ? _cellMv[cell] * 0.001 : double.IsNaN(_cellStuckV[cell]) ? _pack.VoltageV[_firstCell + cell] + _cellFaultV[cell] : _cellStuckV[cell];
        }

        /// <summary>Temperature that a sensor without error would give now, lag and faults included, in degC; NaN where it is open.</summary>
        /// <param name="sensor">Sensor of this module, from 0.</param>
        public double SensedDegC(int sensor)
        {
            return _temperatureOpen[sensor] ? double.NaN : double.IsNaN(_temperatureStuckDegC[sensor]) ? _laggedDegC[sensor] + _temperatureFaultK[sensor] : _temperatureStuckDegC[sensor];
        }

        /// <summary>Opens the sense wire of a cell: the module reports it as not available.</summary>
        public void SetCellOpen(int cell, bool open)
        {
            _cellOpen[cell] = open;
            NoteCellFaults();
        }

        /// <summary>Lets the module repeat the last voltage of a cell.</summary>
        public void SetCellFrozen(int cell, bool frozen)
        {
            _cellFrozen[cell] = frozen;
            NoteCellFaults();
        }

        /// <summary>Breaks the switch of a bleeding resistor.</summary>
        /// <param name="cell">Cell of this module, from 0.</param>
        /// <param name="on">True: it bleeds always.</param>
        /// <param name="off">True: it never bleeds.</param>
        public void SetBleedStuck(int cell, bool on, bool off)
        {
            int bit = 1 << cell;
            int before = BleedMask;
            _bleedStuckOn = on ? _bleedStuckOn | bit : _bleedStuckOn & ~bit;
            _bleedStuckOff = off ? _bleedStuckOff | bit : _bleedStuckOff & ~bit;
            Switch(before);
        }

        /// <summary>Adds a temperature to what a sensor measures, in K.</summary>
        public void SetTemperatureFault(int sensor, double offsetK) => _temperatureFaultK[sensor] = offsetK;

        /// <summary>Sticks a sensor at a temperature; NaN ends the fault.</summary>
        public void SetTemperatureStuck(int sensor, double degC) => _temperatureStuckDegC[sensor] = degC;

        /// <summary>Opens a temperature sensor: the module reports it as not available.</summary>
        public void SetTemperatureOpen(int sensor, bool open) => _temperatureOpen[sensor] = open;

        /// <summary>Lets the temperature sensors follow their cells.</summary>
        /// <param name="stepS">Time since the last call in s.</param>
        public void Follow(double stepS)
        {
            double share = Math.Min(1, stepS / Math.Max(_options.TemperatureLagS, 1e-9));
            for (int i = 0; i < SensorCount; i++)
            {
                _laggedDegC[i] += share * (_pack.TemperatureDegC[CellOfSensor(i)] - _laggedDegC[i]);
            }
        }

        /// <inheritdoc/>
        public override bool Accepts(uint id) => id == _balancingId;

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, byte[] data, int length)
        {
            if (!E2eProfile1.HasValidCrcWithSeed(data, length, _balancingSeed))
            {
                return;
            }

            int hold = ModuleBalancing.UnpackHoldMs(data);
            Bleed(ModuleBalancing.UnpackBleedCells(data));
            _bleedUntilUs = timeUs + (hold * 1000L);
        }

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            ExpireBleeding(fromUs);
            while (_nextUs < untilUs)
            {
                Sample();
                long readyUs = _nextUs + _options.ModuleDelayUs;
                Send(_voltagesA, readyUs);
                Send(_voltagesB, readyUs);
                Send(_voltagesC, readyUs);
                Send(_temperatures, readyUs);
                _nextUs += PeriodUs;
            }

            while (_nextStatusUs < untilUs)
            {
                SendStatus(_nextStatusUs);
                _nextStatusUs += StatusPeriodUs;
            }
        }

        /// <summary>Bleeds cells for a time.</summary>
        /// <param name="mask">Cells, bit 0 the most negative one.</param>
        /// <param name="untilUs">End in us of virtual time.</param>
        protected void Bleed(int mask, long untilUs)
        {
            Bleed(mask);
            _bleedUntilUs = untilUs;
        }

        /// <summary>Ends the bleeding whose time has passed.</summary>
        protected void ExpireBleeding(long nowUs)
        {
            if (_bleedMask != 0 && nowUs >= _bleedUntilUs)
            {
                Bleed(0);
            }
        }

        /// <summary>Hands over a frame of a foreign protocol, unless the module is silent.</summary>
        /// <param name="id">Identifier.</param>
        /// <param name="isExtended">True for 29 bits.</param>
        /// <param name="data">Payload of 8 bytes.</param>
        /// <param name="notBeforeUs">Virtual time at which it is ready.</param>
        protected void SendForeign(uint id, bool isExtended, byte[] data, long notBeforeUs)
        {
            if (!IsSilent)
            {
                Bus?.Send(id, isExtended, data, 8, notBeforeUs);
            }
        }

        /// <summary>Voltage as last measured of a cell of this module in mV; not available where there is none.</summary>
        protected int MeasuredCellMv(int cell) => cell < FullCellCount ? _cellMv[cell] : SignalValue.NotAvailable;

        /// <summary>Temperature as last measured in 0.1 degC; not available where there is none.</summary>
        protected int MeasuredSensorDeciC(int sensor) => sensor < SensorCount ? _deciC[sensor] : SignalValue.NotAvailable;

        private void NoteCellFaults()
        {
            HasCellFault = Array.Exists(_cellFaultV, v => v != 0) || Array.Exists(_cellFrozen, f => f) || Array.Exists(_cellOpen, o => o) || Array.Exists(_cellStuckV, v => !double.IsNaN(v));
        }

        private void Bleed(int mask)
        {
            int before = BleedMask;
            _bleedMask = mask & ((1 << CellCount) - 1);
            Switch(before);
        }

        private void Switch(int before)
        {
            int mask = BleedMask;
            int changed = mask ^ before;
            for (int i = 0; changed != 0; i++, changed >>= 1)
            {
                if ((changed & 1) != 0)
                {
                    _pack.SetBleed(_firstCell + i, (mask >> i & 1) != 0 ? _bleedOhm : 0);
                }
            }
        }

        /// <summary>Measures cells and temperatures, with the errors of this module.</summary>
        protected void Measure()
        {
            if (IsFrozen && _frozenOnce)
            {
                return;
            }

            _frozenOnce = IsFrozen;
            ReadOnlySpan<double> voltage = _pack.VoltageV;
            for (int i = 0; i < FullCellCount; i++)
            {
                if (i >= CellCount || _cellOpen[i])
                {
                    _cellMv[i] = SignalValue.NotAvailable;
                    continue;
                }

                double measured = (voltage[_firstCell + i] * _cellGain[i]) + _cellOffsetV[i] + _cellFaultV[i] + (_options.CellNoiseV * _noise.Next());
                if (_cellFrozen[i])
                {
                    continue;
                }

                measured = double.IsNaN(_cellStuckV[i]) ? measured : _cellStuckV[i];
                _cellMv[i] = (int)Math.Round(Math.Clamp(measured, 0, 8.19) * 1000);
            }

            for (int i = 0; i < ReferenceSensors; i++)
            {
                if (i >= SensorCount || _temperatureOpen[i])
                {
                    _deciC[i] = SignalValue.NotAvailable;
                    continue;
                }

                double measured = double.IsNaN(_temperatureStuckDegC[i])
                    ? _laggedDegC[i] + _temperatureOffsetK[i] + _temperatureFaultK[i] + (_options.TemperatureNoiseK * _noise.Next())
                    : _temperatureStuckDegC[i];
                _deciC[i] = (int)Math.Round(Math.Clamp(measured, -100, 700) * 10);
            }
        }

        private void Sample()
        {
            Measure();
            byte[] d = _voltagesA.Data;
            ModuleVoltagesA.PackCellVoltage1Mv(d, _cellMv[0]);
            ModuleVoltagesA.PackCellVoltage2Mv(d, _cellMv[1]);
            ModuleVoltagesA.PackCellVoltage3Mv(d, _cellMv[2]);
            ModuleVoltagesA.PackCellVoltage4Mv(d, _cellMv[3]);
            d = _voltagesB.Data;
            ModuleVoltagesB.PackCellVoltage1Mv(d, _cellMv[4]);
            ModuleVoltagesB.PackCellVoltage2Mv(d, _cellMv[5]);
            ModuleVoltagesB.PackCellVoltage3Mv(d, _cellMv[6]);
            ModuleVoltagesB.PackCellVoltage4Mv(d, _cellMv[7]);
            d = _voltagesC.Data;
            ModuleVoltagesC.PackCellVoltage1Mv(d, _cellMv[8]);
            ModuleVoltagesC.PackCellVoltage2Mv(d, _cellMv[9]);
            ModuleVoltagesC.PackCellVoltage3Mv(d, _cellMv[10]);
            ModuleVoltagesC.PackCellVoltage4Mv(d, _cellMv[11]);
            d = _temperatures.Data;
            ModuleTemperatures.PackTemperature1DeciC(d, _deciC[0]);
            ModuleTemperatures.PackTemperature2DeciC(d, _deciC[1]);
            ModuleTemperatures.PackTemperature3DeciC(d, _deciC[2]);
            ModuleTemperatures.PackTemperature4DeciC(d, _deciC[3]);
        }

        private void SendStatus(long dueUs)
        {
            int open = ReportedOpenWires;
            for (int i = 0; i < CellCount; i++)
            {
                open |= _cellOpen[i] ? 1 << i : 0;
            }

            byte[] d = _status.Data;
            ModuleStatus.PackBleedingCells(d, _bleedMask);
            ModuleStatus.PackOpenWires(d, open);
            ModuleStatus.PackBoardTemperatureDegC(d, (int)Math.Round(_laggedDegC[0] + (2 * System.Numerics.BitOperations.PopCount((uint)_bleedMask))));
            ModuleStatus.PackModuleState(d, HasFailedSelfTest ? ModuleStatus.ModuleStateSelfTestFailed : ModuleStatus.ModuleStateRunning);
            Send(_status, dueUs);
        }
    }
}
