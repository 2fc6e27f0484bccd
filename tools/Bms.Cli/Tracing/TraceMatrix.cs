using System.Globalization;
using System.Text.RegularExpressions;
using Bms.Cli.CommandLine;
using Bms.Core.Protection;

namespace Bms.Cli.Tracing
{
    /// <summary>A requirement with what fulfils it and what shows it.</summary>
    /// <param name="Id">For example S-001.</param>
    /// <param name="Statement">What the controller shall do.</param>
    /// <param name="Rows">Rows of the fault table.</param>
    /// <param name="Tests">Tests, as file and name.</param>
    internal sealed record TracedRequirement(string Id, string Statement, List<int> Rows, List<string> Tests);

    /// <summary>Requirement, rows of the fault table, tests: read from the page, from the firmware's table, and from the comments above the tests.</summary>
    /// <remarks>
    /// A test says what it shows in a comment line of its own, <c>// Shows S-001, S-010.</c>, above its attributes; a case of a scenario in its key <c>requirements</c>, or a file in a line <c># Shows S-001.</c>
    /// A comment and no attribute, because the firmware's tests run on the device too, whose test framework has none for it.
    /// </remarks>
    internal sealed partial class TraceMatrix
    {
        /// <summary>The page with the requirements, relative to the repository.</summary>
        public const string Page = "docs/requirements.md";

        private const string Scenarios = "hil-tests/scenarios";

        private static readonly string[] TestFolders = ["firmware/Bms.Core.Tests", "hil-tests", "tools"];

        private readonly SortedDictionary<string, TracedRequirement> _requirements = new(StringComparer.Ordinal);

        private TraceMatrix()
        {
        }

        /// <summary>All requirements, in the order of their ids.</summary>
        public IEnumerable<TracedRequirement> Requirements => _requirements.Values;

        /// <summary>What is wrong, one line each: where and what to do.</summary>
        public List<string> Findings { get; } = [];

        /// <summary>Reads page, table and tests.</summary>
        /// <param name="root">Folder of the repository.</param>
        /// <exception cref="CliFailure">There is no page of requirements in it.</exception>
        public static TraceMatrix Read(string root)
        {
            var matrix = new TraceMatrix();
            matrix.ReadPage(root);
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                string id = FaultTable.RequirementOf(fault);
                if (matrix.Find(id, $"row {FaultTable.NameOf(fault)} of the fault table") is { } requirement)
                {
                    requirement.Rows.Add(fault);
                }
            }

            foreach (string folder in TestFolders)
            {
                matrix.ReadTests(root, folder);
            }

            matrix.ReadScenarios(root);
            foreach (TracedRequirement requirement in matrix.Requirements)
            {
                if (requirement.Tests.Count == 0)
                {
                    matrix.Findings.Add($"{Page}: {requirement.Id} is shown by no test: write '// Shows {requirement.Id}.' above the one that would fail without it");
                }
            }

            return matrix;
        }

        private void ReadPage(string root)
        {
            string path = Path.Combine(root, Page);
            if (!File.Exists(path))
            {
                throw new CliFailure($"{path}: no such page; run this from the repository, or name its folder");
            }

            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                Match row = RequirementRow().Match(line);
                if (!row.Success)
                {
                    continue;
                }

                string id = row.Groups["id"].Value;
                if (!_requirements.TryAdd(id, new TracedRequirement(id, row.Groups["text"].Value.Trim(), [], [])))
                {
                    Findings.Add(string.Create(CultureInfo.InvariantCulture, $"{Page}:{number}: {id} stands there twice: a number is never reused"));
                }
            }
        }

        private void ReadTests(string root, string folder)
        {
            string path = Path.Combine(root, folder);
            if (!Directory.Exists(path))
            {
                return;
            }

            foreach (string file in Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                string name = Path.GetRelativePath(root, file).Replace('\\', '/');
                if (!name.Contains("Tests/", StringComparison.Ordinal) || name.Contains("/obj/", StringComparison.Ordinal) || name.Contains("/bin/", StringComparison.Ordinal))
                {
                    continue;
                }

                ReadTestFile(file, name);
            }
        }

        private void ReadTestFile(string file, string name)
        {
            MatchCollection? waiting = null;
            bool isTest = false;
            int waitingLine = 0;
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                Match mark = ShowsLine().Match(line);
                if (mark.Success)
                {
                    if (waiting != null)
                    {
                        NoTest(name, waitingLine);
                    }

                    waiting = RequirementIds().Matches(mark.Groups["ids"].Value);
                    waitingLine = number;
                    isTest = false;
                    continue;
                }

                if (waiting == null)
                {
                    continue;
                }

                isTest |= line.Contains("[TestMethod", StringComparison.Ordinal);
                Match method = MethodLine().Match(line);
                if (method.Success && isTest)
                {
                    Add(waiting, $"{name}: {method.Groups["name"].Value}", string.Create(CultureInfo.InvariantCulture, $"{name}:{waitingLine}"));
                    waiting = null;
                }
                else if (line.Trim().Length == 0 || method.Success)
                {
                    NoTest(name, waitingLine);
                    waiting = null;
                }
            }

            if (waiting != null)
            {
                NoTest(name, waitingLine);
            }
        }

        private void NoTest(string name, int line)
        {
            Findings.Add(string.Create(CultureInfo.InvariantCulture, $"{name}:{line}: no test follows this line: put it right above the attributes of one"));
        }

        private void ReadScenarios(string root)
        {
            string path = Path.Combine(root, Scenarios);
            if (!Directory.Exists(path))
            {
                return;
            }

            foreach (string file in Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                string name = Path.GetRelativePath(root, file).Replace('\\', '/');
                string shown = name;
                int number = 0;
                foreach (string line in File.ReadLines(file))
                {
                    number++;
                    Match id = CaseLine().Match(line);
                    shown = id.Success ? $"{name}: {id.Groups["id"].Value}" : shown;
                    Match mark = ShowsInScenario().Match(line);
                    Match key = CaseRequirements().Match(line);
                    if (mark.Success || key.Success)
                    {
                        Add(RequirementIds().Matches((mark.Success ? mark : key).Groups["ids"].Value), mark.Success ? name : shown, string.Create(CultureInfo.InvariantCulture, $"{name}:{number}"));
                    }
                }
            }
        }

        private void Add(MatchCollection ids, string test, string place)
        {
            foreach (Match id in ids)
            {
                if (Find(id.Value, place) is { } requirement && !requirement.Tests.Contains(test))
                {
                    requirement.Tests.Add(test);
                }
            }
        }

        private TracedRequirement? Find(string id, string place)
        {
            if (_requirements.TryGetValue(id, out TracedRequirement? requirement))
            {
                return requirement;
            }

            Findings.Add($"{place}: '{id}' is no requirement: add it to {Page}, or correct the id");
            return null;
        }

        [GeneratedRegex(@"^\|\s*(?<id>[SF]-\d{3})\s*\|(?<text>[^|]*)\|")]
        private static partial Regex RequirementRow();

        [GeneratedRegex(@"^\s*// Shows (?<ids>[SF]-\d+(, [SF]-\d+)*)\.")]
        private static partial Regex ShowsLine();

        [GeneratedRegex(@"^\s*# Shows (?<ids>[SF]-\d+(, [SF]-\d+)*)\.")]
        private static partial Regex ShowsInScenario();

        [GeneratedRegex(@"^\s*- id:\s*(?<id>\S+)")]
        private static partial Regex CaseLine();

        [GeneratedRegex(@"^\s*requirements:\s*\[(?<ids>[^\]]*)\]")]
        private static partial Regex CaseRequirements();

        [GeneratedRegex(@"[SF]-\d+")]
        private static partial Regex RequirementIds();

        [GeneratedRegex(@"^\s*public\s+(static\s+)?(async\s+)?(void|Task)\s+(?<name>\w+)\s*\(")]
        private static partial Regex MethodLine();
    }
}
