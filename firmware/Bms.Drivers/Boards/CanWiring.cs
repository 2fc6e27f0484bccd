using System.Device.Gpio;
using System.Device.Spi;
using Bms.Drivers.Can;

namespace Bms.Drivers.Boards
{
    /// <summary>Chooses the driver for the CAN controller that a board has on SPI.</summary>
    public static class CanWiring
    {
        // Polls that follow a burst that has begun; each costs one transfer of one word.
        private const int Mcp2515FollowPolls = 12;

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
                    Mcp2515 port = new Mcp2515(spi, interruptPin, board.OscillatorHz, board.BitRate);
                    port.FollowPolls = Mcp2515FollowPolls;
                    return port;
                default:
                    return null;
            }
        }
    }
}
