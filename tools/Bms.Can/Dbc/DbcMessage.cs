namespace Bms.Can.Dbc;

/// <summary>One message: a frame identifier and the signals in its payload.</summary>
public sealed class DbcMessage
{
    internal DbcMessage(uint id, bool isExtended, string name, int length, int line, int column)
    {
        Id = id;
        IsExtended = isExtended;
        Name = name;
        Length = length;
        Line = line;
        Column = column;
    }

    /// <summary>Identifier on the wire: 11 bits, or 29 where <see cref="IsExtended"/>.</summary>
    public uint Id { get; }

    /// <summary>True for a 29-bit identifier (bit 31 of the number in the file).</summary>
    public bool IsExtended { get; }

    /// <summary>Name; the long name where the file gives one.</summary>
    public string Name { get; internal set; }

    /// <summary>Payload length in bytes: 0..8 classic, to 64 FD, beyond for transport protocols.</summary>
    public int Length { get; }

    /// <summary>Nodes that send the message: that of BO_ first, then those of BO_TX_BU_; Vector__XXX is left out.</summary>
    public IReadOnlyList<string> Transmitters => TransmitterStore;

    /// <summary>Signals in the order of the file.</summary>
    public IReadOnlyList<DbcSignal> Signals => SignalStore;

    /// <summary>Named groups of signals (SIG_GROUP_).</summary>
    public IReadOnlyList<DbcSignalGroup> SignalGroups => SignalGroupStore;

    /// <summary>Comment (CM_ BO_), or null.</summary>
    public string? Comment { get; internal set; }

    /// <summary>Attributes stated for this message (BA_ BO_).</summary>
    public IReadOnlyDictionary<string, DbcAttributeValue> Attributes => AttributeStore;

    /// <summary>Line of the message in its file, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the message's name, from 1.</summary>
    public int Column { get; }

    internal List<string> TransmitterStore { get; } = [];

    internal List<DbcSignal> SignalStore { get; } = [];

    internal List<DbcSignalGroup> SignalGroupStore { get; } = [];

    internal Dictionary<string, DbcAttributeValue> AttributeStore { get; } = [];

    /// <summary>The signal of that name, or null.</summary>
    public DbcSignal? FindSignal(string name)
    {
        foreach (DbcSignal signal in SignalStore)
        {
            if (signal.Name == name)
            {
                return signal;
            }
        }

        return null;
    }

    /// <summary>True where one frame can carry both signals: no multiplexor above them tells them apart.</summary>
    /// <param name="first">A signal of this message.</param>
    /// <param name="second">Another signal of this message.</param>
    public bool CanCoexist(DbcSignal first, DbcSignal second)
    {
        foreach ((string multiplexor, DbcMultiplexing condition) in ConditionsOf(first))
        {
            foreach ((string otherMultiplexor, DbcMultiplexing other) in ConditionsOf(second))
            {
                if (multiplexor == otherMultiplexor
                    && !condition.Ranges.Any(range => other.Ranges.Any(otherRange => range.First <= otherRange.Last && otherRange.First <= range.Last)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private IEnumerable<(string Multiplexor, DbcMultiplexing Condition)> ConditionsOf(DbcSignal signal)
    {
        // The parser has refused circles, so this ends.
        for (DbcMultiplexing? condition = signal.Multiplexing; condition is not null; condition = FindSignal(condition.Multiplexor)?.Multiplexing)
        {
            yield return (condition.Multiplexor, condition);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} 0x{Id:X}";
}

/// <summary>A named group of signals of one message (SIG_GROUP_).</summary>
/// <param name="Name">Name of the group.</param>
/// <param name="Repetitions">Number of repetitions as stated.</param>
/// <param name="SignalNames">Names of the signals.</param>
public sealed record DbcSignalGroup(string Name, int Repetitions, IReadOnlyList<string> SignalNames);
