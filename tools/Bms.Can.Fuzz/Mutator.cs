using System.Buffers.Binary;

namespace Bms.Can.Fuzz;

/// <summary>Changes inputs: some changes know the structure of texts (numbers, words, lines) and binaries (lengths and links of 2, 4 and 8 bytes, blocks), some know nothing.</summary>
public sealed class Mutator(int seed)
{
    private static readonly long[] Nasty =
    [
        0, 1, 2, 3, 7, 8, 9, 15, 16, 23, 24, 25, 63, 64, 65, 127, 128, 255, 256, 4095, 4096, 65535, 65536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, long.MaxValue, long.MinValue, -1, -2, -24,
        0x1FFF_FFFF, 0x2000_0000, 0x7FF, 0x800, 1_000_000_000_000_000_000,
    ];

    private static readonly string[] Words =
    [
        "0", "1", "-1", "9", "64", "65", "99999999999999999999", "1e308", "0x", "0xFFFFFFFFF", "NaN", ".", ",", ";", ":", "\"", "'", "#", "##", "R", "Tx", "Rx", "d", "r", "x", "[", "]", "(", ")", "CANFD", "ErrorFrame",
        "\n", "\r\n", "\t", " ", "\0", "\u00e4", "***", "//", "relative", "dec", "BO_", "SG_", "|", "@", "m1M", "RTR", "ER", "date",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A changed copy.</summary>
    /// <param name="input">What to change.</param>
    /// <param name="other">Another input to take pieces from.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (int count = 1 + _random.Next(_random.Next(2) == 0 ? 2 : 8); count > 0; count--)
        {
            if (bytes.Count == 0)
            {
                bytes.Add((byte)_random.Next(256));
            }

            Change(bytes, other);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        int position = _random.Next(bytes.Count);
        switch (_random.Next(12))
        {
            case 0:
                bytes[position] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[position] = (byte)_random.Next(256);
                break;
            case 2:
                WriteNumber(bytes, position & ~(WidthAt() - 1));
                break;
            case 3:
                WriteNumber(bytes, position & ~7);
                break;
            case 4:
                AddToNumber(bytes, position & ~3);
                break;
            case 5:
                Remove(bytes, position, 1 + _random.Next(Math.Min(32, bytes.Count)));
                break;
            case 6:
                Insert(bytes, position, System.Text.Encoding.UTF8.GetBytes(Words[_random.Next(Words.Length)]));
                break;
            case 7:
                ReplaceDigits(bytes, position);
                break;
            case 8:
                int length = 1 + _random.Next(Math.Min(64, bytes.Count - position));
                Insert(bytes, _random.Next(bytes.Count + 1), [.. bytes.GetRange(position, length)]);
                break;
            case 9 when other.Length > 0:
                int from = _random.Next(other.Length);
                int size = 1 + _random.Next(Math.Min(128, other.Length - from));
                Insert(bytes, position, other[from..(from + size)]);
                break;
            case 10:
                SwapLines(bytes, position);
                break;
            default:
                if (_random.Next(4) == 0)
                {
                    Remove(bytes, position, bytes.Count - position);
                }

                break;
        }
    }

    private int WidthAt() => 1 << _random.Next(4);

    private void WriteNumber(List<byte> bytes, int position)
    {
        Span<byte> number = stackalloc byte[8];
        long value = Nasty[_random.Next(Nasty.Length)];
        if (_random.Next(4) == 0)
        {
            // A link to somewhere in the file.
            value = _random.Next(bytes.Count + 1) & ~7;
        }

        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        int width = WidthAt();
        if (_random.Next(8) == 0)
        {
            number[..width].Reverse();
        }

        for (int index = 0; index < width && position + index < bytes.Count; index++)
        {
            bytes[position + index] = number[index];
        }
    }

    private void AddToNumber(List<byte> bytes, int position)
    {
        if (position + 4 <= bytes.Count)
        {
            int value = bytes[position] | (bytes[position + 1] << 8) | (bytes[position + 2] << 16) | (bytes[position + 3] << 24);
            value += _random.Next(-16, 17);
            for (int index = 0; index < 4; index++)
            {
                bytes[position + index] = (byte)(value >> (8 * index));
            }
        }
    }

    private static void Remove(List<byte> bytes, int position, int count) => bytes.RemoveRange(position, Math.Min(count, bytes.Count - position));

    private static void Insert(List<byte> bytes, int position, byte[] piece)
    {
        if (bytes.Count < 1 << 16)
        {
            bytes.InsertRange(position, piece);
        }
    }

    /// <summary>Puts another number in place of the digits at hand.</summary>
    private void ReplaceDigits(List<byte> bytes, int position)
    {
        int start = bytes.FindIndex(position, letter => letter is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        int end = start;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        bytes.RemoveRange(start, end - start);
        Insert(bytes, start, System.Text.Encoding.ASCII.GetBytes(Nasty[_random.Next(Nasty.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private void SwapLines(List<byte> bytes, int position)
    {
        int end = bytes.IndexOf((byte)'\n', position);
        if (end > position)
        {
            List<byte> line = bytes.GetRange(position, end + 1 - position);
            bytes.RemoveRange(position, line.Count);
            Insert(bytes, bytes.Count == 0 ? 0 : _random.Next(bytes.Count), [.. line]);
        }
    }
}
