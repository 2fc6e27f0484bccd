namespace Bms.Cli.CommandLine
{
    /// <summary>What a command may use of the world outside: two streams of text, whether a person watches, and the wish to stop.</summary>
    /// <param name="Out">Results and progress.</param>
    /// <param name="Error">Failures, one line each.</param>
    /// <param name="IsTerminal">True where <paramref name="Out"/> is a terminal that can be drawn on.</param>
    /// <param name="Stop">Set by Ctrl-C.</param>
    public sealed record CliHost(TextWriter Out, TextWriter Error, bool IsTerminal, CancellationToken Stop)
    {
        private readonly TextWriter _out = Out;

        /// <summary>Results and progress. What is written here comes after a line of progress has been cleared away.</summary>
        public TextWriter Out
        {
            get
            {
                Shown?.Clear();
                return _out;
            }

            init => _out = value;
        }

        /// <summary>The line of progress that stands on the terminal, if any.</summary>
        internal ProgressLine? Shown { get; set; }

        /// <summary>Writes raw bytes to the output: tables that are too large for text writers.</summary>
        public Stream OpenOutput()
        {
            Out.Flush();
            return ReferenceEquals(Out, Console.Out) ? Console.OpenStandardOutput() : new TextStream(Out);
        }

        // For outputs that are no console, as in tests: UTF-8 becomes text again.
        private sealed class TextStream(TextWriter target) : MemoryStream
        {
            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    target.Write(System.Text.Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length));
                }

                base.Dispose(disposing);
            }
        }
    }
}
