namespace Bms.Plant.Pack
{
    /// <summary>Everything that can be broken in the simulated pack. Element and value of each are in its comment; without effect where it says none.</summary>
    public enum PackFault
    {
        /// <summary>A cell module sends nothing. Element: module.</summary>
        ModuleSilent,

        /// <summary>A cell module sends wrong CRCs. Element: module.</summary>
        ModuleCrc,

        /// <summary>The counters of a cell module stand still. Element: module.</summary>
        ModuleCounter,

        /// <summary>A cell module repeats old values with good counters. Element: module.</summary>
        ModuleFrozen,

        /// <summary>The measured voltage of a cell is off. Element: cell; value: V.</summary>
        CellVoltageOffset,

        /// <summary>The measured voltage of a cell is stuck. Element: cell; value: V.</summary>
        CellVoltageStuck,

        /// <summary>The sense wire of a cell is open. Element: cell.</summary>
        CellSenseOpen,

        /// <summary>A temperature sensor is stuck. Element: sensor; value: degC.</summary>
        TemperatureStuck,

        /// <summary>A temperature sensor is open. Element: sensor.</summary>
        TemperatureOpen,

        /// <summary>A temperature sensor is off. Element: sensor; value: K.</summary>
        TemperatureOffset,

        /// <summary>The current sensor sends no current.</summary>
        CurrentSilent,

        /// <summary>The current sensor reports that it failed.</summary>
        CurrentFailed,

        /// <summary>The measured current is off. Value: A.</summary>
        CurrentOffset,

        /// <summary>The measured current is stuck. Value: A.</summary>
        CurrentStuck,

        /// <summary>The CRCs of the current and voltage sensor are wrong.</summary>
        SensorCrc,

        /// <summary>The pack sensor sends no voltages.</summary>
        VoltageSilent,

        /// <summary>The measured pack voltage is off. Value: V.</summary>
        PackVoltageOffset,

        /// <summary>The measured link voltage is off. Value: V.</summary>
        LinkVoltageOffset,

        /// <summary>The host sends nothing.</summary>
        HostSilent,

        /// <summary>A contactor is welded. Element: 0 main positive, 1 main negative, 2 precharge; value: resistance of the weld in ohm, above 0 without the knowledge of the auxiliary contact.</summary>
        ContactorWelded,

        /// <summary>A contactor does not close. Element: 0 main positive, 1 main negative, 2 precharge.</summary>
        ContactorStuckOpen,

        /// <summary>The auxiliary contact of a contactor is stuck. Element: as above; value: 1 closed, 0 open.</summary>
        ContactorFeedback,

        /// <summary>The precharge resistor is broken.</summary>
        PrechargeResistorOpen,

        /// <summary>The coolant pump stands.</summary>
        CoolantPump,

        /// <summary>The fan stands.</summary>
        Fan,

        /// <summary>The heater stays cold.</summary>
        HeaterFailed,

        /// <summary>The heater stays hot.</summary>
        HeaterStuckOn,

        /// <summary>A cell has an internal short. Element: cell; value: ohm.</summary>
        CellInternalShort,

        /// <summary>A cell is heated from outside. Element: cell; value: W.</summary>
        CellHeating,

        /// <summary>The interlock loop is open.</summary>
        InterlockOpen,

        /// <summary>A cell opens its vent and gives its gas into the housing. Element: cell; value: norm litres, 0 for what its capacity gives.</summary>
        CellVenting,

        /// <summary>Gas streams into the housing. Value: norm litres a second.</summary>
        EnclosureGas,

        /// <summary>Water gets into the housing. Value: g/s.</summary>
        EnclosureWater,

        /// <summary>The climate sensor of the housing gives no readings.</summary>
        EnclosureSensorSilent,

        /// <summary>The climate sensor of the housing gives readings without values.</summary>
        EnclosureSensorFailed,

        /// <summary>The measured pressure of the housing is off. Value: Pa.</summary>
        EnclosurePressureOffset,

        /// <summary>A module reports an open sense wire, and gives a voltage all the same. Element: cell.</summary>
        OpenWireReported,

        /// <summary>A module reports that its self-test failed. Element: module.</summary>
        ModuleSelfTest,

        /// <summary>The current sensor reports a current beyond its range, and no value.</summary>
        CurrentBeyondRange,

        /// <summary>The insulation against the chassis is bad. Element: 0 the positive end, 1 the negative end; value: kohm.</summary>
        InsulationResistance,

        /// <summary>The insulation monitor sends nothing.</summary>
        InsulationSilent,

        /// <summary>The insulation monitor repeats its last measurement for ever.</summary>
        InsulationFrozen,

        /// <summary>The insulation monitor reports an error of its own.</summary>
        InsulationDeviceError,

        /// <summary>The wire from the insulation monitor to the chassis is open.</summary>
        InsulationEarthOpen,

        /// <summary>The vehicle reports a crash.</summary>
        Crash,

        /// <summary>The controller's board reports a fault of its memory. Value: 1..3 as the firmware's input.</summary>
        BoardMemory,

        /// <summary>The controller's board reports that the watchdog reset it.</summary>
        BoardReset,

        /// <summary>A cell module repeats the voltage of one cell. Element: cell.</summary>
        CellVoltageFrozen,

        /// <summary>The current sensor is mounted the other way round.</summary>
        CurrentReversed,

        /// <summary>The switch of a bleeding resistor never opens. Element: cell.</summary>
        BleedStuckOn,

        /// <summary>The switch of a bleeding resistor never closes. Element: cell.</summary>
        BleedStuckOff,

        /// <summary>The inverter ignores the limits and the state it hears.</summary>
        LoadIgnoresLimits,

        /// <summary>The charger ignores the limits and the state it hears.</summary>
        ChargerIgnoresLimits,
    }

    /// <summary>Switches the faults of a <see cref="PackPlant"/> on and off by name: one table for tests, scenarios and campaigns.</summary>
    public sealed class PackFaults
    {
        private readonly PackPlant _plant;

        internal PackFaults(PackPlant plant)
        {
            _plant = plant;
        }

        /// <summary>Elements a fault can choose from; 1 where it has none.</summary>
        public int ElementCount(PackFault fault)
        {
            switch (fault)
            {
                case PackFault.ModuleSilent:
                case PackFault.ModuleCrc:
                case PackFault.ModuleCounter:
                case PackFault.ModuleFrozen:
                case PackFault.ModuleSelfTest:
                    return _plant.Modules.Count;
                case PackFault.CellVoltageOffset:
                case PackFault.CellVoltageStuck:
                case PackFault.CellSenseOpen:
                case PackFault.OpenWireReported:
                case PackFault.CellInternalShort:
                case PackFault.CellHeating:
                case PackFault.CellVenting:
                case PackFault.CellVoltageFrozen:
                case PackFault.BleedStuckOn:
                case PackFault.BleedStuckOff:
                    return _plant.Cells.CellCount;
                case PackFault.TemperatureStuck:
                case PackFault.TemperatureOpen:
                case PackFault.TemperatureOffset:
                    return _plant.Modules.Sum(m => m.SensorCount);
                case PackFault.ContactorWelded:
                case PackFault.ContactorStuckOpen:
                case PackFault.ContactorFeedback:
                    return 3;
                case PackFault.InsulationResistance:
                    return 2;
                default:
                    return 1;
            }
        }

        /// <summary>Brings a fault in.</summary>
        /// <param name="fault">What breaks.</param>
        /// <param name="element">Which one, from 0.</param>
        /// <param name="value">How much, in the unit of the fault.</param>
        /// <exception cref="ArgumentOutOfRangeException">The pack has no such element.</exception>
        public void Inject(PackFault fault, int element = 0, double value = 0) => Switch(fault, element, true, value);

        /// <summary>Takes a fault away again.</summary>
        /// <param name="fault">What was broken.</param>
        /// <param name="element">Which one, from 0.</param>
        public void Clear(PackFault fault, int element = 0) => Switch(fault, element, false, 0);

        /// <summary>Takes all faults away.</summary>
        public void ClearAll()
        {
            foreach (PackFault fault in Enum.GetValues<PackFault>())
            {
                for (int element = 0; element < ElementCount(fault); element++)
                {
                    Clear(fault, element);
                }
            }
        }

        private void Switch(PackFault fault, int element, bool on, double value)
        {
            int count = ElementCount(fault);
            if (element < 0 || element >= count)
            {
                throw new ArgumentOutOfRangeException(nameof(element), element, $"{fault} takes an element from 0 to {count - 1}.");
            }

            switch (fault)
            {
                case PackFault.ModuleSilent:
                    _plant.Modules[element].IsSilent = on;
                    break;
                case PackFault.ModuleCrc:
                    _plant.Modules[element].HasWrongCrc = on;
                    break;
                case PackFault.ModuleCounter:
                    _plant.Modules[element].HasStuckCounter = on;
                    break;
                case PackFault.ModuleFrozen:
                    _plant.Modules[element].IsFrozen = on;
                    break;
                case PackFault.CellVoltageOffset:
                    ModuleOfCell(element).SetCellFault(element % _plant.Modules[0].FullCellCount, value);
                    break;
                case PackFault.CellVoltageStuck:
                    ModuleOfCell(element).SetCellStuck(element % _plant.Modules[0].FullCellCount, on ? value : double.NaN);
                    break;
                case PackFault.CellSenseOpen:
                    ModuleOfCell(element).SetCellOpen(element % _plant.Modules[0].FullCellCount, on);
                    break;
                case PackFault.TemperatureStuck:
                    ModuleOfSensor(element).SetTemperatureStuck(element % _plant.Modules[0].SensorCount, on ? value : double.NaN);
                    break;
                case PackFault.TemperatureOpen:
                    ModuleOfSensor(element).SetTemperatureOpen(element % _plant.Modules[0].SensorCount, on);
                    break;
                case PackFault.TemperatureOffset:
                    ModuleOfSensor(element).SetTemperatureFault(element % _plant.Modules[0].SensorCount, value);
                    break;
                case PackFault.CurrentSilent:
                    _plant.Sensor.IsCurrentSilent = on;
                    break;
                case PackFault.CurrentFailed:
                    _plant.Sensor.IsCurrentFailed = on;
                    break;
                case PackFault.CurrentOffset:
                    _plant.Sensor.CurrentFaultA = value;
                    break;
                case PackFault.CurrentStuck:
                    _plant.Sensor.CurrentStuckA = on ? value : null;
                    break;
                case PackFault.SensorCrc:
                    _plant.Sensor.HasWrongCrc = on;
                    break;
                case PackFault.VoltageSilent:
                    _plant.Sensor.IsVoltageSilent = on;
                    break;
                case PackFault.PackVoltageOffset:
                    _plant.Sensor.PackVoltageFaultV = value;
                    break;
                case PackFault.LinkVoltageOffset:
                    _plant.Sensor.LinkVoltageFaultV = value;
                    break;
                case PackFault.HostSilent:
                    _plant.Host.IsSilent = on;
                    break;
                case PackFault.ContactorWelded:
                    ContactorOf(element).IsWelded = on;
                    ContactorOf(element).WeldOhm = value;
                    break;
                case PackFault.ContactorStuckOpen:
                    ContactorOf(element).IsStuckOpen = on;
                    break;
                case PackFault.ContactorFeedback:
                    ContactorOf(element).StuckFeedback = on ? value > 0.5 : null;
                    break;
                case PackFault.PrechargeResistorOpen:
                    _plant.IsPrechargeResistorOpen = on;
                    break;
                case PackFault.CoolantPump:
                    _plant.Thermal.IsPumpFailed = on;
                    break;
                case PackFault.Fan:
                    _plant.Thermal.IsFanFailed = on;
                    break;
                case PackFault.HeaterFailed:
                    _plant.Thermal.IsHeaterFailed = on;
                    break;
                case PackFault.HeaterStuckOn:
                    _plant.Thermal.IsHeaterStuckOn = on;
                    break;
                case PackFault.CellInternalShort:
                    _plant.Cells.SetShort(element, value);
                    break;
                case PackFault.CellHeating:
                    _plant.SetHeating(element, value);
                    break;
                case PackFault.InterlockOpen:
                    _plant.IsInterlockClosed = !on;
                    break;
                case PackFault.CellVenting:
                    Vent(element, on, value);
                    break;
                case PackFault.EnclosureGas:
                    _plant.Enclosure.InjectedGasLPerS = value;
                    break;
                case PackFault.EnclosureWater:
                    _plant.Enclosure.InjectedWaterGPerS = value;
                    break;
                case PackFault.EnclosureSensorSilent:
                    _plant.EnclosureSensor.IsSilent = on;
                    break;
                case PackFault.EnclosureSensorFailed:
                    _plant.EnclosureSensor.HasFailed = on;
                    break;
                case PackFault.EnclosurePressureOffset:
                    _plant.EnclosureSensor.PressureFaultPa = value;
                    break;
                case PackFault.OpenWireReported:
                    ReportOpenWire(element, on);
                    break;
                case PackFault.ModuleSelfTest:
                    _plant.Modules[element].HasFailedSelfTest = on;
                    break;
                case PackFault.CurrentBeyondRange:
                    _plant.Sensor.IsCurrentBeyondRange = on;
                    break;
                case PackFault.InsulationResistance:
                    SetInsulation(element, on ? value : 2 * _plant.Options.InsulationKohm);
                    break;
                case PackFault.InsulationSilent:
                    _plant.Insulation.IsSilent = on;
                    break;
                case PackFault.InsulationFrozen:
                    _plant.Insulation.HasStuckCounter = on;
                    break;
                case PackFault.InsulationDeviceError:
                    _plant.Insulation.HasDeviceError = on;
                    break;
                case PackFault.InsulationEarthOpen:
                    _plant.Insulation.HasEarthFault = on;
                    break;
                case PackFault.Crash:
                    _plant.IsCrashed = on;
                    break;
                case PackFault.BoardMemory:
                    _plant.BoardMemoryFault = on ? (int)value : 0;
                    break;
                case PackFault.BoardReset:
                    _plant.BoardWasReset = on;
                    break;
                case PackFault.CellVoltageFrozen:
                    ModuleOfCell(element).SetCellFrozen(element % _plant.Modules[0].FullCellCount, on);
                    break;
                case PackFault.CurrentReversed:
                    _plant.Sensor.IsCurrentReversed = on;
                    break;
                case PackFault.BleedStuckOn:
                    ModuleOfCell(element).SetBleedStuck(element % _plant.Modules[0].FullCellCount, on, off: false);
                    break;
                case PackFault.BleedStuckOff:
                    ModuleOfCell(element).SetBleedStuck(element % _plant.Modules[0].FullCellCount, on: false, off: on);
                    break;
                case PackFault.LoadIgnoresLimits:
                    _plant.Load.HonoursLimits = !on;
                    break;
                case PackFault.ChargerIgnoresLimits:
                    _plant.Charger.HonoursLimits = !on;
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault.");
            }
        }

        private void SetInsulation(int end, double kohm)
        {
            if (end == 0)
            {
                _plant.Insulation.PositiveKohm = kohm;
            }
            else
            {
                _plant.Insulation.NegativeKohm = kohm;
            }
        }

        private void Vent(int cell, bool on, double gasL)
        {
            if (on)
            {
                _plant.Enclosure.Vent(cell, gasL);
            }
            else
            {
                _plant.Enclosure.Renew(cell);
            }
        }

        private void ReportOpenWire(int cell, bool on)
        {
            CellModuleNode module = ModuleOfCell(cell);
            int bit = 1 << (cell % module.FullCellCount);
            module.ReportedOpenWires = on ? module.ReportedOpenWires | bit : module.ReportedOpenWires & ~bit;
        }

        private CellModuleNode ModuleOfCell(int cell) => _plant.Modules[cell / _plant.Modules[0].FullCellCount];

        private CellModuleNode ModuleOfSensor(int sensor) => _plant.Modules[sensor / _plant.Modules[0].SensorCount];

        private Contactor ContactorOf(int element)
        {
            return element == 0 ? _plant.MainPositive : element == 1 ? _plant.MainNegative : _plant.Precharge;
        }
    }
}
