namespace Bms.Can.Io;

/// <summary>Data length codes of CAN FD.</summary>
internal static class CanLength
{
    private static readonly byte[] Lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];

    /// <summary>Bytes of a code 0..15 in a FD frame.</summary>
    public static int OfCode(uint code) => Lengths[code & 15];

    /// <summary>The smallest code that holds so many bytes, 0..64.</summary>
    public static int CodeOf(int length)
    {
        int code = 0;
        while (Lengths[code] < length)
        {
            code++;
        }

        return code;
    }

    /// <summary>True for the lengths that a FD frame can have.</summary>
    public static bool IsOfFd(int length) => Lengths.AsSpan().Contains((byte)length);
}
