using System.Globalization;
using Bms.Core.Control;
using Bms.Core.Messages;

namespace Bms.Cli.Sim
{
    /// <summary>Numbers of a run as text for people.</summary>
    internal static class SimText
    {
        /// <summary>Hours, minutes and seconds.</summary>
        public static string Clock(double seconds)
        {
            long s = (long)Math.Max(0, seconds + 1e-6);
            return string.Create(CultureInfo.InvariantCulture, $"{s / 3600}:{s / 60 % 60:00}:{s % 60:00}");
        }

        /// <summary>Hours, minutes, seconds and hundredths.</summary>
        public static string FineClock(double seconds)
        {
            double s = Math.Max(0, seconds + 1e-6);
            return string.Create(CultureInfo.InvariantCulture, $"{(long)(s / 3600)}:{(long)(s / 60) % 60:00}:{Math.Floor(s % 60 * 100) / 100:00.00}");
        }

        /// <summary>A number, or dashes where there is none.</summary>
        public static string Number(double value, string format)
        {
            return double.IsNaN(value) ? "--" : value.ToString(format, CultureInfo.InvariantCulture);
        }

        /// <summary>A phase or check as people write it.</summary>
        public static string Shown(string text) => text.Replace(" degC", " °C", StringComparison.Ordinal);

        /// <summary>Name of a contactor state.</summary>
        public static string State(int state) => state < 0 || state == SignalValue.NotAvailable ? "silent" : ContactorState.NameOf(state);

        /// <summary>A large count with thin groups.</summary>
        public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');
    }
}
