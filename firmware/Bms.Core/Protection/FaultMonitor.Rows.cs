using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Core.Supervision;

namespace Bms.Core.Protection
{
    // What each row watches. The rows stand in the order in which they are looked at: together in every cycle, or in one of the parts that take turns, as FaultTable.PartOf says.
    public sealed partial class FaultMonitor
    {
        private void JudgeSenders(PackMeasurement m, PackControl control)
        {
            int[] from = _judgeFrom;
            int value = m.HostAgeMs;
            if (value >= from[FaultId.HostLost])
            {
                Judge(FaultId.HostLost, value, m);
            }

            value = m.InvalidCells;
            if (value >= from[FaultId.ModuleDataInvalid])
            {
                Judge(FaultId.ModuleDataInvalid, value, m);
            }

            if (_nowMs - _frameErrorsMs >= FrameErrorWindowMs)
            {
                _memoryFault = _health == null ? 0 : MemoryFaultOf(_health);
                _frameErrorsMs = _nowMs;
                _frameErrors = (int)(m.RefusedFrames - _refusedFrames);
                _refusedFrames = m.RefusedFrames;
            }

            if (_frameErrors >= from[FaultId.FrameErrors])
            {
                Judge(FaultId.FrameErrors, _frameErrors, m);
            }

            Frozen.UpdateModules(m, control.Contactors.State == ContactorState.Closed, _nowMs);
            value = Frozen.ModuleFrozenMs;
            if (value >= from[FaultId.ModuleFrozen])
            {
                Judge(FaultId.ModuleFrozen, value, m);
            }

            value = Frozen.CellLooks;
            if (value >= from[FaultId.CellFrozen])
            {
                Judge(FaultId.CellFrozen, value, m);
            }
        }

        private void JudgeEveryCycle(PackMeasurement m, PackControl control, DiscreteInputs inputs)
        {
            int[] from = _judgeFrom;
            int value = m.HighestCellMv;
            if (value >= from[FaultId.CellOverVoltage])
            {
                Judge(FaultId.CellOverVoltage, value, m);
            }

            // Minus not-available is not-available again, in two's complement.
            value = -m.LowestCellMv;
            if (value >= from[FaultId.CellUnderVoltage])
            {
                Judge(FaultId.CellUnderVoltage, value, m);
            }

            // Of what is not available the amount is not available too.
            int current = m.CurrentMa;
            int amount = current < 0 ? -current : current;
            if (amount >= _judgeCurrentFrom || m.CurrentIsBeyondRange)
            {
                JudgeAmount(m, current, m.CurrentIsBeyondRange ? BeyondRangeMa : amount);
            }

            value = m.OldestModuleAgeMs;
            if (value >= from[FaultId.ModuleLost])
            {
                Judge(FaultId.ModuleLost, value, m);
            }

            value = m.CurrentAgeMs;
            if (value >= from[FaultId.CurrentSensorLost])
            {
                Judge(FaultId.CurrentSensorLost, value, m);
            }

            ContactorControl contactors = control.Contactors;
            bool isOpen = _interlockFitted && !inputs.InterlockClosed;
            if (!_eventsAreQuiet || contactors.FeedbackMismatchMs != 0 || contactors.PrechargeHasFailed || isOpen || inputs.CrashDetected)
            {
                JudgeEvents(m, contactors, isOpen, inputs.CrashDetected);
            }
        }

        private void JudgeAmount(PackMeasurement m, int current, int amount)
        {
            int[] from = _judgeFrom;
            if (current >= from[FaultId.OverCurrentCharge])
            {
                Judge(FaultId.OverCurrentCharge, current, m);
            }

            if (-current >= from[FaultId.OverCurrentDischarge])
            {
                Judge(FaultId.OverCurrentDischarge, -current, m);
            }

            if (amount >= from[FaultId.ShortCircuit])
            {
                Judge(FaultId.ShortCircuit, amount, m);
            }
        }

        private void JudgeEvents(PackMeasurement m, ContactorControl contactors, bool isInterlockOpen, bool isCrashed)
        {
            int[] from = _judgeFrom;
            int value = contactors.FeedbackMismatchMs;
            if (value >= from[FaultId.ContactorFeedback])
            {
                Judge(FaultId.ContactorFeedback, value, m);
            }

            value = contactors.PrechargeHasFailed ? 1 : 0;
            if (value >= from[FaultId.PrechargeFailed])
            {
                Judge(FaultId.PrechargeFailed, value, m);
            }

            value = isInterlockOpen ? 1 : 0;
            if (value >= from[FaultId.Interlock])
            {
                Judge(FaultId.Interlock, value, m);
            }

            value = isCrashed ? 1 : 0;
            if (value >= from[FaultId.CrashSignal])
            {
                Judge(FaultId.CrashSignal, value, m);
            }
        }

        private void JudgeTemperatures(PackMeasurement m, EnvironmentInputs environment)
        {
            int[] from = _judgeFrom;
            int high = m.HighestTemperatureDeciC;
            int low = m.LowestTemperatureDeciC;
            if (high >= from[FaultId.OverTemperature])
            {
                Judge(FaultId.OverTemperature, high, m);
            }

            if (high >= from[FaultId.OverTemperatureCharge])
            {
                Judge(FaultId.OverTemperatureCharge, high, m);
            }

            int value = -low;
            if (value >= from[FaultId.UnderTemperature])
            {
                Judge(FaultId.UnderTemperature, value, m);
            }

            if (value >= from[FaultId.UnderTemperatureCharge])
            {
                Judge(FaultId.UnderTemperatureCharge, value, m);
            }

            value = low == SignalValue.NotAvailable ? low : high - low;
            if (value >= from[FaultId.TemperatureSpread])
            {
                Judge(FaultId.TemperatureSpread, value, m);
            }

            value = m.WorstMissingTemperatures;
            if (value >= from[FaultId.TemperatureDataInvalid])
            {
                Judge(FaultId.TemperatureDataInvalid, value, m);
            }

            value = Thermal.JumpDeciC;
            if (value >= from[FaultId.TemperatureImplausible])
            {
                Judge(FaultId.TemperatureImplausible, value, m);
            }

            Pressure.Update(environment, low);
            int rise = Pressure.RisePa;
            if (rise > _ventingPa)
            {
                Thermal.NoteVenting(_nowMs);
            }

            value = Thermal.Tier;
            if (value >= from[FaultId.ThermalRunaway])
            {
                Judge(FaultId.ThermalRunaway, value, m);
            }

            if (rise >= from[FaultId.PackPressure])
            {
                Judge(FaultId.PackPressure, rise, m);
            }

            value = Pressure.DewAboveColdestDeciC;
            if (value >= from[FaultId.Condensation])
            {
                Judge(FaultId.Condensation, value, m);
            }

            value = !environment.IsFitted ? SignalValue.NotAvailable
                : environment.PressurePa == SignalValue.NotAvailable ? EnvironmentInputs.MaxAgeMs
                : environment.AgeMs;
            if (value >= from[FaultId.EnvironmentSensorLost])
            {
                Judge(FaultId.EnvironmentSensorLost, value, m);
            }
        }

        private void JudgeVoltages(PackMeasurement m)
        {
            int[] from = _judgeFrom;
            int high = m.HighestCellMv;
            int low = m.LowestCellMv;
            int deep = low;
            int spread = low;
            int beyond = low;
            if (low != SignalValue.NotAvailable)
            {
                // What no cell can have is a broken measurement, and no reason to call for service.
                deep = low < LowestPossibleMv ? SignalValue.NotAvailable : -low;
                spread = high - low;
                beyond = high - HighestPossibleMv;
                beyond = beyond > LowestPossibleMv - low ? beyond : LowestPossibleMv - low;
            }

            if (deep >= from[FaultId.DeepDischarge])
            {
                Judge(FaultId.DeepDischarge, deep, m);
            }

            if (spread >= from[FaultId.CellVoltageSpread])
            {
                Judge(FaultId.CellVoltageSpread, spread, m);
            }

            if (beyond >= from[FaultId.CellVoltageImplausible])
            {
                Judge(FaultId.CellVoltageImplausible, beyond, m);
            }

            int pack = m.PackVoltageMv;
            if (pack >= from[FaultId.PackOverVoltage])
            {
                Judge(FaultId.PackOverVoltage, pack, m);
            }

            int value = -pack;
            if (value >= from[FaultId.PackUnderVoltage])
            {
                Judge(FaultId.PackUnderVoltage, value, m);
            }

            value = SignalValue.NotAvailable;
            if (m.CellSumMv != SignalValue.NotAvailable && pack != SignalValue.NotAvailable)
            {
                int difference = m.CellSumMv - pack;
                value = difference < 0 ? -difference : difference;
            }

            if (value >= from[FaultId.PackVoltageImplausible])
            {
                Judge(FaultId.PackVoltageImplausible, value, m);
            }

            value = m.VoltageAgeMs;
            if (value >= from[FaultId.VoltageSensorLost])
            {
                Judge(FaultId.VoltageSensorLost, value, m);
            }

            ModuleReports reports = m.Reports;
            value = reports.OpenWires;
            if (value >= from[FaultId.OpenWire])
            {
                Judge(FaultId.OpenWire, value, m);
            }

            value = reports.FailedModules;
            if (value >= from[FaultId.ModuleFailure])
            {
                Judge(FaultId.ModuleFailure, value, m);
            }
        }

        private void JudgeCurrents(PackMeasurement m, PackControl control)
        {
            int[] from = _judgeFrom;
            int current = m.CurrentMa;
            int elapsedMs = (int)(_nowMs - _overloadMs);
            _overloadMs = _nowMs;
            ContactorControl contactors = control.Contactors;

            // While it is not known the integrals stand still: nothing heats or cools.
            int charge = current;
            int discharge = current;
            int leak = current;
            if (current != SignalValue.NotAvailable)
            {
                CurrentLimits limits = control.Limits;
                charge = current - limits.ChargeLimitMa;
                discharge = -current - limits.DischargeLimitMa;
                leak = ContactorTable.Outputs[contactors.State] != 0 ? 0 : current < 0 ? -current : current;
                _chargeOverload.Add(current, elapsedMs);
                _dischargeOverload.Add(-current, elapsedMs);
            }

            if (charge >= from[FaultId.ChargeLimitIgnored])
            {
                Judge(FaultId.ChargeLimitIgnored, charge, m);
            }

            if (discharge >= from[FaultId.DischargeLimitIgnored])
            {
                Judge(FaultId.DischargeLimitIgnored, discharge, m);
            }

            if (leak >= from[FaultId.CurrentImplausible])
            {
                Judge(FaultId.CurrentImplausible, leak, m);
            }

            Frozen.UpdateCurrent(m, contactors.State == ContactorState.Closed, _nowMs);
            int value = Frozen.CurrentJumps;
            if (value >= from[FaultId.CurrentFrozen])
            {
                Judge(FaultId.CurrentFrozen, value, m);
            }

            value = Frozen.ReversedSteps;
            if (value >= from[FaultId.CurrentReversed])
            {
                Judge(FaultId.CurrentReversed, value, m);
            }

            value = _chargeOverload.UsedPermille;
            if (value >= from[FaultId.OverloadCharge])
            {
                Judge(FaultId.OverloadCharge, value, m);
            }

            value = _dischargeOverload.UsedPermille;
            if (value >= from[FaultId.OverloadDischarge])
            {
                Judge(FaultId.OverloadDischarge, value, m);
            }

            value = contactors.WeldedContactors;
            if (value >= from[FaultId.ContactorWelded])
            {
                Judge(FaultId.ContactorWelded, value, m);
            }

            value = contactors.StuckOpenContactors;
            if (value >= from[FaultId.ContactorStuckOpen])
            {
                Judge(FaultId.ContactorStuckOpen, value, m);
            }

            value = contactors.PrechargeWasTooFast ? 1 : 0;
            if (value >= from[FaultId.PrechargeTooFast])
            {
                Judge(FaultId.PrechargeTooFast, value, m);
            }

            value = contactors.PrechargeHeatPermille;
            if (value >= from[FaultId.PrechargeOverload])
            {
                Judge(FaultId.PrechargeOverload, value, m);
            }

            value = contactors.WearPermille;
            if (value >= from[FaultId.ContactorWorn])
            {
                Judge(FaultId.ContactorWorn, value, m);
            }

            value = control.Sleep.AlarmTier;
            if (value >= from[FaultId.ParkedAlarm])
            {
                Judge(FaultId.ParkedAlarm, value, m);
            }
        }

        private void JudgeSystem(PackMeasurement m, DiscreteInputs inputs)
        {
            int[] from = _judgeFrom;
            if (_configurationFault >= from[FaultId.Configuration])
            {
                Judge(FaultId.Configuration, _configurationFault, m);
            }

            uint overflows = _port.ReceiveOverflowCount;
            int value = (int)(overflows - _overflowCount);
            _overflowCount = overflows;
            if (value >= from[FaultId.ReceiveOverflow])
            {
                Judge(FaultId.ReceiveOverflow, value, m);
            }

            JudgeInsulation(m);
            value = _memoryFault > inputs.MemoryFault ? _memoryFault : inputs.MemoryFault;
            if (value >= from[FaultId.Memory])
            {
                Judge(FaultId.Memory, value, m);
            }

            value = _latestMs;
            _latestMs = 0;
            if (value >= from[FaultId.CycleLate])
            {
                Judge(FaultId.CycleLate, value, m);
            }

            value = inputs.WatchdogReset || (_health != null && (_health.ResetCause == ResetCause.CycleFailed || _health.ResetCause == ResetCause.StartFailed)) ? 1 : 0;
            if (value >= from[FaultId.WatchdogReset])
            {
                Judge(FaultId.WatchdogReset, value, m);
            }

            value = _port.IsBusOff ? 1 : 0;
            if (value >= from[FaultId.BusOff])
            {
                Judge(FaultId.BusOff, value, m);
            }
        }

        private void JudgeInsulation(PackMeasurement m)
        {
            int[] from = _judgeFrom;
            InsulationMonitor insulation = m.Insulation;
            int kohm = insulation.ResistanceKohm;
            int value = kohm == SignalValue.NotAvailable ? kohm : -(kohm * 1000 / _insulationV);
            if (value >= from[FaultId.InsulationLow])
            {
                Judge(FaultId.InsulationLow, value, m);
            }

            value = _insulationFitted ? insulation.AgeMs : SignalValue.NotAvailable;
            if (value >= from[FaultId.InsulationMonitorLost])
            {
                Judge(FaultId.InsulationMonitorLost, value, m);
            }

            value = insulation.Failures;
            if (value >= from[FaultId.InsulationMonitorFailed])
            {
                Judge(FaultId.InsulationMonitorFailed, value, m);
            }
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
    }
}
