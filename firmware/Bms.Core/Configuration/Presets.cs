using Bms.Core.Measurement.Profiles;
using Bms.Core.Protection;

namespace Bms.Core.Configuration
{
    /// <summary>A good parameter block for each chemistry, for a pack of any size. The source of every number stands beside it.</summary>
    /// <remarks>
    /// Marks: [S] read in the named source, [D] derived from such a number, [R] general engineering knowledge: check it against the data sheet of your cell before you rely on it.
    /// A preset is a start: the data sheet of the cell wins.
    /// </remarks>
    public static class Presets
    {
        // Coldest climate that the pack is made for less 5 K, and 5 K above what cells may be stored at [R: -40 degC]: below the corner of the map no current is allowed, which needs no open contactors.
        private const int ColdTripDeciC = -350;

        // 5,000 A: with its trip 30 % higher still inside what the current sensor's frame can say.
        private const int MaxCurrentMa = 5000000;

        /// <summary>NMC on graphite; figures of the LG 18650HG2 data sheet where named.</summary>
        /// <param name="cellCount">Cells in series, 1..192.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public static ParameterBlock Nmc(int cellCount, int capacityMah)
        {
            ParameterBlock p = Common(Chemistry.Nmc, cellCount, capacityMah);

            // Full 4.20 V, cut-off 2.5 V [S: LG 18650HG2 data sheet]; trip 4.25 V / warning above the tolerance of a 4.20 V charger [S: Libre Solar NMC preset 4.25 V; D].
            Voltages(p, 4220, 4235, 4250, 2900, 2700, 2500, 20);
            Tapers(p, 4120, 4200, 3200, 2800);

            // Continuous 1.33C charge, 20 A (6.7C) discharge [S: LG 18650HG2 data sheet: 4 A, 20 A of 3 Ah]; discharge kept at 3C for pack wiring and heat [D].
            Currents(p, capacityMah, 1330, 3000);

            // Charge 0..50 degC, discharge -20..75 degC surface [S: LG 18650HG2 data sheet]; pack limits 60 degC and 55 degC inside them [R].
            Temperatures(p, -250, 550, 580, 600);
            ChargeMap(p, 0, 150, 420, 500);
            DischargeMap(p, -250, 0, 480, 580);
            return p;
        }

        /// <summary>NCA on graphite; figures of the Panasonic NCR18650PF data sheet where named.</summary>
        /// <param name="cellCount">Cells in series, 1..192.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public static ParameterBlock Nca(int cellCount, int capacityMah)
        {
            ParameterBlock p = Common(Chemistry.Nca, cellCount, capacityMah);

            // Full 4.20 V, cut-off 2.5 V [S: Panasonic NCR18650PF data sheet]; margins as for NMC [D].
            Voltages(p, 4220, 4235, 4250, 2900, 2700, 2500, 20);
            Tapers(p, 4120, 4200, 3200, 2800);

            // 0.5C charge, 10 A (3.4C) discharge [S: Panasonic NCR18650PF data sheet: 1375 mA, 10 A].
            Currents(p, capacityMah, 500, 3000);

            // Charge 0..45 degC, discharge -20..60 degC [S: Panasonic NCR18650PF data sheet: charge 10..45 at full current, 0..10 reduced].
            Temperatures(p, -200, 550, 580, 600);
            ChargeMap(p, 0, 100, 400, 450);
            DischargeMap(p, -200, 0, 480, 580);
            return p;
        }

        /// <summary>LFP on graphite; figures of the A123 ANR26650M1 data sheet where named.</summary>
        /// <param name="cellCount">Cells in series, 1..192.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public static ParameterBlock Lfp(int cellCount, int capacityMah)
        {
            ParameterBlock p = Common(Chemistry.Lfp, cellCount, capacityMah);

            // Full 3.60 V, cut-off 2.0 V [S: A123 ANR26650M1 data sheet]; trip 3.80 V and 2.0 V [S: Libre Solar LFP preset 3.80 V; data sheet].
            Voltages(p, 3680, 3740, 3800, 2500, 2250, 2000, 30);
            Tapers(p, 3500, 3600, 2900, 2400);

            // Above the plateau only, where a difference in voltage is one in charge [S: published 48 V products start at 3.45 V; D].
            p.Set(ParameterId.BalanceMinCellMv, 3400);

            // A boost above the continuous current from 25 degC on only [S: Alpha APL48-50LFP manual].
            p.Set(ParameterId.RegenPulseAboveDeciC, 250);

            // 10 A (4C) fast charge [S: A123 ANR26650M1 data sheet], kept at 1C, and 70 A discharge, kept at 3C for pack wiring and heat [D].
            Currents(p, capacityMah, 1000, 3000);

            // -30..55 degC [S: A123 ANR26650M1 data sheet]; no charge below 0 degC against plating on graphite [R].
            Temperatures(p, -300, 550, 580, 600);
            ChargeMap(p, 0, 100, 450, 550);
            DischargeMap(p, -300, -50, 480, 580);
            return p;
        }

        /// <summary>LTO; figures as published for Toshiba SCiB cells where named.</summary>
        /// <param name="cellCount">Cells in series, 1..192.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public static ParameterBlock Lto(int cellCount, int capacityMah)
        {
            ParameterBlock p = Common(Chemistry.Lto, cellCount, capacityMah);

            // Full 2.70 V, cut-off 1.5 V [R: Toshiba SCiB 20 Ah data sheet]; trip 2.85 V [S: Libre Solar LTO preset].
            Voltages(p, 2760, 2800, 2850, 1900, 1700, 1500, 20);
            Tapers(p, 2600, 2700, 2050, 1800);

            // 3C both ways [R: Toshiba SCiB 20 Ah data sheet allows more].
            Currents(p, capacityMah, 3000, 3000);

            // -30..55 degC both ways, the titanate anode does not plate [R: Toshiba SCiB 20 Ah data sheet].
            Temperatures(p, -300, 550, 580, 600);
            ChargeMap(p, -300, 0, 450, 550);
            DischargeMap(p, -300, -100, 480, 580);
            p.Set(ParameterId.HeaterOnBelowDeciC, -250);
            p.Set(ParameterId.HeaterOffAboveDeciC, -150);
            return p;
        }

        /// <summary>Sodium-ion, layered oxide on hard carbon.</summary>
        /// <param name="cellCount">Cells in series, 1..192.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public static ParameterBlock NaIon(int cellCount, int capacityMah)
        {
            ParameterBlock p = Common(Chemistry.NaIon, cellCount, capacityMah);

            // Full 3.95 V, cut-off 1.5 V [R: published data of commercial layered-oxide cells]; margins as for NMC [D].
            Voltages(p, 3980, 4010, 4050, 2000, 1750, 1500, 30);
            Tapers(p, 3850, 3950, 2300, 1900);

            // 1C charge, 3C discharge [R].
            Currents(p, capacityMah, 1000, 3000);

            // Charge from -10 degC, discharge from -30 degC [R: published data of commercial layered-oxide cells].
            Temperatures(p, -300, 550, 580, 600);
            ChargeMap(p, -100, 50, 420, 500);
            DischargeMap(p, -300, -100, 480, 580);
            p.Set(ParameterId.HeaterOnBelowDeciC, -50);
            p.Set(ParameterId.HeaterOffAboveDeciC, 50);
            return p;
        }

        /// <summary>The preset of a chemistry, or null for an unknown one.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        /// <param name="cellCount">Cells in series, 1..192.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public static ParameterBlock Of(int chemistry, int cellCount, int capacityMah)
        {
            switch (chemistry)
            {
                case Chemistry.Nmc: return Nmc(cellCount, capacityMah);
                case Chemistry.Nca: return Nca(cellCount, capacityMah);
                case Chemistry.Lfp: return Lfp(cellCount, capacityMah);
                case Chemistry.Lto: return Lto(cellCount, capacityMah);
                case Chemistry.NaIon: return NaIon(cellCount, capacityMah);
                default: return null;
            }
        }

        private static ParameterBlock Common(int chemistry, int cellCount, int capacityMah)
        {
            ParameterBlock p = new ParameterBlock();
            p.Set(ParameterId.Chemistry, chemistry);
            p.Set(ParameterId.CellCount, cellCount);
            p.Set(ParameterId.TemperaturesPerModule, 4);
            ProfilePresets.Common(p);
            p.Set(ParameterId.CapacityMah, capacityMah);
            ControlPresets.Common(p);
            p.Set(ParameterId.CyclePeriodMs, 10);

            // 1,200 frames/s at 10 ms, 600 at 20 ms: more than twice, and somewhat more than, what 96 cells, sensor and host send [D].
            p.Set(ParameterId.MaxFramesPerCycle, 12);
            p.Set(ParameterId.StartupGraceMs, 1000);
            p.Set(ParameterId.InterlockFitted, 1);
            p.Set(ParameterId.ContactorFeedbackFitted, 1);

            // 2 s [S: foxBMS 2 default]; the link within 3 % and little current left: an inrush that contactors take [R].
            p.Set(ParameterId.PrechargeTimeoutMs, 2000);
            p.Set(ParameterId.PrechargeDonePermille, 970);
            p.Set(ParameterId.PrechargeDoneCurrentMa, 1000);
            p.Set(ParameterId.OpeningCurrentMa, 1000);
            p.Set(ParameterId.OpeningTimeoutMs, 1000);

            // 10 %/s upwards, at once downwards: no chatter between pack and inverter [S: Battery-Emulator uses the same slope].
            p.Set(ParameterId.LimitRisePermillePerS, 100);
            p.Set(ParameterId.ColdChargeHysteresisDeciC, 20);
            p.Set(ParameterId.HeaterOnBelowDeciC, 50);
            p.Set(ParameterId.HeaterOffAboveDeciC, 100);
            p.Set(ParameterId.CoolingOnAboveDeciC, 350);
            p.Set(ParameterId.CoolingOffBelowDeciC, 300);

            // Start at 10 mV, stop at 5 mV [S: Libre Solar, Orion and VESC use 8..15 mV], off above 50 degC, below the 60 degC from which VESC derates [S].
            p.Set(ParameterId.BalanceStartDeltaMv, 10);
            p.Set(ParameterId.BalanceStopDeltaMv, 5);
            p.Set(ParameterId.BalanceMaxCurrentMa, capacityMah / 10);
            p.Set(ParameterId.BalanceMaxDeciC, 500);

            p.Set(ParameterId.SocCorrectionTauS, 1800);
            p.Set(ParameterId.RestCurrentMa, capacityMah / 50);

            // Reference module: 100 ms. A module that misses two frames is known within 300 ms, and the contactors open within 500 ms [S: project targets].
            p.SetFault(FaultId.ModuleLost, 210, 250, 400, 0, 0, 1000);

            // One cell without a voltage: no current may be allowed, as no one sees that cell; a single bad frame does not trip.
            p.SetFault(FaultId.ModuleDataInvalid, 0, 0, 0, 0, 300, 1000);

            // One sensor of a module missing: warning; a module with one left: limit; with none left: trip.
            p.SetFault(FaultId.TemperatureDataInvalid, 0, 2, 3, 0, 1000, 1000);

            // Current every 10 ms: silent for 200 ms is a trip [S: foxBMS 2].
            p.SetFault(FaultId.CurrentSensorLost, 50, 100, 200, 0, 0, 1000);
            p.SetFault(FaultId.VoltageSensorLost, 100, 300, ParameterId.Never, 0, 0, 1000);

            // Host every 100 ms: derate at 300 ms, open at 1 s [S: HIL catalogue G01].
            p.SetFault(FaultId.HostLost, 210, 300, 1000, 0, 0, 500);
            p.SetFault(FaultId.PrechargeFailed, ParameterId.Never, ParameterId.Never, 0, 0, 0, 1000);

            // Contactors move within 50 ms in the worst case [S: public fault-time study of foxBMS 2]; twice that is a fault.
            p.SetFault(FaultId.ContactorFeedback, ParameterId.Never, ParameterId.Never, 100, 0, 0, 1000);
            p.SetFault(FaultId.Interlock, ParameterId.Never, ParameterId.Never, 0, 0, 50, 1000);

            // 3 V for a string [S: foxBMS 2]; scaled by the number of cells above 96.
            int plausibleMv = 3000 + (cellCount > 96 ? (cellCount - 96) * 30 : 0);
            p.SetFault(FaultId.PackVoltageImplausible, plausibleMv, plausibleMv * 2, ParameterId.Never, plausibleMv / 3, 1000, 1000);
            p.SetFault(FaultId.Configuration, ParameterId.Never, ParameterId.Never, 0, 0, 0, 1000);
            // Tiers of the detector: watch, pre-alarm, alarm. Its times are its own; a tier is over only after a minute without signs.
            p.SetFault(FaultId.ThermalRunaway, 0, 1, 2, 0, 0, 60000);
            p.SetFault(FaultId.ReceiveOverflow, 0, ParameterId.Never, ParameterId.Never, 0, 0, 10000);
            ProtectionPresets.Common(p, cellCount, capacityMah);
            return p;
        }

        // Debounce 200 ms, so that over- and under-voltage open within 350 ms of the event with modules that measure every 100 ms [S: project targets].
        private static void Voltages(ParameterBlock p, int highWarning, int highLimit, int highTrip, int lowWarning, int lowLimit, int lowTrip, int hysteresisMv)
        {
            p.SetFault(FaultId.CellOverVoltage, highWarning, highLimit, highTrip, hysteresisMv, 200, 1000);
            p.SetFault(FaultId.CellUnderVoltage, lowWarning, lowLimit, lowTrip, hysteresisMv * 2, 200, 1000);
            ProtectionPresets.Voltages(p);
        }

        private static void Tapers(ParameterBlock p, int chargeStartMv, int chargeStopMv, int dischargeStartMv, int dischargeStopMv)
        {
            p.Set(ParameterId.ChargeTaperStartMv, chargeStartMv);
            p.Set(ParameterId.ChargeStopMv, chargeStopMv);
            p.Set(ParameterId.DischargeTaperStartMv, dischargeStartMv);
            p.Set(ParameterId.DischargeStopMv, dischargeStopMv);
            p.Set(ParameterId.BalanceMinCellMv, (dischargeStartMv + chargeStartMv) / 2);
        }

        // Warning 10 %, limit 20 %, trip 30 % above what the cells may take; 50 ms debounce opens within 150 ms [S: project targets; D].
        private static void Currents(ParameterBlock p, int capacityMah, int chargePermilleOfC, int dischargePermilleOfC)
        {
            int charge = AtMost(Scale(capacityMah, chargePermilleOfC), MaxCurrentMa);
            int discharge = AtMost(Scale(capacityMah, dischargePermilleOfC), MaxCurrentMa);
            p.Set(ParameterId.MaxChargeCurrentMa, charge);
            p.Set(ParameterId.MaxDischargeCurrentMa, discharge);
            p.SetFault(FaultId.OverCurrentCharge, charge + charge / 10, charge + charge / 5, charge + charge * 3 / 10, charge / 50, 50, 1000);
            p.SetFault(FaultId.OverCurrentDischarge, discharge + discharge / 10, discharge + discharge / 5, discharge + discharge * 3 / 10, discharge / 50, 50, 1000);

            // More than 5 % of the maximum above the published limit: warning at once, an end to charging after 5 s; a limit ignored in discharge is the host's affair until a cell limit trips [D].
            int ignored = SensorProfile.AboveSensorError(charge / 20);
            p.SetFault(FaultId.ChargeLimitIgnored, ignored, ignored, ignored, SensorProfile.HysteresisAboveSensorError(charge / 50, ignored), 5000, 5000);
            p.SetFault(FaultId.DischargeLimitIgnored, discharge / 20, ParameterId.Never, ParameterId.Never, discharge / 50, 1000, 5000);
            ProtectionPresets.Currents(p, charge > discharge ? charge : discharge);
        }

        // The limit is the corner of the map below which discharging is not allowed; a cold pack that rests, or is heated, is no emergency.
        private static void Temperatures(ParameterBlock p, int coldLimit, int hotWarning, int hotLimit, int hotTrip)
        {
            p.SetFault(FaultId.OverTemperature, hotWarning, hotLimit, hotTrip, 20, 1000, 5000);
            p.SetFault(FaultId.UnderTemperature, coldLimit + 50, coldLimit, ColdTripDeciC, 20, 1000, 5000);
        }

        private static void ChargeMap(ParameterBlock p, int zeroBelow, int fullAbove, int fullBelow, int zeroAbove)
        {
            p.Set(ParameterId.ChargeZeroBelowDeciC, zeroBelow);
            p.Set(ParameterId.ChargeFullAboveDeciC, fullAbove);
            p.Set(ParameterId.ChargeFullBelowDeciC, fullBelow);
            p.Set(ParameterId.ChargeZeroAboveDeciC, zeroAbove);

            // Too cold or too hot to charge is no emergency: it stops charging, and a charger that goes on all the same trips ChargeLimitIgnored.
            p.SetFault(FaultId.UnderTemperatureCharge, zeroBelow + 30, zeroBelow, ParameterId.Never, 20, 500, 1000);
            p.SetFault(FaultId.OverTemperatureCharge, zeroAbove - 30, zeroAbove, ParameterId.Never, 20, 500, 1000);
        }

        private static void DischargeMap(ParameterBlock p, int zeroBelow, int fullAbove, int fullBelow, int zeroAbove)
        {
            p.Set(ParameterId.DischargeZeroBelowDeciC, zeroBelow);
            p.Set(ParameterId.DischargeFullAboveDeciC, fullAbove);
            p.Set(ParameterId.DischargeFullBelowDeciC, fullBelow);
            p.Set(ParameterId.DischargeZeroAboveDeciC, zeroAbove);
        }

        private static int AtMost(int value, int limit)
        {
            return value < limit ? value : limit;
        }

        // capacity * permille / 1000 without overflow up to 2,000 Ah.
        private static int Scale(int capacityMah, int permille)
        {
            return capacityMah / 1000 * permille + capacityMah % 1000 * permille / 1000;
        }
    }
}
