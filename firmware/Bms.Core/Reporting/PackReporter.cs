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
    /// <remarks>Allocates nothing after construction. A frame that the transmit queue refuses is counted and comes again with its next period.</remarks>
    public sealed class PackReporter
    {
        /// <summary>Frames that the transmit queue refused since start; wraps.</summary>
        public uint RefusedSends;

        private readonly CanPort _port;
        private readonly ControlFrames _control = new ControlFrames();

        // One frame for each row of the table: what does not change stays in it, and bits that a message does not use stay zero.
        private readonly CanFrame[] _frames = new CanFrame[FrameTable.Count];
        private readonly CanFrame _frame = new CanFrame();
        private readonly uint[] _dueMs = new uint[FrameTable.Count];
        private readonly uint[] _periodMs = new uint[FrameTable.Count];
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

        // Every row but the most frequent one, which is looked at in every cycle, in a ring in the order of their due times.
        private const int Queued = FrameTable.Count - 1;
        private const int QueueMask = 31;
        private readonly int[] _queue = new int[QueueMask + 1];
        private int _first;
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
                _periodMs[row] = (uint)FrameTable.PeriodMs(row, moduleCount);
                _seed[row] = E2eProfile1.SeedOf(FrameTable.DataId(row));
                _frames[row] = new CanFrame();
                _frames[row].Id = FrameTable.Id(row);
                _frames[row].Length = FrameTable.Length(row);
            }
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
            if (controller.Protection.TryTakeEvent(_frame.Data))
            {
                controller.Events.Add(_frame.Data, nowMs);
                Send(FaultEvent.Id, FaultEvent.Length, _eventSeed, _eventCounter);
                _eventCounter = FrameCheck.Next[_eventCounter];
            }

            // Signed differences, so that the comparisons survive the roll-over.
            uint[] due = _dueMs;
            if ((int)(nowMs - due[FrameTable.CellVoltagesRow]) >= 0)
            {
                SendRow(FrameTable.CellVoltagesRow, controller, nowMs);
            }

            int row = _queue[_first];
            for (int left = Queued; left > 0 && (int)(nowMs - due[row]) >= 0; left--)
            {
                _first = (_first + 1) & QueueMask;
                SendRow(row, controller, nowMs);
                Enqueue(row);
                row = _queue[_first];
            }
        }

        // In the order of their due times. Most periods are alike, so a row that was sent mostly goes to the end.
        private void Enqueue(int row)
        {
            uint[] due = _dueMs;
            int[] queue = _queue;
            uint dueMs = due[row];
            int place = (_first + Queued - 1) & QueueMask;
            while (place != _first)
            {
                int before = (place - 1) & QueueMask;
                int other = queue[before];
                if ((int)(due[other] - dueMs) <= 0)
                {
                    break;
                }

                queue[place] = other;
                place = before;
            }

            queue[place] = row;
        }

        // The phases keep the frames apart, so that no cycle sends all of them.
        private void Start(ModuleProtocol modules, uint nowMs)
        {
            _started = true;
            _lastMs = nowMs;
            if (modules != null)
            {
                _periodMs[FrameTable.ModuleBalancingRow] = (uint)modules.SendPeriodMs;
            }

            for (int row = 0; row < FrameTable.Count; row++)
            {
                _dueMs[row] = nowMs + (uint)FrameTable.PhaseMs(row);
            }

            // Sorts the rows by insertion: the queue grows from one to all.
            int queued = 0;
            for (int row = 0; row < FrameTable.Count; row++)
            {
                if (row == FrameTable.CellVoltagesRow)
                {
                    continue;
                }

                int place = queued;
                while (place > 0 && (int)(_dueMs[_queue[place - 1]] - _dueMs[row]) > 0)
                {
                    _queue[place] = _queue[place - 1];
                    place--;
                }

                _queue[place] = row;
                queued++;
            }
        }

        private void SendRow(int row, BatteryController controller, uint nowMs)
        {
            uint next = _dueMs[row] + _periodMs[row];

            // After a stall frames are not sent twice to catch up.
            _dueMs[row] = (int)(nowMs - next) >= 0 ? nowMs + _periodMs[row] : next;

            if (row == FrameTable.ModuleBalancingRow)
            {
                if (controller.Measurement.Modules == null)
                {
                    SendBalancing(controller);
                }
                else
                {
                    SendToModules(controller);
                }

                return;
            }

            CanFrame frame = _frames[row];
            byte[] data = frame.Data;
            Fill(row, controller, data);

            // E2eProfile1.ProtectWithSeed, spelled out: calls cost the device more than this.
            byte[] table = E2eProfile1.Table;
            int counter = _counter[row];
            _counter[row] = FrameCheck.Next[counter];
            int second = (data[1] & 0xF0) | counter;
            data[1] = (byte)second;
            data[0] = table[table[table[table[table[table[table[_seed[row] ^ second] ^ data[2]] ^ data[3]] ^ data[4]] ^ data[5]] ^ data[6]] ^ data[7]];
            if (!_port.TrySend(frame))
            {
                RefusedSends++;
            }
        }

        private void Fill(int row, BatteryController controller, byte[] data)
        {
            switch (row)
            {
                case FrameTable.PackStatusRow: FillPackStatus(controller, data); break;
                case FrameTable.LimitsRow: FillLimits(controller, data); break;
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
                case FrameTable.CellVoltagesRow: FillCellVoltages(controller.Measurement.CellVoltageMv, data); break;
                default: FillCellTemperatures(controller.Measurement.TemperatureDeciC, data); break;
            }
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
            PackStatus.PackState(data, controller.Control.Contactors.State);
            PackStatus.PackPackVoltageMv(data, m.PackVoltageMv != SignalValue.NotAvailable ? m.PackVoltageMv : m.CellSumMv);
            PackStatus.PackPackCurrentMa(data, m.CurrentMa);
            PackStatus.PackMainPositiveClosed(data, outputs.MainPositive ? 1 : 0);
            PackStatus.PackMainNegativeClosed(data, outputs.MainNegative ? 1 : 0);
            PackStatus.PackPrechargeClosed(data, outputs.Precharge ? 1 : 0);
            PackStatus.PackHeaterOn(data, outputs.Heater ? 1 : 0);
            PackStatus.PackCoolingOn(data, outputs.Cooling ? 1 : 0);
            PackStatus.PackBalancingOn(data, controller.Control.Balancing.IsOn ? 1 : 0);
            PackStatus.PackSeverity(data, faults.HighestSeverity);
            PackStatus.PackActiveFaultCount(data, faults.ActiveFaultCount);
        }

        private void FillLimits(BatteryController controller, byte[] data)
        {
            CurrentLimits limits = controller.Control.Limits;
            Limits.PackChargeCurrentLimitMa(data, limits.ChargeLimitMa);
            Limits.PackDischargeCurrentLimitMa(data, limits.DischargeLimitMa);
            Limits.PackChargeVoltageLimitMv(data, _chargeVoltageLimitMv);
            Limits.PackChargeAllowed(data, limits.ChargeLimitMa > 0 ? 1 : 0);
            Limits.PackDischargeAllowed(data, limits.DischargeLimitMa > 0 ? 1 : 0);
        }

        private static void FillCellExtremes(PackMeasurement m, byte[] data)
        {
            CellExtremes.PackLowestCellMv(data, m.LowestCellMv);
            CellExtremes.PackHighestCellMv(data, m.HighestCellMv);
            CellExtremes.PackLowestCellNumber(data, m.ValidCells == 0 ? SignalValue.NotAvailable : m.LowestCell + 1);
            CellExtremes.PackHighestCellNumber(data, m.ValidCells == 0 ? SignalValue.NotAvailable : m.HighestCell + 1);
            CellExtremes.PackValidCells(data, m.ValidCells);
        }

        private static void FillTemperatureExtremes(PackMeasurement m, byte[] data)
        {
            TemperatureExtremes.PackLowestTemperatureDeciC(data, m.LowestTemperatureDeciC);
            TemperatureExtremes.PackHighestTemperatureDeciC(data, m.HighestTemperatureDeciC);
            TemperatureExtremes.PackLowestSensorNumber(data, m.ValidTemperatures == 0 ? SignalValue.NotAvailable : m.LowestSensor + 1);
            TemperatureExtremes.PackHighestSensorNumber(data, m.ValidTemperatures == 0 ? SignalValue.NotAvailable : m.HighestSensor + 1);
            TemperatureExtremes.PackValidSensors(data, m.ValidTemperatures);
        }

        private static void FillStateEstimates(StateEstimation e, byte[] data)
        {
            StateEstimates.PackSocCentiPct(data, e.SocCentiPct);
            StateEstimates.PackLowestSocCentiPct(data, e.LowestSocCentiPct);
            StateEstimates.PackHighestSocCentiPct(data, e.HighestSocCentiPct);
            StateEstimates.PackSocUncertaintyPermille(data, e.SocUncertaintyPermille);
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
            TaskTiming.PackMeanCycleUs(data, measured ? _cycleSumUs / _cycleCount : SignalValue.NotAvailable);
            TaskTiming.PackMaxCycleUs(data, measured ? _cycleMaxUs : SignalValue.NotAvailable);
            TaskTiming.PackMissedCycles(data, _missedCycles);
            TaskTiming.PackMaxFramesPerCycle(data, _maxFrames);
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
            CellVoltages.PackSlots(data, group, cells[cell], cell + 1 < cells.Length ? cells[cell + 1] : SignalValue.NotAvailable, cell + 2 < cells.Length ? cells[cell + 2] : SignalValue.NotAvailable);
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

        private void SendBalancing(BatteryController controller)
        {
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
