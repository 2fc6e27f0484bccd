using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>Decodes the frames of one message: every signal that the frame really carries, multiplexing included.</summary>
public sealed class MessageDecoder
{
    private readonly SignalDecoder[] _signals;
    private readonly int[] _parents;
    private readonly int[] _order;

    /// <param name="message">The message.</param>
    public MessageDecoder(DbcMessage message)
    {
        Message = message;
        int count = message.Signals.Count;
        _signals = new SignalDecoder[count];
        _parents = new int[count];
        _order = new int[count];
        int[] depths = new int[count];
        for (int index = 0; index < count; index++)
        {
            DbcSignal signal = message.Signals[index];
            _signals[index] = new SignalDecoder(signal);
            _parents[index] = IndexOf(signal.Multiplexing?.Multiplexor);
            _order[index] = index;
        }

        for (int index = 0; index < count; index++)
        {
            for (int parent = _parents[index]; parent >= 0; parent = _parents[parent])
            {
                depths[index]++;
            }
        }

        // Multiplexors before what they select, so that one pass decides presence.
        Array.Sort((int[])depths.Clone(), _order);
    }

    /// <summary>What is decoded.</summary>
    public DbcMessage Message { get; }

    /// <summary>Decoders of the signals, in the order of <see cref="DbcMessage.Signals"/>.</summary>
    public IReadOnlyList<SignalDecoder> Signals => _signals;

    /// <summary>Takes the raw bits of every signal out of a frame.</summary>
    /// <param name="frame">A data frame of this message; it may be shorter than the message.</param>
    /// <param name="bits">Takes the raw bits by signal index; at least as many as there are signals.</param>
    /// <param name="present">Takes whether the frame carries the signal: long enough, and selected by its multiplexor.</param>
    public void Decode(in CanLogFrame frame, Span<ulong> bits, Span<bool> present)
    {
        int length = frame.DataLength;
        if (length > 8)
        {
            Span<byte> data = stackalloc byte[64];
            frame.CopyTo(data);
            Decode(data[..length], bits, present);
            return;
        }

        ulong payload = frame.Payload;
        foreach (int index in _order)
        {
            SignalDecoder signal = _signals[index];
            bool isThere = signal.BytesNeeded <= length && IsSelected(index, bits, present);
            present[index] = isThere;
            bits[index] = isThere ? signal.BitsOf(payload) : 0;
        }
    }

    /// <summary>Takes the raw bits of every signal out of a payload of any length.</summary>
    /// <param name="data">The payload.</param>
    /// <param name="bits">As for the other overload.</param>
    /// <param name="present">As for the other overload.</param>
    public void Decode(ReadOnlySpan<byte> data, Span<ulong> bits, Span<bool> present)
    {
        foreach (int index in _order)
        {
            SignalDecoder signal = _signals[index];
            bool isThere = signal.BytesNeeded <= data.Length && IsSelected(index, bits, present);
            present[index] = isThere;
            bits[index] = isThere ? signal.BitsOf(data) : 0;
        }
    }

    /// <summary>Physical values of a frame.</summary>
    /// <param name="frame">A data frame of this message.</param>
    /// <param name="values">Takes the values by signal index; NaN where the frame does not carry the signal.</param>
    public void Decode(in CanLogFrame frame, Span<double> values)
    {
        Span<ulong> bits = _signals.Length <= 128 ? stackalloc ulong[_signals.Length] : new ulong[_signals.Length];
        Span<bool> present = _signals.Length <= 128 ? stackalloc bool[_signals.Length] : new bool[_signals.Length];
        Decode(frame, bits, present);
        for (int index = 0; index < _signals.Length; index++)
        {
            values[index] = present[index] ? _signals[index].PhysicalOf(bits[index]) : double.NaN;
        }
    }

    private bool IsSelected(int index, ReadOnlySpan<ulong> bits, ReadOnlySpan<bool> present)
    {
        int parent = _parents[index];
        return parent < 0 || (present[parent] && _signals[index].Signal.Multiplexing!.Selects(bits[parent]));
    }

    private int IndexOf(string? name)
    {
        for (int index = 0; name is not null && index < Message.Signals.Count; index++)
        {
            if (Message.Signals[index].Name == name)
            {
                return index;
            }
        }

        return -1;
    }
}

/// <summary>The decoders of all messages of a DBC file, found by identifier.</summary>
public sealed class DatabaseDecoder
{
    private readonly MessageDecoder?[] _standard = new MessageDecoder?[0x800];
    private readonly Dictionary<uint, MessageDecoder> _extended = [];

    /// <param name="database">The messages.</param>
    public DatabaseDecoder(DbcDatabase database)
    {
        foreach (DbcMessage message in database.Messages)
        {
            // Of several messages with one identifier the first counts, as the database says.
            if (message.IsExtended)
            {
                _extended.TryAdd(message.Id, new MessageDecoder(message));
            }
            else
            {
                _standard[message.Id] ??= new MessageDecoder(message);
            }
        }
    }

    /// <summary>The decoder of that identifier, or null.</summary>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="isExtended">True for a 29-bit identifier.</param>
    public MessageDecoder? Find(uint id, bool isExtended)
        => isExtended ? _extended.GetValueOrDefault(id) : id < _standard.Length ? _standard[id] : null;
}
