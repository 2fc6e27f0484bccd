using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Estimation
{
    [TestClass]
    public class StateEstimationTests
    {
        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly StateEstimation Estimation;
            public uint NowMs;

            public Desk()
            {
                ParameterBlock p = Presets.Nmc(12, 3000);
                M = new PackMeasurement(p, new TestBus());
                Estimation = new StateEstimation(p);
                CellCurves curves = new CellCurves(Chemistry.Nmc);
                int mv = (int)(Ocv(curves, 0.5f, 250) + 0.5f);
                SetCells(mv, mv);
                M.LowestTemperatureDeciC = 250;
                M.HighestTemperatureDeciC = 250;
                M.CurrentMa = 0;
            }

            /// <summary>The first cell is the lowest, the second the highest, the others lie half way between.</summary>
            public void SetCells(int lowMv, int highMv)
            {
                int middle = (lowMv + highMv) / 2;
                int sum = 0;
                for (int i = 0; i < 12; i++)
                {
                    M.CellVoltageMv[i] = i == 0 ? lowMv : i == 1 ? highMv : middle;
                    sum += M.CellVoltageMv[i];
                }

                M.LowestCellMv = lowMv;
                M.HighestCellMv = highMv;
                M.CellSumMv = sum;
            }

            /// <summary>Half full and at rest at another temperature.</summary>
            public void Cool(int deciC)
            {
                int mv = (int)(Ocv(new CellCurves(Chemistry.Nmc), 0.5f, deciC) + 0.5f);
                SetCells(mv, mv);
                M.LowestTemperatureDeciC = deciC;
                M.HighestTemperatureDeciC = deciC;
            }

            public void LoseCells()
            {
                for (int i = 0; i < 12; i++)
                {
                    M.CellVoltageMv[i] = SignalValue.NotAvailable;
                }

                M.LowestCellMv = SignalValue.NotAvailable;
                M.HighestCellMv = SignalValue.NotAvailable;
                M.CellSumMv = SignalValue.NotAvailable;
            }

            public void Run(int ms)
            {
                for (int t = 0; t < ms; t += 10)
                {
                    Estimation.Update(M, NowMs);
                    NowMs += 10;
                }
            }
        }

        private static float Ocv(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC, false);
            return curves.OpenCircuitMv;
        }

        // Shows F-001.
        [TestMethod]
        public void nothing_is_reported_before_it_is_known()
        {
            Desk desk = new Desk();
            desk.LoseCells();
            desk.Run(1000);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.SocCentiPct);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.LowestSocCentiPct);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.HighestSocCentiPct);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.SocUncertaintyPermille);
        }

        [TestMethod]
        public void a_resting_pack_is_known_within_200_ms()
        {
            Desk desk = new Desk();
            desk.Run(200);
            Assert.IsTrue(desk.Estimation.SocCentiPct > 4800 && desk.Estimation.SocCentiPct < 5200);
            Assert.IsTrue(desk.Estimation.SocUncertaintyPermille > 0);
        }

        // Shows F-001.
        [TestMethod]
        public void the_pack_lies_between_its_lowest_and_its_highest_cell()
        {
            Desk desk = new Desk();
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            desk.SetCells((int)(Ocv(curves, 0.3f, 250) + 0.5f), (int)(Ocv(curves, 0.7f, 250) + 0.5f));
            desk.Run(200);
            int low = desk.Estimation.LowestSocCentiPct;
            int high = desk.Estimation.HighestSocCentiPct;
            int pack = desk.Estimation.SocCentiPct;
            Assert.IsTrue(low > 2800 && low < 3200);
            Assert.IsTrue(high > 6800 && high < 7200);
            Assert.IsTrue(pack > low && pack < high);
        }

        [TestMethod]
        public void the_pack_is_empty_with_its_lowest_and_full_with_its_highest_cell()
        {
            Desk desk = new Desk();
            desk.SetCells(2000, desk.M.HighestCellMv);
            desk.Run(200);
            Assert.AreEqual(0, desk.Estimation.SocCentiPct);
            desk = new Desk();
            desk.SetCells(desk.M.LowestCellMv, 5000);
            desk.Run(200);
            Assert.AreEqual(10000, desk.Estimation.SocCentiPct);
        }

        // Shows F-204.
        [TestMethod]
        public void every_cell_is_compared_with_the_mean()
        {
            Desk desk = new Desk();
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            int sum = 0;
            for (int i = 0; i < 12; i++)
            {
                int mv = (int)(Ocv(curves, 0.40f + 0.02f * i, 250) + 0.5f);
                desk.M.CellVoltageMv[i] = mv;
                sum += mv;
            }

            desk.M.LowestCellMv = desk.M.CellVoltageMv[0];
            desk.M.HighestCellMv = desk.M.CellVoltageMv[11];
            desk.M.CellSumMv = sum;
            desk.Run(5000);
            for (int i = 0; i < 12; i++)
            {
                int permille = (int)((desk.Estimation.Mean.Soc + desk.Estimation.Deltas.Soc[i]) * 1000f + 0.5f);
                int expected = 400 + 20 * i;
                Assert.IsTrue(permille >= expected - 15 && permille <= expected + 15);
            }

            Assert.IsTrue(desk.Estimation.LowestSocCentiPct > 3850 && desk.Estimation.LowestSocCentiPct < 4150);
            Assert.IsTrue(desk.Estimation.HighestSocCentiPct > 6050 && desk.Estimation.HighestSocCentiPct < 6350);
        }

        // Shows F-204.
        [TestMethod]
        public void near_empty_what_a_cell_has_more_of_resistance_is_not_taken_for_less_charge()
        {
            // 1C at 12 %: a cell two points lower lies lower by its open-circuit voltage and by what its resistances are more.
            Desk desk = new Desk();
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            desk.M.CurrentMa = -3000;
            float soc = 0.12f;
            curves.GoTo(soc, 250, false);
            for (int second = 0; second < 30; second++)
            {
                int sum = 0;
                for (int i = 0; i < 12; i++)
                {
                    float at = soc + (i == 0 ? -0.055f : 0.005f);
                    int mv = (int)(curves.OcvOf(at) + curves.LoadOf(at, -1f, desk.Estimation.Mean.FastA / 3f, desk.Estimation.Mean.SlowA / 3f, desk.Estimation.Mean.Hysteresis) + 0.5f);
                    desk.M.CellVoltageMv[i] = mv;
                    sum += mv;
                }

                desk.M.LowestCellMv = desk.M.CellVoltageMv[0];
                desk.M.HighestCellMv = desk.M.CellVoltageMv[1];
                desk.M.CellSumMv = sum;
                desk.Run(1000);
                soc -= 1f / 3600f;
            }

            float off = desk.Estimation.Deltas.Soc[0] + 0.055f;
            Assert.IsTrue(off * off < 9f * desk.Estimation.Deltas.Variance);
            Assert.IsTrue(off > -0.02f && off < 0.02f);
        }

        [TestMethod]
        public void equal_cells_far_below_empty_and_above_full_stay_equal_numbers()
        {
            for (int mv = 1000; mv <= 5000; mv += 4000)
            {
                Desk desk = new Desk();
                desk.SetCells(mv, mv);
                desk.M.CurrentMa = mv > 3000 ? 6000 : -6000;
                desk.Run(60000);
                Assert.IsTrue(desk.Estimation.Deltas.Soc[0] > -0.01f && desk.Estimation.Deltas.Soc[0] < 0.01f);
                Assert.IsTrue(desk.Estimation.Deltas.Variance > 0f && desk.Estimation.Deltas.Variance < 1f);
            }
        }

        [TestMethod]
        public void a_stored_start_is_reported_and_counted_from()
        {
            Desk desk = new Desk();
            desk.LoseCells();
            desk.Estimation.StartFrom(8000);
            desk.M.CurrentMa = -3000;

            // 6 min at 1C are 10 %.
            desk.Run(360000);
            int got = desk.Estimation.SocCentiPct;
            Assert.IsTrue(got >= 6999 && got <= 7002);
        }

        [TestMethod]
        public void charge_is_counted_across_the_roll_over_of_the_clock()
        {
            Desk desk = new Desk();
            desk.NowMs = uint.MaxValue - 180000;
            desk.LoseCells();
            desk.Estimation.StartFrom(2000);
            desk.M.CurrentMa = 3000;
            desk.Run(360000);
            int got = desk.Estimation.SocCentiPct;
            Assert.IsTrue(got >= 2998 && got <= 3001);
        }

        [TestMethod]
        public void a_stored_state_of_charge_set_while_running_contains_what_was_counted_before()
        {
            Desk desk = new Desk();
            desk.LoseCells();
            desk.M.CurrentMa = 3000;
            desk.Run(360000);
            desk.Estimation.StartFrom(5000);
            desk.M.CurrentMa = 0;
            desk.Run(1000);
            Assert.AreEqual(5000, desk.Estimation.SocCentiPct);
        }

        [TestMethod]
        public void without_a_current_the_state_of_charge_stands_still_and_its_uncertainty_grows()
        {
            Desk desk = new Desk();
            desk.Run(1000);
            int before = desk.Estimation.SocCentiPct;
            int sigma = desk.Estimation.SocUncertaintyPermille;
            desk.M.CurrentMa = SignalValue.NotAvailable;
            desk.Run(60000);
            Assert.AreEqual(before, desk.Estimation.SocCentiPct);
            Assert.IsTrue(desk.Estimation.SocUncertaintyPermille > sigma);
        }

        // Shows F-208.
        [TestMethod]
        public void the_display_closes_a_correction_without_a_jump()
        {
            Desk desk = new Desk();
            desk.Estimation.StartFrom(7000);
            desk.Run(1500);
            int last = desk.Estimation.DisplaySocCentiPct;
            Assert.IsTrue(last > 6900 && last <= 7000);
            for (int i = 0; i < 1200; i++)
            {
                desk.Run(1000);
                int shown = desk.Estimation.DisplaySocCentiPct;
                Assert.IsTrue(shown - last <= 3 && last - shown <= 3);
                last = shown;
            }

            int left = last - desk.Estimation.SocCentiPct;
            Assert.IsTrue(left >= -50 && left <= 50);
            Assert.IsTrue(last < 6500);
        }

        // Shows F-206, F-207.
        [TestMethod]
        public void power_and_energy_are_forecast_within_two_seconds()
        {
            Desk desk = new Desk();
            desk.Run(2500);
            PowerForecast power = desk.Estimation.Power;
            for (int horizon = 0; horizon + 1 < PowerForecast.Horizons; horizon++)
            {
                Assert.IsTrue(power.DischargeMa[horizon] >= power.DischargeMa[horizon + 1]);
                Assert.IsTrue(power.ChargeMa[horizon] >= power.ChargeMa[horizon + 1]);
            }

            Assert.IsTrue(power.DischargeMa[PowerForecast.Horizons - 1] > 0 && power.ChargeMa[PowerForecast.Horizons - 1] > 0);
            Assert.IsTrue(desk.Estimation.Energy.EnergyPermille > 430 && desk.Estimation.Energy.EnergyPermille < 510);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.Energy.ToEmptyMin);
        }

        // Shows F-209.
        [TestMethod]
        public void what_was_learnt_survives_a_restart()
        {
            Desk desk = new Desk();
            desk.Run(5000);
            PackState state = new PackState();
            desk.Estimation.Keep(state);
            Assert.AreEqual(desk.Estimation.SocCentiPct, state.MeanSocCentiPct);
            state.BiasPpm = 9000;
            state.BiasSigmaPpm = 2000;
            state.CapacityMah = 2500;
            state.CapacitySigmaMah = 30;
            state.ResistancePermille = 300;

            Desk after = new Desk();
            after.Estimation.Restore(state, SignalValue.NotAvailable);
            after.Run(300);
            Assert.IsTrue(after.Estimation.SocCentiPct > state.MeanSocCentiPct - 200 && after.Estimation.SocCentiPct < state.MeanSocCentiPct + 200);
            Assert.AreEqual(9, (int)(after.Estimation.Mean.Bias * 1000f + 0.5f));
            Assert.AreEqual(2500, (int)(after.Estimation.Capacity.CapacityMah + 0.5f));
            Assert.AreEqual(2500, (int)(after.Estimation.Mean.CapacityAh * 1000f + 0.5f));
            Assert.AreEqual(30, (int)(after.Estimation.Mean.ResistanceError * 100f + 0.5f));
            Assert.AreEqual(30, (int)(after.Estimation.Resistance.Error * 100f + 0.5f));
        }

        // Shows F-209.
        [TestMethod]
        public void a_stored_state_of_charge_that_the_voltage_refutes_is_dropped()
        {
            PackState state = new PackState();
            state.MeanSocCentiPct = 9500;
            state.SocSigmaCentiPct = 100;
            Desk desk = new Desk();
            desk.Estimation.Restore(state, 7200);
            desk.Run(300);
            Assert.IsTrue(desk.Estimation.SocCentiPct > 4500 && desk.Estimation.SocCentiPct < 5500);
        }

        // Shows F-209.
        [TestMethod]
        public void a_rest_that_is_told_later_makes_the_start_anew_and_the_display_does_not_jump()
        {
            PackState state = new PackState();
            state.MeanSocCentiPct = 5600;
            state.SocSigmaCentiPct = 200;
            Desk desk = new Desk();

            // In the cold most of a load of before may still stand in the voltage.
            desk.Cool(-200);
            desk.Estimation.Restore(state, SignalValue.NotAvailable);
            desk.Run(5000);
            int before = desk.Estimation.SocCentiPct;
            int shown = desk.Estimation.DisplaySocCentiPct;
            Assert.IsTrue(before > 5100, before.ToString());

            // 10 s at 1C are 0.28 %, and stay in.
            desk.M.CurrentMa = -3000;
            desk.Run(10000);
            desk.M.CurrentMa = 0;
            desk.Estimation.NoteRest(4 * 3600, 4 * 3600);
            desk.Run(1000);
            int after = desk.Estimation.SocCentiPct;
            Assert.IsTrue(after < before - 28 - 100, before.ToString() + " " + after.ToString());
            Assert.IsTrue(desk.Estimation.DisplaySocCentiPct > shown - 28 - 30);
            desk.Run(600000);
            Assert.IsTrue(desk.Estimation.DisplaySocCentiPct < shown - 100);
        }

        // Shows F-209.
        [TestMethod]
        public void a_rest_that_is_told_after_ten_minutes_changes_nothing()
        {
            PackState state = new PackState();
            state.MeanSocCentiPct = 5600;
            state.SocSigmaCentiPct = 200;
            Desk desk = new Desk();
            desk.Estimation.Restore(state, SignalValue.NotAvailable);
            Desk told = new Desk();
            told.Estimation.Restore(state, SignalValue.NotAvailable);
            desk.Run(600200);
            told.Run(600200);
            told.Estimation.NoteRest(4 * 3600, 4 * 3600);
            desk.Run(1000);
            told.Run(1000);
            Assert.AreEqual(desk.Estimation.SocCentiPct, told.Estimation.SocCentiPct);
        }

        // Shows F-209.
        [TestMethod]
        public void after_a_short_known_rest_what_is_stored_counts_for_more_than_after_an_unknown_one()
        {
            PackState state = new PackState();
            state.MeanSocCentiPct = 5300;
            state.SocSigmaCentiPct = 100;
            Desk unknown = new Desk();
            unknown.Estimation.Restore(state, SignalValue.NotAvailable);
            unknown.Run(300);
            Desk shortly = new Desk();
            shortly.Estimation.Restore(state, SignalValue.NotAvailable);
            shortly.Estimation.NoteRest(60, 60);
            shortly.Run(300);
            Desk rested = new Desk();
            rested.Estimation.Restore(state, SignalValue.NotAvailable);
            rested.Estimation.NoteRest(5 * 86400, 5 * 86400);
            rested.Run(300);
            Assert.IsTrue(shortly.Estimation.SocCentiPct > unknown.Estimation.SocCentiPct);
            Assert.IsTrue(rested.Estimation.SocCentiPct < unknown.Estimation.SocCentiPct);
        }

        // Shows F-209.
        [TestMethod]
        public void a_rest_between_a_minute_and_an_hour_counts_for_what_it_is()
        {
            int last = 1001;
            for (int restS = 60; restS <= 3600; restS += 590)
            {
                Desk desk = new Desk();
                desk.Estimation.Restore(new PackState(), restS);
                desk.Run(200);
                Assert.IsTrue(desk.Estimation.SocUncertaintyPermille <= last);
                last = desk.Estimation.SocUncertaintyPermille;
            }
        }

        // Shows F-209.
        [TestMethod]
        public void a_long_rest_lets_the_voltage_count_for_more()
        {
            Desk unknown = new Desk();
            unknown.Estimation.Restore(new PackState(), SignalValue.NotAvailable);
            unknown.Run(200);
            Desk rested = new Desk();
            rested.Estimation.Restore(new PackState(), 7200);
            rested.Run(200);
            Assert.IsTrue(rested.Estimation.SocUncertaintyPermille < unknown.Estimation.SocUncertaintyPermille);
        }

        [TestMethod]
        public void a_restart_of_LFP_begins_with_the_hysteresis_that_was_stored()
        {
            // Half full and discharged into: the voltage lies below the curve by the half width of the hysteresis.
            CellCurves curves = new CellCurves(Chemistry.Lfp);
            curves.GoTo(0.5f, 250, false);
            float mv = curves.OpenCircuitMv - curves.HysteresisMv;
            float unknown = 0f;
            for (int known = 0; known < 2; known++)
            {
                SocEstimator mean = new SocEstimator(3000, new CellCurves(Chemistry.Lfp), Chemistry.Lfp);
                if (known > 0)
                {
                    mean.RecallHysteresis(-1f);
                }

                mean.StartFromVoltage(mv, 0f, 250, 0, 7200f, false);
                Assert.AreEqual(known > 0 ? -1f : 0f, mean.Hysteresis);
                float off = mean.Soc - 0.5f;
                off = off < 0f ? -off : off;
                if (known == 0)
                {
                    unknown = off;
                }
                else
                {
                    Assert.IsTrue(off < 0.03f && off < 0.5f * unknown);
                }
            }

            // NMC has a hysteresis of a few mV, and its start knows nothing of it.
            SocEstimator nmc = new SocEstimator(3000, new CellCurves(Chemistry.Nmc), Chemistry.Nmc);
            nmc.RecallHysteresis(-1f);
            nmc.StartFromVoltage(3700f, 0f, 250, 0, 7200f, false);
            Assert.AreEqual(0f, nmc.Hysteresis);
        }

        [TestMethod]
        public void what_is_kept_of_the_hysteresis_comes_back()
        {
            Desk desk = new Desk();
            desk.M.CurrentMa = -3000;
            desk.Run(30000);
            PackState state = new PackState();
            desk.Estimation.Keep(state);
            Assert.IsTrue(state.IsPlausible);
            Assert.IsTrue(state.HysteresisPermille < 0 && state.HysteresisPermille >= -1000);
        }
    }
}
