using Bms.Bench;
using Bms.Core.Configuration;

namespace Bms.IlTools.Tests
{
    /// <summary>What the firmware's cycle may cost the interpreter, stage by stage, on a minute of driving with 96 cells: deterministic, so a budget can fail a change.</summary>
    /// <remarks>The budgets are what holds today with little room, not what is wanted; docs/firmware/budget.md has both.</remarks>
    [TestClass]
    public sealed class CycleBudgetTests
    {
        private static readonly Lazy<CycleCost> Cost = new(() => Measure(Chemistry.Nmc));

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow("Measurement", 1700, 3600)]
        [DataRow("Protection", 500, 1600)]
        [DataRow("Control", 300, 1300)]
        [DataRow("Reporting", 570, 2200)]
        public void a_stage_stays_within_its_budget(string stage, int mean, int worst)
        {
            StageCost cost = Cost.Value.Stages.Single(s => s.Name == stage);
            TestContext.WriteLine($"{stage}: {cost.Mean:0} mean, {cost.Worst:0} worst");
            Assert.IsLessThanOrEqualTo(mean, cost.Mean);
            Assert.IsLessThanOrEqualTo(worst, cost.Worst);
        }

        [TestMethod]
        public void protection_and_control_together_stay_within_their_budget()
        {
            TestContext.WriteLine($"protection and control: {Cost.Value.DecidingWorst:0} worst");
            Assert.IsLessThanOrEqualTo(2500, Cost.Value.DecidingWorst);
        }

        [TestMethod]
        public void the_whole_cycle_stays_within_its_budget()
        {
            TestContext.WriteLine($"whole: {Cost.Value.Mean:0} mean, {Cost.Value.Worst:0} worst");
            Assert.IsLessThanOrEqualTo(3500, Cost.Value.Mean);
            Assert.IsLessThanOrEqualTo(6000, Cost.Value.Worst);
        }

        [TestMethod]
        public void estimation_stays_within_its_budget_in_every_cycle()
        {
            StageCost cost = Cost.Value.Stages.Single(s => s.Name == "Estimation");
            TestContext.WriteLine($"Estimation: {cost.Mean:0} mean, {cost.Worst:0} worst");
            Assert.IsLessThanOrEqualTo(1000, cost.Mean);
            Assert.IsLessThanOrEqualTo(2000, cost.Worst);
        }

        // Only NCA has tables for the current of a pulse.
        [TestMethod]
        public void estimation_stays_within_its_budget_with_the_most_tables()
        {
            StageCost cost = Measure(Chemistry.Nca).Stages.Single(s => s.Name == "Estimation");
            TestContext.WriteLine($"Estimation, NCA: {cost.Mean:0} mean, {cost.Worst:0} worst");
            Assert.IsLessThanOrEqualTo(1000, cost.Mean);
            Assert.IsLessThanOrEqualTo(2000, cost.Worst);
        }

        [TestMethod]
        public void a_cycle_allocates_nothing()
        {
            Assert.IsTrue(Cost.Value.Closed, "the recording does not reach the firmware");
            Assert.AreEqual(0, Cost.Value.Allocations);
        }

        [TestMethod]
        public void the_formula_of_the_bench_is_the_fit_to_the_metered_firmware()
        {
            CycleModel fit = Cost.Value.Model;
            TestContext.WriteLine($"fit: {fit.CycleIl:0} + {fit.ReceivedIl:0} received + {fit.SentIl:0} sent, explains {fit.Explained:0.00}, misses {fit.RmsResidual:0}");
            double formula = InterpreterTime.FirmwareCycleIl + (InterpreterTime.FirmwareReceivedIl * Cost.Value.ReceivedPerCycle) + (InterpreterTime.FirmwareSentIl * Cost.Value.SentPerCycle);
            Assert.IsLessThan(0.15, Math.Abs((formula / Cost.Value.Mean) - 1));
            Assert.IsLessThan(0.15, Math.Abs((InterpreterTime.FirmwareReceivedIl / fit.ReceivedIl) - 1));

            // What can wait fills the cycles with few frames, so the frames of a cycle explain little of its cost; what they miss is bounded instead.
            Assert.IsLessThan(0.17, fit.RmsResidual / Cost.Value.Mean);
        }

        private static CycleCost Measure(int chemistry)
        {
            TrafficRecording recording = TrafficRecording.OfDrive(96, 60);
            int[] parameters = [.. recording.Parameters];
            parameters[ParameterId.Chemistry] = chemistry;
            using MeteredFirmware firmware = MeteredFirmware.Load();
            firmware.Start(parameters, [.. recording.Frames.Select(f => new RecordedFrame(f.TimeMs, f.Id, f.IsExtended, f.Payload))]);
            return CycleCost.Measure(firmware, 6000, 100);
        }
    }
}
