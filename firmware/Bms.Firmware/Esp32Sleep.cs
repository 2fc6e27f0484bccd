using System;
using Bms.Core.Control;
using Bms.Drivers.Boards;
using nanoFramework.Hardware.Esp32;

namespace Bms.Firmware
{
    /// <summary>Deep sleep of an ESP32: the processor is off but for its clock and one pin, every output at its safe level by the pull resistors of the board.</summary>
    public sealed class Esp32Sleep : BoardSleep
    {
        private readonly BoardDefinition _board;

        /// <param name="board">The board; its interrupt pin must be one that the chip can wake by (RTC pins), as those of <see cref="BoardList"/> are.</param>
        public Esp32Sleep(BoardDefinition board)
        {
            _board = board;
        }

        /// <summary>Why the chip started, as <see cref="SleepControl"/> counts it; power where it did not sleep.</summary>
        public static int WakeCause()
        {
            switch (Sleep.GetWakeupCause())
            {
                case Sleep.WakeupCause.Undefined:
                    return SleepControl.WokenByPower;
                case Sleep.WakeupCause.Timer:
                    return SleepControl.WokenByTimer;
                case Sleep.WakeupCause.Ext0:
                    return SleepControl.WokenByCan;
                default:
                    return SleepControl.WokenByPin;
            }
        }

        /// <inheritdoc/>
        public override void Begin(int seconds)
        {
            Sleep.EnableWakeupByTimer(TimeSpan.FromTicks(seconds * TimeSpan.TicksPerSecond));
            if (_board.HasInterruptPin)
            {
                Sleep.EnableWakeupByPin((Sleep.WakeupGpioPin)(1UL << _board.Pins.CanInterrupt), 0);
            }

            Sleep.StartDeepSleep();
        }
    }
}
