using System.CommandLine;
using System.Globalization;
using System.Text;
using Bms.Bench;
using Bms.Cli.CommandLine;
using Bms.Cli.Device;
using Bms.Core.Measurement.Profiles;

namespace Bms.Cli.Benchmark
{
    /// <summary><c>bms bench can</c>: what the CAN controllers survive on each board while the interpreter takes its time.</summary>
    internal static class CanBench
    {
        public static Command Create(CliHost host)
        {
            Option<double> seconds = Options.Number("--seconds", 5, 3600, "s", "Simulated time of each run.", 20);
            var command = new Command("can", "Bursts through the MCP2518FD and the MCP2515, with SPI and the interpreter's time on each board.") { seconds };
            command.SetAction(parsed =>
            {
                host.Out.WriteLine(Text(parsed.GetValue(seconds), host.Stop));
                return ExitCode.Ok;
            });
            return command;
        }

        private static string Text(double seconds, CancellationToken stop)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"96 cells, 24 temperatures, 500 kbit/s, {seconds:0} s each; SPI 10 MHz and 30 us a call; an IL equivalent at 240 MHz takes 0.5 us (planned) or 1.0 us (conservative)\n\n");
            text.Append("reference modules, all frames of a period back to back\n  board              cycle    us/IL   chip         received    lost   longest cycle\n");
            foreach ((Board board, double us) in Costs())
            {
                foreach (CanDriver driver in new[] { CanDriver.Mcp2518fd, CanDriver.Mcp2515 })
                {
                    stop.ThrowIfCancellationRequested();
                    int cycleMs = driver == CanDriver.Mcp2515 ? Board.Mcp2515CyclePeriodMs : board.CyclePeriodMs;
                    CanCapacityResult r = CanCapacity.FullBursts(driver, new InterpreterTime(us), cycleMs, seconds);
                    text.Append(CultureInfo.InvariantCulture, $"  {board.Name,-18}{cycleMs,3} ms {us,8:0.00}   {driver,-10}{r.Received,11}{r.Lost,8}{r.LongestCycleUs / 1000.0,13:0.0} ms\n");
                }
            }

            text.Append("\nlongest burst that the MCP2515 survives, beginning at the worst and at the best moment of a cycle (its buffers hold 2)\n  board              cycle    us/IL   at worst   at best\n");
            foreach ((Board board, double us) in Costs())
            {
                (int worst, int best) = CanCapacity.SurvivedByMcp2515(new InterpreterTime(us), Board.Mcp2515CyclePeriodMs);
                text.Append(CultureInfo.InvariantCulture, $"  {board.Name,-18}{Board.Mcp2515CyclePeriodMs,3} ms {us,8:0.00}{worst,11}{best,10}\n");
            }

            text.Append("\nmodules through the MCP2515, the idle loop collecting between the cycles\n  board              cycle    us/IL   modules         received    lost\n");
            foreach ((Board board, double us) in Costs())
            {
                foreach (int profile in CanCapacity.PolledProfiles.Append(ModuleProfile.Reference).Append(ModuleProfile.OutlanderPhev))
                {
                    stop.ThrowIfCancellationRequested();
                    CanCapacityResult r = CanCapacity.Profile(CanDriver.Mcp2515, new InterpreterTime(us), Board.Mcp2515CyclePeriodMs, seconds, profile);
                    text.Append(CultureInfo.InvariantCulture, $"  {board.Name,-18}{Board.Mcp2515CyclePeriodMs,3} ms {us,8:0.00}   {ModuleProfile.NameOf(profile),-14}{r.Received,10}{r.Lost,8}\n");
                }
            }

            return text.ToString().TrimEnd('\n');
        }

        // Boards that reach the bus through SPI, each once for every clock.
        private static IEnumerable<(Board Board, double Us)> Costs()
        {
            foreach (Board board in Board.All.Where(b => b.OscillatorsMhz.Count != 0).DistinctBy(b => b.ClockMhz))
            {
                yield return (board, BoardLoad.PlannedUs * BoardLoad.SlownessOf(board));
                yield return (board, BoardLoad.ConservativeUs * BoardLoad.SlownessOf(board));
            }
        }
    }
}
