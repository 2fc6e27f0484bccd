namespace Bms.Can.Dbc;

/// <summary>Reads the statements of a DBC file one after another, then attaches comments, values, attributes and multiplexing to what they name.</summary>
/// <remarks>
/// Statements may stand in any order and refer forwards: what they say about an object is kept until the whole file is read.
/// A reference to an object that does not exist is a warning, as the files in the field are full of them; what is not DBC at all,
/// a signal that leaves its message or lies on another one, is an error.
/// </remarks>
internal sealed class DbcParser
{
    private const uint ExtendedFlag = 0x8000_0000;
    private const uint IndependentSignals = 0xC000_0000;
    private const string Nobody = "Vector__XXX";

    /// <summary>Words that begin a statement, so that no name list runs into the next one.</summary>
    private static readonly HashSet<string> Keywords =
    [
        "VERSION", "NS_", "BS_", "BU_", "VAL_TABLE_", "BO_", "SG_", "BO_TX_BU_", "EV_", "EV_DATA_", "ENVVAR_DATA_", "SGTYPE_", "SIG_GROUP_", "CM_",
        "BA_DEF_", "BA_DEF_DEF_", "BA_", "BA_DEF_REL_", "BA_DEF_DEF_REL_", "BA_REL_", "BA_DEF_SGTYPE_", "BA_SGTYPE_", "VAL_", "SIG_VALTYPE_",
        "SIGTYPE_VALTYPE_", "SGTYPE_VAL_", "SIG_TYPE_REF_", "SG_MUL_VAL_", "CAT_DEF_", "CAT_", "FILTER", "NS_DESC_", "BU_SG_REL_", "BU_EV_REL_", "BU_BO_REL_",
    ];

    private readonly string _fileName;
    private readonly bool _lenient;
    private readonly DbcTokenizer _tokenizer;
    private readonly DbcDatabase _database;
    private readonly List<Action> _afterwards = [];
    private readonly Dictionary<uint, DbcMessage> _byStatedId = [];
    private DbcToken _token;
    private DbcToken _ahead;

    public DbcParser(string text, string fileName, bool lenient)
    {
        _fileName = fileName;
        _lenient = lenient;
        _tokenizer = new DbcTokenizer(text, fileName);
        _database = new DbcDatabase(fileName);
    }

    public DbcDatabase Parse()
    {
        _token = _tokenizer.Next();
        _ahead = _tokenizer.Next();
        if (_token.Kind == DbcTokenKind.End)
        {
            throw Fault(_token, "the file holds no statement", "Check that this is the right file and that it was copied completely");
        }

        while (_token.Kind != DbcTokenKind.End)
        {
            try
            {
                ReadStatement();
            }
            catch (DbcException fault) when (_lenient)
            {
                _database.WarningStore.Add(fault);
                SkipToStatement();
            }
        }

        foreach (Action attach in _afterwards)
        {
            attach();
        }

        for (int index = 0; index < _database.MessageStore.Count; index++)
        {
            DbcMessage message = _database.MessageStore[index];
            try
            {
                ResolveMultiplexing(message);
                DbcLayout.Check(message, _fileName, _lenient ? _database.WarningStore : null);
            }
            catch (DbcException fault) when (_lenient)
            {
                _database.WarningStore.Add(fault);
                _database.MessageStore.RemoveAt(index--);
            }
        }

        ApplyLongNames();
        _database.Index();
        return _database;
    }

    private void ReadStatement()
    {
        DbcToken keyword = Take();
        if (keyword.Kind != DbcTokenKind.Word)
        {
            throw Fault(keyword, $"{keyword.Described} does not begin a statement", "A statement begins with a keyword such as BO_ or CM_; look for a missing or doubled ';' or quotation mark above");
        }

        switch (keyword.Text)
        {
            case "VERSION":
                _database.Version = TakeText("the version");
                SkipMark(';');
                break;
            case "NS_":
                ReadNewSymbols();
                break;
            case "BS_":
                ReadBitTiming();
                break;
            case "BU_":
                ReadNodes();
                break;
            case "BO_":
                ReadMessage();
                break;
            case "BO_TX_BU_":
                ReadTransmitters();
                break;
            case "VAL_TABLE_":
                ReadValueTable();
                break;
            case "VAL_":
                ReadValues();
                break;
            case "CM_":
                ReadComment();
                break;
            case "BA_DEF_":
                ReadAttributeDefinition();
                break;
            case "BA_DEF_REL_":
                ReadRelationDefinition();
                break;
            case "BA_DEF_DEF_" or "BA_DEF_DEF_REL_":
                ReadAttributeDefault(keyword.Text == "BA_DEF_DEF_REL_");
                break;
            case "BA_":
                ReadAttribute();
                break;
            case "SIG_VALTYPE_":
                ReadSignalValueType();
                break;
            case "SG_MUL_VAL_":
                ReadExtendedMultiplexing();
                break;
            case "SIG_GROUP_":
                ReadSignalGroup();
                break;
            case "EV_":
                ReadEnvironmentVariable();
                break;
            case "SG_":
                throw Fault(keyword, "a signal stands outside of any message", "Put it under its BO_ line");
            case "BA_REL_" or "EV_DATA_" or "ENVVAR_DATA_" or "SGTYPE_" or "BA_DEF_SGTYPE_" or "BA_SGTYPE_" or "SIGTYPE_VALTYPE_" or "SGTYPE_VAL_"
                or "SIG_TYPE_REF_" or "CAT_DEF_" or "CAT_" or "FILTER" or "NS_DESC_":
                // Editor bookkeeping: it says nothing about what travels on the bus.
                SkipToSemicolon(keyword);
                break;
            default:
                throw Fault(keyword, $"{keyword.Described} is no statement of a DBC file", "Correct the keyword, or look for a missing ';' or quotation mark above");
        }
    }

    private void ReadNewSymbols()
    {
        Expect(':', "after NS_");

        // The list names keywords, which else begin statements: here they stand alone on their lines.
        while (_token.Kind == DbcTokenKind.Word && _token.Text is not ("BS_" or "BU_")
            && (_ahead.Line != _token.Line || _ahead.Kind is DbcTokenKind.End || (_ahead.Kind == DbcTokenKind.Word && Keywords.Contains(_ahead.Text) && Keywords.Contains(_token.Text))))
        {
            Take();
        }
    }

    private void ReadBitTiming()
    {
        Expect(':', "after BS_");
        while (_token.Kind is DbcTokenKind.Number || _token.Is(':') || _token.Is(',') || _token.Is(';'))
        {
            Take();
        }
    }

    private void ReadNodes()
    {
        Expect(':', "after BU_");

        // Nodes may go on over lines, but what a number or mark follows is a misspelt statement.
        while (IsName(_token) && (_token.Line != _ahead.Line || _ahead.Kind is DbcTokenKind.Word or DbcTokenKind.End || _ahead.Is(',') || _ahead.Is(';')))
        {
            DbcToken name = Take();
            if (_database.NodeStore.Exists(node => node.Name == name.Text))
            {
                Warn(name, $"node {name.Text} is listed twice", "Remove one of them");
            }
            else
            {
                _database.NodeStore.Add(new DbcNode(name.Text));
            }

            SkipMark(',');
        }

        SkipMark(';');
    }

    private void ReadMessage()
    {
        DbcToken idToken = _token;
        uint stated = TakeId();
        DbcToken name = TakeName("the message's name");
        Expect(':', "after the message's name");
        DbcToken lengthToken = _token;
        int length = TakeInt32("the message's length in bytes", 0, 0x7FFF);
        bool isExtended = (stated & ExtendedFlag) != 0;
        uint id = stated & ~ExtendedFlag;
        bool isStore = stated == IndependentSignals;
        if (!isStore && id > (isExtended ? 0x1FFF_FFFFu : 0x7FFu))
        {
            throw Fault(
                idToken,
                $"identifier {stated} of message {name.Text} has more than {(isExtended ? 29 : 11)} bits",
                isExtended ? "An extended identifier is written as its 29 bits plus 2147483648" : "Add 2147483648 where a 29-bit identifier is meant");
        }

        var message = new DbcMessage(id, isExtended, name.Text, length, name.Line, name.Column);
        if (IsName(_token) && _token.Line == lengthToken.Line)
        {
            string transmitter = Take().Text;
            if (transmitter != Nobody)
            {
                message.TransmitterStore.Add(transmitter);
            }
        }

        if (!isStore)
        {
            _database.MessageStore.Add(message);
        }

        _byStatedId.TryAdd(stated, message);
        while (_token.IsWord("SG_"))
        {
            Take();
            DbcToken signalName = _token;
            DbcSignal signal = ReadSignal();
            if (!isStore && message.FindSignal(signal.Name) is { } other)
            {
                throw Fault(signalName, $"message {message.Name} has two signals named {signal.Name}, the other on line {other.Line}", "Rename or remove one of them");
            }

            message.SignalStore.Add(signal);
        }
    }

    private DbcSignal ReadSignal()
    {
        DbcToken name = TakeName("the signal's name");
        bool isMultiplexor = false;
        ulong? selector = null;
        if (_token.Kind == DbcTokenKind.Word)
        {
            DbcToken mark = Take();
            ReadOnlySpan<char> rest = mark.Text;
            if (rest.EndsWith("M"))
            {
                isMultiplexor = true;
                rest = rest[..^1];
            }

            if (rest.Length > 1 && rest[0] == 'm' && ulong.TryParse(rest[1..], out ulong value))
            {
                selector = value;
                rest = default;
            }

            if (rest.Length != 0)
            {
                throw Fault(mark, $"{mark.Described} is not a multiplexing mark", "Write M (selects others), m5 (selected by value 5), m5M (both), or nothing before the ':'");
            }
        }

        Expect(':', "after the signal's name");
        int start = TakeInt32("the start bit", 0, 0x7FFF * 8);
        Expect('|', "between start bit and length");
        DbcToken lengthToken = _token;
        int length = TakeInt32("the signal's length in bits", 1, 0x7FFF * 8);
        if (length > 64)
        {
            throw Fault(lengthToken, $"signal {name.Text} is {length} bits long", "Signals hold 1 to 64 bits; split it");
        }

        Expect('@', "before the byte order");
        int order = TakeInt32("the byte order: 1 little endian, 0 big endian", 0, 1);
        DbcToken sign = Take();
        if (!sign.Is('+') && !sign.Is('-'))
        {
            throw Fault(sign, $"{sign.Described} stands where the sign of {name.Text} belongs", "Write + (unsigned) or - (signed) behind the byte order");
        }

        Expect('(', "before the factor");
        DbcToken factorToken = _token;
        double factor = TakeNumber("the factor");
        if (factor == 0)
        {
            throw Fault(factorToken, $"the factor of signal {name.Text} is zero", "Write 1 for a signal without scaling");
        }

        Expect(',', "between factor and offset");
        double offset = TakeNumber("the offset");
        Expect(')', "after the offset");
        Expect('[', "before the minimum");
        double minimum = TakeNumber("the minimum");
        Expect('|', "between minimum and maximum");
        double maximum = TakeNumber("the maximum");
        Expect(']', "after the maximum");
        string unit = TakeText("the unit");
        var receivers = new List<string>();
        while (IsName(_token))
        {
            string receiver = Take().Text;
            if (receiver != Nobody)
            {
                receivers.Add(receiver);
            }

            SkipMark(',');
        }

        return new DbcSignal(name.Text, name.Line, name.Column)
        {
            StartBit = start,
            Length = length,
            ByteOrder = order == 1 ? DbcByteOrder.LittleEndian : DbcByteOrder.BigEndian,
            IsSigned = sign.Is('-'),
            Factor = factor,
            Offset = offset,
            Minimum = minimum,
            Maximum = maximum,
            Unit = unit,
            Receivers = receivers,
            IsMultiplexor = isMultiplexor,
            StatedSelector = selector,
        };
    }

    private void ReadTransmitters()
    {
        DbcToken at = _token;
        uint id = TakeId();
        Expect(':', "after the identifier");
        var names = new List<string>();
        while (IsName(_token))
        {
            names.Add(Take().Text);
            SkipMark(',');
        }

        Expect(';', "at the end of BO_TX_BU_");
        Afterwards(at, id, message =>
        {
            foreach (string name in names)
            {
                if (name != Nobody && !message.TransmitterStore.Contains(name))
                {
                    message.TransmitterStore.Add(name);
                }
            }
        });
    }

    private void ReadValueTable()
    {
        DbcToken name = TakeName("the table's name");
        _database.ValueTableStore[name.Text] = TakeValues();
    }

    private void ReadValues()
    {
        DbcToken at = _token;
        if (IsName(at))
        {
            Take();
            Dictionary<long, string> variableValues = TakeValues();
            _afterwards.Add(() =>
            {
                if (FindVariable(at, at.Text) is { } variable)
                {
                    variable.Values = variableValues;
                }
            });
            return;
        }

        uint id = TakeId();
        DbcToken name = TakeName("the signal's name");
        if (IsName(_token))
        {
            DbcToken table = Take();
            Expect(';', "after the table's name");
            Afterwards(at, id, name, signal =>
            {
                if (_database.ValueTableStore.TryGetValue(table.Text, out IReadOnlyDictionary<long, string>? shared))
                {
                    signal.Values = shared;
                }
                else
                {
                    Warn(table, $"there is no value table {table.Text}", "Declare it with VAL_TABLE_, or list the values here");
                }
            });
            return;
        }

        Dictionary<long, string> values = TakeValues();
        Afterwards(at, id, name, signal => signal.Values = values);
    }

    private Dictionary<long, string> TakeValues()
    {
        var values = new Dictionary<long, string>();
        while (!_token.Is(';'))
        {
            DbcToken at = _token;
            double value = TakeNumber("a value, or ';' after the last text");
            if (value != Math.Floor(value) || Math.Abs(value) > 1.8e19)
            {
                throw Fault(at, $"{at.Described} is not an integer", "Value tables name raw values, which are integers");
            }

            string text = TakeText("the text of the value");

            // Above the range of long only unsigned 64-bit raw values remain; they keep their bits.
            if (!values.TryAdd(value > long.MaxValue ? unchecked((long)(ulong)value) : (long)value, text))
            {
                Warn(at, $"value {at.Text} is named twice", "The first text counts; remove the other");
            }
        }

        Take();
        return values;
    }

    private void ReadComment()
    {
        DbcToken at = _token;
        switch (at.Kind == DbcTokenKind.Word ? at.Text : "")
        {
            case "BU_":
                Take();
                DbcToken node = TakeName("the node's name");
                string nodeComment = TakeComment();
                _afterwards.Add(() => { if (FindNode(node) is { } found) { found.Comment = nodeComment; } });
                break;
            case "BO_":
                Take();
                uint id = TakeId();
                string messageComment = TakeComment();
                Afterwards(at, id, message => message.Comment = messageComment);
                break;
            case "SG_":
                Take();
                uint signalId = TakeId();
                DbcToken name = TakeName("the signal's name");
                string signalComment = TakeComment();
                Afterwards(at, signalId, name, signal => signal.Comment = signalComment);
                break;
            case "EV_":
                Take();
                DbcToken variable = TakeName("the variable's name");
                string variableComment = TakeComment();
                _afterwards.Add(() => { if (FindVariable(variable, variable.Text) is { } found) { found.Comment = variableComment; } });
                break;
            default:
                _database.Comment = TakeComment();
                break;
        }
    }

    private string TakeComment()
    {
        string text = TakeText("the comment");
        Expect(';', "after the comment");
        return text.ReplaceLineEndings("\n");
    }

    private void ReadAttributeDefinition()
    {
        DbcAttributeScope scope = DbcAttributeScope.Database;
        if (_token.Kind == DbcTokenKind.Word)
        {
            DbcToken word = Take();
            scope = word.Text switch
            {
                "BU_" => DbcAttributeScope.Node,
                "BO_" => DbcAttributeScope.Message,
                "SG_" => DbcAttributeScope.Signal,
                "EV_" => DbcAttributeScope.EnvironmentVariable,
                _ => throw Fault(word, $"{word.Described} is nothing an attribute can belong to", "Write BU_, BO_, SG_, EV_ or nothing before the attribute's name"),
            };
        }

        ReadDefinitionBody(scope);
    }

    private void ReadRelationDefinition()
    {
        Take();
        ReadDefinitionBody(DbcAttributeScope.Relation);
    }

    private void ReadDefinitionBody(DbcAttributeScope scope)
    {
        string name = TakeText("the attribute's name");
        DbcToken typeToken = Take();
        DbcAttributeType type = (typeToken.Kind == DbcTokenKind.Word ? typeToken.Text : "") switch
        {
            "INT" => DbcAttributeType.Integer,
            "HEX" => DbcAttributeType.Hexadecimal,
            "FLOAT" => DbcAttributeType.Float,
            "STRING" => DbcAttributeType.Text,
            "ENUM" => DbcAttributeType.Enumeration,
            _ => throw Fault(typeToken, $"{typeToken.Described} is no type of an attribute", "Write INT, HEX, FLOAT, STRING or ENUM"),
        };
        var choices = new List<string>();
        double? minimum = null;
        double? maximum = null;
        if (type == DbcAttributeType.Enumeration)
        {
            while (_token.Kind == DbcTokenKind.Text)
            {
                choices.Add(Take().Text);
                SkipMark(',');
            }
        }
        else if (_token.Kind == DbcTokenKind.Number)
        {
            minimum = TakeNumber("the lowest value");
            maximum = TakeNumber("the highest value");
        }

        Expect(';', "at the end of the attribute's definition");
        _database.DefinitionStore.Add(new DbcAttributeDefinition(name, scope, type) { Minimum = minimum, Maximum = maximum, Choices = choices });
    }

    private void ReadAttributeDefault(bool ofRelation)
    {
        DbcToken at = _token;
        string name = TakeText("the attribute's name");
        DbcToken valueToken = TakeAttributeValue();
        Expect(';', "after the default");
        bool found = false;
        foreach (DbcAttributeDefinition definition in _database.DefinitionStore)
        {
            if (definition.Name == name && (definition.Scope == DbcAttributeScope.Relation) == ofRelation)
            {
                definition.Default = Convert(valueToken, definition);
                found = true;
            }
        }

        if (!found)
        {
            Warn(at, $"the attribute \"{name}\" is not defined", "Define it with BA_DEF_ before its default");
        }
    }

    private void ReadAttribute()
    {
        DbcToken at = _token;
        string name = TakeText("the attribute's name");
        switch (_token.Kind == DbcTokenKind.Word ? _token.Text : "")
        {
            case "BU_":
                Take();
                DbcToken node = TakeName("the node's name");
                DbcAttributeValue nodeValue = TakeAttribute(at, name, DbcAttributeScope.Node);
                _afterwards.Add(() => { if (FindNode(node) is { } found) { found.AttributeStore[name] = nodeValue; } });
                break;
            case "BO_":
                Take();
                uint id = TakeId();
                DbcAttributeValue messageValue = TakeAttribute(at, name, DbcAttributeScope.Message);
                Afterwards(at, id, message => message.AttributeStore[name] = messageValue);
                break;
            case "SG_":
                Take();
                uint signalId = TakeId();
                DbcToken signalName = TakeName("the signal's name");
                DbcAttributeValue signalValue = TakeAttribute(at, name, DbcAttributeScope.Signal);
                Afterwards(at, signalId, signalName, signal => signal.AttributeStore[name] = signalValue);
                break;
            case "EV_":
                Take();
                DbcToken variable = TakeName("the variable's name");
                DbcAttributeValue variableValue = TakeAttribute(at, name, DbcAttributeScope.EnvironmentVariable);
                _afterwards.Add(() => { if (FindVariable(variable, variable.Text) is { } found) { found.AttributeStore[name] = variableValue; } });
                break;
            default:
                _database.AttributeStore[name] = TakeAttribute(at, name, DbcAttributeScope.Database);
                break;
        }
    }

    private DbcAttributeValue TakeAttribute(DbcToken at, string name, DbcAttributeScope scope)
    {
        DbcToken value = TakeAttributeValue();
        Expect(';', "after the attribute's value");
        DbcAttributeDefinition? definition = _database.DefinitionStore.Find(candidate => candidate.Name == name && candidate.Scope == scope);
        if (definition is null)
        {
            Warn(at, $"the attribute \"{name}\" is not defined for this kind of object", "Define it with BA_DEF_ above");
        }

        return Convert(value, definition);
    }

    private DbcToken TakeAttributeValue()
    {
        if (_token.Kind is not (DbcTokenKind.Number or DbcTokenKind.Text))
        {
            throw Fault(_token, $"{_token.Described} is not the value of an attribute", "Write a number or a text in quotation marks");
        }

        return Take();
    }

    private DbcAttributeValue Convert(DbcToken token, DbcAttributeDefinition? definition)
    {
        if (definition?.Type == DbcAttributeType.Enumeration)
        {
            for (int index = 0; index < definition.Choices.Count; index++)
            {
                if (token.Kind == DbcTokenKind.Text ? definition.Choices[index] == token.Text : token.Text == index.ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    return new DbcAttributeValue(definition.Choices[index], index);
                }
            }

            if (token.Text.Length != 0)
            {
                Warn(token, $"{token.Described} is no choice of the attribute \"{definition.Name}\"", "Use one of: " + string.Join(", ", definition.Choices));
            }
        }

        if (token.Kind == DbcTokenKind.Number)
        {
            return DbcAttributeValue.OfNumber(NumberOf(token));
        }

        // Some editors write numbers of INT and FLOAT attributes in quotation marks.
        return definition is { Type: DbcAttributeType.Integer or DbcAttributeType.Hexadecimal or DbcAttributeType.Float } && DbcTokenizer.TryParse(token.Text, out double number)
            ? DbcAttributeValue.OfNumber(number)
            : DbcAttributeValue.OfText(token.Text);
    }

    private void ReadSignalValueType()
    {
        DbcToken at = _token;
        uint id = TakeId();
        DbcToken name = TakeName("the signal's name");
        SkipMark(':');
        DbcToken typeToken = _token;
        int type = TakeInt32("the value type: 0 integer, 1 float, 2 double", 0, 3);
        Expect(';', "after the value type");
        Afterwards(at, id, name, signal =>
        {
            int bits = type switch { 1 => 32, 2 => 64, _ => signal.Length };
            if (signal.Length != bits)
            {
                var fault = Fault(typeToken, $"signal {signal.Name} is a {bits}-bit float but {signal.Length} bits long", "Correct the length, or the SIG_VALTYPE_");
                if (!_lenient)
                {
                    throw fault;
                }

                _database.WarningStore.Add(fault);
                return;
            }

            signal.ValueType = type switch { 1 => DbcValueType.Float32, 2 => DbcValueType.Float64, _ => DbcValueType.Integer };
        });
    }

    private void ReadExtendedMultiplexing()
    {
        DbcToken at = _token;
        uint id = TakeId();
        DbcToken name = TakeName("the multiplexed signal's name");
        DbcToken multiplexor = TakeName("the multiplexor's name");
        var ranges = new List<DbcMultiplexorRange>();
        do
        {
            ulong first = TakeUnsigned("the first value of a range");
            if (!SkipMark('-'))
            {
                throw Fault(_token, $"{_token.Described} stands where the '-' of a range belongs", "Write ranges as 3-3 or 4-7");
            }

            DbcToken lastToken = _token;
            ulong last = TakeUnsigned("the last value of a range");
            if (last < first)
            {
                throw Fault(lastToken, $"the range {first}-{last} is empty", "Write the lower value first");
            }

            ranges.Add(new DbcMultiplexorRange(first, last));
            SkipMark(',');
        }
        while (_token.Kind == DbcTokenKind.Number);

        Expect(';', "after the ranges");
        Afterwards(at, id, name, signal => signal.Multiplexing = new DbcMultiplexing(multiplexor.Text, ranges));
    }

    private void ReadSignalGroup()
    {
        DbcToken at = _token;
        uint id = TakeId();
        DbcToken name = TakeName("the group's name");
        int repetitions = TakeInt32("the number of repetitions", 0, int.MaxValue);
        Expect(':', "before the signals of the group");
        var names = new List<string>();
        while (IsName(_token))
        {
            names.Add(Take().Text);
            SkipMark(',');
        }

        Expect(';', "at the end of the group");
        Afterwards(at, id, message => message.SignalGroupStore.Add(new DbcSignalGroup(name.Text, repetitions, names)));
    }

    private void ReadEnvironmentVariable()
    {
        DbcToken name = TakeName("the variable's name");
        Expect(':', "after the variable's name");
        int type = TakeInt32("the variable's type", 0, 2);
        Expect('[', "before the minimum");
        double minimum = TakeNumber("the minimum");
        Expect('|', "between minimum and maximum");
        double maximum = TakeNumber("the maximum");
        Expect(']', "after the maximum");
        string unit = TakeText("the unit");
        _database.EnvironmentVariableStore.Add(new DbcEnvironmentVariable(name.Text) { Type = type, Minimum = minimum, Maximum = maximum, Unit = unit });

        // Initial value, number, access type and node are of no use without the editor that wrote them.
        SkipToSemicolon(name);
    }

    private void ResolveMultiplexing(DbcMessage message)
    {
        foreach (DbcSignal signal in message.SignalStore)
        {
            if (signal.StatedSelector is { } selector && signal.Multiplexing is null)
            {
                List<DbcSignal> candidates = message.SignalStore.FindAll(other => other.IsMultiplexor && other.StatedSelector is null && other.Multiplexing is null);
                if (candidates.Count != 1)
                {
                    throw FaultAt(
                        signal,
                        $"signal {signal.Name} is multiplexed, but message {message.Name} has {(candidates.Count == 0 ? "no multiplexor" : "several multiplexors")}",
                        candidates.Count == 0 ? "Mark the selecting signal with M" : "State its multiplexor with SG_MUL_VAL_");
                }

                signal.Multiplexing = new DbcMultiplexing(candidates[0].Name, [new DbcMultiplexorRange(selector, selector)]);
            }
        }

        foreach (DbcSignal signal in message.SignalStore)
        {
            int steps = 0;
            for (DbcSignal current = signal; current.Multiplexing is not null; steps++)
            {
                DbcSignal? multiplexor = message.FindSignal(current.Multiplexing.Multiplexor);
                if (multiplexor is null)
                {
                    throw FaultAt(current, $"the multiplexor {current.Multiplexing.Multiplexor} of signal {current.Name} is not in message {message.Name}", "Correct the name in SG_MUL_VAL_");
                }

                if (steps > message.SignalStore.Count)
                {
                    throw FaultAt(signal, $"the multiplexing of signal {signal.Name} runs in a circle", "Correct its SG_MUL_VAL_: a multiplexor cannot depend on what it selects");
                }

                current = multiplexor;
            }
        }
    }

    private void ApplyLongNames()
    {
        foreach (DbcNode node in _database.NodeStore)
        {
            node.Name = LongName(node.AttributeStore, "SystemNodeLongSymbol", node.Name);
        }

        foreach (DbcMessage message in _database.MessageStore)
        {
            message.Name = LongName(message.AttributeStore, "SystemMessageLongSymbol", message.Name);
            foreach (DbcSignal signal in message.SignalStore)
            {
                string name = LongName(signal.AttributeStore, "SystemSignalLongSymbol", signal.Name);
                if (name == signal.Name)
                {
                    continue;
                }

                foreach (DbcSignal other in message.SignalStore)
                {
                    if (other.Multiplexing?.Multiplexor == signal.Name)
                    {
                        other.Multiplexing = other.Multiplexing with { Multiplexor = name };
                    }
                }

                signal.Name = name;
            }
        }
    }

    private static string LongName(Dictionary<string, DbcAttributeValue> attributes, string attribute, string name)
        => attributes.TryGetValue(attribute, out DbcAttributeValue value) && value.Text.Length != 0 ? value.Text : name;

    // Attaching, after the whole file is read.

    private void Afterwards(DbcToken at, uint id, Action<DbcMessage> attach)
        => _afterwards.Add(() =>
        {
            if (_byStatedId.TryGetValue(id, out DbcMessage? message))
            {
                attach(message);
            }
            else
            {
                Warn(at, $"there is no message {id}", "Correct the identifier, or remove the statement");
            }
        });

    private void Afterwards(DbcToken at, uint id, DbcToken name, Action<DbcSignal> attach)
        => Afterwards(at, id, message =>
        {
            if (message.FindSignal(name.Text) is { } signal)
            {
                attach(signal);
            }
            else
            {
                Warn(name, $"message {message.Name} has no signal {name.Text}", "Correct the name, or remove the statement");
            }
        });

    private DbcNode? FindNode(DbcToken name)
    {
        DbcNode? node = _database.NodeStore.Find(candidate => candidate.Name == name.Text);
        if (node is null && name.Text != Nobody)
        {
            Warn(name, $"there is no node {name.Text}", "List it in BU_, or remove the statement");
        }

        return node;
    }

    private DbcEnvironmentVariable? FindVariable(DbcToken at, string name)
    {
        DbcEnvironmentVariable? variable = _database.EnvironmentVariableStore.Find(candidate => candidate.Name == name);
        if (variable is null)
        {
            Warn(at, $"there is no environment variable {name}", "Declare it with EV_, or remove the statement");
        }

        return variable;
    }

    // Tokens.

    private DbcToken Take()
    {
        DbcToken taken = _token;
        _token = _ahead;
        if (_ahead.Kind != DbcTokenKind.End)
        {
            _ahead = _tokenizer.Next();
        }

        return taken;
    }

    private static bool IsName(DbcToken token) => token.Kind == DbcTokenKind.Word && !Keywords.Contains(token.Text);

    private bool SkipMark(char mark)
    {
        if (!_token.Is(mark))
        {
            return false;
        }

        Take();
        return true;
    }

    private void Expect(char mark, string where)
    {
        if (!SkipMark(mark))
        {
            throw Fault(_token, $"{_token.Described} stands where '{mark}' belongs", $"Write '{mark}' {where}");
        }
    }

    private DbcToken TakeName(string what)
    {
        if (_token.Kind != DbcTokenKind.Word)
        {
            throw Fault(_token, $"{_token.Described} stands where {what} belongs", "Names are letters, digits and underscores and do not begin with a digit");
        }

        return Take();
    }

    private string TakeText(string what)
    {
        if (_token.Kind != DbcTokenKind.Text)
        {
            throw Fault(_token, $"{_token.Described} stands where {what} belongs", "Write it in quotation marks");
        }

        return Take().Text;
    }

    private double TakeNumber(string what)
    {
        if (_token.Kind != DbcTokenKind.Number)
        {
            throw Fault(_token, $"{_token.Described} stands where {what} belongs", "Write a number with a decimal point, no comma");
        }

        return NumberOf(Take());
    }

    private double NumberOf(DbcToken token)
        => DbcTokenizer.TryParse(token.Text, out double value) ? value : throw Fault(token, $"{token.Described} is beyond the range of numbers", "Write a smaller number");

    private int TakeInt32(string what, int minimum, int maximum)
    {
        DbcToken token = _token;
        double value = TakeNumber(what);
        return value == Math.Floor(value) && value >= minimum && value <= maximum
            ? (int)value
            : throw Fault(token, $"{token.Described} is not {what}", $"Write an integer from {minimum} to {maximum}");
    }

    private uint TakeId()
    {
        DbcToken token = _token;
        if (token.Kind != DbcTokenKind.Number || !uint.TryParse(token.Text, out uint id))
        {
            throw Fault(token, $"{token.Described} is not the identifier of a message", "Write the decimal number that follows BO_");
        }

        Take();
        return id;
    }

    private ulong TakeUnsigned(string what)
    {
        DbcToken token = _token;
        if (token.Kind != DbcTokenKind.Number || !ulong.TryParse(token.Text, out ulong value))
        {
            // "4 -7": the blank made the '-' look like a sign.
            if (token.Kind == DbcTokenKind.Number && token.Text[0] == '-' && ulong.TryParse(token.Text.AsSpan(1), out _))
            {
                throw Fault(token, $"{token.Described} is not {what}", "Write ranges without blanks around the '-', as 4-7");
            }

            throw Fault(token, $"{token.Described} is not {what}", "Write a whole number without a sign");
        }

        Take();
        return value;
    }

    private void SkipToSemicolon(DbcToken statement)
    {
        while (!_token.Is(';'))
        {
            if (_token.Kind == DbcTokenKind.End)
            {
                throw Fault(statement, $"the statement {statement.Text} never ends", "Close it with ';'");
            }

            Take();
        }

        Take();
    }

    /// <summary>After a fault in lenient mode: on to the next keyword that begins a line.</summary>
    private void SkipToStatement()
    {
        int line = _token.Line;
        while (_token.Kind != DbcTokenKind.End && (_token.Line == line || _token.Kind != DbcTokenKind.Word || !Keywords.Contains(_token.Text) || _token.Text == "SG_"))
        {
            line = _token.Line;
            try
            {
                Take();
            }
            catch (DbcException fault)
            {
                // A text without end: there is nothing behind it.
                _database.WarningStore.Add(fault);
                _token = new DbcToken(DbcTokenKind.End, "", fault.Line, fault.Column);
                _ahead = _token;
            }
        }
    }

    private void Warn(DbcToken at, string problem, string remedy) => _database.WarningStore.Add(Fault(at, problem, remedy));

    private DbcException FaultAt(DbcSignal signal, string problem, string remedy) => new(_fileName, signal.Line, signal.Column, problem, remedy);

    private DbcException Fault(DbcToken at, string problem, string remedy) => new(_fileName, at.Line, at.Column, problem, remedy);
}
