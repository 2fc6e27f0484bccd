using Bms.Bench;
using Bms.Core.Measurement.Profiles;

namespace Bms.HilTests
{
    /// <summary>Random frames through the whole controller of every profile: the short form of <c>bms bench frames</c>.</summary>
    [TestClass]
    public sealed class RandomFramesTests
    {
        private const int Count = 200_000;
        private const int Seed = 20_261_125;

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow(ModuleProfile.Reference, SensorProfile.Reference)]
        [DataRow(ModuleProfile.BmwI3, SensorProfile.LemCab)]
        [DataRow(ModuleProfile.VwMqb, SensorProfile.IvtS)]
        [DataRow(ModuleProfile.VwMeb, SensorProfile.Reference)]
        [DataRow(ModuleProfile.OutlanderPhev, SensorProfile.VictronLynx)]
        public void change_no_value_throw_nothing_and_leave_the_protection_as_it_is(int modules, int sensor)
        {
            RandomFramesResult result = RandomFrames.Run(modules, sensor, Count, Seed);
            TestContext.WriteLine(result.ToString());
            Assert.IsNull(result.Problem);
            Assert.IsGreaterThanOrEqualTo(Count, result.Frames);
            Assert.IsGreaterThan(Count / 100, result.GoodFrames);
            Assert.AreEqual(result.QuietTripMs, result.TripMs, 1);
        }

        [TestMethod]
        public void the_same_seed_gives_the_same_run()
        {
            Assert.AreEqual(RandomFrames.Run(ModuleProfile.BmwI3, SensorProfile.Reference, 20_000, Seed), RandomFrames.Run(ModuleProfile.BmwI3, SensorProfile.Reference, 20_000, Seed));
        }

        [TestMethod]
        public void the_list_of_profiles_has_every_kind_of_module()
        {
            CollectionAssert.AreEquivalent(Enumerable.Range(0, ModuleProfile.Count).ToArray(), RandomFrames.Profiles.Select(p => p.Modules).ToArray());
            CollectionAssert.AreEquivalent(Enumerable.Range(0, SensorProfile.Count).ToArray(), RandomFrames.Profiles.Select(p => p.Sensor).Distinct().ToArray());
        }
    }
}
