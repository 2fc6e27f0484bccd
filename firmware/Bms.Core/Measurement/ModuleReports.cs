using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>What the reference modules report of themselves once a second: open sense wires and a failed self-test.</summary>
    /// <remarks>A frame counts only where its length, CRC and counter are right. A report stands until the next one; that a module is silent is another row's business. Allocates nothing after construction.</remarks>
    public sealed class ModuleReports
    {
        private const int NoCounter = -1;

        /// <summary>Cells whose sense wire a module calls open.</summary>
        public int OpenWires;

        /// <summary>One of them, from 0.</summary>
        public int OpenWireCell;

        /// <summary>Modules that say that their self-test failed.</summary>
        public int FailedModules;

        /// <summary>One of them, from 0.</summary>
        public int FailedModule;

        private readonly int _cellsPerModule;
        private readonly int[] _openMask;
        private readonly bool[] _failed;
        private readonly int[] _counter;
        private readonly int[] _seed;

        /// <summary>Makes it without a report.</summary>
        /// <param name="moduleCount">Modules of the pack.</param>
        /// <param name="cellsPerModule">Cells of a full module.</param>
        public ModuleReports(int moduleCount, int cellsPerModule)
        {
            _cellsPerModule = cellsPerModule;
            _openMask = new int[moduleCount];
            _failed = new bool[moduleCount];
            _counter = new int[moduleCount];
            _seed = new int[moduleCount];
            for (int module = 0; module < moduleCount; module++)
            {
                _counter[module] = NoCounter;
                _seed[module] = E2eProfile1.SeedOf((int)(ModuleStatus.BaseId + module * ModuleStatus.IdStride));
            }
        }

        /// <summary>Takes the report of a module.</summary>
        /// <param name="module">Module from 0; one that the pack does not have is passed over.</param>
        /// <param name="frame">Frame of the family ModuleStatus.</param>
        /// <returns>False where the frame is refused.</returns>
        public bool Take(int module, CanFrame frame)
        {
            if (module >= _counter.Length)
            {
                return true;
            }

            byte[] data = frame.Data;
            int counter = data[1] & 0x0F;
            if (frame.Length != ModuleStatus.Length || data[0] != E2eProfile1.CrcOf(data, ModuleStatus.Length, _seed[module]) || counter == _counter[module])
            {
                return false;
            }

            _counter[module] = counter;
            int open = ModuleStatus.UnpackOpenWires(data);
            bool failed = ModuleStatus.UnpackModuleState(data) == ModuleStatus.ModuleStateSelfTestFailed;
            if (open != _openMask[module] || failed != _failed[module])
            {
                _openMask[module] = open;
                _failed[module] = failed;
                Summarise();
            }

            return true;
        }

        private void Summarise()
        {
            int open = 0;
            int failed = 0;
            for (int module = 0; module < _openMask.Length; module++)
            {
                for (int cell = 0; cell < _cellsPerModule; cell++)
                {
                    if ((_openMask[module] & (1 << cell)) != 0)
                    {
                        open++;
                        OpenWireCell = module * _cellsPerModule + cell;
                    }
                }

                if (_failed[module])
                {
                    failed++;
                    FailedModule = module;
                }
            }

            OpenWires = open;
            FailedModules = failed;
        }
    }
}
