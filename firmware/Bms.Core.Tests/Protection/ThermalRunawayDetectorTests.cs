using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    /// <summary>The detector on a pack of two modules; the first one is looked at every second, as is the second.</summary>
    [TestClass]
    public class ThermalRunawayDetectorTests
    {
        private const int Hot = 600;
        private const int Cells = 24;

        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly ThermalRunawayDetector Detector = new ThermalRunawayDetector(2, 12, 4, Hot, 10);
            public uint NowMs;

            public Desk()
            {
                M = new PackMeasurement(Presets.Nmc(Cells, 50000), new TestBus());
                SetCells(3700);
                for (int i = 0; i < M.TemperatureDeciC.Length; i++)
                {
                    M.TemperatureDeciC[i] = 250;
                }
            }

            public void SetCells(int mv)
            {
                for (int cell = 0; cell < Cells; cell++)
                {
                    M.CellVoltageMv[cell] = mv;
                }

                M.HighestCellMv = mv;
            }

            public void Run(int ms)
            {
                for (int t = 0; t < ms; t += 10)
                {
                    NowMs += 10;
                    Detector.Update(M, NowMs);
                }
            }

            // Runs whole seconds while one sensor rises by a step in 0.1 degC in each.
            public void Rise(int sensor, int step, int seconds)
            {
                for (int s = 0; s < seconds; s++)
                {
                    M.TemperatureDeciC[sensor] += step;
                    Run(1000);
                }
            }
        }

        [TestMethod]
        public void a_quiet_pack_is_of_no_tier()
        {
            Desk desk = new Desk();
            desk.Run(60000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-018.
        [TestMethod]
        public void the_rule_holds_for_all_eight_rows_of_its_truth_table()
        {
            for (int row = 0; row < 8; row++)
            {
                bool a = (row & 4) != 0;
                bool b = (row & 2) != 0;
                bool c = (row & 1) != 0;
                Desk desk = new Desk();
                if (b)
                {
                    desk.M.TemperatureDeciC[0] = Hot;
                }

                desk.Run(5000);
                if (a)
                {
                    desk.M.CellVoltageMv[3] = 2700;
                }

                if (c)
                {
                    desk.Rise(0, 10, 6);
                }
                else
                {
                    desk.Run(6000);
                }

                Assert.AreEqual((a || b) && c, desk.Detector.Tier == ThermalRunawayDetector.TierAlarm);
            }
        }

        // A hot sensor that rises and tells whole kelvins; eight modules are looked at every 1,040 ms each.
        private static int TierOfWholeKelvins(int coarseDeciC, int milliKelvinPerS)
        {
            PackMeasurement m = new PackMeasurement(Presets.Nmc(96, 50000), new TestBus());
            for (int cell = 0; cell < 96; cell++)
            {
                m.CellVoltageMv[cell] = 3700;
            }

            for (int sensor = 0; sensor < m.TemperatureDeciC.Length; sensor++)
            {
                m.TemperatureDeciC[sensor] = 250;
            }

            m.HighestCellMv = 3700;
            ThermalRunawayDetector detector = new ThermalRunawayDetector(8, 12, 4, Hot, 10);
            detector.CoarseDeciC = coarseDeciC;
            for (int ms = 10; ms <= 20000; ms += 10)
            {
                m.TemperatureDeciC[0] = Hot + milliKelvinPerS * ms / 1000000 * 10;
                detector.Update(m, (uint)ms);
            }

            return detector.Tier;
        }

        // Shows S-018.
        [TestMethod]
        public void a_rise_told_in_whole_kelvins_is_an_alarm_too()
        {
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, TierOfWholeKelvins(9, 1500));
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, TierOfWholeKelvins(9, 1000));
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, TierOfWholeKelvins(0, 1500), "1 K in a look is less than 1 K/s, if nothing is hidden");
            Assert.IsTrue(TierOfWholeKelvins(9, 400) < ThermalRunawayDetector.TierAlarm);
        }

        // Shows S-018.
        [TestMethod]
        public void the_alarm_comes_within_five_seconds_of_the_rule()
        {
            Desk desk = new Desk();
            desk.Run(5000);
            desk.M.CellVoltageMv[3] = 2700;

            // After 3 s of rise the rule begins to hold; five more are allowed.
            desk.Rise(1, 15, 3);
            int waitedMs = 0;
            while (desk.Detector.Tier != ThermalRunawayDetector.TierAlarm && waitedMs < 10000)
            {
                desk.Rise(1, 15, 1);
                waitedMs += 1000;
            }

            Assert.IsTrue(waitedMs <= 5000);
            Assert.AreEqual(0, desk.Detector.Module);
        }

        // Shows S-018.
        [TestMethod]
        public void exactly_a_quarter_of_the_voltage_is_not_more_than_a_quarter()
        {
            Desk desk = new Desk();
            desk.SetCells(4000);
            desk.Run(3000);

            // In steps that are no collapse.
            for (int mv = 3600; mv >= 3200; mv -= 400)
            {
                desk.M.CellVoltageMv[3] = mv;
                desk.Run(1000);
            }

            desk.M.CellVoltageMv[3] = 3000;
            desk.Rise(0, 10, 6);
            Assert.IsTrue(desk.Detector.Tier < ThermalRunawayDetector.TierAlarm);
        }

        // Shows S-018.
        [TestMethod]
        public void a_quarter_that_was_lost_before_the_rise_is_still_lost_when_the_rise_is_confirmed()
        {
            Desk desk = new Desk();
            desk.Run(5000);

            // 26 %: what the cell was must not be forgotten in the seconds that the rise takes.
            desk.M.CellVoltageMv[3] = 2738;
            desk.Run(10000);
            desk.Rise(0, 12, 5);
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, desk.Detector.Tier);
        }

        [TestMethod]
        public void a_rise_just_below_one_degree_a_second_is_no_alarm()
        {
            Desk desk = new Desk();
            desk.M.TemperatureDeciC[0] = Hot;
            desk.Run(3000);
            desk.Rise(0, 9, 20);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
        }

        // Shows S-018.
        [TestMethod]
        public void one_second_without_the_rise_begins_it_anew()
        {
            Desk desk = new Desk();
            desk.M.TemperatureDeciC[0] = Hot;
            desk.Run(3000);
            for (int i = 0; i < 5; i++)
            {
                desk.Rise(0, 10, 3);
                desk.Run(1000);
            }

            Assert.IsTrue(desk.Detector.Tier < ThermalRunawayDetector.TierAlarm);
        }

        // Shows S-037.
        [TestMethod]
        public void a_slow_rise_is_watched_and_a_faster_one_is_a_pre_alarm()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.Rise(5, 2, 7);
            Assert.AreEqual(ThermalRunawayDetector.TierWatch, desk.Detector.Tier);
            Assert.AreEqual(1, desk.Detector.Module);
            desk.Rise(5, 5, 4);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-037.
        [TestMethod]
        public void a_cell_that_collapses_against_the_others_is_a_pre_alarm()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.M.CellVoltageMv[20] = 3190;
            desk.Run(1000);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
            Assert.AreEqual(1, desk.Detector.Module);
        }

        [TestMethod]
        public void one_cell_that_jumps_up_makes_no_other_collapse()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.M.CellVoltageMv[3] = 4300;
            desk.M.HighestCellMv = 4300;
            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-010, S-037.
        [TestMethod]
        public void a_load_that_pulls_all_cells_down_is_none()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.SetCells(3100);
            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-018.
        [TestMethod]
        public void a_sensor_that_fails_while_it_rises_counts_as_evidence()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.Rise(0, 12, 4);
            desk.M.TemperatureDeciC[0] = SignalValue.NotAvailable;
            desk.Run(2000);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
            desk.M.CellVoltageMv[3] = 2700;
            desk.Run(1500);
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, desk.Detector.Tier);
        }

        // Shows S-018.
        [TestMethod]
        public void a_sensor_that_fails_while_it_is_steady_is_no_evidence()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.M.TemperatureDeciC[0] = SignalValue.NotAvailable;
            desk.M.CellVoltageMv[3] = 3300;
            desk.Run(5000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-010.
        [TestMethod]
        public void first_values_after_start_and_after_silence_are_no_rise()
        {
            Desk desk = new Desk();
            for (int i = 0; i < desk.M.TemperatureDeciC.Length; i++)
            {
                desk.M.TemperatureDeciC[i] = SignalValue.NotAvailable;
            }

            for (int cell = 0; cell < Cells; cell++)
            {
                desk.M.CellVoltageMv[cell] = SignalValue.NotAvailable;
            }

            desk.M.HighestCellMv = SignalValue.NotAvailable;
            desk.Run(5000);
            desk.SetCells(2000);
            for (int i = 0; i < desk.M.TemperatureDeciC.Length; i++)
            {
                desk.M.TemperatureDeciC[i] = 500;
            }

            desk.Run(5000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-010, S-018.
        [TestMethod]
        public void a_discharge_to_the_cut_off_is_no_loss_of_voltage()
        {
            // 4.2 V to 2.5 V in an hour, with a rise fast enough for the rule at its end.
            Desk desk = new Desk();
            for (int mv = 4200; mv >= 2500; mv -= 5)
            {
                desk.SetCells(mv);
                desk.Run(10000);
            }

            desk.Rise(0, 10, 6);
            Assert.IsTrue(desk.Detector.Tier < ThermalRunawayDetector.TierAlarm);
        }

        // Shows S-015.
        [TestMethod]
        public void the_roll_over_of_the_clock_changes_nothing()
        {
            Desk desk = new Desk();
            desk.NowMs = uint.MaxValue - 6000;
            desk.M.TemperatureDeciC[0] = Hot;
            desk.Run(3000);
            desk.Rise(0, 10, 6);
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, desk.Detector.Tier);
        }

        // Shows S-037.
        [TestMethod]
        public void a_sensor_more_than_ten_kelvin_above_its_neighbours_is_watched()
        {
            Desk desk = new Desk();
            desk.M.TemperatureDeciC[1] = 350;
            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
            desk.M.TemperatureDeciC[1] = 351;
            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierWatch, desk.Detector.Tier);
            desk.M.TemperatureDeciC[2] = 260;
            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-037.
        [TestMethod]
        public void a_hot_spot_that_grows_slowly_stops_the_current()
        {
            // 0.2 degC a second is a watch by itself; on a hot spot it is a pre-alarm.
            Desk desk = new Desk();
            desk.Rise(1, 2, 8);
            Assert.AreEqual(ThermalRunawayDetector.TierWatch, desk.Detector.Tier);
            desk.M.TemperatureDeciC[1] = 360;
            desk.Rise(1, 2, 8);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
        }

        // Shows S-009, S-037.
        [TestMethod]
        public void a_sensor_without_neighbours_is_no_hot_spot()
        {
            Desk desk = new Desk();
            for (int i = 0; i < 8; i++)
            {
                desk.M.TemperatureDeciC[i] = i == 4 ? 900 : SignalValue.NotAvailable;
            }

            desk.Run(3000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-037.
        [TestMethod]
        public void gas_alone_stops_the_current_for_a_minute()
        {
            Desk desk = new Desk();
            desk.Run(2000);
            desk.Detector.NoteVenting(desk.NowMs);
            desk.Run(1000);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
            desk.Run(57000);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
            desk.Run(4000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
        }

        // Shows S-037.
        [TestMethod]
        public void a_collapse_and_gas_within_a_minute_are_an_alarm()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.M.CellVoltageMv[15] = 3100;
            desk.Run(50000);
            Assert.AreEqual(ThermalRunawayDetector.TierNone, desk.Detector.Tier);
            desk.Detector.NoteVenting(desk.NowMs);
            desk.Run(2000);
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, desk.Detector.Tier);
            Assert.AreEqual(1, desk.Detector.Module);

            desk = new Desk();
            desk.Run(3000);
            desk.M.CellVoltageMv[15] = 3100;
            desk.Run(63000);
            desk.Detector.NoteVenting(desk.NowMs);
            desk.Run(2000);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
        }

        // Shows S-037.
        [TestMethod]
        public void a_collapse_and_a_rise_are_an_alarm_and_a_fast_rise_and_gas_too()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.M.CellVoltageMv[3] = 3100;
            desk.Rise(0, 2, 8);
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, desk.Detector.Tier);

            desk = new Desk();
            desk.Rise(0, 5, 5);
            Assert.AreEqual(ThermalRunawayDetector.TierPreAlarm, desk.Detector.Tier);
            desk.Detector.NoteVenting(desk.NowMs);
            desk.Rise(0, 5, 2);
            Assert.AreEqual(ThermalRunawayDetector.TierAlarm, desk.Detector.Tier);
        }

        // Shows S-026.
        [TestMethod]
        public void a_jump_of_a_sensor_is_kept_for_two_seconds()
        {
            Desk desk = new Desk();
            desk.Run(3000);
            desk.M.TemperatureDeciC[6] = 250 + 201;
            desk.Run(1000);
            Assert.AreEqual(201, desk.Detector.JumpDeciC);
            Assert.AreEqual(6, desk.Detector.JumpSensor);
            desk.Run(3000);
            Assert.AreEqual(0, desk.Detector.JumpDeciC);
            desk.M.TemperatureDeciC[6] = 100;
            desk.Run(1000);
            Assert.AreEqual(351, desk.Detector.JumpDeciC);
        }
    }
}
