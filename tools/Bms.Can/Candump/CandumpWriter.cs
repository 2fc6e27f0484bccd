using System.Buffers.Binary;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Candump;

/// <summary>Writes frames as candump -l does: <c>(1436509052.249713) can0 123#DEADBEEF</c>.</summary>
/// <remarks>
/// Formats bytes into one block and allocates nothing per frame. Times have microseconds, as the format's other readers know no finer ones. A T behind a frame says that the recording node sent it, as candump -x does.
/// A file is there only after <see cref="CanLogWriter.Complete"/>; disposed before, it leaves nothing. Names that end in .gz or .zst are compressed.
/// </remarks>
public sealed class CandumpWriter : CanLogWriter
{
    // Time 26, interface 16, identifier 8, marks 6, flags 1, 64 bytes as hex: a line never needs more.
    private const int LongestLine = 256;
    private const int BlockSize = 1 << 17;

    private static readonly byte[] HexDigits = Hex.Digits;
    private static readonly ushort[] HexPairs = Hex.Pairs;
    private static readonly ushort[] DecimalPairs = Hex.DecimalPairs;

    private readonly byte[] _block = new byte[BlockSize + LongestLine];
    private readonly byte[] _stamp = new byte[24];
    private int _used;
    private long _second = -1;
    private int _stampLength;
    private string _interfaceName = "";
    private byte[] _interfaceBytes = [];

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where the log shall stand; .gz and .zst compress.</param>
    /// <exception cref="IOException">The place is not writable.</exception>
    public CandumpWriter(string path)
        : this(new LogOutput(path), null)
    {
    }

    /// <summary>Writes into a stream, such as standard output; the stream stays open.</summary>
    /// <param name="output">Takes the text.</param>
    /// <param name="name">Name for error messages.</param>
    public CandumpWriter(Stream output, string name)
        : this(new LogOutput(output, name), null)
    {
    }

    internal CandumpWriter(LogOutput output, CanLogWriteOptions? options)
        : base(output, options)
    {
    }

    /// <inheritdoc/>
    public override CanLogFormat Format => CanLogFormat.Candump;

    /// <inheritdoc/>
    public override void Write(in CanFrameView frame)
    {
        int position = WriteHead(frame.TimeNs / 1000, frame.Channel, frame.Id, frame.Flags);
        position = WriteMarks(position, frame.Flags, frame.Length);
        foreach (byte value in frame.Data)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(position), HexPairs[value]);
            position += 2;
        }

        EndLine(position, frame.Flags);
    }

    /// <summary>Writes one classic data frame.</summary>
    /// <param name="timeUs">Time in us, not negative.</param>
    /// <param name="interfaceName">Bus; best the same string every time.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="isExtended">True for a 29-bit identifier.</param>
    /// <param name="data">Payload, 0..8 bytes.</param>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    public void Write(long timeUs, string interfaceName, uint id, bool isExtended, ReadOnlySpan<byte> data)
    {
        int position = WriteHead(timeUs, interfaceName, id, isExtended ? CanFrameFlags.Extended : CanFrameFlags.None);
        _block[position++] = (byte)'#';
        foreach (byte value in data)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(position), HexPairs[value]);
            position += 2;
        }

        EndLine(position, CanFrameFlags.None);
    }

    /// <summary>Writes one frame of up to 8 bytes.</summary>
    /// <param name="timeUs">Time in us, not negative.</param>
    /// <param name="interfaceName">Bus; best the same string every time.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame.</param>
    /// <param name="length">Bytes of payload, 0..8.</param>
    /// <param name="payload">Payload, byte 0 in the lowest bits.</param>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    public void Write(long timeUs, string interfaceName, uint id, CanFrameFlags flags, int length, ulong payload)
    {
        int position = WriteHead(timeUs, interfaceName, id, flags);
        position = WriteMarks(position, flags, length);
        if ((flags & CanFrameFlags.Remote) == 0)
        {
            for (int index = 0; index < length; index++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(position), HexPairs[(byte)payload]);
                payload >>= 8;
                position += 2;
            }
        }

        EndLine(position, flags);
    }

    /// <inheritdoc/>
    private protected override void Finish() => Flush();

    private int WriteHead(long timeUs, string interfaceName, uint id, CanFrameFlags flags)
    {
        byte[] block = _block;
        int position = _used;
        long second = timeUs / 1_000_000;
        int microsecond = (int)(timeUs - second * 1_000_000);
        if (second != _second)
        {
            FormatSecond(second);
        }

        _stamp.AsSpan(0, 16).CopyTo(block.AsSpan(position));
        if (_stampLength > 16)
        {
            _stamp.AsSpan(0, _stampLength).CopyTo(block.AsSpan(position));
        }

        position += _stampLength;
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position), DecimalPairs[microsecond / 10_000]);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position + 2), DecimalPairs[microsecond / 100 % 100]);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position + 4), DecimalPairs[microsecond % 100]);
        block[position + 6] = (byte)')';
        block[position + 7] = (byte)' ';
        position += 8;

        if (!ReferenceEquals(interfaceName, _interfaceName))
        {
            SetInterface(interfaceName);
        }

        foreach (byte letter in _interfaceBytes)
        {
            block[position++] = letter;
        }

        block[position++] = (byte)' ';
        if ((flags & (CanFrameFlags.Extended | CanFrameFlags.Error)) != 0)
        {
            uint full = (flags & CanFrameFlags.Error) != 0 ? id | 0x2000_0000 : id;
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position), HexPairs[full >> 24]);
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position + 2), HexPairs[(byte)(full >> 16)]);
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position + 4), HexPairs[(byte)(full >> 8)]);
            BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position + 6), HexPairs[(byte)full]);
            return position + 8;
        }

        block[position] = HexDigits[(id >> 8) & 7];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(position + 1), HexPairs[(byte)id]);
        return position + 3;
    }

    private int WriteMarks(int position, CanFrameFlags flags, int length)
    {
        _block[position++] = (byte)'#';
        if ((flags & CanFrameFlags.Remote) != 0)
        {
            _block[position++] = (byte)'R';
            if (length > 0)
            {
                _block[position++] = HexDigits[length];
            }
        }
        else if ((flags & CanFrameFlags.Fd) != 0)
        {
            _block[position++] = (byte)'#';
            _block[position++] = (byte)('0' + ((flags & CanFrameFlags.BitRateSwitch) != 0 ? 1 : 0) + ((flags & CanFrameFlags.ErrorStateIndicator) != 0 ? 2 : 0));
        }

        return position;
    }

    private void EndLine(int position, CanFrameFlags flags)
    {
        if ((flags & CanFrameFlags.Transmitted) != 0)
        {
            _block[position++] = (byte)' ';
            _block[position++] = (byte)'T';
        }

        _block[position++] = (byte)'\n';
        _used = position;
        FrameCount++;
        if (position >= BlockSize)
        {
            Flush();
        }
    }

    private void Flush()
    {
        Output.Write(_block.AsSpan(0, _used));
        _used = 0;
    }

    private void FormatSecond(long second)
    {
        if (second < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(second), second, "The format has no negative times: shift the log so that it begins at zero or later.");
        }

        _stampLength = Encoding.ASCII.GetBytes($"({second:D10}.", _stamp);
        _second = second;
    }

    private void SetInterface(string name)
    {
        if (name.Length is 0 or > 16 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException($"\"{name}\" is no name of an interface: 1 to 16 characters without blanks.", nameof(name));
        }

        _interfaceBytes = Encoding.ASCII.GetBytes(name);
        _interfaceName = name;
    }
}
