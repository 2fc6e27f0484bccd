using System.Globalization;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Parquet;
using Parquet.Schema;

namespace Bms.Can.Export;

/// <summary>One column of a Parquet file: decodes a signal of the frames of a group of rows, and writes it.</summary>
internal abstract class ParquetColumn
{
    /// <summary>Its place in the file's schema.</summary>
    public abstract DataField Field { get; }

    /// <summary>Writes the signal of all frames that a decoder holds.</summary>
    /// <param name="group">Takes the column.</param>
    /// <param name="decoder">Holds the frames.</param>
    /// <param name="room">Arrays to work with, the same for all columns of a group.</param>
    public abstract void Write(ParquetRowGroupWriter group, MessageColumns decoder, ParquetRoom room);

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

/// <summary>Arrays for the rows of one group, made once for each thread that packs.</summary>
internal sealed class ParquetRoom
{
    public double[] Numbers { get; private set; } = [];

    public int[] Levels { get; private set; } = [];

    public DateTime[] Times { get; private set; } = [];

    public string[] Buses { get; private set; } = [];

    public void Ensure(int rows)
    {
        if (Levels.Length < rows)
        {
            Numbers = new double[rows];
            Levels = new int[rows];
            Times = new DateTime[rows];
            Buses = new string[rows];
        }
    }
}

/// <summary>Physical values; no value where the frame has none, or one that is not available.</summary>
internal sealed class NumberColumn : ParquetColumn
{
    private readonly int _signal;
    private readonly SignalDecoder? _range;

    public NumberColumn(DbcMessage message, int signal, ExportOptions options)
    {
        DbcSignal what = message.Signals[signal];
        _signal = signal;
        _range = what.HasRange && (options.EmptyOutsideRange ?? message.Attributes.ContainsKey("BmsE2eDataId")) ? new SignalDecoder(what) : null;
        Field = new DataField<double?>(what.Name);
    }

    public override DataField Field { get; }

    public override void Write(ParquetRowGroupWriter group, MessageColumns decoder, ParquetRoom room)
    {
        int count = decoder.Count;
        Span<double> values = room.Numbers.AsSpan(0, count);
        Span<int> levels = room.Levels.AsSpan(0, count);
        decoder.Decode(_signal, values);
        int present = 0;
        for (int index = 0; index < values.Length; index++)
        {
            double value = values[index];
            bool isThere = !double.IsNaN(value) && (_range is null || _range.IsInRange(value));
            levels[index] = isThere ? 1 : 0;
            values[present] = value;
            present += isThere ? 1 : 0;
        }

        group.WriteAllPartsAsync<double>(Field, room.Numbers.AsMemory(0, present), room.Levels.AsMemory(0, count), null, CancellationToken.None).GetAwaiter().GetResult();
    }
}

/// <summary>Raw numbers; those of unsigned 64-bit signals above the range of long come out negative.</summary>
internal sealed class RawColumn(DbcSignal what, int signal) : ParquetColumn
{
    private readonly SignalDecoder _decoder = new(what);
    private long[] _numbers = [];

    public override DataField Field { get; } = new DataField<long?>(what.Name);

    public override void Write(ParquetRowGroupWriter group, MessageColumns decoder, ParquetRoom room)
    {
        int count = decoder.Count;
        if (_numbers.Length < count)
        {
            _numbers = new long[count];
        }

        ReadOnlySpan<bool> isPresent = decoder.PresenceOf(signal);
        ReadOnlySpan<ulong> bits = decoder.BitsOf(signal);
        int present = 0;
        for (int index = 0; index < count; index++)
        {
            bool isThere = isPresent.IsEmpty || isPresent[index];
            room.Levels[index] = isThere ? 1 : 0;
            _numbers[present] = _decoder.RawOf(bits[index]);
            present += isThere ? 1 : 0;
        }

        group.WriteAllPartsAsync<long>(Field, _numbers.AsMemory(0, present), room.Levels.AsMemory(0, count), null, CancellationToken.None).GetAwaiter().GetResult();
    }
}

/// <summary>Texts of the value table; a value without one as its number.</summary>
internal sealed class ChoiceColumn(DbcSignal what, int signal) : ParquetColumn
{
    private readonly SignalDecoder _decoder = new(what);

    public override DataField Field { get; } = new DataField<string>(what.Name);

    public override void Write(ParquetRowGroupWriter group, MessageColumns decoder, ParquetRoom room)
    {
        string?[] values = new string?[decoder.Count];
        ReadOnlySpan<bool> present = decoder.PresenceOf(signal);
        ReadOnlySpan<ulong> bits = decoder.BitsOf(signal);
        for (int index = 0; index < values.Length; index++)
        {
            if (present.IsEmpty || present[index])
            {
                values[index] = _decoder.TextOf(bits[index]) ?? _decoder.PhysicalOf(bits[index]).ToString(CultureInfo.InvariantCulture);
            }
        }

        group.WriteAsync(Field, values!).GetAwaiter().GetResult();
    }
}
