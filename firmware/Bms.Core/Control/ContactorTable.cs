namespace Bms.Core.Control
{
    /// <summary>The contactor state machine as two tables: what each state drives, and which conditions lead where.</summary>
    /// <remarks>
    /// Transitions are tried from top to bottom; the first one whose state is the present one and whose conditions all hold is taken, one in each cycle.
    /// The page docs/firmware/Bms.Core/Control.md is printed from these tables, and a test walks every row.
    /// </remarks>
    public static class ContactorTable
    {
        /// <summary>Condition: a row of the fault table is tripped.</summary>
        public const int WhenTripped = 0x1;

        /// <summary>Condition: a row is tripped that must not wait for the current to fall.</summary>
        public const int WhenTrippedAtOnce = 0x2;

        /// <summary>Condition: the host wants to drive or charge, and nothing of <see cref="ClosingBlock"/> is in the way.</summary>
        public const int WhenMayClose = 0x4;

        /// <summary>Condition: the link is low enough for the weld tests to say something.</summary>
        public const int WhenTestable = 0x8;

        /// <summary>Condition: the host wants standby.</summary>
        public const int WhenStandbyWanted = 0x10;

        /// <summary>Condition: the link rises though one contactor of each path is open.</summary>
        public const int WhenLinkRose = 0x20;

        /// <summary>Condition: the time of the state is over.</summary>
        public const int WhenStateOver = 0x40;

        /// <summary>Condition: link voltage and current say that precharge is finished.</summary>
        public const int WhenPrecharged = 0x80;

        /// <summary>Condition: the attempt to precharge has failed: too long, too hot, too fast.</summary>
        public const int WhenPrechargeEnded = 0x100;

        /// <summary>Condition: another attempt to precharge makes sense.</summary>
        public const int WhenAttemptsLeft = 0x200;

        /// <summary>Condition: the current is small enough to open without an arc.</summary>
        public const int WhenCurrentGone = 0x400;

        /// <summary>Condition: the current is not small, or not known.</summary>
        public const int WhenLoaded = 0x800;

        /// <summary>Condition: the negative contactor has to open first, by the direction of the current or because it is its turn.</summary>
        public const int WhenNegativeFirst = 0x1000;

        /// <summary>Condition: the link has fallen, or there is nothing to be learned from it.</summary>
        public const int WhenLinkFell = 0x2000;

        /// <summary>Condition: the link should have fallen and has not.</summary>
        public const int WhenWeldCheckFailed = 0x4000;

        /// <summary>Condition: no trip is left and the host has asked for standby.</summary>
        public const int WhenFaultGone = 0x8000;

        /// <summary>Columns of <see cref="Transitions"/>: state, conditions, next state.</summary>
        public const int TransitionColumns = 3;

        /// <summary>State, conditions that must all hold, next state; one row after the other, the rows of a state together.</summary>
        public static readonly int[] Transitions =
        {
            ContactorState.Standby, WhenTripped, ContactorState.Fault,
            ContactorState.Standby, WhenMayClose | WhenTestable, ContactorState.TestNegative,
            ContactorState.Standby, WhenMayClose, ContactorState.Precharge,
            ContactorState.TestNegative, WhenTripped, ContactorState.Fault,
            ContactorState.TestNegative, WhenStandbyWanted, ContactorState.Standby,
            ContactorState.TestNegative, WhenLinkRose, ContactorState.Fault,
            ContactorState.TestNegative, WhenStateOver, ContactorState.TestPositive,
            ContactorState.TestPositive, WhenTripped, ContactorState.Fault,
            ContactorState.TestPositive, WhenStandbyWanted, ContactorState.Standby,
            ContactorState.TestPositive, WhenLinkRose, ContactorState.Fault,
            ContactorState.TestPositive, WhenStateOver, ContactorState.Precharge,
            ContactorState.Precharge, WhenTripped, ContactorState.Fault,
            ContactorState.Precharge, WhenStandbyWanted, ContactorState.Standby,
            ContactorState.Precharge, WhenPrecharged, ContactorState.Joining,
            ContactorState.Precharge, WhenPrechargeEnded | WhenAttemptsLeft, ContactorState.PrechargePause,
            ContactorState.Precharge, WhenPrechargeEnded, ContactorState.Fault,
            ContactorState.PrechargePause, WhenTripped, ContactorState.Fault,
            ContactorState.PrechargePause, WhenStandbyWanted, ContactorState.Standby,
            ContactorState.PrechargePause, WhenStateOver | WhenMayClose, ContactorState.Precharge,
            ContactorState.Joining, WhenTripped, ContactorState.Fault,
            ContactorState.Joining, WhenStandbyWanted, ContactorState.Opening,
            ContactorState.Joining, WhenStateOver, ContactorState.Closed,
            ContactorState.Closed, WhenTrippedAtOnce | WhenLoaded | WhenNegativeFirst, ContactorState.BreakNegative,
            ContactorState.Closed, WhenTrippedAtOnce | WhenLoaded, ContactorState.BreakPositive,
            ContactorState.Closed, WhenTrippedAtOnce, ContactorState.Fault,
            ContactorState.Closed, WhenTripped, ContactorState.Opening,
            ContactorState.Closed, WhenStandbyWanted, ContactorState.Opening,
            ContactorState.Opening, WhenTrippedAtOnce | WhenLoaded | WhenNegativeFirst, ContactorState.BreakNegative,
            ContactorState.Opening, WhenTrippedAtOnce | WhenLoaded, ContactorState.BreakPositive,
            ContactorState.Opening, WhenTrippedAtOnce, ContactorState.Fault,
            ContactorState.Opening, WhenTripped | WhenCurrentGone, ContactorState.Fault,
            ContactorState.Opening, WhenCurrentGone | WhenNegativeFirst, ContactorState.BreakNegative,
            ContactorState.Opening, WhenCurrentGone, ContactorState.BreakPositive,
            ContactorState.Opening, WhenStateOver | WhenNegativeFirst, ContactorState.BreakNegative,
            ContactorState.Opening, WhenStateOver, ContactorState.BreakPositive,
            ContactorState.BreakPositive, WhenStateOver | WhenTripped, ContactorState.Fault,
            ContactorState.BreakPositive, WhenStateOver | WhenLinkFell, ContactorState.Standby,
            ContactorState.BreakPositive, WhenStateOver | WhenWeldCheckFailed, ContactorState.Fault,
            ContactorState.BreakNegative, WhenStateOver | WhenTripped, ContactorState.Fault,
            ContactorState.BreakNegative, WhenStateOver | WhenLinkFell, ContactorState.Standby,
            ContactorState.BreakNegative, WhenStateOver | WhenWeldCheckFailed, ContactorState.Fault,
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
            0,                                          // Standby
            MainNegative | Precharge,                   // Precharge
            MainNegative | MainPositive,                // Closed
            MainNegative | MainPositive,                // Opening
            0,                                          // Fault
            Precharge,                                  // TestNegative
            MainNegative,                               // TestPositive
            0,                                          // PrechargePause
            MainNegative | Precharge | MainPositive,    // Joining
            MainNegative,                               // BreakPositive
            MainPositive,                               // BreakNegative
        };

        /// <summary>Number of the first row of a state, in elements of <see cref="Transitions"/>.</summary>
        /// <param name="state">One of <see cref="ContactorState"/>.</param>
        public static int FirstRowOf(int state)
        {
            int row = 0;
            while (Transitions[row] != state)
            {
                row += TransitionColumns;
            }

            return row;
        }
    }
}
