namespace Bms.Drivers.Boards
{
    /// <summary>The boards that the project describes: drawn and computed, none of them built yet.</summary>
    /// <remarks>
    /// A cycle of 20 ms is the default where the conservative estimate of <c>bms bench</c> fills more than 60 % of 10 ms, which is below 240 MHz, and with an MCP2515: there the time between the cycles belongs to emptying its two buffers, and a tick of the operating system now and
    /// then to the other threads.
    /// </remarks>
    public static class BoardList
    {
        /// <summary>ESP32-DevKitC with a WROVER module and an MCP2518FD: the recommended board.</summary>
        public static BoardDefinition Esp32WroverMcp2518fd()
        {
            return WithMcp2518fd(Esp32Wrover());
        }

        /// <summary>ESP32-DevKitC with a WROVER module and an MCP2515.</summary>
        public static BoardDefinition Esp32WroverMcp2515()
        {
            return WithMcp2515(Esp32Wrover());
        }

        /// <summary>ESP32-DevKitC with a WROOM module and an MCP2518FD.</summary>
        public static BoardDefinition Esp32DevKitCMcp2518fd()
        {
            return WithMcp2518fd(Esp32DevKitC());
        }

        /// <summary>ESP32-DevKitC with a WROOM module and an MCP2515.</summary>
        public static BoardDefinition Esp32DevKitCMcp2515()
        {
            return WithMcp2515(Esp32DevKitC());
        }

        /// <summary>ESP32-S3-DevKitC-1 with an MCP2518FD.</summary>
        public static BoardDefinition Esp32S3Mcp2518fd()
        {
            return WithMcp2518fd(Esp32S3());
        }

        /// <summary>ESP32-S3-DevKitC-1 with an MCP2515.</summary>
        public static BoardDefinition Esp32S3Mcp2515()
        {
            return WithMcp2515(Esp32S3());
        }

        /// <summary>NUCLEO-F767ZI with the processor's own CAN controller. Its image has no file system: nothing is stored.</summary>
        public static BoardDefinition NucleoF767Native()
        {
            BoardDefinition board = new BoardDefinition();
            board.Name = "nucleo-f767zi";
            board.Image = "ST_NUCLEO144_F767ZI";
            board.ClockMhz = 216;
            board.Pins = BoardPins.NucleoF767();
            board.Can = CanControllerKind.Native;
            board.HasInterruptPin = false;
            return board;
        }

        private static BoardDefinition Esp32Wrover()
        {
            BoardDefinition board = new BoardDefinition();
            board.Name = "esp32-wrover";
            board.Image = "ESP32_PSRAM_REV3";
            board.ClockMhz = 240;
            return board;
        }

        private static BoardDefinition Esp32DevKitC()
        {
            BoardDefinition board = new BoardDefinition();
            board.Name = "esp32-devkitc";
            board.Image = "ESP32_REV3";
            board.ClockMhz = 160;
            board.CyclePeriodMs = 20;
            return board;
        }

        private static BoardDefinition Esp32S3()
        {
            BoardDefinition board = new BoardDefinition();
            board.Name = "esp32-s3-devkitc";
            board.Image = "ESP32_S3";
            board.ClockMhz = 240;
            board.Pins = BoardPins.Esp32S3DevKitC();
            return board;
        }

        private static BoardDefinition WithMcp2518fd(BoardDefinition board)
        {
            board.Can = CanControllerKind.Mcp2518fd;
            board.OscillatorHz = 40000000;
            board.SpiClockHz = 10000000;
            return board;
        }

        private static BoardDefinition WithMcp2515(BoardDefinition board)
        {
            board.Can = CanControllerKind.Mcp2515;
            board.OscillatorHz = 16000000;
            board.SpiClockHz = 10000000;
            board.CyclePeriodMs = 20;
            return board;
        }
    }
}
