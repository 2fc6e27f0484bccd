using System.CommandLine;
using System.Globalization;
using System.Text;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log info</c>: what a file is, without any catalogue.</summary>
    internal static class InfoVerb
    {
        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<bool> lenient = LogOptions.Lenient();
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of text.");
            var command = new Command("info", "What a file is: format, time, buses, kinds of frame, whether it is whole.") { log, lenient, json };
            HelpWithExamples.SetExamples(command, "bms log info trace.blf");
            command.SetAction(parsed =>
            {
                using CanLogReader reader = CanLogReader.Open(parsed.GetRequiredValue(log), LogOptions.Read(parsed.GetValue(lenient)));
                LogSummary summary = LogSummary.Of(reader, host);
                host.Out.WriteLine(parsed.GetValue(json) ? summary.Json(reader) : summary.Text(reader));
                return ExitCode.Ok;
            });
            return command;
        }

        private sealed class LogSummary
        {
            private readonly HashSet<uint> _ids = [];
            private long _frames;
            private long _extended;
            private long _fd;
            private long _remote;
            private long _errors;
            private long _backward;
            private long _firstNs = long.MaxValue;
            private long _lastNs = long.MinValue;

            public static LogSummary Of(CanLogReader reader, CliHost host)
            {
                var summary = new LogSummary();
                using var progress = new ProgressLine(host);
                var block = new CanFrameBlock();
                long lastNs = long.MinValue;
                while (reader.Read(block))
                {
                    for (int index = 0; index < block.Count; index++)
                    {
                        lastNs = summary.Add(block, index, lastNs);
                    }

                    progress.Report(reader.TotalBytes > 0 ? (double)reader.BytesRead / reader.TotalBytes : double.NaN);
                }

                return summary;
            }

            public string Text(CanLogReader reader)
            {
                var text = new StringBuilder();
                text.Append(CultureInfo.InvariantCulture, $"{reader.Name}: {reader.FormatText}");
                text.Append(reader.TotalBytes >= 0 ? string.Create(CultureInfo.InvariantCulture, $", {reader.TotalBytes} bytes\n") : "\n");
                text.Append(CultureInfo.InvariantCulture, $"frames    {_frames}: {_extended} with 29-bit identifiers, {_fd} FD, {_remote} remote requests, {_errors} error reports; {_ids.Count} identifiers\n");
                if (_frames > 0)
                {
                    string unit = reader.HasAbsoluteTime ? "" : " s";
                    text.Append(CultureInfo.InvariantCulture, $"time      {Moment(_firstNs, reader)} to {Moment(_lastNs, reader)}{unit}, {(_lastNs - _firstNs) * 1e-9:0.000000} s\n");
                    text.Append(CultureInfo.InvariantCulture, $"buses     {string.Join(", ", reader.Channels)}\n");
                }

                if (_backward > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"order     {_backward} frames are earlier than the one before: the clock jumped, or logs were joined\n");
                }

                if (reader.SkippedRecords > 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"skipped   {reader.SkippedRecords} broken records, the first: {OneLine.Of(reader.FirstFault?.Message ?? "")}\n");
                }

                foreach (string note in reader.Notes)
                {
                    text.Append(CultureInfo.InvariantCulture, $"note      {OneLine.Of(note)}\n");
                }

                return text.ToString().TrimEnd('\n');
            }

            public string Json(CanLogReader reader) => JsonText.Of(new
            {
                file = reader.Name,
                format = reader.FormatText,
                bytes = reader.TotalBytes >= 0 ? reader.TotalBytes : (long?)null,
                frames = _frames,
                extended = _extended,
                fd = _fd,
                remote = _remote,
                errors = _errors,
                identifiers = _ids.Count,
                absoluteTime = reader.HasAbsoluteTime,
                firstS = _frames > 0 ? JsonText.Number(_firstNs * 1e-9) : null,
                durationS = _frames > 0 ? JsonText.Number((_lastNs - _firstNs) * 1e-9) : null,
                buses = reader.Channels,
                backward = _backward,
                skippedRecords = reader.SkippedRecords,
                notes = reader.Notes,
            });

            private static string Moment(long timeNs, CanLogReader reader) => reader.HasAbsoluteTime
                ? DateTime.UnixEpoch.AddTicks(timeNs / 100).ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
                : (timeNs * 1e-9).ToString("0.000000", CultureInfo.InvariantCulture);

            private long Add(CanFrameBlock block, int index, long lastNs)
            {
                CanFrameFlags flags = block.Flags[index];
                long timeNs = block.TimeNs[index];
                _frames++;
                _backward += timeNs < lastNs ? 1 : 0;
                _firstNs = Math.Min(_firstNs, timeNs);
                _lastNs = Math.Max(_lastNs, timeNs);
                if ((flags & CanFrameFlags.Error) != 0)
                {
                    _errors++;
                    return timeNs;
                }

                bool isExtended = (flags & CanFrameFlags.Extended) != 0;
                _extended += isExtended ? 1 : 0;
                _fd += (flags & CanFrameFlags.Fd) != 0 ? 1 : 0;
                _remote += (flags & CanFrameFlags.Remote) != 0 ? 1 : 0;
                _ids.Add(block.Id[index] | (isExtended ? 0x8000_0000u : 0));
                return timeNs;
            }
        }
    }
}
