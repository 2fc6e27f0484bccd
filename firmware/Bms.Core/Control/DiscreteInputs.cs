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

        /// <summary>Climate in the enclosure, read by a thread of its own; the controller takes new readings over at the begin of the cycle.</summary>
        public readonly EnvironmentInputs Environment = new EnvironmentInputs();
    }
}
