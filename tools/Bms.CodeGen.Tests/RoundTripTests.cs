using System.Reflection;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.CodeGen.Tests;

/// <summary>Every signal through generated code and the decoder of Bms.Can, which shares no bit arithmetic with it.</summary>
[TestClass]
public class RoundTripTests
{
    private const int Seed = 20260728;
    private const int RandomValues = 60;

    [TestMethod]
    public void every_signal_of_the_catalogue_packs_as_the_decoder_reads()
        => ForEverySignal(Catalogue(), typeof(PackStatus), CheckPack);

    [TestMethod]
    public void every_signal_of_the_catalogue_unpacks_as_the_decoder_writes()
        => ForEverySignal(Catalogue(), typeof(PackStatus), CheckUnpack);

    [TestMethod]
    public void signals_of_every_order_width_and_sign_pack_as_the_decoder_reads()
        => ForEverySignal(Awkward(), typeof(RoundTripTests), CheckPack);

    [TestMethod]
    public void signals_of_every_order_width_and_sign_unpack_as_the_decoder_writes()
        => ForEverySignal(Awkward(), typeof(RoundTripTests), CheckUnpack);

    [TestMethod]
    public void counter_and_crc_of_every_message_are_where_the_catalogue_says()
    {
        var random = new Random(Seed);
        foreach (DbcMessage message in Catalogue().Messages)
        {
            int dataId = message.Attributes["BmsE2eDataId"].AsInt32()!.Value;
            var crc = new SignalDecoder(message.FindSignal("Crc")!);
            var counter = new SignalDecoder(message.FindSignal("Counter")!);
            byte[] data = new byte[message.Length];
            random.NextBytes(data);
            byte[] before = [.. data];
            for (int value = 0; value <= E2eProfile1.MaxCounter; value++)
            {
                Catalogued.Protect(message, data, dataId, value);
                Assert.AreEqual((ulong)value, counter.BitsOf(data));
                Assert.AreEqual((ulong)ReferenceCrc(data, dataId), crc.BitsOf(data), message.Name);
            }

            crc.Write(data, crc.BitsOf(before));
            counter.Write(data, counter.BitsOf(before));
            CollectionAssert.AreEqual(before, data);
        }
    }

    [TestMethod]
    public void constants_agree_with_the_catalogue()
    {
        foreach (DbcMessage message in Catalogue().Messages)
        {
            Type code = TypeOf(message, typeof(PackStatus));
            Assert.AreEqual(message.Length, Constant(code, "Length"));
            Assert.AreEqual(Catalogue().AttributeOf(message, "GenMsgCycleTime")!.Value.AsInt32(), Constant(code, "PeriodMs"));
            int dataId = message.Attributes["BmsE2eDataId"].AsInt32()!.Value;
            if (message.Attributes.ContainsKey("BmsFamily"))
            {
                uint baseId = (uint)Constant(code, "BaseId");
                uint stride = (uint)Constant(code, "IdStride");
                uint member = (message.Id - baseId) / stride;
                Assert.AreEqual(message.Id, baseId + member * stride);
                Assert.IsTrue(member < (int)Constant(code, "Count"));
                Assert.AreEqual(dataId, (int)Constant(code, "BaseDataId") + (int)(member * stride));
            }
            else
            {
                Assert.AreEqual(message.Id, Constant(code, "Id"));
                Assert.AreEqual(dataId, Constant(code, "DataId"));
            }

            foreach (DbcSignal signal in message.Signals)
            {
                foreach ((long raw, string text) in signal.Values)
                {
                    Assert.AreEqual((int)raw, Constant(code, signal.Name + text), $"{message.Name}.{signal.Name} {text}");
                }
            }
        }

        Assert.AreEqual(64, Constant(typeof(CellVoltages), "GroupCount"));
        Assert.AreEqual(3, Constant(typeof(CellVoltages), "SlotsPerGroup"));
        Assert.AreEqual(32, Constant(typeof(CellTemperatures), "GroupCount"));
        Assert.AreEqual(int.MinValue, Constant(typeof(SignalValue), "NotAvailable"));
    }

    private static DbcDatabase Catalogue() => DbcDatabase.Load(Repository.PathOf("hardware", "can", "bms.dbc"));

    private static DbcDatabase Awkward() => DbcDatabase.Load(Repository.PathOf("tools", "Bms.CodeGen.Tests", "Awkward", "awkward.dbc"));

    private delegate void Check(DbcSignal signal, Func<byte[], int> unpack, Action<byte[], int> pack, int length, Random random);

    private static void ForEverySignal(DbcDatabase database, Type neighbour, Check check)
    {
        var random = new Random(Seed);
        int signals = 0;
        foreach (DbcMessage message in database.Messages)
        {
            Type code = TypeOf(message, neighbour);
            bool isProtected = message.Attributes.ContainsKey("BmsE2eDataId");
            foreach (DbcSignal signal in message.Signals)
            {
                if (isProtected && signal.Name is "Crc" or "Counter")
                {
                    Assert.IsNull(code.GetMethod("Unpack" + signal.Name));
                    continue;
                }

                string name = MethodNameOf(message, signal);
                check(
                    signal,
                    code.GetMethod("Unpack" + name)!.CreateDelegate<Func<byte[], int>>(),
                    code.GetMethod("Pack" + name)!.CreateDelegate<Action<byte[], int>>(),
                    message.Length,
                    random);
                signals++;
            }
        }

        // Counted in the text, so that no signal can get lost in the parser.
        int lines = File.ReadLines(database.FileName).Count(line => line.StartsWith(" SG_ ", StringComparison.Ordinal));
        int ofProtection = 2 * database.Messages.Count(message => message.Attributes.ContainsKey("BmsE2eDataId"));
        Assert.AreEqual(lines - ofProtection, signals);
        Assert.IsGreaterThan(100, signals);
    }

    private static void CheckPack(DbcSignal signal, Func<byte[], int> unpack, Action<byte[], int> pack, int length, Random random)
    {
        var decoder = new SignalDecoder(signal);
        (long lowestRaw, long highestRaw, long minimum, long maximum) = LimitsOf(signal);
        long canonical = signal.IsSigned ? lowestRaw : highestRaw;
        bool hasNotAvailable = canonical < minimum || canonical > maximum;
        long factor = (long)signal.Factor;
        long offset = (long)signal.Offset;

        var values = new List<long>
        {
            minimum * factor + offset, maximum * factor + offset, minimum * factor + offset - 1, maximum * factor + offset + 1, minimum * factor + offset + factor / 2,
            maximum * factor + offset - factor / 2, int.MinValue, int.MinValue + 1, int.MaxValue, 0, -1, 1,
        };
        for (int count = 0; count < RandomValues; count++)
        {
            values.Add(random.NextInt64(minimum * factor + offset, maximum * factor + offset + 1));
            values.Add(random.Next(int.MinValue, int.MaxValue));
        }

        foreach (long value in values.Where(value => value is >= int.MinValue and <= int.MaxValue))
        {
            // The nearest step, the upper of two equally near; beyond the range its end.
            long raw = value == SignalValue.NotAvailable ? hasNotAvailable ? canonical : minimum
                : Math.Clamp((long)Math.Floor((value - offset + factor / 2) / (decimal)factor), minimum, maximum);
            byte[] data = new byte[length];
            random.NextBytes(data);
            byte[] expected = [.. data];
            decoder.Write(expected, (ulong)raw);
            pack(data, (int)value);
            Assert.AreEqual(raw, decoder.RawOf(decoder.BitsOf(data)), $"{signal}: value {value}");
            CollectionAssert.AreEqual(expected, data, $"{signal}: other bits changed");
            int back = unpack(data);
            Assert.AreEqual(raw < minimum || raw > maximum ? SignalValue.NotAvailable : raw * factor + offset, back, $"{signal}: value {value} comes back");
        }
    }

    private static void CheckUnpack(DbcSignal signal, Func<byte[], int> unpack, Action<byte[], int> pack, int length, Random random)
    {
        var decoder = new SignalDecoder(signal);
        (long lowestRaw, long highestRaw, long minimum, long maximum) = LimitsOf(signal);
        var raws = new List<long> { lowestRaw, highestRaw, minimum, maximum, minimum - 1, maximum + 1 };
        for (int count = 0; count < RandomValues; count++)
        {
            raws.Add(random.NextInt64(lowestRaw, highestRaw + 1));
            raws.Add(random.NextInt64(minimum, maximum + 1));
        }

        foreach (long raw in raws.Where(raw => raw >= lowestRaw && raw <= highestRaw))
        {
            byte[] data = new byte[length];
            random.NextBytes(data);
            decoder.Write(data, (ulong)raw);
            byte[] before = [.. data];
            long expected = raw < minimum || raw > maximum ? SignalValue.NotAvailable : raw * (long)signal.Factor + (long)signal.Offset;
            Assert.AreEqual(expected, unpack(data), $"{signal}: raw {raw}");
            CollectionAssert.AreEqual(before, data, $"{signal}: reading changed the payload");
        }
    }

    private static (long LowestRaw, long HighestRaw, long Minimum, long Maximum) LimitsOf(DbcSignal signal)
    {
        long lowest = signal.IsSigned ? -(1L << (signal.Length - 1)) : 0;
        long highest = signal.IsSigned ? (1L << (signal.Length - 1)) - 1 : (1L << signal.Length) - 1;
        return signal.HasRange
            ? (lowest, highest, (long)Math.Ceiling((decimal)(signal.Minimum - signal.Offset) / (decimal)signal.Factor), (long)Math.Floor((decimal)(signal.Maximum - signal.Offset) / (decimal)signal.Factor))
            : (lowest, highest, lowest, highest);
    }

    private static Type TypeOf(DbcMessage message, Type neighbour)
    {
        string name = message.Attributes.TryGetValue("BmsFamily", out DbcAttributeValue family) ? family.Text : message.Name;
        string space = neighbour == typeof(RoundTripTests) ? "Bms.CodeGen.Tests.Awkward" : neighbour.Namespace!;
        return neighbour.Assembly.GetType($"{space}.{name}", throwOnError: true)!;
    }

    private static string MethodNameOf(DbcMessage message, DbcSignal signal)
    {
        if (signal.Multiplexing is null || !message.Attributes.TryGetValue("BmsSlots", out DbcAttributeValue slots))
        {
            return signal.Name;
        }

        ulong group = signal.Multiplexing.Ranges[0].First;
        int slot = message.Signals.Where(other => other.Multiplexing?.Selects(group) ?? false).ToList().IndexOf(signal);
        return slots.Text + slot;
    }

    private static object Constant(Type code, string name)
        => code.GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() ?? throw new AssertFailedException($"{code.Name} has no constant {name}");

    /// <summary>Bit by bit, as the polynomial division is defined.</summary>
    private static int ReferenceCrc(byte[] data, int dataId)
    {
        int crc = 0;
        foreach (byte value in (byte[])[(byte)dataId, (byte)(dataId >> 8), .. data[1..]])
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80) != 0 ? ((crc << 1) ^ 0x1D) & 0xFF : crc << 1;
            }
        }

        return crc;
    }
}
