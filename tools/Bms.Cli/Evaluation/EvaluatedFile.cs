using Bms.Cli.Replay;

namespace Bms.Cli.Evaluation
{
    /// <summary>One combination of errors that an estimator is given.</summary>
    /// <param name="InitialSocError">Added to the true state of charge at the start; NaN where the start is from the voltage.</param>
    /// <param name="CurrentGain">Multiplies the current.</param>
    /// <param name="CurrentOffsetA">Added to the current in A.</param>
    /// <param name="VoltageOffsetV">Added to the voltage in V.</param>
    /// <param name="TemperatureOffsetC">Added to the temperature in K.</param>
    /// <param name="HasNoise">True adds 1 mV rms to every cell voltage.</param>
    public readonly record struct SensorErrors(double InitialSocError, double CurrentGain, double CurrentOffsetA, double VoltageOffsetV, double TemperatureOffsetC, bool HasNoise)
    {
        /// <summary>None.</summary>
        public static SensorErrors None { get; } = new(double.NaN, 1, 0, 0, 0, false);

        /// <summary>All corners: initial state of charge +-20 points, gain +-1 %, offset +-50 mA for 3 Ah, voltage +-5 mV with 1 mV of noise, temperature +-2 K.</summary>
        /// <param name="capacityAh">Capacity of the cell in Ah.</param>
        /// <param name="initialSocErrors">What a stored state of charge may be wrong by, each with all other corners; NaN for a start from the voltage.</param>
        public static IReadOnlyList<SensorErrors> Corners(double capacityAh, params double[] initialSocErrors)
        {
            var corners = new List<SensorErrors>();
            for (int bits = 0; bits < 16 * initialSocErrors.Length; bits++)
            {
                corners.Add(new SensorErrors(
                    initialSocErrors[bits / 16],
                    (bits & 1) == 0 ? 0.99 : 1.01,
                    ((bits & 2) == 0 ? -0.05 : 0.05) * capacityAh / 3,
                    (bits & 4) == 0 ? -0.005 : 0.005,
                    (bits & 8) == 0 ? -2 : 2,
                    true));
            }

            return corners;
        }
    }

    /// <summary>One test and where it is begun.</summary>
    public sealed class EvaluatedFile
    {
        /// <summary>Path below the folder.</summary>
        public required string File { get; init; }

        /// <summary>Temperature of the folder in degC.</summary>
        public required int TemperatureC { get; init; }

        /// <summary>State of charge at which the run begins, in percent; NaN for the first sample.</summary>
        public double StartPct { get; init; } = double.NaN;

        /// <summary>Why the test was not judged; null where it was.</summary>
        public string? SkippedBecause { get; init; }

        /// <summary>For each estimator: the combination with the largest RMSE after 10 min, with the largest maximum, the longest convergence and the lowest coverage of all combinations.</summary>
        public IReadOnlyList<CandidateResult> Worst { get; init; } = [];

        /// <summary>Simulated time of all combinations in s.</summary>
        public double SimulatedS { get; init; }
    }
}
