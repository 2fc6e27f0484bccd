namespace Bms.Cli.Replay
{
    /// <summary>One fault that the firmware raised or let go, as it told on the bus.</summary>
    /// <param name="TimeS">Time of the test in s.</param>
    /// <param name="Fault">Row of the fault table.</param>
    /// <param name="Severity">0 none, 1 warning, 2 limit, 3 trip.</param>
    /// <param name="Value">Value in the unit of the row; int.MinValue where not available.</param>
    public readonly record struct ReplayFault(double TimeS, int Fault, int Severity, int Value);

    /// <summary>Errors of the estimated state of charge, in parts of 1; samples weigh as long as they last.</summary>
    /// <param name="Rmse">Root of the mean square.</param>
    /// <param name="Mae">Mean magnitude.</param>
    /// <param name="Max">Largest magnitude.</param>
    /// <param name="Seconds">Time that was judged, in s.</param>
    public readonly record struct SocError(double Rmse, double Mae, double Max, double Seconds);

    /// <summary>What a replay gave.</summary>
    public sealed class ReplayResult
    {
        /// <summary>Whole run.</summary>
        public required SocError Whole { get; init; }

        /// <summary>From 10 min after the first sample on.</summary>
        public required SocError AfterTenMinutes { get; init; }

        /// <summary>Reference at the last sample, 0..1.</summary>
        public required double FinalReferenceSoc { get; init; }

        /// <summary>Estimate at the last sample, 0..1; NaN where there is none.</summary>
        public required double FinalEstimatedSoc { get; init; }

        /// <summary>Everything the firmware told about faults, in order.</summary>
        public required IReadOnlyList<ReplayFault> Faults { get; init; }

        /// <summary>Estimate at each sample, 0..1; NaN where there is none.</summary>
        public required double[] EstimatedSoc { get; init; }

        /// <summary>Stated uncertainty at each sample, one standard deviation, 0..1; NaN where there is none.</summary>
        public required double[] Uncertainty { get; init; }

        /// <summary>Reference at each sample, 0..1.</summary>
        public required double[] ReferenceSoc { get; init; }

        /// <summary>Control cycles run.</summary>
        public required long Cycles { get; init; }

        /// <summary>Simulated time in s.</summary>
        public required double SimulatedS { get; init; }
    }
}
