namespace Bms.Can.Fuzz;

/// <summary>Builds small captures by the description of the format.</summary>
public static class PcapSamples
{
    /// <summary>Three packets of link type 227: a frame of 2 bytes, a FD frame of 12, a remote request.</summary>
    public static byte[] SocketCan(bool isNano = false)
    {
        var file = new ByteBuilder().U32(isNano ? 0xA1B23C4D : 0xA1B2C3D4).U16(2).U16(4).U32(0).U32(0).U32(65535).U32(227);
        Packet(file, 1_700_000_000, 123_456, new ByteBuilder().U32Big(0x123).U8(2).Zeros(3).Bytes(0xDE, 0xAD));
        Packet(file, 1_700_000_000, 123_457, new ByteBuilder().U32Big(0x9234_5678).U8(12).U8(5).Zeros(2).Bytes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        Packet(file, 1_700_000_001, 0, new ByteBuilder().U32Big(0x4000_0321).U8(8).Zeros(3));
        return file.ToArray();
    }

    /// <summary>A Linux cooked capture: one outgoing CAN frame and one packet of another protocol.</summary>
    public static byte[] Cooked()
    {
        var file = new ByteBuilder().U32(0xA1B2C3D4).U16(2).U16(4).U32(0).U32(0).U32(65535).U32(113);
        Packet(file, 1_700_000_000, 0, new ByteBuilder().Bytes(0, 4, 1, 24).Zeros(10).Bytes(0, 0x0C).U32Big(0x123).U8(1).Zeros(3).Bytes(0x55).Zeros(7));
        Packet(file, 1_700_000_000, 1, new ByteBuilder().Bytes(0, 4, 0, 1).Zeros(10).Bytes(8, 0).Zeros(20));
        return file.ToArray();
    }

    private static void Packet(ByteBuilder file, long second, long fraction, ByteBuilder packet)
        => file.U32(second).U32(fraction).U32(packet.Length).U32(packet.Length).Bytes(packet.ToArray());
}
