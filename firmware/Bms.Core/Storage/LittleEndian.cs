namespace Bms.Core.Storage
{
    /// <summary>Numbers in stored bytes, low byte first.</summary>
    internal static class LittleEndian
    {
        public static void PutUInt(byte[] target, int at, uint value)
        {
            target[at] = (byte)value;
            target[at + 1] = (byte)(value >> 8);
            target[at + 2] = (byte)(value >> 16);
            target[at + 3] = (byte)(value >> 24);
        }

        public static uint GetUInt(byte[] source, int at)
        {
            return (uint)(source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24));
        }

        public static void PutUShort(byte[] target, int at, int value)
        {
            target[at] = (byte)value;
            target[at + 1] = (byte)(value >> 8);
        }

        public static int GetUShort(byte[] source, int at)
        {
            return source[at] | (source[at + 1] << 8);
        }
    }
}
