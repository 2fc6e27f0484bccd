using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>Tells from the truth of the plant whether the rule of GB 38031-2025 C.5.3.7 for thermal runaway holds in a module, beyond doubt.</summary>
    /// <remarks>
    /// a = a cell has lost more than 25 % of its voltage, b = a sensor is at the highest operating temperature, c = a sensor rises by 1 degC/s or more for more than 3 s; runaway = (a or b) and c.
    /// "Sensor" is one without error, with its lag. Each part has a margin for what real sensors may miss: 26 %, 1.5 K, 1.4 K/s. To be updated every cycle.
    /// </remarks>
    public sealed class RunawayTruth
    {
        private const long PeriodUs = 100_000;
        private const int Window = 10;
        private const double RiseKPerS = 1.4;
        private const double HotMarginK = 1.5;
        private const double LeftShare = 0.74;
        private const long SustainedUs = 3_000_000;

        private readonly PackPlant _plant;
        private readonly double _hottestDegC;
        private readonly double[] _past;
        private readonly long[] _risesSinceUs;
        private readonly double[] _referenceV;
        private int _at;
        private long _filled;
        private long _nextUs = long.MinValue;

        /// <param name="plant">The plant.</param>
        /// <param name="hottestDegC">Highest operating temperature in degC.</param>
        public RunawayTruth(PackPlant plant, double hottestDegC)
        {
            _plant = plant;
            _hottestDegC = hottestDegC;
            int sensors = plant.Modules.Sum(m => m.SensorCount);
            _past = new double[sensors * Window];
            _risesSinceUs = new long[sensors];
            Array.Fill(_risesSinceUs, -1);
            _referenceV = new double[plant.Cells.CellCount];
        }

        /// <summary>True while the rule holds in a module.</summary>
        public bool IsTrue { get; private set; }

        /// <summary>Looks ten times a second.</summary>
        /// <param name="timeUs">Virtual time in us.</param>
        public bool Update(long timeUs)
        {
            if (timeUs < _nextUs)
            {
                return IsTrue;
            }

            _nextUs = timeUs + PeriodUs;
            IsTrue = false;
            int sensor = 0;
            int cell = 0;
            foreach (CellModuleNode module in _plant.Modules)
            {
                bool hot = false;
                bool rises = false;
                int used = Truth.UsedSensors(_plant, module.Index);
                for (int i = 0; i < module.SensorCount; i++, sensor++)
                {
                    if (i >= used)
                    {
                        continue;
                    }

                    double now = module.SensedDegC(i);
                    double before = _past[(sensor * Window) + _at];
                    _past[(sensor * Window) + _at] = now;
                    if (_filled < Window || !(now - before >= RiseKPerS))
                    {
                        _risesSinceUs[sensor] = -1;
                    }
                    else if (_risesSinceUs[sensor] < 0)
                    {
                        _risesSinceUs[sensor] = timeUs - (Window * PeriodUs);
                    }

                    rises |= _risesSinceUs[sensor] >= 0 && timeUs - _risesSinceUs[sensor] > SustainedUs;
                    hot |= now >= _hottestDegC + HotMarginK;
                }

                bool lost = false;
                for (int i = 0; i < module.CellCount; i++, cell++)
                {
                    double v = module.SensedV(i);
                    if (double.IsNaN(v))
                    {
                        continue;
                    }

                    double reference = _referenceV[cell];
                    lost |= v < LeftShare * reference;
                    _referenceV[cell] = v > reference ? v : v >= 0.75 * reference ? reference - ((reference - v) / 640) : reference;
                }

                IsTrue |= rises && (hot || lost);
            }

            _at = _at + 1 == Window ? 0 : _at + 1;
            _filled++;
            return IsTrue;
        }
    }
}
