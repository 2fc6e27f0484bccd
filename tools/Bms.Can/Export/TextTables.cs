using System.Buffers.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Export;

/// <summary>CSV with a row per value.</summary>
internal sealed class LongCsv(DbcDatabase database, TableColumns columns) : TextWorker(database, columns)
{
    private readonly PreparedMessage?[] _prepared = new PreparedMessage[database.Messages.Count];
    private byte[][] _buses = [];

    public const string Head = "time_s,interface,id,message,signal,value,unit,text";

    protected override void Begin(FrameBatch batch) => _buses = [.. batch.Buses.Select(bus => TextBatch.Utf8("," + TextBatch.Csv(bus)))];

    protected override void BeginMessage(int slot, MessageColumns decoder, TableColumn[] columns)
    {
        PreparedMessage? prepared = _prepared[slot];
        if (prepared is null)
        {
            _prepared[slot] = prepared = new PreparedMessage();
            prepared.Before = [.. columns.Select(column => TextBatch.Utf8($"{TextBatch.Csv(column.Message.Name)},{TextBatch.Csv(column.Text.Signal.Name)},"))];
            prepared.After = [.. columns.Select(column => TextBatch.Utf8($",{TextBatch.Csv(column.Unit)},"))];
            prepared.Longest = columns.Select((column, index) => 64 + 256 + prepared.Before[index].Length + prepared.After[index].Length + SignalText.LongestNumber + (2 * column.Text.LongestText)).DefaultIfEmpty().Max();
        }

        prepared.Prepare(decoder, columns);
    }

    protected override void Write(TextBatch text, int slot, MessageFrames frames, int place)
    {
        // Time, bus and identifier are the same in every row of a frame.
        Span<byte> prefix = stackalloc byte[320];
        int prefixLength = TextBatch.WriteTime(frames.TimeNs[place], prefix);
        byte[] bus = _buses[frames.Bus[place]];
        int busLength = Math.Min(bus.Length, 256);
        bus.AsSpan(0, busLength).CopyTo(prefix[prefixLength..]);
        prefixLength += busLength;
        prefix[prefixLength++] = (byte)',';
        Utf8Formatter.TryFormat(frames.Message.Id, prefix[prefixLength..], out int digits, new System.Buffers.StandardFormat('X', frames.Message.IsExtended ? (byte)8 : (byte)3));
        prefixLength += digits;
        prefix[prefixLength++] = (byte)',';
        prefix = prefix[..prefixLength];

        PreparedMessage prepared = _prepared[slot]!;
        TableColumn[] columns = prepared.Columns;
        for (int index = 0; index < columns.Length; index++)
        {
            if (!prepared.IsPresent(index, place))
            {
                continue;
            }

            SignalText signal = columns[index].Text;
            ulong bits = prepared.BitsOf(index, place);
            Span<byte> row = text.Reserve(prepared.Longest);
            prefix.CopyTo(row);
            int length = prefixLength;
            prepared.Before[index].CopyTo(row[length..]);
            length += prepared.Before[index].Length;
            length += signal.Write(bits, row[length..]);
            prepared.After[index].CopyTo(row[length..]);
            length += prepared.After[index].Length;
            ReadOnlySpan<byte> choice = signal.TextOf(bits);
            choice.CopyTo(row[length..]);
            length += choice.Length;
            row[length++] = (byte)'\n';
            text.Advance(length);
            text.Rows++;
        }
    }
}

/// <summary>CSV with a column per signal and a row per frame.</summary>
internal sealed class WideCsv(DbcDatabase database, TableColumns columns) : TextWorker(database, columns)
{
    private readonly PreparedMessage?[] _prepared = new PreparedMessage[database.Messages.Count];
    private readonly int _columnCount = columns.All.Count;

    public static string HeadOf(TableColumns columns) => "time_s," + string.Join(',', columns.All.Select(column => TextBatch.Csv(column.Head)));

    protected override void BeginMessage(int slot, MessageColumns decoder, TableColumn[] columns)
    {
        PreparedMessage prepared = _prepared[slot] ??= new PreparedMessage { Longest = 64 + _columnCount + columns.Sum(column => SignalText.LongestNumber + column.Text.LongestText) };
        prepared.Prepare(decoder, columns);
    }

    protected override void Write(TextBatch text, int slot, MessageFrames frames, int place)
    {
        PreparedMessage prepared = _prepared[slot]!;
        TableColumn[] columns = prepared.Columns;
        if (columns.Length == 0)
        {
            return;
        }

        Span<byte> row = text.Reserve(prepared.Longest);
        int length = TextBatch.WriteTime(frames.TimeNs[place], row);
        int commas = columns[0].Place + 1;
        for (int index = 0; index < columns.Length; index++)
        {
            row.Slice(length, commas).Fill((byte)',');
            length += commas;
            commas = 1;
            if (prepared.IsPresent(index, place))
            {
                length += columns[index].Text.Write(prepared.BitsOf(index, place), row[length..]);
            }
        }

        commas = _columnCount - columns[^1].Place - 1;
        row.Slice(length, commas).Fill((byte)',');
        length += commas;
        row[length++] = (byte)'\n';
        text.Advance(length);
        text.Rows++;
    }
}

/// <summary>One JSON object per line and frame.</summary>
internal sealed class JsonLines(DbcDatabase database, TableColumns columns) : TextWorker(database, columns)
{
    private readonly PreparedMessage?[] _prepared = new PreparedMessage[database.Messages.Count];
    private byte[][] _buses = [];

    protected override void Begin(FrameBatch batch) => _buses = [.. batch.Buses.Select(bus => TextBatch.Utf8(",\"bus\":" + TextBatch.Json(bus)))];

    protected override void BeginMessage(int slot, MessageColumns decoder, TableColumn[] columns)
    {
        PreparedMessage? prepared = _prepared[slot];
        if (prepared is null)
        {
            _prepared[slot] = prepared = new PreparedMessage();
            DbcMessage message = decoder.Message;
            prepared.After = [TextBatch.Utf8(FormattableString.Invariant($",\"id\":{message.Id}{(message.IsExtended ? ",\"extended\":true" : "")},\"message\":{TextBatch.Json(message.Name)},\"signals\":{{"))];
            prepared.Before = [.. columns.Select(column => TextBatch.Utf8(TextBatch.Json(column.Text.Signal.Name) + ":"))];
            prepared.Longest = 512 + prepared.After[0].Length + columns.Select((column, index) => 4 + prepared.Before[index].Length + SignalText.LongestNumber + column.Text.LongestText).Sum();
        }

        prepared.Prepare(decoder, columns);
    }

    protected override void Write(TextBatch text, int slot, MessageFrames frames, int place)
    {
        PreparedMessage prepared = _prepared[slot]!;
        TableColumn[] columns = prepared.Columns;
        if (columns.Length == 0)
        {
            return;
        }

        byte[] bus = _buses[frames.Bus[place]];
        Span<byte> row = text.Reserve(prepared.Longest + bus.Length);
        "{\"time\":"u8.CopyTo(row);
        int length = 8;
        length += TextBatch.WriteTime(frames.TimeNs[place], row[length..]);
        bus.CopyTo(row[length..]);
        length += bus.Length;
        prepared.After[0].CopyTo(row[length..]);
        length += prepared.After[0].Length;
        bool isFirst = true;
        for (int index = 0; index < columns.Length; index++)
        {
            if (!prepared.IsPresent(index, place))
            {
                continue;
            }

            if (!isFirst)
            {
                row[length++] = (byte)',';
            }

            isFirst = false;
            prepared.Before[index].CopyTo(row[length..]);
            length += prepared.Before[index].Length;
            int written = columns[index].Text.Write(prepared.BitsOf(index, place), row[length..]);
            if (written == 0)
            {
                "null"u8.CopyTo(row[length..]);
                written = 4;
            }

            length += written;
        }

        "}}\n"u8.CopyTo(row[length..]);
        text.Advance(length + 3);
        text.Rows++;
    }
}
