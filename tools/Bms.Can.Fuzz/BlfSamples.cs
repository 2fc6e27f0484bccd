using System.IO.Compression;

namespace Bms.Can.Fuzz;

/// <summary>Builds small BLF logs with objects that the library reads but does not write, by the description of the format.</summary>
public static class BlfSamples
{
    /// <summary>Eight objects: CAN_MESSAGE in units of 10 us, CAN_MESSAGE2, CAN_FD_MESSAGE_64 of 12 bytes and of a classic frame, CAN_ERROR, CAN_FD_ERROR_64, an object of another kind, CAN_MESSAGE with a remote request.</summary>
    /// <param name="isPacked">True packs the container with zlib.</param>
    /// <param name="hasContainer">False lets the objects stand free.</param>
    public static byte[] Build(bool isPacked, bool hasContainer = true)
    {
        var objects = new ByteBuilder();
        Add(objects, 1, 1, 100, new ByteBuilder().U16(1).U8(0).U8(2).U32(0x123).Bytes(0xDE, 0xAD, 0, 0, 0, 0, 0, 0));
        Add(objects, 86, 2, 2_000_000, new ByteBuilder().U16(2).U8(1).U8(3).U32(0x8000_0456).Bytes(1, 2, 3, 0, 0, 0, 0, 0).U32(0).U32(0));
        Add(objects, 101, 2, 3_000_000, new ByteBuilder().U8(1).U8(9).U8(12).U8(0).U32(0x7FF).U32(0).U32(0x3000).Zeros(16).U16(0).U8(1).U8(0).U32(0).Bytes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        Add(objects, 101, 2, 4_000_000, new ByteBuilder().U8(1).U8(2).U8(2).U8(0).U32(0x321).U32(0).U32(0).Zeros(16).U16(0).U8(0).U8(0).U32(0).Bytes(0xAA, 0xBB));
        Add(objects, 2, 2, 5_000_000, new ByteBuilder().U16(1).U16(0).U32(0));
        Add(objects, 104, 2, 6_000_000, new ByteBuilder().U8(2).Zeros(43));
        Add(objects, 5, 2, 7_000_000, new ByteBuilder().Zeros(16));
        Add(objects, 1, 2, 8_000_000, new ByteBuilder().U16(1).U8(0x80).U8(4).U32(0x222).Zeros(8));

        var file = new ByteBuilder();
        file.Text("LOGG").U32(144).Bytes(5, 10, 0, 0, 2, 6, 8, 1).U64(0).U64(0).U32(8).U32(8)
            .U16(2021).U16(3).U16(1).U16(15).U16(12).U16(30).U16(45).U16(500).Zeros(16).Zeros(72);
        byte[] content = objects.ToArray();
        if (!hasContainer)
        {
            return file.Bytes(content).ToArray();
        }

        // Cut in two, so that an object runs on from one container to the next.
        foreach (byte[] part in (byte[][])[content[..70], content[70..]])
        {
            byte[] packed = isPacked ? Pack(part) : part;
            file.Text("LOBJ").U16(16).U16(1).U32(32 + packed.Length).U32(10).U16(isPacked ? 2 : 0).Zeros(6).U32(part.Length).Zeros(4).Bytes(packed).Zeros(packed.Length % 4);
        }

        return file.ToArray();
    }

    private static void Add(ByteBuilder objects, int type, int timeFlags, long time, ByteBuilder body)
        => objects.Text("LOBJ").U16(32).U16(1).U32(32 + body.Length).U32(type).U32(timeFlags).U16(0).U16(0).U64(time).Bytes(body.ToArray()).Zeros((32 + body.Length) % 4);

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }
}
