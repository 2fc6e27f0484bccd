using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>What the cell modules sent last, and when: every voltage and temperature, and the time of each frame.</summary>
    /// <remarks>A group is what one voltage frame carries; a module's temperatures are a group of their own. A slot is one frame of one module: block * <see cref="Stride"/> + module. Allocates nothing after construction.</remarks>
    internal sealed class ModuleValues
    {
        /// <summary>Number of modules.</summary>
        public readonly int ModuleCount;

        /// <summary>Voltage frames of each module; the block of its temperatures.</summary>
        public readonly int VoltageFrames;

        /// <summary>Distance of the slots of two blocks.</summary>
        public readonly int Stride;

        /// <summary>Sensors fitted to each module.</summary>
        public readonly int FittedTemperatures;

        /// <summary>Places for temperatures of each module.</summary>
        public readonly int TemperaturePlaces;

        /// <summary>Voltage of every cell, in mV, or not available.</summary>
        public readonly int[] CellMv;

        /// <summary>Every temperature, in 0.1 degC, or not available.</summary>
        public readonly int[] DeciC;

        /// <summary>Extremes and sum of the voltages, a group for each voltage frame.</summary>
        public readonly GroupExtremes Cells;

        /// <summary>Extremes of the temperatures, a group for each module.</summary>
        public readonly GroupExtremes Temperatures;

        /// <summary>Time of the last good frame of each slot.</summary>
        public readonly uint[] TimeMs;

        /// <summary>True where the values of a slot are in use.</summary>
        public readonly bool[] IsFresh;

        private readonly int[] _firstCell;
        private readonly int[] _cellCount;

        /// <param name="cellCount">Cells of the pack; the last module may have fewer than the others.</param>
        /// <param name="moduleCount">Modules.</param>
        /// <param name="cellsPerModule">Cells of a full module.</param>
        /// <param name="voltageFrames">Voltage frames of a module.</param>
        /// <param name="cellsPerFrame">Cells in each of these.</param>
        /// <param name="temperaturePlaces">Places for temperatures of a module.</param>
        /// <param name="fittedTemperatures">Sensors fitted to each.</param>
        /// <param name="stride">Distance of the slots of two blocks.</param>
        public ModuleValues(int cellCount, int moduleCount, int cellsPerModule, int voltageFrames, int cellsPerFrame, int temperaturePlaces, int fittedTemperatures, int stride)
        {
            ModuleCount = moduleCount;
            VoltageFrames = voltageFrames;
            Stride = stride;
            FittedTemperatures = fittedTemperatures;
            TemperaturePlaces = temperaturePlaces;
            CellMv = new int[cellCount];
            DeciC = new int[moduleCount * temperaturePlaces];
            TimeMs = new uint[(voltageFrames + 1) * stride];
            IsFresh = new bool[TimeMs.Length];
            int groups = moduleCount * voltageFrames;
            _firstCell = new int[groups];
            _cellCount = new int[groups];
            Cells = new GroupExtremes(groups);
            Temperatures = new GroupExtremes(moduleCount);
            for (int i = 0; i < CellMv.Length; i++)
            {
                CellMv[i] = SignalValue.NotAvailable;
            }

            for (int i = 0; i < DeciC.Length; i++)
            {
                DeciC[i] = SignalValue.NotAvailable;
            }

            for (int group = 0; group < groups; group++)
            {
                int inModule = group % voltageFrames * cellsPerFrame;
                int first = group / voltageFrames * cellsPerModule + inModule;
                int cells = cellsPerModule - inModule < cellsPerFrame ? cellsPerModule - inModule : cellsPerFrame;
                if (first + cells > cellCount)
                {
                    cells = first < cellCount ? cellCount - first : 0;
                }

                _firstCell[group] = first;
                _cellCount[group] = cells;
            }
        }

        /// <summary>False for a voltage frame without a cell of the pack.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="block">Its block.</param>
        public bool HasValues(int module, int block)
        {
            return block == VoltageFrames || _cellCount[module * VoltageFrames + block] != 0;
        }

        /// <summary>Takes the values of a good frame.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="block">Voltage frame from 0; <see cref="VoltageFrames"/> for the temperatures.</param>
        /// <param name="values">What it carries.</param>
        /// <param name="nowMs">Controller time.</param>
        /// <returns>True where every cell that such a frame can carry is fitted and available; of temperatures always.</returns>
        public bool Store(int module, int block, int[] values, uint nowMs)
        {
            int slot = block * Stride + module;
            TimeMs[slot] = nowMs;
            IsFresh[slot] = true;
            if (block == VoltageFrames)
            {
                int place = module * TemperaturePlaces;
                for (int i = 0; i < TemperaturePlaces; i++)
                {
                    DeciC[place + i] = values[i];
                }

                Temperatures.Summarise(module, DeciC, place, FittedTemperatures, true);
                return true;
            }

            int group = module * VoltageFrames + block;
            int first = _firstCell[group];
            int cells = _cellCount[group];
            for (int i = 0; i < cells; i++)
            {
                CellMv[first + i] = values[i];
            }

            Cells.Summarise(group, CellMv, first, cells, true);
            return Cells.Valid[group] == _cellCount[0];
        }

        /// <summary>Makes the values of a slot not available: its frame is too old.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="block">Its block.</param>
        public void Forget(int module, int block)
        {
            IsFresh[block * Stride + module] = false;
            if (block == VoltageFrames)
            {
                int place = module * TemperaturePlaces;
                Clear(DeciC, place, TemperaturePlaces);
                Temperatures.Summarise(module, DeciC, place, FittedTemperatures, false);
                return;
            }

            int group = module * VoltageFrames + block;
            Clear(CellMv, _firstCell[group], _cellCount[group]);
            Cells.Summarise(group, CellMv, _firstCell[group], _cellCount[group], false);
        }

        /// <summary>Index of the first cell with a voltage, from those of a group on; the first of the group where none has it any more.</summary>
        /// <param name="group">Group.</param>
        /// <param name="mv">Voltage in mV, or not available.</param>
        public int CellWith(int group, int mv)
        {
            return IndexOf(CellMv, _firstCell[group], mv);
        }

        /// <summary>Index of the first sensor with a temperature, from those of a module on; the first of the module where none has it any more.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="deciC">Temperature in 0.1 degC.</param>
        public int SensorWith(int module, int deciC)
        {
            return IndexOf(DeciC, module * TemperaturePlaces, deciC);
        }

        private static void Clear(int[] values, int first, int count)
        {
            for (int i = first; i < first + count; i++)
            {
                values[i] = SignalValue.NotAvailable;
            }
        }

        private static int IndexOf(int[] values, int first, int value)
        {
            for (int i = first; i < values.Length; i++)
            {
                if (values[i] == value)
                {
                    return i;
                }
            }

            return first;
        }
    }
}
