namespace Bms.Can.Log;

/// <summary>One fault of a CAN log: where it is, what is wrong, what to do.</summary>
/// <remarks><see cref="Exception.Message"/> is one line: <c>file(line): what. remedy.</c>, in binary logs <c>file(byte N): what. remedy.</c></remarks>
public sealed class CanLogException : Exception
{
    /// <summary>A fault in a line of a text.</summary>
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
        Offset = -1;
    }

    private CanLogException(string fileName, string message, long offset, Exception? inner)
        : base(message, inner)
    {
        FileName = fileName;
        Offset = offset;
    }

    /// <summary>The file as the caller named it.</summary>
    public string FileName { get; }

    /// <summary>Line of the fault, from 1; 0 in binary logs.</summary>
    public long Line { get; }

    /// <summary>Offset of the fault in the unpacked log in bytes; -1 where the line says it, or where the whole file is meant.</summary>
    public long Offset { get; }

    /// <summary>A fault at a place of a binary log.</summary>
    /// <param name="fileName">The file as the caller named it.</param>
    /// <param name="offset">Offset in bytes, in the unpacked log.</param>
    /// <param name="problem">What is wrong, without a final full stop.</param>
    /// <param name="remedy">What the user can do about it, without a final full stop.</param>
    /// <param name="inner">What went wrong below, if anything.</param>
    public static CanLogException At(string fileName, long offset, string problem, string remedy, Exception? inner = null)
        => new(fileName, $"{fileName}(byte {offset}): {problem}. {remedy}.", offset, inner);

    /// <summary>A fault of the file as a whole.</summary>
    /// <param name="fileName">The file as the caller named it.</param>
    /// <param name="problem">What is wrong, without a final full stop.</param>
    /// <param name="remedy">What the user can do about it, without a final full stop.</param>
    /// <param name="inner">What went wrong below, if anything.</param>
    public static CanLogException Of(string fileName, string problem, string remedy, Exception? inner = null)
        => new(fileName, $"{fileName}: {problem}. {remedy}.", -1, inner);
}
