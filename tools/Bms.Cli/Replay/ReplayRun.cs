using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Identification;

namespace Bms.Cli.Replay
{
    /// <summary>Shows a measured test of one cell to the real firmware and judges its state of charge.</summary>
    /// <remarks>
    /// A sample's current, voltage and temperature hold over the interval that ends at its time stamp. The controller's clock runs in cycles of 10 ms from one
    /// sampling interval before the first sample to the last one, without a leap: it also runs through gaps, with the mean current that the reference
    /// tells (none, for a plain rest) and the voltage after the gap. About a million cycles a second.
    /// </remarks>
    public static class ReplayRun
    {
        private const double CycleS = 0.01;
        private const double SettleS = 600;

        /// <summary>Runs a test.</summary>
        /// <param name="test">The measurement.</param>
        /// <param name="options">How it is shown.</param>
        /// <param name="stop">Ends the run.</param>
        /// <exception cref="CliFailure">The firmware has no tables for this chemistry, or the run would be absurdly long.</exception>
        public static ReplayResult Run(MeasuredTest test, ReplayOptions options, CancellationToken stop = default)
        {
            double[] reference = test.ReferenceSoc(options.EffectiveCapacityAh);
            double[] currentA = CurrentOfIntervals(test, reference, options.EffectiveCapacityAh);
            double leadS = Math.Clamp(test.MedianStepS, 0.5, 1);
            double startS = test.TimeS[0] - leadS;
            double lengthS = test.TimeS[^1] - startS;
            if (lengthS > 40 * 86400)
            {
                throw new CliFailure($"{test.Name}: lasts {lengthS / 86400:0} days; time_s must be in seconds, and one replay covers 40 days at most");
            }

            var bus = new ReplayBus();
            var sensors = new ReplaySensors(bus, options);
            BatteryController controller = Start(options, bus);
            var estimated = new double[test.Count];
            var uncertainty = new double[test.Count];
            int sample = 0;
            long cycle = 0;
            while (sample < test.Count)
            {
                if ((cycle & 0xFFFF) == 0)
                {
                    stop.ThrowIfCancellationRequested();
                }

                double timeS = startS + (cycle * CycleS);
                bus.TimeS = timeS;
                sensors.Send(cycle, currentA[sample], test.VoltageV[sample], test.TemperatureC[sample]);

                // Contacts follow the coils at once; a board's loop would read them in the next cycle too.
                controller.Inputs.InterlockClosed = true;
                controller.Inputs.MainPositiveClosed = controller.Outputs.MainPositive;
                controller.Inputs.MainNegativeClosed = controller.Outputs.MainNegative;
                controller.Inputs.PrechargeClosed = controller.Outputs.Precharge;
                controller.Update((uint)(cycle * 10));
                cycle++;
                double nextS = startS + (cycle * CycleS);
                while (sample < test.Count && test.TimeS[sample] < nextS)
                {
                    estimated[sample] = bus.SocCentiPct == SignalValue.NotAvailable ? double.NaN : bus.SocCentiPct / 10000.0;
                    uncertainty[sample] = bus.UncertaintyPermille == SignalValue.NotAvailable ? double.NaN : bus.UncertaintyPermille / 1000.0;
                    sample++;
                }
            }

            return new ReplayResult
            {
                Whole = ErrorOf(test, reference, estimated, double.NegativeInfinity),
                AfterTenMinutes = ErrorOf(test, reference, estimated, test.TimeS[0] + SettleS),
                FinalReferenceSoc = reference[^1],
                FinalEstimatedSoc = estimated[^1],
                Faults = bus.Faults,
                EstimatedSoc = estimated,
                Uncertainty = uncertainty,
                ReferenceSoc = reference,
                Cycles = cycle,
                SimulatedS = cycle * CycleS,
            };
        }

        private static BatteryController Start(ReplayOptions options, ReplayBus bus)
        {
            int chemistry = ParameterText.ChemistryOf(options.Cell.Chemistry);
            if (chemistry < 0)
            {
                throw new CliFailure($"{options.Cell.Name}: chemistry '{options.Cell.Chemistry}' is not known to the firmware; use NMC, NCA, LFP, LTO or Na-ion");
            }

            ParameterBlock parameters = options.Parameters ?? Presets.Of(chemistry, 1, (int)Math.Round(options.EffectiveCapacityAh * 1000));
            parameters.Set(ParameterId.CellCount, 1);
            parameters.Set(ParameterId.TemperaturesPerModule, 1);

            // A recorded current flows whatever the contactors do.
            parameters.Set(ParameterId.CurrentOffsetLimitMa, 0);
            int invalid = parameters.FirstInvalid();
            if (invalid >= 0)
            {
                throw new CliFailure($"parameter {ParameterTable.NameOf(invalid)} = {parameters.Get(invalid)} cannot be used for one cell; the firmware takes {ParameterTable.MinimumOf(invalid)} to {ParameterTable.MaximumOf(invalid)}");
            }

            var controller = new BatteryController(parameters, bus);
            if (options.InitialSoc is double soc)
            {
                controller.Estimation.StartFrom((int)Math.Round(soc * 10000));
            }

            return controller;
        }

        // What flowed in a gap was not logged; the reference tells how much it was.
        private static double[] CurrentOfIntervals(MeasuredTest test, double[] reference, double capacityAh)
        {
            var current = (double[])test.CurrentA.Clone();
            for (int k = 1; k < test.Count; k++)
            {
                if (test.IsGap(k))
                {
                    current[k] = (reference[k] - reference[k - 1]) * capacityAh * 3600 / test.StepS(k);
                }
            }

            return current;
        }

        private static SocError ErrorOf(MeasuredTest test, double[] reference, double[] estimated, double fromS)
        {
            double squares = 0;
            double magnitudes = 0;
            double worst = 0;
            double seconds = 0;
            for (int k = 0; k < test.Count; k++)
            {
                double error = Math.Abs(estimated[k] - reference[k]);
                if (double.IsNaN(error) || test.TimeS[k] < fromS)
                {
                    continue;
                }

                // Nobody knows the course of a gap; its end counts like any sample.
                double weight = test.IsGap(k) ? test.MedianStepS : test.StepS(k);
                squares += error * error * weight;
                magnitudes += error * weight;
                worst = Math.Max(worst, error);
                seconds += weight;
            }

            return seconds > 0
                ? new SocError(Math.Sqrt(squares / seconds), magnitudes / seconds, worst, seconds)
                : new SocError(double.NaN, double.NaN, double.NaN, 0);
        }
    }
}
