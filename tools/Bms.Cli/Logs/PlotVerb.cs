using System.CommandLine;
using System.Globalization;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log plot</c>: signals over time as a picture or a page.</summary>
    internal static class PlotVerb
    {
        private const int Buckets = 3000;
        private const int MostTraces = 200;

        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<string[]> dbc = LogOptions.Dbc();
            Option<string[]> signals = LogOptions.Signals();
            Option<string?> from = LogOptions.From();
            Option<string?> to = LogOptions.To();
            Option<int> width = Options.Whole("--width", 400, 8000, "Width of a PNG in pixels.", 1600);
            Option<string?> title = Options.Path("--title", "Title; the name of the log where it is left out.", "text");
            Option<bool> lenient = LogOptions.Lenient();
            Option<string?> output = Options.Path("--out", "Where to write: a .png, or an .html to zoom in that needs nothing else.");
            var command = new Command("plot", "Signals over time as a picture or an interactive page.") { log, dbc, signals, from, to, width, title, lenient, output };
            HelpWithExamples.SetExamples(command, "bms log plot out/sim.log --signal 'PackStatus.Pack*' --signal CellExtremes.*Mv --out pack.html");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                string? target = parsed.GetValue(output);
                string ending = Path.GetExtension(target ?? "").ToLowerInvariant();
                if (target is null || ending is not (".png" or ".html" or ".htm"))
                {
                    throw new CliFailure($"--out is '{target}': give a file that ends in .png or .html");
                }

                string source = parsed.GetRequiredValue(log);
                using TextOutput file = new(target);
                DbcDatabase database = LogOptions.Load(parsed.GetValue(dbc), parsed.GetValue(lenient));
                SignalSelection? selection = LogOptions.Selection(parsed.GetValue(signals));
                LogWindow window = LogOptions.Window(parsed.GetValue(from), parsed.GetValue(to), null);
                DecodedLog decoded = DecodedLog.Load(source, database, selection, LogOptions.Read(parsed.GetValue(lenient)), Environment.ProcessorCount, host.Stop);
                TraceSet set = TraceSet.Of(decoded, selection, window, Buckets);
                if (set.Traces.Count is 0 or > MostTraces)
                {
                    throw new CliFailure(set.Traces.Count == 0
                        ? $"{source}: none of these signals has a value in this part of the log; 'bms log stats' shows what is in it"
                        : $"{source}: {set.Traces.Count} signals are too many for one picture; choose up to {MostTraces} with --signal");
                }

                string name = parsed.GetValue(title) ?? Path.GetFileName(source);
                if (ending == ".png")
                {
                    file.Complete(TracePicture.Png(set, name, parsed.GetValue(width)));
                }
                else
                {
                    file.Complete(TracePicture.Html(set, name, string.Create(CultureInfo.InvariantCulture, $"{set.FrameCount} frames with these signals, {set.DurationS:0.###} s, decoded with {database.FileName}")));
                }

                string leftOut = set.LeftOut > 0 ? $"; {set.LeftOut} checksums and counters left out: they are drawn where --signal names them" : "";
                host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote {target}: {set.Traces.Count} signals over {set.DurationS:0.###} s{leftOut}"));
                return ExitCode.Ok;
            }));
            return command;
        }
    }
}
