using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;

namespace Bms.Core.Measurement
{
    /// <summary>Which identifiers the firmware wants to hear, as acceptance filters for a CAN controller: derived from the profiles in the parameter block.</summary>
    /// <remarks>
    /// A filter keeps foreign traffic of a vehicle's bus away from an interpreted loop; it is no check. So the ranges are wide: every identifier of the catalogue's receivers, in blocks
    /// of 128 and more. Whatever the firmware learns to receive beyond them must be added here; a test drives every profile through the filters.
    /// </remarks>
    public static class BusFilters
    {
        /// <summary>Most filters that any profile needs.</summary>
        public const int MaxCount = 6;

        private const uint AllStandard = 0x7FF;

        /// <summary>Fills the filters.</summary>
        /// <param name="parameters">A valid block.</param>
        /// <param name="ids">Identifiers, <see cref="MaxCount"/> places.</param>
        /// <param name="masks">Bits that must agree.</param>
        /// <param name="isExtended">True for 29-bit identifiers.</param>
        /// <returns>Number of filters; 0: everything is wanted.</returns>
        public static int Fill(ParameterBlock parameters, uint[] ids, uint[] masks, bool[] isExtended)
        {
            // A monitor on the bus has identifiers of its own maker's choice.
            if (InsulationProfile.IsOnBus(parameters.Get(ParameterId.InsulationProfile)))
            {
                return 0;
            }

            // Host, tester and reference sensor lie within 64 identifiers; the controllers of chargers and inverters beside the controller's own frames.
            uint host = (uint)parameters.Get(ParameterId.HostBaseId);
            int count = Add(ids, masks, isExtended, 0, host, 0x780, false);
            if (((host + 0x3F) & 0x780) != (host & 0x780))
            {
                count = Add(ids, masks, isExtended, count, host + 0x3F, 0x780, false);
            }

            count = Add(ids, masks, isExtended, count, 0x300, 0x700, false);
            count = AddModules(parameters.Get(ParameterId.ModuleProfile), ids, masks, isExtended, count);
            if (count == 0)
            {
                return 0;
            }

            switch (parameters.Get(ParameterId.SensorProfile))
            {
                case SensorProfile.Reference:
                    return count;
                case SensorProfile.IvtS:
                    return Add(ids, masks, isExtended, count, 0x520, 0x7F8, false);
                case SensorProfile.LemCab:
                    return Add(ids, masks, isExtended, count, Messages.LemCab.Current.Id, AllStandard, false);
                case SensorProfile.VictronLynx:
                    return Add(ids, masks, isExtended, count, Messages.VictronLynx.BatteryStatus.Id, 0x03FFFF00, true);
                default:
                    return 0;
            }
        }

        /// <summary>Adds the filters of what cell modules send.</summary>
        /// <param name="profile">One of <see cref="ModuleProfile"/>.</param>
        /// <param name="ids">Identifiers, with two places from <paramref name="count"/> on.</param>
        /// <param name="masks">Bits that must agree.</param>
        /// <param name="isExtended">True for 29-bit identifiers.</param>
        /// <param name="count">Filters that are there.</param>
        /// <returns>Number of filters with them; 0: the profile is not known, and everything is wanted.</returns>
        public static int AddModules(int profile, uint[] ids, uint[] masks, bool[] isExtended, int count)
        {
            switch (profile)
            {
                case ModuleProfile.Reference:
                    return Add(ids, masks, isExtended, count, Messages.ModuleVoltagesA.BaseId, 0x780, false);
                case ModuleProfile.BmwI3:
                    return Add(ids, masks, isExtended, count, 0x100, 0x780, false);
                case ModuleProfile.VwMqb:
                case ModuleProfile.VwMeb:
                    count = Add(ids, masks, isExtended, count, 0x180, 0x780, false);
                    return Add(ids, masks, isExtended, count, 0x1A555400, 0x1FFFFE00, true);
                case ModuleProfile.OutlanderPhev:
                    return Add(ids, masks, isExtended, count, 0x600, 0x600, false);
                default:
                    return 0;
            }
        }

        private static int Add(uint[] ids, uint[] masks, bool[] isExtended, int at, uint id, uint mask, bool extended)
        {
            ids[at] = id & mask;
            masks[at] = mask;
            isExtended[at] = extended;
            return at + 1;
        }
    }
}
