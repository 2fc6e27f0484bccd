using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Bms.Can.Log;

/// <summary>Some thousand frames, one array for each of their properties; made once and filled again and again by <see cref="CanLogReader.Read"/>.</summary>
/// <remarks>Entries from <see cref="Count"/> on mean nothing. Nothing is allocated per frame; the store of long payloads is made at the first of them.</remarks>
public sealed class CanFrameBlock
{
    private const int LongestPayload = 64;

    private byte[] _longPayloads = [];

    /// <param name="capacity">Frames of a full block.</param>
    public CanFrameBlock(int capacity = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        TimeNs = new long[capacity];
        Payload = new ulong[capacity];
        Id = new uint[capacity];
        Flags = new CanFrameFlags[capacity];
        Length = new byte[capacity];
        Channel = new byte[capacity];
    }

    /// <summary>Frames in the block.</summary>
    public int Count { get; set; }

    /// <summary>Frames it can hold.</summary>
    public int Capacity => TimeNs.Length;

    /// <summary>True where no further frame fits.</summary>
    public bool IsFull => Count == TimeNs.Length;

    /// <summary>Times in ns: since 1970 in UTC where <see cref="CanLogReader.HasAbsoluteTime"/>, else since the log's own zero.</summary>
    public long[] TimeNs { get; }

    /// <summary>Identifiers without flag bits; of error reports the error class bits of SocketCAN, 0 where the format has none.</summary>
    public uint[] Id { get; }

    /// <summary>Kinds of frame.</summary>
    public CanFrameFlags[] Flags { get; }

    /// <summary>Bytes of payload, 0..64; of remote requests the length asked for.</summary>
    public byte[] Length { get; }

    /// <summary>First 8 bytes of the payloads, byte 0 in the lowest bits; bytes from the length on are zero.</summary>
    public ulong[] Payload { get; }

    /// <summary>Positions in <see cref="CanLogReader.Channels"/>.</summary>
    public byte[] Channel { get; }

    /// <summary>Leaves only some frames in the block, in their order.</summary>
    /// <param name="isKept">Tells by its place whether a frame stays.</param>
    public void Keep(Func<int, bool> isKept)
    {
        int kept = 0;
        for (int index = 0; index < Count; index++)
        {
            if (!isKept(index))
            {
                continue;
            }

            if (kept != index)
            {
                TimeNs[kept] = TimeNs[index];
                Payload[kept] = Payload[index];
                Id[kept] = Id[index];
                Flags[kept] = Flags[index];
                Length[kept] = Length[index];
                Channel[kept] = Channel[index];
                if (Length[index] > 8 && _longPayloads.Length > 0)
                {
                    _longPayloads.AsSpan(index * LongestPayload, LongestPayload).CopyTo(_longPayloads.AsSpan(kept * LongestPayload));
                }
            }

            kept++;
        }

        Count = kept;
    }

    /// <summary>Empties the block.</summary>
    public void Clear() => Count = 0;

    /// <summary>The payload of a frame: empty for remote requests.</summary>
    /// <param name="index">Frame, from 0.</param>
    /// <returns>A view that is good until the block is filled again.</returns>
    public ReadOnlySpan<byte> Data(int index)
    {
        int length = (Flags[index] & CanFrameFlags.Remote) != 0 ? 0 : Length[index];
        return length <= 8
            ? MemoryMarshal.AsBytes(Payload.AsSpan(index, 1))[..length]
            : _longPayloads.AsSpan(index * LongestPayload, length);
    }

    /// <summary>Adds a frame of up to 8 bytes. The block must not be full.</summary>
    /// <param name="timeNs">Time in ns.</param>
    /// <param name="channel">Position in the reader's list of channels.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame.</param>
    /// <param name="length">Bytes of payload, 0..8.</param>
    /// <param name="payload">Payload, byte 0 in the lowest bits; bytes from <paramref name="length"/> on are zero.</param>
    public void Add(long timeNs, int channel, uint id, CanFrameFlags flags, int length, ulong payload)
    {
        int index = Count;
        TimeNs[index] = timeNs;
        Payload[index] = payload;
        Id[index] = id;
        Flags[index] = flags;
        Length[index] = (byte)length;
        Channel[index] = (byte)channel;
        Count = index + 1;
    }

    /// <summary>Adds a data frame or error report of any length. The block must not be full.</summary>
    /// <param name="timeNs">Time in ns.</param>
    /// <param name="channel">Position in the reader's list of channels.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame.</param>
    /// <param name="data">Payload, 0..64 bytes, copied.</param>
    public void Add(long timeNs, int channel, uint id, CanFrameFlags flags, ReadOnlySpan<byte> data)
    {
        ulong payload = 0;
        if (data.Length >= 8)
        {
            payload = BinaryPrimitives.ReadUInt64LittleEndian(data);
            if (data.Length > 8)
            {
                if (_longPayloads.Length == 0)
                {
                    _longPayloads = new byte[Capacity * LongestPayload];
                }

                data.CopyTo(_longPayloads.AsSpan(Count * LongestPayload, LongestPayload));
            }
        }
        else
        {
            for (int index = data.Length - 1; index >= 0; index--)
            {
                payload = (payload << 8) | data[index];
            }
        }

        Add(timeNs, channel, id, flags, data.Length, payload);
    }
}
