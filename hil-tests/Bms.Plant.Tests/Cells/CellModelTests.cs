using Bms.Plant.Cells;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests.Cells
{
    [TestClass]
    public class CellModelTests
    {
        [TestMethod]
        public void the_step_response_equals_the_closed_form()
        {
            var model = new CellModel(TestCells.Straight(), 0.8);
            const double i = -1.5;
            for (int k = 1; k <= 600; k++)
            {
                double v = model.Step(i, 0.5, 25);
                double t = 0.5 * k;
                double soc = 0.8 + (i * t / 7200);
                double expected = 3 + soc + (i * (0.01 + (0.02 * (1 - Math.Exp(-t / 10))) + (0.03 * (1 - Math.Exp(-t / 200)))));
                Assert.AreEqual(expected, v, 1e-12);
            }
        }

        [TestMethod]
        public void the_relaxation_after_a_pulse_equals_the_closed_form()
        {
            var model = new CellModel(TestCells.Straight(), 0.5);
            _ = model.Step(2, 30, 25);
            double soc = model.Soc;
            double v = model.Step(0, 40, 25);

            double x1 = 2 * (1 - Math.Exp(-3.0)) * Math.Exp(-4.0);
            double x2 = 2 * (1 - Math.Exp(-0.15)) * Math.Exp(-0.2);
            Assert.AreEqual(3 + soc + (0.02 * x1) + (0.03 * x2), v, 1e-12);
        }

        [TestMethod]
        public void one_long_step_equals_many_short_ones()
        {
            var once = new CellModel(TestCells.Straight(0.01, 50), 0.5);
            var often = new CellModel(TestCells.Straight(0.01, 50), 0.5);
            double a = once.Step(-2, 100, 25);
            double b = 0;
            for (int k = 0; k < 10_000; k++)
            {
                b = often.Step(-2, 0.01, 25);
            }

            Assert.AreEqual(a, b, 1e-9);
        }

        [TestMethod]
        public void charge_and_discharge_have_their_own_resistance()
        {
            var up = new CellModel(TestCells.Straight(), 0.5);
            var down = new CellModel(TestCells.Straight(), 0.5);
            Assert.AreEqual(0.012, up.Step(1, 1e-9, 25) - 3.5, 1e-8);
            Assert.AreEqual(-0.010, down.Step(-1, 1e-9, 25) - 3.5, 1e-8);
        }

        [TestMethod]
        public void charge_is_conserved_to_1e_9()
        {
            var model = new CellModel(TestCells.Straight(), 0.5);
            var random = new Random(20260701);
            double chargeAs = 0;
            for (int k = 0; k < 200_000; k++)
            {
                double i = (random.NextDouble() * 4) - 2;
                double dt = 0.01 + random.NextDouble();
                chargeAs += i * dt;
                _ = model.Step(i, dt, 25);
            }

            Assert.AreEqual(0.5 + (chargeAs / 7200), model.Soc, 1e-9);
        }

        [TestMethod]
        public void coulombic_efficiency_takes_its_part_from_charging_only()
        {
            var model = new CellModel(TestCells.Straight(efficiency: 0.99), 0.5);
            _ = model.Step(2, 360, 25);
            Assert.AreEqual(0.5 + (0.99 * 0.1), model.Soc, 1e-12);
            _ = model.Step(-2, 360, 25);
            Assert.AreEqual(0.5 + (0.99 * 0.1) - 0.1, model.Soc, 1e-12);
        }

        [TestMethod]
        public void electrical_power_equals_stored_power_plus_heat()
        {
            var model = new CellModel(TestCells.Straight(0.02, 40, 0.005), 0.5);
            var random = new Random(7);
            for (int k = 0; k < 1000; k++)
            {
                double i = (random.NextDouble() * 10) - 5;
                double v = model.Step(i, 1, 25);
                Assert.AreEqual(i * v, (i * model.OcvV) + model.IrreversibleHeatW, 1e-12);
            }
        }

        [TestMethod]
        public void charging_takes_up_reversible_heat_with_the_sign_of_the_coefficient()
        {
            var model = new CellModel(TestCells.Straight(), 0.5);
            _ = model.Step(2, 1, 25);
            Assert.AreEqual(2 * 298.15 * 0.0002, model.ReversibleHeatW, 1e-12);
            _ = model.Step(-2, 1, 25);
            Assert.AreEqual(-2 * 298.15 * 0.0002, model.ReversibleHeatW, 1e-12);
        }

        [TestMethod]
        public void a_full_charge_and_discharge_closes_the_hysteresis_loop()
        {
            var model = new CellModel(TestCells.Straight(0.02, 60), 0.3);
            _ = model.Step(-1, 1440, 25);
            _ = model.Step(1, 2880, 25);
            double first = model.Hysteresis;
            double firstSoc = model.Soc;
            _ = model.Step(-1, 2880, 25);
            double second = model.Hysteresis;
            _ = model.Step(1, 2880, 25);

            Assert.AreEqual(firstSoc, model.Soc, 1e-12);
            Assert.AreEqual(first, model.Hysteresis, 1e-9, "the loop closes on itself");
            Assert.AreEqual(1, first, 1e-9);
            Assert.AreEqual(-1, second, 1e-9);
        }

        [TestMethod]
        public void hysteresis_covers_63_percent_within_one_over_gamma_of_the_capacity()
        {
            var model = new CellModel(TestCells.Straight(0.02, 50), 0.5);
            _ = model.Step(1, 0.02 * 7200, 25);
            Assert.AreEqual(1 - Math.Exp(-1), model.Hysteresis, 1e-12);
        }

        [TestMethod]
        public void hysteresis_rests_with_the_cell()
        {
            var model = new CellModel(TestCells.Straight(0.02, 50, 0.004), 0.5);
            _ = model.Step(1, 3600, 25);
            double h = model.Hysteresis;
            double v = model.Step(0, 36_000, 25);
            Assert.AreEqual(h, model.Hysteresis);
            Assert.AreEqual(3 + model.Soc + (0.02 * h) + 0.004, v, 1e-9);
        }

        [TestMethod]
        public void the_voltage_goes_on_in_a_straight_line_past_empty_and_full()
        {
            var model = new CellModel(TestCells.Straight(), 0.001);
            _ = model.Step(-2, 72, 25);
            Assert.AreEqual(-0.019, model.Soc, 1e-12);
            Assert.AreEqual(2.981, model.OcvV, 1e-12);
            model.Reset(1.02);
            Assert.AreEqual(4.02, model.OcvV, 1e-12);
        }

        [TestMethod]
        public void scales_move_capacity_and_resistance_of_one_cell()
        {
            var model = new CellModel(TestCells.Straight(), 0.5, capacityScale: 0.5, resistanceScale: 2);
            double v = model.Step(-1, 36, 25);
            Assert.AreEqual(0.49, model.Soc, 1e-12);
            double expected = 3.49 - (2 * (0.01 + (0.02 * (1 - Math.Exp(-3.6))) + (0.03 * (1 - Math.Exp(-0.18)))));
            Assert.AreEqual(expected, v, 1e-12);
        }

        [TestMethod]
        [DataRow(double.NaN, 1, 25)]
        [DataRow(double.PositiveInfinity, 1, 25)]
        [DataRow(1, 0, 25)]
        [DataRow(1, -1, 25)]
        [DataRow(1, double.NaN, 25)]
        [DataRow(1, 1, double.NaN)]
        public void a_step_that_is_not_finite_or_not_forward_is_refused(double current, double step, double temperature)
        {
            var model = new CellModel(TestCells.Straight(), 0.5);
            _ = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Step(current, step, temperature));
        }
    }
}
