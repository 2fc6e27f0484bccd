using System.CommandLine;
using System.Text.RegularExpressions;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Export;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log query</c>: SQL over the decoded signals of logs, or over a store of Parquet files.</summary>
    internal static class QueryVerb
    {
        public static Command Create(CliHost host)
        {
            var logs = new Argument<string[]>("LOGS") { Description = "Logs of any formats, or the folder of a store that 'bms log decode --vehicle' has laid.", Arity = ArgumentArity.OneOrMore };
            Option<string[]> dbc = LogOptions.Dbc();
            var sql = new Option<string>("--sql") { Description = "The query, in DuckDB's SQL. Each message is a table: time, bus, its signals, and the log's name in log.", HelpName = "text", Required = true };
            Option<string> format = Options.Choice("--format", "Form of the result.", "table", "table", "csv", "json");
            Option<string?> output = Options.Path("--out", "Where to write; standard output where it is left out.");
            Option<bool> choices = Options.Flag("--choices", "Texts of the value tables in place of their numbers.");
            Option<bool> lenient = LogOptions.Lenient();
            var command = new Command("query", "SQL over the decoded signals of logs, or over a store of Parquet files.") { logs, dbc, sql, format, output, choices, lenient };
            HelpWithExamples.SetExamples(
                command,
                "bms log query out/sim.log --sql 'SELECT max(HighestCellMv) FROM CellExtremes'",
                "bms log query store --sql \"SELECT vehicle, date, min(LowestCellMv) FROM CellExtremes GROUP BY ALL ORDER BY ALL\" --format csv");
            HelpWithExamples.SetNotes(command, "SHOW TABLES lists the messages. A log is decoded into a temporary folder; only the messages that the query names.");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                string[] sources = parsed.GetRequiredValue(logs);
                string query = parsed.GetRequiredValue(sql);
                using TextOutput? file = TextOutput.Open(parsed.GetValue(output));
                using var store = new QueryStore();
                if (sources.Length == 1 && Directory.Exists(sources[0]))
                {
                    store.AddFolder(sources[0]);
                }
                else
                {
                    AddLogs(store, sources, query, LogOptions.Load(parsed.GetValue(dbc), parsed.GetValue(lenient)), parsed.GetValue(choices), parsed.GetValue(lenient), host);
                }

                string result = store.Run(query, parsed.GetRequiredValue(format), host.Stop);
                if (file is null)
                {
                    host.Out.Write(result);
                }
                else
                {
                    file.Complete(result);
                    host.Out.WriteLine($"wrote {file.Path}");
                }

                return ExitCode.Ok;
            }));
            return command;
        }

        private static void AddLogs(QueryStore store, string[] sources, string query, DbcDatabase database, bool choices, bool lenient, CliHost host)
        {
            var words = new HashSet<string>(Regex.Matches(query, @"\w+").Select(match => match.Value), StringComparer.OrdinalIgnoreCase);
            string[] named = [.. database.Messages.Where(message => words.Contains(message.Name) && message.Signals.Count > 0).Select(message => message.Name)];
            using var progress = new ProgressLine(host);
            for (int index = 0; index < sources.Length; index++)
            {
                string source = sources[index];
                var place = new ParquetPlace { Folder = store.NewFolder() };
                var pipeline = new LogPipelineOptions
                {
                    Read = LogOptions.Read(lenient),

                    // A query that names no message may ask for the list of tables.
                    Selection = named.Length > 0 ? new SignalSelection(named) : null,
                    Stop = host.Stop,
                    Progress = progress.Report,
                };
                ParquetExport.Write(source, database, place, new ExportOptions { Values = choices ? ValueForm.Choices : ValueForm.Physical }, pipeline);
                store.AddLog(Path.GetFileName(source), place.Folder);
            }

            store.AddEmpty(database.Messages.Where(message => named.Contains(message.Name)));
        }
    }
}
