using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Control
{
    /// <summary>NMC preset at 100 Ah: 133 A charge and 300 A discharge; charge map 0, 15, 42, 50 degC; discharge map -25, 0, 48, 58 degC.</summary>
    [TestClass]
    public class CurrentLimitsTests
    {
        private const int MaxCharge = 133000;
        private const int MaxDischarge = 300000;

        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly FaultMonitor Faults;
            public readonly CurrentLimits Limits;
            public int State = ContactorState.Closed;
            public uint NowMs;

            public Desk(ParameterBlock parameters)
            {
                TestBus bus = new TestBus();
                M = new PackMeasurement(parameters, bus);
                Faults = new FaultMonitor(parameters, true, bus);
                Limits = new CurrentLimits(parameters);
                M.LowestCellMv = 3700;
                M.HighestCellMv = 3700;
                Temperature(250);
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
                    Limits.Update(M, Faults, State, NowMs);
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
            return new Desk(Presets.Nmc(12, 100000));
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
            desk.Run(50);
            Assert.AreEqual(133 * 500, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4199;
            desk.Run(50);
            Assert.AreEqual(133 * 12, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4200;
            desk.Run(50);
            Assert.AreEqual(0, desk.Limits.ChargeLimitMa);
            desk.M.HighestCellMv = 4300;
            desk.Run(50);
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
            desk.Run(50);
            Assert.AreEqual(300 * 500, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 2801;
            desk.Run(50);
            Assert.AreEqual(300 * 2, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 2800;
            desk.Run(50);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            desk.M.LowestCellMv = 0;
            desk.Run(50);
            Assert.AreEqual(0, desk.Limits.DischargeLimitMa);
            Assert.AreEqual(MaxCharge, desk.Limits.ChargeLimitMa);
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
                Assert.AreEqual(MaxDischarge / 10 * second, desk.Limits.DischargeLimitMa);
            }

            desk.Run(1000);
            Assert.AreEqual(MaxDischarge, desk.Limits.DischargeLimitMa);
        }

        [TestMethod]
        public void slow_rises_do_not_get_lost_in_rounding()
        {
            ParameterBlock parameters = Presets.Nmc(12, 100000);
            parameters.Set(ParameterId.LimitRisePermillePerS, 1);
            Desk desk = new Desk(parameters);
            desk.Run(10 + 60000);
            Assert.AreEqual(300 * 60, desk.Limits.DischargeLimitMa);
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
            Assert.AreEqual(MaxDischarge / 10, desk.Limits.DischargeLimitMa);
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

            // The limits are looked at every 50 ms, so the last few thousandths may still be to come.
            Assert.IsTrue(desk.Limits.ChargeLimitMa >= 133 * 95 && desk.Limits.ChargeLimitMa <= 133 * 100);
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
            ParameterBlock parameters = Presets.Nmc(12, 100000);
            parameters.Set(ParameterId.MaxChargeCurrentMa, 5000000);
            parameters.Set(ParameterId.MaxDischargeCurrentMa, 4999999);
            Desk desk = new Desk(parameters);
            desk.Run(5010);
            Assert.AreEqual(2500000, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(2499999, desk.Limits.DischargeLimitMa);
            desk.Run(6000);
            Assert.AreEqual(5000000, desk.Limits.ChargeLimitMa);
            Assert.AreEqual(4999999, desk.Limits.DischargeLimitMa);
        }
    }
}
