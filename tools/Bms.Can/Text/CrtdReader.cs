using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Text;

/// <summary>Reads CRTD logs of OVMS: <c>1320745424.000002 1R11 7DF 02 01 0C</c>. Comments, events and commands (types that begin with C) are passed over.</summary>
internal sealed class CrtdReader(LogInput input, bool lenient) : TextLogReader(input, lenient)
{
    public override CanLogFormat Format => CanLogFormat.Crtd;

    public override string FormatText => "CRTD";

    protected override string Example => "1320745424.000002 1R11 7DF 02 01 0C";

    public static bool Matches(ReadOnlySpan<byte> line)
    {
        var words = new Words(line);
        return words.TryTake(out ReadOnlySpan<byte> time) && Words.TryTime(time, 1_000_000_000, out _)
            && words.TryTake(out ReadOnlySpan<byte> type) && TryType(type, out _, out uint kind) && kind != 0;
    }

    protected override bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        var words = new Words(line);
        if (!words.TryTake(out ReadOnlySpan<byte> word) || !Words.TryTime(word, 1_000_000_000, out long timeNs))
        {
            return Broken("the line does not begin with a time in seconds");
        }

        if (!words.TryTake(out word) || !TryType(word, out uint bus, out uint kind))
        {
            return Broken("the second word is no type such as R11 or T29");
        }

        if (kind == 'C')
        {
            return true;
        }

        bool isExtended = (kind & 1) != 0;
        if (!words.TryTake(out word) || !Words.TryHex(word, out uint id) || id > (isExtended ? 0x1FFF_FFFFu : 0x7FFu))
        {
            return Broken(isExtended ? "the identifier is not a hexadecimal number of 29 bits" : "the identifier is not a hexadecimal number of 11 bits");
        }

        int length = 0;
        while (words.TryTake(out word))
        {
            if (length == 64 || !Words.TryHex(word, out uint value) || value > 255)
            {
                return Broken("the payload is not made of up to 64 hexadecimal bytes");
            }

            Scratch[length++] = (byte)value;
        }

        int channel = ChannelOfNumber(bus);
        if (channel < 0)
        {
            return Broken("the bus has a number above 255");
        }

        SetTimeKindBy(timeNs, block);
        CanFrameFlags flags = (isExtended ? CanFrameFlags.Extended : 0) | (kind >= 4 ? CanFrameFlags.Transmitted : 0) | (length > 8 ? CanFrameFlags.Fd : 0);
        block.Add(timeNs, channel, id, flags, Scratch.AsSpan(0, length));
        return true;
    }

    /// <summary>Kinds: 2 R11, 3 R29, 4 T11, 5 T29, 'C' what is no frame.</summary>
    private static bool TryType(ReadOnlySpan<byte> word, out uint bus, out uint kind)
    {
        bus = 1;
        kind = 0;
        int digits = word.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0 || digits > 3)
        {
            return false;
        }

        if (digits > 0)
        {
            _ = Words.TryDecimal(word[..digits], out bus);
            word = word[digits..];
        }

        kind = word.SequenceEqual("R11"u8) ? 2u : word.SequenceEqual("R29"u8) ? 3u : word.SequenceEqual("T11"u8) ? 4u : word.SequenceEqual("T29"u8) ? 5u
            : word[0] is (byte)'C' or (byte)'E' ? 'C' : 0u;
        return kind != 0;
    }
}
