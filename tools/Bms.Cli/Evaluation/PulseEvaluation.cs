using System.Globalization;
using System.Text;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>Judges the forecast of power on pulse tests: the voltage that it expects ten seconds into each pulse, told before the pulse begins.</summary>
    internal static class PulseEvaluation
    {
        private const double PulseS = 10;
        private const double RestS = 30;
        private const double LongestStepS = 0.25;

        /// <summary>A table with one row for each test.</summary>
        /// <param name="tests">Tests with their temperatures.</param>
        /// <param name="cell">The cell.</param>
        /// <param name="capacityAh">Its capacity in Ah.</param>
        /// <param name="stop">Ends the run.</param>
        public static string Table(IReadOnlyList<(string Path, int TemperatureC)> tests, CellParameters cell, double capacityAh, CancellationToken stop)
        {
            var text = new StringBuilder("temperature  pulses  within 20 mV   rms mV   max mV  rms mV to 2C, from 15 % on\n");
            foreach ((string path, int temperatureC) in tests)
            {
                List<(double ErrorMv, double Rate, double Soc)> pulses = Run(MeasuredTest.Read(path, temperatureC), cell, capacityAh, stop);
                if (pulses.Count == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{temperatureC,6} degC  no pulse of {PulseS:0} s after {RestS:0} s of rest\n");
                    continue;
                }

                var middle = pulses.Where(p => p.Rate <= 2.1 && p.Soc >= 0.15).ToList();
                double within = (double)pulses.Count(p => Math.Abs(p.ErrorMv) <= 20) / pulses.Count;
                text.Append(CultureInfo.InvariantCulture, $"{temperatureC,6} degC{pulses.Count,8}{100 * within,12:0} %{Rms(pulses),10:0.0}{pulses.Max(p => Math.Abs(p.ErrorMv)),9:0.0}{(middle.Count == 0 ? double.NaN : Rms(middle)),12:0.0}\n");
            }

            return text.ToString();
        }

        private static double Rms(List<(double ErrorMv, double Rate, double Soc)> pulses) => Math.Sqrt(pulses.Average(p => p.ErrorMv * p.ErrorMv));

        private static List<(double ErrorMv, double Rate, double Soc)> Run(MeasuredTest test, CellParameters cell, double capacityAh, CancellationToken stop)
        {
            double[] reference = test.ReferenceSoc(capacityAh);
            var firmware = new FirmwareCandidate(cell, capacityAh, null);
            var pulses = new List<(double, double, double)>();
            double restSince = test.TimeS[0];
            for (int k = 1; k < test.Count; k++)
            {
                stop.ThrowIfCancellationRequested();
                bool rests = Math.Abs(test.CurrentA[k]) < 0.02 * capacityAh;
                if (!rests)
                {
                    if (test.TimeS[k - 1] - restSince >= RestS && !test.IsGap(k) && EndOfPulse(test, k) is int end)
                    {
                        var e = firmware.Estimation;
                        double seconds = test.TimeS[end] - test.TimeS[k - 1];
                        float mv = e.Power.VoltageMv(e.Mean, e.Mean.Soc, 0f, (float)test.CurrentA[end], (float)seconds, (int)Math.Round(10 * test.TemperatureC[k]));
                        pulses.Add((mv - (1000 * test.VoltageV[end]), Math.Abs(test.CurrentA[end]) / capacityAh, reference[k]));
                    }

                    restSince = double.PositiveInfinity;
                }
                else if (double.IsPositiveInfinity(restSince))
                {
                    restSince = test.TimeS[k];
                }

                double intervalS = test.StepS(k);
                double currentA = test.IsGap(k) ? (reference[k] - reference[k - 1]) * capacityAh * 3600 / intervalS : test.CurrentA[k];
                int steps = Math.Max(1, (int)Math.Ceiling(intervalS / LongestStepS));
                for (int step = 0; step < steps; step++)
                {
                    firmware.Step(currentA, test.VoltageV[k], test.TemperatureC[k], intervalS / steps);
                }
            }

            return pulses;
        }

        // The sample ten seconds into a current that stays; null where it does not.
        private static int? EndOfPulse(MeasuredTest test, int first)
        {
            for (int k = first + 1; k < test.Count; k++)
            {
                // The first sample may fall into the rise.
                if (Math.Abs(test.CurrentA[k] - test.CurrentA[first + 1]) > 0.05 * Math.Abs(test.CurrentA[first + 1]) + 0.02)
                {
                    return null;
                }

                if (test.TimeS[k] - test.TimeS[first - 1] >= PulseS - 0.15)
                {
                    return test.TimeS[k] - test.TimeS[first - 1] <= PulseS + 1 ? k : null;
                }
            }

            return null;
        }
    }
}
