namespace Bms.Core.Supervision
{
    /// <summary>First stage of the start: what must be well before the contactors may close. The values are those of the message StartReport.</summary>
    /// <remarks>Passed once, it stays passed: what fails later is the business of the fault table. Allocates nothing.</remarks>
    public sealed class SelfTest
    {
        /// <summary>Not known yet.</summary>
        public const int Pending = 0;

        /// <summary>Well.</summary>
        public const int Passed = 1;

        /// <summary>Not well.</summary>
        public const int Failed = 2;

        /// <summary>The board has no such part.</summary>
        public const int NotFitted = 3;

        /// <summary>The parameter block is valid, and nothing that was stored is lost.</summary>
        public int Configuration = Pending;

        /// <summary>Enough memory is free after everything was made.</summary>
        public int Memory = Pending;

        /// <summary>The CAN controller is on the bus.</summary>
        public int CanController = Pending;

        /// <summary>Storage took a record and gave it back.</summary>
        public int Storage = Pending;

        /// <summary>True from the first time on that every part is passed or not fitted.</summary>
        public bool HasPassed { get; private set; }

        /// <summary>Looks at all parts; called in each cycle until <see cref="HasPassed"/>.</summary>
        public void Judge()
        {
            HasPassed = HasPassed || (IsGood(Configuration) && IsGood(Memory) && IsGood(CanController) && IsGood(Storage));
        }

        private static bool IsGood(int part)
        {
            return part == Passed || part == NotFitted;
        }
    }
}
