using System.CommandLine;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Device
{
    /// <summary>The verbs that deal with boards and with the machine they hang on.</summary>
    internal static class DeviceCommands
    {
        /// <summary>Adds them to the command line.</summary>
        public static void AddTo(RootCommand root, CliHost host)
        {
            var machine = new ThisMachine();
            root.Subcommands.Add(FlashCommand.Create(host, machine));
            root.Subcommands.Add(DoctorCommand.Create(host, machine));
            root.Subcommands.Add(TimeCommand.Create(host));
        }
    }
}
