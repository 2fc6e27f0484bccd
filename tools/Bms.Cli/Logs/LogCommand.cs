using System.CommandLine;
using System.Globalization;
using Bms.Can.Dbc;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log</c>: what is in a candump log.</summary>
    internal static class LogCommand
    {
        private const string DbcHelp = "Message catalogue; the one of Bms where it is left out.";

        public static Command Create(CliHost host)
        {
            var command = new Command("log", "Read candump logs: statistics, and decoded values.");
            command.Subcommands.Add(Stats(host));
            command.Subcommands.Add(Decode(host));
            return command;
        }

        /// <summary>The message catalogue that travels inside the program.</summary>
        internal static DbcDatabase Catalogue()
        {
            using Stream stream = typeof(LogCommand).Assembly.GetManifestResourceStream("Bms.Cli/bms.dbc")!;
            using var reader = new StreamReader(stream);
            return DbcDatabase.Parse(reader.ReadToEnd(), "bms.dbc");
        }

        private static DbcDatabase Load(string? path) => path is null ? Catalogue() : DbcDatabase.Load(path);

        private static Argument<string> LogArgument()
        {
            return new Argument<string>("LOG") { Description = "candump log, plain or gzip." };
        }

        private static Command Stats(CliHost host)
        {
            Argument<string> log = LogArgument();
            Option<string?> dbc = Options.Path("--dbc", DbcHelp);
            Option<int> bitRate = Options.Whole("--bitrate", 10_000, 1_000_000, "Bit rate for the bus load, in bit/s.", 500_000);
            Option<bool> lenient = Options.Flag("--lenient", "Skip broken lines and count them instead of stopping at the first.");
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of a table.");
            var command = new Command("stats", "Identifiers, counts, periods, lengths and bus load.") { log, dbc, bitRate, lenient, json };
            HelpWithExamples.SetExamples(command, "bms log stats out/sim.log");
            command.SetAction(parsed =>
            {
                DbcDatabase database = Load(parsed.GetValue(dbc));
                LogStatistics statistics = LogStatistics.Collect(parsed.GetRequiredValue(log), parsed.GetValue(bitRate), parsed.GetValue(lenient));
                if (parsed.GetValue(json))
                {
                    using Stream output = host.OpenOutput();
                    statistics.WriteJson(output, database);
                }
                else
                {
                    statistics.WriteTable(host.Out, database);
                }

                return ExitCode.Ok;
            });
            return command;
        }

        private static Command Decode(CliHost host)
        {
            Argument<string> log = LogArgument();
            Option<string?> dbc = Options.Path("--dbc", DbcHelp);
            var signals = new Option<string[]>("--signal")
            {
                Description = "Signals to write, as Message.Signal with * and ?; may be given several times. All where it is left out.",
                HelpName = "pattern",
                DefaultValueFactory = _ => [],
            };
            Option<bool> wide = Options.Flag("--wide", "One column for each signal instead of one row for each value.");
            Option<int> period = Options.Whole("--period-ms", 0, 3_600_000, "With --wide: distance of the rows in ms; 0 writes a row for each frame.", 0);
            Option<bool> raw = Options.Flag("--raw", "Raw numbers instead of physical values.");
            Option<bool> lenient = Options.Flag("--lenient", "Skip broken lines and count them instead of stopping at the first.");
            Option<string?> output = Options.Path("--out", "Where to write; standard output where it is left out.");
            var command = new Command("decode", "Values of the signals as CSV.") { log, dbc, signals, wide, period, raw, lenient, output };
            HelpWithExamples.SetExamples(
                command,
                "bms log decode out/sim.log --signal 'PackStatus.*' --wide --period-ms 1000 --out status.csv",
                "bms log decode drive.log --dbc vehicle.dbc | head");
            command.SetAction(parsed =>
            {
                var options = new LogDecodeOptions
                {
                    Layout = parsed.GetValue(wide) ? CsvLayout.Wide : CsvLayout.Long,
                    PeriodMs = parsed.GetValue(period),
                    Signals = parsed.GetValue(signals) ?? [],
                    Raw = parsed.GetValue(raw),
                    Lenient = parsed.GetValue(lenient),
                };
                DbcDatabase database = Load(parsed.GetValue(dbc));
                string source = parsed.GetRequiredValue(log);
                try
                {
                    if (parsed.GetValue(output) is string path)
                    {
                        LogDecodeResult result = LogDecoder.DecodeCsv(source, database, path, options);
                        host.Out.WriteLine(string.Create(
                            CultureInfo.InvariantCulture,
                            $"wrote {path}: {result.Rows} rows from {result.DecodedFrames} of {result.Frames} frames{Rest(result)}"));
                    }
                    else
                    {
                        using Stream stream = host.OpenOutput();
                        LogDecoder.DecodeCsv(source, database, stream, options);
                    }
                }
                catch (ArgumentException fault)
                {
                    throw new CliFailure("--signal: " + fault.Message);
                }

                return ExitCode.Ok;
            });
            return command;
        }

        private static string Rest(LogDecodeResult result)
        {
            string unknown = result.UnknownIds > 0 ? $", {result.UnknownIds} unknown identifiers" : "";
            return result.SkippedLines > 0 ? $"{unknown}, {result.SkippedLines} broken lines skipped" : unknown;
        }
    }
}
