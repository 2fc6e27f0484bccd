using System.Text;
using System.Text.Json;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Export;
using Bms.Can.Log;

namespace Bms.Can.Tests.Export;

[TestClass]
public class TableExportTests
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
        (string table, ExportResult result) = Decode(new ExportOptions());
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
        Assert.AreEqual(new ExportResult(new LogPipelineResult(5, 4, 1, 0), 10), result);
    }

    [TestMethod]
    public void a_wide_table_has_a_row_per_frame_and_a_column_per_signal()
    {
        (string table, _) = Decode(new ExportOptions { Layout = TableLayout.Wide }, "Pack.Voltage", "Cells.Cell?");
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
        (string table, _) = Decode(new ExportOptions { Layout = TableLayout.Resampled, PeriodNs = 50_000_000 }, "Pack.Voltage", "Cells.Cell?");
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
        (string raw, _) = Decode(new ExportOptions { Values = ValueForm.Raw }, "Pack.Current");
        StringAssert.Contains(raw, "10.000000,can0,100,Pack,Current,-100,,");
        const string Wrong = "(0000000010.000000) can0 100#FFFF000000\n";
        (string kept, _) = Decode(new ExportOptions(), Wrong, ["Pack.Voltage"]);
        StringAssert.Contains(kept, "Voltage,6553.5,V,");
        (string emptied, _) = Decode(new ExportOptions { EmptyOutsideRange = true }, Wrong, ["Pack.Voltage"]);
        StringAssert.Contains(emptied, "Voltage,,V,");
    }

    [TestMethod]
    public void not_available_is_empty_for_the_messages_of_this_project()
    {
        DbcDatabase database = DbcDatabase.Load(Path.Combine(TestData.Repository, "hardware", "can", "bms.dbc"));
        string log = At("log.log");
        File.WriteAllText(log, "(0000000000.000000) can0 200#00FFFFFFFFFFFFF0\n");
        var output = new MemoryStream();
        TableExport.Write(log, database, output, new ExportOptions(), new LogPipelineOptions { Selection = new SignalSelection(["ModuleVoltagesA00.CellVoltage1Mv"]) });
        StringAssert.Contains(Encoding.UTF8.GetString(output.ToArray()), "CellVoltage1Mv,,mV,");
    }

    [TestMethod]
    public void a_broken_line_stops_strict_reading_and_is_counted_in_lenient()
    {
        File.WriteAllText(At("log.log"), Log + "broken\n");
        CanLogException fault = Assert.ThrowsExactly<CanLogException>(() => Write(new LogPipelineOptions { Threads = 1 }));
        StringAssert.Contains(fault.Message, "log.log(6)");
        ExportResult result = Write(new LogPipelineOptions { Read = new CanLogReadOptions { Lenient = true } });
        Assert.AreEqual(1, result.Log.SkippedRecords);
    }

    [TestMethod]
    public void json_lines_hold_one_frame_each_with_numbers_texts_or_nothing()
    {
        (string table, ExportResult result) = Decode(new ExportOptions { Layout = TableLayout.JsonLines, Values = ValueForm.Choices, EmptyOutsideRange = true }, Log + "(0000000010.200000) can1 100#FFFF000000\n", []);
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual("""{"time":10.000000,"bus":"can0","id":256,"message":"Pack","signals":{"Voltage":400,"Current":-5,"State":"On, closed"}}""", lines[0]);
        Assert.AreEqual("""{"time":10.200000,"bus":"can1","id":256,"message":"Pack","signals":{"Voltage":null,"Current":0,"State":"Off"}}""", lines[4]);
        Assert.AreEqual(5, result.Rows);
        foreach (string line in lines)
        {
            JsonDocument.Parse(line).Dispose();
        }
    }

    [TestMethod]
    public void choices_take_the_place_of_numbers_where_there_are_some()
        => StringAssert.Contains(Decode(new ExportOptions { Layout = TableLayout.Wide, Values = ValueForm.Choices }, "Pack.State").Table, "10.000000,\"On, closed\"\n10.100000,2\n");

    [TestMethod]
    public void a_window_includes_its_first_moment_and_excludes_its_last()
    {
        File.WriteAllText(At("log.log"), Log);
        Assert.AreEqual(2, Write(new LogPipelineOptions { Window = new LogWindow { From = new LogMoment(10_000_000, false), To = new LogMoment(100_000_000, false) } }).Log.Frames);
        Assert.AreEqual(3, Write(new LogPipelineOptions { Window = new LogWindow { From = new LogMoment(10_020_000_000, true) } }).Log.Frames);
        Assert.AreEqual(0, Write(new LogPipelineOptions { Window = new LogWindow { Buses = ["can7"] } }).Log.Frames);
    }

    [TestMethod]
    public void an_empty_log_gives_an_empty_table()
    {
        foreach (TableLayout layout in Enum.GetValues<TableLayout>())
        {
            (string table, ExportResult result) = Decode(new ExportOptions { Layout = layout, PeriodNs = 1_000_000 }, "", []);
            Assert.AreEqual(0, result.Rows);
            Assert.IsLessThanOrEqualTo(1, table.Count(letter => letter == '\n'));
        }
    }

    /// <summary>The file is large enough to be shared out, and ends with a fault.</summary>
    [TestMethod]
    public void several_threads_give_the_bytes_of_one_and_name_the_line_of_a_fault()
    {
        DbcDatabase database = DbcDatabase.Parse(Dbc);
        const int Frames = 200_000;
        using (var writer = new StreamWriter(At("big.log")))
        {
            for (int frame = 0; frame < Frames; frame++)
            {
                writer.Write(frame % 3 == 2
                    ? FormattableString.Invariant($"(17000000{frame / 10000:00}.{frame % 10000:0000}00) can{frame / 50_000} 200#0{frame & 1}{frame & 0xFFFF:X4}\n")
                    : FormattableString.Invariant($"(17000000{frame / 10000:00}.{frame % 10000:0000}00) can0 100#{frame & 0xFFFF:X4}{frame * 7 & 0xFFFF:X4}01\n"));
            }
        }

        byte[] expected = Bytes(1);
        CollectionAssert.AreEqual(expected, Bytes(3));
        File.AppendAllText(At("big.log"), "broken\n");
        CanLogException fault = Assert.ThrowsExactly<CanLogException>(() => Bytes(3));
        Assert.AreEqual(Frames + 1, fault.Line);

        byte[] Bytes(int threads)
        {
            var output = new MemoryStream();
            Assert.AreEqual(Frames, TableExport.Write(At("big.log"), database, output, new ExportOptions { Layout = TableLayout.Wide }, new LogPipelineOptions { Threads = threads }).Log.Frames);
            return output.ToArray();
        }
    }

    [TestMethod]
    public void numbers_are_written_as_their_factor_means_them()
    {
        // 3 * 0.1 is 0.30000000000000004 in binary; 0.0625 has four places; a third has more than can be kept exactly.
        DbcDatabase database = DbcDatabase.Parse("""
            BO_ 256 M: 8 N
             SG_ A : 0|8@1+ (0.1,0) [0|0] "" N
             SG_ B : 8|8@1- (0.0625,-1) [0|0] "" N
             SG_ C : 16|8@1+ (0.333333333333,0) [0|0] "" N
             SG_ D : 24|32@1+ (1000000,0) [0|0] "" N

            """);
        File.WriteAllText(At("log.log"), "(1.000000) can0 100#030103FFFFFFFF\n");
        var output = new MemoryStream();
        TableExport.Write(At("log.log"), database, output, new ExportOptions { Layout = TableLayout.Wide }, new LogPipelineOptions());
        StringAssert.EndsWith(Encoding.UTF8.GetString(output.ToArray()), "\n1.000000,0.3,-0.9375,0.9999999999990001,4294967295000000\n");
    }

    [TestMethod]
    public void a_pattern_without_a_signal_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Decode(new ExportOptions(), "Nope.*")).Message, "Nope.*");

    private string At(string name) => Path.Combine(_folder, name);

    private ExportResult Write(LogPipelineOptions pipeline) => TableExport.Write(At("log.log"), DbcDatabase.Parse(Dbc), new MemoryStream(), new ExportOptions(), pipeline);

    private (string Table, ExportResult Result) Decode(ExportOptions options, params string[] signals) => Decode(options, Log, signals);

    private (string Table, ExportResult Result) Decode(ExportOptions options, string log, string[] signals)
    {
        File.WriteAllText(At("log.log"), log);
        var output = new MemoryStream();
        var pipeline = new LogPipelineOptions { Selection = signals.Length > 0 ? new SignalSelection(signals) : null };
        ExportResult result = TableExport.Write(At("log.log"), DbcDatabase.Parse(Dbc), output, options, pipeline);
        return (Encoding.UTF8.GetString(output.ToArray()), result);
    }
}
