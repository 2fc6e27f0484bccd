using System.Globalization;
using Bms.Cli.CommandLine;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>What an evaluation is asked.</summary>
    public sealed record EvaluationOptions
    {
        /// <summary>The cell.</summary>
        public required CellParameters Cell { get; init; }

        /// <summary>Capacity in Ah, or null for that of the specimen or the cell file.</summary>
        public double? CapacityAh { get; init; }

        /// <summary>True tries all corners of <see cref="SensorErrors"/> and keeps the worst.</summary>
        public bool WithErrors { get; init; }

        /// <summary>What the stored state of charge at the start is wrong by, in points; null starts from the voltage.</summary>
        public double? InitialErrorPct { get; init; }

        /// <summary>States of charge in percent to begin at, with nothing stored; empty begins at the first sample.</summary>
        public IReadOnlyList<double> StartsPct { get; init; } = [];

        /// <summary>True begins each test as the firmware begins, with open contactors; a start under way never does.</summary>
        public bool StartsOpen { get; init; } = true;

        /// <summary>How the tests begin, in a word: restart, open or closed.</summary>
        public string Start => StartsPct.Count > 0 ? "restart" : StartsOpen ? "open" : "closed";

        /// <summary>Estimators to run, the firmware first.</summary>
        public IReadOnlyList<string> Estimators { get; init; } = ["firmware"];
    }

    /// <summary>Runs every test of a folder, side by side on all cores.</summary>
    public static class FolderEvaluation
    {
        // A test whose counter starts elsewhere than full has no reference that could be counted.
        private const double LowestReference = -0.05;
        private const double HighestReference = 1.05;
        private const double LowestStart = 0.7;
        private const double ShortestRunS = 900;

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
        /// <param name="options">What is asked.</param>
        /// <param name="done">Told after each run, from any thread.</param>
        /// <param name="stop">Ends the run.</param>
        public static IReadOnlyList<EvaluatedFile> Run(string directory, IReadOnlyList<(string Path, int TemperatureC)> tests, EvaluationOptions options, Action<EvaluatedFile>? done, CancellationToken stop)
        {
            double[] starts = options.StartsPct.Count == 0 ? [double.NaN] : [.. options.StartsPct];
            var results = new EvaluatedFile[tests.Count * starts.Length];
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
                        MeasuredTest test = MeasuredTest.Read(tests[i].Path, tests[i].TemperatureC);
                        for (int start = 0; start < starts.Length; start++)
                        {
                            int at = (i * starts.Length) + start;
                            results[at] = Judge(name, test, tests[i].TemperatureC, starts[start], options, stop);
                            done?.Invoke(results[at]);
                        }
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

        private static EvaluatedFile Judge(string name, MeasuredTest test, int temperatureC, double startPct, EvaluationOptions options, CancellationToken stop)
        {
            double capacity = options.CapacityAh ?? test.SpecimenCapacityAh(options.Cell.CapacityAh);
            double[] reference = test.ReferenceSoc(capacity);
            string? unusable = WhyUnusable(test, reference, options.Cell);
            int first = 0;
            if (unusable is null && !double.IsNaN(startPct))
            {
                first = Array.FindIndex(reference, soc => soc <= startPct / 100);
                if (first < 0 || test.TimeS[^1] - test.TimeS[first] < ShortestRunS)
                {
                    unusable = string.Create(CultureInfo.InvariantCulture, $"less than {ShortestRunS / 60:0} min are left from {startPct:0} % on");
                }
            }

            if (unusable is not null)
            {
                return new EvaluatedFile { File = name, TemperatureC = temperatureC, StartPct = startPct, SkippedBecause = unusable };
            }

            IReadOnlyList<SensorErrors> corners = options.WithErrors ? SensorErrors.Corners(capacity, StoredErrors(startPct, options)) : [SensorErrors.None with { InitialSocError = options.InitialErrorPct / 100 ?? double.NaN }];
            var worst = new List<CandidateResult>();
            foreach (string estimator in options.Estimators)
            {
                var runs = new List<CandidateResult>();
                foreach (SensorErrors errors in corners)
                {
                    stop.ThrowIfCancellationRequested();
                    runs.Add(CandidateRun.Run(estimator, test, reference, first, options.Cell, capacity, errors, runs.Count + 1, options.StartsOpen && double.IsNaN(startPct)));
                }

                CandidateResult last = runs.MaxBy(r => double.IsNaN(r.AfterTenMinutes.Rmse) ? r.Whole.Rmse : r.AfterTenMinutes.Rmse)!;
                worst.Add(last with
                {
                    Whole = last.Whole with { Max = runs.Max(r => r.Whole.Max) },
                    AfterTenMinutes = last.AfterTenMinutes with { Max = runs.Max(r => r.AfterTenMinutes.Max) },
                    ConvergedS = runs.Any(r => double.IsNaN(r.ConvergedS)) ? double.NaN : runs.Max(r => r.ConvergedS),
                    Coverage = runs.Min(r => r.Coverage),
                });
            }

            return new EvaluatedFile
            {
                File = name,
                TemperatureC = temperatureC,
                StartPct = startPct,
                Worst = worst,
                SimulatedS = (test.TimeS[^1] - test.TimeS[first]) * corners.Count * options.Estimators.Count,
            };
        }

        private static double[] StoredErrors(double startPct, EvaluationOptions options)
        {
            return !double.IsNaN(startPct) ? [double.NaN] : options.InitialErrorPct is double pct ? [pct / 100] : [-0.2, 0.2];
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
