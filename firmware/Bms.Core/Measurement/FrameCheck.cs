namespace Bms.Core.Measurement
{
    /// <summary>CRC seed and expected counter of every sender that protects its frames, and the count of what was refused.</summary>
    /// <remarks>A counter runs 0..14. Equal to the last one means repeated: no news. It may skip a few frames; further off is refused, and taken up again from the next frame on.</remarks>
    internal sealed class FrameCheck
    {
        /// <summary>Bit of <see cref="Expected"/>: the slot's next frame does not take the short way, whatever its counter.</summary>
        public const byte Unusual = 0x10;

        private const byte NeverHeard = 0x8F;

        // A counter may be so many frames further than expected before the sequence is called wrong.
        private const int MaxSkipped = 2;
        private const int CounterModulus = 15;

        /// <summary>The counter that follows each one.</summary>
        public static readonly byte[] Next = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0 };

        /// <summary>Counter that each slot's next frame should have, with flags above it: equal to the counter of a frame only where all is as usual.</summary>
        public readonly byte[] Expected;

        /// <summary>CRC state after the data id of each slot.</summary>
        public readonly int[] Seed;

        /// <summary>Frames refused for their CRC, counter or length since start; wraps.</summary>
        public uint Refused;

        /// <param name="slots">Number of senders' frames.</param>
        public FrameCheck(int slots)
        {
            Expected = new byte[slots];
            Seed = new int[slots];
            for (int slot = 0; slot < slots; slot++)
            {
                Expected[slot] = NeverHeard;
            }
        }

        /// <summary>Whether a frame in bytes is good: length, CRC and counter. Counts it where not.</summary>
        /// <param name="slot">Its slot.</param>
        /// <param name="frame">The frame.</param>
        /// <param name="length">Length that it must have.</param>
        public bool Accepts(int slot, CanFrame frame, int length)
        {
            byte[] data = frame.Data;
            if (frame.Length != length || data[0] != E2eProfile1.CrcOf(data, length, Seed[slot]))
            {
                Refused++;
                return false;
            }

            return IsInStep(slot, data[1] & 0x0F);
        }

        /// <summary>Whether a frame with the right CRC is news. Counts it where not.</summary>
        /// <param name="slot">Its slot.</param>
        /// <param name="counter">Its counter, 0..15.</param>
        public bool IsInStep(int slot, int counter)
        {
            if (counter >= CounterModulus)
            {
                // Tells nothing about the next one, so what is expected stays.
                Refused++;
                return false;
            }

            int expected = Expected[slot];
            int skipped = counter - (expected & 0x0F);
            if (skipped < 0)
            {
                skipped += CounterModulus;
            }

            Expected[slot] = (byte)(Next[counter] | (expected & Unusual));
            if (skipped <= MaxSkipped || (expected & NeverHeard) == NeverHeard)
            {
                return true;
            }

            Refused++;
            return false;
        }
    }
}
