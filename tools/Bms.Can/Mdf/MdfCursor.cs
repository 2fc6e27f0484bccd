using System.Buffers.Binary;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Mdf;

/// <summary>Walks through the records of one data group and gives its CAN frames one after the other.</summary>
/// <remarks>
/// A group alone in its data is read record by record; several in one run of data (unsorted, as loggers write) are told apart by the number in front of each record.
/// Payloads of varying length stand in signal data, or in records of their own, before or behind the frame's.
/// </remarks>
internal sealed class MdfCursor : IDisposable
{
    private const int LongestVariable = 1 << 20;
    private const int MostWaiting = 4096;

    private readonly MdfFile _file;
    private readonly MdfData _data;
    private readonly int _idSize;
    private readonly Dictionary<ulong, MdfGroup> _groups = [];
    private readonly Dictionary<long, VariableRecords> _variables = [];
    private readonly Dictionary<MdfGroup, MdfData> _signalData = [];
    private readonly Queue<Waiting> _waiting = new();
    private readonly MdfGroup? _single;
    private readonly bool _isUnfinalised;
    private readonly byte[] _payload = new byte[64];
    private byte[] _record = new byte[256];
    private readonly MdfReorder? _reorder;
    private CanLogException? _fault;
    private bool _isAtEnd;
    private long _position;
    private long _number;

    public MdfCursor(MdfFile file, List<MdfGroup> groups, int idSize, long data, bool isUnfinalised)
    {
        _file = file;
        _idSize = idSize;
        _isUnfinalised = isUnfinalised;
        _data = new MdfData(file, data, isUnfinalised);
        foreach (MdfGroup group in groups)
        {
            _groups[group.RecordId] = group;
            if (group.Kind == MdfKind.Variable)
            {
                _variables[group.Offset] = new VariableRecords();
            }
        }

        _reorder = idSize > 0 ? new MdfReorder() : null;
        _single = idSize == 0 && groups.Count > 0 ? groups[0] : null;
        foreach (MdfGroup group in groups)
        {
            if (group.IsDataElsewhere && group.DataLink != 0 && !_variables.ContainsKey(group.DataLink))
            {
                _signalData[group] = new MdfData(file, group.DataLink, isUnfinalised);
            }
        }
    }

    /// <summary>What is wrong with the end of the data, known after the last frame; or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Time of the current frame in ns since the start.</summary>
    public long TimeNs { get; private set; }

    /// <summary>Number of the bus from 1.</summary>
    public uint Bus { get; private set; }

    /// <summary>Identifier.</summary>
    public uint Id { get; private set; }

    /// <summary>Kind of frame.</summary>
    public CanFrameFlags Flags { get; private set; }

    /// <summary>Bytes of payload.</summary>
    public int Length { get; private set; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, (Flags & CanFrameFlags.Remote) != 0 ? 0 : Length);

    /// <summary>Goes to the next frame; false at the end.</summary>
    /// <exception cref="CanLogException">A record is broken; the next call goes on behind it, or ends.</exception>
    public bool TryNext()
    {
        if (_reorder is null)
        {
            return TryNextRecorded();
        }

        while (!_isAtEnd && _fault is null && !_reorder.IsDue)
        {
            try
            {
                if (TryNextRecorded())
                {
                    _reorder.Add(new MdfReorder.Slot(TimeNs, Bus, Id, Flags, Length), Payload);
                }
                else
                {
                    _isAtEnd = true;
                }
            }
            catch (CanLogException fault)
            {
                // Told after all frames before it.
                _fault = fault;
            }
        }

        if (_reorder.TryTake(out MdfReorder.Slot frame, _payload))
        {
            (TimeNs, Bus, Id, Flags, Length) = frame;
            return true;
        }

        if (_fault is { } pending)
        {
            _fault = null;
            throw pending;
        }

        return false;
    }

    /// <summary>Goes to the next frame in the order of the records.</summary>
    private bool TryNextRecorded()
    {
        while (true)
        {
            if (_waiting.Count > 0 && TryRelease())
            {
                return true;
            }

            if (!TryRecord(out MdfGroup? group))
            {
                if (_waiting.Count > 0)
                {
                    int lost = _waiting.Count;
                    _waiting.Clear();
                    if (_isUnfinalised)
                    {
                        Problem ??= "the data ends before the payloads of its last frames";
                        return false;
                    }

                    throw _file.Fault(_position, $"the payloads of {lost} frames are missing");
                }

                return false;
            }

            if (group is not null && TryFrame(group, _record.AsSpan(0, group.RecordSize)))
            {
                return true;
            }
        }
    }

    public void Dispose()
    {
        _data.Dispose();
        foreach (MdfData data in _signalData.Values)
        {
            data.Dispose();
        }
    }

    /// <summary>Reads one record; its group is null where it holds no frame.</summary>
    private bool TryRecord(out MdfGroup? group)
    {
        group = _single;
        if (_position >= _data.Length)
        {
            Problem ??= _data.Problem;
            return false;
        }

        // A finalised group says how many records are its own; behind them may be padding.
        if (group is not null && !_isUnfinalised && group.Cycles > 0 && _number >= group.Cycles)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[8];
        long position = _position;
        if (_idSize > 0)
        {
            head.Clear();
            if (_data.ReadAt(position, head[.._idSize]) < _idSize)
            {
                return EndWithin();
            }

            ulong id = BinaryPrimitives.ReadUInt64LittleEndian(head);
            if (!_groups.TryGetValue(id, out group))
            {
                _position = _data.Length;
                throw _file.Fault(position, $"there is no group for records with the number {id}; the offset counts within the data");
            }

            position += _idSize;
        }

        if (group!.Kind == MdfKind.Variable)
        {
            if (_data.ReadAt(position, head[..4]) < 4)
            {
                return EndWithin();
            }

            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head);
            VariableRecords variable = _variables[group.Offset];
            if (size > LongestVariable || position + 4 + size > _data.Length)
            {
                return EndWithin();
            }

            int kept = (int)Math.Min(size, 64);
            _data.ReadAt(position + 4, _payload.AsSpan(0, kept));
            variable.Add(_payload.AsSpan(0, kept), (int)size);
            _position = position + 4 + size;
            group = null;
            return true;
        }

        int needed = group.RecordSize;
        if (position + needed > _data.Length)
        {
            return EndWithin();
        }

        _position = position + needed;
        _number++;
        if (group.Kind == MdfKind.Other)
        {
            group = null;
            return true;
        }

        if (_record.Length < needed)
        {
            _record = new byte[needed];
        }

        ReadOnlySpan<byte> piece = _data.PieceAt(position);
        if (piece.Length >= needed)
        {
            piece[..needed].CopyTo(_record);
        }
        else
        {
            _data.ReadAt(position, _record.AsSpan(0, needed));
        }

        return true;
    }

    private bool EndWithin()
    {
        _position = _data.Length;
        Problem ??= _data.Problem ?? "the data ends within a record";
        return false;
    }

    /// <summary>Takes a record apart; false where its payload is still to come.</summary>
    private bool TryFrame(MdfGroup group, ReadOnlySpan<byte> record)
    {
        if (!group.Time!.TryNs(record, _number - 1, out long timeNs))
        {
            throw _file.Fault(_position, "a record has a time that is out of range; the offset counts within the data");
        }

        CanFrameFlags flags = group.Kind == MdfKind.Remote ? CanFrameFlags.Remote : group.Kind == MdfKind.Error ? CanFrameFlags.Error : CanFrameFlags.None;
        uint raw = (uint)(group.Id?.Bits(record) ?? 0);
        uint id = raw & 0x1FFF_FFFF;
        bool isExtended = group.Extended is { } extended ? extended.Bits(record) != 0 : (raw & 0x8000_0000) != 0 || id > 0x7FF;
        if (isExtended)
        {
            flags |= group.Kind == MdfKind.Error ? 0 : CanFrameFlags.Extended;
        }
        else if (id > 0x7FF && group.Kind != MdfKind.Error)
        {
            throw _file.Fault(_position, $"a record has the identifier {id:X} in 11 bits; the offset counts within the data");
        }

        if ((group.Direction?.Bits(record) ?? 0) != 0)
        {
            flags |= CanFrameFlags.Transmitted;
        }

        if ((group.Fd?.Bits(record) ?? 0) != 0 && group.Kind == MdfKind.Data)
        {
            flags |= CanFrameFlags.Fd;
            flags |= (group.RateSwitch?.Bits(record) ?? 0) != 0 ? CanFrameFlags.BitRateSwitch : 0;
            flags |= (group.Passive?.Bits(record) ?? 0) != 0 ? CanFrameFlags.ErrorStateIndicator : 0;
        }

        ulong code = group.Code?.Bits(record) ?? 0;
        bool isFd = (flags & CanFrameFlags.Fd) != 0;
        int length = group.DataLength is { } dataLength ? (int)Math.Min(dataLength.Bits(record), 255)
            : group.Code is null ? Math.Min(group.DataRoom, 8) : isFd ? CanLength.OfCode((uint)code & 15) : (int)Math.Min(code, 8);
        if (group.Kind == MdfKind.Remote)
        {
            length = (int)Math.Min(group.Code is null ? (ulong)length : code, 8);
        }

        if (length > 8 && !isFd && length <= 64 && group.Fd is null)
        {
            flags |= CanFrameFlags.Fd;
            isFd = true;
        }

        TimeNs = timeNs;
        Bus = (uint)Math.Min(group.Bus?.Bits(record) ?? 1, 255);
        Id = id;
        Flags = flags;
        Length = length;
        if (group.Kind == MdfKind.Remote || group.Data is null)
        {
            Length = group.Kind == MdfKind.Remote ? length : 0;
            return true;
        }

        if (length > (isFd ? 64 : 8))
        {
            throw _file.Fault(_position, $"a record has a payload of {length} bytes; the offset counts within the data");
        }

        if (!group.IsDataElsewhere)
        {
            if (length > group.DataRoom)
            {
                throw _file.Fault(_position, $"a record has {group.DataRoom} bytes for a payload of {length}; the offset counts within the data");
            }

            record.Slice(group.Data.ByteOffset, length).CopyTo(_payload);
            return true;
        }

        return TryElsewhere(group, (long)Math.Min(group.Data.Bits(record), long.MaxValue), length);
    }

    private bool TryElsewhere(MdfGroup group, long place, int length)
    {
        if (_signalData.TryGetValue(group, out MdfData? signal))
        {
            Span<byte> size = stackalloc byte[4];
            if (signal.ReadAt(place, size) < 4)
            {
                throw _file.Fault(_position, "the payload of a record lies outside of its signal data; the offset counts within the data");
            }

            uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(size);
            if (bytes < length || bytes > LongestVariable || signal.ReadAt(place + 4, _payload.AsSpan(0, length)) < length)
            {
                throw _file.Fault(_position, $"the payload of a record has {bytes} bytes instead of {length}; the offset counts within the data");
            }

            return true;
        }

        if (!_variables.TryGetValue(group.DataLink, out VariableRecords? variable))
        {
            throw _file.Fault(_position, "the payload of a record is nowhere; the offset counts within the data");
        }

        var frame = new Waiting(variable, place, TimeNs, Bus, Id, Flags, length);
        if (_waiting.Count == 0 && TryResolve(frame))
        {
            return true;
        }

        if (_waiting.Count == MostWaiting)
        {
            _waiting.Clear();
            throw _file.Fault(_position, $"more than {MostWaiting} frames wait for their payloads; the offset counts within the data");
        }

        _waiting.Enqueue(frame);
        return false;
    }

    private bool TryRelease()
    {
        if (!TryResolve(_waiting.Peek()))
        {
            return false;
        }

        _waiting.Dequeue();
        return true;
    }

    /// <summary>Makes a frame the current one where its payload is there.</summary>
    private bool TryResolve(in Waiting frame)
    {
        if (frame.Place >= frame.Variable.End)
        {
            return false;
        }

        if (!frame.Variable.TryFind(frame.Place, out ReadOnlySpan<byte> bytes, out int size) || size < frame.Length)
        {
            if (_waiting.Count > 0)
            {
                _waiting.Dequeue();
            }

            throw _file.Fault(_position, "the payload of a record is not where it should be; the offset counts within the data");
        }

        bytes[..frame.Length].CopyTo(_payload);
        (TimeNs, Bus, Id, Flags, Length) = (frame.TimeNs, frame.Bus, frame.Id, frame.Flags, frame.Length);
        return true;
    }

    private readonly record struct Waiting(VariableRecords Variable, long Place, long TimeNs, uint Bus, uint Id, CanFrameFlags Flags, int Length);

    /// <summary>The last records of a group of varying length, found by their position in its data.</summary>
    private sealed class VariableRecords
    {
        private const int Kept = 4096;

        private readonly long[] _places = new long[Kept];
        private readonly int[] _sizes = new int[Kept];
        private readonly byte[] _bytes = new byte[Kept * 64];
        private long _count;

        /// <summary>Position of the next record.</summary>
        public long End { get; private set; }

        public void Add(ReadOnlySpan<byte> bytes, int size)
        {
            int slot = (int)(_count % Kept);
            _places[slot] = End;
            _sizes[slot] = size;
            bytes.CopyTo(_bytes.AsSpan(slot * 64));
            _count++;
            End += 4 + size;
        }

        public bool TryFind(long place, out ReadOnlySpan<byte> bytes, out int size)
        {
            long low = Math.Max(0, _count - Kept);
            long high = _count - 1;
            while (low <= high)
            {
                long middle = (low + high) / 2;
                int slot = (int)(middle % Kept);
                if (_places[slot] == place)
                {
                    size = _sizes[slot];
                    bytes = _bytes.AsSpan(slot * 64, Math.Min(size, 64));
                    return true;
                }

                if (_places[slot] < place)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            bytes = default;
            size = 0;
            return false;
        }
    }
}
