using System.Text;

namespace Bms.Can.Dbc;

/// <summary>A DBC file in memory: messages, signals, nodes, tables and attributes. Immutable, so it can be shared between threads.</summary>
public sealed class DbcDatabase
{
    private readonly Dictionary<(uint Id, bool IsExtended), DbcMessage> _byId = [];

    internal DbcDatabase(string fileName) => FileName = fileName;

    /// <summary>The file as the caller named it.</summary>
    public string FileName { get; }

    /// <summary>Text of VERSION.</summary>
    public string Version { get; internal set; } = "";

    /// <summary>Comment on the file as a whole (CM_ without an object), or null; of several the last.</summary>
    public string? Comment { get; internal set; }

    /// <summary>Nodes in the order of the file.</summary>
    public IReadOnlyList<DbcNode> Nodes => NodeStore;

    /// <summary>Messages in the order of the file, without VECTOR__INDEPENDENT_SIG_MSG, the store of signals that belong to no message.</summary>
    public IReadOnlyList<DbcMessage> Messages => MessageStore;

    /// <summary>Named value tables (VAL_TABLE_).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<long, string>> ValueTables => ValueTableStore;

    /// <summary>Environment variables (EV_).</summary>
    public IReadOnlyList<DbcEnvironmentVariable> EnvironmentVariables => EnvironmentVariableStore;

    /// <summary>Declared attributes.</summary>
    public IReadOnlyList<DbcAttributeDefinition> AttributeDefinitions => DefinitionStore;

    /// <summary>Attributes of the file as a whole.</summary>
    public IReadOnlyDictionary<string, DbcAttributeValue> Attributes => AttributeStore;

    /// <summary>Faults that cost no meaning: references to what is not there, doubles. In lenient mode also every statement or message that was left out.</summary>
    public IReadOnlyList<DbcException> Warnings => WarningStore;

    internal List<DbcNode> NodeStore { get; } = [];

    internal List<DbcMessage> MessageStore { get; } = [];

    internal Dictionary<string, IReadOnlyDictionary<long, string>> ValueTableStore { get; } = [];

    internal List<DbcEnvironmentVariable> EnvironmentVariableStore { get; } = [];

    internal List<DbcAttributeDefinition> DefinitionStore { get; } = [];

    internal Dictionary<string, DbcAttributeValue> AttributeStore { get; } = [];

    internal List<DbcException> WarningStore { get; } = [];

    /// <summary>Reads a DBC file: UTF-8 where it is valid UTF-8, else Windows-1252, which is what the trade's editors write.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lenient">False refuses the file at its first fault; true leaves the faulty statement or message out and says so in <see cref="Warnings"/>.</param>
    /// <exception cref="DbcException">The text is not a DBC file, or a message is impossible (strict).</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DbcDatabase Load(string path, bool lenient = false)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path}: is a folder. Name a DBC file in it.");
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path}: there is no such file. Check the name.", path, fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{path}: you may not read this file. Check its rights.", fault);
        }

        return Parse(Decode(bytes), path, lenient);
    }

    /// <summary>Several files as one, for logs of several buses or of mixed makes. Of messages with one identifier the first counts.</summary>
    /// <param name="databases">The files, at least one.</param>
    public static DbcDatabase Merge(IReadOnlyList<DbcDatabase> databases)
    {
        if (databases.Count == 1)
        {
            return databases[0];
        }

        var merged = new DbcDatabase(string.Join(" + ", databases.Select(database => database.FileName)));
        foreach (DbcDatabase database in databases)
        {
            merged.MessageStore.AddRange(database.Messages.Where(message => merged.FindMessage(message.Id, message.IsExtended) is null));
            merged.Index();
            merged.NodeStore.AddRange(database.Nodes);
            merged.DefinitionStore.AddRange(database.AttributeDefinitions);
            merged.WarningStore.AddRange(database.Warnings);
            foreach ((string name, DbcAttributeValue value) in database.Attributes)
            {
                merged.AttributeStore.TryAdd(name, value);
            }
        }

        return merged;
    }

    /// <summary>Reads DBC text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileName">Name for error messages.</param>
    /// <param name="lenient">As for <see cref="Load"/>.</param>
    /// <exception cref="DbcException">The text is not a DBC file, or a message is impossible (strict).</exception>
    public static DbcDatabase Parse(string text, string fileName = "text.dbc", bool lenient = false)
        => new DbcParser(text, fileName, lenient).Parse();

    /// <summary>The message with that identifier, or null.</summary>
    /// <param name="id">Identifier on the wire, without any flag bit.</param>
    /// <param name="isExtended">True for a 29-bit identifier.</param>
    public DbcMessage? FindMessage(uint id, bool isExtended) => _byId.GetValueOrDefault((id, isExtended));

    /// <summary>The message of that name, or null.</summary>
    public DbcMessage? FindMessage(string name)
    {
        foreach (DbcMessage message in MessageStore)
        {
            if (message.Name == name)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>Value of a message's attribute: the stated one, else the declared default, else null.</summary>
    public DbcAttributeValue? AttributeOf(DbcMessage message, string name) => Resolve(message.Attributes, DbcAttributeScope.Message, name);

    /// <summary>Value of a signal's attribute: the stated one, else the declared default, else null.</summary>
    public DbcAttributeValue? AttributeOf(DbcSignal signal, string name) => Resolve(signal.Attributes, DbcAttributeScope.Signal, name);

    internal void Index()
    {
        _byId.Clear();
        foreach (DbcMessage message in MessageStore)
        {
            if (!_byId.TryAdd((message.Id, message.IsExtended), message))
            {
                WarningStore.Add(new DbcException(
                    FileName,
                    message.Line,
                    message.Column,
                    $"message {message.Name} has the identifier 0x{message.Id:X} of {_byId[(message.Id, message.IsExtended)].Name}",
                    "Frames are decoded as the first of them; give one of them another identifier"));
            }
        }
    }

    private DbcAttributeValue? Resolve(IReadOnlyDictionary<string, DbcAttributeValue> stated, DbcAttributeScope scope, string name)
    {
        if (stated.TryGetValue(name, out DbcAttributeValue value))
        {
            return value;
        }

        return DefinitionStore.Find(definition => definition.Scope == scope && definition.Name == name)?.Default;
    }

    private static string Decode(byte[] bytes)
    {
        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            content = content[3..];
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(content);
        }
    }
}

/// <summary>A node on the bus (BU_).</summary>
public sealed class DbcNode
{
    internal DbcNode(string name) => Name = name;

    /// <summary>Name; the long name where the file gives one.</summary>
    public string Name { get; internal set; }

    /// <summary>Comment (CM_ BU_), or null.</summary>
    public string? Comment { get; internal set; }

    /// <summary>Attributes stated for this node (BA_ BU_).</summary>
    public IReadOnlyDictionary<string, DbcAttributeValue> Attributes => AttributeStore;

    internal Dictionary<string, DbcAttributeValue> AttributeStore { get; } = [];
}

/// <summary>An environment variable (EV_): kept for completeness, it never travels on the bus.</summary>
public sealed class DbcEnvironmentVariable
{
    internal DbcEnvironmentVariable(string name) => Name = name;

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>0 integer, 1 float, 2 text.</summary>
    public int Type { get; internal init; }

    /// <summary>Lowest value.</summary>
    public double Minimum { get; internal init; }

    /// <summary>Highest value.</summary>
    public double Maximum { get; internal init; }

    /// <summary>Unit, may be empty.</summary>
    public string Unit { get; internal init; } = "";

    /// <summary>Comment (CM_ EV_), or null.</summary>
    public string? Comment { get; internal set; }

    /// <summary>Texts of values (VAL_).</summary>
    public IReadOnlyDictionary<long, string> Values { get; internal set; } = new Dictionary<long, string>();

    /// <summary>Attributes stated for this variable (BA_ EV_).</summary>
    public IReadOnlyDictionary<string, DbcAttributeValue> Attributes => AttributeStore;

    internal Dictionary<string, DbcAttributeValue> AttributeStore { get; } = [];
}
