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
