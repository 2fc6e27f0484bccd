using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>The frames of one message side by side: times, payloads and lengths each in an array, so that a signal can be decoded for all of them at once.</summary>
/// <remarks>Grows as needed and keeps its room when cleared: a pipeline that works in blocks allocates nothing after the first ones.</remarks>
public sealed class MessageFrames
{
    private readonly int _longBytes;
    private long[] _timeNs;
    private ulong[] _payload;
    private byte[] _length;
    private byte[] _bus;
    private byte[] _long = [];

    /// <param name="message">The message.</param>
    /// <param name="room">Frames to have room for at first.</param>
    public MessageFrames(DbcMessage message, int room = 64)
    {
        Message = message;
        _timeNs = new long[room];
        _payload = new ulong[room];
        _length = new byte[room];
        _bus = new byte[room];
        _longBytes = LongBytesOf(message);
    }

    private MessageFrames(DbcMessage message, MessageFrames worn)
    {
        Message = message;
        _timeNs = worn._timeNs;
        _payload = worn._payload;
        _length = worn._length;
        _bus = worn._bus;
        _long = worn._long;
        _longBytes = LongBytesOf(message);
    }

    /// <summary>The message.</summary>
    public DbcMessage Message { get; }

    /// <summary>Frames held.</summary>
    public int Count { get; private set; }

    /// <summary>Frames there is room for without growing.</summary>
    public int Room => _timeNs.Length;

    /// <summary>No frame held is shorter, bytes; 64 where there is none.</summary>
    public int ShortestLength { get; private set; } = 64;

    /// <summary>Times, ns.</summary>
    public ReadOnlySpan<long> TimeNs => _timeNs.AsSpan(0, Count);

    /// <summary>First 8 bytes of the payloads, byte 0 in the lowest bits.</summary>
    public ReadOnlySpan<ulong> Payload => _payload.AsSpan(0, Count);

    /// <summary>Lengths, bytes.</summary>
    public ReadOnlySpan<byte> Length => _length.AsSpan(0, Count);

    /// <summary>Number of the bus that each frame came from, as the caller gave it.</summary>
    public ReadOnlySpan<byte> Bus => _bus.AsSpan(0, Count);

    /// <summary>Takes a data frame of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="frame">The frame's place in it.</param>
    /// <param name="bus">Number of its bus.</param>
    public void Add(CanFrameBlock block, int frame, byte bus)
    {
        int index = Count;
        if (index == _timeNs.Length)
        {
            Grow();
        }

        byte length = block.Length[frame];
        _timeNs[index] = block.TimeNs[frame];
        _payload[index] = block.Payload[frame];
        _length[index] = length;
        _bus[index] = bus;
        if (length < ShortestLength)
        {
            ShortestLength = length;
        }

        if (_longBytes != 0)
        {
            AddLong(block.Data(frame), index);
        }

        Count = index + 1;
    }

    /// <summary>Takes frames of the same message from elsewhere.</summary>
    /// <param name="frames">Where they stand.</param>
    /// <param name="start">First of them.</param>
    /// <param name="count">How many.</param>
    public void Add(MessageFrames frames, int start, int count)
    {
        while (Count + count > _timeNs.Length)
        {
            Grow();
        }

        frames._timeNs.AsSpan(start, count).CopyTo(_timeNs.AsSpan(Count));
        frames._payload.AsSpan(start, count).CopyTo(_payload.AsSpan(Count));
        frames._length.AsSpan(start, count).CopyTo(_length.AsSpan(Count));
        frames._bus.AsSpan(start, count).CopyTo(_bus.AsSpan(Count));
        ShortestLength = Math.Min(ShortestLength, frames.ShortestLength);
        if (_longBytes != 0)
        {
            MakeLongRoom();
            frames._long.AsSpan(start * _longBytes, count * _longBytes).CopyTo(_long.AsSpan(Count * _longBytes));
        }

        Count += count;
    }

    /// <summary>Forgets all frames and keeps the room.</summary>
    public void Clear()
    {
        Count = 0;
        ShortestLength = 64;
    }

    /// <summary>Bytes that one frame takes.</summary>
    internal static int BytesOfFrame(DbcMessage message) => sizeof(long) + sizeof(ulong) + 2 + LongBytesOf(message);

    /// <summary>An empty one for a message in the room of another, which must not be used any more.</summary>
    internal static MessageFrames InRoomOf(MessageFrames worn, DbcMessage message) => new(message, worn);

    /// <summary>Payload of a frame of a message with more than 8 bytes, as far as the frame has it.</summary>
    internal ReadOnlySpan<byte> LongPayload(int index) => _long.AsSpan(index * _longBytes, Math.Min(_longBytes, _length[index]));

    private static int LongBytesOf(DbcMessage message) => Math.Min(message.Length, 64) > 8 ? Math.Min(message.Length, 64) : 0;

    private void AddLong(ReadOnlySpan<byte> data, int index)
    {
        MakeLongRoom();
        data = data[..Math.Min(data.Length, _longBytes)];
        data.CopyTo(_long.AsSpan(index * _longBytes));
    }

    private void MakeLongRoom()
    {
        if (_long.Length < _timeNs.Length * _longBytes)
        {
            Array.Resize(ref _long, _timeNs.Length * _longBytes);
        }
    }

    private void Grow()
    {
        int room = _timeNs.Length * 2;
        Array.Resize(ref _timeNs, room);
        Array.Resize(ref _payload, room);
        Array.Resize(ref _length, room);
        Array.Resize(ref _bus, room);
    }
}
