using System.Text;
using Bms.Can.Log;

namespace Bms.Can.Tests.Formats;

/// <summary>What the tests of the formats share.</summary>
internal static class FormatReading
{
    /// <summary>Reads a text of any format to its end.</summary>
    public static List<CanLogFrame> Read(string text, CanLogReadOptions? options = null) => Read(Encoding.UTF8.GetBytes(text), out _, options);

    /// <summary>Reads a text of any format to its end.</summary>
    public static List<CanLogFrame> Read(string text, out CanLogReader reader, CanLogReadOptions? options = null) => Read(Encoding.UTF8.GetBytes(text), out reader, options);

    /// <summary>Reads a log of any format to its end.</summary>
    public static List<CanLogFrame> Read(byte[] bytes, out CanLogReader reader, CanLogReadOptions? options = null)
    {
        reader = CanLogReader.Open(new MemoryStream(bytes), "test", options);
        return ReadAll(reader);
    }

    /// <summary>Reads a file to its end.</summary>
    public static List<CanLogFrame> ReadFile(string path, CanLogReadOptions? options = null) => ReadAll(CanLogReader.Open(path, options));

    /// <summary>Reads on to the end, and closes.</summary>
    public static List<CanLogFrame> ReadAll(CanLogReader reader)
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

    /// <summary>The fault of a text.</summary>
    public static string FaultOf(string text) => Assert.ThrowsExactly<CanLogException>(() => Read(text)).Message;

    /// <summary>Reads what is whole and says how many records were skipped.</summary>
    public static int ReadLeniently(byte[] bytes, out long skipped)
    {
        int count = Read(bytes, out CanLogReader reader, new CanLogReadOptions { Lenient = true }).Count;
        skipped = reader.SkippedRecords;
        return count;
    }
}
