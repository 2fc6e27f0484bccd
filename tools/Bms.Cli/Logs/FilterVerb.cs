using System.CommandLine;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log filter</c>: the frames that matter, as a log.</summary>
    internal static class FilterVerb
    {
        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<string[]> ids = LogOptions.Several("--id", "id", "Identifiers to keep, hexadecimal: 123, 100-1FF, 18FF0000-18FF00FF (more than three digits are 29-bit); may be given several times.");
            Option<string[]> names = LogOptions.Several("--name", "pattern", "Messages to keep by their name in the catalogue, with * and ?; may be given several times.");
            Option<bool> invert = Options.Flag("--invert", "Keep what --id and --name do not name.");
            Option<string?> where = Options.Path("--where", "Keep frames while this holds for the latest values, such as 'PackStatus.PackCurrentMa < -100000 && CellExtremes.LowestCellMv < 3000'.", "expression");
            Option<string[]> dbc = LogOptions.Dbc();
            Option<string?> from = LogOptions.From();
            Option<string?> to = LogOptions.To();
            Option<string[]> bus = LogOptions.Bus();
            Option<bool> lenient = LogOptions.Lenient();
            var target = new LogTarget();
            var command = new Command("filter", "The frames that matter, as a log: by identifier, name, bus, time or the values of signals.") { log, ids, names, invert, where, dbc, from, to, bus, lenient };
            target.AddTo(command);
            HelpWithExamples.SetExamples(command, "bms log filter drive.log --id 300-3FF --from 60 --to 120 --out minute.log", "bms log filter drive.blf --dbc vehicle.dbc --where 'Inverter.Torque > 100' --out pull.asc");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                LogWindow window = LogOptions.Window(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(bus));
                string[] namePatterns = parsed.GetValue(names) ?? [];
                string? condition = parsed.GetValue(where);
                DbcDatabase? database = namePatterns.Length > 0 || condition is not null ? LogOptions.Load(parsed.GetValue(dbc), parsed.GetValue(lenient)) : null;
                IdFilter? filter = IdFilter.Of(parsed.GetValue(ids) ?? [], namePatterns, database, parsed.GetValue(invert));
                SignalCondition? values = condition is null ? null : SignalCondition.Parse(condition, database!);
                using CanLogReader reader = CanLogReader.Open(parsed.GetRequiredValue(log), LogOptions.Read(parsed.GetValue(lenient)));
                var block = new CanFrameBlock();
                bool any = reader.Read(block);
                long firstNs = any ? block.TimeNs[0] : 0;
                using LogSink sink = target.Open(parsed, host, reader);
                using (var progress = new ProgressLine(host))
                {
                    for (; any; any = reader.Read(block))
                    {
                        // The condition sees every frame, so that its values are the latest ones.
                        bool[]? holds = values?.Judge(block);
                        if (holds is not null || filter is not null)
                        {
                            block.Keep(index => (holds is null || holds[index]) && (filter is null || filter.Keeps(block.Id[index], block.Flags[index])));
                        }

                        window.Cut(block, firstNs, reader.Channels);
                        sink.Writer.Write(block, reader.Channels);
                        progress.Report(reader.TotalBytes > 0 ? (double)reader.BytesRead / reader.TotalBytes : double.NaN);
                    }
                }

                sink.Complete($" of {reader.FrameCount}");
                return ExitCode.Ok;
            }));
            return command;
        }
    }
}
