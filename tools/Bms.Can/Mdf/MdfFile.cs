using System.Buffers.Binary;
using Bms.Can.Log;

namespace Bms.Can.Mdf;

/// <summary>The bytes of a MDF4 file and the heads of its blocks; every offset and length is checked before it is used.</summary>
internal sealed class MdfFile(Stream stream, string name) : IDisposable
{
    private const long MostUnpacked = 1L << 29;

    private readonly HashSet<long> _data = [];
    private long _unpacked;

    /// <summary>Size of the file in bytes.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>Name for error messages.</summary>
    public string Name => name;

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Reads bytes at a place; fewer at the end of the file.</summary>
    public int ReadAt(long offset, Span<byte> bytes)
    {
        if (offset < 0 || offset >= Length)
        {
            return 0;
        }

        stream.Position = offset;
        int count = 0;
        while (count < bytes.Length)
        {
            int more = stream.Read(bytes[count..]);
            if (more == 0)
            {
                break;
            }

            count += more;
        }

        BytesRead += count;
        return count;
    }

    /// <summary>Reads a whole small block: head, links and contents.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="id">Its two letters.</param>
    /// <param name="least">Bytes it must have behind its links.</param>
    public MdfBlock ReadBlock(long offset, string id, int least)
    {
        Span<byte> head = stackalloc byte[24];
        if (offset < 64 || ReadAt(offset, head) < 24)
        {
            throw Fault(offset, $"a link to a block {id} leads out of the file");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head[8..]);
        ulong links = BinaryPrimitives.ReadUInt64LittleEndian(head[16..]);
        if (head[0] != '#' || head[1] != '#' || head[2] != id[0] || head[3] != id[1])
        {
            throw Fault(offset, $"there is no block {id} where one should be");
        }

        if (length < 24 + (ulong)least || length > 1 << 24 || links > (length - 24 - (ulong)least) / 8 || offset + (long)length > Length)
        {
            throw Fault(offset, $"the block {id} has a false length");
        }

        byte[] body = new byte[(int)length - 24];
        return ReadAt(offset + 24, body) == body.Length ? new MdfBlock(offset, body, (int)links) : throw Fault(offset, $"the file ends within the block {id}");
    }

    /// <summary>Two letters and length of the block at a place; an empty text where there is none.</summary>
    public string Peek(long offset, out long length, Span<byte> more)
    {
        Span<byte> head = stackalloc byte[72];
        int count = ReadAt(offset, head);
        length = 0;
        if (count < 24 || head[0] != '#' || head[1] != '#' || head[2] is < (byte)'A' or > (byte)'Z' || head[3] is < (byte)'A' or > (byte)'Z')
        {
            return "";
        }

        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(head[8..]);
        length = claimed > long.MaxValue / 2 ? long.MaxValue / 2 : (long)claimed;
        more.Clear();
        head[24..Math.Min(count, 24 + more.Length)].CopyTo(more);
        return string.Create(2, (head[2], head[3]), (text, letters) => (text[0], text[1]) = ((char)letters.Item1, (char)letters.Item2));
    }

    /// <summary>Claims a block of data; false where it belongs to other data already, which would repeat for ever.</summary>
    public bool Claim(long offset) => _data.Add(offset);

    /// <summary>Takes or gives back memory for unpacked data.</summary>
    public void Account(long bytes)
    {
        _unpacked += bytes;
        if (_unpacked > MostUnpacked)
        {
            throw CanLogException.Of(name, "its groups need more than 512 MB of memory at the same time", "Sort and finalise the file with blocks of at most 1 MB, for instance with asammdf");
        }
    }

    /// <summary>A fault at a place.</summary>
    public CanLogException Fault(long offset, string problem)
        => CanLogException.At(name, offset, problem, "The file is damaged or was cut off; copy it again, or read it leniently to use what is whole");

    public void Dispose() => stream.Dispose();
}

/// <summary>A block of a MDF4 file: links first, then the contents.</summary>
internal readonly struct MdfBlock(long offset, byte[] body, int links)
{
    /// <summary>Where it begins.</summary>
    public long Offset => offset;

    /// <summary>Number of links.</summary>
    public int LinkCount => links;

    /// <summary>What follows the links.</summary>
    public ReadOnlySpan<byte> Contents => body.AsSpan(links * 8);

    /// <summary>A link; 0 where it is not set or not there.</summary>
    public long Link(int index)
    {
        if (index >= links)
        {
            return 0;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(body.AsSpan(index * 8));
        return value > long.MaxValue ? long.MaxValue : (long)value;
    }
}
