using Bms.Can.Candump;
using Bms.Can.Log;
using static Bms.Can.Tests.Formats.FormatReading;

namespace Bms.Can.Tests.Formats;

[TestClass]
public class TextFormatTests
{
    private static readonly long Start2017 = new DateTimeOffset(2017, 9, 30, 15, 6, 13, 191, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;

    [TestMethod]
    public void an_asc_log_gives_classic_remote_and_error_frames_at_their_times()
    {
        List<CanLogFrame> frames = Read(
            "date Sat Sep 30 15:06:13.191 2017\nbase hex  timestamps absolute\ninternal events logged\n// version 9.0.0\nBegin Triggerblock Sat Sep 30 15:06:13.191 2017\n"
            + "   0.000000 Start of measurement\n   0.015991 CAN 1 Status:chip status error passive - TxErr: 132 RxErr: 0\n   0.015991 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%\n"
            + "   2.501000 1  ErrorFrame\n   3.098426 1  C8              Rx   d 8 09 34 E8 05 00 00 00 00  Length = 240015 BitCount = 124 ID = 200\n"
            + "   3.148421 2  18EBFF00x       Tx   d 2 01 A0\n   3.2 1  100             Rx   r\n   3.3 1  100             Rx   r 4 Length = 0\n   3.4 1  J1939TP FEE3p 6 0 0 - Rx d 23 A0 0F\nEnd TriggerBlock\n",
            out CanLogReader reader);
        Assert.AreEqual(CanLogFormat.Asc, reader.Format);
        Assert.IsTrue(reader.HasAbsoluteTime);
        Assert.AreEqual(Start2017, reader.StartNs);
        CollectionAssert.AreEqual(
            new[]
            {
                new CanLogFrame(Start2017 + 2_501_000_000, "can0", 0, CanFrameFlags.Error, []),
                new CanLogFrame(Start2017 + 3_098_426_000, "can0", 0xC8, CanFrameFlags.None, [0x09, 0x34, 0xE8, 0x05, 0, 0, 0, 0]),
                new CanLogFrame(Start2017 + 3_148_421_000, "can1", 0x18EBFF00, CanFrameFlags.Extended | CanFrameFlags.Transmitted, [0x01, 0xA0]),
                new CanLogFrame(Start2017 + 3_200_000_000, "can0", 0x100, CanFrameFlags.Remote, 0, 0),
                new CanLogFrame(Start2017 + 3_300_000_000, "can0", 0x100, CanFrameFlags.Remote, 4, 0),
            },
            frames);
    }

    [TestMethod]
    public void a_decimal_asc_log_with_relative_times_is_added_up_over_all_events()
    {
        List<CanLogFrame> frames = Read(
            "date Sam Sep 30 15:06:13.191 2017\nbase dec  timestamps relative\nno internal events logged\n   1.000000 1  200             Rx   d 2 255 16\n   0.500000 1  Statistic: D 0\n   0.250000 1  418119424x       Rx   d 1 10\n");
        Assert.AreEqual(new CanLogFrame(Start2017 + 1_000_000_000, "can0", 200, CanFrameFlags.None, [255, 16]), frames[0]);
        Assert.AreEqual(new CanLogFrame(Start2017 + 1_750_000_000, "can0", 0x18EBFF00, CanFrameFlags.Extended, [10]), frames[1]);
    }

    [TestMethod]
    public void asc_lines_of_fd_channels_give_fd_and_classic_frames_with_and_without_names()
    {
        List<CanLogFrame> frames = Read(
            "base hex  timestamps absolute\n"
            + "  1.0 CANFD   1 Rx        300  Generic_Name_12                    1 0 9 12 00 01 02 03 04 05 06 07 08 09 0a 0b   130000  130   303000 0 0 0 0 0\n"
            + "  2.0 CANFD   3 Tx     50005x                                    0 1 5  5 01 02 03 04 05 140000   73   1000 7a60 46500250 460a0250 20011736 20010205\n"
            + "  3.0 CANFD   1 Rx        111                                    0 0 2  2 AA BB 100 73 0 0 0 0 0 0\n"
            + "  4.0 CANFD   1 Rx        111                                    0 0 5  0 140000   73   200050 7a60 46500250 460a0250 20011736 20010205\n"
            + "  5.0 CANFD   1 Rx ErrorFrame Not Acknowledge error\n");
        Assert.AreEqual(CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch, frames[0].Flags);
        CollectionAssert.AreEqual(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, frames[0].ToArray());
        Assert.AreEqual(CanFrameFlags.Fd | CanFrameFlags.ErrorStateIndicator | CanFrameFlags.Extended | CanFrameFlags.Transmitted, frames[1].Flags);
        Assert.AreEqual(("can2", 0x50005u, 5), (frames[1].Interface, frames[1].Id, frames[1].Length));
        Assert.AreEqual((CanFrameFlags.None, 2), (frames[2].Flags, frames[2].Length));
        Assert.AreEqual((CanFrameFlags.Remote, 5), (frames[3].Flags, frames[3].Length));
        Assert.AreEqual(CanFrameFlags.Error, frames[4].Flags);
    }

    [TestMethod]
    [DataRow("Sam Sep 30 15:06:13.191 2017")]
    [DataRow("Sat Sep 30 03:06:13.191 pm 2017")]
    [DataRow("sam. sept. 30 15:06:13.191 2017")]
    [DataRow("30.09.2017 15:06:13.191")]
    [DataRow("2017-09-30 15:06:13.191")]
    [DataRow("09/30/2017 03:06:13.191 PM")]
    [DataRow("Sa 9月 30 15:06:13.191 2017")]
    public void asc_dates_are_read_in_the_language_of_the_machine_that_recorded(string date)
    {
        Read($"date {date}\nbase hex  timestamps absolute\n 1.0 1 100 Rx d 0\n", out CanLogReader reader);
        Assert.AreEqual(Start2017, reader.StartNs);
    }

    [TestMethod]
    [DataRow("Mon Okt 2 00:00:00 2017", 10)]
    [DataRow("Don Mär 2 00:00:00 2017", 3)]
    [DataRow("Mar Mag 2 12:00:00 am 2017", 5)]
    [DataRow("Sam Dez 2 00:00:00 2017", 12)]
    public void months_of_other_languages_are_known(string date, int month)
    {
        Read($"date {date}\nbase hex  timestamps absolute\n", out CanLogReader reader);
        Assert.AreEqual(new DateTimeOffset(2017, month, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000, reader.StartNs);
    }

    [TestMethod]
    public void an_asc_date_that_cannot_be_read_leaves_the_times_relative_and_says_so()
    {
        List<CanLogFrame> frames = Read("date Foo Bar 99 15:06:13.191 2017\nbase hex  timestamps absolute\n 1.0 1 100 Rx d 0\n", out CanLogReader reader);
        Assert.IsFalse(reader.HasAbsoluteTime);
        Assert.AreEqual(1_000_000_000, frames[0].TimeNs);
        StringAssert.Contains(reader.Notes.Single(), "date");
    }

    [TestMethod]
    [DataRow(" 1.0 1 123 Rx d 8 00 11\n", "test(2): there are not 8 bytes of payload")]
    [DataRow(" 1.0 1 800 Rx d 1 00\n", "test(2): the identifier is no number")]
    [DataRow(" 1.0 1 123 Rx d 1 100\n", "test(2): there are not 1 bytes of payload")]
    [DataRow("rubbish\n", "test(2): the line is neither")]
    [DataRow(" 1.0 CANFD 1 Rx 123 1 0 9 65 00\n", "test(2): the length is not a number up to 64")]
    public void a_broken_asc_line_is_named(string line, string message)
    {
        StringAssert.StartsWith(FaultOf("base hex  timestamps absolute\n" + line), message);
    }

    [TestMethod]
    public void pcan_traces_of_version_1_0_are_read()
    {
        List<CanLogFrame> frames = Read(";##########\n;   C:\\TRACE.TRC\n;---+--   ----+----  --+--  +  +--+--\n     1)      1841  0001  8  00 01 02 03 04 05 06 07\n     2)      1842  00000108  2  00 01\n     3)      1843  FFFFFFFF  4  00 00 00 08\n     4)      1844  0100  3  RTR\n", out CanLogReader reader);
        Assert.AreEqual("PCAN trace 1.0", reader.FormatText);
        CollectionAssert.AreEqual(
            new[]
            {
                new CanLogFrame(1_841_000_000, "can0", 1, CanFrameFlags.None, [0, 1, 2, 3, 4, 5, 6, 7]),
                new CanLogFrame(1_842_000_000, "can0", 0x108, CanFrameFlags.Extended, [0, 1]),
                new CanLogFrame(1_844_000_000, "can0", 0x100, CanFrameFlags.Remote, 3, 0),
            },
            frames);
    }

    [TestMethod]
    public void pcan_traces_of_version_1_1_are_read_with_their_start()
    {
        List<CanLogFrame> frames = Read(";$FILEVERSION=1.1\r\n;$STARTTIME=37704.5\r\n;\r\n     1)      1059.9  Rx         0300  7  00 00 00 00 04 00 00\r\n     2)      1298.9  Warng  FFFFFFFF  4  00 00 00 08  BUSHEAVY\r\n     3)      1335.2  Error      0008  4  00 19 08 08\r\n     4)      1400.0  Tx     18EFC034  1  01\r\n", out CanLogReader reader);
        long startNs = new DateTimeOffset(2003, 3, 24, 12, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000_000;
        Assert.AreEqual((true, startNs), (reader.HasAbsoluteTime, reader.StartNs));
        Assert.AreEqual(3, frames.Count);
        Assert.AreEqual((startNs + 1_059_900_000, 0x300u, 7), (frames[0].TimeNs, frames[0].Id, frames[0].Length));
        Assert.AreEqual(CanFrameFlags.Error, frames[1].Flags);
        Assert.AreEqual((0x18EFC034u, CanFrameFlags.Extended | CanFrameFlags.Transmitted), (frames[2].Id, frames[2].Flags));
    }

    [TestMethod]
    public void pcan_traces_of_version_2_0_and_2_1_follow_their_columns()
    {
        List<CanLogFrame> frames = Read(";$FILEVERSION=2.0\n;$STARTTIME=43474.6657958449\n;$COLUMNS=N,O,T,I,d,l,D\n      1      1059.900 DT     0300 Rx 2  00 01\n      2      1283.231 FB 18EFC034 Tx 9  00 01 02 03 04 05 06 07 08 09 0A 0B\n      3      1298.945 ST          Rx    00 00 00 08\n      4      1323.201 ER          Rx    04 00 02 00 00\n      5      1334.416 RR     0100 Rx 3\n      6      1334.522 EV User-defined event\n");
        Assert.AreEqual(4, frames.Count);
        Assert.AreEqual((12, CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch | CanFrameFlags.Extended | CanFrameFlags.Transmitted), (frames[1].Length, frames[1].Flags));
        Assert.AreEqual(CanFrameFlags.Error, frames[2].Flags);
        Assert.AreEqual((CanFrameFlags.Remote, 3), (frames[3].Flags, frames[3].Length));

        frames = Read(";$FILEVERSION=2.1\n;$STARTTIME=43008.920986006946\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n      1         9.231 DT  2     0625 Tx -  8    01 02 03 04 05 06 07 08\n      2        10.000 BI  1     0625 Rx -  12   01 02 03 04 05 06 07 08 09 0A 0B 0C\n");
        Assert.AreEqual(("can1", CanFrameFlags.Transmitted, 8), (frames[0].Interface, frames[0].Flags, frames[0].Length));
        Assert.AreEqual((CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch | CanFrameFlags.ErrorStateIndicator, 12), (frames[1].Flags, frames[1].Length));
    }

    [TestMethod]
    public void a_pcan_trace_of_an_unknown_version_says_so()
    {
        StringAssert.Contains(FaultOf(";$FILEVERSION=3.7\n"), "version");
    }

    [TestMethod]
    [DataRow("     1)      1841  Rx 0001  9  00 01 02 03 04 05 06 07 08\n", "the length is not a number up to 8")]
    [DataRow("     1)      1841  Rx 0800  1  00\n", "the identifier is not")]
    [DataRow("     1)      1841  Rx 0001  3  00 01\n", "there are not 3 bytes")]
    [DataRow("     1      1841  Rx 0001  1  00\n", "parenthesis")]
    public void a_broken_line_of_a_pcan_trace_is_named(string line, string message)
    {
        StringAssert.Contains(FaultOf(";$FILEVERSION=1.1\n" + line), message);
    }

    [TestMethod]
    public void crtd_logs_are_read_and_their_comments_and_events_passed_over()
    {
        List<CanLogFrame> frames = Read("1320745424.000000 CXX OVMS\n1320745424.000002 R11 7DF 02 01 0C\n1320745424.100000 2T29 18DAF110 03 41 0C 1A F8\n1320745424.200000 CEV vehicle.on\n", out CanLogReader reader);
        Assert.AreEqual((CanLogFormat.Crtd, true), (reader.Format, reader.HasAbsoluteTime));
        Assert.AreEqual(new CanLogFrame(1_320_745_424_000_002_000, "can0", 0x7DF, CanFrameFlags.None, [2, 1, 0xC]), frames[0]);
        Assert.AreEqual(new CanLogFrame(1_320_745_424_100_000_000, "can1", 0x18DAF110, CanFrameFlags.Extended | CanFrameFlags.Transmitted, [3, 0x41, 0xC, 0x1A, 0xF8]), frames[1]);
        StringAssert.StartsWith(FaultOf("1.0 R11 123 00\n1.0 R11 800 00\n"), "test(2): the identifier");
    }

    [TestMethod]
    public void busmaster_times_of_day_run_on_over_midnight()
    {
        List<CanLogFrame> frames = Read(
            "***BUSMASTER Ver 2.4.0***\n***PROTOCOL CAN***\n***START DATE AND TIME 23:9:2015 22:17:28:928***\n***HEX***\n***SYSTEM MODE***\n"
            + "23:59:59:9920 Rx 1 0x21A s 2 FE 36\n00:00:01:0000 Tx 2 0x18EFC034 x 1 37\n00:00:01:0010 Rx 1 0x100 sr 4\n",
            out CanLogReader reader);
        Assert.IsTrue(reader.HasAbsoluteTime);
        long dayNs = new DateTimeOffset(2015, 9, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000_000;
        Assert.AreEqual(new CanLogFrame(dayNs + 86_399_992_000_000, "can0", 0x21A, CanFrameFlags.None, [0xFE, 0x36]), frames[0]);
        Assert.AreEqual(new CanLogFrame(dayNs + 86_401_000_000_000, "can1", 0x18EFC034, CanFrameFlags.Extended | CanFrameFlags.Transmitted, [0x37]), frames[1]);
        Assert.AreEqual((CanFrameFlags.Remote, 4), (frames[2].Flags, frames[2].Length));
    }

    [TestMethod]
    public void a_decimal_busmaster_log_with_differences_is_added_up()
    {
        List<CanLogFrame> frames = Read("***BUSMASTER Ver 3.2.2***\n***DEC***\n***RELATIVE MODE***\n00:00:00:1000 Rx 1 538 s 2 254 54\n00:00:00:2000 Rx 1 538 s 2 254 54\n");
        Assert.AreEqual(new CanLogFrame(300_000_000, "can0", 538, CanFrameFlags.None, [254, 54]), frames[1]);
        StringAssert.StartsWith(FaultOf("***BUSMASTER***\n1:2:3:4 Rx 1 0x21A s 3 FE 36\n"), "test(2): there are not 3 bytes");
    }

    [TestMethod]
    public void gvret_tables_are_read_with_and_without_direction()
    {
        List<CanLogFrame> frames = Read("Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n166064000,0000021A,false,0,3,FE,36,12,00,00,00,00,00,\n166064010,18EFC034,true,1,2,FE,36,00,00,00,00,00,00,\n", out CanLogReader reader);
        Assert.AreEqual(CanLogFormat.Gvret, reader.Format);
        Assert.AreEqual(new CanLogFrame(166_064_000_000, "can0", 0x21A, CanFrameFlags.None, [0xFE, 0x36, 0x12]), frames[0]);
        Assert.AreEqual(new CanLogFrame(166_064_010_000, "can1", 0x18EFC034, CanFrameFlags.Extended, [0xFE, 0x36]), frames[1]);
        Assert.AreEqual(CanFrameFlags.Transmitted, Read("Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n1,00000100,false,Tx,0,0,\n").Single().Flags);
        StringAssert.StartsWith(FaultOf("Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n1,00000900,false,0,1,00\n"), "test(2): the identifier 900 has more than 11 bits");
    }

    [TestMethod]
    public void a_csv_is_read_by_the_names_in_its_head()
    {
        List<CanLogFrame> frames = Read("time (ms);can id;dlc;dir;channel;d0;d1;d2;d3\n12,5;291;2;Tx;\"bus 7\";DE;AD;;\n13;0x124x;4;Rx;0;1;2;3;4\n", out CanLogReader reader);
        Assert.AreEqual(CanLogFormat.Csv, reader.Format);
        Assert.AreEqual(new CanLogFrame(12_500_000, "bus_7", 0x291, CanFrameFlags.Transmitted, [0xDE, 0xAD]), frames[0]);
        Assert.AreEqual(new CanLogFrame(13_000_000, "can0", 0x124, CanFrameFlags.Extended, [1, 2, 3, 4]), frames[1]);
    }

    [TestMethod]
    public void a_csv_of_python_can_is_read()
    {
        List<CanLogFrame> frames = Read("timestamp,arbitration_id,extended,remote,error,dlc,data\n1483389946.197,0xdadada,1,0,0,6,WzQyLCA5XQ==\n1483389946.2,0x123,0,1,0,4,\n", new CanLogReadOptions { Lenient = true });
        Assert.AreEqual(1, frames.Count(frame => frame.Flags == CanFrameFlags.Remote && frame.Length == 4));
    }

    [TestMethod]
    public void a_csv_is_read_by_a_map_of_columns()
    {
        var map = new CsvColumnMap { Time = "1", TimeUnitNs = 1_000_000, Id = "2", IsIdDecimal = true, Data = "3" };
        CanLogFrame frame = Read("5,291,DEADBEEF\n", new CanLogReadOptions { CsvColumns = map }).Single();
        Assert.AreEqual(new CanLogFrame(5_000_000, "can0", 291, CanFrameFlags.None, [0xDE, 0xAD, 0xBE, 0xEF]), frame);
        map = new CsvColumnMap { Id = "Kennung", Data = "Bytes" };
        Assert.AreEqual(0x123u, Read("Bytes|Kennung\n01 02|123\n", new CanLogReadOptions { CsvColumns = map }).Single().Id);
        map = new CsvColumnMap { Id = "nothing", Data = "Bytes" };
        StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read("Bytes|Kennung\n", new CanLogReadOptions { CsvColumns = map })).Message, "there is no column \"nothing\"");
    }

    [TestMethod]
    public void differences_of_a_screen_log_are_added_up()
    {
        List<CanLogFrame> frames = Read(" (000.000000)  can0  100  [1]  00\n (000.100000)  can0  100  [1]  01\n (000.020000)  can0  100  [1]  02\n (000.300000)  can0  100  [1]  03\n (000.001000)  can0  100  [1]  04\n", out CanLogReader reader);
        CollectionAssert.AreEqual(new[] { 0L, 100_000_000, 120_000_000, 420_000_000, 421_000_000 }, frames.ConvertAll(frame => frame.TimeNs));
        StringAssert.Contains(reader.Notes.Single(), "differences");
        frames = Read(" (000.000000)  can0  100  [1]  00\n (000.100000)  can0  100  [1]  01\n (000.200000)  can0  100  [1]  02\n (000.300000)  can0  100  [1]  03\n (000.401000)  can0  100  [1]  04\n");
        Assert.AreEqual(401_000_000, frames[4].TimeNs);
    }

    [TestMethod]
    public void lenient_reading_keeps_every_good_line_and_counts_the_others()
    {
        string text = "base hex  timestamps absolute\n 1.0 1 123 Rx d 1 00\n 2.0 1 123 Rx d 8 00\nrubbish\n 3.0 1 123 Rx d 1 00\n";
        List<CanLogFrame> frames = Read(text, out CanLogReader reader, new CanLogReadOptions { Lenient = true });
        Assert.AreEqual((2, 2L), (frames.Count, reader.SkippedRecords));
        StringAssert.StartsWith(reader.FirstFault!.Message, "test(3): ");
    }

    [TestMethod]
    public void lenient_reading_gives_up_where_hardly_anything_is_good()
    {
        const string Good = " 1.0 1 123 Rx d 1 00\n";
        string head = "base hex  timestamps absolute\n" + Good;
        List<CanLogFrame> frames = Read(head + string.Concat(Enumerable.Repeat("rubbish\n", 100_000)), out CanLogReader reader, new CanLogReadOptions { Lenient = true });
        Assert.AreEqual((1, 100_000L), (frames.Count, reader.SkippedRecords));
        CanLogException fault = Assert.ThrowsExactly<CanLogException>(() => Read(head + string.Concat(Enumerable.Repeat("rubbish\n", 100_001)), out _, new CanLogReadOptions { Lenient = true }));
        StringAssert.Contains(fault.Message, " records are broken beside ");
        StringAssert.Contains(fault.Message, "; the first: test(3): ");
        string mostlyGood = string.Concat(Enumerable.Repeat(Good, 8)) + "rubbish\n";
        frames = Read(head + string.Concat(Enumerable.Repeat(mostlyGood, 101_000)), out reader, new CanLogReadOptions { Lenient = true });
        Assert.AreEqual((808_001, 101_000L), (frames.Count, reader.SkippedRecords));
    }

    [TestMethod]
    public void all_frames_before_a_fault_are_delivered_before_it_is_thrown()
    {
        using CanLogReader reader = CanLogReader.Open(new MemoryStream("(1.000000) can0 123#11\n(2.000000) can0 123#22\nrubbish\n"u8.ToArray()), "test");
        var block = new CanFrameBlock(100);
        Assert.IsTrue(reader.Read(block));
        Assert.AreEqual(2, block.Count);
        Assert.ThrowsExactly<CanLogException>(() => reader.Read(block));
    }

    [TestMethod]
    [DataRow("Hello\nWorld\n")]
    [DataRow("a,b,c\n1,2,3\n")]
    public void a_content_of_no_known_format_is_named(string text)
    {
        StringAssert.Contains(FaultOf(text), "is of no format that is known");
    }

    [TestMethod]
    public void a_range_of_a_file_gives_the_lines_that_begin_in_it()
    {
        string folder = TestData.NewFolder();
        string path = Path.Combine(folder, "a.log");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 5000).Select(index => $"({index:D10}.000000) can0 {index % 0x800:X3}#{(index % 2 == 0 ? "11" : "1122334455667788")}\n")));
        long size = new FileInfo(path).Length;
        List<CanLogFrame> whole = ReadFile(path);
        Assert.AreEqual(5000, whole.Count);
        foreach (long cut in new[] { 1, 33, 34, 35, 1000, size / 2, size - 1, size })
        {
            var parts = new List<CanLogFrame>();
            parts.AddRange(ReadAll(new CandumpReader(path, 0, cut)));
            parts.AddRange(ReadAll(new CandumpReader(path, cut, size)));
            CollectionAssert.AreEqual(whole, parts, $"cut at {cut}");
        }

        Directory.Delete(folder, recursive: true);
    }
}
