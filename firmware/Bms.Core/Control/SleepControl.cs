using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Storage;

namespace Bms.Core.Control
{
    /// <summary>Decides when a parked controller may sleep, for how long, and what it has to look at when it wakes.</summary>
    /// <remarks>
    /// The board carries out what stands in <see cref="SleepForS"/>: it stores the state, arms its wake-ups (timer, CAN, pin, charger) and sleeps; when it is awake again it makes a new
    /// controller and calls <see cref="NoteWake"/> before the first cycle. A timed wake-up is for one look at the cells: warmer or lower than before the sleep is an alarm, and the
    /// controller stays awake. Allocates nothing after construction.
    /// </remarks>
    public sealed class SleepControl
    {
        /// <summary>Value of <see cref="State"/>: something goes on.</summary>
        public const int Awake = 0;

        /// <summary>Value of <see cref="State"/>: nothing goes on; the time before sleeping runs.</summary>
        public const int Idle = 1;

        /// <summary>Value of <see cref="State"/>: woken by the timer to look at the cells.</summary>
        public const int Looking = 2;

        /// <summary>Value of <see cref="State"/>: the board may sleep now.</summary>
        public const int Ready = 3;

        /// <summary>Cause of a wake-up: power, reset, or not known.</summary>
        public const int WokenByPower = 0;

        /// <summary>Cause of a wake-up: the timer.</summary>
        public const int WokenByTimer = 1;

        /// <summary>Cause of a wake-up: a frame on the bus.</summary>
        public const int WokenByCan = 2;

        /// <summary>Cause of a wake-up: a pin, such as ignition or a pressure switch.</summary>
        public const int WokenByPin = 3;

        /// <summary>Cause of a wake-up: a charger was plugged in.</summary>
        public const int WokenByCharger = 4;

        /// <summary>Flag of <see cref="Alarm"/>: a sensor rose too far during a sleep.</summary>
        public const int AlarmRise = 1;

        /// <summary>Flag of <see cref="Alarm"/>: a sensor is too hot.</summary>
        public const int AlarmHot = 2;

        /// <summary>Flag of <see cref="Alarm"/>: a cell fell too far during a sleep.</summary>
        public const int AlarmDrop = 4;

        /// <summary>Flag of <see cref="Alarm"/>: the cells could not be looked at.</summary>
        public const int AlarmBlind = 8;

        /// <summary>Present state.</summary>
        public int State;

        /// <summary>Length of the sleep that the board is asked for, in s; 0 while it must stay awake.</summary>
        public int SleepForS;

        /// <summary>Cause of the last wake-up.</summary>
        public int WakeCause;

        /// <summary>What the looks at the parked pack found, a sum of the alarm flags; kept until the host clears faults.</summary>
        public int Alarm;

        /// <summary>How grave the alarm is: 0 none, 1 the cells could not be looked at, 2 one sign of a fire, 3 a hot cell or two signs; the quantity of the row ParkedAlarm.</summary>
        public int AlarmTier;

        private const int HostGoneMs = 1000;

        private readonly uint _afterMs;
        private readonly int _periodS;
        private readonly uint _lookMs;
        private readonly int _riseDeciC;
        private readonly int _maxDeciC;
        private readonly int _dropMv;
        private readonly int _cellCount;

        // As it was before the sleep; the temperature follows the weather by 0.1 degC with each look.
        private int _parkedDeciC = SignalValue.NotAvailable;
        private int _parkedMv = SignalValue.NotAvailable;
        private uint _sinceMs;
        private int _seenChanges = -1;
        private bool _faultsKeepAwake;
        private bool _started;

        /// <summary>Makes a controller that is awake.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public SleepControl(ParameterBlock parameters)
        {
            _afterMs = (uint)parameters.Get(ParameterId.SleepAfterS) * 1000;
            _periodS = parameters.Get(ParameterId.SleepPeriodS);
            _lookMs = (uint)parameters.Get(ParameterId.SleepLookMs);
            _riseDeciC = parameters.Get(ParameterId.ParkedRiseDeciC);
            _maxDeciC = parameters.Get(ParameterId.ParkedMaxDeciC);
            _dropMv = parameters.Get(ParameterId.ParkedDropMv);
            _cellCount = parameters.Get(ParameterId.CellCount);
        }

        /// <summary>Tells why the board woke, before the first cycle.</summary>
        /// <param name="cause">One of the causes.</param>
        /// <param name="state">State as stored before the sleep.</param>
        public void NoteWake(int cause, PackState state)
        {
            WakeCause = cause;
            _parkedDeciC = state.ParkedDeciC;
            _parkedMv = state.ParkedMv;
            State = cause == WokenByTimer ? Looking : Awake;
        }

        /// <summary>Writes what the next wake-up has to know.</summary>
        /// <param name="state">State to fill.</param>
        public void Save(PackState state)
        {
            state.ParkedDeciC = _parkedDeciC;
            state.ParkedMv = _parkedMv;
        }

        /// <summary>Brings state and request up to date.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="faults">Faults of this cycle.</param>
        /// <param name="control">Other parts of this stage.</param>
        /// <param name="outputs">Outputs of this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, FaultMonitor faults, PackControl control, ActuatorOutputs outputs, uint nowMs)
        {
            if (!_started)
            {
                _started = true;
                _sinceMs = nowMs;
            }

            if (m.HostClearsFaults)
            {
                Alarm = 0;
                AlarmTier = 0;
            }

            if (State == Looking)
            {
                Look(m, nowMs);
                return;
            }

            if (_afterMs == 0 || Alarm != 0 || !IsIdle(m, faults, control, outputs))
            {
                SleepForS = 0;
                State = Awake;
                _sinceMs = nowMs;
            }
            else if (State == Awake)
            {
                State = Idle;
                _sinceMs = nowMs;
            }
            else if (State == Idle && nowMs - _sinceMs >= _afterMs && KnowsCells(m))
            {
                _parkedDeciC = m.HighestTemperatureDeciC;
                _parkedMv = m.LowestCellMv;
                GoToSleep();
            }
        }

        /// <summary>True where a fault of a severity does not keep the controller awake.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        /// <param name="severity">Its severity.</param>
        public static bool MaySleepWith(int fault, int severity)
        {
            switch (fault)
            {
                // What only says that the rest of the vehicle is asleep, that it is cold, or that there is little left to lose.
                case FaultId.HostLost:
                case FaultId.CurrentSensorLost:
                case FaultId.VoltageSensorLost:
                case FaultId.InsulationMonitorLost:
                case FaultId.InsulationMonitorFailed:
                case FaultId.Interlock:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.CellUnderVoltage:
                case FaultId.PackUnderVoltage:
                case FaultId.DeepDischarge:
                case FaultId.BusOff:
                    return true;
                case FaultId.ThermalRunaway:
                case FaultId.ParkedAlarm:
                case FaultId.PackPressure:
                case FaultId.OverTemperature:
                    return severity == Severity.None;
                default:
                    return severity <= Severity.Warning;
            }
        }

        private bool IsIdle(PackMeasurement m, FaultMonitor faults, PackControl control, ActuatorOutputs outputs)
        {
            if (faults.ChangeCount != _seenChanges)
            {
                _seenChanges = faults.ChangeCount;
                _faultsKeepAwake = DoFaultsKeepAwake(faults);
            }

            int state = control.Contactors.State;
            return (state == ContactorState.Standby || state == ContactorState.Fault)
                && (!m.HostSeen || m.HostAgeMs >= HostGoneMs)
                && !_faultsKeepAwake
                && !control.Balancing.IsOn
                && !outputs.Heater && !outputs.Pump && !outputs.Fan;
        }

        private static bool DoFaultsKeepAwake(FaultMonitor faults)
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (!MaySleepWith(fault, faults.SeverityOf[fault]))
                {
                    return true;
                }
            }

            return false;
        }

        private bool KnowsCells(PackMeasurement m)
        {
            return m.ValidCells == _cellCount && m.HighestTemperatureDeciC != SignalValue.NotAvailable;
        }

        // One complete measurement is enough; none in time is an alarm of its own.
        private void Look(PackMeasurement m, uint nowMs)
        {
            if (m.HostSeen)
            {
                State = Awake;
                return;
            }

            if (!KnowsCells(m))
            {
                if (nowMs - _sinceMs >= _lookMs)
                {
                    Alarm |= AlarmBlind;
                    AlarmTier = 1;
                    State = Awake;
                }

                return;
            }

            int hot = m.HighestTemperatureDeciC;
            int low = m.LowestCellMv;
            if (hot >= _maxDeciC)
            {
                Alarm |= AlarmHot;
            }

            if (_parkedDeciC != SignalValue.NotAvailable && hot - _parkedDeciC >= _riseDeciC)
            {
                Alarm |= AlarmRise;
            }

            if (_parkedMv != SignalValue.NotAvailable && _parkedMv - low >= _dropMv)
            {
                Alarm |= AlarmDrop;
            }

            if (Alarm != 0)
            {
                AlarmTier = Alarm == AlarmRise || Alarm == AlarmDrop ? 2 : 3;
                State = Awake;
                return;
            }

            if (_parkedDeciC == SignalValue.NotAvailable || hot < _parkedDeciC)
            {
                _parkedDeciC = hot;
            }
            else if (hot > _parkedDeciC)
            {
                _parkedDeciC++;
            }

            _parkedMv = low;
            GoToSleep();
        }

        private void GoToSleep()
        {
            State = Ready;
            SleepForS = _periodS;
        }
    }
}
