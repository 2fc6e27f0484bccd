using Bms.Can.Log;

namespace Bms.Can.Mdf;

/// <summary>Puts the frames of a run of mixed records in order of time: loggers write each bus from a buffer of its own, up to a second late.</summary>
/// <remarks>Holds frames until one comes that is two seconds younger, at most 16,384. Frames of the same time keep their order.</remarks>
internal sealed class MdfReorder
{
    private const int Most = 1 << 14;
    private const long WindowNs = 2_000_000_000;

    private readonly PriorityQueue<int, (long TimeNs, long Number)> _queue = new();
    private readonly Stack<int> _free = new();
    private Slot[] _slots = [];
    private byte[] _payloads = [];
    private long _number;
    private long _newestNs = long.MinValue;

    /// <summary>True where the oldest frame is to be taken before another is added.</summary>
    public bool IsDue => _queue.Count == Most || (_queue.TryPeek(out _, out (long TimeNs, long) oldest) && _newestNs - oldest.TimeNs > WindowNs);

    /// <summary>Adds a frame.</summary>
    public void Add(in Slot frame, ReadOnlySpan<byte> payload)
    {
        if (!_free.TryPop(out int index))
        {
            index = _queue.Count;
            if (index == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Max(64, index * 2));
                Array.Resize(ref _payloads, _slots.Length * 64);
            }
        }

        _slots[index] = frame;
        payload.CopyTo(_payloads.AsSpan(index * 64));
        _queue.Enqueue(index, (frame.TimeNs, _number++));
        _newestNs = Math.Max(_newestNs, frame.TimeNs);
    }

    /// <summary>Takes the oldest frame; false where there is none.</summary>
    public bool TryTake(out Slot frame, Span<byte> payload)
    {
        if (!_queue.TryDequeue(out int index, out _))
        {
            frame = default;
            return false;
        }

        frame = _slots[index];
        _payloads.AsSpan(index * 64, 64).CopyTo(payload);
        _free.Push(index);
        return true;
    }

    /// <summary>A frame without its payload.</summary>
    internal readonly record struct Slot(long TimeNs, uint Bus, uint Id, CanFrameFlags Flags, int Length);
}
