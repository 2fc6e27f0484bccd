namespace Bms.Drivers.Boards
{
    /// <summary>One board: what the program has to know of it, and the tools as well.</summary>
    /// <remarks>Start from one of <see cref="BoardList"/> and change what is wired otherwise.</remarks>
    public sealed class BoardDefinition
    {
        /// <summary>Runtime image, as in <c>nanoff --target</c>. For people and tools; the firmware does not look at it.</summary>
        public string Image = "";

        /// <summary>Name, as in <c>bms flash --board</c>, and the CAN controller.</summary>
        public string Name = "";

        /// <summary>Clock of the processor with that image, in MHz.</summary>
        public int ClockMhz;

        /// <summary>Pins.</summary>
        public BoardPins Pins = new BoardPins();

        /// <summary>How it reaches the bus.</summary>
        public CanControllerKind Can;

        /// <summary>Bits per second of the bus.</summary>
        public int BitRate = 500000;

        /// <summary>Oscillator of the CAN controller on SPI, in Hz.</summary>
        public int OscillatorHz;

        /// <summary>Number of the SPI bus, from 1.</summary>
        public int SpiBus = 1;

        /// <summary>Clock of the SPI bus, in Hz.</summary>
        public int SpiClockHz;

        /// <summary>True where the INT output of the CAN controller is wired.</summary>
        public bool HasInterruptPin = true;

        /// <summary>Cycle of the loop where the parameter block in storage does not say otherwise, in ms.</summary>
        public int CyclePeriodMs = 10;

        /// <summary>True where a FRAM is on the SPI bus: the state of charge then outlives a supply that goes with closed contactors.</summary>
        public bool HasFram;

        /// <summary>True where the enclosure has a BME280 on I2C.</summary>
        public bool HasEnclosureSensor = true;

        /// <summary>Number of the I2C bus, from 1.</summary>
        public int SensorBus = 1;

        /// <summary>Free managed memory that the self-test asks for once everything is made, in bytes: room for what the sensor's thread and the file system leave behind.</summary>
        public int LeastFreeBytes = 24 * 1024;
    }
}
