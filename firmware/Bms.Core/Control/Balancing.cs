using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>Decides which cells a module bleeds: those above the lowest cell by more than a threshold, while it is safe and makes sense.</summary>
    /// <remarks>One module in each call, from the schedule of the reports, so that the work is spread over the cycles.</remarks>
    public sealed class Balancing
    {
        /// <summary>True while at least one module bleeds.</summary>
        public bool IsOn;

        private readonly int _startDeltaMv;
        private readonly int _stopDeltaMv;
        private readonly int _minCellMv;
        private readonly int _maxCurrentMa;
        private readonly int _maxDeciC;
        private readonly int[] _bleeding;

        /// <summary>Makes it with nothing bleeding.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="moduleCount">Modules of the pack.</param>
        public Balancing(ParameterBlock parameters, int moduleCount)
        {
            _startDeltaMv = parameters.Get(ParameterId.BalanceStartDeltaMv);
            _stopDeltaMv = parameters.Get(ParameterId.BalanceStopDeltaMv);
            _minCellMv = parameters.Get(ParameterId.BalanceMinCellMv);
            _maxCurrentMa = parameters.Get(ParameterId.BalanceMaxCurrentMa);
            _maxDeciC = parameters.Get(ParameterId.BalanceMaxDeciC);
            _bleeding = new int[moduleCount];
        }

        /// <summary>Cells that a module should bleed now, bit 0 = its most negative cell.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="faults">Faults of this cycle: with one at severity Limit or higher nothing bleeds.</param>
        public int Decide(int module, PackMeasurement m, FaultMonitor faults)
        {
            int cells = IsAllowed(m, faults) ? Choose(module, m) : 0;
            _bleeding[module] = cells;
            if (cells != 0)
            {
                IsOn = true;
            }
            else if (IsOn)
            {
                IsOn = AnyBleeds();
            }

            return cells;
        }

        private bool IsAllowed(PackMeasurement m, FaultMonitor faults)
        {
            return m.HostAllowsBalancing
                && faults.HighestSeverity < Severity.Limit
                && m.IsComplete
                && m.CurrentMa < _maxCurrentMa
                && m.CurrentMa > -_maxCurrentMa
                && m.HighestTemperatureDeciC < _maxDeciC;
        }

        private int Choose(int module, PackMeasurement m)
        {
            int before = _bleeding[module];
            int lowest = m.LowestCellMv;
            int perModule = m.CellsPerModule;
            int first = module * perModule;
            int cells = 0;
            for (int i = 0; i < perModule && first + i < m.CellVoltageMv.Length; i++)
            {
                int mv = m.CellVoltageMv[first + i];
                int delta = (before & (1 << i)) != 0 ? _stopDeltaMv : _startDeltaMv;
                if (mv > _minCellMv && mv - lowest > delta)
                {
                    cells |= 1 << i;
                }
            }

            return cells;
        }

        private bool AnyBleeds()
        {
            for (int module = 0; module < _bleeding.Length; module++)
            {
                if (_bleeding[module] != 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
