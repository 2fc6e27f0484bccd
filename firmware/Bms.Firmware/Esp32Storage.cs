using System.Device.Spi;
using Bms.Core.Storage;
using Bms.Drivers;
using Bms.Drivers.Boards;

namespace Bms.Firmware
{
    /// <summary>Storage of an ESP32: files on drive I:, the littlefs partition of the image; the state in a FRAM where there is one.</summary>
    public static class Esp32Storage
    {
        // Behind the state, with room for it to grow.
        private const int CellsAt = 1024;

        /// <summary>Opens it. An empty drive is as good as a written one.</summary>
        /// <param name="board">The board.</param>
        public static ControllerStorage Open(BoardDefinition board)
        {
            BlockStore state;
            BlockStore cells;
            if (board.HasFram)
            {
                SpiDevice fram = Esp32Bus.OpenFram(board);
                state = new FramBlockStore(fram, 0, 2, PackStateStore.BlockLength);
                cells = new FramBlockStore(fram, CellsAt, CellStateStore.BlockCount, CellStateStore.BlockLength);
            }
            else
            {
                state = new FileBlockStore("I:\\state", 2, PackStateStore.BlockLength);
                cells = new FileBlockStore("I:\\cells", CellStateStore.BlockCount, CellStateStore.BlockLength);
            }

            return new ControllerStorage(
                new FileBlockStore("I:\\param", 2, ParameterStore.BlockLength),
                state,
                cells,
                new FileBlockStore("I:\\event", ControllerStorage.EventCapacity, EventLog.BlockLength),
                new FileBlockStore("I:\\start", 2, StartNote.BlockLength),
                new FileBlockStore("I:\\box", BlackBoxStore.BlockCount, BlackBoxStore.BlockLength));
        }
    }
}
