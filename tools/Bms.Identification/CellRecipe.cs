using System.Globalization;
using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>How the project's own cell files are made: which tests of which data set, with which reference.</summary>
    public static class CellRecipe
    {
        internal static readonly double[] FineSoc =
            [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1];

        internal static readonly double[] FlatSoc =
            [0, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 1];

        /// <summary>Names that <see cref="Prepare"/> takes.</summary>
        public static IReadOnlyList<string> Names { get; } = ["a123-26650", "lg-18650hg2", "panasonic-ncr18650pf"];

        /// <summary>Reads the tests of one cell.</summary>
        /// <param name="dataDirectory">The folder with the cells' folders, or its parent, or the cell's own folder.</param>
        /// <param name="cellName">One of <see cref="Names"/>.</param>
        /// <exception cref="MeasuredTestException">A test is missing or unreadable.</exception>
        /// <exception cref="ArgumentException">No such cell.</exception>
        public static IdentificationSetup Prepare(string dataDirectory, string cellName)
        {
            return cellName switch
            {
                "lg-18650hg2" => Lg(FolderOf(dataDirectory, "lg-18650hg2")),
                "panasonic-ncr18650pf" => Panasonic(FolderOf(dataDirectory, "panasonic-ncr18650pf")),
                "a123-26650" => A123(FolderOf(dataDirectory, "a123-26650-lfp")),
                _ => throw new ArgumentException($"no recipe for cell '{cellName}'; use one of {string.Join(", ", Names)}", nameof(cellName)),
            };
        }

        private static string FolderOf(string directory, string folder)
        {
            foreach (string candidate in new[] { Path.Combine(directory, folder), Path.Combine(directory, "cells", folder), directory })
            {
                if (Directory.Exists(Path.Combine(candidate, "25C")))
                {
                    return candidate;
                }
            }

            throw new MeasuredTestException(directory, 0, $"no folder {folder} with the tests", "give the folder that holds the measured cells");
        }

        // In the cold even C/20 polarises the cell by far more than the open-circuit voltage moves with temperature: those tests only judge.
        // C/20 discharge of this cell at 25 degC counts 2.778 Ah: the reference that published figures use. Mass from the maker's data sheet (48 g at most);
        // 900 J/(kg K) is usual for 18650 cells.
        private static IdentificationSetup Lg(string folder)
        {
            const double capacityAh = 2.778;
            var tests = new List<IdentificationTest>();
            foreach (int t in new[] { -20, -10, 0, 10, 25, 40 })
            {
                tests.Add(LowRate(folder, t, "c20", capacityAh, fitted: t >= 10));
                tests.Add(Counted(folder, t, "cap1c", TestKind.Capacity, capacityAh, 0.1));
                tests.Add(Counted(folder, t, "mixed1", TestKind.Drive, capacityAh, 1));
                tests.Add(Counted(folder, t, "mixed2", TestKind.Drive, capacityAh, 1, fitted: false));
                if (t != 10)
                {
                    tests.Add(Counted(folder, t, "la92", TestKind.Drive, capacityAh, 1, fitted: false));
                }
            }

            return new IdentificationSetup
            {
                Name = "lg-18650hg2",
                Chemistry = "NMC",
                CapacityAh = capacityAh,
                MassKg = 0.047,
                HeatCapacityJPerK = 42,
                MinVoltageV = 2.5,
                MaxVoltageV = 4.2,
                SocGrid = FineSoc,
                TemperatureGridC = [-20, -10, 0, 10, 25, 40],
                TypicalResistanceOhm = 0.04,
                Tests = tests,
                Origin = new CellOrigin
                {
                    DataSet = "LG 18650HG2 Li-ion Battery Data, P. Kollmeyer, C. Vidal, M. Naguib, M. Skells, McMaster University 2020",
                    Doi = "10.17632/cp3473x7xv.3",
                    Licence = "CC BY 4.0",
                },
            };
        }

        // C/20 discharge counts 2.995 Ah. The cap1c tests are series of cycles whose start is not full, so they do not take part.
        private static IdentificationSetup Panasonic(string folder)
        {
            const double capacityAh = 2.995;
            var tests = new List<IdentificationTest> { LowRate(folder, 25, "c20", capacityAh) };
            foreach (int t in new[] { -20, -10, 0, 10, 25 })
            {
                tests.Add(Counted(folder, t, "pulse", TestKind.Pulse, capacityAh, 0.1));
                tests.Add(Counted(folder, t, "cycle1", TestKind.Drive, capacityAh, 1));
                tests.Add(Counted(folder, t, "cycle2", TestKind.Drive, capacityAh, 1, fitted: false));
                tests.Add(Counted(folder, t, "la92", TestKind.Drive, capacityAh, 1, fitted: false));
            }

            return new IdentificationSetup
            {
                Name = "panasonic-ncr18650pf",
                Chemistry = "NCA",
                CapacityAh = capacityAh,
                MassKg = 0.0455,
                HeatCapacityJPerK = 41,
                MinVoltageV = 2.5,
                MaxVoltageV = 4.2,
                SocGrid = FineSoc,
                TemperatureGridC = [-20, -10, 0, 10, 25],
                TypicalResistanceOhm = 0.05,
                Tests = tests,
                Origin = new CellOrigin
                {
                    DataSet = "Panasonic 18650PF Li-ion Battery Data, P. Kollmeyer, McMaster University 2018",
                    Doi = "10.17632/wykht8y7tg.1",
                    Licence = "CC BY 4.0",
                },
            };
        }

        // The low-rate scripts: 1 discharges from full, 3 charges from empty, 2 and 4 finish at 25 degC, so the charge of 1 + 2 and of 3 + 4 is the full range.
        // The cycles were run on other cells of the type (2.01 to 2.04 Ah by their own reference): one capacity stands for all.
        private static IdentificationSetup A123(string folder)
        {
            const double capacityAh = 2.03;
            var tests = new List<IdentificationTest>();
            foreach (int t in new[] { -15, 5, 25, 45 })
            {
                MeasuredTest[] scripts = Enumerable.Range(1, 4).Select(n => MeasuredTest.Read(PathOf(folder, t, $"ocv-s{n}"), t)).ToArray();
                double discharged = -scripts[0].ChargeAh![^1] - scripts[1].ChargeAh![^1];
                double charged = scripts[2].ChargeAh![^1] + scripts[3].ChargeAh![^1];
                tests.Add(Script(t, "ocv-s1", scripts[0], q => 1 + (q / discharged)));
                tests.Add(Script(t, "ocv-s3", scripts[2], q => q / charged));
                MeasuredTest drive = MeasuredTest.Read(PathOf(folder, t, "udds-repeat"));
                tests.Add(new IdentificationTest(NameOf(t, "udds-repeat"), TestKind.Drive, drive, drive.Soc!) { FitBlockS = 1800 });
            }

            return new IdentificationSetup
            {
                Name = "a123-26650",
                Chemistry = "LFP",
                CapacityAh = capacityAh,
                MassKg = 0.076,
                HeatCapacityJPerK = 80,
                MinVoltageV = 2.0,
                MaxVoltageV = 3.6,
                SocGrid = FlatSoc,
                TemperatureGridC = [-15, 5, 25, 45],
                TypicalResistanceOhm = 0.02,
                HysteresisGamma = 50,
                SearchHysteresisGamma = true,
                Tests = tests,
                Origin = new CellOrigin
                {
                    DataSet = "A123 26650 tests of the ESC toolbox that goes with G. L. Plett, Battery Management Systems, volume I (Artech House 2015)",
                    Doi = "",
                    Licence = "CC BY-NC-SA 4.0 (measurements, not included; this file holds fitted figures)",
                },
            };
        }

        private static IdentificationTest Script(int temperature, string test, MeasuredTest data, Converter<double, double> socOfCharge)
        {
            double[] soc = Array.ConvertAll(data.ChargeAh!, socOfCharge);
            var withSoc = MeasuredTest.FromColumns(data.Name, data.TimeS, data.CurrentA, data.VoltageV, data.TemperatureC, null, soc);
            return new IdentificationTest(NameOf(temperature, test), TestKind.LowRate, withSoc, soc) { Weight = 0.1 };
        }

        private static IdentificationTest Counted(string folder, int temperature, string test, TestKind kind, double capacityAh, double weight, bool fitted = true)
        {
            MeasuredTest data = MeasuredTest.Read(PathOf(folder, temperature, test));
            return new IdentificationTest(NameOf(temperature, test), kind, data, data.ReferenceSoc(capacityAh)) { Weight = weight, Fitted = fitted };
        }

        // Forty hours are long enough for the tester's offset to matter (see CounterDrift), so current and reference are put right first.
        private static IdentificationTest LowRate(string folder, int temperature, string test, double capacityAh, bool fitted = true)
        {
            return WithoutDrift(NameOf(temperature, test), MeasuredTest.Read(PathOf(folder, temperature, test)), capacityAh, fitted);
        }

        internal static IdentificationTest WithoutDrift(string name, MeasuredTest data, double capacityAh, bool fitted)
        {
            double offsetA = CounterDrift.Estimate(data);
            var soc = new double[data.Count];
            var current = new double[data.Count];
            for (int k = 0; k < soc.Length; k++)
            {
                soc[k] = 1 + ((data.ChargeAh![k] - (offsetA * (data.TimeS[k] - data.TimeS[0]) / 3600)) / capacityAh);
                current[k] = data.CurrentA[k] == 0 ? 0 : data.CurrentA[k] - offsetA;
            }

            var corrected = MeasuredTest.FromColumns(data.Name, data.TimeS, current, data.VoltageV, data.TemperatureC, null, soc);
            return new IdentificationTest(name, TestKind.LowRate, corrected, soc) { Weight = 0.15, Fitted = fitted };
        }

        private static string NameOf(int temperature, string test)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{temperature}C/{test}.csv.gz");
        }

        private static string PathOf(string folder, int temperature, string test)
        {
            return Path.Combine(folder, NameOf(temperature, test));
        }
    }
}
