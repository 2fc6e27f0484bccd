using System.CommandLine;
using System.Globalization;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log merge</c>: several logs as one, in the order of time.</summary>
    internal static class MergeVerb
    {
        public static Command Create(CliHost host)
        {
            var logs = new Argument<string[]>("LOGS") { Description = "Logs of any formats.", Arity = ArgumentArity.OneOrMore };
            Option<string[]> shift = LogOptions.Several("--shift", "s", "Seconds to add to the times of the first log, the second, and so on; may be given several times.");
            Option<bool> align = Options.Flag("--align", "Let all logs begin at the same time: that of the first one.");
            Option<bool> number = Options.Flag("--number-buses", "Name the buses can0, can1... in the order of the logs, so that buses of different logs stay apart.");
            Option<bool> lenient = LogOptions.Lenient();
            var target = new LogTarget();
            var command = new Command("merge", "Several logs as one, in the order of time.") { logs, shift, align, number, lenient };
            target.AddTo(command);
            HelpWithExamples.SetExamples(command, "bms log merge can0.log can1.asc --number-buses --out both.blf");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                string[] paths = parsed.GetRequiredValue(logs);
                long[] shifts = Shifts(parsed.GetValue(shift) ?? [], paths.Length);
                var inputs = new List<Input>();
                try
                {
                    foreach (string path in paths)
                    {
                        inputs.Add(new Input(path, parsed.GetValue(lenient), inputs.Count));
                    }

                    Check(inputs, parsed.GetValue(align));
                    Place(inputs, shifts, parsed.GetValue(align), parsed.GetValue(number));
                    using LogSink sink = target.Open(parsed, host, inputs[0].Reader);
                    Merge(inputs, sink.Writer, host);
                    sink.Complete($" from {inputs.Count} logs");
                }
                finally
                {
                    inputs.ForEach(input => input.Reader.Dispose());
                }

                return ExitCode.Ok;
            }));
            return command;
        }

        private static long[] Shifts(string[] texts, int count)
        {
            if (texts.Length > count)
            {
                throw new CliFailure($"--shift is given {texts.Length} times for {count} logs: give one for each log at most");
            }

            long[] shifts = new long[count];
            for (int index = 0; index < texts.Length; index++)
            {
                if (!double.TryParse(texts[index], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) || Math.Abs(seconds) > 4e9)
                {
                    throw new CliFailure($"--shift is '{OneLine.Shown(texts[index])}': give seconds with a decimal point");
                }

                shifts[index] = (long)Math.Round(seconds * 1e9);
            }

            return shifts;
        }

        private static void Check(List<Input> inputs, bool align)
        {
            Input? other = inputs.Find(input => input.HasFrame && inputs[0].HasFrame && input.Reader.HasAbsoluteTime != inputs[0].Reader.HasAbsoluteTime);
            if (other is not null && !align)
            {
                throw new CliFailure($"{other.Reader.Name}: {(other.Reader.HasAbsoluteTime ? "its times are dates, those of" : "its times count from its begin, not as dates, unlike those of")} {inputs[0].Reader.Name}; give --align, or --shift");
            }
        }

        private static void Place(List<Input> inputs, long[] shifts, bool align, bool number)
        {
            int bus = 0;
            for (int index = 0; index < inputs.Count; index++)
            {
                Input input = inputs[index];
                input.ShiftNs = shifts[index] + (align && input.HasFrame && inputs[0].HasFrame ? inputs[0].TimeNs - input.TimeNs : 0);
                if (number)
                {
                    input.Names = () =>
                    {
                        while (input.Numbers.Count < input.Reader.Channels.Count)
                        {
                            input.Numbers.Add(string.Create(CultureInfo.InvariantCulture, $"can{bus++}"));
                        }

                        return input.Numbers;
                    };
                }
            }
        }

        private static void Merge(List<Input> inputs, CanLogWriter writer, CliHost host)
        {
            using var progress = new ProgressLine(host);
            var queue = new PriorityQueue<Input, (long, int)>();
            foreach (Input input in inputs.Where(input => input.HasFrame))
            {
                queue.Enqueue(input, (input.TimeNs + input.ShiftNs, input.Number));
            }

            long count = 0;
            while (queue.TryDequeue(out Input? input, out _))
            {
                // As long as no other log has an earlier frame, this one goes on.
                (long, int) next = queue.TryPeek(out _, out (long, int) first) ? first : (long.MaxValue, int.MaxValue);
                do
                {
                    input.WriteTo(writer);
                    if ((++count & 0xFFF) == 0)
                    {
                        progress.Report(inputs.All(one => one.Reader.TotalBytes > 0) ? inputs.Sum(one => (double)one.Reader.BytesRead) / inputs.Sum(one => (double)one.Reader.TotalBytes) : double.NaN);
                    }
                }
                while (input.HasFrame && (input.TimeNs + input.ShiftNs, input.Number).CompareTo(next) <= 0);

                if (input.HasFrame)
                {
                    queue.Enqueue(input, (input.TimeNs + input.ShiftNs, input.Number));
                }
            }
        }

        /// <summary>One log, at its next frame.</summary>
        private sealed class Input
        {
            private readonly CanFrameBlock _block = new();
            private int _index;

            public Input(string path, bool lenient, int number)
            {
                Number = number;
                Reader = CanLogReader.Open(path, LogOptions.Read(lenient));
                Names = () => Reader.Channels;
                HasFrame = Reader.Read(_block);
            }

            public int Number { get; }

            public CanLogReader Reader { get; }

            public bool HasFrame { get; private set; }

            public long TimeNs => _block.TimeNs[_index];

            public long ShiftNs { get; set; }

            public List<string> Numbers { get; } = [];

            public Func<IReadOnlyList<string>> Names { get; set; }

            public void WriteTo(CanLogWriter writer)
            {
                _block.TimeNs[_index] += ShiftNs;
                writer.Write(_block, _index, Names());
                if (++_index == _block.Count)
                {
                    HasFrame = Reader.Read(_block);
                    _index = 0;
                }
            }
        }
    }
}
