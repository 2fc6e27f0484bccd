using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Bms.Bench.Campaign;
using Bms.Bench.Scenarios.Cases;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Hil
{
    /// <summary><c>bms hil campaign</c>: random packs, climates, trips and faults, judged by invariants against the truth.</summary>
    internal static class CampaignCommand
    {
        private const int MostMinimised = 10;

        public static Command Create(CliHost host)
        {
            Option<int> runs = Options.Whole("--runs", 1, 10_000_000, "Runs of the campaign.", 1000);
            Option<ulong?> seed = Options.Seed("Seed of the campaign: the same seed gives the same results, whatever the jobs. Default: 1.");
            Option<double> minutes = Options.Number("--minutes", 0.5, 1440, "min", "Simulated length of a run.", 10);
            Option<int> jobs = Options.Whole("--jobs", 1, 256, "Runs at the same time.", Environment.ProcessorCount);
            Option<string?> shard = new("--shard") { Description = "Part i of n parts of the campaign, such as 2/4, for several machines.", HelpName = "i/n" };
            Option<string?> output = Options.Path("--out", "Result as Parquet, one row for each run.");
            Option<int?> single = new("--run") { Description = "This one run only, to look at it again.", HelpName = "n" };
            Option<double?> normal = Options.OptionalNumber("--normal", 0.1, 1e6, "h", "This many hours of normal driving, resting and charging at -30..45 degC instead: nothing breaks, and any trip is a failure.");
            Option<string> folder = new("--failures") { Description = "Folder for the minimised scenario of every failed run.", HelpName = "dir", DefaultValueFactory = _ => Path.Combine("out", "hil") };
            var command = new Command("campaign", "Break random things in random packs, and check what must always hold.") { runs, seed, minutes, jobs, shard, output, single, normal, folder };
            HelpWithExamples.SetNotes(
                command,
                "Invariants, against the truth of the simulated pack at every cycle: no contactor driven in a trip; no cause without an opening in time; no trip and no opening",
                "without a cause; no cell beyond its absolute limit for longer than allowed; counters never fall; once the causes are gone and cleared, the pack closes again.",
                "Returns 0 where all held, 1 where one did not. Ctrl-C ends the campaign with the table and the file of what is complete.");
            HelpWithExamples.SetExamples(command, "bms hil campaign --runs 10000 --out out/campaign.parquet", "bms hil campaign --seed 7 --run 123", "bms hil campaign --normal 1000");
            command.SetAction(parsed =>
            {
                var campaign = new Campaign(host, parsed.GetValue(seed) ?? 1, parsed.GetValue(minutes), parsed.GetValue(normal), parsed.GetValue(folder)!);
                int count = parsed.GetValue(normal) is double hours ? (int)Math.Ceiling(hours) : parsed.GetValue(runs);
                IReadOnlyList<int> numbers = parsed.GetValue(single) is int one ? [one] : Numbers(count, parsed.GetValue(shard));
                using CampaignFile? file = parsed.GetValue(output) is string path ? new CampaignFile(path) : null;
                return campaign.Run(numbers, parsed.GetValue(jobs), file);
            });
            return command;
        }

        private static IReadOnlyList<int> Numbers(int count, string? shard)
        {
            int part = 1;
            int parts = 1;
            if (shard is not null)
            {
                string[] words = shard.Split('/');
                if (words.Length != 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out part) || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out parts) || part < 1 || part > parts)
                {
                    throw new CliFailure($"--shard is '{OneLine.Shown(shard)}': give i/n with i from 1 to n, such as 2/4");
                }
            }

            return [.. Enumerable.Range(0, count).Where(run => run % parts == part - 1)];
        }

        private sealed class Campaign(CliHost host, ulong seed, double minutes, double? normalHours, string folder)
        {
            private readonly ReactionStatistics _statistics = new();
            private readonly List<CampaignRow> _failed = [];
            private readonly Stopwatch _watch = Stopwatch.StartNew();
            private readonly SortedDictionary<string, int> _trips = new(StringComparer.Ordinal);
            private double _simulatedS;
            private double _nextTellS = 10;
            private int _done;
            private int _closedAgain;

            private bool IsNormal => normalHours is not null;

            public int Run(IReadOnlyList<int> numbers, int jobs, CampaignFile? file)
            {
                CampaignWork.Run(numbers, Plan, allowsTrips: !IsNormal, jobs, row => Take(row, numbers.Count, file), host.Stop);
                file?.Complete();
                TellResult(numbers.Count);
                Minimise();
                return _failed.Count > 0 ? ExitCode.CheckFailed : host.Stop.IsCancellationRequested ? ExitCode.Stopped : ExitCode.Ok;
            }

            private TestCase Plan(int run) => IsNormal ? CampaignPlan.CreateNormal(seed, run, 60) : CampaignPlan.Create(seed, run, minutes);

            private void Take(CampaignRow row, int count, CampaignFile? file)
            {
                _done++;
                _simulatedS += row.SimulatedS;
                _closedAgain += row.RecoveryJudged ? 1 : 0;
                _statistics.Add(row);
                file?.Add(row);
                foreach (int trip in row.TrippedRows)
                {
                    string name = Bms.Core.Protection.FaultTable.NameOf(trip);
                    _trips[name] = _trips.GetValueOrDefault(name) + 1;
                }

                if (!row.Passed)
                {
                    _failed.Add(row);
                    host.Out.WriteLine(Text($"run {row.Run} FAILED {row.Code} at {row.FailedS:0.00} s: {row.Message}"));
                    host.Out.WriteLine("    again: " + Reproduction(row));
                }

                if (_watch.Elapsed.TotalSeconds >= _nextTellS)
                {
                    _nextTellS = _watch.Elapsed.TotalSeconds + 10;
                    double leftS = _watch.Elapsed.TotalSeconds / _done * (count - _done);
                    host.Out.WriteLine(Text($"{_done}/{count} runs, {_failed.Count} failed, {_simulatedS / _watch.Elapsed.TotalSeconds:0} x real time, {leftS / 60:0.0} min left"));
                }
            }

            private string Reproduction(CampaignRow row)
            {
                return IsNormal ? Text($"bms hil campaign --normal 1 --seed {seed} --run {row.Run}") : Text($"bms hil campaign --seed {seed} --minutes {minutes} --run {row.Run}");
            }

            private void TellResult(int count)
            {
                double wallS = _watch.Elapsed.TotalSeconds;
                string stopped = _done < count ? Text($", stopped after {_done} of {count}") : "";
                host.Out.WriteLine();
                host.Out.WriteLine(Text($"seed {seed}: {_done} runs, {_simulatedS / 3600:0.0} h simulated in {wallS / 60:0.0} min ({_simulatedS / wallS:0} x real time){stopped}; {_failed.Count} failed; closed again {_closedAgain} times"));
                foreach (var group in _failed.GroupBy(f => f.Code).OrderByDescending(g => g.Count()))
                {
                    host.Out.WriteLine(Text($"  {group.Key}: {group.Count()} runs, first {group.First().Run}"));
                }

                if (IsNormal)
                {
                    host.Out.WriteLine(_trips.Count == 0 ? "no row of the fault table tripped" : "trips: " + string.Join(", ", _trips.Select(t => Text($"{t.Key} {t.Value}"))));
                    return;
                }

                host.Out.WriteLine();
                host.Out.WriteLine("| event (reference modules and sensor) | openings | p50 ms | p99 ms | worst ms | target ms | |");
                host.Out.WriteLine("|---|---|---|---|---|---|---|");
                foreach (string kind in _statistics.Kinds)
                {
                    (int number, double p50, double p99, double max) = _statistics.Of(kind);
                    bool hasTarget = ReactionStatistics.TargetMs.TryGetValue(kind, out double target);
                    host.Out.WriteLine(Text($"| {kind} | {number} | {p50:0} | {p99:0} | {max:0} | {(hasTarget ? target.ToString("0", CultureInfo.InvariantCulture) : "-")} | {(hasTarget ? max <= target ? "met" : "MISSED" : "")} |"));
                }

                host.Out.WriteLine();
                host.Out.WriteLine("with slower modules or sensors, worst ms: " + string.Join(", ", _statistics.Slower().Select(s => Text($"{s.Kind} {s.Max:0} ({s.Count})"))));
            }

            private void Minimise()
            {
                foreach (CampaignRow row in _failed.GroupBy(f => f.Code).SelectMany(g => g.Take(2)).Take(MostMinimised))
                {
                    if (host.Stop.IsCancellationRequested)
                    {
                        return;
                    }

                    TestCase small = Minimiser.Minimise(row, allowsTrips: !IsNormal);
                    Directory.CreateDirectory(folder);
                    string path = Path.Combine(folder, small.Id + ".yaml");
                    using var file = new TextOutput(path);
                    file.Complete(CaseWriter.Write(small, $"{row.Code}: {OneLine.Of(row.Message)}. From: {Reproduction(row)}"));
                    host.Out.WriteLine(Text($"run {row.Run}, {row.Code}: {small.Timeline.Count} of {row.Case.Timeline.Count} steps left; bms hil run --file {path}"));
                }
            }

            private static string Text(FormattableString text) => FormattableString.Invariant(text);
        }
    }
}
