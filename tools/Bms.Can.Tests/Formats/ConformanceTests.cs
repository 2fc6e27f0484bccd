using System.Globalization;
using Bms.Can.Fuzz;
using Bms.Can.Log;
using static Bms.Can.Tests.Formats.FormatReading;
using static Bms.Can.Tests.Formats.OtherTools;

namespace Bms.Can.Tests.Formats;

/// <summary>Real logs of other tools, and other tools on logs of ours. What is not there is skipped with a message.</summary>
[TestClass]
public class ConformanceTests
{
    private const long StartNs = 1_700_000_000_000_000_000;

    [TestMethod]
    public void one_capture_in_six_formats_of_other_tools_gives_the_same_frames()
    {
        List<CanLogFrame> expected = ReadFile(TestData.Path("can/logs/savvycan/candump.log"));
        Assert.AreEqual(12_974, expected.Count);
        Assert.AreEqual(180, expected.Select(frame => frame.Id).Distinct().Count());
        foreach ((string name, CanLogFormat format, long resolutionNs) in new[]
        {
            ("BusMasterLog.log", CanLogFormat.BusMaster, 1_000_000L), ("CRTD_Log.txt", CanLogFormat.Crtd, 1_000_000), ("GVRET_Log.csv", CanLogFormat.Gvret, 1_000_000),
            ("MicrochipLog.log", CanLogFormat.Microchip, 1_000_000), ("GenericID_Log.csv", CanLogFormat.Csv, 0),
        })
        {
            using CanLogReader reader = CanLogReader.Open(TestData.Path("can/logs/savvycan/" + name));
            Assert.AreEqual(format, reader.Format);
            List<CanLogFrame> frames = ReadAll(reader);
            Assert.AreEqual(expected.Count, frames.Count, name);
            for (int index = 0; index < frames.Count; index++)
            {
                (CanLogFrame a, CanLogFrame b) = (expected[index], frames[index]);
                Assert.AreEqual((a.Id, a.Flags, a.Length, a.Payload), (b.Id, b.Flags, b.Length, b.Payload), $"{name}, frame {index}");

                // The candump file of this capture has whole seconds, BusMaster's clock begins anew within it; the others agree.
                if (resolutionNs > 0 && format != CanLogFormat.BusMaster)
                {
                    Assert.AreEqual(a.TimeNs / 1_000_000_000, b.TimeNs / 1_000_000_000, $"{name}, frame {index}");
                }
            }
        }
    }

    [TestMethod]
    public void the_pcan_trace_of_foxbms_gives_what_it_shows()
    {
        List<CanLogFrame> frames = ReadFile(TestData.Path("can/logs/foxbms/etl/can-log.trc"));
        Assert.AreEqual(9, frames.Count);
        CollectionAssert.AreEqual(new uint[] { 0x243, 0x241, 0x220, 0x250, 0x244, 0x260, 0x232, 0x231, 0x243 }, frames.ConvertAll(frame => frame.Id));
        CollectionAssert.AreEqual(new byte[] { 0x00, 0x1F, 0x58, 0x7C, 0xA1, 0xA0, 0xCC, 0x00 }, frames[1].ToArray());
        Assert.AreEqual(60_000_000, frames[8].TimeNs - frames[0].TimeNs);
    }

    [TestMethod]
    [DataRow("data-processing_LOG_17BD1DB7_00000006_00000170.MF4", 2010)]
    [DataRow("data-processing_LOG_2F6913DB_00000004_00000001.MF4", 5588)]
    [DataRow("data-processing_LOG_94C49784_00000005_00000002.MF4", 9600)]
    [DataRow("data-processing_LOG_94C49784_00000005_00000017-6099D010.MF4", 84_730)]
    [DataRow("data-processing_LOG_FCBF0606_00003482_00000001-60B621D9.MF4", 1815)]
    [DataRow("other_asammdf-basics_input_00000001.MF4", 150_411)]
    [DataRow("other_concatenate-mf4-by-period_LOG_2F6913DB_00001089_00000001-63BEF5CD.MF4", 4024)]
    public void unfinalised_mdf4_logs_of_real_loggers_are_read_to_the_last_frame_and_written_anew(string name, int count)
    {
        using CanLogReader reader = CanLogReader.Open(TestData.Path("can/logs/css/" + name));
        List<CanLogFrame> frames = ReadAll(reader);
        Assert.AreEqual(count, frames.Count);
        Assert.IsTrue(reader.HasAbsoluteTime);
        Assert.IsTrue(frames.TrueForAll(frame => frame.TimeNs >= reader.StartNs && frame.TimeNs < reader.StartNs + 86_400_000_000_000));
        CollectionAssert.AreEqual(frames, Read(SampleFrames.Write(frames, CanLogFormat.Pcapng, new CanLogWriteOptions()), out _));
    }

    [TestMethod]
    [DataRow("asc")]
    [DataRow("blf")]
    [DataRow("trc")]
    [DataRow("log")]
    public void python_can_reads_the_frames_that_were_written(string ending)
    {
        // Its readers of PCAN traces know classic data frames only; its candump reader takes no flags of error frames.
        List<CanLogFrame> frames = SampleFrames.Make(7, 300, StartNs, hasOthers: ending != "trc");
        string path = Written(frames, ending);
        const string Script = "import can,sys\nfor m in can.LogReader(sys.argv[1]):\n print('%x %d %d %d %d %d %s' % (m.arbitration_id, m.is_extended_id, m.is_remote_frame, m.is_error_frame, m.is_fd, m.dlc, m.data.hex()))\n";
        string[] lines = Run(Python("can", "Install it (Debian: python3-can)"), "-c", Script, path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual(frames.Count, lines.Length);
        for (int index = 0; index < frames.Count; index++)
        {
            CanLogFrame frame = frames[index];
            if ((frame.Flags & CanFrameFlags.Error) != 0)
            {
                continue;
            }

            bool isRemote = (frame.Flags & CanFrameFlags.Remote) != 0;
            string expected = string.Create(
                CultureInfo.InvariantCulture,
                $"{frame.Id:x} {(frame.IsExtended ? 1 : 0)} {(isRemote ? 1 : 0)} 0 {((frame.Flags & CanFrameFlags.Fd) != 0 ? 1 : 0)} {frame.Length} {(isRemote ? "" : Convert.ToHexString(frame.ToArray()).ToLowerInvariant())}");

            // python-can shows a FD frame without payload in an ASC log as a remote request: it tells them by the length.
            if (ending == "asc" && (frame.Flags & CanFrameFlags.Fd) != 0 && frame.Length == 0)
            {
                continue;
            }

            Assert.AreEqual(expected, lines[index].TrimEnd(' ') + (lines[index].EndsWith(' ') ? " " : ""), $"frame {index}");
        }
    }

    [TestMethod]
    public void tshark_shows_the_frames_that_were_written()
    {
        List<CanLogFrame> frames = SampleFrames.Make(8, 300, StartNs);
        string path = Written(frames, "pcapng");
        string[] lines = Run(Tool("tshark"), ["-r", path, "-T", "fields", "-E", "separator=;", "-e", "frame.time_epoch", "-e", "can.id", "-e", "can.len", "-e", "can.flags.xtd", "-e", "can.flags.rtr", "-e", "frame.interface_name"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines = [.. lines.Where(line => line.Contains(';', StringComparison.Ordinal))];
        Assert.AreEqual(frames.Count, lines.Length);
        for (int index = 0; index < frames.Count; index++)
        {
            string[] fields = lines[index].Split(';');
            CanLogFrame frame = frames[index];
            Assert.AreEqual(frame.TimeNs, long.Parse(fields[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            if ((frame.Flags & CanFrameFlags.Error) != 0)
            {
                // tshark shows the classes of an error instead of an identifier.
                continue;
            }

            Assert.AreEqual(frame.Id, uint.Parse(fields[1], CultureInfo.InvariantCulture));
            Assert.AreEqual(frame.Length, int.Parse(fields[2], CultureInfo.InvariantCulture));
            Assert.AreEqual(frame.IsExtended, fields[3] is "1" or "True");
            Assert.AreEqual(frame.Interface, fields[5]);
        }
    }

    [TestMethod]
    public void log2asc_takes_what_was_written_and_its_output_is_read_the_same()
    {
        List<CanLogFrame> frames = SampleFrames.Make(9, 300, StartNs, hasOthers: false);
        string path = Written(frames, "log");
        string asc = Run(Tool("log2asc"), ["-I", path, "can0", "can1"]);
        List<CanLogFrame> read = Read(asc);
        Assert.AreEqual(frames.Count, read.Count);
        for (int index = 0; index < frames.Count; index++)
        {
            (CanLogFrame a, CanLogFrame b) = (frames[index], read[index]);
            Assert.AreEqual((a.Id, a.Length, a.Payload, a.Interface, a.IsExtended), (b.Id, b.Length, b.Payload, b.Interface, b.IsExtended), $"frame {index}");
        }
    }

    [TestMethod]
    public void asc2log_reads_the_asc_that_was_written()
    {
        List<CanLogFrame> frames = SampleFrames.Make(10, 300, StartNs, hasOthers: false);
        string path = Written(frames, "asc");
        List<CanLogFrame> read = Read(Run(Tool("asc2log"), ["-I", path]));
        Assert.AreEqual(frames.Count, read.Count);
        for (int index = 0; index < frames.Count; index++)
        {
            (CanLogFrame a, CanLogFrame b) = (frames[index], read[index]);
            Assert.AreEqual((a.Id, a.Length, a.Payload, a.IsExtended), (b.Id, b.Length, b.Payload, b.IsExtended), $"frame {index}");
        }
    }

    [TestMethod]
    public void asammdf_reads_the_mf4_that_was_written_and_what_it_writes_of_it_is_read_the_same()
    {
        List<CanLogFrame> frames = SampleFrames.Make(11, 300, StartNs);
        string path = Written(frames, "mf4");
        string again = Path.Combine(Path.GetDirectoryName(path)!, "again.mf4");
        const string Script = """
            import sys
            from asammdf import MDF
            log = MDF(sys.argv[1])
            start = round(log.header.start_time.timestamp() * 1e6) * 1000
            for number, group in enumerate(log.groups):
                kind = group.channels[1].name
                def get(field):
                    return log.get(kind + '.' + field, group=number, raw=True)
                has = {channel.name for channel in group.channels}
                id = get('ID')
                column = lambda field: get(field).samples if kind + '.' + field in has else [0] * len(id.samples)
                for row in zip(id.timestamps, id.samples, column('IDE'), column('BusChannel'), column('EDL'), column('DataLength'), column('DataBytes')):
                    data = '' if kind == 'CAN_RemoteFrame' else bytes(row[6]).hex()[:2 * int(row[5])]
                    print('FRAME', kind[4], start + round(row[0] * 1e9), *(int(field) for field in row[1:5]), '#' + data)
            log.save(sys.argv[2], compression=2, overwrite=True)
            """;
        string[] lines = [.. Run(Python("asammdf", "Install it (pip install asammdf), or name a checkout by PYTHONPATH"), "-c", Script, path, again).Split('\n').Where(line => line.StartsWith("FRAME ", StringComparison.Ordinal))];
        List<string> expected = frames.ConvertAll(frame => string.Create(
            CultureInfo.InvariantCulture,
            $"FRAME {KindOf(frame)} {frame.TimeNs} {frame.Id} {(frame.IsExtended ? 1 : 0)} {int.Parse(frame.Interface.AsSpan(3), CultureInfo.InvariantCulture) + 1} {((frame.Flags & CanFrameFlags.Fd) != 0 ? 1 : 0)} #{(KindOf(frame) == 'R' ? "" : Convert.ToHexString(frame.ToArray()).ToLowerInvariant())}"));
        CollectionAssert.AreEquivalent(expected, lines);
        CollectionAssert.AreEqual(ReadFile(path), ReadFile(again));
    }

    private static char KindOf(CanLogFrame frame) => (frame.Flags & CanFrameFlags.Error) != 0 ? 'E' : (frame.Flags & CanFrameFlags.Remote) != 0 ? 'R' : 'D';

    private static string Written(List<CanLogFrame> frames, string ending)
    {
        string path = Path.Combine(TestData.NewFolder(), "frames." + ending);
        using CanLogWriter writer = CanLogWriter.Create(path, CanLogWriter.FormatOfName(path)!.Value);
        frames.ForEach(frame => writer.Write(frame));
        writer.Complete();
        return path;
    }
}
