using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Control
{
    /// <summary>NMC preset: start 10 mV and stop 5 mV above the lowest cell, above 3.66 V, below a tenth of the capacity in current and 50 degC.</summary>
    [TestClass]
    public class BalancingTests
    {
        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly FaultMonitor Faults;
            public readonly Balancing Balancing;
            public uint NowMs;

            public Desk(int cellCount)
            {
                ParameterBlock parameters = Presets.Nmc(cellCount, 50000);
                TestBus bus = new TestBus();
                M = new PackMeasurement(parameters, bus);
                Faults = new FaultMonitor(parameters, true, bus);
                Balancing = new Balancing(parameters, M.ModuleCount);
                Balancing.Update(0);
                for (int i = 0; i < cellCount; i++)
                {
                    M.CellVoltageMv[i] = 3900;
                }

                M.LowestCellMv = 3900;
                M.HighestCellMv = 3900;
                M.ValidCells = cellCount;
                M.LowestTemperatureDeciC = 250;
                M.HighestTemperatureDeciC = 250;
                M.CurrentMa = 0;
                M.PackVoltageMv = cellCount * 3900;
                M.LinkVoltageMv = 0;
                M.HostAllowsBalancing = true;
            }

            public void Turn()
            {
                NowMs += 9000;
                Balancing.Update(NowMs);
                NowMs += 1000;
                Balancing.Update(NowMs);
            }

            // The choice of this stretch.
            public int Now(int module)
            {
                return Balancing.Decide(module, M, Faults);
            }

            // A new choice each time: the bleeding stretch and the measuring stretch pass first.
            public int Decide(int module)
            {
                Turn();
                return Balancing.Decide(module, M, Faults);
            }
        }

        [TestMethod]
        public void a_level_pack_bleeds_nothing()
        {
            Desk desk = new Desk(24);
            Assert.AreEqual(0, desk.Decide(0));
            Assert.AreEqual(0, desk.Decide(1));
            Assert.IsFalse(desk.Balancing.IsOn);
        }

        // Shows F-010.
        [TestMethod]
        public void a_cell_bleeds_from_more_than_10_mv_down_to_5_mv_above_the_lowest()
        {
            Desk desk = new Desk(24);
            desk.M.CellVoltageMv[0] = 3910;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.CellVoltageMv[0] = 3911;
            Assert.AreEqual(1, desk.Decide(0));
            Assert.IsTrue(desk.Balancing.IsOn);
            desk.M.CellVoltageMv[0] = 3906;
            Assert.AreEqual(1, desk.Decide(0));
            desk.M.CellVoltageMv[0] = 3905;
            Assert.AreEqual(0, desk.Decide(0));
            Assert.IsFalse(desk.Balancing.IsOn);
            desk.M.CellVoltageMv[0] = 3910;
            Assert.AreEqual(0, desk.Decide(0));
        }

        [TestMethod]
        public void each_bit_is_one_cell_of_the_module()
        {
            for (int cell = 0; cell < 24; cell++)
            {
                Desk desk = new Desk(24);
                desk.M.CellVoltageMv[cell] = 3950;
                Assert.AreEqual(cell < 12 ? 1 << cell : 0, desk.Decide(0));
                Assert.AreEqual(cell < 12 ? 0 : 1 << (cell - 12), desk.Decide(1));
                Assert.IsTrue(desk.Balancing.IsOn);
            }
        }

        [TestMethod]
        public void a_module_with_one_cell_has_one_bit()
        {
            Desk desk = new Desk(13);
            desk.M.CellVoltageMv[12] = 3950;
            Assert.AreEqual(0, desk.Decide(0));
            Assert.AreEqual(1, desk.Decide(1));
        }

        // Shows F-010.
        [TestMethod]
        public void no_cell_below_the_least_voltage_bleeds()
        {
            Desk desk = new Desk(12);
            desk.M.LowestCellMv = 3500;
            desk.M.CellVoltageMv[3] = 3660;
            desk.M.CellVoltageMv[4] = 3661;
            Assert.AreEqual(0, desk.Decide(0) & (1 << 3));
            Assert.AreEqual(1 << 4, desk.Decide(0) & (1 << 4));
        }

        // Shows F-010.
        [TestMethod]
        public void without_the_hosts_permission_nothing_bleeds()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            Assert.IsTrue(desk.Decide(0) != 0);
            desk.M.HostAllowsBalancing = false;
            Assert.AreEqual(0, desk.Decide(0));
            Assert.IsFalse(desk.Balancing.IsOn);
        }

        // Shows F-010.
        [TestMethod]
        public void a_large_current_in_either_direction_stops_it()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            desk.M.CurrentMa = 4999;
            Assert.IsTrue(desk.Decide(0) != 0);
            desk.M.CurrentMa = 5000;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.CurrentMa = -4999;
            Assert.IsTrue(desk.Decide(0) != 0);
            desk.M.CurrentMa = -5000;
            Assert.AreEqual(0, desk.Decide(0));
        }

        // Shows F-010.
        [TestMethod]
        public void heat_stops_it()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            desk.M.HighestTemperatureDeciC = 499;
            Assert.IsTrue((desk.Decide(0) | desk.Decide(0)) != 0);
            desk.M.HighestTemperatureDeciC = 500;
            Assert.AreEqual(0, desk.Decide(0) | desk.Decide(0));
        }

        // Shows F-010.
        [TestMethod]
        public void a_fault_of_severity_limit_stops_it_and_a_warning_does_not()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            desk.Faults.HighestSeverity = Severity.Warning;
            Assert.IsTrue(desk.Decide(0) != 0);
            desk.Faults.HighestSeverity = Severity.Limit;
            Assert.AreEqual(0, desk.Decide(0));
            desk.Faults.HighestSeverity = Severity.Trip;
            Assert.AreEqual(0, desk.Decide(0));
        }

        // Shows F-010.
        [TestMethod]
        public void missing_measurements_stop_it()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            desk.M.CurrentMa = SignalValue.NotAvailable;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.CurrentMa = 0;
            desk.M.ValidCells = 11;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.ValidCells = 12;
            Assert.IsTrue(desk.Decide(0) != 0);
        }

        [TestMethod]
        public void it_is_on_until_the_last_module_has_stopped()
        {
            Desk desk = new Desk(24);
            desk.M.CellVoltageMv[0] = 3950;
            desk.M.CellVoltageMv[12] = 3950;
            desk.Decide(0);
            desk.Decide(1);
            desk.M.CellVoltageMv[0] = 3900;
            desk.Decide(0);
            Assert.IsTrue(desk.Balancing.IsOn);
            desk.M.CellVoltageMv[12] = 3900;
            desk.Decide(1);
            Assert.IsFalse(desk.Balancing.IsOn);
        }

        [TestMethod]
        public void a_choice_holds_for_its_stretch_whatever_the_bled_voltages_say()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.CellVoltageMv[3] = 3900;
            desk.M.CellVoltageMv[4] = 3950;
            Assert.AreEqual(8, desk.Now(0));
            Assert.AreEqual(16, desk.Decide(0));
        }

        // Shows F-103.
        [TestMethod]
        public void nothing_bleeds_while_the_cells_are_measured()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            desk.NowMs = uint.MaxValue - 13000;
            desk.Balancing.Update(desk.NowMs);
            Assert.IsTrue(desk.Balancing.IsMeasuring);
            desk.Balancing.Update(desk.NowMs + 1000);
            Assert.IsFalse(desk.Balancing.IsMeasuring);
            Assert.AreEqual(8, desk.Now(0));
            desk.Balancing.Update(desk.NowMs + 9999);
            Assert.AreEqual(8, desk.Now(0));
            desk.Balancing.Update(desk.NowMs + 10000);
            Assert.IsTrue(desk.Balancing.IsMeasuring);
            Assert.AreEqual(0, desk.Now(0));
            Assert.IsFalse(desk.Balancing.IsOn);
            desk.Balancing.Update(desk.NowMs + 10999);
            Assert.AreEqual(0, desk.Now(0));
            desk.Balancing.Update(desk.NowMs + 11000);
            Assert.AreEqual(8, desk.Now(0));
        }

        [TestMethod]
        public void the_hysteresis_reaches_over_the_measuring_stretch()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3911;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.CellVoltageMv[3] = 3906;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.CellVoltageMv[3] = 3905;
            Assert.AreEqual(0, desk.Decide(0));
        }

        [TestMethod]
        public void a_fault_ends_the_choice_and_a_new_one_is_made_after_it()
        {
            Desk desk = new Desk(12);
            desk.M.CellVoltageMv[3] = 3950;
            Assert.AreEqual(8, desk.Decide(0));
            desk.Faults.HighestSeverity = Severity.Limit;
            Assert.AreEqual(0, desk.Now(0));
            desk.Faults.HighestSeverity = Severity.None;
            desk.M.CellVoltageMv[3] = 3909;
            Assert.AreEqual(0, desk.Now(0));
        }

        // Shows F-103.
        [TestMethod]
        public void near_the_top_a_charging_current_allows_it_with_twice_the_difference()
        {
            Desk desk = new Desk(12);
            desk.M.HostMode = HostCommand.ModeCharge;
            desk.M.CurrentMa = 20000;
            desk.M.CellVoltageMv[3] = 4120;
            desk.M.LowestCellMv = 4099;
            desk.M.HighestCellMv = 4119;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.HighestCellMv = 4120;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.LowestCellMv = 4109;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.LowestCellMv = 4110;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.LowestCellMv = 4100;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.LowestCellMv = 4099;
            desk.M.CurrentMa = 24999;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.CurrentMa = 25000;
            Assert.AreEqual(0, desk.Decide(0));
            desk.M.CurrentMa = 20000;
            desk.M.HostMode = HostCommand.ModeDrive;
            Assert.AreEqual(0, desk.Decide(0));
        }

        // Shows F-103.
        [TestMethod]
        public void a_warm_module_bleeds_every_other_cell_by_turns_and_a_cool_one_all()
        {
            Desk desk = new Desk(24);
            for (int cell = 1; cell < 24; cell++)
            {
                desk.M.CellVoltageMv[cell] = 3950;
            }

            desk.M.TemperatureDeciC[1] = 400;
            desk.M.TemperatureDeciC[4] = 399;
            int first = desk.Decide(0);
            Assert.AreEqual(0xFFF, desk.Now(1));
            int second = desk.Decide(0);
            Assert.AreEqual(0xFFE, first | second);
            Assert.AreEqual(0, first & second);
            desk.M.TemperatureDeciC[1] = 500;
            Assert.AreEqual(0, desk.Decide(0));
            Assert.AreEqual(0xFFF, desk.Now(1));
        }

        // Shows F-103.
        [TestMethod]
        public void where_the_estimator_knows_the_cells_their_charge_decides()
        {
            Desk desk = new Desk(12);
            desk.Balancing.CellSoc = new float[12];
            desk.Balancing.CellSoc[3] = 0.0101f;
            desk.Balancing.CellSoc[5] = 0.0099f;
            desk.M.CellVoltageMv[7] = 3950;
            Assert.AreEqual(8, desk.Decide(0));
            desk.Balancing.CellSoc[3] = 0.0031f;
            Assert.AreEqual(8, desk.Decide(0));
            desk.Balancing.CellSoc[3] = 0.0029f;
            Assert.AreEqual(0, desk.Decide(0));

            // Not sure enough: a deviation of more than a third of a percent. Then the voltage decides.
            desk.Balancing.SocVariance = 0.0034f * 0.0034f;
            Assert.AreEqual(1 << 7, desk.Decide(0));
            desk.Balancing.SocVariance = 0.0033f * 0.0033f;
            Assert.AreEqual(0, desk.Decide(0));

            // Nothing takes the last charge.
            desk.Balancing.CellSoc[3] = 0.5f;
            desk.M.LowestCellMv = 3201;
            Assert.AreEqual(8, desk.Decide(0));
            desk.M.LowestCellMv = 3200;
            Assert.AreEqual(0, desk.Decide(0));
        }
    }
}
