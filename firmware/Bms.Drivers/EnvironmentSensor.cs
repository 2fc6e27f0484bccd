using System;
using System.Device.I2c;
using Iot.Device.Bmxx80;
using Iot.Device.Bmxx80.PowerMode;
using UnitsNet;

namespace Bms.Drivers
{
    /// <summary>Temperature, pressure and humidity of the enclosure, from a BME280 on the I2C bus.</summary>
    /// <remarks>
    /// For a thread of low priority, never for the cycle: a reading blocks for some milliseconds on the bus, computes in double and leaves dozens of
    /// objects behind. The results are single ints, so the control thread may read them at any time without a lock.
    /// </remarks>
    public sealed class EnvironmentSensor
    {
        /// <summary>What a result holds before the first good reading, and after a failed one.</summary>
        public const int NotAvailable = int.MinValue;

        /// <summary>Address of most breakout boards (SDO pulled up).</summary>
        public const byte DefaultAddress = Bmx280Base.DefaultI2cAddress;

        private readonly Bme280 _sensor;

        /// <param name="device">The chip at <see cref="DefaultAddress"/>, or at <see cref="Bmx280Base.SecondaryI2cAddress"/>.</param>
        /// <exception cref="Exception">No BME280 answers there.</exception>
        public EnvironmentSensor(I2cDevice device)
        {
            _sensor = new Bme280(device);
            _sensor.TemperatureSampling = Sampling.LowPower;
            _sensor.PressureSampling = Sampling.Standard;
            _sensor.HumiditySampling = Sampling.UltraLowPower;
            _sensor.SetPowerMode(Bmx280PowerMode.Normal);
            Invalidate();
        }

        /// <summary>Temperature in 0.1 degC, -400..850 by the sensor's range, or <see cref="NotAvailable"/>.</summary>
        public int TemperatureDeciC { get; private set; }

        /// <summary>Pressure in Pa, held to 30,000..110,000 by the sensor's range, or <see cref="NotAvailable"/>.</summary>
        public int PressurePa { get; private set; }

        /// <summary>Relative humidity in permille, 0..1000, or <see cref="NotAvailable"/>.</summary>
        public int HumidityPermille { get; private set; }

        /// <summary>Takes one reading of all three.</summary>
        /// <returns>False where the sensor did not answer or gave a value outside its range; that value is then <see cref="NotAvailable"/>.</returns>
        public bool Read()
        {
            try
            {
                Temperature temperature;
                Pressure pressure;
                RelativeHumidity humidity;
                TemperatureDeciC = _sensor.TryReadTemperature(out temperature) ? Round(temperature.DegreesCelsius, 10, -400, 850) : NotAvailable;
                PressurePa = _sensor.TryReadPressure(out pressure) ? Round(Saturated(pressure.Pascals, 30000, 110000), 1, 30000, 110000) : NotAvailable;
                HumidityPermille = _sensor.TryReadHumidity(out humidity) ? Round(humidity.Percent, 10, 0, 1000) : NotAvailable;
            }
            catch (Exception)
            {
                Invalidate();
            }

            return TemperatureDeciC != NotAvailable && PressurePa != NotAvailable && HumidityPermille != NotAvailable;
        }

        // A venting cell may push beyond the range for which the chip is specified: the end of the range is true enough, and far better than nothing.
        private static double Saturated(double value, double min, double max)
        {
            return double.IsNaN(value) ? value : value < min ? min : value > max ? max : value;
        }

        // Compared before the cast, which is undefined for NaN and for values that do not fit. NaN passes neither comparison on a PC but
        // both on the device, hence the test of its own.
        private static int Round(double value, int scale, int min, int max)
        {
            double scaled = value * scale;
            if (double.IsNaN(scaled) || scaled < min || scaled > max)
            {
                return NotAvailable;
            }

            return (int)(scaled + (scaled < 0 ? -0.5 : 0.5));
        }

        private void Invalidate()
        {
            TemperatureDeciC = NotAvailable;
            PressurePa = NotAvailable;
            HumidityPermille = NotAvailable;
        }
    }
}
