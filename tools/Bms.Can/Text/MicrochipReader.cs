using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Text;

/// <summary>Reads logs of Microchip's CAN Bus Analyzer: <c>166064;RX;0x0000021A;8;0xFE;0x36;...</c>, times in ms.</summary>
/// <remarks>The format does not tell 29-bit identifiers: those above 7FF are taken as such.</remarks>
internal sealed class MicrochipReader(LogInput input, bool lenient) : TextLogReader(input, lenient)
{
    private bool _isHead = true;

    public override CanLogFormat Format => CanLogFormat.Microchip;

    public override string FormatText => "Microchip CAN Bus Analyzer log";

    protected override string Example => "166064;RX;0x0000021A;2;0xFE;0x36;";

    public static bool Matches(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf((byte)';');
        return first > 0 && Words.TryTime(line[..first], 1_000_000, out _) && (Words.StartsWith(line[(first + 1)..], "RX;0x"u8) || Words.StartsWith(line[(first + 1)..], "TX;0x"u8));
    }

    protected override bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        if (_isHead && !Matches(line))
        {
            return true;
        }

        if (line.StartsWith("//"u8))
        {
            return true;
        }

        _isHead = false;
        var fields = new Fields(line, (byte)';');
        if (!fields.TryTake(out ReadOnlySpan<byte> field) || !Words.TryTime(field, 1_000_000, out long timeNs))
        {
            return Broken("the line does not begin with a time in ms");
        }

        if (!fields.TryTake(out field) || !(Words.Same(field, "RX"u8) || Words.Same(field, "TX"u8)))
        {
            return Broken("the direction is neither RX nor TX");
        }

        CanFrameFlags flags = Words.Same(field, "TX"u8) ? CanFrameFlags.Transmitted : CanFrameFlags.None;
        if (!fields.TryTake(out field) || !Words.TryHex(field, out uint id) || id > 0x1FFF_FFFF)
        {
            return Broken("the identifier is not a hexadecimal number of up to 29 bits");
        }

        flags |= id > 0x7FF ? CanFrameFlags.Extended : 0;
        if (!fields.TryTake(out field) || !Words.TryDecimal(field, out uint length) || length > 8)
        {
            return Broken("the length is not a number up to 8");
        }

        for (int index = 0; index < length; index++)
        {
            if (!fields.TryTake(out field) || !Words.TryHex(field, out uint value) || value > 255)
            {
                return Broken($"there are not {length} bytes of payload");
            }

            Scratch[index] = (byte)value;
        }

        block.Add(timeNs, ChannelOfNumber(1), id, flags, Scratch.AsSpan(0, (int)length));
        return true;
    }
}
