using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>Decides which cells a module bleeds: those that hold more charge than the lowest one, while it is safe and makes sense.</summary>
    /// <remarks>
    /// Cells are chosen at rest by their voltage, while charging near the top by a larger difference, and by their state of charge wherever the estimator knows it well enough.
    /// Reference modules bleed and measure by turns: what is chosen at the end of a measuring stretch holds for the bleeding stretch after it, so that no voltage is judged that a
    /// bleed current pulls down. Modules of other kinds have pauses of their own, and choose anew whenever they are asked. One module in each call, from the schedule of the reports.
    /// </remarks>
    public sealed class Balancing
    {
        /// <summary>True while at least one module bleeds.</summary>
        public bool IsOn;

        /// <summary>True in the stretch in which nothing bleeds and the cells are measured.</summary>
        public bool IsMeasuring;

        /// <summary>State of charge of every cell against a common one, as a fraction; null where the estimator tells none.</summary>
        public float[] CellSoc;

        /// <summary>The lowest of them.</summary>
        public float LowestSoc;

        /// <summary>Variance of a difference between two of them.</summary>
        public float SocVariance;

        // One standard deviation of a difference in state of charge, as a variance, up to which the estimator is believed: a third of the difference that starts bleeding.
        private const float PartOfStart = 1f / 3f;

        private readonly int _startDeltaMv;
        private readonly int _stopDeltaMv;
        private readonly int _topDeltaMv;
        private readonly int _topFromMv;
        private readonly int _topCurrentMa;
        private readonly int _minCellMv;
        private readonly int _emptyMv;
        private readonly int _maxCurrentMa;
        private readonly int _maxDeciC;
        private readonly int _derateDeciC;
        private readonly float _startSoc;
        private readonly float _stopSoc;
        private readonly float _knownVariance;
        private readonly uint _bleedMs;
        private readonly uint _measureMs;
        private readonly bool _takesTurns;
        private readonly int[] _bleeding;
        private readonly int[] _chosen;
        private readonly bool[] _isChosen;

        private uint _stretchSinceMs;
        private int _evenOdd = 0x555;
        private bool _started;

        /// <summary>Makes it with nothing bleeding.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="moduleCount">Modules of the pack.</param>
        public Balancing(ParameterBlock parameters, int moduleCount)
        {
            _startDeltaMv = parameters.Get(ParameterId.BalanceStartDeltaMv);
            _stopDeltaMv = parameters.Get(ParameterId.BalanceStopDeltaMv);
            _topDeltaMv = parameters.Get(ParameterId.BalanceTopDeltaMv);
            _topFromMv = parameters.Get(ParameterId.ChargeTaperStartMv);
            _topCurrentMa = parameters.Get(ParameterId.BalanceTopCurrentMa);
            _minCellMv = parameters.Get(ParameterId.BalanceMinCellMv);
            _emptyMv = parameters.Get(ParameterId.DischargeTaperStartMv);
            _maxCurrentMa = parameters.Get(ParameterId.BalanceMaxCurrentMa);
            _maxDeciC = parameters.Get(ParameterId.BalanceMaxDeciC);
            _derateDeciC = parameters.Get(ParameterId.BalanceDerateDeciC);
            _startSoc = parameters.Get(ParameterId.BalanceStartCentiPct) * 0.0001f;
            _stopSoc = parameters.Get(ParameterId.BalanceStopCentiPct) * 0.0001f;
            _knownVariance = _startSoc * PartOfStart * _startSoc * PartOfStart;
            _bleedMs = (uint)parameters.Get(ParameterId.BalanceBleedMs);
            _measureMs = (uint)parameters.Get(ParameterId.BalanceMeasureMs);
            _takesTurns = parameters.Get(ParameterId.ModuleProfile) == ModuleProfile.Reference;
            _bleeding = new int[moduleCount];
            _chosen = new int[moduleCount];
            _isChosen = new bool[moduleCount];
        }

        /// <summary>Follows the clock: bleeding and measuring stretches take turns.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(uint nowMs)
        {
            if (!_started)
            {
                _started = true;
                _stretchSinceMs = nowMs;
                return;
            }

            if (nowMs - _stretchSinceMs < (IsMeasuring ? _measureMs : _bleedMs))
            {
                return;
            }

            _stretchSinceMs = nowMs;
            IsMeasuring = _takesTurns && !IsMeasuring;
            if (!IsMeasuring)
            {
                _evenOdd ^= 0xFFF;
                for (int module = 0; module < _isChosen.Length; module++)
                {
                    _isChosen[module] = false;
                }
            }
        }

        /// <summary>Cells that a module should bleed now, bit 0 = its most negative cell.</summary>
        /// <param name="module">Module from 0.</param>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="faults">Faults of this cycle: with one at severity Limit or higher nothing bleeds.</param>
        public int Decide(int module, PackMeasurement m, FaultMonitor faults)
        {
            int cells = 0;
            if (IsMeasuring)
            {
                // What was chosen stands for the hysteresis of the next choice.
            }
            else if (!IsAllowed(m, faults))
            {
                _chosen[module] = 0;
                _isChosen[module] = false;
            }
            else
            {
                if (!_takesTurns || !_isChosen[module])
                {
                    _chosen[module] = Choose(module, m);
                    _isChosen[module] = true;
                }

                cells = _chosen[module];
                if (cells != 0)
                {
                    cells &= CoolEnough(module, m);
                }
            }

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
                && (IsAtRest(m) || IsNearTop(m));
        }

        private bool IsAtRest(PackMeasurement m)
        {
            return m.CurrentMa < _maxCurrentMa && m.CurrentMa > -_maxCurrentMa;
        }

        private bool IsNearTop(PackMeasurement m)
        {
            return m.HostMode == HostCommand.ModeCharge
                && m.CurrentMa >= 0
                && m.CurrentMa < _topCurrentMa
                && m.HighestCellMv >= _topFromMv;
        }

        private int Choose(int module, PackMeasurement m)
        {
            int perModule = m.CellsPerModule;
            int first = module * perModule;
            int last = first + perModule;
            if (last > m.CellVoltageMv.Length)
            {
                last = m.CellVoltageMv.Length;
            }

            return CellSoc != null && SocVariance <= _knownVariance ? ChooseByCharge(module, first, last, m) : ChooseByVoltage(module, first, last, m);
        }

        private int ChooseByVoltage(int module, int first, int last, PackMeasurement m)
        {
            int before = _chosen[module];
            int[] voltages = m.CellVoltageMv;
            int lowest = m.LowestCellMv;
            bool rests = IsAtRest(m);
            int start = rests ? _startDeltaMv : _topDeltaMv;
            int stop = rests ? _stopDeltaMv : _topDeltaMv / 2;
            int cells = 0;
            int bit = 1;
            for (int cell = first; cell < last; cell++)
            {
                int mv = voltages[cell];
                if (mv > _minCellMv && mv - lowest > ((before & bit) != 0 ? stop : start))
                {
                    cells |= bit;
                }

                bit <<= 1;
            }

            return cells;
        }

        // A difference in charge counts at any voltage, but nothing takes the last charge from a pack.
        private int ChooseByCharge(int module, int first, int last, PackMeasurement m)
        {
            if (m.LowestCellMv <= _emptyMv)
            {
                return 0;
            }

            int before = _chosen[module];
            float[] deltas = CellSoc;
            float lowest = LowestSoc;
            int cells = 0;
            int bit = 1;
            for (int cell = first; cell < last; cell++)
            {
                if (deltas[cell] - lowest > ((before & bit) != 0 ? _stopSoc : _startSoc))
                {
                    cells |= bit;
                }

                bit <<= 1;
            }

            return cells;
        }

        // All cells of a cool module, every other one by turns of a warm one, none of a hot one or of one whose temperature is not known.
        private int CoolEnough(int module, PackMeasurement m)
        {
            int perModule = m.TemperaturesPerModule;
            int hottest = SignalValue.NotAvailable;
            for (int sensor = module * perModule; sensor < (module + 1) * perModule; sensor++)
            {
                if (m.TemperatureDeciC[sensor] > hottest)
                {
                    hottest = m.TemperatureDeciC[sensor];
                }
            }

            // A module without sensors of its own goes by the pack.
            if (hottest == SignalValue.NotAvailable)
            {
                hottest = m.HighestTemperatureDeciC;
            }

            return hottest >= _maxDeciC ? 0 : hottest >= _derateDeciC ? _evenOdd : 0xFFFF;
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
