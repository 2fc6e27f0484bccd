using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Tests.Decoding;

[TestClass]
public class LogDiffTests
{
    private const string Log = "(10.000000) can0 001#0A\n(10.100000) can0 001#0B\n(10.200000) can0 001#0C\n";

    private static readonly DbcDatabase Database = DbcDatabase.Parse("BO_ 1 A: 8 N\n SG_ X : 0|8@1+ (0.5,0) [0|0] \"\" N\nBO_ 2 B: 8 N\n SG_ Y : 0|8@1+ (1,0) [0|0] \"\" N\n");

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = TestData.NewFolder();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void a_log_equals_itself_at_another_time_and_with_jitter()
        => Assert.IsTrue(Compare(Log, "(99.000000) can1 001#0A\n(99.104000) can1 001#0B\n(99.196000) can1 001#0C\n").Single().IsSame);

    [TestMethod]
    public void a_difference_equal_to_the_tolerance_is_allowed()
    {
        const string Other = "(10.000000) can0 001#0A\n(10.100000) can0 001#0D\n(10.200000) can0 001#0C\n";
        Assert.IsTrue(Compare(Log, Other, 1.0).Single().IsSame);
        SignalDifference row = Compare(Log, Other, 0.99).Single();
        Assert.AreEqual((3L, 1L, 1.0, 5.5, 6.5), (row.Compared, row.Differing, row.Largest, row.First, row.Second));
        Assert.AreEqual(0.1, row.LargestAtS, 1e-9);
    }

    [TestMethod]
    public void a_lost_frame_is_alone_and_shifts_no_other()
    {
        SignalDifference row = Compare(Log, "(10.000000) can0 001#0A\n(10.200000) can0 001#0C\n").Single();
        Assert.AreEqual((2L, 0L, 1L, 0L), (row.Compared, row.Differing, row.OnlyFirst, row.OnlySecond));
        Assert.IsFalse(row.IsSame);
    }

    [TestMethod]
    public void a_message_of_one_log_alone_differs()
    {
        SignalDifference row = Compare(Log, Log + "(10.300000) can0 002#01\n")[1];
        Assert.AreEqual(("B.Y", 1L), (row.Signal, row.OnlySecond));
        Assert.HasCount(0, Compare("", ""));
    }

    private List<SignalDifference> Compare(string first, string second, double tolerance = 0)
    {
        string one = Path.Combine(_folder, "one.log");
        string two = Path.Combine(_folder, "two.log");
        File.WriteAllText(one, first);
        File.WriteAllText(two, second);
        return new LogDiff(tolerance, 0, 0).Compare(DecodedLog.Load(one, Database), DecodedLog.Load(two, Database), null, isRelative: true);
    }
}
