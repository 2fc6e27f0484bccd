using Bms.Can.Fuzz;
using Bms.Can.Log;
using CsCheck;
using static Bms.Can.Tests.Formats.FormatReading;

namespace Bms.Can.Tests.Formats;

/// <summary>Any frames, through every writer and back: the same frames within what the format can hold, which each test states.</summary>
[TestClass]
public class RoundTripTests
{
    private const long StartNs = 1_700_000_000_123_456_789;

    private static readonly Gen<CanLogFrame[]> Frames =
        Gen.Select(Gen.UInt, Gen.Bool, Gen.Int[0, 9], Gen.Byte.Array[64], Gen.Int[0, 15], Gen.Int[0, 2], Gen.Long[1, 5_000_000_000], Gen.Int[0, 7]).Array[0, 60].Select(parts =>
        {
            var frames = new CanLogFrame[parts.Length];
            long timeNs = StartNs;
            for (int index = 0; index < parts.Length; index++)
            {
                (uint id, bool isExtended, int kind, byte[] data, int code, int bus, long stepNs, int marks) = parts[index];
                frames[index] = Frame(timeNs, $"can{bus}", id, isExtended, kind, data, code, marks);
                timeNs += stepNs;
            }

            return frames;
        });

    [TestMethod]
    [DataRow(CanLogFormat.Candump, 1000L)]
    [DataRow(CanLogFormat.Asc, 1000L)]
    [DataRow(CanLogFormat.Blf, 1L)]
    [DataRow(CanLogFormat.Trc, 1000L)]
    [DataRow(CanLogFormat.Mdf4, 1L)]
    [DataRow(CanLogFormat.Pcapng, 1L)]
    [DataRow(CanLogFormat.Gvret, 1000L)]
    public void what_is_written_reads_back_the_same_within_the_resolution(CanLogFormat format, long resolutionNs)
    {
        Frames.Sample(
            frames =>
            {
                var options = new CanLogWriteOptions { SkipWhatDoesNotFit = true };
                List<CanLogFrame> read = Read(SampleFrames.Write(frames, format, options), out CanLogReader reader, new CanLogReadOptions { Format = format });
                CanLogFrame[] expected = [.. frames.Where(frame => Fits(format, frame)).Select(frame => Expected(format, frame))];
                if (expected.Length != read.Count)
                {
                    return false;
                }

                for (int index = 0; index < expected.Length; index++)
                {
                    long errorNs = Math.Abs(expected[index].TimeNs - read[index].TimeNs);
                    if (errorNs >= resolutionNs || expected[index] != At(read[index], expected[index].TimeNs))
                    {
                        return false;
                    }
                }

                return frames.Length == 0 || read.Count == 0 || reader.HasAbsoluteTime;
            },
            iter: 150,
            seed: "0N0XIzNsQ0O2");
    }

    [TestMethod]
    [DataRow("1.1", 100_000L)]
    [DataRow("1.3", 1000L)]
    public void older_pcan_traces_hold_the_classic_frames(string version, long resolutionNs)
    {
        List<CanLogFrame> frames = SampleFrames.Make(5, 200, StartNs);
        byte[] bytes = SampleFrames.Write(frames, CanLogFormat.Trc, new CanLogWriteOptions { Version = version, SkipWhatDoesNotFit = true });
        List<CanLogFrame> read = Read(bytes, out CanLogReader reader);
        Assert.AreEqual("PCAN trace " + version, reader.FormatText);
        string first = frames[0].Interface;
        List<CanLogFrame> expected = [.. frames.Where(frame => (frame.Flags & CanFrameFlags.Fd) == 0 && (version == "1.3" || frame.Interface == first)).Select(frame => Expected(CanLogFormat.Trc, frame))];
        Assert.AreEqual(expected.Count, read.Count);
        for (int index = 0; index < read.Count; index++)
        {
            Assert.IsLessThan(resolutionNs, Math.Abs(expected[index].TimeNs - read[index].TimeNs));
            CanLogFrame same = At(read[index], expected[index].TimeNs);
            Assert.AreEqual(expected[index], version == "1.1" ? new CanLogFrame(same.TimeNs, first, same.Id, same.Flags, same.Length, same.Payload) : same);
        }
    }

    [TestMethod]
    [DataRow(CanLogFormat.Asc)]
    [DataRow(CanLogFormat.Blf)]
    [DataRow(CanLogFormat.Trc)]
    [DataRow(CanLogFormat.Mdf4)]
    public void times_without_a_date_stay_without_one(CanLogFormat format)
    {
        List<CanLogFrame> frames = SampleFrames.Make(3, 50, 5_000_000);
        List<CanLogFrame> read = Read(SampleFrames.Write(frames, format, new CanLogWriteOptions { HasAbsoluteTime = false }), out CanLogReader reader);
        Assert.IsFalse(reader.HasAbsoluteTime);
        CollectionAssert.AreEqual(frames.ConvertAll(frame => frame.TimeNs), read.ConvertAll(frame => frame.TimeNs));
    }

    [TestMethod]
    [DataRow(CanLogFormat.Blf)]
    [DataRow(CanLogFormat.Mdf4)]
    public void unpacked_logs_hold_the_same_as_packed_ones(CanLogFormat format)
    {
        List<CanLogFrame> frames = SampleFrames.Make(4, 30_000, StartNs);
        byte[] packed = SampleFrames.Write(frames, format, new CanLogWriteOptions());
        byte[] plain = SampleFrames.Write(frames, format, new CanLogWriteOptions { Compress = false });
        Assert.IsLessThan(plain.Length, packed.Length);
        CollectionAssert.AreEqual(Read(packed, out _), Read(plain, out _));
        CollectionAssert.AreEqual(frames, Read(plain, out _));
    }

    [TestMethod]
    [DataRow(CanLogFormat.Candump)]
    [DataRow(CanLogFormat.Asc)]
    [DataRow(CanLogFormat.Blf)]
    [DataRow(CanLogFormat.Trc)]
    [DataRow(CanLogFormat.Mdf4)]
    [DataRow(CanLogFormat.Pcapng)]
    [DataRow(CanLogFormat.Gvret)]
    public void a_log_without_frames_is_a_log(CanLogFormat format)
    {
        Assert.AreEqual(0, Read(SampleFrames.Write([], format, new CanLogWriteOptions()), out CanLogReader reader).Count);
        Assert.AreEqual(format, reader.Format);
    }

    [TestMethod]
    public void a_frame_that_does_not_fit_stops_or_is_counted()
    {
        var remote = new CanLogFrame(0, "can0", 1, CanFrameFlags.Remote, 1, 0);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => SampleFrames.Write([remote], CanLogFormat.Gvret, new CanLogWriteOptions())).Message, "remote request");
        using CanLogWriter writer = CanLogWriter.Create(new MemoryStream(), "test", CanLogFormat.Gvret, new CanLogWriteOptions { SkipWhatDoesNotFit = true });
        writer.Write(remote);
        Assert.AreEqual((0L, 1L), (writer.FrameCount, writer.SkippedFrames));
        Assert.ThrowsExactly<NotSupportedException>(() => CanLogWriter.Create(new MemoryStream(), "test", CanLogFormat.Crtd));
        Assert.ThrowsExactly<NotSupportedException>(() => CanLogWriter.Create(new MemoryStream(), "test", CanLogFormat.Trc, new CanLogWriteOptions { Version = "9" }));
    }

    [TestMethod]
    public void a_written_file_is_there_only_when_it_is_complete()
    {
        string folder = TestData.NewFolder();
        foreach (string name in new[] { "a.log.gz", "a.log.zst", "a.asc", "a.blf", "a.trc", "a.csv", "a.mf4", "a.pcapng" })
        {
            string path = Path.Combine(folder, name);
            List<CanLogFrame> frames = SampleFrames.Make(6, 100, StartNs - StartNs % 1_000_000, hasOthers: false);
            using (CanLogWriter writer = CanLogWriter.Create(path, CanLogWriter.FormatOfName(path)!.Value))
            {
                writer.Write(frames[0]);
            }

            Assert.AreEqual(0, Directory.GetFiles(folder).Length, name);
            using (CanLogWriter writer = CanLogWriter.Create(path, CanLogWriter.FormatOfName(path)!.Value))
            {
                frames.ForEach(frame => writer.Write(frame));
                writer.Complete();
            }

            CollectionAssert.AreEqual(frames, ReadFile(path), name);
            File.Delete(path);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static CanLogFrame Frame(long timeNs, string bus, uint id, bool isExtended, int kind, byte[] data, int code, int marks)
    {
        CanFrameFlags flags = (isExtended ? CanFrameFlags.Extended : 0) | ((marks & 1) != 0 ? CanFrameFlags.Transmitted : 0);
        id &= isExtended ? 0x1FFF_FFFFu : 0x7FFu;
        int[] lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];
        return kind switch
        {
            0 => new CanLogFrame(timeNs, bus, id, flags | CanFrameFlags.Remote, Math.Min(code, 8), 0),
            1 => new CanLogFrame(timeNs, bus, id & 0x1FFF, CanFrameFlags.Error, data.AsSpan(0, 8)),
            2 or 3 or 4 => new CanLogFrame(
                timeNs, bus, id, flags | CanFrameFlags.Fd | ((marks & 2) != 0 ? CanFrameFlags.BitRateSwitch : 0) | ((marks & 4) != 0 ? CanFrameFlags.ErrorStateIndicator : 0), data.AsSpan(0, lengths[code])),
            _ => new CanLogFrame(timeNs, bus, id, flags, data.AsSpan(0, Math.Min(code, 8))),
        };
    }

    private static bool Fits(CanLogFormat format, CanLogFrame frame) => format != CanLogFormat.Gvret || frame.IsData;

    /// <summary>What the format keeps of a frame; times are compared apart.</summary>
    private static CanLogFrame Expected(CanLogFormat format, CanLogFrame frame)
    {
        bool isError = (frame.Flags & CanFrameFlags.Error) != 0;
        if (isError && (format is CanLogFormat.Asc or CanLogFormat.Trc))
        {
            return new CanLogFrame(frame.TimeNs, frame.Interface, 0, CanFrameFlags.Error, 0, 0);
        }

        if (format == CanLogFormat.Gvret)
        {
            CanFrameFlags kept = frame.Flags & (CanFrameFlags.Extended | CanFrameFlags.Transmitted);
            return new CanLogFrame(frame.TimeNs, frame.Interface, frame.Id, kept | (frame.Length > 8 ? CanFrameFlags.Fd : 0), frame.ToArray());
        }

        return frame;
    }

    private static CanLogFrame At(CanLogFrame frame, long timeNs)
        => frame.DataLength > 8
            ? new CanLogFrame(timeNs, frame.Interface, frame.Id, frame.Flags, frame.ToArray())
            : new CanLogFrame(timeNs, frame.Interface, frame.Id, frame.Flags, frame.Length, frame.Payload);
}
