using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Csv;

/// <summary>Reads CSV logs: GVRET of SavvyCAN, whose columns are known, and any other by a map or by the names in its head line.</summary>
internal sealed class CsvLogReader : TextLogReader
{
    private readonly CsvColumnMap? _map;
    private readonly bool _isGvret;
    private readonly List<(byte[] Bytes, int Channel)> _channels = [];
    private CsvColumns? _columns;
    private long _row;

    /// <param name="input">The text.</param>
    /// <param name="lenient">True skips broken lines.</param>
    /// <param name="isGvret">True for the columns of GVRET.</param>
    /// <param name="map">Columns, or null to take them from the head line.</param>
    public CsvLogReader(LogInput input, bool lenient, bool isGvret, CsvColumnMap? map)
        : base(input, lenient)
    {
        _isGvret = isGvret;
        _map = map;
    }

    public override CanLogFormat Format => _isGvret ? CanLogFormat.Gvret : CanLogFormat.Csv;

    public override string FormatText => _isGvret ? "GVRET CSV" : "CSV";

    protected override string Example => _isGvret ? "166064000,0000021A,false,0,2,FE,36," : "the head line tells";

    protected override bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        if (_columns is null && TakeHead(line))
        {
            return true;
        }

        CsvColumns columns = _columns!;
        long timeNs = columns.Time < 0 ? _row : 0;
        uint id = 0;
        bool hasId = false;
        bool? isExtended = null;
        CanFrameFlags flags = CanFrameFlags.None;
        int length = -1;
        int count = 0;
        bool hasData = false;
        int channel = -1;
        var fields = new Fields(line, columns.Separator);
        for (int column = 0; fields.TryTake(out ReadOnlySpan<byte> field); column++)
        {
            if (column == columns.Time)
            {
                if (!Words.TryTime(field, columns.TimeUnitNs, out timeNs))
                {
                    return Broken($"\"{Text(field)}\" in column {column + 1} is no time");
                }
            }
            else if (column == columns.Id)
            {
                bool isHex = field.Length > 2 && field[0] == (byte)'0' && (field[1] | 0x20) == 'x';
                if (field.Length > 1 && (field[^1] | 0x20) is 'x' or 'h')
                {
                    isExtended = (field[^1] | 0x20) == 'x' ? true : isExtended;
                    field = field[..^1];
                }

                hasId = Words.TryNumber(field, columns.IsIdDecimal && !isHex, out id);
                if (!hasId)
                {
                    return Broken($"\"{Text(field)}\" in column {column + 1} is no identifier");
                }
            }
            else if (column == columns.Extended)
            {
                isExtended = IsTrue(field);
            }
            else if (column == columns.Remote)
            {
                flags |= IsTrue(field) ? CanFrameFlags.Remote : 0;
            }
            else if (column == columns.Error)
            {
                flags |= IsTrue(field) ? CanFrameFlags.Error : 0;
            }
            else if (column == columns.Direction)
            {
                flags |= Words.StartsWith(field, "T"u8) && !Words.Same(field, "true"u8) || Words.Same(field, "out"u8) || IsTrue(field) ? CanFrameFlags.Transmitted : 0;
            }
            else if (column == columns.Channel)
            {
                channel = ChannelOfText(field);
                if (channel < 0)
                {
                    return Broken($"\"{Text(field)}\" in column {column + 1} names one bus too many or has a name longer than 64 characters");
                }
            }
            else if (column == columns.Length)
            {
                if (!Words.TryDecimal(field, out uint number) || number > 64)
                {
                    return Broken($"\"{Text(field)}\" in column {column + 1} is no length up to 64");
                }

                length = (int)number;
            }
            else if (column >= columns.Data && !(hasData && IsOther(columns, column)))
            {
                if (column == columns.Data)
                {
                    hasData = true;
                }

                if (length >= 0 && count >= length && column > columns.Data)
                {
                    // Columns behind the length hold padding.
                    break;
                }

                int added = columns.IsBase64 ? CsvColumns.FromBase64(field, Scratch) : AddBytes(field, count);
                if (added < 0)
                {
                    return Broken($"\"{Text(field)}\" in column {column + 1} is no payload of up to 64 hexadecimal bytes");
                }

                count += added;
            }
        }

        if (!hasId || !hasData)
        {
            return Broken("the line has too few columns");
        }

        isExtended ??= id > 0x7FF;
        if (id > (isExtended.Value ? 0x1FFF_FFFFu : 0x7FFu))
        {
            return Broken($"the identifier {id:X} has more than {(isExtended.Value ? 29 : 11)} bits");
        }

        if (length >= 0 && count < length && (flags & CanFrameFlags.Remote) == 0)
        {
            return Broken($"there are not {length} bytes of payload");
        }

        length = length < 0 ? count : length;
        flags |= isExtended.Value ? CanFrameFlags.Extended : 0;
        channel = channel < 0 ? ChannelOfText("0"u8) : channel;
        SetTimeKindBy(timeNs, block);
        if ((flags & CanFrameFlags.Remote) != 0)
        {
            block.Add(timeNs, channel, id, flags, Math.Min(length, 8), 0);
        }
        else
        {
            block.Add(timeNs, channel, id, flags | (length > 8 ? CanFrameFlags.Fd : 0), Scratch.AsSpan(0, length));
        }

        _row++;
        return true;
    }

    private static bool IsOther(CsvColumns columns, int column)
        => column == columns.Time || column == columns.Id || column == columns.Extended || column == columns.Channel || column == columns.Direction || column == columns.Length;

    private static bool IsTrue(ReadOnlySpan<byte> field)
        => field.SequenceEqual("1"u8) || Words.Same(field, "true"u8) || Words.Same(field, "yes"u8) || Words.Same(field, "x"u8) || Words.StartsWith(field, "ext"u8);

    private static string Text(ReadOnlySpan<byte> field)
        => string.Concat(Encoding.Latin1.GetString(field[..Math.Min(field.Length, 40)]).Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>Hexadecimal bytes, with or without blanks, dashes, colons or 0x between them.</summary>
    private int AddBytes(ReadOnlySpan<byte> field, int at)
    {
        int count = 0;
        int position = 0;
        while (position < field.Length)
        {
            byte letter = field[position];
            if (letter is (byte)' ' or (byte)'-' or (byte)':' or (byte)'[' or (byte)']')
            {
                position++;
                continue;
            }

            if (letter == (byte)'0' && position + 1 < field.Length && (field[position + 1] | 0x20) == 'x')
            {
                position += 2;
                continue;
            }

            uint high = Hex.Values[letter];
            if (high == Hex.NoDigit || at + count == Scratch.Length)
            {
                return -1;
            }

            // A byte may be written with one digit where it stands alone.
            uint low = position + 1 < field.Length ? Hex.Values[field[position + 1]] : Hex.NoDigit;
            bool isSingle = low == Hex.NoDigit;
            if (isSingle && (position + 1 < field.Length && field[position + 1] is not ((byte)' ' or (byte)'-' or (byte)':') || field.Length > 2 && position + 1 == field.Length && field.IndexOf((byte)' ') < 0))
            {
                return -1;
            }

            Scratch[at + count++] = (byte)(isSingle ? high : (high << 4) | low);
            position += isSingle ? 1 : 2;
        }

        return count;
    }

    /// <summary>Resolves the columns; true where the line was a head.</summary>
    private bool TakeHead(ReadOnlySpan<byte> line)
    {
        if (_map is not null)
        {
            try
            {
                _columns = CsvColumns.FromMap(_map, line, out bool hasHead);
                return hasHead;
            }
            catch (ArgumentException fault)
            {
                throw new CanLogException(Name, Line, fault.Message, "Name the columns by their head or by their number from 1", fault);
            }
        }

        _columns = _isGvret ? CsvColumns.FromGvretHead(line) : CsvColumns.FromHead(line);
        return _columns is not null
            ? true
            : throw new CanLogException(Name, Line, "the head line does not say which columns hold identifier and payload", "Say it with a column map");
    }

    private int ChannelOfText(ReadOnlySpan<byte> field)
    {
        foreach ((byte[] known, int index) in _channels)
        {
            if (field.SequenceEqual(known))
            {
                return index;
            }
        }

        if (field.Length > 64)
        {
            return -1;
        }

        string name = Words.TryDecimal(field, out uint number) ? $"can{number}" : field.IsEmpty ? "can0" : string.Concat(Text(field).Select(letter => letter is >= '!' and <= '~' ? letter : '_'));
        int channel = ChannelOf(name);
        if (channel >= 0)
        {
            _channels.Add((field.ToArray(), channel));
        }

        return channel;
    }
}
