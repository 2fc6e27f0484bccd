using System.Buffers.Text;
using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Export;

/// <summary>Writes values of one signal as text: exactly where factor and offset are decimal numbers, which almost all are, by integer arithmetic alone.</summary>
internal sealed class SignalText
{
    /// <summary>Bytes of the longest number.</summary>
    public const int LongestNumber = 40;

    private const int MostDecimals = 9;

    private readonly SignalDecoder _decoder;
    private readonly ValueForm _form;
    private readonly Dictionary<long, byte[]> _texts;
    private readonly bool _isExact;
    private readonly int _decimals;
    private readonly ulong _divisor = 1;
    private readonly long _factor;
    private readonly long _offset;

    /// <param name="message">The signal's message.</param>
    /// <param name="signal">Index of the signal.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="quote">Makes a text of the value table fit for the format.</param>
    public SignalText(DbcMessage message, int signal, ExportOptions options, Func<string, string> quote)
    {
        Signal = message.Signals[signal];
        Index = signal;
        _decoder = new SignalDecoder(Signal);
        _form = options.Values;
        _texts = Signal.Values.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(quote(pair.Value)));
        EmptyOutsideRange = _form != ValueForm.Raw && Signal.HasRange && (options.EmptyOutsideRange ?? message.Attributes.ContainsKey("BmsE2eDataId"));

        // Decimal places that both numbers have; the product must stay far from the limits of long.
        while (_decimals < MostDecimals && !(IsWhole(Signal.Factor * _divisor) && IsWhole(Signal.Offset * _divisor)))
        {
            _decimals++;
            _divisor *= 10;
        }

        double factor = Signal.Factor * _divisor;
        double offset = Signal.Offset * _divisor;
        _isExact = Signal.ValueType == DbcValueType.Integer && Signal.Length <= 53 && IsWhole(factor) && IsWhole(offset)
            && Math.Abs(factor) * Math.Pow(2, Signal.Length) + Math.Abs(offset) < 4e18;
        _factor = _isExact ? (long)Math.Round(factor) : 0;
        _offset = _isExact ? (long)Math.Round(offset) : 0;
    }

    public DbcSignal Signal { get; }

    /// <summary>Index of the signal in its message.</summary>
    public int Index { get; }

    public bool EmptyOutsideRange { get; }

    /// <summary>True where the value is not available.</summary>
    public bool IsEmpty(ulong bits) => EmptyOutsideRange && !_decoder.IsInRange(_decoder.PhysicalOf(bits));

    /// <summary>The text of the value table, or empty.</summary>
    public ReadOnlySpan<byte> TextOf(ulong bits)
        => _texts.Count != 0 && _texts.TryGetValue(_decoder.RawOf(bits), out byte[]? text) ? text : default;

    /// <summary>Length of the longest text of the value table.</summary>
    public int LongestText => _texts.Count == 0 ? 0 : _texts.Values.Max(text => text.Length);

    /// <summary>Writes a value as the options want it.</summary>
    /// <param name="bits">Raw bits.</param>
    /// <param name="destination">At least <see cref="LongestNumber"/> and <see cref="LongestText"/> bytes.</param>
    /// <returns>Bytes written; 0 where the value is not available.</returns>
    public int Write(ulong bits, Span<byte> destination)
    {
        if (IsEmpty(bits))
        {
            return 0;
        }

        if (_form == ValueForm.Choices && TextOf(bits) is { IsEmpty: false } text)
        {
            text.CopyTo(destination);
            return text.Length;
        }

        return _form == ValueForm.Raw ? WriteRaw(bits, destination) : WriteNumber(bits, destination);
    }

    private static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < 1e-6 && Math.Abs(value) < 1e15 && (value == 0 || Math.Abs(value) >= 0.5);

    private int WriteRaw(ulong bits, Span<byte> destination)
    {
        int length;
        if (Signal.IsSigned)
        {
            Utf8Formatter.TryFormat(_decoder.RawOf(bits), destination, out length);
        }
        else
        {
            Utf8Formatter.TryFormat(bits, destination, out length);
        }

        return length;
    }

    private int WriteNumber(ulong bits, Span<byte> destination)
    {
        int length;
        if (!_isExact)
        {
            double value = _decoder.PhysicalOf(bits);
            if (!double.IsFinite(value))
            {
                return 0;
            }

            Utf8Formatter.TryFormat(value, destination, out length);
            return length;
        }

        long scaled = (_decoder.RawOf(bits) * _factor) + _offset;
        length = 0;
        if (scaled < 0)
        {
            destination[length++] = (byte)'-';
            scaled = -scaled;
        }

        ulong whole = (ulong)scaled / _divisor;
        ulong rest = (ulong)scaled - (whole * _divisor);
        Utf8Formatter.TryFormat(whole, destination[length..], out int digits);
        length += digits;
        if (rest == 0)
        {
            return length;
        }

        destination[length] = (byte)'.';
        int last = length + _decimals;
        bool isTrailing = true;
        for (int place = last; place > length; place--)
        {
            ulong next = rest / 10;
            byte digit = (byte)('0' + (rest - (next * 10)));
            rest = next;
            destination[place] = digit;
            if (isTrailing && digit == '0')
            {
                last--;
            }
            else
            {
                isTrailing = false;
            }
        }

        return last + 1;
    }
}
