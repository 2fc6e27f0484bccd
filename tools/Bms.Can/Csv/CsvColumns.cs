using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Csv;

/// <summary>Which column of a CSV log holds what, as positions from 0; -1 where there is none.</summary>
internal sealed class CsvColumns
{
    private static readonly string[] TimeNames = ["time", "timestamp", "times", "t", "timems", "timeus", "timens", "timestampms", "timestampus", "timestamps", "timeseconds", "timestampseconds"];
    private static readonly string[] IdNames = ["id", "canid", "arbitrationid", "identifier", "messageid", "msgid", "frameid", "idhex", "canidhex"];
    private static readonly string[] DataNames = ["data", "databytes", "payload", "d", "d0", "d1", "b0", "b1", "byte0", "byte1", "data0", "data1", "datahex"];

    public byte Separator { get; private init; } = (byte)',';

    public int Time { get; private init; } = -1;

    public long TimeUnitNs { get; private init; } = 1_000_000_000;

    public int Id { get; private init; } = -1;

    public bool IsIdDecimal { get; private init; }

    public int Extended { get; private init; } = -1;

    public int Remote { get; private init; } = -1;

    public int Error { get; private init; } = -1;

    public int Channel { get; private init; } = -1;

    public int Direction { get; private init; } = -1;

    public int Length { get; private init; } = -1;

    public int Data { get; private init; } = -1;

    /// <summary>True where payloads are in base 64, as python-can writes them.</summary>
    public bool IsBase64 { get; private init; }

    /// <summary>Reads a head line; null where identifier or payload are not to be found in it.</summary>
    public static CsvColumns? FromHead(ReadOnlySpan<byte> line)
    {
        byte separator = SeparatorOf(line);
        List<string> names = NamesOf(line, separator, out List<string> raw);
        int time = names.FindIndex(name => TimeNames.Contains(name));
        int id = names.FindIndex(name => IdNames.Contains(name));
        int data = names.FindIndex(name => DataNames.Contains(name));
        if (id < 0 || data < 0)
        {
            return null;
        }

        bool isPythonCan = names.Count == 7 && names.SequenceEqual(["timestamp", "arbitrationid", "extended", "remote", "error", "dlc", "data"]);
        return new CsvColumns
        {
            Separator = separator,
            Time = time,
            TimeUnitNs = time < 0 ? 1 : UnitOf(raw[time]),
            Id = id,
            Extended = names.FindIndex(name => name is "extended" or "ext" or "ide" or "isextended"),
            Remote = names.FindIndex(name => name is "remote" or "rtr"),
            Error = names.FindIndex(name => name is "error"),
            Channel = names.FindIndex(name => name is "bus" or "channel" or "interface" or "port"),
            Direction = names.FindIndex(name => name is "dir" or "direction" or "rxtx"),
            Length = names.FindIndex(name => name is "len" or "length" or "dlc" or "datalength"),
            Data = data,
            IsBase64 = isPythonCan,
        };
    }

    /// <summary>The columns of SavvyCAN's own CSV, or null for another head.</summary>
    public static CsvColumns? FromGvretHead(ReadOnlySpan<byte> line)
    {
        if (!Words.StartsWith(line, "Time Stamp,ID,Extended,"u8))
        {
            return null;
        }

        List<string> names = NamesOf(line, (byte)',', out _);
        int data = names.IndexOf("d1");
        return data < 0 || !names.Contains("len") ? null : new CsvColumns
        {
            Time = 0,
            TimeUnitNs = 1000,
            Id = 1,
            Extended = 2,
            Direction = names.IndexOf("dir"),
            Channel = names.IndexOf("bus"),
            Length = names.IndexOf("len"),
            Data = data,
        };
    }

    /// <summary>Resolves a user's map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="line">The first line.</param>
    /// <param name="hasHead">True where the first line holds names.</param>
    /// <exception cref="ArgumentException">A column is not there.</exception>
    public static CsvColumns FromMap(CsvColumnMap map, ReadOnlySpan<byte> line, out bool hasHead)
    {
        byte separator = map.Separator is { } given ? (byte)given : SeparatorOf(line);
        NamesOf(line, separator, out List<string> names);
        bool usesNames = false;
        int Find(string? column)
        {
            if (column is null)
            {
                return -1;
            }

            int index = names.FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase));
            if (index >= 0)
            {
                usesNames = true;
                return index;
            }

            return int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= 4096
                ? number - 1
                : throw new ArgumentException($"there is no column \"{column}\"; the first line has {string.Join(", ", names.Take(32))}");
        }

        var columns = new CsvColumns
        {
            Separator = separator,
            Time = Find(map.Time),
            TimeUnitNs = map.Time is null ? 1 : map.TimeUnitNs,
            Id = Find(map.Id),
            IsIdDecimal = map.IsIdDecimal,
            Extended = Find(map.Extended),
            Channel = Find(map.Channel),
            Direction = Find(map.Direction),
            Length = Find(map.Length),
            Data = Find(map.Data),
        };
        hasHead = usesNames;
        return columns;
    }

    /// <summary>Decodes base 64; -1 where it is none or too long.</summary>
    public static int FromBase64(ReadOnlySpan<byte> text, Span<byte> data)
        => Base64.DecodeFromUtf8(text, data, out int used, out int written) == System.Buffers.OperationStatus.Done && used == text.Length ? written : -1;

    private static byte SeparatorOf(ReadOnlySpan<byte> line)
    {
        byte best = (byte)',';
        int most = line.Count(best);
        foreach (byte other in ";\t|"u8)
        {
            if (line.Count(other) > most)
            {
                most = line.Count(other);
                best = other;
            }
        }

        return best;
    }

    private static List<string> NamesOf(ReadOnlySpan<byte> line, byte separator, out List<string> raw)
    {
        raw = [];
        var fields = new Fields(line, separator);
        while (fields.TryTake(out ReadOnlySpan<byte> field) && raw.Count < 4096)
        {
            raw.Add(Encoding.UTF8.GetString(field));
        }

        return raw.ConvertAll(name => string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)));
    }

    private static long UnitOf(string name)
    {
        string text = name.ToLowerInvariant();
        return text.EndsWith("ms", StringComparison.Ordinal) || text.Contains("[ms]", StringComparison.Ordinal) || text.Contains("(ms)", StringComparison.Ordinal) ? 1_000_000
            : text.EndsWith("us", StringComparison.Ordinal) || text.Contains("us]", StringComparison.Ordinal) || text.Contains("us)", StringComparison.Ordinal) || text.Contains('µ') ? 1000
            : text.EndsWith("ns", StringComparison.Ordinal) || text.Contains("[ns]", StringComparison.Ordinal) || text.Contains("(ns)", StringComparison.Ordinal) ? 1
            : 1_000_000_000;
    }
}
