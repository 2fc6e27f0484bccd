using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Candump;

/// <summary>Reads candump logs of all three styles, line by line, in constant memory.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>(1436509052.249713) can0 123#DEADBEEF</c>, what candump -l and -L write; a direction, R or T, may follow;</item>
/// <item><c>can0  123   [4]  DE AD BE EF</c>, what candump shows; frames have no time, so they get 0;</item>
/// <item><c>(1436509052.249713)  can0  123   [4]  DE AD BE EF</c>, the same with -t; dates (-t A) are taken as UTC, differences (-t d) are told by their going up and down, and added up.</item>
/// </list>
/// Styles may change within a file. Identifiers of more than three digits are extended. A fault throws at its line, or is counted and skipped in lenient mode.
/// Not read: CAN XL, and payloads shown in binary (-i).
/// </remarks>
public sealed class CandumpReader : CanLogReader
{
    // Longer lines than the longest FD frame on the screen go the slow way.
    private const int SafeLine = CandumpFastPath.LineReserve;

    private readonly LineSource _lines;
    private readonly CandumpFastPath _fast = new();
    private readonly CandumpLine _slow = new();
    private readonly List<(byte[] Bytes, int Channel)> _interfaces = [];
    private readonly bool _isRange;
    private long _end;
    private bool _skipsFirst;
    private bool _isStarted;
    private bool _hasDeltas;
    private bool _knowsDeltas;
    private long _timeNs;

    /// <summary>Opens a file; gzip and Zstandard are unpacked on the way.</summary>
    /// <param name="path">The log; "-" is standard input.</param>
    /// <param name="lenient">True skips broken lines and counts them in <see cref="SkippedLines"/>.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public CandumpReader(string path, bool lenient = false)
        : this(LogInput.Open(path), lenient)
    {
    }

    /// <summary>Reads from a stream, which is closed with the reader.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="lenient">True skips broken lines and counts them in <see cref="SkippedLines"/>.</param>
    public CandumpReader(Stream stream, string name, bool lenient = false)
        : this(new LogInput(stream, name), lenient)
    {
    }

    /// <summary>Opens a part of an unpacked file: the lines that begin within a range of bytes, so that several readers share a file with nothing read twice or left out.</summary>
    /// <param name="path">The log.</param>
    /// <param name="start">First byte of the range.</param>
    /// <param name="end">Byte behind the range.</param>
    /// <param name="lenient">True skips broken lines. Faults name the byte, as the line is not known.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public CandumpReader(string path, long start, long end, bool lenient = false)
        : this(LogInput.OpenRange(path, start, end), lenient)
    {
        _end = end;
        _skipsFirst = start > 0;
        _isRange = true;
    }

    internal CandumpReader(LogInput input, bool lenient)
        : base(input, lenient)
    {
        _lines = new LineSource(input);
        _end = long.MaxValue;
    }

    /// <inheritdoc/>
    public override CanLogFormat Format => CanLogFormat.Candump;

    /// <inheritdoc/>
    public override string FormatText => "candump";

    /// <summary>Line last read, from 1; <see cref="CanLogReader.TryRead"/> reads some lines ahead.</summary>
    public long Line => _lines.Line;

    /// <summary>Broken lines skipped in lenient mode.</summary>
    public long SkippedLines => SkippedRecords;

    /// <summary>True where the last line, although whole, lacks its line end: the recording may have been cut there.</summary>
    public bool EndsWithoutLineEnd { get; private set; }

    /// <inheritdoc/>
    private protected override bool Fill(CanFrameBlock block)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            Start();
        }

        while (!block.IsFull)
        {
            if (!_hasDeltas)
            {
                long limit = Math.Min(Input.Window.Length, _end - Input.Offset);
                int taken = limit <= 0 ? 0 : _fast.Parse(Input.Window, (int)limit, block);
                if (taken > 0)
                {
                    SetTimeKind(block);
                    _lines.Line += _fast.LinesTaken;
                    Input.Advance(taken);
                    if (block.IsFull)
                    {
                        break;
                    }
                }
            }

            // What is left has an unusual form, or its end is not yet in the window.
            if (Input.IsSlow && !Input.Window.Contains((byte)'\n'))
            {
                if (block.Count > 0)
                {
                    return true;
                }
            }
            else if (!Input.IsSlow && Input.Window.Length < SafeLine && Input.Fill() && Input.Window.Length >= SafeLine)
            {
                continue;
            }

            if (!TakeLine(block))
            {
                return false;
            }
        }

        return true;
    }

    private void Start()
    {
        if (_skipsFirst)
        {
            // The range was opened one byte early: a line that begins exactly at its start belongs to it.
            while (Input.Offset < _end && Input.Ensure(1))
            {
                int lineEnd = Input.Window.IndexOf((byte)'\n');
                Input.Advance(lineEnd < 0 ? Input.Window.Length : lineEnd + 1);
                if (lineEnd >= 0)
                {
                    break;
                }
            }
        }

        Input.Ensure(1);
        _hasDeltas = _knowsDeltas ? _hasDeltas : HasDeltas(Input.Window);
        if (_hasDeltas)
        {
            Note("Times go up and down as differences do (candump -t d): they were added up.");
        }
    }

    /// <summary>Goes to another part of the same file, with the buffers at hand: for readers opened on a part.</summary>
    /// <param name="start">First byte of the range.</param>
    /// <param name="end">Byte behind the range.</param>
    internal void MoveTo(long start, long end)
    {
        Input.MoveTo(start, end);
        Restart();
        _end = end;
        _skipsFirst = start > 0;
        _isStarted = false;
        _knowsDeltas = true;
    }

    /// <summary>Takes one line of any style; false at the end.</summary>
    private bool TakeLine(CanFrameBlock block)
    {
        long offset = Input.Offset;
        if (offset >= _end)
        {
            return false;
        }

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
            return true;
        }

        line = line.Trim((ReadOnlySpan<byte>)" \t\r"u8);
        if (line.IsEmpty || line[0] == (byte)';')
        {
            return true;
        }

        bool isUnterminated = _lines.IsUnterminated;
        string problem;
        if (_slow.TryParse(line))
        {
            int channel = ChannelOf(_slow.Interface(line));
            if (channel >= 0)
            {
                Add(block, channel);
                EndsWithoutLineEnd = isUnterminated;
                if (isUnterminated)
                {
                    Note("The last line has no line end: the recording may have been cut there.");
                }

                return true;
            }

            problem = $"the log names more than {MostChannels} interfaces";
        }
        else
        {
            problem = _slow.Problem;
        }

        bool isCut = isUnterminated && Line > 1;
        string remedy = isCut
            ? "The recording was interrupted there; read it leniently to use all lines before it, or remove the line"
            : "Expected is a line such as (1436509052.249713) can0 123#DEADBEEF; correct or remove the line, or read leniently to skip such lines";
        problem = isCut ? "the last line is cut off" : problem;
        Skip(_isRange ? CanLogException.At(Name, offset, problem, remedy) : new CanLogException(Name, Line, problem, remedy));
        return true;
    }

    private void Add(CanFrameBlock block, int channel)
    {
        long timeNs = _slow.TimeNs;
        if (_hasDeltas)
        {
            timeNs = _timeNs += timeNs;
        }

        if ((_slow.Flags & CanFrameFlags.Remote) != 0)
        {
            block.Add(timeNs, channel, _slow.Id, _slow.Flags, _slow.Length, 0);
        }
        else
        {
            block.Add(timeNs, channel, _slow.Id, _slow.Flags, _slow.Data);
        }

        SetTimeKind(block);
    }

    private void SetTimeKind(CanFrameBlock block)
    {
        if (FrameCount == 0 && block.Count > 0)
        {
            HasAbsoluteTime = block.TimeNs[0] >= LogTime.FirstAbsoluteNs;
        }
    }

    private int ChannelOf(ReadOnlySpan<byte> bytes)
    {
        foreach ((byte[] known, int channel) in _interfaces)
        {
            if (bytes.SequenceEqual(known))
            {
                _fast.SetInterface(known, channel);
                return channel;
            }
        }

        int index = ChannelOf(Encoding.UTF8.GetString(bytes));
        if (index >= 0)
        {
            byte[] copy = bytes.ToArray();
            _interfaces.Add((copy, index));
            _fast.SetInterface(copy, index);
        }

        return index;
    }

    /// <summary>Looks at the first stamps: those of a recording hardly ever go back, differences do so all the time.</summary>
    private bool HasDeltas(ReadOnlySpan<byte> window)
    {
        int stamps = 0;
        int backward = 0;
        long last = 0;
        while (stamps < 64)
        {
            int length = window.IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }

            ReadOnlySpan<byte> line = window[..length].Trim((ReadOnlySpan<byte>)" \t\r"u8);
            window = window[(length + 1)..];
            if (line.IsEmpty || line[0] != (byte)'(' || line.Contains((byte)'#') || !_slow.TryParse(line))
            {
                continue;
            }

            if (_slow.TimeNs >= LogTime.FirstAbsoluteNs)
            {
                return false;
            }

            backward += _slow.TimeNs < last ? 1 : 0;
            last = _slow.TimeNs;
            stamps++;
        }

        return stamps >= 4 && backward * 5 >= stamps;
    }
}
