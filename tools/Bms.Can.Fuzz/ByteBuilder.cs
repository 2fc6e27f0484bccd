using System.Buffers.Binary;
using System.Text;

namespace Bms.Can.Fuzz;

/// <summary>Builds binary samples field by field, as the formats' descriptions list them.</summary>
public sealed class ByteBuilder
{
    private readonly List<byte> _bytes = [];

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.Count;

    /// <summary>Adds letters.</summary>
    public ByteBuilder Text(string text)
    {
        _bytes.AddRange(Encoding.Latin1.GetBytes(text));
        return this;
    }

    /// <summary>Adds bytes.</summary>
    public ByteBuilder Bytes(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Adds zeros.</summary>
    public ByteBuilder Zeros(int count)
    {
        _bytes.AddRange(new byte[count]);
        return this;
    }

    /// <summary>Adds one byte.</summary>
    public ByteBuilder U8(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    /// <summary>Adds 16 bits, little endian.</summary>
    public ByteBuilder U16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return Bytes(bytes);
    }

    /// <summary>Adds 32 bits, little endian.</summary>
    public ByteBuilder U32(long value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return Bytes(bytes);
    }

    /// <summary>Adds 32 bits, big endian.</summary>
    public ByteBuilder U32Big(long value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return Bytes(bytes);
    }

    /// <summary>Adds 64 bits, little endian.</summary>
    public ByteBuilder U64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    /// <summary>Adds a floating number of 64 bits.</summary>
    public ByteBuilder F64(double value) => U64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Adds zeros up to a multiple.</summary>
    public ByteBuilder Align(int multiple) => Zeros((multiple - _bytes.Count % multiple) % multiple);

    /// <summary>Writes 64 bits over what is there.</summary>
    public void Patch(int position, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        for (int index = 0; index < 8; index++)
        {
            _bytes[position + index] = bytes[index];
        }
    }

    /// <summary>All bytes.</summary>
    public byte[] ToArray() => [.. _bytes];
}
