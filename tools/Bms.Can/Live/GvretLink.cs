using System.Buffers.Binary;
using Bms.Can.Log;

namespace Bms.Can.Live;

/// <summary>The binary protocol of GVRET adapters (SavvyCAN, ESP32RET, M2RET): F1 00, identifier, bus, length, data.</summary>
/// <remarks>Classic frames alone. The bus is the number at the end of the frame's bus name (can1 is bus 1), else 0.</remarks>
public sealed class GvretLink : CanLink
{
    private readonly Stream _stream;

    /// <param name="stream">The line; closed with the link.</param>
    /// <param name="name">Its name.</param>
    /// <param name="bitRate">Bit rate of the first bus, bit/s.</param>
    public GvretLink(Stream stream, string name, int bitRate)
    {
        _stream = stream;

        // Such adapters send every frame of the bus: unread, they would fill the line and stop the adapter.
        _ = new AnswerDrain(stream);
        Name = $"GVRET on {name}";

        // E7 E7 switches to the binary form; F1 05 sets up both buses: bit 31 marks a rate as valid, bit 30 the bus as on.
        Span<byte> setUp = stackalloc byte[12];
        setUp[0] = 0xE7;
        setUp[1] = 0xE7;
        setUp[2] = 0xF1;
        setUp[3] = 0x05;
        BinaryPrimitives.WriteUInt32LittleEndian(setUp[4..], 0xC000_0000u | (uint)bitRate);
        BinaryPrimitives.WriteUInt32LittleEndian(setUp[8..], 0);
        Write(setUp);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool Send(in CanFrameView frame)
    {
        if (frame.IsError || frame.IsFd || frame.IsRemote)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[17];
        bytes[0] = 0xF1;
        bytes[1] = 0x00;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[2..], frame.Id | (frame.IsExtended ? 0x8000_0000 : 0));
        bytes[6] = BusOf(frame.Channel);
        bytes[7] = (byte)frame.Length;
        frame.Data.CopyTo(bytes[8..]);
        bytes[8 + frame.Length] = 0;
        Write(bytes[..(9 + frame.Length)]);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    private static byte BusOf(string name) => name.Length > 0 && char.IsAsciiDigit(name[^1]) ? (byte)(name[^1] - '0') : (byte)0;

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or UnauthorizedAccessException or TimeoutException)
        {
            throw new IOException($"{Name}: the line is gone ({fault.Message.TrimEnd('.')}). Check the adapter and start again.", fault);
        }
    }
}
