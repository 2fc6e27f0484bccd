using System.CommandLine;
using System.Globalization;
using Bms.Bench;
using Bms.Bench.Scenarios.Cases;
using Bms.Cli.CommandLine;
using Bms.Core.Protection;

namespace Bms.Cli.Hil
{
    /// <summary><c>bms hil</c>: the catalogue of cases on a bench.</summary>
    internal static class HilCommand
    {
        public static Command Create(CliHost host)
        {
            var command = new Command("hil", "Test the firmware on a bench: the catalogue of cases, and campaigns of random faults.") { Run(host), List(host), Schema(host), CampaignCommand.Create(host) };
            return command;
        }

        private static Command Run(CliHost host)
        {
            Option<string> bench = Options.Choice("--bench", "Bench to run on. virtual: the real firmware and a simulated pack in virtual time.", "virtual", "virtual");
            Option<string[]> ids = Cases();
            Option<string[]> files = Files();
            Option<string?> profile = new("--profile") { Description = $"Modules or sensor of another kind for the cases that name none: {string.Join(", ", CaseCatalogue.Profiles)}. Times allowed grow with their period.", HelpName = "name" };
            Option<int> jobs = Options.Whole("--jobs", 1, 256, "Cases at the same time.", Environment.ProcessorCount);
            Option<string?> junit = Options.Path("--junit", "Result as JUnit XML.");
            Option<string?> html = Options.Path("--html", "Result as one HTML page.");
            Option<string> traces = new("--traces") { Description = "Folder for the trace of every failed case: log (candump), CSV, page with charts.", HelpName = "dir", DefaultValueFactory = _ => Path.Combine("out", "hil") };
            Option<bool> quiet = Options.Flag("--quiet", "Print failures and the last line only.");
            var command = new Command("run", "Run cases of the catalogue and judge them.") { bench, ids, files, profile, jobs, junit, html, traces, quiet };
            HelpWithExamples.SetNotes(
                command,
                "T_detect: from the event to the fault as told on the bus. T_safe: from the event to the command that opens both main contactors. Worst of all runs of a case.",
                "Returns 0 where every case passed, 1 where one failed, 2 for bad arguments, files or places.");
            HelpWithExamples.SetExamples(command, "bms hil run", "bms hil run --case B --case C11 --html out/hil.html --junit out/hil.xml", "bms hil run --profile BmwI3", "bms hil run --file my-cases.yaml");
            command.SetAction(parsed =>
            {
                string? kind = parsed.GetValue(profile);
                IReadOnlyList<TestCase> cases = Chosen(parsed.GetValue(files) ?? [], parsed.GetValue(ids) ?? []);
                if (kind is not null)
                {
                    string? known = CaseCatalogue.Profiles.FirstOrDefault(p => p.Equals(kind, StringComparison.OrdinalIgnoreCase));
                    kind = known ?? throw new CliFailure($"--profile is '{OneLine.Shown(kind)}': give one of {string.Join(", ", CaseCatalogue.Profiles)}");
                    cases = Adapted(host, cases, known);
                }

                using TextOutput? junitFile = TextOutput.Open(parsed.GetValue(junit));
                using TextOutput? htmlFile = TextOutput.Open(parsed.GetValue(html));
                var run = new HilRun(host, parsed.GetValue(jobs), parsed.GetValue(quiet), parsed.GetValue(traces)!);
                HilSummary summary = run.Run(cases, kind);
                junitFile?.Complete(JUnitFile.Write(summary));
                htmlFile?.Complete(HilReport.Write(summary));
                return summary.Failed == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
            });
            return command;
        }

        private static IReadOnlyList<TestCase> Adapted(CliHost host, IReadOnlyList<TestCase> cases, string profile)
        {
            var adapted = new List<TestCase>();
            foreach (TestCase testCase in cases)
            {
                if (CaseCatalogue.WithProfile(testCase, profile, out string reason) is TestCase other)
                {
                    adapted.Add(other);
                }
                else
                {
                    host.Out.WriteLine($"left out: {testCase.Id}, {reason}");
                }
            }

            return adapted;
        }

        private static Command List(CliHost host)
        {
            Option<string[]> ids = Cases();
            Option<string[]> files = Files();
            var command = new Command("list", "List the cases of the catalogue and what they need.") { ids, files };
            command.SetAction(parsed =>
            {
                foreach (TestCase testCase in Chosen(parsed.GetValue(files) ?? [], parsed.GetValue(ids) ?? []))
                {
                    Plant.Pack.PackOptions pack = testCase.Bench.Pack;
                    string modules = testCase.NamesProfile ? $", modules {CaseCatalogue.NameOfModules(pack.ModuleProfile)}, sensor {CaseCatalogue.NameOfSensor(pack.SensorProfile)}" : "";
                    host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{testCase.Id,-24} {testCase.Title}"));
                    host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{"",-24}   {string.Join(", ", testCase.Requirements.DefaultIfEmpty("no requirement"))}; {pack.CellCount} x {pack.CellName} at {pack.InitialTemperatureDegC} degC{modules}; {CaseVariant.Of(testCase).Count} runs; {testCase.Place}"));
                }

                return ExitCode.Ok;
            });
            return command;
        }

        private static Command Schema(CliHost host)
        {
            var command = new Command("schema", "Print the JSON schema of scenario files, for editors.");
            command.SetAction(_ =>
            {
                host.Out.Write(CaseSchema.Json());
                return ExitCode.Ok;
            });
            return command;
        }

        private static Option<string[]> Cases()
        {
            return new Option<string[]>("--case") { Description = "Cases to take: an id (B02-charge), a number (B02), or a group (B). Default: all.", HelpName = "id" };
        }

        private static Option<string[]> Files()
        {
            return new Option<string[]>("--file") { Description = "Scenario files to take instead of the catalogue.", HelpName = "file" };
        }

        private static IReadOnlyList<TestCase> Chosen(string[] files, string[] ids)
        {
            IReadOnlyList<TestCase> all = files.Length > 0 ? CaseCatalogue.Unique([.. files.SelectMany(CaseReader.ReadFile)]) : CaseCatalogue.All();
            if (ids.Length == 0)
            {
                return all;
            }

            var chosen = new List<TestCase>();
            foreach (string id in ids)
            {
                IReadOnlyList<TestCase> found = CaseCatalogue.Chosen(all, id);
                chosen.AddRange(found.Count > 0 ? found : throw new CliFailure($"--case is '{OneLine.Shown(id)}': no case has this id, number or group; 'bms hil list' shows them"));
            }

            return [.. chosen.Distinct()];
        }
    }
}
