namespace Bms.Can.Fuzz;

/// <summary>How a sample of MDF4 is built.</summary>
public sealed class MdfSampleOptions
{
    /// <summary>True puts all records into one run of data with numbers in front, as loggers do; false gives each identifier a group of its own.</summary>
    public bool IsUnsorted { get; init; } = true;

    /// <summary>True keeps payloads in records of varying length.</summary>
    public bool IsVariable { get; init; }

    /// <summary>True puts those records behind the frames that they belong to, false before.</summary>
    public bool IsVariableBehind { get; init; }

    /// <summary>True leaves lengths and counts open, as a logger does that loses its supply.</summary>
    public bool IsUnfinalised { get; init; }

    /// <summary>Bytes missing at the end.</summary>
    public int CutBytes { get; init; }

    /// <summary>Start in ns since 1970.</summary>
    public long StartNs { get; init; } = 1_700_000_000_000_000_000;
}

/// <summary>Builds small MDF4 bus logs by the description of the format, independent of the library's writer: frames 100, 101... with times 0, 1, 2... ms.</summary>
public static class MdfSamples
{
    /// <summary>Builds a log.</summary>
    /// <param name="count">Frames.</param>
    /// <param name="options">Its structure.</param>
    public static byte[] Build(int count, MdfSampleOptions options)
    {
        var file = new ByteBuilder();
        file.Text((options.IsUnfinalised ? "UnFinMF " : "MDF     ") + "4.11    sample  ").Zeros(4).U16(411).Zeros(30).U16(options.IsUnfinalised ? 0x25 : 0).U16(0);
        int hd = Block(file, "HD", [0, 0, 0, 0, 0, 0], new ByteBuilder().U64(options.StartNs).Zeros(24));
        if (options.IsUnsorted)
        {
            BuildUnsorted(file, hd, count, options);
        }
        else
        {
            BuildSorted(file, hd, count);
        }

        byte[] bytes = file.ToArray();
        return bytes[..(bytes.Length - options.CutBytes)];
    }

    private static void BuildUnsorted(ByteBuilder file, int hd, int count, MdfSampleOptions options)
    {
        int variable = options.IsVariable ? Block(file, "CG", [0, 0, 0, 0, 0, 0], new ByteBuilder().U64(2).U64(0).U16(1).U16(0).U32(0).U32(0).U32(0)) : 0;
        int channels = Channels(file, options.IsVariable ? variable : 0, options.IsVariable);
        int size = options.IsVariable ? 24 : 23;
        int group = Block(file, "CG", [variable, channels, 0, 0, 0, 0], Group(1, options.IsUnfinalised ? 0 : count, size));
        var data = new ByteBuilder();
        long place = 0;
        for (int index = 0; index < count; index++)
        {
            byte[] payload = Payload(index);
            var bytes = new ByteBuilder().U8(2).U32(payload.Length).Bytes(payload);
            if (options.IsVariable && !options.IsVariableBehind)
            {
                data.Bytes(bytes.ToArray());
            }

            data.U8(1).Bytes(Record(index, options.IsVariable ? null : payload, place, payload.Length));
            if (options.IsVariable && options.IsVariableBehind)
            {
                data.Bytes(bytes.ToArray());
            }

            place += 4 + payload.Length;
        }

        int dg = Block(file, "DG", [0, group, 0, 0], new ByteBuilder().U8(1).Zeros(7));
        int dt = Block(file, "DT", [], data);
        file.Patch(hd + 24, dg);
        file.Patch(dg + 24 + 16, dt);
        if (options.IsUnfinalised)
        {
            file.Patch(dt + 8, 24);
        }
    }

    /// <summary>One data group for each of three identifiers, records in order of time within each.</summary>
    private static void BuildSorted(ByteBuilder file, int hd, int count)
    {
        int next = 0;
        for (int part = 2; part >= 0; part--)
        {
            var data = new ByteBuilder();
            int records = 0;
            for (int index = part; index < count; index += 3)
            {
                byte[] payload = Payload(index);
                data.Bytes(Record(index, payload, 0, payload.Length));
                records++;
            }

            int channels = Channels(file, 0, false);
            int group = Block(file, "CG", [0, channels, 0, 0, 0, 0], Group(0, records, 23));
            int dt = Block(file, "DT", [], data);
            next = Block(file, "DG", [next, group, dt, 0], new ByteBuilder().Zeros(8));
        }

        file.Patch(hd + 24, next);
    }

    /// <summary>The payload of a frame: as many bytes as its number modulo 9, each its number.</summary>
    private static byte[] Payload(int index)
    {
        byte[] payload = new byte[index % 9];
        Array.Fill(payload, (byte)index);
        return payload;
    }

    /// <summary>Time 8 (us as a float would lose nothing: ms as seconds), identifier 4, bus 1, length 1, direction 1, payload 8 or its place 8.</summary>
    private static byte[] Record(int index, byte[]? payload, long place, int length)
    {
        var record = new ByteBuilder().F64(index / 1000.0).U32(0x100 + index % 3 + (index % 2 == 0 ? 0 : 0x8000_0000)).U8(1 + index % 2).U8(length).U8(index % 4 == 0 ? 1 : 0);
        return payload is null ? record.U64(place).U8(0).ToArray() : record.Bytes(payload).Zeros(8 - payload.Length).ToArray();
    }

    private static ByteBuilder Group(long id, long cycles, int size) => new ByteBuilder().U64(id).U64(cycles).U16(6).U16('.').U32(0).U32(size).U32(0);

    private static int Channels(ByteBuilder file, int variable, bool isVariable)
    {
        int parts = Channel(file, 0, 0, "CAN_DataFrame.DataBytes", isVariable ? 1 : 0, 0, 10, 15, 0, 64, variable);
        parts = Channel(file, parts, 0, "CAN_DataFrame.Dir", 0, 0, 0, 14, 0, 1, 0);
        parts = Channel(file, parts, 0, "CAN_DataFrame.DataLength", 0, 0, 0, 13, 0, 8, 0);
        parts = Channel(file, parts, 0, "CAN_DataFrame.BusChannel", 0, 0, 0, 12, 0, 8, 0);
        parts = Channel(file, parts, 0, "CAN_DataFrame.IDE", 0, 0, 0, 11, 7, 1, 0);
        parts = Channel(file, parts, 0, "CAN_DataFrame.ID", 0, 0, 0, 8, 0, 29, 0);
        int frame = Channel(file, 0, parts, "CAN_DataFrame", 0, 0, 10, 8, 0, 120, 0);
        return Channel(file, frame, 0, "Timestamp", 2, 1, 4, 0, 0, 64, 0);
    }

    private static int Channel(ByteBuilder file, int next, int composition, string name, int type, int sync, int dataType, int byteOffset, int bitOffset, int bits, int data)
    {
        int text = Block(file, "TX", [], new ByteBuilder().Text(name).U8(0).Align(8));
        return Block(
            file,
            "CN",
            [next, composition, text, 0, 0, data, 0, 0],
            new ByteBuilder().U8(type).U8(sync).U8(dataType).U8(bitOffset).U32(byteOffset).U32(bits).Zeros(60));
    }

    private static int Block(ByteBuilder file, string id, ReadOnlySpan<int> links, ByteBuilder contents)
    {
        file.Align(8);
        int place = file.Length;
        file.Text("##" + id).Zeros(4).U64(24 + links.Length * 8 + contents.Length).U64(links.Length);
        foreach (int link in links)
        {
            file.U64(link);
        }

        file.Bytes(contents.ToArray());
        return place;
    }
}
