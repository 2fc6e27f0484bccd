using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Bms.Can.Log;

namespace Bms.Can.Live;

/// <summary>A CAN interface of Linux, through a raw socket. Bit rates are the system's business: <c>ip link set can0 up type can bitrate 500000</c>.</summary>
public sealed class SocketCanLink : CanLink
{
    private const int ProtocolFamilyCan = 29;
    private const int SocketRaw = 3;
    private const int ProtocolRaw = 1;
    private const int LevelRaw = 101;
    private const int OptionFdFrames = 5;
    private const int NoBufferSpace = 105;
    private const int ClassicSize = 16;
    private const int FdSize = 72;

    private readonly int _socket;

    /// <param name="name">Name of the interface, such as can0.</param>
    /// <exception cref="IOException">There is no such interface, it is down, or this is not Linux.</exception>
    public SocketCanLink(string name)
    {
        Name = name;
        if (!OperatingSystem.IsLinux())
        {
            throw new IOException($"{name}: SocketCAN is a part of Linux. Use slcan:PORT or gvret:HOST:PORT here.");
        }

        uint index = if_nametoindex(name);
        _socket = index == 0 ? -1 : socket(ProtocolFamilyCan, SocketRaw, ProtocolRaw);
        if (index == 0 || _socket < 0)
        {
            throw new IOException(index == 0
                ? $"{name}: there is no such network interface. 'ip link' lists them; slcan:DEVICE and gvret:HOST:PORT name other kinds."
                : $"{name}: this system has no SocketCAN. Load the kernel module can_raw.");
        }

        int on = 1;
        _ = setsockopt(_socket, LevelRaw, OptionFdFrames, ref on, sizeof(int));
        byte[] address = new byte[24];
        BinaryPrimitives.WriteUInt16LittleEndian(address, ProtocolFamilyCan);
        BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(4), (int)index);
        if (bind(_socket, address, address.Length) < 0)
        {
            _ = close(_socket);
            throw new IOException($"{name}: is no CAN interface, or is down. 'ip link set {name} up' switches it on.");
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool Send(in CanFrameView frame)
    {
        if (frame.IsError)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[FdSize];
        bytes.Clear();
        uint id = frame.Id | (frame.IsExtended ? 0x8000_0000u : 0) | (frame.IsRemote ? 0x4000_0000u : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, id);
        bytes[4] = (byte)frame.Length;
        bytes[5] = (byte)(((frame.Flags & CanFrameFlags.BitRateSwitch) != 0 ? 1 : 0) | ((frame.Flags & CanFrameFlags.ErrorStateIndicator) != 0 ? 2 : 0));
        frame.Data.CopyTo(bytes[8..]);
        byte[] packet = bytes[..(frame.IsFd ? FdSize : ClassicSize)].ToArray();
        while (write(_socket, packet, packet.Length) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != NoBufferSpace)
            {
                throw new IOException($"{Name}: sending failed ({Marshal.GetPInvokeErrorMessage(error).TrimEnd('.')}). Check that the interface is up and another node acknowledges.");
            }

            // The queue is full: the bus is slower than the log. It drains within some frame times.
            Thread.Sleep(1);
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _ = close(_socket);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern uint if_nametoindex([MarshalAs(UnmanagedType.LPStr)] string name);

    [DllImport("libc", SetLastError = true)]
    private static extern int socket(int domain, int type, int protocol);

    [DllImport("libc", SetLastError = true)]
    private static extern int setsockopt(int socket, int level, int option, ref int value, int length);

    [DllImport("libc", SetLastError = true)]
    private static extern int bind(int socket, byte[] address, int length);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(int socket, byte[] data, nint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int socket);
}
