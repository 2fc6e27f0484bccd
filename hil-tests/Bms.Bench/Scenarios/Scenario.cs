namespace Bms.Bench.Scenarios
{
    /// <summary>Actions at times and ramps over times, counted from the start of a phase in s.</summary>
    public sealed class Timeline
    {
        private readonly List<Entry> _entries = new();

        /// <summary>Does something once.</summary>
        /// <param name="atS">Time in s.</param>
        /// <param name="action">What to do.</param>
        public Timeline At(double atS, Action<VirtualBench> action)
        {
            _entries.Add(new Entry((long)Math.Round(atS * 1e6), 0, 0, 0, action, null));
            return this;
        }

        /// <summary>Moves a value in a straight line, in steps of 100 ms.</summary>
        /// <param name="fromS">Start in s.</param>
        /// <param name="toS">End in s.</param>
        /// <param name="from">Value at the start.</param>
        /// <param name="to">Value at the end, set exactly.</param>
        /// <param name="set">Takes the value.</param>
        public Timeline Ramp(double fromS, double toS, double from, double to, Action<VirtualBench, double> set)
        {
            _entries.Add(new Entry((long)Math.Round(fromS * 1e6), (long)Math.Round(toS * 1e6), from, to, null, set));
            return this;
        }

        /// <summary>Does what is due.</summary>
        /// <param name="bench">The bench.</param>
        /// <param name="previousUs">Time of the last call since the start of the phase; -1 for the first one.</param>
        /// <param name="nowUs">Time since the start of the phase.</param>
        internal void Run(VirtualBench bench, long previousUs, long nowUs)
        {
            foreach (Entry entry in _entries)
            {
                if (entry.Action != null)
                {
                    if (entry.StartUs > previousUs && entry.StartUs <= nowUs)
                    {
                        entry.Action(bench);
                    }
                }
                else if (nowUs >= entry.StartUs && previousUs < entry.EndUs && (nowUs % 100_000 == 0 || nowUs >= entry.EndUs))
                {
                    double share = nowUs >= entry.EndUs ? 1 : (double)(nowUs - entry.StartUs) / (entry.EndUs - entry.StartUs);
                    entry.Set!(bench, share == 1 ? entry.To : entry.From + (share * (entry.To - entry.From)));
                }
            }
        }

        private sealed record Entry(long StartUs, long EndUs, double From, double To, Action<VirtualBench>? Action, Action<VirtualBench, double>? Set);
    }

    /// <summary>How a check is judged.</summary>
    public enum CheckKind
    {
        /// <summary>The condition must hold at every look, every 100 ms.</summary>
        Always,

        /// <summary>The condition must hold at least once, within the time given.</summary>
        Eventually,

        /// <summary>After the trigger first holds, the condition must hold within the time given; both are looked at every cycle. The trigger must come.</summary>
        Response,

        /// <summary>As <see cref="Response"/>, but a trigger that never comes is fine.</summary>
        Whenever,
    }

    /// <summary>One expectation of a phase against the truth of the plant.</summary>
    /// <param name="Name">What is expected, as a sentence.</param>
    /// <param name="Kind">How it is judged.</param>
    /// <param name="Condition">The condition.</param>
    /// <param name="WithinS">Time allowed in s, for the kinds that have one.</param>
    /// <param name="Trigger">Start of the time allowed, for a response.</param>
    /// <param name="IsProtection">True where a failure means that the firmware missed a protection.</param>
    public sealed record Check(string Name, CheckKind Kind, Func<VirtualBench, bool> Condition, double WithinS = 0, Func<VirtualBench, bool>? Trigger = null, bool IsProtection = true)
    {
        /// <summary>The condition must always hold.</summary>
        public static Check Always(string name, Func<VirtualBench, bool> condition, bool isProtection = true)
        {
            return new Check(name, CheckKind.Always, condition, IsProtection: isProtection);
        }

        /// <summary>The condition must hold once, within a time from the start of the phase.</summary>
        public static Check Eventually(string name, double withinS, Func<VirtualBench, bool> condition, bool isProtection = true)
        {
            return new Check(name, CheckKind.Eventually, condition, withinS, IsProtection: isProtection);
        }

        /// <summary>The condition must hold within a time of the trigger; a trigger that never comes is a failure too.</summary>
        public static Check Response(string name, Func<VirtualBench, bool> trigger, double withinS, Func<VirtualBench, bool> condition, bool isProtection = true)
        {
            return new Check(name, CheckKind.Response, condition, withinS, trigger, isProtection);
        }

        /// <summary>The condition must hold within a time of the trigger, if that comes at all.</summary>
        public static Check Whenever(string name, Func<VirtualBench, bool> trigger, double withinS, Func<VirtualBench, bool> condition, bool isProtection = true)
        {
            return new Check(name, CheckKind.Whenever, condition, withinS, trigger, isProtection);
        }
    }

    /// <summary>One named part of a scenario.</summary>
    public sealed class Phase
    {
        /// <summary>Name for people.</summary>
        public required string Name { get; init; }

        /// <summary>Longest duration in s.</summary>
        public required double DurationS { get; init; }

        /// <summary>Ends the phase early, looked at every 100 ms; null runs it to its full duration.</summary>
        public Func<VirtualBench, bool>? EndsWhen { get; init; }

        /// <summary>Actions.</summary>
        public Timeline Timeline { get; init; } = new();

        /// <summary>Expectations.</summary>
        public IReadOnlyList<Check> Checks { get; init; } = [];
    }

    /// <summary>A bench and the phases it goes through.</summary>
    public sealed class Scenario
    {
        /// <summary>Name for people.</summary>
        public required string Name { get; init; }

        /// <summary>The bench to make.</summary>
        public required BenchOptions Bench { get; init; }

        /// <summary>Phases in order.</summary>
        public required IReadOnlyList<Phase> Phases { get; init; }

        /// <summary>Longest duration in s.</summary>
        public double DurationS => Phases.Sum(p => p.DurationS);
    }
}
