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
    /// Rows with a short reaction time are judged in every cycle, the others in turns: a quarter of them in each cycle, so that no cycle pays for the whole table.
    /// A quiet row costs one comparison; rows that lower limits watch are turned round by their sign, so that every comparison is "above".
    /// </remarks>
    public sealed class FaultMonitor
    {
        /// <summary>Changes that can wait to be reported; more in one burst are dropped from the report, never from the protection.</summary>
        public const int EventCapacity = 32;

        private const int Levels = 3;

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

        /// <summary>Looks for thermal runaway; its tier is the quantity of the row ThermalRunaway.</summary>
        public readonly ThermalRunawayDetector Thermal;

        /// <summary>Looks for senders that repeat old values.</summary>
        public readonly FrozenWatch Frozen;

        /// <summary>Looks at the climate in the housing.</summary>
        public readonly PressureWatch Pressure = new PressureWatch();

        private readonly int[] _quantity = new int[FaultId.Count];
        private readonly int[] _quietUpTo = new int[FaultId.Count];

        // From this value on a row needs judging: just beyond its lowest threshold, or any value at all while something of the row is active or changing.
        private readonly int[] _judgeFrom = new int[FaultId.Count];
        private readonly bool[] _latched = new bool[FaultId.Count];
        private readonly bool[] _latches = new bool[FaultId.Count];

        // The rows in the order of the schedule: those of every cycle first, then part after part; where each of the five groups ends.
        private readonly int[] _order = new int[FaultId.Count];
        private readonly int[] _groupEnd = new int[FaultTable.Parts + 1];
        private readonly int[] _sign = new int[FaultId.Count];
        private readonly int[] _reaction = new int[FaultId.Count];
        private readonly bool[] _waits = new bool[FaultId.Count];
        private readonly uint[] _debounceMs = new uint[FaultId.Count];
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
        private int _eventCount;

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
        private int _part;
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
                ModuleProtocol.ModuleCountOf(parameters),
                ModuleProtocol.CellsPerModuleOf(parameters),
                ModuleProfile.MostTemperatures(parameters.Get(ParameterId.ModuleProfile)),
                parameters.Get(ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip)));
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
            OrderRows();
            _cyclePeriodMs = parameters.Get(ParameterId.CyclePeriodMs);
            _rowsAt[Severity.None] = FaultId.Count;
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                _quantity[fault] = SignalValue.NotAvailable;
                _sign[fault] = FaultTable.IsLowerLimit(fault) ? -1 : 1;
                _reaction[fault] = FaultTable.ReactionOf(fault);
                _waits[fault] = FaultTable.WaitsForCurrent(fault);
                _latches[fault] = FaultTable.IsLatched(fault);
                _debounceMs[fault] = (uint)parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs));
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
            Thermal.Update(m, nowMs);
            NoteCycle(control, nowMs);

            // The host's wish to clear counts once, when it begins, until every row has had its look.
            if (m.HostClearsFaults && !_hostCleared)
            {
                _clearCycles = FaultTable.Parts;
            }

            _hostCleared = m.HostClearsFaults;
            NoteService(m);
            bool clear = _clearCycles > 0;
            if (clear)
            {
                _clearCycles--;
            }

            GatherEveryCycle(m, control, inputs);
            bool changed = JudgeRows(0, _groupEnd[0], clear, m, nowMs);
            int part = _part;
            if (_started)
            {
                GatherPart(part, m, control, inputs, nowMs);
                changed |= JudgeRows(_groupEnd[part], _groupEnd[part + 1], clear, m, nowMs);
                _part = part == FaultTable.Parts - 1 ? 0 : part + 1;
            }
            else
            {
                changed |= JudgeAllParts(m, control, inputs, nowMs);
            }

            if (changed)
            {
                Publish();
            }
        }

        /// <summary>Takes the oldest unreported change of a row.</summary>
        /// <param name="payload">Payload of the message FaultEvent to fill; counter and CRC are the sender's business.</param>
        /// <returns>False where there is none.</returns>
        public bool TryTakeEvent(byte[] payload)
        {
            if (_eventCount == 0)
            {
                return false;
            }

            // Two places in it have no meaning.
            payload[2] = 0;
            payload[7] = 0;
            int at = _firstEvent;
            FaultEvent.PackFaultId(payload, _eventFault[at]);
            FaultEvent.PackFaultSeverity(payload, _eventSeverity[at]);
            FaultEvent.PackLatched(payload, _eventLatched[at] ? 1 : 0);
            FaultEvent.PackValue(payload, _eventValue[at]);
            FaultEvent.PackElement(payload, _eventElement[at]);
            _firstEvent = at == EventCapacity - 1 ? 0 : at + 1;
            _eventCount--;
            return true;
        }

        private void OrderRows()
        {
            int at = 0;
            for (int part = FaultTable.EveryCycle; part < FaultTable.Parts; part++)
            {
                for (int fault = 0; fault < FaultId.Count; fault++)
                {
                    if (FaultTable.PartOf(fault) == part)
                    {
                        _order[at] = fault;
                        at++;
                    }
                }

                _groupEnd[part + 1] = at;
            }
        }

        // With all contactors open a board may take its time, to store what is worth storing.
        private void NoteCycle(PackControl control, uint nowMs)
        {
            int lateMs = _started ? (int)(nowMs - _lastMs) - _cyclePeriodMs : 0;
            if (lateMs > _latestMs && ContactorTable.Outputs[control.Contactors.State] != 0)
            {
                _latestMs = lateMs;
            }

            _lastMs = nowMs;
        }

        // A service tool's wish holds until every row has had its look, and is then done or refused.
        private void NoteService(PackMeasurement m)
        {
            if (m.ServiceClears == SignalValue.NotAvailable)
            {
                _serviceCycles = 0;
            }
            else if (_serviceCycles == FaultTable.Parts)
            {
                m.ServiceClears = SignalValue.NotAvailable;
            }
            else
            {
                _serviceCycles++;
            }
        }

        // The first cycle judges the whole table, so that nothing is driven before all of it was seen once.
        private bool JudgeAllParts(PackMeasurement m, PackControl control, DiscreteInputs inputs, uint nowMs)
        {
            _started = true;
            _overloadMs = nowMs;
            _frameErrorsMs = nowMs - FrameErrorWindowMs;
            _refusedFrames = m.RefusedFrames;
            bool changed = false;
            for (int part = 0; part < FaultTable.Parts; part++)
            {
                GatherPart(part, m, control, inputs, nowMs);
                changed |= JudgeRows(_groupEnd[part], _groupEnd[part + 1], false, m, nowMs);
            }

            return changed;
        }

        private bool JudgeRows(int from, int end, bool clear, PackMeasurement m, uint nowMs)
        {
            bool changed = false;
            int[] order = _order;
            int[] quantity = _quantity;
            int[] judgeFrom = _judgeFrom;
            for (int i = from; i < end; i++)
            {
                int fault = order[i];
                int value = quantity[fault];
                if (value >= judgeFrom[fault] && Judge(fault, value, clear, m, nowMs))
                {
                    changed = true;
                }
            }

            return changed;
        }

        private void GatherEveryCycle(PackMeasurement m, PackControl control, DiscreteInputs inputs)
        {
            int[] q = _quantity;
            q[FaultId.CellOverVoltage] = m.HighestCellMv;

            // Minus not-available is not-available again, in two's complement.
            q[FaultId.CellUnderVoltage] = -m.LowestCellMv;
            int current = m.CurrentMa;
            q[FaultId.OverCurrentCharge] = current;
            q[FaultId.OverCurrentDischarge] = -current;
            q[FaultId.ShortCircuit] = m.CurrentIsBeyondRange ? BeyondRangeMa : current < 0 ? -current : current;
            q[FaultId.ModuleLost] = m.OldestModuleAgeMs;
            q[FaultId.CurrentSensorLost] = m.CurrentAgeMs;
            ContactorControl contactors = control.Contactors;
            q[FaultId.PrechargeFailed] = contactors.PrechargeHasFailed ? 1 : 0;
            q[FaultId.ContactorFeedback] = contactors.FeedbackMismatchMs;
            q[FaultId.Interlock] = _interlockFitted && !inputs.InterlockClosed ? 1 : 0;
            q[FaultId.CrashSignal] = inputs.CrashDetected ? 1 : 0;
        }

        private void GatherPart(int part, PackMeasurement m, PackControl control, DiscreteInputs inputs, uint nowMs)
        {
            switch (part)
            {
                case 0: GatherTemperatures(m, inputs.Environment, nowMs); break;
                case 1: GatherVoltages(m, nowMs); break;
                case 2: GatherCurrents(m, control, nowMs); break;
                default: GatherSystem(m, inputs, nowMs); break;
            }
        }

        private void GatherTemperatures(PackMeasurement m, EnvironmentInputs environment, uint nowMs)
        {
            int[] q = _quantity;
            int high = m.HighestTemperatureDeciC;
            int low = m.LowestTemperatureDeciC;
            q[FaultId.OverTemperature] = high;
            q[FaultId.OverTemperatureCharge] = high;
            q[FaultId.UnderTemperature] = -low;
            q[FaultId.UnderTemperatureCharge] = -low;
            q[FaultId.TemperatureSpread] = low == SignalValue.NotAvailable ? low : high - low;
            q[FaultId.TemperatureDataInvalid] = m.WorstMissingTemperatures;
            q[FaultId.TemperatureImplausible] = Thermal.JumpDeciC;
            Pressure.Update(environment, low);
            int rise = Pressure.RisePa;
            if (rise > _ventingPa)
            {
                Thermal.NoteVenting(nowMs);
            }

            q[FaultId.ThermalRunaway] = Thermal.Tier;
            q[FaultId.PackPressure] = rise;
            q[FaultId.Condensation] = Pressure.DewAboveColdestDeciC;
            q[FaultId.EnvironmentSensorLost] = !environment.IsFitted ? SignalValue.NotAvailable
                : environment.PressurePa == SignalValue.NotAvailable ? EnvironmentInputs.MaxAgeMs
                : environment.AgeMs;
        }

        private void GatherVoltages(PackMeasurement m, uint nowMs)
        {
            int[] q = _quantity;
            int high = m.HighestCellMv;
            int low = m.LowestCellMv;
            if (low == SignalValue.NotAvailable)
            {
                q[FaultId.DeepDischarge] = low;
                q[FaultId.CellVoltageSpread] = low;
                q[FaultId.CellVoltageImplausible] = low;
            }
            else
            {
                // What no cell can have is a broken measurement, and no reason to call for service.
                q[FaultId.DeepDischarge] = low < LowestPossibleMv ? SignalValue.NotAvailable : -low;
                q[FaultId.CellVoltageSpread] = high - low;
                int beyond = high - HighestPossibleMv;
                q[FaultId.CellVoltageImplausible] = beyond > LowestPossibleMv - low ? beyond : LowestPossibleMv - low;
            }

            int pack = m.PackVoltageMv;
            q[FaultId.PackOverVoltage] = pack;
            q[FaultId.PackUnderVoltage] = -pack;
            if (m.CellSumMv == SignalValue.NotAvailable || pack == SignalValue.NotAvailable)
            {
                q[FaultId.PackVoltageImplausible] = SignalValue.NotAvailable;
            }
            else
            {
                int difference = m.CellSumMv - pack;
                q[FaultId.PackVoltageImplausible] = difference < 0 ? -difference : difference;
            }

            q[FaultId.ModuleDataInvalid] = m.InvalidCells;
            q[FaultId.VoltageSensorLost] = m.VoltageAgeMs;
            Frozen.UpdateModules(m, nowMs);
            q[FaultId.ModuleFrozen] = Frozen.ModuleFrozenMs;
            q[FaultId.OpenWire] = m.Reports.OpenWires;
            q[FaultId.ModuleFailure] = m.Reports.FailedModules;
        }

        private void GatherCurrents(PackMeasurement m, PackControl control, uint nowMs)
        {
            int[] q = _quantity;
            int current = m.CurrentMa;
            int elapsedMs = (int)(nowMs - _overloadMs);
            _overloadMs = nowMs;
            ContactorControl contactors = control.Contactors;
            if (current == SignalValue.NotAvailable)
            {
                // The integrals stand still: what is not known neither heats nor cools.
                q[FaultId.ChargeLimitIgnored] = current;
                q[FaultId.DischargeLimitIgnored] = current;
                q[FaultId.CurrentImplausible] = current;
            }
            else
            {
                q[FaultId.ChargeLimitIgnored] = current - control.Limits.ChargeLimitMa;
                q[FaultId.DischargeLimitIgnored] = -current - control.Limits.DischargeLimitMa;
                q[FaultId.CurrentImplausible] = ContactorTable.Outputs[contactors.State] != 0 ? 0 : current < 0 ? -current : current;
                _chargeOverload.Add(current, elapsedMs);
                _dischargeOverload.Add(-current, elapsedMs);
            }

            Frozen.UpdateCurrent(m, contactors.State == ContactorState.Closed, nowMs);
            q[FaultId.CurrentFrozen] = Frozen.CurrentJumps;
            q[FaultId.OverloadCharge] = _chargeOverload.UsedPermille;
            q[FaultId.OverloadDischarge] = _dischargeOverload.UsedPermille;
            q[FaultId.ContactorWelded] = contactors.WeldedContactors;
            q[FaultId.ContactorStuckOpen] = contactors.StuckOpenContactors;
            q[FaultId.PrechargeTooFast] = contactors.PrechargeWasTooFast ? 1 : 0;
            q[FaultId.PrechargeOverload] = contactors.PrechargeHeatPermille;
            q[FaultId.ContactorWorn] = contactors.WearPermille;
            q[FaultId.ParkedAlarm] = control.Sleep.AlarmTier;
        }

        private void GatherSystem(PackMeasurement m, DiscreteInputs inputs, uint nowMs)
        {
            int[] q = _quantity;
            q[FaultId.HostLost] = m.HostAgeMs;
            q[FaultId.Configuration] = _configurationFault;
            uint overflows = _port.ReceiveOverflowCount;
            q[FaultId.ReceiveOverflow] = (int)(overflows - _overflowCount);
            _overflowCount = overflows;
            if (nowMs - _frameErrorsMs >= FrameErrorWindowMs)
            {
                _memoryFault = _health == null ? 0 : MemoryFaultOf(_health);
                _frameErrorsMs = nowMs;
                _frameErrors = (int)(m.RefusedFrames - _refusedFrames);
                _refusedFrames = m.RefusedFrames;
            }

            q[FaultId.FrameErrors] = _frameErrors;
            InsulationMonitor insulation = m.Insulation;
            int kohm = insulation.ResistanceKohm;
            q[FaultId.InsulationLow] = kohm == SignalValue.NotAvailable ? kohm : -(kohm * 1000 / _insulationV);
            q[FaultId.InsulationMonitorLost] = _insulationFitted ? insulation.AgeMs : SignalValue.NotAvailable;
            q[FaultId.InsulationMonitorFailed] = insulation.Failures;
            q[FaultId.Memory] = _memoryFault > inputs.MemoryFault ? _memoryFault : inputs.MemoryFault;
            q[FaultId.CycleLate] = _latestMs;
            _latestMs = 0;
            q[FaultId.WatchdogReset] = inputs.WatchdogReset || (_health != null && (_health.ResetCause == ResetCause.CycleFailed || _health.ResetCause == ResetCause.StartFailed)) ? 1 : 0;
            q[FaultId.BusOff] = _port.IsBusOff ? 1 : 0;
        }

        // 1 where a copy was damaged or the state is lost, which estimation finds again; 2 where parameters are lost or working memory runs out. An empty store is none.
        private static int MemoryFaultOf(SystemHealth health)
        {
            if (IsLost(health.ParameterStatus) || IsShort(health.FreeManagedBytes) || IsShort(health.FreeNativeBytes))
            {
                return 2;
            }

            return health.ParameterStatus == StorageStatus.OneSlotDamaged || health.StateStatus == StorageStatus.OneSlotDamaged || IsLost(health.StateStatus) ? 1 : 0;
        }

        private static bool IsLost(int status)
        {
            return status >= StorageStatus.Damaged && status <= StorageStatus.Refused;
        }

        private static bool IsShort(int freeBytes)
        {
            return freeBytes != SignalValue.NotAvailable && freeBytes < LeastFreeBytes;
        }

        // Returns true where the severity of the row changed.
        private bool Judge(int fault, int value, bool clear, PackMeasurement m, uint nowMs)
        {
            int first = fault * Levels;
            bool busy = false;
            int severity = Severity.None;
            for (int level = 0; level < Levels; level++)
            {
                int at = first + level;
                bool active = _active[at];
                bool wantsChange = value != SignalValue.NotAvailable && (active ? value <= _inside[at] : value > _beyond[at]);
                if (!wantsChange)
                {
                    _changing[at] = false;
                }
                else
                {
                    if (!_changing[at])
                    {
                        _changing[at] = true;
                        _changingSinceMs[at] = nowMs;
                    }

                    // Unsigned subtraction gives the elapsed time across the roll-over too.
                    if (nowMs - _changingSinceMs[at] >= (active ? _releaseMs[fault] : _debounceMs[fault]))
                    {
                        active = !active;
                        _active[at] = active;
                        _changing[at] = false;
                    }
                }

                if (active)
                {
                    severity = level + 1;
                }

                busy |= active || _changing[at];
            }

            if (severity == Severity.Trip && _latches[fault])
            {
                _latched[fault] = true;
            }
            else if (_latched[fault] && (FaultTable.NeedsService(fault) ? m.ServiceClears == fault : clear))
            {
                _latched[fault] = false;
            }

            if (_latched[fault])
            {
                severity = Severity.Trip;
                busy = true;
            }

            _judgeFrom[fault] = busy ? int.MinValue : JustBeyond(_quietUpTo[fault]);
            if (severity == SeverityOf[fault])
            {
                return false;
            }

            Change(fault, severity);
            Remember(fault, severity, value, m);
            return true;
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
            if (_eventCount == EventCapacity)
            {
                return;
            }

            int at = _firstEvent + _eventCount;
            if (at >= EventCapacity)
            {
                at -= EventCapacity;
            }

            _eventCount++;
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
                case FaultId.OpenWire: return m.Reports.OpenWireCell + 1;
                case FaultId.ModuleFailure: return m.Reports.FailedModule + 1;
                default: return 0;
            }
        }
    }
}
