namespace Bms.Core.Protection
{
    /// <summary>What the rows of the fault table are: quantity, direction, reaction and latch of each. Thresholds and times are parameters.</summary>
    /// <remarks>Read at start-up and by tools, never in the cycle. A tool prints the table from here, and a test walks every row.</remarks>
    public static class FaultTable
    {
        /// <summary>Reaction flag: at severity Limit the charging limit is zero.</summary>
        public const int StopsCharging = 1;

        /// <summary>Reaction flag: at severity Limit the discharging limit is zero.</summary>
        public const int StopsDischarging = 2;

        /// <summary>Both reaction flags.</summary>
        public const int StopsBoth = StopsCharging | StopsDischarging;

        /// <summary>Name of a row, as in the message FaultStatus.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string NameOf(int fault)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage: return "CellOverVoltage";
                case FaultId.CellUnderVoltage: return "CellUnderVoltage";
                case FaultId.OverCurrentCharge: return "OverCurrentCharge";
                case FaultId.OverCurrentDischarge: return "OverCurrentDischarge";
                case FaultId.OverTemperature: return "OverTemperature";
                case FaultId.OverTemperatureCharge: return "OverTemperatureCharge";
                case FaultId.UnderTemperature: return "UnderTemperature";
                case FaultId.UnderTemperatureCharge: return "UnderTemperatureCharge";
                case FaultId.ModuleLost: return "ModuleLost";
                case FaultId.ModuleDataInvalid: return "ModuleDataInvalid";
                case FaultId.TemperatureDataInvalid: return "TemperatureDataInvalid";
                case FaultId.CurrentSensorLost: return "CurrentSensorLost";
                case FaultId.VoltageSensorLost: return "VoltageSensorLost";
                case FaultId.HostLost: return "HostLost";
                case FaultId.PrechargeFailed: return "PrechargeFailed";
                case FaultId.ContactorFeedback: return "ContactorFeedback";
                case FaultId.Interlock: return "Interlock";
                case FaultId.PackVoltageImplausible: return "PackVoltageImplausible";
                case FaultId.Configuration: return "Configuration";
                case FaultId.ReceiveOverflow: return "ReceiveOverflow";
                case FaultId.ChargeLimitIgnored: return "ChargeLimitIgnored";
                case FaultId.DischargeLimitIgnored: return "DischargeLimitIgnored";
                case FaultId.ThermalRunaway: return "ThermalRunaway";
                default: return "Unknown";
            }
        }

        /// <summary>Unit of the quantity that a row watches.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string UnitOf(int fault)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage:
                case FaultId.CellUnderVoltage:
                case FaultId.PackVoltageImplausible:
                    return "mV";
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                case FaultId.ChargeLimitIgnored:
                case FaultId.DischargeLimitIgnored:
                    return "mA";
                case FaultId.OverTemperature:
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                    return "0.1 degC";
                case FaultId.ModuleLost:
                case FaultId.CurrentSensorLost:
                case FaultId.VoltageSensorLost:
                case FaultId.HostLost:
                case FaultId.ContactorFeedback:
                    return "ms";
                default:
                    return "";
            }
        }

        /// <summary>Unit of a row as the suffix of a name: Mv, Ma, DeciC, Ms, or nothing for a count.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string UnitSuffixOf(int fault)
        {
            switch (UnitOf(fault))
            {
                case "mV": return "Mv";
                case "mA": return "Ma";
                case "0.1 degC": return "DeciC";
                case "ms": return "Ms";
                default: return "";
            }
        }

        /// <summary>True where a value below the threshold is the fault, false where a value above it is.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool IsLowerLimit(int fault)
        {
            return fault == FaultId.CellUnderVoltage
                || fault == FaultId.UnderTemperature
                || fault == FaultId.UnderTemperatureCharge;
        }

        /// <summary>What severity Limit does: a sum of <see cref="StopsCharging"/> and <see cref="StopsDischarging"/>, or 0.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int ReactionOf(int fault)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage:
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperatureCharge:
                case FaultId.ChargeLimitIgnored:
                    return StopsCharging;
                case FaultId.CellUnderVoltage:
                case FaultId.UnderTemperature:
                    return StopsDischarging;
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                case FaultId.DischargeLimitIgnored:
                case FaultId.ReceiveOverflow:
                    return 0;
                default:
                    return StopsBoth;
            }
        }

        /// <summary>True where a trip lets the contactors wait, for a bounded time and with all limits at zero, until the current has fallen; false where they open at once.</summary>
        /// <remarks>What waits endangers nothing within a second; opening under load costs a part of a contactor's life, and a contactor in doubt may weld by it.</remarks>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool WaitsForCurrent(int fault)
        {
            switch (fault)
            {
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.TemperatureDataInvalid:
                case FaultId.VoltageSensorLost:
                case FaultId.ContactorFeedback:
                case FaultId.PackVoltageImplausible:
                case FaultId.ReceiveOverflow:
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>True where a trip stays until the host clears it, even when its cause has gone.</summary>
        /// <remarks>Lost communication heals by itself (the host must ask for the contactors again all the same); what hurt the cells or the contactors does not.</remarks>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool IsLatched(int fault)
        {
            switch (fault)
            {
                case FaultId.ModuleLost:
                case FaultId.ModuleDataInvalid:
                case FaultId.TemperatureDataInvalid:
                case FaultId.CurrentSensorLost:
                case FaultId.VoltageSensorLost:
                case FaultId.HostLost:
                case FaultId.Interlock:
                case FaultId.Configuration:
                case FaultId.ReceiveOverflow:
                    return false;
                default:
                    return true;
            }
        }
    }
}
