using System.Text;
using System.Text.Json;
using Bms.Can.Candump;
using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Tests.Log;

[TestClass]
public class LogTests
{
    private const string Dbc = """
        BO_ 256 Pack: 8 N
         SG_ Voltage : 0|16@1+ (0.1,0) [0|6000] "V" N
         SG_ Current : 16|16@1- (0.05,0) [-1000|1000] "A" N
         SG_ State : 32|8@1+ (1,0) [0|3] "" N
        BO_ 512 Cells: 8 N
         SG_ Group M : 0|8@1+ (1,0) [0|0] "" N
         SG_ Cell1 m0 : 8|16@1+ (1,0) [0|0] "mV, measured" N
         SG_ Cell2 m1 : 8|16@1+ (1,0) [0|0] "mV" N
        VAL_ 256 State 0 "Off" 1 "On, closed" ;

        """;

    private const string Log = """
        (0000000010.000000) can0 100#A00F9CFF01
        (0000000010.010000) can0 200#00640F
        (0000000010.020000) can0 300#00
        (0000000010.100000) can0 100#A10F000002
        (0000000010.110000) can0 200#01C80F

        """;

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = TestData.NewFolder();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void statistics_count_measure_and_compare()
    {
        string log = Path.Combine(_folder, "log.log");
        File.WriteAllText(log, Log + "(0000000011.000000) can0 100#R\n(0000000011.000000) can0 20000080#0000000000000000\n");
        LogStatistics statistics = LogStatistics.Collect(log, 500_000);
        Assert.AreEqual(7, statistics.FrameCount);
        Assert.AreEqual(1, statistics.ErrorCount);
        Assert.AreEqual(1.0, statistics.DurationS);
        Assert.AreEqual(3, statistics.Ids.Count);
        IdStatistics pack = statistics.Ids[0];
        Assert.AreEqual((0x100u, 3L, 1L), (pack.Id, pack.Count, pack.RemoteCount));
        Assert.AreEqual((100_000_000L, 900_000_000L, 500e6), (pack.MinimumGapNs, pack.MaximumGapNs, pack.MeanGapNs));
        Assert.AreEqual((0, 5), (pack.MinimumLength, pack.MaximumLength));

        // 87 + 87 + 71 + 71 + 55 + 47 bits and nothing stuffed, in 1 s at 500 kbit/s.
        Assert.AreEqual(418 / 500_000.0, statistics.MinimumLoad, 1e-12);
        Assert.IsGreaterThan(statistics.MinimumLoad, statistics.MaximumLoad);

        var text = new StringWriter();
        statistics.WriteTable(text, DbcDatabase.Parse(Dbc));
        StringAssert.Contains(text.ToString(), "Pack");
        var json = new MemoryStream();
        statistics.WriteJson(json, DbcDatabase.Parse(Dbc));
        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        Assert.AreEqual(3, document.RootElement.GetProperty("ids").GetArrayLength());
        Assert.AreEqual("Pack", document.RootElement.GetProperty("ids")[0].GetProperty("name").GetString());
    }

    [TestMethod]
    public void statistics_of_an_empty_log_state_no_load()
    {
        string log = Path.Combine(_folder, "log.log");
        File.WriteAllText(log, "");
        LogStatistics statistics = LogStatistics.Collect(log);
        Assert.AreEqual(0, statistics.FrameCount);
        Assert.IsTrue(double.IsNaN(statistics.MinimumLoad));
        statistics.WriteTable(new StringWriter());
        statistics.WriteJson(new MemoryStream());
    }

    [TestMethod]
    public void no_load_is_stated_where_there_are_fd_frames()
    {
        string log = Path.Combine(_folder, "log.log");
        File.WriteAllText(log, "(1.000000) can0 123##011\n(2.000000) can0 123##011\n");
        Assert.IsTrue(double.IsNaN(LogStatistics.Collect(log).MaximumLoad));
    }
}
