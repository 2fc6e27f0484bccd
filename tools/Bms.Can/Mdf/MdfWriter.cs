using System.Buffers.Binary;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Mdf;

/// <summary>Writes MDF 4.10 bus logs, sorted and finalised: one group each for classic frames, FD frames, remote requests and error reports; times in ns; packed in columns or plain.</summary>
/// <remarks>Lost: names of buses (they become numbers), and the order of frames of different groups with the same time. Times before the start are kept as negative ones.</remarks>
internal sealed class MdfWriter : CanLogWriter
{
    private const int HdPlace = 64;

    private readonly ChannelNumbers _channels = new(255);
    private readonly MdfGroupWriter _classic;
    private readonly MdfGroupWriter _fd;
    private readonly MdfGroupWriter _remote;
    private readonly MdfGroupWriter _error;
    private bool _isStarted;
    private long _startNs;
    private long _history;

    public MdfWriter(LogOutput output, CanLogWriteOptions options)
        : base(output, options)
    {
        _classic = new MdfGroupWriter(output, "CAN_DataFrame", 8, false, options.Compress);
        _fd = new MdfGroupWriter(output, "CAN_DataFrame", 64, true, options.Compress);
        _remote = new MdfGroupWriter(output, "CAN_RemoteFrame", 0, false, options.Compress);
        _error = new MdfGroupWriter(output, "CAN_ErrorFrame", 8, false, options.Compress);
    }

    public override CanLogFormat Format => CanLogFormat.Mdf4;

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

        MdfGroupWriter group = frame.IsError ? _error : frame.IsRemote ? _remote : frame.IsFd ? _fd : _classic;
        group.Add(frame, frame.TimeNs - _startNs, channel);
        FrameCount++;
    }

    private protected override void Finish()
    {
        if (!_isStarted)
        {
            Start(0);
        }

        long next = 0;
        foreach (MdfGroupWriter group in (MdfGroupWriter[])[_error, _remote, _fd, _classic])
        {
            // A log without frames still has one group, which says that it is a bus log.
            if (group.Count > 0 || (group == _classic && FrameCount == 0))
            {
                next = group.Finish(next);
            }
        }

        Span<byte> links = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(links, next);
        BinaryPrimitives.WriteInt64LittleEndian(links[8..], _history);
        Output.Patch(HdPlace + 24, links);
    }

    private void Start(long firstNs)
    {
        _isStarted = true;
        _startNs = Options.HasAbsoluteTime ? Math.Min(Options.StartNs ?? firstNs, firstNs) : 0;
        Span<byte> head = stackalloc byte[64];
        head.Clear();
        "MDF     4.10    bms log "u8.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head[28..], 410);
        Output.Write(head);

        Span<byte> contents = stackalloc byte[32];
        contents.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(contents, _startNs);
        MdfBlockWriter.Write(Output, "HD", [0, 0, 0, 0, 0, 0], contents);
        long comment = MdfBlockWriter.WriteText(
            Output,
            "<FHcomment><TX>CAN log</TX><tool_id>bms log</tool_id><tool_vendor>Bms</tool_vendor><tool_version>0.1.0</tool_version></FHcomment>",
            "MD");
        _history = MdfBlockWriter.Write(Output, "FH", [0, comment], contents[..16]);
    }
}
