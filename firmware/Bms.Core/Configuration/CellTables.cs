namespace Bms.Core.Configuration
{
    /// <summary>Interim tables until the fitted ones are generated: one plausible curve for every chemistry.</summary>
    public static class CellTables
    {
        /// <summary>State of charge of the columns, in permille; the same for every chemistry.</summary>
        public static readonly short[] SocPermille = { 0, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000 };

        private static readonly short[] Temperatures = { -200, 250 };

        private static readonly short[] Ocv =
        {
            3000, 3300, 3450, 3520, 3570, 3610, 3660, 3760, 3860, 3960, 4060, 4180,
            3000, 3300, 3450, 3520, 3570, 3610, 3660, 3760, 3860, 3960, 4060, 4180,
        };

        private static readonly short[] Resistance =
        {
            600, 500, 450, 400, 400, 400, 400, 400, 400, 400, 400, 400,
            120, 100, 90, 80, 80, 80, 80, 80, 80, 80, 80, 80,
        };

        /// <summary>Temperatures of the rows, in 0.1 degC, ascending.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public static short[] TemperaturesDeciC(int chemistry)
        {
            return Temperatures;
        }

        /// <summary>Open-circuit voltage in mV: row of temperature after row of temperature, each with one value for each state of charge.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public static short[] OcvMv(int chemistry)
        {
            return Ocv;
        }

        /// <summary>Resistance times capacity, in milliohm Ah, for some ten seconds of current; laid out as <see cref="OcvMv"/>.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public static short[] ResistanceMilliohmAh(int chemistry)
        {
            return Resistance;
        }
    }
}
