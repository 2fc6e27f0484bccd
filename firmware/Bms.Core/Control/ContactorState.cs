namespace Bms.Core.Control
{
    /// <summary>States of the contactor state machine, as numbers that also stand on the bus (message PackStatus).</summary>
    public static class ContactorState
    {
        /// <summary>All contactors open, ready to close.</summary>
        public const int Standby = 0;

        /// <summary>Negative main and precharge contactor closed: the DC link charges through the resistor.</summary>
        public const int Precharge = 1;

        /// <summary>Both main contactors closed.</summary>
        public const int Closed = 2;

        /// <summary>Main contactors still closed, current limits at zero: waits for the current to fall.</summary>
        public const int Opening = 3;

        /// <summary>All contactors open because of a trip, until it is gone and the host has asked for standby.</summary>
        public const int Fault = 4;

        /// <summary>Weld test: the precharge contactor alone is closed; a link that rises shows a negative contactor that never opened.</summary>
        public const int TestNegative = 5;

        /// <summary>Weld test: the negative contactor alone is closed; a link that rises shows a positive or precharge contactor that never opened.</summary>
        public const int TestPositive = 6;

        /// <summary>All contactors open between two attempts to precharge.</summary>
        public const int PrechargePause = 7;

        /// <summary>The positive main contactor closes beside the precharge contactor; no current is allowed yet.</summary>
        public const int Joining = 8;

        /// <summary>The positive main contactor has opened first, the negative one follows.</summary>
        public const int BreakPositive = 9;

        /// <summary>The negative main contactor has opened first, the positive one follows.</summary>
        public const int BreakNegative = 10;

        /// <summary>Number of states.</summary>
        public const int Count = 11;

        /// <summary>Name of a state.</summary>
        /// <param name="state">One of the states.</param>
        public static string NameOf(int state)
        {
            switch (state)
            {
                case Standby: return "Standby";
                case Precharge: return "Precharge";
                case Closed: return "Closed";
                case Opening: return "Opening";
                case TestNegative: return "TestNegative";
                case TestPositive: return "TestPositive";
                case PrechargePause: return "PrechargePause";
                case Joining: return "Joining";
                case BreakPositive: return "BreakPositive";
                case BreakNegative: return "BreakNegative";
                default: return "Fault";
            }
        }
    }
}
