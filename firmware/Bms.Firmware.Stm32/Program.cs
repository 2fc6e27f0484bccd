using System;
using System.Device.Gpio;
using System.Threading;
using Bms.Core;
using Bms.Core.Supervision;
using Bms.Drivers;
using Bms.Drivers.Boards;
using Bms.Drivers.Can;
using nanoFramework.Runtime.Native;

namespace Bms.Firmware
{
    /// <summary>The program of boards whose processor has the CAN controller inside: as that of the ESP32 boards, without storage, which their images lack.</summary>
    public static class Program
    {
        /// <summary>Runs until the power goes or a cycle fails.</summary>
        public static void Main()
        {
            // The outputs come first: from here on nothing floats.
            BoardDefinition board = ThisBoard.Definition();
            GpioController gpio = new GpioController();
            BoardIo io = new BoardIo(gpio, board.Pins);
            try
            {
                WatchdogOutput watchdog = new WatchdogOutput(gpio, board.Pins.Watchdog);
                BoardCanPort port = new NativeCanPort(ThisBoard.CanController, ThisBoard.CanClockHz, board.BitRate);
                BoardMemory memory = new Stm32Memory();
                BatteryController controller = BoardStart.Run(board, ThisBoard.Parameters(), port, null, memory);
                if (board.HasEnclosureSensor)
                {
                    new EnclosureThread(board.SensorBus, controller.Inputs.Environment).Start();
                }

                ControlLoop loop = new ControlLoop(controller, io, watchdog, port, new Stm32Clock(), memory, null);
                Thread.CurrentThread.Priority = ThreadPriority.Highest;
                loop.Run();
            }
            catch (Exception)
            {
                io.ForceAllOff();
                Power.RebootDevice(RebootOption.NormalReboot);
            }
        }
    }
}
