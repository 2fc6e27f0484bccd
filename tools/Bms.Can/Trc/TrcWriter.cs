using System.Globalization;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Trc;

/// <summary>Writes PCAN traces of version 1.1 (one bus, classic frames, 0.1 ms), 1.3 (several buses, classic frames, us) or 2.1 (FD too, us; the usual).</summary>
/// <remarks>Lost: times below the resolution, names of buses, contents of error frames; without absolute times there is no start in the head.</remarks>
internal sealed class TrcWriter : CanLogWriter
{
    private const int LongestLine = 384;

    private readonly ChannelNumbers _channels = new(16);
    private readonly int _version;
    private string? _firstChannel;
    private bool _isStarted;
    private long _startNs;

    public TrcWriter(LogOutput output, CanLogWriteOptions options)
        : base(output, options)
    {
        _version = options.Version switch
        {
            null or "2.1" => 21,
            "1.3" => 13,
            "1.1" => 11,
            _ => throw new NotSupportedException($"{output.Name}: PCAN traces are written in the versions 1.1, 1.3 and 2.1, not {options.Version}. Choose one of these."),
        };
    }

    public override CanLogFormat Format => CanLogFormat.Trc;

    public override void Write(in CanFrameView frame)
    {
        if (!_isStarted)
        {
            Start(frame.TimeNs);
        }

        int channel = _channels.Of(frame.Channel);
        if (channel == 0)
        {
            DoesNotFit("is of the 17th bus, and PCAN traces number 16");
            return;
        }

        if (_version < 20 && frame.IsFd)
        {
            DoesNotFit("is of CAN FD, which this version of the PCAN trace does not know");
            return;
        }

        if (_version == 11 && channel != _channels.Of(_firstChannel ??= frame.Channel))
        {
            DoesNotFit("is of a second bus, and this version of the PCAN trace has one");
            return;
        }

        long timeNs = frame.TimeNs - _startNs;
        if (timeNs < 0)
        {
            DoesNotFit("is earlier than the start of the log, and a PCAN trace has no negative times");
            return;
        }

        var line = new LineBuilder(Output.Reserve(LongestLine));
        if (_version == 21)
        {
            WriteNew(ref line, frame, channel, timeNs);
        }
        else
        {
            WriteOld(ref line, frame, channel, timeNs);
        }

        line.Add("\r\n"u8);
        Output.Advance(line.Length);
        FrameCount++;
    }

    private protected override void Finish()
    {
        if (!_isStarted)
        {
            Start(0);
        }
    }

    private void WriteNew(ref LineBuilder line, in CanFrameView frame, int channel, long timeNs)
    {
        line.AddDecimal(FrameCount + 1, 7);
        line.Add(' ');
        line.AddFixed(timeNs / 1000, 3, 13);
        line.Add(' ');
        bool hasSwitch = (frame.Flags & CanFrameFlags.BitRateSwitch) != 0;
        bool isPassive = (frame.Flags & CanFrameFlags.ErrorStateIndicator) != 0;
        line.Add(frame.IsError ? "ER "u8 : frame.IsRemote ? "RR "u8 : !frame.IsFd ? "DT "u8 : hasSwitch && isPassive ? "BI "u8 : hasSwitch ? "FB "u8 : isPassive ? "FE "u8 : "FD "u8);
        line.AddDecimal(channel, 2);
        if (frame.IsError)
        {
            line.Add("        - "u8);
            line.Add(frame.IsTransmitted ? "Tx -  0    "u8 : "Rx -  0    "u8);
            return;
        }

        AddId(ref line, frame);
        line.Add(frame.IsTransmitted ? " Tx -  "u8 : " Rx -  "u8);
        line.AddDecimal(frame.Length);
        line.Add(frame.Length < 10 ? "   "u8 : "  "u8);
        line.AddBytes(frame.Data, ' ');
    }

    private void WriteOld(ref LineBuilder line, in CanFrameView frame, int channel, long timeNs)
    {
        line.AddDecimal(FrameCount + 1, 6);
        line.Add(')');
        if (_version == 11)
        {
            line.AddFixed(timeNs / 100_000, 1, 13);
        }
        else
        {
            line.AddFixed(timeNs / 1000, 3, 15);
            line.Add(' ');
            line.AddDecimal(channel);
        }

        if (frame.IsError)
        {
            line.Add(_version == 11 ? "  Error     0000  0  "u8 : "  Error     0000 -  0    "u8);
            return;
        }

        line.Add(frame.IsTransmitted ? "  Tx   "u8 : "  Rx   "u8);
        AddId(ref line, frame);
        line.Add(_version == 11 ? "  "u8 : " -  "u8);
        line.AddDecimal(frame.Length);
        line.Add(_version == 11 ? " "u8 : "   "u8);
        if (frame.IsRemote)
        {
            line.Add(" RTR"u8);
        }

        line.AddBytes(frame.Data, ' ');
    }

    /// <summary>Four digits for 11 bits, eight for 29: that is how they are told apart.</summary>
    private static void AddId(ref LineBuilder line, in CanFrameView frame)
    {
        line.Add(frame.IsExtended ? " "u8 : "     "u8);
        line.AddHex(frame.Id, frame.IsExtended ? 8 : 4);
    }

    private void Start(long firstNs)
    {
        _isStarted = true;
        long startNs = Options.HasAbsoluteTime ? Math.Min(Options.StartNs ?? firstNs, firstNs) : 0;

        // Days with ten places are exact to 8.64 us; the start is a multiple of 10 us below the first frame, so that it reads back the same.
        startNs -= ((startNs % 10_000) + 10_000) % 10_000;
        _startNs = startNs;
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append("\r\n");
        Line($";$FILEVERSION={_version / 10}.{_version % 10}");
        if (Options.HasAbsoluteTime)
        {
            decimal days = 25569 + startNs / 86_400_000_000_000m;
            Line($";$STARTTIME={days.ToString("F10", CultureInfo.InvariantCulture)}");
        }

        if (_version == 21)
        {
            Line(";$COLUMNS=N,O,T,B,I,d,R,L,D");
        }

        Line(";");
        if (Options.HasAbsoluteTime)
        {
            Line(";   Start time: " + DateTime.UnixEpoch.AddTicks(startNs / 100).ToString("dd.MM.yyyy HH:mm:ss.fff", CultureInfo.InvariantCulture));
        }

        Line(";   Generated by bms log");
        Line(";-------------------------------------------------------------------------------");
        foreach (string line in _version switch
        {
            11 => (string[])[";   Message   Time    Type   ID     DLC  Data", ";   Number    [ms]           [hex]       [hex] ...", ";---+--   ----+----  --+--  ----+---  +  -+ -- -- -- -- -- -- --"],
            13 => [";   Message   Time    Bus  Type   ID    Reserved, DLC, Data", ";   Number    [ms]                [hex]            [hex] ...", ";---+-- ------+------ +- --+-- ---+---- +- -+-- -+ -- -- -- -- -- -- --"],
            _ => [";   Message   Time    Type Bus ID     Rx/Tx, Reserved, Length, Data", ";   Number    [ms]             [hex]                         [hex] ...", ";---+-- ------+------ +- +- --+----- +- +- +--- +- -- -- -- -- -- -- --"],
        })
        {
            Line(line);
        }

        Output.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }
}
