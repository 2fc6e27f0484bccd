namespace Bms.Identification
{
    /// <summary>A measured test that cannot be used: says which file, which line, what is wrong and what to do, on one line fit to be printed as it stands.</summary>
    public sealed class MeasuredTestException : FormatException
    {
        /// <param name="file">Path or name of the file.</param>
        /// <param name="line">Line from 1 (the header); 0 where no single line is at fault.</param>
        /// <param name="problem">What was found, without a full stop.</param>
        /// <param name="remedy">What to do about it, without a full stop.</param>
        public MeasuredTestException(string file, int line, string problem, string remedy)
            : base(line > 0 ? $"{file}, line {line}: {problem}; {remedy}" : $"{file}: {problem}; {remedy}")
        {
            File = file;
            Line = line;
        }

        /// <summary>Path or name of the file.</summary>
        public string File { get; }

        /// <summary>Line from 1, or 0.</summary>
        public int Line { get; }
    }
}
