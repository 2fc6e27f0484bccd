using System.Globalization;
using System.Text;
using Bms.Cli.CommandLine;
using Bms.Core.Configuration;

namespace Bms.Cli.Parameters
{
    /// <summary>The parameter block as text: one <c>Name = value  # unit, range</c> per line, in the order of the block.</summary>
    /// <remarks>
    /// The reader is strict, as a controller lives by these numbers: every parameter exactly once, nothing else, every value inside its range, and the whole block
    /// in an order that the firmware accepts. A threshold may be <c>never</c>; the chemistry is a name. Text behind <c>#</c> is a comment.
    /// </remarks>
    public static class ParameterText
    {
        private const string VersionName = "FormatVersion";
        private const string NeverWord = "never";
        private const long LargestFile = 1 << 20;

        private static readonly string[] ChemistryNames = ["NMC", "NCA", "LFP", "LTO", "NaIon"];

        /// <summary>Number of a chemistry by name, or -1. Hyphens and case do not matter.</summary>
        public static int ChemistryOf(string name)
        {
            return Array.FindIndex(ChemistryNames, n => n.Equals(name.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        }

        /// <summary>Name of a chemistry.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public static string ChemistryName(int chemistry)
        {
            return chemistry >= 0 && chemistry < ChemistryNames.Length ? ChemistryNames[chemistry] : chemistry.ToString(CultureInfo.InvariantCulture);
        }

        /// <summary>The text of a block; reading it gives the same block.</summary>
        public static string Write(ParameterBlock block)
        {
            var text = new StringBuilder();
            text.Append("# Bms parameter file. One parameter per line: Name = value  # unit, lowest..highest\n");
            text.Append("# Positive current charges. A threshold that is 'never' is switched off. 'bms params check FILE' judges a changed file.\n");
            text.Append(CultureInfo.InvariantCulture, $"{VersionName} = {ParameterBlock.Version}\n\n");
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                if (parameter >= ParameterId.SingleCount && (parameter - ParameterId.SingleCount) % ParameterId.FaultColumns == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n# {Core.Protection.FaultTable.NameOf((parameter - ParameterId.SingleCount) / ParameterId.FaultColumns)}\n");
                }

                string line = ParameterTable.NameOf(parameter) + " = " + ValueText(parameter, block.Get(parameter));
                text.Append(line.PadRight(46)).Append("# ").Append(RangeText(parameter)).Append('\n');
            }

            return text.ToString();
        }

        /// <summary>Reads a file.</summary>
        /// <exception cref="ParameterFileException">The file cannot be read, or the firmware would refuse it.</exception>
        public static ParameterBlock ReadFile(string path)
        {
            string text;
            try
            {
                if (new FileInfo(path).Length > LargestFile)
                {
                    throw new ParameterFileException(path, 0, "is larger than 1 MB and no parameter file", "export one with 'bms params export'");
                }

                text = File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new ParameterFileException(path, 0, "cannot be read: " + OneLine.Of(e.Message), "check the path and the permissions");
            }

            return Read(text, path);
        }

        /// <summary>Reads text.</summary>
        /// <param name="text">The file's text.</param>
        /// <param name="name">Name for messages.</param>
        /// <exception cref="ParameterFileException">The firmware would refuse it.</exception>
        public static ParameterBlock Read(string text, string name)
        {
            var block = new ParameterBlock();
            var lineOf = new int[ParameterId.Count];
            int versionLine = 0;
            int lineNumber = 0;
            foreach (ReadOnlySpan<char> whole in text.AsSpan().EnumerateLines())
            {
                lineNumber++;
                int comment = whole.IndexOf('#');
                ReadOnlySpan<char> line = (comment < 0 ? whole : whole[..comment]).Trim();
                if (line.IsEmpty)
                {
                    continue;
                }

                int equals = line.IndexOf('=');
                if (equals <= 0)
                {
                    throw new ParameterFileException(name, lineNumber, $"'{OneLine.Shown(line)}' is no 'Name = value'", "mend the line, or put # before a remark");
                }

                string key = line[..equals].Trim().ToString();
                ReadOnlySpan<char> value = line[(equals + 1)..].Trim();
                if (key == VersionName)
                {
                    ReadVersion(name, lineNumber, value, versionLine);
                    versionLine = lineNumber;
                    continue;
                }

                int parameter = Find(key);
                if (parameter < 0)
                {
                    throw new ParameterFileException(name, lineNumber, $"there is no parameter '{OneLine.Shown(key)}'", $"did you mean {Nearest(key)}?");
                }

                if (lineOf[parameter] > 0)
                {
                    throw new ParameterFileException(name, lineNumber, $"{key} stands already in line {lineOf[parameter]}", "remove one of the two");
                }

                lineOf[parameter] = lineNumber;
                block.Set(parameter, ParseValue(name, lineNumber, parameter, value));
            }

            if (versionLine == 0)
            {
                throw new ParameterFileException(name, 0, $"{VersionName} is missing", "this is no parameter file, or it is cut off; export one with 'bms params export'");
            }

            int missing = Array.FindIndex(lineOf, l => l == 0);
            if (missing >= 0)
            {
                int count = lineOf.Count(l => l == 0);
                string more = count > 1 ? $" and {count - 1} more" : "";
                throw new ParameterFileException(name, lineNumber, $"the file ends without {ParameterTable.NameOf(missing)}{more}", "it may be cut off; compare with 'bms params export'");
            }

            int invalid = block.FirstInvalid();
            if (invalid >= 0)
            {
                string problem = $"{ParameterTable.NameOf(invalid)} = {ValueText(invalid, block.Get(invalid))} contradicts its neighbours";
                throw new ParameterFileException(name, lineOf[invalid], problem, OrderRule(invalid));
            }

            return block;
        }

        private static void ReadVersion(string name, int lineNumber, ReadOnlySpan<char> value, int versionLine)
        {
            if (versionLine > 0)
            {
                throw new ParameterFileException(name, lineNumber, $"{VersionName} stands already in line {versionLine}", "remove one of the two");
            }

            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version != ParameterBlock.Version)
            {
                throw new ParameterFileException(name, lineNumber, $"{VersionName} is '{OneLine.Shown(value)}', this program knows {ParameterBlock.Version}", "export the file anew with this program");
            }
        }

        private static int ParseValue(string name, int lineNumber, int parameter, ReadOnlySpan<char> text)
        {
            string parameterName = ParameterTable.NameOf(parameter);
            if (parameter == ParameterId.Chemistry && ChemistryOf(text.ToString()) is >= 0 and int chemistry)
            {
                return chemistry;
            }

            if (ParameterTable.IsThreshold(parameter) && text.Equals(NeverWord, StringComparison.OrdinalIgnoreCase))
            {
                return ParameterId.Never;
            }

            if (parameter == ParameterId.Chemistry || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            {
                string what = parameter == ParameterId.Chemistry ? "give one of " + string.Join(", ", ChemistryNames) : $"give a whole number{(ParameterTable.IsThreshold(parameter) ? " or never" : "")}: {RangeText(parameter)}";
                throw new ParameterFileException(name, lineNumber, $"{parameterName} is '{OneLine.Shown(text)}'", what);
            }

            if (value < ParameterTable.MinimumOf(parameter) || value > ParameterTable.MaximumOf(parameter))
            {
                throw new ParameterFileException(name, lineNumber, $"{parameterName} = {value} is out of range", "give a value of " + RangeText(parameter));
            }

            return value;
        }

        private static string ValueText(int parameter, int value)
        {
            if (parameter == ParameterId.Chemistry)
            {
                return ChemistryName(value);
            }

            return ParameterTable.IsThreshold(parameter) && value == ParameterId.Never ? NeverWord : value.ToString(CultureInfo.InvariantCulture);
        }

        private static string RangeText(int parameter)
        {
            if (parameter == ParameterId.Chemistry)
            {
                return string.Join(" | ", ChemistryNames);
            }

            string unit = ParameterTable.UnitOf(parameter);
            string range = $"{ParameterTable.MinimumOf(parameter)}..{ParameterTable.MaximumOf(parameter)}";
            return unit.Length > 0 ? unit + ", " + range : range;
        }

        // What the firmware's check of a block demands, said for a person.
        private static string OrderRule(int parameter)
        {
            if (parameter >= ParameterId.SingleCount)
            {
                int fault = (parameter - ParameterId.SingleCount) / ParameterId.FaultColumns;
                return Core.Protection.FaultTable.IsLowerLimit(fault) ? "warning, limit and trip must fall in this order" : "warning, limit and trip must rise in this order";
            }

            return parameter switch
            {
                ParameterId.ChargeTaperStartMv => "ChargeTaperStartMv must be below ChargeStopMv",
                ParameterId.DischargeTaperStartMv => "DischargeTaperStartMv must be above DischargeStopMv",
                ParameterId.ChargeZeroBelowDeciC => "ChargeZeroBelow < ChargeFullAbove <= ChargeFullBelow < ChargeZeroAbove must hold",
                ParameterId.DischargeZeroBelowDeciC => "DischargeZeroBelow < DischargeFullAbove <= DischargeFullBelow < DischargeZeroAbove must hold",
                ParameterId.HeaterOnBelowDeciC => "HeaterOnBelowDeciC must be below HeaterOffAboveDeciC",
                ParameterId.CoolingOnAboveDeciC => "CoolingOnAboveDeciC must be above CoolingOffBelowDeciC",
                ParameterId.FanOnAboveDeciC => "FanOnAboveDeciC must be above FanOffBelowDeciC",
                ParameterId.BalanceStartCentiPct => "BalanceStartCentiPct must be above BalanceStopCentiPct",
                ParameterId.BusMayBeLive => "a bus that may be live needs auxiliary contacts: set ContactorFeedbackFitted = 1",
                ParameterId.BalanceStartDeltaMv => "BalanceStartDeltaMv must be above BalanceStopDeltaMv",
                _ => "compare with 'bms params export'",
            };
        }

        private static int Find(string key)
        {
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                if (ParameterTable.NameOf(parameter).Equals(key, StringComparison.Ordinal))
                {
                    return parameter;
                }
            }

            return -1;
        }

        private static string Nearest(string key)
        {
            string best = "";
            int bestDistance = int.MaxValue;
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                string name = ParameterTable.NameOf(parameter);
                int distance = Distance(key.Length > 64 ? key[..64] : key, name);
                if (distance < bestDistance)
                {
                    bestDistance = distance;
                    best = name;
                }
            }

            return best;
        }

        // Levenshtein: insertions, deletions and replacements from one word to the other.
        private static int Distance(string a, string b)
        {
            var row = new int[b.Length + 1];
            for (int j = 0; j <= b.Length; j++)
            {
                row[j] = j;
            }

            for (int i = 1; i <= a.Length; i++)
            {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j <= b.Length; j++)
                {
                    int above = row[j];
                    int same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                    row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + same);
                    diagonal = above;
                }
            }

            return row[b.Length];
        }
    }
}
