namespace Bms.Core.Configuration
{
    /// <summary>Currents that the cells of every chemistry may take and give for long, over temperature and state of charge.</summary>
    /// <remarks>
    /// In permille of the capacity per hour (1000 = 1C): row of temperature after row of temperature, each with one value for each state of charge; between them it is interpolated.
    /// In the cold and nearly full, charging plates lithium on graphite: there the tables are low, and the corners of the preset forbid it altogether.
    /// Marks as in <see cref="Presets"/>. A start: the table of your own cell wins. The arrays are shared; nothing may write to them.
    /// </remarks>
    public static class LimitTables
    {
        /// <summary>Temperatures of the rows, in 0.1 degC, ascending.</summary>
        public static readonly short[] TemperatureDeciC = { -300, -200, -100, 0, 50, 100, 150, 250, 350, 450, 500, 550, 600 };

        /// <summary>States of charge of the columns, in permille, ascending.</summary>
        public static readonly short[] SocPermille = { 0, 200, 700, 850, 950, 1000 };

        // Charge [R: the default map of an NMC cell: 0 at -20, 0.05C at -10, 0.15C at 0, 0.3C at 5, 0.5C at 10, 0.8C at 15, 1C from 25 to 45, 0.3C at 50 degC, times 1.0 to 70 %, 0.6 at 85 % and 0.3 at 95 % of charge].
        // The corners of the preset allow nothing at 0 degC and below [S: LG 18650HG2 data sheet]. Discharge [R], kept at 3C as the preset.
        private static readonly short[] NmcCharge =
        {
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            50, 50, 50, 30, 15, 10,
            150, 150, 150, 90, 45, 30,
            300, 300, 300, 180, 90, 60,
            500, 500, 500, 300, 150, 100,
            800, 800, 800, 480, 240, 160,
            1000, 1000, 1000, 600, 300, 200,
            1000, 1000, 1000, 600, 300, 200,
            1000, 1000, 1000, 600, 300, 200,
            300, 300, 300, 180, 90, 60,
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
        };

        private static readonly short[] NmcDischarge =
        {
            0, 0, 0, 0, 0, 0,
            90, 240, 300, 300, 300, 300,
            210, 560, 700, 700, 700, 700,
            450, 1200, 1500, 1500, 1500, 1500,
            600, 1600, 2000, 2000, 2000, 2000,
            750, 2000, 2500, 2500, 2500, 2500,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            750, 2000, 2500, 2500, 2500, 2500,
            300, 800, 1000, 1000, 1000, 1000,
            0, 0, 0, 0, 0, 0,
        };

        // Charge 0.5C from 10 to 45 degC and less from 0 [S: Panasonic NCR18650PF data sheet], taper as for NMC [R]. Discharge [R], kept at 3C as the preset.
        private static readonly short[] NcaCharge =
        {
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            100, 100, 100, 60, 30, 20,
            200, 200, 200, 120, 60, 40,
            350, 350, 350, 210, 105, 70,
            500, 500, 500, 300, 150, 100,
            500, 500, 500, 300, 150, 100,
            500, 500, 500, 300, 150, 100,
            500, 500, 500, 300, 150, 100,
            150, 150, 150, 90, 45, 30,
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
        };

        private static readonly short[] NcaDischarge =
        {
            0, 0, 0, 0, 0, 0,
            60, 160, 200, 200, 200, 200,
            180, 480, 600, 600, 600, 600,
            450, 1200, 1500, 1500, 1500, 1500,
            600, 1600, 2000, 2000, 2000, 2000,
            750, 2000, 2500, 2500, 2500, 2500,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            750, 2000, 2500, 2500, 2500, 2500,
            300, 800, 1000, 1000, 1000, 1000,
            0, 0, 0, 0, 0, 0,
        };

        // Charge 0.1C from 0 degC, 0.2C from 5, 1C around 25, 0.75C to 50, 0.1C beyond, and discharge 0.1C to -20, 0.5C to 0 degC [S: Alpha APL48-50LFP manual]; between 10 and 25 degC and above 5 degC in discharge the ramps are ours [D], the top 3C is that of the preset.
        private static readonly short[] LfpCharge =
        {
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            100, 100, 100, 100, 60, 30,
            100, 100, 100, 100, 60, 30,
            200, 200, 200, 200, 120, 60,
            600, 600, 600, 600, 360, 180,
            1000, 1000, 1000, 1000, 600, 300,
            750, 750, 750, 750, 450, 225,
            750, 750, 750, 750, 450, 225,
            100, 100, 100, 100, 60, 30,
            100, 100, 100, 100, 60, 30,
            0, 0, 0, 0, 0, 0,
        };

        private static readonly short[] LfpDischarge =
        {
            30, 80, 100, 100, 100, 100,
            30, 80, 100, 100, 100, 100,
            150, 400, 500, 500, 500, 500,
            150, 400, 500, 500, 500, 500,
            300, 800, 1000, 1000, 1000, 1000,
            600, 1600, 2000, 2000, 2000, 2000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            600, 1600, 2000, 2000, 2000, 2000,
            300, 800, 1000, 1000, 1000, 1000,
            0, 0, 0, 0, 0, 0,
        };

        // No lithium plating on titanate [S: published for Toshiba SCiB]; the currents follow the resistance in the cold [R].
        private static readonly short[] LtoCharge =
        {
            200, 200, 200, 200, 140, 80,
            500, 500, 500, 500, 350, 200,
            1000, 1000, 1000, 1000, 700, 400,
            2000, 2000, 2000, 2000, 1400, 800,
            2500, 2500, 2500, 2500, 1750, 1000,
            3000, 3000, 3000, 3000, 2100, 1200,
            3000, 3000, 3000, 3000, 2100, 1200,
            3000, 3000, 3000, 3000, 2100, 1200,
            3000, 3000, 3000, 3000, 2100, 1200,
            3000, 3000, 3000, 3000, 2100, 1200,
            1500, 1500, 1500, 1500, 1050, 600,
            500, 500, 500, 500, 350, 200,
            0, 0, 0, 0, 0, 0,
        };

        private static readonly short[] LtoDischarge =
        {
            120, 300, 300, 300, 300, 300,
            280, 700, 700, 700, 700, 700,
            600, 1500, 1500, 1500, 1500, 1500,
            1000, 2500, 2500, 2500, 2500, 2500,
            1200, 3000, 3000, 3000, 3000, 3000,
            1200, 3000, 3000, 3000, 3000, 3000,
            1200, 3000, 3000, 3000, 3000, 3000,
            1200, 3000, 3000, 3000, 3000, 3000,
            1200, 3000, 3000, 3000, 3000, 3000,
            1200, 3000, 3000, 3000, 3000, 3000,
            800, 2000, 2000, 2000, 2000, 2000,
            400, 1000, 1000, 1000, 1000, 1000,
            0, 0, 0, 0, 0, 0,
        };

        // Charge from -10 degC [S: a vendor's module]; figures between [R]: hard carbon plates sodium when it is charged fast in the cold or nearly full.
        private static readonly short[] NaIonCharge =
        {
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            50, 50, 50, 40, 25, 15,
            300, 300, 300, 240, 150, 90,
            500, 500, 500, 400, 250, 150,
            700, 700, 700, 560, 350, 210,
            1000, 1000, 1000, 800, 500, 300,
            1000, 1000, 1000, 800, 500, 300,
            1000, 1000, 1000, 800, 500, 300,
            1000, 1000, 1000, 800, 500, 300,
            200, 200, 200, 160, 100, 60,
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
        };

        private static readonly short[] NaIonDischarge =
        {
            60, 160, 200, 200, 200, 200,
            150, 400, 500, 500, 500, 500,
            300, 800, 1000, 1000, 1000, 1000,
            600, 1600, 2000, 2000, 2000, 2000,
            750, 2000, 2500, 2500, 2500, 2500,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            900, 2400, 3000, 3000, 3000, 3000,
            600, 1600, 2000, 2000, 2000, 2000,
            300, 800, 1000, 1000, 1000, 1000,
            0, 0, 0, 0, 0, 0,
        };

        /// <summary>Charging current of a chemistry, in permille of 1C.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>; any other value gives NMC.</param>
        public static short[] ChargePermille(int chemistry)
        {
            switch (chemistry)
            {
                case Chemistry.Nca: return NcaCharge;
                case Chemistry.Lfp: return LfpCharge;
                case Chemistry.Lto: return LtoCharge;
                case Chemistry.NaIon: return NaIonCharge;
                default: return NmcCharge;
            }
        }

        /// <summary>Discharging current of a chemistry, in permille of 1C.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>; any other value gives NMC.</param>
        public static short[] DischargePermille(int chemistry)
        {
            switch (chemistry)
            {
                case Chemistry.Nca: return NcaDischarge;
                case Chemistry.Lfp: return LfpDischarge;
                case Chemistry.Lto: return LtoDischarge;
                case Chemistry.NaIon: return NaIonDischarge;
                default: return NmcDischarge;
            }
        }
    }
}
