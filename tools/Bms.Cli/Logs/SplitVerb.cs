using System.CommandLine;
using System.Globalization;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log split</c>: one log as several.</summary>
    internal static class SplitVerb
    {
        // Files that are open at the same time.
        private const int MostFiles = 500;

        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<double> seconds = Options.Number("--seconds", 0, 1e9, "s", "A new file after so much time.", 0);
            Option<int> frames = Options.Whole("--frames", 0, int.MaxValue, "A new file after so many frames.", 0);
            Option<double> gap = Options.Number("--gap", 0, 1e9, "s", "A new file where nothing was recorded for so long.", 0);
            Option<string> by = Options.Choice("--by", "A file for each bus or each identifier.", "nothing", "nothing", "bus", "id");
            Option<string?> folder = Options.Path("--out-dir", "Folder for the files; it is made where it is missing. That of the log where it is left out.", "dir");
            Option<bool> lenient = LogOptions.Lenient();
            var target = new LogTarget();
            var command = new Command("split", "One log as several: by time, count, pauses, bus or identifier.") { log, seconds, frames, gap, by, folder, lenient };
            target.AddTo(command);
            command.Options.Remove(command.Options.First(option => option.Name == "--out"));
            HelpWithExamples.SetExamples(command, "bms log split week.blf --gap 60 --out-dir drives", "bms log split drive.log --by bus --format asc");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                var rule = new Rule((long)(parsed.GetValue(seconds) * 1e9), parsed.GetValue(frames), (long)(parsed.GetValue(gap) * 1e9), parsed.GetRequiredValue(by));
                if (rule.IsNone)
                {
                    throw new CliFailure("nothing says where to split: give --seconds, --frames, --gap or --by");
                }

                string source = parsed.GetRequiredValue(log);
                using CanLogReader reader = CanLogReader.Open(source, LogOptions.Read(parsed.GetValue(lenient)));
                string name = source == "-" ? "log" : Path.GetFileName(source).Split('.')[0];
                string place = parsed.GetValue(folder) ?? (source == "-" ? "." : Path.GetDirectoryName(Path.GetFullPath(source))!);
                Directory.CreateDirectory(place);
                var parts = new Dictionary<string, LogSink>();
                try
                {
                    Split(reader, rule, host, part =>
                    {
                        if (!parts.TryGetValue(part, out LogSink? sink))
                        {
                            if (parts.Count == MostFiles)
                            {
                                throw new CliFailure($"{source}: this makes more than {MostFiles} files; split it into larger parts");
                            }

                            string path = Path.Combine(place, $"{name}-{part}{target.EndingFor(parsed, reader.Format)}");
                            parts[part] = sink = target.Open(parsed, host, path, reader.Format, reader.HasAbsoluteTime);
                        }

                        return sink;
                    });
                    foreach (LogSink sink in parts.Values)
                    {
                        sink.Complete();
                    }
                }
                finally
                {
                    foreach (LogSink sink in parts.Values)
                    {
                        sink.Dispose();
                    }
                }

                return ExitCode.Ok;
            }));
            return command;
        }

        private static void Split(CanLogReader reader, Rule rule, CliHost host, Func<string, LogSink> sinkOf)
        {
            using var progress = new ProgressLine(host);
            var block = new CanFrameBlock();
            while (reader.Read(block))
            {
                for (int index = 0; index < block.Count; index++)
                {
                    sinkOf(rule.PartOf(block, index, reader.Channels)).Writer.Write(block, index, reader.Channels);
                }

                progress.Report(reader.TotalBytes > 0 ? (double)reader.BytesRead / reader.TotalBytes : double.NaN);
            }
        }

        /// <summary>Names the part that a frame belongs to.</summary>
        private sealed class Rule(long periodNs, int frames, long gapNs, string by)
        {
            private readonly Dictionary<(byte, uint), string> _names = [];
            private string _number = "";
            private int _part;
            private int _inPart;
            private long _startNs;
            private long _lastNs;

            public bool IsNone => periodNs == 0 && frames == 0 && gapNs == 0 && by == "nothing";

            public string PartOf(CanFrameBlock block, int index, IReadOnlyList<string> channels)
            {
                long timeNs = block.TimeNs[index];
                if (periodNs > 0 || frames > 0 || gapNs > 0)
                {
                    bool isNext = _part == 0 || (frames > 0 && _inPart >= frames) || (periodNs > 0 && timeNs - _startNs >= periodNs) || (gapNs > 0 && timeNs - _lastNs >= gapNs);
                    if (isNext)
                    {
                        _part++;
                        _number = _part.ToString("0000", CultureInfo.InvariantCulture);
                        _inPart = 0;
                        _startNs = timeNs;
                        _names.Clear();
                    }
                }

                _inPart++;
                _lastNs = timeNs;
                if (by == "nothing")
                {
                    return _number;
                }

                bool isExtended = (block.Flags[index] & CanFrameFlags.Extended) != 0;
                (byte, uint) key = by == "bus" ? (block.Channel[index], 0) : ((byte)(isExtended ? 1 : 0), block.Id[index]);
                if (!_names.TryGetValue(key, out string? name))
                {
                    string what = by == "bus" ? channels[block.Channel[index]] : block.Id[index].ToString(isExtended ? "X8" : "X3", CultureInfo.InvariantCulture);
                    _names[key] = name = _number.Length > 0 ? $"{_number}-{what}" : what;
                }

                return name;
            }
        }
    }
}
