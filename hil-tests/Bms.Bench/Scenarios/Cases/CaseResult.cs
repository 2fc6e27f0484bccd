using System.Globalization;
using Bms.Core.Protection;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>One run of a case: a combination of its variables, and a phase.</summary>
    /// <param name="Values">Values of the variables.</param>
    /// <param name="Phase">Phase from 0: added to the seed, and 10 ms later against the bus for each.</param>
    public sealed record CaseVariant(IReadOnlyDictionary<string, double> Values, int Phase)
    {
        /// <summary>All runs of a case; with other modules than it was written for, those whose temperature sensors they have.</summary>
        public static IReadOnlyList<CaseVariant> Of(TestCase testCase)
        {
            IEnumerable<Dictionary<string, double>> combinations = [[]];
            foreach ((string name, IReadOnlyList<double> values) in testCase.Vary)
            {
                combinations = combinations.SelectMany(c => values.Select(v => new Dictionary<string, double>(c) { [name] = v }));
            }

            return [.. combinations.Where(c => !testCase.IsAdapted || CaseCatalogue.HasItsSensors(testCase, c)).SelectMany(c => Enumerable.Range(0, testCase.Phases).Select(p => new CaseVariant(c, p)))];
        }

        /// <inheritdoc/>
        public override string ToString()
        {
            return string.Join(", ", [.. Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} = {v.Value}")), $"phase {Phase}"]);
        }
    }

    /// <summary>Something that is not as expected.</summary>
    /// <param name="Place">Expectation in the file; the case itself where there is none.</param>
    /// <param name="Message">What is wrong.</param>
    /// <param name="TimeS">When, in s from time 0 of the case.</param>
    public sealed record CaseFailure(FilePlace Place, string Message, double TimeS);

    /// <summary>What the invariants found in one run.</summary>
    /// <param name="Failures">What did not hold.</param>
    /// <param name="Reactions">Times from physical events to the command that opened the contactors.</param>
    /// <param name="TrippedRows">Rows that were at trip.</param>
    /// <param name="RecoveryJudged">True where the way back to closed contactors was tried.</param>
    public sealed record InvariantReport(IReadOnlyList<InvariantFailure> Failures, IReadOnlyList<Reaction> Reactions, IReadOnlyList<int> TrippedRows, bool RecoveryJudged);

    /// <summary>What became of one run.</summary>
    public sealed record VariantResult
    {
        /// <summary>The run.</summary>
        public required CaseVariant Variant { get; init; }

        /// <summary>What is not as expected, in order.</summary>
        public required IReadOnlyList<CaseFailure> Failures { get; init; }

        /// <summary>Time from the event to the last expected fault as told on the bus in ms; NaN where none is expected or came.</summary>
        public required double DetectMs { get; init; }

        /// <summary>Time from the event to the command that opens both main contactors in ms; NaN where none is expected or came.</summary>
        public required double SafeMs { get; init; }

        /// <summary>State that the controller told at the end of the timeline.</summary>
        public required string State { get; init; }

        /// <summary>Rows of the fault table that appeared, with their highest severity.</summary>
        public required IReadOnlyList<(int Fault, int Severity)> Faults { get; init; }

        /// <summary>Time 0 of the case on the bench's clock in s.</summary>
        public required double ZeroS { get; init; }

        /// <summary>The event on the bench's clock in s; NaN where there was none.</summary>
        public required double EventS { get; init; }

        /// <summary>Virtual time run in s.</summary>
        public required double SimulatedS { get; init; }

        /// <summary>What the invariants found; null where the case does not ask for them.</summary>
        public InvariantReport? Invariants { get; init; }
    }

    /// <summary>What became of a case over all its runs.</summary>
    public sealed record CaseResult
    {
        /// <summary>The case.</summary>
        public required TestCase Case { get; init; }

        /// <summary>Its runs.</summary>
        public required IReadOnlyList<VariantResult> Runs { get; init; }

        /// <summary>True where every run is as expected.</summary>
        public bool Passed => Runs.All(r => r.Failures.Count == 0);

        /// <summary>The first run that failed; null where none did.</summary>
        public VariantResult? FirstFailed => Runs.FirstOrDefault(r => r.Failures.Count > 0);

        /// <summary>Longest time to the fault in ms; NaN where none is expected.</summary>
        public double DetectMs => Worst(r => r.DetectMs);

        /// <summary>Longest time to the command in ms; NaN where none is expected.</summary>
        public double SafeMs => Worst(r => r.SafeMs);

        /// <summary>Limits as the case states them, in ms; NaN where it states none.</summary>
        public required (double DetectMs, double SafeMs) Limits { get; init; }

        /// <summary>States at the end of the timeline.</summary>
        public string State => string.Join("/", Runs.Select(r => r.State).Distinct());

        /// <summary>Rows that the case expects, or else those that appeared.</summary>
        public IReadOnlyList<int> FaultRows
        {
            get
            {
                int[] expected = [.. Case.Expect.Where(e => e.Kind == ExpectKind.Fault).Select(e => Quantity.FaultNamed(e.Name)).Distinct()];
                return expected.Length > 0 ? expected : [.. Runs.SelectMany(r => r.Faults).Select(f => f.Fault).Distinct()];
            }
        }

        /// <summary>The same with their trouble codes, for tables.</summary>
        public string FaultText => string.Join(", ", FaultRows.Select(f => $"{FaultTable.DtcNameOf(f)} {FaultTable.NameOf(f)}"));

        /// <summary>What the case allows and no run of it showed, with the severity that one did: it would hide a false secondary fault.</summary>
        public IReadOnlyList<(AllowedFault Allowed, int Seen)> NeverSeen => [.. Case.Allow.Select(a => (a, SeverityOf(a.Fault))).Where(s => s.Item2 < s.a.Severity)];

        /// <summary>Virtual time of all runs in s.</summary>
        public double SimulatedS => Runs.Sum(r => r.SimulatedS);

        private int SeverityOf(int fault) => Runs.SelectMany(r => r.Faults).Where(f => f.Fault == fault).Select(f => f.Severity).DefaultIfEmpty(0).Max();

        private double Worst(Func<VariantResult, double> time)
        {
            double[] times = [.. Runs.Select(time).Where(t => !double.IsNaN(t))];
            return times.Length > 0 ? times.Max() : double.NaN;
        }
    }
}
