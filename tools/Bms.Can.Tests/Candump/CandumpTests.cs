using System.IO.Compression;
using System.Text;
using Bms.Can.Candump;
using Bms.Can.Log;

namespace Bms.Can.Tests.Candump;

[TestClass]
public class CandumpTests
{
    [TestMethod]
    public void the_log_style_is_read_to_the_last_bit()
    {
        CanLogFrame frame = Read("(1436509052.249713) can0 123#DEADBEEF\n").Single();
        Assert.AreEqual(1436509052249713000L, frame.TimeNs);
        Assert.AreEqual("can0", frame.Interface);
        Assert.AreEqual(0x123u, frame.Id);
        Assert.AreEqual(CanFrameFlags.None, frame.Flags);
        CollectionAssert.AreEqual(new byte[] { 0xDE, 0xAD, 0xBE, 0xEF }, frame.ToArray());
        Assert.AreEqual(0xEFBEADDEUL, frame.Payload);
    }

    [TestMethod]
    public void the_screen_styles_are_read()
    {
        List<CanLogFrame> frames = Read(
            "  vcan0  0C8   [8]  F0 00 00 00 00 00 00 01\n"
            + " (1613749650.388103)  vcan0  00AABBCC   [2]  DE AD   '..'\n"
            + " (2021-02-19 15:47:30.500000)  can1  123  [0]\n"
            + "  can0  123   [4]  remote request\n"
            + "  can0  123  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B\n"
            + " (000.001000)  can0  TX B -  123  [02]  AA BB\n".Replace("TX B -  123", "123  TX B -"));
        Assert.AreEqual(6, frames.Count);
        Assert.AreEqual((0x0C8u, 0L, 8), (frames[0].Id, frames[0].TimeNs, frames[0].Length));
        Assert.AreEqual((0xAABBCCu, true, 1613749650388103000L), (frames[1].Id, frames[1].IsExtended, frames[1].TimeNs));
        Assert.AreEqual(1613749650500000000L, frames[2].TimeNs);
        Assert.AreEqual((CanFrameFlags.Remote, 4, 0), (frames[3].Flags, frames[3].Length, frames[3].DataLength));
        Assert.AreEqual((CanFrameFlags.Fd, 12), (frames[4].Flags, frames[4].Length));
        Assert.AreEqual(CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch | CanFrameFlags.Transmitted, frames[5].Flags);
    }

    [TestMethod]
    public void special_frames_of_the_log_style_are_read()
    {
        List<CanLogFrame> frames = Read(
            "(0000000001.000000) can0 1FFFFFFF#\r\n"
            + "(0000000001.000000) can0 123#R\n"
            + "(0000000001.000000) can0 123#R8\n"
            + "(0000000001.000000) can0 20000080#0000000000000000\n"
            + "(0000000001.000000) can0 123##3112233445566778899\n"
            + "(0000000001.000000) can0 123#11.22.33 T\n"
            + "\n"
            + "(0000000001.000000) can0 123#1122334455667788_B R\n");
        Assert.AreEqual((0x1FFFFFFFu, CanFrameFlags.Extended, 0), (frames[0].Id, frames[0].Flags, frames[0].Length));
        Assert.AreEqual((CanFrameFlags.Remote, 0), (frames[1].Flags, frames[1].Length));
        Assert.AreEqual((CanFrameFlags.Remote, 8), (frames[2].Flags, frames[2].Length));
        Assert.AreEqual((CanFrameFlags.Error, 0x80u), (frames[3].Flags, frames[3].Id));
        Assert.AreEqual(CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch | CanFrameFlags.ErrorStateIndicator, frames[4].Flags);
        Assert.AreEqual(9, frames[4].Length);
        Assert.AreEqual((CanFrameFlags.Transmitted, 3), (frames[5].Flags, frames[5].Length));
        Assert.AreEqual(8, frames[6].Length);
    }

    [TestMethod]
    public void what_is_written_reads_back_the_same()
    {
        var random = new Random(31415);
        var frames = new List<CanLogFrame>();
        for (int index = 0; index < 20_000; index++)
        {
            bool isExtended = random.Next(2) == 0;
            uint id = (uint)random.Next(isExtended ? 0x2000_0000 : 0x800);
            long timeNs = random.NextInt64(9_000_000_000L) * 1_000_000_000 + random.Next(1_000_000) * 1000L;
            CanFrameFlags flags = isExtended ? CanFrameFlags.Extended : CanFrameFlags.None;
            string bus = random.Next(2) == 0 ? "can0" : "vcan12";
            switch (random.Next(8))
            {
                case 0:
                    frames.Add(new CanLogFrame(timeNs, bus, id, flags | CanFrameFlags.Remote, random.Next(9), 0));
                    break;
                case 1:
                    byte[] data = new byte[random.Next(65)];
                    random.NextBytes(data);
                    frames.Add(new CanLogFrame(timeNs, bus, id, flags | CanFrameFlags.Fd | (random.Next(2) == 0 ? CanFrameFlags.BitRateSwitch : 0), data));
                    break;
                case 2:
                    frames.Add(new CanLogFrame(timeNs, bus, id & 0x1FF, CanFrameFlags.Error, [1, 2, 3, 4, 5, 6, 7, 8]));
                    break;
                default:
                    byte[] classic = new byte[random.Next(9)];
                    random.NextBytes(classic);
                    frames.Add(new CanLogFrame(timeNs, bus, id, flags, classic));
                    break;
            }
        }

        foreach (string name in new[] { "log.log", "log.log.gz" })
        {
            string folder = TestData.NewFolder();
            string path = Path.Combine(folder, name);
            using (var writer = new CandumpWriter(path))
            {
                foreach (CanLogFrame frame in frames)
                {
                    writer.Write(frame);
                }

                writer.Complete();
            }

            CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
            CollectionAssert.AreEqual(frames, ReadFile(path));
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void the_writer_writes_what_candump_writes()
    {
        var output = new MemoryStream();
        using var writer = new CandumpWriter(output, "memory");
        writer.Write(1436509052_249713, "can0", 0x123, false, [0xDE, 0xAD]);
        writer.Write(5, "can1", 0x1826F456, true, []);
        writer.Complete();
        Assert.AreEqual("(1436509052.249713) can0 123#DEAD\n(0000000000.000005) can1 1826F456#\n", Encoding.ASCII.GetString(output.ToArray()));
    }

    [TestMethod]
    public void an_uncompleted_log_leaves_nothing_and_spares_what_was_there()
    {
        string folder = TestData.NewFolder();
        string path = Path.Combine(folder, "log.log");
        File.WriteAllText(path, "before");
        using (var writer = new CandumpWriter(path))
        {
            writer.Write(0, "can0", 1, false, [1]);
        }

        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
        Assert.AreEqual("before", File.ReadAllText(path));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void a_full_disk_is_named_as_such()
    {
        using var writer = new CandumpWriter(new FullDisk(), "log.log");
        IOException fault = Assert.ThrowsExactly<IOException>(() =>
        {
            for (int index = 0; index < 100_000; index++)
            {
                writer.Write(index, "can0", 1, false, [1, 2, 3, 4, 5, 6, 7, 8]);
            }
        });
        StringAssert.Contains(fault.Message, "log.log: the disk is full");
    }

    [TestMethod]
    public void an_unwritable_place_is_named_with_a_remedy()
    {
        string folder = TestData.NewFolder();
        IOException fault = Assert.ThrowsExactly<IOException>(() => new CandumpWriter(Path.Combine(folder, "missing", "log.log")));
        StringAssert.Contains(fault.Message, "Choose a folder that exists");
        Assert.ThrowsExactly<IOException>(() => new CandumpWriter(folder));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [DataRow("garbage\n", 1)]
    [DataRow("(1.000000) can0 123#11\n(1.000000) can0 12G#11\n", 2)]
    [DataRow("(1.000000) can0 123#1\n", 1)]
    [DataRow("(1.000000) can0 123#112233445566778899\n", 1)]
    [DataRow("(1.000000) can0 FFF#11\n", 1)]
    [DataRow("(1.000000) can0 FFFFFFFF#11\n", 1)]
    [DataRow("(x.000000) can0 123#11\n", 1)]
    [DataRow("(99999999999.000000) can0 123#11\n", 1)]
    [DataRow("(1.000000) can0 123##\n", 1)]
    [DataRow("(1.000000) can0 123#R9\n", 1)]
    [DataRow("(1.000000) can0 123#11 X\n", 1)]
    [DataRow("can0 123 [9] 00 00 00 00 00 00 00 00 00\n", 1)]
    [DataRow("can0 123 [2] 00\n", 1)]
    [DataRow("can0 123 [2] 00 00 00\n", 1)]
    [DataRow("(1.000000)\n", 1)]
    public void a_broken_line_is_named_and_lenient_reading_skips_it(string text, int line)
    {
        CanLogException fault = Assert.ThrowsExactly<CanLogException>(() => Read(text));
        Assert.AreEqual(line, fault.Line);
        StringAssert.StartsWith(fault.Message, $"test.log({line}): ");
        using var reader = new CandumpReader(new MemoryStream(Encoding.ASCII.GetBytes(text)), "test.log", lenient: true);
        int frames = 0;
        while (reader.TryRead(out _))
        {
            frames++;
        }

        Assert.AreEqual(line - 1, frames);
        Assert.AreEqual(1, reader.SkippedLines);
    }

    [TestMethod]
    public void a_log_cut_off_in_its_last_line_says_so()
    {
        CanLogException fault = Assert.ThrowsExactly<CanLogException>(() => Read("(1.000000) can0 123#11\n(1.000000) can0 123#1"));
        StringAssert.Contains(fault.Message, "test.log(2): the last line is cut off");
        using var reader = new CandumpReader(new MemoryStream("(1.000000) can0 123#11\n(1.000000) can0 123#1122"u8.ToArray()), "test.log");
        Assert.IsTrue(reader.TryRead(out _));
        Assert.IsTrue(reader.TryRead(out _));
        Assert.IsTrue(reader.EndsWithoutLineEnd);
        Assert.IsFalse(reader.TryRead(out _));
    }

    [TestMethod]
    public void an_empty_log_holds_no_frame()
    {
        Assert.AreEqual(0, Read("").Count);
        Assert.AreEqual(0, Read("\n\r\n").Count);
    }

    [TestMethod]
    public void a_compressed_log_that_is_cut_off_or_damaged_says_so()
    {
        string folder = TestData.NewFolder();
        string path = Path.Combine(folder, "log.log.gz");
        using (var writer = new CandumpWriter(path))
        {
            var random = new Random(7);
            byte[] data = new byte[8];
            for (int index = 0; index < 50_000; index++)
            {
                random.NextBytes(data);
                writer.Write(index * 100, "can0", (uint)(index % 0x800), false, data);
            }

            writer.Complete();
        }

        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        CanLogException fault = Assert.ThrowsExactly<CanLogException>(() => ReadFile(path));
        StringAssert.Contains(fault.Message, "cut off");
        using (var reader = new CandumpReader(path, lenient: true))
        {
            long frames = 0;
            while (reader.TryRead(out _))
            {
                frames++;
            }

            Assert.IsGreaterThan(10_000, frames);
            Assert.IsNotNull(reader.FirstFault);
        }

        // Whether a log is packed is told by its content: a plain one may be called .gz.
        File.WriteAllText(path, "(1.000000) can0 123#11\n");
        Assert.AreEqual(1, ReadFile(path).Count);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void binary_rubbish_ends_in_a_fault_and_in_bounded_memory()
    {
        byte[] rubbish = new byte[3_000_000];
        new Random(1).NextBytes(rubbish);
        Assert.ThrowsExactly<CanLogException>(() => ReadStream(new MemoryStream(rubbish)));
        Assert.ThrowsExactly<CanLogException>(() => ReadStream(new MemoryStream(new byte[3_000_000])));
    }

    [TestMethod]
    public void lines_with_random_damage_give_a_frame_or_a_fault()
    {
        var random = new Random(99);
        string[] lines =
        [
            "(1436509052.249713) can0 123#DEADBEEF", "  vcan0  0C8   [8]  F0 00 00 00 00 00 00 01", " (1613749650.388103)  vcan0  00AABBCC   [2]  DE AD   '..'",
            "(0000000001.000000) can0 123##3112233445566778899", "(0000000001.000000) can0 123#R8",
        ];
        const string Letters = " ()[]#.:_R0123456789ABCDEFxyz'\t\0\r";
        for (int attempt = 0; attempt < 20_000; attempt++)
        {
            char[] line = lines[random.Next(lines.Length)].ToCharArray();
            for (int count = random.Next(1, 4); count > 0; count--)
            {
                line[random.Next(line.Length)] = Letters[random.Next(Letters.Length)];
            }

            try
            {
                foreach (CanLogFrame frame in Read(new string(line, 0, random.Next(line.Length + 1)) + "\n"))
                {
                    Assert.IsTrue(frame.Length <= 64 && frame.Id < 0x2000_0000);
                }
            }
            catch (CanLogException)
            {
            }
        }
    }

    [TestMethod]
    public void missing_files_and_folders_are_named_with_a_remedy()
    {
        string folder = TestData.NewFolder();
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => new CandumpReader(Path.Combine(folder, "no.log"))).Message, "Check the name");
        Assert.ThrowsExactly<IOException>(() => new CandumpReader(folder));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void a_capture_of_another_tool_is_read_whole()
    {
        List<CanLogFrame> frames = ReadFile(TestData.Path("can/logs/savvycan/candump.log"));
        Assert.AreEqual(12_974, frames.Count);
        Assert.AreEqual(180, frames.Select(frame => (frame.Id, frame.IsExtended)).Distinct().Count());
    }

    [TestMethod]
    public void a_real_charging_session_is_read_whole_and_survives_a_round_trip()
    {
        List<CanLogFrame> frames = ReadFile(TestData.Path("can/logs/gbt27930-2015-charge.log"));
        Assert.AreEqual(1_149, frames.Count);
        Assert.IsTrue(frames.TrueForAll(frame => frame.IsExtended));
        var output = new MemoryStream();
        using var writer = new CandumpWriter(output, "memory");
        frames.ForEach(frame => writer.Write(frame));
        writer.Complete();
        output.Position = 0;
        CollectionAssert.AreEqual(frames, ReadStream(output));
    }

    private static List<CanLogFrame> Read(string text) => ReadStream(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static List<CanLogFrame> ReadStream(Stream stream) => ReadAll(new CandumpReader(stream, "test.log"));

    private static List<CanLogFrame> ReadFile(string path) => ReadAll(new CandumpReader(path));

    private static List<CanLogFrame> ReadAll(CandumpReader reader)
    {
        using (reader)
        {
            var frames = new List<CanLogFrame>();
            while (reader.TryRead(out CanLogFrame frame))
            {
                frames.Add(frame);
            }

            return frames;
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device", 28);
    }

    [TestMethod]
    public void a_recording_under_way_hands_out_its_lines_without_waiting_for_more()
    {
        using CanLogReader reader = CanLogReader.Open(new Recording("(1700000000.000001) can0 123#01\n(1700000000.000002) can0 123#02\n(17000000", "00.000003) can0 123#03\n"), "-");
        var block = new CanFrameBlock();
        Assert.IsTrue(reader.Read(block));
        Assert.AreEqual(2, block.Count);
        Assert.IsTrue(reader.Read(block));
        Assert.AreEqual(1, block.Count);
        Assert.IsFalse(reader.Read(block));
    }

    /// <summary>A pipe whose other end takes its time; what is not asked for is not given.</summary>
    private sealed class Recording(params string[] pieces) : MemoryStream
    {
        private int _next;
        private byte[] _piece = [];

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            if (_piece.Length == 0)
            {
                if (_next == pieces.Length)
                {
                    return 0;
                }

                // Longer than what a reader takes for a pipe that is merely short of bytes.
                Thread.Sleep(60);
                _piece = Encoding.ASCII.GetBytes(pieces[_next++]);
            }

            int count = Math.Min(buffer.Length, _piece.Length);
            _piece.AsSpan(0, count).CopyTo(buffer);
            _piece = _piece[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
