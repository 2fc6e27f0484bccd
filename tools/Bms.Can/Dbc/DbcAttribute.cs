using System.Globalization;

namespace Bms.Can.Dbc;

/// <summary>What an attribute may be attached to.</summary>
public enum DbcAttributeScope
{
    /// <summary>The file as a whole.</summary>
    Database,

    /// <summary>A node (BU_).</summary>
    Node,

    /// <summary>A message (BO_).</summary>
    Message,

    /// <summary>A signal (SG_).</summary>
    Signal,

    /// <summary>An environment variable (EV_).</summary>
    EnvironmentVariable,

    /// <summary>A node together with a message, signal or environment variable (BA_DEF_REL_).</summary>
    Relation,
}

/// <summary>Type of an attribute's value.</summary>
public enum DbcAttributeType
{
    /// <summary>INT.</summary>
    Integer,

    /// <summary>HEX, an integer too.</summary>
    Hexadecimal,

    /// <summary>FLOAT.</summary>
    Float,

    /// <summary>STRING.</summary>
    Text,

    /// <summary>ENUM.</summary>
    Enumeration,
}

/// <summary>Value of an attribute.</summary>
/// <param name="Text">The value as text; of an enumeration the name of its choice.</param>
/// <param name="Number">The value as a number; of an enumeration the index of its choice; NaN for texts.</param>
public readonly record struct DbcAttributeValue(string Text, double Number)
{
    /// <summary>The number as an integer, or null where the attribute is not one.</summary>
    public int? AsInt32() => Number >= int.MinValue && Number <= int.MaxValue && Number == Math.Floor(Number) ? (int)Number : null;

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static DbcAttributeValue OfNumber(double value) => new(value.ToString("R", CultureInfo.InvariantCulture), value);

    internal static DbcAttributeValue OfText(string value) => new(value, double.NaN);
}

/// <summary>Declaration of an attribute (BA_DEF_, BA_DEF_DEF_).</summary>
public sealed class DbcAttributeDefinition
{
    internal DbcAttributeDefinition(string name, DbcAttributeScope scope, DbcAttributeType type)
    {
        Name = name;
        Scope = scope;
        Type = type;
    }

    /// <summary>Name of the attribute.</summary>
    public string Name { get; }

    /// <summary>What it may be attached to.</summary>
    public DbcAttributeScope Scope { get; }

    /// <summary>Type of its values.</summary>
    public DbcAttributeType Type { get; }

    /// <summary>Lowest value of a number as stated; null where the file states none.</summary>
    public double? Minimum { get; internal init; }

    /// <summary>Highest value of a number as stated; null where the file states none.</summary>
    public double? Maximum { get; internal init; }

    /// <summary>Choices of an enumeration, by index.</summary>
    public IReadOnlyList<string> Choices { get; internal init; } = [];

    /// <summary>Value where nothing is stated; null where the file gives no default.</summary>
    public DbcAttributeValue? Default { get; internal set; }
}
