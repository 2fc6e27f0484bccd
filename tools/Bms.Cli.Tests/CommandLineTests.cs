using System.Globalization;

namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class CommandLineTests : CliTest
    {
        [TestMethod]
        public void without_arguments_it_shows_every_verb()
        {
            Outcome outcome = Run();
            Assert.AreEqual(0, outcome.Code);
            foreach (string verb in new[] { "sim", "replay", "evaluate", "log", "bench", "params", "identify" })
            {
                Assert.Contains("\n  " + verb, outcome.Out);
            }
        }

        [TestMethod]
        public void tells_its_version_on_one_line()
        {
            Outcome outcome = Run("--version");
            Assert.AreEqual(0, outcome.Code);
            Assert.MatchesRegex(@"^bms \d+\.\d+\.\d+\S*\s*$", outcome.Out);
        }

        [TestMethod]
        [DataRow("sim")]
        [DataRow("replay")]
        [DataRow("evaluate")]
        [DataRow("log", "stats")]
        [DataRow("log", "decode")]
        [DataRow("bench")]
        [DataRow("params", "export")]
        [DataRow("identify")]
        public void every_verb_explains_itself_even_without_its_required_arguments(params string[] verb)
        {
            Outcome outcome = Run([.. verb, "--help"]);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("Usage:", outcome.Out);
            Assert.AreEqual("", outcome.Error);
        }

        [TestMethod]
        public void help_of_replay_states_units_signs_and_defaults()
        {
            string help = Run("replay", "--help").Out;
            Assert.Contains("positive charges", help);
            Assert.Contains("--current-offset-a <A>", help);
            Assert.Contains("[default: 1]", help);
            Assert.Contains("Examples:", help);
        }

        [TestMethod]
        public void an_unknown_verb_is_refused() => AssertRefused(Run("simulate"), "simulate", "--help");

        [TestMethod]
        public void an_unknown_option_is_refused() => AssertRefused(Run("sim", "--sed", "1"), "--sed", "bms sim --help");

        [TestMethod]
        public void a_missing_required_option_is_refused() => AssertRefused(Run("replay", "x.csv"), "--cell");

        [TestMethod]
        [DataRow("--seed", "minus")]
        [DataRow("--seed", "-1")]
        [DataRow("--cells", "0")]
        [DataRow("--cells", "193")]
        [DataRow("--cells", "1.5")]
        [DataRow("--hours", "NaN")]
        [DataRow("--hours", "0")]
        [DataRow("--hours", "Infinity")]
        [DataRow("--speed", "1,5")]
        [DataRow("--scenario", "night")]
        public void a_bad_value_is_refused_with_the_option_and_the_value(string option, string value)
        {
            AssertRefused(Run("sim", "--no-log", "--no-report", option, value), option, "'" + value + "'", "give");
        }

        [TestMethod]
        public void an_unknown_cell_is_refused_with_the_names_there_are()
        {
            string csv = Write("t.csv", ReplayTests.Synthetic(20));
            AssertRefused(Run("replay", csv, "--cell", "unobtainium"), "unobtainium", "lg-18650hg2");
        }

        [TestMethod]
        public void contradicting_options_are_refused()
        {
            AssertRefused(Run("sim", "--log", At("a.log"), "--no-log"), "--no-log");
            Assert.IsEmpty(Left());
        }

        [TestMethod]
        public void stopping_leaves_no_file_and_returns_130()
        {
            using var stopped = new CancellationTokenSource();
            stopped.Cancel();
            Outcome outcome = Run(stopped.Token, "sim", "--plain", "--log", At("a.log"), "--report", At("a.html"));
            Assert.AreEqual(130, outcome.Code);
            Assert.HasCount(1, outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.IsEmpty(Left());
        }

        [TestMethod]
        public void numbers_are_read_and_written_with_a_point_whatever_the_culture()
        {
            Assert.AreEqual("1.5", (1.5).ToString(CultureInfo.CurrentCulture));
        }
    }
}
