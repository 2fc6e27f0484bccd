using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Text;

/// <summary>What the readers of text formats share: lines in, frames or faults out.</summary>
internal abstract class TextLogReader : CanLogReader
{
    private readonly LineSource _lines;

    protected TextLogReader(LogInput input, bool lenient)
        : base(input, lenient)
    {
        _lines = new LineSource(input);
    }

    /// <summary>What is wrong with the line, where <see cref="TakeLine"/> gave false.</summary>
    protected string Problem { get; set; } = "";

    /// <summary>How a line of this format looks, for the fault's remedy.</summary>
    protected abstract string Example { get; }

    /// <summary>Bytes for a payload.</summary>
    protected byte[] Scratch { get; } = new byte[64];

    /// <summary>Line last read, from 1.</summary>
    protected long Line => _lines.Line;

    /// <summary>Takes one line without blanks around it. At most one frame is added.</summary>
    /// <returns>False where it is broken, see <see cref="Problem"/>.</returns>
    protected abstract bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block);

    private protected override bool Fill(CanFrameBlock block)
    {
        while (!block.IsFull)
        {
            ReadOnlySpan<byte> line;
            try
            {
                if (!_lines.TryNext(out line))
                {
                    if (Input.ArchiveFault is { } archive)
                    {
                        Skip(new CanLogException(Name, Line + 1, "the compressed file is damaged or cut off", "Copy it again, or read it leniently to use what is whole", archive));
                    }

                    return false;
                }
            }
            catch (CanLogException fault)
            {
                Skip(fault);
                continue;
            }

            if (Line == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            line = line.Trim(" \t\0"u8);
            if (line.IsEmpty)
            {
                continue;
            }

            Problem = "the line is not of this format";
            if (!TakeLine(line, block))
            {
                bool isCut = _lines.IsUnterminated;
                Skip(new CanLogException(
                    Name,
                    Line,
                    isCut ? "the last line is cut off" : Problem,
                    isCut ? "The recording was interrupted there; read it leniently to use all lines before it, or remove the line" : $"Expected is a line such as {Example}; correct or remove the line, or read leniently to skip such lines"));
            }
        }

        return true;
    }

    /// <summary>Sets what is wrong; for a return in one line.</summary>
    protected bool Broken(string problem)
    {
        Problem = problem;
        return false;
    }

    /// <summary>Sets what the time of the first frame tells, for formats that do not say what their times count from.</summary>
    protected void SetTimeKindBy(long timeNs, CanFrameBlock block)
    {
        if (FrameCount == 0 && block.Count == 0)
        {
            HasAbsoluteTime = timeNs >= LogTime.FirstAbsoluteNs;
        }
    }
}
