using System.IO.Compression;
using Bms.Can.Fuzz;
using Bms.Can.Log;
using static Bms.Can.Tests.Formats.FormatReading;

namespace Bms.Can.Tests.Formats;

[TestClass]
public class BinaryFormatTests
{
    [TestMethod]
    [DataRow(true, true)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public void blf_objects_of_every_kind_are_read_from_packed_plain_and_no_containers(bool isPacked, bool hasContainer)
    {
        List<CanLogFrame> frames = Read(BlfSamples.Build(isPacked, hasContainer), out CanLogReader reader);
        long startNs = new DateTimeOffset(2021, 3, 15, 12, 30, 45, 500, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;
        Assert.AreEqual((CanLogFormat.Blf, true, startNs), (reader.Format, reader.HasAbsoluteTime, reader.StartNs));
        CollectionAssert.AreEqual(
            new[]
            {
                new CanLogFrame(startNs + 1_000_000, "can0", 0x123, CanFrameFlags.None, [0xDE, 0xAD]),
                new CanLogFrame(startNs + 2_000_000, "can1", 0x456, CanFrameFlags.Extended | CanFrameFlags.Transmitted, [1, 2, 3]),
                new CanLogFrame(startNs + 3_000_000, "can0", 0x7FF, CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch | CanFrameFlags.Transmitted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
                new CanLogFrame(startNs + 4_000_000, "can0", 0x321, CanFrameFlags.None, [0xAA, 0xBB]),
                new CanLogFrame(startNs + 5_000_000, "can0", 0, CanFrameFlags.Error, []),
                new CanLogFrame(startNs + 6_000_000, "can1", 0, CanFrameFlags.Error, []),
                new CanLogFrame(startNs + 8_000_000, "can0", 0x222, CanFrameFlags.Remote, 4, 0),
            },
            frames);
    }

    [TestMethod]
    public void a_blf_log_cut_anywhere_gives_its_whole_objects_and_names_the_place()
    {
        byte[] whole = BlfSamples.Build(isPacked: false);
        int secondContainer = 144 + 32 + 70;
        for (int length = 145; length < whole.Length - 3; length += 1 + length % 3)
        {
            byte[] cut = whole[..length];
            if (length - secondContainer is >= 0 and <= 2)
            {
                // Nothing but the size in the head tells that a container is missing.
                BitConverter.TryWriteBytes(cut.AsSpan(16), (long)whole.Length);
            }

            StringAssert.StartsWith(Assert.ThrowsExactly<CanLogException>(() => Read(cut, out _), $"cut at {length}").Message, "test(byte ");
            ReadLeniently(cut, out long skipped);
            Assert.IsGreaterThan(0, skipped);
        }
    }

    [TestMethod]
    public void damage_in_a_blf_log_costs_the_object_that_has_it()
    {
        byte[] bytes = BlfSamples.Build(isPacked: false, hasContainer: false);
        int second = 144 + 48;
        bytes[second] = (byte)'X';
        Assert.AreEqual(6, ReadLeniently(bytes, out long skipped));
        Assert.AreEqual(1, skipped);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void pcap_captures_of_socketcan_are_read_in_us_and_ns(bool isNano)
    {
        List<CanLogFrame> frames = Read(PcapSamples.SocketCan(isNano), out CanLogReader reader);
        Assert.AreEqual((CanLogFormat.Pcap, true), (reader.Format, reader.HasAbsoluteTime));
        long unit = isNano ? 1 : 1000;
        CollectionAssert.AreEqual(
            new[]
            {
                new CanLogFrame(1_700_000_000_000_000_000 + 123_456 * unit, "can0", 0x123, CanFrameFlags.None, [0xDE, 0xAD]),
                new CanLogFrame(1_700_000_000_000_000_000 + 123_457 * unit, "can0", 0x12345678, CanFrameFlags.Extended | CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
                new CanLogFrame(1_700_000_001_000_000_000, "can0", 0x321, CanFrameFlags.Remote, 8, 0),
            },
            frames);
    }

    [TestMethod]
    public void can_frames_are_found_in_cooked_captures_and_other_packets_passed_over()
    {
        CanLogFrame frame = Read(PcapSamples.Cooked(), out CanLogReader reader).Single();
        Assert.AreEqual((0x123u, CanFrameFlags.Transmitted, 0x55UL), (frame.Id, frame.Flags, frame.Payload));
        StringAssert.Contains(reader.Notes.Single(), "passed over");
    }

    [TestMethod]
    public void a_capture_of_another_link_type_says_so()
    {
        byte[] bytes = PcapSamples.SocketCan();
        bytes[20] = 1;
        StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read(bytes, out _)).Message, "link type 1");
    }

    [TestMethod]
    [DataRow(true, false, false, false)]
    [DataRow(true, true, false, false)]
    [DataRow(true, true, true, false)]
    [DataRow(true, false, false, true)]
    [DataRow(true, true, true, true)]
    [DataRow(false, false, false, false)]
    public void mdf4_logs_give_their_frames_in_order_of_time_however_they_are_stored(bool isUnsorted, bool isVariable, bool isBehind, bool isUnfinalised)
    {
        byte[] bytes = MdfSamples.Build(50, new MdfSampleOptions { IsUnsorted = isUnsorted, IsVariable = isVariable, IsVariableBehind = isBehind, IsUnfinalised = isUnfinalised });
        List<CanLogFrame> frames = Read(bytes, out CanLogReader reader);
        Assert.AreEqual((CanLogFormat.Mdf4, 50, 1_700_000_000_000_000_000L), (reader.Format, frames.Count, reader.StartNs));
        for (int index = 0; index < frames.Count; index++)
        {
            byte[] payload = new byte[index % 9];
            Array.Fill(payload, (byte)index);
            CanFrameFlags flags = (index % 2 == 0 ? 0 : CanFrameFlags.Extended) | (index % 4 == 0 ? CanFrameFlags.Transmitted : 0);
            Assert.AreEqual(new CanLogFrame(1_700_000_000_000_000_000 + index * 1_000_000L, $"can{index % 2}", (uint)(0x100 + index % 3), flags, payload), frames[index]);
        }

        Assert.AreEqual(isUnfinalised, reader.Notes.Any(note => note.Contains("not finalised", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void an_unfinalised_mdf4_log_cut_in_a_record_gives_all_before_it_and_says_so()
    {
        byte[] bytes = MdfSamples.Build(50, new MdfSampleOptions { IsUnfinalised = true, CutBytes = 5 });
        Assert.AreEqual(49, Read(bytes, out CanLogReader reader).Count);
        Assert.IsTrue(reader.Notes.Any(note => note.Contains("last record is not whole", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void a_finalised_mdf4_log_cut_off_is_a_fault_after_its_frames()
    {
        byte[] bytes = MdfSamples.Build(50, new MdfSampleOptions { CutBytes = 5 });
        StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read(bytes, out _)).Message, "the file ends within its data");
        Assert.AreEqual(49, ReadLeniently(bytes, out long skipped));
        Assert.AreEqual(1, skipped);
    }

    [TestMethod]
    public void an_mdf4_log_through_a_pipe_or_packed_is_read_too()
    {
        byte[] bytes = MdfSamples.Build(50, new MdfSampleOptions());
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        Assert.AreEqual(50, Read(packed.ToArray(), out _).Count);
        using var pipe = new GZipStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        Assert.AreEqual(50, ReadAll(CanLogReader.Open(pipe, "pipe")).Count);
    }

    [TestMethod]
    public void mdf_version_3_is_told_from_4()
    {
        byte[] bytes = MdfSamples.Build(1, new MdfSampleOptions());
        bytes[28] = 0x4A;
        bytes[29] = 1;
        StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read(bytes, out _)).Message, "MDF version 3.30");
    }

    [TestMethod]
    public void zstandard_and_gzip_are_told_by_their_content_and_their_damage_is_named()
    {
        foreach (byte[] sample in Corpus.Of("packed"))
        {
            Assert.AreEqual(30, Read(sample, out _).Count);
            StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read(sample[..(sample.Length / 2)], out _)).Message, "the compressed file is damaged or cut off");
            StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read(sample[..12], out _)).Message, "damaged or cut off");
        }
    }

    [TestMethod]
    public void a_gzip_file_cut_anywhere_is_told_and_one_of_several_members_is_whole()
    {
        byte[] one = Corpus.Of("packed")[0];
        byte[] two = [.. one, .. one];
        Assert.AreEqual(60, Read(two, out _).Count);
        using var slow = new OneByteStream(two);
        Assert.AreEqual(60, ReadAll(CanLogReader.Open(slow, "slow")).Count);
        for (int length = 11; length < one.Length; length += 7)
        {
            byte[] cut = one[..length];
            StringAssert.Contains(Assert.ThrowsExactly<CanLogException>(() => Read(cut, out _), $"cut at {length}").Message, "the compressed file is damaged or cut off");
        }
    }

    /// <summary>Gives one byte at a time, as a slow pipe may.</summary>
    private sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
