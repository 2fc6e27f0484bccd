using System.CommandLine;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Documentation
{
    /// <summary><c>bms docs</c>: renews the tables in the firmware's pages, or says which page is out of date.</summary>
    internal static class DocsCommand
    {
        public static Command Create(CliHost host)
        {
            var root = new Argument<string>("DIR") { Description = "The repository.", DefaultValueFactory = _ => "." };
            var check = new Option<bool>("--check") { Description = "Write nothing; exit 1 where a page is out of date." };
            var command = new Command("docs", "Print the firmware's tables (faults, contactors, frames, parameters) into its pages.") { root, check };
            HelpWithExamples.SetExamples(command, "bms docs", "bms docs --check");
            command.SetAction(parsed =>
            {
                string folder = parsed.GetValue(root)!;
                int stale = 0;
                foreach (string name in TablePages.Pages)
                {
                    string path = Path.Combine(folder, name);
                    if (!File.Exists(path))
                    {
                        throw new CliFailure($"{path}: no such page; run this from the repository, or name its folder");
                    }

                    string page = File.ReadAllText(path);
                    string renewed = Renew(path, page);
                    if (renewed == page)
                    {
                        continue;
                    }

                    stale++;
                    if (parsed.GetValue(check))
                    {
                        host.Error.WriteLine($"bms: {path} is out of date: run 'bms docs'");
                        continue;
                    }

                    using var output = new TextOutput(path);
                    output.Complete(renewed);
                    host.Out.WriteLine($"wrote {path}");
                }

                return parsed.GetValue(check) && stale > 0 ? ExitCode.CheckFailed : ExitCode.Ok;
            });
            return command;
        }

        private static string Renew(string path, string page)
        {
            try
            {
                return TablePages.Renew(page);
            }
            catch (InvalidDataException fault)
            {
                throw new CliFailure($"{path}: {fault.Message}");
            }
        }
    }
}
