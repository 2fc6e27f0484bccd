using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>Sorts frames by message, so that every signal can then be decoded for all its frames at once.</summary>
/// <remarks>Made once and filled again and again; one for each thread.</remarks>
public sealed class FrameGroups
{
    private const int LargestPart = 1 << 14;

    private readonly MessageTable _table;
    private readonly MessageFrames?[] _frames;
    private readonly List<MessageFrames>?[]? _full;
    private readonly bool[]? _isWanted;
    private readonly HashSet<uint> _unknown = [];
    private int[] _order = [];
    private int _orderCount;

    /// <param name="database">The messages.</param>
    /// <param name="isWanted">Which messages are wanted, by slot; null means all.</param>
    /// <param name="keepOrder">True keeps in <see cref="Order"/> how the messages' frames were interleaved.</param>
    /// <param name="isWhole">True where a whole log is held: frames are then kept in parts that never grow, see <see cref="PartsOf"/>.</param>
    public FrameGroups(DbcDatabase database, bool[]? isWanted = null, bool keepOrder = false, bool isWhole = false)
    {
        _table = new MessageTable(database);
        _frames = new MessageFrames[_table.Messages.Count];
        _isWanted = isWanted;
        _full = isWhole ? new List<MessageFrames>?[_frames.Length] : null;
        if (keepOrder)
        {
            _order = new int[4096];
        }
    }

    /// <summary>The messages; a slot is a position in it.</summary>
    public IReadOnlyList<DbcMessage> Messages => _table.Messages;

    /// <summary>Frames seen, of any kind.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Frames of the messages, wanted or not.</summary>
    public long KnownCount { get; private set; }

    /// <summary>Frames held.</summary>
    public int Held { get; private set; }

    /// <summary>Identifiers of data frames without a message, bit 31 set where they are extended; not more than 65536 are kept.</summary>
    public IReadOnlyCollection<uint> UnknownIds => _unknown;

    /// <summary>Slots of the frames held, in the order in which they came.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, _orderCount);

    /// <summary>Frames of a message, or null where there was none yet.</summary>
    /// <param name="slot">The message's slot.</param>
    public MessageFrames? Of(int slot) => _frames[slot];

    /// <summary>Frames of a message in parts that follow each other.</summary>
    /// <param name="slot">The message's slot.</param>
    public IEnumerable<MessageFrames> PartsOf(int slot)
        => (_full?[slot] ?? []).Concat(_frames[slot] is { Count: > 0 } last ? [last] : []);

    /// <summary>Takes all frames of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="buses">Number of the bus of each channel of the block, or empty where the channel is the number.</param>
    public void Add(CanFrameBlock block, ReadOnlySpan<byte> buses = default)
    {
        uint[] ids = block.Id;
        CanFrameFlags[] flags = block.Flags;
        int known = 0;
        for (int index = 0; index < block.Count; index++)
        {
            int slot = _table.Find(ids[index], flags[index]);
            if (slot < 0)
            {
                AddUnknown(ids[index], flags[index]);
                continue;
            }

            known++;
            if (_isWanted is not null && !_isWanted[slot])
            {
                continue;
            }

            MessageFrames frames = _frames[slot] ??= new MessageFrames(_table.Messages[slot]);
            if (_full is not null && frames.Count == frames.Room)
            {
                frames = NextPart(slot, frames);
            }

            byte channel = block.Channel[index];
            frames.Add(block, index, buses.IsEmpty ? channel : buses[channel]);
            Held++;
            if (_order.Length > 0)
            {
                if (_orderCount == _order.Length)
                {
                    Array.Resize(ref _order, _orderCount * 2);
                }

                _order[_orderCount++] = slot;
            }
        }

        FrameCount += block.Count;
        KnownCount += known;
    }

    /// <summary>Forgets all frames and counts, but not the room for them.</summary>
    public void Clear()
    {
        foreach (MessageFrames? frames in _frames)
        {
            frames?.Clear();
        }

        _unknown.Clear();
        _orderCount = 0;
        FrameCount = 0;
        KnownCount = 0;
        Held = 0;
    }

    private MessageFrames NextPart(int slot, MessageFrames full)
    {
        (_full![slot] ??= []).Add(full);
        return _frames[slot] = new MessageFrames(full.Message, Math.Min(full.Room * 2, LargestPart));
    }

    private void AddUnknown(uint id, CanFrameFlags flags)
    {
        if ((flags & (CanFrameFlags.Remote | CanFrameFlags.Error)) == 0 && _unknown.Count < 65536)
        {
            _unknown.Add((flags & CanFrameFlags.Extended) != 0 ? id | 0x8000_0000 : id);
        }
    }
}
