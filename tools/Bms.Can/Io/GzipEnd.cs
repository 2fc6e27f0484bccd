using System.Buffers.Binary;

namespace Bms.Can.Io;

/// <summary>Watches the packed bytes of a gzip file go by and tells at the end whether it is whole.</summary>
/// <remarks>
/// The runtime's GZipStream takes a file that is cut off for one that ends there. Its last four bytes are the size of what its last member holds: in a file of one member that
/// must be what came out. Files of several members (joined ones) are told by a second head and are not judged.
/// </remarks>
internal sealed class GzipEnd
{
    private const int HeadSize = 10;

    private readonly byte[] _seam = new byte[(HeadSize - 1) * 2];
    private int _kept;
    private int _heads;

    /// <summary>Takes the next packed bytes.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        // A head may lie across the border of two pieces.
        int front = Math.Min(bytes.Length, HeadSize - 1);
        bytes[..front].CopyTo(_seam.AsSpan(_kept));
        CountHeads(_seam.AsSpan(0, _kept + front), _kept);
        CountHeads(bytes, bytes.Length);
        ReadOnlySpan<byte> tail = bytes.Length >= HeadSize - 1 ? bytes[^(HeadSize - 1)..] : _seam.AsSpan(0, _kept + front);
        tail = tail[Math.Max(0, tail.Length - (HeadSize - 1))..];
        _kept = tail.Length;
        tail.ToArray().CopyTo(_seam, 0);
    }

    /// <summary>True where the file is whole, or cannot be judged.</summary>
    /// <param name="unpacked">Bytes that came out.</param>
    public bool IsWhole(long unpacked)
    {
        ReadOnlySpan<byte> tail = _seam.AsSpan(0, _kept);
        bool isPadded = tail.IndexOfAnyExcept((byte)0) < 0;
        return _heads > 1 || isPadded || (_kept >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(tail[^4..]) == (uint)unpacked);
    }

    /// <summary>Counts heads that begin before a position: magic, method, flags, time, extra flags 0, 2 or 4, and a system below 14 or 255.</summary>
    private void CountHeads(ReadOnlySpan<byte> bytes, int before)
    {
        int start = 0;
        while (true)
        {
            int next = bytes[start..].IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]);
            if (next < 0 || start + next >= before || start + next + HeadSize > bytes.Length)
            {
                return;
            }

            ReadOnlySpan<byte> head = bytes[(start + next)..];
            _heads += head[3] < 0x20 && (head[8] is 0 or 2 or 4) && (head[9] is < 14 or 255) ? 1 : 0;
            start += next + 1;
        }
    }
}
