using System.Buffers.Binary;

namespace Bms.Can.Log;

/// <summary>What a recorded frame is besides its identifier and payload.</summary>
[Flags]
public enum CanFrameFlags : byte
{
    /// <summary>A classic data frame with an 11-bit identifier.</summary>
    None = 0,

    /// <summary>29-bit identifier.</summary>
    Extended = 1,

    /// <summary>Remote request: no payload; the length is the one requested.</summary>
    Remote = 2,

    /// <summary>Error report of the controller, no frame of the bus.</summary>
    Error = 4,

    /// <summary>CAN FD.</summary>
    Fd = 8,

    /// <summary>FD: the payload travelled at the higher bit rate.</summary>
    BitRateSwitch = 16,

    /// <summary>FD: the sender was error passive.</summary>
    ErrorStateIndicator = 32,

    /// <summary>The recording node sent the frame itself.</summary>
    Transmitted = 64,
}

/// <summary>One frame of a recording. Classic payloads are held inline: reading a log allocates nothing per frame.</summary>
public readonly struct CanLogFrame : IEquatable<CanLogFrame>
{
    private readonly ulong _payload;
    private readonly byte[]? _longPayload;

    /// <summary>A frame of up to 8 bytes.</summary>
    /// <param name="timeNs">Time in ns: since 1970 where the log is absolute, else since its begin.</param>
    /// <param name="interfaceName">Bus, such as can0.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame.</param>
    /// <param name="length">Bytes of payload, 0..8; of a remote request the length asked for.</param>
    /// <param name="payload">Payload, byte 0 in the lowest bits; bytes from <paramref name="length"/> on are zero.</param>
    public CanLogFrame(long timeNs, string interfaceName, uint id, CanFrameFlags flags, int length, ulong payload)
    {
        TimeNs = timeNs;
        Interface = interfaceName;
        Id = id;
        Flags = flags;
        Length = (byte)length;
        _payload = payload;
        _longPayload = null;
    }

    /// <summary>A frame of up to 64 bytes.</summary>
    /// <param name="timeNs">Time in ns.</param>
    /// <param name="interfaceName">Bus.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame.</param>
    /// <param name="data">Payload, copied.</param>
    public CanLogFrame(long timeNs, string interfaceName, uint id, CanFrameFlags flags, ReadOnlySpan<byte> data)
    {
        if (data.Length > 64)
        {
            throw new ArgumentOutOfRangeException(nameof(data), data.Length, "A frame carries at most 64 bytes.");
        }

        TimeNs = timeNs;
        Interface = interfaceName;
        Id = id;
        Flags = flags;
        Length = (byte)data.Length;
        if (data.Length > 8)
        {
            _longPayload = data.ToArray();
            _payload = BinaryPrimitives.ReadUInt64LittleEndian(data);
        }
        else
        {
            Span<byte> padded = stackalloc byte[8];
            padded.Clear();
            data.CopyTo(padded);
            _payload = BinaryPrimitives.ReadUInt64LittleEndian(padded);
        }
    }

    /// <summary>Time in ns: since 1970 where the log is absolute, else since its begin.</summary>
    public long TimeNs { get; }

    /// <summary>Bus, such as can0.</summary>
    public string Interface { get; }

    /// <summary>Identifier without flag bits.</summary>
    public uint Id { get; }

    /// <summary>Kind of frame.</summary>
    public CanFrameFlags Flags { get; }

    /// <summary>Bytes of payload, 0..64; of a remote request the length asked for.</summary>
    public byte Length { get; }

    /// <summary>The first 8 bytes of the payload, byte 0 in the lowest bits; bytes from <see cref="Length"/> on are zero.</summary>
    public ulong Payload => _payload;

    /// <summary>True for a 29-bit identifier.</summary>
    public bool IsExtended => (Flags & CanFrameFlags.Extended) != 0;

    /// <summary>True for a frame with a payload to decode: neither remote request nor error report.</summary>
    public bool IsData => (Flags & (CanFrameFlags.Remote | CanFrameFlags.Error)) == 0;

    /// <summary>Bytes really carried: <see cref="Length"/>, 0 for remote requests.</summary>
    public int DataLength => (Flags & CanFrameFlags.Remote) != 0 ? 0 : Length;

    /// <summary>Copies the payload.</summary>
    /// <param name="destination">At least <see cref="DataLength"/> bytes.</param>
    /// <returns>Number of bytes copied.</returns>
    public int CopyTo(Span<byte> destination)
    {
        int length = DataLength;
        if (_longPayload is not null)
        {
            _longPayload.CopyTo(destination);
        }
        else
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, _payload);
            bytes[..length].CopyTo(destination);
        }

        return length;
    }

    /// <summary>The payload as a new array.</summary>
    public byte[] ToArray()
    {
        byte[] data = new byte[DataLength];
        CopyTo(data);
        return data;
    }

    /// <summary>True where everything is equal, payloads byte by byte.</summary>
    public bool Equals(CanLogFrame other)
        => TimeNs == other.TimeNs && Interface == other.Interface && Id == other.Id && Flags == other.Flags && Length == other.Length && _payload == other._payload
        && (_longPayload ?? []).AsSpan().SequenceEqual(other._longPayload ?? []);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CanLogFrame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(TimeNs, Interface, Id, Flags, Length, _payload);

    /// <summary>Equality as of <see cref="Equals(CanLogFrame)"/>.</summary>
    public static bool operator ==(CanLogFrame left, CanLogFrame right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(CanLogFrame left, CanLogFrame right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => $"{TimeNs / 1e9:F6} {Interface} {Id:X}{(IsExtended ? "x" : "")} [{Length}] {Convert.ToHexString(ToArray())}";

    /// <summary>The bytes of a long payload, or an empty span for classic frames.</summary>
    internal ReadOnlySpan<byte> LongPayload => _longPayload;
}
