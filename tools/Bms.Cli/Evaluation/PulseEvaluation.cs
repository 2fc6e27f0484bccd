using System.Globalization;
using System.Text;
using Bms.Core.Estimation;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>Judges the forecast of power on pulse tests: the voltage that it expects ten seconds into each pulse, told before the pulse begins.</summary>
    internal static class PulseEvaluation
    {
        private const double WithinMv = 20;
        private const double LongestStepS = 0.02;

        /// <summary>A table with one row for each temperature and current, and one for each temperature.</summary>
        /// <param name="tests">Tests with their temperatures.</param>
        /// <param name="cell">The cell.</param>
        /// <param name="capacityAh">Its capacity in Ah.</param>
        /// <param name="stop">Ends the run.</param>
        public static string Table(IReadOnlyList<(string Path, int TemperatureC)> tests, CellParameters cell, double capacityAh, CancellationToken stop)
        {
            var text = new StringBuilder("temperature  current  pulses  within 20 mV   rms mV   max mV  rms mV of rest  rms mV of resistance\n");
            foreach ((string path, int temperatureC) in tests)
            {
                List<Pulse> pulses = Run(MeasuredTest.Read(path, temperatureC), cell, capacityAh, stop);
                if (pulses.Count == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{temperatureC,6} degC  no pulse of {PulseFinder.PulseS:0} s after a rest\n");
                    continue;
                }

                foreach (IGrouping<string, Pulse> current in pulses.GroupBy(p => p.Rate.ToString("+0.0C;-0.0C", CultureInfo.InvariantCulture)).OrderBy(g => Math.Abs(g.First().Rate)))
                {
                    Row(text, temperatureC, current.Key, [.. current]);
                }

                Row(text, temperatureC, "all", pulses);
            }

            return text.ToString();
        }

        private static void Row(StringBuilder text, int temperatureC, string current, IReadOnlyCollection<Pulse> pulses)
        {
            double within = (double)pulses.Count(p => Math.Abs(p.ErrorMv) <= WithinMv) / pulses.Count;
            text.Append(CultureInfo.InvariantCulture, $"{temperatureC,6} degC{current,9}{pulses.Count,8}{100 * within,12:0} %{Rms(pulses, p => p.ErrorMv),10:0.0}{pulses.Max(p => Math.Abs(p.ErrorMv)),9:0.0}");
            text.Append(CultureInfo.InvariantCulture, $"{Rms(pulses, p => p.RestErrorMv),16:0.0}{Rms(pulses, p => p.ErrorMv - p.RestErrorMv),22:0.0}\n");
        }

        private static double Rms(IReadOnlyCollection<Pulse> pulses, Func<Pulse, double> part) => Math.Sqrt(pulses.Average(p => part(p) * part(p)));

        private static List<Pulse> Run(MeasuredTest test, CellParameters cell, double capacityAh, CancellationToken stop)
        {
            double[] reference = test.ReferenceSoc(capacityAh);
            var firmware = new FirmwareCandidate(cell, capacityAh, null);
            var pulses = new List<Pulse>();
            var found = new Queue<MeasuredPulse>(PulseFinder.Find(test, capacityAh));
            for (int k = 1; k < test.Count && found.Count > 0; k++)
            {
                stop.ThrowIfCancellationRequested();
                if (k == found.Peek().First)
                {
                    MeasuredPulse pulse = found.Dequeue();
                    StateEstimation e = firmware.Estimation;
                    float a = (float)test.CurrentA[pulse.End];
                    int deciC = (int)Math.Round(10 * test.TemperatureC[k]);
                    float mv = e.Power.VoltageMv(e.Mean, e.Mean.Soc, 0f, a, (float)pulse.Seconds, deciC);
                    float restMv = e.Power.VoltageMv(e.Mean, e.Mean.Soc, 0f, 0f, 0.001f, deciC);
                    pulses.Add(new Pulse(mv - (1000 * test.VoltageV[pulse.End]), restMv - (1000 * test.VoltageV[k - 1]), a / capacityAh));
                }

                if (test.IsGap(k))
                {
                    Bridge(firmware, test, k, (reference[k] - reference[k - 1]) * capacityAh, capacityAh);
                    continue;
                }

                Feed(firmware, test.CurrentA[k], test.VoltageV[k], test.TemperatureC[k], test.StepS(k));
            }

            return pulses;
        }

        // What was not logged is not made up: no voltage is shown.
        private static void Bridge(FirmwareCandidate firmware, MeasuredTest test, int k, double chargeAh, double capacityAh)
        {
            foreach ((double currentA, double seconds) in UnloggedGap.Parts(chargeAh, test.StepS(k), capacityAh))
            {
                Feed(firmware, currentA, double.NaN, test.TemperatureC[currentA == 0 ? k : k - 1], seconds);
            }
        }

        private static void Feed(FirmwareCandidate firmware, double currentA, double voltageV, double temperatureC, double seconds)
        {
            int steps = Math.Max(1, (int)Math.Ceiling(seconds / LongestStepS));
            for (int step = 0; step < steps; step++)
            {
                firmware.Step(currentA, voltageV, temperatureC, seconds / steps);
            }
        }

        // What the forecast was off by at the end; what of it was there before the pulse, with no current; and the current over the capacity.
        private sealed record Pulse(double ErrorMv, double RestErrorMv, double Rate);
    }
}
