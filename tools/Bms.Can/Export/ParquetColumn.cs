using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Parquet;
using Parquet.Schema;

namespace Bms.Can.Export;

/// <summary>One column of a Parquet file: what a signal's values are kept in until a group of rows is full.</summary>
internal abstract class ParquetColumn
{
    /// <summary>Its place in the file's schema.</summary>
    public abstract DataField Field { get; }

    /// <summary>Copies values of a batch, on any thread.</summary>
    /// <param name="decoder">Holds the batch's frames of the message.</param>
    /// <param name="count">Frames.</param>
    public abstract Array Decode(MessageColumns decoder, int count);

    /// <summary>Adds decoded values.</summary>
    public abstract void Append(Array values, int start, int count);

    /// <summary>Begins another group of rows; the values kept so far go to <see cref="Write"/>.</summary>
    public abstract void Swap();

    /// <summary>Writes the values that were kept before <see cref="Swap"/>.</summary>
    public abstract void Write(ParquetRowGroupWriter group);

    /// <summary>The column of a signal.</summary>
    public static ParquetColumn Of(DbcMessage message, int signal, ExportOptions options)
    {
        DbcSignal what = message.Signals[signal];
        return options.Values switch
        {
            ValueForm.Raw => new RawColumn(what, signal),
            ValueForm.Choices when what.Values.Count > 0 => new ChoiceColumn(what, signal),
            _ => new NumberColumn(message, signal, options),
        };
    }
}

/// <summary>Two stores that change places: one is filled while the other is written.</summary>
internal sealed class DoubleStore<T>
{
    private T[] _filled = [];
    private T[] _written = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<T> Written { get; private set; }

    public void Append(ReadOnlySpan<T> values)
    {
        if (_filled.Length < Count + values.Length)
        {
            Array.Resize(ref _filled, Math.Max(Count + values.Length, _filled.Length * 2));
        }

        values.CopyTo(_filled.AsSpan(Count));
        Count += values.Length;
    }

    public void Swap()
    {
        Written = _filled.AsMemory(0, Count);
        (_filled, _written) = (_written, _filled);
        Count = 0;
    }
}

/// <summary>Physical values; no value where the frame has none, or one that is not available.</summary>
internal sealed class NumberColumn : ParquetColumn
{
    private readonly int _signal;
    private readonly SignalDecoder? _range;
    private readonly DoubleStore<double> _store = new();
    private int[] _levels = [];
    private double[] _present = [];

    public NumberColumn(DbcMessage message, int signal, ExportOptions options)
    {
        DbcSignal what = message.Signals[signal];
        _signal = signal;
        _range = what.HasRange && (options.EmptyOutsideRange ?? message.Attributes.ContainsKey("BmsE2eDataId")) ? new SignalDecoder(what) : null;
        Field = new DataField<double?>(what.Name);
    }

    public override DataField Field { get; }

    public override Array Decode(MessageColumns decoder, int count)
    {
        double[] values = new double[count];
        decoder.Decode(_signal, values);
        for (int index = 0; _range is not null && index < count; index++)
        {
            if (!_range.IsInRange(values[index]))
            {
                values[index] = double.NaN;
            }
        }

        return values;
    }

    public override void Append(Array values, int start, int count) => _store.Append(((double[])values).AsSpan(start, count));

    public override void Swap() => _store.Swap();

    public override void Write(ParquetRowGroupWriter group)
    {
        ReadOnlySpan<double> all = _store.Written.Span;
        if (_levels.Length < all.Length)
        {
            _levels = new int[all.Length];
            _present = new double[all.Length];
        }

        int present = 0;
        for (int index = 0; index < all.Length; index++)
        {
            bool isThere = !double.IsNaN(all[index]);
            _levels[index] = isThere ? 1 : 0;
            _present[present] = all[index];
            present += isThere ? 1 : 0;
        }

        group.WriteAllPartsAsync<double>(Field, _present.AsMemory(0, present), _levels.AsMemory(0, all.Length), null, CancellationToken.None).GetAwaiter().GetResult();
    }
}

/// <summary>Raw numbers; those of unsigned 64-bit signals above the range of long come out negative.</summary>
internal sealed class RawColumn(DbcSignal what, int signal) : ParquetColumn
{
    private readonly SignalDecoder _decoder = new(what);
    private readonly DoubleStore<long?> _store = new();

    public override DataField Field { get; } = new DataField<long?>(what.Name);

    public override Array Decode(MessageColumns decoder, int count)
    {
        var values = new long?[count];
        ReadOnlySpan<ulong> bits = decoder.BitsOf(signal);
        ReadOnlySpan<bool> present = decoder.PresenceOf(signal);
        for (int index = 0; index < count; index++)
        {
            values[index] = present.IsEmpty || present[index] ? _decoder.RawOf(bits[index]) : null;
        }

        return values;
    }

    public override void Append(Array values, int start, int count) => _store.Append(((long?[])values).AsSpan(start, count));

    public override void Swap() => _store.Swap();

    public override void Write(ParquetRowGroupWriter group) => group.WriteAsync<long>(Field, _store.Written).GetAwaiter().GetResult();
}

/// <summary>Texts of the value table; a value without one as its number.</summary>
internal sealed class ChoiceColumn(DbcSignal what, int signal) : ParquetColumn
{
    private readonly SignalDecoder _decoder = new(what);
    private readonly DoubleStore<string?> _store = new();

    public override DataField Field { get; } = new DataField<string>(what.Name);

    public override Array Decode(MessageColumns decoder, int count)
    {
        var values = new string?[count];
        ReadOnlySpan<ulong> bits = decoder.BitsOf(signal);
        ReadOnlySpan<bool> present = decoder.PresenceOf(signal);
        for (int index = 0; index < count; index++)
        {
            if (present.IsEmpty || present[index])
            {
                values[index] = _decoder.TextOf(bits[index]) ?? _decoder.PhysicalOf(bits[index]).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return values;
    }

    public override void Append(Array values, int start, int count) => _store.Append(((string?[])values).AsSpan(start, count));

    public override void Swap() => _store.Swap();

    public override void Write(ParquetRowGroupWriter group) => group.WriteAsync(Field, _store.Written.ToArray()!).GetAwaiter().GetResult();
}
