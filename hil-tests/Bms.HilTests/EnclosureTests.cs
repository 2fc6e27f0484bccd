using Bms.Bench;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.HilTests
{
    /// <summary>The gas in the housing, its sensor, and the way of the readings into the controller.</summary>
    [TestClass]
    public sealed class EnclosureTests
    {
        private static readonly EnclosureOptions Ideal = new() { PressureOffsetPa = 0, PressureNoisePa = 0, HumidityOffset = 0, TemperatureOffsetK = 0 };

        private static PackPlant Plant(EnclosureOptions? enclosure = null, double degC = 25, double ambientDegC = 25)
        {
            return new PackPlant(new PackOptions { CellCount = 12, Enclosure = enclosure ?? Ideal, InitialTemperatureDegC = degC, AmbientDegC = ambientDegC });
        }

        private static void Run(PackPlant plant, double seconds)
        {
            for (int i = 0; i < (int)(seconds * 100); i++)
            {
                plant.Step();
            }
        }

        [TestMethod]
        public void saturation_pressure_meets_the_tables_of_steam()
        {
            // IAPWS: 611.7 Pa at 0.01 degC, 3169.8 Pa at 25 degC, 12,352 Pa at 50 degC.
            Assert.AreEqual(611.7, Enclosure.SaturationPa(0.01), 1);
            Assert.AreEqual(3169.8, Enclosure.SaturationPa(25), 10);
            Assert.AreEqual(12352, Enclosure.SaturationPa(50), 60);
        }

        [TestMethod]
        public void a_pack_at_rest_keeps_pressure_and_humidity()
        {
            PackPlant plant = Plant();
            Run(plant, 600);
            Assert.AreEqual(101_325, plant.Enclosure.PressurePa, 1);
            Assert.AreEqual(0.4, plant.Enclosure.Humidity, 0.005);
            Assert.AreEqual(0, plant.Enclosure.LiquidWaterG);
        }

        [TestMethod]
        public void a_tight_housing_holds_the_pressure_that_its_gas_makes()
        {
            // 0.1 l/s for 10 s of gas at 293.15 K and 1 atm in 30 l at 298.15 K: 1/30 atm * 298.15 / 293.15 = 3435 Pa.
            PackPlant plant = Plant(Ideal with { BreatherLPerMinKPa = 0, BurstPa = 1e6, VapourExchangeS = 1e12 });
            double before = plant.Enclosure.PressurePa;
            plant.Enclosure.InjectedGasLPerS = 0.1;
            Run(plant, 10);
            plant.Enclosure.InjectedGasLPerS = 0;
            Assert.AreEqual(3435, plant.Enclosure.PressurePa - before, 5);
            Run(plant, 60);
            Assert.AreEqual(3435, plant.Enclosure.PressurePa - before, 5);
        }

        [TestMethod]
        public void the_breather_lets_a_small_pressure_go_with_its_time_constant()
        {
            // 30 l, 1 l/min at 1 kPa: 30 * 60 / 101.325 = 17.8 s, at 298.15 K instead of 293.15 K 17.5 s.
            PackPlant plant = Plant();
            plant.Enclosure.InjectedGasLPerS = 5;
            plant.Step();
            Run(plant, 0.1);
            plant.Enclosure.InjectedGasLPerS = 0;
            double start = plant.Enclosure.PressurePa - 101_325;
            Assert.IsGreaterThan(1000, start);
            Assert.IsFalse(plant.Enclosure.IsVentOpen);
            Run(plant, 17.5);
            Assert.AreEqual(Math.Exp(-1), (plant.Enclosure.PressurePa - 101_325) / start, 0.02);
        }

        [TestMethod]
        public void a_venting_cell_raises_the_pressure_and_opens_the_burst_vent()
        {
            PackPlant plant = Plant();
            plant.Faults.Inject(PackFault.CellVenting, 3);
            double highest = 0;
            for (int i = 0; i < 3000; i++)
            {
                plant.Step();
                highest = Math.Max(highest, plant.Enclosure.PressurePa);
            }

            Assert.IsTrue(plant.Enclosure.IsVentOpen);
            Assert.IsGreaterThan(101_325 + 2_000, highest);
            Run(plant, 120);
            Assert.AreEqual(2 * plant.Cells.CapacityAh[3], plant.Enclosure.VentedGasL, 0.5);
            Assert.AreEqual(101_325, plant.Enclosure.PressurePa, 50);
        }

        [TestMethod]
        public void a_cell_vents_once_by_heat_and_not_below_its_limit()
        {
            PackPlant plant = Plant();
            plant.Cells.TemperatureDegC[0] = 129;
            Run(plant, 1);
            Assert.AreEqual(0, plant.Enclosure.VentedGasL);
            plant.Cells.TemperatureDegC[0] = 140;
            Run(plant, 100);
            double once = plant.Enclosure.VentedGasL;
            Assert.IsGreaterThan(50, once);
            plant.Cells.TemperatureDegC[0] = 140;
            Run(plant, 1);
            Assert.AreEqual(once, plant.Enclosure.VentedGasL, 0.1);
        }

        [TestMethod]
        public void water_makes_the_gas_damp_and_dries_up_only_slowly()
        {
            PackPlant plant = Plant();
            plant.Faults.Inject(PackFault.EnclosureWater, 0, 0.1);
            Run(plant, 60);
            plant.Faults.Clear(PackFault.EnclosureWater);
            Run(plant, 300);
            Assert.IsGreaterThan(0.95, plant.Enclosure.Humidity);
            Assert.IsGreaterThan(5, plant.Enclosure.LiquidWaterG);
        }

        [TestMethod]
        public void damp_air_condenses_on_a_cold_coolant_plate()
        {
            PackPlant plant = Plant(Ideal with { AmbientHumidity = 0.8 }, 30, 30);
            plant.Thermal.ConditioningDegC = 5;
            Run(plant, 600);
            Assert.IsGreaterThan(0.1, plant.Enclosure.LiquidWaterG);
        }

        [TestMethod]
        public void height_lowers_the_pressure_inside_too()
        {
            PackPlant plant = Plant();
            plant.Enclosure.AmbientPressurePa = 80_000;
            Run(plant, 600);
            Assert.AreEqual(80_000, plant.Enclosure.PressurePa, 100);
        }

        [TestMethod]
        public void readings_reach_the_controller_with_age_and_validity()
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = 12, Enclosure = Ideal } });
            EnvironmentInputs inputs = bench.Controller.Inputs.Environment;
            bench.RunFor(1.1);
            Assert.IsTrue(inputs.IsFitted);
            Assert.AreEqual(101_325, inputs.PressurePa, 2);
            Assert.AreEqual(250, inputs.TemperatureDeciC, 3);
            Assert.AreEqual(400, inputs.HumidityPermille, 5);

            bench.Ees.Inject(PackFault.EnclosurePressureOffset, 0, 2000);
            bench.RunFor(1.1);
            Assert.AreEqual(103_325, inputs.PressurePa, 2);

            bench.Ees.Inject(PackFault.EnclosureSensorFailed);
            bench.RunFor(1.1);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.PressurePa);
            Assert.IsLessThan(1100, inputs.AgeMs);
            bench.Ees.Clear(PackFault.EnclosureSensorFailed);

            bench.Ees.Inject(PackFault.EnclosureSensorSilent);
            bench.RunFor(6.2);
            Assert.AreEqual(EnvironmentInputs.MaxAgeMs, inputs.AgeMs);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.HumidityPermille);
        }

        [TestMethod]
        public void a_pack_without_a_sensor_has_none()
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = 12, Enclosure = Ideal with { HasSensor = false } } });
            bench.RunFor(10);
            Assert.IsFalse(bench.Controller.Inputs.Environment.IsFitted);
        }
    }
}
