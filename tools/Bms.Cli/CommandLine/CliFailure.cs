namespace Bms.Cli.CommandLine
{
    /// <summary>A command that cannot go on, said in one line: what, where, and what to do about it.</summary>
    public sealed class CliFailure : Exception
    {
        /// <param name="message">What and where, then a colon or semicolon and the remedy; no line end.</param>
        /// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
        public CliFailure(string message, int exitCode = CommandLine.ExitCode.BadInput)
            : base(message)
        {
            ExitCode = exitCode;
        }

        /// <summary>What the program returns.</summary>
        public int ExitCode { get; }
    }

    /// <summary>What the program returns to the shell.</summary>
    public static class ExitCode
    {
        /// <summary>All went well.</summary>
        public const int Ok = 0;

        /// <summary>The run went through, and the firmware failed a check.</summary>
        public const int CheckFailed = 1;

        /// <summary>An argument, an input or an output is at fault.</summary>
        public const int BadInput = 2;

        /// <summary>A defect of the program.</summary>
        public const int Defect = 3;

        /// <summary>Stopped by Ctrl-C.</summary>
        public const int Stopped = 130;
    }
}
