using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>A node of a scenario file with its place; reads values and says what is wrong with them.</summary>
    internal readonly struct CaseNode(YamlNode node, string file)
    {
        public FilePlace Place => new(file, (int)node.Start.Line, (int)node.Start.Column);

        /// <summary>Text of a scalar; empty for anything else.</summary>
        public string Value => (node as YamlScalarNode)?.Value ?? "";

        public CaseFileException Wrong(string message) => new(Place, message);

        /// <summary>Refuses keys that are not known and misses those that must be there.</summary>
        public void Check(CaseKey[] keys)
        {
            if (node is not YamlMappingNode map)
            {
                throw Wrong($"must be a mapping with keys such as '{keys[0].Name}:'");
            }

            foreach (KeyValuePair<YamlNode, YamlNode> entry in map.Children)
            {
                string name = (entry.Key as YamlScalarNode)?.Value ?? "";
                if (!Array.Exists(keys, k => k.Name == name))
                {
                    throw new CaseNode(entry.Key, file).Wrong($"the key '{name}' is not known here{Words.Suggest(name, keys.Select(k => k.Name))}");
                }
            }

            foreach (CaseKey key in keys)
            {
                if (key.IsRequired && !Has(key.Name))
                {
                    throw Wrong($"the key '{key.Name}' is missing: {char.ToLowerInvariant(key.Description[0])}{key.Description[1..].TrimEnd('.')}");
                }
            }
        }

        public bool Has(string name) => node is YamlMappingNode map && map.Children.ContainsKey(new YamlScalarNode(name));

        public CaseNode Key(string name)
        {
            return node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? child) ? new CaseNode(child, file) : throw Wrong($"the key '{name}' is missing");
        }

        public IEnumerable<CaseNode> List(string name)
        {
            if (!Has(name))
            {
                return [];
            }

            CaseNode list = Key(name);
            string path = file;
            return list.AsSequence() is YamlSequenceNode sequence ? sequence.Children.Select(c => new CaseNode(c, path)) : throw list.Wrong($"'{name}' must be a list; begin each entry with '- '");
        }

        public IEnumerable<(string Name, CaseNode Value)> Entries(string name)
        {
            if (!Has(name))
            {
                return [];
            }

            CaseNode map = Key(name);
            string path = file;
            return map.AsMapping() is YamlMappingNode mapping
                ? mapping.Children.Select(c => ((c.Key as YamlScalarNode)?.Value ?? "", new CaseNode(c.Value, path)))
                : throw map.Wrong($"'{name}' must be a mapping of names to values");
        }

        public string OnlyOneOf(params string[] names)
        {
            CaseNode self = this;
            string[] there = [.. names.Where(self.Has)];
            return there.Length == 1 ? there[0] : throw Wrong(there.Length == 0 ? $"does nothing; give one of {string.Join(", ", names)}" : $"has both '{there[0]}' and '{there[1]}'; make two entries of it");
        }

        public string? Text(string name)
        {
            if (!Has(name))
            {
                return null;
            }

            CaseNode child = Key(name);
            return child.Value.Length > 0 ? child.Value : throw child.Wrong($"'{name}' must be a text");
        }

        public IReadOnlyList<string> Texts(string name) => [.. List(name).Select(c => c.Value.Length > 0 ? c.Value : throw c.Wrong("must be a text"))];

        public bool Flag(string name)
        {
            if (!Has(name))
            {
                return false;
            }

            CaseNode child = Key(name);
            return child.Value == "true" || (child.Value == "false" ? false : throw child.Wrong($"'{name}' is '{child.Value}'; write true or false"));
        }

        public string? Choice(string name, string[] words)
        {
            string? text = Text(name);
            return text is null || Array.IndexOf(words, text) >= 0 ? text : throw Key(name).Wrong($"'{name}' is '{text}'{Words.Suggest(text, words)}");
        }

        public double? Number(string name, double lowest, double highest)
        {
            string? text = Text(name);
            if (text is null)
            {
                return null;
            }

            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= lowest && value <= highest
                ? value
                : throw Key(name).Wrong(string.Create(CultureInfo.InvariantCulture, $"'{name}' is '{text}'; give a number from {lowest} to {highest}"));
        }

        public int? Whole(string name, int lowest, int highest) => Has(name) ? Key(name).AsWhole(lowest, highest) : null;

        public int AsWhole(int lowest, int highest)
        {
            return int.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= lowest && value <= highest
                ? value
                : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"'{Value}' is no whole number from {lowest} to {highest}"));
        }

        public Quantity? Quantity(string name, IReadOnlyCollection<string> variables)
        {
            string? text = Text(name);
            if (text is null)
            {
                return null;
            }

            try
            {
                return Cases.Quantity.Parse(text, variables);
            }
            catch (FormatException fault)
            {
                throw Key(name).Wrong(fault.Message);
            }
        }

        /// <summary>A list of numbers, or 1..96.</summary>
        public double[] Range()
        {
            if (node is YamlSequenceNode sequence)
            {
                string path = file;
                return [.. sequence.Children.Select(c => new CaseNode(c, path)).Select(c => double.TryParse(c.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : throw c.Wrong($"'{c.Value}' is no number"))];
            }

            string[] ends = Value.Split("..");
            if (ends.Length == 2 && int.TryParse(ends[0], out int first) && int.TryParse(ends[1], out int last) && last >= first && last - first < 2000)
            {
                return [.. Enumerable.Range(first, last - first + 1).Select(i => (double)i)];
            }

            throw Wrong($"'{Value}' is no list of values; write [1, 2, 5] or 1..96");
        }

        public string Signal(string name, bool writable)
        {
            string signal = Text(name)!;
            string? fault = CaseSignals.FaultOf(signal, writable);
            return fault is null ? signal : throw Key(name).Wrong(fault);
        }

        public string FaultRow(string name)
        {
            string row = Text(name)!;
            try
            {
                Cases.Quantity.FaultNamed(row);
                return row;
            }
            catch (FormatException fault)
            {
                throw Key(name).Wrong(fault.Message);
            }
        }

        public uint Identifier()
        {
            (uint first, uint last) = Identifiers();
            return first == last ? first : throw Wrong("must be one identifier");
        }

        /// <summary>One identifier, a message by name, or a range.</summary>
        public (uint First, uint Last) Identifiers()
        {
            string[] ends = Value.Split("..");
            if (ends.Length <= 2 && TryId(ends[0], out uint first) && TryId(ends[^1], out uint last) && first <= last)
            {
                return (first, last);
            }

            throw Wrong($"'{Value}' is neither a message of the catalogue nor an identifier; write ModuleVoltagesA00, 0x200 or 0x200..0x20F");
        }

        public ulong Hex()
        {
            return Value.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(Value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value)
                ? value
                : throw Wrong($"'{Value}' is no hexadecimal number such as 0xFF00");
        }

        public byte[] Bytes()
        {
            try
            {
                byte[] bytes = Convert.FromHexString(Value.Replace(" ", "", StringComparison.Ordinal));
                return bytes.Length <= 8 ? bytes : throw Wrong("has more than 8 bytes");
            }
            catch (FormatException)
            {
                throw Wrong($"'{Value}' is no row of hex pairs such as '01 A0'");
            }
        }

        private static bool TryId(string text, out uint id)
        {
            if (CaseSignals.IdOf(text) is uint known)
            {
                id = known;
                return true;
            }

            id = 0;
            return text.StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out id) && id <= 0x1FFFFFFF;
        }

        private YamlSequenceNode? AsSequence() => node as YamlSequenceNode;

        private YamlMappingNode? AsMapping() => node as YamlMappingNode;
    }
}
