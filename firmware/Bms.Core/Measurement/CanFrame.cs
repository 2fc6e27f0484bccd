namespace Bms.Core.Measurement
{
    /// <summary>One classic CAN data frame, made once and filled again and again, so that the cycle allocates nothing.</summary>
    public sealed class CanFrame
    {
        /// <summary>Identifier, 11 bits, or 29 bits where <see cref="IsExtended"/>.</summary>
        public uint Id;

        /// <summary>True for a 29-bit identifier.</summary>
        public bool IsExtended;

        /// <summary>Number of valid bytes in <see cref="Data"/>, 0..8.</summary>
        public int Length;

        /// <summary>Payload; bytes from <see cref="Length"/> on have no meaning.</summary>
        public readonly byte[] Data = new byte[8];
    }
}
