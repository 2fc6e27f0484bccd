namespace Bms.Plant.Cells
{
    /// <summary>The parameters of one cell type: open-circuit voltage, resistances, time constants and hysteresis over state of charge and temperature.</summary>
    /// <remarks>
    /// Tables are indexed <c>[temperature][state of charge]</c> along <see cref="TemperatureGridC"/> and <see cref="SocGrid"/>; between grid points they are
    /// bilinear, beyond the grid they keep the edge value. Only the open-circuit voltage goes on in a straight line beyond 0 and 1 state of charge, so that a cell
    /// pushed past its end shows it. Read from a JSON file of format version 1 (<c>docs/hil-tests/Bms.Plant/cells.md</c>); every field is checked when it is read.
    /// The tables are shared, not copied: treat them as read-only.
    /// </remarks>
    public sealed class CellParameters
    {
        /// <summary>The format version this build reads and writes.</summary>
        public const int FormatVersion = 1;

        /// <summary>Short name, lower case with dashes; also the name of the embedded file.</summary>
        public required string Name { get; init; }

        /// <summary>Field name of the chemistry: NMC, NCA, LFP, LTO, Na-ion.</summary>
        public required string Chemistry { get; init; }

        /// <summary>Charge between 0 and 1 state of charge, in Ah.</summary>
        public required double CapacityAh { get; init; }

        /// <summary>Charge stored per charge put in, 0.5..1; applies to charging current only.</summary>
        public double CoulombicEfficiency { get; init; } = 1.0;

        /// <summary>Mass in kg.</summary>
        public required double MassKg { get; init; }

        /// <summary>Heat capacity of one cell in J/K.</summary>
        public required double HeatCapacityJPerK { get; init; }

        /// <summary>State of charge of the table columns: ascending, first 0, last 1.</summary>
        public required double[] SocGrid { get; init; }

        /// <summary>Temperature of the table rows in degC: ascending, at least two.</summary>
        public required double[] TemperatureGridC { get; init; }

        /// <summary>Open-circuit voltage without hysteresis in V; never falls with state of charge.</summary>
        public required double[][] OcvV { get; init; }

        /// <summary>Ohmic resistance for discharge current in ohm.</summary>
        public required double[][] R0DischargeOhm { get; init; }

        /// <summary>Ohmic resistance for charge current in ohm.</summary>
        public required double[][] R0ChargeOhm { get; init; }

        /// <summary>Resistance of the fast RC pair in ohm.</summary>
        public required double[][] R1Ohm { get; init; }

        /// <summary>Time constant of the fast RC pair in s.</summary>
        public required double[][] Tau1S { get; init; }

        /// <summary>Resistance of the slow RC pair in ohm.</summary>
        public required double[][] R2Ohm { get; init; }

        /// <summary>Time constant of the slow RC pair in s.</summary>
        public required double[][] Tau2S { get; init; }

        /// <summary>Half width of the voltage hysteresis per state of charge, in V.</summary>
        public required double[] HysteresisV { get; init; }

        /// <summary>Rate of the hysteresis: the state covers 63 % of the way to its limit within <c>1 / HysteresisGamma</c> of the capacity. 0 without hysteresis.</summary>
        public double HysteresisGamma { get; init; }

        /// <summary>Part of the hysteresis that follows the sign of the current at once, in V.</summary>
        public double InstantHysteresisV { get; init; }

        /// <summary>Entropic coefficient dOCV/dT per state of charge in V/K, for reversible heat; null where unknown (no reversible heat).</summary>
        public double[]? EntropicVPerK { get; init; }

        /// <summary>What discharge pulses of other currents than those of a drive meet; null where no pulse test told.</summary>
        public PulseFactors? Pulses { get; init; }

        /// <summary>The same tests fitted with resistances that fall with the current, for estimators; null where they were not.</summary>
        public FallingResistance? Falling { get; init; }

        /// <summary>Lowest voltage the maker allows, in V.</summary>
        public required double MinVoltageV { get; init; }

        /// <summary>Highest voltage the maker allows, in V.</summary>
        public required double MaxVoltageV { get; init; }

        /// <summary>Where the figures come from.</summary>
        public CellOrigin Origin { get; init; } = new();

        /// <summary>Names that <see cref="Load"/> takes, sorted.</summary>
        public static IReadOnlyList<string> EmbeddedNames { get; } = typeof(CellParameters).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourcePrefix, StringComparison.Ordinal) && n.EndsWith(".json", StringComparison.Ordinal))
            .Select(n => n[ResourcePrefix.Length..^".json".Length]).Order(StringComparer.Ordinal).ToArray();

        private const string ResourcePrefix = "Bms.Plant.Cells/";

        /// <summary>Loads one of the cells that ship with the plant.</summary>
        /// <param name="name">One of <see cref="EmbeddedNames"/>.</param>
        /// <exception cref="CellFileException">No such cell; the message lists the names there are.</exception>
        public static CellParameters Load(string name)
        {
            using Stream? stream = typeof(CellParameters).Assembly.GetManifestResourceStream(ResourcePrefix + name + ".json");
            if (stream is null)
            {
                throw new CellFileException(name, "name", "no such cell", $"use one of {string.Join(", ", EmbeddedNames)}, or the path of a cell file ending in .json");
            }

            return CellParametersJson.Read(stream, name + ".json");
        }

        /// <summary>Reads a cell file from a stream.</summary>
        /// <param name="stream">The JSON text.</param>
        /// <param name="source">Name for messages.</param>
        /// <exception cref="CellFileException">Not JSON, or a field is missing or outside its range.</exception>
        public static CellParameters Load(Stream stream, string source)
        {
            return CellParametersJson.Read(stream, source);
        }

        /// <summary>Loads a cell file.</summary>
        /// <exception cref="CellFileException">The file cannot be opened, is not JSON, or a field is missing or outside its range.</exception>
        public static CellParameters LoadFile(string path)
        {
            try
            {
                using FileStream stream = File.OpenRead(path);
                return CellParametersJson.Read(stream, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new CellFileException(path, "file", "cannot be read: " + e.Message.TrimEnd('.'), "check the path and the permissions");
            }
        }

        /// <summary>Loads by name or by path: what ends in <c>.json</c> is a path.</summary>
        /// <exception cref="CellFileException">As <see cref="Load"/> and <see cref="LoadFile"/>.</exception>
        public static CellParameters LoadNameOrFile(string nameOrPath)
        {
            return nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? LoadFile(nameOrPath) : Load(nameOrPath);
        }

        /// <summary>Writes the file so that reading it gives the same parameters; the same parameters always give the same bytes.</summary>
        /// <remarks>Voltages are written to 0.1 mV, resistances and time constants to four digits.</remarks>
        public string ToJson()
        {
            return CellParametersJson.Write(this);
        }

        /// <summary>Finds the grid interval of a value, clamped to the grid.</summary>
        /// <param name="grid">Ascending, at least two points.</param>
        /// <param name="value">Any finite value.</param>
        /// <param name="fraction">Position inside the interval, 0..1.</param>
        /// <returns>Index of the lower end, 0..length-2.</returns>
        public static int Locate(double[] grid, double value, out double fraction)
        {
            int last = grid.Length - 2;
            if (!(value > grid[0]))
            {
                fraction = 0;
                return 0;
            }

            if (value >= grid[last + 1])
            {
                fraction = 1;
                return last;
            }

            int low = 0;
            int high = last + 1;
            while (high - low > 1)
            {
                int middle = (low + high) >> 1;
                if (grid[middle] <= value)
                {
                    low = middle;
                }
                else
                {
                    high = middle;
                }
            }

            fraction = (value - grid[low]) / (grid[low + 1] - grid[low]);
            return low;
        }

        /// <summary>Bilinear value inside the cell of the table that two calls of <see cref="Locate"/> found.</summary>
        public static double Interpolate(double[][] table, int temperatureIndex, double temperatureFraction, int socIndex, double socFraction)
        {
            double[] cold = table[temperatureIndex];
            double[] warm = table[temperatureIndex + 1];
            double a = cold[socIndex] + (socFraction * (cold[socIndex + 1] - cold[socIndex]));
            double b = warm[socIndex] + (socFraction * (warm[socIndex + 1] - warm[socIndex]));
            return a + (temperatureFraction * (b - a));
        }

        /// <summary>Value of one of the tables of this cell, clamped to the grid.</summary>
        public double At(double[][] table, double soc, double temperatureC)
        {
            int t = Locate(TemperatureGridC, temperatureC, out double tf);
            int s = Locate(SocGrid, soc, out double sf);
            return Interpolate(table, t, tf, s, sf);
        }

        /// <summary>Open-circuit voltage in V without hysteresis; a straight line beyond 0 and 1 state of charge, with the slope of the last interval.</summary>
        public double OcvAt(double soc, double temperatureC)
        {
            int t = Locate(TemperatureGridC, temperatureC, out double tf);
            int s = Locate(SocGrid, soc, out _);
            double sf = (soc - SocGrid[s]) / (SocGrid[s + 1] - SocGrid[s]);
            return Interpolate(OcvV, t, tf, s, sf);
        }

        /// <summary>State of charge at which the cell without hysteresis rests at a voltage; inverse of <see cref="OcvAt"/> inside 0..1, clamped.</summary>
        public double SocAtOcv(double ocvV, double temperatureC)
        {
            double low = 0;
            double high = 1;
            for (int i = 0; i < 50; i++)
            {
                double middle = 0.5 * (low + high);
                if (OcvAt(middle, temperatureC) < ocvV)
                {
                    low = middle;
                }
                else
                {
                    high = middle;
                }
            }

            return 0.5 * (low + high);
        }
    }
}
