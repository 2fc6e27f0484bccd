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

        /// <summary>Parts of the schedule, for the rows that do not need a look in every cycle.</summary>
        public const int Parts = 5;

        /// <summary>Cycles in which every part has its turn: 80 ms at 10 ms.</summary>
        public const int TurnCycles = 8;

        /// <summary>The part with a turn in every fourth cycle; the others have one in every eighth.</summary>
        public const int SendersPart = 4;

        /// <summary>Part of a row that is looked at in every cycle.</summary>
        public const int EveryCycle = -1;

        // The columns of a row, in bits: reaction, unit, direction, opening, latch, network, part of the schedule, requirement.
        private const int StopsNothing = 0;
        private const int UnitMask = 7 << 2;
        private const int Count = 0;
        private const int Millivolts = 1 << 2;
        private const int Milliamperes = 2 << 2;
        private const int DeciDegrees = 3 << 2;
        private const int Milliseconds = 4 << 2;
        private const int Permille = 5 << 2;
        private const int OhmPerVolt = 6 << 2;
        private const int Pascals = 7 << 2;
        private const int UpperLimit = 0;
        private const int LowerLimit = 1 << 5;
        private const int OpensAtOnce = 0;
        private const int OpensLater = 1 << 6;
        private const int Heals = 0;
        private const int Latches = 1 << 7;
        private const int Tool = 1 << 8;
        private const int NeedsTool = Latches | Tool;
        private const int OfPack = 0;
        private const int OfNetwork = 1 << 9;
        private const int PartAt = 10;
        private const int PartMask = 7;
        private const int InEveryCycle = 0;
        private const int InPart0 = 1 << PartAt;
        private const int InPart1 = 2 << PartAt;
        private const int InPart2 = 3 << PartAt;
        private const int InPart3 = 4 << PartAt;
        private const int InPart4 = (SendersPart + 1) << PartAt;
        private const int RequirementAt = 16;

        // One row for each fault, in the order of the numbers in FaultId.
        private static readonly int[] Rows = new int[]
        {
            Millivolts | UpperLimit | StopsCharging | OpensAtOnce | Latches | InEveryCycle | OfPack | (1 << RequirementAt), // CellOverVoltage
            Millivolts | LowerLimit | StopsDischarging | OpensAtOnce | Latches | InEveryCycle | OfPack | (2 << RequirementAt), // CellUnderVoltage
            Milliamperes | UpperLimit | StopsNothing | OpensAtOnce | Latches | InEveryCycle | OfPack | (3 << RequirementAt), // OverCurrentCharge
            Milliamperes | UpperLimit | StopsNothing | OpensAtOnce | Latches | InEveryCycle | OfPack | (3 << RequirementAt), // OverCurrentDischarge
            DeciDegrees | UpperLimit | StopsBoth | OpensAtOnce | Latches | InPart0 | OfPack | (4 << RequirementAt), // OverTemperature
            DeciDegrees | UpperLimit | StopsCharging | OpensAtOnce | Latches | InPart0 | OfPack | (19 << RequirementAt), // OverTemperatureCharge
            DeciDegrees | LowerLimit | StopsDischarging | OpensLater | Latches | InPart0 | OfPack | (19 << RequirementAt), // UnderTemperature
            DeciDegrees | LowerLimit | StopsCharging | OpensLater | Latches | InPart0 | OfPack | (5 << RequirementAt), // UnderTemperatureCharge
            Milliseconds | UpperLimit | StopsBoth | OpensAtOnce | Heals | InEveryCycle | OfNetwork | (7 << RequirementAt), // ModuleLost
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart4 | OfPack | (9 << RequirementAt), // ModuleDataInvalid
            Count | UpperLimit | StopsBoth | OpensLater | Heals | InPart0 | OfPack | (9 << RequirementAt), // TemperatureDataInvalid
            Milliseconds | UpperLimit | StopsBoth | OpensAtOnce | Heals | InEveryCycle | OfNetwork | (8 << RequirementAt), // CurrentSensorLost
            Milliseconds | UpperLimit | StopsBoth | OpensLater | Heals | InPart1 | OfNetwork | (9 << RequirementAt), // VoltageSensorLost
            Milliseconds | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart4 | OfNetwork | (16 << RequirementAt), // HostLost
            Count | UpperLimit | StopsBoth | OpensAtOnce | Latches | InEveryCycle | OfPack | (11 << RequirementAt), // PrechargeFailed
            Milliseconds | UpperLimit | StopsBoth | OpensLater | Latches | InEveryCycle | OfPack | (13 << RequirementAt), // ContactorFeedback
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InEveryCycle | OfPack | (17 << RequirementAt), // Interlock
            Millivolts | UpperLimit | StopsBoth | OpensLater | Latches | InPart1 | OfPack | (22 << RequirementAt), // PackVoltageImplausible
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart3 | OfPack | (34 << RequirementAt), // Configuration
            Count | UpperLimit | StopsNothing | OpensLater | Heals | InPart3 | OfNetwork | (28 << RequirementAt), // ReceiveOverflow
            Milliamperes | UpperLimit | StopsCharging | OpensAtOnce | Latches | InPart2 | OfPack | (6 << RequirementAt), // ChargeLimitIgnored
            Milliamperes | UpperLimit | StopsNothing | OpensAtOnce | Latches | InPart2 | OfPack | (6 << RequirementAt), // DischargeLimitIgnored
            Count | UpperLimit | StopsBoth | OpensAtOnce | Latches | InPart0 | OfPack | (18 << RequirementAt), // ThermalRunaway
            Millivolts | LowerLimit | StopsBoth | OpensAtOnce | NeedsTool | InPart1 | OfPack | (20 << RequirementAt), // DeepDischarge
            Millivolts | UpperLimit | StopsCharging | OpensAtOnce | Latches | InPart1 | OfPack | (21 << RequirementAt), // PackOverVoltage
            Millivolts | LowerLimit | StopsDischarging | OpensAtOnce | Latches | InPart1 | OfPack | (21 << RequirementAt), // PackUnderVoltage
            Millivolts | UpperLimit | StopsCharging | OpensLater | Heals | InPart1 | OfPack | (23 << RequirementAt), // CellVoltageSpread
            DeciDegrees | UpperLimit | StopsCharging | OpensLater | Heals | InPart0 | OfPack | (23 << RequirementAt), // TemperatureSpread
            Permille | UpperLimit | StopsCharging | OpensAtOnce | Latches | InPart2 | OfPack | (24 << RequirementAt), // OverloadCharge
            Permille | UpperLimit | StopsDischarging | OpensAtOnce | Latches | InPart2 | OfPack | (24 << RequirementAt), // OverloadDischarge
            Milliamperes | UpperLimit | StopsBoth | OpensAtOnce | Latches | InEveryCycle | OfPack | (25 << RequirementAt), // ShortCircuit
            Millivolts | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart1 | OfPack | (26 << RequirementAt), // CellVoltageImplausible
            DeciDegrees | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart0 | OfPack | (26 << RequirementAt), // TemperatureImplausible
            Milliamperes | UpperLimit | StopsBoth | OpensAtOnce | Latches | InPart2 | OfPack | (26 << RequirementAt), // CurrentImplausible
            Milliseconds | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart4 | OfPack | (27 << RequirementAt), // ModuleFrozen
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart2 | OfPack | (27 << RequirementAt), // CurrentFrozen
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart4 | OfNetwork | (28 << RequirementAt), // FrameErrors
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart1 | OfPack | (29 << RequirementAt), // OpenWire
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart1 | OfPack | (29 << RequirementAt), // ModuleFailure
            OhmPerVolt | LowerLimit | StopsCharging | OpensLater | Latches | InPart3 | OfPack | (30 << RequirementAt), // InsulationLow
            Milliseconds | UpperLimit | StopsCharging | OpensLater | Heals | InPart3 | OfNetwork | (30 << RequirementAt), // InsulationMonitorLost
            Count | UpperLimit | StopsCharging | OpensLater | Heals | InPart3 | OfPack | (30 << RequirementAt), // InsulationMonitorFailed
            Count | UpperLimit | StopsBoth | OpensLater | Latches | InPart2 | OfPack | (31 << RequirementAt), // ContactorWelded
            Count | UpperLimit | StopsBoth | OpensLater | Latches | InPart2 | OfPack | (31 << RequirementAt), // ContactorStuckOpen
            Count | UpperLimit | StopsBoth | OpensAtOnce | Latches | InPart2 | OfPack | (32 << RequirementAt), // PrechargeTooFast
            Permille | UpperLimit | StopsBoth | OpensLater | Heals | InPart2 | OfPack | (32 << RequirementAt), // PrechargeOverload
            Permille | UpperLimit | StopsNothing | OpensLater | Heals | InPart2 | OfPack | (31 << RequirementAt), // ContactorWorn
            Count | UpperLimit | StopsBoth | OpensAtOnce | Latches | InEveryCycle | OfPack | (33 << RequirementAt), // CrashSignal
            Count | UpperLimit | StopsBoth | OpensAtOnce | Latches | InPart3 | OfPack | (34 << RequirementAt), // Memory
            Milliseconds | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart3 | OfPack | (35 << RequirementAt), // CycleLate
            Count | UpperLimit | StopsNothing | OpensLater | Heals | InPart3 | OfPack | (35 << RequirementAt), // WatchdogReset
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart3 | OfNetwork | (28 << RequirementAt), // BusOff
            Pascals | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart0 | OfPack | (36 << RequirementAt), // PackPressure
            DeciDegrees | UpperLimit | StopsNothing | OpensLater | Heals | InPart0 | OfPack | (36 << RequirementAt), // Condensation
            Milliseconds | UpperLimit | StopsNothing | OpensLater | Heals | InPart0 | OfPack | (36 << RequirementAt), // EnvironmentSensorLost
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart2 | OfPack | (109 << RequirementAt), // ParkedAlarm
            Count | UpperLimit | StopsBoth | OpensAtOnce | Heals | InPart4 | OfPack | (27 << RequirementAt), // CellFrozen
            Count | UpperLimit | StopsBoth | OpensLater | Latches | InPart2 | OfPack | (26 << RequirementAt), // CurrentReversed
        };

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
            switch (RowOf(fault) & UnitMask)
            {
                case Millivolts: return "mV";
                case Milliamperes: return "mA";
                case DeciDegrees: return "0.1 degC";
                case Milliseconds: return "ms";
                case Permille: return "permille";
                case OhmPerVolt: return "ohm/V";
                case Pascals: return "Pa";
                default: return "";
            }
        }

        /// <summary>Unit of a row as the end of a name, for example Mv; empty for a count.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string UnitSuffixOf(int fault)
        {
            switch (RowOf(fault) & UnitMask)
            {
                case Millivolts: return "Mv";
                case Milliamperes: return "Ma";
                case DeciDegrees: return "DeciC";
                case Milliseconds: return "Ms";
                case Permille: return "Permille";
                case OhmPerVolt: return "OhmPerV";
                case Pascals: return "Pa";
                default: return "";
            }
        }

        /// <summary>True where a value below the threshold is the fault, false where a value above it is.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool IsLowerLimit(int fault)
        {
            return Has(fault, LowerLimit);
        }

        /// <summary>What severity Limit does: a sum of <see cref="StopsCharging"/> and <see cref="StopsDischarging"/>, or 0.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int ReactionOf(int fault)
        {
            return RowOf(fault) & StopsBoth;
        }

        /// <summary>True where a trip lets the contactors wait, for a bounded time and with all limits at zero, until the current has fallen; false where they open at once.</summary>
        /// <remarks>What waits endangers nothing within a second; opening under load costs a part of a contactor's life, and a contactor in doubt may weld by it.</remarks>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool WaitsForCurrent(int fault)
        {
            return Has(fault, OpensLater);
        }

        /// <summary>True where a trip stays until the host clears it, even when its cause has gone.</summary>
        /// <remarks>Lost communication heals by itself (the host must ask for the contactors again all the same); what hurt the cells or the contactors does not.</remarks>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool IsLatched(int fault)
        {
            return Has(fault, Latches);
        }

        /// <summary>True where the warning has no debounce: told with the first value, while limit and trip wait for the next ones.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool TellsAtOnce(int fault)
        {
            return fault == FaultId.ShortCircuit;
        }

        /// <summary>True where the host cannot clear the latched trip, only a service tool can, and where it outlives a restart.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static bool NeedsService(int fault)
        {
            return Has(fault, Tool);
        }

        /// <summary>When a row is looked at: <see cref="EveryCycle"/>, or a part of the schedule from 0.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int PartOf(int fault)
        {
            return ((RowOf(fault) >> PartAt) & PartMask) - 1;
        }

        /// <summary>Cycles from one look at a row to the next: 1, 4 or 8.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int LookCyclesOf(int fault)
        {
            int part = PartOf(fault);
            return part == EveryCycle ? 1 : part == SendersPart ? TurnCycles / 2 : TurnCycles;
        }

        /// <summary>Trouble code of a row, two bytes as diagnostics carry it; <see cref="DtcNameOf"/> is the form that people read.</summary>
        /// <remarks>
        /// The form of SAE J2012 / ISO 15031-6 [R]: P1xxx and U1xxx are the ranges that a maker may fill, so no code of ours claims a meaning that the standard gives it.
        /// P1Bnn is row nn, hexadecimal; U1Bnn where the row tells of lost or disturbed communication. As a row's number, a code is never given to another fault.
        /// </remarks>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static int DtcOf(int fault)
        {
            return (Has(fault, OfNetwork) ? 0xDB00 : 0x1B00) | fault;
        }

        /// <summary>Trouble code as people read it, for example P1B00.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string DtcNameOf(int fault)
        {
            return (Has(fault, OfNetwork) ? "U1B" : "P1B") + Digit(fault >> 4) + Digit(fault & 15);
        }

        /// <summary>Requirement (docs/requirements.md) that a row fulfils.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public static string RequirementOf(int fault)
        {
            int number = RowOf(fault) >> RequirementAt;
            return number == 0 ? "" : "S-" + Digit(number / 100) + Digit(number / 10 % 10) + Digit(number % 10);
        }

        private static bool Has(int fault, int flag)
        {
            return (RowOf(fault) & flag) != 0;
        }

        private static int RowOf(int fault)
        {
            return fault < 0 || fault >= FaultId.Count ? 0 : Rows[fault];
        }

        private static string Digit(int digit)
        {
            return "0123456789ABCDEF".Substring(digit, 1);
        }
    }
}
