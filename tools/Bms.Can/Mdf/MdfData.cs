using System.Buffers.Binary;
using System.IO.Compression;

namespace Bms.Can.Mdf;

/// <summary>The data of a group or signal as one run of bytes, whatever blocks it is cut into: DT, DV, SD, RD plain, DZ packed (also transposed), in lists DL under HL.</summary>
internal sealed class MdfData : IDisposable
{
    private const int PieceSize = 1 << 16;
    private const long LargestUnpacked = 1 << 26;
    private const int MostFragments = 1 << 21;

    private readonly MdfFile _file;
    private readonly List<Fragment> _fragments = [];
    private byte[] _piece = [];
    private byte[] _unpacked = [];
    private int _unpackedIndex = -1;
    private int _unpackedLength;
    private long _pieceOffset;
    private int _pieceLength;
    private long _loads;

    /// <param name="file">The file.</param>
    /// <param name="link">The first block; 0 for no data.</param>
    /// <param name="isUnfinalised">True where the last block's length may not be set.</param>
    public MdfData(MdfFile file, long link, bool isUnfinalised)
    {
        _file = file;
        if (link != 0)
        {
            Collect(link, isUnfinalised);
        }
    }

    /// <summary>Bytes of data.</summary>
    public long Length { get; private set; }

    /// <summary>What is wrong with the data's end, or null: all bytes up to <see cref="Length"/> can be read nevertheless.</summary>
    public string? Problem { get; private set; }

    /// <summary>Copies bytes from a position; fewer at the end.</summary>
    public int ReadAt(long position, Span<byte> bytes)
    {
        int count = 0;
        while (count < bytes.Length && position + count < Length)
        {
            ReadOnlySpan<byte> piece = PieceAt(position + count);
            if (piece.IsEmpty)
            {
                break;
            }

            int part = Math.Min(piece.Length, bytes.Length - count);
            piece[..part].CopyTo(bytes[count..]);
            count += part;
        }

        return count;
    }

    /// <summary>Bytes from a position to the end of what is in memory; at least one before the end of the data.</summary>
    public ReadOnlySpan<byte> PieceAt(long position)
    {
        if (position >= _pieceOffset && position < _pieceOffset + _pieceLength)
        {
            return _piece.AsSpan((int)(position - _pieceOffset), (int)(_pieceOffset + _pieceLength - position));
        }

        if (position < 0 || position >= Length)
        {
            return default;
        }

        int index = Find(position);
        Fragment fragment = _fragments[index];
        long within = position - fragment.Start;
        if (fragment.IsPacked)
        {
            Unpack(index, fragment);
            return within < _unpackedLength
                ? _unpacked.AsSpan((int)within, _unpackedLength - (int)within)
                : throw _file.Fault(fragment.Offset, "a packed block holds less than it claims");
        }

        int size = (int)Math.Min(PieceSize, fragment.Length - within);
        if (_piece.Length < size)
        {
            _piece = new byte[Math.Min(PieceSize, Math.Max(size, (int)Math.Min(fragment.Length, PieceSize)))];
        }

        _pieceLength = _file.ReadAt(fragment.Offset + within, _piece.AsSpan(0, size));
        _pieceOffset = position;
        return _piece.AsSpan(0, _pieceLength);
    }

    public void Dispose()
    {
        _file.Account(-_unpacked.Length);
        _unpacked = [];
    }

    private void Collect(long link, bool isUnfinalised)
    {
        Span<byte> more = stackalloc byte[48];
        string id = _file.Peek(link, out long length, more);
        if (id == "HL")
        {
            link = BinaryPrimitives.ReadInt64LittleEndian(more);
            id = link == 0 ? "" : _file.Peek(link, out length, more);
            if (link == 0)
            {
                return;
            }
        }

        if (id != "DL")
        {
            Add(link, isUnfinalised);
            return;
        }

        var seen = new HashSet<long>();
        while (link != 0 && Problem is null)
        {
            if (!seen.Add(link))
            {
                throw _file.Fault(link, "the list of data blocks runs in a circle");
            }

            MdfBlock list = _file.ReadBlock(link, "DL", 8);
            int count = list.LinkCount - 1;
            for (int index = 1; index <= count && Problem is null; index++)
            {
                long next = list.Link(index);
                if (next != 0)
                {
                    Add(next, isUnfinalised);
                }
            }

            link = list.Link(0);
        }
    }

    private void Add(long link, bool isUnfinalised)
    {
        Span<byte> more = stackalloc byte[48];
        string id = _file.Peek(link, out long length, more);
        if (_fragments.Count == MostFragments || !_file.Claim(link))
        {
            throw _file.Fault(link, "a data block is used twice, or there are more than two million");
        }

        switch (id)
        {
            case "DT" or "DV" or "SD" or "RD":
                if (isUnfinalised && (length <= 24 || link + length > _file.Length))
                {
                    // The recorder had no time to write the length: the data runs to the end of the file.
                    length = _file.Length - link;
                }

                if (length < 24)
                {
                    throw _file.Fault(link, "a data block has a false length");
                }

                if (link + length > _file.Length)
                {
                    Problem = "the file ends within its data";
                    length = _file.Length - link;
                }

                Append(new Fragment(Length, length - 24, link + 24, false, 0, 0));
                break;
            case "DZ":
                int zipType = more[2];
                uint columns = BinaryPrimitives.ReadUInt32LittleEndian(more[4..]);
                ulong size = BinaryPrimitives.ReadUInt64LittleEndian(more[8..]);
                ulong packed = BinaryPrimitives.ReadUInt64LittleEndian(more[16..]);
                if (length < 48 || packed > (ulong)length - 48 || link + length > _file.Length || zipType > 1 || size > LargestUnpacked || size > packed * 1040 + 1024)
                {
                    if (link + length > _file.Length)
                    {
                        Problem = "the file ends within its data";
                        return;
                    }

                    throw _file.Fault(link, zipType > 1 ? $"a packed block uses the unknown method {zipType}" : "a packed block has a false length");
                }

                Append(new Fragment(Length, (long)size, link + 48, true, (int)packed, zipType == 1 ? columns : 0));
                break;
            default:
                throw _file.Fault(link, "there is no data block where one should be");
        }
    }

    private void Append(Fragment fragment)
    {
        if (fragment.Length > 0)
        {
            _fragments.Add(fragment);
            Length += fragment.Length;
        }
    }

    private int Find(long position)
    {
        int low = 0;
        int high = _fragments.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_fragments[middle].Start <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private void Unpack(int index, Fragment fragment)
    {
        if (_unpackedIndex == index)
        {
            return;
        }

        if (++_loads > _fragments.Count * 4L + 1000)
        {
            throw _file.Fault(fragment.Offset, "the data jumps to and fro between packed blocks");
        }

        _unpackedIndex = -1;
        int size = (int)fragment.Length;
        if (_unpacked.Length < size)
        {
            _file.Account(size - _unpacked.Length);
            _unpacked = new byte[size];
        }

        byte[] packed = new byte[fragment.Packed];
        if (_file.ReadAt(fragment.Offset, packed) < packed.Length)
        {
            throw _file.Fault(fragment.Offset, "the file ends within a packed block");
        }

        using var stream = new ZLibStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
        try
        {
            _unpackedLength = stream.ReadAtLeast(_unpacked.AsSpan(0, size), size, throwOnEndOfStream: false);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw _file.Fault(fragment.Offset, "a packed block is damaged");
        }

        if (fragment.Columns > 1 && fragment.Columns <= _unpackedLength)
        {
            Transpose((int)fragment.Columns);
        }

        _unpackedIndex = index;
    }

    /// <summary>Turns columns back into records; bytes beyond the last whole record stand at the end unchanged.</summary>
    private void Transpose(int columns)
    {
        int rows = _unpackedLength / columns;
        byte[] source = _unpacked.AsSpan(0, rows * columns).ToArray();
        for (int column = 0; column < columns; column++)
        {
            int from = column * rows;
            for (int row = 0; row < rows; row++)
            {
                _unpacked[row * columns + column] = source[from + row];
            }
        }
    }

    private readonly record struct Fragment(long Start, long Length, long Offset, bool IsPacked, int Packed, uint Columns);
}
