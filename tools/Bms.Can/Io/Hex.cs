namespace Bms.Can.Io;

/// <summary>Hexadecimal digits, both ways.</summary>
internal static class Hex
{
    /// <summary>Value of what is no digit.</summary>
    public const byte NoDigit = 255;

    /// <summary>Value of each character as a digit.</summary>
    public static readonly byte[] Values = MakeValues();

    /// <summary>The digits, capital.</summary>
    public static readonly byte[] Digits = "0123456789ABCDEF"u8.ToArray();

    /// <summary>Both digits of each byte, the first in the lower half.</summary>
    public static readonly ushort[] Pairs = MakePairs(16);

    /// <summary>Both digits of each number below 100, the first in the lower half.</summary>
    public static readonly ushort[] DecimalPairs = MakePairs(10);

    /// <summary>Pairs of digits of all numbers below the square of a base.</summary>
    private static ushort[] MakePairs(int radix)
    {
        ushort[] pairs = new ushort[radix * radix];
        for (int value = 0; value < pairs.Length; value++)
        {
            pairs[value] = (ushort)(Digits[value / radix] | (Digits[value % radix] << 8));
        }

        return pairs;
    }

    private static byte[] MakeValues()
    {
        byte[] values = new byte[256];
        Array.Fill(values, NoDigit);
        for (int value = 0; value < 16; value++)
        {
            values["0123456789ABCDEF"[value]] = (byte)value;
            values["0123456789abcdef"[value]] = (byte)value;
        }

        return values;
    }
}
