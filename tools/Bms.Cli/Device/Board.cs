namespace Bms.Cli.Device
{
    /// <summary>A board that the firmware knows.</summary>
    /// <param name="Name">Name on the command line.</param>
    /// <param name="Target">Name of its image, for <c>nanoff --target</c>.</param>
    /// <param name="ClockMhz">Clock of the processor with that image, in MHz.</param>
    /// <param name="CyclePeriodMs">Its cycle in ms where nobody asks for another, but for an MCP2515 (<see cref="Mcp2515CyclePeriodMs"/>): 20 where the conservative estimate of <c>bms bench</c> fills more than 60 % of 10 ms.</param>
    /// <param name="Can">How it reaches the bus.</param>
    /// <param name="OscillatorsMhz">Oscillators of the CAN controller that are supported, in MHz; empty where the controller is inside the chip.</param>
    /// <param name="Program">Project of the firmware's program for it, below <c>firmware/</c>.</param>
    /// <param name="HasSerialFlash">True where the image and the program go through a serial port; false where they need a debug probe.</param>
    /// <param name="Libraries">Libraries with native code that the image carries.</param>
    /// <param name="Page">Where its pins are described, in the repository.</param>
    internal sealed record Board(
        string Name,
        string Target,
        int ClockMhz,
        int CyclePeriodMs,
        string Can,
        IReadOnlyList<int> OscillatorsMhz,
        string Program,
        bool HasSerialFlash,
        IReadOnlyList<string> Libraries,
        string Page)
    {
        /// <summary>Cycle of a board with an MCP2515 in ms: the time between two cycles belongs to emptying its two buffers.</summary>
        public const int Mcp2515CyclePeriodMs = 20;

        private const string OnEsp32 = "Bms.Firmware";
        private const string PinsPage = "hardware/controller/README.md#pin-maps";

        private static readonly string[] Everywhere =
        [
            "mscorlib", "nanoFramework.Runtime.Events", "nanoFramework.Runtime.Native", "nanoFramework.ResourceManager", "nanoFramework.System.Collections",
            "nanoFramework.System.Text", "System.Device.Adc", "System.Device.Gpio", "System.Device.I2c", "System.Device.Pwm", "System.Device.Spi", "System.IO.Ports", "System.Math", "System.Net",
        ];

        private static readonly string[] OnEveryEsp32 =
        [
            .. Everywhere, "nanoFramework.Device.OneWire", "nanoFramework.Hardware.Esp32", "nanoFramework.Hardware.Esp32.Rmt", "nanoFramework.System.IO.Hashing",
            "nanoFramework.System.Security.Cryptography", "System.Device.I2s", "System.Device.Wifi", "System.IO.FileSystem",
        ];

        /// <summary>All boards. Sources: the images' own configuration files in nf-interpreter and nf-Community-Targets, read in July 2026.</summary>
        public static IReadOnlyList<Board> All { get; } =
        [
            new("esp32-wrover", "ESP32_PSRAM_REV3", 240, 10, "MCP2518FD or MCP2515 on SPI", [8, 16, 20, 40], OnEsp32, true, [.. OnEveryEsp32, "System.Device.Dac", "System.Device.I2c.Slave"], PinsPage),
            new("esp32-devkitc", "ESP32_REV3", 160, 20, "MCP2518FD or MCP2515 on SPI", [8, 16, 20, 40], OnEsp32, true, [.. OnEveryEsp32, "System.Device.Dac", "System.Device.I2c.Slave"], PinsPage),
            new("esp32-s3-devkitc", "ESP32_S3", 240, 10, "MCP2518FD or MCP2515 on SPI", [8, 16, 20, 40], OnEsp32, true, [.. OnEveryEsp32, "nanoFramework.Device.Bluetooth", "nanoFramework.Graphics", "System.Device.I2c.Slave"], PinsPage),
            new("nucleo-f767zi", "ST_NUCLEO144_F767ZI", 216, 10, "inside the chip", [], "Bms.Firmware.Stm32", false, [.. Everywhere, "nanoFramework.Device.Can", "nanoFramework.Hardware.Stm32", "nanoFramework.System.IO.Hashing"], PinsPage),
        ];

        /// <summary>Where the device build leaves the program of this board, seen from the repository.</summary>
        public string StandardFile => $"firmware/{Program}/bin/device/Release/{Program}.bin";

        /// <summary>Names of all libraries with native code that any image here carries.</summary>
        public static IReadOnlyList<string> NativeLibraries { get; } = [.. All.SelectMany(b => b.Libraries).Distinct().Order(StringComparer.Ordinal)];

        /// <summary>The board of a name; case does not matter.</summary>
        public static Board? Find(string name) => All.FirstOrDefault(b => b.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
