using System.Globalization;
using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>What has to be known of a cell before its tests are read.</summary>
    /// <param name="Name">Name for its file.</param>
    /// <param name="Chemistry">NMC, NCA, LFP, LTO or Na-ion.</param>
    /// <param name="CapacityAh">Charge from full to empty at a low rate.</param>
    /// <param name="MinVoltageV">Lowest voltage of the maker.</param>
    /// <param name="MaxVoltageV">Highest voltage of the maker.</param>
    public sealed record FolderCell(string Name, string Chemistry, double CapacityAh, double MinVoltageV, double MaxVoltageV);

    /// <summary>Makes an identification from any folder of tests: <c>&lt;T&gt;C/*.csv</c>, plain or gzip, each told apart by what its current does.</summary>
    public static class FolderRecipe
    {
        private const double LowRate = 0.125;
        private const double LowestSoc = -0.05;
        private const double HighestSoc = 1.05;

        // Usual figures for the size of a cell where nothing else is known [R].
        private const double HeatJPerKgK = 900;

        /// <summary>Reads the tests.</summary>
        /// <param name="directory">Folder with one folder for each temperature.</param>
        /// <param name="cell">The cell.</param>
        /// <param name="judged">Tests whose names begin with one of these words are not fitted: they judge.</param>
        /// <exception cref="MeasuredTestException">There is no test, or one is unreadable or without a reference.</exception>
        public static IdentificationSetup Prepare(string directory, FolderCell cell, IReadOnlyList<string> judged)
        {
            ArgumentNullException.ThrowIfNull(cell);
            ArgumentNullException.ThrowIfNull(judged);
            var tests = new List<IdentificationTest>();
            var temperatures = new SortedSet<double>();
            string[] folders = Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal)] : [];
            foreach (string folder in folders)
            {
                string name = Path.GetFileName(folder);
                if (!name.EndsWith('C') || !int.TryParse(name[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int temperature))
                {
                    continue;
                }

                foreach (string file in Directory.EnumerateFiles(folder).Where(f => f.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || f.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
                {
                    bool judges = judged.Any(word => Path.GetFileName(file).StartsWith(word, StringComparison.OrdinalIgnoreCase));
                    tests.Add(Read(file, name + "/" + Path.GetFileName(file), temperature, cell, !judges));
                    temperatures.Add(temperature);
                }
            }

            if (tests.Count == 0)
            {
                throw new MeasuredTestException(directory, 0, "no test <T>C/*.csv or *.csv.gz", "give the folder that holds one folder for each temperature, such as 25C");
            }

            bool flat = cell.Chemistry == "LFP";
            double massKg = cell.CapacityAh * (flat ? 0.037 : 0.016);
            return new IdentificationSetup
            {
                Name = cell.Name,
                Chemistry = cell.Chemistry,
                CapacityAh = cell.CapacityAh,
                MassKg = massKg,
                HeatCapacityJPerK = HeatJPerKgK * massKg,
                MinVoltageV = cell.MinVoltageV,
                MaxVoltageV = cell.MaxVoltageV,
                SocGrid = flat ? CellRecipe.FlatSoc : CellRecipe.FineSoc,
                TemperatureGridC = [.. temperatures],
                TypicalResistanceOhm = (flat ? 0.04 : 0.12) / cell.CapacityAh,
                HysteresisGamma = flat ? 50 : 20,
                SearchHysteresisGamma = flat,
                Tests = tests,
                Origin = new CellOrigin { DataSet = "tests of the user; mass and heat capacity are usual figures for the capacity [R]" },
            };
        }

        /// <summary>What a test can teach, from its current.</summary>
        public static TestKind KindOf(MeasuredTest test, double capacityAh)
        {
            ArgumentNullException.ThrowIfNull(test);
            double[] loads = [.. test.CurrentA.Select(Math.Abs).Where(a => a > 0.01 * capacityAh).Order()];
            if (loads.Length == 0 || loads[^1] <= LowRate * capacityAh)
            {
                return TestKind.LowRate;
            }

            if (PulseFinder.Find(test, capacityAh).Count >= 4)
            {
                return TestKind.Pulse;
            }

            double median = loads[loads.Length / 2];
            return loads.Count(a => Math.Abs(a - median) <= 0.1 * median) >= 0.7 * loads.Length ? TestKind.Capacity : TestKind.Drive;
        }

        private static IdentificationTest Read(string path, string name, int temperatureC, FolderCell cell, bool fitted)
        {
            MeasuredTest data = MeasuredTest.Read(path, temperatureC);
            TestKind kind = KindOf(data, cell.CapacityAh);
            bool hasBothBranches = data.CurrentA.Any(i => i > 0) && data.CurrentA.Any(i => i < 0);
            IdentificationTest test = kind == TestKind.LowRate && data.Soc is null && hasBothBranches
                ? CellRecipe.WithoutDrift(name, data, cell.CapacityAh, fitted)
                : new IdentificationTest(name, kind, data, data.ReferenceSoc(cell.CapacityAh)) { Weight = kind == TestKind.Drive ? 1 : kind == TestKind.LowRate ? 0.15 : 0.1, Fitted = fitted };
            if (test.Soc.Min() < LowestSoc || test.Soc.Max() > HighestSoc)
            {
                throw new MeasuredTestException(path, 0, string.Create(CultureInfo.InvariantCulture, $"its state of charge goes from {100 * test.Soc.Max():0} to {100 * test.Soc.Min():0} %"),
                    "a test starts full or has a column soc; check the capacity, or take the file away");
            }

            return test;
        }
    }
}
