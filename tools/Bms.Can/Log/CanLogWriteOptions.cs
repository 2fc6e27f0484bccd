namespace Bms.Can.Log;

/// <summary>How a log is written.</summary>
public sealed class CanLogWriteOptions
{
    /// <summary>True where the frames' times count from 1970, false where from a zero of their own: best taken from <see cref="CanLogReader.HasAbsoluteTime"/>.</summary>
    public bool HasAbsoluteTime { get; init; } = true;

    /// <summary>Start of the recording in ns since 1970 for formats with a head; null takes the first frame's time.</summary>
    public long? StartNs { get; init; }

    /// <summary>Version of the format, such as "1.1" of a PCAN trace; null takes the newest that this library writes.</summary>
    public string? Version { get; init; }

    /// <summary>True counts frames that the format cannot hold in <see cref="CanLogWriter.SkippedFrames"/>; false stops at the first of them.</summary>
    public bool SkipWhatDoesNotFit { get; init; }

    /// <summary>Packs the contents of BLF and MDF4 files.</summary>
    public bool Compress { get; init; } = true;
}
