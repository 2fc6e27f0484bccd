using System.Buffers.Binary;
using Bms.Can.Dbc;

namespace Bms.Can.Decoding;

/// <summary>Takes one signal out of payloads, and puts it in: shift and mask of a 64-bit window, worked out once.</summary>
/// <remarks>Knows nothing of the firmware's generated code, so that the two can judge each other.</remarks>
public sealed class SignalDecoder
{
    private readonly int _firstByte;
    private readonly int _lastByte;
    private readonly int _shift;
    private readonly bool _isBigEndian;
    private readonly int _signShift;
    private readonly ulong _mask;
    private readonly double _factor;
    private readonly double _offset;

    /// <param name="signal">The signal; any byte order, 1 to 64 bits.</param>
    public SignalDecoder(DbcSignal signal)
    {
        Signal = signal;
        _factor = signal.Factor;
        _offset = signal.Offset;
        _mask = signal.Length == 64 ? ulong.MaxValue : (1UL << signal.Length) - 1;
        _signShift = 64 - signal.Length;
        _isBigEndian = signal.ByteOrder == DbcByteOrder.BigEndian;
        _firstByte = signal.StartBit / 8;
        if (_isBigEndian)
        {
            // Bits above the signal in its first byte; then the signal runs on without a gap.
            int above = 7 - signal.StartBit % 8;
            _lastByte = _firstByte + (above + signal.Length - 1) / 8;
            _shift = (_lastByte - _firstByte + 1) * 8 - above - signal.Length;
        }
        else
        {
            _shift = signal.StartBit % 8;
            _lastByte = _firstByte + (_shift + signal.Length - 1) / 8;
        }
    }

    /// <summary>What is decoded.</summary>
    public DbcSignal Signal { get; }

    /// <summary>Bytes that a payload must have to hold the signal.</summary>
    public int BytesNeeded => _lastByte + 1;

    /// <summary>The raw bits, not sign-extended.</summary>
    /// <param name="data">Payload of at least <see cref="BytesNeeded"/> bytes.</param>
    public ulong BitsOf(ReadOnlySpan<byte> data)
    {
        // 64 bits that do not begin at a byte's edge touch nine bytes: 128-bit arithmetic takes all cases alike.
        UInt128 window = 0;
        for (int index = _firstByte; index <= _lastByte; index++)
        {
            int place = _isBigEndian ? _lastByte - index : index - _firstByte;
            window |= (UInt128)data[index] << (place * 8);
        }

        return (ulong)(window >> _shift) & _mask;
    }

    /// <summary>The raw bits of a payload of up to 8 bytes held in a word.</summary>
    /// <param name="payload">Payload, byte 0 in the lowest bits; at least <see cref="BytesNeeded"/> bytes of it count.</param>
    public ulong BitsOf(ulong payload)
    {
        if (_isBigEndian)
        {
            return BinaryPrimitives.ReverseEndianness(payload) >> ((7 - _lastByte) * 8 + _shift) & _mask;
        }

        return payload >> (_firstByte * 8 + _shift) & _mask;
    }

    /// <summary>The raw value as a signed number; raw bits of unsigned 64-bit signals are reinterpreted.</summary>
    /// <param name="bits">Result of <see cref="BitsOf(ulong)"/>.</param>
    public long RawOf(ulong bits) => Signal.IsSigned ? (long)(bits << _signShift) >> _signShift : (long)bits;

    /// <summary>The physical value: raw * factor + offset.</summary>
    /// <param name="bits">Result of <see cref="BitsOf(ulong)"/>.</param>
    public double PhysicalOf(ulong bits)
    {
        double raw = Signal.ValueType switch
        {
            DbcValueType.Float32 => BitConverter.UInt32BitsToSingle((uint)bits),
            DbcValueType.Float64 => BitConverter.UInt64BitsToDouble(bits),
            _ => Signal.IsSigned ? (long)(bits << _signShift) >> _signShift : bits,
        };
        return raw * _factor + _offset;
    }

    /// <summary>Text of the value table, or null.</summary>
    /// <param name="bits">Result of <see cref="BitsOf(ulong)"/>.</param>
    public string? TextOf(ulong bits) => Signal.Values.Count == 0 ? null : Signal.Values.GetValueOrDefault(RawOf(bits));

    /// <summary>True where the physical value lies in the stated range, or none is stated.</summary>
    /// <param name="physical">Result of <see cref="PhysicalOf"/>.</param>
    public bool IsInRange(double physical)
    {
        // Half a step of slack: limits written in decimal need not meet the binary product exactly.
        double slack = Math.Abs(_factor) / 2;
        return !Signal.HasRange || (physical > Signal.Minimum - slack && physical < Signal.Maximum + slack);
    }

    /// <summary>The raw bits nearest to a physical value, held within what the bits can carry. NaN gives 0 for integers.</summary>
    /// <param name="physical">Physical value.</param>
    public ulong BitsFor(double physical)
    {
        double raw = (physical - _offset) / _factor;
        switch (Signal.ValueType)
        {
            case DbcValueType.Float32:
                return BitConverter.SingleToUInt32Bits((float)raw);
            case DbcValueType.Float64:
                return BitConverter.DoubleToUInt64Bits(raw);
            default:
                // Casts from double saturate; what is wider than the signal is held at its limits.
                raw = Math.Round(raw, MidpointRounding.AwayFromZero);
                if (Signal.IsSigned)
                {
                    long limit = (long)(_mask >> 1);
                    return (ulong)Math.Clamp((long)raw, -limit - 1, limit) & _mask;
                }

                return Math.Min((ulong)raw, _mask);
        }
    }

    /// <summary>Writes raw bits into a payload and leaves all others.</summary>
    /// <param name="data">Payload of at least <see cref="BytesNeeded"/> bytes.</param>
    /// <param name="bits">Raw bits; those beyond the signal's length are ignored.</param>
    public void Write(Span<byte> data, ulong bits)
    {
        UInt128 own = (UInt128)_mask << _shift;
        UInt128 value = (UInt128)(bits & _mask) << _shift;
        for (int index = _firstByte; index <= _lastByte; index++)
        {
            int place = (_isBigEndian ? _lastByte - index : index - _firstByte) * 8;
            data[index] = (byte)((data[index] & ~(byte)(own >> place)) | (byte)(value >> place));
        }
    }
}
