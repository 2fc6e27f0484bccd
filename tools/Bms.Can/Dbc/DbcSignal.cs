namespace Bms.Can.Dbc;

/// <summary>Order of a signal's bytes in the payload.</summary>
public enum DbcByteOrder
{
    /// <summary>Intel: the start bit is the least significant bit.</summary>
    LittleEndian,

    /// <summary>Motorola: the start bit is the most significant bit; bits run down through a byte and on to the top of the next.</summary>
    BigEndian,
}

/// <summary>How the raw bits of a signal are read.</summary>
public enum DbcValueType
{
    /// <summary>Integer; <see cref="DbcSignal.IsSigned"/> says which.</summary>
    Integer,

    /// <summary>IEEE 754 binary32 (SIG_VALTYPE_ 1).</summary>
    Float32,

    /// <summary>IEEE 754 binary64 (SIG_VALTYPE_ 2).</summary>
    Float64,
}

/// <summary>A closed range of multiplexor values.</summary>
/// <param name="First">Lowest raw value of the range.</param>
/// <param name="Last">Highest raw value of the range, included.</param>
public readonly record struct DbcMultiplexorRange(ulong First, ulong Last)
{
    /// <summary>True where <paramref name="value"/> lies in the range.</summary>
    public bool Contains(ulong value) => value >= First && value <= Last;
}

/// <summary>When a multiplexed signal is present: its multiplexor has a value in one of the ranges.</summary>
/// <param name="Multiplexor">Name of the signal that selects; it may be multiplexed itself.</param>
/// <param name="Ranges">Values that select the signal; never empty.</param>
public sealed record DbcMultiplexing(string Multiplexor, IReadOnlyList<DbcMultiplexorRange> Ranges)
{
    /// <summary>True where the multiplexor value <paramref name="value"/> selects the signal.</summary>
    public bool Selects(ulong value)
    {
        foreach (DbcMultiplexorRange range in Ranges)
        {
            if (range.Contains(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString()
        => Multiplexor + " = " + string.Join(", ", Ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}..{range.Last}"));
}

/// <summary>One signal of a message: where its bits are and what they mean. physical = raw * Factor + Offset.</summary>
public sealed class DbcSignal
{
    internal DbcSignal(string name, int line, int column)
    {
        Name = name;
        Line = line;
        Column = column;
    }

    /// <summary>Name, unique in its message; the long name where the file gives one.</summary>
    public string Name { get; internal set; }

    /// <summary>Start bit as the file states it: byte * 8 + bit of the least (little endian) or most (big endian) significant bit.</summary>
    public int StartBit { get; internal init; }

    /// <summary>Length in bits, 1..64.</summary>
    public int Length { get; internal init; }

    /// <summary>Order of the bytes.</summary>
    public DbcByteOrder ByteOrder { get; internal init; }

    /// <summary>True for two's complement integers.</summary>
    public bool IsSigned { get; internal init; }

    /// <summary>Integer or one of the float formats.</summary>
    public DbcValueType ValueType { get; internal set; }

    /// <summary>Physical units per raw step.</summary>
    public double Factor { get; internal init; }

    /// <summary>Physical value of raw 0.</summary>
    public double Offset { get; internal init; }

    /// <summary>Lowest physical value as stated; 0 together with a <see cref="Maximum"/> of 0 means not stated.</summary>
    public double Minimum { get; internal init; }

    /// <summary>Highest physical value as stated.</summary>
    public double Maximum { get; internal init; }

    /// <summary>True where the file states a range.</summary>
    public bool HasRange => Minimum != 0 || Maximum != 0;

    /// <summary>Unit as stated, may be empty.</summary>
    public string Unit { get; internal init; } = "";

    /// <summary>Nodes that receive the signal; Vector__XXX (nobody in particular) is left out.</summary>
    public IReadOnlyList<string> Receivers { get; internal init; } = [];

    /// <summary>True where the signal's value selects others.</summary>
    public bool IsMultiplexor { get; internal init; }

    /// <summary>When the signal is present; null means always.</summary>
    public DbcMultiplexing? Multiplexing { get; internal set; }

    /// <summary>Texts of raw values (VAL_); empty where there are none.</summary>
    public IReadOnlyDictionary<long, string> Values { get; internal set; } = new Dictionary<long, string>();

    /// <summary>Comment (CM_ SG_), or null.</summary>
    public string? Comment { get; internal set; }

    /// <summary>Attributes stated for this signal (BA_ SG_); defaults are in <see cref="DbcDatabase.AttributeDefinitions"/>.</summary>
    public IReadOnlyDictionary<string, DbcAttributeValue> Attributes => AttributeStore;

    /// <summary>Line of the signal in its file, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the signal's name, from 1.</summary>
    public int Column { get; }

    internal Dictionary<string, DbcAttributeValue> AttributeStore { get; } = [];

    /// <summary>What the m-token of the SG_ line says, before the multiplexors are resolved.</summary>
    internal ulong? StatedSelector { get; init; }

    /// <summary>Position of one bit of the value in the payload, as byte * 8 + bit.</summary>
    /// <param name="bit">Bit of the raw value, 0 = least significant.</param>
    public int PositionOf(int bit)
    {
        if (ByteOrder == DbcByteOrder.LittleEndian)
        {
            return StartBit + bit;
        }

        // Counted in transmission order, a big endian signal is contiguous: byte * 8 + (7 - bit).
        int mostSignificant = (StartBit & ~7) + 7 - (StartBit & 7);
        int inOrder = mostSignificant + Length - 1 - bit;
        return (inOrder & ~7) + 7 - (inOrder & 7);
    }

    /// <summary>Bytes of payload that hold the signal entirely.</summary>
    public int BytesNeeded => Math.Max(PositionOf(0), PositionOf(Length - 1)) / 8 + 1;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {StartBit}|{Length}@{(ByteOrder == DbcByteOrder.LittleEndian ? 1 : 0)}{(IsSigned ? '-' : '+')}";
}
