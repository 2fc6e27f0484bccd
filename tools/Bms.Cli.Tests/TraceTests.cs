namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class TraceTests : CliTest
    {
        private const string Page = "| id | shall | why |\n|---|---|---|\n| S-001 | open | - |\n| F-001 | report | - |\n";

        private const string Both = "        // Shows S-001, F-001.\n        [TestMethod]\n        public void both_are_shown()\n        {\n        }\n";

        [TestMethod]
        public void every_requirement_of_this_repository_is_traced_to_rows_and_tests()
        {
            string root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Bms.sln")))
            {
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("the tests must run below the folder of Bms.sln");
            }

            Outcome outcome = Run("trace", root, "--check");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("all traced", outcome.Out);
            Outcome matrix = Run("trace", root);
            Assert.Contains("row   0 CellOverVoltage (P1B00)", matrix.Out);
            Assert.Contains("test  hil-tests/Bms.HilTests/ProtectionTests.cs: cell_over_voltage_opens_within_350_ms", matrix.Out);
        }

        [TestMethod]
        public void rows_whose_requirement_is_unknown_are_named()
        {
            Make(Page, Both);
            Outcome outcome = Run("trace", At("."), "--check");
            Assert.AreEqual(1, outcome.Code);
            Assert.Contains("row OverTemperature of the fault table: 'S-004' is no requirement", outcome.Error);
            Assert.DoesNotContain("shown by no test", outcome.Error);
        }

        [TestMethod]
        public void a_requirement_without_a_test_is_named()
        {
            Make(Page, Both.Replace(", F-001", "", StringComparison.Ordinal));
            Outcome outcome = Run("trace", At("."), "--check");
            Assert.AreEqual(1, outcome.Code);
            Assert.Contains("F-001 is shown by no test", outcome.Error);
            Assert.DoesNotContain("S-001 is shown", outcome.Error);
        }

        [TestMethod]
        public void an_unknown_id_above_a_test_is_named_with_its_line()
        {
            Make(Page, Both.Replace("F-001", "F-999", StringComparison.Ordinal));
            Outcome outcome = Run("trace", At("."), "--check");
            Assert.Contains("SomeTests.cs:1: 'F-999' is no requirement", outcome.Error);
        }

        [TestMethod]
        public void a_mark_without_a_test_below_it_is_named_with_its_line()
        {
            Make(Page, Both + "\n        // Shows S-001.\n\n        private int _some;\n        // Shows S-001.\n        public void no_test()\n");
            Outcome outcome = Run("trace", At("."), "--check");
            Assert.Contains("SomeTests.cs:7: no test follows", outcome.Error);
            Assert.Contains("SomeTests.cs:10: no test follows", outcome.Error);
        }

        [TestMethod]
        public void a_number_that_stands_twice_is_named()
        {
            Make(Page + "| S-001 | again | - |\n", Both);
            Assert.Contains("docs/requirements.md:5: S-001 stands there twice", Run("trace", At("."), "--check").Error);
        }

        [TestMethod]
        public void a_scenario_shows_requirements_too()
        {
            Make(Page, Both.Replace(", F-001", "", StringComparison.Ordinal));
            Directory.CreateDirectory(At("hil-tests/scenarios"));
            Write("hil-tests/scenarios/B02.yaml", "name: B02\n# Shows F-001.\n");
            Outcome outcome = Run("trace", At("."));
            Assert.DoesNotContain("shown by no test", outcome.Error);
            Assert.Contains("test  hil-tests/scenarios/B02.yaml", outcome.Out);
        }

        [TestMethod]
        public void a_case_of_a_scenario_shows_the_requirements_of_its_key_and_an_unknown_one_is_named()
        {
            Make(Page, Both.Replace(", F-001", "", StringComparison.Ordinal));
            Directory.CreateDirectory(At("hil-tests/scenarios"));
            Write("hil-tests/scenarios/b.yaml", "cases:\n  - id: B02-step\n    title: A case\n    requirements: [F-001, S-999]\n");
            Outcome outcome = Run("trace", At("."), "--check");
            Assert.DoesNotContain("shown by no test", outcome.Error);
            Assert.Contains("hil-tests/scenarios/b.yaml:4: 'S-999' is no requirement", outcome.Error);
            Assert.Contains("test  hil-tests/scenarios/b.yaml: B02-step", Run("trace", At(".")).Out);
        }

        [TestMethod]
        public void a_folder_without_the_page_is_refused()
        {
            AssertRefused(Run("trace", At("nothing")), "docs/requirements.md", "run this from the repository");
        }

        private void Make(string page, string tests)
        {
            Directory.CreateDirectory(At("docs"));
            Directory.CreateDirectory(At("hil-tests/Some.Tests"));
            Write("docs/requirements.md", page);
            Write("hil-tests/Some.Tests/SomeTests.cs", tests);
        }
    }
}
