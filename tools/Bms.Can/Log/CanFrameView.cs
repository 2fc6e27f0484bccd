namespace Bms.Can.Log;

/// <summary>One frame on its way into a writer: nothing of it is kept, nothing allocated.</summary>
/// <param name="timeNs">Time in ns: since 1970 or since the log's own zero, as <see cref="CanLogWriteOptions.HasAbsoluteTime"/> says.</param>
/// <param name="channel">Bus, such as can0.</param>
/// <param name="id">Identifier without flag bits.</param>
/// <param name="flags">Kind of frame.</param>
/// <param name="length">Bytes of payload; of a remote request the length asked for.</param>
/// <param name="data">Payload of <paramref name="length"/> bytes, empty for remote requests.</param>
public readonly ref struct CanFrameView(long timeNs, string channel, uint id, CanFrameFlags flags, int length, ReadOnlySpan<byte> data)
{
    /// <summary>Time in ns.</summary>
    public long TimeNs { get; } = timeNs;

    /// <summary>Bus, such as can0.</summary>
    public string Channel { get; } = channel;

    /// <summary>Identifier without flag bits.</summary>
    public uint Id { get; } = id;

    /// <summary>Kind of frame.</summary>
    public CanFrameFlags Flags { get; } = flags;

    /// <summary>Bytes of payload; of a remote request the length asked for.</summary>
    public int Length { get; } = length;

    /// <summary>Payload, empty for remote requests.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>True for a 29-bit identifier.</summary>
    public bool IsExtended => (Flags & CanFrameFlags.Extended) != 0;

    /// <summary>True for a remote request.</summary>
    public bool IsRemote => (Flags & CanFrameFlags.Remote) != 0;

    /// <summary>True for an error report.</summary>
    public bool IsError => (Flags & CanFrameFlags.Error) != 0;

    /// <summary>True for a FD frame.</summary>
    public bool IsFd => (Flags & CanFrameFlags.Fd) != 0;

    /// <summary>True where the recording node sent the frame itself.</summary>
    public bool IsTransmitted => (Flags & CanFrameFlags.Transmitted) != 0;
}
