using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Export;

/// <summary>Makes text of batches, frame by frame in the order of the log; the signals are decoded message by message before that.</summary>
internal abstract class TextWorker
{
    private readonly TableColumns _columns;
    private readonly MessageColumns?[] _decoders;
    private readonly int[] _next;
    private readonly List<int> _used = [];
    private int _longest;

    protected TextWorker(DbcDatabase database, TableColumns columns)
    {
        _columns = columns;
        _decoders = new MessageColumns[database.Messages.Count];
        _next = new int[database.Messages.Count];
    }

    public TextBatch Work(FrameBatch batch)
    {
        var text = new TextBatch(_longest);
        FrameGroups groups = batch.Groups;
        _used.Clear();
        Begin(batch);
        foreach (int slot in groups.Order)
        {
            MessageFrames frames = groups.Of(slot)!;
            int place = _next[slot]++;
            if (place == 0)
            {
                MessageColumns fresh = _decoders[slot] ??= new MessageColumns(groups.Messages[slot]);
                fresh.Use(frames);
                _used.Add(slot);
                BeginMessage(slot, fresh, _columns.Of(slot));
            }

            Write(text, slot, frames, place);
        }

        foreach (int slot in _used)
        {
            _next[slot] = 0;
        }

        _longest = Math.Max(_longest, text.Length);
        return text;
    }

    protected virtual void Begin(FrameBatch batch)
    {
    }

    /// <summary>The frames of a message are at hand, decoded: to be prepared for <see cref="Write"/>.</summary>
    protected abstract void BeginMessage(int slot, MessageColumns decoder, TableColumn[] columns);

    /// <summary>Writes what one frame gives.</summary>
    protected abstract void Write(TextBatch text, int slot, MessageFrames frames, int place);
}

/// <summary>Values of one message in a batch.</summary>
internal sealed class PreparedMessage
{
    private ulong[][] _bits = [];
    private bool[]?[] _present = [];

    public TableColumn[] Columns { get; private set; } = [];

    /// <summary>What stands before the value, made once: separators and names.</summary>
    public byte[][] Before { get; set; } = [];

    /// <summary>What stands behind the value.</summary>
    public byte[][] After { get; set; } = [];

    /// <summary>Bytes that the longest row takes.</summary>
    public int Longest { get; set; }

    public void Prepare(MessageColumns decoder, TableColumn[] columns)
    {
        if (_bits.Length != columns.Length)
        {
            Columns = columns;
            _bits = new ulong[columns.Length][];
            _present = new bool[columns.Length][];
        }

        for (int index = 0; index < columns.Length; index++)
        {
            ReadOnlySpan<ulong> bits = decoder.BitsOf(columns[index].Text.Index);
            if (_bits[index] is null || _bits[index].Length < bits.Length)
            {
                _bits[index] = new ulong[bits.Length * 5 / 4];
            }

            bits.CopyTo(_bits[index]);
            ReadOnlySpan<bool> present = decoder.PresenceOf(columns[index].Text.Index);
            _present[index] = present.IsEmpty ? null : present.ToArray();
        }
    }

    public ulong BitsOf(int column, int place) => _bits[column][place];

    public bool IsPresent(int column, int place) => _present[column] is not { } present || present[place];
}
