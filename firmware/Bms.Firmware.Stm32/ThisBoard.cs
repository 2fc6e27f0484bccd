using Bms.Core.Configuration;
using Bms.Drivers.Boards;

namespace Bms.Firmware
{
    /// <summary>The one place to edit before a board is flashed: which board it is, and the pack. Nothing is stored on these boards.</summary>
    public static class ThisBoard
    {
        /// <summary>Name of the CAN controller.</summary>
        public const string CanController = "CAN1";

        /// <summary>Peripheral clock of the CAN controller, in Hz: 216 MHz / 4 on the NUCLEO-F767ZI [R].</summary>
        public const int CanClockHz = 54000000;

        /// <summary>The board.</summary>
        public static BoardDefinition Definition()
        {
            BoardDefinition board = BoardList.NucleoF767Native();
            return board;
        }

        /// <summary>The pack.</summary>
        public static ParameterBlock Parameters()
        {
            return Presets.Nmc(96, 50000);
        }
    }
}
