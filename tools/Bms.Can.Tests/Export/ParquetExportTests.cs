using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Export;
using Bms.Can.Log;
using Parquet;
using Parquet.Schema;

namespace Bms.Can.Tests.Export;

[TestClass]
public class ParquetExportTests
{
    private const string Dbc = """
        BO_ 256 Pack: 8 N
         SG_ Voltage : 0|16@1+ (0.1,0) [0|6000] "V" N
         SG_ State : 32|8@1- (1,0) [0|3] "" N
        BO_ 512 Cells: 8 N
         SG_ Group M : 0|8@1+ (1,0) [0|0] "" N
         SG_ Cell1 m0 : 8|16@1+ (1,0) [0|0] "mV" N
        VAL_ 256 State 1 "On" ;

        """;

    // The second day begins with the third frame.
    private const string Log = """
        (1700006399.500000) can0 100#A00F000001
        (1700006399.999999) can1 200#00640F
        (1700006400.000000) can0 100#A10F0000FF
        (1700006400.250000) can0 200#01C80F

        """;

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = TestData.NewFolder();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void each_message_is_a_file_with_time_bus_and_its_signals()
    {
        ExportResult result = Write(new ExportOptions());
        Assert.AreEqual(4, result.Rows);
        Dictionary<string, object?[]> pack = Read("Pack.parquet");
        CollectionAssert.AreEqual(new[] { "time", "bus", "Voltage", "State" }, pack.Keys.ToArray());
        Assert.AreEqual(new DateTime(2023, 11, 14, 23, 59, 59, 500, DateTimeKind.Utc), (DateTime)pack["time"][0]!);
        CollectionAssert.AreEqual(new object[] { 400.0, 400.1 }, pack["Voltage"]);
        CollectionAssert.AreEqual(new object[] { 1.0, -1.0 }, pack["State"]);
    }

    [TestMethod]
    public void a_signal_that_the_frame_does_not_carry_has_no_value()
    {
        Write(new ExportOptions());
        CollectionAssert.AreEqual(new object?[] { 3940.0, null }, Read("Cells.parquet")["Cell1"]);
    }

    [TestMethod]
    public void raw_numbers_and_texts_are_a_choice()
    {
        Write(new ExportOptions { Values = ValueForm.Raw });
        CollectionAssert.AreEqual(new object[] { 4000L, 4001L }, Read("Pack.parquet")["Voltage"]);
        Write(new ExportOptions { Values = ValueForm.Choices });
        CollectionAssert.AreEqual(new object[] { "On", "-1" }, Read("Pack.parquet")["State"]);
    }

    [TestMethod]
    public void a_store_lies_by_vehicle_date_and_message()
    {
        Write(new ExportOptions(), vehicle: "van7");
        foreach (string day in new[] { "14", "15" })
        {
            foreach (string message in new[] { "Pack", "Cells" })
            {
                Assert.HasCount(1, Read(Path.Combine("vehicle=van7", $"date=2023-11-{day}", $"message={message}", "drive.parquet"))["time"]);
            }
        }
    }

    [TestMethod]
    public void many_days_in_one_log_are_a_file_each()
    {
        Write(new ExportOptions(), vehicle: "van7", log: string.Concat(Enumerable.Range(0, 5).Select(day => FormattableString.Invariant($"({1700006400 + (day * 86400)}.000000) can0 100#A10F0000FF\n"))));
        for (int day = 15; day < 20; day++)
        {
            Assert.HasCount(1, Read(Path.Combine("vehicle=van7", $"date=2023-11-{day}", "message=Pack", "drive.parquet"))["time"]);
        }
    }

    [TestMethod]
    public void a_log_that_goes_to_and_fro_between_two_days_has_one_file_for_each_of_them()
    {
        Write(new ExportOptions(), vehicle: "van7", log: string.Concat(Enumerable.Range(0, 6).Select(frame => FormattableString.Invariant($"({1700006399 + (frame % 2)}.500000) can0 100#A10F0000FF\n"))));
        Assert.HasCount(3, Read(Path.Combine("vehicle=van7", "date=2023-11-14", "message=Pack", "drive.parquet"))["time"]);
        Assert.HasCount(3, Read(Path.Combine("vehicle=van7", "date=2023-11-15", "message=Pack", "drive.parquet"))["time"]);
    }

    [TestMethod]
    public void a_broken_log_leaves_no_file_behind()
    {
        Assert.ThrowsExactly<CanLogException>(() => Write(new ExportOptions(), log: Log + "broken\n"));
        CollectionAssert.AreEqual(new[] { "drive.log" }, Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void many_rows_come_back_in_order_through_several_groups()
    {
        const int Frames = 150_000;
        using (var writer = new StreamWriter(Path.Combine(_folder, "big.log")))
        {
            for (int frame = 0; frame < Frames; frame++)
            {
                writer.Write(FormattableString.Invariant($"(17000000{frame / 10000:00}.{frame % 10000:0000}00) can0 100#{frame & 0xFF:X2}{frame >> 8 & 0xFF:X2}000000\n"));
            }
        }

        ParquetExport.Write(
            Path.Combine(_folder, "big.log"), DbcDatabase.Parse(Dbc), new ParquetPlace { Folder = Path.Combine(_folder, "out") }, new ExportOptions { Values = ValueForm.Raw }, new LogPipelineOptions { Threads = 3 });
        object?[] values = Read("Pack.parquet")["Voltage"];
        Assert.HasCount(Frames, values);
        for (int frame = 0; frame < Frames; frame++)
        {
            Assert.AreEqual((long)(frame & 0xFFFF), values[frame]);
        }
    }

    [TestMethod]
    [DataRow(3, 5)]
    [DataRow(4, 3)]
    [DataRow(15, 2)]
    [DataRow(16, 1)]
    public void a_message_with_many_groups_of_rows_has_several_files_and_no_row_is_lost_between_them(int mostChunks, int files)
    {
        // Five groups of 16,000 rows with four columns each.
        const int Frames = 80_000;
        File.WriteAllLines(Path.Combine(_folder, "big.log"), Enumerable.Range(0, Frames).Select(frame => FormattableString.Invariant($"(17000000{frame / 10000:00}.{frame % 10000:0000}00) can0 100#{frame & 0xFF:X2}{frame >> 8 & 0xFF:X2}000000")));
        ExportResult result = ParquetExport.Write(
            Path.Combine(_folder, "big.log"), DbcDatabase.Parse(Dbc), new ParquetPlace { Folder = Path.Combine(_folder, "out"), MostChunks = mostChunks }, new ExportOptions { Values = ValueForm.Raw }, new LogPipelineOptions());
        Assert.AreEqual(Frames, result.Rows);
        string[] names = [.. Directory.EnumerateFiles(Path.Combine(_folder, "out")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(new[] { "Pack.parquet" }.Concat(Enumerable.Range(2, Math.Max(0, names.Length - 1)).Select(part => $"Pack.part{part}.parquet")).ToArray(), names);
        Assert.HasCount(files, names);
        object?[] values = [.. names.SelectMany(name => Read(name)["Voltage"])];
        CollectionAssert.AreEqual(Enumerable.Range(0, Frames).Select(frame => (object)(long)(frame & 0xFFFF)).ToArray(), values);
    }

    private ExportResult Write(ExportOptions options, string? vehicle = null, string log = Log)
    {
        string path = Path.Combine(_folder, "drive.log");
        File.WriteAllText(path, log);
        return ParquetExport.Write(path, DbcDatabase.Parse(Dbc), new ParquetPlace { Folder = Path.Combine(_folder, "out"), Vehicle = vehicle, Name = "drive" }, options, new LogPipelineOptions());
    }

    private Dictionary<string, object?[]> Read(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(_folder, "out", name));
        ParquetReader reader = ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
        var columns = reader.Schema.GetDataFields().ToDictionary(field => field.Name, _ => new List<object?>());
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader rows = reader.OpenRowGroupReader(group);
            int count = (int)rows.RowCount;
            foreach (DataField field in reader.Schema.GetDataFields())
            {
                columns[field.Name].AddRange(field.ClrType == typeof(ReadOnlyMemory<char>) ? Strings(rows, field, count)
                    : field.ClrType == typeof(long) ? Values<long>(rows, field, count)
                    : field.ClrType == typeof(double) ? Values<double>(rows, field, count)
                    : Values<DateTime>(rows, field, count));
            }
        }

        return columns.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
    }

    private static IEnumerable<object?> Values<T>(ParquetRowGroupReader rows, DataField field, int count)
        where T : struct
    {
        if (!field.IsNullable)
        {
            var whole = new T[count];
            rows.ReadAsync<T>(field, whole).AsTask().GetAwaiter().GetResult();
            return whole.Cast<object?>();
        }

        var values = new T?[count];
        rows.ReadAsync<T>(field, values).AsTask().GetAwaiter().GetResult();
        return values.Select(value => (object?)value);
    }

    private static IEnumerable<object?> Strings(ParquetRowGroupReader rows, DataField field, int count)
    {
        var values = new string?[count];
        rows.ReadAsync(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
        return values;
    }
}
