namespace Bms.Can.Export;

/// <summary>How the value of a signal is written.</summary>
public enum ValueForm
{
    /// <summary>Physical values.</summary>
    Physical,

    /// <summary>Texts of the value table where there is one, else physical values.</summary>
    Choices,

    /// <summary>Raw numbers.</summary>
    Raw,
}

/// <summary>Form of a table of signals.</summary>
public enum TableLayout
{
    /// <summary>CSV with a row per value: <c>time_s,interface,id,message,signal,value,unit,text</c>.</summary>
    Long,

    /// <summary>CSV with a column per signal and a row per frame.</summary>
    Wide,

    /// <summary>CSV with a column per signal and a row per period, with the latest values.</summary>
    Resampled,

    /// <summary>JSON, one object per line and frame.</summary>
    JsonLines,
}

/// <summary>What to export and how to write it.</summary>
public sealed class ExportOptions
{
    /// <summary>Form of the table.</summary>
    public TableLayout Layout { get; init; } = TableLayout.Long;

    /// <summary>Resampled tables: distance of the rows in ns.</summary>
    public long PeriodNs { get; init; }

    /// <summary>How values are written.</summary>
    public ValueForm Values { get; init; } = ValueForm.Physical;

    /// <summary>
    /// True leaves a value out that lies outside of its stated range; null does so for the messages of this project alone (those with the attribute BmsE2eDataId),
    /// where that means "not available". In other files ranges are often wrong.
    /// </summary>
    public bool? EmptyOutsideRange { get; init; }
}
