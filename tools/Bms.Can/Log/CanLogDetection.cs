using System.Buffers.Binary;
using System.Text;
using Bms.Can.Asc;
using Bms.Can.Blf;
using Bms.Can.Candump;
using Bms.Can.Csv;
using Bms.Can.Io;
using Bms.Can.Mdf;
using Bms.Can.Pcap;
using Bms.Can.Text;
using Bms.Can.Trc;

namespace Bms.Can.Log;

/// <summary>Tells the format of a log from its first bytes.</summary>
internal static class CanLogDetection
{
    private const int HeadSize = 1 << 16;

    public static CanLogReader Open(LogInput input, CanLogReadOptions options)
    {
        input.Ensure(4);
        CanLogFormat format = options.Format ?? (options.CsvColumns is not null ? CanLogFormat.Csv : Detect(input))
            ?? throw CanLogException.Of(input.Name, input.ArchiveFault is null ? Guess(input.Window) : "the compressed file is damaged or cut off", "Name the format if it is one of candump, ASC, BLF, TRC, GVRET, CRTD, BUSMASTER, Microchip, MDF4, pcap or pcapng, or give a column map for CSV");
        bool lenient = options.Lenient;
        return format switch
        {
            CanLogFormat.Candump => new CandumpReader(input, lenient),
            CanLogFormat.Asc => new AscReader(input, lenient),
            CanLogFormat.Blf => new BlfReader(input, lenient),
            CanLogFormat.Trc => new TrcReader(input, lenient),
            CanLogFormat.Gvret => new CsvLogReader(input, lenient, isGvret: true, null),
            CanLogFormat.Crtd => new CrtdReader(input, lenient),
            CanLogFormat.BusMaster => new BusMasterReader(input, lenient),
            CanLogFormat.Microchip => new MicrochipReader(input, lenient),
            CanLogFormat.Mdf4 => new MdfReader(input, lenient),
            CanLogFormat.Pcap => new PcapReader(input, lenient),
            CanLogFormat.Pcapng => new PcapngReader(input, lenient),
            _ => new CsvLogReader(input, lenient, isGvret: false, options.CsvColumns),
        };
    }

    /// <summary>Looks at no more bytes than it takes, so that what comes through a pipe is read as it comes.</summary>
    private static CanLogFormat? Detect(LogInput input)
    {
        while (true)
        {
            ReadOnlySpan<byte> head = input.Window[..Math.Min(input.Window.Length, HeadSize)];
            if (!input.IsAtEnd)
            {
                // A line that is not whole could be taken for another.
                head = head.Length > 4 && head[..4].IndexOfAnyExceptInRange((byte)9, (byte)126) < 0 ? head[..(head.LastIndexOf((byte)'\n') + 1)] : head;
            }

            if (!head.IsEmpty && Detect(head) is { } format)
            {
                return format;
            }

            if (head.Length >= HeadSize / 2 || input.Window.Length >= HeadSize || !input.Fill())
            {
                return head.IsEmpty && input.Window.IsEmpty ? CanLogFormat.Candump : Detect(input.Window[..Math.Min(input.Window.Length, HeadSize)]);
            }
        }
    }

    /// <summary>The format, or null; an empty file is an empty candump log.</summary>
    private static CanLogFormat? Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("LOGG"u8))
        {
            return CanLogFormat.Blf;
        }

        if (head.StartsWith("MDF     "u8) || head.StartsWith("UnFinMF "u8))
        {
            return CanLogFormat.Mdf4;
        }

        if (head.Length >= 4)
        {
            uint magic = BinaryPrimitives.ReadUInt32LittleEndian(head);
            if (magic == 0x0A0D0D0A)
            {
                return CanLogFormat.Pcapng;
            }

            if (magic is 0xA1B2C3D4 or 0xD4C3B2A1 or 0xA1B23C4D or 0x4D3CB2A1)
            {
                return CanLogFormat.Pcap;
            }
        }

        return DetectText(head.StartsWith("\uFEFF"u8) ? head[3..] : head);
    }

    private static CanLogFormat? DetectText(ReadOnlySpan<byte> text)
    {
        var candump = new CandumpLine();
        bool isFirst = true;
        bool isMicrochip = false;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).Trim(" \t\r"u8);
            text = end < 0 ? default : text[(end + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            if (isFirst && CsvColumns.FromGvretHead(line) is not null)
            {
                return CanLogFormat.Gvret;
            }

            if (isFirst && CsvColumns.FromHead(line) is not null)
            {
                return CanLogFormat.Csv;
            }

            isFirst = false;
            if (BusMasterReader.Matches(line))
            {
                return CanLogFormat.BusMaster;
            }

            if (TrcReader.Matches(line))
            {
                return CanLogFormat.Trc;
            }

            if (AscReader.Matches(line))
            {
                return CanLogFormat.Asc;
            }

            isMicrochip |= line.StartsWith("Microchip Technology"u8);
            if (isMicrochip || MicrochipReader.Matches(line))
            {
                return CanLogFormat.Microchip;
            }

            if (CrtdReader.Matches(line))
            {
                return CanLogFormat.Crtd;
            }

            if (line[0] != (byte)';' && candump.TryParse(line))
            {
                return CanLogFormat.Candump;
            }
        }

        return isFirst ? CanLogFormat.Candump : null;
    }

    private static string Guess(ReadOnlySpan<byte> head)
    {
        if (head.Length > 1 && (head[0], head[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
        {
            return "the file is a text in UTF-16, which no CAN tool writes; save it as UTF-8";
        }

        int end = head.IndexOfAny((byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> line = head[..Math.Min(end < 0 ? head.Length : end, 40)];
        string text = string.Concat(Encoding.Latin1.GetString(line).Select(letter => char.IsControl(letter) ? '.' : letter));
        return $"the content, which begins with \"{text}\", is of no format that is known";
    }
}
