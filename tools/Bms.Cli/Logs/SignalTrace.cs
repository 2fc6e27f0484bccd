using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;

namespace Bms.Cli.Logs
{
    /// <summary>One signal over time in a fixed number of buckets: lowest and highest value of each, so that peaks survive.</summary>
    /// <param name="Name">Message.Signal.</param>
    /// <param name="Unit">Unit, may be empty.</param>
    /// <param name="Low">Lowest value of each bucket; NaN where there is none.</param>
    /// <param name="High">Highest value of each bucket.</param>
    internal sealed record SignalTrace(string Name, string Unit, float[] Low, float[] High);

    /// <summary>What is drawn of a log: traces on one time axis.</summary>
    internal sealed class TraceSet
    {
        // A value holds until the next one, but not through a pause of so many periods.
        private const double LongestHold = 20;

        private static readonly string[] Guards = ["crc", "crc8", "crc16", "checksum", "chksum", "counter", "alivecounter", "rollingcounter", "messagecounter", "cnt"];

        private readonly long _fromNs;
        private readonly int _buckets;

        private TraceSet(long fromNs, long toNs, int buckets)
        {
            _fromNs = fromNs;
            _buckets = buckets;
            DurationS = Math.Max(1e-3, (toNs - fromNs) * 1e-9);
            BucketS = DurationS / buckets;
        }

        /// <summary>Length of the axis in s.</summary>
        public double DurationS { get; }

        /// <summary>Width of a bucket in s.</summary>
        public double BucketS { get; }

        /// <summary>Begin of the axis, ns.</summary>
        public long FromNs => _fromNs;

        /// <summary>The traces.</summary>
        public List<SignalTrace> Traces { get; } = [];

        /// <summary>Frames in the window that carry what is drawn.</summary>
        public long FrameCount { get; private set; }

        /// <summary>Checksums and rolling counters that a pattern with * or ? would have drawn: they go up and down with every frame and would bury what is looked for.</summary>
        public int LeftOut { get; private set; }

        /// <summary>Makes the traces of all selected signals that occur; checksums and rolling counters only where they are named.</summary>
        /// <param name="log">The log.</param>
        /// <param name="selection">Signals, or null for all.</param>
        /// <param name="window">Part of the log.</param>
        /// <param name="buckets">Buckets of the time axis.</param>
        public static TraceSet Of(DecodedLog log, SignalSelection? selection, LogWindow window, int buckets)
        {
            long first = log.Messages.Select(message => message.Parts[0].TimeNs[0]).DefaultIfEmpty(0).Min();
            long last = log.Messages.Select(message => message.Parts[^1].TimeNs[^1]).DefaultIfEmpty(0).Max();
            long toNs = Math.Min(last, window.To?.In(first) ?? last);
            var set = new TraceSet(Math.Max(first, window.From?.In(first) ?? first), toNs, buckets);
            foreach (DecodedMessage message in log.Messages)
            {
                long[] times = message.Times();
                int before = set.Traces.Count;
                for (int signal = 0; signal < message.Message.Signals.Count; signal++)
                {
                    DbcSignal what = message.Message.Signals[signal];
                    if (selection is not null && !selection.Contains(message.Message, what))
                    {
                        continue;
                    }

                    if (IsGuard(what) && selection?.Names(message.Message, what) != true)
                    {
                        set.LeftOut++;
                        continue;
                    }

                    set.Add($"{message.Message.Name}.{what.Name}", what.Unit, times, message.AvailableValues(signal));
                }

                set.FrameCount += set.Traces.Count > before ? times.Count(time => time >= set._fromNs && time <= toNs) : 0;
            }

            return set;
        }

        /// <summary>True for the checksum or rolling counter of a frame, by its name.</summary>
        private static bool IsGuard(DbcSignal signal) => signal.Unit.Length == 0 && Guards.Contains(signal.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant());

        /// <summary>An axis without traces, to be filled with <see cref="Add"/>.</summary>
        public static TraceSet Empty(long fromNs, long toNs, int buckets) => new(fromNs, toNs, buckets);

        /// <summary>Adds a trace; one without a value in the window is left out.</summary>
        public void Add(string name, string unit, IReadOnlyList<long> times, IReadOnlyList<double> values)
        {
            var low = new float[_buckets];
            var high = new float[_buckets];
            Array.Fill(low, float.NaN);
            Array.Fill(high, float.NaN);
            int filled = -1;
            int count = 0;
            float lastValue = float.NaN;
            double holdBuckets = times.Count > 1 ? LongestHold * (times[^1] - times[0]) * 1e-9 / (times.Count - 1) / BucketS : 0;
            for (int index = 0; index < times.Count; index++)
            {
                double at = (times[index] - _fromNs) * 1e-9 / BucketS;
                if (double.IsNaN(values[index]) || at < 0 || at > _buckets)
                {
                    continue;
                }

                int bucket = Math.Min(_buckets - 1, (int)at);
                if (filled >= 0 && bucket - filled <= holdBuckets)
                {
                    for (int between = filled + 1; between < bucket; between++)
                    {
                        low[between] = lastValue;
                        high[between] = lastValue;
                    }
                }

                low[bucket] = float.IsNaN(low[bucket]) ? (float)values[index] : Math.Min(low[bucket], (float)values[index]);
                high[bucket] = float.IsNaN(high[bucket]) ? (float)values[index] : Math.Max(high[bucket], (float)values[index]);
                filled = bucket;
                lastValue = (float)values[index];
                count++;
            }

            if (count > 0)
            {
                Traces.Add(new SignalTrace(name, unit, low, high));
            }
        }
    }
}
