using System.CommandLine;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Device
{
    /// <summary><c>bms doctor</c>: one line for each thing that a set-up needs, with the remedy where it is missing.</summary>
    internal static class DoctorCommand
    {
        // Type of a CAN interface in the kernel's list of link types, ARPHRD_CAN in linux/if_arp.h.
        private const string CanLinkType = "280";
        private const int SdkMajor = 10;

        private const string Good = "ok";
        private const string Note = "note";
        private const string Missing = "missing";

        public static Command Create(CliHost host, IMachine machine)
        {
            var command = new Command("doctor", "Check this machine: SDK, tools, serial ports, CAN interfaces.");
            HelpWithExamples.SetNotes(command, "'missing' is needed to flash and to use a bus, 'note' is not. Exit code 1 where something is missing.");
            command.SetAction(_ => Run(machine, host));
            return command;
        }

        /// <summary>Runs all checks.</summary>
        /// <returns><see cref="ExitCode.Ok"/>, or <see cref="ExitCode.CheckFailed"/> where something is missing.</returns>
        public static int Run(IMachine machine, CliHost host)
        {
            bool isComplete = true;
            foreach ((string verdict, string text) in Checks(machine))
            {
                host.Out.WriteLine($"{verdict,-8} {text}");
                isComplete &= verdict != Missing;
            }

            return isComplete ? ExitCode.Ok : ExitCode.CheckFailed;
        }

        private static IEnumerable<(string Verdict, string Text)> Checks(IMachine machine)
        {
            yield return Sdk(machine);
            yield return Tool(machine, "nanoff", Missing, "writes boards", "dotnet tool install -g nanoff");
            yield return Tool(machine, "nanoclr", Note, "runs the unit tests in the device's interpreter", "dotnet tool install -g nanoclr");
            if (!machine.IsLinux)
            {
                yield return (Note, "serial ports and CAN interfaces are checked on Linux only; look into the device manager");
                yield break;
            }

            foreach ((string, string) port in Ports(machine))
            {
                yield return port;
            }

            foreach ((string, string) bus in Buses(machine))
            {
                yield return bus;
            }
        }

        private static (string Verdict, string Text) Sdk(IMachine machine)
        {
            string? dotnet = machine.FindProgram("dotnet");
            string[] versions = dotnet is null ? [] : [.. machine.Output(dotnet, ["--list-sdks"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];
            string? newest = versions.LastOrDefault(v => int.TryParse(v.Split('.')[0], out int major) && major >= SdkMajor);
            return newest is not null ? (Good, $".NET SDK {newest}") : (Missing, $".NET SDK {SdkMajor} or newer, builds everything: install it from https://dotnet.microsoft.com");
        }

        private static (string Verdict, string Text) Tool(IMachine machine, string name, string otherwise, string purpose, string remedy)
        {
            string? path = machine.FindProgram(name);
            return path is not null ? (Good, $"{name} ({path})") : (otherwise, $"{name}, {purpose}: '{remedy}'");
        }

        private static IEnumerable<(string Verdict, string Text)> Ports(IMachine machine)
        {
            IReadOnlyList<string> ports = SerialPorts.Of(machine);
            if (ports.Count == 0)
            {
                yield return (Note, "no USB serial port: plug the board in, with a cable that carries data");
            }

            foreach (string port in ports)
            {
                yield return machine.MayUse(port) ? (Good, $"serial port {port}") : (Missing, $"right to use {port}: {SerialPorts.RightsRemedy}");
            }
        }

        private static IEnumerable<(string Verdict, string Text)> Buses(IMachine machine)
        {
            bool any = false;
            foreach (string path in machine.List("/sys/class/net", "*"))
            {
                if (machine.ReadText(path + "/type") != CanLinkType)
                {
                    continue;
                }

                any = true;
                string name = path[(path.LastIndexOf('/') + 1)..];

                // A CAN interface that runs says 'up', a virtual one 'unknown'.
                yield return machine.ReadText(path + "/operstate") is "up" or "unknown"
                    ? (Good, $"CAN interface {name}")
                    : (Missing, $"CAN interface {name} is down: 'sudo ip link set {name} up type can bitrate 500000'");
            }

            if (!any)
            {
                yield return (Note, "no CAN interface: plug in an adapter that SocketCAN knows, or make a virtual one: 'sudo ip link add dev vcan0 type vcan && sudo ip link set vcan0 up'");
            }
        }
    }
}
