using System.Reflection;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.CodeGen.Tests;

/// <summary>Whole messages through UnpackAll, PackAll and PackSlots and through the decoder of Bms.Can, which shares no bit arithmetic with them: every width, sign and byte order.</summary>
[TestClass]
public class OnePieceTests
{
    private const int Seed = 20261125;
    private const int Rounds = 300;
    private const int Untouched = 123456789;

    [TestMethod]
    public void every_message_of_the_catalogue_is_taken_as_the_decoder_writes_it() => Assert.AreEqual(4, ForEvery("UnpackAll", Catalogue(), typeof(PackStatus).Namespace!, CheckTaken));

    [TestMethod]
    public void messages_of_every_order_width_and_sign_are_taken_as_the_decoder_writes_them() => Assert.AreEqual(6, ForEvery("UnpackAll", Awkward(), AwkwardNamespace, CheckTaken));

    [TestMethod]
    public void every_message_of_the_catalogue_is_written_as_the_decoder_reads_it() => Assert.IsGreaterThan(18, ForEvery("PackAll", Catalogue(), typeof(PackStatus).Namespace!, CheckWritten));

    [TestMethod]
    public void messages_of_every_order_width_and_sign_are_written_as_the_decoder_reads_them() => Assert.AreEqual(6, ForEvery("PackAll", Awkward(), AwkwardNamespace, CheckWritten));

    [TestMethod]
    public void every_group_of_a_slotted_message_is_written_as_the_decoder_reads_it() => Assert.AreEqual(2, ForEvery("PackSlots", Catalogue(), typeof(PackStatus).Namespace!, CheckSlots));

    private const string AwkwardNamespace = "Bms.CodeGen.Tests.Awkward";

    private static DbcDatabase Catalogue() => DbcDatabase.Load(Repository.PathOf("hardware", "can", "bms.dbc"));

    private static DbcDatabase Awkward() => DbcDatabase.Load(Repository.PathOf("tools", "Bms.CodeGen.Tests", "Awkward", "awkward.dbc"));

    // Returns the number of messages that have the method; of a family the first member stands for all.
    private static int ForEvery(string method, DbcDatabase database, string space, Action<DbcMessage, MethodInfo, Random> check)
    {
        var random = new Random(Seed);
        var seen = new HashSet<string>();
        foreach (DbcMessage message in database.Messages)
        {
            string name = message.Attributes.TryGetValue("BmsFamily", out DbcAttributeValue family) ? family.Text : message.Name;
            Assembly assembly = space == AwkwardNamespace ? typeof(OnePieceTests).Assembly : typeof(PackStatus).Assembly;
            MethodInfo? found = assembly.GetType($"{space}.{name}")?.GetMethod(method);
            if (found is not null && seen.Add(name))
            {
                check(message, found, random);
            }
        }

        return seen.Count;
    }

    private static void CheckTaken(DbcMessage message, MethodInfo method, Random random)
    {
        var unpack = method.CreateDelegate<Func<ushort[], int, int, int[], int, bool>>();
        DbcSignal[] signals = SignalsOf(message);
        int seed = E2eProfile1.SeedOf(DataIdOf(message));
        for (int round = 0; round < Rounds; round++)
        {
            byte[] data = new byte[8];
            random.NextBytes(data);
            var expected = new long[signals.Length];
            for (int i = 0; i < signals.Length; i++)
            {
                var decoder = new SignalDecoder(signals[i]);
                Limits limits = new(signals[i]);
                long raw = random.Next(6) switch
                {
                    0 => limits.LowestRaw,
                    1 => limits.HighestRaw,
                    2 => Math.Max(limits.LowestRaw, limits.Minimum - 1),
                    3 => Math.Min(limits.HighestRaw, limits.Maximum + 1),
                    _ => random.NextInt64(limits.LowestRaw, limits.HighestRaw + 1),
                };
                decoder.Write(data, (ulong)raw);
                expected[i] = raw < limits.Minimum || raw > limits.Maximum ? SignalValue.NotAvailable : limits.PhysicalOf(raw);
            }

            Catalogued.Protect(message, data, DataIdOf(message), round % 15);
            int at = random.Next(4);
            int first = random.Next(3);
            ushort[] words = new ushort[12];
            int[] into = new int[signals.Length + 4];
            Array.Fill(into, Untouched);
            LayOut(data, words, at);
            Assert.IsTrue(unpack(words, at, seed, into, first), message.Name);
            for (int i = 0; i < into.Length; i++)
            {
                bool isValue = i >= first && i < first + signals.Length;
                Assert.AreEqual(isValue ? expected[i - first] : Untouched, into[i], isValue ? $"{message.Name}: {signals[i - first]}" : message.Name);
            }

            // One wrong bit in the bytes of the message is found, and nothing is written.
            int bit = random.Next(message.Length * 8);
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            LayOut(data, words, at);
            Array.Fill(into, Untouched);
            Assert.IsFalse(unpack(words, at, seed, into, first), $"{message.Name}: bit {bit}");
            Assert.IsTrue(into.All(value => value == Untouched), message.Name);
        }
    }

    private static void CheckWritten(DbcMessage message, MethodInfo method, Random random)
    {
        DbcSignal[] signals = SignalsOf(message);
        Assert.HasCount(signals.Length + 1, method.GetParameters());
        for (int round = 0; round < Rounds; round++)
        {
            CheckPack(message, method, signals, [.. signals.Select(signal => AnyValue(new Limits(signal), random))], random);
        }
    }

    private static void CheckSlots(DbcMessage message, MethodInfo method, Random random)
    {
        DbcSignal multiplexor = message.Signals.Single(signal => signal.IsMultiplexor);
        ulong[] groups = [.. message.Signals.Where(signal => signal.Multiplexing is not null).Select(signal => signal.Multiplexing!.Ranges[0].First).Distinct()];
        for (int round = 0; round < Rounds; round++)
        {
            ulong group = groups[round % groups.Length];
            DbcSignal[] slots = [.. message.Signals.Where(signal => signal.Multiplexing?.Selects(group) ?? false)];
            CheckPack(message, method, [multiplexor, .. slots], [(int)group, .. slots.Select(signal => AnyValue(new Limits(signal), random))], random);
        }
    }

    private static void CheckPack(DbcMessage message, MethodInfo method, DbcSignal[] signals, int[] values, Random random)
    {
        byte[] data = new byte[8];
        random.NextBytes(data);
        byte[] expected = [.. data];

        // Zero into every other bit of the bytes that it writes, and no other byte.
        foreach (DbcSignal signal in signals)
        {
            for (int bit = 0; bit < signal.Length; bit++)
            {
                expected[signal.PositionOf(bit) >> 3] = 0;
            }
        }

        for (int i = 0; i < signals.Length; i++)
        {
            Limits limits = new(signals[i]);
            new SignalDecoder(signals[i]).Write(expected, (ulong)limits.RawOf(values[i]));
        }

        method.Invoke(null, [data, .. values.Cast<object>()]);
        CollectionAssert.AreEqual(expected, data, $"{message.Name}: {string.Join(", ", values)}");
    }

    private static int AnyValue(Limits limits, Random random)
    {
        long value = random.Next(8) switch
        {
            0 => limits.PhysicalOf(limits.Minimum),
            1 => limits.PhysicalOf(limits.Maximum),
            2 => limits.PhysicalOf(limits.Minimum) - 1,
            3 => limits.PhysicalOf(limits.Maximum) + 1,
            4 => SignalValue.NotAvailable,
            5 => random.Next(int.MinValue, int.MaxValue),
            _ => random.NextInt64(limits.PhysicalOf(limits.Minimum), limits.PhysicalOf(limits.Maximum) + 1),
        };
        return (int)Math.Clamp(value, int.MinValue, int.MaxValue);
    }

    private static void LayOut(byte[] data, ushort[] words, int at)
    {
        for (int i = 0; i < 4; i++)
        {
            words[at + i] = (ushort)((data[2 * i] << 8) | data[(2 * i) + 1]);
        }
    }

    private static DbcSignal[] SignalsOf(DbcMessage message) => [.. message.Signals.Where(signal => signal.Name is not ("Crc" or "Counter"))];

    private static int DataIdOf(DbcMessage message) => message.Attributes["BmsE2eDataId"].AsInt32()!.Value;

    /// <summary>Raw range of a signal, and what its values are in bits.</summary>
    private readonly struct Limits
    {
        private readonly long _factor;
        private readonly long _offset;
        private readonly long? _notAvailable;

        public Limits(DbcSignal signal)
        {
            _factor = (long)signal.Factor;
            _offset = (long)signal.Offset;
            LowestRaw = signal.IsSigned ? -(1L << (signal.Length - 1)) : 0;
            HighestRaw = signal.IsSigned ? (1L << (signal.Length - 1)) - 1 : (1L << signal.Length) - 1;
            Minimum = signal.HasRange ? (long)Math.Ceiling(((decimal)signal.Minimum - _offset) / _factor) : LowestRaw;
            Maximum = signal.HasRange ? (long)Math.Floor(((decimal)signal.Maximum - _offset) / _factor) : HighestRaw;
            long canonical = signal.IsSigned ? LowestRaw : HighestRaw;
            _notAvailable = canonical < Minimum || canonical > Maximum ? canonical : null;
        }

        public long LowestRaw { get; }

        public long HighestRaw { get; }

        public long Minimum { get; }

        public long Maximum { get; }

        public long PhysicalOf(long raw) => (raw * _factor) + _offset;

        // The nearest step, the upper of two equally near; beyond the range its end.
        public long RawOf(int value) => value == SignalValue.NotAvailable ? _notAvailable ?? Minimum
            : Math.Clamp((long)Math.Floor((value - _offset + (_factor / 2)) / (decimal)_factor), Minimum, Maximum);
    }
}
