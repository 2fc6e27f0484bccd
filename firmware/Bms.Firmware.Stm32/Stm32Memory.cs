using Bms.Drivers.Boards;

namespace Bms.Firmware
{
    /// <summary>Memory of an STM32: the managed heap; the libraries tell nothing of the rest.</summary>
    public sealed class Stm32Memory : BoardMemory
    {
        /// <inheritdoc/>
        public override int CollectAndMeasure()
        {
            return (int)nanoFramework.Runtime.Native.GC.Run(false);
        }
    }
}
