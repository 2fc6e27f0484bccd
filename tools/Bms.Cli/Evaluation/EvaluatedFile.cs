using Bms.Cli.Replay;

namespace Bms.Cli.Evaluation
{
    /// <summary>One combination of errors that a replay is given.</summary>
    /// <param name="InitialSocError">Added to the true state of charge at the start; NaN where the firmware starts from the voltage.</param>
    /// <param name="CurrentGain">Multiplies the current.</param>
    /// <param name="CurrentOffsetA">Added to the current in A.</param>
    /// <param name="VoltageOffsetV">Added to the voltage in V.</param>
    public readonly record struct SensorErrors(double InitialSocError, double CurrentGain, double CurrentOffsetA, double VoltageOffsetV)
    {
        /// <summary>None.</summary>
        public static SensorErrors None { get; } = new(double.NaN, 1, 0, 0);

        /// <summary>All corners: initial state of charge +-20 points, gain +-1 %, offset +-50 mA for 3 Ah, voltage +-5 mV.</summary>
        /// <param name="capacityAh">Capacity of the cell in Ah.</param>
        public static IReadOnlyList<SensorErrors> Corners(double capacityAh)
        {
            var corners = new List<SensorErrors>();
            for (int bits = 0; bits < 16; bits++)
            {
                corners.Add(new SensorErrors(
                    (bits & 1) == 0 ? -0.2 : 0.2,
                    (bits & 2) == 0 ? 0.99 : 1.01,
                    ((bits & 4) == 0 ? -0.05 : 0.05) * capacityAh / 3,
                    (bits & 8) == 0 ? -0.005 : 0.005));
            }

            return corners;
        }
    }

    /// <summary>What the firmware made of one test.</summary>
    public sealed class EvaluatedFile
    {
        /// <summary>Path below the folder.</summary>
        public required string File { get; init; }

        /// <summary>Temperature of the folder in degC.</summary>
        public required int TemperatureC { get; init; }

        /// <summary>Why the test was not judged; null where it was.</summary>
        public string? SkippedBecause { get; init; }

        /// <summary>Whole run, of the worst combination.</summary>
        public SocError Whole { get; init; }

        /// <summary>From 10 min on, of the same combination.</summary>
        public SocError AfterTenMinutes { get; init; }

        /// <summary>The combination of errors with the largest RMSE.</summary>
        public SensorErrors Worst { get; init; } = SensorErrors.None;

        /// <summary>Trips raised in the run of that combination.</summary>
        public int Trips { get; init; }

        /// <summary>Simulated time of all combinations in s.</summary>
        public double SimulatedS { get; init; }
    }
}
