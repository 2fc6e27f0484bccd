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
    }
}
