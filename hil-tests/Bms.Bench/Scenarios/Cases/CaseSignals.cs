using System.Text.RegularExpressions;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>The signals that scenarios can name: those of the plant, and those of every message of the catalogue as <c>Can.Message.Signal</c>.</summary>
    public static partial class CaseSignals
    {
        private const string CanPrefix = "Can.";

        private static readonly Lazy<DbcDatabase> Catalogue = new(LoadCatalogue);
        private static readonly Lazy<IModelPort> SmallModel = new(() => new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = 1, ParallelCount = 1 } }).Model);

        /// <summary>Identifier of a message of the catalogue; null where there is none.</summary>
        public static uint? IdOf(string message) => Catalogue.Value.FindMessage(message)?.Id;

        /// <summary>Forms of all signals of the plant, elements as [n].</summary>
        public static IReadOnlyList<string> PlantForms => [.. SmallModel.Value.Names.Select(Form)];

        /// <summary>What is wrong with the name of a signal; null where nothing is.</summary>
        /// <param name="name">Name; elements may be variables.</param>
        /// <param name="writable">True where the signal shall be written.</param>
        internal static string? FaultOf(string name, bool writable)
        {
            if (name.StartsWith(CanPrefix, StringComparison.Ordinal))
            {
                if (writable)
                {
                    return $"{name} is told by the controller and cannot be set";
                }

                string[] parts = name.Split('.');
                DbcMessage? message = parts.Length == 3 ? Catalogue.Value.FindMessage(parts[1]) : null;
                if (message is null)
                {
                    return $"{name} names no message of the catalogue; write Can.Message.Signal, such as Can.PackStatus.State{Words.Suggest(parts.Length > 1 ? parts[1] : "", Catalogue.Value.Messages.Select(m => m.Name))}";
                }

                return message.FindSignal(parts[2]) is null ? $"the message {parts[1]} has no signal {parts[2]}{Words.Suggest(parts[2], message.Signals.Select(s => s.Name))}" : null;
            }

            string form = Form(name);
            if (!PlantForms.Contains(form))
            {
                return $"the plant has no signal {form}{Words.Suggest(form, PlantForms)}";
            }

            return writable && !SmallModel.Value.CanWrite(form.Replace("[n]", "[1]", StringComparison.Ordinal)) ? $"{form} cannot be set" : null;
        }

        /// <summary>True where a word stands in the value table of a signal of the bus.</summary>
        internal static bool HasWord(string name, string word) => RawOf(name, word) is not null;

        /// <summary>Number of a word in the value table of a signal of the bus; null where there is none.</summary>
        internal static long? RawOf(string name, string word)
        {
            DbcSignal? signal = SignalOf(name);
            foreach (KeyValuePair<long, string> entry in signal?.Values ?? new Dictionary<long, string>())
            {
                if (entry.Value == word)
                {
                    return entry.Key;
                }
            }

            return null;
        }

        /// <summary>A reader for a signal on a bench; NaN where it has no value.</summary>
        /// <exception cref="KeyNotFoundException">The bench has no such signal.</exception>
        public static Func<double> Reader(ITestBench bench, string name)
        {
            if (!name.StartsWith(CanPrefix, StringComparison.Ordinal))
            {
                return bench.Model.Reader(name);
            }

            DbcSignal signal = SignalOf(name) ?? throw new KeyNotFoundException($"The catalogue has no signal {name}.");
            uint id = IdOf(name.Split('.')[1])!.Value;
            var decoder = new SignalDecoder(signal);
            var data = new byte[8];
            INetworkPort network = bench.Network;
            return () =>
            {
                if (network.LastFrame(id, data, out _) < decoder.BytesNeeded)
                {
                    return double.NaN;
                }

                double value = decoder.PhysicalOf(decoder.BitsOf(data));
                return decoder.IsInRange(value) ? value : double.NaN;
            };
        }

        private static DbcSignal? SignalOf(string name)
        {
            string[] parts = name.Split('.');
            return parts.Length == 3 && parts[0] == "Can" ? Catalogue.Value.FindMessage(parts[1])?.FindSignal(parts[2]) : null;
        }

        private static string Form(string name) => Element().Replace(name, "[n]");

        private static DbcDatabase LoadCatalogue()
        {
            using Stream stream = typeof(CaseSignals).Assembly.GetManifestResourceStream("Bms.Bench/bms.dbc")!;
            using var reader = new StreamReader(stream);
            return DbcDatabase.Parse(reader.ReadToEnd(), "bms.dbc");
        }

        [GeneratedRegex(@"\[[^\]]*\]")]
        private static partial Regex Element();
    }
}
