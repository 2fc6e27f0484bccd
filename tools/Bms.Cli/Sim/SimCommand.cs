using System.CommandLine;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Sim
{
    internal static class SimCommand
    {
        public static Command Create(CliHost host) => new Command("sim", "soon");
    }
}
