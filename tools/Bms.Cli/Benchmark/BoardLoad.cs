using Bms.Bench;
using Bms.Cli.Device;
using Bms.IlTools;

namespace Bms.Cli.Benchmark
{
    /// <summary>Estimated load of a board's processor: firmware and CAN driver in the interpreter, without the time that SPI waits.</summary>
    /// <param name="Board">The board.</param>
    /// <param name="PeriodMs">Its cycle.</param>
    /// <param name="Nominal">Share of the cycle with the planning value, mean.</param>
    /// <param name="Conservative">Share with the conservative value, mean.</param>
    /// <param name="ConservativeAt10Ms">The same, were its cycle 10 ms: above <see cref="LargestShare"/> the board's cycle is 20 ms.</param>
    /// <param name="WorstMs">Time of the worst cycle of the firmware with the planning value, in ms.</param>
    internal sealed record BoardLoad(Board Board, int PeriodMs, double Nominal, double Conservative, double ConservativeAt10Ms, double WorstMs)
    {
        /// <summary>Planning value for an IL equivalent at 240 MHz, in us.</summary>
        public const double PlannedUs = 0.5;

        /// <summary>Conservative value at 240 MHz, in us.</summary>
        public const double ConservativeUs = 1.0;

        /// <summary>Largest share of a cycle of 10 ms that is accepted with the conservative value.</summary>
        public const double LargestShare = 0.6;

        /// <summary>Largest share that is wanted with the planning value.</summary>
        public const double WantedShare = 0.3;

        private const double ReferenceMhz = 240;

        /// <summary>The loads of all boards.</summary>
        /// <param name="cost">The measured cost of the firmware.</param>
        public static IReadOnlyList<BoardLoad> OfAll(CycleCost cost)
        {
            return [.. Board.All.Select(board => Of(board, cost))];
        }

        /// <summary>How much longer a board takes than one at 240 MHz.</summary>
        public static double SlownessOf(Board board) => ReferenceMhz / board.ClockMhz;

        private static BoardLoad Of(Board board, CycleCost cost)
        {
            // Frames come at the pace of the bus, so a longer cycle saves its fixed part only.
            double perCycle = cost.Mean + InterpreterTime.DriverCycleIl - (cost.ReceivedPerCycle * cost.Model.ReceivedIl) - (cost.SentPerCycle * cost.Model.SentIl);
            double per10Ms = (cost.ReceivedPerCycle * (cost.Model.ReceivedIl + InterpreterTime.DriverReceivedIl)) + (cost.SentPerCycle * (cost.Model.SentIl + InterpreterTime.DriverSentIl));
            double slowness = SlownessOf(board);
            double Share(double us, int periodMs) => slowness * us * 1e-3 * ((perCycle / periodMs) + (per10Ms / 10));
            return new BoardLoad(
                board,
                board.CyclePeriodMs,
                Share(PlannedUs, board.CyclePeriodMs),
                Share(ConservativeUs, board.CyclePeriodMs),
                Share(ConservativeUs, 10),
                slowness * PlannedUs * 1e-3 * cost.Worst);
        }
    }
}
