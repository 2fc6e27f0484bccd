using System.Globalization;
using System.Net.Sockets;
using Bms.Can.Log;

namespace Bms.Can.Live;

/// <summary>A live bus that frames can be sent to.</summary>
public abstract class CanLink : IDisposable
{
    /// <summary>What this link is, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>Commands and frames that the adapter has answered with a refusal so far.</summary>
    public virtual long Refused => 0;

    /// <summary>Opens a link.</summary>
    /// <param name="target">
    /// <c>slcan:DEVICE[@BITRATE]</c>, a serial device or pseudo-terminal; <c>slcan:HOST:PORT[@BITRATE]</c> and <c>gvret:HOST:PORT[@BITRATE]</c> over TCP;
    /// any other word is a SocketCAN interface of Linux, such as <c>can0</c>.
    /// </param>
    /// <exception cref="IOException">The link cannot be opened.</exception>
    /// <exception cref="ArgumentException">The target is none of these.</exception>
    public static CanLink Open(string target)
    {
        int colon = target.IndexOf(':');
        if (colon < 0)
        {
            return new SocketCanLink(target);
        }

        string kind = target[..colon];
        string place = target[(colon + 1)..];
        int bitRate = 500_000;
        int at = place.LastIndexOf('@');
        if (at >= 0)
        {
            if (!int.TryParse(place.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bitRate))
            {
                throw new ArgumentException($"'{target}' is no live bus: what follows '@' is the bit rate, such as 500000.");
            }

            place = place[..at];
        }

        return kind switch
        {
            "slcan" when SlcanLink.CodeOf(bitRate) >= 0 => new SlcanLink(StreamOf(place), place, bitRate),
            "gvret" => new GvretLink(StreamOf(place), place, bitRate),
            _ => throw new ArgumentException($"'{target}' is no live bus: give slcan:DEVICE, slcan:HOST:PORT, gvret:HOST:PORT, or the name of a SocketCAN interface."),
        };
    }

    /// <summary>Sends one frame.</summary>
    /// <param name="frame">The frame; its time does not matter.</param>
    /// <returns>False where this kind of link cannot carry the frame.</returns>
    /// <exception cref="IOException">The link is gone.</exception>
    public abstract bool Send(in CanFrameView frame);

    /// <summary>Sends what is held back, if anything.</summary>
    /// <exception cref="IOException">The link is gone.</exception>
    public virtual void Flush()
    {
    }

    /// <summary>Closes the link.</summary>
    public abstract void Dispose();

    private static Stream StreamOf(string place)
    {
        int colon = place.LastIndexOf(':');
        bool isDevice = place.StartsWith('/') || place.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || colon < 0;
        if (isDevice)
        {
            return SerialLine.Open(place);
        }

        if (!int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > 65535)
        {
            throw new ArgumentException($"'{place}' is no address: give HOST:PORT.");
        }

        try
        {
            var client = new TcpClient { NoDelay = true };
            client.Connect(place[..colon], port);
            return client.GetStream();
        }
        catch (SocketException fault)
        {
            throw new IOException($"{place}: does not answer ({fault.Message.TrimEnd('.')}). Check address and port.", fault);
        }
    }
}
