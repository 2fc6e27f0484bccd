using System.Globalization;
using System.Text;
using Bms.Can.Text;

namespace Bms.Can.Asc;

/// <summary>Dates as ASC heads have them, in the language of the machine that recorded: <c>Sam Sep 30 15:06:13.191 2017</c>, <c>Thu Apr 20 10:26:43.501 am 2017</c>, <c>30.09.2017 15:06:13</c>.</summary>
internal static class AscDate
{
    // First letters of the months in English, German, French, Italian, Spanish, Portuguese, Dutch, Polish and Swedish; months in Chinese and Japanese are numbers before U+6708.
    private static readonly string[][] Months =
    [
        ["jan", "ene", "gen", "sty"],
        ["feb", "fév", "fev", "lut"],
        ["mar", "mär", "mae", "mrz", "maa", "mrt"],
        ["apr", "avr", "abr", "kwi"],
        ["may", "mai", "mag", "mei", "maj"],
        ["jun", "juin", "giu", "cze"],
        ["jul", "juil", "lug", "lip"],
        ["aug", "aoû", "aou", "ago", "sie"],
        ["sep", "set", "wrz"],
        ["oct", "okt", "ott", "out", "paź"],
        ["nov", "lis"],
        ["dec", "dez", "déc", "dic", "gru"],
    ];

    /// <summary>Reads a date as UTC.</summary>
    /// <param name="bytes">What follows the word date, UTF-8 or Windows-1252.</param>
    /// <param name="timeNs">The time in ns since 1970.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out long timeNs)
    {
        timeNs = 0;
        string text = TextOf(bytes).ToLowerInvariant();
        int day = 0;
        int month = 0;
        int year = 0;
        long clock = -1;
        int half = 0;
        foreach (string raw in text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Take(12))
        {
            string word = raw.TrimEnd(',');
            if (word is "am" or "a.m." or "vorm.")
            {
                half = 1;
            }
            else if (word is "pm" or "p.m." or "nachm.")
            {
                half = 2;
            }
            else if (word.Contains(':'))
            {
                clock = ClockOf(word);
            }
            else if (TryNumericDate(word, ref day, ref month, ref year))
            {
            }
            else if (int.TryParse(word.TrimEnd('.'), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                if (number >= 1970)
                {
                    year = number;
                }
                else if (day == 0)
                {
                    day = number;
                }
            }
            else if (MonthOf(word) is > 0 and var found)
            {
                // The day of the week stands in front and may look like a month: Mar is Tuesday in Italian.
                month = found;
            }
        }

        if (half != 0 && clock >= 0)
        {
            long hour = clock / 3_600_000_000_000;
            clock += half == 2 && hour < 12 ? 12 * 3_600_000_000_000 : half == 1 && hour == 12 ? -12 * 3_600_000_000_000 : 0;
        }

        if (clock < 0 || year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        timeNs = (new DateTime(year, month, day) - DateTime.UnixEpoch).Ticks * 100 + clock;
        return true;
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, 128)];
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // Latin-1 and Windows-1252 agree in all letters of month names.
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static int MonthOf(string word)
    {
        int end = word.IndexOf('月', StringComparison.Ordinal);
        if (end > 0)
        {
            return int.TryParse(word.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
        }

        for (int index = 0; index < Months.Length; index++)
        {
            if (Months[index].Any(start => word.StartsWith(start, StringComparison.Ordinal)))
            {
                return index + 1;
            }
        }

        return 0;
    }

    private static bool TryNumericDate(string word, ref int day, ref int month, ref int year)
    {
        foreach (char separator in "./-")
        {
            string[] parts = word.Split(separator);
            if (parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int second) && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int third))
            {
                // 30.09.2017 and 30-09-2017 have the day first, 2017-09-30 the year, 09/30/2017 the month.
                (day, month, year) = first >= 1970 ? (third, second, first) : separator == '/' ? (second, first, third) : (first, second, third);
                return true;
            }
        }

        return false;
    }

    private static long ClockOf(string word)
    {
        int last = word.LastIndexOf(':');
        string[] head = word[..last].Split(':');
        Span<byte> seconds = stackalloc byte[32];
        if (head.Length is 0 or > 2 || word.Length - last > 20 || word.AsSpan(last + 1).ContainsAnyExceptInRange('\0', '\x7f'))
        {
            return -1;
        }

        int hour = int.TryParse(head[0], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 99;
        int minute = head.Length == 2 && int.TryParse(head[1], NumberStyles.None, CultureInfo.InvariantCulture, out value) ? value : 99;
        int length = Encoding.ASCII.GetBytes(word.AsSpan(last + 1), seconds);
        return hour < 24 && minute < 60 && Words.TryTime(seconds[..length], 1_000_000_000, out long secondNs) && secondNs is >= 0 and < 61_000_000_000
            ? (hour * 60L + minute) * 60_000_000_000 + secondNs
            : -1;
    }
}
