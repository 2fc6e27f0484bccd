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

        /// <summary>False where a slot is a voltage frame without a cell of the pack.</summary>
        public readonly bool[] HasValues;

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
            HasValues = new bool[TimeMs.Length];
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
                HasValues[group % voltageFrames * stride + group / voltageFrames] = cells != 0;
            }

            for (int module = 0; module < moduleCount; module++)
            {
                HasValues[voltageFrames * stride + module] = true;
            }
        }

        /// <summary>Takes the values of a good frame.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="block">Voltage frame from 0; <see cref="VoltageFrames"/> for the temperatures.</param>
        /// <param name="values">What it carries.</param>
        /// <param name="nowMs">Controller time.</param>
        /// <returns>True where every cell that such a frame can carry is fitted and available, or every fitted sensor.</returns>
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
                return Temperatures.Valid[module] == FittedTemperatures;
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

        /// <summary>Index of the lowest cell of a group.</summary>
        /// <param name="group">Group.</param>
        /// <param name="mv">What its voltage was when it was last compared, in mV: a cell that still has it is taken.</param>
        public int LowestCellOf(int group, int mv)
        {
            int first = _firstCell[group];
            int found = Find(CellMv, mv, first, _cellCount[group]);
            return found >= 0 ? found : LowestOf(CellMv, first, _cellCount[group]);
        }

        /// <summary>Index of the highest cell of a group.</summary>
        /// <param name="group">Group.</param>
        /// <param name="mv">What its voltage was when it was last compared, in mV: a cell that still has it is taken.</param>
        public int HighestCellOf(int group, int mv)
        {
            int first = _firstCell[group];
            int found = Find(CellMv, mv, first, _cellCount[group]);
            return found >= 0 ? found : HighestOf(CellMv, first, _cellCount[group]);
        }

        /// <summary>Index of the first cell of a group that is not available.</summary>
        /// <param name="group">Group with such a cell.</param>
        public int InvalidCellOf(int group)
        {
            int cell = _firstCell[group];
            int last = cell + _cellCount[group] - 1;
            while (cell < last && CellMv[cell] != SignalValue.NotAvailable)
            {
                cell++;
            }

            return cell;
        }

        /// <summary>Index of the coldest sensor of a module.</summary>
        /// <param name="module">Module from 0.</param>
        public int ColdestSensorOf(int module)
        {
            return LowestOf(DeciC, module * TemperaturePlaces, TemperaturePlaces);
        }

        /// <summary>Index of the hottest sensor of a module.</summary>
        /// <param name="module">Module from 0.</param>
        public int HottestSensorOf(int module)
        {
            return HighestOf(DeciC, module * TemperaturePlaces, TemperaturePlaces);
        }

        private static void Clear(int[] values, int first, int count)
        {
            for (int i = first; i < first + count; i++)
            {
                values[i] = SignalValue.NotAvailable;
            }
        }

        // The place of a value, or -1.
        private static int Find(int[] values, int sought, int first, int count)
        {
            for (int end = first + count; first < end; first++)
            {
                if (values[first] == sought)
                {
                    return first;
                }
            }

            return -1;
        }

        // What is not available is lower than any value, and not meant.
        private static int LowestOf(int[] values, int first, int count)
        {
            int lowest = int.MaxValue;
            int found = first;
            for (int i = first; i < first + count; i++)
            {
                int value = values[i];
                if (value < lowest && value != SignalValue.NotAvailable)
                {
                    lowest = value;
                    found = i;
                }
            }

            return found;
        }

        private static int HighestOf(int[] values, int first, int count)
        {
            int highest = SignalValue.NotAvailable;
            int found = first;
            for (int i = first; i < first + count; i++)
            {
                if (values[i] > highest)
                {
                    highest = values[i];
                    found = i;
                }
            }

            return found;
        }
    }
}
