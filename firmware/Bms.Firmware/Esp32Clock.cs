using System.Threading;
using Bms.Drivers.Boards;
using nanoFramework.Hardware.Esp32;

namespace Bms.Firmware
{
    /// <summary>Time of an ESP32: the high-resolution timer, and the operating system's tick of 10 ms.</summary>
    public sealed class Esp32Clock : BoardClock
    {
        /// <inheritdoc/>
        public override int TickUs
        {
            get { return 10000; }
        }

        /// <inheritdoc/>
        public override ulong NowUs()
        {
            return HighResTimer.GetCurrent();
        }

        /// <inheritdoc/>
        public override void Rest()
        {
            Thread.Sleep(1);
        }
    }
}
