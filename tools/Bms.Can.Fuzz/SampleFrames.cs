using Bms.Can.Log;

namespace Bms.Can.Fuzz;

/// <summary>Frames of every kind, from a seed.</summary>
public static class SampleFrames
{
    private static readonly int[] FdLengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];

    /// <summary>Makes frames with rising times in whole us.</summary>
    /// <param name="seed">Same seed, same frames.</param>
    /// <param name="count">How many.</param>
    /// <param name="startNs">Time of the first, in ns.</param>
    /// <param name="hasOthers">True mixes FD frames, remote requests and error reports in; false gives classic data frames alone.</param>
    public static List<CanLogFrame> Make(int seed, int count, long startNs, bool hasOthers = true)
    {
        var random = new Random(seed);
        var frames = new List<CanLogFrame>(count);
        long timeNs = startNs;
        byte[] data = new byte[64];
        for (int index = 0; index < count; index++)
        {
            random.NextBytes(data);
            bool isExtended = random.Next(2) == 0;
            uint id = (uint)random.Next(isExtended ? 0x2000_0000 : 0x800);
            CanFrameFlags flags = (isExtended ? CanFrameFlags.Extended : 0) | (random.Next(3) == 0 ? CanFrameFlags.Transmitted : 0);
            string bus = random.Next(2) == 0 ? "can0" : "can1";
            int kind = hasOthers ? random.Next(8) : 7;
            frames.Add(kind switch
            {
                0 => new CanLogFrame(timeNs, bus, id, flags | CanFrameFlags.Remote, random.Next(9), 0),
                1 => new CanLogFrame(timeNs, bus, id & 0x1FF, CanFrameFlags.Error, data.AsSpan(0, 8)),
                2 or 3 => new CanLogFrame(
                    timeNs,
                    bus,
                    id,
                    flags | CanFrameFlags.Fd | (random.Next(2) == 0 ? CanFrameFlags.BitRateSwitch : 0) | (random.Next(4) == 0 ? CanFrameFlags.ErrorStateIndicator : 0),
                    data.AsSpan(0, FdLengths[random.Next(FdLengths.Length)])),
                _ => new CanLogFrame(timeNs, bus, id, flags, data.AsSpan(0, random.Next(9))),
            });
            timeNs += random.Next(1, 20_000) * 1000L;
        }

        return frames;
    }

    /// <summary>Writes frames in a format that can be written.</summary>
    public static byte[] Write(IEnumerable<CanLogFrame> frames, CanLogFormat format, CanLogWriteOptions options)
    {
        using var output = new MemoryStream();
        using CanLogWriter writer = CanLogWriter.Create(output, "sample", format, options);
        foreach (CanLogFrame frame in frames)
        {
            writer.Write(frame);
        }

        writer.Complete();
        return output.ToArray();
    }
}
