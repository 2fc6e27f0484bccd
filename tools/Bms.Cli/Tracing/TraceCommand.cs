using System.CommandLine;
using Bms.Cli.CommandLine;
using Bms.Core.Protection;

namespace Bms.Cli.Tracing
{
    /// <summary><c>bms trace</c>: which rows of the fault table fulfil a requirement, and which tests show it.</summary>
    internal static class TraceCommand
    {
        public static Command Create(CliHost host)
        {
            var root = new Argument<string>("DIR") { Description = "The repository.", DefaultValueFactory = _ => "." };
            var check = new Option<bool>("--check") { Description = "Print only what is wrong; exit 1 where an id is unknown or a requirement is shown by no test." };
            var command = new Command("trace", "Trace the requirements to rows of the fault table and to tests.") { root, check };
            HelpWithExamples.SetExamples(command, "bms trace", "bms trace --check");
            command.SetAction(parsed =>
            {
                TraceMatrix matrix = TraceMatrix.Read(parsed.GetValue(root)!);
                if (!parsed.GetValue(check))
                {
                    Print(matrix, host.Out);
                }

                foreach (string finding in matrix.Findings)
                {
                    host.Error.WriteLine("bms: " + finding);
                }

                if (matrix.Findings.Count > 0)
                {
                    return ExitCode.CheckFailed;
                }

                host.Out.WriteLine($"{matrix.Requirements.Count()} requirements, {FaultId.Count} rows of the fault table, {matrix.Requirements.SelectMany(r => r.Tests).Distinct().Count()} tests: all traced");
                return ExitCode.Ok;
            });
            return command;
        }

        private static void Print(TraceMatrix matrix, TextWriter output)
        {
            foreach (TracedRequirement requirement in matrix.Requirements)
            {
                output.WriteLine($"{requirement.Id}  {requirement.Statement}");
                foreach (int fault in requirement.Rows)
                {
                    output.WriteLine($"       row   {fault} {FaultTable.NameOf(fault)} ({FaultTable.DtcNameOf(fault)})");
                }

                foreach (string test in requirement.Tests)
                {
                    output.WriteLine($"       test  {test}");
                }
            }
        }
    }
}
