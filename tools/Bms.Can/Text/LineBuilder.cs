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
        while (Length < column)
        {
            _room[Length++] = (byte)' ';
        }
    }

    /// <summary>Adds a whole number, not negative, right-aligned in so many columns at least.</summary>
    public void AddDecimal(long value, int width = 0, char pad = ' ')
    {
        Span<byte> digits = stackalloc byte[20];
        int position = digits.Length;
        do
        {
            (value, long digit) = Math.DivRem(value, 10);
            digits[--position] = (byte)('0' + digit);
        }
        while (value > 0);

        for (int count = width - (digits.Length - position); count > 0; count--)
        {
            _room[Length++] = (byte)pad;
        }

        Add(digits[position..]);
    }

    /// <summary>Adds a number with a fraction: <paramref name="value"/> in units of 10^-<paramref name="places"/>; may be negative.</summary>
    public void AddFixed(long value, int places, int width)
    {
        bool isNegative = value < 0;
        ulong rest = isNegative ? (ulong)-value : (ulong)value;
        Span<byte> digits = stackalloc byte[24];
        int position = digits.Length;
        for (int index = 0; index < places; index++)
        {
            digits[--position] = (byte)('0' + rest % 10);
            rest /= 10;
        }

        if (places > 0)
        {
            digits[--position] = (byte)'.';
        }

        do
        {
            digits[--position] = (byte)('0' + rest % 10);
            rest /= 10;
        }
        while (rest > 0);

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

    /// <summary>Adds bytes as two digits each, with a separator in front of each.</summary>
    public void AddBytes(scoped ReadOnlySpan<byte> data, char separator)
    {
        foreach (byte value in data)
        {
            _room[Length] = (byte)separator;
            BinaryPrimitives.WriteUInt16LittleEndian(_room[(Length + 1)..], Hex.Pairs[value]);
            Length += 3;
        }
    }
}
