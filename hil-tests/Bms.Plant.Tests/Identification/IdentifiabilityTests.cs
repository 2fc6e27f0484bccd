using Bms.Identification;
using Bms.Plant.Cells;
using Bms.Plant.Tests.Cells;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests.Identification
{
    /// <summary>What tests cannot tell is refused by name; the rules of the fit would fill the hole with something that looks like a result.</summary>
    [TestClass]
    public class IdentifiabilityTests
    {
        [TestMethod]
        public void good_tests_miss_nothing()
        {
            Assert.IsEmpty(Identifiability.Missing(Setup([0, 25], [Drive(0, "drive"), Drive(25, "drive")])));
        }

        [TestMethod]
        public void no_test_a_single_temperature_and_a_temperature_without_a_test_are_named()
        {
            Missing("no test to fit", Setup([0, 25], []));
            Missing("a single temperature", Setup([25], [Drive(25, "drive")]));
            Missing("no pulse test or drive cycle within 6 K of 0 degC", Setup([0, 25], [Drive(25, "drive")]));
        }

        [TestMethod]
        public void a_test_within_six_kelvin_counts_and_one_beyond_does_not()
        {
            Assert.IsEmpty(Identifiability.Missing(Setup([0, 25], [Drive(6, "drive"), Drive(25, "drive")])));
            Missing("of 0 degC", Setup([0, 25], [Drive(6.2, "drive"), Drive(25, "drive")]));
        }

        [TestMethod]
        public void a_span_that_is_too_small_is_named_with_its_figure()
        {
            Missing("at 25 degC the tests span 20 % state of charge; 40 % are needed", Setup([0, 25], [Drive(0, "drive"), Drive(25, "drive", to: 0.8)]));
            Missing("from 40 to 100 %", Setup([0, 25], [Drive(0, "drive", to: 0.4), Drive(25, "drive", to: 0.4)]));
        }

        [TestMethod]
        public void a_constant_current_cannot_tell_resistances_apart()
        {
            Missing("at 25 degC the current changes", Setup([0, 25], [Drive(0, "drive"), Drive(25, "drive", steps: false)]));
        }

        [TestMethod]
        public void without_a_rest_and_without_a_low_rate_test_the_slow_polarisation_is_hidden()
        {
            Missing("no rest of 5 min after a load", Setup([0, 25], [Drive(0, "drive", rests: false), Drive(25, "drive", rests: false)]));
        }

        [TestMethod]
        public void samples_a_minute_apart_hide_the_fast_pair()
        {
            Missing("the samples are 60 s apart", Setup([0, 25], [Drive(0, "drive"), Drive(25, "drive", sampleS: 60)]));
        }

        [TestMethod]
        public void LFP_needs_both_directions_at_a_low_rate()
        {
            Missing("both directions", Setup([0, 25], [Drive(0, "drive"), Drive(25, "drive")], searchesHysteresis: true));
        }

        [TestMethod]
        public void everything_that_is_missing_is_said_at_once_and_in_one_line()
        {
            UnidentifiableException e = Assert.ThrowsExactly<UnidentifiableException>(() => CellIdentifier.Identify(Setup([25], [Drive(25, "drive", to: 0.8, rests: false)])));
            Assert.IsGreaterThanOrEqualTo(4, e.Missing.Count);
            Assert.StartsWith("x: the tests cannot identify the model: ", e.Message);
            Assert.DoesNotContain("\n", e.Message);
        }

        [TestMethod]
        public void a_test_is_told_apart_by_its_current()
        {
            Assert.AreEqual(TestKind.Drive, FolderRecipe.KindOf(Drive(25, "drive").Data, 2));
            Assert.AreEqual(TestKind.Capacity, FolderRecipe.KindOf(Drive(25, "1C", steps: false).Data, 2));
            double[] time = [.. Enumerable.Range(0, 100).Select(k => 600.0 * k)];
            var slow = MeasuredTest.FromColumns("slow", time, [.. time.Select(_ => -0.1)], [.. time.Select(_ => 3.7)], [.. time.Select(_ => 25.0)], null, [.. time.Select(t => 1 - (t / 72000))]);
            Assert.AreEqual(TestKind.LowRate, FolderRecipe.KindOf(slow, 2));
        }

        [TestMethod]
        public void a_folder_without_tests_is_refused_with_a_remedy()
        {
            MeasuredTestException e = Assert.ThrowsExactly<MeasuredTestException>(() => FolderRecipe.Prepare("no/such/folder", new FolderCell("x", "NMC", 2, 2.5, 4.2), []));
            Assert.Contains("<T>C", e.Message);
        }

        [TestMethod]
        public void the_pulse_factors_of_the_committed_cell_follow_from_its_pulse_tests()
        {
            CellParameters committed = CellParameters.Load("panasonic-ncr18650pf");
            IdentificationSetup setup = CellRecipe.Prepare(MeasuredData.Cells(), committed.Name);
            PulseFactors again = PulseFactorFit.Fit(committed.Falling!.Tables, setup.Tests)!;
            for (int t = 0; t < committed.TemperatureGridC.Length; t++)
            {
                foreach (double soc in PulseFactorFit.SocGrid)
                {
                    foreach (double rate in PulseFactorFit.RateGrid)
                    {
                        Assert.AreEqual(committed.Pulses!.At(committed.Pulses.R0, t, soc, rate), again.At(again.R0, t, soc, rate), 0.01, $"R0 at row {t}, {soc}, {rate} C");
                        Assert.AreEqual(committed.Pulses.At(committed.Pulses.R1, t, soc, rate), again.At(again.R1, t, soc, rate), 0.01, $"R1 at row {t}, {soc}, {rate} C");
                    }
                }
            }
        }

        private static void Missing(string what, IdentificationSetup setup)
        {
            IReadOnlyList<string> missing = Identifiability.Missing(setup);
            Assert.IsTrue(missing.Any(m => m.Contains(what, StringComparison.Ordinal)), $"'{what}' is not in: {string.Join(" | ", missing)}");
        }

        private static IdentificationSetup Setup(double[] temperaturesC, IReadOnlyList<IdentificationTest> tests, bool searchesHysteresis = false)
        {
            CellParameters cell = TestCells.Straight();
            return new IdentificationSetup
            {
                Name = "x",
                Chemistry = "NMC",
                CapacityAh = cell.CapacityAh,
                MassKg = cell.MassKg,
                HeatCapacityJPerK = cell.HeatCapacityJPerK,
                MinVoltageV = 2.5,
                MaxVoltageV = 4.2,
                SocGrid = [0, 0.5, 1],
                TemperatureGridC = temperaturesC,
                TypicalResistanceOhm = 0.05,
                SearchHysteresisGamma = searchesHysteresis,
                Tests = tests,
                Origin = new CellOrigin(),
            };
        }

        private static IdentificationTest Drive(double temperatureC, string name, double to = 0.1, bool steps = true, bool rests = true, double sampleS = 1)
        {
            CellParameters cell = TestCells.Straight();
            var model = new CellModel(cell, 1);
            var time = new List<double>();
            var current = new List<double>();
            var voltage = new List<double>();
            var soc = new List<double>();
            double now = 0;
            while (model.Soc > to + 1e-9)
            {
                now += sampleS;
                bool resting = rests && now % 3600 < 301;
                double a = resting ? 0 : steps && now % 20 < 10 ? -1 : -2;
                double v = model.Step(a, sampleS, temperatureC);
                time.Add(now);
                current.Add(a);
                voltage.Add(v);
                soc.Add(model.Soc);
            }

            // The rest comes after a load: the first one of the loop has none before it.
            var test = MeasuredTest.FromColumns(name, [.. time], [.. current], [.. voltage], [.. time.Select(_ => temperatureC)], null, [.. soc]);
            return new IdentificationTest($"{temperatureC}C/{name}", TestKind.Drive, test, test.Soc!);
        }
    }
}
