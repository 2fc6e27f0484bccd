using Bms.Bench;
using Bms.Core.Measurement.Profiles;

namespace Bms.HilTests.Drivers
{
    /// <summary>Bursts through the chips while the interpreter takes its time.</summary>
    [TestClass]
    public sealed class CanCapacityTests
    {
        public TestContext TestContext { get; set; } = null!;

        // Planning and conservative value at 240 MHz with the cycle of 10 ms, and at 160 MHz with that of 20 ms.
        [TestMethod]
        [DataRow(0.5, 10)]
        [DataRow(1.0, 10)]
        [DataRow(0.75, 20)]
        [DataRow(1.5, 20)]
        public void a_full_burst_in_every_period_loses_no_frame_through_the_mcp2518fd(double usPerIl, int periodMs)
        {
            CanCapacityResult result = CanCapacity.FullBursts(CanDriver.Mcp2518fd, new InterpreterTime(usPerIl), periodMs, 20);
            TestContext.WriteLine($"{usPerIl} us, {periodMs} ms: {result}");
            Assert.IsGreaterThan(5000, result.Received);
            Assert.AreEqual(0, result.Lost);
            Assert.AreEqual(0u, result.Reported);
        }

        [TestMethod]
        [DataRow(1.0)]
        [DataRow(1.5)]
        public void the_mcp2515_loses_frames_of_full_bursts_where_the_interpreter_is_slow_and_says_so(double usPerIl)
        {
            CanCapacityResult result = CanCapacity.FullBursts(CanDriver.Mcp2515, new InterpreterTime(usPerIl), 20, 10);
            Assert.IsGreaterThan(0, result.Lost);
            Assert.IsGreaterThan(0u, result.Reported);
        }

        [TestMethod]
        public void the_mcp2515_survives_longer_bursts_the_faster_the_interpreter_is()
        {
            (int fastWorst, int fastBest) = CanCapacity.SurvivedByMcp2515(new InterpreterTime(0.5), 20);
            (int slowWorst, int slowBest) = CanCapacity.SurvivedByMcp2515(new InterpreterTime(1.5), 20);
            TestContext.WriteLine($"{fastWorst}..{fastBest} at 0.5 us, {slowWorst}..{slowBest} at 1.5 us");
            Assert.IsGreaterThanOrEqualTo(2, slowWorst);
            Assert.IsGreaterThanOrEqualTo(slowWorst, fastWorst);
            Assert.IsGreaterThan(slowBest, fastBest);
        }

        [TestMethod]
        [DataRow(ModuleProfile.BmwI3, 0.5)]
        [DataRow(ModuleProfile.VwMqb, 0.5)]
        [DataRow(ModuleProfile.VwMeb, 0.5)]
        [DataRow(ModuleProfile.BmwI3, 0.75)]
        [DataRow(ModuleProfile.VwMqb, 0.75)]
        [DataRow(ModuleProfile.VwMeb, 0.75)]
        public void polled_modules_lose_nothing_through_the_mcp2515_at_the_planning_value(int profile, double usPerIl)
        {
            CanCapacityResult result = CanCapacity.Profile(CanDriver.Mcp2515, new InterpreterTime(usPerIl), 20, 20, profile);
            Assert.IsGreaterThan(1000, result.Received);
            Assert.AreEqual(0, result.Lost);
        }

        [TestMethod]
        [DataRow(ModuleProfile.BmwI3)]
        [DataRow(ModuleProfile.VwMqb)]
        [DataRow(ModuleProfile.VwMeb)]
        [DataRow(ModuleProfile.OutlanderPhev)]
        public void every_profile_loses_nothing_through_the_mcp2518fd(int profile)
        {
            Assert.AreEqual(0, CanCapacity.Profile(CanDriver.Mcp2518fd, new InterpreterTime(1.5), 20, 10, profile).Lost);
        }

        [TestMethod]
        public void the_interpreters_time_makes_a_cycle_longer()
        {
            long fast = CanCapacity.FullBursts(CanDriver.Mcp2518fd, new InterpreterTime(0), 10, 5).LongestCycleUs;
            long slow = CanCapacity.FullBursts(CanDriver.Mcp2518fd, new InterpreterTime(0.5), 10, 5).LongestCycleUs;
            Assert.IsGreaterThan(fast + 1000, slow);
        }
    }
}
