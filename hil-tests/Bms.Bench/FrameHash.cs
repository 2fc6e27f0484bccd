namespace Bms.Bench
{
    /// <summary>One number for a whole run: time, identifier and payload of every frame (FNV-1a, 64 bits). Equal runs have equal numbers.</summary>
    public sealed class FrameHash : ICanTap
    {
        private const ulong Prime = 0x100000001B3;

        /// <summary>The number so far.</summary>
        public ulong Value { get; private set; } = 0xCBF29CE484222325;

        /// <inheritdoc/>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            ulong hash = Value;
            unchecked
            {
                hash = (hash ^ (ulong)timeUs) * Prime;
                hash = (hash ^ id ^ (isExtended ? 1UL << 31 : 0)) * Prime;
                for (int i = 0; i < length; i++)
                {
                    hash = (hash ^ data[i]) * Prime;
                }
            }

            Value = hash;
        }
    }
}
