using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Bms.Can.Dbc;

/// <summary>Reads KCD, the XML form of Kayak and others, into the same model as DBC files. All buses of the file come together.</summary>
/// <remarks>Big endian signals are placed by the number of bits of the payload before their most significant bit, in the order of transmission. Left out: variables, label groups, producers' details.</remarks>
internal sealed class KcdReader
{
    private readonly string _fileName;
    private readonly bool _lenient;
    private readonly DbcDatabase _database;
    private readonly Dictionary<string, string> _nodes = [];

    private KcdReader(string fileName, bool lenient)
    {
        _fileName = fileName;
        _lenient = lenient;
        _database = new DbcDatabase(fileName);
    }

    /// <exception cref="DbcException">The text is not KCD, or a message is impossible (strict).</exception>
    public static DbcDatabase Parse(string text, string fileName, bool lenient)
    {
        XElement root;
        try
        {
            // No document type: nothing is fetched, nothing is blown up.
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException fault)
        {
            throw new DbcException(fileName, Math.Max(1, fault.LineNumber), Math.Max(1, fault.LinePosition), "this is no XML (" + fault.Message.TrimEnd('.').ReplaceLineEndings(" ") + ")", "Check that the file was copied completely");
        }

        var parser = new KcdReader(fileName, lenient);
        if (root.Name.LocalName != "NetworkDefinition")
        {
            throw parser.Fault(root, $"the XML begins with {root.Name.LocalName}, not with NetworkDefinition", "Check that this is a KCD file");
        }

        return parser.Read(root);
    }

    private DbcDatabase Read(XElement root)
    {
        _database.Version = Children(root, "Document").Select(document => (string?)document.Attribute("version")).FirstOrDefault() ?? "";
        foreach (XElement node in Children(root, "Node"))
        {
            string name = Text(node, "name");
            _nodes[(string?)node.Attribute("id") ?? name] = name;
            _database.NodeStore.Add(new DbcNode(name));
        }

        foreach (XElement element in Children(root, "Bus").SelectMany(bus => Children(bus, "Message")))
        {
            try
            {
                _database.MessageStore.Add(ReadMessage(element));
            }
            catch (DbcException fault) when (_lenient)
            {
                _database.WarningStore.Add(fault);
            }
        }

        _database.Index();
        return _database;
    }

    private DbcMessage ReadMessage(XElement element)
    {
        string name = Text(element, "name");
        bool isExtended = (string?)element.Attribute("format") == "extended";
        string idText = Text(element, "id");
        bool isHex = idText.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!uint.TryParse(isHex ? idText.AsSpan(2) : idText, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint id) || id > (isExtended ? 0x1FFF_FFFFu : 0x7FFu))
        {
            throw Fault(element, $"'{idText}' is no identifier of {(isExtended ? 29 : 11)} bits", "Write it as 0x123; format=\"extended\" marks 29 bits");
        }

        var signals = new List<DbcSignal>();
        foreach (XElement multiplex in Children(element, "Multiplex"))
        {
            DbcSignal selector = ReadSignal(multiplex, null, isMultiplexor: true);
            signals.Add(selector);
            foreach (XElement group in Children(multiplex, "MuxGroup"))
            {
                ulong count = (ulong)Whole(group, "count", 0, long.MaxValue);
                var condition = new DbcMultiplexing(selector.Name, [new DbcMultiplexorRange(count, count)]);
                signals.AddRange(Children(group, "Signal").Select(signal => ReadSignal(signal, condition, isMultiplexor: false)));
            }
        }

        signals.AddRange(Children(element, "Signal").Select(signal => ReadSignal(signal, null, isMultiplexor: false)));
        int length = (string?)element.Attribute("length") is null or "auto"
            ? signals.Select(signal => signal.BytesNeeded).DefaultIfEmpty(0).Max()
            : (int)Whole(element, "length", 0, 0x7FFF);
        IXmlLineInfo place = element;
        var message = new DbcMessage(id, isExtended, name, length, place.LineNumber, place.LinePosition) { Comment = Notes(element) };
        message.TransmitterStore.AddRange(Children(element, "Producer").SelectMany(NodesOf));
        foreach (DbcSignal signal in signals)
        {
            if (message.FindSignal(signal.Name) is { } other)
            {
                throw new DbcException(_fileName, signal.Line, signal.Column, $"message {name} has two signals named {signal.Name}, the other on line {other.Line}", "Rename or remove one of them");
            }

            message.SignalStore.Add(signal);
        }

        DbcLayout.Check(message, _fileName, _lenient ? _database.WarningStore : null);
        return message;
    }

    private DbcSignal ReadSignal(XElement element, DbcMultiplexing? condition, bool isMultiplexor)
    {
        int offset = (int)Whole(element, "offset", 0, 0x7FFF * 8);
        int length = (int)Whole(element, "length", 1, 64, standard: 1);
        bool isBig = (string?)element.Attribute("endianess") == "big";
        XElement? value = Children(element, "Value").FirstOrDefault();
        string type = (string?)value?.Attribute("type") ?? "unsigned";
        DbcValueType valueType = type switch { "single" => DbcValueType.Float32, "double" => DbcValueType.Float64, _ => DbcValueType.Integer };
        if (valueType != DbcValueType.Integer && length != (valueType == DbcValueType.Float32 ? 32 : 64))
        {
            throw Fault(element, $"a {type} is not {length} bits long", "Correct the length or the type");
        }

        double factor = Number(value, "slope", 1);
        if (factor == 0)
        {
            throw Fault(value!, "the slope is zero", "Write 1 for a signal without scaling");
        }

        IXmlLineInfo place = element;
        return new DbcSignal(Text(element, "name"), place.LineNumber, place.LinePosition)
        {
            StartBit = isBig ? (offset / 8 * 8) + 7 - (offset % 8) : offset,
            Length = length,
            ByteOrder = isBig ? DbcByteOrder.BigEndian : DbcByteOrder.LittleEndian,
            IsSigned = type == "signed",
            ValueType = valueType,
            Factor = factor,
            Offset = Number(value, "intercept", 0),
            Minimum = Number(value, "min", 0),
            Maximum = Number(value, "max", 0),
            Unit = (string?)value?.Attribute("unit") ?? "",
            Receivers = [.. Children(element, "Consumer").SelectMany(NodesOf)],
            IsMultiplexor = isMultiplexor,
            Multiplexing = condition,
            Comment = Notes(element),
            Values = Labels(element),
        };
    }

    private Dictionary<long, string> Labels(XElement element)
    {
        var values = new Dictionary<long, string>();
        foreach (XElement label in Children(element, "LabelSet").SelectMany(set => Children(set, "Label")))
        {
            values.TryAdd(Whole(label, "value", long.MinValue, long.MaxValue), Text(label, "name"));
        }

        return values;
    }

    private IEnumerable<string> NodesOf(XElement element)
        => Children(element, "NodeRef").Select(reference => (string?)reference.Attribute("id") ?? "").Where(id => id.Length > 0).Select(id => _nodes.GetValueOrDefault(id, id));

    private static IEnumerable<XElement> Children(XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

    private static string? Notes(XElement element) => Children(element, "Notes").FirstOrDefault()?.Value.Trim().ReplaceLineEndings("\n");

    private string Text(XElement element, string attribute)
        => (string?)element.Attribute(attribute) is { Length: > 0 } text ? text : throw Fault(element, $"{element.Name.LocalName} has no {attribute}", $"Write {attribute}=\"...\"");

    private long Whole(XElement element, string attribute, long minimum, long maximum, long? standard = null)
    {
        string? text = (string?)element.Attribute(attribute);
        if (text is null && standard is not null)
        {
            return standard.Value;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= minimum && value <= maximum
            ? value
            : throw Fault(element, $"{attribute}=\"{text}\" of {element.Name.LocalName} is no whole number from {minimum} to {maximum}", "Correct it");
    }

    private double Number(XElement? element, string attribute, double standard)
    {
        string? text = (string?)element?.Attribute(attribute);
        return text is null ? standard : DbcTokenizer.TryParse(text, out double value) ? value : throw Fault(element!, $"{attribute}=\"{text}\" is no number", "Write a number with a decimal point");
    }

    private DbcException Fault(XElement element, string problem, string remedy)
    {
        IXmlLineInfo place = element;
        return new DbcException(_fileName, Math.Max(1, place.LineNumber), Math.Max(1, place.LinePosition), problem, remedy);
    }
}
