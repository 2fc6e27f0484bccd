using System.CommandLine;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log convert</c>: the same frames in another format.</summary>
    internal static class ConvertVerb
    {
        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Argument<string?> to = new("TO") { Description = "Where to write, as --out.", Arity = ArgumentArity.ZeroOrOne };
            Option<bool> lenient = LogOptions.Lenient();
            var target = new LogTarget();
            var command = new Command("convert", "The same frames in another format.") { log, to, lenient };
            target.AddTo(command);
            HelpWithExamples.SetExamples(command, "bms log convert drive.blf drive.log", "candump -L can0 | bms log convert - --out drive.mf4");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                using CanLogReader reader = CanLogReader.Open(parsed.GetRequiredValue(log), LogOptions.Read(parsed.GetValue(lenient)));
                var block = new CanFrameBlock();
                bool any = reader.Read(block);
                using LogSink sink = target.Open(parsed, host, reader, parsed.GetValue(to));
                using (var progress = new ProgressLine(host))
                {
                    for (; any; any = reader.Read(block))
                    {
                        sink.Writer.Write(block, reader.Channels);
                        progress.Report(reader.TotalBytes > 0 ? (double)reader.BytesRead / reader.TotalBytes : double.NaN);
                    }
                }

                sink.Complete(reader.SkippedRecords > 0 ? $", {reader.SkippedRecords} broken records skipped" : "");
                return ExitCode.Ok;
            }));
            return command;
        }
    }
}
