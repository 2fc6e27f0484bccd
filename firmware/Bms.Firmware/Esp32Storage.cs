using Bms.Core.Storage;

namespace Bms.Firmware
{
    /// <summary>Storage of an ESP32: files on drive I:, the littlefs partition of the image.</summary>
    public static class Esp32Storage
    {
        /// <summary>Opens it. An empty drive is as good as a written one.</summary>
        public static ControllerStorage Open()
        {
            return new ControllerStorage(
                new FileBlockStore("I:\\param", 2, ParameterStore.BlockLength),
                new FileBlockStore("I:\\state", 2, PackStateStore.BlockLength),
                new FileBlockStore("I:\\event", ControllerStorage.EventCapacity, EventLog.BlockLength),
                new FileBlockStore("I:\\start", 2, StartNote.BlockLength),
                new FileBlockStore("I:\\box", BlackBoxStore.BlockCount, BlackBoxStore.BlockLength));
        }
    }
}
