using System.Device.Gpio;
using System.Device.Spi;
using Bms.Drivers.Boards;
using Bms.Drivers.Can;
using nanoFramework.Hardware.Esp32;

namespace Bms.Firmware
{
    /// <summary>Buses of an ESP32: which pins they are on, and what is on SPI: CAN controller and FRAM.</summary>
    public static class Esp32Bus
    {
        private const int FramClockHz = 10000000;

        /// <summary>Opens SPI and makes the driver of the board's CAN controller; it is not started yet.</summary>
        /// <param name="board">The board.</param>
        /// <param name="gpio">The chip's GPIO controller.</param>
        public static BoardCanPort OpenCan(BoardDefinition board, GpioController gpio)
        {
            // With 8 bits every transfer would make garbage.
            GpioPin interrupt = board.HasInterruptPin ? gpio.OpenPin(board.Pins.CanInterrupt, PinMode.InputPullUp) : null;
            return CanWiring.Open(board, OpenSpi(board, board.Pins.CanSelect, board.SpiClockHz, 16), interrupt);
        }

        /// <summary>Opens the FRAM on the same bus.</summary>
        /// <param name="board">The board.</param>
        public static SpiDevice OpenFram(BoardDefinition board)
        {
            return OpenSpi(board, board.Pins.FramSelect, FramClockHz, 8);
        }

        private static SpiDevice OpenSpi(BoardDefinition board, int select, int clockHz, int bits)
        {
            // The images' own defaults put the clock on another pin and a data line on one that is a contactor here: before the bus is opened.
            BoardPins pins = board.Pins;
            bool isFirst = board.SpiBus == 1;
            Configuration.SetPinFunction(pins.CanDataOut, isFirst ? DeviceFunction.SPI1_MOSI : DeviceFunction.SPI2_MOSI);
            Configuration.SetPinFunction(pins.CanDataIn, isFirst ? DeviceFunction.SPI1_MISO : DeviceFunction.SPI2_MISO);
            Configuration.SetPinFunction(pins.CanClock, isFirst ? DeviceFunction.SPI1_CLOCK : DeviceFunction.SPI2_CLOCK);

            SpiConnectionSettings settings = new SpiConnectionSettings(board.SpiBus, select);
            settings.ClockFrequency = clockHz;
            settings.Mode = SpiMode.Mode0;
            settings.DataFlow = DataFlow.MsbFirst;
            settings.DataBitLength = bits;
            return SpiDevice.Create(settings);
        }

        /// <summary>Puts the enclosure sensor's bus on its pins.</summary>
        /// <param name="board">The board.</param>
        public static void SetSensorPins(BoardDefinition board)
        {
            bool isFirst = board.SensorBus == 1;
            Configuration.SetPinFunction(board.Pins.SensorData, isFirst ? DeviceFunction.I2C1_DATA : DeviceFunction.I2C2_DATA);
            Configuration.SetPinFunction(board.Pins.SensorClock, isFirst ? DeviceFunction.I2C1_CLOCK : DeviceFunction.I2C2_CLOCK);
        }
    }
}
