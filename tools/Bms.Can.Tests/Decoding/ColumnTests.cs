using System.Globalization;
using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using CsCheck;

namespace Bms.Can.Tests.Decoding;

[TestClass]
public class ColumnTests
{
    private static readonly Gen<double>[] Scales = [.. new[] { 1, 0.1, 0.001, -2.5, 1e6 }.Select(scale => Gen.Const(scale))];
    private static readonly Gen<double>[] Offsets = [.. new[] { 0, -40, 0.5 }.Select(offset => Gen.Const(offset))];
    private static readonly Gen<(bool IsBig, bool IsSigned, int Length, int First, int Bytes, byte[][] Frames)> Cases =
        from isBig in Gen.Bool
        from isSigned in Gen.Bool
        from length in Gen.Int[1, 64]
        from bytes in Gen.Int[(length + 7) / 8, 12]
        from first in Gen.Int[0, (bytes * 8) - length]
        from frames in Gen.Byte.Array[0, bytes].Array[1, 40]
        select (isBig, isSigned, length, first, bytes, frames);

    /// <summary>Every byte order, width, sign, scale and frame length against the decoder that goes frame by frame, which other tests hold to reading bit by bit.</summary>
    [TestMethod]
    public void a_column_decodes_to_what_the_frames_decode_to_one_by_one()
    {
        Gen.Select(Cases, Gen.OneOf(Scales), Gen.OneOf(Offsets)).Sample(
            (test, factor, offset) =>
            {
                int start = test.IsBig ? (test.First / 8 * 8) + 7 - (test.First % 8) : test.First;
                DbcDatabase database = DbcDatabase.Parse(string.Create(
                    CultureInfo.InvariantCulture, $"BO_ 1 M: {test.Bytes} N\n SG_ S : {start}|{test.Length}@{(test.IsBig ? 0 : 1)}{(test.IsSigned ? '-' : '+')} ({factor},{offset}) [0|0] \"\" N\n"));
                var block = new CanFrameBlock(64);
                foreach (byte[] frame in test.Frames)
                {
                    block.Add(7, 0, 1, test.Bytes > 8 ? CanFrameFlags.Fd : CanFrameFlags.None, frame);
                }

                var groups = new FrameGroups(database);
                groups.Add(block);
                var columns = new MessageColumns(database.Messages[0]);
                columns.Use(groups.Of(0)!);
                double[] values = new double[test.Frames.Length];
                columns.Decode(0, values);
                var decoder = new SignalDecoder(database.Messages[0].Signals[0]);
                for (int index = 0; index < values.Length; index++)
                {
                    byte[] frame = test.Frames[index];
                    double expected = frame.Length >= decoder.BytesNeeded ? decoder.PhysicalOf(decoder.BitsOf(frame)) : double.NaN;
                    if (!values[index].Equals(expected))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 10_000,
            seed: "0000KOIPe3g5");
    }

    [TestMethod]
    public void multiplexed_columns_have_values_where_both_levels_select_them()
    {
        DbcDatabase database = DbcDatabase.Parse("""
            BO_ 1 M: 8 N
             SG_ Deep m3 : 16|8@1+ (1,0) [0|0] "" N
             SG_ Sub m1M : 8|8@1+ (1,0) [0|0] "" N
             SG_ Top M : 0|8@1+ (1,0) [0|0] "" N
             SG_ F m2 : 16|32@1- (1,0) [0|0] "" N
            SG_MUL_VAL_ 1 Deep Sub 3-4;
            SG_MUL_VAL_ 1 Sub Top 1-1;
            SG_MUL_VAL_ 1 F Top 2-2;
            SIG_VALTYPE_ 1 F : 1;

            """);
        var block = new CanFrameBlock(8);
        foreach (byte[] data in new byte[][] { [1, 4, 7], [1, 5, 7], [2, 3, 0, 0, 0xC0, 0x3F], [9, 3, 7], [1, 3] })
        {
            block.Add(0, 0, 1, CanFrameFlags.None, data);
        }

        var groups = new FrameGroups(database);
        groups.Add(block);
        var columns = new MessageColumns(database.Messages[0]);
        columns.Use(groups.Of(0)!);
        double[] Column(int signal)
        {
            double[] values = new double[5];
            columns.Decode(signal, values);
            return values;
        }

        CollectionAssert.AreEqual(new[] { 7, double.NaN, double.NaN, double.NaN, double.NaN }, Column(0));
        CollectionAssert.AreEqual(new[] { 4, 5, double.NaN, double.NaN, 3 }, Column(1));
        CollectionAssert.AreEqual(new[] { 1.0, 1, 2, 9, 1 }, Column(2));
        CollectionAssert.AreEqual(new[] { double.NaN, double.NaN, 1.5, double.NaN, double.NaN }, Column(3));
    }

    [TestMethod]
    public void identifiers_of_both_kinds_and_parameter_groups_find_their_message()
    {
        DbcDatabase database = DbcDatabase.Parse("""
            BO_ 291 Short: 8 N
            BO_ 2147483939 Long: 8 N
            BO_ 2364540158 EEC1: 8 N
            BO_ 2565865214 Request: 3 N
            BO_ 2365194266 Own: 8 N
            BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
            BA_DEF_DEF_ "VFrameFormat" "";
            BA_ "VFrameFormat" BO_ 2364540158 3;
            BA_ "VFrameFormat" BO_ 2565865214 3;
            BA_ "VFrameFormat" BO_ 2365194266 1;

            """);
        var table = new MessageTable(database);
        string? Name(uint id, bool isExtended = true) => table.Find(id, isExtended ? CanFrameFlags.Extended : CanFrameFlags.None) is >= 0 and int slot ? table.Messages[slot].Name : null;
        Assert.AreEqual("Short", Name(0x123, false));
        Assert.AreEqual("Long", Name(0x123));
        Assert.IsNull(Name(0x124));
        Assert.AreEqual("EEC1", Name(0x0CF004FE));
        Assert.AreEqual("EEC1", Name(0x18F00421), "another priority and another sender");
        Assert.IsNull(Name(0x0CF005FE), "another group");
        Assert.AreEqual("Request", Name(0x18EF2345), "another destination");
        Assert.IsNull(Name(0x0CFE0000 | 0x11), "no group without its attribute");
        Assert.AreEqual(-1, table.Find(0x123, CanFrameFlags.Remote));
        Assert.AreEqual(-1, table.Find(0x923, CanFrameFlags.None));
    }

    [TestMethod]
    public void many_extended_identifiers_are_all_found()
    {
        var text = new StringBuilder();
        for (uint index = 0; index < 3000; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"BO_ {0x8000_0000u | (index * 0x1001)} M{index}: 8 N\n");
        }

        var table = new MessageTable(DbcDatabase.Parse(text.ToString()));
        for (uint index = 0; index < 3000; index++)
        {
            Assert.AreEqual((int)index, table.Find(index * 0x1001, CanFrameFlags.Extended));
            Assert.AreEqual(-1, table.Find((index * 0x1001) + 1, CanFrameFlags.Extended));
        }
    }
}
