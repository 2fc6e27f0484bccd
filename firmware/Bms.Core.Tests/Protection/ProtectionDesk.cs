using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    /// <summary>A monitor with everything that it reads, set by the test instead of measured.</summary>
    public sealed class ProtectionDesk
    {
        public readonly ParameterBlock Parameters;
        public readonly TestBus Bus;
        public readonly PackMeasurement M;
        public readonly PackControl Control;
        public readonly DiscreteInputs Inputs = new DiscreteInputs();
        public readonly FaultMonitor Monitor;
        public uint NowMs;

        public ProtectionDesk(ParameterBlock parameters, uint startMs)
        {
            Parameters = parameters;
            NowMs = startMs;
            Bus = new TestBus();
            M = new PackMeasurement(parameters, Bus);
            Control = new PackControl(parameters, 1);
            Monitor = new FaultMonitor(parameters, true, Bus);
            Inputs.InterlockClosed = true;
            Control.Contactors.State = ContactorState.Closed;
            Quiet();
        }

        public void Quiet()
        {
            M.HighestCellMv = 3700;
            M.LowestCellMv = 3700;
            M.CurrentMa = 0;
            M.HighestTemperatureDeciC = 250;
            M.LowestTemperatureDeciC = 250;
            M.CellSumMv = 44400;
            M.PackVoltageMv = 44400;
            M.CurrentIsBeyondRange = false;
        }

        /// <summary>Sets the quantity of a row, for one cycle.</summary>
        public void Set(int fault, int value)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage: M.HighestCellMv = value; break;
                case FaultId.CellUnderVoltage: M.LowestCellMv = value; break;
                case FaultId.OverCurrentCharge: M.CurrentMa = value; break;
                case FaultId.OverCurrentDischarge: M.CurrentMa = -value; break;
                case FaultId.OverTemperature: M.HighestTemperatureDeciC = value; break;
                case FaultId.OverTemperatureCharge: M.HighestTemperatureDeciC = value; break;
                case FaultId.UnderTemperature: M.LowestTemperatureDeciC = value; break;
                case FaultId.UnderTemperatureCharge: M.LowestTemperatureDeciC = value; break;
                case FaultId.ModuleLost: M.OldestModuleAgeMs = value; break;
                case FaultId.ModuleDataInvalid: M.InvalidCells = value; break;
                case FaultId.TemperatureDataInvalid: M.WorstMissingTemperatures = value; break;
                case FaultId.CurrentSensorLost: M.CurrentAgeMs = value; break;
                case FaultId.VoltageSensorLost: M.VoltageAgeMs = value; break;
                case FaultId.HostLost: M.HostAgeMs = value; break;
                case FaultId.PrechargeFailed: Control.Contactors.PrechargeHasFailed = value > 0; break;
                case FaultId.ContactorFeedback: Control.Contactors.FeedbackMismatchMs = value; break;
                case FaultId.Interlock: Inputs.InterlockClosed = value == 0; break;
                case FaultId.PackVoltageImplausible: M.PackVoltageMv = M.CellSumMv - value; break;
                case FaultId.ReceiveOverflow: Bus.Overflows += (uint)value; break;
                case FaultId.ThermalRunaway: Monitor.Thermal.Tier = value; break;
                case FaultId.ChargeLimitIgnored: M.CurrentMa = Control.Limits.ChargeLimitMa + value; break;
                case FaultId.DischargeLimitIgnored: M.CurrentMa = -Control.Limits.DischargeLimitMa - value; break;
                case FaultId.DeepDischarge: M.LowestCellMv = value; break;
                case FaultId.PackOverVoltage: M.PackVoltageMv = value; break;
                case FaultId.PackUnderVoltage: M.PackVoltageMv = value; break;
                case FaultId.CellVoltageSpread: M.LowestCellMv = M.HighestCellMv - value; break;
                case FaultId.TemperatureSpread: M.LowestTemperatureDeciC = M.HighestTemperatureDeciC - value; break;
                case FaultId.ShortCircuit: M.CurrentMa = -value; break;
                case FaultId.CellVoltageImplausible: M.HighestCellMv = 5000 + value; break;
                case FaultId.TemperatureImplausible: Monitor.Thermal.JumpDeciC = value; break;
                case FaultId.CurrentImplausible:
                    Control.Contactors.State = ContactorState.Standby;
                    M.CurrentMa = value;
                    break;
                case FaultId.ContactorWelded: Control.Contactors.WeldedContactors = value; break;
                case FaultId.ContactorStuckOpen: Control.Contactors.StuckOpenContactors = value; break;
                case FaultId.PrechargeTooFast: Control.Contactors.PrechargeWasTooFast = value > 0; break;
                case FaultId.PrechargeOverload: Control.Contactors.PrechargeHeatPermille = value; break;
                case FaultId.ContactorWorn: Control.Contactors.WearPermille = value; break;
                case FaultId.ParkedAlarm: Control.Sleep.AlarmTier = value; break;
                case FaultId.CrashSignal: Inputs.CrashDetected = value > 0; break;
                case FaultId.Memory: Inputs.MemoryFault = value; break;
                case FaultId.WatchdogReset: Inputs.WatchdogReset = value > 0; break;
                case FaultId.BusOff: Bus.IsOff = value > 0; break;
                case FaultId.ModuleFrozen: Monitor.Frozen.ModuleFrozenMs = value; break;
                case FaultId.CurrentFrozen: Monitor.Frozen.CurrentJumps = value; break;
                case FaultId.CellFrozen: Monitor.Frozen.CellLooks = value; break;
                case FaultId.CurrentReversed: Monitor.Frozen.ReversedSteps = value; break;
                case FaultId.OpenWire: M.Reports.OpenWires = value; break;
                case FaultId.ModuleFailure: M.Reports.FailedModules = value; break;
                case FaultId.InsulationMonitorLost: M.Insulation.AgeMs = value; break;
                case FaultId.InsulationMonitorFailed: M.Insulation.Failures = value; break;
            }
        }

        public void Cycle()
        {
            Monitor.Update(M, Control, Inputs, NowMs);
            NowMs += 10;
        }

        /// <summary>Holds a value in cycles of 10 ms until so much time has passed between the first and the last of them.</summary>
        public void Hold(int fault, int value, int ms)
        {
            for (int t = 0; t <= ms; t += 10)
            {
                Set(fault, value);
                Cycle();
            }
        }

        /// <summary>Holds a value for a time, and for two looks of the schedule where the row is not looked at in every cycle.</summary>
        public void HoldPast(int fault, int value, int ms)
        {
            Hold(fault, value, FaultTable.PartOf(fault) == FaultTable.EveryCycle ? ms : ms + (2 * FaultTable.LookCyclesOf(fault) - 1) * 10);
        }

        /// <summary>Lets the host clear faults, until every row has had its look.</summary>
        public void Clear()
        {
            M.HostClearsFaults = true;
            for (int i = 0; i < FaultTable.TurnCycles; i++)
            {
                Cycle();
            }

            M.HostClearsFaults = false;
        }

        public int Threshold(int fault, int level)
        {
            return Parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnWarning + level));
        }

        public int Column(int fault, int column)
        {
            return Parameters.Get(ParameterId.OfFault(fault, column));
        }
    }
}
