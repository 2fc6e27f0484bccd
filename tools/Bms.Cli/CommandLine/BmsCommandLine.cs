using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Reflection;
using Bms.Bench.Scenarios.Cases;
using Bms.Can.Dbc;
using Bms.Can.Log;
using Bms.Cli.Benchmark;
using Bms.Cli.Device;
using Bms.Cli.Evaluation;
using Bms.Cli.Hil;
using Bms.Cli.Logs;
using Bms.Cli.Parameters;
using Bms.Cli.Profiles;
using Bms.Cli.Replay;
using Bms.Cli.Sim;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.CommandLine
{
    /// <summary>The command <c>bms</c>: its verbs, its help, and the one place where failures become a line and an exit code.</summary>
    public static class BmsCommandLine
    {
        /// <summary>Runs one command line.</summary>
        /// <param name="args">Arguments without the program's name.</param>
        /// <param name="host">Where to write to.</param>
        /// <returns>One of <see cref="ExitCode"/>.</returns>
        public static int Run(IReadOnlyList<string> args, CliHost host)
        {
            RootCommand root = Build(host);
            if (args.Count == 0)
            {
                args = ["--help"];
            }

            ParseResult parsed = root.Parse(args);
            if (parsed.Errors.Count > 0 && parsed.Action is not (HelpWithExamples or VersionLine))
            {
                // What was not understood says more than what is missing because of it.
                string fault = parsed.UnmatchedTokens.Count > 0 ? $"'{OneLine.Shown(parsed.UnmatchedTokens[0])}' is not known here" : OneLine.Of(parsed.Errors[0].Message);
                host.Error.WriteLine($"bms: {fault}; 'bms {PathOf(parsed)}--help' shows what there is");
                return ExitCode.BadInput;
            }

            try
            {
                return parsed.Invoke(new InvocationConfiguration
                {
                    Output = host.Out,
                    Error = host.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                });
            }
            catch (OperationCanceledException)
            {
                host.Error.WriteLine("bms: stopped; no file was left half written");
                return ExitCode.Stopped;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                return Explain(fault, host.Error);
            }
        }

        /// <summary>Version of the program.</summary>
        public static string Version { get; } =
            (typeof(BmsCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

        private static int Explain(Exception fault, TextWriter error)
        {
            switch (fault)
            {
                case CliFailure failure:
                    error.WriteLine("bms: " + OneLine.Of(failure.Message));
                    return failure.ExitCode;

                // What writes files says which; this comes from standard output. 28 is ENOSPC.
                case IOException { HResult: 28 }:
                    error.WriteLine("bms: standard output: the disk is full. Free space or choose another place");
                    return ExitCode.BadInput;

                // These say file, place and remedy themselves.
                case MeasuredTestException or UnidentifiableException or CellFileException or DbcException or CanLogException or ParameterFileException or CaseFileException or IOException:
                    error.WriteLine("bms: " + OneLine.Of(fault.Message));
                    return ExitCode.BadInput;
                case UnauthorizedAccessException:
                    error.WriteLine($"bms: {OneLine.Of(fault.Message)}; check the rights on that path");
                    return ExitCode.BadInput;
                case OutOfMemoryException:
                    error.WriteLine("bms: not enough memory for this input; give a smaller file or a machine with more memory");
                    return ExitCode.BadInput;
                default:
                    string place = new System.Diagnostics.StackTrace(fault).GetFrame(0)?.GetMethod() is { } method ? $"{method.DeclaringType?.Name}.{method.Name}" : "unknown place";
                    error.WriteLine($"bms: defect in {place}: {OneLine.Of(fault.Message)} ({fault.GetType().Name}); please report it with the command line you gave");
                    return ExitCode.Defect;
            }
        }

        private static RootCommand Build(CliHost host)
        {
            var root = new RootCommand("Bms: battery-management firmware on a virtual bench. Positive current charges, everywhere.");
            root.Subcommands.Add(SimCommand.Create(host));
            root.Subcommands.Add(HilCommand.Create(host));
            root.Subcommands.Add(ReplayCommand.Create(host));
            root.Subcommands.Add(EvaluateCommand.Create(host));
            root.Subcommands.Add(LogCommand.Create(host));
            root.Subcommands.Add(BenchCommand.Create(host));
            root.Subcommands.Add(ParamsCommand.Create(host));
            root.Subcommands.Add(ProfileCommand.Create(host));
            root.Subcommands.Add(Documentation.DocsCommand.Create(host));
            root.Subcommands.Add(Tracing.TraceCommand.Create(host));
            root.Subcommands.Add(IdentifyVerb.Create(host));
            DeviceCommands.AddTo(root, host);
            HelpOption help = root.Options.OfType<HelpOption>().Single();
            help.Description = "Show this help.";
            help.Action = new HelpWithExamples();
            VersionOption version = root.Options.OfType<VersionOption>().Single();
            version.Description = "Show the version.";
            version.Action = new VersionLine(host.Out);
            return root;
        }

        private static string PathOf(ParseResult parsed)
        {
            var path = "";
            System.CommandLine.Parsing.CommandResult? at = parsed.CommandResult;
            while (at is not null && at.Command is not RootCommand)
            {
                path = at.Command.Name + " " + path;
                at = at.Parent as System.CommandLine.Parsing.CommandResult;
            }

            return path;
        }

        private sealed class VersionLine(TextWriter output) : System.CommandLine.Invocation.SynchronousCommandLineAction
        {
            public override int Invoke(ParseResult parseResult)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bms {Version}"));
                return ExitCode.Ok;
            }
        }
    }
}
