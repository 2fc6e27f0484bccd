using System.Globalization;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Asc;

/// <summary>Writes Vector ASC: hexadecimal, times from the start in us, English dates in UTC; FD frames as CANFD lines.</summary>
/// <remarks>Lost: times below 1 us, names of buses (they become numbers), payloads of error frames.</remarks>
internal sealed class AscWriter(LogOutput output, CanLogWriteOptions options) : CanLogWriter(output, options)
{
    private const int LongestLine = 512;
    private const string Head = "base hex  timestamps absolute\ninternal events logged\n// version 9.0.0\n";

    private readonly ChannelNumbers _channels = new(255);
    private bool _isStarted;
    private long _startNs;

    public override CanLogFormat Format => CanLogFormat.Asc;

    public override void Write(in CanFrameView frame)
    {
        if (!_isStarted)
        {
            Start(frame.TimeNs);
        }

        int channel = _channels.Of(frame.Channel);
        if (channel == 0)
        {
            DoesNotFit("is of the 256th bus, and ASC numbers 255");
            return;
        }

        var line = new LineBuilder(Output.Reserve(LongestLine));
        line.AddFixed(FloorUs(frame.TimeNs - _startNs), 6, 11);
        line.Add(' ');
        if (frame.IsError)
        {
            line.AddDecimal(channel);
            line.Add("  ErrorFrame"u8);
        }
        else if (frame.IsFd)
        {
            AddFd(ref line, frame, channel);
        }
        else
        {
            line.AddDecimal(channel);
            line.Add("  "u8);
            int column = line.Length + 16;
            AddId(ref line, frame);
            line.PadTo(column);
            line.Add(frame.IsTransmitted ? "Tx   "u8 : "Rx   "u8);
            line.Add(frame.IsRemote ? "r "u8 : "d "u8);
            line.AddDecimal(frame.Length);
            line.AddBytes(frame.Data, ' ');
        }

        line.Add('\n');
        Output.Advance(line.Length);
        FrameCount++;
    }

    private protected override void Finish()
    {
        if (!_isStarted)
        {
            Start(0);
        }

        Output.Write("End TriggerBlock\n"u8);
    }

    private static long FloorUs(long ns) => ns >= 0 ? ns / 1000 : -((-ns + 999) / 1000);

    private static void AddId(ref LineBuilder line, in CanFrameView frame)
    {
        line.AddHex(frame.Id, 1);
        if (frame.IsExtended)
        {
            line.Add('x');
        }
    }

    /// <summary>CANFD channel direction id name brs esi dlc length bytes duration bits flags crc and bit timings.</summary>
    private static void AddFd(ref LineBuilder line, in CanFrameView frame, int channel)
    {
        bool hasSwitch = (frame.Flags & CanFrameFlags.BitRateSwitch) != 0;
        bool isPassive = (frame.Flags & CanFrameFlags.ErrorStateIndicator) != 0;
        line.Add("CANFD "u8);
        line.AddDecimal(channel, 3);
        line.Add(frame.IsTransmitted ? " Tx   "u8 : " Rx   "u8);
        int column = line.Length + 10;
        AddId(ref line, frame);
        line.PadTo(column + 34);
        line.Add(hasSwitch ? '1' : '0');
        line.Add(isPassive ? " 1 "u8 : " 0 "u8);
        int code = CanLength.CodeOf(frame.Length);
        line.Add((char)(code < 10 ? '0' + code : 'a' + code - 10));
        line.AddDecimal(frame.Length, 3);
        line.AddBytes(frame.Data, ' ');
        line.Add("        0    0   "u8);
        line.AddHex(0x1000u | (hasSwitch ? 0x2000u : 0) | (isPassive ? 0x4000u : 0), 4);
        line.Add("        0        0        0        0        0"u8);
    }

    private void Start(long firstNs)
    {
        _isStarted = true;

        // The head has ms: the start is rounded down to them, so that nothing is lost.
        long startNs = Math.Min(Options.StartNs ?? firstNs, firstNs);
        startNs = Options.HasAbsoluteTime ? startNs : 0;
        startNs -= ((startNs % 1_000_000) + 1_000_000) % 1_000_000;
        _startNs = startNs;
        string date = Options.HasAbsoluteTime
            ? DateTime.UnixEpoch.AddTicks(startNs / 100).ToString("ddd MMM dd hh:mm:ss.fff tt yyyy", CultureInfo.InvariantCulture).Replace("AM", "am", StringComparison.Ordinal).Replace("PM", "pm", StringComparison.Ordinal)
            : "";
        string text = Options.HasAbsoluteTime
            ? $"date {date}\n{Head}Begin Triggerblock {date}\n   0.000000 Start of measurement\n"
            : $"{Head}   0.000000 Start of measurement\n";
        Output.Write(Encoding.ASCII.GetBytes(text));
    }
}
