using System.CommandLine;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary>Options that all verbs of <c>bms log</c> share, and what they mean.</summary>
    internal static class LogOptions
    {
        public const string LogHelp = "Log of any format, told by its content; gzip and Zstandard are unpacked; - is standard input.";

        public static Argument<string> Log() => new("LOG") { Description = LogHelp };

        public static Option<string[]> Dbc() => Several("--dbc", "file", "Message catalogue, .dbc or .kcd; may be given several times. The one of Bms where it is left out.");

        public static Option<string[]> Signals() => Several("--signal", "pattern", "Signals, as Message.Signal, Message or .Signal with * and ?; may be given several times. All where it is left out.");

        public static Option<bool> Lenient() => Options.Flag("--lenient", "Skip broken records and count them instead of stopping at the first; keep the good messages of a broken catalogue.");

        public static Option<string?> From() => Options.Path("--from", "First moment: seconds since the first frame, or a date and time (UTC).", "time");

        public static Option<string?> To() => Options.Path("--to", "Moment behind the last one.", "time");

        public static Option<string[]> Bus() => Several("--bus", "name", "Buses to look at, such as can0; may be given several times.");

        /// <summary>An option that may be given several times.</summary>
        public static Option<string[]> Several(string name, string helpName, string description)
            => new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };

        /// <summary>The catalogue: several files as one, or the one that travels inside the program.</summary>
        public static DbcDatabase Load(string[]? paths, bool lenient = false)
            => paths is { Length: > 0 } ? DbcDatabase.Merge([.. paths.Select(path => DbcDatabase.Load(path, lenient))]) : LogCommand.Catalogue();

        public static CanLogReadOptions Read(bool lenient) => new() { Lenient = lenient };

        public static SignalSelection? Selection(string[]? patterns) => patterns is { Length: > 0 } ? new SignalSelection(patterns) : null;

        public static LogWindow Window(string? from, string? to, string[]? buses)
        {
            var window = new LogWindow { From = Moment("--from", from), To = Moment("--to", to), Buses = buses ?? [] };
            if (window is { From: { } first, To: { } last } && first.IsAbsolute == last.IsAbsolute && first.Ns >= last.Ns)
            {
                throw new CliFailure($"--to is '{to}': give a moment behind --from");
            }

            return window;
        }

        /// <summary>Runs a verb; faults of patterns and formats become failures of the command line.</summary>
        public static int Run(Func<int> verb)
        {
            try
            {
                return verb();
            }
            catch (ArgumentException fault)
            {
                throw new CliFailure("--signal: " + fault.Message);
            }
            catch (NotSupportedException fault)
            {
                throw new CliFailure(fault.Message);
            }
        }

        private static LogMoment? Moment(string option, string? text)
        {
            if (text is null)
            {
                return null;
            }

            return LogMoment.TryParse(text, out LogMoment moment) ? moment : throw new CliFailure($"{option} is '{OneLine.Shown(text)}': give seconds since the first frame, or a date and time such as 2026-05-01T10:00:00");
        }
    }
}
