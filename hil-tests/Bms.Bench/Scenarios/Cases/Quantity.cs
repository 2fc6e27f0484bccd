using System.Globalization;
using Bms.Core.Configuration;
using Bms.Core.Protection;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>What the words in a quantity stand for in one run: the controller's parameters and the values of <c>vary</c>.</summary>
    /// <param name="Parameters">Parameter block of the controller.</param>
    /// <param name="Variables">Values of the variables of this run.</param>
    public sealed record QuantityContext(ParameterBlock Parameters, IReadOnlyDictionary<string, double> Variables);

    /// <summary>A number of a scenario: plain, in multiples of the capacity, a threshold of the fault table, a parameter, a variable, or a sum of these.</summary>
    /// <remarks>
    /// <c>4.25</c>, <c>-2 C</c>, <c>$cell</c>, <c>CellOverVoltage.Trip + 0.002</c>, <c>Parameter.CapacityMah * 0.5</c>. Thresholds and parameters come in V, A, degC and ms,
    /// whatever the block counts in. Worked from left to right.
    /// </remarks>
    public sealed class Quantity
    {
        private static readonly string[] Columns = ["Warning", "Limit", "Trip", "Hysteresis", "Debounce", "Release"];

        private readonly record struct Term(char Operator, double Number, bool IsPerCapacity, string? Variable, int Parameter);

        private readonly List<Term> _terms = [];

        private Quantity(string text)
        {
            Text = text;
        }

        /// <summary>As it was written.</summary>
        public string Text { get; }

        /// <summary>A plain number.</summary>
        public static Quantity Of(double number)
        {
            var quantity = new Quantity(number.ToString("R", CultureInfo.InvariantCulture));
            quantity._terms.Add(new Term('+', number, false, null, -1));
            return quantity;
        }

        /// <summary>Reads a quantity.</summary>
        /// <param name="text">The text.</param>
        /// <param name="variables">Names that <c>$</c> may use.</param>
        /// <exception cref="FormatException">Says what is wrong and what would be right.</exception>
        public static Quantity Parse(string text, IReadOnlyCollection<string> variables)
        {
            var quantity = new Quantity(text.Trim());
            string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            char next = '+';
            bool wantsTerm = true;
            for (int i = 0; i < words.Length; i++)
            {
                string word = words[i];
                if (!wantsTerm)
                {
                    if (word is not ("+" or "-" or "*"))
                    {
                        throw new FormatException($"'{word}' stands where +, - or * must stand, with blanks around it");
                    }

                    next = word[0];
                    wantsTerm = true;
                    continue;
                }

                bool perCapacity = i + 1 < words.Length && words[i + 1] == "C";
                quantity._terms.Add(ReadTerm(next, word, perCapacity, variables));
                i += perCapacity ? 1 : 0;
                wantsTerm = false;
            }

            return wantsTerm ? throw new FormatException($"'{text}' is no quantity; write 4.25, -2 C, $name or CellOverVoltage.Trip + 0.002") : quantity;
        }

        /// <summary>The number in one run.</summary>
        public double In(QuantityContext context)
        {
            double sum = 0;
            foreach (Term term in _terms)
            {
                double value = term.Variable != null ? context.Variables[term.Variable]
                    : term.Parameter >= 0 ? InSi(context.Parameters, term.Parameter)
                    : term.IsPerCapacity ? term.Number * context.Parameters.Get(ParameterId.CapacityMah) * 1e-3
                    : term.Number;
                sum = term.Operator == '*' ? sum * value : term.Operator == '-' ? sum - value : sum + value;
            }

            return sum;
        }

        /// <inheritdoc/>
        public override string ToString() => Text;

        private static Term ReadTerm(char sign, string word, bool perCapacity, IReadOnlyCollection<string> variables)
        {
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                return new Term(sign, number, perCapacity, null, -1);
            }

            if (perCapacity)
            {
                throw new FormatException($"'{word} C' is no multiple of the capacity; write a number before the C");
            }

            if (word.StartsWith('$'))
            {
                return variables.Contains(word[1..]) ? new Term(sign, 0, false, word[1..], -1)
                    : throw new FormatException($"{word} is not among the names of vary ({(variables.Count == 0 ? "there are none" : string.Join(", ", variables))})");
            }

            int dot = word.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0)
            {
                string row = word[..dot];
                string column = word[(dot + 1)..];
                if (row == "Parameter")
                {
                    return new Term(sign, 0, false, null, ParameterNamed(column));
                }

                int fault = FaultNamed(row);
                int at = Array.IndexOf(Columns, column);
                return at >= 0 ? new Term(sign, 0, false, null, ParameterId.OfFault(fault, at))
                    : throw new FormatException($"'{column}' is no column of the fault table; it has {string.Join(", ", Columns)}");
            }

            throw new FormatException($"'{word}' is no number; write 4.25, -2 C, $name, CellOverVoltage.Trip or Parameter.CapacityMah");
        }

        /// <summary>Row of the fault table with a name.</summary>
        /// <exception cref="FormatException">There is none.</exception>
        public static int FaultNamed(string name)
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (FaultTable.NameOf(fault) == name)
                {
                    return fault;
                }
            }

            throw new FormatException($"the fault table has no row {name}{Words.Suggest(name, Enumerable.Range(0, FaultId.Count).Select(FaultTable.NameOf))}");
        }

        /// <summary>Parameter with a name.</summary>
        /// <exception cref="FormatException">There is none.</exception>
        public static int ParameterNamed(string name)
        {
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                if (ParameterTable.NameOf(parameter) == name)
                {
                    return parameter;
                }
            }

            throw new FormatException($"there is no parameter {name}{Words.Suggest(name, Enumerable.Range(0, ParameterId.Count).Select(ParameterTable.NameOf))}");
        }

        private static double InSi(ParameterBlock block, int parameter)
        {
            int value = block.Get(parameter);
            if (value == ParameterId.Never)
            {
                return double.PositiveInfinity;
            }

            return value * (ParameterTable.UnitOf(parameter) switch
            {
                "mV" or "mA" => 1e-3,
                "0.1 degC" => 0.1,
                _ => 1,
            });
        }
    }

    /// <summary>Finds the word that was meant.</summary>
    internal static class Words
    {
        /// <summary>"; did you mean X?" or the list of what there is, where nothing is near.</summary>
        public static string Suggest(string word, IEnumerable<string> known)
        {
            string[] all = [.. known];
            string? best = all.MinBy(k => Distance(word, k));
            if (best != null && Distance(word, best) <= Math.Max(2, word.Length / 3))
            {
                return $"; did you mean {best}?";
            }

            return all.Length <= 40 ? $"; there are {string.Join(", ", all)}" : "";
        }

        private static int Distance(string a, string b)
        {
            int[] row = [.. Enumerable.Range(0, b.Length + 1)];
            for (int i = 1; i <= a.Length; i++)
            {
                int corner = row[0];
                row[0] = i;
                for (int j = 1; j <= b.Length; j++)
                {
                    int cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                    (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + cost));
                }
            }

            return row[b.Length];
        }
    }
}
