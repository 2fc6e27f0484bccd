using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Configuration
{
    /// <summary>Changes a block to modules or a sensor of another kind: the choice itself, and every time that follows from their periods.</summary>
    /// <remarks>
    /// A value is too old after 2.5 periods, the contactors open after 4. So a slower module means a slower protection: times of reaction that the project
    /// promises for reference modules grow with the period.
    /// </remarks>
    public static class ProfilePresets
    {
        /// <summary>Identifier of the host's command beside i3 modules, which answer where host and reference sensor would be.</summary>
        public const int QuietHostBaseId = 0x010;

        /// <summary>Makes the modules of a block those of a kind, in their usual form.</summary>
        /// <param name="p">Block with its cell count set.</param>
        /// <param name="profile">One of <see cref="ModuleProfile"/>.</param>
        /// <param name="cellsPerModule">Cells of a full module; 0 for the usual ones of the kind.</param>
        public static void UseModules(ParameterBlock p, int profile, int cellsPerModule)
        {
            p.Set(ParameterId.ModuleProfile, profile);
            p.Set(ParameterId.CellsPerModule, cellsPerModule);
            p.Set(ParameterId.HostBaseId, profile == ModuleProfile.BmwI3 ? QuietHostBaseId : (int)HostCommand.Id);
            p.Set(ParameterId.ModuleCounterChecked, profile == ModuleProfile.BmwI3 ? 1 : 0);
            int sensors = ModuleProfile.UsualTemperatures(profile);
            p.Set(ParameterId.TemperaturesPerModule, sensors);

            int periodMs = ModuleProfile.PeriodMs(profile, ModuleProfile.ModuleCountOf(p));
            p.SetFault(FaultId.ModuleLost, periodMs * 21 / 10, periodMs * 5 / 2, periodMs * 4, 0, 0, 1000);
            p.SetFault(FaultId.TemperatureDataInvalid, 0, sensors < 2 ? 0 : sensors - 2, sensors - 1, 0, 1000, 1000);

            // Without a check of its own a wrong frame must not trip alone: the debounce outlasts a period.
            AtLeast(p, FaultId.CellOverVoltage, periodMs * 3 / 2);
            AtLeast(p, FaultId.CellUnderVoltage, periodMs * 3 / 2);
            AtLeast(p, FaultId.OverTemperature, periodMs * 3 / 2);
            AtLeast(p, FaultId.UnderTemperature, periodMs * 3 / 2);
            AtLeast(p, FaultId.ModuleDataInvalid, periodMs * 3 / 2);
            if (!ModuleProfile.HasCrc(profile))
            {
                AtLeast(p, FaultId.CellVoltageImplausible, periodMs * 3 / 2);
            }

            // Slow starters: the rounds without a measurement, then the first full round.
            int graceMs = 1000 + periodMs * 5;
            p.Set(ParameterId.StartupGraceMs, profile == ModuleProfile.Reference ? 1000 : graceMs);
        }

        /// <summary>Makes the current sensor of a block one of a kind.</summary>
        /// <param name="p">Block.</param>
        /// <param name="profile">One of <see cref="SensorProfile"/>.</param>
        public static void UseSensor(ParameterBlock p, int profile)
        {
            p.Set(ParameterId.SensorProfile, profile);
            int periodMs = SensorProfile.PeriodMs(profile);
            if (periodMs <= 20)
            {
                // Current every 10 or 20 ms: silent for 200 ms is a trip [S: foxBMS 2].
                p.SetFault(FaultId.CurrentSensorLost, 50, 100, 200, 0, 0, 1000);
            }
            else
            {
                p.SetFault(FaultId.CurrentSensorLost, periodMs * 21 / 10, periodMs * 5 / 2, periodMs * 4, 0, 0, 1000);
            }

            if (profile != SensorProfile.Reference)
            {
                AtLeast(p, FaultId.OverCurrentCharge, periodMs * 3 / 2);
                AtLeast(p, FaultId.OverCurrentDischarge, periodMs * 3 / 2);
                AtLeast(p, FaultId.ShortCircuit, periodMs * 3 / 2);

                // After an opening the last current stands until the next frame.
                AtLeast(p, FaultId.CurrentImplausible, periodMs * 3 / 2);
            }
        }

        private static void AtLeast(ParameterBlock p, int fault, int debounceMs)
        {
            int parameter = ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs);
            if (p.Get(parameter) < debounceMs)
            {
                p.Set(parameter, debounceMs);
            }
        }

        /// <summary>The reference, and the defaults of what the sources dispute.</summary>
        /// <param name="p">Block.</param>
        internal static void Common(ParameterBlock p)
        {
            p.Set(ParameterId.ModuleProfile, ModuleProfile.Reference);
            p.Set(ParameterId.SensorProfile, SensorProfile.Reference);
            p.Set(ParameterId.HostBaseId, (int)HostCommand.Id);

            // Bytes and offset of the code that drives these modules in the field [C].
            p.Set(ParameterId.VwTemperatureLayout, 1);
            p.Set(ParameterId.VwTemperatureOffsetDeciC, -430);
            p.Set(ParameterId.VwBalanceMin, 16);
            p.Set(ParameterId.OutlanderMicroDegCPerBit, 3800);
            p.Set(ParameterId.OutlanderOffsetDeciC, -520);
        }
    }
}
