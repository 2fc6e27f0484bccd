using Bms.Can.Io;
using Bms.Can.Log;
using Bms.Can.Text;

namespace Bms.Can.Csv;

/// <summary>Writes GVRET CSV as SavvyCAN does: times in us, eight payload columns, more for longer FD frames.</summary>
/// <remarks>Lost: times below 1 us, names of buses, all marks of FD frames (up to 8 bytes they read back as classic ones). Remote requests and error reports do not fit.</remarks>
internal sealed class GvretWriter(LogOutput output, CanLogWriteOptions options) : CanLogWriter(output, options)
{
    private const int LongestLine = 320;

    private readonly ChannelNumbers _channels = new(256);
    private bool _isStarted;

    public override CanLogFormat Format => CanLogFormat.Gvret;

    public override void Write(in CanFrameView frame)
    {
        WriteHead();
        if (frame.IsRemote || frame.IsError)
        {
            DoesNotFit(frame.IsRemote ? "is a remote request, which GVRET CSV does not know" : "is an error report, which GVRET CSV does not know");
            return;
        }

        if (frame.TimeNs < 0)
        {
            DoesNotFit("has a negative time, which GVRET CSV does not know");
            return;
        }

        int channel = _channels.Of(frame.Channel);
        if (channel == 0)
        {
            DoesNotFit("is of the 257th bus, and there is room for 256");
            return;
        }

        var line = new LineBuilder(Output.Reserve(LongestLine));
        line.AddDecimal(frame.TimeNs / 1000);
        line.Add(',');
        line.AddHex(frame.Id, 8);
        line.Add(frame.IsExtended ? ",true,"u8 : ",false,"u8);
        line.Add(frame.IsTransmitted ? "Tx,"u8 : "Rx,"u8);
        line.AddDecimal(channel - 1);
        line.Add(',');
        line.AddDecimal(frame.Length);
        line.AddBytes(frame.Data, ',');
        for (int index = frame.Length; index < 8; index++)
        {
            line.Add(",00"u8);
        }

        line.Add('\n');
        Output.Advance(line.Length);
        FrameCount++;
    }

    private protected override void Finish() => WriteHead();

    private void WriteHead()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            Output.Write("Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"u8);
        }
    }
}
