using System.Xml.Linq;
using Parquet;

namespace Bms.Cli.Tests.Hil
{
    [TestClass]
    public sealed class HilCommandTests : CliTest
    {
        private const string Failing =
            """
            cases:
              - id: B02-off
                title: Over-voltage without its trip <&"
                requirements: [S-001]
                parameters: { CellOverVoltageTripMv: never }
                timeline:
                  - { at_s: 1, inject: CellVoltageOffset, element: 41, value: 0.8 }
                expect:
                  - { fault: CellOverVoltage, within_ms: 350 }
                recovery: not-checked
            """;

        [TestMethod]
        public void a_passing_case_is_told_with_its_times_and_returns_0()
        {
            Outcome outcome = Run("hil", "run", "--case", "C11", "--junit", At("r.xml"), "--html", At("r.html"), "--traces", At("traces"));

            Assert.AreEqual(0, outcome.Code, outcome.Error + outcome.Out);
            Assert.Contains("C11-interlock  passed", outcome.Out);
            Assert.Contains("1 of 1 cases passed", outcome.Out);
            XDocument junit = XDocument.Load(At("r.xml"));
            XElement test = junit.Descendants("testcase").Single();
            Assert.AreEqual("hil.C", test.Attribute("classname")!.Value);
            Assert.AreEqual("S-017", test.Descendants("property").Single(p => p.Attribute("name")!.Value == "requirements").Attribute("value")!.Value);
            Assert.Contains("<td class=\"id\">C11-interlock</td>", File.ReadAllText(At("r.html")));
            Assert.IsFalse(Directory.Exists(At("traces")), "nothing failed, so there is no trace");
        }

        [TestMethod]
        public void a_failing_case_returns_1_and_leaves_log_table_and_page()
        {
            string file = Write("off.yaml", Failing);
            Outcome outcome = Run("hil", "run", "--file", file, "--junit", At("r.xml"), "--html", At("r.html"), "--traces", At("traces"));

            Assert.AreEqual(1, outcome.Code, outcome.Error + outcome.Out);
            Assert.Contains("off.yaml:9:9: CellOverVoltage trip never came", outcome.Out);
            CollectionAssert.IsSubsetOf(new[] { "B02-off.csv", "B02-off.html", "B02-off.log" }, Left());
            string[] csv = File.ReadAllLines(At("traces/B02-off.csv"));
            Assert.StartsWith("time_s,case_time_s,Pack.CurrentA,", csv[0]);
            Assert.IsGreaterThan(300, csv.Length);
            Assert.IsGreaterThan(100_000, new FileInfo(At("traces/B02-off.log")).Length);
            Assert.AreEqual("1", XDocument.Load(At("r.xml")).Root!.Attribute("failures")!.Value);
            Assert.Contains("Over-voltage without its trip &lt;&amp;&quot;", File.ReadAllText(At("r.html")));
        }

        [TestMethod]
        public void a_wrong_scenario_file_is_refused_with_file_line_and_remedy()
        {
            string file = Write("bad.yaml", Failing.Replace("inject", "injct", StringComparison.Ordinal));
            AssertRefused(Run("hil", "run", "--file", file), "bad.yaml:7:20", "'injct' is not known here", "did you mean inject?");
        }

        [TestMethod]
        public void unknown_cases_profiles_shards_and_files_are_refused()
        {
            AssertRefused(Run("hil", "run", "--case", "B99"), "--case is 'B99'", "bms hil list");
            AssertRefused(Run("hil", "run", "--profile", "Nissan"), "--profile is 'Nissan'", "BmwI3");
            AssertRefused(Run("hil", "run", "--file", At("none.yaml")), "none.yaml", "is not there");
            AssertRefused(Run("hil", "campaign", "--shard", "3/2"), "--shard is '3/2'", "i/n");
        }

        [TestMethod]
        public void the_list_names_cases_requirements_and_needs()
        {
            Outcome outcome = Run("hil", "list", "--case", "C11");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("C11-interlock", outcome.Out);
            Assert.Contains("S-017; 96 x lg-18650hg2 at 25 degC; 10 runs", outcome.Out);
        }

        [TestMethod]
        public void a_case_runs_with_other_modules_where_it_names_none()
        {
            Outcome outcome = Run("hil", "run", "--case", "C11", "--case", "G02", "--profile", "OutlanderPhev", "--traces", At("traces"));
            Assert.AreEqual(0, outcome.Code, outcome.Error + outcome.Out);
            Assert.Contains("1 of 1 cases passed", outcome.Out);
        }

        [TestMethod]
        public async Task a_campaign_writes_one_row_for_each_run_and_says_its_distributions()
        {
            Outcome outcome = Run("hil", "campaign", "--runs", "6", "--minutes", "1", "--seed", "4", "--out", At("c.parquet"), "--failures", At("failures"));

            Assert.AreEqual(0, outcome.Code, outcome.Error + outcome.Out);
            Assert.Contains("seed 4: 6 runs", outcome.Out);
            Assert.Contains("| event (reference modules and sensor) | openings | p50 ms |", outcome.Out);
            await using ParquetReader reader = await ParquetReader.CreateAsync(At("c.parquet"));
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
            Assert.AreEqual(6, group.RowCount);
            Assert.IsTrue(reader.Schema.DataFields.Any(f => f.Name == "ms_lost_module"));
        }

        [TestMethod]
        public void a_stopped_campaign_leaves_a_valid_file_of_what_is_complete()
        {
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            Outcome outcome = Run(stop.Token, "hil", "campaign", "--runs", "1000", "--out", At("c.parquet"), "--failures", At("failures"));

            Assert.AreEqual(130, outcome.Code, outcome.Error + outcome.Out);
            byte[] bytes = File.ReadAllBytes(At("c.parquet"));
            Assert.AreEqual("PAR1", System.Text.Encoding.ASCII.GetString(bytes[^4..]));
        }

        [TestMethod]
        public void shards_share_the_runs_of_a_campaign()
        {
            Outcome first = Run("hil", "campaign", "--runs", "3", "--minutes", "0.5", "--shard", "1/2", "--failures", At("failures"));
            Outcome second = Run("hil", "campaign", "--runs", "3", "--minutes", "0.5", "--shard", "2/2", "--failures", At("failures"));
            Assert.Contains("seed 1: 2 runs", first.Out);
            Assert.Contains("seed 1: 1 runs", second.Out);
        }
    }
}
