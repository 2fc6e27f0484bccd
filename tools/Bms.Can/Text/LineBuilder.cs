using System.Buffers.Binary;
using Bms.Can.Io;

namespace Bms.Can.Text;

/// <summary>Builds one line in a piece of the output; allocates nothing.</summary>
internal ref struct LineBuilder(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Adds letters.</summary>
    public void Add(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_room[Length..]);
        Length += text.Length;
    }

    /// <summary>Adds one letter.</summary>
    public void Add(char letter) => _room[Length++] = (byte)letter;

    /// <summary>Adds blanks up to a column.</summary>
    public void PadTo(int column)
    {
        if (column > Length)
        {
            _room[Length..column].Fill((byte)' ');
            Length = column;
        }
    }

    /// <summary>Adds a whole number, not negative, right-aligned in so many columns at least.</summary>
    public void AddDecimal(long value, int width = 0)
    {
        Span<byte> digits = stackalloc byte[24];
        int position = WriteBackwards((ulong)value, digits, digits.Length);
        PadTo(Length + width - (digits.Length - position));
        Add(digits[position..]);
    }

    /// <summary>Adds a number with a fraction: <paramref name="value"/> in units of 10^-<paramref name="places"/>; may be negative.</summary>
    /// <param name="value">The number.</param>
    /// <param name="places">1, 3 or 6.</param>
    /// <param name="width">Columns at least, right-aligned.</param>
    public void AddFixed(long value, int places, int width)
    {
        bool isNegative = value < 0;
        ulong rest = isNegative ? (ulong)-value : (ulong)value;
        Span<byte> digits = stackalloc byte[28];
        uint unit = places == 6 ? 1_000_000u : places == 3 ? 1000u : 10u;
        (ulong whole, ulong fraction) = Math.DivRem(rest, unit);
        int position = digits.Length;
        uint part = (uint)fraction;
        for (int index = places; index > 1; index -= 2)
        {
            (part, uint pair) = Math.DivRem(part, 100);
            position -= 2;
            BinaryPrimitives.WriteUInt16LittleEndian(digits[position..], Hex.DecimalPairs[pair]);
        }

        if ((places & 1) != 0)
        {
            digits[--position] = (byte)('0' + part);
        }

        digits[--position] = (byte)'.';
        position = WriteBackwards(whole, digits, position);
        if (isNegative)
        {
            digits[--position] = (byte)'-';
        }

        PadTo(Length + width - (digits.Length - position));
        Add(digits[position..]);
    }

    /// <summary>Adds a hexadecimal number with so many digits at least.</summary>
    public void AddHex(uint value, int digits)
    {
        while (digits < 8 && value >> (digits * 4) != 0)
        {
            digits++;
        }

        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            _room[Length++] = Hex.Digits[(value >> shift) & 15];
        }
    }

    /// <summary>Adds bytes as two digits each, with a separator in front of each. Needs one byte of room more than it adds.</summary>
    public void AddBytes(scoped ReadOnlySpan<byte> data, char separator)
    {
        Span<byte> room = _room[Length..];
        int position = 0;
        foreach (byte value in data)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(room[position..], separator | ((uint)Hex.Pairs[value] << 8));
            position += 3;
        }

        Length += position;
    }

    private static int WriteBackwards(ulong value, Span<byte> digits, int position)
    {
        while (value >= 100)
        {
            (value, ulong pair) = Math.DivRem(value, 100);
            position -= 2;
            BinaryPrimitives.WriteUInt16LittleEndian(digits[position..], Hex.DecimalPairs[pair]);
        }

        if (value >= 10)
        {
            position -= 2;
            BinaryPrimitives.WriteUInt16LittleEndian(digits[position..], Hex.DecimalPairs[value]);
            return position;
        }

        digits[--position] = (byte)('0' + value);
        return position;
    }
}
