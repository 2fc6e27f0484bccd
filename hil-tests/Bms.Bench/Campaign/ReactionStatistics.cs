using Bms.Bench.Scenarios.Cases;

namespace Bms.Bench.Campaign
{
    /// <summary>Distribution of the reaction times of a campaign, for each kind of event.</summary>
    public sealed class ReactionStatistics
    {
        private readonly SortedDictionary<string, List<double>> _reference = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, List<double>> _others = new(StringComparer.Ordinal);

        /// <summary>Targets of the project in ms, from the physical event to the contactor command, for reference modules and sensor.</summary>
        public static IReadOnlyDictionary<string, double> TargetMs { get; } = new Dictionary<string, double>
        {
            ["over-voltage"] = 350,
            ["under-voltage"] = 350,
            ["over-current charge"] = 150,
            ["over-current discharge"] = 150,
            ["over-temperature"] = 1500,
            ["lost module"] = 500,
            ["interlock"] = 100,
            ["thermal runaway"] = 5000,
        };

        /// <summary>Kinds with at least one time at reference timing.</summary>
        public IEnumerable<string> Kinds => _reference.Keys;

        /// <summary>Takes the times of a run.</summary>
        public void Add(CampaignRow row)
        {
            foreach (Reaction reaction in row.Reactions)
            {
                SortedDictionary<string, List<double>> target = row.HasReferenceTiming(reaction.Kind) ? _reference : _others;
                if (!target.TryGetValue(reaction.Kind, out List<double>? times))
                {
                    target.Add(reaction.Kind, times = []);
                }

                times.Add(reaction.Ms);
            }
        }

        /// <summary>Number, median, 99th percentile and worst of a kind, in ms.</summary>
        public (int Count, double P50, double P99, double Max) Of(string kind)
        {
            double[] sorted = [.. _reference[kind].Order()];
            return (sorted.Length, At(sorted, 0.5), At(sorted, 0.99), sorted[^1]);
        }

        /// <summary>Times of kinds with slower modules or sensors: number and worst.</summary>
        public IEnumerable<(string Kind, int Count, double Max)> Slower() => _others.Select(o => (o.Key, o.Value.Count, o.Value.Max()));

        private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
