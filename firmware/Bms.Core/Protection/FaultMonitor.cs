using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Core.Supervision;

namespace Bms.Core.Protection
{
    /// <summary>Third stage of the cycle: holds every quantity against its row of the fault table.</summary>
    /// <remarks>
    /// A severity begins when the value stays beyond its threshold for the debounce time, and ends when it stays inside by the hysteresis for the release time.
    /// A value that is not available neither starts nor ends anything: that it is missing is another row's business.
    /// Rows with a short reaction time are judged in every cycle, the others in turns of eight cycles, so that no cycle pays for the whole table.
    /// A quiet row costs one comparison, in the method that knows its quantity (FaultMonitor.Rows.cs).
    /// Rows that lower limits watch are turned round by their sign, so that every comparison is "above".
    /// </remarks>
    public sealed partial class FaultMonitor
    {
        /// <summary>Changes that can wait to be reported; more in one burst are dropped from the report, never from the protection.</summary>
        public const int EventCapacity = 32;

        private const int Levels = 3;

        // Of four turns that of the senders, whose values are searched.
        private const int SendersTurn = 1;

        // Highest voltage and lowest voltage that any cell can have, in mV: beyond it the measurement is wrong.
        private const int HighestPossibleMv = 5000;
        private const int LowestPossibleMv = 500;

        // Beyond its range the current sensor has no number; this one is beyond every threshold.
        private const int BeyondRangeMa = 10000001;

        private const int FrameErrorWindowMs = 1000;

        // Below it the next allocation outside of the cycle may fail; the cycle itself needs none.
        private const int LeastFreeBytes = 4096;

        /// <summary>Severity of every row, one of <see cref="Protection.Severity"/>; a latched trip counts as long as it is latched. Places behind the last row, up to the end of a status message, stay 0.</summary>
        public readonly int[] SeverityOf = new int[(FaultId.Count + FaultTable.RowsPerStatus - 1) / FaultTable.RowsPerStatus * FaultTable.RowsPerStatus];

        /// <summary>Highest severity of all rows.</summary>
        public int HighestSeverity;

        /// <summary>Cycles in which the severity of a row changed, since start; wraps.</summary>
        public int ChangeCount;

        /// <summary>Number of rows that are not quiet.</summary>
        public int ActiveFaultCount;

        /// <summary>True where a row is tripped that does not wait for the current to fall.</summary>
        public bool TripsAtOnce;

        /// <summary>True where a row at severity Limit or higher stops charging.</summary>
        public bool StopsCharging;

        /// <summary>True where a row at severity Limit or higher stops discharging.</summary>
        public bool StopsDischarging;

        /// <summary>Changes of rows that wait to be reported.</summary>
        public int WaitingEvents;

        /// <summary>Looks for thermal runaway; its tier is the quantity of the row ThermalRunaway.</summary>
        public readonly ThermalRunawayDetector Thermal;

        /// <summary>Looks for senders that repeat old values.</summary>
        public readonly FrozenWatch Frozen;

        /// <summary>Looks at the climate in the housing.</summary>
        public readonly PressureWatch Pressure = new PressureWatch();

        private readonly int[] _quietUpTo = new int[FaultId.Count];

        // From this value on a row needs judging: just beyond its lowest threshold, or any value at all while something of the row is active or changing.
        private readonly int[] _judgeFrom = new int[FaultId.Count];

        // The least of these of the rows that watch the current; and whether what only happens, mismatches and pins, interests no row while nothing has happened.
        private int _judgeCurrentFrom;
        private bool _eventsAreQuiet;
        private readonly bool[] _latched = new bool[FaultId.Count];
        private readonly bool[] _latches = new bool[FaultId.Count];

        private readonly int[] _sign = new int[FaultId.Count];
        private readonly int[] _reaction = new int[FaultId.Count];
        private readonly bool[] _waits = new bool[FaultId.Count];

        // One entry for each severity of each row, as below.
        private readonly uint[] _debounceMs = new uint[FaultId.Count * Levels];
        private readonly uint[] _releaseMs = new uint[FaultId.Count];

        // One entry for each severity of each row: row * 3 + severity - 1.
        private readonly int[] _beyond = new int[FaultId.Count * Levels];
        private readonly int[] _inside = new int[FaultId.Count * Levels];
        private readonly bool[] _active = new bool[FaultId.Count * Levels];
        private readonly bool[] _changing = new bool[FaultId.Count * Levels];
        private readonly uint[] _changingSinceMs = new uint[FaultId.Count * Levels];

        private readonly int[] _eventFault = new int[EventCapacity];
        private readonly int[] _eventSeverity = new int[EventCapacity];
        private readonly int[] _eventValue = new int[EventCapacity];
        private readonly int[] _eventElement = new int[EventCapacity];
        private readonly bool[] _eventLatched = new bool[EventCapacity];
        private int _firstEvent;

        private readonly bool _interlockFitted;
        private readonly int _configurationFault;
        private readonly int _cyclePeriodMs;
        private readonly int _insulationV;
        private readonly bool _insulationFitted;
        private readonly int _ventingPa;
        private readonly CanPort _port;
        private readonly OverloadIntegral _chargeOverload;
        private readonly OverloadIntegral _dischargeOverload;
        // How many rows have each severity, stop a direction, or open at once.
        private readonly int[] _rowsAt = new int[Severity.Trip + 1];
        private int _chargeStops;
        private int _dischargeStops;
        private int _tripsAtOnce;
        private int _memoryFault;

        private SystemHealth _health;
        private uint _overflowCount;
        private bool _hostCleared;
        private int _clearCycles;
        private int _serviceCycles;
        private int _turn;
        private bool _detectorWaited;
        private bool _clears;
        private bool _changed;
        private uint _nowMs;
        private bool _started;
        private uint _lastMs;
        private int _latestMs;
        private uint _overloadMs;
        private uint _frameErrorsMs;
        private uint _refusedFrames;
        private int _frameErrors;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">Any block: one that is not valid gives the fault Configuration, and the contactors never close.</param>
        /// <param name="isValid">Whether the block passed its check.</param>
        /// <param name="port">The bus, for its count of lost frames.</param>
        public FaultMonitor(ParameterBlock parameters, bool isValid, CanPort port)
        {
            _port = port;
            _configurationFault = isValid ? 0 : 1;
            Thermal = new ThermalRunawayDetector(
                ModuleProfile.ModuleCountOf(parameters),
                ModuleProfile.CellsPerModuleOf(parameters),
                ModuleProfile.MostTemperatures(parameters.Get(ParameterId.ModuleProfile)),
                parameters.Get(ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip)),
                parameters.Get(ParameterId.CyclePeriodMs));
            Thermal.CoarseDeciC = ModuleProfile.TemperatureStepDeciC(parameters.Get(ParameterId.ModuleProfile)) - 1;
            _interlockFitted = parameters.Get(ParameterId.InterlockFitted) != 0;
            int overloadMs = parameters.Get(ParameterId.OverloadTimeMs);
            _chargeOverload = new OverloadIntegral(parameters.Get(ParameterId.MaxChargeCurrentMa), overloadMs);
            _dischargeOverload = new OverloadIntegral(parameters.Get(ParameterId.MaxDischargeCurrentMa), overloadMs);
            Frozen = new FrozenWatch(parameters);
            _insulationFitted = parameters.Get(ParameterId.InsulationProfile) != InsulationProfile.None;
            _ventingPa = parameters.Get(ParameterId.OfFault(FaultId.PackPressure, ParameterId.ColumnLimit));

            // Standards speak of ohm for each volt of the highest working voltage.
            int volts = parameters.Get(ParameterId.CellCount) * parameters.Get(ParameterId.ChargeStopMv) / 1000;
            _insulationV = volts < 1 ? 1 : volts;
            _cyclePeriodMs = parameters.Get(ParameterId.CyclePeriodMs);
            _rowsAt[Severity.None] = FaultId.Count;
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                _sign[fault] = FaultTable.IsLowerLimit(fault) ? -1 : 1;
                _reaction[fault] = FaultTable.ReactionOf(fault);
                _waits[fault] = FaultTable.WaitsForCurrent(fault);
                _latches[fault] = FaultTable.IsLatched(fault);
                _releaseMs[fault] = (uint)parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnReleaseMs));
                int hysteresis = parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnHysteresis));
                int quiet = ParameterId.Never;
                for (int level = 0; level < Levels; level++)
                {
                    int threshold = parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnWarning + level));
                    if (threshold != ParameterId.Never)
                    {
                        threshold *= _sign[fault];
                    }

                    // What has to be told at once is told with the first value, and opens when the next ones agree.
                    bool isTold = level == 0 && FaultTable.TellsAtOnce(fault);
                    _debounceMs[fault * Levels + level] = isTold ? 0 : (uint)parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs));
                    _beyond[fault * Levels + level] = threshold;
                    _inside[fault * Levels + level] = threshold == ParameterId.Never ? threshold : threshold - hysteresis;
                    if (threshold < quiet)
                    {
                        quiet = threshold;
                    }
                }

                _quietUpTo[fault] = quiet;
                _judgeFrom[fault] = JustBeyond(quiet);
            }

            FindQuiet();
        }

        /// <summary>True while a row is at severity Trip, or latched there: the contactors must be open.</summary>
        public bool IsTripped
        {
            get { return HighestSeverity == Severity.Trip; }
        }

        /// <summary>True while the trip of a row waits to be cleared by the host.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public bool IsLatched(int fault)
        {
            return _latched[fault];
        }

        /// <summary>True while a row that is looked at in every cycle is beyond its trip, its debounce not over.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        public bool IsAboutToTrip(int fault)
        {
            int trip = fault * Levels + Severity.Trip - 1;
            return _changing[trip] && !_active[trip];
        }

        /// <summary>Latched trips that outlive a restart, one bit each in the order of their rows; to be stored.</summary>
        public uint ServiceLatches
        {
            get { return _latched[FaultId.DeepDischarge] ? 1u : 0u; }
        }

        /// <summary>Gives the stage what the controller knows of itself; without it memory and start are what the inputs say.</summary>
        /// <param name="health">Kept and read in the cycle.</param>
        public void Watch(SystemHealth health)
        {
            _health = health;
        }

        /// <summary>Puts latched trips back that outlive a restart. Before the first cycle.</summary>
        /// <param name="serviceLatches">What <see cref="ServiceLatches"/> was when it was stored.</param>
        public void RestoreLatches(uint serviceLatches)
        {
            if ((serviceLatches & 1) != 0)
            {
                Restore(FaultId.DeepDischarge);
            }
        }

        /// <summary>Puts a latched trip back that outlives a restart. Before the first cycle.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>; one that needs no service, or does not exist, is passed over.</param>
        public void Restore(int fault)
        {
            if (fault < 0 || fault >= FaultId.Count || !FaultTable.NeedsService(fault))
            {
                return;
            }

            _latched[fault] = true;
            _judgeFrom[fault] = int.MinValue;
            FindQuiet();
            if (SeverityOf[fault] != Severity.Trip)
            {
                Change(fault, Severity.Trip);
                Publish();
            }
        }

        /// <summary>Judges the measurement of this cycle.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="control">Control as the last cycle left it: what was commanded and published is what the pack reacts to now.</param>
        /// <param name="inputs">Pins as read before this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, PackControl control, DiscreteInputs inputs, uint nowMs)
        {
            // The detector leaves out a cycle that is full already, but never two in a row.
            int turn = _turn;
            if (Thermal.IsDue(nowMs))
            {
                bool isFull = m.IsCrowded || (m.IsBusy && (turn & 3) == SendersTurn);
                if (isFull && !_detectorWaited)
                {
                    _detectorWaited = true;
                }
                else
                {
                    _detectorWaited = false;
                    Thermal.Update(m, nowMs);
                }
            }

            _nowMs = nowMs;
            int lateMs = (int)(nowMs - _lastMs) - _cyclePeriodMs;
            _lastMs = nowMs;
            if (lateMs > _latestMs && _started)
            {
                NoteLate(lateMs, control);
            }

            if (_clears || m.HostClearsFaults != _hostCleared || m.ServiceClears != SignalValue.NotAvailable)
            {
                NoteWishes(m);
            }

            JudgeEveryCycle(m, control, inputs);
            if (!_started)
            {
                JudgeAll(m, control, inputs);
            }
            else
            {
                _turn = (turn + 1) & (FaultTable.TurnCycles - 1);

                // Two of the eight belong to nobody.
                switch (turn)
                {
                    case 0: JudgeTemperatures(m, inputs.Environment); break;
                    case 2: JudgeVoltages(m); break;
                    case 4: JudgeCurrents(m, control); break;
                    case 6: JudgeSystem(m, inputs); break;
                    case SendersTurn:
                    case SendersTurn + 4:
                        JudgeSenders(m, control);
                        break;
                }
            }

            if (_changed)
            {
                _changed = false;
                Publish();
            }
        }

        /// <summary>Takes the oldest unreported change of a row.</summary>
        /// <param name="payload">Payload of the message FaultEvent to fill; counter and CRC are the sender's business.</param>
        /// <returns>False where there is none.</returns>
        public bool TryTakeEvent(byte[] payload)
        {
            if (WaitingEvents == 0)
            {
                return false;
            }

            int at = _firstEvent;
            FaultEvent.PackAll(payload, _eventFault[at], _eventSeverity[at], _eventLatched[at] ? 1 : 0, _eventValue[at], _eventElement[at]);
            _firstEvent = at == EventCapacity - 1 ? 0 : at + 1;
            WaitingEvents--;
            return true;
        }

        // With all contactors open a board may take its time, to store what is worth storing.
        private void NoteLate(int lateMs, PackControl control)
        {
            if (ContactorTable.Outputs[control.Contactors.State] != 0)
            {
                _latestMs = lateMs;
            }
        }

        // What host and service tool ask to be cleared.
        private void NoteWishes(PackMeasurement m)
        {
            // The host's wish counts once, when it begins, until every row has had its look.
            if (m.HostClearsFaults != _hostCleared)
            {
                _hostCleared = m.HostClearsFaults;
                _clearCycles = _hostCleared ? FaultTable.TurnCycles : _clearCycles;
            }

            _clears = _clearCycles > 0;
            if (_clears)
            {
                _clearCycles--;
            }

            // A service tool's wish holds until every row has had its look, and is then done or refused.
            if (m.ServiceClears == SignalValue.NotAvailable)
            {
                _serviceCycles = 0;
            }
            else if (_serviceCycles == FaultTable.TurnCycles)
            {
                m.ServiceClears = SignalValue.NotAvailable;
                _serviceCycles = 0;
            }
            else
            {
                _serviceCycles++;
            }
        }

        // The first cycle judges the whole table, so that nothing is driven before all of it was seen once.
        private void JudgeAll(PackMeasurement m, PackControl control, DiscreteInputs inputs)
        {
            _started = true;
            _overloadMs = _nowMs;
            _frameErrorsMs = _nowMs - FrameErrorWindowMs;
            _refusedFrames = m.RefusedFrames;
            JudgeTemperatures(m, inputs.Environment);
            JudgeSenders(m, control);
            JudgeVoltages(m);
            JudgeCurrents(m, control);
            JudgeSystem(m, inputs);
        }

        // Holds a value against the three thresholds of its row, and takes note of a change.
        private void Judge(int fault, int value, PackMeasurement m)
        {
            uint nowMs = _nowMs;
            bool[] actives = _active;
            bool[] changings = _changing;
            bool busy = false;
            int severity = Severity.None;
            int at = fault * Levels;
            for (int level = 1; level <= Levels; level++)
            {
                bool active = actives[at];
                bool wantsChange = value != SignalValue.NotAvailable && (active ? value <= _inside[at] : value > _beyond[at]);
                if (!wantsChange)
                {
                    changings[at] = false;
                }
                else
                {
                    busy = true;
                    if (!changings[at])
                    {
                        changings[at] = true;
                        _changingSinceMs[at] = nowMs;
                    }

                    // Unsigned subtraction gives the elapsed time across the roll-over too.
                    if (nowMs - _changingSinceMs[at] >= (active ? _releaseMs[fault] : _debounceMs[at]))
                    {
                        active = !active;
                        actives[at] = active;
                        changings[at] = false;
                    }
                }

                if (active)
                {
                    severity = level;
                    busy = true;
                }

                at++;
            }

            if (severity == Severity.Trip && _latches[fault])
            {
                _latched[fault] = true;
            }
            else if (_latched[fault] && (FaultTable.NeedsService(fault) ? m.ServiceClears == fault : _clears))
            {
                _latched[fault] = false;
            }

            if (_latched[fault])
            {
                severity = Severity.Trip;
                busy = true;
            }

            int from = busy ? int.MinValue : JustBeyond(_quietUpTo[fault]);
            if (from != _judgeFrom[fault])
            {
                _judgeFrom[fault] = from;
                FindQuiet();
            }

            if (severity != SeverityOf[fault])
            {
                Change(fault, severity);
                Remember(fault, severity, value, m);
                _changed = true;
            }
        }

        private void FindQuiet()
        {
            int[] from = _judgeFrom;
            int least = from[FaultId.OverCurrentCharge];
            if (from[FaultId.OverCurrentDischarge] < least)
            {
                least = from[FaultId.OverCurrentDischarge];
            }

            _judgeCurrentFrom = from[FaultId.ShortCircuit] < least ? from[FaultId.ShortCircuit] : least;
            _eventsAreQuiet = from[FaultId.ContactorFeedback] > 0 && from[FaultId.PrechargeFailed] > 0 && from[FaultId.Interlock] > 0 && from[FaultId.CrashSignal] > 0;
        }

        private static int JustBeyond(int quiet)
        {
            return quiet == ParameterId.Never ? quiet : quiet + 1;
        }

        // Counts instead of a walk over the table: the cycle in which many rows change is the worst one anyway.
        private void Change(int fault, int severity)
        {
            int old = SeverityOf[fault];
            SeverityOf[fault] = severity;
            int[] rows = _rowsAt;
            rows[old]--;
            rows[severity]++;
            int reaction = _reaction[fault];
            if (severity >= Severity.Limit)
            {
                if (old < Severity.Limit)
                {
                    _chargeStops += reaction & FaultTable.StopsCharging;
                    _dischargeStops += reaction >> 1;
                }
            }
            else if (old >= Severity.Limit)
            {
                _chargeStops -= reaction & FaultTable.StopsCharging;
                _dischargeStops -= reaction >> 1;
            }

            if (!_waits[fault])
            {
                _tripsAtOnce += severity == Severity.Trip ? 1 : old == Severity.Trip ? -1 : 0;
            }
        }

        private void Publish()
        {
            int[] rows = _rowsAt;
            ChangeCount++;
            HighestSeverity = rows[Severity.Trip] != 0 ? Severity.Trip
                : rows[Severity.Limit] != 0 ? Severity.Limit
                : rows[Severity.Warning] != 0 ? Severity.Warning
                : Severity.None;
            ActiveFaultCount = FaultId.Count - rows[Severity.None];
            TripsAtOnce = _tripsAtOnce != 0;
            StopsCharging = _chargeStops != 0;
            StopsDischarging = _dischargeStops != 0;
        }

        private void Remember(int fault, int severity, int value, PackMeasurement m)
        {
            if (WaitingEvents == EventCapacity)
            {
                return;
            }

            int at = _firstEvent + WaitingEvents;
            if (at >= EventCapacity)
            {
                at -= EventCapacity;
            }

            WaitingEvents++;
            _eventFault[at] = fault;
            _eventSeverity[at] = severity;
            _eventLatched[at] = _latched[fault];
            _eventValue[at] = value == SignalValue.NotAvailable ? value : value * _sign[fault];
            _eventElement[at] = ElementOf(fault, m);
        }

        private int ElementOf(int fault, PackMeasurement m)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage: return m.HighestCell + 1;
                case FaultId.CellUnderVoltage: return m.LowestCell + 1;
                case FaultId.ModuleDataInvalid: return m.InvalidCell + 1;
                case FaultId.OverTemperature:
                case FaultId.OverTemperatureCharge:
                    return m.HighestSensor + 1;
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                    return m.LowestSensor + 1;
                case FaultId.ModuleLost: return m.OldestModule + 1;
                case FaultId.ThermalRunaway: return Thermal.Module + 1;
                case FaultId.TemperatureDataInvalid: return m.WorstTemperatureModule + 1;
                case FaultId.DeepDischarge:
                case FaultId.CellVoltageSpread:
                    return m.LowestCell + 1;
                case FaultId.TemperatureSpread: return m.HighestSensor + 1;
                case FaultId.CellVoltageImplausible: return m.HighestCellMv > HighestPossibleMv ? m.HighestCell + 1 : m.LowestCell + 1;
                case FaultId.TemperatureImplausible: return Thermal.JumpSensor + 1;
                case FaultId.ModuleFrozen: return Frozen.FrozenModule + 1;
                case FaultId.CellFrozen: return Frozen.FrozenCell + 1;
                case FaultId.OpenWire: return m.Reports.OpenWireCell + 1;
                case FaultId.ModuleFailure: return m.Reports.FailedModule + 1;
                default: return 0;
            }
        }
    }
}
