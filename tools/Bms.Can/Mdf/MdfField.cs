namespace Bms.Can.Mdf;

/// <summary>A number within a record.</summary>
/// <param name="byteOffset">First byte.</param>
/// <param name="bitOffset">First bit in it.</param>
/// <param name="bitCount">Bits, 1..64.</param>
/// <param name="dataType">0 and 1 unsigned, 2 and 3 signed, 4 and 5 floating; odd ones big endian.</param>
internal sealed class MdfField(int byteOffset, int bitOffset, int bitCount, int dataType)
{
    /// <summary>First byte behind the number.</summary>
    public int End => byteOffset + (bitOffset + bitCount + 7) / 8;

    /// <summary>First byte.</summary>
    public int ByteOffset => byteOffset;

    /// <summary>Bytes it takes.</summary>
    public int ByteCount => (bitOffset + bitCount + 7) / 8;

    /// <summary>True for floating numbers.</summary>
    public bool IsFloat => dataType is 4 or 5;

    /// <summary>True for signed whole numbers.</summary>
    public bool IsSigned => dataType is 2 or 3;

    /// <summary>The raw bits, not extended in sign.</summary>
    public ulong Bits(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> bytes = record.Slice(byteOffset, Math.Min(ByteCount, 8));
        ulong value = 0;
        if ((dataType & 1) != 0 && dataType < 6)
        {
            foreach (byte part in bytes)
            {
                value = (value << 8) | part;
            }

            value >>= bitOffset;
        }
        else
        {
            for (int index = bytes.Length - 1; index >= 0; index--)
            {
                value = (value << 8) | bytes[index];
            }

            value >>= bitOffset;
            if (ByteCount == 9)
            {
                value |= (ulong)record[byteOffset + 8] << (64 - bitOffset);
            }
        }

        return bitCount == 64 ? value : value & ((1UL << bitCount) - 1);
    }

    /// <summary>The number as a signed whole number.</summary>
    public long Whole(ReadOnlySpan<byte> record)
    {
        ulong bits = Bits(record);
        return IsSigned && bitCount < 64 ? (long)(bits << (64 - bitCount)) >> (64 - bitCount) : (long)bits;
    }

    /// <summary>The number as a floating one.</summary>
    public double Floating(ReadOnlySpan<byte> record)
        => bitCount == 32 ? BitConverter.UInt32BitsToSingle((uint)Bits(record)) : BitConverter.UInt64BitsToDouble(Bits(record));
}

/// <summary>From the raw time of a record to ns since the start of the recording.</summary>
/// <param name="field">The master channel, or null where the record's number is the time.</param>
/// <param name="factor">Seconds per raw unit.</param>
/// <param name="offset">Seconds at raw zero.</param>
internal sealed class MdfTime(MdfField? field, double factor, double offset)
{
    // Factors such as 1e-9, 1e-6 or 5e-8 are a whole number of ns: then nothing is rounded.
    private readonly long _stepNs = Math.Abs(factor * 1e9 - Math.Round(factor * 1e9)) < 1e-6 && Math.Abs(factor) is > 1e-10 and < 1e6 ? (long)Math.Round(factor * 1e9) : 0;
    private readonly double _offsetNs = offset * 1e9;

    /// <summary>The time of a record; false where it is out of range.</summary>
    public bool TryNs(ReadOnlySpan<byte> record, long number, out long timeNs)
    {
        timeNs = 0;
        if (field is null || !field.IsFloat)
        {
            long raw = field is null ? number : field.Whole(record);
            if (_stepNs != 0 && Math.Abs((double)raw * _stepNs + _offsetNs) < 9e18)
            {
                timeNs = raw * _stepNs + (long)Math.Round(_offsetNs);
                return true;
            }

            return TryRound(raw * factor + offset, out timeNs);
        }

        return TryRound(field.Floating(record) * factor + offset, out timeNs);
    }

    private static bool TryRound(double seconds, out long timeNs)
    {
        // Written so that NaN fails.
        bool isInRange = Math.Abs(seconds) < 9e9;
        timeNs = isInRange ? (long)Math.Round(seconds * 1e9) : 0;
        return isInRange;
    }
}
