using System.CommandLine;
using System.Globalization;
using Bms.Cli.CommandLine;
using Bms.Core.Configuration;

namespace Bms.Cli.Parameters
{
    /// <summary><c>bms params</c>: the parameter block as a text file.</summary>
    internal static class ParamsCommand
    {
        public static Command Create(CliHost host)
        {
            var command = new Command("params", "Write and check parameter files.");
            command.Subcommands.Add(Export(host));
            command.Subcommands.Add(Check(host));
            return command;
        }

        private static Command Export(CliHost host)
        {
            Option<string> preset = Options.Choice("--preset", "Chemistry whose preset is written.", "NMC", "NMC", "NCA", "LFP", "LTO", "NaIon");
            Option<int> cells = Options.Whole("--cells", 1, 192, "Cells in series.", 96);
            Option<double> capacity = Options.Number("--capacity-ah", 0.1, 2000, "Ah", "Capacity of the pack at 25 degC and a low rate.", 50);
            var file = new Argument<string?>("FILE") { Description = "Where to write; standard output where it is left out.", Arity = ArgumentArity.ZeroOrOne };
            var command = new Command("export", "Write a preset as text: every threshold with its unit and range.") { preset, cells, capacity, file };
            HelpWithExamples.SetExamples(command, "bms params export --preset LFP --cells 108 --capacity-ah 280 pack.txt", "bms params check pack.txt", "bms sim --params pack.txt");
            command.SetAction(parsed =>
            {
                int chemistry = ParameterText.ChemistryOf(parsed.GetValue(preset)!);
                int mah = (int)Math.Round(parsed.GetValue(capacity) * 1000);
                string text = ParameterText.Write(Presets.Of(chemistry, parsed.GetValue(cells), mah));
                if (parsed.GetValue(file) is string path)
                {
                    using var output = new TextOutput(path);
                    output.Complete(text);
                    host.Out.WriteLine($"wrote {path}");
                }
                else
                {
                    host.Out.Write(text);
                }

                return ExitCode.Ok;
            });
            return command;
        }

        private static Command Check(CliHost host)
        {
            var file = new Argument<string>("FILE") { Description = "Parameter file to judge." };
            var command = new Command("check", "Judge a parameter file as the firmware would: names, ranges, order.") { file };
            command.SetAction(parsed =>
            {
                string path = parsed.GetRequiredValue(file);
                ParameterBlock block = ParameterText.ReadFile(path);
                host.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: good; {ParameterText.ChemistryName(block.Get(ParameterId.Chemistry))}, {block.Get(ParameterId.CellCount)} cells, {block.Get(ParameterId.CapacityMah) / 1000.0} Ah, {ParameterId.Count} parameters"));
                return ExitCode.Ok;
            });
            return command;
        }
    }
}
