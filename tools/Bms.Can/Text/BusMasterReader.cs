using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Text;

/// <summary>Reads logs of BUSMASTER: a head in asterisks, then <c>22:20:14:9920 Rx 1 0x21A s 8 FE 36 12 FE 69 05 07 AD</c>.</summary>
/// <remarks>
/// Times of day (system mode) become absolute by the date of the head and run on over midnight; absolute mode counts from the start of the log; relative mode holds differences, which are added up.
/// Decimal logs have decimal identifiers and bytes.
/// </remarks>
internal sealed class BusMasterReader(LogInput input, bool lenient) : TextLogReader(input, lenient)
{
    private const long DayNs = 86_400_000_000_000;

    private bool _isDecimal;
    private bool _isSystemTime = true;
    private bool _isRelative;
    private bool _hasStart;
    private long _midnightNs;
    private long _lastNs = -1;

    public override CanLogFormat Format => CanLogFormat.BusMaster;

    public override string FormatText => "BUSMASTER log";

    protected override string Example => "22:20:14:9920 Rx 1 0x21A s 8 FE 36 12 FE 69 05 07 AD";

    public static bool Matches(ReadOnlySpan<byte> line) => line.StartsWith("***BUSMASTER"u8);

    protected override bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        if (line.StartsWith("***"u8))
        {
            TakeHead(line);
            return true;
        }

        var words = new Words(line);
        if (!words.TryTake(out ReadOnlySpan<byte> word) || !TryClock(word, out long timeNs))
        {
            return Broken("the line does not begin with a time of hours:minutes:seconds:fraction");
        }

        if (!words.TryTake(out word) || !(Words.Same(word, "Rx"u8) || Words.Same(word, "Tx"u8)))
        {
            return Broken("the second word is neither Rx nor Tx");
        }

        CanFrameFlags flags = Words.Same(word, "Tx"u8) ? CanFrameFlags.Transmitted : CanFrameFlags.None;
        if (!words.TryTake(out word) || !Words.TryDecimal(word, out uint number))
        {
            return Broken("the channel is not a number");
        }

        if (!words.TryTake(out word) || !Words.TryNumber(word, _isDecimal, out uint id))
        {
            return Broken("the identifier is not a number");
        }

        if (!words.TryTake(out word) || word.Length > 2 || (word[0] | 0x20) is not ('s' or 'x'))
        {
            return Broken("the type is none of s, x, sr, xr");
        }

        flags |= (word[0] | 0x20) == 'x' ? CanFrameFlags.Extended : 0;
        flags |= word.Length == 2 && (word[1] | 0x20) == 'r' ? CanFrameFlags.Remote : 0;
        if (id > ((flags & CanFrameFlags.Extended) != 0 ? 0x1FFF_FFFFu : 0x7FFu))
        {
            return Broken("the identifier has more bits than its type allows");
        }

        if (!words.TryTake(out word) || !Words.TryDecimal(word, out uint length) || length > 64)
        {
            return Broken("the length is not a number up to 64");
        }

        int channel = ChannelOfNumber(number);
        if (channel < 0)
        {
            return Broken("the channel has a number above 255");
        }

        Span<byte> data = Scratch.AsSpan(0, (int)length);
        bool isRemote = (flags & CanFrameFlags.Remote) != 0;
        if (isRemote ? length > 8 : !words.TryTakeBytes(data, _isDecimal))
        {
            return Broken($"there are not {length} bytes of payload");
        }

        timeNs = Place(timeNs);
        if (isRemote)
        {
            block.Add(timeNs, channel, id, flags, (int)length, 0);
        }
        else
        {
            block.Add(timeNs, channel, id, flags | (length > 8 ? CanFrameFlags.Fd : 0), data);
        }

        return true;
    }

    /// <summary>h:m:s:fraction; the fraction has 3 digits for ms or 4 for 0.1 ms.</summary>
    private static bool TryClock(ReadOnlySpan<byte> text, out long timeNs)
    {
        timeNs = 0;
        Span<uint> parts = stackalloc uint[3];
        for (int index = 0; index < 3; index++)
        {
            int colon = text.IndexOf((byte)':');
            if (colon < 0 || !Words.TryDecimal(text[..colon], out parts[index]) || parts[index] > (index == 0 ? 100_000u : 59u))
            {
                return false;
            }

            text = text[(colon + 1)..];
        }

        if (text.Length is 0 or > 9 || !Words.TryDecimal(text, out uint fraction))
        {
            return false;
        }

        long fractionNs = fraction;
        for (int digits = text.Length; digits < 9; digits++)
        {
            fractionNs *= 10;
        }

        timeNs = ((parts[0] * 60L + parts[1]) * 60 + parts[2]) * 1_000_000_000 + fractionNs;
        return true;
    }

    private void TakeHead(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.Trim((byte)'*');
        if (text.SequenceEqual("DEC"u8) || text.SequenceEqual("HEX"u8))
        {
            _isDecimal = text[0] == 'D';
        }
        else if (text.EndsWith(" MODE"u8))
        {
            _isSystemTime = text.StartsWith("SYSTEM"u8);
            _isRelative = text.StartsWith("RELATIVE"u8);
            HasAbsoluteTime = _hasStart;
        }
        else if (text.StartsWith("START DATE AND TIME "u8))
        {
            var words = new Words(text[20..]);
            if (words.TryTake(out ReadOnlySpan<byte> date) && words.TryTake(out ReadOnlySpan<byte> clock) && TryDate(date, out long midnightNs) && TryClock(clock, out long clockNs))
            {
                _midnightNs = midnightNs;
                StartNs = midnightNs + clockNs;
                _lastNs = -1;
                _hasStart = true;
                HasAbsoluteTime = true;
            }
        }
        else if (text.StartsWith("PROTOCOL "u8) && !text.SequenceEqual("PROTOCOL CAN"u8))
        {
            Note("The log is not of a CAN bus by its head.");
        }
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out long midnightNs)
    {
        midnightNs = 0;
        int first = text.IndexOf((byte)':');
        int second = text.LastIndexOf((byte)':');
        if (first < 0 || second == first || !Words.TryDecimal(text[..first], out uint day) || !Words.TryDecimal(text[(first + 1)..second], out uint month)
            || !Words.TryDecimal(text[(second + 1)..], out uint year) || year is < 1970 or > 2200 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth((int)year, (int)month))
        {
            return false;
        }

        midnightNs = (new DateTime((int)year, (int)month, (int)day) - DateTime.UnixEpoch).Ticks * 100;
        return true;
    }

    private long Place(long timeNs)
    {
        if (_isRelative)
        {
            _lastNs = _lastNs < 0 ? (StartNs ?? 0) + timeNs : _lastNs + timeNs;
            return _lastNs;
        }

        if (!_isSystemTime)
        {
            return (StartNs ?? 0) + timeNs;
        }

        // A clock that goes back by more than half a day has passed midnight.
        timeNs += _midnightNs;
        if (_lastNs >= 0 && _lastNs - timeNs > DayNs / 2)
        {
            _midnightNs += DayNs;
            timeNs += DayNs;
        }

        _lastNs = timeNs;
        return timeNs;
    }
}
