using Bms.Bench.Climate;
using Bms.Core.Control;
using Bms.Drivers;
using Bms.Plant.Pack;

namespace Bms.Bench.Climate.Tests
{
    /// <summary>The data sheet's formulas, the register model, and the firmware's sensor class on it through the .NET binding.</summary>
    [TestClass]
    public sealed class Bme280Tests
    {
        [TestMethod]
        public void the_worked_example_of_the_data_sheet_comes_out()
        {
            var compensation = new Bme280Compensation();
            int fine = compensation.FineTemperature(519888);
            Assert.AreEqual(128422, fine);
            Assert.AreEqual(2508, Bme280Compensation.TemperatureCentiC(fine));
            Assert.AreEqual(100653, compensation.PressureQ8(415148, fine) / 256.0, 1);
        }

        [TestMethod]
        public void the_firmwares_sensor_reads_the_worked_example()
        {
            var chip = new Bme280Model { Raw = (415148, 519888, 0x6000) };
            var sensor = new EnvironmentSensor(chip);
            Assert.IsTrue(sensor.Read());
            Assert.AreEqual(251, sensor.TemperatureDeciC);
            Assert.AreEqual(100653, sensor.PressurePa, 1);
        }

        [TestMethod]
        [DataRow(-30.0, 70_000.0, 0.1)]
        [DataRow(-5.0, 95_000.0, 0.9)]
        [DataRow(25.0, 101_325.0, 0.4)]
        [DataRow(60.0, 108_000.0, 0.05)]
        [DataRow(84.0, 31_000.0, 0.6)]
        public void what_the_chip_measures_comes_out_of_the_sensor(double degC, double pa, double humidity)
        {
            var chip = new Bme280Model { TemperatureDegC = degC, PressurePa = pa, Humidity = humidity };
            var sensor = new EnvironmentSensor(chip);
            Assert.IsTrue(sensor.Read());
            Assert.AreEqual(degC * 10, sensor.TemperatureDeciC, 1);
            Assert.AreEqual(pa, sensor.PressurePa, 3);
            Assert.AreEqual(humidity * 1000, sensor.HumidityPermille, 2);
        }

        [TestMethod]
        public void a_pressure_beyond_the_range_is_the_end_of_the_range_and_not_missing()
        {
            // A venting cell must not hide itself by venting too hard.
            var chip = new Bme280Model { PressurePa = 118_000 };
            var sensor = new EnvironmentSensor(chip);
            Assert.IsTrue(sensor.Read());
            Assert.AreEqual(110_000, sensor.PressurePa);
        }

        [TestMethod]
        public void a_sensor_that_does_not_answer_gives_no_values_and_comes_back()
        {
            var chip = new Bme280Model();
            var sensor = new EnvironmentSensor(chip);
            Assert.IsTrue(sensor.Read());
            chip.IsAbsent = true;
            Assert.IsFalse(sensor.Read());
            Assert.AreEqual(EnvironmentSensor.NotAvailable, sensor.PressurePa);
            Assert.AreEqual(EnvironmentSensor.NotAvailable, sensor.TemperatureDeciC);
            Assert.AreEqual(EnvironmentSensor.NotAvailable, sensor.HumidityPermille);
            chip.IsAbsent = false;
            Assert.IsTrue(sensor.Read());
        }

        [TestMethod]
        public void no_chip_at_the_address_is_an_error_of_the_constructor()
        {
            var chip = new Bme280Model { IsAbsent = true };
            Assert.Throws<Exception>(() => new EnvironmentSensor(chip));
        }

        [TestMethod]
        public void a_chip_asleep_keeps_its_reset_values()
        {
            var chip = new Bme280Model();
            byte[] data = new byte[8];
            chip.WriteRead([0xF7], data);
            CollectionAssert.AreEqual(new byte[] { 0x80, 0, 0, 0x80, 0, 0, 0x80, 0 }, data);
        }

        [TestMethod]
        public void the_sampling_of_the_humidity_counts_from_the_next_start_of_a_measurement()
        {
            var chip = new Bme280Model();
            byte[] humidity = new byte[2];
            chip.Write([0xF4, 0x27]);
            chip.Write([0xF2, 0x01]);
            chip.WriteRead([0xFD], humidity);
            Assert.AreEqual(0x80, humidity[0]);
            Assert.AreEqual(0, humidity[1]);
            chip.Write([0xF4, 0x27]);
            chip.WriteRead([0xFD], humidity);
            Assert.AreNotEqual(0x8000, (humidity[0] << 8) | humidity[1]);
        }

        [TestMethod]
        public void venting_in_the_simulated_pack_reaches_the_controllers_inputs_through_the_chip()
        {
            var plant = new PackPlant(new PackOptions { CellCount = 12 });
            var chip = new Bme280Model();
            var sensor = new EnvironmentSensor(chip);
            var inputs = new EnvironmentInputs();
            int before = Read(plant, chip, sensor, inputs, 0);
            Assert.AreEqual(plant.Enclosure.PressurePa, before, 5);
            plant.Faults.Inject(PackFault.EnclosureGas, 0, 0.5);
            for (int i = 0; i < 100; i++)
            {
                plant.Step();
            }

            int after = Read(plant, chip, sensor, inputs, 1000);
            Assert.AreEqual(plant.Enclosure.PressurePa, after, 5);
            Assert.IsGreaterThan(before + 1000, after);
        }

        private static int Read(PackPlant plant, Bme280Model chip, EnvironmentSensor sensor, EnvironmentInputs inputs, uint nowMs)
        {
            chip.TemperatureDegC = plant.Enclosure.TemperatureDegC;
            chip.PressurePa = plant.Enclosure.PressurePa;
            chip.Humidity = plant.Enclosure.Humidity;
            Assert.IsTrue(sensor.Read());
            inputs.Publish(sensor.TemperatureDeciC, sensor.PressurePa, sensor.HumidityPermille);
            inputs.Update(nowMs);
            return inputs.PressurePa;
        }
    }
}
