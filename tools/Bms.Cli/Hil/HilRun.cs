using System.Diagnostics;
using System.Globalization;
using Bms.Bench;
using Bms.Bench.Scenarios.Cases;
using Bms.Cli.CommandLine;
using Bms.Core.Protection;

namespace Bms.Cli.Hil
{
    /// <summary>What became of a run of the catalogue.</summary>
    internal sealed record HilSummary
    {
        public required IReadOnlyList<(CaseResult Result, double WallS, string? Trace)> Cases { get; init; }

        public required string Bench { get; init; }

        public required string? Profile { get; init; }

        public required DateTimeOffset Began { get; init; }

        public required double WallS { get; init; }

        public int Failed => Cases.Count(c => !c.Result.Passed);

        public double SimulatedS => Cases.Sum(c => c.Result.SimulatedS);

        public int Runs => Cases.Sum(c => c.Result.Runs.Count);
    }

    /// <summary>Runs cases side by side, tells each one as it ends in the order of the catalogue, and records a trace of every failed one.</summary>
    internal sealed class HilRun(CliHost host, int jobs, bool quiet, string traceFolder)
    {
        public HilSummary Run(IReadOnlyList<TestCase> cases, string? profile)
        {
            var watch = Stopwatch.StartNew();
            DateTimeOffset began = DateTimeOffset.UtcNow;
            var results = new (CaseResult Result, double WallS, string? Trace)[cases.Count];
            var isDone = new bool[cases.Count];
            int told = 0;
            int idWidth = cases.Select(c => c.Id.Length).DefaultIfEmpty(2).Max();
            if (!quiet)
            {
                host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"case".PadRight(idWidth)}  result  {"T_detect",10}{"limit",8}  {"T_safe",10}{"limit",8}   {"state",-9} trouble codes"));
            }

            var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = host.Stop };
            Parallel.For(0, cases.Count, options, index =>
            {
                var own = Stopwatch.StartNew();
                CaseResult result = CaseRun.RunAll(cases[index], o => new VirtualBench(o), host.Stop);
                string? trace = result.Passed ? null : CaseTrace.Record(result, traceFolder);
                lock (results)
                {
                    results[index] = (result, own.Elapsed.TotalSeconds, trace);
                    isDone[index] = true;
                    for (; told < cases.Count && isDone[told]; told++)
                    {
                        Tell(results[told].Result, results[told].Trace, idWidth, profile != null);
                    }
                }
            });

            var summary = new HilSummary { Cases = results, Bench = "virtual", Profile = profile, Began = began, WallS = watch.Elapsed.TotalSeconds };
            host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{cases.Count - summary.Failed} of {cases.Count} cases passed ({summary.Runs} runs, {summary.SimulatedS / 3600:0.0} h simulated) in {summary.WallS:0.0} s"));
            return summary;
        }

        private void Tell(CaseResult result, string? trace, int idWidth, bool hasProfile)
        {
            if (quiet && result.Passed)
            {
                return;
            }

            host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Case.Id.PadRight(idWidth)}  {(result.Passed ? "passed" : "FAILED")}  {Ms(result.DetectMs),10}{Ms(result.Limits.DetectMs),8}  {Ms(result.SafeMs),10}{Ms(result.Limits.SafeMs),8}   {result.State,-9} {result.FaultText}"));
            if (result.Passed && !hasProfile && result.NeverSeen.Count > 0)
            {
                string[] rows = [.. result.NeverSeen.Select(n => $"{FaultTable.NameOf(n.Allowed.Fault)} {Severities[n.Allowed.Severity]} (seen: {Severities[n.Seen]})")];
                host.Out.WriteLine($"    allows more than any run showed: {string.Join(", ", rows)}; allow less, or it hides a false fault");
            }

            if (result.FirstFailed is VariantResult failed)
            {
                int others = result.Runs.Count(r => r.Failures.Count > 0) - 1;
                foreach (CaseFailure failure in failed.Failures.Take(3))
                {
                    host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {failure.Place}: {failure.Message} (at {failure.TimeS:0.00} s, {failed.Variant})"));
                }

                host.Out.WriteLine($"    trace: {trace}" + (others > 0 ? $"; {others} more of {result.Runs.Count} runs failed" : ""));
            }
        }

        private static readonly string[] Severities = ["none", "warning", "limit", "trip"];

        private static string Ms(double ms) => double.IsNaN(ms) ? "-" : ms.ToString("0.#", CultureInfo.InvariantCulture);
    }
}
