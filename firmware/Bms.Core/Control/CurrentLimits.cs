using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>How much current the pack can take and give now: a maximum, cut by temperature, state of charge, cell voltage, the estimator and faults.</summary>
    /// <remarks>
    /// A limit falls at once and rises slowly, so that pack and inverter do not hunt each other. Cold cells take no charge at all below the map's first corner
    /// (lithium plating), and only after warming above it by a hysteresis do they take any again. Temperatures are signed integers throughout: -5.0 degC is -50.
    /// What stops a current counts in the same cycle; the rest takes turns: each limit in every fourth call, each of the four lookups into the tables in every eighth. While the state of
    /// charge is not known the most careful column counts.
    /// </remarks>
    public sealed class CurrentLimits
    {
        /// <summary>Value of <see cref="SopChargeMa"/> and <see cref="SopDischargeMa"/> that limits nothing.</summary>
        public const int NoLimit = int.MaxValue;

        // The forecast that limits currents: 10 s. One of 2 s would let a load run into the voltage limits, one of 30 s would keep a short pull from it.
        private const int SopHorizon = 1;

        private const int Full = 1000;
        private const int Turns = 4;
        private const int ChargeStopped = 1;
        private const int DischargeStopped = 2;
        private const int BothStopped = ChargeStopped | DischargeStopped;

        /// <summary>Highest charging current now, in mA, as a magnitude: the continuous one while charging is asked for, otherwise that of regeneration.</summary>
        public int ChargeLimitMa;

        /// <summary>Highest discharging current now, in mA, as a magnitude.</summary>
        public int DischargeLimitMa;

        /// <summary>Charging current that may flow for long, in mA.</summary>
        public int RegenContinuousMa;

        /// <summary>Charging current that may flow for a pulse now, in mA; the continuous one where no pulse is left or the cells are cold.</summary>
        public int RegenPulseMa;

        /// <summary>Charging current that the estimator of power allows, in mA, as a magnitude; <see cref="NoLimit"/> where it says nothing.</summary>
        public int SopChargeMa = NoLimit;

        /// <summary>Discharging current that the estimator of power allows, in mA, as a magnitude; <see cref="NoLimit"/> where it says nothing.</summary>
        public int SopDischargeMa = NoLimit;

        private readonly int _maxChargeMa;
        private readonly int _maxDischargeMa;
        private readonly int _capacityMah;
        private readonly int _risePermillePerS;
        private readonly int _coldHysteresisDeciC;
        private readonly int[] _chargeMap = new int[4];
        private readonly int[] _dischargeMap = new int[4];
        private readonly int _chargeTaperStartMv;
        private readonly int _chargeStopMv;
        private readonly int _dischargeTaperStartMv;
        private readonly int _dischargeStopMv;
        private readonly int _pulseMs;
        private readonly int _pulsePermille;
        private readonly int _pulseAboveDeciC;
        private readonly LimitMap _chargeTable;
        private readonly LimitMap _dischargeTable;

        // What the tables say, in permille of the maxima.
        private int _chargeCold;
        private int _chargeHot;
        private int _dischargeCold;
        private int _dischargeHot;
        private int _lookup;

        // What the estimator of power allows, in permille of the maxima.
        private int _chargeSop = Full;
        private int _dischargeSop = Full;

        private int _chargePermille;
        private int _pulseNowPermille;
        private int _dischargePermille;
        private int _pulseLeftMs;
        private bool _pulseSpent;
        private bool _tooColdToCharge = true;
        private uint _chargeMs;
        private uint _dischargeMs;
        private int _lastStops;

        // What is left of the division when permille of rise are counted.
        private int _chargeRoom;
        private int _dischargeRoom;
        private int _turn;

        // What each lookup was made with: mostly nothing has changed.
        private readonly int[] _lookedDeciC = new int[4];
        private readonly int[] _lookedPermille = new int[4];
        private bool _started;

        /// <summary>Makes the limits at zero.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public CurrentLimits(ParameterBlock parameters)
        {
            _maxChargeMa = parameters.Get(ParameterId.MaxChargeCurrentMa);
            _maxDischargeMa = parameters.Get(ParameterId.MaxDischargeCurrentMa);
            _capacityMah = parameters.Get(ParameterId.CapacityMah);
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
            _pulseMs = parameters.Get(ParameterId.RegenPulseMs);
            _pulsePermille = parameters.Get(ParameterId.RegenPulsePermille);
            _pulseAboveDeciC = parameters.Get(ParameterId.RegenPulseAboveDeciC);
            _pulseLeftMs = _pulseMs;
            for (int lookup = 0; lookup < _lookedDeciC.Length; lookup++)
            {
                _lookedDeciC[lookup] = SignalValue.NotAvailable;
            }

            int chemistry = parameters.Get(ParameterId.Chemistry);
            _chargeTable = new LimitMap(LimitTables.ChargePermille(chemistry));
            _dischargeTable = new LimitMap(LimitTables.DischargePermille(chemistry));
        }

        /// <summary>True while the coldest cell forbids charging.</summary>
        public bool IsTooColdToCharge
        {
            get { return _tooColdToCharge; }
        }

        /// <summary>Brings all limits up to date.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="e">Estimates of this cycle.</param>
        /// <param name="faults">Faults of this cycle.</param>
        /// <param name="contactorState">One of <see cref="ContactorState"/>: current flows only while closed.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, StateEstimation e, FaultMonitor faults, int contactorState, uint nowMs)
        {
            // What stops a current counts at once; the rest changes slowly, and takes turns to keep the cycle short.
            int stops = (contactorState == ContactorState.Closed ? 0 : BothStopped) | (faults.StopsCharging ? ChargeStopped : 0) | (faults.StopsDischarging ? DischargeStopped : 0);
            if (stops != _lastStops)
            {
                _lastStops = stops;
                Stop(stops);
            }

            if (m.IsCrowded)
            {
                return;
            }

            switch (_turn)
            {
                case 0: UpdateCharge(m, (stops & ChargeStopped) != 0, nowMs); break;
                case 2: UpdateDischarge(m, (stops & DischargeStopped) != 0, nowMs); break;
                default: Look(m, e); break;
            }

            _turn = (_turn + 1) & (Turns - 1);
        }

        private void Stop(int stops)
        {
            if ((stops & ChargeStopped) != 0)
            {
                _chargePermille = 0;
                _pulseNowPermille = 0;
                RegenContinuousMa = 0;
                RegenPulseMa = 0;
                ChargeLimitMa = 0;
            }

            if ((stops & DischargeStopped) != 0)
            {
                _dischargePermille = 0;
                DischargeLimitMa = 0;
            }
        }

        private void UpdateCharge(PackMeasurement m, bool stopped, uint nowMs)
        {
            int elapsedMs = Elapsed(nowMs, _chargeMs);
            _chargeMs = nowMs;
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

            int charge = known && !stopped && !_tooColdToCharge ? ChargePermille(m, cold) : 0;
            int pulse = Smaller(PulsePermille(charge, cold, m.CurrentMa, elapsedMs), _chargeSop);
            _chargeRoom += elapsedMs * _risePermillePerS;
            int rise = _chargeRoom / 1000;
            _chargeRoom -= rise * 1000;
            _chargePermille = charge > _chargePermille + rise ? _chargePermille + rise : charge;
            _pulseNowPermille = pulse > _pulseNowPermille + rise ? _pulseNowPermille + rise : pulse;
            RegenContinuousMa = Scale(_maxChargeMa, _chargePermille);
            RegenPulseMa = Scale(_maxChargeMa, _pulseNowPermille);
            ChargeLimitMa = m.HostMode == HostCommand.ModeCharge ? RegenContinuousMa : RegenPulseMa;
        }

        private void UpdateDischarge(PackMeasurement m, bool stopped, uint nowMs)
        {
            int elapsedMs = Elapsed(nowMs, _dischargeMs);
            _dischargeMs = nowMs;
            int cold = m.LowestTemperatureDeciC;
            bool known = m.LowestCellMv != SignalValue.NotAvailable && cold != SignalValue.NotAvailable;
            int discharge = known && !stopped ? DischargePermille(m, cold) : 0;
            _dischargeRoom += elapsedMs * _risePermillePerS;
            int rise = _dischargeRoom / 1000;
            _dischargeRoom -= rise * 1000;
            _dischargePermille = discharge > _dischargePermille + rise ? _dischargePermille + rise : discharge;
            DischargeLimitMa = Scale(_maxDischargeMa, _dischargePermille);
        }

        // A long pause between two cycles lets no limit jump.
        private int Elapsed(uint nowMs, uint lastMs)
        {
            if (!_started)
            {
                _started = true;
                _chargeMs = nowMs;
                _dischargeMs = nowMs;
                return 0;
            }

            uint elapsedMs = nowMs - lastMs;
            return elapsedMs > 1000 ? 1000 : (int)elapsedMs;
        }

        // One of four lookups in turn; until each was made once the limits are zero.
        private void Look(PackMeasurement m, StateEstimation e)
        {
            int cold = m.LowestTemperatureDeciC;
            if (cold == SignalValue.NotAvailable)
            {
                return;
            }

            int lookup = _lookup;
            _lookup = (lookup + 1) & 3;
            if (lookup == 0)
            {
                TakePower(e.Power);
            }

            int deciC = (lookup & 1) == 0 ? cold : m.HighestTemperatureDeciC;
            int soc = lookup < 2 ? e.HighestSocCentiPct : e.LowestSocCentiPct;
            int permille = soc != SignalValue.NotAvailable ? soc / 10 : lookup < 2 ? Full : 0;
            if (deciC == _lookedDeciC[lookup] && permille == _lookedPermille[lookup])
            {
                return;
            }

            _lookedDeciC[lookup] = deciC;
            _lookedPermille[lookup] = permille;
            switch (lookup)
            {
                case 0: _chargeCold = PermilleOf(_chargeTable.At(deciC, permille), _maxChargeMa); break;
                case 1: _chargeHot = PermilleOf(_chargeTable.At(deciC, permille), _maxChargeMa); break;
                case 2: _dischargeCold = PermilleOf(_dischargeTable.At(deciC, permille), _maxDischargeMa); break;
                default: _dischargeHot = PermilleOf(_dischargeTable.At(deciC, permille), _maxDischargeMa); break;
            }
        }

        // A forecast that is not known yet limits nothing, and raises nothing: the tables stand beside it. Once known, the last one stands until the next.
        private void TakePower(PowerForecast power)
        {
            if (power.IsKnown)
            {
                SopChargeMa = power.ChargeMa[SopHorizon];
                SopDischargeMa = power.DischargeMa[SopHorizon];
            }

            _chargeSop = SharePermille(SopChargeMa, _maxChargeMa);
            _dischargeSop = SharePermille(SopDischargeMa, _maxDischargeMa);
        }

        // Rounded down, so that the limit never exceeds it.
        private static int SharePermille(int ma, int maxMa)
        {
            return ma >= maxMa ? Full : (int)((long)ma * Full / maxMa);
        }

        private int ChargePermille(PackMeasurement m, int cold)
        {
            int least = _chargeCold < _chargeHot ? _chargeCold : _chargeHot;
            least = _chargeSop < least ? _chargeSop : least;
            int map = Map(_chargeMap, cold, m.HighestTemperatureDeciC);
            least = map < least ? map : least;

            // Below the start of the taper nothing is cut.
            int into = _chargeStopMv - m.HighestCellMv;
            int width = _chargeStopMv - _chargeTaperStartMv;
            return into >= width ? least : Smaller(least, Ramp(into, width));
        }

        private int DischargePermille(PackMeasurement m, int cold)
        {
            int least = _dischargeCold < _dischargeHot ? _dischargeCold : _dischargeHot;
            least = _dischargeSop < least ? _dischargeSop : least;
            int map = Map(_dischargeMap, cold, m.HighestTemperatureDeciC);
            least = map < least ? map : least;
            int into = m.LowestCellMv - _dischargeStopMv;
            int width = _dischargeTaperStartMv - _dischargeStopMv;
            return into >= width ? least : Smaller(least, Ramp(into, width));
        }

        // More than the continuous limit uses the pulse up; what is left comes back half as fast. A pulse that is used up comes back when half of it is there again.
        private int PulsePermille(int continuous, int cold, int currentMa, int elapsedMs)
        {
            if (currentMa != SignalValue.NotAvailable && currentMa - RegenContinuousMa > _maxChargeMa / 100)
            {
                _pulseLeftMs -= elapsedMs;
                if (_pulseLeftMs <= 0)
                {
                    _pulseLeftMs = 0;
                    _pulseSpent = true;
                }
            }
            else if (_pulseLeftMs < _pulseMs)
            {
                _pulseLeftMs = Smaller(_pulseMs, _pulseLeftMs + elapsedMs / 2);
                if (_pulseSpent && _pulseLeftMs >= _pulseMs / 2)
                {
                    _pulseSpent = false;
                }
            }

            if (_pulseSpent || _pulseMs == 0 || cold < _pulseAboveDeciC)
            {
                return continuous;
            }

            return Smaller(Full, continuous * _pulsePermille / 1000);
        }

        // Permille of 1C as permille of a maximum; a maximum of zero allows nothing.
        private int PermilleOf(int permilleOfC, int maxMa)
        {
            return maxMa == 0 ? 0 : Smaller(Full, (int)((long)permilleOfC * _capacityMah / maxMa));
        }

        /// <summary>Zero, rising, full, falling, zero over temperature, in permille: the coldest sensor counts on the cold side and the hottest on the hot side.</summary>
        /// <param name="corners">Four temperatures, ascending, in 0.1 degC.</param>
        /// <param name="coldest">Coldest sensor, in 0.1 degC.</param>
        /// <param name="hottest">Hottest sensor, in 0.1 degC.</param>
        public static int Map(int[] corners, int coldest, int hottest)
        {
            // In the middle of the map, where most packs live, nothing is cut.
            if (coldest >= corners[1] && hottest <= corners[2])
            {
                return Full;
            }

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
