using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Fuzz;

/// <summary>Runs one input through a reader and judges what comes out.</summary>
public static class FuzzTarget
{
    // An input is 64 KB at most and unpacks to 64 MB at most; anything beyond these is a hang or a leak.
    private const double MostSeconds = 20;
    private const long MostAllocated = 1L << 30;
    private const long MostFrames = 20_000_000;

    /// <summary>Reads an input strictly and leniently, or a DBC text both ways.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="input">The input.</param>
    /// <returns>What went wrong, or null.</returns>
    public static string? Run(string target, byte[] input) => Run(target, input, out _);

    /// <summary>Reads an input strictly and leniently, or a DBC text both ways.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="input">The input.</param>
    /// <param name="found">Frames of the lenient run, or messages of a DBC text: an input that gives none is hardly worth mutating further.</param>
    /// <returns>What went wrong, or null.</returns>
    public static string? Run(string target, byte[] input, out long found)
    {
        found = 0;
        foreach (bool lenient in (bool[])[false, true])
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();

            // Time of the processor: on a machine with other work the clock would find hangs that are none.
            TimeSpan began = Environment.CpuUsage.TotalTime;
            string? problem;
            try
            {
                problem = target == "dbc" ? Parse(input, lenient, out found) : Read(target, input, lenient, out found);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                return $"{(lenient ? "lenient" : "strict")}: {fault}";
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            double seconds = (Environment.CpuUsage.TotalTime - began).TotalSeconds;
            problem ??= allocated > MostAllocated ? $"allocated {allocated} bytes" : seconds > MostSeconds ? $"took {seconds:F1} s" : null;
            if (problem is not null)
            {
                return $"{(lenient ? "lenient" : "strict")}: {problem}";
            }
        }

        return null;
    }

    private static string? Read(string target, byte[] input, bool lenient, out long found)
    {
        found = 0;
        CanLogFormat? format = Enum.TryParse(target, ignoreCase: true, out CanLogFormat named) ? named : null;
        var block = new CanFrameBlock(256);
        try
        {
            using CanLogReader reader = CanLogReader.Open(new MemoryStream(input), "input", new CanLogReadOptions { Lenient = lenient, Format = format });
            while (reader.Read(block))
            {
                for (int index = 0; index < block.Count; index++)
                {
                    if (Judge(reader, block, index) is { } problem)
                    {
                        return problem;
                    }
                }

                found = reader.FrameCount;
                if (found > MostFrames)
                {
                    return "gives more than 20 million frames";
                }
            }
        }
        catch (CanLogException fault)
        {
            // A good message names file and place, and what to do, in one line.
            return fault.Message.Contains('\n') || !fault.Message.StartsWith("input", StringComparison.Ordinal) ? "the message is not one line: " + fault.Message : null;
        }

        return null;
    }

    private static string? Judge(CanLogReader reader, CanFrameBlock block, int index)
    {
        CanFrameFlags flags = block.Flags[index];
        int length = block.Length[index];
        bool isFd = (flags & CanFrameFlags.Fd) != 0;
        bool isWide = (flags & (CanFrameFlags.Extended | CanFrameFlags.Error)) != 0;
        if (length > (isFd ? 64 : 8))
        {
            return $"frame of {length} bytes with flags {flags}";
        }

        if (block.Id[index] > (isWide ? 0x1FFF_FFFFu : 0x7FFu))
        {
            return $"identifier {block.Id[index]:X} with flags {flags}";
        }

        if (block.Channel[index] >= reader.Channels.Count)
        {
            return $"channel {block.Channel[index]} of {reader.Channels.Count}";
        }

        if (length < 8 && (flags & CanFrameFlags.Remote) == 0 && block.Payload[index] >> (8 * length) != 0)
        {
            return "bytes behind the payload are not zero";
        }

        return block.Data(index).Length == ((flags & CanFrameFlags.Remote) != 0 ? 0 : length) ? null : "the payload has another length than the frame";
    }

    private static string? Parse(byte[] input, bool lenient, out long found)
    {
        found = 0;
        try
        {
            found = DbcDatabase.Parse(Encoding.Latin1.GetString(input), "input", lenient).Messages.Count;
            return null;
        }
        catch (DbcException fault)
        {
            return fault.Message.Contains('\n') ? "the message is not one line: " + fault.Message : null;
        }
    }
}
