namespace Bms.Core.Configuration
{
    /// <summary>Results of <see cref="ParameterBlock.Load"/>.</summary>
    public static class ParameterLoad
    {
        /// <summary>The block was taken.</summary>
        public const int Ok = 0;

        /// <summary>Fewer bytes than a block has: truncated while writing or copying.</summary>
        public const int TooShort = 1;

        /// <summary>The first bytes are not those of a parameter block.</summary>
        public const int NotAParameterBlock = 2;

        /// <summary>Written by a firmware with another list of parameters.</summary>
        public const int OtherVersion = 3;

        /// <summary>The checksum does not match: damaged.</summary>
        public const int BadChecksum = 4;

        /// <summary>Undamaged, but a value is out of its range or contradicts another one.</summary>
        public const int ValueOutOfRange = 5;
    }
}
