namespace Bms.Drivers.Boards
{
    /// <summary>Pin numbers of one board, at the chip. The fields' own values are those of the ESP32-DevKitC; the page hardware/controller draws the wiring.</summary>
    /// <remarks>
    /// No contactor, heater or watchdog stands on a pin that the chip reads at reset, that drives a pulse at power-up, or that belongs to flash, PSRAM or the debugger.
    /// </remarks>
    public sealed class BoardPins
    {
        /// <summary>What stands where a signal has no pin.</summary>
        public const int NotWired = -1;

        /// <summary>Coil of the positive main contactor.</summary>
        public int MainPositive = 25;

        /// <summary>Coil of the negative main contactor. Its rising edge arms the trip latch.</summary>
        public int MainNegative = 26;

        /// <summary>Coil of the precharge contactor.</summary>
        public int Precharge = 27;

        /// <summary>Heater switch.</summary>
        public int Heater = 32;

        /// <summary>Switch of the coolant pump; of pump and fan together where the fan has no pin of its own.</summary>
        public int Cooling = 33;

        /// <summary>Switch of the fan, or <see cref="NotWired"/>: the ESP32 has no good pin left.</summary>
        public int Fan = NotWired;

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

        /// <summary>SPI data to the CAN controller.</summary>
        public int CanDataOut = 23;

        /// <summary>SPI data from the CAN controller.</summary>
        public int CanDataIn = 19;

        /// <summary>SPI clock of the CAN controller.</summary>
        public int CanClock = 18;

        /// <summary>Chip select of the CAN controller, active low; pulled up on the board.</summary>
        public int CanSelect = 4;

        /// <summary>Chip select of the FRAM, on the same SPI bus, active low; pulled up on the board. GPIO 5 is read at reset as high, which the pull-up gives it.</summary>
        public int FramSelect = 5;

        /// <summary>Interrupt of the CAN controller, active low; 1 kOhm in series, because the chip drives this pin for a moment at power-up.</summary>
        public int CanInterrupt = 14;

        /// <summary>I2C data of the enclosure sensor.</summary>
        public int SensorData = 21;

        /// <summary>I2C clock of the enclosure sensor.</summary>
        public int SensorClock = 22;

        /// <summary>Pins of the ESP32-DevKitC, with a WROOM or a WROVER module.</summary>
        public static BoardPins Esp32DevKitC()
        {
            return new BoardPins();
        }

        /// <summary>Pins of the ESP32-S3-DevKitC-1, with any of its modules: 26..37 stay free for flash and PSRAM, 19 and 20 for USB.</summary>
        public static BoardPins Esp32S3DevKitC()
        {
            BoardPins pins = new BoardPins();
            pins.MainPositive = 4;
            pins.MainNegative = 5;
            pins.Precharge = 6;
            pins.Heater = 7;
            pins.Cooling = 15;
            pins.Fan = 2;
            pins.Watchdog = 16;
            pins.Interlock = 17;
            pins.MainPositiveFeedback = 18;
            pins.MainNegativeFeedback = 21;
            pins.PrechargeFeedback = 47;
            pins.CanDataOut = 11;
            pins.CanDataIn = 13;
            pins.CanClock = 12;
            pins.CanSelect = 10;
            pins.FramSelect = 1;
            pins.CanInterrupt = 14;
            pins.SensorData = 8;
            pins.SensorClock = 9;
            return pins;
        }

        /// <summary>Pins of the NUCLEO-F767ZI, numbered 16 * port + pin; CAN1 is on PD0 and PD1, which the image sets up.</summary>
        public static BoardPins NucleoF767()
        {
            BoardPins pins = new BoardPins();
            pins.MainPositive = 66;
            pins.MainNegative = 68;
            pins.Precharge = 69;
            pins.Heater = 70;
            pins.Cooling = 67;
            pins.Fan = 89;
            pins.Watchdog = 88;
            pins.Interlock = 83;
            pins.MainPositiveFeedback = 85;
            pins.MainNegativeFeedback = 90;
            pins.PrechargeFeedback = 84;
            pins.CanDataOut = NotWired;
            pins.CanDataIn = NotWired;
            pins.CanClock = NotWired;
            pins.CanSelect = NotWired;
            pins.FramSelect = NotWired;
            pins.CanInterrupt = NotWired;
            pins.SensorData = 25;
            pins.SensorClock = 24;
            return pins;
        }
    }
}
