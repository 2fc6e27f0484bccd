namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class LogTests : CliTest
    {
        private const string Frame = "(1436509052.249713) can0 300#0000000000000000\n";

        [TestMethod]
        public void garbage_is_refused_with_its_line()
        {
            AssertRefused(Run("log", "stats", Write("x.log", Frame + "no frame\n")), "x.log", "2");
            AssertRefused(Run("log", "decode", Write("x.log", Frame + "no frame\n"), "--out", At("x.csv")), "x.log", "2");
            CollectionAssert.AreEqual(new[] { "x.log" }, Left());
        }

        [TestMethod]
        public void a_cut_last_line_is_refused() => AssertRefused(Run("log", "stats", Write("x.log", Frame + "(1436509052.25")), "x.log", "2");

        [TestMethod]
        public void lenient_goes_on()
        {
            Outcome outcome = Run("log", "stats", "--lenient", Write("x.log", Frame + "no frame\n" + Frame));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("PackStatus", outcome.Out);
        }

        [TestMethod]
        public void a_missing_log_and_a_missing_dbc_are_refused()
        {
            AssertRefused(Run("log", "stats", At("none.log")), "none.log");
            AssertRefused(Run("log", "stats", Write("x.log", Frame), "--dbc", At("none.dbc")), "none.dbc");
        }

        [TestMethod]
        public void a_broken_dbc_is_refused_with_its_line()
        {
            string dbc = Write("x.dbc", "VERSION \"\"\n\nBO_ twelve Message: 8 Node\n");
            AssertRefused(Run("log", "decode", Write("x.log", Frame), "--dbc", dbc), "x.dbc(3");
        }

        [TestMethod]
        public void a_pattern_that_matches_nothing_is_refused()
        {
            AssertRefused(Run("log", "decode", Write("x.log", Frame), "--signal", "Nothing.*"), "--signal", "Nothing.*");
        }

        [TestMethod]
        public void decoding_into_a_missing_folder_is_refused()
        {
            AssertRefused(Run("log", "decode", Write("x.log", Frame), "--out", At("none/x.csv")), "none");
        }

        [TestMethod]
        public void another_catalogue_gives_other_names()
        {
            string dbc = Write("x.dbc", "VERSION \"\"\nNS_ :\nBS_:\nBU_: A\nBO_ 768 Speed: 8 A\n SG_ Value : 0|8@1+ (1,0) [0|255] \"km/h\" A\n");
            Outcome outcome = Run("log", "decode", Write("x.log", Frame), "--dbc", dbc);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("Speed,Value,0,km/h", outcome.Out);
        }

        [TestMethod]
        public void json_is_one_object()
        {
            Outcome outcome = Run("log", "stats", "--json", Write("x.log", Frame));
            using var json = System.Text.Json.JsonDocument.Parse(outcome.Out);
            Assert.AreEqual(1, json.RootElement.GetProperty("frames").GetInt32());
        }
    }
}
