using System.Globalization;
using System.Text.Json;
using Bms.Can.Candump;
using Bms.Can.Dbc;

namespace Bms.Can.Log;

/// <summary>What one identifier did in a log.</summary>
public sealed class IdStatistics
{
    private long _lastNs;

    internal IdStatistics(uint id, bool isExtended)
    {
        Id = id;
        IsExtended = isExtended;
    }

    /// <summary>Identifier without flag bits.</summary>
    public uint Id { get; }

    /// <summary>True for a 29-bit identifier.</summary>
    public bool IsExtended { get; }

    /// <summary>Data and remote frames.</summary>
    public long Count { get; private set; }

    /// <summary>Remote requests among them.</summary>
    public long RemoteCount { get; private set; }

    /// <summary>Time of the first frame, ns.</summary>
    public long FirstNs { get; private set; }

    /// <summary>Time of the last frame, ns.</summary>
    public long LastNs => _lastNs;

    /// <summary>Shortest time from one frame to the next, ns; 0 with fewer than two frames.</summary>
    public long MinimumGapNs { get; private set; }

    /// <summary>Longest time from one frame to the next, ns; 0 with fewer than two frames.</summary>
    public long MaximumGapNs { get; private set; }

    /// <summary>Mean time from one frame to the next, ns; 0 with fewer than two frames.</summary>
    public double MeanGapNs => Count < 2 ? 0 : (double)(_lastNs - FirstNs) / (Count - 1);

    /// <summary>Shortest payload, bytes.</summary>
    public int MinimumLength { get; private set; } = int.MaxValue;

    /// <summary>Longest payload, bytes.</summary>
    public int MaximumLength { get; private set; }

    internal void Add(in CanLogFrame frame)
    {
        if (Count == 0)
        {
            FirstNs = frame.TimeNs;
        }
        else
        {
            long gap = frame.TimeNs - _lastNs;
            MinimumGapNs = Count == 1 ? gap : Math.Min(MinimumGapNs, gap);
            MaximumGapNs = Count == 1 ? gap : Math.Max(MaximumGapNs, gap);
        }

        Count++;
        _lastNs = frame.TimeNs;
        MinimumLength = Math.Min(MinimumLength, frame.Length);
        MaximumLength = Math.Max(MaximumLength, frame.Length);
        if ((frame.Flags & CanFrameFlags.Remote) != 0)
        {
            RemoteCount++;
        }
    }
}

/// <summary>What is in a log: identifiers, periods, lengths, bus load.</summary>
public sealed class LogStatistics
{
    private readonly IdStatistics?[] _standard = new IdStatistics?[0x800];
    private readonly Dictionary<uint, IdStatistics> _extended = [];
    private readonly HashSet<string> _interfaces = [];
    private string _lastInterface = "";
    private double _bits;
    private double _stuffBits;
    private double _windowBits;
    private double _windowStuffBits;
    private double _peakBits;
    private double _peakStuffBits;
    private long _windowStartNs;

    private LogStatistics(int bitRate) => BitRate = bitRate;

    /// <summary>Bit rate that the load is stated for, bit/s.</summary>
    public int BitRate { get; }

    /// <summary>Frames of all kinds.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Error reports.</summary>
    public long ErrorCount { get; private set; }

    /// <summary>FD frames; where there are any, no bus load is stated, as their bit rates are unknown.</summary>
    public long FdCount { get; private set; }

    /// <summary>Frames whose time is before that of the frame above: the clock jumped or logs were joined.</summary>
    public long BackwardCount { get; private set; }

    /// <summary>Broken records that were skipped (lenient).</summary>
    public long SkippedLines { get; private set; }

    /// <summary>True where the last line lacks its line end.</summary>
    public bool EndsWithoutLineEnd { get; private set; }

    /// <summary>Time of the first frame, ns.</summary>
    public long FirstNs { get; private set; }

    /// <summary>Time of the last frame, ns.</summary>
    public long LastNs { get; private set; }

    /// <summary>Time from the first frame to the last, s.</summary>
    public double DurationS => (LastNs - FirstNs) / 1e9;

    /// <summary>Buses, sorted.</summary>
    public IReadOnlyList<string> Interfaces => [.. _interfaces.Order(StringComparer.Ordinal)];

    /// <summary>Statistics by identifier: standard ones first, each in rising order.</summary>
    public IReadOnlyList<IdStatistics> Ids
        => [.. _standard.Where(entry => entry is not null).Select(entry => entry!), .. _extended.Values.OrderBy(entry => entry.Id)];

    /// <summary>Bus load with no stuff bit at all, 0..1; NaN where it cannot be told. The truth lies between this and <see cref="MaximumLoad"/>.</summary>
    public double MinimumLoad => LoadOf(_bits, DurationS);

    /// <summary>Bus load with as many stuff bits as there can be, 0..1; NaN where it cannot be told.</summary>
    public double MaximumLoad => LoadOf(_bits + _stuffBits, DurationS);

    /// <summary>As <see cref="MinimumLoad"/>, of the busiest second.</summary>
    public double PeakMinimumLoad => DurationS < 1 ? MinimumLoad : LoadOf(_peakBits, 1);

    /// <summary>As <see cref="MaximumLoad"/>, of the busiest second.</summary>
    public double PeakMaximumLoad => DurationS < 1 ? MaximumLoad : LoadOf(_peakBits + _peakStuffBits, 1);

    /// <summary>Reads a log of any format through.</summary>
    /// <param name="path">The log; "-" is standard input.</param>
    /// <param name="bitRate">Bit rate of the bus, bit/s.</param>
    /// <param name="lenient">True skips broken lines and counts them.</param>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LogStatistics Collect(string path, int bitRate = 500_000, bool lenient = false)
    {
        using CanLogReader reader = CanLogReader.Open(path, new CanLogReadOptions { Lenient = lenient });
        return Collect(reader, bitRate);
    }

    /// <summary>Reads a log through.</summary>
    /// <param name="reader">The log.</param>
    /// <param name="bitRate">Bit rate of the bus, bit/s.</param>
    /// <param name="afterBlock">Called after every few thousand frames, for progress and stopping.</param>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    public static LogStatistics Collect(CanLogReader reader, int bitRate = 500_000, Action? afterBlock = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bitRate);
        var statistics = new LogStatistics(bitRate);
        var block = new CanFrameBlock();
        while (reader.Read(block))
        {
            for (int index = 0; index < block.Count; index++)
            {
                statistics.Add(reader.FrameOf(block, index));
            }

            afterBlock?.Invoke();
        }

        statistics.CloseWindow();
        statistics.SkippedLines = reader.SkippedRecords;
        statistics.EndsWithoutLineEnd = reader is CandumpReader { EndsWithoutLineEnd: true };
        return statistics;
    }

    /// <summary>Writes a table for people.</summary>
    /// <param name="output">Takes the text.</param>
    /// <param name="database">Gives names to the identifiers, or null.</param>
    public void WriteTable(TextWriter output, DbcDatabase? database = null)
    {
        output.WriteLine(Text($"{FrameCount} frames, {Ids.Count} identifiers, {DurationS:F3} s, on {string.Join(", ", Interfaces)}"));
        if (!double.IsNaN(MinimumLoad))
        {
            output.WriteLine(Text($"bus load at {BitRate / 1000.0:0.###} kbit/s: {MinimumLoad:P1} to {MaximumLoad:P1} (without and with every possible stuff bit), busiest second {PeakMinimumLoad:P1} to {PeakMaximumLoad:P1}"));
        }

        foreach ((long count, string what) in new[]
        {
            (ErrorCount, "error reports"), (FdCount, "FD frames: no bus load is stated"), (BackwardCount, "frames earlier than the one before"), (SkippedLines, "broken lines skipped"),
        })
        {
            if (count > 0)
            {
                output.WriteLine(Text($"{count} {what}"));
            }
        }

        output.WriteLine(Text($"{"id",9}  {"frames",9}  {"length",6}  {"mean ms",10}  {"min ms",10}  {"max ms",10}  {"first s",10}  {"last s",10}  name"));
        foreach (IdStatistics entry in Ids)
        {
            string id = entry.IsExtended ? entry.Id.ToString("X8", CultureInfo.InvariantCulture) : entry.Id.ToString("X3", CultureInfo.InvariantCulture);
            string length = entry.MinimumLength == entry.MaximumLength ? Text($"{entry.MaximumLength}") : Text($"{entry.MinimumLength}..{entry.MaximumLength}");
            output.WriteLine(Text(
                $"{id,9}  {entry.Count,9}  {length,6}  {entry.MeanGapNs / 1e6,10:F3}  {entry.MinimumGapNs / 1e6,10:F3}  {entry.MaximumGapNs / 1e6,10:F3}  {(entry.FirstNs - FirstNs) / 1e9,10:F3}  {(entry.LastNs - FirstNs) / 1e9,10:F3}  {database?.FindMessage(entry.Id, entry.IsExtended)?.Name}").TrimEnd());
        }
    }

    /// <summary>Writes one JSON object for machines.</summary>
    /// <param name="output">Takes the text, UTF-8.</param>
    /// <param name="database">Gives names to the identifiers, or null.</param>
    public void WriteJson(Stream output, DbcDatabase? database = null)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("frames", FrameCount);
        json.WriteNumber("errors", ErrorCount);
        json.WriteNumber("fdFrames", FdCount);
        json.WriteNumber("backwardFrames", BackwardCount);
        json.WriteNumber("skippedLines", SkippedLines);
        json.WriteNumber("durationS", DurationS);
        json.WriteNumber("bitRate", BitRate);
        WriteLoad(json, "minimumLoad", MinimumLoad);
        WriteLoad(json, "maximumLoad", MaximumLoad);
        WriteLoad(json, "peakMinimumLoad", PeakMinimumLoad);
        WriteLoad(json, "peakMaximumLoad", PeakMaximumLoad);
        json.WriteStartArray("ids");
        foreach (IdStatistics entry in Ids)
        {
            json.WriteStartObject();
            json.WriteNumber("id", entry.Id);
            json.WriteBoolean("extended", entry.IsExtended);
            if (database?.FindMessage(entry.Id, entry.IsExtended) is { } message)
            {
                json.WriteString("name", message.Name);
            }

            json.WriteNumber("frames", entry.Count);
            json.WriteNumber("remoteFrames", entry.RemoteCount);
            json.WriteNumber("minimumLength", entry.MinimumLength);
            json.WriteNumber("maximumLength", entry.MaximumLength);
            json.WriteNumber("meanGapMs", entry.MeanGapNs / 1e6);
            json.WriteNumber("minimumGapMs", entry.MinimumGapNs / 1e6);
            json.WriteNumber("maximumGapMs", entry.MaximumGapNs / 1e6);
            json.WriteNumber("firstS", (entry.FirstNs - FirstNs) / 1e9);
            json.WriteNumber("lastS", (entry.LastNs - FirstNs) / 1e9);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static void WriteLoad(Utf8JsonWriter json, string name, double load)
    {
        if (double.IsNaN(load))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, Math.Round(load, 6));
        }
    }

    private double LoadOf(double bits, double seconds) => FdCount > 0 || seconds <= 0 ? double.NaN : bits / seconds / BitRate;

    private void Add(in CanLogFrame frame)
    {
        if (FrameCount == 0)
        {
            FirstNs = frame.TimeNs;
            LastNs = frame.TimeNs;
            _windowStartNs = frame.TimeNs;
        }

        FrameCount++;
        if (frame.TimeNs < LastNs)
        {
            BackwardCount++;
        }

        LastNs = frame.TimeNs;
        if (!ReferenceEquals(frame.Interface, _lastInterface))
        {
            _lastInterface = frame.Interface;
            _interfaces.Add(frame.Interface);
        }

        if ((frame.Flags & CanFrameFlags.Error) != 0)
        {
            ErrorCount++;
            return;
        }

        if ((frame.Flags & CanFrameFlags.Fd) != 0)
        {
            FdCount++;
        }

        // Start bit, identifier, control, CRC and end with the pause of three bits; stuffing ends with the CRC.
        int bits = (frame.IsExtended ? 67 : 47) + 8 * frame.DataLength;
        int stuffBits = ((frame.IsExtended ? 54 : 34) + 8 * frame.DataLength - 1) / 4;
        _bits += bits;
        _stuffBits += stuffBits;
        if ((ulong)(frame.TimeNs - _windowStartNs) >= 1_000_000_000)
        {
            CloseWindow();
            _windowStartNs = frame.TimeNs;
        }

        _windowBits += bits;
        _windowStuffBits += stuffBits;
        EntryOf(frame).Add(frame);
    }

    private void CloseWindow()
    {
        if (_windowBits > _peakBits)
        {
            _peakBits = _windowBits;
            _peakStuffBits = _windowStuffBits;
        }

        _windowBits = 0;
        _windowStuffBits = 0;
    }

    private IdStatistics EntryOf(in CanLogFrame frame)
    {
        if (!frame.IsExtended)
        {
            return _standard[frame.Id & 0x7FF] ??= new IdStatistics(frame.Id, false);
        }

        if (!_extended.TryGetValue(frame.Id, out IdStatistics? entry))
        {
            _extended[frame.Id] = entry = new IdStatistics(frame.Id, true);
        }

        return entry;
    }
}
