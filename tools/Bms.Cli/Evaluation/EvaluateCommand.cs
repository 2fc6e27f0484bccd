using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
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
            Option<double?> capacity = Options.OptionalNumber("--capacity-ah", 0.1, 2000, "Ah", "Capacity for the firmware and for counted references. Default: that of the cell file.");
            Option<string> errors = Options.Choice("--errors", "none: sensors tell the truth, start from the voltage. sensor: the worst of all 16 corners of sensor errors, for each test.", "none", "none", "sensor");
            Option<bool> files = Options.Flag("--files", "List every test, not only the temperatures.");
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of tables.");
            var command = new Command("evaluate", "Replay a folder of measured tests and judge the state of charge over temperature.") { directory, cell, capacity, errors, files, json };
            HelpWithExamples.SetNotes(
                command,
                "Corners of --errors sensor: stored state of charge at the start wrong by +-20 points, current gain +-1 %, current offset +-50 mA for 3 Ah",
                "(scaled with capacity), voltage offset +-5 mV. The one with the largest RMSE counts. All figures are points of state of charge.",
                "A test without column soc that did not begin full has no reference; it is named and left out.");
            HelpWithExamples.SetExamples(command, "bms evaluate data/cells/lg-18650hg2 --cell lg-18650hg2", "bms evaluate data/cells/panasonic-ncr18650pf --cell panasonic-ncr18650pf --errors sensor --json");
            command.SetAction(parsed =>
            {
                CellParameters parameters = CellParameters.LoadNameOrFile(parsed.GetRequiredValue(cell));
                string folder = parsed.GetRequiredValue(directory);
                IReadOnlyList<(string Path, int TemperatureC)> tests = FolderEvaluation.Find(folder);
                bool quiet = parsed.GetValue(json);
                var watch = Stopwatch.StartNew();
                IReadOnlyList<EvaluatedFile> results = WithProgress(
                    host,
                    quiet,
                    tests.Count,
                    done => FolderEvaluation.Run(folder, tests, parameters, parsed.GetValue(capacity), parsed.GetValue(errors) == "sensor", done, host.Stop));
                if (quiet)
                {
                    host.Out.WriteLine(Json(results, parameters, parsed.GetValue(errors)!));
                }
                else
                {
                    host.Out.Write(Table(results, parsed.GetValue(files)));
                    double simulatedS = results.Sum(r => r.SimulatedS);
                    double wallS = watch.Elapsed.TotalSeconds;
                    host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{simulatedS / 3600:0} h of tests in {wallS:0.0} s: {simulatedS / wallS:0} x real time"));
                }

                return ExitCode.Ok;
            });
            return command;
        }

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

        private static string Table(IReadOnlyList<EvaluatedFile> results, bool files)
        {
            var text = new StringBuilder();
            EvaluatedFile[] judged = [.. results.Where(r => r.SkippedBecause is null)];
            if (files)
            {
                int width = Math.Max(4, results.Max(r => r.File.Length));
                text.Append(CultureInfo.InvariantCulture, $"{"test".PadRight(width)}    RMSE     MAE     max  max>10min  trips\n");
                foreach (EvaluatedFile r in judged)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{r.File.PadRight(width)}{100 * r.Whole.Rmse,8:0.00}{100 * r.Whole.Mae,8:0.00}{100 * r.Whole.Max,8:0.00}{100 * r.AfterTenMinutes.Max,11:0.00}{r.Trips,7}\n");
                }

                text.Append('\n');
            }

            text.Append("temperature  files    RMSE     MAE     max  max>10min   (points of state of charge)\n");
            foreach (IGrouping<int, EvaluatedFile> group in judged.GroupBy(r => r.TemperatureC).OrderBy(g => g.Key))
            {
                Row(text, string.Create(CultureInfo.InvariantCulture, $"{group.Key} degC"), group);
            }

            Row(text, "all", judged);
            foreach (EvaluatedFile skipped in results.Where(r => r.SkippedBecause is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"left out: {skipped.File}: {skipped.SkippedBecause}\n");
            }

            return text.ToString();
        }

        private static void Row(StringBuilder text, string name, IEnumerable<EvaluatedFile> group)
        {
            Summary s = Summary.Of(group);
            text.Append(CultureInfo.InvariantCulture, $"{name,11}{s.Files,7}{100 * s.Rmse,8:0.00}{100 * s.Mae,8:0.00}{100 * s.Max,8:0.00}{100 * s.MaxAfter,11:0.00}\n");
        }

        private static string Json(IReadOnlyList<EvaluatedFile> results, CellParameters cell, string errors)
        {
            EvaluatedFile[] judged = [.. results.Where(r => r.SkippedBecause is null)];
            return JsonText.Of(new
            {
                cell = cell.Name,
                errors,
                temperatures = judged.GroupBy(r => r.TemperatureC).OrderBy(g => g.Key).Select(g => SummaryJson(g.Key, Summary.Of(g))),
                all = SummaryJson(null, Summary.Of(judged)),
                files = results.Select(r => new
                {
                    file = r.File,
                    temperatureC = r.TemperatureC,
                    skipped = r.SkippedBecause,
                    wholeRun = r.SkippedBecause is null ? JsonText.Error(r.Whole) : null,
                    afterTenMinutes = r.SkippedBecause is null ? JsonText.Error(r.AfterTenMinutes) : null,
                    trips = r.Trips,
                    worst = new
                    {
                        initialSocError = JsonText.Number(r.Worst.InitialSocError),
                        currentGain = r.Worst.CurrentGain,
                        currentOffsetA = JsonText.Number(r.Worst.CurrentOffsetA),
                        voltageOffsetV = r.Worst.VoltageOffsetV,
                    },
                }),
            });
        }

        private static object SummaryJson(int? temperatureC, Summary s)
        {
            return new { temperatureC, files = s.Files, rmse = JsonText.Number(s.Rmse), mae = JsonText.Number(s.Mae), max = JsonText.Number(s.Max), maxAfterTenMinutes = JsonText.Number(s.MaxAfter) };
        }

        // Tests count alike, whatever their length: the mean of the squares of their RMSE, the mean of their MAE.
        private readonly record struct Summary(int Files, double Rmse, double Mae, double Max, double MaxAfter)
        {
            public static Summary Of(IEnumerable<EvaluatedFile> group)
            {
                EvaluatedFile[] files = [.. group.Where(f => !double.IsNaN(f.Whole.Rmse))];
                if (files.Length == 0)
                {
                    return new Summary(0, double.NaN, double.NaN, double.NaN, double.NaN);
                }

                return new Summary(
                    files.Length,
                    Math.Sqrt(files.Average(f => f.Whole.Rmse * f.Whole.Rmse)),
                    files.Average(f => f.Whole.Mae),
                    files.Max(f => f.Whole.Max),
                    files.Max(f => double.IsNaN(f.AfterTenMinutes.Max) ? 0 : f.AfterTenMinutes.Max));
            }
        }
    }
}
