namespace Bms.Drivers.Boards
{
    /// <summary>Time of a board: a microsecond clock that never jumps, and a way to give the processor away for a while.</summary>
    public abstract class BoardClock
    {
        /// <summary>Time since the processor started, in us.</summary>
        public abstract ulong NowUs();

        /// <summary>Lets other threads run until the next tick of the operating system, at most <see cref="TickUs"/>.</summary>
        public abstract void Rest();

        /// <summary>Time from tick to tick, in us.</summary>
        public abstract int TickUs { get; }
    }
}
