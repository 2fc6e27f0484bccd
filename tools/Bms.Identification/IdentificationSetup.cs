using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>What a measured test can teach.</summary>
    public enum TestKind
    {
        /// <summary>Charge and discharge at C/10 or less: open-circuit voltage and hysteresis.</summary>
        LowRate,

        /// <summary>Single pulses with rests: resistances and time constants.</summary>
        Pulse,

        /// <summary>Constant current at about 1C: resistances down to the empty end.</summary>
        Capacity,

        /// <summary>A drive cycle: resistances and time constants as they are needed.</summary>
        Drive,
    }

    /// <summary>One test with what the identification has to know about it.</summary>
    /// <param name="File">Name for reports, such as <c>25C/mixed1.csv.gz</c>.</param>
    /// <param name="Kind">What it can teach.</param>
    /// <param name="Data">The measurement.</param>
    /// <param name="Soc">Reference state of charge of every sample.</param>
    public sealed record IdentificationTest(string File, TestKind Kind, MeasuredTest Data, double[] Soc)
    {
        /// <summary>False for a test that only judges.</summary>
        public bool Fitted { get; init; } = true;

        /// <summary>Weight against other tests of the same length, above 0.</summary>
        public double Weight { get; init; } = 1;

        /// <summary>Fits only the samples in every other block of this many seconds (the first, third, ...), the rest judge; 0 fits all.</summary>
        public double FitBlockS { get; init; }

        /// <summary>True where the sample may take part in a fit.</summary>
        public bool IsFitSample(int sample)
        {
            return Fitted && (FitBlockS <= 0 || (long)((Data.TimeS[sample] - Data.TimeS[0]) / FitBlockS) % 2 == 0);
        }
    }

    /// <summary>Everything the identification of one cell type starts from: nameplate, grids and tests.</summary>
    public sealed class IdentificationSetup
    {
        /// <summary>Name of the cell file.</summary>
        public required string Name { get; init; }

        /// <summary>Field name of the chemistry.</summary>
        public required string Chemistry { get; init; }

        /// <summary>Reference capacity in Ah.</summary>
        public required double CapacityAh { get; init; }

        /// <summary>Mass in kg.</summary>
        public required double MassKg { get; init; }

        /// <summary>Heat capacity in J/K.</summary>
        public required double HeatCapacityJPerK { get; init; }

        /// <summary>Lowest voltage in V.</summary>
        public required double MinVoltageV { get; init; }

        /// <summary>Highest voltage in V.</summary>
        public required double MaxVoltageV { get; init; }

        /// <summary>State of charge of the table columns, 0..1.</summary>
        public required double[] SocGrid { get; init; }

        /// <summary>Temperature of the table rows in degC.</summary>
        public required double[] TemperatureGridC { get; init; }

        /// <summary>First guess of the DC resistance at 25 degC in ohm; only sets the scale of the smoothing.</summary>
        public required double TypicalResistanceOhm { get; init; }

        /// <summary>First guess of the rate of the hysteresis.</summary>
        public double HysteresisGamma { get; init; } = 20;

        /// <summary>True where the rate of the hysteresis is searched for (LFP), false where the guess stays.</summary>
        public bool SearchHysteresisGamma { get; init; }

        /// <summary>The tests, fitted and judging.</summary>
        public required IReadOnlyList<IdentificationTest> Tests { get; init; }

        /// <summary>Data set, identifier and licence for the cell file; method and errors are filled in by the identification.</summary>
        public required CellOrigin Origin { get; init; }
    }

    /// <summary>What an identification gives.</summary>
    /// <param name="Parameters">The cell file's content, rounded as it is written, with its errors.</param>
    /// <param name="FitErrors">RMS voltage error against every test, fitted and judging.</param>
    public sealed record IdentificationResult(CellParameters Parameters, IReadOnlyList<CellFitError> FitErrors);
}
