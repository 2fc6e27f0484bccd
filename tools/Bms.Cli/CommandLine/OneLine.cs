using System.Text;

namespace Bms.Cli.CommandLine
{
    /// <summary>Makes text fit for a line of a terminal.</summary>
    internal static class OneLine
    {
        /// <summary>The text without line ends and other control characters, and without a full stop at its end.</summary>
        public static string Of(string text)
        {
            var line = new StringBuilder(text.Length);
            foreach (char c in text.ReplaceLineEndings(" "))
            {
                line.Append(char.IsControl(c) ? '?' : c);
            }

            return line.ToString().Trim().TrimEnd('.');
        }

        /// <summary>A piece of a file to show in a message: at most 40 characters, nothing that a terminal would obey.</summary>
        public static string Shown(ReadOnlySpan<char> text)
        {
            string shown = Of(text.Length > 40 ? text[..40].ToString() : text.ToString());
            return text.Length > 40 ? shown + "..." : shown;
        }
    }
}
