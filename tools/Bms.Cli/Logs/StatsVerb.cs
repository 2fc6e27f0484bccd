using System.CommandLine;
using Bms.Can.Dbc;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log stats</c>: what each identifier did.</summary>
    internal static class StatsVerb
    {
        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<string[]> dbc = LogOptions.Dbc();
            Option<int> bitRate = Options.Whole("--bitrate", 10_000, 1_000_000, "Bit rate for the bus load, in bit/s.", 500_000);
            Option<bool> lenient = LogOptions.Lenient();
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of a table.");
            var command = new Command("stats", "Identifiers, counts, periods, lengths and bus load.") { log, dbc, bitRate, lenient, json };
            HelpWithExamples.SetExamples(command, "bms log stats out/sim.log");
            command.SetAction(parsed =>
            {
                DbcDatabase database = LogOptions.Load(parsed.GetValue(dbc), parsed.GetValue(lenient));
                LogStatistics statistics;
                using (CanLogReader reader = CanLogReader.Open(parsed.GetRequiredValue(log), LogOptions.Read(parsed.GetValue(lenient))))
                using (var progress = new ProgressLine(host))
                {
                    statistics = LogStatistics.Collect(reader, parsed.GetValue(bitRate), () => progress.Report(reader.TotalBytes > 0 ? (double)reader.BytesRead / reader.TotalBytes : double.NaN));
                }

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
    }
}
