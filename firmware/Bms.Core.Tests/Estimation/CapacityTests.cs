using Bms.Core.Configuration;
using Bms.Core.Estimation;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>Capacity between known moments: which moments count, and what comes of them.</summary>
    [TestClass]
    public class CapacityTests
    {
        private const int Room = 250;

        private static ParameterBlock Parameters()
        {
            return Presets.Nmc(12, 3000);
        }

        private static CapacityEstimator Fresh()
        {
            return new CapacityEstimator(Parameters(), new CellCurves(Chemistry.Nmc));
        }

        private static int FullMv()
        {
            return Parameters().Get(ParameterId.ChargeStopMv);
        }

        private static int EmptyMv()
        {
            return Parameters().Get(ParameterId.DischargeStopMv);
        }

        // A minute of taper, then the discharge sets in.
        private static void Fill(CapacityEstimator capacity, float ma, float taperS, long charge)
        {
            capacity.Update(FullMv(), FullMv(), ma, 5f, 1f, Room, charge, taperS);
            capacity.Update(3700, 3700, -3000f, -50f, -1f, Room, charge, 1f);
        }

        private static void Drain(CapacityEstimator capacity, float ma, float loadMv, int deciC, long charge)
        {
            capacity.Update(EmptyMv(), EmptyMv(), ma, loadMv, -1f, deciC, charge, 2880f);
            capacity.Update(3700, 3700, 1500f, 50f, -1f, deciC, charge, 1f);
        }

        // Full, out to empty, full again: a cell of 2.4 Ah that was thought to have 3 Ah.
        private static CapacityEstimator AfterCycles(int cycles, float gain)
        {
            CapacityEstimator capacity = Fresh();
            for (int i = 0; i < cycles; i++)
            {
                Fill(capacity, 100f, 60f, 0);
                Drain(capacity, -3000f, -50f, Room, (long)(-2400L * 3600000 * gain));
            }

            return capacity;
        }

        // Shows F-205.
        [TestMethod]
        public void a_faded_capacity_is_found_within_two_percent_after_five_cycles()
        {
            CapacityEstimator capacity = AfterCycles(5, 1f);
            Assert.IsTrue(capacity.CapacityMah > 2352f && capacity.CapacityMah < 2448f);
            Assert.IsTrue(capacity.SigmaMah > 1f && capacity.SigmaMah < 100f);
        }

        // Shows F-205.
        [TestMethod]
        public void a_capacity_that_no_cell_has_is_not_believed()
        {
            CapacityEstimator capacity = AfterCycles(5, 10f);
            Assert.IsTrue(capacity.CapacityMah > 2900f && capacity.CapacityMah < 3100f);
            Assert.AreEqual(0, capacity.Pairs);
        }

        // Shows F-205.
        [TestMethod]
        public void a_small_change_teaches_nothing()
        {
            CapacityEstimator capacity = Fresh();
            for (int i = 0; i < 10; i++)
            {
                Fill(capacity, 100f, 60f, i * 1000L);
                capacity.Update(4000, 4000, -3000f, -50f, -1f, Room, i * 1000L - 300L * 3600000, 600f);
            }

            Assert.AreEqual(0, capacity.Pairs);
            Assert.IsTrue(capacity.CapacityMah > 2999f && capacity.CapacityMah < 3001f);
        }

        // Shows F-205. A believed capacity that is too small puts the estimate at zero, where the tables know of a load without limit.
        [TestMethod]
        public void an_empty_cell_is_found_whatever_load_the_estimate_believes_in()
        {
            CapacityEstimator capacity = Fresh();
            Fill(capacity, 100f, 60f, 0);
            Drain(capacity, -3000f, -1500f, Room, -2400L * 3600000);
            Assert.AreEqual(1, capacity.Pairs);
            Assert.IsTrue(capacity.CapacityMah < 2500f);
        }

        // Shows F-205.
        [TestMethod]
        public void a_cell_that_only_its_load_pulls_down_is_not_empty()
        {
            CapacityEstimator capacity = Fresh();
            Fill(capacity, 100f, 60f, 0);
            Drain(capacity, -15000f, -50f, -200, -2400L * 3600000);
            Assert.AreEqual(0, capacity.Pairs);
            Assert.IsTrue(capacity.CapacityMah > 2999f);
        }

        // Shows F-205. Between constant current and taper some chargers pause: the cell still stands high, and the offset of the sensor looks like the end of the taper.
        [TestMethod]
        public void a_pause_at_the_charging_voltage_is_not_full()
        {
            CapacityEstimator capacity = Fresh();
            Fill(capacity, 50f, 59f, 0);
            Drain(capacity, -3000f, -50f, Room, -2000L * 3600000);
            Assert.AreEqual(0, capacity.Pairs);
        }

        // Shows F-205. C/20 is where a charger ends at the latest; 50 mA for 3 Ah is what a sensor may be off by.
        [TestMethod]
        public void the_end_of_a_taper_is_full_with_a_sensor_that_reads_too_much()
        {
            CapacityEstimator capacity = Fresh();
            Fill(capacity, 200f, 60f, 0);
            Drain(capacity, -3000f, -50f, Room, -2400L * 3600000);
            Assert.AreEqual(1, capacity.Pairs);

            CapacityEstimator other = Fresh();
            Fill(other, 211f, 60f, 0);
            Drain(other, -3000f, -50f, Room, -2400L * 3600000);
            Assert.AreEqual(0, other.Pairs);
        }

        // Shows F-205. Where charge and state of charge weigh the same the two halves of the solution cancel: it must be found from there too.
        [TestMethod]
        public void every_capacity_from_a_half_to_the_whole_is_found_to_a_percent()
        {
            for (int mah = 1500; mah <= 3000; mah += 10)
            {
                CapacityEstimator capacity = Fresh();
                for (int i = 0; i < 8; i++)
                {
                    Fill(capacity, 100f, 60f, 0);
                    Drain(capacity, -3000f, -50f, Room, -3600000L * mah);
                }

                Assert.IsTrue(capacity.CapacityMah > 0.99f * mah && capacity.CapacityMah < 1.01f * mah);
            }
        }

        // Shows F-205. Days at rest give a cell back up to 5 % of what it had when it stopped.
        [TestMethod]
        public void after_a_restart_the_first_pair_counts_for_more_than_what_was_stored()
        {
            CapacityEstimator capacity = Fresh();
            capacity.StartFrom(2250f, 20f);
            Assert.IsTrue(capacity.CapacityMah == 2250f && capacity.SigmaMah == 20f);
            Fill(capacity, 100f, 60f, 0);
            Drain(capacity, -3000f, -50f, Room, -2350L * 3600000);
            Assert.IsTrue(capacity.CapacityMah > 2310f && capacity.CapacityMah < 2350f);
        }
    }
}
