using System.Buffers.Text;
using System.IO.Enumeration;
using System.Text;
using Bms.Can.Candump;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Io;

namespace Bms.Can.Log;

/// <summary>Form of a decoded table.</summary>
public enum CsvLayout
{
    /// <summary>One row per value: <c>time_s,interface,id,message,signal,value,unit,text</c>.</summary>
    Long,

    /// <summary>One column per signal: <c>time_s,Message.Signal [unit],...</c>, one row per frame or per period.</summary>
    Wide,
}

/// <summary>What to decode and how to write it.</summary>
public sealed class LogDecodeOptions
{
    /// <summary>Form of the table.</summary>
    public CsvLayout Layout { get; init; } = CsvLayout.Long;

    /// <summary>Wide tables: distance of the rows in ms, each with the latest values; 0 writes a row per frame with the values of that frame alone.</summary>
    public int PeriodMs { get; init; }

    /// <summary>Patterns of signals to write, on <c>Message.Signal</c> with * and ?; empty writes all.</summary>
    public IReadOnlyList<string> Signals { get; init; } = [];

    /// <summary>True writes raw numbers instead of physical values.</summary>
    public bool Raw { get; init; }

    /// <summary>True skips broken lines.</summary>
    public bool Lenient { get; init; }

    /// <summary>
    /// True leaves a value empty that lies outside of its stated range; null does so for the messages of this project alone (those with the attribute BmsE2eDataId),
    /// where that means "not available". In other files ranges are often wrong.
    /// </summary>
    public bool? EmptyOutsideRange { get; init; }
}

/// <summary>What a run of <see cref="LogDecoder"/> did.</summary>
/// <param name="Frames">Frames read.</param>
/// <param name="DecodedFrames">Frames of messages in the DBC file.</param>
/// <param name="Rows">Rows written, without the head.</param>
/// <param name="UnknownIds">Identifiers that are not in the DBC file.</param>
/// <param name="SkippedLines">Broken lines skipped (lenient).</param>
public sealed record LogDecodeResult(long Frames, long DecodedFrames, long Rows, int UnknownIds, long SkippedLines);

/// <summary>Turns a log into a table of signal values.</summary>
public static class LogDecoder
{
    /// <summary>Decodes into a file, which is there only when all went well.</summary>
    /// <param name="logPath">The log; .gz is unpacked on the way.</param>
    /// <param name="database">The messages.</param>
    /// <param name="outputPath">Where the table shall stand.</param>
    /// <param name="options">What and how, or null for a long table of everything.</param>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="ArgumentException">No signal matches the patterns.</exception>
    public static LogDecodeResult DecodeCsv(string logPath, DbcDatabase database, string outputPath, LogDecodeOptions? options = null)
    {
        using var file = new AtomicFile(outputPath);
        LogDecodeResult result = DecodeCsv(logPath, database, file, options);
        file.Complete();
        return result;
    }

    /// <summary>Decodes into a stream, such as standard output.</summary>
    /// <param name="logPath">The log; .gz is unpacked on the way.</param>
    /// <param name="database">The messages.</param>
    /// <param name="output">Takes the table, UTF-8 with LF.</param>
    /// <param name="options">What and how, or null for a long table of everything.</param>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="ArgumentException">No signal matches the patterns.</exception>
    public static LogDecodeResult DecodeCsv(string logPath, DbcDatabase database, Stream output, LogDecodeOptions? options = null)
    {
        options ??= new LogDecodeOptions();
        using var reader = new CandumpReader(logPath, options.Lenient);
        return new Run(database, options, output).Decode(reader);
    }

    /// <summary>One signal of the table.</summary>
    private sealed class Column
    {
        public required SignalDecoder Decoder { get; init; }

        public required int SignalIndex { get; init; }

        public required int Index { get; init; }

        public required bool EmptyOutsideRange { get; init; }

        /// <summary>Long tables: <c>,message,signal,</c>.</summary>
        public required byte[] Before { get; init; }

        /// <summary>Long tables: <c>,unit,</c>.</summary>
        public required byte[] After { get; init; }

        public required Dictionary<long, byte[]> Texts { get; init; }
    }

    /// <summary>One message of the table.</summary>
    private sealed class Plan
    {
        public required MessageDecoder Decoder { get; init; }

        public required Column[] Columns { get; init; }
    }

    private sealed class Run
    {
        private const int BlockSize = 1 << 17;

        private readonly LogDecodeOptions _options;
        private readonly Stream _output;
        private readonly DatabaseDecoder _decoders;
        private readonly Dictionary<MessageDecoder, Plan> _plans = [];
        private readonly List<string> _heads = [];
        private readonly ulong[] _bits;
        private readonly bool[] _present;
        private readonly byte[]?[] _cells;
        private readonly int[] _cellLengths;
        private byte[] _block = new byte[BlockSize * 2];
        private int _used;
        private long _rows;

        public Run(DbcDatabase database, LogDecodeOptions options, Stream output)
        {
            _options = options;
            _output = output;
            _decoders = new DatabaseDecoder(database);
            foreach (DbcMessage message in database.Messages)
            {
                if (_decoders.Find(message.Id, message.IsExtended) is { } decoder && decoder.Message == message)
                {
                    _plans.Add(decoder, PlanOf(decoder));
                }
            }

            if (_heads.Count == 0)
            {
                throw new ArgumentException($"No signal of {database.FileName} matches {string.Join(", ", options.Signals)}. Patterns are Message.Signal, with * and ?.", nameof(options));
            }

            int most = database.Messages.Max(message => message.Signals.Count);
            _bits = new ulong[most];
            _present = new bool[most];
            _cells = new byte[_heads.Count][];
            _cellLengths = new int[_heads.Count];
        }

        public LogDecodeResult Decode(CandumpReader reader)
        {
            WriteHead();
            bool sampled = _options.Layout == CsvLayout.Wide && _options.PeriodMs > 0;
            long periodNs = _options.PeriodMs * 1_000_000L;
            long nextNs = 0;
            long frames = 0;
            long decoded = 0;
            var unknown = new HashSet<(uint, bool)>();
            while (reader.TryRead(out CanLogFrame frame))
            {
                frames++;
                if (!frame.IsData)
                {
                    continue;
                }

                MessageDecoder? decoder = _decoders.Find(frame.Id, frame.IsExtended);
                if (decoder is null)
                {
                    unknown.Add((frame.Id, frame.IsExtended));
                    continue;
                }

                decoded++;
                if (sampled)
                {
                    if (decoded == 1)
                    {
                        nextNs = frame.TimeNs + periodNs;
                    }

                    // A gap in the log is a gap in the table: rows begin again after it.
                    if (frame.TimeNs - nextNs > 1000 * periodNs)
                    {
                        WriteWideRow(nextNs);
                        nextNs = frame.TimeNs + periodNs;
                    }

                    for (; frame.TimeNs >= nextNs; nextNs += periodNs)
                    {
                        WriteWideRow(nextNs);
                    }
                }

                Plan plan = _plans[decoder];
                if (plan.Columns.Length == 0)
                {
                    continue;
                }

                decoder.Decode(frame, _bits, _present);
                if (_options.Layout == CsvLayout.Long)
                {
                    WriteLongRows(frame, plan);
                }
                else
                {
                    FillCells(plan);
                    if (!sampled)
                    {
                        WriteWideRow(frame.TimeNs);
                        Array.Clear(_cellLengths);
                    }
                }
            }

            if (sampled && decoded > 0)
            {
                WriteWideRow(nextNs);
            }

            Flush();
            return new LogDecodeResult(frames, decoded, _rows, unknown.Count, reader.SkippedLines);
        }

        private Plan PlanOf(MessageDecoder decoder)
        {
            DbcMessage message = decoder.Message;
            var columns = new List<Column>();
            for (int index = 0; index < message.Signals.Count; index++)
            {
                DbcSignal signal = message.Signals[index];
                string name = $"{message.Name}.{signal.Name}";
                if (_options.Signals.Count != 0 && !_options.Signals.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))
                {
                    continue;
                }

                string unit = _options.Raw ? "" : signal.Unit;
                columns.Add(new Column
                {
                    Decoder = decoder.Signals[index],
                    SignalIndex = index,
                    Index = _heads.Count,
                    EmptyOutsideRange = !_options.Raw && (_options.EmptyOutsideRange ?? message.Attributes.ContainsKey("BmsE2eDataId")),
                    Before = Encoding.UTF8.GetBytes($",{message.Name},{signal.Name},"),
                    After = Encoding.UTF8.GetBytes($",{Quoted(unit)},"),
                    Texts = signal.Values.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(Quoted(pair.Value))),
                });
                _heads.Add(unit.Length == 0 ? name : $"{name} [{unit}]");
            }

            return new Plan { Decoder = decoder, Columns = [.. columns] };
        }

        private void WriteHead()
        {
            string head = _options.Layout == CsvLayout.Long ? "time_s,interface,id,message,signal,value,unit,text" : "time_s," + string.Join(',', _heads.Select(Quoted));
            byte[] bytes = Encoding.UTF8.GetBytes(head + "\n");
            _output.Write(bytes);
        }

        private void WriteLongRows(in CanLogFrame frame, Plan plan)
        {
            // Time, interface and identifier are the same in every row of a frame.
            Span<byte> prefix = stackalloc byte[128];
            int length = FormatTime(frame.TimeNs, prefix);
            prefix[length++] = (byte)',';
            length += Encoding.UTF8.GetBytes(frame.Interface.AsSpan(0, Math.Min(frame.Interface.Length, 24)), prefix[length..]);
            prefix[length++] = (byte)',';
            Utf8Formatter.TryFormat(frame.Id, prefix[length..], out int digits, new System.Buffers.StandardFormat('X', frame.IsExtended ? (byte)8 : (byte)3));
            length += digits;
            prefix = prefix[..length];
            foreach (Column column in plan.Columns)
            {
                if (!_present[column.SignalIndex])
                {
                    continue;
                }

                ulong bits = _bits[column.SignalIndex];
                Reserve(512);
                Append(prefix);
                Append(column.Before);
                _used += FormatValue(column, bits, _block.AsSpan(_used));
                Append(column.After);
                if (column.Texts.Count != 0 && column.Texts.TryGetValue(column.Decoder.RawOf(bits), out byte[]? text))
                {
                    Reserve(text.Length + 1);
                    Append(text);
                }

                _block[_used++] = (byte)'\n';
                _rows++;
            }
        }

        private void FillCells(Plan plan)
        {
            foreach (Column column in plan.Columns)
            {
                if (_present[column.SignalIndex])
                {
                    byte[] cell = _cells[column.Index] ??= new byte[40];
                    _cellLengths[column.Index] = FormatValue(column, _bits[column.SignalIndex], cell);
                }
            }
        }

        private void WriteWideRow(long timeNs)
        {
            Reserve(64 + _cells.Length * 41);
            _used += FormatTime(timeNs, _block.AsSpan(_used));
            for (int index = 0; index < _cells.Length; index++)
            {
                _block[_used++] = (byte)',';
                if (_cellLengths[index] != 0)
                {
                    Append(_cells[index].AsSpan(0, _cellLengths[index]));
                }
            }

            _block[_used++] = (byte)'\n';
            _rows++;
        }

        private int FormatValue(Column column, ulong bits, Span<byte> destination)
        {
            int length;
            DbcSignal signal = column.Decoder.Signal;
            if (_options.Raw)
            {
                if (signal.IsSigned)
                {
                    Utf8Formatter.TryFormat(column.Decoder.RawOf(bits), destination, out length);
                }
                else
                {
                    Utf8Formatter.TryFormat(bits, destination, out length);
                }

                return length;
            }

            double value = column.Decoder.PhysicalOf(bits);
            if (!double.IsFinite(value) || (column.EmptyOutsideRange && !column.Decoder.IsInRange(value)))
            {
                return 0;
            }

            if (value == Math.Floor(value) && Math.Abs(value) < 1e15)
            {
                Utf8Formatter.TryFormat((long)value, destination, out length);
                return length;
            }

            // A product such as 3 * 0.1 gives 0.30000000000000004: what the factor means has at most 15 digits.
            Utf8Formatter.TryFormat(signal.ValueType == DbcValueType.Integer ? Rounded(value) : value, destination, out length);
            return length;
        }

        private static double Rounded(double value)
        {
            double magnitude = Math.Abs(value);
            return magnitude is < 1e6 and > 1e-3 ? Math.Round(value, 9) : value;
        }

        private static int FormatTime(long timeNs, Span<byte> destination)
        {
            Utf8Formatter.TryFormat(timeNs / 1_000_000_000, destination, out int length);
            destination[length++] = (byte)'.';
            Utf8Formatter.TryFormat((uint)(timeNs % 1_000_000_000 / 1000), destination[length..], out int digits, new System.Buffers.StandardFormat('D', 6));
            return length + digits;
        }

        private static string Quoted(string text)
            => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : "\"" + text.Replace("\"", "\"\"") + "\"";

        private void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_block.AsSpan(_used));
            _used += bytes.Length;
        }

        private void Reserve(int bytes)
        {
            if (_used >= BlockSize || _used + bytes > _block.Length)
            {
                Flush();
            }

            if (bytes > _block.Length)
            {
                Array.Resize(ref _block, bytes * 2);
            }
        }

        private void Flush()
        {
            _output.Write(_block, 0, _used);
            _used = 0;
        }
    }
}
