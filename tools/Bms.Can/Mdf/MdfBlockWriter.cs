using System.Buffers.Binary;
using System.Text;
using Bms.Can.Io;

namespace Bms.Can.Mdf;

/// <summary>Writes blocks of a MDF4 file, each at a multiple of 8 bytes.</summary>
internal static class MdfBlockWriter
{
    /// <summary>Writes a block and gives its place.</summary>
    public static long Write(LogOutput output, string id, ReadOnlySpan<long> links, ReadOnlySpan<byte> contents)
    {
        Align(output);
        long place = output.Position;
        Span<byte> head = stackalloc byte[24];
        head.Clear();
        head[0] = head[1] = (byte)'#';
        head[2] = (byte)id[0];
        head[3] = (byte)id[1];
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], 24 + 8L * links.Length + contents.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], links.Length);
        output.Write(head);
        Span<byte> link = stackalloc byte[8];
        foreach (long value in links)
        {
            BinaryPrimitives.WriteInt64LittleEndian(link, value);
            output.Write(link);
        }

        output.Write(contents);
        return place;
    }

    /// <summary>Writes a text block.</summary>
    public static long WriteText(LogOutput output, string text, string id = "TX")
    {
        byte[] bytes = new byte[(Encoding.UTF8.GetByteCount(text) + 8) & ~7];
        Encoding.UTF8.GetBytes(text, bytes);
        return Write(output, id, [], bytes);
    }

    /// <summary>Writes a linear conversion: physical = factor * raw.</summary>
    public static long WriteLinear(LogOutput output, double factor)
    {
        Span<byte> contents = stackalloc byte[40];
        contents.Clear();
        contents[0] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(contents[6..], 2);
        BinaryPrimitives.WriteDoubleLittleEndian(contents[32..], factor);
        return Write(output, "CC", [0, 0, 0, 0], contents);
    }

    /// <summary>Writes a channel.</summary>
    public static long WriteChannel(
        LogOutput output, long next, long composition, long name, long source, long conversion, byte type, byte syncType, byte dataType, int byteOffset, int bitOffset, int bitCount, long unit = 0)
    {
        Span<byte> contents = stackalloc byte[72];
        contents.Clear();
        contents[0] = type;
        contents[1] = syncType;
        contents[2] = dataType;
        contents[3] = (byte)bitOffset;
        BinaryPrimitives.WriteInt32LittleEndian(contents[4..], byteOffset);
        BinaryPrimitives.WriteInt32LittleEndian(contents[8..], bitCount);
        return Write(output, "CN", [next, composition, name, source, conversion, 0, unit, 0], contents);
    }

    private static void Align(LogOutput output)
    {
        int rest = (int)(output.Position & 7);
        if (rest != 0)
        {
            output.Write(((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0])[rest..]);
        }
    }
}
