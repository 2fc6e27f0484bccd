using Bms.Drivers.Boards;
using nanoFramework.Hardware.Esp32;

namespace Bms.Firmware
{
    /// <summary>Memory of an ESP32: the managed heap, and what the runtime left of the processor's own.</summary>
    public sealed class Esp32Memory : BoardMemory
    {
        /// <inheritdoc/>
        public override int CollectAndMeasure()
        {
            return (int)nanoFramework.Runtime.Native.GC.Run(false);
        }

        /// <inheritdoc/>
        public override void ReadNative()
        {
            uint total;
            uint free;
            uint largest;
            NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.Internal, out total, out free, out largest);
            FreeNativeBytes = (int)free;
            LargestNativeBytes = (int)largest;
        }
    }
}
