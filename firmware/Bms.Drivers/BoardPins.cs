namespace Bms.Drivers
{
    /// <summary>Pin numbers of one board, at the chip. The defaults are those of the reference wiring with an ESP32-WROVER.</summary>
    public sealed class BoardPins
    {
        /// <summary>Coil of the positive main contactor.</summary>
        public int MainPositive = 25;

        /// <summary>Coil of the negative main contactor.</summary>
        public int MainNegative = 26;

        /// <summary>Coil of the precharge contactor.</summary>
        public int Precharge = 27;

        /// <summary>Heater switch.</summary>
        public int Heater = 32;

        /// <summary>Switch of the coolant pump or fan.</summary>
        public int Cooling = 33;

        /// <summary>Window watchdog. Not a strapping pin, so that reset does not feed it.</summary>
        public int Watchdog = 13;

        /// <summary>Interlock loop. 34..39 are inputs only and have no pull resistors inside: the board has them.</summary>
        public int Interlock = 34;

        /// <summary>Auxiliary contact of the positive main contactor.</summary>
        public int MainPositiveFeedback = 35;

        /// <summary>Auxiliary contact of the negative main contactor.</summary>
        public int MainNegativeFeedback = 36;

        /// <summary>Auxiliary contact of the precharge contactor.</summary>
        public int PrechargeFeedback = 39;

        /// <summary>I2C data of the enclosure sensor.</summary>
        public int SensorData = 21;

        /// <summary>I2C clock of the enclosure sensor.</summary>
        public int SensorClock = 22;
    }
}
