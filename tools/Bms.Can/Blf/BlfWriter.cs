using System.Buffers.Binary;
using System.IO.Compression;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Blf;

/// <summary>Writes Vector BLF: objects CAN_MESSAGE, CAN_FD_MESSAGE and CAN_ERROR_EXT with times in ns, in containers of 128 KB, packed with zlib or plain.</summary>
/// <remarks>Lost: names of buses (they become numbers). The start is in UTC with ms; the sizes in the head are written at the end.</remarks>
internal sealed class BlfWriter(LogOutput output, CanLogWriteOptions options) : CanLogWriter(output, options)
{
    private const int HeadSize = 144;
    private const int ContainerSize = 1 << 17;

    private readonly ChannelNumbers _channels = new(255);
    private readonly byte[] _container = new byte[ContainerSize];
    private int _used;
    private bool _isStarted;
    private long _startNs;
    private long _lastNs;
    private long _unpacked = HeadSize;

    public override CanLogFormat Format => CanLogFormat.Blf;

    public override void Write(in CanFrameView frame)
    {
        if (!_isStarted)
        {
            Start(frame.TimeNs);
        }

        int channel = _channels.Of(frame.Channel);
        if (channel == 0)
        {
            DoesNotFit("is of the 256th bus, and there is room for 255");
            return;
        }

        if (frame.TimeNs < _startNs)
        {
            DoesNotFit("is earlier than the start of the log, and BLF has no negative times");
            return;
        }

        Span<byte> item = stackalloc byte[128];
        item.Clear();
        int size = frame.IsError ? WriteError(item, frame, channel) : frame.IsFd ? WriteFd(item, frame, channel) : WriteClassic(item, frame, channel);
        "LOBJ"u8.CopyTo(item);
        BinaryPrimitives.WriteUInt16LittleEndian(item[4..], 32);
        BinaryPrimitives.WriteUInt16LittleEndian(item[6..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(item[8..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(item[16..], 2);
        BinaryPrimitives.WriteInt64LittleEndian(item[24..], frame.TimeNs - _startNs);
        Put(item[..size]);
        _lastNs = Math.Max(_lastNs, frame.TimeNs);
        FrameCount++;
    }

    private protected override void Finish()
    {
        if (!_isStarted)
        {
            Start(0);
        }

        Flush();
        Output.Patch(0, Head(Output.Position));
    }

    private static byte DirectionAndRemote(in CanFrameView frame) => (byte)((frame.IsTransmitted ? 1 : 0) | (frame.IsRemote ? 0x80 : 0));

    private static uint IdOf(in CanFrameView frame) => frame.Id | (frame.IsExtended ? 0x8000_0000u : 0);

    private static int WriteClassic(Span<byte> item, in CanFrameView frame, int channel)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(item[12..], 1);
        Span<byte> body = item[32..];
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)channel);
        body[2] = DirectionAndRemote(frame);
        body[3] = (byte)frame.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], IdOf(frame));
        frame.Data.CopyTo(body[8..]);
        return 48;
    }

    private static int WriteFd(Span<byte> item, in CanFrameView frame, int channel)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(item[12..], 100);
        Span<byte> body = item[32..];
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)channel);
        body[2] = DirectionAndRemote(frame);
        body[3] = (byte)CanLength.CodeOf(frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], IdOf(frame));
        body[13] = (byte)(1 | ((frame.Flags & CanFrameFlags.BitRateSwitch) != 0 ? 2 : 0) | ((frame.Flags & CanFrameFlags.ErrorStateIndicator) != 0 ? 4 : 0));
        body[14] = (byte)frame.Length;
        frame.Data.CopyTo(body[20..]);
        return 32 + 84;
    }

    private static int WriteError(Span<byte> item, in CanFrameView frame, int channel)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(item[12..], 73);
        Span<byte> body = item[32..];
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)channel);
        body[10] = (byte)frame.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(body[16..], frame.Id);
        frame.Data[..Math.Min(frame.Data.Length, 8)].CopyTo(body[24..]);
        return 64;
    }

    /// <summary>Adds an object to the container; objects may run on into the next one.</summary>
    private void Put(ReadOnlySpan<byte> item)
    {
        _unpacked += item.Length;
        while (!item.IsEmpty)
        {
            int count = Math.Min(item.Length, ContainerSize - _used);
            item[..count].CopyTo(_container.AsSpan(_used));
            _used += count;
            item = item[count..];
            if (_used == ContainerSize)
            {
                Flush();
            }
        }
    }

    private void Flush()
    {
        if (_used == 0)
        {
            return;
        }

        ReadOnlySpan<byte> content = _container.AsSpan(0, _used);
        using var packed = new MemoryStream();
        if (Options.Compress)
        {
            using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                stream.Write(content);
            }

            content = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        }

        Span<byte> head = stackalloc byte[32];
        head.Clear();
        "LOBJ"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], 32 + content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], 10);
        BinaryPrimitives.WriteUInt16LittleEndian(head[16..], (ushort)(Options.Compress ? 2 : 0));
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], _used);
        Output.Write(head);
        Output.Write(content);
        Output.Write(((ReadOnlySpan<byte>)[0, 0, 0])[..(content.Length % 4)]);
        _unpacked += 32;
        _used = 0;
    }

    private void Start(long firstNs)
    {
        _isStarted = true;
        long startNs = Options.HasAbsoluteTime ? Math.Min(Options.StartNs ?? firstNs, firstNs) : 0;
        _startNs = startNs - ((startNs % 1_000_000) + 1_000_000) % 1_000_000;
        _lastNs = _startNs;
        Output.Write(Head(HeadSize));
    }

    private byte[] Head(long fileSize)
    {
        byte[] head = new byte[HeadSize];
        "LOGG"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), HeadSize);
        head[12] = 2;
        head[13] = 6;
        head[14] = 8;
        head[15] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), fileSize);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), _unpacked);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(32), (uint)Math.Min(FrameCount, uint.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(36), (uint)Math.Min(FrameCount, uint.MaxValue));
        if (Options.HasAbsoluteTime)
        {
            WriteTime(head.AsSpan(40), _startNs);
            WriteTime(head.AsSpan(56), _lastNs);
        }

        return head;
    }

    private static void WriteTime(Span<byte> bytes, long timeNs)
    {
        DateTime time = DateTime.UnixEpoch.AddTicks(timeNs / 100);
        ReadOnlySpan<int> parts = [time.Year, time.Month, (int)time.DayOfWeek, time.Day, time.Hour, time.Minute, time.Second, time.Millisecond];
        for (int index = 0; index < parts.Length; index++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(index * 2)..], (ushort)parts[index]);
        }
    }
}
