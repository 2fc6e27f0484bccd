namespace Bms.Can.Log;

/// <summary>One fault of a CAN log: where it is, what is wrong, what to do.</summary>
/// <remarks><see cref="Exception.Message"/> is one line: <c>file(line): what. remedy.</c></remarks>
public sealed class CanLogException : Exception
{
    /// <param name="fileName">The file as the caller named it.</param>
    /// <param name="line">Line of the fault, from 1.</param>
    /// <param name="problem">What is wrong, without a final full stop.</param>
    /// <param name="remedy">What the user can do about it, without a final full stop.</param>
    /// <param name="inner">What went wrong below, if anything.</param>
    public CanLogException(string fileName, long line, string problem, string remedy, Exception? inner = null)
        : base($"{fileName}({line}): {problem}. {remedy}.", inner)
    {
        FileName = fileName;
        Line = line;
    }

    /// <summary>The file as the caller named it.</summary>
    public string FileName { get; }

    /// <summary>Line of the fault, from 1.</summary>
    public long Line { get; }
}
