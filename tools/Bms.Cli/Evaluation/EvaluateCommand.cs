using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Bms.Cli.CommandLine;
using Bms.Cli.Replay;
using Bms.Plant.Cells;
using Spectre.Console;

namespace Bms.Cli.Evaluation
{
    /// <summary><c>bms evaluate</c>: a folder of measured tests, as a table over temperature.</summary>
    internal static class EvaluateCommand
    {
        public static Command Create(CliHost host)
        {
            var directory = new Argument<string>("DIR") { Description = "Folder of one cell, with its tests in <T>C/*.csv.gz (T in degC)." };
            var cell = new Option<string>("--cell") { Description = ReplayCommand.CellHelp, Required = true, HelpName = "name" };
            Option<double?> capacity = Options.OptionalNumber("--capacity-ah", 0.1, 2000, "Ah", "Capacity for the firmware and for counted references. Default: that of the specimen, where a column soc tells it, else that of the cell file.");
            Option<string> errors = Options.Choice("--errors", "none: sensors tell the truth, start from the voltage. sensor: the worst of all corners of sensor errors, for each test.", "none", "none", "sensor");
            Option<double?> initialError = Options.OptionalNumber("--initial-error", -100, 100, "points", "Start with a stored state of charge that is wrong by so much, 0 for a right one; as in the firmware it counts beside the first voltage. Default: start from the voltage alone, with --errors sensor 20 points off either way.");
            Option<string> begin = Options.Choice("--start", "open: as the firmware starts, with open contactors, so that it has seen the offset of the current sensor before the first sample. closed: with the first sample, offset unknown, as with --restart.", "open", "open", "closed");
            var restart = new Option<string?>("--restart") { Description = "Begin where the test passes these states of charge in percent, with nothing stored, such as 90,60,30.", HelpName = "list" };
            var compare = new Option<string?>("--compare") { Description = "Run textbook estimators beside the firmware: coulomb, ekf or both.", HelpName = "list" };
            var only = new Option<string?>("--only") { Description = "Only tests whose file names begin with one of these words, such as mixed2,la92.", HelpName = "list" };
            Option<bool> pulses = Options.Flag("--pulses", "Judge the forecast of power instead: the voltage ten seconds into each pulse of the tests pulse*, told before it begins.");
            Option<bool> ageing = Options.Flag("--ageing", "Judge the estimate of capacity instead: DIR holds the full cycles of one cell, *.csv.gz with the columns of the CALCE sets.");
            Option<int> fullMv = Options.Whole("--full-mv", 2000, 5000, "With --ageing: voltage at which charging ends.", 4200);
            Option<int> emptyMv = Options.Whole("--empty-mv", 500, 4000, "With --ageing: voltage at which discharging ends.", 2700);
            Option<bool> files = Options.Flag("--files", "List every test, not only the temperatures.");
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of tables.");
            Option<string?> plot = Options.Path("--plot", "Draw RMSE after 10 min over temperature as a PNG image.");
            var command = new Command("evaluate", "Show a folder of measured tests to the firmware's estimation and judge the state of charge over temperature.")
            {
                directory, cell, capacity, errors, initialError, begin, restart, compare, only, pulses, ageing, fullMv, emptyMv, files, json, plot,
            };
            HelpWithExamples.SetNotes(
                command,
                "Corners of --errors sensor: stored state of charge at the start wrong by +-20 points (or as --initial-error says; not with --restart), current gain +-1 %, current offset +-50 mA for",
                "3 Ah (scaled with capacity), voltage offset +-5 mV with 1 mV rms of noise, temperature +-2 K: 32 runs for each test. RMSE and MAE are those of the corner with",
                "the largest RMSE after 10 min; maximum, time to within 3 points for good, and coverage (share of samples with the truth inside three stated standard",
                "deviations) are the worst of all corners. All errors are points of state of charge. The firmware's estimation stage is fed with measurements, not frames;",
                "'bms replay' runs the whole controller on frames, and both agree. A test without column soc that did not begin full has no reference; it is named and left out.");
            HelpWithExamples.SetExamples(
                command,
                "bms evaluate data/cells/lg-18650hg2 --cell lg-18650hg2",
                "bms evaluate data/cells/lg-18650hg2 --cell lg-18650hg2 --only mixed2,la92 --errors sensor --compare coulomb,ekf",
                "bms evaluate data/cells/panasonic-ncr18650pf --cell panasonic-ncr18650pf --restart 90,60,30 --files --json",
                "bms evaluate data/cells/lfp-1p2ah-flat-zone --cell a123-26650 --initial-error 0",
                "bms evaluate data/cells/panasonic-ncr18650pf --cell panasonic-ncr18650pf --pulses",
                "bms evaluate data/ageing/calce-cs2-35 --cell lg-18650hg2 --capacity-ah 1.1 --ageing");
            command.SetAction(parsed =>
            {
                var options = new EvaluationOptions
                {
                    Cell = CellParameters.LoadNameOrFile(parsed.GetRequiredValue(cell)),
                    CapacityAh = parsed.GetValue(capacity),
                    WithErrors = parsed.GetValue(errors) == "sensor",
                    InitialErrorPct = parsed.GetValue(initialError),
                    StartsOpen = parsed.GetValue(begin) == "open",
                    StartsPct = Starts(parsed.GetValue(restart)),
                    Estimators = ["firmware", .. Compared(parsed.GetValue(compare))],
                };
                if (options.InitialErrorPct is not null && options.StartsPct.Count > 0)
                {
                    throw new CliFailure("--initial-error does not go with --restart, where nothing is stored; leave one out");
                }

                string folder = parsed.GetRequiredValue(directory);
                double rated = options.CapacityAh ?? options.Cell.CapacityAh;
                if (parsed.GetValue(ageing))
                {
                    host.Out.WriteLine(AgeingEvaluation.Text(folder, options.Cell, rated, parsed.GetValue(fullMv), parsed.GetValue(emptyMv), host.Stop));
                    return ExitCode.Ok;
                }

                if (parsed.GetValue(pulses))
                {
                    host.Out.Write(PulseEvaluation.Table(Only(FolderEvaluation.Find(folder), parsed.GetValue(only) ?? "pulse", folder), options.Cell, rated, host.Stop));
                    return ExitCode.Ok;
                }

                IReadOnlyList<(string Path, int TemperatureC)> tests = Only(FolderEvaluation.Find(folder), parsed.GetValue(only), folder);
                bool quiet = parsed.GetValue(json);
                using TextOutput? image = TextOutput.Open(parsed.GetValue(plot));
                var watch = Stopwatch.StartNew();
                int count = tests.Count * Math.Max(1, options.StartsPct.Count);
                IReadOnlyList<EvaluatedFile> results = WithProgress(host, quiet, count, done => FolderEvaluation.Run(folder, tests, options, done, host.Stop));
                image?.Complete(EvaluationPlot.Png(results, options));
                if (quiet)
                {
                    host.Out.WriteLine(EvaluationReport.Json(results, options));
                    return ExitCode.Ok;
                }

                host.Out.Write(EvaluationReport.Table(results, options, parsed.GetValue(files)));
                double simulatedS = results.Sum(r => r.SimulatedS);
                double wallS = watch.Elapsed.TotalSeconds;
                host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{simulatedS / 3600:0} h of tests in {wallS:0.0} s: {simulatedS / wallS:0} x real time"));
                if (image is not null)
                {
                    host.Out.WriteLine("wrote " + image.Path);
                }

                return ExitCode.Ok;
            });
            return command;
        }

        private static double[] Starts(string? list)
        {
            return [.. Words(list).Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double pct) && pct is >= 1 and <= 99
                ? pct
                : throw new CliFailure($"--restart has '{OneLine.Shown(word)}': give numbers from 1 to 99 between commas, such as 90,60,30"))];
        }

        private static string[] Compared(string? list)
        {
            return [.. Words(list).Select(word => word is "coulomb" or "ekf" ? word : throw new CliFailure($"--compare has '{OneLine.Shown(word)}': give coulomb, ekf or coulomb,ekf")).Distinct()];
        }

        private static IReadOnlyList<(string Path, int TemperatureC)> Only(IReadOnlyList<(string Path, int TemperatureC)> tests, string? list, string folder)
        {
            string[] words = Words(list);
            (string Path, int TemperatureC)[] left = [.. tests.Where(t => words.Length == 0 || words.Any(w => Path.GetFileName(t.Path).StartsWith(w, StringComparison.OrdinalIgnoreCase)))];
            return left.Length > 0 ? left : throw new CliFailure($"{folder}: no test begins with {OneLine.Shown(list!)}; give --only words that file names begin with");
        }

        private static string[] Words(string? list) => (list ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private static IReadOnlyList<EvaluatedFile> WithProgress(CliHost host, bool quiet, int count, Func<Action<EvaluatedFile>?, IReadOnlyList<EvaluatedFile>> run)
        {
            if (quiet || !host.IsTerminal)
            {
                return run(null);
            }

            IReadOnlyList<EvaluatedFile> results = [];
            AnsiConsole.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(progress =>
                {
                    ProgressTask task = progress.AddTask("tests", maxValue: count);
                    results = run(file =>
                    {
                        task.Increment(1);
                        task.Description = Markup.Escape(file.File.Length > 30 ? file.File[^30..] : file.File.PadRight(30));
                    });
                });
            return results;
        }
    }
}
