using System.Globalization;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Benchmark
{
    /// <summary>Error of a cell model on one measured drive cycle.</summary>
    internal sealed record ModelFigure(string Cell, int TemperatureC, string File, double RmsMv, double RmsFromFivePercentMv);

    /// <summary>Errors of all cell models; or why there are none.</summary>
    internal sealed record ModelResult(string? SkippedBecause, IReadOnlyList<ModelFigure> Figures);

    /// <summary>Runs the cell models over the drive cycles that they were fitted to.</summary>
    internal static class ModelBench
    {
        private static readonly (string Cell, string Folder, string Drive)[] Sets =
        [
            ("lg-18650hg2", "lg-18650hg2", "mixed1"),
            ("panasonic-ncr18650pf", "panasonic-ncr18650pf", "cycle1"),
            ("a123-26650", "a123-26650-lfp", "udds-repeat"),
        ];

        public static ModelResult Run(string? folder, CancellationToken stop)
        {
            string? root = Find(folder);
            if (root is null)
            {
                return new ModelResult("the folder with the measured cells is not here; give --data, or set BMS_DATA (docs/tools/Bms.Cli.md says where the sets come from)", []);
            }

            var jobs = new List<(string Cell, int TemperatureC, string Path)>();
            foreach ((string cell, string set, string drive) in Sets)
            {
                string directory = Path.Combine(root, set);
                foreach (string of in Directory.Exists(directory) ? Directory.GetDirectories(directory, "*C") : [])
                {
                    string path = Path.Combine(of, drive + ".csv.gz");
                    if (File.Exists(path) && int.TryParse(Path.GetFileName(of)[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int temperature))
                    {
                        jobs.Add((cell, temperature, path));
                    }
                }
            }

            var figures = new ModelFigure[jobs.Count];
            Parallel.For(0, jobs.Count, new ParallelOptions { CancellationToken = stop }, i =>
            {
                (string cell, int temperature, string path) = jobs[i];
                CellParameters parameters = CellParameters.Load(cell);
                MeasuredTest test = MeasuredTest.Read(path);
                figures[i] = new ModelFigure(
                    cell,
                    temperature,
                    Path.GetFileName(path),
                    VoltageEvaluation.RmsVoltageErrorMv(parameters, test),
                    VoltageEvaluation.RmsVoltageErrorMv(parameters, test, fromSoc: 0.05));
            });
            return new ModelResult(jobs.Count == 0 ? $"no drive cycle below {root}" : null, [.. figures.OrderBy(f => f.Cell, StringComparer.Ordinal).ThenBy(f => f.TemperatureC)]);
        }

        // The data folder may be given, or its part with the cells.
        private static string? Find(string? folder)
        {
            string?[] candidates = folder is not null
                ? [folder]
                : [Environment.GetEnvironmentVariable("BMS_DATA"), Path.Combine("..", "shared", "data")];
            foreach (string candidate in candidates.OfType<string>().Where(c => c.Length > 0))
            {
                foreach (string root in new[] { Path.Combine(candidate, "cells"), candidate })
                {
                    if (Sets.Any(s => Directory.Exists(Path.Combine(root, s.Folder))))
                    {
                        return root;
                    }
                }
            }

            return null;
        }
    }
}
