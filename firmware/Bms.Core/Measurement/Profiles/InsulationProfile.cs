namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Kinds of insulation monitors that the firmware understands.</summary>
    public static class InsulationProfile
    {
        /// <summary>No monitor is fitted: the rows of the fault table that watch it stay quiet.</summary>
        public const int None = 0;

        /// <summary>Bender ISO165C, on the bus, the resistance little endian: two sources of three [C].</summary>
        public const int Iso165c = 1;

        /// <summary>Bender IR155-3204, by the frequency and duty cycle of its output.</summary>
        public const int Ir155 = 2;

        /// <summary>The same with the resistance big endian: one source [C].</summary>
        public const int Iso165cBigEndian = 3;

        /// <summary>Number of kinds.</summary>
        public const int Count = 4;

        /// <summary>Name as it stands in files and tools.</summary>
        /// <param name="profile">One of the constants.</param>
        public static string NameOf(int profile)
        {
            switch (profile)
            {
                case Iso165c: return "Iso165c";
                case Ir155: return "Ir155";
                case Iso165cBigEndian: return "Iso165cBigEndian";
                default: return "None";
            }
        }

        /// <summary>True where the monitor speaks on the bus.</summary>
        /// <param name="profile">One of the constants.</param>
        public static bool IsOnBus(int profile)
        {
            return profile == Iso165c || profile == Iso165cBigEndian;
        }
    }
}
