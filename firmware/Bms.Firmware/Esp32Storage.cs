using Bms.Core.Storage;
using Bms.Drivers;
using Bms.Drivers.Boards;

namespace Bms.Firmware
{
    /// <summary>Storage of an ESP32: files on drive I:, the littlefs partition of the image; the state in a FRAM where there is one.</summary>
    public static class Esp32Storage
    {
        /// <summary>Opens it. An empty drive is as good as a written one.</summary>
        /// <param name="board">The board.</param>
        public static ControllerStorage Open(BoardDefinition board)
        {
            BlockStore state;
            if (board.HasFram)
            {
                state = new FramBlockStore(Esp32Bus.OpenFram(board), 0, 2, PackStateStore.BlockLength);
            }
            else
            {
                state = new FileBlockStore("I:\\state", 2, PackStateStore.BlockLength);
            }

            return new ControllerStorage(
                new FileBlockStore("I:\\param", 2, ParameterStore.BlockLength),
                state,
                new FileBlockStore("I:\\event", ControllerStorage.EventCapacity, EventLog.BlockLength),
                new FileBlockStore("I:\\start", 2, StartNote.BlockLength),
                new FileBlockStore("I:\\box", BlackBoxStore.BlockCount, BlackBoxStore.BlockLength));
        }
    }
}
