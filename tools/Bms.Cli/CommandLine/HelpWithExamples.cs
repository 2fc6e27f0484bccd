using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Bms.Cli.CommandLine
{
    /// <summary>The library's help with two sections more: notes on units and meaning, and examples to copy.</summary>
    internal sealed class HelpWithExamples : SynchronousCommandLineAction
    {
        private static readonly ConditionalWeakTable<Command, string[]> NotesOf = [];
        private static readonly ConditionalWeakTable<Command, string[]> ExamplesOf = [];

        private readonly HelpAction _standard = new() { MaxWidth = 120 };

        /// <summary>Gives a command its notes; lines as they shall stand.</summary>
        public static void SetNotes(Command command, params string[] lines) => NotesOf.Add(command, lines);

        /// <summary>Gives a command its examples; lines as they shall stand.</summary>
        public static void SetExamples(Command command, params string[] lines) => ExamplesOf.Add(command, lines);

        public override int Invoke(ParseResult parseResult)
        {
            int code = _standard.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            Command command = parseResult.CommandResult.Command;
            Write(output, "Notes:", command, NotesOf);
            Write(output, "Examples:", command, ExamplesOf);
            return code;
        }

        private static void Write(TextWriter output, string title, Command command, ConditionalWeakTable<Command, string[]> texts)
        {
            if (!texts.TryGetValue(command, out string[]? lines))
            {
                return;
            }

            output.WriteLine(title);
            foreach (string line in lines)
            {
                output.WriteLine("  " + line);
            }

            output.WriteLine();
        }
    }
}
