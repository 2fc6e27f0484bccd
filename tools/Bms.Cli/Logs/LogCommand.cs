using System.CommandLine;
using Bms.Can.Dbc;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log</c>: CAN logs of the whole trade, one class for each verb.</summary>
    internal static class LogCommand
    {
        public static Command Create(CliHost host)
        {
            var command = new Command("log", "CAN logs of any format: look into, decode, convert, cut, join, plot, replay, compare, query.");
            command.Subcommands.Add(InfoVerb.Create(host));
            command.Subcommands.Add(StatsVerb.Create(host));
            command.Subcommands.Add(DecodeVerb.Create(host));
            command.Subcommands.Add(ConvertVerb.Create(host));
            command.Subcommands.Add(FilterVerb.Create(host));
            command.Subcommands.Add(MergeVerb.Create(host));
            command.Subcommands.Add(SplitVerb.Create(host));
            command.Subcommands.Add(DiffVerb.Create(host));
            return command;
        }

        /// <summary>The message catalogue that travels inside the program.</summary>
        internal static DbcDatabase Catalogue()
        {
            using Stream stream = typeof(LogCommand).Assembly.GetManifestResourceStream("Bms.Cli/bms.dbc")!;
            using var reader = new StreamReader(stream);
            return DbcDatabase.Parse(reader.ReadToEnd(), "bms.dbc");
        }
    }
}
