using System.Globalization;
using Bms.Can.Dbc;

namespace Bms.CodeGen;

/// <summary>The pack and unpack code of one signal: integers in the unit of the name, saturation, "not available".</summary>
/// <remarks>
/// Written for an interpreter in which every instruction costs the same: everything that can be folded is, a byte that belongs to one signal
/// alone is stored without reading it, and no mask stands where a shift or a narrowing store already drops the bits.
/// </remarks>
internal sealed class SignalCode
{
    private readonly string _name;
    private readonly DbcSignal _signal;
    private readonly List<Segment> _segments;
    private readonly long _factor;
    private readonly long _offset;

    /// <param name="signal">The signal; of a family or of slots the first of its kind.</param>
    /// <param name="name">Name in the generated code.</param>
    /// <param name="fileName">DBC file, for error messages.</param>
    /// <exception cref="DbcException">The signal cannot be carried by an int.</exception>
    public SignalCode(DbcSignal signal, string name, string fileName)
    {
        _name = name;
        _signal = signal;
        DbcException Refusal(string problem, string remedy) => new(fileName, signal.Line, signal.Column, $"signal {signal.Name} {problem}", remedy);

        if (signal.ValueType != DbcValueType.Integer)
        {
            throw Refusal("is a float", "The firmware takes integers: send a scaled integer, or leave the message out of the firmware's file");
        }

        if (signal.Length > 32)
        {
            throw Refusal($"is {signal.Length} bits wide", "Generated code handles up to 32 bits; split the signal");
        }

        if (signal.Factor != Math.Floor(signal.Factor) || signal.Offset != Math.Floor(signal.Offset) || Math.Abs(signal.Factor) > int.MaxValue || signal.Offset is > int.MaxValue or < int.MinValue)
        {
            throw Refusal(
                $"has factor {signal.Factor.ToString(CultureInfo.InvariantCulture)} and offset {signal.Offset.ToString(CultureInfo.InvariantCulture)}, but generated code is integer",
                "Choose a finer unit in which both are whole numbers, such as mV instead of V");
        }

        _factor = (long)signal.Factor;
        _offset = (long)signal.Offset;
        if (_factor < 0)
        {
            throw Refusal("has a negative factor", "Turn its sign convention round in the DBC file");
        }

        LowestRaw = signal.IsSigned ? -(1L << (signal.Length - 1)) : 0;
        HighestRaw = signal.IsSigned ? (1L << (signal.Length - 1)) - 1 : (1L << signal.Length) - 1;
        MinimumRaw = LowestRaw;
        MaximumRaw = HighestRaw;
        if (signal.HasRange)
        {
            MinimumRaw = (long)Math.Ceiling((signal.Minimum - signal.Offset) / signal.Factor);
            MaximumRaw = (long)Math.Floor((signal.Maximum - signal.Offset) / signal.Factor);
            if (MinimumRaw > MaximumRaw)
            {
                throw Refusal($"has an empty range [{signal.Minimum}|{signal.Maximum}]", "Write the lower limit first, and limits that the factor can meet");
            }

            if (MinimumRaw < LowestRaw || MaximumRaw > HighestRaw)
            {
                throw Refusal(
                    $"has the range [{signal.Minimum}|{signal.Maximum}], which its {signal.Length} bits cannot carry ([{LowestRaw * _factor + _offset}|{HighestRaw * _factor + _offset}])",
                    "Correct the range, the length, the factor or the sign");
            }
        }

        // int.MinValue itself means "not available".
        if (Minimum <= int.MinValue || Maximum > int.MaxValue)
        {
            throw Refusal($"has physical values from {Minimum} to {Maximum}, which do not fit an int", "State a narrower range, or choose a coarser unit");
        }

        long canonical = signal.IsSigned ? LowestRaw : HighestRaw;
        NotAvailableRaw = canonical < MinimumRaw || canonical > MaximumRaw ? canonical : null;
        _segments = Segment.Of(signal);
    }

    /// <summary>Lowest raw value that the bits can carry.</summary>
    public long LowestRaw { get; }

    /// <summary>Highest raw value that the bits can carry.</summary>
    public long HighestRaw { get; }

    /// <summary>Lowest raw value that means a physical one.</summary>
    public long MinimumRaw { get; }

    /// <summary>Highest raw value that means a physical one.</summary>
    public long MaximumRaw { get; }

    /// <summary>Raw value sent for "not available"; null where the range leaves none.</summary>
    public long? NotAvailableRaw { get; }

    /// <summary>Lowest physical value.</summary>
    public long Minimum => MinimumRaw * _factor + _offset;

    /// <summary>Highest physical value.</summary>
    public long Maximum => MaximumRaw * _factor + _offset;

    /// <summary>What a parameter with the value means: comment, unit and range, without a full stop.</summary>
    public string Meaning
    {
        get
        {
            string comment = CodeWriter.Escape((_signal.Comment ?? "").Replace('\n', ' ').Trim());
            string unit = _signal.Unit.Length == 0 ? "Value" : $"Value in {CodeWriter.Escape(_signal.Unit)},";
            return $"{comment}{(comment.Length == 0 ? "" : " ")}{unit} {Minimum}..{Maximum}; beyond it saturates";
        }
    }

    /// <summary>Physical value of a raw one.</summary>
    public long ToPhysical(long raw) => raw * _factor + _offset;

    /// <summary>Writes Unpack and Pack.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="presence">Sentence that says when a multiplexed signal is there, or null.</param>
    public void Write(CodeWriter code, string? presence)
    {
        string comment = CodeWriter.Escape((_signal.Comment ?? "").Replace('\n', ' ').Trim());
        string meaning = comment.Length == 0 ? "" : " " + comment;
        string range = $"{Minimum}..{Maximum}";
        if (_factor != 1)
        {
            range += $" in steps of {_factor}";
        }

        if (_signal.Unit.Length != 0)
        {
            range = $"in {CodeWriter.Escape(_signal.Unit)}, {range}";
        }

        bool alwaysValid = MinimumRaw == LowestRaw && MaximumRaw == HighestRaw;
        string where = presence is null ? "" : " " + CodeWriter.Escape(presence);

        code.Line($"/// <summary>Reads {_name}.{meaning}{where}</summary>");
        code.Line($"/// <returns>Value {range}{(alwaysValid ? "; every raw value is valid" : "; <see cref=\"SignalValue.NotAvailable\"/> where the raw value is outside of that range")}.</returns>");
        code.Line($"public static int Unpack{_name}(byte[] d)");
        code.Open();
        WriteUnpack(code);
        code.Close();
        code.Line();

        code.Line($"/// <summary>Writes {_name}, and no other bit.{meaning}{where}</summary>");
        code.Line("/// <param name=\"d\">Payload.</param>");
        code.Line($"/// <param name=\"value\">Value {range}; beyond it saturates. {NotAvailableRule()}</param>");
        code.Line($"public static void Pack{_name}(byte[] d, int value)");
        code.Open();
        WritePack(code);
        code.Close();
    }

    /// <summary>Expression of the raw value, taken from the payload's 16-bit words <c>w0</c>.., the first byte of each in its high half.</summary>
    public string RawFromWords()
    {
        int room = _signal.IsSigned ? 32 - _signal.Length : 0;
        string joined = Joined(WordSegments().Select(segment =>
        {
            int target = segment.RawBit + room;
            int shift = target - segment.Low;
            string word = $"w{segment.Byte}";
            string bits = shift switch { > 0 => $"({word} << {shift})", < 0 => $"({word} >> {-shift})", _ => word };
            bool dropsAbove = segment.Low + segment.Count == 16 || target + segment.Count == 32;
            bool dropsBelow = target == 0 || segment.Low == 0;
            return dropsAbove && dropsBelow ? bits : $"({bits} & {Mask(((1L << segment.Count) - 1) << target)})";
        }));
        return room == 0 ? joined : $"({joined}) >> {room}";
    }

    /// <summary>Expression of the value or "not available", made from a raw value that stands in a variable.</summary>
    /// <param name="raw">Name of the variable.</param>
    public string ValueOf(string raw)
    {
        string? outside = OutsideRange(raw);
        string physical = PhysicalOf(raw, isVariable: true);
        return outside is null ? physical : $"{outside} ? SignalValue.NotAvailable : {physical}";
    }

    // As the byte segments, but neighbours in one word are one: those of a big-endian signal.
    private List<Segment> WordSegments()
    {
        var words = new List<Segment>();
        foreach (Segment segment in _segments)
        {
            var inWord = new Segment(segment.Byte / 2, segment.Low + (segment.Byte % 2 == 0 ? 8 : 0), segment.Count, segment.RawBit);
            if (words.Count > 0 && words[^1] is var last && last.Byte == inWord.Byte && last.Low + last.Count == inWord.Low)
            {
                words[^1] = last with { Count = last.Count + inWord.Count };
            }
            else
            {
                words.Add(inWord);
            }
        }

        return words;
    }

    // A hexadecimal literal beyond int would be a uint and make longs of its neighbours.
    private static string Mask(long bits) => bits <= int.MaxValue ? $"0x{bits:X}" : $"-0x{0x1_0000_0000 - bits:X}";

    private string NotAvailableRule()
        => NotAvailableRaw is { } raw
            ? $"<see cref=\"SignalValue.NotAvailable\"/> sends raw {raw}."
            : "There is no raw value for \"not available\": <see cref=\"SignalValue.NotAvailable\"/> sends the minimum.";

    private void WriteUnpack(CodeWriter code)
    {
        string raw = RawExpression();
        if (OutsideRange("raw") is null)
        {
            code.Line($"return {PhysicalOf(raw, isVariable: false)};");
            return;
        }

        code.Line($"int raw = {raw};");
        code.Line($"return {ValueOf("raw")};");
    }

    // Null where every raw value is a physical one.
    private string? OutsideRange(string raw)
    {
        // 32 unsigned bits live in an int: compared as what they are.
        bool wide = !_signal.IsSigned && _signal.Length == 32;
        return (MinimumRaw > LowestRaw, MaximumRaw < HighestRaw) switch
        {
            (true, true) => $"(uint)({Sum(raw, -MinimumRaw)}) > {MaximumRaw - MinimumRaw}u",
            (true, false) => wide ? $"(uint){raw} < {MinimumRaw}u" : $"{raw} < {Int(MinimumRaw)}",
            (false, true) => wide ? $"(uint){raw} > {MaximumRaw}u" : $"{raw} > {Int(MaximumRaw)}",
            _ => null,
        };
    }

    private string RawExpression()
    {
        if (_signal.IsSigned)
        {
            return SignedRawExpression();
        }

        if (_segments.Count == 1)
        {
            Segment only = _segments[0];
            string inPlace = only.Low > 0 ? $"d[{only.Byte}] >> {only.Low}" : $"d[{only.Byte}]";
            return only.Low + only.Count == 8 ? inPlace : $"{(only.Low > 0 ? $"({inPlace})" : inPlace)} & 0x{(1 << only.Count) - 1:X2}";
        }

        return Joined(_segments.Select(segment =>
        {
            string bits = segment.Low > 0 ? $"(d[{segment.Byte}] >> {segment.Low})" : $"d[{segment.Byte}]";
            if (segment.Low + segment.Count < 8)
            {
                bits = $"({bits} & 0x{(1 << segment.Count) - 1:X2})";
            }

            return segment.RawBit > 0 ? $"({bits} << {segment.RawBit})" : bits;
        }));
    }

    private string SignedRawExpression()
    {
        Segment top = _segments[^1];
        if (top.Low + top.Count == 8 && top.Low == 0)
        {
            // The top byte carries the sign itself.
            return Joined(_segments.Select(segment =>
            {
                string bits = segment == top ? $"(sbyte)d[{segment.Byte}]" : segment.Low > 0 ? $"(d[{segment.Byte}] >> {segment.Low})" : $"d[{segment.Byte}]";
                return segment.RawBit > 0 ? $"({bits} << {segment.RawBit})" : bits;
            }));
        }

        // Pushed against bit 31 and back: foreign bits above leave at the top, foreign bits below leave at the bottom, the sign comes along.
        int room = 32 - _signal.Length;
        string joined = Joined(_segments.Select(segment =>
        {
            int shift = segment.RawBit - segment.Low + room;
            return shift switch { > 0 => $"(d[{segment.Byte}] << {shift})", < 0 => $"(d[{segment.Byte}] >> {-shift})", _ => $"d[{segment.Byte}]" };
        }));
        return room == 0 ? joined : $"({joined}) >> {room}";
    }

    private string PhysicalOf(string raw, bool isVariable)
    {
        string operand = isVariable ? raw : $"({raw})";
        string scaled = _factor == 1 ? raw : $"{operand} * {_factor}";
        return _offset == 0 ? scaled : Sum(_factor == 1 ? operand : scaled, _offset);
    }

    private void WritePack(CodeWriter code)
    {
        WriteToRaw(code, "value");
        code.Line();
        foreach (Segment segment in _segments)
        {
            int own = ((1 << segment.Count) - 1) << segment.Low;
            code.Line(segment.Count == 8
                ? $"d[{segment.Byte}] = (byte){BitsOf(segment, "value")};"
                : $"d[{segment.Byte}] = (byte)((d[{segment.Byte}] & 0x{0xFF & ~own:X2}) | {BitsOf(segment, "value")});");
        }
    }

    /// <summary>Writes what turns the value in a variable into its raw value, saturated.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="variable">Name of the variable.</param>
    public void WriteToRaw(CodeWriter code, string variable)
    {
        long highest = Maximum;
        long lowest = Minimum;
        string inside = Sum(variable, -lowest);
        inside = inside == variable ? $"(uint){variable}" : $"(uint)({inside})";
        string maximumRaw = Int(MaximumRaw);
        string minimumRaw = Int(MinimumRaw);
        string low = NotAvailableRaw is { } notAvailable ? $"{variable} == SignalValue.NotAvailable ? {Int(notAvailable)} : {minimumRaw}" : minimumRaw;
        string toRaw = ToRaw(variable);
        if (highest == lowest)
        {
            code.Line($"{variable} = {(NotAvailableRaw is null ? minimumRaw : low)};");
            return;
        }

        code.Line($"if ({inside} > {highest - lowest}u)");
        code.Open();
        code.Line($"{variable} = {variable} > {Int(highest)} ? {maximumRaw} : {low};");
        code.Close();
        if (toRaw != variable)
        {
            code.Line("else");
            code.Open();
            code.Line($"{variable} = {toRaw};");
            code.Close();
        }
    }

    /// <summary>The bits of a raw value in one byte of the payload, as an expression whose higher bits the byte drops; null where it has none there.</summary>
    /// <param name="index">Byte of the payload.</param>
    /// <param name="variable">Name of the variable with the raw value.</param>
    public string? BitsIn(int index, string variable)
    {
        foreach (Segment segment in _segments)
        {
            if (segment.Byte == index)
            {
                return BitsOf(segment, variable);
            }
        }

        return null;
    }

    private string BitsOf(Segment segment, string variable)
    {
        int shift = segment.Low - segment.RawBit;
        string bits = shift switch { > 0 => $"({variable} << {shift})", < 0 => $"({variable} >> {-shift})", _ => variable };

        // What may be negative as an int, 32 unsigned bits among it, drags its sign along when it is shifted down.
        bool needsMask = (_signal.IsSigned || _signal.Length == 32) && segment.Low + segment.Count < 8;
        return needsMask ? $"({bits} & 0x{((1 << segment.Count) - 1) << segment.Low:X2})" : bits;
    }

    private string ToRaw(string variable)
    {
        if (_factor == 1)
        {
            return Sum(variable, -_offset);
        }

        // Rounds to the nearest step; the bias keeps the dividend positive, where division truncates downwards.
        long bias = _factor / 2 - Minimum;
        string dividend = Sum(variable, bias);
        bool fits = Maximum + bias <= int.MaxValue;
        string quotient = fits ? $"{(dividend == variable ? dividend : $"({dividend})")} / {_factor}" : $"(int)((uint)({dividend}) / {_factor}u)";
        return Sum(quotient, MinimumRaw);
    }

    /// <summary>Joins disjoint bits. '+' costs what '|' costs and does not warn about signs.</summary>
    private static string Joined(IEnumerable<string> terms) => string.Join(" + ", terms);

    /// <summary>A sum in 32-bit arithmetic, with the constant folded into its range.</summary>
    private static string Sum(string expression, long constant)
    {
        int folded = unchecked((int)constant);
        return folded switch
        {
            0 => expression,
            int.MinValue => $"{expression} + int.MinValue",
            < 0 => $"{expression} - {-folded}",
            _ => $"{expression} + {folded}",
        };
    }

    private static string Int(long value)
    {
        int folded = unchecked((int)value);
        return folded == int.MinValue ? "int.MinValue" : folded.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Bits of a signal that lie together in one byte.</summary>
    /// <param name="Byte">Byte of the payload.</param>
    /// <param name="Low">Lowest of the bits in the byte.</param>
    /// <param name="Count">Number of bits.</param>
    /// <param name="RawBit">Bit of the raw value that lies at <paramref name="Low"/>.</param>
    private readonly record struct Segment(int Byte, int Low, int Count, int RawBit)
    {
        /// <summary>The segments from the least significant one up.</summary>
        public static List<Segment> Of(DbcSignal signal)
        {
            var segments = new List<Segment>();
            int bit = 0;
            while (bit < signal.Length)
            {
                int position = signal.PositionOf(bit);
                int count = Math.Min(8 - (position & 7), signal.Length - bit);
                segments.Add(new Segment(position >> 3, position & 7, count, bit));
                bit += count;
            }

            return segments;
        }
    }
}
