using Bms.Can.Log;

namespace Bms.Can.Io;

/// <summary>Lines of a text log, one after the other, as views into the window of its <see cref="LogInput"/>.</summary>
/// <remarks>A line ends with LF or CR LF. What has no end within <see cref="LongestLine"/> is no text: a fault, whose bytes are dropped in lenient mode.</remarks>
internal sealed class LineSource(LogInput input)
{
    /// <summary>Bytes of the longest line taken.</summary>
    public const int LongestLine = 1 << 16;

    /// <summary>Line last read, from 1.</summary>
    public long Line { get; set; }

    /// <summary>True where the last line lacks its line end.</summary>
    public bool IsUnterminated { get; private set; }

    /// <summary>The next line without its end; false at the end of the log.</summary>
    /// <param name="line">A view that is good until the next call.</param>
    /// <exception cref="CanLogException">The line is endless, or the archive is damaged; the next call goes on behind it.</exception>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> window = input.Window;
            int length = window[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                input.Advance(length + 1);
                Line++;
                line = window[..length];
                if (length > 0 && line[^1] == (byte)'\r')
                {
                    line = line[..^1];
                }

                return true;
            }

            searched = window.Length;
            if (searched >= LongestLine)
            {
                input.Advance(searched);
                throw new CanLogException(input.Name, Line + 1, $"the line has no end within {LongestLine / 1024} KB", "This is no log in text form; check the file");
            }

            if (input.Fill())
            {
                continue;
            }

            // What a damaged archive gave of its last line is not to be trusted; the caller tells of the archive.
            line = input.ArchiveFault is null ? input.Window : default;
            if (line.IsEmpty)
            {
                return false;
            }

            input.Advance(line.Length);
            Line++;
            IsUnterminated = true;
            return true;
        }
    }
}
