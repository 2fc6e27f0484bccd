using Bms.Core.Configuration;
using Bms.Core.Estimation;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>The estimator on its own: voltages come from the same tables that it uses, so that only its own errors count.</summary>
    [TestClass]
    public class SocEstimatorTests
    {
        private const int CapacityMah = 3000;

        /// <summary>A cell that behaves as the tables say, with a current sensor and a resistance of its own.</summary>
        private sealed class Cell
        {
            public readonly SocEstimator Estimator;
            public float TrueSoc;
            public float ResistanceFactor = 1f;
            public int SensorOffsetMa;
            public int DeciC = 250;

            // What the voltage stands above the curve, as after a charge.
            public float AboveMv;

            private readonly CellCurves _curves;
            private float _fastA;
            private float _slowA;
            private float _hysteresis;
            private long _charge;

            public Cell(int chemistry, float trueSoc)
            {
                _curves = new CellCurves(chemistry);
                Estimator = new SocEstimator(CapacityMah, new CellCurves(chemistry), chemistry);
                TrueSoc = trueSoc;
                _curves.GoTo(trueSoc, DeciC, false);
                _hysteresis = trueSoc > 0.97f ? 1f : 0f;
            }

            public float VoltageMv(float a)
            {
                _curves.GoTo(TrueSoc, DeciC, a > 0f);
                _curves.GoToTemperature();
                float series = CellCurves.Fallen(_curves.SeriesMilliohmAh, a / 3f, _curves.SeriesHalfRate);
                float fast = CellCurves.Fallen(_curves.FastMilliohmAh, _fastA / 3f, _curves.FastHalfRate);
                float load = (series * a + fast * _fastA + _curves.SlowMilliohmAh * _slowA) / 3f;
                return _curves.OpenCircuitMv + _curves.HysteresisMv * _hysteresis + load * ResistanceFactor;
            }

            public void Step(int ma, int seconds)
            {
                float a = ma * 0.001f;
                TrueSoc += ma * seconds / (CapacityMah * 3600f);
                _fastA += (a - _fastA) * (seconds / (_curves.FastTauS + 0.5f * seconds));
                _slowA += (a - _slowA) * (seconds / (_curves.SlowTauS + 0.5f * seconds));
                if (ma != 0)
                {
                    float moved = ma * seconds / (CapacityMah * 3600f);
                    float share = (moved < 0f ? -moved : moved) * _curves.HysteresisRate;
                    _hysteresis += ((ma > 0 ? 1f : -1f) - _hysteresis) * (share / (1f + 0.5f * share));
                }

                float mv = VoltageMv(a) + AboveMv;
                _charge += (long)(ma + SensorOffsetMa) * seconds * 1000;
                Estimator.Update(mv, ma + SensorOffsetMa, DeciC, _charge, seconds);
            }

            // More out than in, and rests between, as in traffic: 0.28 % a minute.
            public void Drive(int minutes)
            {
                for (int i = 0; i < minutes * 60; i++)
                {
                    Step(i % 60 < 20 ? -3000 : i % 60 < 30 ? 3000 : 0, 1);
                }
            }

            public int ErrorPermille()
            {
                float error = (Estimator.Soc - TrueSoc) * 1000f;
                return error < 0f ? -(int)(0.5f - error) : (int)(error + 0.5f);
            }
        }

        // Nothing here formats or compares floats: the device prints large ones wrongly.
        private static int Permille(float soc)
        {
            return soc < 0f ? -(int)(0.5f - soc * 1000f) : (int)(soc * 1000f + 0.5f);
        }

        private static bool IsNumber(float x)
        {
            return x > -1000000f && x < 1000000f;
        }

        private static SocEstimator Nmc()
        {
            return new SocEstimator(CapacityMah, new CellCurves(Chemistry.Nmc), Chemistry.Nmc);
        }

        [TestMethod]
        public void at_rest_it_starts_from_the_open_circuit_voltage()
        {
            for (int permille = 50; permille <= 950; permille += 50)
            {
                Cell cell = new Cell(Chemistry.Nmc, permille * 0.001f);
                cell.Estimator.StartFromVoltage(cell.VoltageMv(0f), 0f, 250, 0, 0f, false);
                int error = cell.ErrorPermille();
                Assert.IsTrue(error >= -15 && error <= 15);
            }
        }

        [TestMethod]
        public void under_current_it_starts_from_the_voltage_without_the_drop()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.5f);
            cell.Estimator.StartFromVoltage(cell.VoltageMv(-3f), -3000f, 250, 0, 0f, false);
            int error = cell.ErrorPermille();
            Assert.IsTrue(error > -40 && error < 40);
            Assert.IsTrue(cell.Estimator.Sigma * 3f * 1000f >= (error < 0 ? -error : error));
        }

        [TestMethod]
        public void a_voltage_beyond_the_curve_starts_at_its_end()
        {
            SocEstimator e = Nmc();
            e.StartFromVoltage(0f, 0f, 250, 0, 0f, false);
            Assert.AreEqual(0, Permille(e.Soc));
            e = Nmc();
            e.StartFromVoltage(8190f, 0f, 250, 0, 0f, false);
            Assert.AreEqual(1000, Permille(e.Soc));
        }

        // Shows F-202.
        [TestMethod]
        public void on_a_plateau_it_says_how_little_the_voltage_tells()
        {
            Cell flat = new Cell(Chemistry.Lfp, 0.6f);
            flat.Estimator.StartFromVoltage(flat.VoltageMv(0f), 0f, 250, 0, 0f, false);
            Cell steep = new Cell(Chemistry.Nmc, 0.6f);
            steep.Estimator.StartFromVoltage(steep.VoltageMv(0f), 0f, 250, 0, 0f, false);
            Assert.IsTrue(flat.Estimator.Sigma > 0.2f);
            Assert.IsTrue(steep.Estimator.Sigma < 0.12f);
        }

        [TestMethod]
        public void a_stored_state_of_charge_is_taken_and_clamped()
        {
            SocEstimator e = Nmc();
            e.StartFrom(0.4321f, 0.1f, 0);
            Assert.IsTrue(e.IsKnown);
            Assert.AreEqual(4321, (int)(e.Soc * 10000f + 0.5f));
            e.StartFrom(-0.01f, 0.1f, 0);
            Assert.AreEqual(0, Permille(e.Soc));
            e.StartFrom(1.01f, 0.1f, 0);
            Assert.AreEqual(1000, Permille(e.Soc));
        }

        // Far more charge than a float could hold step by step: 1 mA for 10 h of 3 Ah is 3.33 permille.
        // Shows F-002.
        [TestMethod]
        public void a_small_current_is_counted_exactly_for_ten_hours()
        {
            SocEstimator e = Nmc();
            e.StartFrom(0.5f, 0.1f, 0);
            long charge = 0;
            for (int i = 0; i < 36000; i++)
            {
                charge -= 1000;
                e.Latch(0f, -1f, 250, charge, 1f, false, true);
                e.Predict();
            }

            // 0.5 - 10 mAh / 3000 mAh = 0.4966667
            int ppm = (int)(e.Soc * 1000000f + 0.5f);
            Assert.IsTrue(ppm >= 496666 && ppm <= 496668);
        }

        // Constant current on a known cell: SoC(t) = SoC(0) + I t / Q.
        // Shows F-002.
        [TestMethod]
        public void a_constant_current_follows_the_closed_form()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.9f);
            cell.Estimator.StartFrom(0.9f, 0.02f, 0);
            for (int i = 0; i < 1800; i++)
            {
                cell.Step(-3000, 1);
                if (i % 300 == 299)
                {
                    int expected = 900 - (i + 1) * 1000 / 3600;
                    int got = Permille(cell.Estimator.Soc);
                    Assert.IsTrue(got >= expected - 10 && got <= expected + 10);
                }
            }
        }

        // Shows F-003, F-201.
        [TestMethod]
        public void a_wrong_stored_start_is_corrected_under_load()
        {
            Cell high = new Cell(Chemistry.Nmc, 0.6f);
            high.Estimator.StartFrom(0.8f, 0.1f, 0);
            high.Drive(10);
            int error = high.ErrorPermille();
            Assert.IsTrue(error >= -25 && error <= 25);
            Cell low = new Cell(Chemistry.Nmc, 0.6f);
            low.Estimator.StartFrom(0.4f, 0.1f, 0);
            low.Drive(10);
            error = low.ErrorPermille();
            Assert.IsTrue(error >= -25 && error <= 25);
        }

        // Shows F-003, F-201.
        [TestMethod]
        public void in_the_cold_it_is_corrected_too()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.6f);
            cell.DeciC = -100;
            cell.Estimator.StartFrom(0.75f, 0.1f, 0);
            cell.Drive(20);
            int error = cell.ErrorPermille();
            Assert.IsTrue(error >= -40 && error <= 40);
        }

        // A known offset of 2 % of capacity in an hour: counting alone would be off by 4 % after two hours.
        // Shows F-201.
        [TestMethod]
        public void a_known_bias_of_the_current_sensor_is_found()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.95f);
            cell.SensorOffsetMa = 60;
            cell.Estimator.StartFrom(0.95f, 0.02f, 0);
            cell.Drive(120);
            int error = cell.ErrorPermille();
            Assert.IsTrue(error >= -15 && error <= 15);
            int bias = Permille(cell.Estimator.Bias);
            Assert.IsTrue(bias >= 8 && bias <= 30);
        }

        // What twenty minutes of a voltage that is 30 mV too high move a state of charge that is known to 1 %, in permille.
        private static int MovedByVoltage(bool isOffsetMeasured, float capacityVariance, float sigma)
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.6f);
            cell.Estimator.StartFrom(0.6f, sigma, 0);
            cell.Estimator.CapacityVariance = capacityVariance;
            if (isOffsetMeasured)
            {
                cell.Estimator.TakeBias(0f, 0f);
            }

            cell.AboveMv = 30f;
            for (int i = 0; i < 1200; i++)
            {
                cell.Step(0, 1);
            }

            return cell.ErrorPermille();
        }

        // Shows F-201.
        [TestMethod]
        public void with_a_measured_offset_of_the_current_sensor_the_voltage_moves_a_known_state_of_charge_less()
        {
            int unknown = MovedByVoltage(false, 0.0001f, 0.01f);
            int known = MovedByVoltage(true, 0.0001f, 0.01f);
            Assert.IsTrue(unknown >= 6);
            Assert.IsTrue(known >= 0 && known * 3 < unknown);
        }

        [TestMethod]
        public void where_the_capacity_is_not_known_the_voltage_counts_as_without_a_measured_offset()
        {
            int unknown = MovedByVoltage(false, 0.01f, 0.01f);
            int known = MovedByVoltage(true, 0.01f, 0.01f);
            Assert.IsTrue(known * 4 >= unknown * 3);
        }

        [TestMethod]
        public void a_state_of_charge_that_is_not_known_takes_the_voltage_in_spite_of_a_measured_offset()
        {
            Assert.IsTrue(MovedByVoltage(true, 0.0001f, 0.2f) >= 20);
        }

        // Counted for two hours with a wrong offset that is measured then: what it took from the state of charge comes back.
        [TestMethod]
        public void an_offset_that_is_measured_late_corrects_what_was_counted_with_it()
        {
            Cell cell = new Cell(Chemistry.Lfp, 0.6f);
            cell.SensorOffsetMa = 60;
            cell.Estimator.StartFrom(0.6f, 0.01f, 0);
            for (int i = 0; i < 3600; i++)
            {
                cell.Step(0, 1);
            }

            int before = cell.ErrorPermille();
            cell.Estimator.TakeBias(0.02f, 0f);
            int after = cell.ErrorPermille();
            Assert.IsTrue(before >= 5);
            Assert.IsTrue(after * 2 < before && after > -before);
            Assert.IsTrue(Permille(cell.Estimator.Bias) >= 19);
        }

        // Shows F-201.
        [TestMethod]
        public void an_offset_that_jumps_is_taken_over_and_moves_no_charge()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.6f);
            cell.Estimator.StartFrom(0.6f, 0.01f, 0);
            cell.Estimator.TakeBias(0f, 0f);
            cell.Drive(30);
            float before = cell.Estimator.Soc;
            cell.Estimator.TakeBias(0.05f, 0f);
            Assert.IsTrue(cell.Estimator.Soc == before);
            Assert.IsTrue(Permille(cell.Estimator.Bias) >= 49);
        }

        // Two hours full at rest, with a sensor that reads charge: the estimate stands at 100 %, and what the counter adds there must not pull it down once a load comes.
        // Shows F-201.
        [TestMethod]
        public void hours_at_full_with_a_biased_sensor_do_not_spoil_the_drive_that_follows()
        {
            for (int sign = -1; sign <= 1; sign += 2)
            {
                Cell cell = new Cell(Chemistry.Nca, 1f);
                cell.DeciC = -200;
                cell.SensorOffsetMa = 50 * sign;
                cell.AboveMv = 60f;
                cell.Estimator.StartFromVoltage(cell.VoltageMv(0f), 50 * sign, cell.DeciC, 0, 0f, false);
                for (int i = 0; i < 7200; i++)
                {
                    cell.Step(0, 1);
                }

                // True: 16.7 permille of the capacity in an hour.
                int bias = Permille(cell.Estimator.Bias) * sign;
                Assert.IsTrue(bias >= -2 && bias <= 20);
                cell.AboveMv = 0f;
                for (int minute = 0; minute < 30; minute++)
                {
                    cell.Drive(1);
                    int error = cell.ErrorPermille();
                    Assert.IsTrue(error >= -12 && error <= 12);
                }
            }
        }

        // Shows F-201.
        [TestMethod]
        public void a_higher_resistance_is_found_and_leaves_the_state_of_charge_alone()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.8f);
            cell.ResistanceFactor = 1.5f;
            cell.Estimator.StartFrom(0.8f, 0.05f, 0);
            cell.Drive(60);
            int error = cell.ErrorPermille();
            Assert.IsTrue(error >= -20 && error <= 20);
            int resistance = Permille(cell.Estimator.ResistanceError);
            Assert.IsTrue(resistance >= 300 && resistance <= 700);
        }

        // The branch is known from the direction: 1 - 2 exp(-rate * charge) from one branch towards the other.
        [TestMethod]
        public void the_hysteresis_follows_the_charge_that_was_moved()
        {
            CellCurves curves = new CellCurves(Chemistry.Lfp);
            Cell cell = new Cell(Chemistry.Lfp, 0.99f);
            cell.Estimator.StartFrom(0.99f, 0.01f, 0);
            Assert.AreEqual(1000, Permille(cell.Estimator.Hysteresis));
            int seconds = (int)(0.6931f / curves.HysteresisRate * 3600f + 0.5f);
            for (int i = 0; i < seconds; i++)
            {
                cell.Step(-CapacityMah, 1);
            }

            int half = Permille(cell.Estimator.Hysteresis);
            Assert.IsTrue(half >= -80 && half <= 80);
            for (int i = 0; i < 8 * seconds; i++)
            {
                cell.Step(-CapacityMah, 1);
            }

            Assert.IsTrue(Permille(cell.Estimator.Hysteresis) < -980);
        }

        [TestMethod]
        public void a_charge_turned_round_on_the_plateau_is_not_taken_for_a_jump()
        {
            Cell cell = new Cell(Chemistry.Lfp, 0.6f);
            cell.Estimator.StartFrom(0.6f, 0.03f, 0);
            for (int i = 0; i < 20; i++)
            {
                for (int t = 0; t < 180; t++)
                {
                    cell.Step(i % 2 == 0 ? -1500 : 1500, 1);
                    int error = cell.ErrorPermille();
                    Assert.IsTrue(error >= -50 && error <= 50);
                }
            }
        }

        // Shows F-202.
        [TestMethod]
        public void the_uncertainty_shrinks_with_information_and_grows_without_a_current_sensor()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.6f);
            cell.Estimator.StartFrom(0.6f, 0.1f, 0);
            cell.Drive(30);
            float known = cell.Estimator.Sigma;
            Assert.IsTrue(known < 0.05f);
            for (int i = 0; i < 600; i++)
            {
                cell.Estimator.Latch(3700f, 0f, 250, 0, 1f, true, false);
                cell.Estimator.Predict();
                cell.Estimator.Look();
                cell.Estimator.Correct();
            }

            Assert.IsTrue(cell.Estimator.Sigma > known * 1.5f);
            Assert.IsTrue(cell.Estimator.Sigma <= 0.5001f);
        }

        // Shows F-203.
        [TestMethod]
        public void a_stuck_voltage_leaves_states_and_uncertainty_within_their_bounds()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.8f);
            cell.Estimator.StartFrom(0.8f, 0.03f, 0);
            float mv = cell.VoltageMv(0f);
            long charge = 0;
            for (int i = 0; i < 3600; i++)
            {
                charge -= 1500L * 1000;
                cell.TrueSoc -= 1500f / (CapacityMah * 3600f);
                cell.Estimator.Update(mv, -1500f, 250, charge, 1f);
                Assert.IsTrue(IsNumber(cell.Estimator.Soc) && cell.Estimator.Soc >= -0.0201f && cell.Estimator.Soc <= 1.0001f);
                Assert.IsTrue(cell.Estimator.Sigma > 0f && cell.Estimator.Sigma <= 0.5001f);
            }
        }

        // Shows F-203.
        [TestMethod]
        public void ten_hours_without_a_step_leave_it_sound()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.7f);
            cell.Estimator.StartFrom(0.7f, 0.05f, 0);
            cell.Drive(10);
            cell.Step(0, 36000);
            cell.Drive(5);
            int error = cell.ErrorPermille();
            Assert.IsTrue(error >= -30 && error <= 30);
        }

        [TestMethod]
        public void a_new_capacity_leaves_the_state_of_charge_where_it_is()
        {
            Cell cell = new Cell(Chemistry.Nmc, 0.7f);
            cell.Estimator.StartFrom(0.7f, 0.05f, 0);
            cell.Drive(5);
            int before = Permille(cell.Estimator.Soc);
            cell.Estimator.SetCapacity(2400f);
            cell.Estimator.Count(0);
            cell.Step(0, 1);
            int after = Permille(cell.Estimator.Soc);
            Assert.IsTrue(after >= before - 2 && after <= before + 2);
        }

        [TestMethod]
        public void an_empty_and_a_full_cell_stay_within_the_ends()
        {
            SocEstimator e = Nmc();
            e.StartFrom(0f, 0.1f, 0);
            long charge = 0;
            for (int i = 0; i < 2000; i++)
            {
                charge -= 9000000;
                e.Update(2500f, -9000f, 250, charge, 1f);
                Assert.IsTrue(e.Soc >= -0.0201f);
            }

            e.StartFrom(1f, 0.1f, charge);
            for (int i = 0; i < 2000; i++)
            {
                charge += 9000000;
                e.Update(4300f, 9000f, 250, charge, 1f);
                Assert.IsTrue(e.Soc <= 1.0001f);
            }

            // What it counted too much must not be missing when the cell is discharged again.
            e.Latch(0f, 0f, 250, charge - 300L * 3600000, 1f, false, true);
            e.Predict();
            int left = Permille(e.Soc);
            Assert.IsTrue(left >= 898 && left <= 902);
        }

        // Shows F-203.
        [TestMethod]
        public void no_input_makes_it_anything_but_a_number()
        {
            float[] voltages = { 0f, 1f, 2500f, 3700f, 4200f, 8190f };
            int[] temperatures = { -32767, -400, -1, 0, 250, 1250, 32767 };
            int[] currents = { -8388607, -1, 0, 1, 8388607 };
            float[] steps = { 0f, 0.001f, 1f, 36000f };
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                for (int v = 0; v < voltages.Length; v++)
                {
                    for (int t = 0; t < temperatures.Length; t++)
                    {
                        for (int c = 0; c < currents.Length; c++)
                        {
                            SocEstimator e = new SocEstimator(CapacityMah, new CellCurves(chemistry), chemistry);
                            if ((v + t + c) % 2 == 0)
                            {
                                e.StartFrom(0.5f, 0.1f, 0);
                            }
                            else
                            {
                                e.StartFromVoltage(voltages[v], currents[c], temperatures[t], 0, 0f, false);
                            }

                            long charge = 0;
                            for (int i = 0; i < 12; i++)
                            {
                                charge += currents[c] * 100L;
                                e.Update(voltages[(v + i) % voltages.Length], i % 5 == 4 ? -currents[c] : currents[c], temperatures[t], charge, steps[i % steps.Length]);
                                Assert.IsTrue(IsNumber(e.Soc) && IsNumber(e.Bias) && IsNumber(e.ResistanceError) && IsNumber(e.SlowErrorMv));
                                Assert.IsTrue(e.Sigma > 0f && e.Sigma <= 0.5001f);
                                Assert.IsTrue(e.Soc >= -0.0201f && e.Soc <= 1.0001f);
                            }
                        }
                    }
                }
            }
        }
    }
}
