using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Io;
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

    /// <summary>
    /// Columns of groups of rows that the library remembers, of all open files together, about 1 KB each. Beyond it the file with the most is closed and followed by another,
    /// named <c>X.part2.parquet</c> and so on.
    /// </summary>
    public int MostChunks { get; init; } = 24_000;

    internal string PathOf(DbcMessage message, int day, int part)
    {
        string ending = part == 1 ? ".parquet" : FormattableString.Invariant($".part{part}.parquet");
        string safe = string.Concat(message.Name.Select(letter => Path.GetInvalidFileNameChars().Contains(letter) || letter == '=' ? '_' : letter));
        return Vehicle is null
            ? Path.Combine(Folder, safe + ending)
            : Path.Combine(Folder, "vehicle=" + Vehicle, FormattableString.Invariant($"date={DateOnly.FromDayNumber(day):yyyy-MM-dd}"), "message=" + safe, Name + ending);
    }
}

/// <summary>Turns a log into Parquet files of signal values, one per message: a row per frame, times as UTC timestamps, no value where a frame carries none.</summary>
/// <remarks>All files appear together at the end; after a fault none does.</remarks>
public static class ParquetExport
{
    // Frames kept in memory until they are written, of all messages together.
    private const int KeptBytes = 20 << 20;

    // A column of so many values still fits into one buffer of the library, 128 KB.
    private const int MostRowsOfGroup = 16_000;
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
        using var target = new Target(database, place, options, pipeline);
        LogPipelineResult result = LogPipeline.Run(path, database, pipeline, () => target, (_, batch) => batch, target.Take);
        return new ExportResult(result, target.Complete());
    }

    private sealed class Target : IDisposable
    {
        private readonly DbcDatabase _database;
        private readonly ParquetPlace _place;
        private readonly ExportOptions _options;
        private readonly int[][] _signals;
        private readonly int _bytesOfMessage;
        private readonly ParquetPacker _packer;
        private readonly Dictionary<(int Slot, int Day), ParquetFile> _files = [];
        private readonly Dictionary<(int Slot, int Day), int> _parts = [];

        // Closed, and not yet in their places.
        private readonly List<AtomicFile> _full = [];
        private long _rows;
        private int _chunks;

        public Target(DbcDatabase database, ParquetPlace place, ExportOptions options, LogPipelineOptions pipeline)
        {
            SignalSelection? selection = pipeline.Selection;
            bool[]? isWanted = selection?.WantedMessages(database);
            _packer = new ParquetPacker(Math.Max(1, pipeline.Threads));
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

            int messages = _signals.Count(signals => signals.Length > 0);
            _bytesOfMessage = KeptBytes / Math.Max(1, messages);
        }

        /// <summary>Takes the frames of a batch; they are decoded where a group of rows is written.</summary>
        public void Take(FrameBatch batch)
        {
            for (int slot = 0; slot < _signals.Length; slot++)
            {
                if (batch.Groups.Of(slot) is not { Count: > 0 } frames)
                {
                    continue;
                }

                ReadOnlySpan<long> timeNs = frames.TimeNs;
                int start = 0;
                while (start < timeNs.Length)
                {
                    int end = timeNs.Length;
                    int day = 0;
                    if (_place.Vehicle is not null)
                    {
                        day = DayOf(timeNs[start]);
                        end = start + 1;
                        while (end < timeNs.Length && DayOf(timeNs[end]) == day)
                        {
                            end++;
                        }
                    }

                    ParquetFile file = FileOf(slot, day);
                    int before = file.Chunks;
                    file.Append(frames, start, end - start, batch.Buses);
                    _chunks += file.Chunks - before;
                    if (_chunks > _place.MostChunks)
                    {
                        Close(_files.MaxBy(open => open.Value.Chunks).Key);
                    }

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

            foreach ((int Slot, int Day) key in _files.Keys.ToList())
            {
                Close(key);
            }

            foreach (AtomicFile file in _full)
            {
                file.Complete();
            }

            return _rows;
        }

        public void Dispose()
        {
            foreach (ParquetFile file in _files.Values)
            {
                file.Dispose();
            }

            foreach (AtomicFile file in _full)
            {
                file.Dispose();
            }
        }

        private void Close((int Slot, int Day) key)
        {
            ParquetFile file = _files[key];
            int before = file.Chunks;
            file.Finish();
            _chunks += file.Chunks - before;
            _full.Add(file.Close());
            _files.Remove(key);
            _chunks -= file.Chunks;
            _rows += file.Rows;
        }

        private static int DayOf(long timeNs) => (int)(DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerDay) + (int)Math.Floor(timeNs / 86_400e9);

        private ParquetColumn[] ColumnsOf(int slot) => [.. _signals[slot].Select(signal => ParquetColumn.Of(_database.Messages[slot], signal, _options))];

        private ParquetFile FileOf(int slot, int day)
        {
            if (!_files.TryGetValue((slot, day), out ParquetFile? file))
            {
                // Days come one after the other: the one before the last does not come again, but for a log out of order.
                List<int> days = [.. _files.Keys.Where(key => key.Slot == slot).Select(key => key.Day)];
                if (days.Count >= 2)
                {
                    Close((slot, days.Min()));
                }

                int part = _parts.GetValueOrDefault((slot, day)) + 1;
                _parts[(slot, day)] = part;
                string path = _place.PathOf(_database.Messages[slot], day, part);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                DbcMessage message = _database.Messages[slot];
                int rowsOfGroup = Math.Clamp(_bytesOfMessage / MessageFrames.BytesOfFrame(message), FewestRowsOfGroup, MostRowsOfGroup);
                file = new ParquetFile(path, message, ColumnsOf(slot), rowsOfGroup, _packer);
                _files.Add((slot, day), file);
            }

            return file;
        }
    }
}
