using System.Globalization;
using Bms.Cli.CommandLine;
using Bms.Cli.Replay;
using Bms.Core.Protection;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>Replays every test of a folder, side by side on all cores.</summary>
    public static class FolderEvaluation
    {
        // A test whose counter starts elsewhere than full has no reference that could be counted.
        private const double LowestReference = -0.05;
        private const double HighestReference = 1.05;
        private const double LowestStart = 0.7;

        /// <summary>Tests under a folder: <c>&lt;T&gt;C/*.csv.gz</c> and <c>.csv</c>, sorted by temperature and name.</summary>
        /// <exception cref="CliFailure">There is no such folder, or no test in it.</exception>
        public static IReadOnlyList<(string Path, int TemperatureC)> Find(string directory)
        {
            if (!Directory.Exists(directory))
            {
                throw new CliFailure($"{directory}: no such folder; give the folder that holds the <T>C folders of one cell");
            }

            var tests = new List<(string Path, int TemperatureC)>();
            foreach (string folder in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Append(directory))
            {
                string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
                if (name.EndsWith('C') && int.TryParse(name[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int temperature))
                {
                    tests.AddRange(Directory.EnumerateFiles(folder).Where(IsTest).Select(f => (f, temperature)));
                }
            }

            if (tests.Count == 0)
            {
                throw new CliFailure($"{directory}: no test <T>C/*.csv.gz below it; give the folder that holds the <T>C folders of one cell");
            }

            return [.. tests.OrderBy(t => t.TemperatureC).ThenBy(t => t.Path, StringComparer.Ordinal)];
        }

        /// <summary>Judges all tests.</summary>
        /// <param name="directory">Folder that paths are told below of.</param>
        /// <param name="tests">Result of <see cref="Find"/>.</param>
        /// <param name="cell">The cell.</param>
        /// <param name="capacityAh">Capacity in Ah, or null for the cell file's.</param>
        /// <param name="withErrors">True tries all corners of <see cref="SensorErrors"/> and keeps the worst.</param>
        /// <param name="done">Told after each test, from any thread.</param>
        /// <param name="stop">Ends the run.</param>
        public static IReadOnlyList<EvaluatedFile> Run(
            string directory,
            IReadOnlyList<(string Path, int TemperatureC)> tests,
            CellParameters cell,
            double? capacityAh,
            bool withErrors,
            Action<EvaluatedFile>? done,
            CancellationToken stop)
        {
            var results = new EvaluatedFile[tests.Count];
            int[] order = [.. Enumerable.Range(0, tests.Count).OrderByDescending(i => new FileInfo(tests[i].Path).Length)];
            try
            {
                // Large files first, so that no core is left with one at the end.
                Parallel.ForEach(
                    System.Collections.Concurrent.Partitioner.Create(order, EnumerablePartitionerOptions()),
                    new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount },
                    i =>
                    {
                        string name = Path.GetRelativePath(directory, tests[i].Path);
                        results[i] = Judge(name, tests[i].Path, tests[i].TemperatureC, cell, capacityAh, withErrors, stop);
                        done?.Invoke(results[i]);
                    });
            }
            catch (AggregateException faults)
            {
                // Several files may be broken; the first one in order is told.
                throw faults.Flatten().InnerExceptions.OrderBy(f => f.Message, StringComparer.Ordinal).First();
            }

            return results;
        }

        private static System.Collections.Concurrent.EnumerablePartitionerOptions EnumerablePartitionerOptions()
        {
            return System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering;
        }

        private static bool IsTest(string path)
        {
            return path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        }

        private static EvaluatedFile Judge(string name, string path, int temperatureC, CellParameters cell, double? capacityAh, bool withErrors, CancellationToken stop)
        {
            MeasuredTest test = MeasuredTest.Read(path, temperatureC);
            double capacity = capacityAh ?? cell.CapacityAh;
            double[] reference = test.ReferenceSoc(capacity);
            string? unusable = WhyUnusable(test, reference, cell);
            if (unusable is not null)
            {
                return new EvaluatedFile { File = name, TemperatureC = temperatureC, SkippedBecause = unusable };
            }

            EvaluatedFile? worst = null;
            double simulatedS = 0;
            foreach (SensorErrors errors in withErrors ? SensorErrors.Corners(capacity) : [SensorErrors.None])
            {
                ReplayResult result = ReplayRun.Run(
                    test,
                    new ReplayOptions
                    {
                        Cell = cell,
                        CapacityAh = capacityAh,
                        InitialSoc = double.IsNaN(errors.InitialSocError) ? null : Math.Clamp(reference[0] + errors.InitialSocError, 0, 1),
                        CurrentGain = errors.CurrentGain,
                        CurrentOffsetA = errors.CurrentOffsetA,
                        VoltageOffsetV = errors.VoltageOffsetV,
                    },
                    stop);
                simulatedS += result.SimulatedS;
                if (worst is null || result.Whole.Rmse > worst.Whole.Rmse)
                {
                    worst = new EvaluatedFile
                    {
                        File = name,
                        TemperatureC = temperatureC,
                        Whole = result.Whole,
                        AfterTenMinutes = result.AfterTenMinutes,
                        Worst = errors,
                        Trips = result.Faults.Count(f => f.Severity == Severity.Trip),
                    };
                }
            }

            return new EvaluatedFile
            {
                File = name,
                TemperatureC = temperatureC,
                Whole = worst!.Whole,
                AfterTenMinutes = worst.AfterTenMinutes,
                Worst = worst.Worst,
                Trips = worst.Trips,
                SimulatedS = simulatedS,
            };
        }

        private static string? WhyUnusable(MeasuredTest test, double[] reference, CellParameters cell)
        {
            if (test.Soc is not null)
            {
                return null;
            }

            if (reference.Min() < LowestReference || reference.Max() > HighestReference)
            {
                return "no reference: counted from 100 % it leaves 0..100 % (not full at the start, or the counter drifts)";
            }

            // Some tests begin under load: what the resistances take away is added again.
            double temperatureC = test.TemperatureC[0];
            double ohm = cell.At(cell.R0DischargeOhm, 1, temperatureC) + cell.At(cell.R1Ohm, 1, temperatureC) + cell.At(cell.R2Ohm, 1, temperatureC);
            double restV = test.VoltageV[0] - (test.CurrentA[0] * ohm);
            return cell.SocAtOcv(restV, temperatureC) < LowestStart ? "no reference: the voltage at the start is not that of a full cell" : null;
        }
    }
}
