using System.Text.Encodings.Web;
using System.Text.Json;
using Bms.Cli.Replay;

namespace Bms.Cli.CommandLine
{
    /// <summary>Results for machines.</summary>
    internal static class JsonText
    {
        private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        /// <summary>Any object of plain properties as indented JSON.</summary>
        public static string Of<T>(T value) => JsonSerializer.Serialize(value, Indented);

        /// <summary>A number, null where there is none; JSON knows no NaN.</summary>
        public static double? Number(double value, int digits = 6) => double.IsFinite(value) ? Math.Round(value, digits) : null;

        /// <summary>Errors of a replay, in parts of 1.</summary>
        public static object Error(SocError error)
        {
            return new { rmse = Number(error.Rmse), mae = Number(error.Mae), max = Number(error.Max), seconds = Number(error.Seconds, 1) };
        }
    }
}
