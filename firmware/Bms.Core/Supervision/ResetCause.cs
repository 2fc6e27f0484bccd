namespace Bms.Core.Supervision
{
    /// <summary>Why the controller started, as far as it can know. The values are those of the message StartReport.</summary>
    /// <remarks>
    /// The device's libraries tell a wake-up from sleep and nothing else. Everything more is a note that this program left in storage before it restarted itself: no note means that the supply,
    /// the reset button, a brown-out or a crash of the runtime ended the last run, and no program can tell which.
    /// </remarks>
    public static class ResetCause
    {
        /// <summary>Nothing is known: the board stores nothing.</summary>
        public const int Unknown = 0;

        /// <summary>The last run left no note: supply, reset button, brown-out or crash.</summary>
        public const int PowerOrReset = 1;

        /// <summary>A cycle failed by an exception; the program opened the contactors and restarted.</summary>
        public const int CycleFailed = 2;

        /// <summary>Woken from sleep.</summary>
        public const int WakeUp = 3;

        /// <summary>The start itself failed by an exception, before the first cycle.</summary>
        public const int StartFailed = 4;

        /// <summary>A restart that was asked for.</summary>
        public const int Requested = 5;
    }
}
