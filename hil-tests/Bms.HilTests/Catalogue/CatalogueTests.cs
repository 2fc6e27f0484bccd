using System.Collections.Concurrent;
using Bms.Bench;
using Bms.Bench.Scenarios.Cases;
using Bms.Core.Protection;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests.Catalogue
{
    /// <summary>Every case of the catalogue on the virtual bench: one test for each.</summary>
    [TestClass]
    public sealed class CatalogueTests
    {
        private static readonly Lazy<IReadOnlyList<TestCase>> Cases = new(CaseCatalogue.All);
        private static readonly ConcurrentDictionary<string, Lazy<CaseResult>> Results = new();

        /// <summary>Id and title of every case.</summary>
        public static IEnumerable<object[]> All() => Cases.Value.Select(c => new object[] { c.Id, c.Title });

        /// <summary>Name of a test.</summary>
        public static string NameOf(System.Reflection.MethodInfo method, object[] data) => $"{data[0]}: {data[1]}";

        [ClassInitialize]
        public static void RunSideBySide(TestContext context)
        {
            // Tests of a project run one after another; the cases do not have to.
            foreach (TestCase testCase in Cases.Value)
            {
                Results[testCase.Id] = new Lazy<CaseResult>(() => CaseRun.RunAll(testCase, o => new VirtualBench(o), context.CancellationToken));
            }

            Parallel.ForEach(Cases.Value, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.CancellationToken }, c => _ = Results[c.Id].Value);
        }

        // Shows F-301, F-302.
        [TestMethod]
        [DynamicData(nameof(All), DynamicDataDisplayName = nameof(NameOf))]
        public void case_of_the_catalogue(string id, string title)
        {
            CaseResult result = Results[id].Value;
            Assert.IsNotEmpty(result.Runs);
            Assert.IsTrue(result.Passed, $"{title}: {string.Join(Environment.NewLine, result.FirstFailed?.Failures.Select(f => $"{f.Place}: {f.Message} (at {f.TimeS:0.00} s, {result.FirstFailed.Variant})") ?? [])}");
        }

        [TestMethod]
        public void every_requirement_that_a_case_names_exists()
        {
            string page = File.ReadAllText(Path.Combine(Repository(), "docs", "requirements.md"));
            string[] unknown = [.. Cases.Value.SelectMany(c => c.Requirements).Distinct().Where(r => !page.Contains($"| {r} |", StringComparison.Ordinal))];
            Assert.IsEmpty(unknown, "docs/requirements.md does not know " + string.Join(", ", unknown));
        }

        [TestMethod]
        public void the_schema_for_editors_is_the_one_of_the_reader()
        {
            string path = Path.Combine(Repository(), "hil-tests", "scenarios", "scenario.schema.json");
            Assert.AreEqual(CaseSchema.Json(), File.ReadAllText(path).ReplaceLineEndings("\n"), "run 'bms hil schema > hil-tests/scenarios/scenario.schema.json'");
        }

        // Shows F-301.
        [TestMethod]
        public void the_page_says_of_every_case_of_the_sheet_which_scenario_shows_it()
        {
            string page = File.ReadAllText(Path.Combine(Repository(), "docs", "hil-tests", "scenarios.md"));
            int start = page.IndexOf("## Case by case", StringComparison.Ordinal);
            string[] rows = [.. page[start..page.IndexOf("## The catalogue", start, StringComparison.Ordinal)].Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(l[3]))];
            string text = string.Join('\n', rows);
            string[] sheet = [.. new[] { ('A', 10), ('B', 13), ('C', 12), ('D', 7), ('E', 12), ('F', 13), ('G', 14), ('J', 12), ('K', 5) }.SelectMany(g => Enumerable.Range(1, g.Item2).Select(n => $"{g.Item1}{n:00}"))];
            Assert.IsEmpty(sheet.Where(c => !text.Contains(c + " ", StringComparison.Ordinal)), "the page says nothing of these cases of the sheet");
            string[] named = [.. text.Split('`').Where(w => w.Length > 4 && w[3] == '-' && char.IsAsciiDigit(w[1]))];
            Assert.IsEmpty(named.Except(Cases.Value.Select(c => c.Id)), "the page names these, which no file has");
            Assert.IsEmpty(Cases.Value.Select(c => c.Id).Except(named), "the page does not name these cases");
        }

        // Shows F-304.
        [TestMethod]
        public void no_case_allows_a_fault_that_none_of_its_runs_shows()
        {
            string[] needless = [.. Cases.Value.SelectMany(c => Results[c.Id].Value.NeverSeen.Select(n => $"{c.Id}: {FaultTable.NameOf(n.Allowed.Fault)}, seen at severity {n.Seen}"))];
            Assert.IsEmpty(needless, "take it out of allow, or give the severity that is seen");
        }

        [TestMethod]
        public void a_signal_that_must_never_fall_and_falls_fails_the_case()
        {
            TestCase testCase = CaseReader.Read(
                """
                cases:
                  - id: K05-falls
                    title: The state of charge is no counter
                    load: -1 C
                    duration_s: 3
                    expect:
                      - { always: Pack.MeanSoc, never_falls: true, until_s: 2 }
                      - { always: Can.ContactorStatus.LoadOpenings, never_falls: true, until_s: 2 }
                """,
                "falls.yaml").Single();

            CaseResult result = CaseRun.RunAll(testCase, o => new VirtualBench(o));

            string text = string.Join('\n', result.FirstFailed!.Failures.Select(f => $"{f.Place}: {f.Message}"));
            Assert.Contains("falls.yaml:7:9: Pack.MeanSoc is", text);
            Assert.Contains("it must be never below what it was before", text);
            Assert.DoesNotContain("falls.yaml:8", text);
        }

        // Shows F-302.
        [TestMethod]
        public void a_case_whose_protection_is_switched_off_fails_and_says_where()
        {
            TestCase testCase = CaseReader.Read(
                """
                cases:
                  - id: B02-off
                    title: Over-voltage without its trip
                    parameters: { CellOverVoltageTripMv: never }
                    timeline:
                      - { at_s: 1, inject: CellVoltageOffset, element: 41, value: 0.8 }
                    expect:
                      - { fault: CellOverVoltage, within_ms: 350 }
                      - { opens_within_ms: 350 }
                    recovery: not-checked
                """,
                "off.yaml").Single();

            CaseResult result = CaseRun.RunAll(testCase, o => new VirtualBench(o));

            Assert.IsFalse(result.Passed);
            string text = string.Join('\n', result.FirstFailed!.Failures.Select(f => $"{f.Place}: {f.Message}"));
            Assert.Contains("off.yaml:8:9: CellOverVoltage trip never came", text);
            Assert.Contains("off.yaml:9:9: the contactors were never told to open", text);
        }

        // Shows F-302.
        [TestMethod]
        public void a_fault_that_the_case_does_not_allow_is_a_false_secondary_fault()
        {
            TestCase testCase = CaseReader.Read(
                """
                cases:
                  - id: C01-more
                    title: An open wire and an interlock that the case knows nothing of
                    timeline:
                      - { at_s: 1, inject: CellSenseOpen, element: 5 }
                      - { at_s: 1, inject: InterlockOpen }
                    expect:
                      - { fault: ModuleDataInvalid, within_ms: 500 }
                    recovery: not-checked
                """,
                "more.yaml").Single();

            CaseResult result = CaseRun.RunAll(testCase, o => new VirtualBench(o));

            Assert.Contains("Interlock reached trip", string.Join('\n', result.FirstFailed!.Failures.Select(f => f.Message)));
        }

        [TestMethod]
        public void the_same_case_gives_the_same_times_again()
        {
            TestCase testCase = Cases.Value.Single(c => c.Id == "C11-interlock");
            CaseResult again = CaseRun.RunAll(testCase, o => new VirtualBench(o));
            CollectionAssert.AreEqual(Results[testCase.Id].Value.Runs.Select(r => (r.DetectMs, r.SafeMs)).ToArray(), again.Runs.Select(r => (r.DetectMs, r.SafeMs)).ToArray());
        }

        internal static string Repository()
        {
            string root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Bms.sln")))
            {
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("the tests must run below the folder of Bms.sln");
            }

            return root;
        }
    }
}
