using System.Buffers.Binary;
using System.IO.Compression;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Mdf;

/// <summary>Collects the records of one kind of frame and writes them as data blocks of about 1 MB; its head comes at the end.</summary>
internal sealed class MdfGroupWriter
{
    private const int BlockSize = 1 << 20;
    private const int FixedSize = 16;

    private readonly LogOutput _output;
    private readonly string _prefix;
    private readonly bool _isFd;
    private readonly int _room;
    private readonly bool _compress;
    private readonly byte[] _buffer;
    private readonly List<long> _blocks = [];
    private readonly List<long> _starts = [];
    private int _used;
    private long _bytes;

    /// <param name="output">Takes the blocks.</param>
    /// <param name="prefix">CAN_DataFrame, CAN_RemoteFrame or CAN_ErrorFrame.</param>
    /// <param name="room">Bytes of payload in each record.</param>
    /// <param name="isFd">True where records have the marks of FD frames.</param>
    /// <param name="compress">True packs the blocks.</param>
    public MdfGroupWriter(LogOutput output, string prefix, int room, bool isFd, bool compress)
    {
        _output = output;
        _prefix = prefix;
        _room = room;
        _isFd = isFd;
        _compress = compress;
        _buffer = new byte[BlockSize / RecordSize * RecordSize];
    }

    /// <summary>Records written.</summary>
    public long Count { get; private set; }

    private int RecordSize => FixedSize + _room;

    /// <summary>Adds a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="timeNs">Its time since the start in ns.</param>
    /// <param name="channel">Number of its bus.</param>
    public void Add(in CanFrameView frame, long timeNs, int channel)
    {
        // Time 8, identifier with IDE in the highest bit 4, bus 1, code with direction and FD marks 1, length 1, nothing 1, payload.
        Span<byte> record = _buffer.AsSpan(_used, RecordSize);
        record.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(record, timeNs);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], frame.Id | (frame.IsExtended ? 0x8000_0000u : 0));
        record[12] = (byte)channel;
        record[13] = (byte)((frame.IsRemote || !_isFd ? Math.Min(frame.Length, 8) : CanLength.CodeOf(frame.Length))
            | (frame.IsTransmitted ? 0x10 : 0)
            | (frame.IsFd ? 0x20 : 0)
            | ((frame.Flags & CanFrameFlags.BitRateSwitch) != 0 ? 0x40 : 0)
            | ((frame.Flags & CanFrameFlags.ErrorStateIndicator) != 0 ? 0x80 : 0));
        record[14] = (byte)frame.Length;
        frame.Data[..Math.Min(frame.Data.Length, _room)].CopyTo(record[FixedSize..]);
        _used += RecordSize;
        Count++;
        if (_used == _buffer.Length)
        {
            Flush();
        }
    }

    /// <summary>Writes what is left and the group's head.</summary>
    /// <param name="next">Place of the next data group, or 0.</param>
    /// <returns>Place of the data group.</returns>
    public long Finish(long next)
    {
        Flush();
        long data = WriteList();
        long source = MdfBlockWriter.Write(_output, "SI", [MdfBlockWriter.WriteText(_output, "CAN"), MdfBlockWriter.WriteText(_output, "CAN"), 0], [2, 2, 0, 0, 0, 0, 0, 0]);
        long parts = 0;
        if (_room > 0)
        {
            parts = Channel(parts, "DataBytes", FixedSize, 0, _room * 8, 10);
        }

        if (_isFd)
        {
            parts = Channel(parts, "ESI", 13, 7, 1, 0);
            parts = Channel(parts, "BRS", 13, 6, 1, 0);
            parts = Channel(parts, "EDL", 13, 5, 1, 0);
        }

        if (_room > 0)
        {
            parts = Channel(parts, "DataLength", 14, 0, 8, 0);
        }

        parts = Channel(parts, "Dir", 13, 4, 1, 0);
        parts = Channel(parts, "DLC", 13, 0, 4, 0);
        parts = Channel(parts, "BusChannel", 12, 0, 8, 0);
        parts = Channel(parts, "IDE", 11, 7, 1, 0);
        parts = Channel(parts, "ID", 8, 0, 29, 0);
        long frame = MdfBlockWriter.WriteChannel(_output, 0, parts, MdfBlockWriter.WriteText(_output, _prefix), source, 0, 0, 0, 10, 8, 0, (RecordSize - 8) * 8);
        long seconds = MdfBlockWriter.WriteLinear(_output, 1e-9);
        long time = MdfBlockWriter.WriteChannel(_output, frame, 0, MdfBlockWriter.WriteText(_output, "Timestamp"), 0, seconds, 2, 1, 2, 0, 0, 64, MdfBlockWriter.WriteText(_output, "s"));

        Span<byte> contents = stackalloc byte[32];
        contents.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(contents[8..], Count);

        // Bus event, plain: each record is one frame as the bus carried it.
        BinaryPrimitives.WriteUInt16LittleEndian(contents[16..], 6);
        BinaryPrimitives.WriteUInt16LittleEndian(contents[18..], '.');
        BinaryPrimitives.WriteInt32LittleEndian(contents[24..], RecordSize);
        long group = MdfBlockWriter.Write(_output, "CG", [0, time, MdfBlockWriter.WriteText(_output, "CAN"), source, 0, 0], contents);
        return MdfBlockWriter.Write(_output, "DG", [next, group, data, 0], new byte[8]);
    }

    private long Channel(long next, string name, int byteOffset, int bitOffset, int bitCount, byte dataType)
        => MdfBlockWriter.WriteChannel(_output, next, 0, MdfBlockWriter.WriteText(_output, $"{_prefix}.{name}"), 0, 0, 0, 0, dataType, byteOffset, bitOffset, bitCount);

    private void Flush()
    {
        if (_used == 0)
        {
            return;
        }

        _starts.Add(_bytes);
        _bytes += _used;
        if (!_compress)
        {
            _blocks.Add(MdfBlockWriter.Write(_output, "DT", [], _buffer.AsSpan(0, _used)));
            _used = 0;
            return;
        }

        // Columns instead of records: bytes that hardly change stand together and pack well.
        byte[] columns = new byte[_used];
        int size = RecordSize;
        int rows = _used / size;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < size; column++)
            {
                columns[column * rows + row] = _buffer[row * size + column];
            }
        }

        using var packed = new MemoryStream();
        packed.Write(new byte[24]);
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(columns);
        }

        Span<byte> contents = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        "DT"u8.CopyTo(contents);
        contents[2] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(contents[4..], size);
        BinaryPrimitives.WriteInt64LittleEndian(contents[8..], _used);
        BinaryPrimitives.WriteInt64LittleEndian(contents[16..], contents.Length - 24);
        _blocks.Add(MdfBlockWriter.Write(_output, "DZ", [], contents));
        _used = 0;
    }

    private long WriteList()
    {
        if (_blocks.Count == 0)
        {
            return 0;
        }

        byte[] contents = new byte[8 + 8 * _starts.Count];
        BinaryPrimitives.WriteInt32LittleEndian(contents.AsSpan(4), _blocks.Count);
        for (int index = 0; index < _starts.Count; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(contents.AsSpan(8 + 8 * index), _starts[index]);
        }

        long list = MdfBlockWriter.Write(_output, "DL", [0, .. _blocks], contents);
        return _compress ? MdfBlockWriter.Write(_output, "HL", [list], [0, 0, 1, 0, 0, 0, 0, 0]) : list;
    }
}
