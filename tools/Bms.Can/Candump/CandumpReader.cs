using System.Globalization;
using System.IO.Compression;
using System.Text;
using Bms.Can.Log;

namespace Bms.Can.Candump;

/// <summary>Reads candump logs of all three styles, line by line, in constant memory.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>(1436509052.249713) can0 123#DEADBEEF</c>, what candump -l and -L write; a direction, R or T, may follow;</item>
/// <item><c>can0  123   [4]  DE AD BE EF</c>, what candump shows; frames have no time, so they get 0;</item>
/// <item><c>(1436509052.249713)  can0  123   [4]  DE AD BE EF</c>, the same with -t; dates (-t A) are taken as UTC.</item>
/// </list>
/// Styles may change within a file. Identifiers of more than three digits are extended. A fault throws at its line, or is counted and skipped in lenient mode.
/// Not read: CAN XL, and payloads shown in binary (-i).
/// </remarks>
public sealed class CandumpReader : IDisposable
{
    private const int LongestLine = 4096;
    private const byte NoDigit = 255;

    private static readonly byte[] HexValues = MakeHexValues();

    private readonly string _name;
    private readonly Stream _stream;
    private readonly bool _lenient;
    private readonly byte[] _block = new byte[1 << 18];
    private readonly List<(byte[] Bytes, string Name)> _interfaces = [];
    private byte[] _interfaceBytes = [];
    private string _interfaceName = "";
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private string _problem = "";

    /// <summary>Opens a file; .gz is unpacked on the way.</summary>
    /// <param name="path">The log.</param>
    /// <param name="lenient">True skips broken lines and counts them in <see cref="SkippedLines"/>.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public CandumpReader(string path, bool lenient = false)
        : this(Open(path), path, lenient)
    {
    }

    /// <summary>Reads from a stream, which is closed with the reader.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="lenient">True skips broken lines and counts them in <see cref="SkippedLines"/>.</param>
    public CandumpReader(Stream stream, string name, bool lenient = false)
    {
        _stream = stream;
        _name = name;
        _lenient = lenient;
    }

    /// <summary>Line last read, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Broken lines skipped in lenient mode.</summary>
    public long SkippedLines { get; private set; }

    /// <summary>The first fault that was skipped in lenient mode, or null.</summary>
    public CanLogException? FirstFault { get; private set; }

    /// <summary>True where the last line, although whole, lacks its line end: the recording may have been cut there.</summary>
    public bool EndsWithoutLineEnd { get; private set; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False at the end of the log.</returns>
    /// <exception cref="CanLogException">The line is no candump line, or the file is cut off (strict).</exception>
    public bool TryRead(out CanLogFrame frame)
    {
        while (true)
        {
            int length = _block.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            bool isUnterminated = false;
            int next;
            if (length < 0)
            {
                if (!_isAtEnd)
                {
                    if (Fill())
                    {
                        continue;
                    }
                }

                length = _end - _start;
                if (length == 0)
                {
                    frame = default;
                    return false;
                }

                isUnterminated = true;
                next = _end;
            }
            else
            {
                next = _start + length + 1;
            }

            Line++;
            ReadOnlySpan<byte> line = _block.AsSpan(_start, length);
            _start = next;
            if (TryParseLog(line, out frame))
            {
                EndsWithoutLineEnd = isUnterminated;
                return true;
            }

            line = line.Trim((ReadOnlySpan<byte>)" \t\r"u8);
            if (line.IsEmpty || line[0] == (byte)';')
            {
                continue;
            }

            _problem = "the line is not of a candump log";
            if (TryParse(line, out frame))
            {
                EndsWithoutLineEnd = isUnterminated;
                return true;
            }

            CanLogException fault = isUnterminated && _isAtEnd && Line > 1
                ? new CanLogException(_name, Line, "the last line is cut off", "The recording was interrupted there; read it leniently to use all lines before it, or remove the line")
                : new CanLogException(_name, Line, _problem, "Expected is a line such as (1436509052.249713) can0 123#DEADBEEF; correct or remove the line, or read leniently to skip such lines");
            Skip(fault);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static Stream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path}: is a folder. Name a log file in it.");
        }

        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path}: there is no such file. Check the name.", path, fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{path}: you may not read this file. Check its rights.", fault);
        }

        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static byte[] MakeHexValues()
    {
        byte[] values = new byte[256];
        Array.Fill(values, NoDigit);
        for (int value = 0; value < 16; value++)
        {
            values["0123456789ABCDEF"[value]] = (byte)value;
            values["0123456789abcdef"[value]] = (byte)value;
        }

        return values;
    }

    private void Skip(CanLogException fault)
    {
        if (!_lenient)
        {
            throw fault;
        }

        FirstFault ??= fault;
        SkippedLines++;
    }

    /// <summary>Moves the rest to the front and reads on; false at the end.</summary>
    private bool Fill()
    {
        if (_start > 0)
        {
            _block.AsSpan(_start, _end - _start).CopyTo(_block);
            _end -= _start;
            _start = 0;
        }

        if (_end > LongestLine && _end == _block.Length)
        {
            throw new CanLogException(_name, Line + 1, "the line has no end within 256 KB", "This is not a candump log; check the file");
        }

        int count;
        try
        {
            count = _stream.Read(_block, _end, _block.Length - _end);
        }
        catch (InvalidDataException fault)
        {
            _isAtEnd = true;
            Skip(new CanLogException(_name, Line + 1, "the compressed file is damaged or cut off", "Copy it again, or read it leniently to use what is whole", fault));
            return false;
        }

        _isAtEnd = count == 0;
        _end += count;
        return count != 0;
    }

    /// <summary>The fast way through the common style; anything else is left to <see cref="TryParse"/>.</summary>
    private bool TryParseLog(ReadOnlySpan<byte> line, out CanLogFrame frame)
    {
        frame = default;
        if (line.Length < 14 || line[0] != (byte)'(')
        {
            return false;
        }

        int position = 1;
        long second = 0;
        uint digit;
        while (position < line.Length && (digit = line[position] - (uint)'0') <= 9)
        {
            second = second * 10 + digit;
            position++;
        }

        if (position is 1 or > 11 || second >= 9_000_000_000 || position + 8 >= line.Length || line[position] != (byte)'.')
        {
            return false;
        }

        int microsecond = 0;
        ReadOnlySpan<byte> fraction = line.Slice(position + 1, 6);
        for (int index = 0; index < fraction.Length; index++)
        {
            if ((digit = fraction[index] - (uint)'0') > 9)
            {
                return false;
            }

            microsecond = microsecond * 10 + (int)digit;
        }

        position += 7;
        if (line[position] != (byte)')' || line[position + 1] != (byte)' ')
        {
            return false;
        }

        position += 2;
        byte[] known = _interfaceBytes;
        ReadOnlySpan<byte> rest = line[position..];
        if (known.Length == 0 || rest.Length <= known.Length || rest[known.Length] != (byte)' ' || !rest.StartsWith(known))
        {
            int blank = rest.IndexOf((byte)' ');
            if (blank <= 0 || blank > 64)
            {
                return false;
            }

            SetInterface(rest[..blank]);
            known = _interfaceBytes;
        }

        rest = rest[(known.Length + 1)..];
        byte[] hex = HexValues;
        uint id = 0;
        int digits = 0;
        while (digits < rest.Length)
        {
            uint value = hex[rest[digits]];
            if (value == NoDigit)
            {
                break;
            }

            id = (id << 4) | value;
            digits++;
        }

        if ((digits != 3 && digits != 8) || digits >= rest.Length || rest[digits] != (byte)'#' || id >= (digits == 3 ? 0x800u : 0x2000_0000u))
        {
            return false;
        }

        rest = rest[(digits + 1)..];
        if (rest.Length > 0 && rest[^1] == (byte)'\r')
        {
            rest = rest[..^1];
        }

        if (rest.Length > 16 || (rest.Length & 1) != 0)
        {
            return false;
        }

        ulong payload = 0;
        uint invalid = 0;
        for (int index = rest.Length - 2; index >= 0; index -= 2)
        {
            uint high = hex[rest[index]];
            uint low = hex[rest[index + 1]];
            invalid |= high | low;
            payload = (payload << 8) | (high << 4) | low;
        }

        if (invalid > 15)
        {
            return false;
        }

        frame = new CanLogFrame(second * 1_000_000_000 + microsecond * 1000L, _interfaceName, id, digits == 8 ? CanFrameFlags.Extended : CanFrameFlags.None, rest.Length >> 1, payload);
        return true;
    }

    private void SetInterface(ReadOnlySpan<byte> bytes)
    {
        foreach ((byte[] known, string name) in _interfaces)
        {
            if (bytes.SequenceEqual(known))
            {
                _interfaceBytes = known;
                _interfaceName = name;
                return;
            }
        }

        _interfaceBytes = bytes.ToArray();
        _interfaceName = Encoding.UTF8.GetString(bytes);
        if (_interfaces.Count < 256)
        {
            _interfaces.Add((_interfaceBytes, _interfaceName));
        }
    }

    /// <summary>All styles, at leisure.</summary>
    private bool TryParse(ReadOnlySpan<byte> line, out CanLogFrame frame)
    {
        frame = default;
        long timeNs = 0;
        if (line[0] == (byte)'(')
        {
            int close = line.IndexOf((byte)')');
            if (close < 0 || !TryParseTime(line[1..close], out timeNs))
            {
                _problem = "the time in parentheses is not a time";
                return false;
            }

            line = line[(close + 1)..].TrimStart((byte)' ');
        }

        if (!TryTakeWord(ref line, out ReadOnlySpan<byte> interfaceName) || !TryTakeWord(ref line, out ReadOnlySpan<byte> word))
        {
            return false;
        }

        int separator = word.IndexOf((byte)'#');
        ReadOnlySpan<byte> idText = separator < 0 ? word : word[..separator];
        if (idText.Length is 0 or > 8 || !TryParseHex(idText, out uint id))
        {
            _problem = "the identifier is not a hexadecimal number of up to 8 digits";
            return false;
        }

        CanFrameFlags flags = CanFrameFlags.None;
        if (idText.Length > 3)
        {
            flags = (id & 0x2000_0000) != 0 ? CanFrameFlags.Error : CanFrameFlags.Extended;
            if (id >= 0x4000_0000)
            {
                _problem = "the identifier has more than 29 bits";
                return false;
            }

            id &= 0x1FFF_FFFF;
        }
        else if (id > 0x7FF)
        {
            _problem = "the identifier has more than 11 bits but only three digits";
            return false;
        }

        Span<byte> data = stackalloc byte[64];
        int length;
        if (separator >= 0)
        {
            if (!TryParseCompact(word[(separator + 1)..], data, ref flags, out length))
            {
                return false;
            }

            if (line.SequenceEqual("T"u8))
            {
                flags |= CanFrameFlags.Transmitted;
            }
            else if (!line.IsEmpty && !line.SequenceEqual("R"u8))
            {
                _problem = "something follows the payload";
                return false;
            }
        }
        else if (!TryParseSpaced(line, data, ref flags, out length))
        {
            return false;
        }

        SetInterface(interfaceName);
        frame = (flags & CanFrameFlags.Remote) != 0
            ? new CanLogFrame(timeNs, _interfaceName, id, flags, length, 0)
            : new CanLogFrame(timeNs, _interfaceName, id, flags, data[..length]);
        return true;
    }

    /// <summary>What follows the identifier in the log style: DEADBEEF, R, R8, or #1DEADBEEF of a FD frame.</summary>
    private bool TryParseCompact(ReadOnlySpan<byte> text, Span<byte> data, ref CanFrameFlags flags, out int length)
    {
        length = 0;
        if (text.Length > 0 && text[0] is (byte)'R' or (byte)'r')
        {
            flags |= CanFrameFlags.Remote;
            if (text.Length == 1)
            {
                return true;
            }

            // A raw DLC of 9..F, as in R8_B, asks for 8 bytes.
            length = text[1] - '0';
            if (length is < 0 or > 8 || (text.Length > 2 && text[2] != (byte)'_'))
            {
                _problem = "the length of the remote request is not 0 to 8";
                return false;
            }

            return true;
        }

        int room = 8;
        if (text.Length > 0 && text[0] == (byte)'#')
        {
            if (text.Length < 2 || HexValues[text[1]] == NoDigit)
            {
                _problem = "a FD frame lacks its flags digit after ##";
                return false;
            }

            int fdFlags = HexValues[text[1]];
            flags |= CanFrameFlags.Fd | ((fdFlags & 1) != 0 ? CanFrameFlags.BitRateSwitch : 0) | ((fdFlags & 2) != 0 ? CanFrameFlags.ErrorStateIndicator : 0);
            text = text[2..];
            room = 64;
        }

        int rawDlc = text.IndexOf((byte)'_');
        if (rawDlc >= 0)
        {
            text = text[..rawDlc];
        }

        int position = 0;
        while (position < text.Length)
        {
            if (text[position] == (byte)'.')
            {
                position++;
                continue;
            }

            if (length == room || position + 1 >= text.Length || HexValues[text[position]] == NoDigit || HexValues[text[position + 1]] == NoDigit)
            {
                _problem = length == room ? $"the payload is longer than {room} bytes" : "the payload is not made of pairs of hexadecimal digits";
                return false;
            }

            data[length++] = (byte)((HexValues[text[position]] << 4) | HexValues[text[position + 1]]);
            position += 2;
        }

        return true;
    }

    /// <summary>What follows the identifier on the screen: [4]  DE AD BE EF, with a text in quotes or ERRORFRAME behind it.</summary>
    private bool TryParseSpaced(ReadOnlySpan<byte> text, Span<byte> data, ref CanFrameFlags flags, out int length)
    {
        length = 0;

        // candump -x shows direction and FD flags as columns before the length.
        while (text.Length > 0 && text[0] != (byte)'[' && TryTakeWord(ref text, out ReadOnlySpan<byte> column))
        {
            if (column.Length > 2)
            {
                _problem = "the length in brackets is missing";
                return false;
            }

            flags |= column.SequenceEqual("TX"u8) ? CanFrameFlags.Transmitted : column.SequenceEqual("B"u8) ? CanFrameFlags.BitRateSwitch : column.SequenceEqual("E"u8) ? CanFrameFlags.ErrorStateIndicator : 0;
        }

        int close = text.IndexOf((byte)']');
        if (text.Length < 3 || text[0] != (byte)'[' || close is < 2 or > 3)
        {
            _problem = "the length in brackets is missing";
            return false;
        }

        for (int index = 1; index < close; index++)
        {
            int digit = text[index] - '0';
            if (digit is < 0 or > 9)
            {
                _problem = "the length in brackets is not a number";
                return false;
            }

            length = length * 10 + digit;
        }

        // Two digits mean FD: [08] is a FD frame, [8] a classic one.
        if (close == 3)
        {
            flags |= CanFrameFlags.Fd;
        }

        if (length > (close == 3 ? 64 : 8))
        {
            _problem = "the length in brackets is too large";
            return false;
        }

        text = text[(close + 1)..].TrimStart((byte)' ');
        if (text.StartsWith("remote request"u8))
        {
            flags |= CanFrameFlags.Remote;
            return true;
        }

        for (int index = 0; index < length; index++)
        {
            if (!TryTakeWord(ref text, out ReadOnlySpan<byte> pair) || pair.Length != 2 || !TryParseHex(pair, out uint value))
            {
                _problem = $"there are not {length} bytes of payload";
                return false;
            }

            data[index] = (byte)value;
        }

        if (!text.IsEmpty && text[0] != (byte)'\'' && !text.StartsWith("ERRORFRAME"u8))
        {
            _problem = "something follows the payload";
            return false;
        }

        return true;
    }

    private static bool TryTakeWord(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> word)
    {
        int blank = line.IndexOf((byte)' ');
        word = blank < 0 ? line : line[..blank];
        line = blank < 0 ? default : line[blank..].TrimStart((byte)' ');
        return !word.IsEmpty;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        foreach (byte letter in text)
        {
            uint digit = HexValues[letter];
            if (digit == NoDigit)
            {
                return false;
            }

            value = (value << 4) | digit;
        }

        return true;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out long timeNs)
    {
        timeNs = 0;
        int point = text.IndexOf((byte)'.');
        if (point <= 0 || text.Length - point - 1 is < 1 or > 9)
        {
            return false;
        }

        long fraction = 0;
        for (int index = 0; index < 9; index++)
        {
            int position = point + 1 + index;
            int digit = position < text.Length ? text[position] - '0' : 0;
            if (digit is < 0 or > 9)
            {
                return false;
            }

            fraction = fraction * 10 + digit;
        }

        ReadOnlySpan<byte> whole = text[..point];
        Span<char> letters = stackalloc char[32];
        if (whole.Length > letters.Length)
        {
            return false;
        }

        int length = Encoding.Latin1.GetChars(whole, letters);
        if (long.TryParse(letters[..length], NumberStyles.None, CultureInfo.InvariantCulture, out long second) && second < 9_000_000_000)
        {
            timeNs = second * 1_000_000_000 + fraction;
            return true;
        }

        if (DateTime.TryParseExact(letters[..length], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date)
            && date.Year is >= 1970 and < 2255)
        {
            timeNs = (date - DateTime.UnixEpoch).Ticks * 100 + fraction;
            return true;
        }

        return false;
    }
}
