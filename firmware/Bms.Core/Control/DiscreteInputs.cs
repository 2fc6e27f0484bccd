namespace Bms.Core.Control
{
    /// <summary>What the board reads from its pins before each cycle.</summary>
    public sealed class DiscreteInputs
    {
        /// <summary>True while the high-voltage interlock loop is closed.</summary>
        public bool InterlockClosed;

        /// <summary>Auxiliary contact of the positive main contactor: true where closed.</summary>
        public bool MainPositiveClosed;

        /// <summary>Auxiliary contact of the negative main contactor: true where closed.</summary>
        public bool MainNegativeClosed;

        /// <summary>Auxiliary contact of the precharge contactor: true where closed.</summary>
        public bool PrechargeClosed;

        /// <summary>True where the crash signal of the vehicle is there; stays false where none is wired.</summary>
        public bool CrashDetected;

        /// <summary>True where this start followed a reset by the watchdog.</summary>
        public bool WatchdogReset;

        /// <summary>What the board knows of its memory: 0 good, 1 a stored copy was damaged and the other one served, 2 stored data was lost, 3 working memory failed.</summary>
        public int MemoryFault;
    }
}
