using System;
using System.Device.I2c;
using System.Threading;
using Bms.Core.Control;

namespace Bms.Drivers
{
    /// <summary>Reads the enclosure's sensor in a thread of the lowest priority and hands the readings to the controller.</summary>
    /// <remarks>A sensor that does not answer is asked for again; meanwhile the readings carry no values, so that a broken one is seen and not mistaken for none.</remarks>
    public sealed class EnclosureThread
    {
        /// <summary>Time between two readings, in ms.</summary>
        public const int PeriodMs = 1000;

        // A sensor that is not there is looked for at this pace.
        private const int RetryMs = 3000;

        private readonly EnvironmentInputs _inputs;
        private readonly int _busId;
        private I2cDevice _device;
        private EnvironmentSensor _sensor;

        /// <param name="busId">Number of the I2C bus, from 1.</param>
        /// <param name="inputs">Where the readings go.</param>
        public EnclosureThread(int busId, EnvironmentInputs inputs)
        {
            _busId = busId;
            _inputs = inputs;
        }

        /// <summary>Starts the thread.</summary>
        public void Start()
        {
            Thread thread = new Thread(new ThreadStart(Run));
            thread.Priority = ThreadPriority.Lowest;
            thread.Start();
        }

        private void Run()
        {
            while (true)
            {
                Thread.Sleep(Step() ? PeriodMs : RetryMs);
            }
        }

        private bool Step()
        {
            if (_sensor == null)
            {
                try
                {
                    if (_device == null)
                    {
                        _device = I2cDevice.Create(new I2cConnectionSettings(_busId, EnvironmentSensor.DefaultAddress, I2cBusSpeed.FastMode));
                    }

                    _sensor = new EnvironmentSensor(_device);
                }
                catch (Exception)
                {
                    _inputs.Publish(EnvironmentSensor.NotAvailable, EnvironmentSensor.NotAvailable, EnvironmentSensor.NotAvailable);
                    return false;
                }
            }

            bool isWhole = _sensor.Read();
            _inputs.Publish(_sensor.TemperatureDeciC, _sensor.PressurePa, _sensor.HumidityPermille);
            return isWhole;
        }
    }
}
