namespace System.Device.Spi
{
    /// <summary>Stand-in for the device's class of this name, with the members that the drivers use. A chip model derives from it.</summary>
    public abstract class SpiDevice
    {
        /// <summary>Sends words, most significant bit first, under one chip select.</summary>
        /// <param name="buffer">Words; all of them are sent.</param>
        public abstract void Write(ushort[] buffer);

        /// <summary>Sends and receives words under one chip select.</summary>
        /// <param name="writeBuffer">Words to send.</param>
        /// <param name="readBuffer">Takes the words received meanwhile; as long as <paramref name="writeBuffer"/>.</param>
        public abstract void TransferFullDuplex(ushort[] writeBuffer, ushort[] readBuffer);
    }
}
