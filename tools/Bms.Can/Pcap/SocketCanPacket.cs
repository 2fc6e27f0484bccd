using System.Buffers.Binary;
using Bms.Can.Log;

namespace Bms.Can.Pcap;

/// <summary>SocketCAN frames within captured packets, of link type 227 (CAN_SOCKETCAN) and inside Linux cooked captures (113 and 276).</summary>
internal static class SocketCanPacket
{
    /// <summary>Link type of packets that are CAN frames.</summary>
    public const int SocketCan = 227;

    private const int Cooked = 113;
    private const int Cooked2 = 276;
    private const uint ExtendedBit = 0x8000_0000;
    private const uint RemoteBit = 0x4000_0000;
    private const uint ErrorBit = 0x2000_0000;
    private const byte XlBit = 0x80;
    private const byte FdBit = 0x04;

    /// <summary>True for link types that may hold CAN frames.</summary>
    public static bool IsOfCan(int linkType) => linkType is SocketCan or Cooked or Cooked2;

    /// <summary>Takes a packet apart.</summary>
    /// <param name="linkType">Link type of its interface.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame; of cooked packets the direction too.</param>
    /// <param name="length">Bytes of payload, of remote requests the length asked for.</param>
    /// <param name="data">The payload.</param>
    /// <param name="isOther">True where the packet is whole but no frame of CAN or CAN FD.</param>
    public static bool TryParse(int linkType, ReadOnlySpan<byte> packet, out uint id, out CanFrameFlags flags, out int length, out ReadOnlySpan<byte> data, out bool isOther)
    {
        id = 0;
        length = 0;
        data = default;
        flags = CanFrameFlags.None;
        isOther = false;
        bool isFd = false;
        if (linkType is Cooked or Cooked2)
        {
            int head = linkType == Cooked ? 16 : 20;
            if (packet.Length < head)
            {
                return false;
            }

            int protocol = BinaryPrimitives.ReadUInt16BigEndian(linkType == Cooked ? packet[14..] : packet);
            int packetType = linkType == Cooked ? BinaryPrimitives.ReadUInt16BigEndian(packet) : packet[10];
            if (protocol is not (0x000C or 0x000D))
            {
                isOther = true;
                return false;
            }

            isFd = protocol == 0x000D;
            flags = packetType == 4 ? CanFrameFlags.Transmitted : CanFrameFlags.None;
            packet = packet[head..];
        }

        if (packet.Length < 8)
        {
            return false;
        }

        if ((packet[4] & XlBit) != 0)
        {
            isOther = true;
            return false;
        }

        uint raw = BinaryPrimitives.ReadUInt32BigEndian(packet);
        length = packet[4];
        data = packet[8..];
        isFd |= length > 8 || packet.Length == 72 || (packet[5] & FdBit) != 0;
        bool isRemote = !isFd && (raw & RemoteBit) != 0;
        if (length > (isFd ? 64 : 8) || (!isRemote && data.Length < length))
        {
            return false;
        }

        flags |= (raw & ErrorBit) != 0 ? CanFrameFlags.Error : (raw & ExtendedBit) != 0 ? CanFrameFlags.Extended : CanFrameFlags.None;
        flags |= isRemote ? CanFrameFlags.Remote : 0;
        flags |= isFd ? CanFrameFlags.Fd | ((packet[5] & 1) != 0 ? CanFrameFlags.BitRateSwitch : 0) | ((packet[5] & 2) != 0 ? CanFrameFlags.ErrorStateIndicator : 0) : 0;
        id = raw & 0x1FFF_FFFF;
        data = isRemote ? default : data[..length];
        return (flags & (CanFrameFlags.Error | CanFrameFlags.Extended)) != 0 || id <= 0x7FF;
    }

    /// <summary>Writes a frame as a packet of link type 227; 16 or 72 bytes.</summary>
    public static int Write(in CanFrameView frame, Span<byte> packet)
    {
        int size = frame.IsFd ? 72 : 16;
        packet[..size].Clear();
        uint raw = frame.Id | (frame.IsError ? ErrorBit : frame.IsExtended ? ExtendedBit : 0) | (frame.IsRemote ? RemoteBit : 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet, raw);
        packet[4] = (byte)frame.Length;
        if (frame.IsFd)
        {
            packet[5] = (byte)(FdBit | ((frame.Flags & CanFrameFlags.BitRateSwitch) != 0 ? 1 : 0) | ((frame.Flags & CanFrameFlags.ErrorStateIndicator) != 0 ? 2 : 0));
        }

        frame.Data.CopyTo(packet[8..]);
        return size;
    }
}
