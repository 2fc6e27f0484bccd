using System.Globalization;
using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>Tests that do not tell enough for a cell model: says everything that is missing, on one line fit to be printed as it stands.</summary>
    public sealed class UnidentifiableException(string cell, IReadOnlyList<string> missing)
        : FormatException($"{cell}: the tests cannot identify the model: {string.Join("; ", missing)}")
    {
        /// <summary>What is missing, one entry each.</summary>
        public IReadOnlyList<string> Missing { get; } = missing;
    }

    /// <summary>Says whether tests can tell the model's parameters apart at all; the soft rules of the fit would fill any hole with something that looks like a result.</summary>
    public static class Identifiability
    {
        private const double NearK = 6;
        private const double LeastSpan = 0.4;
        private const double LowEnd = 0.3;
        private const double HighEnd = 0.9;
        private const double StepRate = 0.2;
        private const int LeastSteps = 8;
        private const double RestRate = 0.02;
        private const double RestS = 300;
        private const double LongestSampleS = 5;

        /// <summary>Everything that is missing; empty where nothing is.</summary>
        public static IReadOnlyList<string> Missing(IdentificationSetup setup)
        {
            ArgumentNullException.ThrowIfNull(setup);
            IdentificationTest[] fitted = [.. setup.Tests.Where(t => t.Fitted)];
            if (fitted.Length == 0)
            {
                return ["no test to fit; give a low-rate test, a pulse test or a drive cycle"];
            }

            var missing = new List<string>();
            if (setup.TemperatureGridC.Length < 2)
            {
                missing.Add("a single temperature; resistances at another one would be guesses: give tests at two at least");
            }

            foreach (double temperature in setup.TemperatureGridC)
            {
                AddMissing(missing, setup, temperature, [.. fitted.Where(t => Math.Abs(Median(t.Data.TemperatureC) - temperature) <= NearK)]);
            }

            double low = fitted.Min(t => t.Soc.Min());
            double high = fitted.Max(t => t.Soc.Max());
            if (low > LowEnd || high < HighEnd)
            {
                missing.Add(Text($"the tests reach from {100 * low:0} to {100 * high:0} % state of charge; give one that goes from {100 * HighEnd:0} % or more to {100 * LowEnd:0} % or less"));
            }

            if (!fitted.Any(t => t.Kind == TestKind.LowRate) && !fitted.Any(t => HasRest(t, setup.CapacityAh)))
            {
                missing.Add(Text($"no rest of {RestS / 60:0} min after a load and no low-rate test; without one of them open-circuit voltage and slow polarisation are the same thing"));
            }

            if (setup.SearchHysteresisGamma)
            {
                bool Has(int sign) => fitted.Any(t => t.Kind == TestKind.LowRate && t.Data.CurrentA.Any(i => Math.Sign(i) == sign));
                if (!Has(1) || !Has(-1))
                {
                    missing.Add("no low-rate test in both directions; the hysteresis of LFP is the distance between the two");
                }
            }

            return missing;
        }

        /// <summary>Lets good tests pass.</summary>
        /// <exception cref="UnidentifiableException">Something is missing.</exception>
        public static void Require(IdentificationSetup setup)
        {
            IReadOnlyList<string> missing = Missing(setup);
            if (missing.Count > 0)
            {
                throw new UnidentifiableException(setup.Name, missing);
            }
        }

        private static void AddMissing(List<string> missing, IdentificationSetup setup, double temperature, IdentificationTest[] tests)
        {
            IdentificationTest[] dynamic = [.. tests.Where(t => t.Kind is TestKind.Drive or TestKind.Pulse)];
            if (dynamic.Length == 0)
            {
                missing.Add(Text($"no pulse test or drive cycle within {NearK:0} K of {temperature:0} degC"));
                return;
            }

            double span = dynamic.Max(t => t.Soc.Max()) - dynamic.Min(t => t.Soc.Min());
            if (span < LeastSpan)
            {
                missing.Add(Text($"at {temperature:0} degC the tests span {100 * span:0} % state of charge; {100 * LeastSpan:0} % are needed"));
            }

            int steps = dynamic.Sum(t => Steps(t.Data, StepRate * setup.CapacityAh));
            if (steps < LeastSteps)
            {
                missing.Add(Text($"at {temperature:0} degC the current changes {steps} times by {StepRate:0.0} C or more; {LeastSteps} are needed to tell the resistances apart"));
            }

            double sampleS = dynamic.Min(t => t.Data.MedianStepS);
            if (sampleS > LongestSampleS)
            {
                missing.Add(Text($"at {temperature:0} degC the samples are {sampleS:0} s apart; {LongestSampleS:0} s or less are needed for the series resistance and the fast pair"));
            }
        }

        private static int Steps(MeasuredTest data, double leastA)
        {
            int steps = 0;
            for (int k = 1; k < data.Count; k++)
            {
                steps += Math.Abs(data.CurrentA[k] - data.CurrentA[k - 1]) >= leastA ? 1 : 0;
            }

            return steps;
        }

        private static bool HasRest(IdentificationTest test, double capacityAh)
        {
            MeasuredTest data = test.Data;
            double restedS = 0;
            bool loaded = false;
            for (int k = 0; k < data.Count; k++)
            {
                if (Math.Abs(data.CurrentA[k]) > RestRate * capacityAh)
                {
                    loaded = true;
                    restedS = 0;
                    continue;
                }

                restedS += loaded ? data.StepS(k) : 0;
                if (restedS >= RestS)
                {
                    return true;
                }
            }

            return false;
        }

        private static double Median(double[] values)
        {
            double[] sorted = [.. values.Order()];
            return sorted[sorted.Length / 2];
        }

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
