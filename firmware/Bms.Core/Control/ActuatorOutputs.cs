namespace Bms.Core.Control
{
    /// <summary>What the board drives after each cycle. Everything false is the safe state, and the state before the first cycle.</summary>
    public sealed class ActuatorOutputs
    {
        /// <summary>Close the positive main contactor.</summary>
        public bool MainPositive;

        /// <summary>Close the negative main contactor.</summary>
        public bool MainNegative;

        /// <summary>Close the precharge contactor.</summary>
        public bool Precharge;

        /// <summary>Run the heater.</summary>
        public bool Heater;

        /// <summary>Run pump and fan.</summary>
        public bool Cooling;
    }
}
