using System;
using System.Device.Gpio;
using System.Threading;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Drivers;
using nanoFramework.Device.Can;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace Bms.Firmware
{
    /// <summary>The board's program: pins, wiring, and the loop.</summary>
    /// <remarks>
    /// The loop has one thread of the highest priority. A cycle that fails by an exception leads to one place: outputs off, watchdog unfed, restart.
    /// The bus is the chip's own controller until the driver for one on SPI is there; the ESP32's images have no such controller, and on them
    /// this program stops before the first cycle, with its outputs off.
    /// </remarks>
    public static class Program
    {
        private const int CellCount = 96;
        private const int CapacityMah = 50000;

        // 500 kbit/s at a peripheral clock of 54 MHz: 6 * (1 + 15 + 2) = 108 clocks a bit, sample point 89 %.
        // The library writes these into the chip's register as they are, and there each stands for one more.
        private const byte BaudRatePrescaler = 5;
        private const byte PhaseSegment1 = 14;
        private const byte PhaseSegment2 = 1;
        private const byte SyncJumpWidth = 0;

        private const int SensorPeriodMs = 60000;

        private static EnvironmentSensor _sensor;

        /// <summary>Runs until the power goes or a cycle fails.</summary>
        public static void Main()
        {
            // The outputs come first: from here on nothing floats.
            BoardPins pins = BoardPins.Esp32DevKitC();
            GpioController gpio = new GpioController();
            BoardIo io = new BoardIo(gpio, pins);
            try
            {
                WatchdogOutput watchdog = new WatchdogOutput(gpio, pins.Watchdog);
                ParameterBlock parameters = Presets.Nmc(CellCount, CapacityMah);
                NativeCanPort port = new NativeCanPort("CAN1", new CanSettings(BaudRatePrescaler, PhaseSegment1, PhaseSegment2, SyncJumpWidth));
                BatteryController controller = new BatteryController(parameters, port);
                StartSensor(pins);
                Thread.CurrentThread.Priority = ThreadPriority.Highest;
                Run(controller, io, watchdog, (uint)parameters.Get(ParameterId.CyclePeriodMs) * 1000);
            }
            catch (Exception)
            {
                io.ForceAllOff();
                Power.RebootDevice(RebootOption.NormalReboot);
            }
        }

        private static void Run(BatteryController controller, BoardIo io, WatchdogOutput watchdog, uint periodUs)
        {
            ulong dueUs = HighResTimer.GetCurrent();
            while (true)
            {
                ulong startUs = HighResTimer.GetCurrent();
                uint nowMs = (uint)(startUs / 1000);

                ReadInputs(io, controller.Inputs, nowMs);
                controller.Update(nowMs);
                WriteOutputs(io, controller.Outputs);

                ulong endUs = HighResTimer.GetCurrent();
                controller.Reporting.NoteCycleTime((int)(endUs - startUs));

                // The only place: a cycle that did not come to its end, or an output that was not written, starves the watchdog.
                watchdog.Feed();

                // From due time to due time, so that lateness does not add up; after a whole period lost it starts anew instead of rushing.
                dueUs += periodUs;
                if (endUs > dueUs + periodUs)
                {
                    dueUs = endUs;
                }

                while (HighResTimer.GetCurrent() < dueUs)
                {
                    // Sleep steps by the 10 ms tick of the operating system; a shorter time waits for the next tick.
                    Thread.Sleep(1);
                }
            }
        }

        private static void ReadInputs(BoardIo io, DiscreteInputs inputs, uint nowMs)
        {
            io.UpdateInputs(nowMs);
            inputs.InterlockClosed = io.Interlock.IsClosed;
            inputs.MainPositiveClosed = io.MainPositiveFeedback.IsClosed;
            inputs.MainNegativeClosed = io.MainNegativeFeedback.IsClosed;
            inputs.PrechargeClosed = io.PrechargeFeedback.IsClosed;
        }

        private static void WriteOutputs(BoardIo io, ActuatorOutputs outputs)
        {
            io.SetContactors(outputs.MainPositive, outputs.MainNegative, outputs.Precharge);
            io.SetThermal(outputs.Heater, outputs.Cooling);
        }

        // The enclosure's climate is information, not protection: without the sensor the pack works all the same.
        private static void StartSensor(BoardPins pins)
        {
            try
            {
                Configuration.SetPinFunction(pins.SensorData, DeviceFunction.I2C1_DATA);
                Configuration.SetPinFunction(pins.SensorClock, DeviceFunction.I2C1_CLOCK);
                _sensor = new EnvironmentSensor(1, EnvironmentSensor.DefaultAddress);
            }
            catch (Exception)
            {
                _sensor = null;
                return;
            }

            Thread thread = new Thread(new ThreadStart(ReadSensor));
            thread.Priority = ThreadPriority.Lowest;
            thread.Start();
        }

        private static void ReadSensor()
        {
            while (true)
            {
                _sensor.Read();
                Thread.Sleep(SensorPeriodMs);
            }
        }
    }
}
