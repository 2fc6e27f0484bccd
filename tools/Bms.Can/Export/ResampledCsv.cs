using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Export;

/// <summary>CSV with a column per signal and a row per period, with the latest values.</summary>
/// <remarks>Takes batches in the order of the log. Keeps the last payload of each signal's bits; a row is formatted when its moment has passed.</remarks>
internal sealed class ResampledCsv(DbcDatabase database, TableColumns columns, long periodNs)
{
    // A gap in the log of so many periods is a gap in the table.
    private const int LongestGap = 1000;

    private readonly MessageColumns?[] _decoders = new MessageColumns[database.Messages.Count];
    private readonly PreparedMessage?[] _prepared = new PreparedMessage[database.Messages.Count];
    private readonly int[] _next = new int[database.Messages.Count];
    private readonly ulong[] _bits = new ulong[columns.All.Count];
    private readonly bool[] _isKnown = new bool[columns.All.Count];
    private readonly int _longest = 64 + columns.All.Sum(column => 1 + SignalText.LongestNumber + column.Text.LongestText);
    private long _nextNs;
    private bool _hasBegun;

    public TextBatch Take(FrameBatch batch)
    {
        var text = new TextBatch();
        FrameGroups groups = batch.Groups;
        for (int slot = 0; slot < _next.Length; slot++)
        {
            _next[slot] = 0;
            if (groups.Of(slot) is { Count: > 0 } frames)
            {
                MessageColumns decoder = _decoders[slot] ??= new MessageColumns(groups.Messages[slot]);
                decoder.Use(frames);
                (_prepared[slot] ??= new PreparedMessage()).Prepare(decoder, columns.Of(slot));
            }
        }

        foreach (int slot in groups.Order)
        {
            int place = _next[slot]++;
            Advance(text, groups.Of(slot)!.TimeNs[place]);
            PreparedMessage prepared = _prepared[slot]!;
            for (int index = 0; index < prepared.Columns.Length; index++)
            {
                if (prepared.IsPresent(index, place))
                {
                    _bits[prepared.Columns[index].Place] = prepared.BitsOf(index, place);
                    _isKnown[prepared.Columns[index].Place] = true;
                }
            }
        }

        return text;
    }

    /// <summary>The last row.</summary>
    public TextBatch Finish()
    {
        var text = new TextBatch();
        if (_hasBegun)
        {
            WriteRow(text);
        }

        return text;
    }

    private void Advance(TextBatch text, long timeNs)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            _nextNs = timeNs + periodNs;
        }

        if (timeNs - _nextNs > LongestGap * periodNs)
        {
            WriteRow(text);
            _nextNs = timeNs + periodNs;
        }

        for (; timeNs >= _nextNs; _nextNs += periodNs)
        {
            WriteRow(text);
        }
    }

    private void WriteRow(TextBatch text)
    {
        Span<byte> row = text.Reserve(_longest);
        int length = TextBatch.WriteTime(_nextNs, row);
        for (int index = 0; index < _bits.Length; index++)
        {
            row[length++] = (byte)',';
            if (_isKnown[index])
            {
                length += columns.All[index].Text.Write(_bits[index], row[length..]);
            }
        }

        row[length++] = (byte)'\n';
        text.Advance(length);
        text.Rows++;
    }
}
