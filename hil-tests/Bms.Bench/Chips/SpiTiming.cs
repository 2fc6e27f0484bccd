namespace Bms.Bench.Chips
{
    /// <summary>What an SPI transfer costs in virtual time.</summary>
    /// <param name="ClockHz">Clock in Hz; 0: transfers take no time at all.</param>
    /// <param name="OverheadUs">Time of one call before its first bit, in us: interpreter, driver and chip select. Tens of us on an ESP32 (an estimate).</param>
    public sealed record SpiTiming(int ClockHz = 10_000_000, double OverheadUs = 30)
    {
        /// <summary>Transfers that take no time.</summary>
        public static SpiTiming None { get; } = new(0, 0);
    }
}
