namespace Bms.Can.Io;

/// <summary>What formats without a word on it mean by a time.</summary>
internal static class LogTime
{
    /// <summary>Stamps from the year 2000 on are taken as counted from 1970, smaller ones from the log's own zero. In ns.</summary>
    public const long FirstAbsoluteNs = 946_684_800_000_000_000;
}
