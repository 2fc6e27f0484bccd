using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Bench
{
    /// <summary>Longest time from an event to the command that opens the contactors, row by row, worked out from periods, schedule and debounce: what the tests measure must lie below.</summary>
    /// <remarks>
    /// For the reference modules and sensor. The event comes just after its sender has sampled; the frame waits for the bus; the cycle has just begun when it ends; the row has just had its look;
    /// the debounce ends at the first look after its time. What the sensor itself lags behind (seconds for a temperature) is not in it, and neither is the contactor.
    /// </remarks>
    public static class ReactionTimes
    {
        // From sampling to the first frame of a module, and until the last of its frames has ended behind those of all others.
        private const int ModuleTransferMs = 12;

        // One frame behind one other.
        private const int FrameTransferMs = 1;

        // The ages of the modules are looked at in four parts, one in each cycle.
        private const int AgeParts = 4;

        private const int DetectorMs = 1000;
        private const int ClimateMs = 1000;
        private const int NoTrip = -1;

        /// <summary>Worst case of a row.</summary>
        /// <param name="p">Parameter block.</param>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        /// <returns>Time in ms, or -1 where the row does not trip or depends on what control does first.</returns>
        public static int WorstCaseMs(ParameterBlock p, int fault)
        {
            int threshold = p.Get(ParameterId.OfFault(fault, ParameterId.ColumnTrip));
            if (threshold == ParameterId.Never)
            {
                return NoTrip;
            }

            int cycleMs = p.Get(ParameterId.CyclePeriodMs);
            int lookMs = cycleMs * FaultTable.LookCyclesOf(fault);
            int seenMs = SeenAfterMs(p, fault, threshold, cycleMs);
            int debounceMs = p.Get(ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs));
            int debounced = (debounceMs + lookMs - 1) / lookMs * lookMs;
            return seenMs < 0 ? NoTrip : seenMs + cycleMs + (lookMs - cycleMs) + debounced;
        }

        // From the event to the first cycle whose measurement has it.
        private static int SeenAfterMs(ParameterBlock p, int fault, int threshold, int cycleMs)
        {
            switch (fault)
            {
                case FaultId.CellOverVoltage:
                case FaultId.CellUnderVoltage:
                case FaultId.DeepDischarge:
                case FaultId.CellVoltageImplausible:
                case FaultId.OverTemperature:
                case FaultId.UnderTemperature:
                case FaultId.ModuleDataInvalid:
                case FaultId.TemperatureDataInvalid:
                    return ModuleProfile.PeriodMs(ModuleProfile.Reference, ModuleProfile.ModuleCountOf(p)) + ModuleTransferMs;
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:
                case FaultId.ShortCircuit:
                case FaultId.ChargeLimitIgnored:
                case FaultId.CurrentImplausible:
                    return SensorCurrent.PeriodMs + FrameTransferMs;
                case FaultId.PackOverVoltage:
                case FaultId.PackUnderVoltage:
                    return SensorVoltages.PeriodMs + FrameTransferMs;
                case FaultId.ModuleLost:
                    // Its age begins with its last frame, so with the event at the latest; beyond the threshold is one cycle more.
                    return threshold + cycleMs * AgeParts;
                case FaultId.CurrentSensorLost:
                case FaultId.HostLost:
                    return threshold + cycleMs;
                case FaultId.ModuleFrozen:
                    // The current changes between two looks; each look adds a second.
                    return (threshold / DetectorMs + 2) * DetectorMs;
                case FaultId.ThermalRunaway:
                    return DetectorMs + ModuleProfile.PeriodMs(ModuleProfile.Reference, 1) + ModuleTransferMs;
                case FaultId.InsulationLow:
                    return Bms.Core.Messages.BenderIso165c.Info.PeriodMs + FrameTransferMs;
                case FaultId.PackPressure:
                    return ClimateMs;
                case FaultId.ContactorFeedback:
                    // Closed contactors are compared in every other cycle.
                    return threshold + 2 * cycleMs;
                case FaultId.Interlock:
                case FaultId.CrashSignal:
                case FaultId.Memory:
                case FaultId.Configuration:
                    return 0;
                case FaultId.CycleLate:
                    return threshold;
                default:
                    return NoTrip;
            }
        }
    }
}
