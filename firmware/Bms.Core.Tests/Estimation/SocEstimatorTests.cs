using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>The estimator on its own: voltages come from the same tables that it uses, so that only its own errors count.</summary>
    [TestClass]
    public class SocEstimatorTests
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        private static ParameterBlock Parameters()
        {
            return Presets.Nmc(12, 3000);
        }

        private static CellCurves Curves(ParameterBlock parameters)
        {
            return new CellCurves(parameters.Get(ParameterId.Chemistry));
        }

        // Nothing here formats or compares floats: the device prints large ones wrongly.
        private static int Permille(float soc)
        {
            return (int)(soc * 1000f + 0.5f);
        }

        private static bool IsNumber(float x)
        {
            return x > -1000000f && x < 1000000f;
        }

        private static float Ocv(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC);
            return curves.OpenCircuitMv;
        }

        private static float Resistance(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC);
            return curves.ResistanceMilliohmAh;
        }

        // Shows F-001.
        [TestMethod]
        public void it_knows_nothing_before_voltage_temperature_and_current_are_there()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            Assert.IsFalse(e.IsKnown);
            e.Update(NotAvailable, 250, 0, 0, 0);
            e.Update(3700, NotAvailable, 0, 0, 100);
            e.Update(3700, 250, NotAvailable, 0, 200);
            Assert.IsFalse(e.IsKnown);
            e.Update(3700, 250, 0, 0, 300);
            Assert.IsTrue(e.IsKnown);
        }

        [TestMethod]
        public void at_rest_it_starts_from_the_open_circuit_voltage()
        {
            ParameterBlock p = Parameters();
            CellCurves curves = Curves(p);
            for (int permille = 50; permille <= 950; permille += 50)
            {
                SocEstimator e = new SocEstimator(p, curves);
                int mv = (int)(Ocv(curves, permille * 0.001f, 250) + 0.5f);
                e.Update(mv, 250, 0, 0, 0);
                int got = Permille(e.Soc);
                Assert.IsTrue(got >= permille - 15 && got <= permille + 15);
            }
        }

        [TestMethod]
        public void under_current_it_starts_from_the_voltage_without_the_drop()
        {
            ParameterBlock p = Parameters();
            CellCurves curves = Curves(p);
            float dropMv = 3f * Resistance(curves, 0.5f, 250) / 3f;
            int mv = (int)(Ocv(curves, 0.5f, 250) - dropMv + 0.5f);
            SocEstimator e = new SocEstimator(p, curves);
            e.Update(mv, 250, -3000, 0, 0);
            int got = Permille(e.Soc);
            Assert.IsTrue(got > 470 && got < 530);
        }

        [TestMethod]
        public void a_voltage_beyond_the_curve_starts_at_its_end()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            e.Update(0, 250, 0, 0, 0);
            Assert.AreEqual(0, Permille(e.Soc));
            e = new SocEstimator(p, Curves(p));
            e.Update(8190, 250, 0, 0, 0);
            Assert.AreEqual(1000, Permille(e.Soc));
        }

        [TestMethod]
        public void a_stored_state_of_charge_is_taken_and_clamped()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            e.StartFrom(4321, 0);
            Assert.IsTrue(e.IsKnown);
            Assert.AreEqual(4321, (int)(e.Soc * 10000f + 0.5f));
            e.StartFrom(-5, 0);
            Assert.AreEqual(0, Permille(e.Soc));
            e.StartFrom(10001, 0);
            Assert.AreEqual(1000, Permille(e.Soc));
        }

        // Far more charge than a float could hold step by step: 1 mA for 10 h of 3 Ah is 3.33 permille.
        // Shows F-002.
        [TestMethod]
        public void a_small_current_is_counted_exactly_for_ten_hours()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            e.StartFrom(5000, 0);
            long charge = 0;
            uint now = 0;
            for (int i = 0; i < 36000; i++)
            {
                now += 1000;
                charge -= 1000;
                e.Update(NotAvailable, NotAvailable, -1, charge, now);
            }

            // 0.5 - 10 mAh / 3000 mAh = 0.4966667
            int ppm = (int)(e.Soc * 1000000f + 0.5f);
            Assert.IsTrue(ppm >= 496666 && ppm <= 496668);
        }

        // Shows F-002.
        [TestMethod]
        public void a_full_discharge_is_counted_within_a_ten_thousandth()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            e.StartFrom(10000, 0);
            long charge = 0;
            uint now = uint.MaxValue - 1800000;
            e.Update(NotAvailable, NotAvailable, -3000, 0, now);
            for (int i = 0; i < 36000; i++)
            {
                now += 100;
                charge -= 300000;
                e.Update(NotAvailable, NotAvailable, -3000, charge, now);
            }

            int ppm = (int)(e.Soc * 1000000f + (e.Soc < 0f ? -0.5f : 0.5f));
            Assert.IsTrue(ppm >= -100 && ppm <= 100);
        }

        // A wrong stored start, an hour at rest.
        private static int AfterRest(int storedCentiPct, int truePermille, int deciC, int seconds)
        {
            ParameterBlock p = Parameters();
            CellCurves curves = Curves(p);
            SocEstimator e = new SocEstimator(p, curves);
            e.StartFrom(storedCentiPct, 0);
            int mv = (int)(Ocv(curves, truePermille * 0.001f, deciC) + 0.5f);
            uint now = 0;
            for (int i = 0; i < seconds; i++)
            {
                now += 1000;
                e.Update(mv, deciC, 0, 0, now);
            }

            return Permille(e.Soc) - truePermille;
        }

        // Shows F-003.
        [TestMethod]
        public void a_wrong_stored_start_is_corrected_at_rest()
        {
            int high = AfterRest(8000, 600, 250, 3600);
            Assert.IsTrue(high >= -20 && high <= 20);
            int low = AfterRest(2000, 600, 250, 3600);
            Assert.IsTrue(low >= -20 && low <= 20);
        }

        // Shows F-003.
        [TestMethod]
        public void in_the_cold_it_is_corrected_too()
        {
            int error = AfterRest(8000, 600, -100, 7200);
            Assert.IsTrue(error >= -30 && error <= 30);
        }

        [TestMethod]
        public void the_uncertainty_shrinks_at_rest_and_grows_without_a_current_sensor()
        {
            ParameterBlock p = Parameters();
            CellCurves curves = Curves(p);
            SocEstimator e = new SocEstimator(p, curves);
            e.StartFrom(6000, 0);
            float start = e.Sigma;
            Assert.AreEqual(100, Permille(start));
            int mv = (int)(Ocv(curves, 0.6f, 250) + 0.5f);
            uint now = 0;
            for (int i = 0; i < 3600; i++)
            {
                now += 1000;
                e.Update(mv, 250, 0, 0, now);
            }

            float rested = e.Sigma;
            Assert.IsTrue(rested < start * 0.5f);
            for (int i = 0; i < 600; i++)
            {
                now += 1000;
                e.Update(mv, 250, NotAvailable, 0, now);
            }

            Assert.IsTrue(e.Sigma > rested * 1.5f);
            Assert.IsTrue(e.Sigma <= 0.5f);
        }

        [TestMethod]
        public void counting_goes_on_where_it_was_when_the_current_returns()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            e.StartFrom(5000, 0);
            e.Update(NotAvailable, NotAvailable, -3000, 0, 0);
            e.Update(NotAvailable, NotAvailable, NotAvailable, 0, 60000);
            Assert.AreEqual(500, Permille(e.Soc));
            e.Update(NotAvailable, NotAvailable, -3000, -3000L * 360000, 420000);
            Assert.AreEqual(400, Permille(e.Soc));
        }

        [TestMethod]
        public void an_empty_and_a_full_cell_stay_within_the_ends()
        {
            ParameterBlock p = Parameters();
            SocEstimator e = new SocEstimator(p, Curves(p));
            e.StartFrom(0, 0);
            long charge = 0;
            uint now = 0;
            for (int i = 0; i < 2000; i++)
            {
                now += 1000;
                charge -= 9000000;
                e.Update(2500, 250, -9000, charge, now);
                Assert.IsTrue(e.Soc >= -0.0501f);
            }

            // What it counted too much must not be missing when the cell is charged again.
            charge += 300L * 3600000;
            e.Update(NotAvailable, NotAvailable, 0, charge, now + 1000);
            Assert.AreEqual(50, Permille(e.Soc));

            e.StartFrom(10000, 0);
            for (int i = 0; i < 2000; i++)
            {
                now += 1000;
                charge += 9000000;
                e.Update(4300, 250, 9000, charge, now);
                Assert.IsTrue(e.Soc <= 1.0501f);
            }
        }

        [TestMethod]
        public void no_input_makes_it_anything_but_a_number()
        {
            ParameterBlock p = Parameters();
            int[] voltages = { NotAvailable, 0, 1, 2500, 3700, 4200, 8190 };
            int[] temperatures = { NotAvailable, -32767, -400, -1, 0, 250, 1250, 32767 };
            int[] currents = { NotAvailable, -8388607, -1, 0, 1, 8388607 };
            for (int v = 0; v < voltages.Length; v++)
            {
                for (int t = 0; t < temperatures.Length; t++)
                {
                    for (int c = 0; c < currents.Length; c++)
                    {
                        SocEstimator e = new SocEstimator(p, Curves(p));
                        if ((v + t + c) % 2 == 0)
                        {
                            e.StartFrom(5000, 0);
                        }

                        long charge = 0;
                        uint now = 0;
                        for (int i = 0; i < 6; i++)
                        {
                            now += i == 3 ? 0u : i == 4 ? 4000000000u : 100u;
                            charge += currents[c] == NotAvailable ? 0L : currents[c] * 100L;
                            e.Update(voltages[v], temperatures[t], currents[c], charge, now);
                            Assert.IsTrue(IsNumber(e.Soc));
                            Assert.IsTrue(IsNumber(e.Sigma));
                            Assert.IsTrue(!e.IsKnown || (e.Soc >= -0.0501f && e.Soc <= 1.0501f));
                        }
                    }
                }
            }
        }
    }
}
