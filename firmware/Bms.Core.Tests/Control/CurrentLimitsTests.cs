using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Control
{
    /// <summary>NMC preset at 100 Ah: 133 A charge and 300 A discharge; charge corners 0, 15, 42, 50 degC; discharge corners -25, 0, 48, 58 degC. Charging is asked for.</summary>
    [TestClass]
    public class CurrentLimitsTests
    {
        private const int MaxCharge = 133000;
        private const int MaxDischarge = 300000;

        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly FaultMonitor Faults;
            public readonly StateEstimation E;
            public readonly CurrentLimits Limits;
            public int State = ContactorState.Closed;
            public uint NowMs;

            public Desk(ParameterBlock parameters)
            {
                TestBus bus = new TestBus();
                M = new PackMeasurement(parameters, bus);
                Faults = new FaultMonitor(parameters, true, bus);
                Limits = new CurrentLimits(parameters);
                E = new StateEstimation(parameters);
                Soc(5000);
                M.HostMode = HostCommand.ModeCharge;
                M.LowestCellMv = 3700;
                M.HighestCellMv = 3700;
                Temperature(250);
            }

            public void Soc(int centiPct)
            {
                E.LowestSocCentiPct = centiPct;
                E.HighestSocCentiPct = centiPct;
            }

            public void Temperature(int deciC)
            {
                M.LowestTemperatureDeciC = deciC;
                M.HighestTemperatureDeciC = deciC;
            }

            public void Run(int ms)
            {
                for (int t = 0; t < ms; t += 10)
                {
                    Limits.Update(M, E, Faults, State, NowMs);
                    NowMs += 10;
                }
            }

            public int ChargeAt(int deciC)
            {
                Temperature(deciC);
                Run(11000);
                return Limits.ChargeLimitMa;
            }

            public int DischargeAt(int deciC)
            {
                Temperature(deciC);
                Run(11000);
                return Limits.DischargeLimitMa;
            }
        }

        private static Desk Make()
        {
            return new Desk(Wide());
        }

        // So large a capacity that the tables, which go by it, limit nothing: what is left are the corners, the tapers and the rise.
        private static ParameterBlock Wide()
        {
            ParameterBlock parameters = Presets.Nmc(12, 100000);
            parameters.Set(ParameterId.CapacityMah, 1000000);
            return parameters;
        }

        [TestMethod]
        public void a_warm_pack_in_the_middle_takes_and_gives_the_maximum()
        {
            Desk desk = Make();
            desk.Run(11000);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(MaxDischarge, desk.Limits.DischargeLimitMa);
            Assert.IsFalse(desk.Limits.IsTooColdToCharge);
        }

        // Shows S-005.
        [TestMethod]
        public void at_and_below_zero_nothing_may_be_charged()
        {
            Desk desk = Make();
            Assert.AreEqual(0, desk.ChargeAt(0));
            Assert.AreEqual(0, desk.ChargeAt(-1));
            Assert.AreEqual(0, desk.ChargeAt(-50));
            Assert.AreEqual(0, desk.ChargeAt(-400));
            Assert.IsTrue(desk.Limits.IsTooColdToCharge);
        }

        [TestMethod]
        public void a_tenth_of_a_degree_above_zero_a_warm_pack_still_charges_a_little()
        {
            Desk desk = Make();
            Assert.AreEqual(MaxCharge, desk.ChargeAt(250));

            // 0.1 of 15 degC is 6 permille.
            Assert.AreEqual(133 * 6, desk.ChargeAt(1));
            Assert.AreEqual(0, desk.ChargeAt(0));
        }

        // Shows S-005.
        [TestMethod]
        public void after_cold_the_coldest_sensor_must_rise_by_the_hysteresis()
        {
            Desk desk = Make();
            Assert.AreEqual(0, desk.ChargeAt(-100));
            Assert.AreEqual(0, desk.ChargeAt(1));
            Assert.AreEqual(0, desk.ChargeAt(19));
            Assert.AreEqual(133 * 133, desk.ChargeAt(20));
            Assert.AreEqual(133 * 126, desk.ChargeAt(19));
            Assert.AreEqual(133 * 6, desk.ChargeAt(1));
            Assert.AreEqual(0, desk.ChargeAt(0));
            Assert.AreEqual(0, desk.ChargeAt(19));
        }

        // Shows S-005.
        [TestMethod]
        public void a_controller_that_starts_in_the_band_of_the_hysteresis_does_not_charge()
        {
            Desk desk = Make();
            Assert.AreEqual(0, desk.ChargeAt(10));
        }

        [TestMethod]
        public void the_charge_map_has_its_corners_where_the_parameters_say()
        {
            Desk desk = Make();
            Assert.AreEqual(MaxCharge, desk.ChargeAt(250));
            Assert.AreEqual(133 * 500, desk.ChargeAt(75));
            Assert.AreEqual(133 * 993, desk.ChargeAt(149));
            Assert.AreEqual(MaxCharge, desk.ChargeAt(150));
            Assert.AreEqual(MaxCharge, desk.ChargeAt(420));
            Assert.AreEqual(133 * 987, desk.ChargeAt(421));
            Assert.AreEqual(133 * 500, desk.ChargeAt(460));
            Assert.AreEqual(133 * 12, desk.ChargeAt(499));
            Assert.AreEqual(0, desk.ChargeAt(500));
            Assert.AreEqual(0, desk.ChargeAt(700));
        }

        [TestMethod]
        public void the_discharge_map_has_its_corners_where_the_parameters_say()
        {
            Desk desk = Make();
            Assert.AreEqual(0, desk.DischargeAt(-300));
            Assert.AreEqual(0, desk.DischargeAt(-250));
            Assert.AreEqual(300 * 4, desk.DischargeAt(-249));
            Assert.AreEqual(300 * 500, desk.DischargeAt(-125));
            Assert.AreEqual(300 * 996, desk.DischargeAt(-1));
            Assert.AreEqual(MaxDischarge, desk.DischargeAt(0));
            Assert.AreEqual(MaxDischarge, desk.DischargeAt(1));
            Assert.AreEqual(MaxDischarge, desk.DischargeAt(480));
            Assert.AreEqual(300 * 990, desk.DischargeAt(481));
            Assert.AreEqual(300 * 10, desk.DischargeAt(579));
            Assert.AreEqual(0, desk.DischargeAt(580));
        }

        [TestMethod]
        public void the_coldest_sensor_counts_for_cold_and_the_hottest_for_hot()
        {
            Desk desk = Make();
            desk.Run(11000);
            desk.M.LowestTemperatureDeciC = 75;
            desk.M.HighestTemperatureDeciC = 480;
            desk.Run(11000);
            Assert.AreEqual(133 * 250, desk.Limits.ChargeLimitMa);
        }

        [TestMethod]
        public void charging_tapers_with_the_highest_cell()
        {
            Desk desk = Make();
            desk.M.HighestCellMv = 4120;
            desk.Run(11000);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4160;
            desk.Run(90);
            Assert.AreEqual(133 * 500, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4199;
            desk.Run(90);
            Assert.AreEqual(133 * 12, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4200;
            desk.Run(90);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4300;
            desk.Run(90);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(MaxDischarge, desk.Limits.DischargeLimitMa);
        }

        [TestMethod]
        public void discharging_tapers_with_the_lowest_cell()
        {
            Desk desk = Make();
            desk.M.LowestCellMv = 3200;
            desk.Run(11000);
            Assert.AreEqual(MaxDischarge, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 3000;
            desk.Run(90);
            Assert.AreEqual(300 * 500, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 2801;
            desk.Run(90);
            Assert.AreEqual(300 * 2, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 2800;
            desk.Run(90);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 0;
            desk.Run(90);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
        }

        // The tables are read first (120 ms), and the last look may lie four cycles back: 16 thousandths at most.
        private static void Near(int expected, int limitMa)
        {
            Assert.IsTrue(limitMa <= expected && limitMa >= expected - MaxDischarge / 1000 * 16);
        }

        // Shows F-004.
        [TestMethod]
        public void limits_rise_by_ten_percent_in_a_second()
        {
            Desk desk = Make();
            desk.Run(10);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            for (int second = 1; second <= 10; second++)
            {
                desk.Run(1000);
                Near(MaxDischarge / 10 * second, desk.Limits.DischargeLimitMa);
            }

            desk.Run(1000);
            Assert.AreEqual(MaxDischarge, desk.Limits.DischargeLimitMa);
        }

        [TestMethod]
        public void slow_rises_do_not_get_lost_in_rounding()
        {
            ParameterBlock parameters = Wide();
            parameters.Set(ParameterId.LimitRisePermillePerS, 1);
            Desk desk = new Desk(parameters);
            desk.Run(10 + 60000);
            Assert.AreEqual(300 * 59, desk.Limits.DischargeLimitMa);
        }

        [TestMethod]
        public void a_long_pause_between_two_cycles_lets_no_limit_jump()
        {
            Desk desk = Make();
            desk.Run(10);
            desk.NowMs += 3600000;
            desk.Run(10);
            Assert.IsTrue(desk.Limits.DischargeLimitMa <= MaxDischarge / 10);
        }

        // Shows S-015, F-004.
        [TestMethod]
        public void limits_rise_evenly_across_the_roll_over_of_the_clock()
        {
            Desk desk = Make();
            desk.NowMs = uint.MaxValue - 499;
            desk.Run(10);
            desk.Run(1000);
            Near(MaxDischarge / 10, desk.Limits.DischargeLimitMa);
        }

        // Shows F-004.
        [TestMethod]
        public void limits_fall_at_once()
        {
            Desk desk = Make();
            desk.Run(11000);
            desk.Faults.StopsCharging = true;
            desk.Run(10);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(MaxDischarge, desk.Limits.DischargeLimitMa);
            desk.Faults.StopsDischarging = true;
            desk.Run(10);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            desk.Faults.StopsCharging = false;
            desk.Faults.StopsDischarging = false;
            desk.Run(1000);

            // The limits are looked at every eighth cycle, so a few thousandths may still be to come, or have come already.
            Assert.IsTrue(desk.Limits.ChargeLimitMa >= 133 * 92 && desk.Limits.ChargeLimitMa <= 133 * 108);
        }

        [TestMethod]
        public void current_is_allowed_only_while_closed()
        {
            for (int state = 0; state < ContactorState.Count; state++)
            {
                Desk desk = Make();
                desk.Run(11000);
                desk.State = state;
                desk.Run(10);
                Assert.AreEqual(state == ContactorState.Closed ? MaxCharge : 0, desk.Limits.ChargeLimitMa);
                Assert.AreEqual(state == ContactorState.Closed ? MaxDischarge : 0, desk.Limits.DischargeLimitMa);
            }
        }

        // Shows S-009.
        [TestMethod]
        public void without_voltages_or_temperatures_no_current_is_allowed()
        {
            Desk desk = Make();
            desk.Run(11000);
            desk.M.HighestCellMv = SignalValue.NotAvailable;
            desk.M.LowestCellMv = SignalValue.NotAvailable;
            desk.Run(50);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            desk = Make();
            desk.Run(11000);
            desk.M.HighestTemperatureDeciC = SignalValue.NotAvailable;
            desk.M.LowestTemperatureDeciC = SignalValue.NotAvailable;
            desk.Run(50);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
        }

        [TestMethod]
        public void the_largest_currents_do_not_overflow()
        {
            ParameterBlock parameters = Wide();
            parameters.Set(ParameterId.CapacityMah, 2000000);
            parameters.Set(ParameterId.MaxChargeCurrentMa, 5000000);
            parameters.Set(ParameterId.MaxDischargeCurrentMa, 4999999);
            Desk desk = new Desk(parameters);
            desk.Run(6010);

            // 1C of 2,000 Ah is what the table gives.
            Assert.AreEqual(2000000, desk.Limits.ChargeLimitMa);
            Assert.IsTrue(desk.Limits.DischargeLimitMa >= 2900000 && desk.Limits.DischargeLimitMa <= 3000000);
            desk.Run(6000);
            Assert.AreEqual(2000000, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(4999999, desk.Limits.DischargeLimitMa);
        }

        // 100 Ah: permille of 133 A and 300 A are what the published limits are made of.
        private static int OfCharge(int currentMa)
        {
            return 133 * (currentMa / 133);
        }

        // Shows S-107.
        [TestMethod]
        public void the_table_of_the_chemistry_limits_charging_over_temperature()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            Assert.AreEqual(OfCharge(100000), desk.ChargeAt(250));
            Assert.AreEqual(OfCharge(80000), desk.ChargeAt(150));
            Assert.AreEqual(OfCharge(50000), desk.ChargeAt(100));
            Assert.AreEqual(OfCharge(40000), desk.ChargeAt(75));
            Assert.AreEqual(OfCharge(30000), desk.ChargeAt(50));

            // 18 A by the table, 17.7 A by the ramp from the corner.
            Assert.AreEqual(133 * 133, desk.ChargeAt(20));
            Assert.AreEqual(0, desk.ChargeAt(0));
        }

        // Shows S-107.
        [TestMethod]
        public void the_fuller_cell_takes_less_charge()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.Soc(7000);
            Assert.AreEqual(OfCharge(100000), desk.ChargeAt(250));
            desk.Soc(8500);
            Assert.AreEqual(OfCharge(60000), desk.ChargeAt(250));
            desk.Soc(9000);
            Assert.AreEqual(OfCharge(45000), desk.ChargeAt(250));
            desk.Soc(9500);
            Assert.AreEqual(OfCharge(30000), desk.ChargeAt(250));
            desk.E.LowestSocCentiPct = 3000;
            Assert.AreEqual(OfCharge(30000), desk.ChargeAt(250));
            desk.Soc(10000);
            Assert.AreEqual(OfCharge(20000), desk.ChargeAt(250));
        }

        // Shows S-107.
        [TestMethod]
        public void an_unknown_state_of_charge_is_taken_for_the_worst()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.Soc(SignalValue.NotAvailable);
            Assert.AreEqual(OfCharge(20000), desk.ChargeAt(250));
            Assert.AreEqual(90000, desk.Limits.DischargeLimitMa);
        }

        [TestMethod]
        public void the_hottest_sensor_counts_in_the_tables_too()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.M.LowestTemperatureDeciC = 250;
            desk.M.HighestTemperatureDeciC = 480;
            desk.Run(11000);
            Assert.AreEqual(133 * 250, desk.Limits.ChargeLimitMa);
            desk.M.LowestTemperatureDeciC = 60;
            desk.Run(11000);
            Assert.AreEqual(133 * 250, desk.Limits.ChargeLimitMa);
            desk.M.LowestTemperatureDeciC = 50;
            desk.Run(1000);
            Assert.AreEqual(OfCharge(30000), desk.Limits.ChargeLimitMa);
        }

        // Shows S-107.
        [TestMethod]
        public void every_table_forbids_charging_where_its_preset_does_and_never_exceeds_the_maximum()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                ParameterBlock parameters = Presets.Of(chemistry, 12, 100000);
                Desk desk = new Desk(parameters);
                desk.M.LowestCellMv = (parameters.Get(ParameterId.ChargeTaperStartMv) + parameters.Get(ParameterId.DischargeTaperStartMv)) / 2;
                desk.M.HighestCellMv = desk.M.LowestCellMv;
                for (int deciC = -400; deciC <= 700; deciC += 25)
                {
                    int charge = desk.ChargeAt(deciC);
                    int discharge = desk.Limits.DischargeLimitMa;
                    Assert.IsTrue(charge <= parameters.Get(ParameterId.MaxChargeCurrentMa));
                    Assert.IsTrue(discharge <= parameters.Get(ParameterId.MaxDischargeCurrentMa));
                    if (deciC <= parameters.Get(ParameterId.ChargeZeroBelowDeciC) || deciC >= parameters.Get(ParameterId.ChargeZeroAboveDeciC))
                    {
                        Assert.AreEqual(0, charge);
                    }

                    if (deciC == 250)
                    {
                        Assert.IsTrue(charge >= 49000 && discharge >= 250000);
                    }
                }
            }
        }

        // Shows F-104.
        [TestMethod]
        public void regeneration_may_pulse_above_the_continuous_limit_for_ten_seconds()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.M.HostMode = HostCommand.ModeDrive;
            desk.Run(11000);
            Assert.AreEqual(OfCharge(100000), desk.Limits.RegenContinuousMa);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(MaxCharge, desk.Limits.RegenPulseMa);

            // 102 A is more than the continuous limit and its margin of 1.33 A.
            desk.M.CurrentMa = 102000;
            desk.Run(9950);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
            desk.Run(100);
            Assert.AreEqual(OfCharge(100000), desk.Limits.ChargeLimitMa);

            // Half of the pulse is there again after 10 s at less.
            desk.M.CurrentMa = 50000;
            desk.Run(9900);
            Assert.AreEqual(OfCharge(100000), desk.Limits.ChargeLimitMa);
            desk.Run(4000);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
        }

        // Shows F-104.
        [TestMethod]
        public void a_charger_gets_the_continuous_limit_and_cold_cells_take_no_pulse()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.Run(11000);
            Assert.AreEqual(OfCharge(100000), desk.Limits.ChargeLimitMa);
            Assert.AreEqual(MaxCharge, desk.Limits.RegenPulseMa);
            desk.M.HostMode = HostCommand.ModeDrive;

            // 0.5C is 375 permille of the maximum, half as much again 562.
            Assert.AreEqual(133 * 562, desk.ChargeAt(100));
            desk.Temperature(99);
            desk.Run(1000);
            Assert.AreEqual(desk.Limits.RegenContinuousMa, desk.Limits.ChargeLimitMa);
        }

        private static void Forecast(Desk desk, int chargeMa, int dischargeMa)
        {
            desk.E.Power.ChargeMa[1] = chargeMa;
            desk.E.Power.DischargeMa[1] = dischargeMa;
            desk.E.Power.IsKnown = true;
        }

        [TestMethod]
        public void the_estimator_of_power_limits_within_two_looks_and_is_never_exceeded()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.Run(11000);
            Forecast(desk, 12345, 45678);
            desk.Run(250);

            // In permille of 133 A and 300 A, rounded down.
            Assert.AreEqual(133 * 92, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(133 * 92, desk.Limits.RegenContinuousMa);
            Assert.AreEqual(133 * 92, desk.Limits.RegenPulseMa);
            Assert.AreEqual(300 * 152, desk.Limits.DischargeLimitMa);
            Forecast(desk, 0, 0);
            desk.Run(250);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            for (int ma = 1; ma < 400000; ma = ma * 3 + 1)
            {
                Forecast(desk, ma, ma);
                desk.Run(11000);
                Assert.IsTrue(desk.Limits.RegenPulseMa <= ma);
                Assert.IsTrue(desk.Limits.ChargeLimitMa <= ma);
                Assert.IsTrue(desk.Limits.DischargeLimitMa <= ma);
            }

            Assert.AreEqual(OfCharge(100000), desk.Limits.ChargeLimitMa);
        }

        [TestMethod]
        public void after_a_low_forecast_the_limits_rise_as_slowly_as_ever()
        {
            Desk desk = new Desk(Presets.Nmc(12, 100000));
            desk.Run(11000);
            Forecast(desk, 0, 0);
            desk.Run(250);
            Forecast(desk, 1000000, 1000000);
            desk.Run(1000);

            // 10 % of the maximum in a second, and a look's delay.
            Assert.IsTrue(desk.Limits.ChargeLimitMa > 0 && desk.Limits.ChargeLimitMa <= MaxCharge / 10);
            Assert.IsTrue(desk.Limits.DischargeLimitMa > 0 && desk.Limits.DischargeLimitMa <= MaxDischarge / 10);
        }

        [TestMethod]
        public void a_forecast_that_is_not_known_neither_limits_nor_raises()
        {
            Desk with = new Desk(Presets.Nmc(12, 100000));
            with.E.Power.ChargeMa[1] = 0;
            with.E.Power.DischargeMa[1] = 0;
            with.Run(11000);
            Assert.AreEqual(OfCharge(100000), with.Limits.ChargeLimitMa);

            // What the tables forbid no forecast allows.
            with.Temperature(-10);
            Forecast(with, 1000000, 1000000);
            with.Run(1000);
            Assert.AreEqual(0, with.Limits.ChargeLimitMa);

            // The last one stands while there is no new one.
            with.Temperature(250);
            Forecast(with, 5000, 7000);
            with.Run(11000);
            with.E.Power.IsKnown = false;
            with.E.Power.ChargeMa[1] = 1000000;
            with.E.Power.DischargeMa[1] = 1000000;
            with.Run(11000);
            Assert.IsTrue(with.Limits.ChargeLimitMa <= 5000);
            Assert.IsTrue(with.Limits.DischargeLimitMa <= 7000);
        }
    }
}
