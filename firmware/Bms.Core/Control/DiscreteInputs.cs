namespace Bms.Core.Control
{
    /// <summary>What the board reads beside the bus: its pins before each cycle, the climate in the enclosure now and then.</summary>
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

        /// <summary>True from the start of a board until its self-test has passed: the contactors stay open.</summary>
        public bool IsStartInhibited;

        /// <summary>True while storage says that the pack rests: the contactors wait until it says something else, one cycle and one write after the host asks for them.</summary>
        public bool IsClosingHeld;

        /// <summary>True where the crash signal of the vehicle is there; stays false where none is wired.</summary>
        public bool CrashDetected;

        /// <summary>True where this start followed a reset by the watchdog.</summary>
        public bool WatchdogReset;

        /// <summary>What the board knows of its memory: 0 good, 1 a stored copy was damaged and the other one served, 2 stored data was lost, 3 working memory failed.</summary>
        public int MemoryFault;

        /// <summary>Frequency at the output of an IR155 insulation monitor, in 0.1 Hz; 0 where there are no pulses or none is wired.</summary>
        public int InsulationDeciHz;

        /// <summary>Duty cycle at the output of an IR155 insulation monitor, in permille.</summary>
        public int InsulationDutyPermille;

        /// <summary>Climate in the enclosure, read by a thread of its own; the controller takes new readings over at the begin of the cycle.</summary>
        public readonly EnvironmentInputs Environment = new EnvironmentInputs();
    }
}
