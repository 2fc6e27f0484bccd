namespace Bms.Cli.Device
{
    /// <summary>Serial ports that a board may hang on.</summary>
    internal static class SerialPorts
    {
        /// <summary>USB serial ports of a Linux machine, sorted.</summary>
        public static IReadOnlyList<string> Of(IMachine machine) => [.. machine.List("/dev", "ttyUSB*"), .. machine.List("/dev", "ttyACM*")];

        /// <summary>What to do where the user may not use a port.</summary>
        public const string RightsRemedy = "'sudo usermod -aG dialout $USER', then log in again";
    }
}
