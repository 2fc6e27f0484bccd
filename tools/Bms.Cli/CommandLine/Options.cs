using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Bms.Cli.CommandLine
{
    /// <summary>Makes options whose faults are said with the option, the value and what would be right.</summary>
    internal static class Options
    {
        /// <summary>A number with a range.</summary>
        public static Option<double> Number(string name, double min, double max, string unit, string description, double? standard = null)
        {
            var option = new Option<double>(name) { Description = description, HelpName = unit.Length > 0 ? unit : "number" };
            option.CustomParser = result => ParseNumber(result, name, min, max, unit);
            if (standard is not null)
            {
                option.DefaultValueFactory = _ => standard.Value;
            }

            return option;
        }

        /// <summary>A number with a range that may stay away.</summary>
        public static Option<double?> OptionalNumber(string name, double min, double max, string unit, string description)
        {
            return new Option<double?>(name)
            {
                Description = description,
                HelpName = unit.Length > 0 ? unit : "number",
                CustomParser = result => ParseNumber(result, name, min, max, unit),
            };
        }

        /// <summary>A whole number with a range.</summary>
        public static Option<int> Whole(string name, int min, int max, string description, int standard)
        {
            return new Option<int>(name)
            {
                Description = description,
                HelpName = "n",
                DefaultValueFactory = _ => standard,
                CustomParser = result =>
                {
                    string text = Single(result);
                    if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
                    {
                        return value;
                    }

                    result.AddError($"{name} is '{text}': give a whole number from {min} to {max}");
                    return 0;
                },
            };
        }

        /// <summary>A seed.</summary>
        public static Option<ulong?> Seed(string description)
        {
            return new Option<ulong?>("--seed")
            {
                Description = description,
                HelpName = "n",
                CustomParser = result =>
                {
                    string text = Single(result);
                    if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
                    {
                        return value;
                    }

                    result.AddError($"--seed is '{text}': give a whole number from 0 on");
                    return null;
                },
            };
        }

        /// <summary>One of some words; case does not matter.</summary>
        public static Option<string> Choice(string name, string description, string standard, params string[] words)
        {
            var option = new Option<string>(name)
            {
                Description = description,
                HelpName = string.Join('|', words),
                DefaultValueFactory = _ => standard,
                CustomParser = result => ParseChoice(result, name, words),
            };
            option.CompletionSources.Add(words);
            return option;
        }

        /// <summary>A path.</summary>
        public static Option<string?> Path(string name, string description, string helpName = "file")
        {
            return new Option<string?>(name) { Description = description, HelpName = helpName };
        }

        /// <summary>A switch.</summary>
        public static Option<bool> Flag(string name, string description)
        {
            return new Option<bool>(name) { Description = description };
        }

        private static string? ParseChoice(ArgumentResult result, string name, string[] words)
        {
            string text = Single(result);
            string? word = Array.Find(words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (word is null)
            {
                result.AddError($"{name} is '{text}': give one of {string.Join(", ", words)}");
            }

            return word;
        }

        private static double ParseNumber(ArgumentResult result, string name, double min, double max, string unit)
        {
            string text = Single(result);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max)
            {
                return value;
            }

            string inUnit = unit.Length > 0 ? " " + unit : "";
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}': give a number from {min} to {max}{inUnit}, with a decimal point"));
            return 0;
        }

        private static string Single(ArgumentResult result)
        {
            return result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        }
    }
}
