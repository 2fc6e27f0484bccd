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

        /// <summary>Time to add to a limit that holds for reference modules and sensor.</summary>
        /// <param name="fault">Row of the fault table; -1 for none.</param>
        /// <param name="parameters">Parameter block of the controller.</param>
        public static double ExtraMs(int fault, ParameterBlock parameters)
        {
            int moduleMs = ModuleProfile.PeriodMs(parameters.Get(ParameterId.ModuleProfile), ModuleProtocol.ModuleCountOf(parameters)) - ReferenceModuleMs;
            int sensorMs = SensorProfile.PeriodMs(parameters.Get(ParameterId.SensorProfile)) - ReferenceSensorMs;
            switch (fault)
            {
                case FaultId.ModuleLost:
                    return 5.0 * Math.Max(0, moduleMs);
                case FaultId.CellOverVoltage:
                case FaultId.CellUnderVoltage:
                case FaultId.OverTemperature:
                case FaultId.OverTemperatureCharge:
                case FaultId.UnderTemperature:
                case FaultId.UnderTemperatureCharge:
                case FaultId.ModuleDataInvalid:
                case FaultId.TemperatureDataInvalid:

                    // A polled module answers after the second frame of the poll, all of them in turn on the bus: a quarter of its period more.
                    return 1.25 * Math.Max(0, moduleMs);
                case FaultId.CurrentSensorLost:
                    return sensorMs > 20 ? 5.0 * sensorMs : sensorMs;
                case FaultId.OverCurrentCharge:
                case FaultId.OverCurrentDischarge:

                    // A slow sensor has a longer debounce, too: one frame alone opens nothing.
                    return Math.Max(0, sensorMs) + Math.Max(0, parameters.Get(ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs)) - ReferenceDebounceMs);
                default:
                    return 0;
            }
        }
    }
}
