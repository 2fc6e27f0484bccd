using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Which rows of the fault table may trip because of what is broken: any other trip is a false one.</summary>
    internal static class CaseCauses
    {
        private static readonly int[] CellVoltage = [FaultId.CellOverVoltage, FaultId.CellUnderVoltage, FaultId.DeepDischarge, FaultId.CellVoltageSpread, FaultId.CellVoltageImplausible, FaultId.PackVoltageImplausible, FaultId.ThermalRunaway];
        private static readonly int[] Temperature = [FaultId.OverTemperature, FaultId.OverTemperatureCharge, FaultId.UnderTemperature, FaultId.UnderTemperatureCharge, FaultId.TemperatureSpread, FaultId.TemperatureImplausible, FaultId.ThermalRunaway];
        private static readonly int[] Amperes = [FaultId.OverCurrentCharge, FaultId.OverCurrentDischarge, FaultId.OverloadCharge, FaultId.OverloadDischarge, FaultId.ShortCircuit, FaultId.ChargeLimitIgnored, FaultId.DischargeLimitIgnored, FaultId.CurrentImplausible, FaultId.PrechargeFailed];
        private static readonly int[] Contactors = [FaultId.ContactorFeedback, FaultId.ContactorWelded, FaultId.ContactorStuckOpen, FaultId.PrechargeFailed, FaultId.PrechargeTooFast, FaultId.PrechargeOverload];

        /// <summary>True where an error may trip a row.</summary>
        public static bool May(PackFault error, int row) => Array.IndexOf(RowsOf(error), row) >= 0;

        /// <summary>True where disturbed frames may trip a row.</summary>
        public static bool MayDisturbed(int row)
        {
            return row is FaultId.ModuleLost or FaultId.ModuleDataInvalid or FaultId.TemperatureDataInvalid or FaultId.CurrentSensorLost or FaultId.VoltageSensorLost or FaultId.HostLost or FaultId.FrameErrors
                or FaultId.BusOff or FaultId.PrechargeFailed or FaultId.ReceiveOverflow;
        }

        /// <summary>True where a row sees the same thing as another, by another sensor or another threshold.</summary>
        public static bool Follows(int row, int other) => row switch
        {
            FaultId.PackOverVoltage => other == FaultId.CellOverVoltage,
            FaultId.PackUnderVoltage or FaultId.DeepDischarge => other == FaultId.CellUnderVoltage,
            FaultId.OverloadCharge => other == FaultId.OverCurrentCharge,
            FaultId.OverloadDischarge => other == FaultId.OverCurrentDischarge,
            FaultId.ShortCircuit => other is FaultId.OverCurrentCharge or FaultId.OverCurrentDischarge,
            _ => false,
        };

        /// <summary>True where a row may follow from a trip that came before.</summary>
        public static bool FollowsTrip(int row, bool[] tripped)
        {
            // A deep discharge goes on after the contactors opened, through the very thing that opened them.
            return row == FaultId.DeepDischarge && tripped[FaultId.CellUnderVoltage];
        }

        private static int[] RowsOf(PackFault error) => error switch
        {
            PackFault.ModuleSilent => [FaultId.ModuleLost, FaultId.ModuleDataInvalid, FaultId.TemperatureDataInvalid],
            PackFault.ModuleCrc => [FaultId.ModuleLost, FaultId.ModuleDataInvalid, FaultId.TemperatureDataInvalid, FaultId.FrameErrors],
            PackFault.ModuleCounter => [FaultId.ModuleLost, FaultId.ModuleFrozen, FaultId.FrameErrors],
            PackFault.ModuleFrozen => [FaultId.ModuleFrozen, FaultId.CellFrozen, FaultId.ModuleLost, FaultId.PackVoltageImplausible, .. CellVoltage, .. Temperature],
            PackFault.CellVoltageOffset => CellVoltage,
            PackFault.CellVoltageStuck or PackFault.CellVoltageFrozen => [FaultId.ModuleFrozen, FaultId.CellFrozen, .. CellVoltage],
            PackFault.CurrentReversed => [FaultId.CurrentReversed, .. Amperes],
            PackFault.BleedStuckOn or PackFault.BleedStuckOff => [FaultId.CellVoltageSpread, FaultId.CellUnderVoltage, FaultId.DeepDischarge],
            PackFault.InsulationResistance or PackFault.InsulationSilent or PackFault.InsulationFrozen or PackFault.InsulationDeviceError or PackFault.InsulationEarthOpen
                => [FaultId.InsulationLow, FaultId.InsulationMonitorLost, FaultId.InsulationMonitorFailed],
            PackFault.Crash => [FaultId.CrashSignal],
            PackFault.CellSenseOpen => [FaultId.ModuleDataInvalid, FaultId.OpenWire, FaultId.ModuleLost],
            PackFault.TemperatureStuck => Temperature,
            PackFault.TemperatureOffset => Temperature,
            PackFault.TemperatureOpen => [FaultId.TemperatureDataInvalid],
            PackFault.CurrentSilent => [FaultId.CurrentSensorLost],
            PackFault.CurrentFailed => [FaultId.CurrentSensorLost],
            PackFault.CurrentOffset => [FaultId.ModuleFrozen, .. Amperes],
            PackFault.CurrentStuck => [FaultId.CurrentFrozen, FaultId.ModuleFrozen, .. Amperes],
            PackFault.SensorCrc => [FaultId.CurrentSensorLost, FaultId.VoltageSensorLost, FaultId.PrechargeFailed, FaultId.FrameErrors],
            PackFault.VoltageSilent => [FaultId.VoltageSensorLost, FaultId.PrechargeFailed],
            PackFault.PackVoltageOffset => [FaultId.PackVoltageImplausible, FaultId.PackOverVoltage, FaultId.PackUnderVoltage, FaultId.PrechargeFailed, FaultId.PrechargeTooFast, FaultId.ContactorWelded, FaultId.ContactorStuckOpen],
            PackFault.LinkVoltageOffset => [FaultId.PrechargeFailed, FaultId.PrechargeTooFast, FaultId.ContactorWelded, FaultId.ContactorStuckOpen],
            PackFault.HostSilent => [FaultId.HostLost],
            PackFault.ContactorWelded => Contactors,
            PackFault.ContactorStuckOpen => Contactors,
            PackFault.ContactorFeedback => Contactors,
            PackFault.PrechargeResistorOpen => [FaultId.PrechargeFailed, FaultId.PrechargeOverload],
            PackFault.CoolantPump => [FaultId.OverTemperature, FaultId.OverTemperatureCharge, FaultId.TemperatureSpread],
            PackFault.HeaterStuckOn => [FaultId.OverTemperature, FaultId.OverTemperatureCharge, FaultId.TemperatureSpread],
            PackFault.CellInternalShort => [FaultId.OverTemperature, FaultId.OverTemperatureCharge, FaultId.TemperatureSpread, FaultId.PackUnderVoltage, .. CellVoltage],
            PackFault.CellHeating => [FaultId.PackPressure, FaultId.Condensation, .. Temperature],
            PackFault.InterlockOpen => [FaultId.Interlock],
            PackFault.LoadIgnoresLimits or PackFault.ChargerIgnoresLimits => [FaultId.ContactorWelded, FaultId.PrechargeTooFast, FaultId.OverTemperature, FaultId.OverTemperatureCharge, FaultId.CellOverVoltage, FaultId.CellUnderVoltage, FaultId.DeepDischarge, FaultId.PackOverVoltage, FaultId.PackUnderVoltage, FaultId.CellVoltageSpread, .. Amperes],
            PackFault.CellVenting or PackFault.EnclosureGas or PackFault.EnclosureWater or PackFault.EnclosureSensorSilent or PackFault.EnclosureSensorFailed or PackFault.EnclosurePressureOffset
                => [FaultId.PackPressure, FaultId.Condensation, FaultId.EnvironmentSensorLost],
            _ => [],
        };
    }
}
