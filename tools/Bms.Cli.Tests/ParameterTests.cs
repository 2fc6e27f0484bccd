using Bms.Cli.Parameters;
using Bms.Core.Configuration;

namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class ParameterTests : CliTest
    {
        [TestMethod]
        [DataRow("NMC")]
        [DataRow("NCA")]
        [DataRow("LFP")]
        [DataRow("LTO")]
        [DataRow("NaIon")]
        public void every_preset_comes_back_from_its_text(string preset)
        {
            string file = At("p.txt");
            Assert.AreEqual(0, Run("params", "export", "--preset", preset, "--cells", "108", "--capacity-ah", "120.5", file).Code);
            ParameterBlock expected = Presets.Of(ParameterText.ChemistryOf(preset), 108, 120500);
            ParameterBlock read = ParameterText.ReadFile(file);
            for (int i = 0; i < ParameterId.Count; i++)
            {
                Assert.AreEqual(expected.Get(i), read.Get(i), ParameterTable.NameOf(i));
            }

            Outcome check = Run("params", "check", file);
            Assert.AreEqual(0, check.Code, check.Error);
            Assert.Contains("108 cells, 120.5 Ah", check.Out);
        }

        [TestMethod]
        public void without_a_file_the_text_goes_to_the_output()
        {
            Outcome outcome = Run("params", "export", "--preset", "lfp");
            Assert.AreEqual(0, outcome.Code);
            Assert.Contains("Chemistry = LFP", outcome.Out);
            Assert.Contains("# mV, ", outcome.Out);
        }

        [TestMethod]
        public void order_of_lines_comments_and_blanks_do_not_matter()
        {
            string[] lines = Text().Split('\n');
            Array.Reverse(lines);
            string file = Write("p.txt", "  # remark\r\n\r\n" + string.Join("\r\n", lines));
            Assert.AreEqual(0, Run("params", "check", file).Code);
        }

        [TestMethod]
        public void an_unknown_name_is_refused_with_the_nearest_one()
        {
            AssertRefused(Check(Text().Replace("CellCount =", "CelCount =", StringComparison.Ordinal)), "line 6", "CelCount", "did you mean CellCount?");
        }

        [TestMethod]
        public void a_value_out_of_range_is_refused_with_the_range()
        {
            AssertRefused(Check(Text().Replace("CellCount = 96", "CellCount = 193", StringComparison.Ordinal)), "line 6", "193", "1..192");
        }

        [TestMethod]
        [DataRow("ninety")]
        [DataRow("")]
        [DataRow("NaN")]
        [DataRow("96.5")]
        [DataRow("99999999999")]
        [DataRow("never")]
        public void what_is_no_whole_number_is_refused(string value)
        {
            AssertRefused(Check(Text().Replace("CellCount = 96", "CellCount = " + value, StringComparison.Ordinal)), "line 6", "CellCount", "whole number");
        }

        [TestMethod]
        public void a_threshold_may_be_never()
        {
            string text = Text();
            int at = text.IndexOf("CellOverVoltageWarningMv = ", StringComparison.Ordinal);
            string line = text[at..text.IndexOf('#', at)];
            Assert.AreEqual(0, Check(text.Replace(line, "CellOverVoltageWarningMv = never ", StringComparison.Ordinal)).Code);
        }

        [TestMethod]
        public void a_doubled_name_is_refused_with_both_lines()
        {
            AssertRefused(Check(Text() + "CellCount = 96\n"), "CellCount stands already in line 6");
        }

        [TestMethod]
        public void a_cut_file_is_refused()
        {
            string text = Text();
            AssertRefused(Check(text[..(text.Length / 2)]), "p.txt", "line");
        }

        [TestMethod]
        public void a_wrong_order_of_thresholds_is_refused_at_its_line()
        {
            string text = Text().Replace("HeaterOnBelowDeciC = 50", "HeaterOnBelowDeciC = 150", StringComparison.Ordinal);
            AssertRefused(Check(text), "HeaterOnBelowDeciC = 150", "below HeaterOffAboveDeciC");
        }

        [TestMethod]
        [DataRow("\u0000\u0001garbage")]
        [DataRow("")]
        [DataRow("FormatVersion = 9\n")]
        [DataRow("= 5\n")]
        public void garbage_is_refused(string text) => AssertRefused(Check(text), "p.txt");

        [TestMethod]
        public void an_unwritable_place_is_refused() => AssertRefused(Run("params", "export", At("none/p.txt")), "none");

        [TestMethod]
        public void a_missing_file_is_refused() => AssertRefused(Run("params", "check", At("none.txt")), "none.txt", "check the path");

        private static string Text() => ParameterText.Write(Presets.Nmc(96, 50000));

        private Outcome Check(string text) => Run("params", "check", Write("p.txt", text));
    }
}
