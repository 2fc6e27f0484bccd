using System;
using System.Threading;
using Bms.Drivers.Boards;

namespace Bms.Firmware
{
    /// <summary>Time of an STM32: the operating system's tick, in whole ms. Cycle times are known no finer.</summary>
    public sealed class Stm32Clock : BoardClock
    {
        /// <inheritdoc/>
        public override int TickUs
        {
            get { return 1000; }
        }

        /// <inheritdoc/>
        public override ulong NowUs()
        {
            return (ulong)Environment.TickCount64 * 1000;
        }

        /// <inheritdoc/>
        public override void Rest()
        {
            Thread.Sleep(1);
        }
    }
}
