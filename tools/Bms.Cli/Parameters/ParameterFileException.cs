namespace Bms.Cli.Parameters
{
    /// <summary>A parameter file that cannot be used: file, line, what is wrong and what to do, on one line.</summary>
    public sealed class ParameterFileException : FormatException
    {
        /// <param name="file">File as the caller named it.</param>
        /// <param name="line">Line from 1; 0 where no single line is at fault.</param>
        /// <param name="problem">What was found, without a full stop.</param>
        /// <param name="remedy">What to do about it, without a full stop.</param>
        public ParameterFileException(string file, int line, string problem, string remedy)
            : base(line > 0 ? $"{file}, line {line}: {problem}; {remedy}" : $"{file}: {problem}; {remedy}")
        {
            Line = line;
        }

        /// <summary>Line from 1, or 0.</summary>
        public int Line { get; }
    }
}
