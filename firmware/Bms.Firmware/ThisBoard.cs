using Bms.Core.Configuration;
using Bms.Drivers.Boards;

namespace Bms.Firmware
{
    /// <summary>The one place to edit before a board is flashed: which board it is, and the pack it begins with.</summary>
    public static class ThisBoard
    {
        /// <summary>The board. <see cref="BoardList"/> has them; what is wired otherwise is changed here, as in <c>board.OscillatorHz = 20000000;</c> or <c>board.HasFram = true;</c>.</summary>
        public static BoardDefinition Definition()
        {
            BoardDefinition board = BoardList.Esp32WroverMcp2518fd();
            return board;
        }

        /// <summary>The pack, until a parameter block is in storage: a stored block wins over this one.</summary>
        public static ParameterBlock Parameters()
        {
            return Presets.Nmc(96, 50000);
        }
    }
}
