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

        /// <summary>The positive main contactor has pulled in: an economiser may hold it with the duty CoilHoldPermille.</summary>
        public bool HoldsMainPositive;

        /// <summary>The negative main contactor has pulled in: an economiser may hold it with the duty CoilHoldPermille.</summary>
        public bool HoldsMainNegative;

        /// <summary>The precharge contactor has pulled in: an economiser may hold it with the duty CoilHoldPermille.</summary>
        public bool HoldsPrecharge;

        /// <summary>Run the heater.</summary>
        public bool Heater;

        /// <summary>Run the coolant pump.</summary>
        public bool Pump;

        /// <summary>Run the fan of the radiator, or of the pack where air cools it.</summary>
        public bool Fan;

        /// <summary>Pump or fan run: one output for boards that have only one.</summary>
        public bool Cooling
        {
            get { return Pump || Fan; }
        }
    }
}
