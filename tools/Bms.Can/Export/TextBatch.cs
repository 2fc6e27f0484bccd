using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Bms.Can.Export;

/// <summary>Text that grows, from a pool; what a thread makes of a batch.</summary>
/// <param name="expected">Bytes that it will have, as far as that is known: the pool keeps every size that was ever grown through.</param>
internal sealed class TextBatch(int expected = 0) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(expected, 1 << 20));

    public int Length { get; private set; }

    public long Rows { get; set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Room for what comes next; <see cref="Advance"/> says how much was used.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Dispose()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Seconds with six places: 12.345678.</summary>
    public static int WriteTime(long timeNs, Span<byte> destination)
    {
        int length = 0;
        if (timeNs < 0)
        {
            destination[length++] = (byte)'-';
            timeNs = -timeNs;
        }

        long second = timeNs / 1_000_000_000;
        Utf8Formatter.TryFormat(second, destination[length..], out int digits);
        length += digits;
        destination[length] = (byte)'.';
        uint microsecond = (uint)((timeNs - (second * 1_000_000_000)) / 1000);
        for (int place = length + 6; place > length; place--)
        {
            uint next = microsecond / 10;
            destination[place] = (byte)('0' + (microsecond - (next * 10)));
            microsecond = next;
        }

        return length + 7;
    }

    /// <summary>A field of CSV, in quotation marks where it needs them.</summary>
    public static string Csv(string text)
        => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : "\"" + text.Replace("\"", "\"\"") + "\"";

    /// <summary>A text of JSON with its quotation marks.</summary>
    public static string Json(string text) => "\"" + System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
