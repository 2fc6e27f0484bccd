namespace Bms.Core.Configuration
{
    /// <summary>CRC-32 (polynomial 0x04C11DB7 reflected, as in Ethernet and zip) over stored data. Bit by bit: start-up and storage only.</summary>
    public static class Crc32
    {
        /// <summary>Checksum of <paramref name="length"/> bytes from <paramref name="offset"/> on.</summary>
        /// <param name="data">Bytes; not null.</param>
        /// <param name="offset">First byte.</param>
        /// <param name="length">Number of bytes.</param>
        public static uint Of(byte[] data, int offset, int length)
        {
            uint crc = 0xFFFFFFFF;
            for (int i = offset; i < offset + length; i++)
            {
                crc ^= data[i];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
                }
            }

            return ~crc;
        }
    }
}
