using System.Globalization;
using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>A condition on the latest values of signals, such as <c>Pack.Current &lt; -100 &amp;&amp; (Pack.Mode == "Drive" || abs(Pack.Power) &gt; 5e3)</c>.</summary>
/// <remarks>
/// Operators by rising strength: || &amp;&amp; (== != &lt; &lt;= &gt; &gt;=) (+ -) (* / %) (! -), parentheses, abs(). Signals are <c>Message.Signal</c>, or the signal alone where one message has it.
/// A text in quotation marks stands for the value that the signal's table gives that text. The condition does not hold until every signal in it has been seen.
/// </remarks>
public sealed class SignalCondition
{
    private readonly MessageTable _table;
    private readonly MessageDecoder?[] _decoders;
    private readonly List<(int Slot, int Signal)> _signals = [];
    private readonly ulong[] _bits;
    private readonly bool[] _present;
    private Func<double> _value = () => 0;
    private double[] _latest = [];
    private bool _holds;

    private SignalCondition(DbcDatabase database)
    {
        _table = new MessageTable(database);
        _decoders = new MessageDecoder[_table.Messages.Count];
        int most = _table.Messages.Select(message => message.Signals.Count).DefaultIfEmpty().Max();
        _bits = new ulong[most];
        _present = new bool[most];
    }

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The text.</param>
    /// <param name="database">The messages.</param>
    /// <exception cref="ArgumentException">The text is no condition, or names a signal that there is not.</exception>
    public static SignalCondition Parse(string text, DbcDatabase database)
    {
        var condition = new SignalCondition(database);
        var parser = new Parser(text, condition);
        condition._value = parser.ParseWhole();
        condition._latest = new double[condition._signals.Count];
        Array.Fill(condition._latest, double.NaN);
        foreach ((int slot, _) in condition._signals)
        {
            condition._decoders[slot] ??= new MessageDecoder(condition._table.Messages[slot]);
        }

        return condition;
    }

    /// <summary>Takes the frames of a block, in the order of the log.</summary>
    /// <param name="block">The frames.</param>
    /// <returns>For each frame whether the condition holds with it.</returns>
    public bool[] Judge(CanFrameBlock block)
    {
        bool[] holds = new bool[block.Count];
        for (int index = 0; index < block.Count; index++)
        {
            int slot = _table.Find(block.Id[index], block.Flags[index]);
            if (slot >= 0 && _decoders[slot] is { } decoder)
            {
                Take(decoder, slot, block.Data(index));
            }

            holds[index] = _holds;
        }

        return holds;
    }

    private void Take(MessageDecoder decoder, int slot, ReadOnlySpan<byte> data)
    {
        decoder.Decode(data, _bits, _present);
        bool isComplete = true;
        for (int index = 0; index < _signals.Count; index++)
        {
            (int owner, int signal) = _signals[index];
            if (owner == slot && _present[signal])
            {
                _latest[index] = decoder.Signals[signal].PhysicalOf(_bits[signal]);
            }

            isComplete &= !double.IsNaN(_latest[index]);
        }

        _holds = isComplete && _value() is not (0 or double.NaN);
    }

    private sealed class Parser(string text, SignalCondition owner)
    {
        private int _at;
        private DbcSignal? _lastSignal;

        public Func<double> ParseWhole()
        {
            Func<double> value = Or();
            Skip();
            return _at == text.Length ? value : throw Fault("an operator belongs here");
        }

        private Func<double> Or()
        {
            Func<double> left = And();
            while (Takes("||"))
            {
                Func<double> first = left;
                Func<double> second = And();
                left = () => first() != 0 || second() != 0 ? 1 : 0;
            }

            return left;
        }

        private Func<double> And()
        {
            Func<double> left = Comparison();
            while (Takes("&&"))
            {
                Func<double> first = left;
                Func<double> second = Comparison();
                left = () => first() != 0 && second() != 0 ? 1 : 0;
            }

            return left;
        }

        private Func<double> Comparison()
        {
            _lastSignal = null;
            Func<double> left = Sum();
            DbcSignal? signal = _lastSignal;
            foreach (string comparison in (string[])["==", "!=", "<=", ">=", "<", ">"])
            {
                if (Takes(comparison))
                {
                    Func<double> right = Peek() == '"' ? Choice(signal) : Sum();
                    return comparison switch
                    {
                        "==" => () => IsSame(left(), right()) ? 1 : 0,
                        "!=" => () => IsSame(left(), right()) ? 0 : 1,
                        "<=" => () => left() <= right() ? 1 : 0,
                        ">=" => () => left() >= right() ? 1 : 0,
                        "<" => () => left() < right() ? 1 : 0,
                        _ => () => left() > right() ? 1 : 0,
                    };
                }
            }

            return left;
        }

        // 0.1 * 3 is not 0.3: equal is what differs by less than rounding does.
        private static bool IsSame(double left, double right) => Math.Abs(left - right) <= 1e-9 * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));

        private Func<double> Sum()
        {
            Func<double> left = Product();
            while (true)
            {
                Func<double> first = left;
                if (Takes("+"))
                {
                    Func<double> second = Product();
                    left = () => first() + second();
                }
                else if (Takes("-"))
                {
                    Func<double> second = Product();
                    left = () => first() - second();
                }
                else
                {
                    return left;
                }
            }
        }

        private Func<double> Product()
        {
            Func<double> left = Unary();
            while (true)
            {
                Func<double> first = left;
                char mark = Peek();
                if (mark is not ('*' or '/' or '%'))
                {
                    return left;
                }

                _at++;
                Func<double> second = Unary();
                left = mark switch { '*' => () => first() * second(), '/' => () => first() / second(), _ => () => first() % second() };
            }
        }

        private Func<double> Unary()
        {
            char mark = Peek();
            if (mark == '-')
            {
                _at++;
                Func<double> value = Unary();
                return () => -value();
            }

            if (mark == '!')
            {
                _at++;
                Func<double> value = Unary();
                return () => value() != 0 ? 0 : 1;
            }

            return Primary();
        }

        private Func<double> Primary()
        {
            char first = Peek();
            if (first == '(')
            {
                _at++;
                Func<double> value = Or();
                return Takes(")") ? value : throw Fault("')' is missing");
            }

            int start = _at;
            if (char.IsAsciiDigit(first) || first == '.')
            {
                while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '.' || (text[_at] is '+' or '-' && text[_at - 1] is 'e' or 'E')))
                {
                    _at++;
                }

                return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? () => number : throw Fault("this is no number");
            }

            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '.'))
            {
                _at++;
            }

            string name = text[start.._at];
            if (name.Length == 0)
            {
                throw Fault("a signal, a number or '(' belongs here");
            }

            if (name == "abs" && Peek() == '(')
            {
                _at++;
                Func<double> value = Or();
                return Takes(")") ? () => Math.Abs(value()) : throw Fault("')' is missing");
            }

            return Signal(name);
        }

        private Func<double> Signal(string name)
        {
            var found = new List<(int Slot, int Signal)>();
            IReadOnlyList<DbcMessage> messages = owner._table.Messages;
            for (int slot = 0; slot < messages.Count; slot++)
            {
                for (int signal = 0; signal < messages[slot].Signals.Count; signal++)
                {
                    string own = messages[slot].Signals[signal].Name;
                    if (own == name || $"{messages[slot].Name}.{own}" == name)
                    {
                        found.Add((slot, signal));
                    }
                }
            }

            if (found.Count != 1)
            {
                throw Fault(found.Count == 0
                    ? $"there is no signal {name}"
                    : $"several messages have a signal {name}: write {messages[found[0].Slot].Name}.{name} or {messages[found[1].Slot].Name}.{name}");
            }

            int place = owner._signals.IndexOf(found[0]);
            if (place < 0)
            {
                place = owner._signals.Count;
                owner._signals.Add(found[0]);
            }

            _lastSignal = messages[found[0].Slot].Signals[found[0].Signal];
            return () => owner._latest[place];
        }

        private Func<double> Choice(DbcSignal? signal)
        {
            int end = text.IndexOf('"', _at + 1);
            if (end < 0 || signal is null)
            {
                throw Fault(end < 0 ? "the text has no end" : "a text can only be compared with a signal");
            }

            string wanted = text[(_at + 1)..end];
            _at = end + 1;
            foreach ((long raw, string choice) in signal.Values)
            {
                if (choice.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    double value = (raw * signal.Factor) + signal.Offset;
                    return () => value;
                }
            }

            throw Fault($"the signal {signal.Name} has no value named \"{wanted}\"");
        }

        private char Peek()
        {
            Skip();
            return _at < text.Length ? text[_at] : '\0';
        }

        private bool Takes(string mark)
        {
            Skip();
            if (string.CompareOrdinal(text, _at, mark, 0, mark.Length) != 0)
            {
                return false;
            }

            _at += mark.Length;
            return true;
        }

        private void Skip()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }

        private ArgumentException Fault(string problem) => new($"the condition '{text}' fails at character {_at + 1}: {problem}.");
    }
}
