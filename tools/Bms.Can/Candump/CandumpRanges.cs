using Bms.Can.Log;

namespace Bms.Can.Candump;

/// <summary>Shares out a candump file among several readers.</summary>
internal static class CandumpRanges
{
    private const long SmallestShared = 1 << 22;

    /// <summary>Ranges of bytes that together are the file; none where it cannot be shared out: packed, a pipe, small, of another format, or with times that depend on those before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="parts">How many ranges.</param>
    public static IReadOnlyList<(long Start, long End)> Of(string path, CanLogReadOptions? options, int parts)
    {
        long length = SharedLength(path, options);
        return length == 0 ? [] : [.. Enumerable.Range(0, parts).Select(part => (length * part / parts, length * (part + 1) / parts))];
    }

    /// <summary>Length of a file that can be shared out, else 0.</summary>
    public static long SharedLength(string path, CanLogReadOptions? options)
    {
        if (path == "-" || !File.Exists(path) || options?.Format is not (null or CanLogFormat.Candump))
        {
            return 0;
        }

        using (FileStream file = File.OpenRead(path))
        {
            // A parenthesis at the very front is neither an archive nor another format.
            if (!file.CanSeek || file.Length < SmallestShared || file.ReadByte() != '(')
            {
                return 0;
            }
        }

        using CanLogReader reader = CanLogReader.Open(path, new CanLogReadOptions { Lenient = true, Format = options?.Format });
        return reader.Format == CanLogFormat.Candump && reader.Read(new CanFrameBlock(16)) && reader.HasAbsoluteTime ? new FileInfo(path).Length : 0;
    }

    /// <summary>A fault of a part, told with its line instead of its byte.</summary>
    public static CanLogException WithLine(string path, CanLogException fault)
    {
        if (fault.Offset < 0)
        {
            return fault;
        }

        // Strict reading of the whole stops at the same place, and knows the line.
        using CanLogReader reader = CanLogReader.Open(path);
        var block = new CanFrameBlock();
        try
        {
            while (reader.Read(block))
            {
            }
        }
        catch (CanLogException same)
        {
            return same;
        }

        return fault;
    }
}
