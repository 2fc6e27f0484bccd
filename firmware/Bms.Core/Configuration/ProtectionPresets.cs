using Bms.Core.Measurement.Profiles;
using Bms.Core.Protection;

namespace Bms.Core.Configuration
{
    /// <summary>The rows of the fault table that follow from others or hold for every chemistry. The source of every number stands beside it; marks as in <see cref="Presets"/>.</summary>
    internal static class ProtectionPresets
    {
        private const int Never = ParameterId.Never;

        // A row beyond this could not be said in a parameter block; the current sensor's frame ends at 8,388 A.
        private const int MaxCurrentMa = 8000000;

        /// <summary>Rows that do not depend on the chemistry.</summary>
        public static void Common(ParameterBlock p, int cellCount, int capacityMah)
        {
            // 20 % over the highest current for 10 s: what fuses and contactors of that size take [R].
            p.Set(ParameterId.OverloadTimeMs, 10000);
            p.SetFault(FaultId.OverloadCharge, 500, 800, 1000, 200, 0, 1000);
            p.SetFault(FaultId.OverloadDischarge, 500, 800, 1000, 200, 0, 1000);

            // A sensor that counts C/20 with all contactors open is wrong, or a contactor is [D]; the link has gone 0.5 s after they opened.
            int stray = SensorProfile.AboveSensorError(capacityMah / 20);
            p.SetFault(FaultId.CurrentImplausible, stray, stray, stray > capacityMah / 10 ? stray : capacityMah / 10, SensorProfile.HysteresisAboveSensorError(capacityMah / 50, stray), 500, 2000);

            // 10 K warning, 15 K alarm [S/R: standards sheet 1.6]; 5 s, so that a single measurement of another age is none.
            p.SetFault(FaultId.TemperatureSpread, 100, 150, Never, 20, 5000, 10000);
            p.SetFault(FaultId.CellVoltageImplausible, 0, 0, 0, 0, 300, 1000);

            // No sensor on a cell follows a jump of 20 K in a second: its time constant is seconds [S: 8..15 s behind the core].
            p.SetFault(FaultId.TemperatureImplausible, 200, 300, Never, 0, 0, 10000);

            // Looked at once a second: two and three looks without a change while the current changed by a tenth of C [D].
            p.SetFault(FaultId.ModuleFrozen, 1500, 2500, 4500, 0, 0, 1000);

            // Jumps of the cells, up and down in turn, under a current that does not change by one bit [D].
            p.SetFault(FaultId.CurrentFrozen, 1, 2, 4, 0, 0, 1000);

            // Looked at every few seconds: two looks and more in which a cell reads the same to the bit while those beside it have moved by 15 mV [D].
            p.SetFault(FaultId.CellFrozen, 1, 2, 4, 0, 0, 1000);

            // Steps in a row that the cells answered the other way; the fourth comes where a load obeys the limit of the third [D].
            p.SetFault(FaultId.CurrentReversed, 1, 2, 3, 0, 0, 1000);

            // 1 % of the frames of a 96-cell pack is a warning, a fifth of them a limit [S: HIL catalogue G07; D].
            p.SetFault(FaultId.FrameErrors, 5, 100, Never, 0, 0, 5000);
            p.SetFault(FaultId.OpenWire, 0, 0, Never, 0, 0, 3000);
            p.SetFault(FaultId.ModuleFailure, 0, 0, Never, 0, 0, 3000);

            // 500 ohm/V and 100 ohm/V [S: UN R100.03, GB 18384-2025]; charging ends between them [D]. Longer than one frame of a monitor that sends every second without a CRC counts.
            p.SetFault(FaultId.InsulationLow, 500, 250, 100, 50, 1500, 5000);
            p.SetFault(FaultId.InsulationMonitorLost, 3000, 5000, Never, 0, 0, 1000);
            p.SetFault(FaultId.InsulationMonitorFailed, 0, 0, Never, 0, 1000, 1000);

            p.SetFault(FaultId.ContactorWelded, Never, Never, 0, 0, 0, 1000);
            p.SetFault(FaultId.ContactorStuckOpen, Never, Never, 0, 0, 0, 1000);
            p.SetFault(FaultId.PrechargeTooFast, Never, Never, 0, 0, 0, 1000);
            p.SetFault(FaultId.PrechargeOverload, 800, 1000, Never, 200, 0, 1000);
            p.SetFault(FaultId.ContactorWorn, 800, Never, Never, 0, 0, 1000);

            // Open within 100 ms [S: HIL catalogue F12]; two cycles against a spike on the wire.
            p.SetFault(FaultId.CrashSignal, Never, Never, 0, 0, 20, 1000);
            p.SetFault(FaultId.Memory, 0, 1, 2, 0, 0, 1000);

            // Beyond a step of the device's clock a cycle is lost; after 200 ms the watchdog ought to have cut the supply [D].
            p.SetFault(FaultId.CycleLate, 10, 50, 200, 0, 0, 5000);
            p.SetFault(FaultId.WatchdogReset, 0, Never, Never, 0, 0, 60000);
            p.SetFault(FaultId.BusOff, 0, 0, Never, 0, 0, 1000);

            // Weather and altitude stay below 100 Pa in the seconds that count; a venting cell gives kilopascals [D].
            p.SetFault(FaultId.PackPressure, 300, 1000, Never, 100, 0, 10000);

            // Dew point within 2 K of the coldest cell [R].
            p.SetFault(FaultId.Condensation, -20, Never, Never, 10, 10000, 60000);
            p.SetFault(FaultId.EnvironmentSensorLost, 3000, Never, Never, 0, 0, 1000);

            // Tiers of the look at a parked pack; the host ends them.
            p.SetFault(FaultId.ParkedAlarm, 0, 1, 2, 0, 0, 1000);
        }

        /// <summary>Rows that follow from the limits of a cell; its two rows stand already.</summary>
        public static void Voltages(ParameterBlock p)
        {
            int cells = p.Get(ParameterId.CellCount);
            int lowTrip = Of(p, FaultId.CellUnderVoltage, ParameterId.ColumnTrip);

            // 0.5 V below the cut-off, long before copper goes into solution on graphite [R]; 2 s, so that a pulse is none.
            p.SetFault(FaultId.DeepDischarge, Never, Never, lowTrip - 500, 50, 2000, 1000);

            // The same limits for the pack, seen by another sensor.
            Pack(p, FaultId.PackOverVoltage, FaultId.CellOverVoltage, cells);
            Pack(p, FaultId.PackUnderVoltage, FaultId.CellUnderVoltage, cells);

            // 300 mV under load, LFP 500 mV, LTO 200 mV [S/R: standards sheet 1.6]; charging ends at twice that [D]. 5 s: no spread of one load step.
            int chemistry = p.Get(ParameterId.Chemistry);
            int spread = chemistry == Chemistry.Lfp ? 500 : chemistry == Chemistry.Lto ? 200 : 300;
            p.SetFault(FaultId.CellVoltageSpread, spread, spread * 2, Never, spread / 5, 5000, 10000);
        }

        /// <summary>Rows that follow from the highest current.</summary>
        public static void Currents(ParameterBlock p, int largestMa)
        {
            // Three times what the pack gives is no load; two samples, so that one that is wrong without a CRC does not open. The warning comes with the first: report within 10 ms [S: HIL catalogue D03].
            int tripMa = largestMa > MaxCurrentMa / 3 ? MaxCurrentMa : largestMa * 3;
            p.SetFault(FaultId.ShortCircuit, tripMa, Never, tripMa, tripMa / 10, 10, 1000);
        }

        private static void Pack(ParameterBlock p, int packRow, int cellRow, int cells)
        {
            p.SetFault(
                packRow,
                Of(p, cellRow, ParameterId.ColumnWarning) * cells,
                Of(p, cellRow, ParameterId.ColumnLimit) * cells,
                Of(p, cellRow, ParameterId.ColumnTrip) * cells,
                Of(p, cellRow, ParameterId.ColumnHysteresis) * cells,
                200,
                1000);
        }

        private static int Of(ParameterBlock p, int fault, int column)
        {
            return p.Get(ParameterId.OfFault(fault, column));
        }
    }
}
