using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Bms.Bench;
using Bms.Bench.Scenarios;
using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Cli.Profiles;
using Bms.Cli.Report;
using Bms.Core.Measurement.Profiles;
using Bms.Plant.Cells;
using Spectre.Console;

namespace Bms.Cli.Sim
{
    /// <summary><c>bms sim</c>: the main job. The real firmware against a simulated pack, watched live, logged, judged and reported.</summary>
    internal static class SimCommand
    {
        private const string DefaultFolder = "out";
        private const string DefaultCell = "lg-18650hg2";

        public static Command Create(CliHost host)
        {
            Option<string> scenario = Options.Choice("--scenario", "What happens. day: a drive, a rest, a charge at -10 degC, and for a cell that heats itself enough a cooling failure under load.", "day", "day");
            Option<ulong?> seed = Options.Seed("Seed of the cells' spread, the sensors' noise and the drive: the same seed gives the same log, byte for byte. Default: 1.");
            Option<int> cells = Options.Whole("--cells", 1, 192, "Cells in series.", 96);
            Option<string?> cell = Options.Path("--cell", $"Cell of the pack: one of {string.Join(", ", CellParameters.EmbeddedNames)}, or a cell file of 'bms identify' (.json). Default: {DefaultCell}.", "name");
            Option<string> driver = Options.Choice("--driver", "CAN controller of the board: the driver's own code and a register-level model of the chip, or frames handed over in memory.", "direct", "direct", "mcp2518fd", "mcp2515");
            Option<string> profile = Options.Choice("--profile", "Kind of the cell modules, on the bus and in the firmware's parameters.", ProfileNames.Modules[0], ProfileNames.Modules);
            Option<string> sensor = Options.Choice("--sensor", "Kind of the current sensor, likewise.", ProfileNames.Sensors[0], ProfileNames.Sensors);
            Option<double?> hours = Options.OptionalNumber("--hours", 0.001, 1000, "h", "Stop after this much simulated time; checks that were not reached are not judged.");
            Option<double?> speed = Options.OptionalNumber("--speed", 0.01, 1e6, "x", "Hold back to this multiple of real time. Default: as fast as it goes.");
            Option<string?> log = Options.Path("--log", $"candump log of every frame; .gz compresses. Default: {DefaultFolder}/sim.log.");
            Option<bool> noLog = Options.Flag("--no-log", "Write no log.");
            Option<string?> report = Options.Path("--report", $"HTML report. Default: {DefaultFolder}/sim.html.");
            Option<bool> noReport = Options.Flag("--no-report", "Write no report.");
            Option<string?> parameters = Options.Path("--params", "Parameter file for the firmware instead of the preset of the cell's chemistry (see 'bms params export').");
            Option<bool> quiet = Options.Flag("--quiet", "Print the result only.");
            Option<bool> plain = Options.Flag("--plain", "Print lines instead of the live view, as when the output is no terminal.");
            var command = new Command("sim", "Run the firmware against a simulated pack on a virtual CAN bus: the main job.")
            {
                scenario, seed, cells, cell, driver, profile, sensor, hours, speed, log, noLog, report, noReport, parameters, quiet, plain,
            };
            HelpWithExamples.SetNotes(
                command,
                "Returns 0 where every check passed, 1 where the firmware missed one, 2 for bad arguments, files or places.",
                "Positive current charges. 'true' values are the simulated pack's own, all others are read from the controller's CAN frames.");
            HelpWithExamples.SetExamples(command, "bms sim", "bms sim --seed 7 --cells 108 --report run7.html --no-log", "bms sim --cell a123-26650", "bms sim --hours 0.25 --plain", "bms sim --profile bmw-i3 --sensor ivt-s --driver mcp2518fd", "bms sim --speed 60");
            command.SetAction(parsed =>
            {
                if (parsed.GetValue(noLog) && parsed.GetValue(log) is not null)
                {
                    throw new CliFailure("--log and --no-log contradict each other; give one of them");
                }

                if (parsed.GetValue(noReport) && parsed.GetValue(report) is not null)
                {
                    throw new CliFailure("--report and --no-report contradict each other; give one of them");
                }

                int modules = Array.IndexOf(ProfileNames.Modules, parsed.GetValue(profile));
                int mostCells = ModuleProfile.MostModules(modules) * ModuleProfile.UsualCells(modules);
                if (parsed.GetValue(cells) > mostCells)
                {
                    throw new CliFailure($"--cells is {parsed.GetValue(cells)}: a pack of {ProfileNames.Modules[modules]} modules has up to {mostCells}");
                }

                string? parametersPath = parsed.GetValue(parameters);
                var options = new SimOptions
                {
                    Scenario = parsed.GetValue(scenario)!,
                    Seed = parsed.GetValue(seed) ?? 1,
                    Cells = parsed.GetValue(cells),
                    Cell = parsed.GetValue(cell) ?? DefaultCell,
                    Driver = Enum.Parse<CanDriver>(parsed.GetValue(driver)!, ignoreCase: true),
                    ModuleProfile = modules,
                    SensorProfile = Array.IndexOf(ProfileNames.Sensors, parsed.GetValue(sensor)),
                    LongestS = parsed.GetValue(hours) is double h ? h * 3600 : double.PositiveInfinity,
                    Speed = parsed.GetValue(speed) ?? double.PositiveInfinity,
                    LogPath = parsed.GetValue(noLog) ? null : parsed.GetValue(log) ?? InDefaultFolder("sim.log"),
                    ReportPath = parsed.GetValue(noReport) ? null : parsed.GetValue(report) ?? InDefaultFolder("sim.html"),
                    Parameters = parametersPath is null ? null : ParameterText.ReadFile(parametersPath),
                    ParametersPath = parametersPath,
                };
                return Run(host, options, parsed.GetValue(quiet), parsed.GetValue(plain));
            });
            return command;
        }

        private static string InDefaultFolder(string name)
        {
            try
            {
                Directory.CreateDirectory(DefaultFolder);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliFailure($"{DefaultFolder}: the folder cannot be made ({OneLine.Of(fault.Message)}); give --log and --report, or run in a folder you may write to");
            }

            return Path.Combine(DefaultFolder, name);
        }

        private static int Run(CliHost host, SimOptions options, bool quiet, bool plain)
        {
            using TextOutput? report = TextOutput.Open(options.ReportPath);
            using LogPump? log = options.LogPath is null ? null : new LogPump(options.LogPath);
            var whole = Stopwatch.StartNew();
            var run = new SimRun(options);
            if (log is not null)
            {
                run.Bench.Network.Observe(log);
            }

            string title = string.Create(CultureInfo.InvariantCulture, $"{run.Scenario.Name}, {options.Cells} cells {run.Bench.Plant.Cells.Cell.Name}, seed {options.Seed}");
            Exception? fault = null;
            var thread = new Thread(() =>
            {
                try
                {
                    run.Run(host.Stop);
                }
                catch (Exception e)
                {
                    fault = e;
                }
            })
            {
                Name = "simulation",
            };
            thread.Start();
            if (quiet)
            {
                thread.Join();
            }
            else if (plain || !host.IsTerminal)
            {
                Tell(host, run, thread, title);
            }
            else
            {
                Watch(run, thread, title);
            }

            thread.Join();
            if (fault is not null)
            {
                ExceptionDispatchInfo.Throw(fault);
            }

            ScenarioResult result = run.Result();
            log?.Complete();
            report?.Complete(HtmlReport.Write(SimReport.Of(run, result, options)));
            SimSummary.Print(host, run, result, options, whole.Elapsed.TotalSeconds, quiet, plain);
            return result.Passed ? ExitCode.Ok : ExitCode.CheckFailed;
        }

        private static void Tell(CliHost host, SimRun run, Thread thread, string title)
        {
            host.Out.WriteLine("bms sim: " + title);
            var view = new PlainView(host.Out);
            bool ended = false;
            while (!ended)
            {
                ended = thread.Join(100);
                if (run.Snapshot is SimSnapshot snapshot)
                {
                    view.Tell(snapshot, run.Events.Snapshot());
                }
            }
        }

        private static void Watch(SimRun run, Thread thread, string title)
        {
            AnsiConsole.Live(Text.Empty).AutoClear(true).Start(live =>
            {
                while (!thread.Join(80))
                {
                    if (run.Snapshot is SimSnapshot snapshot)
                    {
                        live.UpdateTarget(LiveView.Draw(snapshot, title, AnsiConsole.Profile.Width));
                    }
                }
            });
        }
    }
}
