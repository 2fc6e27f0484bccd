using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Bms.Can.Dbc;

namespace Bms.Can.Decoding;

/// <summary>Decodes one signal for all frames of its message at once: shift, mask, sign and scale of several payloads in one instruction.</summary>
/// <remarks>Gives bit for bit what <see cref="SignalDecoder"/> gives frame by frame, which the tests hold it to.</remarks>
public sealed class SignalColumn
{
    private readonly SignalDecoder _decoder;
    private readonly bool _isBigEndian;
    private readonly bool _isInteger;
    private readonly int _shift;
    private readonly ulong _mask;
    private readonly ulong _sign;
    private readonly double _factor;
    private readonly double _offset;

    /// <param name="signal">The signal.</param>
    public SignalColumn(DbcSignal signal)
    {
        _decoder = new SignalDecoder(signal);
        _isBigEndian = signal.ByteOrder == DbcByteOrder.BigEndian;
        _isInteger = signal.ValueType == DbcValueType.Integer;
        _mask = signal.Length == 64 ? ulong.MaxValue : (1UL << signal.Length) - 1;
        _sign = signal.IsSigned ? 1UL << (signal.Length - 1) : 0;
        _factor = signal.Factor;
        _offset = signal.Offset;

        // In a payload turned round, bit 63 is the top of byte 0: a big endian signal is contiguous there.
        int last = signal.PositionOf(0);
        _shift = _isBigEndian ? 63 - ((last & ~7) + 7 - (last & 7)) : signal.StartBit;
        FitsWord = signal.BytesNeeded <= 8;
    }

    /// <summary>The signal.</summary>
    public DbcSignal Signal => _decoder.Signal;

    /// <summary>Frame by frame, for what is not decoded in columns.</summary>
    public SignalDecoder Decoder => _decoder;

    internal bool FitsWord { get; }

    internal bool IsBigEndian => _isBigEndian;

    /// <summary>Takes the raw bits of all frames, whether or not a frame carries the signal.</summary>
    /// <param name="frames">Frames of the signal's message.</param>
    /// <param name="turned">Payloads with their bytes turned round; needed for big endian signals.</param>
    /// <param name="bits">Takes the bits; as many as there are frames.</param>
    internal void TakeBits(MessageFrames frames, ReadOnlySpan<ulong> turned, Span<ulong> bits)
    {
        if (!FitsWord)
        {
            for (int index = 0; index < bits.Length; index++)
            {
                ReadOnlySpan<byte> data = frames.LongPayload(index);
                bits[index] = data.Length >= _decoder.BytesNeeded ? _decoder.BitsOf(data) : 0;
            }

            return;
        }

        ReadOnlySpan<ulong> words = _isBigEndian ? turned : frames.Payload;
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<ulong>> from = MemoryMarshal.Cast<ulong, Vector<ulong>>(words[..bits.Length]);
            Span<Vector<ulong>> to = MemoryMarshal.Cast<ulong, Vector<ulong>>(bits);
            var mask = new Vector<ulong>(_mask);
            int shift = _shift;
            for (int index = 0; index < to.Length; index++)
            {
                to[index] = (from[index] >>> shift) & mask;
            }

            done = to.Length * Vector<ulong>.Count;
        }

        for (int index = done; index < bits.Length; index++)
        {
            bits[index] = (words[index] >> _shift) & _mask;
        }
    }

    /// <summary>Turns raw bits into physical values.</summary>
    /// <param name="bits">Raw bits.</param>
    /// <param name="values">Takes the values; as many as there are bits.</param>
    public void ToPhysical(ReadOnlySpan<ulong> bits, Span<double> values)
    {
        if (!_isInteger)
        {
            for (int index = 0; index < bits.Length; index++)
            {
                values[index] = _decoder.PhysicalOf(bits[index]);
            }

            return;
        }

        bool isLongest = _mask == ulong.MaxValue && _sign == 0;
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<ulong>> from = MemoryMarshal.Cast<ulong, Vector<ulong>>(bits);
            Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(values[..bits.Length]);
            var sign = new Vector<ulong>(_sign);
            var factor = new Vector<double>(_factor);
            var offset = new Vector<double>(_offset);
            if (isLongest)
            {
                for (int index = 0; index < from.Length; index++)
                {
                    to[index] = (Vector.ConvertToDouble(from[index]) * factor) + offset;
                }
            }
            else
            {
                for (int index = 0; index < from.Length; index++)
                {
                    // Two's complement without a branch: flip the sign bit and take its weight away.
                    Vector<long> raw = Vector.AsVectorInt64((from[index] ^ sign) - sign);
                    to[index] = (Vector.ConvertToDouble(raw) * factor) + offset;
                }
            }

            done = from.Length * Vector<ulong>.Count;
        }

        for (int index = done; index < bits.Length; index++)
        {
            values[index] = _decoder.PhysicalOf(bits[index]);
        }
    }
}

/// <summary>Decodes the frames of one message signal by signal, multiplexing and short frames included.</summary>
/// <remarks>Holds buffers: one for each thread.</remarks>
public sealed class MessageColumns
{
    private readonly SignalColumn[] _columns;
    private readonly int[] _parents;
    private readonly bool _hasBigEndian;
    private ulong[] _turned = [];
    private readonly ulong[]?[] _bits;
    private readonly bool[]?[] _present;
    private readonly bool[] _isDecoded;
    private readonly bool[] _isSelector;
    private ulong[] _lastBits = [];
    private MessageFrames? _frames;

    /// <param name="message">The message.</param>
    public MessageColumns(DbcMessage message)
    {
        Message = message;
        _columns = [.. message.Signals.Select(signal => new SignalColumn(signal))];
        _parents = [.. message.Signals.Select(signal => IndexOf(message, signal.Multiplexing?.Multiplexor))];
        _hasBigEndian = _columns.Any(column => column.IsBigEndian && column.FitsWord);
        _bits = new ulong[_columns.Length][];
        _present = new bool[_columns.Length][];
        _isDecoded = new bool[_columns.Length];
        _isSelector = [.. _columns.Select((_, signal) => _parents.Contains(signal))];
    }

    /// <summary>The message.</summary>
    public DbcMessage Message { get; }

    /// <summary>Columns in the order of <see cref="DbcMessage.Signals"/>.</summary>
    public IReadOnlyList<SignalColumn> Columns => _columns;

    /// <summary>Frames to decode.</summary>
    public int Count => _frames?.Count ?? 0;

    /// <summary>Takes frames to decode; what was decoded before is forgotten.</summary>
    /// <param name="frames">Frames of the message, unchanged until the next call.</param>
    public void Use(MessageFrames frames)
    {
        _frames = frames;
        Array.Clear(_isDecoded);
        if (_hasBigEndian)
        {
            if (_turned.Length < frames.Count)
            {
                _turned = new ulong[frames.Count * 5 / 4];
            }

            BinaryPrimitives.ReverseEndianness(frames.Payload, _turned);
        }
    }

    /// <summary>Raw bits of a signal for all frames; 0 or rubbish where a frame does not carry it.</summary>
    /// <param name="signal">Index of the signal.</param>
    /// <returns>A view that is good until the next call of a method.</returns>
    public ReadOnlySpan<ulong> BitsOf(int signal)
    {
        MessageFrames frames = _frames ?? throw new InvalidOperationException("Use gives the frames first.");

        // The bits of selectors are needed again and again; all others share one array, which stays in the cache.
        ref ulong[] bits = ref _lastBits;
        if (_isSelector[signal])
        {
            bits = ref _bits[signal]!;
        }

        if (bits is null || bits.Length < frames.Count)
        {
            bits = new ulong[frames.Count * 5 / 4];
        }

        if (!_isDecoded[signal])
        {
            _columns[signal].TakeBits(frames, _turned, bits.AsSpan(0, frames.Count));
            _isDecoded[signal] = _isSelector[signal];
        }

        return bits.AsSpan(0, frames.Count);
    }

    /// <summary>Which frames carry a signal; empty means all.</summary>
    /// <param name="signal">Index of the signal.</param>
    public ReadOnlySpan<bool> PresenceOf(int signal)
    {
        MessageFrames frames = _frames ?? throw new InvalidOperationException("Use gives the frames first.");
        int needed = _columns[signal].Decoder.BytesNeeded;
        int parent = _parents[signal];
        if (parent < 0 && frames.ShortestLength >= needed)
        {
            return [];
        }

        if (_present[signal] is null || _present[signal]!.Length < frames.Count)
        {
            _present[signal] = new bool[frames.Count * 5 / 4];
        }

        Span<bool> present = _present[signal].AsSpan(0, frames.Count);
        ReadOnlySpan<byte> lengths = frames.Length;
        if (parent < 0)
        {
            for (int index = 0; index < present.Length; index++)
            {
                present[index] = lengths[index] >= needed;
            }

            return present;
        }

        ReadOnlySpan<bool> above = PresenceOf(parent);
        ReadOnlySpan<ulong> selectors = BitsOf(parent);
        DbcMultiplexing multiplexing = _columns[signal].Signal.Multiplexing!;
        for (int index = 0; index < present.Length; index++)
        {
            present[index] = lengths[index] >= needed && (above.IsEmpty || above[index]) && multiplexing.Selects(selectors[index]);
        }

        return present;
    }

    /// <summary>Physical values of a signal for all frames.</summary>
    /// <param name="signal">Index of the signal.</param>
    /// <param name="values">Takes the values, as many as there are frames; NaN where a frame does not carry the signal.</param>
    public void Decode(int signal, Span<double> values)
    {
        ReadOnlySpan<bool> present = PresenceOf(signal);
        _columns[signal].ToPhysical(BitsOf(signal), values);
        for (int index = 0; index < present.Length; index++)
        {
            if (!present[index])
            {
                values[index] = double.NaN;
            }
        }
    }

    private static int IndexOf(DbcMessage message, string? name)
    {
        for (int index = 0; name is not null && index < message.Signals.Count; index++)
        {
            if (message.Signals[index].Name == name)
            {
                return index;
            }
        }

        return -1;
    }
}
