using Bms.Bench;
using Bms.Bench.Campaign;
using Bms.Bench.Scenarios.Cases;
using Bms.Core.Configuration;
using Bms.Core.Protection;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests.Campaign
{
    /// <summary>A short campaign, and proof that its invariants can fail.</summary>
    [TestClass]
    public sealed class CampaignTests
    {
        private const ulong Seed = 20261125;

        // Shows F-305.
        [TestMethod]
        public void forty_runs_of_two_minutes_keep_every_invariant()
        {
            List<CampaignRow> rows = Run(Enumerable.Range(0, 40), run => CampaignPlan.Create(Seed, run, 2), allowsTrips: true, Environment.ProcessorCount);

            Assert.HasCount(40, rows);
            CampaignRow? failed = rows.Find(r => !r.Passed);
            Assert.IsNull(failed, $"bms hil campaign --seed {Seed} --minutes 2 --run {failed?.Run}: {failed?.Code}: {failed?.Message}");
            Assert.IsGreaterThan(10, rows.Count(r => r.Reactions.Count > 0), "a campaign in which nothing opens shows nothing");
            Assert.IsGreaterThan(10, rows.Count(r => r.RecoveryJudged));
        }

        [TestMethod]
        public void reaction_times_of_reference_parts_stay_inside_their_targets()
        {
            var statistics = new ReactionStatistics();
            foreach (CampaignRow row in Run(Enumerable.Range(100, 40), run => CampaignPlan.Create(Seed, run, 2), allowsTrips: true, Environment.ProcessorCount))
            {
                statistics.Add(row);
            }

            Assert.IsNotEmpty(statistics.Kinds);
            foreach (string kind in statistics.Kinds)
            {
                if (ReactionStatistics.TargetMs.TryGetValue(kind, out double target))
                {
                    Assert.IsLessThanOrEqualTo(target, statistics.Of(kind).Max, kind);
                }
            }
        }

        [TestMethod]
        public void two_hours_of_normal_driving_trip_nothing()
        {
            List<CampaignRow> rows = Run(Enumerable.Range(0, 8), run => CampaignPlan.CreateNormal(Seed, run, 15), allowsTrips: false, Environment.ProcessorCount);
            CampaignRow? failed = rows.Find(r => !r.Passed);
            Assert.IsNull(failed, $"run {failed?.Run}: {failed?.Code}: {failed?.Message}");
        }

        // Shows F-307.
        [TestMethod]
        public void the_same_seed_gives_the_same_rows_in_the_same_order_whatever_the_jobs()
        {
            static string Text(CampaignRow r) => $"{r.Run} {r.Code} {r.Trips} {string.Join(",", r.Reactions)} {r.SimulatedS}";
            string[] one = [.. Run(Enumerable.Range(0, 6), run => CampaignPlan.Create(7, run, 1), allowsTrips: true, 1).Select(Text)];
            string[] three = [.. Run(Enumerable.Range(0, 6), run => CampaignPlan.Create(7, run, 1), allowsTrips: true, 3).Select(Text)];
            CollectionAssert.AreEqual(one, three);
        }

        [TestMethod]
        public void a_campaign_that_is_stopped_has_handed_over_its_first_rows_in_order()
        {
            using var stop = new CancellationTokenSource();
            var rows = new List<CampaignRow>();
            CampaignWork.Run([.. Enumerable.Range(0, 1000)], run => CampaignPlan.Create(7, run, 0.5), allowsTrips: true, 2, row =>
            {
                rows.Add(row);
                if (rows.Count == 3)
                {
                    stop.Cancel();
                }
            }, stop.Token);

            Assert.IsTrue(rows.Count is >= 3 and < 10, $"{rows.Count} rows");
            CollectionAssert.AreEqual(Enumerable.Range(0, rows.Count).ToArray(), rows.Select(r => r.Run).ToArray());
        }

        // Shows F-305, F-306.
        [TestMethod]
        public void a_protection_that_is_switched_off_is_a_missed_one_and_its_scenario_is_made_small_and_fails_again_from_its_file()
        {
            TestCase plan = CampaignPlan.CreateNormal(3, 1, 1) with
            {
                Parameters = [(ParameterId.OfFault(FaultId.ModuleLost, ParameterId.ColumnTrip), 3_000_000), (ParameterId.OfFault(FaultId.ModuleLost, ParameterId.ColumnLimit), 3_000_000)],
            };
            plan = plan with { Bench = new BenchOptions { Pack = new PackOptions { CellCount = 24, InitialSoc = 0.6 } }, Timeline = [.. plan.Timeline, Step(20, PackFault.CoolantPump), Step(25, PackFault.ModuleSilent), Step(26, PackFault.HeaterFailed)] };

            CampaignRow row = CampaignRow.Of(1, plan, allowsTrips: true);
            Assert.AreEqual("missed:lost module", row.Code, row.Message);

            TestCase small = Minimiser.Minimise(row, allowsTrips: true);
            Assert.IsLessThanOrEqualTo(2, small.Timeline.Count, "the host's wish and the silent module");
            Assert.IsTrue(small.Timeline.Any(s => s.Name == nameof(PackFault.ModuleSilent)));

            TestCase read = CaseReader.Read(CaseWriter.Write(small, "made small"), "small.yaml").Single();
            CaseResult again = CaseRun.RunAll(read, o => new VirtualBench(o));
            Assert.IsFalse(again.Passed);
            Assert.StartsWith("missed:lost module", again.FirstFailed!.Failures[0].Message);
        }

        [TestMethod]
        public void a_trip_without_a_cause_is_a_false_one()
        {
            TestCase plan = CampaignPlan.CreateNormal(3, 1, 1) with { Parameters = [(ParameterId.OfFault(FaultId.CellVoltageImplausible, ParameterId.ColumnWarning), -5000), (ParameterId.OfFault(FaultId.CellVoltageImplausible, ParameterId.ColumnLimit), -5000), (ParameterId.OfFault(FaultId.CellVoltageImplausible, ParameterId.ColumnTrip), -5000)] };
            CampaignRow row = CampaignRow.Of(1, plan, allowsTrips: true);
            Assert.AreEqual("false-trip:CellVoltageImplausible", row.Code, row.Message);
        }

        [TestMethod]
        public void a_sensor_of_a_frozen_module_that_becomes_hot_is_not_asked_of_the_controller()
        {
            // VW module 5 repeats old values from 23 s; one of its sensors sticks at 96 degC at 29 s, which nobody is told.
            CampaignRow row = CampaignRow.Of(4, CampaignPlan.Create(4, 4, 1), allowsTrips: true);
            Assert.Contains("ModuleFrozen", row.Faults);
            Assert.Contains("TemperatureStuck", row.Faults);
            Assert.IsTrue(row.Passed, row.Message);
        }

        [TestMethod]
        public void a_link_that_a_load_left_above_the_pack_may_keep_it_open()
        {
            // The load regenerates into the open link; its capacitor stands at 52 V beside a pack of 32 V when the way back is tried, and discharges with 20 s.
            CampaignRow row = CampaignRow.Of(18, CampaignPlan.Create(1, 18, 3), allowsTrips: true);
            Assert.Contains("LoadIgnoresLimits", row.Faults);
            Assert.IsFalse(row.RecoveryJudged);
            Assert.IsTrue(row.Passed, row.Message);
        }

        // Shows F-306.
        [TestMethod]
        public void a_written_case_is_read_back_to_the_same_run()
        {
            for (int run = 0; run < 30; run++)
            {
                TestCase plan = CampaignPlan.Create(11, run, 1);
                string text = CaseWriter.Write(plan, "x");
                TestCase read = CaseReader.Read(text, "x.yaml").Single();
                Assert.AreEqual(text, CaseWriter.Write(read, "x"));
                Assert.AreEqual(plan.Bench.Pack, read.Bench.Pack);
            }
        }

        private static CaseStep Step(double atS, PackFault fault) => new() { AtS = Quantity.Of(atS), Kind = StepKind.Inject, Name = fault.ToString(), Element = Quantity.Of(1) };

        private static List<CampaignRow> Run(IEnumerable<int> runs, Func<int, TestCase> plan, bool allowsTrips, int jobs)
        {
            var rows = new List<CampaignRow>();
            CampaignWork.Run([.. runs], plan, allowsTrips, jobs, rows.Add, CancellationToken.None);
            return rows;
        }
    }
}
