namespace Bms.Core.Control
{
    /// <summary>The contactor state machine as two tables: what each state drives, and which condition leads where.</summary>
    /// <remarks>
    /// Transitions are tried from top to bottom; the first one whose state is the present one and whose condition holds is taken, one in each cycle.
    /// The page docs/firmware/Bms.Core/Control.md is printed from these tables, and a test walks every row.
    /// </remarks>
    public static class ContactorTable
    {
        /// <summary>Condition: a row of the fault table is tripped.</summary>
        public const int WhenTripped = 1;

        /// <summary>Condition: the host wants to drive or charge, every measurement is there, and nothing forbids current.</summary>
        public const int WhenMayClose = 2;

        /// <summary>Condition: link voltage and current say that precharge is finished.</summary>
        public const int WhenPrecharged = 4;

        /// <summary>Condition: precharge has taken too long.</summary>
        public const int WhenPrechargeTooLong = 8;

        /// <summary>Condition: the host wants standby.</summary>
        public const int WhenStandbyWanted = 16;

        /// <summary>Condition: the current is small enough to open without an arc.</summary>
        public const int WhenCurrentGone = 32;

        /// <summary>Condition: the current has not fallen in time.</summary>
        public const int WhenOpeningTooLong = 64;

        /// <summary>Condition: no trip is left and the host has asked for standby.</summary>
        public const int WhenFaultGone = 128;

        /// <summary>Columns of <see cref="Transitions"/>: state, condition, next state.</summary>
        public const int TransitionColumns = 3;

        /// <summary>State, condition, next state; one row after the other.</summary>
        public static readonly int[] Transitions =
        {
            ContactorState.Standby, WhenTripped, ContactorState.Fault,
            ContactorState.Standby, WhenMayClose, ContactorState.Precharge,
            ContactorState.Precharge, WhenTripped, ContactorState.Fault,
            ContactorState.Precharge, WhenStandbyWanted, ContactorState.Standby,
            ContactorState.Precharge, WhenPrecharged, ContactorState.Closed,
            ContactorState.Precharge, WhenPrechargeTooLong, ContactorState.Fault,
            ContactorState.Closed, WhenTripped, ContactorState.Fault,
            ContactorState.Closed, WhenStandbyWanted, ContactorState.Opening,
            ContactorState.Opening, WhenTripped, ContactorState.Fault,
            ContactorState.Opening, WhenCurrentGone, ContactorState.Standby,
            ContactorState.Opening, WhenOpeningTooLong, ContactorState.Standby,
            ContactorState.Fault, WhenFaultGone, ContactorState.Standby,
        };

        /// <summary>Output flag: positive main contactor.</summary>
        public const int MainPositive = 1;

        /// <summary>Output flag: negative main contactor.</summary>
        public const int MainNegative = 2;

        /// <summary>Output flag: precharge contactor.</summary>
        public const int Precharge = 4;

        /// <summary>What each state drives, a sum of the output flags, by state.</summary>
        public static readonly int[] Outputs =
        {
            0,                              // Standby
            MainNegative | Precharge,       // Precharge
            MainNegative | MainPositive,    // Closed
            MainNegative | MainPositive,    // Opening
            0,                              // Fault
        };
    }
}
