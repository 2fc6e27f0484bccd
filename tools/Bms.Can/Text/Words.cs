using Bms.Can.Io;

namespace Bms.Can.Text;

/// <summary>The words of one line, and the numbers in them; allocates nothing.</summary>
internal ref struct Words(ReadOnlySpan<byte> line)
{
    /// <summary>What has not been taken yet, without blanks in front.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = TrimStart(line);

    /// <summary>Takes the next word; false at the end of the line.</summary>
    public bool TryTake(out ReadOnlySpan<byte> word)
    {
        int length = Rest.IndexOfAny((byte)' ', (byte)'\t');
        word = length < 0 ? Rest : Rest[..length];
        Rest = length < 0 ? default : TrimStart(Rest[length..]);
        return !word.IsEmpty;
    }

    /// <summary>Takes bytes in a number base; false where there are fewer or other words.</summary>
    public bool TryTakeBytes(Span<byte> data, bool isDecimal)
    {
        for (int index = 0; index < data.Length; index++)
        {
            if (!TryTake(out ReadOnlySpan<byte> word) || !TryNumber(word, isDecimal, out uint value) || value > 255)
            {
                return false;
            }

            data[index] = (byte)value;
        }

        return true;
    }

    /// <summary>A whole number of up to 32 bits without sign.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, bool isDecimal, out uint value)
        => isDecimal ? TryDecimal(text, out value) : TryHex(text, out value);

    /// <summary>Up to eight hexadecimal digits, with or without 0x in front.</summary>
    public static bool TryHex(ReadOnlySpan<byte> text, out uint value)
    {
        if (text.Length > 2 && text[0] == (byte)'0' && (text[1] | 0x20) == 'x')
        {
            text = text[2..];
        }

        value = 0;
        if (text.Length is 0 or > 8)
        {
            return false;
        }

        foreach (byte letter in text)
        {
            uint digit = Hex.Values[letter];
            if (digit == Hex.NoDigit)
            {
                return false;
            }

            value = (value << 4) | digit;
        }

        return true;
    }

    /// <summary>Decimal digits, below 2^32.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.Length is 0 or > 10)
        {
            return false;
        }

        ulong sum = 0;
        foreach (byte letter in text)
        {
            uint digit = letter - (uint)'0';
            if (digit > 9)
            {
                return false;
            }

            sum = sum * 10 + digit;
        }

        value = (uint)sum;
        return sum <= uint.MaxValue;
    }

    /// <summary>A decimal number with a fraction after a point or comma, in units of 10^-9 of <paramref name="unitNs"/> ns; digits beyond 1 ns are dropped.</summary>
    /// <param name="text">Such as 12.345678 or -0.5.</param>
    /// <param name="unitNs">Length of one unit: 1,000,000,000 for seconds, 1,000,000 for milliseconds, 1000 for microseconds, 1 for nanoseconds.</param>
    /// <param name="timeNs">The time in ns.</param>
    public static bool TryTime(ReadOnlySpan<byte> text, long unitNs, out long timeNs)
    {
        timeNs = 0;
        bool isNegative = text.Length > 0 && text[0] == (byte)'-';
        if (isNegative)
        {
            text = text[1..];
        }

        long whole = 0;
        int position = 0;
        uint digit;
        while (position < text.Length && (digit = text[position] - (uint)'0') <= 9)
        {
            if (whole > 900_000_000_000_000_000)
            {
                return false;
            }

            whole = whole * 10 + digit;
            position++;
        }

        if (position == 0 || whole > 9_000_000_000_000_000_000 / unitNs)
        {
            return false;
        }

        long value = whole * unitNs;
        if (position < text.Length)
        {
            if (text[position] is not ((byte)'.' or (byte)',') || position + 1 == text.Length)
            {
                return false;
            }

            long place = unitNs;
            for (position++; position < text.Length; position++)
            {
                if ((digit = text[position] - (uint)'0') > 9)
                {
                    return false;
                }

                place /= 10;
                value += digit * place;
            }
        }

        timeNs = isNegative ? -value : value;
        return true;
    }

    /// <summary>True where two words are the same but for the case of ASCII letters.</summary>
    public static bool Same(ReadOnlySpan<byte> word, ReadOnlySpan<byte> other)
        => System.Text.Ascii.EqualsIgnoreCase(word, other);

    /// <summary>True where a text begins so, but for the case of ASCII letters.</summary>
    public static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start)
        => text.Length >= start.Length && Same(text[..start.Length], start);

    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        int start = text.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return start < 0 ? default : text[start..];
    }
}
