namespace Bms.Core.Configuration
{
    /// <summary>Values of the parameter <see cref="ParameterId.Chemistry"/>; they choose the cell tables of the estimator.</summary>
    public static class Chemistry
    {
        /// <summary>Lithium nickel manganese cobalt oxide on graphite.</summary>
        public const int Nmc = 0;

        /// <summary>Lithium nickel cobalt aluminium oxide on graphite.</summary>
        public const int Nca = 1;

        /// <summary>Lithium iron phosphate on graphite.</summary>
        public const int Lfp = 2;

        /// <summary>Lithium titanate anode (NMC or LMO cathode).</summary>
        public const int Lto = 3;

        /// <summary>Sodium-ion, layered oxide on hard carbon.</summary>
        public const int NaIon = 4;

        /// <summary>Number of chemistries.</summary>
        public const int Count = 5;
    }
}
