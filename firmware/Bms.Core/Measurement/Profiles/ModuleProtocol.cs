using Bms.Core.Configuration;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>What modules of one foreign kind say and want to hear: addressing, checks and values of a received frame; poll and balancing frames to send.</summary>
    /// <remarks>
    /// Made once at start; nothing allocates after that. One virtual call for each frame received and each turn to send. Whatever is not understood for certain
    /// leaves no trace but a count: corruption looks like silence. The reference modules have no such object, <see cref="PackMeasurement"/> reads them itself.
    /// </remarks>
    public abstract class ModuleProtocol
    {
        /// <summary>Result of <see cref="Take"/>: not a frame of these modules.</summary>
        public const int NotMine = -1;

        /// <summary>Result of <see cref="Take"/>: length, CRC or counter are wrong.</summary>
        public const int Refused = -2;

        /// <summary>Result of <see cref="Take"/>: a good frame without a new value, such as that of a module that still starts, or one the firmware does not use.</summary>
        public const int NoNews = -3;

        /// <summary>Values of the frame last taken: voltages in mV or temperatures in 0.1 degC, or not available.</summary>
        public readonly int[] Values = new int[4];

        /// <summary>Modules of the pack.</summary>
        public readonly int ModuleCount;

        /// <summary>Voltage frames of a module; the temperature frame has this number as its block.</summary>
        public readonly int VoltageFrames;

        /// <summary>Cells of a full module.</summary>
        protected readonly int CellsPerModule;

        /// <summary>Cells of the pack.</summary>
        protected readonly int CellCount;

        /// <summary>Last counter of every slot; 255 before the first.</summary>
        protected readonly byte[] LastCounter = new byte[PackMeasurement.MaxBlocks * PackMeasurement.MaxModules];

        private readonly int _targetAboveLowestMv;
        private readonly int _lowestTargetMv;

        /// <summary>Makes the part that all kinds share.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="profile">One of <see cref="ModuleProfile"/>.</param>
        protected ModuleProtocol(ParameterBlock parameters, int profile)
        {
            CellCount = parameters.Get(ParameterId.CellCount);
            CellsPerModule = CellsPerModuleOf(parameters);
            ModuleCount = ModuleCountOf(parameters);
            VoltageFrames = VoltageFramesOf(parameters);
            _targetAboveLowestMv = parameters.Get(ParameterId.BalanceStopDeltaMv);
            _lowestTargetMv = parameters.Get(ParameterId.BalanceMinCellMv);
            for (int slot = 0; slot < LastCounter.Length; slot++)
            {
                LastCounter[slot] = 255;
            }
        }

        /// <summary>Time between two turns to send, in ms.</summary>
        public abstract int SendPeriodMs { get; }

        /// <summary>Judges a received frame.</summary>
        /// <param name="frame">Any frame of the bus.</param>
        /// <returns>Block * MaxModules + module, with <see cref="Values"/> filled; or <see cref="NotMine"/>, <see cref="Refused"/>, <see cref="NoNews"/>.</returns>
        public abstract int Take(CanFrame frame);

        /// <summary>Takes one turn to send.</summary>
        /// <param name="frame">Filled completely where the result is true.</param>
        /// <param name="controller">The stages before.</param>
        /// <returns>False where this turn has nothing to send.</returns>
        public abstract bool Fill(CanFrame frame, BatteryController controller);

        /// <summary>The protocol that a block asks for; null for the reference modules.</summary>
        /// <param name="parameters">A valid block.</param>
        public static ModuleProtocol Create(ParameterBlock parameters)
        {
            int profile = parameters.Get(ParameterId.ModuleProfile);
            switch (profile)
            {
                case ModuleProfile.BmwI3: return new BmwI3Modules(parameters);
                case ModuleProfile.VwMqb:
                case ModuleProfile.VwMeb:
                    return new VwModules(parameters, profile);
                case ModuleProfile.OutlanderPhev: return new OutlanderModules(parameters);
                default: return null;
            }
        }

        /// <summary>Cells of a full module, as a block has it: its own figure, or the usual one of the kind.</summary>
        /// <param name="parameters">A block with a valid profile.</param>
        public static int CellsPerModuleOf(ParameterBlock parameters)
        {
            int cells = parameters.Get(ParameterId.CellsPerModule);
            return cells != 0 ? cells : ModuleProfile.UsualCells(parameters.Get(ParameterId.ModuleProfile));
        }

        /// <summary>Modules of the pack; the last one may be shorter.</summary>
        /// <param name="parameters">A block with a valid profile.</param>
        public static int ModuleCountOf(ParameterBlock parameters)
        {
            int perModule = CellsPerModuleOf(parameters);
            return (parameters.Get(ParameterId.CellCount) + perModule - 1) / perModule;
        }

        /// <summary>Voltage frames of a full module.</summary>
        /// <param name="parameters">A block with a valid profile.</param>
        public static int VoltageFramesOf(ParameterBlock parameters)
        {
            int perFrame = ModuleProfile.CellsPerFrame(parameters.Get(ParameterId.ModuleProfile));
            return (CellsPerModuleOf(parameters) + perFrame - 1) / perFrame;
        }

        /// <summary>Voltage above which modules that choose their cells themselves may bleed: a little above the lowest cell, and never below the least for balancing.</summary>
        /// <param name="m">A complete measurement.</param>
        /// <returns>Voltage in mV.</returns>
        protected int BleedTargetMv(PackMeasurement m)
        {
            int target = m.LowestCellMv + _targetAboveLowestMv;
            return target < _lowestTargetMv ? _lowestTargetMv : target;
        }

        /// <summary>Cells fitted that a voltage frame stands for.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="cellInModule">First cell of the frame, from 0.</param>
        /// <param name="perFrame">Cells that the frame has room for.</param>
        protected int FittedCells(int module, int cellInModule, int perFrame)
        {
            int cells = CellsPerModule - cellInModule;
            int left = CellCount - module * CellsPerModule - cellInModule;
            if (left < cells)
            {
                cells = left;
            }

            return cells < perFrame ? cells : perFrame;
        }
    }
}
