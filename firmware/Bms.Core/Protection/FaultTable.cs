namespace Bms.Core.Protection
{
    /// <summary>What the rows of the fault table are: quantity, direction, reaction, latch, trouble code and requirement of each. Thresholds and times are parameters.</summary>
    /// <remarks>Read at start-up and by tools, never in the cycle. A tool prints the table from here, and a test walks every row.</remarks>
    public static class FaultTable
    {
        /// <summary>Reaction flag: at severity Limit the charging limit is zero.</summary>
        public const int StopsCharging = 1;

        /// <summary>Reaction flag: at severity Limit the discharging limit is zero.</summary>
        public const int StopsDischarging = 2;

        /// <summary>Both reaction flags.</summary>
        public const int StopsBoth = StopsCharging | StopsDischarging;

        /// <summary>Rows whose severity fits one message FaultStatus; the next ones stand in FaultStatus2, then FaultStatus3.</summary>
        public const int RowsPerStatus = 26;

        /// <summary>Parts of the schedule: a row that does not need a look in every cycle has one in every fourth, 40 ms apart at 10 ms.</summary>
        public const int Parts = 4;

        /// <summary>Part of a row that is looked at in every cycle.</summary>
        public const int EveryCycle = -1;

        /// <summary>Name of a row, as in the messages FaultStatus.</summary>
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
                case FaultId.DeepDischarge: return "DeepDischarge";
                case FaultId.PackOverVoltage: return "PackOverVoltage";
                case FaultId.PackUnderVoltage: return "PackUnderVoltage";
                case FaultId.CellVoltageSpread: return "CellVoltageSpread";
                case FaultId.TemperatureSpread: return "TemperatureSpread";
                case FaultId.OverloadCharge: return "OverloadCharge";
                case FaultId.OverloadDischarge: return "OverloadDischarge";
                case FaultId.ShortCircuit: return "ShortCircuit";
                case FaultId.CellVoltageImplausible: return "CellVoltageImplausible";
                case FaultId.TemperatureImplausible: return "TemperatureImplausible";
                case FaultId.CurrentImplausible: return "CurrentImplausible";
                case FaultId.ModuleFrozen: return "ModuleFrozen";
                case FaultId.CurrentFrozen: return "CurrentFrozen";
                case FaultId.FrameErrors: return "FrameErrors";
                case FaultId.OpenWire: return "OpenWire";
                case FaultId.ModuleFailure: return "ModuleFailure";
                case FaultId.InsulationLow: return "InsulationLow";
                case FaultId.InsulationMonitorLost: return "InsulationMonitorLost";
                case FaultId.InsulationMonitorFailed: return "InsulationMonitorFailed";
                case FaultId.ContactorWelded: return "ContactorWelded";
                case FaultId.ContactorStuckOpen: return "ContactorStuckOpen";
                case FaultId.PrechargeTooFast: return "PrechargeTooFast";
                case FaultId.PrechargeOverload: return "PrechargeOverload";
                case FaultId.ContactorWorn: return "ContactorWorn";
                case FaultId.CrashSignal: return "CrashSignal";
                case FaultId.Memory: return "Memory";
                case FaultId.CycleLate: return "CycleLate";
                case FaultId.WatchdogReset: return "WatchdogReset";
                case FaultId.BusOff: return "BusOff";
                case FaultId.PackPressure: return "PackPressure";
                case FaultId.Condensation: return "Condensation";
                case FaultId.EnvironmentSensorLost: return "EnvironmentSensorLost";
                case FaultId.ParkedAlarm: return "ParkedAlarm";
                case FaultId.CellFrozen: return "CellFrozen";
                case FaultId.CurrentReversed: return "CurrentReversed";
                default: return "Unknown";
            }
        }

        /// <summary>Unit of the quantity that a row watches; empty for counts and for yes or no.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string UnitOf(int fault)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage:
                case FaultId.CellUnderVoltage:
                case FaultId.PackVoltageImplausible:
                case FaultId.DeepDischarge:
                case FaultId.PackOverVoltage:
                case FaultId.PackUnderVoltage:
                case FaultId.CellVoltageSpread:
                case FaultId.CellVoltageImplausible:
                    return "mV";
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                case FaultId.ChargeLimitIgnored:
                case FaultId.DischargeLimitIgnored:
                case FaultId.ShortCircuit:
                case FaultId.CurrentImplausible:
                    return "mA";
                case FaultId.OverTemperature:
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.TemperatureSpread:
                case FaultId.TemperatureImplausible:
                case FaultId.Condensation:
                    return "0.1 degC";
                case FaultId.ModuleLost:
                case FaultId.CurrentSensorLost:
                case FaultId.VoltageSensorLost:
                case FaultId.HostLost:
                case FaultId.ContactorFeedback:
                case FaultId.ModuleFrozen:
                case FaultId.InsulationMonitorLost:
                case FaultId.CycleLate:
                case FaultId.EnvironmentSensorLost:
                    return "ms";
                case FaultId.OverloadCharge:
                case FaultId.OverloadDischarge:
                case FaultId.PrechargeOverload:
                case FaultId.ContactorWorn:
                    return "permille";
                case FaultId.InsulationLow:
                    return "ohm/V";
                case FaultId.PackPressure:
                    return "Pa";
                default:
                    return "";
            }
        }

        /// <summary>Unit of a row as the suffix of a name: Mv, Ma, DeciC, Ms and so on, or nothing for a count.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string UnitSuffixOf(int fault)
        {
            switch (UnitOf(fault))
            {
                case "mV": return "Mv";
                case "mA": return "Ma";
                case "0.1 degC": return "DeciC";
                case "ms": return "Ms";
                case "permille": return "Permille";
                case "ohm/V": return "OhmPerV";
                case "Pa": return "Pa";
                default: return "";
            }
        }

        /// <summary>True where a value below the threshold is the fault, false where a value above it is.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool IsLowerLimit(int fault)
        {
            switch (fault)
            {
                case FaultId.CellUnderVoltage:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.DeepDischarge:
                case FaultId.PackUnderVoltage:
                case FaultId.InsulationLow:
                    return true;
                default:
                    return false;
            }
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
                case FaultId.PackOverVoltage:
                case FaultId.CellVoltageSpread:
                case FaultId.TemperatureSpread:
                case FaultId.OverloadCharge:
                case FaultId.InsulationLow:
                case FaultId.InsulationMonitorLost:
                case FaultId.InsulationMonitorFailed:
                    return StopsCharging;
                case FaultId.CellUnderVoltage:
                case FaultId.UnderTemperature:
                case FaultId.PackUnderVoltage:
                case FaultId.OverloadDischarge:
                    return StopsDischarging;
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                case FaultId.ReceiveOverflow:
                case FaultId.DischargeLimitIgnored:
                case FaultId.ContactorWorn:
                case FaultId.WatchdogReset:
                case FaultId.Condensation:
                case FaultId.EnvironmentSensorLost:
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
                case FaultId.CellVoltageSpread:
                case FaultId.TemperatureSpread:
                case FaultId.InsulationLow:
                case FaultId.InsulationMonitorLost:
                case FaultId.InsulationMonitorFailed:
                case FaultId.ContactorWelded:
                case FaultId.ContactorStuckOpen:
                case FaultId.PrechargeOverload:
                case FaultId.ContactorWorn:
                case FaultId.WatchdogReset:
                case FaultId.Condensation:
                case FaultId.EnvironmentSensorLost:
                case FaultId.CurrentReversed:
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
                case FaultId.CellVoltageSpread:
                case FaultId.TemperatureSpread:
                case FaultId.CellVoltageImplausible:
                case FaultId.TemperatureImplausible:
                case FaultId.ModuleFrozen:
                case FaultId.CurrentFrozen:
                case FaultId.FrameErrors:
                case FaultId.OpenWire:
                case FaultId.ModuleFailure:
                case FaultId.InsulationMonitorLost:
                case FaultId.InsulationMonitorFailed:
                case FaultId.PrechargeOverload:
                case FaultId.ContactorWorn:
                case FaultId.CycleLate:
                case FaultId.WatchdogReset:
                case FaultId.BusOff:
                case FaultId.PackPressure:
                case FaultId.Condensation:
                case FaultId.EnvironmentSensorLost:
                case FaultId.ParkedAlarm:
                case FaultId.CellFrozen:
                    return false;
                default:
                    return true;
            }
        }

        /// <summary>True where the host cannot clear the latched trip, only a service tool can, and where it outlives a restart.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool NeedsService(int fault)
        {
            return fault == FaultId.DeepDischarge;
        }

        /// <summary>When a row is looked at: <see cref="EveryCycle"/>, or a part of the schedule from 0.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int PartOf(int fault)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage:
                case FaultId.CellUnderVoltage:
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                case FaultId.ModuleLost:
                case FaultId.CurrentSensorLost:
                case FaultId.PrechargeFailed:
                case FaultId.ContactorFeedback:
                case FaultId.Interlock:
                case FaultId.ShortCircuit:
                case FaultId.CrashSignal:
                    return EveryCycle;
                case FaultId.OverTemperature:
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.TemperatureDataInvalid:
                case FaultId.ThermalRunaway:
                case FaultId.TemperatureSpread:
                case FaultId.TemperatureImplausible:
                case FaultId.PackPressure:
                case FaultId.Condensation:
                case FaultId.EnvironmentSensorLost:
                    return 0;
                case FaultId.ModuleDataInvalid:
                case FaultId.VoltageSensorLost:
                case FaultId.PackVoltageImplausible:
                case FaultId.DeepDischarge:
                case FaultId.PackOverVoltage:
                case FaultId.PackUnderVoltage:
                case FaultId.CellVoltageSpread:
                case FaultId.CellVoltageImplausible:
                case FaultId.ModuleFrozen:
                case FaultId.OpenWire:
                case FaultId.ModuleFailure:
                case FaultId.CellFrozen:
                    return 1;
                case FaultId.ChargeLimitIgnored:
                case FaultId.DischargeLimitIgnored:
                case FaultId.OverloadCharge:
                case FaultId.OverloadDischarge:
                case FaultId.CurrentImplausible:
                case FaultId.CurrentFrozen:
                case FaultId.ContactorWelded:
                case FaultId.ContactorStuckOpen:
                case FaultId.PrechargeTooFast:
                case FaultId.PrechargeOverload:
                case FaultId.ContactorWorn:
                case FaultId.ParkedAlarm:
                case FaultId.CurrentReversed:
                    return 2;
                default:
                    return 3;
            }
        }

        /// <summary>Trouble code of a row, two bytes as diagnostics carry it; <see cref="DtcNameOf"/> is the form that people read.</summary>
        /// <remarks>
        /// The form of SAE J2012 / ISO 15031-6 [R]: P1xxx and U1xxx are the ranges that a maker may fill, so no code of ours claims a meaning that the standard gives it.
        /// P1Bnn is row nn, hexadecimal; U1Bnn where the row tells of lost or disturbed communication. As a row's number, a code is never given to another fault.
        /// </remarks>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int DtcOf(int fault)
        {
            return (IsOfNetwork(fault) ? 0xDB00 : 0x1B00) | fault;
        }

        /// <summary>Trouble code as people read it, for example P1B00.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string DtcNameOf(int fault)
        {
            return (IsOfNetwork(fault) ? "U1B" : "P1B") + HexDigit(fault >> 4) + HexDigit(fault & 15);
        }

        /// <summary>Requirement (docs/requirements.md) that a row fulfils.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string RequirementOf(int fault)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage:
                    return "S-001";
                case FaultId.CellUnderVoltage:
                    return "S-002";
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                    return "S-003";
                case FaultId.OverTemperature:
                    return "S-004";
                case FaultId.UnderTemperatureCharge:
                    return "S-005";
                case FaultId.ChargeLimitIgnored:
                case FaultId.DischargeLimitIgnored:
                    return "S-006";
                case FaultId.ModuleLost:
                    return "S-007";
                case FaultId.CurrentSensorLost:
                    return "S-008";
                case FaultId.ModuleDataInvalid:
                case FaultId.TemperatureDataInvalid:
                case FaultId.VoltageSensorLost:
                    return "S-009";
                case FaultId.PrechargeFailed:
                    return "S-011";
                case FaultId.ContactorFeedback:
                    return "S-013";
                case FaultId.HostLost:
                    return "S-016";
                case FaultId.Interlock:
                    return "S-017";
                case FaultId.ThermalRunaway:
                    return "S-018";
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperature:
                    return "S-019";
                case FaultId.DeepDischarge:
                    return "S-020";
                case FaultId.PackOverVoltage:
                case FaultId.PackUnderVoltage:
                    return "S-021";
                case FaultId.PackVoltageImplausible:
                    return "S-022";
                case FaultId.CellVoltageSpread:
                case FaultId.TemperatureSpread:
                    return "S-023";
                case FaultId.OverloadCharge:
                case FaultId.OverloadDischarge:
                    return "S-024";
                case FaultId.ShortCircuit:
                    return "S-025";
                case FaultId.CellVoltageImplausible:
                case FaultId.TemperatureImplausible:
                case FaultId.CurrentImplausible:
                case FaultId.CurrentReversed:
                    return "S-026";
                case FaultId.ModuleFrozen:
                case FaultId.CurrentFrozen:
                case FaultId.CellFrozen:
                    return "S-027";
                case FaultId.ReceiveOverflow:
                case FaultId.FrameErrors:
                case FaultId.BusOff:
                    return "S-028";
                case FaultId.OpenWire:
                case FaultId.ModuleFailure:
                    return "S-029";
                case FaultId.InsulationLow:
                case FaultId.InsulationMonitorLost:
                case FaultId.InsulationMonitorFailed:
                    return "S-030";
                case FaultId.ContactorWelded:
                case FaultId.ContactorStuckOpen:
                case FaultId.ContactorWorn:
                    return "S-031";
                case FaultId.PrechargeTooFast:
                case FaultId.PrechargeOverload:
                    return "S-032";
                case FaultId.CrashSignal:
                    return "S-033";
                case FaultId.Configuration:
                case FaultId.Memory:
                    return "S-034";
                case FaultId.CycleLate:
                case FaultId.WatchdogReset:
                    return "S-035";
                case FaultId.PackPressure:
                case FaultId.Condensation:
                case FaultId.EnvironmentSensorLost:
                    return "S-036";
                case FaultId.ParkedAlarm:
                    return "S-109";
                default:
                    return "";
            }
        }

        private static bool IsOfNetwork(int fault)
        {
            switch (fault)
            {
                case FaultId.ModuleLost:
                case FaultId.CurrentSensorLost:
                case FaultId.VoltageSensorLost:
                case FaultId.HostLost:
                case FaultId.ReceiveOverflow:
                case FaultId.FrameErrors:
                case FaultId.InsulationMonitorLost:
                case FaultId.BusOff:
                    return true;
                default:
                    return false;
            }
        }

        private static string HexDigit(int digit)
        {
            return "0123456789ABCDEF".Substring(digit, 1);
        }
    }
}
