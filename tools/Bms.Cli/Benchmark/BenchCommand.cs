using System.CommandLine;
using System.Globalization;
using System.Text;
using Bms.Cli.CommandLine;
using Bms.Cli.Logs;
using Bms.IlTools;

namespace Bms.Cli.Benchmark
{
    /// <summary><c>bms bench</c>: how fast the bench is, what a cycle costs the device, how fast messages decode, how true the cell models are.</summary>
    internal static class BenchCommand
    {
        public static Command Create(CliHost host)
        {
            Option<double> seconds = Options.Number("--seconds", 10, 100_000, "s", "Simulated time of the speed measurement.", 1200);
            Option<string?> data = Options.Path("--data", "Folder with the measured cells, for the cell models; BMS_DATA or ../shared/data where it is left out.", "dir");
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of text.");
            var command = new Command("bench", "Measure: simulated seconds per second, cost of a firmware cycle on the device, decoding, cell models.") { seconds, data, json };
            command.Subcommands.Add(CanBench.Create(host));
            command.Subcommands.Add(FramesBench.Create(host));
            HelpWithExamples.SetNotes(
                command,
                "IL equivalents count the instructions of the contract-built firmware, weighted with what the device's interpreter needs for them: no clock is",
                "involved, every machine gives the same numbers. Planning value: 0.5 us each on an ESP32 at 240 MHz.");
            command.Subcommands.Add(LogBenchCommand.Create(host));
            command.SetAction(parsed =>
            {
                bool quiet = parsed.GetValue(json);
                SpeedResult speed = Measure(host, quiet, "speed of the bench", () => SpeedBench.Run(parsed.GetValue(seconds), host.Stop));
                CycleResult cycle = Measure(host, quiet, "cost of a firmware cycle", () => CycleBench.Run(host.Stop));
                DecodeResult decode = Measure(host, quiet, "decoding", () => DecodeBench.Run(LogCommand.Catalogue()));
                ModelResult models = Measure(host, quiet, "cell models", () => ModelBench.Run(parsed.GetValue(data), host.Stop));
                host.Out.WriteLine(quiet ? Json(speed, cycle, decode, models) : Text(speed, cycle, decode, models));
                return ExitCode.Ok;
            });
            return command;
        }

        private static T Measure<T>(CliHost host, bool quiet, string what, Func<T> run)
        {
            if (!quiet && host.IsTerminal)
            {
                host.Out.Write($"\r{what} ...".PadRight(40));
            }

            T result = run();
            if (!quiet && host.IsTerminal)
            {
                host.Out.Write("\r".PadRight(41) + "\r");
            }

            return result;
        }

        private static string Text(SpeedResult speed, CycleResult cycle, DecodeResult decode, ModelResult models)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"bench, {speed.Cells} cells, one core: {speed.SecondsPerSecond:0} simulated seconds per second (target 1000), {speed.MicrosecondsPerCycle:0.00} us per cycle of 10 ms\n");
            foreach ((string stage, double share, double us) in speed.Stages)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {stage,-44}{us,7:0.00} us {100 * share,6:0.0} %\n");
            }

            Cycle(text, cycle);
            text.Append(CultureInfo.InvariantCulture, $"\ndecoding, frames per second: generated code {decode.GeneratedPerS / 1e6:0.0} million, generic DBC decoder {decode.GenericPerS / 1e6:0.0} million: {decode.GeneratedPerS / decode.GenericPerS:0.0} times\n");
            text.Append("\ncell models, RMS voltage error on the fitting drive cycles, in mV\n");
            if (models.SkippedBecause is not null)
            {
                text.Append("  skipped: ").Append(models.SkippedBecause);
            }

            foreach (ModelFigure figure in models.Figures)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {figure.Cell,-24}{figure.TemperatureC,4} °C  {figure.File,-18}{figure.RmsMv,7:0.0}   from 5 % SoC {figure.RmsFromFivePercentMv,6:0.0}\n");
            }

            return text.ToString().TrimEnd('\n');
        }

        private static void Cycle(StringBuilder text, CycleResult cycle)
        {
            CycleCost cost = cycle.Cost;
            text.Append(CultureInfo.InvariantCulture, $"\nfirmware cycle on the contract assembly, {cycle.Cells} cells, {cost.Cycles} cycles   IL equivalents: mean, worst   allocations\n");
            foreach (StageCost s in cost.Stages)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {s.Name,-44}{s.Mean,21:0.0}{s.Worst,9:0}{s.Allocations,14}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  {"whole cycle",-44}{cost.Mean,21:0.0}{cost.Worst,9:0}{cost.Allocations,14}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {"protection and control together",-44}{"",21}{cost.DecidingWorst,9:0}\n");
            text.Append("  the worst cycle spends most on: ").AppendJoin(", ", cost.WorstInFull.Select(m => $"{ShortName(m.Name)} {m.Il:0}")).Append('\n');
            text.Append("  all cycles spend most on, mean: ").AppendJoin(", ", cost.Methods.Take(cost.WorstInFull.Count).Select(m => $"{ShortName(m.Name)} {m.Il:0}")).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"  start-up: {cycle.StartIl:0} IL equivalents, {cycle.StartAllocations} objects\n");
            CycleModel model = cost.Model;
            text.Append(CultureInfo.InvariantCulture, $"  fitted: {model.CycleIl:0} a cycle + {model.ReceivedIl:0} a received frame ({cost.ReceivedPerCycle:0.00} a cycle) + {model.SentIl:0} a sent frame ({cost.SentPerCycle:0.00} a cycle); explains {100 * model.Explained:0} % of the variance, misses {model.RmsResidual:0} RMS\n");
            text.Append("\nestimated processor load, driver of the MCP2518FD included, SPI's own time not\n  board                clock   cycle   at 0.5 us   at 1.0 us   at 1.0 us and 10 ms   worst cycle of the firmware at 0.5 us\n");
            foreach (BoardLoad load in cycle.Loads)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {load.Board.Name,-18}{load.Board.ClockMhz,4} MHz {load.PeriodMs,4} ms {100 * load.Nominal,9:0} % {100 * load.Conservative,9:0} % {100 * load.ConservativeAt10Ms,19:0} % {load.WorstMs,35:0.0} ms\n");
            }
        }

        // "Bms.Core.Measurement.ReferenceModules::Receive" is ReferenceModules.Receive to people.
        private static string ShortName(string method)
        {
            string[] parts = method.Split("::");
            return $"{parts[0][(parts[0].LastIndexOf('.') + 1)..]}.{parts[1]}";
        }

        private static string Json(SpeedResult speed, CycleResult cycle, DecodeResult decode, ModelResult models)
        {
            return JsonText.Of(new
            {
                speed = new
                {
                    cells = speed.Cells,
                    simulatedSecondsPerSecond = JsonText.Number(speed.SecondsPerSecond, 1),
                    microsecondsPerCycle = JsonText.Number(speed.MicrosecondsPerCycle, 3),
                    stages = speed.Stages.Select(s => new { name = s.Name, microseconds = JsonText.Number(s.Us, 3), share = JsonText.Number(s.Share, 4) }),
                },
                cycle = new
                {
                    cells = cycle.Cells,
                    cycles = cycle.Cost.Cycles,
                    meanIl = JsonText.Number(cycle.Cost.Mean, 1),
                    worstIl = JsonText.Number(cycle.Cost.Worst, 1),
                    protectionAndControlWorstIl = JsonText.Number(cycle.Cost.DecidingWorst, 1),
                    allocations = cycle.Cost.Allocations,
                    startIl = JsonText.Number(cycle.StartIl, 1),
                    startAllocations = cycle.StartAllocations,
                    stages = cycle.Cost.Stages.Select(s => new { name = s.Name, meanIl = JsonText.Number(s.Mean, 1), worstIl = JsonText.Number(s.Worst, 1), allocations = s.Allocations }),
                    model = new { cycleIl = JsonText.Number(cycle.Cost.Model.CycleIl, 1), receivedIl = JsonText.Number(cycle.Cost.Model.ReceivedIl, 1), sentIl = JsonText.Number(cycle.Cost.Model.SentIl, 1), explained = JsonText.Number(cycle.Cost.Model.Explained, 3), rmsResidual = JsonText.Number(cycle.Cost.Model.RmsResidual, 1) },
                    boards = cycle.Loads.Select(l => new { name = l.Board.Name, periodMs = l.PeriodMs, nominalLoad = JsonText.Number(l.Nominal, 3), conservativeLoad = JsonText.Number(l.Conservative, 3), conservativeLoadAt10Ms = JsonText.Number(l.ConservativeAt10Ms, 3) }),
                },
                decode = new { generatedFramesPerSecond = JsonText.Number(decode.GeneratedPerS, 0), genericFramesPerSecond = JsonText.Number(decode.GenericPerS, 0) },
                models = new
                {
                    skipped = models.SkippedBecause,
                    figures = models.Figures.Select(f => new { cell = f.Cell, temperatureC = f.TemperatureC, file = f.File, rmsMv = JsonText.Number(f.RmsMv, 2), rmsFrom5PercentMv = JsonText.Number(f.RmsFromFivePercentMv, 2) }),
                },
            });
        }
    }
}
