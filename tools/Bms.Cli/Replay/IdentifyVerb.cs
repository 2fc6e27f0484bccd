using System.CommandLine;
using Bms.Cli.CommandLine;
using Bms.Identification;

namespace Bms.Cli.Replay
{
    /// <summary><c>bms identify</c>: fits a cell model to measured tests.</summary>
    internal static class IdentifyVerb
    {
        public static Command Create(CliHost host)
        {
            var directory = new Argument<string>("DIR") { Description = "Folder with the measured cells, or the cell's own folder with its <T>C folders." };
            var cell = new Option<string>("--cell") { Description = "Cell to fit: " + string.Join(", ", CellRecipe.Names) + ".", Required = true, HelpName = "name" };
            var output = new Option<string>("--out") { Description = "Cell file to write (JSON).", Required = true, HelpName = "file" };
            var command = new Command("identify", "Fit a cell model to measured tests and write it as a cell file.") { directory, cell, output };
            HelpWithExamples.SetExamples(command, "bms identify data/cells --cell lg-18650hg2 --out lg.json", "bms replay data/cells/lg-18650hg2/25C/la92.csv.gz --cell lg.json");
            command.SetAction(parsed =>
            {
                string name = parsed.GetRequiredValue(cell);
                if (!CellRecipe.Names.Contains(name))
                {
                    throw new CliFailure($"--cell is '{OneLine.Shown(name)}': give one of {string.Join(", ", CellRecipe.Names)}");
                }

                // The place is tried before the work of minutes.
                string path = parsed.GetRequiredValue(output);
                using var target = new TextOutput(path);
                IdentificationResult result = CellIdentifier.Identify(parsed.GetRequiredValue(directory), name, new TenthsProgress(host));
                host.Out.WriteLine(IdentifyCommand.Table(result.FitErrors));
                target.Complete(result.Parameters.ToJson());
                host.Out.WriteLine($"wrote {path}");
                return ExitCode.Ok;
            });
            return command;
        }

        private sealed class TenthsProgress(CliHost host) : IProgress<IdentificationProgress>
        {
            private int _tenths = -1;

            public void Report(IdentificationProgress value)
            {
                host.Stop.ThrowIfCancellationRequested();
                int tenths = (int)(10 * value.Fraction);
                if (tenths > _tenths)
                {
                    _tenths = tenths;
                    host.Out.WriteLine($"{10 * tenths,3} %  {value.Step}");
                    host.Out.Flush();
                }
            }
        }
    }
}
