using System.Globalization;
using System.IO.Compression;
using Bms.Cli.CommandLine;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>Judges the estimate of capacity on a life of full cycles: files of one cell in the order of their names, each a new start of the firmware with what it had stored.</summary>
    /// <remarks>
    /// Columns of the CALCE sets: <c>Test_Time_s, Step_Index, Cycle_Index, Current_A, Voltage_V, ..., Discharge_Ah</c>. The measured capacity of a cycle is what its discharge down to the stop
    /// took out. A discharge that was cut off (more than 5 % less than the one before) has none and is left out.
    /// </remarks>
    internal static class AgeingEvaluation
    {
        private const double StepS = 0.25;
        private const int FirstJudged = 6;

        /// <summary>Runs and tells.</summary>
        /// <param name="directory">Folder with *.csv or *.csv.gz.</param>
        /// <param name="cell">Gives the chemistry.</param>
        /// <param name="capacityAh">Rated capacity in Ah.</param>
        /// <param name="fullMv">Voltage at which charging ends.</param>
        /// <param name="emptyMv">Voltage at which discharging ends.</param>
        /// <param name="stop">Ends the run.</param>
        public static string Text(string directory, CellParameters cell, double capacityAh, int fullMv, int emptyMv, CancellationToken stop)
        {
            string[] files = Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "*.csv*").Order(StringComparer.Ordinal)] : [];
            if (files.Length == 0)
            {
                throw new CliFailure($"{directory}: no *.csv or *.csv.gz; give the folder with the cycles of one cell");
            }

            var stored = new PackState();
            var errors = new List<(double Measured, double Error, double Sigmas)>();
            int cycles = 0;
            double last = double.NaN;
            foreach (string file in files)
            {
                stop.ThrowIfCancellationRequested();
                var firmware = new FirmwareCandidate(cell, capacityAh, null, fullMv, emptyMv, false);
                firmware.Estimation.Restore(stored, SignalValue.NotAvailable);
                Cycle(file, firmware, measured =>
                {
                    cycles++;
                    bool whole = double.IsNaN(last) || measured > 0.95 * last;
                    last = measured;
                    if (whole && cycles >= FirstJudged && measured > 0.2 * capacityAh)
                    {
                        double estimate = firmware.Estimation.Capacity.CapacityMah / 1000;
                        errors.Add((measured, (estimate / measured) - 1, Math.Abs(estimate - measured) * 1000 / firmware.Estimation.Capacity.SigmaMah));
                    }
                });
                firmware.Estimation.Keep(stored);
            }

            if (errors.Count == 0)
            {
                throw new CliFailure($"{directory}: no full cycle after the first five; the files need discharges from {fullMv} mV down to {emptyMv} mV");
            }

            var until70 = errors.Where(e => e.Measured >= 0.7 * capacityAh).ToArray();
            return string.Create(CultureInfo.InvariantCulture, $"""
                {cycles} cycles, {files.Length} starts of the firmware, {errors.Count} cycles judged (from the sixth on, without discharges that were cut off)
                                     cycles  within 2 %  rms %   max %  within 3 sigma
                down to 70 %       {until70.Length,8}{Share(until70, e => Math.Abs(e.Error) <= 0.02),10:0.0} %{100 * Math.Sqrt(until70.Average(e => e.Error * e.Error)),7:0.00}{100 * until70.Max(e => Math.Abs(e.Error)),8:0.00}{Share(until70, e => e.Sigmas <= 3),14:0.0} %
                all                {errors.Count,8}{Share(errors, e => Math.Abs(e.Error) <= 0.02),10:0.0} %{100 * Math.Sqrt(errors.Average(e => e.Error * e.Error)),7:0.00}{100 * errors.Max(e => Math.Abs(e.Error)),8:0.00}{Share(errors, e => e.Sigmas <= 3),14:0.0} %
                """);
        }

        private static double Share(IReadOnlyCollection<(double Measured, double Error, double Sigmas)> errors, Func<(double Measured, double Error, double Sigmas), bool> good)
        {
            return 100.0 * errors.Count(good) / errors.Count;
        }

        private static void Cycle(string file, FirmwareCandidate firmware, Action<double> discharged)
        {
            using Stream raw = File.OpenRead(file);
            using Stream text = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(raw, CompressionMode.Decompress) : raw;
            using var reader = new StreamReader(text);
            string[] header = (reader.ReadLine() ?? string.Empty).Split(',');
            int[] at = [.. new[] { "Test_Time_s", "Current_A", "Voltage_V", "Discharge_Ah" }.Select(name => Array.IndexOf(header, name))];
            if (at.Min() < 0)
            {
                throw new CliFailure($"{file}, line 1: the columns Test_Time_s, Current_A, Voltage_V and Discharge_Ah are needed");
            }

            double timeS = double.NaN;
            double beganAh = double.NaN;
            double lastAh = 0;
            for (int line = 2; reader.ReadLine() is string row; line++)
            {
                string[] fields = row.Split(',');
                var v = new double[4];
                for (int i = 0; i < 4; i++)
                {
                    if (at[i] >= fields.Length || !double.TryParse(fields[at[i]], NumberStyles.Float, CultureInfo.InvariantCulture, out v[i]) || !double.IsFinite(v[i]))
                    {
                        throw new CliFailure($"{file}, line {line}: {header[at[i]]} is not a number; remove the line or fetch the file again");
                    }
                }

                double intervalS = double.IsNaN(timeS) || v[0] <= timeS ? 1 : Math.Min(v[0] - timeS, 3600);
                timeS = v[0];
                int steps = Math.Max(4, (int)Math.Ceiling(intervalS / StepS));
                for (int step = 0; step < steps; step++)
                {
                    firmware.Step(v[1], v[2], 25, intervalS / steps);
                }

                bool discharges = v[1] < -0.05;
                if (discharges && double.IsNaN(beganAh))
                {
                    beganAh = lastAh;
                }
                else if (!discharges && !double.IsNaN(beganAh))
                {
                    // What was taken between full and the stop is known once the end has passed, in the next second.
                    for (int step = 0; step < 8; step++)
                    {
                        firmware.Step(0, v[2], 25, StepS);
                    }

                    discharged(lastAh - beganAh);
                    beganAh = double.NaN;
                }

                lastAh = v[3];
            }
        }
    }
}
