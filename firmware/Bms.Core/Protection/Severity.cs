namespace Bms.Core.Protection
{
    /// <summary>The severities of a fault, as numbers that also stand on the bus.</summary>
    public static class Severity
    {
        /// <summary>The row is quiet.</summary>
        public const int None = 0;

        /// <summary>Reported; nothing else happens.</summary>
        public const int Warning = 1;

        /// <summary>The current limits that the row names go to zero.</summary>
        public const int Limit = 2;

        /// <summary>The contactors open.</summary>
        public const int Trip = 3;
    }
}
