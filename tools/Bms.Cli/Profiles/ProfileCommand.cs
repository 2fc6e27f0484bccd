using System.CommandLine;
using System.Text;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Core.Measurement.Profiles;

namespace Bms.Cli.Profiles
{
    /// <summary><c>bms profile</c>: whether the modules or the sensor in a recorded log are understood.</summary>
    internal static class ProfileCommand
    {
        private static readonly string[] ModuleNames = ProfileNames.Modules;
        private static readonly string[] SensorNames = ProfileNames.Sensors;

        public static Command Create(CliHost host)
        {
            var command = new Command("profile", "Cell modules and current sensors of other makers.");
            command.Subcommands.Add(Check(host));
            return command;
        }

        private static Command Check(CliHost host)
        {
            var log = new Argument<string>("LOG") { Description = "Log of any format; - is standard input." };
            var profile = new Option<string>("--profile")
            {
                Description = $"One of {string.Join(", ", ModuleNames)}, {string.Join(", ", SensorNames.Skip(1))}.",
                HelpName = "name",
                Required = true,
            };
            Option<int> modules = Options.Whole("--modules", 0, 24, "Modules that the pack has; 0 for as many as are heard.", 0);
            Option<int> cells = Options.Whole("--cells-per-module", 0, 13, "Cells of a module; 0 for the usual ones of its kind.", 0);
            Option<bool> lenient = Options.Flag("--lenient", "Skip broken lines instead of stopping at the first.");
            var command = new Command("check", "Tell from a log whether modules or sensor are understood: frames, rate, CRC and counter, values, what is missing.") { log, profile, modules, cells, lenient };
            HelpWithExamples.SetExamples(command, "bms profile check module.log --profile bmw-i3 --modules 8");
            HelpWithExamples.SetNotes(command, "Returns 0 where everything is understood, 1 where something is not, 2 where the log or an argument is at fault.");
            command.SetAction(parsed =>
            {
                string name = parsed.GetRequiredValue(profile);
                int module = Array.IndexOf(ModuleNames, name);
                int sensor = module < 0 && name.Length > 0 ? Array.IndexOf(SensorNames, name) : -1;
                if (module < 0 && sensor < 0)
                {
                    throw new CliFailure($"--profile is '{name}': give one of {string.Join(", ", ModuleNames)}, {string.Join(", ", SensorNames.Skip(1))}");
                }

                int perModule = parsed.GetValue(cells);
                if (module >= 0 && perModule != 0 && (perModule < ModuleProfile.FewestCells(module) || perModule > ModuleProfile.MostCells(module)))
                {
                    throw new CliFailure($"--cells-per-module is {perModule}: a module of {name} has {ModuleProfile.FewestCells(module)} to {ModuleProfile.MostCells(module)}");
                }

                int expected = parsed.GetValue(modules);
                int most = module >= 0 ? Math.Min(ModuleProfile.MostModules(module), 192 / (perModule != 0 ? perModule : ModuleProfile.UsualCells(module))) : 0;
                if (module >= 0 && expected > most)
                {
                    throw new CliFailure($"--modules is {expected}: a pack of {name} has up to {most}");
                }

                var text = new StringBuilder();
                bool understood;
                using (CanLogReader reader = CanLogReader.Open(parsed.GetRequiredValue(log), new CanLogReadOptions { Lenient = parsed.GetValue(lenient) }))
                using (var progress = new ProgressLine(host))
                {
                    if (module >= 0)
                    {
                        var check = new ProfileCheck(module, perModule);
                        check.Read(reader, progress);
                        understood = check.Report(expected, text);
                    }
                    else
                    {
                        var check = new SensorCheck(sensor);
                        check.Read(reader, progress);
                        understood = check.Report(text);
                    }
                }

                host.Out.Write(text.ToString());
                return understood ? ExitCode.Ok : ExitCode.CheckFailed;
            });
            return command;
        }
    }
}
