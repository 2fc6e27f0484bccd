using System.Runtime.InteropServices;

namespace Bms.Can.Live;

/// <summary>Opens a serial device for bytes as they are: no echo, no line editing, no flow control.</summary>
/// <remarks>On Linux it sets the device up so; elsewhere the device must be set up already.</remarks>
internal static class SerialLine
{
    private const uint SpeedOf115200 = 0x1002;

    // Larger than the settings of any Linux.
    private const int RoomOfSettings = 256;

    /// <exception cref="IOException">The device cannot be opened.</exception>
    public static FileStream Open(string device)
    {
        try
        {
            var stream = new FileStream(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            if (OperatingSystem.IsLinux())
            {
                int handle = (int)stream.SafeFileHandle.DangerousGetHandle();
                byte[] settings = new byte[RoomOfSettings];
                if (GetSettings(handle, settings) == 0)
                {
                    MakeRaw(settings);

                    // Adapters on USB take any speed; those behind a real serial line use this one by default.
                    _ = SetSpeed(settings, SpeedOf115200);
                    _ = SetSettings(handle, 0, settings);
                }
            }

            return stream;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{device}: cannot be opened ({fault.Message.TrimEnd('.')}). Check the name, and that no other program uses it.", fault);
        }
    }

    [DllImport("libc", EntryPoint = "tcgetattr")]
    private static extern int GetSettings(int handle, byte[] settings);

    [DllImport("libc", EntryPoint = "tcsetattr")]
    private static extern int SetSettings(int handle, int when, byte[] settings);

    [DllImport("libc", EntryPoint = "cfmakeraw")]
    private static extern void MakeRaw(byte[] settings);

    [DllImport("libc", EntryPoint = "cfsetspeed")]
    private static extern int SetSpeed(byte[] settings, uint speed);
}
