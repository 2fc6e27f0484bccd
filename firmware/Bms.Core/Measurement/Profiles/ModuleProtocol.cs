using Bms.Core.Configuration;
using Bms.Core.Messages;

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

        // Cells of one frame are measured together: a load moves them alike, and no cell leaves the others by so much between two rounds [D].
        private const int JumpMv = 200;
        private const int ValuesPerFrame = 4;

        // So many rounds after a jump that was none, nothing that jumps is believed.
        private const int DoubtRounds = 10;

        private readonly int _targetAboveLowestMv;
        private readonly int _lowestTargetMv;

        // Voltages as last believed, and the others: those of a frame in doubt, or, where a jump was believed just now, those before it. Kinds with a CRC have neither.
        private readonly int[] _believedMv;
        private readonly int[] _otherMv;
        private readonly byte[] _stateOf;
        private const byte Steady = 0;
        private const byte InDoubt = 1;
        private const byte Jumped = 2;
        private int _doubtFrames;

        /// <summary>Frames without a CRC whose voltages jumped and were not confirmed by the next one; wraps.</summary>
        public uint DisprovedFrames;

        /// <summary>Makes the part that all kinds share.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="profile">One of <see cref="ModuleProfile"/>.</param>
        protected ModuleProtocol(ParameterBlock parameters, int profile)
        {
            CellCount = parameters.Get(ParameterId.CellCount);
            CellsPerModule = ModuleProfile.CellsPerModuleOf(parameters);
            ModuleCount = ModuleProfile.ModuleCountOf(parameters);
            VoltageFrames = ModuleProfile.VoltageFramesOf(parameters);
            _targetAboveLowestMv = parameters.Get(ParameterId.BalanceStopDeltaMv);
            _lowestTargetMv = parameters.Get(ParameterId.BalanceMinCellMv);
            for (int slot = 0; slot < LastCounter.Length; slot++)
            {
                LastCounter[slot] = 255;
            }

            if (!ModuleProfile.HasCrc(profile))
            {
                int slots = VoltageFrames * PackMeasurement.MaxModules;
                _stateOf = new byte[slots];
                _believedMv = new int[slots * ValuesPerFrame];
                _otherMv = new int[slots * ValuesPerFrame];
                for (int i = 0; i < _believedMv.Length; i++)
                {
                    _believedMv[i] = SignalValue.NotAvailable;
                    _otherMv[i] = SignalValue.NotAvailable;
                }
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

        /// <summary>Judges the voltages in <see cref="Values"/> of a frame that no CRC protects: where a cell jumps, the next frame must not take it back before they count.</summary>
        /// <remarks>
        /// Until then the values before stand, with their age, so that what is lost is told. A jump that the next frame takes back was no voltage: it is counted, and for ten rounds nothing of the pack
        /// that jumps is believed. A jump that stays makes its module a lost one then, as a wrong CRC would.
        /// </remarks>
        /// <param name="slot">Block * MaxModules + module.</param>
        /// <param name="cells">Cells fitted that the frame stands for.</param>
        protected bool Believes(int slot, int cells)
        {
            if (_doubtFrames > 0)
            {
                _doubtFrames--;
            }

            int at = slot * ValuesPerFrame;
            byte state = _stateOf[slot];
            if (!Jumps(_believedMv, at, cells))
            {
                if (state == InDoubt)
                {
                    Disprove();
                }

                _stateOf[slot] = Steady;
                Keep(_believedMv, at, cells);
                return true;
            }

            if (state == Jumped && !Jumps(_otherMv, at, cells))
            {
                // Back where it was before it jumped: two frames in a row were wrong.
                Disprove();
                _stateOf[slot] = Steady;
                Keep(_believedMv, at, cells);
                return true;
            }

            // Never two in a row, so a fast ramp is late by one round and not lost.
            if (state == InDoubt && _doubtFrames == 0)
            {
                _stateOf[slot] = Jumped;
                for (int i = at; i < at + cells; i++)
                {
                    _otherMv[i] = _believedMv[i];
                }

                Keep(_believedMv, at, cells);
                return true;
            }

            DisprovedFrames += state == InDoubt ? 1u : 0u;
            _stateOf[slot] = InDoubt;
            Keep(_otherMv, at, cells);
            return false;
        }

        private void Disprove()
        {
            DisprovedFrames++;
            _doubtFrames = DoubtRounds * ModuleCount * VoltageFrames;
        }

        // What the cells of a frame moved by must be the same but for the jump that is allowed; one cell alone has nothing to be held against but itself.
        private bool Jumps(int[] from, int at, int cells)
        {
            int[] values = Values;
            int least = cells == 1 ? 0 : int.MaxValue;
            int most = cells == 1 ? 0 : int.MinValue;
            for (int i = 0; i < cells; i++)
            {
                int value = values[i];
                int old = from[at + i];
                if (value != SignalValue.NotAvailable && old != SignalValue.NotAvailable)
                {
                    int moved = value - old;
                    least = moved < least ? moved : least;
                    most = moved > most ? moved : most;
                }
            }

            if (most <= least)
            {
                return false;
            }

            // Cells differ by a quarter in what a load does to them.
            int common = least > 0 ? least : most < 0 ? -most : 0;
            return most - least > JumpMv + common / 4;
        }

        private void Keep(int[] into, int at, int cells)
        {
            int[] values = Values;
            for (int i = 0; i < cells; i++)
            {
                if (values[i] != SignalValue.NotAvailable)
                {
                    into[at + i] = values[i];
                }
            }
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
