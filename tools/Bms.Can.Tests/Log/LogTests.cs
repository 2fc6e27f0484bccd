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
    public void a_long_table_has_one_row_per_value()
    {
        (string table, LogDecodeResult result) = Decode(new LogDecodeOptions());
        Assert.AreEqual(
            """
            time_s,interface,id,message,signal,value,unit,text
            10.000000,can0,100,Pack,Voltage,400,V,
            10.000000,can0,100,Pack,Current,-5,A,
            10.000000,can0,100,Pack,State,1,,"On, closed"
            10.010000,can0,200,Cells,Group,0,,
            10.010000,can0,200,Cells,Cell1,3940,"mV, measured",
            10.100000,can0,100,Pack,Voltage,400.1,V,
            10.100000,can0,100,Pack,Current,0,A,
            10.100000,can0,100,Pack,State,2,,
            10.110000,can0,200,Cells,Group,1,,
            10.110000,can0,200,Cells,Cell2,4040,mV,

            """,
            table);
        Assert.AreEqual(new LogDecodeResult(5, 4, 10, 1, 0), result);
    }

    [TestMethod]
    public void a_wide_table_has_a_row_per_frame_and_a_column_per_signal()
    {
        (string table, _) = Decode(new LogDecodeOptions { Layout = CsvLayout.Wide, Signals = ["Pack.Voltage", "Cells.Cell?"] });
        Assert.AreEqual(
            """
            time_s,Pack.Voltage [V],"Cells.Cell1 [mV, measured]",Cells.Cell2 [mV]
            10.000000,400,,
            10.010000,,3940,
            10.100000,400.1,,
            10.110000,,,4040

            """,
            table);
    }

    [TestMethod]
    public void a_wide_table_with_a_period_holds_the_latest_values()
    {
        (string table, _) = Decode(new LogDecodeOptions { Layout = CsvLayout.Wide, PeriodMs = 50, Signals = ["Pack.Voltage", "Cells.Cell?"] });
        Assert.AreEqual(
            """
            time_s,Pack.Voltage [V],"Cells.Cell1 [mV, measured]",Cells.Cell2 [mV]
            10.050000,400,3940,
            10.100000,400,3940,
            10.150000,400.1,3940,4040

            """,
            table);
    }

    [TestMethod]
    public void raw_values_and_empty_values_outside_of_the_range_are_a_choice()
    {
        (string raw, _) = Decode(new LogDecodeOptions { Raw = true, Signals = ["Pack.Current"] });
        StringAssert.Contains(raw, "10.000000,can0,100,Pack,Current,-100,,");
        const string Wrong = "(0000000010.000000) can0 100#FFFF000000\n";
        (string kept, _) = Decode(new LogDecodeOptions { Signals = ["Pack.Voltage"] }, Wrong);
        StringAssert.Contains(kept, "Voltage,6553.5,V,");
        (string emptied, _) = Decode(new LogDecodeOptions { Signals = ["Pack.Voltage"], EmptyOutsideRange = true }, Wrong);
        StringAssert.Contains(emptied, "Voltage,,V,");
    }

    [TestMethod]
    public void not_available_is_empty_for_the_messages_of_this_project()
    {
        DbcDatabase database = DbcDatabase.Load(Path.Combine(TestData.Repository, "hardware", "can", "bms.dbc"));
        string log = Path.Combine(_folder, "log.log");
        File.WriteAllText(log, "(0000000000.000000) can0 200#00F0FFFFFFFFFFFF\n");
        var output = new MemoryStream();
        LogDecoder.DecodeCsv(log, database, output, new LogDecodeOptions { Signals = ["ModuleVoltagesA00.CellVoltage1Mv"] });
        StringAssert.Contains(Encoding.UTF8.GetString(output.ToArray()), "CellVoltage1Mv,,mV,");
    }

    [TestMethod]
    public void a_broken_log_leaves_no_table_behind()
    {
        string log = Path.Combine(_folder, "log.log");
        string table = Path.Combine(_folder, "table.csv");
        File.WriteAllText(log, Log + "broken\n");
        Assert.ThrowsExactly<CanLogException>(() => LogDecoder.DecodeCsv(log, DbcDatabase.Parse(Dbc), table));
        CollectionAssert.AreEqual(new[] { log }, Directory.GetFiles(_folder));
        LogDecodeResult result = LogDecoder.DecodeCsv(log, DbcDatabase.Parse(Dbc), table, new LogDecodeOptions { Lenient = true });
        Assert.AreEqual(1, result.SkippedLines);
        Assert.IsTrue(File.Exists(table));
    }

    [TestMethod]
    public void a_pattern_without_a_signal_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Decode(new LogDecodeOptions { Signals = ["Nope.*"] })).Message, "Nope.*");

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

    private (string Table, LogDecodeResult Result) Decode(LogDecodeOptions options, string log = Log)
    {
        string path = Path.Combine(_folder, "log.log");
        string table = Path.Combine(_folder, "table.csv");
        File.WriteAllText(path, log);
        LogDecodeResult result = LogDecoder.DecodeCsv(path, DbcDatabase.Parse(Dbc), table, options);
        return (File.ReadAllText(table), result);
    }
}
