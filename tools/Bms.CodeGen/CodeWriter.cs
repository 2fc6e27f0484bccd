using System.Text;

namespace Bms.CodeGen;

/// <summary>Collects lines of C# with their indentation; line ends are always LF.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length != 0)
        {
            _text.Append(' ', _depth * 4).Append(line);
        }

        _text.Append('\n');
    }

    public void Open()
    {
        Line("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Line("}");
    }

    public override string ToString() => _text.ToString();

    /// <summary>Text of a DBC file made fit for an XML comment.</summary>
    public static string Escape(string text)
        => new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
