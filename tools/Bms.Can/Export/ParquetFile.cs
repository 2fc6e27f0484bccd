using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Io;
using Parquet;
using Parquet.Schema;

namespace Bms.Can.Export;

/// <summary>One Parquet file: the signals of one message, a row per frame, with the time in front. Groups of rows are decoded and packed on other threads, while the next is filled.</summary>
internal sealed class ParquetFile : IDisposable
{
    private readonly AtomicFile _file;
    private readonly ParquetWriter _writer;
    private readonly ParquetColumn[] _columns;
    private readonly DateTimeDataField _time = new("time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Nanos, isNullable: false);
    private readonly DataField<string> _bus = new("bus", false);
    private readonly MessageColumns _decoder;
    private readonly ParquetPacker _packer;
    private readonly int _rowsOfGroup;
    private MessageFrames _filled;
    private IReadOnlyList<string> _buses = [];
    private Task _writing = Task.CompletedTask;

    public ParquetFile(string path, DbcMessage message, ParquetColumn[] columns, int rowsOfGroup, ParquetPacker packer)
    {
        _columns = columns;
        _rowsOfGroup = rowsOfGroup;
        _packer = packer;
        _decoder = new MessageColumns(message);
        _filled = packer.Fresh(message);
        _file = new AtomicFile(path);
        try
        {
            var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy, DictionaryEncodingThreshold = 0 };
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

    /// <summary>Columns of groups written or begun: the library remembers each of them until the file is closed.</summary>
    public int Chunks { get; private set; }

    /// <summary>Adds frames, a row each.</summary>
    /// <param name="frames">Frames of the message.</param>
    /// <param name="start">First of them to add.</param>
    /// <param name="count">How many.</param>
    /// <param name="buses">Names of the buses that the frames' numbers stand for, those of all frames before too.</param>
    public void Append(MessageFrames frames, int start, int count, IReadOnlyList<string> buses)
    {
        _buses = buses;
        Rows += count;
        while (count > 0)
        {
            // No group is longer than the others: a column more than the library's buffers hold costs much.
            int fitting = Math.Min(count, _rowsOfGroup - _filled.Count);
            _filled.Add(frames, start, fitting);
            start += fitting;
            count -= fitting;
            if (_filled.Count == _rowsOfGroup)
            {
                WriteGroup();
            }
        }
    }

    /// <summary>Begins to write the rows that are left.</summary>
    public void Finish()
    {
        if (_filled.Count > 0)
        {
            WriteGroup();
        }
    }

    /// <summary>Waits for the last group and writes the end of the file.</summary>
    /// <returns>The file, not yet in its place.</returns>
    public AtomicFile Close()
    {
        _writing.GetAwaiter().GetResult();
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.EndWriting();
        return _file;
    }

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
        MessageFrames full = _filled;
        IReadOnlyList<string> buses = _buses;
        _writing = _packer.Start(full, room => Pack(full, buses, room));
        Chunks += _columns.Length + 2;
        _filled = _packer.Fresh(full.Message);
    }

    private void Pack(MessageFrames frames, IReadOnlyList<string> buses, ParquetRoom room)
    {
        int rows = frames.Count;
        room.Ensure(rows);
        _decoder.Use(frames);
        ReadOnlySpan<long> timeNs = frames.TimeNs;
        ReadOnlySpan<byte> bus = frames.Bus;
        for (int index = 0; index < rows; index++)
        {
            room.Times[index] = new DateTime(DateTime.UnixEpoch.Ticks + (timeNs[index] / 100), DateTimeKind.Utc);
            room.Buses[index] = buses[bus[index]];
        }

        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        group.WriteAsync<DateTime>(_time, room.Times.AsMemory(0, rows)).GetAwaiter().GetResult();
        group.WriteAsync(_bus, new ArraySegment<string>(room.Buses, 0, rows)).GetAwaiter().GetResult();
        foreach (ParquetColumn column in _columns)
        {
            column.Write(group, _decoder, room);
        }
    }
}
