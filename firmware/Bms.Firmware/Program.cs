using System;
using System.Device.Gpio;
using System.Threading;
using Bms.Drivers;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace Bms.Firmware
{
    /// <summary>The board's program: pins, wiring, and the loop.</summary>
    public static class Program
    {
        private const uint PeriodMs = 10;

        /// <summary>Runs until the power goes or a cycle fails; then the outputs are off and the watchdog starves.</summary>
        public static void Main()
        {
            BoardPins pins = new BoardPins();
            GpioController gpio = new GpioController();
            BoardIo io = new BoardIo(gpio, pins);
            WatchdogOutput watchdog = new WatchdogOutput(gpio, pins.Watchdog);
            Configuration.SetPinFunction(pins.SensorData, DeviceFunction.I2C1_DATA);
            Configuration.SetPinFunction(pins.SensorClock, DeviceFunction.I2C1_CLOCK);

            try
            {
                Run(io, watchdog);
            }
            catch (Exception)
            {
                io.ForceAllOff();
                Power.RebootDevice(RebootOption.NormalReboot);
            }
        }

        private static void Run(BoardIo io, WatchdogOutput watchdog)
        {
            ulong dueUs = HighResTimer.GetCurrent();
            while (true)
            {
                uint nowMs = (uint)(HighResTimer.GetCurrent() / 1000);
                io.UpdateInputs(nowMs);
                watchdog.Feed();

                dueUs += PeriodMs * 1000;
                while (HighResTimer.GetCurrent() < dueUs)
                {
                    Thread.Sleep(1);
                }
            }
        }
    }
}
