using Bms.Identification;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests.Identification
{
    [TestClass]
    public class UnloggedGapTests
    {
        [TestMethod]
        public void the_charge_goes_first_at_a_third_of_the_capacity_and_then_the_cell_rests()
        {
            (double CurrentA, double Seconds)[] parts = UnloggedGap.Parts(-0.1, 3600, 3);
            Assert.HasCount(2, parts);
            Assert.AreEqual(-1, parts[0].CurrentA, 1e-9);
            Assert.AreEqual(360, parts[0].Seconds, 1e-9);
            Assert.AreEqual(0, parts[1].CurrentA);
            Assert.AreEqual(3240, parts[1].Seconds, 1e-9);
        }

        [TestMethod]
        public void a_charge_that_needs_the_whole_gap_and_more_flows_all_the_time()
        {
            (double CurrentA, double Seconds)[] parts = UnloggedGap.Parts(0.2, 360, 3);
            Assert.AreEqual(2, parts[0].CurrentA, 1e-9);
            Assert.AreEqual(360, parts[0].Seconds, 1e-9);
            Assert.AreEqual(0, parts[1].Seconds, 1e-9);
        }

        [TestMethod]
        public void without_charge_it_is_a_rest()
        {
            (double CurrentA, double Seconds)[] parts = UnloggedGap.Parts(0, 3600, 3);
            Assert.HasCount(1, parts);
            Assert.AreEqual(0, parts[0].CurrentA);
            Assert.AreEqual(3600, parts[0].Seconds);
        }
    }
}
