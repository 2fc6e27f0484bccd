using System.CommandLine;
using System.Globalization;
using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log diff</c>: whether two logs say the same, signal by signal.</summary>
    internal static class DiffVerb
    {
        public static Command Create(CliHost host)
        {
            var first = new Argument<string>("FIRST") { Description = LogOptions.LogHelp };
            var second = new Argument<string>("SECOND") { Description = "The log to compare with it." };
            Option<string[]> dbc = LogOptions.Dbc();
            Option<string[]> signals = LogOptions.Signals();
            Option<double> tolerance = Options.Number("--tolerance", 0, 1e12, "", "Difference that is allowed, in the signal's unit.", 0);
            Option<double> relative = Options.Number("--relative", 0, 1, "", "Difference that is allowed, as a part of the first log's value.", 0);
            Option<double> time = Options.Number("--time-ms", 0, 1e6, "ms", "Distance in time within which frames belong together; half the message's mean period where it is 0.", 0);
            Option<bool> absolute = Options.Flag("--absolute-time", "Compare at the same date instead of the same time since the first frame.");
            Option<bool> lenient = LogOptions.Lenient();
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of a table.");
            var command = new Command("diff", "Compare two logs by the values of their signals.") { first, second, dbc, signals, tolerance, relative, time, absolute, lenient, json };
            HelpWithExamples.SetExamples(command, "bms log diff before.log after.log --tolerance 0.01", "bms log diff drive.blf drive.mf4 --dbc vehicle.dbc");
            HelpWithExamples.SetNotes(command, "Each frame of the first log is compared with the nearest one of the second. Returns 0 where all is equal, 1 where not.");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                DbcDatabase database = LogOptions.Load(parsed.GetValue(dbc), parsed.GetValue(lenient));
                SignalSelection? selection = LogOptions.Selection(parsed.GetValue(signals));
                using var progress = new ProgressLine(host);
                DecodedLog Load(string path)
                {
                    progress.Report(double.NaN);
                    return DecodedLog.Load(path, database, selection, LogOptions.Read(parsed.GetValue(lenient)), Environment.ProcessorCount, host.Stop);
                }

                DecodedLog left = Load(parsed.GetRequiredValue(first));
                DecodedLog right = Load(parsed.GetRequiredValue(second));
                var diff = new LogDiff(parsed.GetValue(tolerance), parsed.GetValue(relative), (long)(parsed.GetValue(time) * 1e6));
                List<SignalDifference> rows = diff.Compare(left, right, selection, !parsed.GetValue(absolute));
                bool isSame = rows.TrueForAll(row => row.IsSame);
                host.Out.WriteLine(parsed.GetValue(json) ? Json(rows, isSame) : Text(rows, isSame, left, right));
                return isSame ? ExitCode.Ok : ExitCode.CheckFailed;
            }));
            return command;
        }

        private static string Text(List<SignalDifference> rows, bool isSame, DecodedLog left, DecodedLog right)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{left.FrameCount} and {right.FrameCount} frames, {rows.Count} signals compared\n");
            if (!isSame)
            {
                text.Append(CultureInfo.InvariantCulture, $"{"signal",-48} {"compared",9} {"differing",9} {"alone",11} {"largest",12} {"at s",12}  values there\n");
            }

            foreach (SignalDifference row in rows.Where(row => !row.IsSame))
            {
                string place = row.Differing > 0 ? string.Create(CultureInfo.InvariantCulture, $"{row.Largest,12:G6} {row.LargestAtS,12:0.000000}  {row.First:G9} and {row.Second:G9}") : "";
                text.Append(CultureInfo.InvariantCulture, $"{row.Signal,-48} {row.Compared,9} {row.Differing,9} {$"{row.OnlyFirst}+{row.OnlySecond}",11} {place}\n");
            }

            text.Append(isSame ? "the same" : $"{rows.Count(row => !row.IsSame)} signals differ");
            return text.ToString();
        }

        private static string Json(List<SignalDifference> rows, bool isSame) => JsonText.Of(new
        {
            same = isSame,
            signals = rows.Select(row => new
            {
                signal = row.Signal,
                compared = row.Compared,
                differing = row.Differing,
                onlyFirst = row.OnlyFirst,
                onlySecond = row.OnlySecond,
                largest = JsonText.Number(row.Largest, 12),
                largestAtS = JsonText.Number(row.LargestAtS),
            }),
        });
    }
}
