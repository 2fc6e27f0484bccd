using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;

namespace Bms.Can.Export;

/// <summary>Where Parquet files are laid.</summary>
public sealed class ParquetPlace
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the vehicle: files lie in Hive layout as <c>vehicle=V/date=2026-05-01/message=M/NAME.parquet</c>; null lays them as <c>M.parquet</c>.</summary>
    public string? Vehicle { get; init; }

    /// <summary>Name of the files in Hive layout, without ending: one log, one name.</summary>
    public string Name { get; init; } = "log";

    internal string PathOf(DbcMessage message, int day)
    {
        string safe = string.Concat(message.Name.Select(letter => Path.GetInvalidFileNameChars().Contains(letter) || letter == '=' ? '_' : letter));
        return Vehicle is null
            ? Path.Combine(Folder, safe + ".parquet")
            : Path.Combine(Folder, "vehicle=" + Vehicle, FormattableString.Invariant($"date={DateOnly.FromDayNumber(day):yyyy-MM-dd}"), "message=" + safe, Name + ".parquet");
    }
}

/// <summary>Turns a log into Parquet files of signal values, one per message: a row per frame, times as UTC timestamps, no value where a frame carries none.</summary>
/// <remarks>All files appear together at the end; after a fault none does.</remarks>
public static class ParquetExport
{
    // Values kept in memory until they are written, in all columns together, twice.
    private const int KeptValues = 4 << 20;
    private const int MostRowsOfGroup = 1 << 17;
    private const int FewestRowsOfGroup = 1 << 10;

    /// <summary>Decodes a log into a folder.</summary>
    /// <param name="path">The log, of any format; "-" is standard input.</param>
    /// <param name="database">The messages.</param>
    /// <param name="place">Where the files are laid.</param>
    /// <param name="options">How values are written; the layout does not matter.</param>
    /// <param name="pipeline">How the log is read.</param>
    /// <returns>What was done; rows are frames.</returns>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="ArgumentException">No signal matches the patterns.</exception>
    public static ExportResult Write(string path, DbcDatabase database, ParquetPlace place, ExportOptions options, LogPipelineOptions pipeline)
    {
        bool[]? isWanted = pipeline.Selection?.WantedMessages(database);
        using var target = new Target(database, place, options, pipeline.Selection, isWanted);
        LogPipelineResult result = LogPipeline.Run(path, database, pipeline, () => new Worker(database, target), (worker, batch) => worker.Work(batch), target.Take);
        return new ExportResult(result, target.Complete());
    }

    /// <summary>Decoded rows of one message in one batch.</summary>
    private sealed record Rows(int Slot, DateTime[] Times, string[] Buses, Array[] Values);

    private sealed class Worker(DbcDatabase database, Target target)
    {
        private readonly MessageColumns?[] _decoders = new MessageColumns[database.Messages.Count];
        private readonly ParquetColumn[]?[] _columns = new ParquetColumn[database.Messages.Count][];

        public List<Rows> Work(FrameBatch batch)
        {
            var all = new List<Rows>();
            for (int slot = 0; slot < _decoders.Length; slot++)
            {
                if (batch.Groups.Of(slot) is not { Count: > 0 } frames)
                {
                    continue;
                }

                MessageColumns decoder = _decoders[slot] ??= new MessageColumns(database.Messages[slot]);
                ParquetColumn[] columns = _columns[slot] ??= target.ColumnsOf(slot);
                decoder.Use(frames);
                var times = new DateTime[frames.Count];
                string[] buses = new string[frames.Count];
                ReadOnlySpan<long> timeNs = frames.TimeNs;
                ReadOnlySpan<byte> busNumbers = frames.Bus;
                for (int index = 0; index < times.Length; index++)
                {
                    times[index] = new DateTime(DateTime.UnixEpoch.Ticks + (timeNs[index] / 100), DateTimeKind.Utc);
                    buses[index] = batch.Buses[busNumbers[index]];
                }

                all.Add(new Rows(slot, times, buses, [.. columns.Select(column => column.Decode(decoder, frames.Count))]));
            }

            return all;
        }
    }

    private sealed class Target : IDisposable
    {
        private readonly DbcDatabase _database;
        private readonly ParquetPlace _place;
        private readonly ExportOptions _options;
        private readonly int[][] _signals;
        private readonly int _rowsOfGroup;
        private readonly Dictionary<(int Slot, int Day), ParquetFile> _files = [];

        public Target(DbcDatabase database, ParquetPlace place, ExportOptions options, SignalSelection? selection, bool[]? isWanted)
        {
            _database = database;
            _place = place;
            _options = options;
            _signals = new int[database.Messages.Count][];
            for (int slot = 0; slot < _signals.Length; slot++)
            {
                DbcMessage message = database.Messages[slot];
                _signals[slot] = isWanted is not null && !isWanted[slot]
                    ? []
                    : [.. Enumerable.Range(0, message.Signals.Count).Where(signal => selection is null || selection.Contains(message, message.Signals[signal]))];
            }

            int columns = _signals.Sum(signals => signals.Length + 2);
            _rowsOfGroup = Math.Clamp(KeptValues / Math.Max(1, columns), FewestRowsOfGroup, MostRowsOfGroup);
        }

        public ParquetColumn[] ColumnsOf(int slot) => [.. _signals[slot].Select(signal => ParquetColumn.Of(_database.Messages[slot], signal, _options))];

        public void Take(List<Rows> batch)
        {
            foreach (Rows rows in batch)
            {
                int start = 0;
                while (start < rows.Times.Length)
                {
                    int day = _place.Vehicle is null ? 0 : DateOnly.FromDateTime(rows.Times[start]).DayNumber;
                    int end = start + 1;
                    while (end < rows.Times.Length && (_place.Vehicle is null || DateOnly.FromDateTime(rows.Times[end]).DayNumber == day))
                    {
                        end++;
                    }

                    FileOf(rows.Slot, day).Append(rows.Times, rows.Buses, rows.Values, start, end - start);
                    start = end;
                }
            }
        }

        /// <summary>Moves all files to their places.</summary>
        public long Complete()
        {
            foreach (ParquetFile file in _files.Values)
            {
                file.Finish();
            }

            foreach (ParquetFile file in _files.Values)
            {
                file.Close();
            }

            foreach (ParquetFile file in _files.Values)
            {
                file.Complete();
            }

            return _files.Values.Sum(file => file.Rows);
        }

        public void Dispose()
        {
            foreach (ParquetFile file in _files.Values)
            {
                file.Dispose();
            }
        }

        private ParquetFile FileOf(int slot, int day)
        {
            if (!_files.TryGetValue((slot, day), out ParquetFile? file))
            {
                string path = _place.PathOf(_database.Messages[slot], day);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                file = new ParquetFile(path, _database.Messages[slot], ColumnsOf(slot), _rowsOfGroup);
                _files.Add((slot, day), file);
            }

            return file;
        }
    }
}
