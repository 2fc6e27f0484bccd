using System.CommandLine;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Benchmark
{
    internal static class BenchCommand
    {
        public static Command Create(CliHost host) => new Command("bench", "soon");
    }
}
