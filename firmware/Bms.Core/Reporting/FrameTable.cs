using Bms.Core.Messages;

namespace Bms.Core.Reporting
{
    /// <summary>The frames that the controller sends by schedule: identifier, period and phase of each. What stands in them comes from the message catalogue.</summary>
    /// <remarks>
    /// Read at start-up. The phases lie 10 ms apart, so that one slot has one frame: what a host obeys every 100 ms in the even ones, the cells every 40 ms in every other odd one, and between
    /// those what changes slowly or is told by a FaultEvent at once.
    /// </remarks>
    public static class FrameTable
    {
        /// <summary>Row of the message PackStatus.</summary>
        public const int PackStatusRow = 0;

        /// <summary>Row of the message Limits.</summary>
        public const int LimitsRow = 1;

        /// <summary>Row of the message CellExtremes.</summary>
        public const int CellExtremesRow = 2;

        /// <summary>Row of the message TemperatureExtremes.</summary>
        public const int TemperatureExtremesRow = 3;

        /// <summary>Row of the message StateEstimates.</summary>
        public const int StateEstimatesRow = 4;

        /// <summary>Row of the message FaultStatus.</summary>
        public const int FaultStatusRow = 5;

        /// <summary>Row of the message TaskTiming.</summary>
        public const int TaskTimingRow = 6;

        /// <summary>Row of the message CellVoltages, one group at a time.</summary>
        public const int CellVoltagesRow = 7;

        /// <summary>Row of the message CellTemperatures, one group at a time.</summary>
        public const int CellTemperaturesRow = 8;

        /// <summary>Row of the balancing commands, one module at a time.</summary>
        public const int ModuleBalancingRow = 9;

        /// <summary>Row of the message FaultStatus2.</summary>
        public const int FaultStatus2Row = 10;

        /// <summary>Row of the message FaultStatus3.</summary>
        public const int FaultStatus3Row = 11;

        /// <summary>Row of the message ContactorStatus.</summary>
        public const int ContactorStatusRow = 12;

        /// <summary>Row of the message ContactorCounters, one contactor at a time.</summary>
        public const int ContactorCountersRow = 13;

        /// <summary>Row of the message RegenLimits.</summary>
        public const int RegenLimitsRow = 14;

        /// <summary>Row of the message ThermalStatus.</summary>
        public const int ThermalStatusRow = 15;

        /// <summary>Number of rows.</summary>
        public const int Count = 16;

        /// <summary>How long a module bleeds without a further command, in ms: four of its commands.</summary>
        public const int BalancingHoldMs = 2000;

        /// <summary>Identifier of a row.</summary>
        /// <param name="row">0..<see cref="Count"/> - 1.</param>
        public static uint Id(int row)
        {
            switch (row)
            {
                case PackStatusRow: return PackStatus.Id;
                case LimitsRow: return Limits.Id;
                case CellExtremesRow: return CellExtremes.Id;
                case TemperatureExtremesRow: return TemperatureExtremes.Id;
                case StateEstimatesRow: return StateEstimates.Id;
                case FaultStatusRow: return FaultStatus.Id;
                case FaultStatus2Row: return FaultStatus2.Id;
                case FaultStatus3Row: return FaultStatus3.Id;
                case TaskTimingRow: return TaskTiming.Id;
                case ContactorStatusRow: return ContactorStatus.Id;
                case ContactorCountersRow: return ContactorCounters.Id;
                case RegenLimitsRow: return RegenLimits.Id;
                case ThermalStatusRow: return ThermalStatus.Id;
                case CellVoltagesRow: return CellVoltages.Id;
                case CellTemperaturesRow: return CellTemperatures.Id;
                default: return ModuleBalancing.BaseId;
            }
        }

        /// <summary>Data id of a row for its CRC.</summary>
        /// <param name="row">0..<see cref="Count"/> - 1.</param>
        public static int DataId(int row)
        {
            return (int)Id(row);
        }

        /// <summary>Payload length of a row, in bytes: the whole classic frame but for the balancing command.</summary>
        /// <param name="row">0..<see cref="Count"/> - 1.</param>
        public static int Length(int row)
        {
            return row == ModuleBalancingRow ? ModuleBalancing.Length : PackStatus.Length;
        }

        /// <summary>Time between two frames of a row, in ms. The modules share the period of the balancing command.</summary>
        /// <param name="row">0..<see cref="Count"/> - 1.</param>
        /// <param name="moduleCount">Modules of the pack, 1..16.</param>
        public static int PeriodMs(int row, int moduleCount)
        {
            switch (row)
            {
                case PackStatusRow: return PackStatus.PeriodMs;
                case LimitsRow: return Limits.PeriodMs;
                case CellExtremesRow: return CellExtremes.PeriodMs;
                case TemperatureExtremesRow: return TemperatureExtremes.PeriodMs;
                case StateEstimatesRow: return StateEstimates.PeriodMs;
                case FaultStatusRow: return FaultStatus.PeriodMs;
                case FaultStatus2Row: return FaultStatus2.PeriodMs;
                case FaultStatus3Row: return FaultStatus3.PeriodMs;
                case TaskTimingRow: return TaskTiming.PeriodMs;
                case ContactorStatusRow: return ContactorStatus.PeriodMs;
                case ContactorCountersRow: return ContactorCounters.PeriodMs;
                case RegenLimitsRow: return RegenLimits.PeriodMs;
                case ThermalStatusRow: return ThermalStatus.PeriodMs;
                case CellVoltagesRow: return CellVoltages.PeriodMs;
                case CellTemperaturesRow: return CellTemperatures.PeriodMs;
                default: return ModuleBalancing.PeriodMs / moduleCount;
            }
        }

        /// <summary>Delay of the first frame of a row after start, in ms.</summary>
        /// <param name="row">0..<see cref="Count"/> - 1.</param>
        public static int PhaseMs(int row)
        {
            switch (row)
            {
                case PackStatusRow: return 0;
                case LimitsRow: return 20;
                case CellExtremesRow: return 40;
                case RegenLimitsRow: return 60;
                case ContactorStatusRow: return 80;
                case CellTemperaturesRow: return 180;
                case CellVoltagesRow: return 10;
                case TemperatureExtremesRow: return 30;
                case StateEstimatesRow: return 70;
                case FaultStatusRow: return 110;
                case FaultStatus2Row: return 150;
                case FaultStatus3Row: return 190;
                case ThermalStatusRow: return 230;
                case TaskTimingRow: return 270;
                case ContactorCountersRow: return 310;
                default: return 30;
            }
        }
    }
}
