using Bms.Can.Io;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Asc;

/// <summary>Reads Vector ASC logs: classic and FD frames, remote requests and error frames; hexadecimal or decimal; times from the start or from event to event.</summary>
/// <remarks>
/// Dates are read in several languages and taken as UTC; a date that cannot be read leaves the times relative. Events that are no CAN frames (statistics, status, triggers, comments, other buses) are passed over.
/// A line that has the shape of a frame and is none is a fault.
/// </remarks>
internal sealed class AscReader(LogInput input, bool lenient) : TextLogReader(input, lenient)
{
    // Flags of the column behind the payload of a CANFD line.
    private const uint RemoteBit = 0x10;
    private const uint FdBit = 0x1000;

    private bool _isDecimal;
    private bool _isRelative;
    private long _timeNs;

    public override CanLogFormat Format => CanLogFormat.Asc;

    public override string FormatText => $"Vector ASC, {(_isDecimal ? "decimal" : "hexadecimal")}, {(_isRelative ? "relative" : "absolute")} times";

    protected override string Example => "0.015991 1  123             Rx   d 2 DE AD";

    public static bool Matches(ReadOnlySpan<byte> line)
        => Words.StartsWith(line, "base hex"u8) || Words.StartsWith(line, "base dec"u8) || Words.StartsWith(line, "begin triggerblock"u8) || Words.StartsWith(line, "internal events logged"u8)
        || Words.StartsWith(line, "no internal events logged"u8) || (Words.StartsWith(line, "date "u8) && line.Contains((byte)':'));

    protected override bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        if (line[0] - (uint)'0' > 9 && line[0] != (byte)'-')
        {
            return TakeHead(line);
        }

        var words = new Words(line);
        words.TryTake(out ReadOnlySpan<byte> word);
        if (!Words.TryTime(word, 1_000_000_000, out long timeNs))
        {
            return Broken("the line does not begin with a time in seconds");
        }

        _timeNs = _isRelative ? _timeNs + timeNs : timeNs;
        timeNs = (StartNs ?? 0) + _timeNs;
        if (!words.TryTake(out word))
        {
            return Broken("nothing follows the time");
        }

        if (Words.Same(word, "CANFD"u8))
        {
            return TakeFd(timeNs, ref words, block);
        }

        if (Words.TryDecimal(word, out uint number))
        {
            return TakeClassic(timeNs, number, ref words, block);
        }

        return true;
    }

    private bool TakeHead(ReadOnlySpan<byte> line)
    {
        if (Words.StartsWith(line, "date "u8))
        {
            SetStart(line[5..]);
        }
        else if (Words.StartsWith(line, "base "u8))
        {
            _isDecimal = Words.StartsWith(line[5..].TrimStart((byte)' '), "dec"u8);
            _isRelative = line.IndexOf("relative"u8) >= 0;
        }
        else if (Words.StartsWith(line, "begin trigger"u8))
        {
            int blank = line[6..].IndexOfAny((byte)' ', (byte)'\t');
            if (StartNs is null && blank > 0)
            {
                SetStart(line[(6 + blank)..]);
            }
        }
        else if (!(line.StartsWith("//"u8) || Words.StartsWith(line, "end trigger"u8) || line.IndexOf("internal events"u8) >= 0 || Words.StartsWith(line, "previous log file"u8) || Words.StartsWith(line, "version"u8)))
        {
            return Broken("the line is neither a known head line nor begins with a time");
        }

        return true;
    }

    private void SetStart(ReadOnlySpan<byte> text)
    {
        if (AscDate.TryParse(text, out long startNs))
        {
            StartNs = startNs;
            HasAbsoluteTime = true;
        }
        else
        {
            Note("The date in the head cannot be read: times count from the start of the log.");
        }
    }

    private bool TakeClassic(long timeNs, uint number, ref Words words, CanFrameBlock block)
    {
        if (!words.TryTake(out ReadOnlySpan<byte> word))
        {
            return Broken("nothing follows the channel");
        }

        if (Words.StartsWith(word, "ErrorFrame"u8))
        {
            return Add(timeNs, number, 0, CanFrameFlags.Error, 0, default, block);
        }

        ReadOnlySpan<byte> idText = word;
        if (!words.TryTake(out word) || !TryDirection(word, out CanFrameFlags flags))
        {
            // Statistics, transport protocols and other events of a channel.
            if (TryId(idText, out _, out _) && (words.Rest.StartsWith("d "u8) || words.Rest.StartsWith("r "u8)))
            {
                return Broken("the direction is none of Rx, Tx, TxRq");
            }

            return true;
        }

        if (!words.TryTake(out word))
        {
            return Broken("nothing follows the direction");
        }

        if (!TryId(idText, out uint id, out bool isExtended))
        {
            if (word.Length != 1)
            {
                // J1939 and other protocols name their messages here.
                return true;
            }

            return Broken("the identifier is no number of 11 bits, or of 29 bits with an x behind it");
        }

        flags |= isExtended ? CanFrameFlags.Extended : 0;
        uint length = 0;
        if (Words.Same(word, "r"u8))
        {
            // The length of a remote request is optional, and words such as Length = follow.
            if (words.TryTake(out word) && word.Length <= 2 && Words.TryHex(word, out uint requested))
            {
                length = Math.Min(requested, 8);
            }

            return Add(timeNs, number, id, flags | CanFrameFlags.Remote, (int)length, default, block);
        }

        if (!Words.Same(word, "d"u8))
        {
            return true;
        }

        if (!words.TryTake(out word) || word.Length > 2 || !Words.TryNumber(word, _isDecimal, out length) || length > 15)
        {
            return Broken("the length is not a number up to 15");
        }

        // Codes 9 to 15 carry 8 bytes in a classic frame.
        Span<byte> data = Scratch.AsSpan(0, (int)Math.Min(length, 8));
        return words.TryTakeBytes(data, _isDecimal)
            ? Add(timeNs, number, id, flags, data.Length, data, block)
            : Broken($"there are not {data.Length} bytes of payload");
    }

    private bool TakeFd(long timeNs, ref Words words, CanFrameBlock block)
    {
        if (!words.TryTake(out ReadOnlySpan<byte> word) || !Words.TryDecimal(word, out uint number))
        {
            return Broken("the channel is not a number");
        }

        if (!words.TryTake(out word) || !TryDirection(word, out CanFrameFlags flags))
        {
            return Broken("the direction is none of Rx, Tx, TxRq");
        }

        if (!words.TryTake(out word))
        {
            return Broken("nothing follows the direction");
        }

        if (Words.StartsWith(word, "ErrorFrame"u8))
        {
            return Add(timeNs, number, 0, CanFrameFlags.Error, 0, default, block);
        }

        if (!TryId(word, out uint id, out bool isExtended))
        {
            return Broken("the identifier is no number of 11 bits, or of 29 bits with an x behind it");
        }

        // A symbolic name may stand before the two single digits.
        if (!words.TryTake(out word) || (!IsBit(word) && !words.TryTake(out word)) || !IsBit(word))
        {
            return Broken("the bit rate switch is neither 0 nor 1");
        }

        bool hasSwitch = word[0] == (byte)'1';
        if (!words.TryTake(out word) || !IsBit(word))
        {
            return Broken("the error state indicator is neither 0 nor 1");
        }

        bool isPassive = word[0] == (byte)'1';
        if (!words.TryTake(out word) || word.Length > 2 || !Words.TryHex(word, out uint code) || code > 15)
        {
            return Broken("the data length code is not a number up to F");
        }

        if (!words.TryTake(out word) || !Words.TryDecimal(word, out uint length) || length > 64)
        {
            return Broken("the length is not a number up to 64");
        }

        Span<byte> data = Scratch.AsSpan(0, (int)length);
        if (!words.TryTakeBytes(data, _isDecimal))
        {
            return Broken($"there are not {length} bytes of payload");
        }

        // Behind the payload: duration, length in bits, flags. Classic frames of FD channels have the same line without the FD flag.
        uint bits = FdBit;
        if (words.TryTake(out _) && words.TryTake(out _) && words.TryTake(out word) && Words.TryHex(word, out uint known))
        {
            bits = known;
        }

        flags |= isExtended ? CanFrameFlags.Extended : 0;
        if ((bits & RemoteBit) != 0 && length == 0 && (bits & FdBit) == 0)
        {
            return Add(timeNs, number, id, flags | CanFrameFlags.Remote, (int)Math.Min(code, 8), default, block);
        }

        if ((bits & FdBit) != 0 || length > 8 || hasSwitch)
        {
            flags |= CanFrameFlags.Fd | (hasSwitch ? CanFrameFlags.BitRateSwitch : 0) | (isPassive ? CanFrameFlags.ErrorStateIndicator : 0);
        }

        return Add(timeNs, number, id, flags, data.Length, data, block);
    }

    private static bool IsBit(ReadOnlySpan<byte> word) => word.Length == 1 && word[0] is (byte)'0' or (byte)'1';

    private static bool TryDirection(ReadOnlySpan<byte> word, out CanFrameFlags flags)
    {
        flags = Words.StartsWith(word, "Tx"u8) ? CanFrameFlags.Transmitted : CanFrameFlags.None;
        return Words.Same(word, "Rx"u8) || Words.Same(word, "Tx"u8) || Words.Same(word, "TxRq"u8);
    }

    private bool TryId(ReadOnlySpan<byte> text, out uint id, out bool isExtended)
    {
        isExtended = text.Length > 1 && (text[^1] | 0x20) == 'x';
        return Words.TryNumber(isExtended ? text[..^1] : text, _isDecimal, out id) && id <= (isExtended ? 0x1FFF_FFFFu : 0x7FFu);
    }

    private bool Add(long timeNs, uint number, uint id, CanFrameFlags flags, int length, ReadOnlySpan<byte> data, CanFrameBlock block)
    {
        int channel = ChannelOfNumber(number);
        if (channel < 0)
        {
            return Broken("the channel has a number above 255");
        }

        if ((flags & CanFrameFlags.Remote) != 0)
        {
            block.Add(timeNs, channel, id, flags, length, 0);
        }
        else
        {
            block.Add(timeNs, channel, id, flags, data);
        }

        return true;
    }
}
