using System.Buffers.Binary;
using System.IO.Compression;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Blf;

/// <summary>Reads Vector BLF logs: objects within containers, packed or not, or standing free; classic and FD frames, remote requests and error frames.</summary>
/// <remarks>
/// Objects run on from one container to the next. Objects of other kinds are passed over. In lenient mode reading goes on at the next "LOBJ" behind a fault.
/// The start has no zone and is taken as UTC. Memory: one container (at most 64 MB, usually 128 KB) and one object.
/// </remarks>
internal sealed class BlfReader : CanLogReader
{
    private const int LargestContainer = 1 << 26;
    private const int LargestObject = 1 << 24;
    private const uint ContainerType = 10;

    private byte[] _inner = new byte[1 << 18];
    private int _innerStart;
    private int _innerEnd;
    private long _containerOffset;
    private bool _isStarted;
    private bool _isOuterAtEnd;
    private string _versionText = "";
    private long _claimedSize;

    public BlfReader(LogInput input, bool lenient)
        : base(input, lenient)
    {
    }

    public override CanLogFormat Format => CanLogFormat.Blf;

    public override string FormatText => "Vector BLF" + _versionText;

    private protected override bool Fill(CanFrameBlock block)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            TakeHead();
        }

        while (!block.IsFull)
        {
            if (!TakeInner(block) && !TakeOuter(block))
            {
                return false;
            }
        }

        return true;
    }

    private void TakeHead()
    {
        if (!Input.Ensure(144))
        {
            throw CanLogException.At(Name, Input.Window.Length, "the file ends within its head", "It was cut off; copy it again");
        }

        ReadOnlySpan<byte> head = Input.Window;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (size is < 72 or > 4096)
        {
            throw CanLogException.At(Name, 4, $"the head claims a size of {size} bytes", "The file is damaged; copy it again");
        }

        _claimedSize = BinaryPrimitives.ReadInt64LittleEndian(head[16..]);
        _versionText = $" (application {head[8]}, version {head[9]}.{head[10]})";
        if (TryTime(head[40..], out long startNs))
        {
            StartNs = startNs;
            HasAbsoluteTime = true;
        }

        if (!Input.Skip(size))
        {
            _isOuterAtEnd = true;
        }
    }

    /// <summary>A SYSTEMTIME: eight numbers of 16 bits.</summary>
    private static bool TryTime(ReadOnlySpan<byte> bytes, out long timeNs)
    {
        Span<int> parts = stackalloc int[8];
        for (int index = 0; index < 8; index++)
        {
            parts[index] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(index * 2)..]);
        }

        timeNs = 0;
        if (parts[0] is < 1970 or > 2200 || parts[1] is < 1 or > 12 || parts[3] < 1 || parts[3] > DateTime.DaysInMonth(parts[0], parts[1]) || parts[4] > 23 || parts[5] > 59 || parts[6] > 59 || parts[7] > 999)
        {
            return false;
        }

        timeNs = (new DateTime(parts[0], parts[1], parts[3], parts[4], parts[5], parts[6], parts[7]) - DateTime.UnixEpoch).Ticks * 100;
        return true;
    }

    /// <summary>Takes the next object of the file itself; false at its end.</summary>
    private bool TakeOuter(CanFrameBlock block)
    {
        if (_isOuterAtEnd)
        {
            return false;
        }

        if (!Input.Ensure(16))
        {
            bool isPadding = Input.Window.IndexOfAnyExcept((byte)0) < 0;
            return EndOfFile(isPadding ? null : "the file ends within the head of an object");
        }

        ReadOnlySpan<byte> window = Input.Window;
        if (!window.StartsWith("LOBJ"u8))
        {
            // Padding of up to three bytes is usual; more is damage.
            int next = window.IndexOf("LOBJ"u8);
            int skipped = next >= 0 ? next : window.Length - 3;
            bool isPadding = skipped <= 3 || (window[..skipped].IndexOfAnyExcept((byte)0) < 0 && next < 0);
            if (!isPadding)
            {
                Skip(At("there is no object where one should begin"));
            }

            Input.Advance(skipped);
            return true;
        }

        int headSize = BinaryPrimitives.ReadUInt16LittleEndian(window[4..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(window[8..]);
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(window[12..]);
        int most = type == ContainerType ? LargestContainer : LargestObject;
        if (headSize < 16 || size < headSize || size > most)
        {
            Skip(At($"the object claims a size of {size} bytes with a head of {headSize}"));
            Input.Advance(4);
            return true;
        }

        if (!Input.Ensure((int)size))
        {
            if (type == ContainerType && Input.Window.Length > 32)
            {
                // What is whole in the last container can still be used.
                TakeContainer(Input.Window, isCut: true);
                Input.Advance(Input.Window.Length);
                _isOuterAtEnd = true;
                return true;
            }

            return EndOfFile("the file ends within an object");
        }

        window = Input.Window[..(int)size];
        if (type == ContainerType)
        {
            TakeContainer(window, isCut: false);
        }
        else
        {
            TakeObject(window, Input.Offset, block);
        }

        Input.Advance((int)size);
        return true;
    }

    private bool EndOfFile(string? problem)
    {
        _isOuterAtEnd = true;
        long missing = _claimedSize - Input.Offset - Input.Window.Length;
        return End(problem ?? (missing > 0 ? $"the file is {missing} bytes shorter than its head says" : null));
    }

    private CanLogException At(string problem) => CanLogException.At(Name, Input.Offset, problem, "The file is damaged or was cut off; read it leniently to use what is whole");

    /// <summary>Unpacks a container behind what is left of the last one.</summary>
    private void TakeContainer(ReadOnlySpan<byte> container, bool isCut)
    {
        if (isCut)
        {
            Skip(At("the file ends within a container"));
        }

        if (container.Length < 32)
        {
            Skip(At("the container is shorter than its head"));
            return;
        }

        int method = BinaryPrimitives.ReadUInt16LittleEndian(container[16..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(container[24..]);
        ReadOnlySpan<byte> packed = container[32..];
        if (method == 0)
        {
            size = (uint)packed.Length;
        }

        if (size > LargestContainer || method is not (0 or 2))
        {
            Skip(At(method is 0 or 2 ? $"the container claims {size} bytes of content" : $"the container is packed by the unknown method {method}"));
            _innerStart = _innerEnd = 0;
            return;
        }

        int rest = _innerEnd - _innerStart;
        _inner.AsSpan(_innerStart, rest).CopyTo(_inner);
        _innerStart = 0;
        _innerEnd = rest;
        _containerOffset = Input.Offset;
        if (method == 0)
        {
            Grow(rest + packed.Length);
            packed.CopyTo(_inner.AsSpan(rest));
            _innerEnd = rest + packed.Length;
            return;
        }

        Inflate(packed, (int)size);
    }

    private void Inflate(ReadOnlySpan<byte> packed, int size)
    {
        // Copied, as the window may move; unpacked piece by piece, so that a false size allocates nothing.
        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var stream = new ZLibStream(source, CompressionMode.Decompress);
        int end = _innerEnd + size;
        try
        {
            while (_innerEnd < end)
            {
                Grow(Math.Min(end, _innerEnd + (1 << 16)));
                int count = stream.Read(_inner, _innerEnd, Math.Min(_inner.Length, end) - _innerEnd);
                if (count == 0)
                {
                    break;
                }

                _innerEnd += count;
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            Skip(CanLogException.At(Name, Input.Offset, "the content of the container is damaged", "Copy the file again, or read it leniently to use what is whole", fault));
            return;
        }

        if (_innerEnd < end)
        {
            Skip(At($"the container holds {end - _innerEnd} bytes less than it claims"));
        }
    }

    private void Grow(int needed)
    {
        if (_inner.Length < needed)
        {
            Array.Resize(ref _inner, Math.Max(needed, (int)Math.Min(_inner.Length * 2L, LargestContainer + LargestObject)));
        }
    }

    /// <summary>Takes the next object out of the containers; false where it is not whole yet.</summary>
    private bool TakeInner(CanFrameBlock block)
    {
        ReadOnlySpan<byte> rest = _inner.AsSpan(_innerStart, _innerEnd - _innerStart);
        if (rest.Length < 16)
        {
            return false;
        }

        if (!rest.StartsWith("LOBJ"u8))
        {
            int next = rest.IndexOf("LOBJ"u8);
            int skipped = next >= 0 ? next : rest.Length - 3;
            if (skipped > 3 && rest[..skipped].IndexOfAnyExcept((byte)0) >= 0)
            {
                _innerStart += skipped;
                Skip(CanLogException.At(Name, _containerOffset, "there is no object where one should begin within this container", "The file is damaged; read it leniently to use what is whole"));
                return true;
            }

            _innerStart += skipped;
            return next >= 0;
        }

        int headSize = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
        if (headSize < 16 || size < headSize || size > LargestObject)
        {
            _innerStart += 4;
            Skip(CanLogException.At(Name, _containerOffset, $"an object within this container claims a size of {size} bytes", "The file is damaged; read it leniently to use what is whole"));
            return true;
        }

        if (rest.Length < size)
        {
            return false;
        }

        _innerStart += (int)size;
        TakeObject(rest[..(int)size], _containerOffset, block);
        return true;
    }

    private void TakeObject(ReadOnlySpan<byte> whole, long offset, CanFrameBlock block)
    {
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(whole[12..]);
        if (type is not (1 or 2 or 73 or 86 or 100 or 101 or 104))
        {
            return;
        }

        int headSize = BinaryPrimitives.ReadUInt16LittleEndian(whole[4..]);
        if (headSize < 32 || whole.Length < headSize)
        {
            Skip(CanLogException.At(Name, offset, $"an object of type {type} has a head of {headSize} bytes", "The file is damaged; read it leniently to use what is whole"));
            return;
        }

        uint timeFlags = BinaryPrimitives.ReadUInt32LittleEndian(whole[16..]);
        ulong stamp = BinaryPrimitives.ReadUInt64LittleEndian(whole[24..]);
        ulong unit = timeFlags == 1 ? 10_000u : 1u;
        if (stamp > 4_000_000_000_000_000_000 / unit)
        {
            Skip(CanLogException.At(Name, offset, "an object has a time of more than a hundred years", "The file is damaged; read it leniently to use what is whole"));
            return;
        }

        long timeNs = (StartNs ?? 0) + (long)(stamp * unit);
        if (!TakeFrame(type, whole[headSize..], timeNs, block))
        {
            Skip(CanLogException.At(Name, offset, $"an object of type {type} is too short, or its length or identifier is out of range", "The file is damaged; read it leniently to use what is whole"));
        }
    }

    private bool TakeFrame(uint type, ReadOnlySpan<byte> body, long timeNs, CanFrameBlock block)
    {
        switch (type)
        {
            case 1 or 86 when body.Length >= 16:
                {
                    CanFrameFlags flags = ((body[2] & 0x0F) != 0 ? CanFrameFlags.Transmitted : 0) | ((body[2] & 0x80) != 0 ? CanFrameFlags.Remote : 0);
                    int length = Math.Min(body[3], (byte)8);
                    return Add(timeNs, BinaryPrimitives.ReadUInt16LittleEndian(body), BinaryPrimitives.ReadUInt32LittleEndian(body[4..]), flags, length, body[8..], block);
                }

            case 100 when body.Length >= 20:
                {
                    bool isFd = (body[13] & 1) != 0;
                    CanFrameFlags flags = ((body[2] & 0x0F) != 0 ? CanFrameFlags.Transmitted : 0) | ((body[2] & 0x80) != 0 ? CanFrameFlags.Remote : 0);
                    flags |= isFd ? CanFrameFlags.Fd | ((body[13] & 2) != 0 ? CanFrameFlags.BitRateSwitch : 0) | ((body[13] & 4) != 0 ? CanFrameFlags.ErrorStateIndicator : 0) : 0;
                    int length = body[14];
                    if ((flags & CanFrameFlags.Remote) != 0 && length == 0)
                    {
                        length = Math.Min(body[3], (byte)8);
                    }

                    return Add(timeNs, BinaryPrimitives.ReadUInt16LittleEndian(body), BinaryPrimitives.ReadUInt32LittleEndian(body[4..]), flags, length, body[20..], block);
                }

            case 101 when body.Length >= 40:
                {
                    uint bits = BinaryPrimitives.ReadUInt32LittleEndian(body[12..]);
                    bool isFd = (bits & 0x1000) != 0;
                    CanFrameFlags flags = (body[34] != 0 ? CanFrameFlags.Transmitted : 0) | ((bits & 0x10) != 0 ? CanFrameFlags.Remote : 0);
                    flags |= isFd ? CanFrameFlags.Fd | ((bits & 0x2000) != 0 ? CanFrameFlags.BitRateSwitch : 0) | ((bits & 0x4000) != 0 ? CanFrameFlags.ErrorStateIndicator : 0) : 0;
                    int length = body[2];
                    if ((flags & CanFrameFlags.Remote) != 0 && length == 0)
                    {
                        length = Math.Min(body[1], (byte)8);
                    }

                    return Add(timeNs, body[0], BinaryPrimitives.ReadUInt32LittleEndian(body[4..]), flags, length, body[40..], block);
                }

            case 73 when body.Length >= 32:
                {
                    int length = Math.Min(body[10], (byte)8);
                    uint id = BinaryPrimitives.ReadUInt32LittleEndian(body[16..]) & 0x1FFF_FFFF;
                    return Add(timeNs, BinaryPrimitives.ReadUInt16LittleEndian(body), id, CanFrameFlags.Error, length, body[24..], block);
                }

            case 2 when body.Length >= 2:
                return Add(timeNs, BinaryPrimitives.ReadUInt16LittleEndian(body), 0, CanFrameFlags.Error, 0, default, block);
            case 104 when body.Length >= 1:
                return Add(timeNs, body[0], 0, CanFrameFlags.Error, 0, default, block);
            default:
                return false;
        }
    }

    private bool Add(long timeNs, uint number, uint rawId, CanFrameFlags flags, int length, ReadOnlySpan<byte> data, CanFrameBlock block)
    {
        bool isExtended = (rawId & 0x8000_0000) != 0;
        uint id = rawId & 0x7FFF_FFFF;
        bool isError = (flags & CanFrameFlags.Error) != 0;
        int most = (flags & CanFrameFlags.Fd) != 0 ? 64 : 8;
        bool isRemote = (flags & CanFrameFlags.Remote) != 0;
        if (id > (isExtended || isError ? 0x1FFF_FFFFu : 0x7FFu) || length > most || (!isRemote && data.Length < length))
        {
            return false;
        }

        int channel = ChannelOfNumber(number);
        if (channel < 0)
        {
            return false;
        }

        flags |= isExtended ? CanFrameFlags.Extended : 0;
        if (isRemote)
        {
            block.Add(timeNs, channel, id, flags & ~CanFrameFlags.Fd, Math.Min(length, 8), 0);
            return true;
        }

        block.Add(timeNs, channel, id, flags, data[..length]);
        return true;
    }
}
