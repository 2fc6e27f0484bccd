using System.CommandLine;
using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Core.Configuration;

namespace Bms.Cli.Device
{
    /// <summary><c>bms flash</c>: image, program and parameters onto a board, through the official tool nanoff.</summary>
    internal static class FlashCommand
    {
        private const string FileSystem = "System.IO.FileSystem";

        /// <summary>What is to be flashed.</summary>
        /// <param name="Board">Name of the board.</param>
        /// <param name="Port">Serial port, or null.</param>
        /// <param name="File">Deployment file; null for the one of the board's device build.</param>
        /// <param name="ProgramOnly">True where the image stays as it is.</param>
        /// <param name="Parameters">Parameter file for the board's storage, or null.</param>
        /// <param name="ParametersOnly">True where image and program stay as they are.</param>
        /// <param name="DryRun">True where the commands are printed only.</param>
        internal sealed record Wish(string Board, string? Port, string? File, bool ProgramOnly, string? Parameters, bool ParametersOnly, bool DryRun);

        public static Command Create(CliHost host, IMachine machine)
        {
            string[] names = [.. Board.All.Select(b => b.Name)];
            var board = new Option<string>("--board") { Description = $"Board: {string.Join(", ", names)}.", HelpName = "name", Required = true };
            board.CompletionSources.Add(names);
            Option<string?> port = Options.Path("--port", "Serial port of the board, as in /dev/ttyUSB0 or COM3.", "port");
            Option<string?> file = Options.Path("--file", "Deployment file; left out: the one that the device build leaves for this board.");
            Option<bool> programOnly = Options.Flag("--program-only", "Leave the image on the board as it is.");
            Option<string?> parameters = Options.Path("--params", "Parameter file (bms params export); goes into the board's storage and wins over the program's own parameters.");
            Option<bool> parametersOnly = Options.Flag("--params-only", "Leave image and program as they are and write the parameters.");
            Option<bool> dryRun = Options.Flag("--dry-run", "Print the commands and do nothing.");
            var command = new Command("flash", "Write the runtime's image and the firmware to a board, with nanoff.") { board, port, file, programOnly, parameters, parametersOnly, dryRun };
            HelpWithExamples.SetNotes(
                command,
                "Contactor supply off, service disconnect open: a board that is being flashed controls nothing.",
                "The deployment file comes from the solution configuration Device (Visual Studio with the nanoFramework extension).");
            HelpWithExamples.SetExamples(
                command,
                "bms flash --board esp32-wrover --port /dev/ttyUSB0",
                "bms flash --board esp32-wrover --port /dev/ttyUSB0 --params my.params --params-only",
                "bms flash --board esp32-s3-devkitc --port COM3 --dry-run");
            command.SetAction(parsed => Run(
                new Wish(parsed.GetRequiredValue(board), parsed.GetValue(port), parsed.GetValue(file), parsed.GetValue(programOnly), parsed.GetValue(parameters), parsed.GetValue(parametersOnly), parsed.GetValue(dryRun)),
                machine,
                host));
            return command;
        }

        /// <summary>Checks everything that can be checked, then runs the commands one after the other.</summary>
        /// <exception cref="CliFailure">Something is missing, does not fit, or nanoff failed.</exception>
        /// <exception cref="ParameterFileException">The firmware would refuse the parameters.</exception>
        public static int Run(Wish wish, IMachine machine, CliHost host)
        {
            Board board = Board.Find(wish.Board)
                ?? throw new CliFailure($"--board is '{wish.Board}': give one of {string.Join(", ", Board.All.Select(b => b.Name))}");
            ParameterBlock? block = BlockOf(wish, board, host);
            wish = wish with { File = wish.File ?? board.StandardFile };
            if (!wish.ParametersOnly)
            {
                CheckFile(wish.File, wish.DryRun, board, machine);
            }

            if (!board.HasSerialFlash)
            {
                throw new CliFailure($"{board.Name} has no serial boot loader: write its image with 'nanoff --update --target {board.Target} --jtag' and deploy from Visual Studio");
            }

            string port = wish.Port ?? throw new CliFailure($"--port is missing: {PortsInWords(machine)}");
            if (wish.DryRun)
            {
                foreach (string[] arguments in CommandsFor(board, port, wish, block == null ? null : "deploy.json"))
                {
                    host.Out.WriteLine("nanoff " + string.Join(' ', arguments.Select(Quoted)));
                }

                return ExitCode.Ok;
            }

            CheckPort(port, machine);
            string nanoff = machine.FindProgram("nanoff") ?? throw new CliFailure("nanoff is not installed: 'dotnet tool install -g nanoff', then open a new shell");
            using ParameterDeployment? deployment = block == null ? null : new ParameterDeployment(block, port);
            foreach (string[] arguments in CommandsFor(board, port, wish, deployment?.ListPath))
            {
                host.Stop.ThrowIfCancellationRequested();
                host.Out.WriteLine("nanoff " + string.Join(' ', arguments.Select(Quoted)));
                host.Out.Flush();
                int code = machine.Run(nanoff, arguments);
                if (code != 0)
                {
                    throw new CliFailure($"nanoff ended with {code}; if it waits for the board, hold the button BOOT while it connects; the board must not control a pack until both steps have passed");
                }
            }

            host.Out.WriteLine($"{board.Name}: {(wish.ParametersOnly ? "parameters written; they count from its next start on" : "written")}; pins: {board.Page}");
            return ExitCode.Ok;
        }

        private static IReadOnlyList<string[]> CommandsFor(Board board, string port, Wish wish, string? parameterList)
        {
            var commands = new List<string[]>();
            if (!wish.ProgramOnly && !wish.ParametersOnly)
            {
                commands.Add(["--update", "--target", board.Target, "--serialport", port]);
            }

            if (!wish.ParametersOnly)
            {
                commands.Add(["--target", board.Target, "--serialport", port, "--deploy", "--image", wish.File!]);
            }

            if (parameterList != null)
            {
                commands.Add(["--serialport", port, "--filedeployment", parameterList]);
            }

            return commands;
        }

        private static ParameterBlock? BlockOf(Wish wish, Board board, CliHost host)
        {
            if (wish.Parameters == null)
            {
                return wish.ParametersOnly ? throw new CliFailure("--params-only needs --params: 'bms params export my.params' writes a preset to begin with") : null;
            }

            if (!board.Libraries.Contains(FileSystem))
            {
                throw new CliFailure($"{board.Name} stores nothing: its image has no file system; write the parameters into firmware/{board.Program}/ThisBoard.cs");
            }

            ParameterBlock block = ParameterText.ReadFile(wish.Parameters);
            int cycleMs = block.Get(ParameterId.CyclePeriodMs);
            if (cycleMs < board.CyclePeriodMs)
            {
                host.Error.WriteLine($"note: {wish.Parameters} asks for a cycle of {cycleMs} ms; {board.Name} is planned with {board.CyclePeriodMs} ms ('bms bench' says why)");
            }

            return block;
        }

        private static void CheckFile(string file, bool isDryRun, Board board, IMachine machine)
        {
            if (!machine.Exists(file))
            {
                if (isDryRun)
                {
                    return;
                }

                throw new CliFailure($"{file}: no such file; build Bms.sln in the configuration Device (Visual Studio with the nanoFramework extension), or give --file");
            }

            byte[] bytes = machine.ReadBytes(file);
            if (!DeploymentFile.IsDeployment(bytes))
            {
                throw new CliFailure($"{file}: not a deployment file of nanoFramework; take the .bin that stands beside the .pe files of Bms.Firmware");
            }

            string[] lacking = [.. DeploymentFile.Uses(bytes, Board.NativeLibraries).Except(board.Libraries)];
            if (lacking.Length > 0)
            {
                throw new CliFailure($"{file} uses {string.Join(", ", lacking)}, and the image {board.Target} of {board.Name} does not carry it; build {board.Program} for this board, or take another board ({board.Page})");
            }
        }

        private static void CheckPort(string port, IMachine machine)
        {
            if (!machine.IsLinux)
            {
                return;
            }

            if (!machine.Exists(port))
            {
                throw new CliFailure($"{port}: no such port; {PortsInWords(machine)}");
            }

            if (!machine.MayUse(port))
            {
                throw new CliFailure($"{port}: no right to use it; {SerialPorts.RightsRemedy}");
            }
        }

        private static string PortsInWords(IMachine machine)
        {
            if (!machine.IsLinux)
            {
                return "give the serial port of the board, as in COM3";
            }

            IReadOnlyList<string> ports = SerialPorts.Of(machine);
            return ports.Count > 0 ? $"there is {string.Join(", ", ports)}" : "no USB serial port is there; plug the board in, with a cable that carries data";
        }

        private static string Quoted(string argument) => argument.Contains(' ') ? $"\"{argument}\"" : argument;
    }
}
