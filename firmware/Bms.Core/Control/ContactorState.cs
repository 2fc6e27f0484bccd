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

        /// <summary>Number of states.</summary>
        public const int Count = 5;

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
                default: return "Fault";
            }
        }
    }
}
