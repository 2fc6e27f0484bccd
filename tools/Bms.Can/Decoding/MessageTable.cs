using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>Finds the message of an identifier: standard ones in a table, extended ones in a hash table, those of J1939 by their parameter group too.</summary>
/// <remarks>Of several messages with one identifier the first counts. Remembers what it was asked, so each thread has its own.</remarks>
public sealed class MessageTable
{
    private const int Unasked = -2;
    private const int MostRemembered = 1 << 16;

    private readonly DbcMessage[] _messages;
    private readonly int[] _standard = new int[0x800];
    private readonly Dictionary<uint, int> _byGroup = [];
    private uint[] _keys = new uint[256];
    private int[] _slots = new int[256];
    private int _remembered;

    /// <param name="database">The messages.</param>
    public MessageTable(DbcDatabase database)
    {
        _messages = [.. database.Messages];
        Array.Fill(_standard, -1);
        Array.Fill(_slots, Unasked);
        for (int slot = 0; slot < _messages.Length; slot++)
        {
            DbcMessage message = _messages[slot];
            if (!message.IsExtended)
            {
                if (_standard[message.Id] < 0)
                {
                    _standard[message.Id] = slot;
                }

                continue;
            }

            if (FindExactly(message.Id) < 0)
            {
                Remember(message.Id, slot);
            }

            if (J1939.IsParameterGroup(database, message))
            {
                _byGroup.TryAdd(J1939.GroupOf(message.Id), slot);
            }
        }
    }

    /// <summary>The messages; a slot is a position in it.</summary>
    public IReadOnlyList<DbcMessage> Messages => _messages;

    /// <summary>Slot of the message of an identifier, or -1.</summary>
    /// <param name="id">Identifier without flag bits.</param>
    /// <param name="flags">Kind of frame; those without data have no message.</param>
    public int Find(uint id, CanFrameFlags flags)
    {
        if ((flags & (CanFrameFlags.Extended | CanFrameFlags.Remote | CanFrameFlags.Error)) == 0)
        {
            return id < 0x800 ? _standard[id] : -1;
        }

        if ((flags & (CanFrameFlags.Remote | CanFrameFlags.Error)) != 0)
        {
            return -1;
        }

        int slot = FindExactly(id);
        return slot != Unasked ? slot : Resolve(id);
    }

    private int FindExactly(uint id)
    {
        int mask = _keys.Length - 1;
        for (int place = PlaceOf(id, mask); ; place = (place + 1) & mask)
        {
            int slot = _slots[place];
            if (slot == Unasked || _keys[place] == id)
            {
                return slot;
            }
        }
    }

    private int Resolve(uint id)
    {
        int slot = _byGroup.Count > 0 ? _byGroup.GetValueOrDefault(J1939.GroupOf(id), -1) : -1;
        if (_remembered < MostRemembered)
        {
            Remember(id, slot);
        }

        return slot;
    }

    private void Remember(uint id, int slot)
    {
        if (_remembered * 4 >= _keys.Length)
        {
            uint[] keys = _keys;
            int[] slots = _slots;
            _keys = new uint[keys.Length * 4];
            _slots = new int[keys.Length * 4];
            _remembered = 0;
            Array.Fill(_slots, Unasked);
            for (int index = 0; index < keys.Length; index++)
            {
                if (slots[index] != Unasked)
                {
                    Remember(keys[index], slots[index]);
                }
            }
        }

        int mask = _keys.Length - 1;
        int place = PlaceOf(id, mask);
        while (_slots[place] != Unasked)
        {
            place = (place + 1) & mask;
        }

        _keys[place] = id;
        _slots[place] = slot;
        _remembered++;
    }

    private static int PlaceOf(uint id, int mask) => (int)((id * 0x9E37_79B1u) >> 12) & mask;
}

/// <summary>Identifiers of SAE J1939: priority, parameter group, source; the DBC file states one of many that carry the same group.</summary>
public static class J1939
{
    /// <summary>The parameter group number: of a group with a destination (PDU1) without that.</summary>
    /// <param name="id">29-bit identifier.</param>
    public static uint GroupOf(uint id)
    {
        uint group = (id >> 8) & 0x3FFFF;
        return (group & 0xFF00) < 0xF000 ? group & 0x3FF00 : group;
    }

    /// <summary>True where a message stands for a parameter group, whoever sends it: by its VFrameFormat, or by the file's ProtocolType.</summary>
    /// <param name="database">The file.</param>
    /// <param name="message">One of its messages.</param>
    public static bool IsParameterGroup(DbcDatabase database, DbcMessage message)
    {
        if (!message.IsExtended)
        {
            return false;
        }

        return message.Attributes.TryGetValue("VFrameFormat", out DbcAttributeValue format)
            ? format.Text == "J1939PG"
            : database.Attributes.TryGetValue("ProtocolType", out DbcAttributeValue protocol) ? protocol.Text == "J1939" : database.AttributeOf(message, "VFrameFormat")?.Text == "J1939PG";
    }
}
