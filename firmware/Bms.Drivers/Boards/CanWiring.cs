using System.Device.Gpio;
using System.Device.Spi;
using Bms.Drivers.Can;

namespace Bms.Drivers.Boards
{
    /// <summary>Chooses the driver for the CAN controller that a board has on SPI.</summary>
    public static class CanWiring
    {
        /// <summary>Makes the driver; it is not started yet.</summary>
        /// <param name="board">The board; its controller is on SPI.</param>
        /// <param name="spi">SPI device of the controller: mode 0, 16 bits a word.</param>
        /// <param name="interruptPin">Pin at INT, opened as input, or null.</param>
        /// <returns>Null where the board has no controller on SPI.</returns>
        public static SpiCanPort Open(BoardDefinition board, SpiDevice spi, GpioPin interruptPin)
        {
            switch (board.Can)
            {
                case CanControllerKind.Mcp2518fd:
                    return new Mcp2518fd(spi, interruptPin, board.OscillatorHz, board.BitRate);
                case CanControllerKind.Mcp2515:
                    return new Mcp2515(spi, interruptPin, board.OscillatorHz, board.BitRate);
                default:
                    return null;
            }
        }
    }
}
