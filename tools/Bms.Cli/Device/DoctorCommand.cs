using System.CommandLine;
using System.Globalization;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Cli.Profiles;
using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;

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
        private const string Warning = "warning";
        private const string NoProfile = "none";

        // Frames that a controller holds while the driver is kept from it: for a whole cycle, or with an MCP2515, which is looked at in between, for the longest part of one.
        private const int BusyUs = 4000;
        private const int Mcp2515BusyUs = 1000;
        private const int Mcp2515Frames = 2;
        private const int Mcp2518fdFrames = 96;
        private const int NativeFrames = 127;

        public static Command Create(CliHost host, IMachine machine)
        {
            Option<string?> parameters = Options.Path("--params", "Parameter file of the pack: do its modules suit the CAN controller?");
            Option<string?> log = Options.Path("--log", "Recorded log of the pack's bus, of any format: do its bursts fit the CAN controller?");
            Option<string> can = Options.Choice("--can", "CAN controller of the board.", "mcp2518fd", "mcp2518fd", "mcp2515", "native");
            Option<string> profile = Options.Choice("--profile", "Kind of the cell modules, where no parameter file says so.", NoProfile, [NoProfile, .. ProfileNames.Modules]);
            var command = new Command("doctor", "Check this machine and, where asked, whether modules and CAN controller suit each other.") { parameters, log, can, profile };
            HelpWithExamples.SetNotes(
                command,
                "'missing' is needed to flash and to use a bus, 'warning' loses frames, 'note' is neither. Exit code 1 where something is missing or warned about.");
            HelpWithExamples.SetExamples(command, "bms doctor", "bms doctor --can mcp2515 --params my.params --log drive.log");
            command.SetAction(parsed =>
            {
                string? path = parsed.GetValue(parameters);
                int? modules = path is not null
                    ? ParameterText.ReadFile(path).Get(ParameterId.ModuleProfile)
                    : parsed.GetValue(profile) == NoProfile ? null : Array.IndexOf(ProfileNames.Modules, parsed.GetValue(profile));
                var bus = new BusQuestion(parsed.GetValue(can)!, modules, parsed.GetValue(log));
                return Run(machine, host, bus);
            });
            return command;
        }

        /// <summary>What is known of the pack's bus.</summary>
        /// <param name="Can">CAN controller of the board, as on the command line.</param>
        /// <param name="Modules">Module profile, or null.</param>
        /// <param name="LogPath">Recorded log, or null.</param>
        internal sealed record BusQuestion(string Can, int? Modules, string? LogPath);

        /// <summary>Runs all checks.</summary>
        /// <returns><see cref="ExitCode.Ok"/>, or <see cref="ExitCode.CheckFailed"/> where something is missing or warned about.</returns>
        public static int Run(IMachine machine, CliHost host, BusQuestion? bus = null)
        {
            bool isComplete = true;
            foreach ((string verdict, string text) in Checks(machine).Concat(bus is null ? [] : Suits(bus)))
            {
                host.Out.WriteLine($"{verdict,-8} {text}");
                isComplete &= verdict is not Missing and not Warning;
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

        private static IEnumerable<(string Verdict, string Text)> Suits(BusQuestion bus)
        {
            bool isSmall = bus.Can == "mcp2515";
            if (bus.Modules is int modules)
            {
                string name = ProfileNames.Modules[modules];
                yield return !isSmall || ModuleProfile.IsPolled(modules)
                    ? (Good, $"modules {name} with {bus.Can}")
                    : (Warning, $"modules {name} send when they like, and the MCP2515 holds {Mcp2515Frames} frames: what comes together during a cycle is lost; take the MCP2518FD, and watch the fault ReceiveOverflow and CanHealth.LostFrames");
            }

            if (bus.LogPath is null)
            {
                yield break;
            }

            int room = isSmall ? Mcp2515Frames : bus.Can == "native" ? NativeFrames : Mcp2518fdFrames;
            using CanLogReader reader = CanLogReader.Open(bus.LogPath);
            int busyUs = isSmall ? Mcp2515BusyUs : BusyUs;
            CanBurst burst = CanBurst.Of(reader, busyUs, bus.Modules);
            string what = string.Create(CultureInfo.InvariantCulture, $"{bus.LogPath}: up to {burst.Most} frames in {busyUs / 1000} ms (at {burst.AtS:F3} s of {burst.FrameCount} frames), {bus.Can} holds {room}");
            yield return burst.Most <= room
                ? (Good, what)
                : (Warning, $"{what}: frames will be lost while a cycle computes; {(isSmall ? "take the MCP2518FD, or let the modules send apart" : "let the modules send apart")}");
        }

        // The kernel counts for us: nothing is opened, and nothing is sent or acknowledged that was not before.
        private static (string Verdict, string Text) Traffic(IMachine machine, string path, string name)
        {
            long? frames = Count(machine, path, "rx_packets");
            long? errors = Count(machine, path, "rx_errors");
            if (frames is null || errors is null)
            {
                return (Good, $"CAN interface {name}");
            }

            machine.Watch(TimeSpan.FromSeconds(1));
            frames = Count(machine, path, "rx_packets") - frames;
            errors = Count(machine, path, "rx_errors") - errors;
            return errors > 0
                ? (Warning, $"CAN interface {name}: {frames} frames and {errors} errors in a second: check bit rate, termination (60 ohm between H and L with everything off) and ground")
                : frames == 0
                    ? (Note, $"CAN interface {name} is up and hears nothing: is the other side powered, and does anybody send?")
                    : (Good, $"CAN interface {name}: {frames} frames in a second, no errors");
        }

        private static long? Count(IMachine machine, string path, string counter)
        {
            return long.TryParse(machine.ReadText($"{path}/statistics/{counter}"), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : null;
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
                    ? Traffic(machine, path, name)
                    : (Missing, $"CAN interface {name} is down: 'sudo ip link set {name} up type can bitrate 500000'");
            }

            if (!any)
            {
                yield return (Note, "no CAN interface: plug in an adapter that SocketCAN knows, or make a virtual one: 'sudo ip link add dev vcan0 type vcan && sudo ip link set vcan0 up'");
            }
        }
    }
}
