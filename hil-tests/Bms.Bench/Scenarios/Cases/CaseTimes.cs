using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Protection;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>How much later the controller can know of something because its modules or its sensor are slower than the reference.</summary>
    public static class CaseTimes
    {
        private const int ReferenceModuleMs = 100;
        private const int ReferenceSensorMs = 10;
        private const int ReferenceDebounceMs = 50;

        // 29 bits of identifier and 8 bytes, with every stuff bit there can be, at 500 kbit/s.
        private const double LongestFrameMs = 0.32;

        /// <summary>Time to add to a limit that holds for reference modules and sensor.</summary>
        /// <param name="fault">Row of the fault table; -1 for none.</param>
        /// <param name="parameters">Parameter block of the controller.</param>
        public static double ExtraMs(int fault, ParameterBlock parameters)
        {
            int moduleMs = ModuleProfile.PeriodMs(parameters.Get(ParameterId.ModuleProfile), ModuleProfile.ModuleCountOf(parameters)) - ReferenceModuleMs;
            int sensorMs = SensorProfile.PeriodMs(parameters.Get(ParameterId.SensorProfile)) - ReferenceSensorMs;
            switch (fault)
            {
                case FaultId.ModuleLost:

                    // Four periods to its trip, and one more where what counts is the first frame that is wrong and not the last that was good.
                    return 5.0 * Math.Max(0, moduleMs);
                case FaultId.CellOverVoltage:
                case FaultId.CellUnderVoltage:
                case FaultId.CellVoltageImplausible:
                case FaultId.DeepDischarge:
                case FaultId.CellVoltageSpread:
                    return LaterValueMs(fault, isVoltage: true, parameters) + ConfirmationMs(parameters);
                case FaultId.ModuleDataInvalid:
                    return LaterValueMs(fault, isVoltage: true, parameters);
                case FaultId.OverTemperature:
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.TemperatureDataInvalid:
                    return LaterValueMs(fault, isVoltage: false, parameters);
                case FaultId.CurrentSensorLost:
                    return sensorMs > 20 ? 5.0 * sensorMs : sensorMs;
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:

                    // A slow sensor has a longer debounce, too: one frame alone opens nothing. And a current that jumps counts from the second frame on, where no CRC protects the first.
                    int sensor = parameters.Get(ParameterId.SensorProfile);
                    return Math.Max(0, sensorMs) + Math.Max(0, parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs)) - ReferenceDebounceMs)
                        + (sensor == SensorProfile.Reference ? 0 : SensorProfile.PeriodMs(sensor));
                default:
                    return 0;
            }
        }

        // Where no CRC protects a voltage, one that jumps counts from the next round on; a ramp needs no confirmation.
        private static double ConfirmationMs(ParameterBlock parameters)
        {
            int profile = parameters.Get(ParameterId.ModuleProfile);
            return ModuleProfile.HasCrc(profile) ? 0 : ModuleProfile.PeriodMs(profile, ModuleProfile.ModuleCountOf(parameters));
        }

        // Worst case of a polled module: the event comes just after its measurement (one period to the next; VW 500 ms, i3 50 ms for each module of the pack), the next request
        // arrives one cycle later than the last did, and the frame that matters is the last of all answers. Then the debounce, rounded up to the row's looks, which are 10, 40 or 80 ms apart.
        // A whole cycle for the end of the frame and one look are the reference's, too, and so part of its limit. Ages play no part: a value counts up to 2.5 periods.
        // With 96 cells: VW MQB 400 + 10 + 21 + 550 = 981 ms over the reference's 350 for a voltage, and 400 + 10 + 21 for a temperature, whose debounce of 1 s outlasts 1.5 periods.
        private static double LaterValueMs(int fault, bool isVoltage, ParameterBlock parameters)
        {
            int profile = parameters.Get(ParameterId.ModuleProfile);
            if (!ModuleProfile.IsPolled(profile))
            {
                return 0;
            }

            // A frame of the i3 with a cell that bleeds is no news, and bleeding rests in every other round only.
            int modules = ModuleProfile.ModuleCountOf(parameters);
            int measuredMs = ModuleProfile.PeriodMs(profile, modules) * (isVoltage && profile == ModuleProfile.BmwI3 ? 2 : 1);

            // One poll asks all VW modules, a request one of the i3's; behind the voltages of each come its temperatures. Other senders have at most half of the bus.
            int answers = (ModuleProfile.VoltageFramesOf(parameters) + 1) * (profile == ModuleProfile.BmwI3 ? 1 : modules);
            double answersMs = 2 * LongestFrameMs * answers;
            ParameterBlock reference = Presets.Of(parameters.Get(ParameterId.Chemistry), parameters.Get(ParameterId.CellCount), parameters.Get(ParameterId.CapacityMah));
            return measuredMs - ReferenceModuleMs + parameters.Get(ParameterId.CyclePeriodMs) + answersMs + DebouncedMs(fault, parameters) - DebouncedMs(fault, reference);
        }

        private static int DebouncedMs(int fault, ParameterBlock parameters)
        {
            int lookMs = parameters.Get(ParameterId.CyclePeriodMs) * FaultTable.LookCyclesOf(fault);
            return (parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs)) + lookMs - 1) / lookMs * lookMs;
        }
    }
}
