using System.CommandLine;
using System.Globalization;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Export;
using Bms.Can.Io;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log decode</c>: values of the signals as CSV, JSON lines or Parquet.</summary>
    internal static class DecodeVerb
    {
        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<string[]> dbc = LogOptions.Dbc();
            Option<string[]> signals = LogOptions.Signals();
            Option<string?> from = LogOptions.From();
            Option<string?> to = LogOptions.To();
            Option<string[]> bus = LogOptions.Bus();
            Option<string> format = Options.Choice("--format", "Form of the output; by the ending of --out where it is left out, else csv.", "auto", "auto", "csv", "jsonl", "parquet");
            Option<bool> wide = Options.Flag("--wide", "CSV with one column for each signal instead of one row for each value.");
            Option<double> period = Options.Number("--period-ms", 0, 3_600_000, "ms", "With --wide: distance of the rows, each with the latest values; 0 writes a row for each frame.", 0);
            Option<bool> raw = Options.Flag("--raw", "Raw numbers instead of physical values.");
            Option<bool> choices = Options.Flag("--choices", "Texts of the value tables in place of their numbers.");
            Option<string?> vehicle = Options.Path("--vehicle", "Parquet: lay the files as a store in Hive layout, vehicle=NAME/date=.../message=.../LOG.parquet.", "name");
            Option<bool> lenient = LogOptions.Lenient();
            Option<string?> output = Options.Path("--out", "Where to write; standard output where it is left out. Parquet: a folder, with a file for each message.");
            var command = new Command("decode", "Values of the signals as CSV, JSON lines or Parquet.")
            {
                log, dbc, signals, from, to, bus, format, wide, period, raw, choices, vehicle, lenient, output,
            };
            HelpWithExamples.SetExamples(
                command,
                "bms log decode out/sim.log --signal 'PackStatus.*' --wide --period-ms 1000 --out status.csv",
                "bms log decode drive.blf --dbc vehicle.dbc --choices --format jsonl | head",
                "bms log decode drive.mf4 --dbc vehicle.dbc --vehicle van7 --format parquet --out store");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                if (parsed.GetValue(raw) && parsed.GetValue(choices))
                {
                    throw new CliFailure("--raw and --choices exclude each other: give one of them");
                }

                string source = parsed.GetRequiredValue(log);
                string? target = parsed.GetValue(output);
                string form = FormOf(parsed.GetRequiredValue(format), target, parsed.GetValue(vehicle));
                DbcDatabase database = LogOptions.Load(parsed.GetValue(dbc), parsed.GetValue(lenient));
                using var progress = new ProgressLine(host);
                var options = new ExportOptions
                {
                    Layout = form == "jsonl" ? TableLayout.JsonLines : !parsed.GetValue(wide) ? TableLayout.Long : parsed.GetValue(period) > 0 ? TableLayout.Resampled : TableLayout.Wide,
                    PeriodNs = (long)(parsed.GetValue(period) * 1e6),
                    Values = parsed.GetValue(raw) ? ValueForm.Raw : parsed.GetValue(choices) ? ValueForm.Choices : ValueForm.Physical,
                };
                var pipeline = new LogPipelineOptions
                {
                    Read = LogOptions.Read(parsed.GetValue(lenient)),
                    Window = LogOptions.Window(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(bus)),
                    Selection = LogOptions.Selection(parsed.GetValue(signals)),
                    Stop = host.Stop,
                    Progress = progress.Report,
                };
                if (form == "parquet")
                {
                    string name = source == "-" ? "log" : Path.GetFileName(source).Split('.')[0];
                    var place = new ParquetPlace { Folder = target!, Vehicle = parsed.GetValue(vehicle), Name = name };
                    Tell(host, target!, ParquetExport.Write(source, database, place, options, pipeline), "frames");
                }
                else if (target is null or "-")
                {
                    using Stream stream = host.OpenOutput();
                    TableExport.Write(source, database, stream, options, pipeline);
                }
                else
                {
                    using var file = new AtomicFile(target);
                    ExportResult result = TableExport.Write(source, database, file, options, pipeline);
                    file.Complete();
                    Tell(host, target, result, "rows");
                }

                return ExitCode.Ok;
            }));
            return command;
        }

        private static string FormOf(string asked, string? target, string? vehicle)
        {
            string form = asked != "auto" ? asked
                : vehicle is not null || target?.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) == true ? "parquet"
                : Path.GetExtension(target ?? "").ToLowerInvariant() is ".jsonl" or ".ndjson" or ".json" ? "jsonl" : "csv";
            if (form == "parquet" && target is null or "-")
            {
                throw new CliFailure("--out is missing: Parquet needs a folder to lay its files in");
            }

            if (vehicle is not null && (form != "parquet" || vehicle.Length == 0 || vehicle.AsSpan().IndexOfAny("/\\=") >= 0))
            {
                throw new CliFailure($"--vehicle is '{OneLine.Shown(vehicle)}': give a name without '/' and '=', and --format parquet");
            }

            return form;
        }

        private static void Tell(CliHost host, string target, ExportResult result, string rows)
        {
            string unknown = result.Log.UnknownIds > 0 ? $", {result.Log.UnknownIds} unknown identifiers" : "";
            string skipped = result.Log.SkippedRecords > 0 ? $", {result.Log.SkippedRecords} broken records skipped" : "";
            host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote {target}: {result.Rows} {rows} from {result.Log.DecodedFrames} of {result.Log.Frames} frames{unknown}{skipped}"));
        }
    }
}
