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

        /// <summary>Sends bytes under one chip select; on the device the parameter is a SpanByte, to which an array converts.</summary>
        /// <param name="buffer">Bytes; all of them are sent.</param>
        /// <exception cref="NotSupportedException">The chip is opened with words of 16 bits.</exception>
        public virtual void Write(byte[] buffer) => throw new NotSupportedException("This chip is opened with words of 16 bits.");

        /// <summary>Sends and receives bytes under one chip select.</summary>
        /// <param name="writeBuffer">Bytes to send.</param>
        /// <param name="readBuffer">Takes the bytes received meanwhile; as long as <paramref name="writeBuffer"/>.</param>
        /// <exception cref="NotSupportedException">The chip is opened with words of 16 bits.</exception>
        public virtual void TransferFullDuplex(byte[] writeBuffer, byte[] readBuffer) => throw new NotSupportedException("This chip is opened with words of 16 bits.");
    }
}
