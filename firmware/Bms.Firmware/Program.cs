using System;
using System.Device.Gpio;
using System.Threading;
using Bms.Core;
using Bms.Core.Storage;
using Bms.Core.Supervision;
using Bms.Drivers;
using Bms.Drivers.Boards;
using Bms.Drivers.Can;
using nanoFramework.Runtime.Native;

namespace Bms.Firmware
{
    /// <summary>The program of the ESP32 boards: opens what <see cref="ThisBoard"/> names, starts in two stages, runs the loop.</summary>
    /// <remarks>
    /// One thread of the highest priority controls; the sensor of the enclosure has another one of the lowest. An exception, wherever it comes from, leads to one place: outputs off, watchdog unfed, the
    /// reason noted in storage, restart.
    /// </remarks>
    public static class Program
    {
        // After so many failures in a row the restart waits, so that the flash is not written every few seconds for days.
        private const int PatientFailures = 5;
        private const int PauseMs = 60000;

        /// <summary>Runs until the power goes or a cycle fails.</summary>
        public static void Main()
        {
            // The outputs come first: from here on nothing floats.
            BoardDefinition board = ThisBoard.Definition();
            GpioController gpio = new GpioController();
            BoardIo io = new BoardIo(gpio, board.Pins);
            ControllerStorage storage = null;
            int cause = ResetCause.StartFailed;
            try
            {
                storage = Esp32Storage.Open(board);
                WatchdogOutput watchdog = new WatchdogOutput(gpio, board.Pins.Watchdog);
                BoardCanPort port = Esp32Bus.OpenCan(board, gpio);
                BoardMemory memory = new Esp32Memory();
                BatteryController controller = BoardStart.Run(board, ThisBoard.Parameters(), port, storage, memory);
                BoardStart.NoteWake(controller, storage, Esp32Sleep.WakeCause());
                if (board.HasEnclosureSensor)
                {
                    Esp32Bus.SetSensorPins(board);
                    new EnclosureThread(board.SensorBus, controller.Inputs.Environment).Start();
                }

                ControlLoop loop = new ControlLoop(controller, io, watchdog, port, new Esp32Clock(), memory, storage);
                loop.Sleep = new Esp32Sleep(board);
                Thread.CurrentThread.Priority = ThreadPriority.Highest;
                cause = ResetCause.CycleFailed;
                loop.Run();
            }
            catch (Exception)
            {
                io.ForceAllOff();
                Restart(storage, cause);
            }
        }

        private static void Restart(ControllerStorage storage, int cause)
        {
            try
            {
                if (storage != null)
                {
                    storage.Start.End(cause);
                    if (storage.Start.FailuresInARow >= PatientFailures)
                    {
                        Thread.Sleep(PauseMs);
                    }
                }
            }
            catch (Exception)
            {
                // A note that cannot be written keeps nobody from restarting.
            }

            Power.RebootDevice(RebootOption.NormalReboot);
        }
    }
}
