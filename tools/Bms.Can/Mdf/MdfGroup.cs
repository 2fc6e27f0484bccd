using System.Buffers.Binary;
using System.Text;

namespace Bms.Can.Mdf;

/// <summary>What the records of a group are.</summary>
internal enum MdfKind
{
    /// <summary>No CAN frames.</summary>
    Other,

    /// <summary>CAN_DataFrame.</summary>
    Data,

    /// <summary>CAN_RemoteFrame.</summary>
    Remote,

    /// <summary>CAN_ErrorFrame.</summary>
    Error,

    /// <summary>Bytes of varying length that belong to records of another group.</summary>
    Variable,
}

/// <summary>A channel group: what its records look like.</summary>
internal sealed class MdfGroup
{
    private const int MostChannels = 20_000;

    private MdfGroup(long offset)
    {
        Offset = offset;
    }

    public long Offset { get; }

    public long Next { get; private init; }

    public ulong RecordId { get; private init; }

    public long Cycles { get; private init; }

    public int RecordSize { get; private init; }

    public MdfKind Kind { get; private set; }

    public MdfTime? Time { get; private set; }

    public MdfField? Bus { get; private set; }

    public MdfField? Id { get; private set; }

    public MdfField? Extended { get; private set; }

    public MdfField? Code { get; private set; }

    public MdfField? DataLength { get; private set; }

    public MdfField? Direction { get; private set; }

    public MdfField? Fd { get; private set; }

    public MdfField? RateSwitch { get; private set; }

    public MdfField? Passive { get; private set; }

    /// <summary>The payload: its bytes, or its position within other data where <see cref="IsDataElsewhere"/>.</summary>
    public MdfField? Data { get; private set; }

    /// <summary>Bytes the record has for the payload.</summary>
    public int DataRoom { get; private set; }

    /// <summary>True where the payload stands in other data, see <see cref="DataLink"/>.</summary>
    public bool IsDataElsewhere { get; private set; }

    /// <summary>Signal data, or the group of variable length, that hold the payloads.</summary>
    public long DataLink { get; private set; }

    /// <summary>True where records are frames that can be read: they have a time, and data frames and requests an identifier.</summary>
    public bool HoldsFrames => RecordSize > 0 && Time is not null && (Kind == MdfKind.Error || (Kind is MdfKind.Data or MdfKind.Remote && Id is not null));

    public static MdfGroup Read(MdfFile file, long offset, ref int channelsLeft)
    {
        MdfBlock block = file.ReadBlock(offset, "CG", 32);
        ReadOnlySpan<byte> contents = block.Contents;
        uint data = BinaryPrimitives.ReadUInt32LittleEndian(contents[24..]);
        uint invalid = BinaryPrimitives.ReadUInt32LittleEndian(contents[28..]);
        bool isVariable = (BinaryPrimitives.ReadUInt16LittleEndian(contents[16..]) & 1) != 0;
        if (!isVariable && (data > 1 << 20 || invalid > 1 << 16))
        {
            throw file.Fault(offset, $"a record claims {data + (long)invalid} bytes");
        }

        ulong cycles = BinaryPrimitives.ReadUInt64LittleEndian(contents[8..]);
        var group = new MdfGroup(offset)
        {
            Next = block.Link(0),
            RecordId = BinaryPrimitives.ReadUInt64LittleEndian(contents),
            Cycles = cycles > long.MaxValue ? long.MaxValue : (long)cycles,
            RecordSize = isVariable ? 0 : (int)(data + invalid),
            Kind = isVariable ? MdfKind.Variable : MdfKind.Other,
        };
        if (!isVariable)
        {
            group.ReadChannels(file, block.Link(1), (int)data, 0, ref channelsLeft);
            group.Kind = group.HoldsFrames ? group.Kind : MdfKind.Other;
        }

        return group;
    }

    private void ReadChannels(MdfFile file, long link, int dataSize, int depth, ref int channelsLeft)
    {
        var seen = new HashSet<long>();
        while (link != 0)
        {
            if (!seen.Add(link) || --channelsLeft < 0)
            {
                throw file.Fault(link, channelsLeft < 0 ? $"the file has more than {MostChannels} channels" : "the list of channels runs in a circle");
            }

            MdfBlock block = file.ReadBlock(link, "CN", 24);
            TakeChannel(file, block, dataSize);
            long composition = block.Link(1);
            if (composition != 0 && depth < 4 && file.Peek(composition, out _, default) == "CN")
            {
                ReadChannels(file, composition, dataSize, depth + 1, ref channelsLeft);
            }

            link = block.Link(0);
        }
    }

    private void TakeChannel(MdfFile file, in MdfBlock block, int dataSize)
    {
        ReadOnlySpan<byte> contents = block.Contents;
        int type = contents[0];
        int dataType = contents[2];
        int bitOffset = contents[3];
        uint byteOffset = BinaryPrimitives.ReadUInt32LittleEndian(contents[4..]);
        uint bitCount = BinaryPrimitives.ReadUInt32LittleEndian(contents[8..]);
        bool isMaster = type is 2 or 3 && contents[1] == 1;
        string name = isMaster ? "" : TextOf(file, block.Link(2));
        MdfKind kind = name.StartsWith("CAN_DataFrame", StringComparison.Ordinal) ? MdfKind.Data
            : name.StartsWith("CAN_RemoteFrame", StringComparison.Ordinal) ? MdfKind.Remote
            : name.StartsWith("CAN_ErrorFrame", StringComparison.Ordinal) ? MdfKind.Error
            : MdfKind.Other;
        if (kind != MdfKind.Other && Kind == MdfKind.Other)
        {
            Kind = kind;
        }

        int dot = name.LastIndexOf('.');
        string part = dot >= 0 ? name[(dot + 1)..] : "";
        if (!isMaster && (kind == MdfKind.Other || part.Length == 0))
        {
            return;
        }

        bool isVirtual = type is 3 or 6;
        if (!isVirtual && (bitOffset > 7 || byteOffset > dataSize || bitCount is 0 or > 1 << 23 || byteOffset + (bitOffset + bitCount + 7) / 8 > dataSize))
        {
            throw file.Fault(block.Offset, "a channel lies outside of its record");
        }

        bool isNumber = dataType <= 5 && bitCount <= 64 && (dataType < 4 || (bitCount is 32 or 64 && bitOffset == 0)) && !((dataType & 1) != 0 && bitOffset + bitCount > 64);
        MdfField? field = isVirtual ? null : isNumber || (part == "DataBytes" && type != 1) ? new MdfField((int)byteOffset, bitOffset, (int)bitCount, dataType) : null;
        if (isMaster)
        {
            if (field is null && !isVirtual)
            {
                throw file.Fault(block.Offset, "the time channel is no number");
            }

            (double factor, double offset) = Conversion(file, block.Link(4));
            Time = new MdfTime(field, factor, offset);
            return;
        }

        switch (part)
        {
            case "BusChannel":
                Bus = field;
                break;
            case "ID":
                Id = field;
                break;
            case "IDE":
                Extended = field;
                break;
            case "DLC":
                Code = field;
                break;
            case "DataLength":
                DataLength = field;
                break;
            case "Dir":
                Direction = field;
                break;
            case "EDL":
                Fd = field;
                break;
            case "BRS":
                RateSwitch = field;
                break;
            case "ESI":
                Passive = field;
                break;
            case "DataBytes":
                // A payload elsewhere is of bytes, but what stands in the record is a whole number.
                Data = type == 1 ? new MdfField((int)byteOffset, bitOffset, (int)bitCount, 0) : field;
                IsDataElsewhere = type == 1;
                DataLink = block.Link(5);
                DataRoom = type == 1 ? 0 : (int)(bitCount / 8);
                if (type == 1 && bitOffset + bitCount > 64)
                {
                    throw file.Fault(block.Offset, "the position of the payloads has more than 64 bits");
                }

                break;
        }
    }

    /// <summary>Factor and offset of a linear conversion.</summary>
    private static (double Factor, double Offset) Conversion(MdfFile file, long link)
    {
        if (link == 0)
        {
            return (1, 0);
        }

        MdfBlock block = file.ReadBlock(link, "CC", 24);
        ReadOnlySpan<byte> contents = block.Contents;
        if (contents[0] == 0)
        {
            return (1, 0);
        }

        if (contents.Length < 40 || contents[0] != 1)
        {
            throw file.Fault(link, "the time channel has a conversion that is not linear");
        }

        double offset = BinaryPrimitives.ReadDoubleLittleEndian(contents[24..]);
        double factor = BinaryPrimitives.ReadDoubleLittleEndian(contents[32..]);
        return double.IsFinite(offset) && double.IsFinite(factor) ? (factor, offset) : throw file.Fault(link, "the time channel has a conversion that is not finite");
    }

    private static string TextOf(MdfFile file, long link)
    {
        if (link == 0)
        {
            return "";
        }

        Span<byte> text = stackalloc byte[48];
        return file.Peek(link, out _, text) == "TX" ? Encoding.UTF8.GetString(text[..(text.IndexOf((byte)0) is var end && end >= 0 ? end : text.Length)]) : "";
    }
}
