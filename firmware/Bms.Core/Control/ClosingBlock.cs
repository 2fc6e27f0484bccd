namespace Bms.Core.Control
{
    /// <summary>Why the contactors do not close though the host asks for it, as numbers that also stand on the bus (message ContactorStatus).</summary>
    public static class ClosingBlock
    {
        /// <summary>Nothing is in the way, or the host asks for nothing.</summary>
        public const int None = 0;

        /// <summary>A fault is at severity trip.</summary>
        public const int Trip = 1;

        /// <summary>A measurement is missing.</summary>
        public const int Measurement = 2;

        /// <summary>Faults stop both directions of current.</summary>
        public const int NoDirection = 3;

        /// <summary>The precharge resistor has to cool.</summary>
        public const int ResistorHot = 4;

        /// <summary>The voltage behind the contactors does not match the pack.</summary>
        public const int BusMismatch = 5;

        /// <summary>A contactor was found welded, and the link is still too high to test it again.</summary>
        public const int WeldUntested = 6;

        /// <summary>Pause between two attempts to precharge.</summary>
        public const int Pause = 7;

        /// <summary>The board's self-test has not passed yet.</summary>
        public const int SelfTest = 8;

        /// <summary>What is stored still says that the pack rests; the next cycle closes.</summary>
        public const int Storage = 9;
    }
}
