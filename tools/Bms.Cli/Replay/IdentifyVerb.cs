using System.CommandLine;
using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Replay
{
    /// <summary><c>bms identify</c>: fits a cell model to measured tests.</summary>
    internal static class IdentifyVerb
    {
        public static Command Create(CliHost host)
        {
            var directory = new Argument<string>("DIR") { Description = "Folder with the measured cells, or the cell's own folder with its <T>C folders." };
            var cell = new Option<string>("--cell") { Description = "Cell to fit: " + string.Join(", ", CellRecipe.Names) + ", or a name of your own with --chemistry and --capacity-ah.", Required = true, HelpName = "name" };
            var output = new Option<string?>("--out") { Description = "Cell file to write (JSON); a plot of every test goes into a folder beside it.", HelpName = "file" };
            var chemistry = new Option<string?>("--chemistry") { Description = "Of a cell of your own: NMC, NCA, LFP, LTO or Na-ion.", HelpName = "name" };
            Option<double?> capacity = Options.OptionalNumber("--capacity-ah", 0.01, 2000, "Ah", "Of a cell of your own: charge from full to empty at a low rate.");
            Option<double> low = Options.Number("--min-v", 0.5, 5, "V", "Of a cell of your own: lowest voltage.", 2.5);
            Option<double> high = Options.Number("--max-v", 0.5, 5, "V", "Of a cell of your own: highest voltage.", 4.2);
            var judge = new Option<string?>("--judge") { Description = "Of a cell of your own: tests whose names begin with one of these words are not fitted, only judged.", HelpName = "list" };
            Option<bool> check = Options.Flag("--check", "Compare the result with the cell file that ships under this name, byte for byte.");
            var command = new Command("identify", "Fit a cell model to measured tests and write it as a cell file.") { directory, cell, output, chemistry, capacity, low, high, judge, check };
            HelpWithExamples.SetExamples(
                command,
                "bms identify data/cells --cell lg-18650hg2 --out lg.json",
                "bms identify my-tests --cell mine --chemistry NMC --capacity-ah 4.9 --judge la92 --out mine.json",
                "bms identify data/cells --cell lg-18650hg2 --check",
                "bms replay data/cells/lg-18650hg2/25C/la92.csv.gz --cell lg.json");
            command.SetAction(parsed =>
            {
                string name = parsed.GetRequiredValue(cell);
                string? path = parsed.GetValue(output);
                bool checks = parsed.GetValue(check);
                bool known = CellRecipe.Names.Contains(name);
                if (path is null && !checks)
                {
                    throw new CliFailure("nothing to do: give --out with the file to write, or --check");
                }

                if (checks && !known)
                {
                    throw new CliFailure($"--check: no cell file of the name '{OneLine.Shown(name)}' ships; use one of {string.Join(", ", CellRecipe.Names)}");
                }

                // The place is tried before the work of minutes.
                using TextOutput? target = TextOutput.Open(path);
                host.Out.WriteLine("  0 %  read the tests");
                IdentificationSetup setup = known
                    ? CellRecipe.Prepare(parsed.GetRequiredValue(directory), name)
                    : FolderRecipe.Prepare(
                        parsed.GetRequiredValue(directory),
                        Own(name, parsed.GetValue(chemistry), parsed.GetValue(capacity), parsed.GetValue(low), parsed.GetValue(high)),
                        (parsed.GetValue(judge) ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                IdentificationResult result = CellIdentifier.Identify(setup, new TenthsProgress(host));
                host.Out.WriteLine(IdentifyCommand.Table(result.FitErrors));
                if (target is not null)
                {
                    target.Complete(result.Parameters.ToJson());
                    host.Out.WriteLine($"wrote {path}");
                    string folder = Path.ChangeExtension(path!, null) + "-fits";
                    host.Out.WriteLine($"wrote {FitPlots.Write(folder, result.Parameters, setup.Tests)} plots to {folder}");
                }

                return checks ? Check(host, CellParameters.Load(name), result.Parameters) : ExitCode.Ok;
            });
            return command;
        }

        private static FolderCell Own(string name, string? chemistry, double? capacityAh, double low, double high)
        {
            if (chemistry is null || capacityAh is null)
            {
                throw new CliFailure($"--cell is '{OneLine.Shown(name)}': give one of {string.Join(", ", CellRecipe.Names)}, or --chemistry and --capacity-ah of a cell of your own");
            }

            if (ParameterText.ChemistryOf(chemistry) < 0)
            {
                throw new CliFailure($"--chemistry is '{OneLine.Shown(chemistry)}': give NMC, NCA, LFP, LTO or Na-ion");
            }

            return low < high ? new FolderCell(name, chemistry, capacityAh.Value, low, high) : throw new CliFailure("--min-v is not below --max-v: exchange the two");
        }

        private static int Check(CliHost host, CellParameters shipped, CellParameters again)
        {
            if (shipped.ToJson() == again.ToJson())
            {
                host.Out.WriteLine($"{shipped.Name}: the same as the file that ships, byte for byte");
                return ExitCode.Ok;
            }

            double ocvMv = 0;
            double resistance = 0;
            foreach (double temperature in shipped.TemperatureGridC)
            {
                foreach (double soc in shipped.SocGrid)
                {
                    ocvMv = Math.Max(ocvMv, 1000 * Math.Abs(shipped.OcvAt(soc, temperature) - again.OcvAt(soc, temperature)));
                    resistance = Math.Max(resistance, Math.Abs((again.At(again.R0DischargeOhm, soc, temperature) / shipped.At(shipped.R0DischargeOhm, soc, temperature)) - 1));
                }
            }

            host.Out.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{shipped.Name}: differs from the file that ships: open-circuit voltage by {ocvMv:0.0} mV, R0 by {100 * resistance:0.0} % at most"));
            return ExitCode.CheckFailed;
        }

        private sealed class TenthsProgress(CliHost host) : IProgress<IdentificationProgress>
        {
            private int _tenths;

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
