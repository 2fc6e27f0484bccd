using System.Buffers.Binary;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Pcap;

/// <summary>Reads pcap captures with SocketCAN frames, either byte order, us or ns.</summary>
/// <remarks>A broken record has no follower that could be found, so lenient reading ends at it.</remarks>
internal sealed class PcapReader(LogInput input, bool lenient) : CanLogReader(input, lenient)
{
    private const int LargestPacket = 1 << 18;

    private bool _isStarted;
    private bool _isBigEndian;
    private long _unitNs;
    private int _linkType;

    public override CanLogFormat Format => CanLogFormat.Pcap;

    public override string FormatText => _unitNs == 1 ? "pcap, ns" : "pcap, us";

    private protected override bool Fill(CanFrameBlock block)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            TakeHead();
        }

        while (!block.IsFull)
        {
            if (!Input.Ensure(16))
            {
                return End(Input.Window.IsEmpty ? null : "the capture ends within the head of a packet");
            }

            ReadOnlySpan<byte> head = Input.Window;
            long timeNs = Read32(head) * 1_000_000_000L + Read32(head[4..]) * _unitNs;
            uint size = Read32(head[8..]);
            if (size > LargestPacket)
            {
                return End($"a packet claims {size} bytes");
            }

            if (!Input.Ensure(16 + (int)size))
            {
                return End("the capture ends within a packet");
            }

            ReadOnlySpan<byte> packet = Input.Window.Slice(16, (int)size);
            if (SocketCanPacket.TryParse(_linkType, packet, out uint id, out CanFrameFlags flags, out int length, out ReadOnlySpan<byte> data, out bool isOther))
            {
                if (FrameCount == 0 && block.Count == 0)
                {
                    HasAbsoluteTime = timeNs >= LogTime.FirstAbsoluteNs;
                }

                int channel = ChannelOfNumber(1);
                if ((flags & CanFrameFlags.Remote) != 0)
                {
                    block.Add(timeNs, channel, id, flags, length, 0);
                }
                else
                {
                    block.Add(timeNs, channel, id, flags, data);
                }
            }
            else if (isOther)
            {
                Note("Packets that are no frames of CAN or CAN FD were passed over.");
            }
            else
            {
                long offset = Input.Offset;
                Input.Advance(16 + (int)size);
                Skip(CanLogException.At(Name, offset, "the packet is no whole CAN frame", "The capture is damaged; read it leniently to use the others"));
                continue;
            }

            Input.Advance(16 + (int)size);
        }

        return true;
    }

    private void TakeHead()
    {
        if (!Input.Ensure(24))
        {
            throw CanLogException.At(Name, Input.Window.Length, "the capture ends within its head", "It was cut off; copy it again");
        }

        ReadOnlySpan<byte> head = Input.Window;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(head);
        _isBigEndian = magic is 0xD4C3B2A1 or 0x4D3CB2A1;
        _unitNs = magic is 0xA1B23C4D or 0x4D3CB2A1 ? 1 : 1000;
        _linkType = (int)(Read32(head[20..]) & 0x0FFF_FFFF);
        if (!SocketCanPacket.IsOfCan(_linkType))
        {
            throw CanLogException.At(Name, 20, $"the capture is of link type {_linkType}, not of CAN", "Record on a CAN interface (link type 227), or on \"any\"");
        }

        Input.Advance(24);
    }

    private uint Read32(ReadOnlySpan<byte> bytes)
        => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
