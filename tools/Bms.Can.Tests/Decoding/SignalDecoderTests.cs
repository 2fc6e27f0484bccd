using System.Globalization;
using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using CsCheck;

namespace Bms.Can.Tests.Decoding;

[TestClass]
public class SignalDecoderTests
{
    private static readonly Gen<(bool IsBig, bool IsSigned, int Length, int First, byte[] Data)> Cases =
        from isBig in Gen.Bool
        from isSigned in Gen.Bool
        from length in Gen.Int[1, 64]
        from bytes in Gen.Int[(length + 7) / 8, 16]
        from first in Gen.Int[0, bytes * 8 - length]
        from data in Gen.Byte.Array[bytes]
        select (isBig, isSigned, length, first, data);

    [TestMethod]
    public void every_order_width_and_sign_decodes_as_bit_by_bit_reading_does()
    {
        Cases.Sample(
            test =>
            {
                SignalDecoder decoder = DecoderOf(test.IsBig, test.IsSigned, test.Length, test.First, test.Data.Length);
                (ulong bits, decimal value) = Naive(test.IsBig, test.IsSigned, test.Length, test.First, test.Data);
                return decoder.BitsOf(test.Data) == bits
                    && (decimal)decoder.PhysicalOf(bits) == (decimal)(double)value
                    && (test.Data.Length > 8 || decoder.BitsOf(WordOf(test.Data)) == bits);
            },
            iter: 20_000,
            seed: "0000KOIPe3g5");
    }

    [TestMethod]
    public void writing_changes_the_signal_and_no_other_bit()
    {
        Gen.Select(Cases, Gen.ULong).Sample(
            (test, value) =>
            {
                SignalDecoder decoder = DecoderOf(test.IsBig, test.IsSigned, test.Length, test.First, test.Data.Length);
                byte[] written = [.. test.Data];
                decoder.Write(written, value);
                ulong mask = test.Length == 64 ? ulong.MaxValue : (1UL << test.Length) - 1;
                bool kept = decoder.BitsOf(written) == (value & mask);
                decoder.Write(written, decoder.BitsOf(test.Data));
                return kept && written.AsSpan().SequenceEqual(test.Data);
            },
            iter: 20_000,
            seed: "0000KOIPe3g5");
    }

    [TestMethod]
    public void physical_values_come_back_through_the_nearest_raw_value()
    {
        var random = new Random(5);
        for (int attempt = 0; attempt < 5000; attempt++)
        {
            int length = random.Next(1, 49);
            SignalDecoder decoder = DecoderOf(random.Next(2) == 0, random.Next(2) == 0, length, random.Next(0, 64 - length + 1), 8, factor: 0.05, offset: -40);
            ulong bits = (ulong)random.NextInt64() & ((1UL << length) - 1);
            Assert.AreEqual(bits, decoder.BitsFor(decoder.PhysicalOf(bits)));
        }
    }

    [TestMethod]
    public void values_beyond_the_bits_are_held_at_the_limits()
    {
        SignalDecoder signed = DecoderOf(false, true, 8, 0, 8);
        Assert.AreEqual(0x7Ful, signed.BitsFor(1e12));
        Assert.AreEqual(0x80ul, signed.BitsFor(-1e12));
        SignalDecoder unsigned = DecoderOf(false, false, 8, 0, 8);
        Assert.AreEqual(0xFFul, unsigned.BitsFor(1e30));
        Assert.AreEqual(0ul, unsigned.BitsFor(-5));
    }

    [TestMethod]
    public void floats_of_both_widths_are_read_and_written()
    {
        DbcDatabase database = DbcDatabase.Parse(
            "BO_ 1 M: 16 N\n SG_ F : 0|32@1- (2,1) [0|0] \"\" N\n SG_ D : 71|64@0- (1,0) [0|0] \"\" N\nSIG_VALTYPE_ 1 F : 1;\nSIG_VALTYPE_ 1 D : 2;\n");
        var message = new MessageDecoder(database.Messages[0]);
        byte[] data = new byte[16];
        message.Signals[0].Write(data, message.Signals[0].BitsFor(4.5));
        message.Signals[1].Write(data, message.Signals[1].BitsFor(Math.PI));
        Assert.AreEqual(1.75f, BitConverter.ToSingle(data, 0));
        Assert.AreEqual(0x40, data[8]);
        double[] values = new double[2];
        message.Decode(new CanLogFrame(0, "can0", 1, CanFrameFlags.Fd, data), values);
        Assert.AreEqual(4.5, values[0]);
        Assert.AreEqual(Math.PI, values[1]);
    }

    [TestMethod]
    public void only_selected_signals_are_present_through_two_levels()
    {
        // The deep signal stands before its multiplexors: the order of the file does not matter.
        DbcDatabase database = DbcDatabase.Parse("""
            BO_ 1 M: 8 N
             SG_ Deep m3 : 16|8@1+ (1,0) [0|0] "" N
             SG_ Sub m1M : 8|8@1+ (1,0) [0|0] "" N
             SG_ Other m2 : 8|16@1+ (1,0) [0|0] "" N
             SG_ Top M : 0|8@1+ (1,0) [0|0] "" N
            SG_MUL_VAL_ 1 Deep Sub 3-4;
            SG_MUL_VAL_ 1 Sub Top 1-1;
            SG_MUL_VAL_ 1 Other Top 2-2;
            """);
        var decoder = new MessageDecoder(database.Messages[0]);
        CollectionAssert.AreEqual(new[] { 7, 4, double.NaN, 1 }, Decode(decoder, [1, 4, 7]));
        CollectionAssert.AreEqual(new[] { double.NaN, 5, double.NaN, 1 }, Decode(decoder, [1, 5, 7]));
        CollectionAssert.AreEqual(new[] { double.NaN, double.NaN, 0x0703, 2 }, Decode(decoder, [2, 3, 7]));
        CollectionAssert.AreEqual(new[] { double.NaN, double.NaN, double.NaN, 9 }, Decode(decoder, [9, 3, 7]));
    }

    [TestMethod]
    public void a_frame_that_is_too_short_lacks_the_signals_beyond_its_end()
    {
        DbcDatabase database = DbcDatabase.Parse("BO_ 1 M: 8 N\n SG_ A : 0|12@1+ (1,0) [0|0] \"\" N\n SG_ B : 12|12@1+ (1,0) [0|0] \"\" N\n");
        CollectionAssert.AreEqual(new[] { 0x211, double.NaN }, Decode(new MessageDecoder(database.Messages[0]), [0x11, 0x02]));
    }

    [TestMethod]
    public void texts_are_found_by_signed_raw_value()
    {
        DbcDatabase database = DbcDatabase.Parse("BO_ 1 M: 8 N\n SG_ A : 0|8@1- (1,0) [0|0] \"\" N\nVAL_ 1 A -1 \"Invalid\" 3 \"Three\" ;\n");
        var decoder = new SignalDecoder(database.Messages[0].Signals[0]);
        Assert.AreEqual("Invalid", decoder.TextOf(0xFF));
        Assert.AreEqual("Three", decoder.TextOf(3));
        Assert.IsNull(decoder.TextOf(4));
    }

    private static double[] Decode(MessageDecoder decoder, byte[] data)
    {
        double[] values = new double[decoder.Signals.Count];
        decoder.Decode(new CanLogFrame(0, "can0", 1, CanFrameFlags.None, data), values);
        return values;
    }

    /// <param name="isBig">Motorola order.</param>
    /// <param name="isSigned">Two's complement.</param>
    /// <param name="length">Bits.</param>
    /// <param name="first">Bits of the payload before the signal, counted in the signal's own order.</param>
    /// <param name="bytes">Bytes of payload.</param>
    /// <param name="factor">Scale.</param>
    /// <param name="offset">Shift.</param>
    private static SignalDecoder DecoderOf(bool isBig, bool isSigned, int length, int first, int bytes, double factor = 1, double offset = 0)
    {
        int start = isBig ? first / 8 * 8 + 7 - first % 8 : first;
        string text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"BO_ 1 M: {bytes} N\n SG_ S : {start}|{length}@{(isBig ? 0 : 1)}{(isSigned ? '-' : '+')} ({factor},{offset}) [0|0] \"\" N\n")
            .ToString();
        return new SignalDecoder(DbcDatabase.Parse(text).Messages[0].Signals[0]);
    }

    private static (ulong Bits, decimal Value) Naive(bool isBig, bool isSigned, int length, int first, byte[] data)
    {
        ulong bits = 0;
        for (int index = 0; index < length; index++)
        {
            // Motorola: from the top, bytes in order and bits downwards. Intel: from the bottom upwards.
            int place = first + index;
            if (isBig)
            {
                bits = (bits << 1) | ((ulong)(data[place / 8] >> (7 - place % 8)) & 1);
            }
            else
            {
                bits |= ((ulong)(data[place / 8] >> (place % 8)) & 1) << index;
            }
        }

        decimal value = bits;
        if (isSigned && (bits >> (length - 1)) != 0)
        {
            for (int index = 0; index < length; index++)
            {
                value -= index == length - 1 ? (decimal)(1UL << (length - 1)) * 2 : 0;
            }
        }

        return (bits, value);
    }

    private static ulong WordOf(byte[] data)
    {
        ulong word = 0;
        for (int index = 0; index < data.Length; index++)
        {
            word |= (ulong)data[index] << (8 * index);
        }

        return word;
    }
}
