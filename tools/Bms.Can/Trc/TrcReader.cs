using System.Globalization;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Trc;

/// <summary>Reads PCAN traces of the versions 1.0 to 2.1.</summary>
/// <remarks>
/// A 1.x line is <c>1) 1059.9 Rx 0300 7 00 ...</c>, with a bus before the type from 1.2 on and a reserved column from 1.3 on; in 2.x the head names the columns.
/// Identifiers of more than four digits are extended. Times are ms since the start in the head, which has no zone and is taken as UTC.
/// Warnings, status lines, error counters and events are no frames and are passed over; of an error frame its time is kept.
/// </remarks>
internal sealed class TrcReader(LogInput input, bool lenient) : TextLogReader(input, lenient)
{
    // A combination that no frame has.
    private const CanFrameFlags NoFrame = CanFrameFlags.Remote | CanFrameFlags.Fd;

    private int _version = 10;
    private string _columns = "NOTBIdRLD";

    public override CanLogFormat Format => CanLogFormat.Trc;

    public override string FormatText => $"PCAN trace {_version / 10}.{_version % 10}";

    protected override string Example => _version switch
    {
        10 => "1) 1841 0001 8 00 01 02 03 04 05 06 07",
        11 => "1) 1059.9 Rx 0300 2 00 01",
        12 => "1) 1059.900 1 Rx 0300 2 00 01",
        13 => "1) 1059.900 1 Rx 0300 - 2 00 01",
        _ => "1 1059.900 DT 1 0300 Rx - 2 00 01",
    };

    public static bool Matches(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(";$FILEVERSION"u8))
        {
            return true;
        }

        var words = new Words(line);
        return words.TryTake(out ReadOnlySpan<byte> word) && word.Length > 1 && word[^1] == (byte)')' && Words.TryDecimal(word[..^1], out _)
            && words.TryTake(out word) && Words.TryTime(word, 1_000_000, out _);
    }

    protected override bool TakeLine(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        if (line[0] == (byte)';')
        {
            return TakeHead(line);
        }

        return _version < 20 ? TakeOld(line, block) : TakeNew(line, block);
    }

    private bool TakeHead(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(";$FILEVERSION="u8))
        {
            ReadOnlySpan<byte> text = line[14..].Trim((byte)' ');
            int version = text.SequenceEqual("1.0"u8) ? 10 : text.SequenceEqual("1.1"u8) ? 11 : text.SequenceEqual("1.2"u8) ? 12 : text.SequenceEqual("1.3"u8) ? 13
                : text.SequenceEqual("2.0"u8) ? 20 : text.SequenceEqual("2.1"u8) ? 21 : 0;
            if (version == 0)
            {
                throw new CanLogException(Name, Line, "the version of this PCAN trace is none of 1.0, 1.1, 1.2, 1.3, 2.0, 2.1", "Save it in another version from PCAN-Explorer");
            }

            _version = version;
            _columns = version == 20 ? "NOTIdlD" : _columns;
        }
        else if (line.StartsWith(";$STARTTIME="u8) && StartNs is null)
        {
            // Days since 30 December 1899, in local time.
            if (decimal.TryParse(Encoding.Latin1.GetString(line[12..]).Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal days) && days is > 25569 and < 110_000)
            {
                // Ten digits behind the point are 8.6 us: the start is rounded to what it can hold, 10 us.
                StartNs = (long)Math.Round((days - 25569) * 86_400 * 100_000) * 10_000;
                HasAbsoluteTime = true;
            }
        }
        else if (line.StartsWith(";$COLUMNS="u8))
        {
            string columns = Encoding.Latin1.GetString(line[10..]).Replace(",", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
            if (columns.Length > 16 || !columns.Contains('O') || !columns.Contains('T') || !columns.Contains('I') || !columns.Contains('D') || !(columns.Contains('l') || columns.Contains('L')))
            {
                throw new CanLogException(Name, Line, "the columns of the head lack one of O, T, I, L or l, D", "The file is damaged; copy it again");
            }

            _columns = columns;
        }

        return true;
    }

    private bool TakeOld(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        var words = new Words(line);
        if (!words.TryTake(out ReadOnlySpan<byte> word) || word.Length < 2 || word[^1] != (byte)')' || !Words.TryDecimal(word[..^1], out _))
        {
            return Broken("the line does not begin with a number and a parenthesis");
        }

        if (!words.TryTake(out word) || !Words.TryTime(word, 1_000_000, out long timeNs))
        {
            return Broken("the second word is no time in ms");
        }

        uint bus = 1;
        if (_version >= 12 && (!words.TryTake(out word) || !Words.TryDecimal(word, out bus)))
        {
            return Broken("the bus is not a number");
        }

        CanFrameFlags flags = CanFrameFlags.None;
        if (_version >= 11)
        {
            if (!words.TryTake(out word))
            {
                return Broken("the type is missing");
            }

            if (word.SequenceEqual("Warng"u8))
            {
                return true;
            }

            if (word.SequenceEqual("Error"u8))
            {
                return AddError(timeNs, bus, block);
            }

            flags = word.SequenceEqual("Tx"u8) ? CanFrameFlags.Transmitted : CanFrameFlags.None;
            if (flags == 0 && !word.SequenceEqual("Rx"u8))
            {
                return Broken("the type is none of Rx, Tx, Warng, Error");
            }
        }

        if (!words.TryTake(out ReadOnlySpan<byte> idText))
        {
            return Broken("the identifier is missing");
        }

        if (_version == 10 && idText.SequenceEqual("FFFFFFFF"u8))
        {
            return true;
        }

        if (_version == 13 && !words.TryTake(out _))
        {
            return Broken("the reserved column is missing");
        }

        if (!words.TryTake(out word) || !Words.TryDecimal(word, out uint length) || length > 8)
        {
            return Broken("the length is not a number up to 8");
        }

        if (words.Rest.SequenceEqual("RTR"u8))
        {
            flags |= CanFrameFlags.Remote;
        }

        return Add(timeNs, bus, idText, flags, (int)length, ref words, block);
    }

    private bool TakeNew(ReadOnlySpan<byte> line, CanFrameBlock block)
    {
        var words = new Words(line);
        long timeNs = 0;
        uint bus = 1;
        int length = 0;
        ReadOnlySpan<byte> idText = default;
        CanFrameFlags flags = CanFrameFlags.None;
        uint code = 0;
        bool hasCode = false;
        foreach (char column in _columns)
        {
            if (column == 'D')
            {
                break;
            }

            if (!words.TryTake(out ReadOnlySpan<byte> word))
            {
                return Broken("the line has too few columns");
            }

            switch (column)
            {
                case 'O' when !Words.TryTime(word, 1_000_000, out timeNs):
                    return Broken("the time is not a number of ms");
                case 'T':
                    if (!TryType(word, out flags))
                    {
                        return Broken("the type is none of DT, FD, FB, FE, BI, RR, ST, EC, ER, EV");
                    }

                    if ((flags & CanFrameFlags.Error) != 0)
                    {
                        // Columns that an error frame has no use for are left blank, so what follows cannot be told apart.
                        if (_columns.IndexOf('B') == _columns.IndexOf('T') + 1 && words.TryTake(out word) && !Words.TryDecimal(word, out bus))
                        {
                            bus = 1;
                        }

                        return AddError(timeNs, bus, block);
                    }

                    if (flags == NoFrame)
                    {
                        return true;
                    }

                    break;
                case 'B' when !Words.TryDecimal(word, out bus):
                    return Broken("the bus is not a number");
                case 'I':
                    idText = word;
                    break;
                case 'd':
                    flags |= word.SequenceEqual("Tx"u8) ? CanFrameFlags.Transmitted : 0;
                    break;
                case 'l' when !Words.TryDecimal(word, out code) || code > 15:
                    return Broken("the data length code is not a number up to 15");
                case 'l':
                    hasCode = true;
                    break;
                case 'L' when !Words.TryDecimal(word, out uint number) || number > 64:
                    return Broken("the length is not a number up to 64");
                case 'L':
                    _ = Words.TryDecimal(word, out uint bytes);
                    length = (int)bytes;
                    break;
            }
        }

        if (hasCode && !_columns.Contains('L'))
        {
            length = (flags & CanFrameFlags.Fd) != 0 ? CanLength.OfCode(code) : Math.Min((int)code, 8);
        }

        if (length > 8 && (flags & CanFrameFlags.Fd) == 0)
        {
            return Broken("the length of a classic frame is more than 8");
        }

        return Add(timeNs, bus, idText, flags, length, ref words, block);
    }

    /// <summary>Flags of a type; <see cref="NoFrame"/> for status, error counters and events.</summary>
    private static bool TryType(ReadOnlySpan<byte> word, out CanFrameFlags flags)
    {
        flags = CanFrameFlags.None;
        if (word.Length != 2)
        {
            return false;
        }

        switch ((char)word[0], (char)word[1])
        {
            case ('D', 'T'):
                return true;
            case ('F', 'D'):
                flags = CanFrameFlags.Fd;
                return true;
            case ('F', 'B'):
                flags = CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch;
                return true;
            case ('F', 'E'):
                flags = CanFrameFlags.Fd | CanFrameFlags.ErrorStateIndicator;
                return true;
            case ('B', 'I'):
                flags = CanFrameFlags.Fd | CanFrameFlags.BitRateSwitch | CanFrameFlags.ErrorStateIndicator;
                return true;
            case ('R', 'R'):
                flags = CanFrameFlags.Remote;
                return true;
            case ('E', 'R'):
                flags = CanFrameFlags.Error;
                return true;
            case ('S', 'T') or ('E', 'C') or ('E', 'V'):
                flags = NoFrame;
                return true;
            default:
                return false;
        }
    }

    private bool AddError(long timeNs, uint bus, CanFrameBlock block)
    {
        int channel = ChannelOfNumber(bus);
        if (channel < 0)
        {
            return Broken("the bus has a number above 255");
        }

        block.Add((StartNs ?? 0) + timeNs, channel, 0, CanFrameFlags.Error, 0, 0);
        return true;
    }

    private bool Add(long timeNs, uint bus, ReadOnlySpan<byte> idText, CanFrameFlags flags, int length, ref Words words, CanFrameBlock block)
    {
        bool isExtended = idText.Length > 4;
        if (!Words.TryHex(idText, out uint id) || id > (isExtended ? 0x1FFF_FFFFu : 0x7FFu))
        {
            return Broken("the identifier is not a hexadecimal number of 4 digits for 11 bits, or of 8 for 29");
        }

        int channel = ChannelOfNumber(bus);
        if (channel < 0)
        {
            return Broken("the bus has a number above 255");
        }

        flags |= isExtended ? CanFrameFlags.Extended : 0;
        timeNs += StartNs ?? 0;
        if ((flags & CanFrameFlags.Remote) != 0)
        {
            if (length > 8)
            {
                return Broken("the length of a remote request is more than 8");
            }

            block.Add(timeNs, channel, id, flags, length, 0);
            return true;
        }

        Span<byte> data = Scratch.AsSpan(0, length);
        if (!words.TryTakeBytes(data, isDecimal: false) || !words.Rest.IsEmpty)
        {
            return Broken($"there are not {length} bytes of payload");
        }

        block.Add(timeNs, channel, id, flags, data);
        return true;
    }
}
