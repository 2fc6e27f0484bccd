using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Bms.Can.Log;

namespace Bms.Can.Candump;

/// <summary>Parses runs of classic data frames in the log style, <c>(1436509052.249713) can0 123#DEADBEEF</c>, several bytes at a time.</summary>
/// <remarks>
/// It stops in front of any line that is not of this form, or that it is not sure of; <see cref="CandumpLine"/> judges those. Seconds and interface rarely change from line to line, so they are
/// compared with the last ones instead of being parsed.
/// </remarks>
internal sealed class CandumpFastPath
{
    /// <summary>A line is only looked at where so many bytes follow its start: loads of 16 bytes never leave the text.</summary>
    public const int LineReserve = 128;

    private const int LongestSecond = 12;

    private Vector128<byte> _secondText;
    private Vector128<byte> _secondMask;
    private int _secondLength;
    private long _secondNs;
    private ulong _interfaceText;
    private ulong _interfaceMask;
    private int _interfaceLength;
    private int _channel = -1;

    /// <summary>Lines of the last call.</summary>
    public int LinesTaken { get; private set; }

    /// <summary>Expects this interface in the next lines.</summary>
    public void SetInterface(ReadOnlySpan<byte> name, int channel)
    {
        _channel = -1;
        if (name.Length is 0 or > 7)
        {
            return;
        }

        Span<byte> text = stackalloc byte[8];
        text.Clear();
        name.CopyTo(text);
        text[name.Length] = (byte)' ';
        _interfaceLength = name.Length + 1;
        _interfaceText = BinaryPrimitives.ReadUInt64LittleEndian(text);
        _interfaceMask = _interfaceLength == 8 ? ulong.MaxValue : (1UL << (8 * _interfaceLength)) - 1;
        _channel = channel;
    }

    /// <summary>Takes lines until the block is full, the text nearly used up, or a line is not of the common form.</summary>
    /// <param name="text">The text, beginning with a line.</param>
    /// <param name="limit">Only lines that begin before this position are taken.</param>
    /// <param name="block">Takes the frames.</param>
    /// <returns>Bytes used up, always whole lines.</returns>
    public int Parse(ReadOnlySpan<byte> text, int limit, CanFrameBlock block)
    {
        LinesTaken = 0;
        int last = Math.Min(limit - 1, text.Length - LineReserve);
        if (_channel < 0 || last < 0 || !BitConverter.IsLittleEndian)
        {
            return 0;
        }

        int position = 0;
        int count = block.Count;
        int capacity = block.Capacity;
        long[] times = block.TimeNs;
        ulong[] payloads = block.Payload;
        uint[] ids = block.Id;
        CanFrameFlags[] flags = block.Flags;
        byte[] lengths = block.Length;
        byte[] channels = block.Channel;
        ref byte start = ref MemoryMarshal.GetReference(text);
        byte channel = (byte)_channel;
        int first = count;
        while (position <= last && count < capacity)
        {
            ref byte line = ref Unsafe.Add(ref start, position);
            if (((Vector128.LoadUnsafe(ref line) ^ _secondText) & _secondMask) != Vector128<byte>.Zero || _secondLength == 0)
            {
                if (!ParseSecond(text[position..]))
                {
                    break;
                }
            }

            line = ref Unsafe.Add(ref line, _secondLength);
            ulong digits = Unsafe.ReadUnaligned<ulong>(ref line);
            const ulong Nibbles = 0x0000_F0F0_F0F0_F0F0;
            const ulong Threes = 0x2029_3030_3030_3030;
            if ((digits & (Nibbles | 0xFFFF_0000_0000_0000)) != Threes || ((digits + 0x0000_0606_0606_0606) & Nibbles) != (Threes & Nibbles))
            {
                break;
            }

            ulong pairs = (((digits << 16) & 0x0F0F_0F0F_0F0F_0000) * 2561) >> 8;
            ulong fours = ((pairs & 0x00FF_00FF_00FF_00FF) * 6553601) >> 16;
            uint microsecond = (uint)(((fours & 0x0000_FFFF_0000_FFFF) * 42949672960001) >> 32);

            line = ref Unsafe.Add(ref line, 8);
            if (((Unsafe.ReadUnaligned<ulong>(ref line) ^ _interfaceText) & _interfaceMask) != 0)
            {
                break;
            }

            line = ref Unsafe.Add(ref line, _interfaceLength);
            uint id;
            CanFrameFlags kind;
            int digitsOfId;
            if (Unsafe.Add(ref line, 3) == (byte)'#')
            {
                digitsOfId = 3;
                kind = CanFrameFlags.None;
                uint first3 = Unsafe.ReadUnaligned<uint>(ref line);
                uint a = HexOf(first3 & 0xFF);
                uint b = HexOf((first3 >> 8) & 0xFF);
                uint c = HexOf((first3 >> 16) & 0xFF);
                id = (a << 8) | (b << 4) | c;
                if (((a | b | c) & 0xF0) != 0 || id > 0x7FF)
                {
                    break;
                }
            }
            else if (Unsafe.Add(ref line, 8) == (byte)'#')
            {
                digitsOfId = 8;
                kind = CanFrameFlags.Extended;
                ulong bytes = HexPairs(Vector128.LoadUnsafe(ref line), out uint idDigits);
                id = BinaryPrimitives.ReverseEndianness((uint)bytes);
                if ((idDigits & 0xFF) != 0xFF || id > 0x1FFF_FFFF)
                {
                    break;
                }
            }
            else
            {
                break;
            }

            line = ref Unsafe.Add(ref line, digitsOfId + 1);
            ulong payload = HexPairs(Vector128.LoadUnsafe(ref line), out uint valid);
            int digitsOfData = BitOperations.TrailingZeroCount(~valid);
            line = ref Unsafe.Add(ref line, digitsOfData);
            int end = digitsOfData + 1;
            byte terminator = line;
            if (terminator == (byte)'\r')
            {
                terminator = Unsafe.Add(ref line, 1);
                end++;
            }

            if (terminator != (byte)'\n' || (digitsOfData & 1) != 0)
            {
                break;
            }

            // A shift by 64 would not clear anything, so the empty payload is cleared in two steps.
            payload = digitsOfData == 0 ? 0 : payload & (ulong.MaxValue >> (64 - digitsOfData * 4));
            times[count] = _secondNs + microsecond * 1000L;
            payloads[count] = payload;
            ids[count] = id;
            flags[count] = kind;
            lengths[count] = (byte)(digitsOfData >> 1);
            channels[count] = channel;
            count++;
            position += _secondLength + 8 + _interfaceLength + digitsOfId + 1 + end;
        }

        LinesTaken = count - first;
        block.Count = count;
        return position;
    }

    /// <summary>16 hexadecimal digits as 8 bytes, the first pair in the lowest byte; bit n of <paramref name="valid"/> says whether digit n is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HexPairs(Vector128<byte> text, out uint valid)
    {
        Vector128<byte> digit = text - Vector128.Create((byte)'0');
        Vector128<byte> letter = (text | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
        Vector128<byte> isDigit = Vector128.LessThanOrEqual(digit, Vector128.Create((byte)9));
        Vector128<byte> isLetter = Vector128.LessThanOrEqual(letter, Vector128.Create((byte)5));
        valid = (isDigit | isLetter).ExtractMostSignificantBits();
        Vector128<ushort> values = Vector128.ConditionalSelect(isDigit, digit, letter + Vector128.Create((byte)10)).AsUInt16();
        Vector128<ushort> bytes = ((values << 4) | (values >> 8)) & Vector128.Create((ushort)0xFF);
        return Vector128.Narrow(bytes, bytes).AsUInt64().ToScalar();
    }

    /// <summary>A hexadecimal digit's value; anything else gives more than 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HexOf(uint letter)
    {
        uint digit = letter - '0';
        uint other = (letter | 0x20) - 'a';
        return digit <= 9 ? digit : other <= 5 ? other + 10 : 0xF0;
    }

    /// <summary>Takes <c>(1436509052.</c> as the new second.</summary>
    private bool ParseSecond(ReadOnlySpan<byte> text)
    {
        _secondLength = 0;
        if (text[0] != (byte)'(')
        {
            return false;
        }

        long second = 0;
        int position = 1;
        uint digit;
        while (position <= LongestSecond && (digit = text[position] - (uint)'0') <= 9)
        {
            second = second * 10 + digit;
            position++;
        }

        if (position is 1 or > LongestSecond || text[position] != (byte)'.' || second >= 9_000_000_000)
        {
            return false;
        }

        _secondLength = position + 1;
        Span<byte> line = stackalloc byte[16];
        Span<byte> mask = stackalloc byte[16];
        line.Clear();
        mask.Clear();
        text[.._secondLength].CopyTo(line);
        mask[.._secondLength].Fill(0xFF);
        _secondText = Vector128.Create<byte>(line);
        _secondMask = Vector128.Create<byte>(mask);
        _secondNs = second * 1_000_000_000;
        return true;
    }
}
