using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Reporting
{
    /// <summary>Last stage of the cycle: sends every frame of <see cref="FrameTable"/> when its time has come, and every change of a fault at once.</summary>
    /// <remarks>
    /// The schedule is a ring of slots of 10 ms, each with a list of the rows that are due there; what was sent goes into the list of its next slot, so a row costs nothing while it is not due.
    /// A cycle that has much else to do puts its frames off, by four cycles at most. After a stall the schedule goes on where it stood, so that no frame comes twice and no cycle pays for all.
    /// Allocates nothing after construction. A frame that the transmit queue refuses is counted and comes again with its next period.
    /// </remarks>
    public sealed class PackReporter
    {
        /// <summary>Frames that the transmit queue refused since start; wraps.</summary>
        public uint RefusedSends;

        private readonly CanPort _port;
        private readonly ControlFrames _control = new ControlFrames();

        // One frame for each row of the table: what does not change stays in it, and bits that a message does not use stay zero.
        private readonly CanFrame[] _frames = new CanFrame[FrameTable.Count];
        private readonly CanFrame _frame = new CanFrame();
        private readonly byte[] _counter = new byte[FrameTable.Count];
        private readonly int[] _seed = new int[FrameTable.Count];
        private readonly byte[] _balancingCounter;
        private readonly int[] _balancingSeed;
        private readonly int _eventSeed;
        private readonly int _cellGroups;
        private readonly int _temperatureGroups;
        private readonly int _moduleCount;
        private readonly int _chargeVoltageLimitMv;
        private readonly int _cyclePeriodUs;

        private readonly int[] _reportedChanges = { -1, -1, -1 };
        private byte _eventCounter;
        private int _cellGroup;
        private int _temperatureGroup;
        private int _balancingModule;
        private bool _started;

        private int _cycleCount;
        private int _cycleSumUs;
        private int _cycleMaxUs;
        private int _missedCycles;
        private int _maxFrames;
        private uint _lastMs;

        // Behind the rows of the table stand two for the frames that take turns.
        private const int HealthRow = FrameTable.Count;
        private const int EstimationRow = FrameTable.Count + 1;
        private const int Rows = FrameTable.Count + 2;

        // The ring is longer than any period, so that a slot's list holds what is due there and nothing else.
        private const int SlotMs = 10;
        private const int HealthPhaseMs = 200;
        private const int EstimationPhaseMs = 140;
        private const int Slots = 128;
        private const int NoRow = -1;

        // A cycle with so many frames in 10 ms has enough to do: its frames come with the next ones. With so few there is room for what was left out.
        private const int BusyFrames = 7;
        private const int FewFrames = 2;
        private readonly int _slotsPerCycle;
        private readonly int _busyFrames;
        private readonly int _fewFrames;

        // A cycle less than the period of a command, so that none is left out.
        private int _mostBalancingLateMs;

        // One of the frames that take turns in a cycle; it is tried again two slots later, and may wait three times as long as others. The next one makes up for it.
        private const int RoundWaitSlots = 2;
        private const int RoundPatience = 3;
        private readonly int[] _waitedSlots = new int[Rows];
        private int _roundWaitMs;

        // More than two cycles late, two slots go out at once where few frames came; four cycles at most; eight of them are a stall.
        private readonly int _lateMs;
        private readonly int _mostLateMs;
        private readonly int _stallMs;
        private readonly int[] _firstRow = new int[Slots];
        private readonly int[] _nextRow = new int[Rows];
        private readonly int[] _periodSlots = new int[Rows];
        private int _slot;
        private uint _slotMs;

        // The period of the balancing commands is no whole number of slots.
        private uint _balancingPeriodMs;
        private uint _balancingMs;
        private uint _missedAfterMs;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        /// <param name="moduleCount">Modules of the pack.</param>
        /// <param name="port">The bus.</param>
        public PackReporter(ParameterBlock parameters, int moduleCount, CanPort port)
        {
            _port = port;
            _moduleCount = moduleCount;
            int cellCount = parameters.Get(ParameterId.CellCount);
            _cellGroups = (cellCount + CellVoltages.SlotsPerGroup - 1) / CellVoltages.SlotsPerGroup;
            _temperatureGroups = (moduleCount * ModuleProfile.MostTemperatures(parameters.Get(ParameterId.ModuleProfile)) + CellTemperatures.SlotsPerGroup - 1) / CellTemperatures.SlotsPerGroup;
            _chargeVoltageLimitMv = cellCount * parameters.Get(ParameterId.ChargeStopMv);
            _cyclePeriodUs = parameters.Get(ParameterId.CyclePeriodMs) * 1000;
            _missedAfterMs = (uint)(parameters.Get(ParameterId.CyclePeriodMs) * 3 / 2);
            _balancingCounter = new byte[moduleCount];
            _balancingSeed = new int[moduleCount];
            for (int module = 0; module < moduleCount; module++)
            {
                _balancingSeed[module] = E2eProfile1.SeedOf((int)(ModuleBalancing.BaseId + module * ModuleBalancing.IdStride));
            }

            _eventSeed = E2eProfile1.SeedOf(FaultEvent.DataId);
            for (int row = 0; row < FrameTable.Count; row++)
            {
                _periodSlots[row] = FrameTable.PeriodMs(row, moduleCount) / SlotMs;
                _seed[row] = E2eProfile1.SeedOf(FrameTable.DataId(row));
                _frames[row] = new CanFrame();
                _frames[row].Id = FrameTable.Id(row);
                _frames[row].Length = FrameTable.Length(row);
            }

            _periodSlots[HealthRow] = HealthReporter.StepMs / SlotMs;
            _periodSlots[EstimationRow] = EstimationReporter.StepMs / SlotMs;
            _balancingPeriodMs = (uint)FrameTable.PeriodMs(FrameTable.ModuleBalancingRow, moduleCount);
            int cycleMs = parameters.Get(ParameterId.CyclePeriodMs);
            _slotsPerCycle = cycleMs > SlotMs ? (cycleMs + SlotMs - 1) / SlotMs : 1;
            _busyFrames = BusyFrames * _slotsPerCycle;
            _fewFrames = FewFrames * _slotsPerCycle;
            _lateMs = 2 * cycleMs;
            _mostLateMs = 4 * cycleMs;
            _stallMs = 8 * cycleMs;
        }

        /// <summary>Takes the duration of the last cycle, measured by the loop that calls the controller; boards without a microsecond clock never call it.</summary>
        /// <param name="us">Duration in us; negative values are ignored.</param>
        public void NoteCycleTime(int us)
        {
            if (us < 0)
            {
                return;
            }

            if (us > 1000000)
            {
                us = 1000000;
            }

            _cycleCount++;
            _cycleSumUs += us;
            if (us > _cycleMaxUs)
            {
                _cycleMaxUs = us;
            }

            if (us > _cyclePeriodUs)
            {
                _missedCycles++;
            }
        }

        /// <summary>Sends what is due.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(BatteryController controller, uint nowMs)
        {
            if (!_started)
            {
                Start(controller.Measurement.Modules, nowMs);
            }

            int frames = controller.Measurement.FramesThisCycle;
            if (frames > _maxFrames)
            {
                _maxFrames = frames;
            }

            if (nowMs - _lastMs > _missedAfterMs)
            {
                _missedCycles++;
            }

            _lastMs = nowMs;

            // Signed differences, so that the comparisons survive the roll-over.
            int late = (int)(nowMs - _slotMs);
            int slots = _slotsPerCycle;
            bool isQuiet = frames <= _fewFrames;
            bool isAtWork = controller.Estimation.IsAtWork;
            if (controller.Protection.WaitingEvents != 0)
            {
                SendEvent(controller, nowMs);
                slots = 0;
            }
            else if (isQuiet)
            {
                // Room for what was put off.
                slots = isAtWork && late <= _lateMs ? slots : 2 * slots;
            }
            else if (isAtWork || frames >= _busyFrames)
            {
                slots = 0;
            }

            if (late > _stallMs)
            {
                _slotMs = nowMs;
                late = 0;
            }
            else if (late >= _mostLateMs && slots == 0)
            {
                slots = _slotsPerCycle;
            }

            // So late what takes turns must be to go out now.
            int waitMs = !isQuiet ? _mostLateMs : isAtWork ? _lateMs : 0;
            int balancingLate = (int)(nowMs - _balancingMs);
            bool commandsModules = balancingLate >= 0 && (isQuiet || balancingLate >= _mostBalancingLateMs);
            if (commandsModules)
            {
                // The choice of the cells was work enough, unless the cycle is a quiet one or the frames are late already.
                slots = isQuiet || late >= _mostLateMs ? _slotsPerCycle : 0;
            }

            _roundWaitMs = waitMs;
            while (slots > 0 && late >= 0)
            {
                SendSlot(controller);
                slots--;
                late -= SlotMs;
            }

            // Last: modules that are asked answer while the loop has nothing else to do.
            if (commandsModules)
            {
                SendBalancing(controller, nowMs);
            }
        }

        private void SendSlot(BatteryController controller)
        {
            int slot = _slot;
            _slot = (slot + 1) & (Slots - 1);
            _slotMs += SlotMs;
            int[] firstRow = _firstRow;
            int[] nextRow = _nextRow;
            byte[] counters = _counter;
            byte[] table = E2eProfile1.Table;
            int row = firstRow[slot];
            firstRow[slot] = NoRow;
            while (row != NoRow)
            {
                int slotsOn = _periodSlots[row];
                if (row < FrameTable.Count)
                {
                    CanFrame frame = _frames[row];
                    byte[] data = frame.Data;
                    Fill(row, controller, data);

                    // E2eProfile1.ProtectWithSeed, spelled out: calls cost the device more than this.
                    int counter = counters[row];
                    counters[row] = FrameCheck.Next[counter];
                    counter |= data[1] & 0xF0;
                    data[1] = (byte)counter;
                    data[0] = table[table[table[table[table[table[table[_seed[row] ^ counter] ^ data[2]] ^ data[3]] ^ data[4]] ^ data[5]] ^ data[6]] ^ data[7]];
                    if (!_port.TrySend(frame))
                    {
                        RefusedSends++;
                    }
                }
                else if (_waitedSlots[row] * SlotMs >= RoundPatience * _roundWaitMs)
                {
                    SendRound(row, controller);
                    slotsOn = slotsOn > _waitedSlots[row] ? slotsOn - _waitedSlots[row] : 1;
                    _waitedSlots[row] = 0;
                }
                else
                {
                    // Until a cycle with little else to do: nobody's safety hangs on it.
                    slotsOn = RoundWaitSlots;
                    _waitedSlots[row] += RoundWaitSlots;
                }

                int next = nextRow[row];
                int place = (slot + slotsOn) & (Slots - 1);
                nextRow[row] = firstRow[place];
                firstRow[place] = row;
                row = next;
            }
        }

        // The phases keep the frames apart, so that no cycle sends all of them.
        private void Start(ModuleProtocol modules, uint nowMs)
        {
            _started = true;
            _lastMs = nowMs;
            _slotMs = nowMs;
            if (modules != null)
            {
                _balancingPeriodMs = (uint)modules.SendPeriodMs;
            }

            // Values of modules that are asked are as old as the question is late: it is never put off.
            _mostBalancingLateMs = modules != null ? 0 : (int)_balancingPeriodMs - _lateMs / 2 - 1;
            for (int slot = 0; slot < Slots; slot++)
            {
                _firstRow[slot] = NoRow;
            }

            for (int row = 0; row < FrameTable.Count; row++)
            {
                if (row != FrameTable.ModuleBalancingRow)
                {
                    Enter(row, FrameTable.PhaseMs(row));
                }
            }

            Enter(HealthRow, HealthPhaseMs);
            Enter(EstimationRow, EstimationPhaseMs);
            _balancingMs = nowMs + (uint)FrameTable.PhaseMs(FrameTable.ModuleBalancingRow);
        }

        private void Enter(int row, int phaseMs)
        {
            int slot = phaseMs / SlotMs;
            _nextRow[row] = _firstRow[slot];
            _firstRow[slot] = row;
        }

        private void SendRound(int row, BatteryController controller)
        {
            _roundWaitMs = _mostLateMs;
            FrameRound round = controller.EstimationReporting;
            if (row == HealthRow)
            {
                round = controller.HealthReporting;
            }

            round.SendNext(controller);
        }

        private void Fill(int row, BatteryController controller, byte[] data)
        {
            switch (row)
            {
                case FrameTable.CellVoltagesRow: FillCellVoltages(controller.Measurement.CellVoltageMv, data); break;
                case FrameTable.PackStatusRow: FillPackStatus(controller, data); break;
                case FrameTable.LimitsRow: FillLimits(controller.Control.Limits, data); break;
                case FrameTable.CellExtremesRow: FillCellExtremes(controller.Measurement, data); break;
                case FrameTable.TemperatureExtremesRow: FillTemperatureExtremes(controller.Measurement, data); break;
                case FrameTable.StateEstimatesRow: FillStateEstimates(controller.Estimation, data); break;
                case FrameTable.FaultStatusRow: FillFaultStatus(0, controller.Protection, data); break;
                case FrameTable.FaultStatus2Row: FillFaultStatus(1, controller.Protection, data); break;
                case FrameTable.FaultStatus3Row: FillFaultStatus(2, controller.Protection, data); break;
                case FrameTable.TaskTimingRow: FillTaskTiming(data); break;
                case FrameTable.ContactorStatusRow: _control.FillContactorStatus(controller, data); break;
                case FrameTable.ContactorCountersRow: _control.FillContactorCounters(controller, data); break;
                case FrameTable.RegenLimitsRow: _control.FillRegenLimits(controller, data); break;
                case FrameTable.ThermalStatusRow: _control.FillThermalStatus(controller, data); break;
                default: FillCellTemperatures(controller.Measurement.TemperatureDeciC, data); break;
            }
        }

        private void SendEvent(BatteryController controller, uint nowMs)
        {
            byte[] data = _frame.Data;
            controller.Protection.TryTakeEvent(data);
            controller.Events.Add(data, nowMs);
            Send(FaultEvent.Id, FaultEvent.Length, _eventSeed, _eventCounter);
            _eventCounter = FrameCheck.Next[_eventCounter];
        }

        private void Send(uint id, int length, int seed, int counter)
        {
            CanFrame frame = _frame;
            frame.Id = id;
            frame.IsExtended = false;
            frame.Length = length;
            E2eProfile1.ProtectWithSeed(frame.Data, length, seed, counter);
            if (!_port.TrySend(frame))
            {
                RefusedSends++;
            }
        }

        private static void FillPackStatus(BatteryController controller, byte[] data)
        {
            PackMeasurement m = controller.Measurement;
            ActuatorOutputs outputs = controller.Outputs;
            FaultMonitor faults = controller.Protection;
            PackStatus.PackAll(
                data,
                controller.Control.Contactors.State,
                m.PackVoltageMv != SignalValue.NotAvailable ? m.PackVoltageMv : m.CellSumMv,
                m.CurrentMa,
                outputs.MainPositive ? 1 : 0,
                outputs.MainNegative ? 1 : 0,
                outputs.Precharge ? 1 : 0,
                outputs.Heater ? 1 : 0,
                outputs.Cooling ? 1 : 0,
                controller.Control.Balancing.IsOn ? 1 : 0,
                faults.HighestSeverity,
                faults.ActiveFaultCount);
        }

        private void FillLimits(CurrentLimits limits, byte[] data)
        {
            int charge = limits.ChargeLimitMa;
            int discharge = limits.DischargeLimitMa;
            Limits.PackAll(data, charge, discharge, _chargeVoltageLimitMv, charge > 0 ? 1 : 0, discharge > 0 ? 1 : 0);
        }

        private static void FillCellExtremes(PackMeasurement m, byte[] data)
        {
            bool known = m.ValidCells != 0;
            CellExtremes.PackAll(
                data,
                m.LowestCellMv,
                m.HighestCellMv,
                known ? m.LowestCell + 1 : SignalValue.NotAvailable,
                known ? m.HighestCell + 1 : SignalValue.NotAvailable,
                m.ValidCells);
        }

        private static void FillTemperatureExtremes(PackMeasurement m, byte[] data)
        {
            bool known = m.ValidTemperatures != 0;
            TemperatureExtremes.PackAll(
                data,
                m.LowestTemperatureDeciC,
                m.HighestTemperatureDeciC,
                known ? m.LowestSensor + 1 : SignalValue.NotAvailable,
                known ? m.HighestSensor + 1 : SignalValue.NotAvailable,
                m.ValidTemperatures);
        }

        private static void FillStateEstimates(StateEstimation e, byte[] data)
        {
            StateEstimates.PackAll(data, e.SocCentiPct, e.LowestSocCentiPct, e.HighestSocCentiPct, e.SocUncertaintyPermille);
        }

        // Two bits for each row in the order of their numbers, as the catalogue lays them out: put together here for a tenth of what 26 calls cost. Written anew only after a change.
        private void FillFaultStatus(int message, FaultMonitor faults, byte[] data)
        {
            if (faults.ChangeCount == _reportedChanges[message])
            {
                return;
            }

            _reportedChanges[message] = faults.ChangeCount;
            int[] severity = faults.SeverityOf;
            int row = message * FaultTable.RowsPerStatus;
            data[1] = (byte)((severity[row] << 4) | (severity[row + 1] << 6));
            row += 2;
            for (int i = 2; i < 8; i++)
            {
                data[i] = (byte)(severity[row] | (severity[row + 1] << 2) | (severity[row + 2] << 4) | (severity[row + 3] << 6));
                row += 4;
            }
        }

        private void FillTaskTiming(byte[] data)
        {
            bool measured = _cycleCount > 0;
            TaskTiming.PackAll(
                data,
                measured ? _cycleSumUs / _cycleCount : SignalValue.NotAvailable,
                measured ? _cycleMaxUs : SignalValue.NotAvailable,
                _missedCycles,
                _maxFrames);
            _cycleCount = 0;
            _cycleSumUs = 0;
            _cycleMaxUs = 0;
            _missedCycles = 0;
            _maxFrames = 0;
        }

        private void FillCellVoltages(int[] cells, byte[] data)
        {
            int group = _cellGroup;
            int cell = group * CellVoltages.SlotsPerGroup;
            if (cell + 2 < cells.Length)
            {
                CellVoltages.PackSlots(data, group, cells[cell], cells[cell + 1], cells[cell + 2]);
            }
            else
            {
                CellVoltages.PackSlots(data, group, cells[cell], cell + 1 < cells.Length ? cells[cell + 1] : SignalValue.NotAvailable, SignalValue.NotAvailable);
            }

            _cellGroup = group == _cellGroups - 1 ? 0 : group + 1;
        }

        private void FillCellTemperatures(int[] temperatures, byte[] data)
        {
            int group = _temperatureGroup;
            int sensor = group * CellTemperatures.SlotsPerGroup;
            CellTemperatures.PackSlots(data, group, temperatures[sensor], sensor + 1 < temperatures.Length ? temperatures[sensor + 1] : SignalValue.NotAvailable, sensor + 2 < temperatures.Length ? temperatures[sensor + 2] : SignalValue.NotAvailable);
            _temperatureGroup = group == _temperatureGroups - 1 ? 0 : group + 1;
        }

        // Polls and balancing commands of foreign modules; their protocol knows whose turn it is.
        private void SendToModules(BatteryController controller)
        {
            if (controller.Measurement.Modules.Fill(_frame, controller) && !_port.TrySend(_frame))
            {
                RefusedSends++;
            }
        }

        private void SendBalancing(BatteryController controller, uint nowMs)
        {
            // After a stall no command is sent twice to catch up.
            uint next = _balancingMs + _balancingPeriodMs;
            _balancingMs = (int)(nowMs - next) >= 0 ? nowMs + _balancingPeriodMs : next;
            if (controller.Measurement.Modules != null)
            {
                SendToModules(controller);
                return;
            }

            int module = _balancingModule;
            _balancingModule = module == _moduleCount - 1 ? 0 : module + 1;
            byte[] data = _frame.Data;
            ModuleBalancing.PackBleedCells(data, controller.Control.Balancing.Decide(module, controller.Measurement, controller.Protection));
            ModuleBalancing.PackHoldMs(data, FrameTable.BalancingHoldMs);
            Send(ModuleBalancing.BaseId + (uint)(module * ModuleBalancing.IdStride), ModuleBalancing.Length, _balancingSeed[module], _balancingCounter[module]);
            _balancingCounter[module] = FrameCheck.Next[_balancingCounter[module]];
        }
    }
}
