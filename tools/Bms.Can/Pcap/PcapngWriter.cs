using System.Buffers.Binary;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Pcap;

/// <summary>Writes pcapng with link type 227 (CAN_SOCKETCAN), times in ns, one interface with its name for each bus. Nothing is lost.</summary>
internal sealed class PcapngWriter(LogOutput output, CanLogWriteOptions options) : CanLogWriter(output, options)
{
    private readonly Dictionary<string, int> _interfaces = [];
    private bool _isStarted;

    public override CanLogFormat Format => CanLogFormat.Pcapng;

    public override void Write(in CanFrameView frame)
    {
        Start();
        if (frame.TimeNs < 0)
        {
            DoesNotFit("has a negative time, which pcapng does not know");
            return;
        }

        if (!_interfaces.TryGetValue(frame.Channel, out int index))
        {
            index = _interfaces.Count;
            _interfaces.Add(frame.Channel, index);
            WriteInterface(frame.Channel);
        }

        Span<byte> block = Output.Reserve(128);
        int size = SocketCanPacket.Write(frame, block[28..]);
        int total = 28 + size + 12 + 4;
        BinaryPrimitives.WriteUInt32LittleEndian(block, 6);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], total);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((ulong)frame.TimeNs >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)frame.TimeNs);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], size);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], size);

        // Option epb_flags: 1 inbound, 2 outbound; then the end of the options.
        Span<byte> options = block[(28 + size)..];
        BinaryPrimitives.WriteUInt16LittleEndian(options, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(options[2..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(options[4..], frame.IsTransmitted ? 2u : 1u);
        BinaryPrimitives.WriteUInt32LittleEndian(options[8..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(options[12..], total);
        Output.Advance(total);
        FrameCount++;
    }

    private protected override void Finish() => Start();

    private void Start()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        Span<byte> block = stackalloc byte[28];
        BinaryPrimitives.WriteUInt32LittleEndian(block, 0x0A0D0D0A);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], 28);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(block[12..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(block[14..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], -1);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], 28);
        Output.Write(block);
    }

    private void WriteInterface(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        int padded = (text.Length + 3) & ~3;
        int total = 16 + 4 + padded + 8 + 4 + 4;
        byte[] block = new byte[total];
        BinaryPrimitives.WriteUInt32LittleEndian(block, 1);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), total);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(8), SocketCanPacket.SocketCan);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), 72);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(16), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(18), (ushort)text.Length);
        text.CopyTo(block.AsSpan(20));
        Span<byte> rest = block.AsSpan(20 + padded);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, 9);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], 1);
        rest[4] = 9;
        BinaryPrimitives.WriteInt32LittleEndian(rest[12..], total);
        Output.Write(block);
    }
}
