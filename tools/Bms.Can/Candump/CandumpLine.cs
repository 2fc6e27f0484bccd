using System.Globalization;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Candump;

/// <summary>Parses one line of any candump style, at leisure.</summary>
internal sealed class CandumpLine
{
    private const byte NoDigit = Hex.NoDigit;

    private readonly byte[] _data = new byte[64];
    private int _interfaceStart;
    private int _interfaceLength;
    private string _problem = "";

    /// <summary>What is wrong with the last line.</summary>
    public string Problem => _problem;

    /// <summary>Time of the last line in ns.</summary>
    public long TimeNs { get; private set; }

    /// <summary>Identifier without flag bits.</summary>
    public uint Id { get; private set; }

    /// <summary>Kind of frame.</summary>
    public CanFrameFlags Flags { get; private set; }

    /// <summary>Bytes of payload, of remote requests the length asked for.</summary>
    public int Length { get; private set; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Length);

    /// <summary>The interface within the line that was parsed.</summary>
    public ReadOnlySpan<byte> Interface(ReadOnlySpan<byte> line) => line.Slice(_interfaceStart, _interfaceLength);

    /// <summary>Takes a line without blanks around it; false where it is none of candump.</summary>
    public bool TryParse(ReadOnlySpan<byte> line)
    {
        _problem = "the line is not of a candump log";
        ReadOnlySpan<byte> whole = line;
        long timeNs = 0;
        if (line[0] == (byte)'(')
        {
            int close = line.IndexOf((byte)')');
            if (close < 0 || !TryParseTime(line[1..close], out timeNs))
            {
                _problem = "the time in parentheses is not a time";
                return false;
            }

            line = line[(close + 1)..].TrimStart((byte)' ');
        }

        if (!TryTakeWord(ref line, out ReadOnlySpan<byte> interfaceName) || !TryTakeWord(ref line, out ReadOnlySpan<byte> word))
        {
            return false;
        }

        int separator = word.IndexOf((byte)'#');
        ReadOnlySpan<byte> idText = separator < 0 ? word : word[..separator];
        if (idText.Length is 0 or > 8 || !TryParseHex(idText, out uint id))
        {
            _problem = "the identifier is not a hexadecimal number of up to 8 digits";
            return false;
        }

        CanFrameFlags flags = CanFrameFlags.None;
        if (idText.Length > 3)
        {
            flags = (id & 0x2000_0000) != 0 ? CanFrameFlags.Error : CanFrameFlags.Extended;
            if (id >= 0x4000_0000)
            {
                _problem = "the identifier has more than 29 bits";
                return false;
            }

            id &= 0x1FFF_FFFF;
        }
        else if (id > 0x7FF)
        {
            _problem = "the identifier has more than 11 bits but only three digits";
            return false;
        }

        Span<byte> data = _data;
        int length;
        if (separator >= 0)
        {
            if (!TryParseCompact(word[(separator + 1)..], data, ref flags, out length))
            {
                return false;
            }

            if (line.SequenceEqual("T"u8))
            {
                flags |= CanFrameFlags.Transmitted;
            }
            else if (!line.IsEmpty && !line.SequenceEqual("R"u8))
            {
                _problem = "something follows the payload";
                return false;
            }
        }
        else if (!TryParseSpaced(line, data, ref flags, out length))
        {
            return false;
        }

        if (interfaceName.Length > 64)
        {
            _problem = "the name of the interface is longer than 64 characters";
            return false;
        }

        _interfaceStart = whole.IndexOf(interfaceName);
        _interfaceLength = interfaceName.Length;
        TimeNs = timeNs;
        Id = id;
        Flags = flags;
        Length = length;
        return true;
    }

    /// <summary>What follows the identifier in the log style: DEADBEEF, R, R8, or #1DEADBEEF of a FD frame.</summary>
    private bool TryParseCompact(ReadOnlySpan<byte> text, Span<byte> data, ref CanFrameFlags flags, out int length)
    {
        length = 0;
        if (text.Length > 0 && text[0] is (byte)'R' or (byte)'r')
        {
            flags |= CanFrameFlags.Remote;
            if (text.Length == 1)
            {
                return true;
            }

            // A raw DLC of 9..F, as in R8_B, asks for 8 bytes.
            length = text[1] - '0';
            if (length is < 0 or > 8 || (text.Length > 2 && text[2] != (byte)'_'))
            {
                _problem = "the length of the remote request is not 0 to 8";
                return false;
            }

            return true;
        }

        int room = 8;
        if (text.Length > 0 && text[0] == (byte)'#')
        {
            if (text.Length < 2 || Hex.Values[text[1]] == NoDigit)
            {
                _problem = "a FD frame lacks its flags digit after ##";
                return false;
            }

            int fdFlags = Hex.Values[text[1]];
            flags |= CanFrameFlags.Fd | ((fdFlags & 1) != 0 ? CanFrameFlags.BitRateSwitch : 0) | ((fdFlags & 2) != 0 ? CanFrameFlags.ErrorStateIndicator : 0);
            text = text[2..];
            room = 64;
        }

        int rawDlc = text.IndexOf((byte)'_');
        if (rawDlc >= 0)
        {
            text = text[..rawDlc];
        }

        int position = 0;
        while (position < text.Length)
        {
            if (text[position] == (byte)'.')
            {
                position++;
                continue;
            }

            if (length == room || position + 1 >= text.Length || Hex.Values[text[position]] == NoDigit || Hex.Values[text[position + 1]] == NoDigit)
            {
                _problem = length == room ? $"the payload is longer than {room} bytes" : "the payload is not made of pairs of hexadecimal digits";
                return false;
            }

            data[length++] = (byte)((Hex.Values[text[position]] << 4) | Hex.Values[text[position + 1]]);
            position += 2;
        }

        return true;
    }

    /// <summary>What follows the identifier on the screen: [4]  DE AD BE EF, with a text in quotes or ERRORFRAME behind it.</summary>
    private bool TryParseSpaced(ReadOnlySpan<byte> text, Span<byte> data, ref CanFrameFlags flags, out int length)
    {
        length = 0;

        // candump -x shows direction and FD flags as columns before the length.
        while (text.Length > 0 && text[0] != (byte)'[' && TryTakeWord(ref text, out ReadOnlySpan<byte> column))
        {
            if (column.Length > 2)
            {
                _problem = "the length in brackets is missing";
                return false;
            }

            flags |= column.SequenceEqual("TX"u8) ? CanFrameFlags.Transmitted : column.SequenceEqual("B"u8) ? CanFrameFlags.BitRateSwitch : column.SequenceEqual("E"u8) ? CanFrameFlags.ErrorStateIndicator : 0;
        }

        int close = text.IndexOf((byte)']');
        if (text.Length < 3 || text[0] != (byte)'[' || close is < 2 or > 3)
        {
            _problem = "the length in brackets is missing";
            return false;
        }

        for (int index = 1; index < close; index++)
        {
            int digit = text[index] - '0';
            if (digit is < 0 or > 9)
            {
                _problem = "the length in brackets is not a number";
                return false;
            }

            length = length * 10 + digit;
        }

        // Two digits mean FD: [08] is a FD frame, [8] a classic one.
        if (close == 3)
        {
            flags |= CanFrameFlags.Fd;
        }

        if (length > (close == 3 ? 64 : 8))
        {
            _problem = "the length in brackets is too large";
            return false;
        }

        text = text[(close + 1)..].TrimStart((byte)' ');
        if (text.StartsWith("remote request"u8))
        {
            flags |= CanFrameFlags.Remote;
            return true;
        }

        for (int index = 0; index < length; index++)
        {
            if (!TryTakeWord(ref text, out ReadOnlySpan<byte> pair) || pair.Length != 2 || !TryParseHex(pair, out uint value))
            {
                _problem = $"there are not {length} bytes of payload";
                return false;
            }

            data[index] = (byte)value;
        }

        if (!text.IsEmpty && text[0] != (byte)'\'' && !text.StartsWith("ERRORFRAME"u8))
        {
            _problem = "something follows the payload";
            return false;
        }

        return true;
    }

    private static bool TryTakeWord(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> word)
    {
        int blank = line.IndexOf((byte)' ');
        word = blank < 0 ? line : line[..blank];
        line = blank < 0 ? default : line[blank..].TrimStart((byte)' ');
        return !word.IsEmpty;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        foreach (byte letter in text)
        {
            uint digit = Hex.Values[letter];
            if (digit == NoDigit)
            {
                return false;
            }

            value = (value << 4) | digit;
        }

        return true;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out long timeNs)
    {
        timeNs = 0;
        int point = text.IndexOf((byte)'.');
        if (point <= 0 || text.Length - point - 1 is < 1 or > 9)
        {
            return false;
        }

        long fraction = 0;
        for (int index = 0; index < 9; index++)
        {
            int position = point + 1 + index;
            int digit = position < text.Length ? text[position] - '0' : 0;
            if (digit is < 0 or > 9)
            {
                return false;
            }

            fraction = fraction * 10 + digit;
        }

        ReadOnlySpan<byte> whole = text[..point];
        Span<char> letters = stackalloc char[32];
        if (whole.Length > letters.Length)
        {
            return false;
        }

        int length = Encoding.Latin1.GetChars(whole, letters);
        if (long.TryParse(letters[..length], NumberStyles.None, CultureInfo.InvariantCulture, out long second) && second < 9_000_000_000)
        {
            timeNs = second * 1_000_000_000 + fraction;
            return true;
        }

        if (DateTime.TryParseExact(letters[..length], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date)
            && date.Year is >= 1970 and < 2255)
        {
            timeNs = (date - DateTime.UnixEpoch).Ticks * 100 + fraction;
            return true;
        }

        return false;
    }
}
