using System.Globalization;

namespace Bms.Can.Log;

/// <summary>A moment in a log: a date, or a time since its first frame.</summary>
/// <param name="Ns">Time in ns, since 1970 or since the first frame.</param>
/// <param name="IsAbsolute">True where it counts from 1970.</param>
public readonly record struct LogMoment(long Ns, bool IsAbsolute)
{
    /// <summary>Reads seconds since the first frame (12.5), or a date and time in UTC where no zone is given (2026-05-01T10:00:00).</summary>
    /// <param name="text">The text.</param>
    /// <param name="moment">Takes the moment.</param>
    public static bool TryParse(string text, out LogMoment moment)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && Math.Abs(seconds) < 9e9)
        {
            moment = new LogMoment((long)Math.Round(seconds * 1e9), false);
            return true;
        }

        bool isDate = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date) && date.Year is >= 1970 and < 2255;
        moment = isDate ? new LogMoment((date - DateTime.UnixEpoch).Ticks * 100, true) : default;
        return isDate;
    }

    /// <summary>The moment in the log's own time.</summary>
    /// <param name="firstNs">Time of the log's first frame, ns.</param>
    public long In(long firstNs) => IsAbsolute ? Ns : firstNs + Ns;
}

/// <summary>Which frames of a log are looked at: a window of time, some buses.</summary>
public sealed class LogWindow
{
    /// <summary>First moment, or null for the begin.</summary>
    public LogMoment? From { get; init; }

    /// <summary>Moment behind the last, or null for the end.</summary>
    public LogMoment? To { get; init; }

    /// <summary>Names of the buses, or empty for all.</summary>
    public IReadOnlyList<string> Buses { get; init; } = [];

    /// <summary>True where every frame is taken.</summary>
    public bool IsOpen => From is null && To is null && Buses.Count == 0;

    /// <summary>Leaves in a block only the frames of the window.</summary>
    /// <param name="block">The block.</param>
    /// <param name="firstNs">Time of the log's first frame, ns.</param>
    /// <param name="channels">Names of the block's channels.</param>
    public void Cut(CanFrameBlock block, long firstNs, IReadOnlyList<string> channels)
    {
        if (IsOpen)
        {
            return;
        }

        long from = From?.In(firstNs) ?? long.MinValue;
        long to = To?.In(firstNs) ?? long.MaxValue;
        block.Keep(index => block.TimeNs[index] >= from && block.TimeNs[index] < to && (Buses.Count == 0 || Buses.Contains(channels[block.Channel[index]])));
    }
}
