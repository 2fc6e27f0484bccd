namespace Bms.Replay
{
    /// <summary>Checksum that runs on: FNV-1a, a word at a time.</summary>
    public static class Checksum
    {
        /// <summary>Its first value.</summary>
        public const uint Start = 2166136261;

        private const uint Factor = 16777619;

        /// <summary>One step.</summary>
        public static uint Fold(uint hash, uint value)
        {
            return unchecked((hash ^ value) * Factor);
        }
    }
}
