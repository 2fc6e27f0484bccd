namespace Bms.Can.Text;

/// <summary>The fields of one line of a table, without blanks and quotation marks around them; allocates nothing.</summary>
internal ref struct Fields(ReadOnlySpan<byte> line, byte separator)
{
    private ReadOnlySpan<byte> _rest = line;
    private bool _isAtEnd = line.IsEmpty;

    /// <summary>Takes the next field, which may be empty; false at the end of the line.</summary>
    public bool TryTake(out ReadOnlySpan<byte> field)
    {
        if (_isAtEnd)
        {
            field = default;
            return false;
        }

        int length;
        ReadOnlySpan<byte> trimmed = _rest.TrimStart((byte)' ');
        if (trimmed.Length > 0 && trimmed[0] == (byte)'"')
        {
            int close = trimmed[1..].IndexOf((byte)'"');
            int from = _rest.Length - trimmed.Length + (close < 0 ? 0 : close + 2);
            int next = _rest[from..].IndexOf(separator);
            length = next < 0 ? -1 : from + next;
        }
        else
        {
            length = _rest.IndexOf(separator);
        }

        field = (length < 0 ? _rest : _rest[..length]).Trim((byte)' ').Trim((byte)'"');
        _isAtEnd = length < 0;
        _rest = length < 0 ? default : _rest[(length + 1)..];
        return true;
    }
}
