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
        [DataRow(0.5)]
        [DataRow(1.5)]
        public void the_mcp2515_loses_frames_of_full_bursts_and_says_so(double usPerIl)
        {
            CanCapacityResult result = CanCapacity.FullBursts(CanDriver.Mcp2515, new InterpreterTime(usPerIl), 10, 10);
            Assert.IsGreaterThan(0, result.Lost);
            Assert.IsGreaterThan(0u, result.Reported);
        }

        [TestMethod]
        public void the_mcp2515_survives_two_frames_between_drains_and_more_the_faster_the_interpreter_is()
        {
            Assert.AreEqual(2, CanCapacity.SurvivedByMcp2515(new InterpreterTime(0.5), whileDraining: false));
            int fast = CanCapacity.SurvivedByMcp2515(new InterpreterTime(0.5), whileDraining: true);
            int slow = CanCapacity.SurvivedByMcp2515(new InterpreterTime(1.5), whileDraining: true);
            TestContext.WriteLine($"while draining: {fast} at 0.5 us, {slow} at 1.5 us");
            Assert.IsGreaterThan(2, fast);
            Assert.IsLessThan(fast, slow);
        }

        [TestMethod]
        public void i3_modules_lose_nothing_through_the_mcp2515_at_the_planning_value()
        {
            CanCapacityResult result = CanCapacity.Profile(CanDriver.Mcp2515, new InterpreterTime(0.5), 10, 20, ModuleProfile.BmwI3);
            Assert.IsGreaterThan(1000, result.Received);
            Assert.AreEqual(0, result.Lost);
        }

        // The answer of a whole VW pack to one poll is a burst of its own: docs/firmware/Bms.Drivers.md says so.
        [TestMethod]
        [DataRow(ModuleProfile.VwMqb)]
        [DataRow(ModuleProfile.VwMeb)]
        public void vw_modules_lose_frames_through_the_mcp2515_and_it_is_reported(int profile)
        {
            CanCapacityResult result = CanCapacity.Profile(CanDriver.Mcp2515, new InterpreterTime(0.5), 10, 10, profile);
            Assert.IsGreaterThan(0, result.Lost);
            Assert.IsGreaterThan(0u, result.Reported);
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
