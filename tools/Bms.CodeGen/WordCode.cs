using Bms.Can.Dbc;

namespace Bms.CodeGen;

/// <summary>The method that checks the CRC of a whole message and unpacks all its values at once, from the 16-bit words in which a controller on SPI delivers it.</summary>
/// <remarks>
/// For messages that come often: one call for a frame instead of one for each signal, and no byte is ever made of a word. The values go into the caller's
/// array, in the order of the signals in the DBC file.
/// </remarks>
internal sealed class WordCode
{
    private readonly List<SignalCode> _values;
    private readonly int _length;

    /// <param name="values">Every signal but counter and CRC.</param>
    /// <param name="length">Bytes of the message, 3 or more.</param>
    public WordCode(List<SignalCode> values, int length)
    {
        _values = values;
        _length = length;
    }

    /// <summary>Writes <c>UnpackAll</c>.</summary>
    public void Write(CodeWriter code)
    {
        code.Line();
        code.Line("/// <summary>Checks the CRC and reads every value at once.</summary>");
        code.Line("/// <param name=\"words\">Payloads in words, the first byte of each in its high half.</param>");
        code.Line("/// <param name=\"at\">First word of the payload.</param>");
        code.Line("/// <param name=\"crc\">Seed of the message's data id (E2E profile 1).</param>");
        code.Line("/// <param name=\"into\">Where the values go.</param>");
        code.Line("/// <param name=\"first\">Place of the first value there.</param>");
        code.Line("/// <returns>False where the CRC is wrong, and nothing is written.</returns>");
        code.Line("public static bool UnpackAll(ushort[] words, int at, int crc, int[] into, int first)");
        code.Open();
        WriteCrc(code);
        bool hasVariable = false;
        for (int i = 0; i < _values.Count; i++)
        {
            string raw = _values[i].RawFromWords();
            string value = _values[i].ValueOf("v");
            if (value == "v")
            {
                code.Line($"into[{Place(i)}] = {raw};");
                continue;
            }

            code.Line($"{(hasVariable ? "v" : "int v")} = {raw};");
            code.Line($"into[{Place(i)}] = {value};");
            hasVariable = true;
        }

        code.Line("return true;");
        code.Close();
    }

    // The CRC state runs through the bytes 1 to the end, two to a word; the last state is what byte 0 must be.
    private void WriteCrc(CodeWriter code)
    {
        code.Line("byte[] table = Bms.Core.Measurement.E2eProfile1.Table;");
        for (int word = 0; word < (_length + 1) / 2; word++)
        {
            code.Line($"int w{word} = words[{(word == 0 ? "at" : $"at + {word}")}];");
        }

        string state = "crc";
        for (int index = 1; index < _length; index++)
        {
            state = $"table[{state} ^ {(index % 2 == 0 ? $"(w{index / 2} >> 8)" : $"(w{index / 2} & 0xFF)")}]";
        }

        code.Line($"if ((w0 >> 8) != {state})");
        code.Open();
        code.Line("return false;");
        code.Close();
        code.Line();
    }

    private static string Place(int index) => index == 0 ? "first" : $"first + {index}";
}
