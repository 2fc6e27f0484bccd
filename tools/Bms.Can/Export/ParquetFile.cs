using Bms.Can.Dbc;
using Bms.Can.Io;
using Parquet;
using Parquet.Schema;

namespace Bms.Can.Export;

/// <summary>One Parquet file: the signals of one message, a row per frame, with the time in front. Groups of rows are packed on other threads.</summary>
internal sealed class ParquetFile : IDisposable
{
    private readonly AtomicFile _file;
    private readonly ParquetWriter _writer;
    private readonly ParquetColumn[] _columns;
    private readonly DateTimeDataField _time = new("time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Nanos, isNullable: false);
    private readonly DataField<string> _bus = new("bus", false);
    private readonly DoubleStore<DateTime> _times = new();
    private readonly DoubleStore<string> _buses = new();
    private readonly int _rowsOfGroup;
    private Task _writing = Task.CompletedTask;

    public ParquetFile(string path, DbcMessage message, ParquetColumn[] columns, int rowsOfGroup)
    {
        _columns = columns;
        _rowsOfGroup = rowsOfGroup;
        _file = new AtomicFile(path);
        try
        {
            var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy, DictionaryEncodingThreshold = 0 };
            options.ColumnEncodingHints["bus"] = EncodingHint.Dictionary;
            _writer = ParquetWriter.CreateAsync(new ParquetSchema([_time, _bus, .. columns.Select(column => column.Field)]), _file, options).GetAwaiter().GetResult();
            _writer.CustomMetadata = Metadata(message);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Rows taken.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds rows.</summary>
    public void Append(ReadOnlySpan<DateTime> times, ReadOnlySpan<string> buses, Array[] values, int start, int count)
    {
        _times.Append(times.Slice(start, count));
        _buses.Append(buses.Slice(start, count));
        for (int index = 0; index < values.Length; index++)
        {
            _columns[index].Append(values[index], start, count);
        }

        Rows += count;
        if (_times.Count >= _rowsOfGroup)
        {
            WriteGroup();
        }
    }

    /// <summary>Begins to write the rows that are left.</summary>
    public void Finish()
    {
        if (_times.Count > 0)
        {
            WriteGroup();
        }
    }

    /// <summary>Waits for the last group and closes the file; it is not yet in its place.</summary>
    public void Close()
    {
        _writing.GetAwaiter().GetResult();
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Moves the file to its place.</summary>
    public void Complete() => _file.Complete();

    public void Dispose()
    {
        // A group that is still being written must not meet a closed file.
        ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
        _file.Dispose();
    }

    private static Dictionary<string, string> Metadata(DbcMessage message) => new()
    {
        ["message"] = message.Name,
        ["id"] = FormattableString.Invariant($"0x{message.Id:X}"),
        ["units"] = System.Text.Json.JsonSerializer.Serialize(message.Signals.Where(signal => signal.Unit.Length > 0).ToDictionary(signal => signal.Name, signal => signal.Unit)),
    };

    private void WriteGroup()
    {
        _writing.GetAwaiter().GetResult();
        _times.Swap();
        _buses.Swap();
        foreach (ParquetColumn column in _columns)
        {
            column.Swap();
        }

        _writing = Task.Run(() =>
        {
            using ParquetRowGroupWriter group = _writer.CreateRowGroup();
            group.WriteAsync<DateTime>(_time, _times.Written).GetAwaiter().GetResult();
            group.WriteAsync(_bus, _buses.Written.ToArray()).GetAwaiter().GetResult();
            foreach (ParquetColumn column in _columns)
            {
                column.Write(group);
            }
        });
    }
}
