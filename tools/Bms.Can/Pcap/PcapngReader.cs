using System.Buffers.Binary;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Pcap;

/// <summary>Reads pcapng captures with SocketCAN frames: several sections and interfaces, either byte order, any time resolution.</summary>
/// <remarks>Blocks and interfaces of other kinds are passed over. A block whose length is false has no follower that could be found, so lenient reading ends at it.</remarks>
internal sealed class PcapngReader(LogInput input, bool lenient) : CanLogReader(input, lenient)
{
    private const uint SectionType = 0x0A0D0D0A;
    private const int LargestBlock = 1 << 24;
    private const int MostInterfaces = 4096;

    private readonly List<Interface> _interfaces = [];
    private bool _isBigEndian;
    private bool _hasSection;

    public override CanLogFormat Format => CanLogFormat.Pcapng;

    public override string FormatText => "pcapng";

    private protected override bool Fill(CanFrameBlock block)
    {
        while (!block.IsFull)
        {
            if (!Input.Ensure(12))
            {
                return End(Input.Window.IsEmpty ? null : "the capture ends within the head of a block");
            }

            ReadOnlySpan<byte> head = Input.Window;
            bool isSection = BinaryPrimitives.ReadUInt32LittleEndian(head) == SectionType;
            if (isSection)
            {
                uint order = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
                if (order is not (0x1A2B3C4D or 0x4D3C2B1A))
                {
                    return End("the section does not tell its byte order");
                }

                _isBigEndian = order == 0x4D3C2B1A;
                _hasSection = true;
                _interfaces.Clear();
            }

            if (!_hasSection)
            {
                return End("the capture does not begin with a section");
            }

            uint type = Read32(head);
            uint size = Read32(head[4..]);
            if (size < 12 || (size & 3) != 0 || size > LargestBlock)
            {
                return End($"a block claims {size} bytes");
            }

            if (!Input.Ensure((int)size))
            {
                return End("the capture ends within a block");
            }

            ReadOnlySpan<byte> whole = Input.Window[..(int)size];
            long offset = Input.Offset;
            string? problem = Read32(whole[^4..]) != size ? "the lengths before and behind a block differ" : isSection ? null : TakeBlock(type, whole[8..^4], block);
            Input.Advance((int)size);
            if (problem is not null)
            {
                Skip(CanLogException.At(Name, offset, problem, "The capture is damaged; read it leniently to use the other packets"));
            }
        }

        return true;
    }

    /// <summary>Takes the body of a block; gives what is wrong with it, or null.</summary>
    private string? TakeBlock(uint type, ReadOnlySpan<byte> body, CanFrameBlock block)
    {
        switch (type)
        {
            case 1:
                return TakeInterface(body);
            case 6:
                return body.Length < 20 ? "a packet block is too short" : TakePacket(Read32(body), Time(body[4..]), Read32(body[12..]), body[20..], block);
            case 2:
                return body.Length < 20 ? "a packet block is too short" : TakePacket((uint)Read16(body), Time(body[4..]), Read32(body[12..]), body[20..], block);
            case 3:
                // Without a time: the packet is of no use for a log, but it is one.
                return body.Length < 4 ? "a packet block is too short" : TakePacket(0, 0, Math.Min(Read32(body), (uint)body.Length - 4), body[4..], block);
            default:
                return null;
        }
    }

    private ulong Time(ReadOnlySpan<byte> bytes) => ((ulong)Read32(bytes) << 32) | Read32(bytes[4..]);

    private string? TakeInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8 || _interfaces.Count == MostInterfaces)
        {
            return body.Length < 8 ? "an interface block is too short" : $"the capture has more than {MostInterfaces} interfaces";
        }

        int linkType = Read16(body);
        string? name = null;
        byte resolution = 6;
        long offsetS = 0;
        ReadOnlySpan<byte> options = body[8..];
        while (options.Length >= 4)
        {
            int code = Read16(options);
            int length = Read16(options[2..]);
            int padded = (length + 3) & ~3;
            if (code == 0 || options.Length < 4 + length)
            {
                break;
            }

            ReadOnlySpan<byte> value = options.Slice(4, length);
            if (code == 2 && length is > 0 and <= 64)
            {
                name = string.Concat(Encoding.UTF8.GetString(value).Select(letter => letter is >= '!' and <= '~' ? letter : '_'));
            }
            else if (code == 9 && length == 1)
            {
                resolution = value[0];
            }
            else if (code == 14 && length == 8)
            {
                offsetS = _isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
            }

            options = options[Math.Min(4 + padded, options.Length)..];
        }

        if ((resolution & 0x7F) > 60 || Math.Abs(offsetS / 2) > 4_000_000_000)
        {
            return "the time resolution or offset of an interface is out of range";
        }

        _interfaces.Add(new Interface(linkType, name ?? $"can{_interfaces.Count}", resolution, offsetS));
        return null;
    }

    private string? TakePacket(uint index, ulong stamp, uint size, ReadOnlySpan<byte> rest, CanFrameBlock block)
    {
        if (index >= _interfaces.Count)
        {
            return $"a packet is of interface {index}, which is not described";
        }

        if (size > rest.Length)
        {
            return $"a packet claims {size} bytes in a shorter block";
        }

        Interface port = _interfaces[(int)index];
        if (!SocketCanPacket.IsOfCan(port.LinkType))
        {
            Note("Packets of interfaces that are not of CAN were passed over.");
            return null;
        }

        if (!SocketCanPacket.TryParse(port.LinkType, rest[..(int)size], out uint id, out CanFrameFlags flags, out int length, out ReadOnlySpan<byte> data, out bool isOther))
        {
            if (isOther)
            {
                Note("Packets that are no frames of CAN or CAN FD were passed over.");
                return null;
            }

            return "the packet is no whole CAN frame";
        }

        if (!port.TryTime(stamp, out long timeNs))
        {
            return "the time of a packet is out of range";
        }

        if (port.Channel < 0)
        {
            port.Channel = ChannelOf(port.Name);
            if (port.Channel < 0)
            {
                return $"the capture has more than {MostChannels} CAN interfaces";
            }
        }

        if (FrameCount == 0 && block.Count == 0)
        {
            HasAbsoluteTime = timeNs >= LogTime.FirstAbsoluteNs;
        }

        flags |= IsOutbound(rest[Math.Min(rest.Length, ((int)size + 3) & ~3)..]) ? CanFrameFlags.Transmitted : 0;
        if ((flags & CanFrameFlags.Remote) != 0)
        {
            block.Add(timeNs, port.Channel, id, flags, length, 0);
        }
        else
        {
            block.Add(timeNs, port.Channel, id, flags, data);
        }

        return null;
    }

    /// <summary>Looks for the option epb_flags; its two lowest bits are the direction.</summary>
    private bool IsOutbound(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            int code = Read16(options);
            int length = Read16(options[2..]);
            if (code == 0 || options.Length < 4 + length)
            {
                return false;
            }

            if (code == 2 && length == 4)
            {
                return (Read32(options[4..]) & 3) == 2;
            }

            options = options[Math.Min(4 + ((length + 3) & ~3), options.Length)..];
        }

        return false;
    }

    private uint Read32(ReadOnlySpan<byte> bytes)
        => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private int Read16(ReadOnlySpan<byte> bytes)
        => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private sealed class Interface(int linkType, string name, byte resolution, long offsetS)
    {
        public int LinkType { get; } = linkType;

        public string Name { get; } = name;

        public int Channel { get; set; } = -1;

        /// <summary>Ticks to ns: the resolution is a negative power of ten, or of two with the highest bit set.</summary>
        public bool TryTime(ulong stamp, out long timeNs)
        {
            UInt128 ns = (resolution & 0x80) != 0
                ? ((UInt128)stamp * 1_000_000_000) >> (resolution & 0x7F)
                : resolution <= 9 ? (UInt128)stamp * Power(9 - resolution) : stamp / Power(Math.Min(resolution - 9, 38));
            Int128 sum = (Int128)ns + (Int128)offsetS * 1_000_000_000;
            timeNs = sum > 9_000_000_000_000_000_000 || sum < 0 ? 0 : (long)sum;
            return sum <= 9_000_000_000_000_000_000 && sum >= 0;
        }

        private static UInt128 Power(int exponent)
        {
            UInt128 value = 1;
            for (int index = 0; index < exponent; index++)
            {
                value *= 10;
            }

            return value;
        }
    }
}
