using Bms.Can.Io;

namespace Bms.Can.Log;

/// <summary>Reads a CAN log of any format as a stream of frames, in constant memory.</summary>
/// <remarks>
/// The fast way is <see cref="Read"/> with one block that is filled again and again: it allocates nothing per frame.
/// <see cref="TryRead"/> hands out single frames and allocates only for payloads of more than 8 bytes.
/// </remarks>
public abstract class CanLogReader : IDisposable
{
    /// <summary>Buses a log may name.</summary>
    public const int MostChannels = 256;

    // So many broken records are skipped, and one more for every eighth good one: beyond, this is no log of the format, and the rest would only cost hours.
    private const long MostSkipped = 100_000;

    private readonly LogInput _input;
    private readonly List<string> _channels = [];
    private readonly List<string> _notes = [];
    private int[]? _channelOfNumber;
    private CanFrameBlock? _single;
    private int _singleIndex;
    private CanLogException? _pending;
    private bool _isAtEnd;

    private protected CanLogReader(LogInput input, bool lenient)
    {
        _input = input;
        IsLenient = lenient;
    }

    /// <summary>The log as the caller named it.</summary>
    public string Name => _input.Name;

    /// <summary>Its format.</summary>
    public abstract CanLogFormat Format { get; }

    /// <summary>Format and version in words, such as "PCAN trace 1.1". Complete from the first <see cref="Read"/> on.</summary>
    public abstract string FormatText { get; }

    /// <summary>Names of the buses seen so far, such as can0; a frame's channel is a position in it. Never shrinks or changes its order.</summary>
    public IReadOnlyList<string> Channels => _channels;

    /// <summary>True where times are ns since 1970 (UTC; a date without a zone is taken as UTC); false where they count from a zero of the log's own. Known from the first <see cref="Read"/> on.</summary>
    public bool HasAbsoluteTime { get; private protected set; }

    /// <summary>Start of the recording by the log's head in ns since 1970, or null where it has none. Known from the first <see cref="Read"/> on.</summary>
    public long? StartNs { get; private protected set; }

    /// <summary>Frames delivered.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Broken records skipped in lenient mode.</summary>
    public long SkippedRecords { get; private set; }

    /// <summary>The first fault that was skipped in lenient mode, or null.</summary>
    public CanLogException? FirstFault { get; private set; }

    /// <summary>What a user should know of this log, in sentences: that it was cut off, not finalised, holds records of other buses...</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Bytes taken from the file so far, packed as they are: with <see cref="TotalBytes"/> the progress.</summary>
    public long BytesRead => TotalBytes < 0 ? _input.RawBytesRead : Math.Min(_input.RawBytesRead, TotalBytes);

    /// <summary>Bytes of the file, or -1 where a stream does not tell.</summary>
    public long TotalBytes => _input.TotalBytes;

    /// <summary>True where broken records are skipped.</summary>
    public bool IsLenient { get; }

    private protected LogInput Input => _input;

    /// <summary>Opens a log of any format, told by its content; gzip and Zstandard are unpacked on the way.</summary>
    /// <param name="path">The file; "-" is standard input.</param>
    /// <param name="options">How to read, or null for strict reading.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="CanLogException">The content is of no known format.</exception>
    public static CanLogReader Open(string path, CanLogReadOptions? options = null)
        => Open(LogInput.Open(path), options);

    /// <summary>Opens a log of any format from a stream, which is closed with the reader.</summary>
    /// <param name="stream">The log, packed or not.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="options">How to read, or null for strict reading.</param>
    /// <exception cref="CanLogException">The content is of no known format.</exception>
    public static CanLogReader Open(Stream stream, string name, CanLogReadOptions? options = null)
        => Open(new LogInput(stream, name), options);

    /// <summary>Fills a block with the next frames.</summary>
    /// <param name="block">Emptied first; not necessarily full afterwards.</param>
    /// <returns>False at the end of the log; the block is empty then.</returns>
    /// <exception cref="CanLogException">The next record is broken (strict); all frames before it have been delivered.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Read(CanFrameBlock block)
    {
        block.Clear();
        if (_pending is not null)
        {
            throw _pending;
        }

        while (block.Count == 0 && !_isAtEnd)
        {
            try
            {
                _isAtEnd = !Fill(block);
            }
            catch (CanLogException fault)
            {
                _pending = fault;
                if (block.Count == 0)
                {
                    throw;
                }
            }
        }

        FrameCount += block.Count;
        return block.Count > 0;
    }

    /// <summary>True where the log is being recorded while it is read, through a pipe: the next call of <see cref="Read"/> may have to wait.</summary>
    internal bool IsSlow => Input.IsSlow;

    /// <summary>Takes the next frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False at the end of the log.</returns>
    /// <exception cref="CanLogException">The next record is broken (strict).</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryRead(out CanLogFrame frame)
    {
        _single ??= new CanFrameBlock(256);
        if (_singleIndex == _single.Count)
        {
            _singleIndex = 0;
            if (!Read(_single))
            {
                frame = default;
                return false;
            }
        }

        frame = FrameOf(_single, _singleIndex++);
        return true;
    }

    /// <summary>A frame of a block that this reader filled.</summary>
    /// <param name="block">The block.</param>
    /// <param name="index">Frame, from 0.</param>
    public CanLogFrame FrameOf(CanFrameBlock block, int index)
        => block.Length[index] <= 8 || (block.Flags[index] & CanFrameFlags.Remote) != 0
            ? new CanLogFrame(block.TimeNs[index], _channels[block.Channel[index]], block.Id[index], block.Flags[index], block.Length[index], block.Payload[index])
            : new CanLogFrame(block.TimeNs[index], _channels[block.Channel[index]], block.Id[index], block.Flags[index], block.Data(index));

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds frames until the block is full.</summary>
    /// <returns>False where the log ends.</returns>
    private protected abstract bool Fill(CanFrameBlock block);

    /// <summary>Goes on behind an end: the reader has been moved to another part of the log.</summary>
    private protected void Restart()
    {
        _isAtEnd = false;
        _pending = null;
    }

    /// <summary>Closes what the reader opened.</summary>
    private protected virtual void Dispose(bool disposing) => _input.Dispose();

    /// <summary>Reports a broken record: throws, or counts it in lenient mode.</summary>
    private protected void Skip(CanLogException fault)
    {
        if (!IsLenient)
        {
            throw fault;
        }

        FirstFault ??= fault;
        SkippedRecords++;
        if (SkippedRecords > MostSkipped + (FrameCount / 8))
        {
            throw CanLogException.Of(Name, $"{SkippedRecords} records are broken beside {FrameCount} good ones; the first: {FirstFault.Message.TrimEnd('.')}", "This is hardly a log of this format: see what \"bms log info\" takes it for");
        }
    }

    /// <summary>Reports the end of a binary log: the archive's fault, or what is broken there, or nothing.</summary>
    /// <returns>False, which ends <see cref="Fill"/>.</returns>
    private protected bool End(string? problem)
    {
        if (_input.ArchiveFault is { } archive)
        {
            Skip(CanLogException.At(Name, _input.Offset, "the compressed file is damaged or cut off", "Copy it again, or read it leniently to use what is whole", archive));
        }
        else if (problem is not null)
        {
            Skip(CanLogException.At(Name, _input.Offset, problem, "The file is damaged or was cut off; read it leniently to use all before it"));
        }

        return false;
    }

    /// <summary>Tells the user something once.</summary>
    private protected void Note(string sentence)
    {
        if (_notes.Count < 32 && !_notes.Contains(sentence))
        {
            _notes.Add(sentence);
        }
    }

    /// <summary>Position of a bus in <see cref="Channels"/>; -1 where there are too many.</summary>
    private protected int ChannelOf(string name)
    {
        int index = _channels.IndexOf(name);
        if (index < 0 && _channels.Count < MostChannels)
        {
            index = _channels.Count;
            _channels.Add(name);
        }

        return index;
    }

    /// <summary>Position of the bus with a number from 1: number 1 is can0. Negative where there are too many.</summary>
    private protected int ChannelOfNumber(uint number)
    {
        if (number >= MostChannels)
        {
            return -1;
        }

        if (_channelOfNumber is null)
        {
            _channelOfNumber = new int[MostChannels];
            Array.Fill(_channelOfNumber, -1);
        }

        int channel = _channelOfNumber[number];
        if (channel < 0)
        {
            channel = ChannelOf(ChannelNames.OfNumber(number));
            _channelOfNumber[number] = channel;
        }

        return channel;
    }

    private static CanLogReader Open(LogInput input, CanLogReadOptions? options)
    {
        try
        {
            return CanLogDetection.Open(input, options ?? new CanLogReadOptions());
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }
}
