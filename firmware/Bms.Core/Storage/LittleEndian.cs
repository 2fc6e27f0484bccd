namespace Bms.Core.Storage
{
    /// <summary>Numbers in stored bytes, low byte first.</summary>
    public static class LittleEndian
    {
        /// <summary>Writes four bytes.</summary>
        /// <param name="target">Where to.</param>
        /// <param name="at">First byte there.</param>
        /// <param name="value">Number.</param>
        public static void PutUInt(byte[] target, int at, uint value)
        {
            target[at] = (byte)value;
            target[at + 1] = (byte)(value >> 8);
            target[at + 2] = (byte)(value >> 16);
            target[at + 3] = (byte)(value >> 24);
        }

        /// <summary>Reads four bytes.</summary>
        /// <param name="source">Where from.</param>
        /// <param name="at">First byte there.</param>
        public static uint GetUInt(byte[] source, int at)
        {
            return (uint)(source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24));
        }

        /// <summary>Writes two bytes.</summary>
        /// <param name="target">Where to.</param>
        /// <param name="at">First byte there.</param>
        /// <param name="value">Number; its low 16 bits count.</param>
        public static void PutUShort(byte[] target, int at, int value)
        {
            target[at] = (byte)value;
            target[at + 1] = (byte)(value >> 8);
        }

        /// <summary>Reads two bytes.</summary>
        /// <param name="source">Where from.</param>
        /// <param name="at">First byte there.</param>
        /// <returns>0..65535.</returns>
        public static int GetUShort(byte[] source, int at)
        {
            return source[at] | (source[at + 1] << 8);
        }
    }
}
