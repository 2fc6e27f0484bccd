using System.CommandLine;
using System.Globalization;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary>Where verbs that write logs write to: <c>--out</c>, <c>--to-format</c> and how they tell what they did.</summary>
    internal sealed class LogTarget
    {
        private static readonly string[] Names = ["candump", "asc", "blf", "trc", "gvret", "mdf4", "pcapng"];
        private static readonly CanLogFormat[] Formats = [CanLogFormat.Candump, CanLogFormat.Asc, CanLogFormat.Blf, CanLogFormat.Trc, CanLogFormat.Gvret, CanLogFormat.Mdf4, CanLogFormat.Pcapng];

        private readonly Option<string?> _out = Options.Path("--out", "Where to write; standard output where it is left out. The ending tells the format: .log .asc .blf .trc .csv .mf4 .pcapng, with .gz or .zst packed.");
        private readonly Option<string> _format = Options.Choice("--format", "Format to write, where the ending does not tell it.", "auto", ["auto", .. Names]);
        private readonly Option<bool> _skip = Options.Flag("--skip-unfit", "Leave out frames that the format cannot hold, and count them, instead of stopping.");

        /// <summary>Adds the options to a command.</summary>
        public void AddTo(Command command)
        {
            command.Options.Add(_out);
            command.Options.Add(_format);
            command.Options.Add(_skip);
        }

        /// <summary>Begins the log.</summary>
        /// <param name="parsed">The command line.</param>
        /// <param name="host">Where standard output is.</param>
        /// <param name="like">A reader after whose first <see cref="CanLogReader.Read"/> the kind of time is known; its format is taken where nothing tells another.</param>
        /// <param name="to">Where to write, where a verb has a place for it beside <c>--out</c>.</param>
        public LogSink Open(ParseResult parsed, CliHost host, CanLogReader like, string? to = null)
        {
            string? path = parsed.GetValue(_out);
            if (to is not null && path is not null)
            {
                throw new CliFailure($"both '{to}' and --out '{path}' say where to write; leave one out");
            }

            return Open(parsed, host, to ?? path, like.Format, like.HasAbsoluteTime, like.StartNs);
        }

        /// <summary>Begins a log at a given place.</summary>
        public LogSink Open(ParseResult parsed, CliHost host, string? path, CanLogFormat standard, bool hasAbsoluteTime, long? startNs = null)
        {
            CanLogFormat format = FormatFor(parsed, path, standard);
            var options = new CanLogWriteOptions { HasAbsoluteTime = hasAbsoluteTime, StartNs = startNs, SkipWhatDoesNotFit = parsed.GetValue(_skip) };
            if (path is null or "-")
            {
                Stream output = host.OpenOutput();
                return new LogSink(CanLogWriter.Create(output, "standard output", format, options), output, host.Error);
            }

            return new LogSink(CanLogWriter.Create(path, format, options), null, host.Out) { Path = path };
        }

        /// <summary>Ending that files of the chosen format have.</summary>
        public string EndingFor(ParseResult parsed, CanLogFormat standard) => FormatFor(parsed, null, standard) switch
        {
            CanLogFormat.Asc => ".asc",
            CanLogFormat.Blf => ".blf",
            CanLogFormat.Trc => ".trc",
            CanLogFormat.Gvret => ".csv",
            CanLogFormat.Mdf4 => ".mf4",
            CanLogFormat.Pcapng => ".pcapng",
            _ => ".log",
        };

        private CanLogFormat FormatFor(ParseResult parsed, string? path, CanLogFormat standard)
        {
            int index = Array.IndexOf(Names, parsed.GetRequiredValue(_format));
            if (index >= 0)
            {
                return Formats[index];
            }

            if (path is not (null or "-"))
            {
                return CanLogWriter.FormatOfName(path) ?? throw new CliFailure($"'{path}' is to be written: its ending stands for no format; give --format {string.Join('|', Names)}");
            }

            return Array.IndexOf(Formats, standard) >= 0 ? standard : CanLogFormat.Candump;
        }
    }

    /// <summary>A log that is being written; nothing is left of a file without <see cref="Complete"/>.</summary>
    internal sealed class LogSink(CanLogWriter writer, Stream? output, TextWriter tell) : IDisposable
    {
        public CanLogWriter Writer { get; } = writer;

        public string Path { get; init; } = "standard output";

        /// <summary>Closes the log and tells what is in it; silent where the log itself goes to standard output.</summary>
        public void Complete(string from = "")
        {
            Writer.Complete();
            if (output is null)
            {
                string skipped = Writer.SkippedFrames > 0 ? $"; {Writer.SkippedFrames} frames left out, the first because it {Writer.FirstSkipped}" : "";
                tell.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote {Path}: {Writer.FrameCount} frames{from}{skipped}"));
            }
        }

        public void Dispose()
        {
            Writer.Dispose();
            output?.Dispose();
        }
    }
}
