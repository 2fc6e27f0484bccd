using System.Text;
using Bms.Can.Log;

namespace Bms.Can.Live;

/// <summary>The text protocol of LAWICEL adapters: <c>t1232DEAD</c>, <c>T18FF00FE...</c>, each line closed by a carriage return.</summary>
/// <remarks>Opens the channel with the bit rate and closes it when done. Answers of the adapter are not waited for; refusals are counted. FD frames are written as CANable does (d, D, b, B).</remarks>
public sealed class SlcanLink : CanLink
{
    private static readonly int[] BitRates = [10_000, 20_000, 50_000, 100_000, 125_000, 250_000, 500_000, 800_000, 1_000_000];

    private readonly Stream _stream;
    private readonly AnswerDrain _answers;
    private readonly byte[] _buffer = new byte[4096];
    private int _used;

    /// <param name="stream">The line; closed with the link.</param>
    /// <param name="name">Its name.</param>
    /// <param name="bitRate">Bit rate of the bus, bit/s; one of the nine that the protocol knows.</param>
    /// <exception cref="ArgumentException">The protocol does not know the bit rate.</exception>
    public SlcanLink(Stream stream, string name, int bitRate)
    {
        int code = CodeOf(bitRate);
        _stream = stream;
        _answers = new AnswerDrain(stream);
        Name = $"SLCAN on {name}";
        Write(Encoding.ASCII.GetBytes($"\rC\rS{code}\rO\r"));
        Flush();
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override long Refused => _answers.Refused;

    /// <inheritdoc/>
    public override bool Send(in CanFrameView frame)
    {
        if (frame.IsError || (frame.IsFd && frame.IsRemote))
        {
            return false;
        }

        bool isSwitched = (frame.Flags & CanFrameFlags.BitRateSwitch) != 0;
        char kind = frame.IsRemote ? 'r' : frame.IsFd ? (isSwitched ? 'b' : 'd') : 't';
        Span<byte> line = stackalloc byte[160];
        int length = 0;
        line[length++] = (byte)(frame.IsExtended ? char.ToUpperInvariant(kind) : kind);
        for (int digit = frame.IsExtended ? 7 : 2; digit >= 0; digit--)
        {
            line[length++] = Digit((int)(frame.Id >> (digit * 4)));
        }

        line[length++] = Digit(DlcOf(frame.Length));
        foreach (byte value in frame.Data)
        {
            line[length++] = Digit(value >> 4);
            line[length++] = Digit(value);
        }

        line[length++] = (byte)'\r';
        Write(line[..length]);
        return true;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        try
        {
            _stream.Write(_buffer, 0, _used);
            _stream.Flush();
            _used = 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or UnauthorizedAccessException or TimeoutException)
        {
            throw new IOException($"{Name}: the line is gone ({fault.Message.TrimEnd('.')}). Check the cable and start again.", fault);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        try
        {
            Write("C\r"u8);
            Flush();
        }
        catch (IOException)
        {
            // The line is gone: there is nothing to close any more.
        }

        _stream.Dispose();
    }

    /// <summary>The protocol's number of a bit rate.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    internal static int CodeOf(int bitRate)
    {
        int code = Array.IndexOf(BitRates, bitRate);
        return code >= 0 ? code : throw new ArgumentException($"SLCAN knows no bit rate of {bitRate}: give one of {string.Join(", ", BitRates)}.");
    }

    /// <summary>Length code of a length in bytes: 9 to 15 stand for the lengths of FD.</summary>
    internal static int DlcOf(int length) => length <= 8 ? length : length <= 24 ? 9 + ((length - 9) / 4) : length <= 32 ? 13 : length <= 48 ? 14 : 15;

    private static byte Digit(int value) => "0123456789ABCDEF"u8[value & 15];

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_used + bytes.Length > _buffer.Length)
        {
            Flush();
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }
}
