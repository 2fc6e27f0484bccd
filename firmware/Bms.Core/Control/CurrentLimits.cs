using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>How much current the pack can take and give now: a maximum, cut by temperature, cell voltage and faults.</summary>
    /// <remarks>
    /// A limit falls at once and rises slowly, so that pack and inverter do not hunt each other. Cold cells take no charge at all below the map's first corner
    /// (lithium plating), and only after warming above it by a hysteresis do they take any again. Temperatures are signed integers throughout: -5.0 degC is -50.
    /// </remarks>
    public sealed class CurrentLimits
    {
        private const int Full = 1000;
        private const uint UpdateEveryMs = 50;

        /// <summary>Highest charging current now, in mA, as a magnitude.</summary>
        public int ChargeLimitMa;

        /// <summary>Highest discharging current now, in mA, as a magnitude.</summary>
        public int DischargeLimitMa;

        private readonly int _maxChargeMa;
        private readonly int _maxDischargeMa;
        private readonly int _risePermillePerS;
        private readonly int _coldHysteresisDeciC;
        private readonly int[] _chargeMap = new int[4];
        private readonly int[] _dischargeMap = new int[4];
        private readonly int _chargeTaperStartMv;
        private readonly int _chargeStopMv;
        private readonly int _dischargeTaperStartMv;
        private readonly int _dischargeStopMv;

        private int _chargePermille;
        private int _dischargePermille;
        private bool _tooColdToCharge = true;
        private uint _lastMs;
        private int _lastStops;
        private int _roomMsPermille;
        private bool _started;

        /// <summary>Makes the limits at zero.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public CurrentLimits(ParameterBlock parameters)
        {
            _maxChargeMa = parameters.Get(ParameterId.MaxChargeCurrentMa);
            _maxDischargeMa = parameters.Get(ParameterId.MaxDischargeCurrentMa);
            _risePermillePerS = parameters.Get(ParameterId.LimitRisePermillePerS);
            _coldHysteresisDeciC = parameters.Get(ParameterId.ColdChargeHysteresisDeciC);
            for (int corner = 0; corner < 4; corner++)
            {
                _chargeMap[corner] = parameters.Get(ParameterId.ChargeZeroBelowDeciC + corner);
                _dischargeMap[corner] = parameters.Get(ParameterId.DischargeZeroBelowDeciC + corner);
            }

            _chargeTaperStartMv = parameters.Get(ParameterId.ChargeTaperStartMv);
            _chargeStopMv = parameters.Get(ParameterId.ChargeStopMv);
            _dischargeTaperStartMv = parameters.Get(ParameterId.DischargeTaperStartMv);
            _dischargeStopMv = parameters.Get(ParameterId.DischargeStopMv);
        }

        /// <summary>True while the coldest cell forbids charging.</summary>
        public bool IsTooColdToCharge
        {
            get { return _tooColdToCharge; }
        }

        /// <summary>Brings both limits up to date.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="faults">Faults of this cycle.</param>
        /// <param name="contactorState">One of <see cref="ContactorState"/>: current flows only while closed.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, FaultMonitor faults, int contactorState, uint nowMs)
        {
            // What stops a current counts at once; the rest changes slowly, and is looked at less often to keep the cycle short.
            int stops = (contactorState == ContactorState.Closed ? 4 : 0) | (faults.StopsCharging ? 1 : 0) | (faults.StopsDischarging ? 2 : 0);
            if (_started && stops == _lastStops && nowMs - _lastMs < UpdateEveryMs)
            {
                return;
            }

            _lastStops = stops;
            int rise = RiseSinceLast(nowMs);
            int cold = m.LowestTemperatureDeciC;
            bool known = m.HighestCellMv != SignalValue.NotAvailable && cold != SignalValue.NotAvailable;
            if (known)
            {
                if (cold <= _chargeMap[0])
                {
                    _tooColdToCharge = true;
                }
                else if (cold >= _chargeMap[0] + _coldHysteresisDeciC)
                {
                    _tooColdToCharge = false;
                }
            }

            int charge = 0;
            int discharge = 0;
            if (known && contactorState == ContactorState.Closed)
            {
                if (!faults.StopsCharging && !_tooColdToCharge)
                {
                    charge = Smaller(
                        Map(_chargeMap, cold, m.HighestTemperatureDeciC),
                        Ramp(_chargeStopMv - m.HighestCellMv, _chargeStopMv - _chargeTaperStartMv));
                }

                if (!faults.StopsDischarging)
                {
                    discharge = Smaller(
                        Map(_dischargeMap, cold, m.HighestTemperatureDeciC),
                        Ramp(m.LowestCellMv - _dischargeStopMv, _dischargeTaperStartMv - _dischargeStopMv));
                }
            }

            if (charge > _chargePermille + rise)
            {
                charge = _chargePermille + rise;
            }

            if (discharge > _dischargePermille + rise)
            {
                discharge = _dischargePermille + rise;
            }

            if (charge != _chargePermille)
            {
                _chargePermille = charge;
                ChargeLimitMa = Scale(_maxChargeMa, charge);
            }

            if (discharge != _dischargePermille)
            {
                _dischargePermille = discharge;
                DischargeLimitMa = Scale(_maxDischargeMa, discharge);
            }
        }

        // Whole permille that the limits may rise by since the last call; the rest of the division is kept for the next.
        private int RiseSinceLast(uint nowMs)
        {
            if (!_started)
            {
                _started = true;
                _lastMs = nowMs;
                return 0;
            }

            uint elapsedMs = nowMs - _lastMs;
            _lastMs = nowMs;
            if (elapsedMs > 1000)
            {
                elapsedMs = 1000;
            }

            _roomMsPermille += (int)elapsedMs * _risePermillePerS;
            int rise = _roomMsPermille / 1000;
            _roomMsPermille -= rise * 1000;
            return rise;
        }

        /// <summary>Zero, rising, full, falling, zero over temperature, in permille: the coldest sensor counts on the cold side and the hottest on the hot side.</summary>
        /// <param name="corners">Four temperatures, ascending, in 0.1 degC.</param>
        /// <param name="coldest">Coldest sensor, in 0.1 degC.</param>
        /// <param name="hottest">Hottest sensor, in 0.1 degC.</param>
        public static int Map(int[] corners, int coldest, int hottest)
        {
            return Smaller(
                Ramp(coldest - corners[0], corners[1] - corners[0]),
                Ramp(corners[3] - hottest, corners[3] - corners[2]));
        }

        // 0 at 0 and below, full at the width and above. A block that passed its check has no width of zero.
        private static int Ramp(int into, int width)
        {
            if (into <= 0)
            {
                return 0;
            }

            return into >= width ? Full : into * Full / width;
        }

        private static int Smaller(int a, int b)
        {
            return a < b ? a : b;
        }

        // Without overflow up to 5,000 A.
        private static int Scale(int maxMa, int permille)
        {
            return maxMa / 1000 * permille + maxMa % 1000 * permille / 1000;
        }
    }
}
