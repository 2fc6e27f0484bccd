namespace Bms.Can.Dbc;

/// <summary>One fault of a DBC file, said so that its author can mend it: where it is, what is wrong, what to do.</summary>
/// <remarks><see cref="Exception.Message"/> is one line, <c>file(line,column): what. remedy</c>, the form that editors make clickable.</remarks>
public sealed class DbcException : Exception
{
    /// <param name="fileName">The file as the caller named it.</param>
    /// <param name="line">Line of the fault, from 1.</param>
    /// <param name="column">Column of the fault, from 1.</param>
    /// <param name="problem">What is wrong, without a final full stop.</param>
    /// <param name="remedy">What its author can do about it, without a final full stop.</param>
    public DbcException(string fileName, int line, int column, string problem, string remedy)
        : base($"{fileName}({line},{column}): {problem}. {remedy}.")
    {
        FileName = fileName;
        Line = line;
        Column = column;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The file as the caller named it.</summary>
    public string FileName { get; }

    /// <summary>Line of the fault, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the fault, from 1.</summary>
    public int Column { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What its author can do about it.</summary>
    public string Remedy { get; }
}
