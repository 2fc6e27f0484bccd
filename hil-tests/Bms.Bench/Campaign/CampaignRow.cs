using Bms.Bench.Scenarios.Cases;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench.Campaign
{
    /// <summary>What became of one run of a campaign.</summary>
    public sealed record CampaignRow
    {
        /// <summary>Number of the run.</summary>
        public required int Run { get; init; }

        /// <summary>The run as a case.</summary>
        public required TestCase Case { get; init; }

        /// <summary>Kind of the first failure; empty where all invariants held.</summary>
        public required string Code { get; init; }

        /// <summary>First failure in words; empty where there is none.</summary>
        public required string Message { get; init; }

        /// <summary>When it failed, in s from time 0 of the case; NaN where it did not.</summary>
        public required double FailedS { get; init; }

        /// <summary>Reaction times.</summary>
        public required IReadOnlyList<Reaction> Reactions { get; init; }

        /// <summary>Rows of the fault table that were at trip.</summary>
        public required IReadOnlyList<int> TrippedRows { get; init; }

        /// <summary>True where the way back to closed contactors was tried.</summary>
        public required bool RecoveryJudged { get; init; }

        /// <summary>Virtual time in s.</summary>
        public required double SimulatedS { get; init; }

        /// <summary>True where every invariant held.</summary>
        public bool Passed => Code.Length == 0;

        /// <summary>What was broken, in order.</summary>
        public string Faults => string.Join(" ", Case.Timeline.Where(s => s.Kind is StepKind.Inject or StepKind.Disturb).Select(s => s.Kind == StepKind.Inject ? s.Name : "Disturbance"));

        /// <summary>Names of the rows that were at trip.</summary>
        public string Trips => string.Join(" ", TrippedRows.Select(FaultTable.NameOf));

        /// <summary>Runs one case of a campaign.</summary>
        /// <param name="run">Number of the run.</param>
        /// <param name="testCase">The case.</param>
        /// <param name="allowsTrips">False for normal driving: any trip is a failure there.</param>
        public static CampaignRow Of(int run, TestCase testCase, bool allowsTrips)
        {
            VariantResult result = new CaseRun(testCase, CaseVariant.Of(testCase)[0], o => new VirtualBench(o)).Run();
            InvariantReport report = result.Invariants ?? new InvariantReport([], [], [], false);
            InvariantFailure? failure = report.Failures.Count > 0 ? report.Failures[0] : null;
            if (failure is null && !allowsTrips && report.TrippedRows.Count > 0)
            {
                string rows = string.Join(", ", report.TrippedRows.Select(FaultTable.NameOf));
                failure = new InvariantFailure("trip:" + FaultTable.NameOf(report.TrippedRows[0]), $"{rows} tripped in normal driving", result.SimulatedS);
            }

            if (failure is null && result.Failures.Count > 0)
            {
                failure = new InvariantFailure("case", result.Failures[0].Message, result.Failures[0].TimeS);
            }

            return new CampaignRow
            {
                Run = run,
                Case = testCase,
                Code = failure?.Code ?? "",
                Message = failure?.Message ?? "",
                FailedS = failure is null ? double.NaN : failure.TimeS - result.ZeroS,
                Reactions = report.Reactions,
                TrippedRows = report.TrippedRows,
                RecoveryJudged = report.RecoveryJudged,
                SimulatedS = result.SimulatedS,
            };
        }

        /// <summary>True where a kind of reaction depends on nothing slower than the reference's modules and sensor.</summary>
        public bool HasReferenceTiming(string kind)
        {
            PackOptions pack = Case.Bench.Pack;
            bool modules = pack.ModuleProfile == ModuleProfile.Reference;
            bool sensor = pack.SensorProfile == SensorProfile.Reference;
            return kind is "interlock" or "silent host" || (kind.Contains("current", StringComparison.Ordinal) || kind.StartsWith("sensor", StringComparison.Ordinal) ? sensor : modules);
        }
    }
}
