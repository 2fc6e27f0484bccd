namespace Bms.Can.Log;

/// <summary>How a log is read.</summary>
public sealed class CanLogReadOptions
{
    /// <summary>True counts and skips broken records; false stops at the first with a <see cref="CanLogException"/>.</summary>
    public bool Lenient { get; init; }

    /// <summary>The format, or null to tell it from the content.</summary>
    public CanLogFormat? Format { get; init; }

    /// <summary>Generic CSV: which column holds what, or null to tell it from the head line.</summary>
    public CsvColumnMap? CsvColumns { get; init; }
}

/// <summary>Which column of a CSV file holds what. Columns are named by their head, or by their number from 1.</summary>
public sealed class CsvColumnMap
{
    /// <summary>Separator; null tells it from the first line.</summary>
    public char? Separator { get; init; }

    /// <summary>Time; null numbers the frames 0, 1, 2... ns.</summary>
    public string? Time { get; init; }

    /// <summary>Length of the time's unit in ns: 1 for ns, 1000 for us, 1,000,000 for ms, 1,000,000,000 for s.</summary>
    public long TimeUnitNs { get; init; } = 1_000_000_000;

    /// <summary>Identifier.</summary>
    public required string Id { get; init; }

    /// <summary>True for identifiers in decimal; hexadecimal ones may begin with 0x.</summary>
    public bool IsIdDecimal { get; init; }

    /// <summary>Column that tells 29-bit identifiers (true, 1, x, ext...); null takes identifiers above 7FF as such.</summary>
    public string? Extended { get; init; }

    /// <summary>Bus, a name or a number from 0; null is one bus, can0.</summary>
    public string? Channel { get; init; }

    /// <summary>Direction (Tx, true, 1 mean sent), or null.</summary>
    public string? Direction { get; init; }

    /// <summary>Length in bytes; null counts the payload's bytes.</summary>
    public string? Length { get; init; }

    /// <summary>First byte, or the whole payload as hexadecimal digits with or without separators.</summary>
    public required string Data { get; init; }
}
