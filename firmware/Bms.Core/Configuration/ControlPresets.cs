namespace Bms.Core.Configuration
{
    /// <summary>What contactors, heater, fan, pump, balancing and sleep need to know, for a pack of any size; marks as in <see cref="Presets"/>.</summary>
    /// <remarks>Figures of your contactors, resistor and heater win: they are hardware, not chemistry.</remarks>
    internal static class ControlPresets
    {
        /// <summary>Sets everything that no chemistry changes.</summary>
        /// <param name="p">Block with its cell count and capacity set.</param>
        internal static void Common(ParameterBlock p)
        {
            int cells = p.Get(ParameterId.CellCount);
            int capacityMah = p.Get(ParameterId.CapacityMah);
            Contactors(p, cells);
            Thermal(p);

            // What a charger may put in for long is what the limit tables say; a pulse may be half as much again where the cells are not cold [D].
            p.Set(ParameterId.RegenPulseMs, 10000);
            p.Set(ParameterId.RegenPulsePermille, 1500);
            p.Set(ParameterId.RegenPulseAboveDeciC, 100);

            // Ten seconds, one of them for measuring: modules hear within 0.5 s that they must pause, and send twice after that [D].
            p.Set(ParameterId.BalanceBleedMs, 9000);
            p.Set(ParameterId.BalanceMeasureMs, 1000);
            p.Set(ParameterId.BalanceDerateDeciC, 400);

            // Under charging current cells also differ by their resistances: twice the difference at rest [D].
            p.Set(ParameterId.BalanceTopDeltaMv, 20);
            p.Set(ParameterId.BalanceTopCurrentMa, capacityMah / 2);
            p.Set(ParameterId.BalanceStartCentiPct, 100);
            p.Set(ParameterId.BalanceStopCentiPct, 30);

            // A look every minute leaves four of the five minutes that GB 38031-2025 gives for the warning [S; D].
            p.Set(ParameterId.SleepAfterS, 600);
            p.Set(ParameterId.SleepPeriodS, 60);
            p.Set(ParameterId.SleepLookMs, 5000);
            p.Set(ParameterId.ParkedRiseDeciC, 30);
            p.Set(ParameterId.ParkedMaxDeciC, 550);
            p.Set(ParameterId.ParkedDropMv, 50);

            // A twentieth of the capacity in an hour, 0.1 A at least: three times the offset that a good estimate has to bear (50 mA for 3 Ah) and room for noise. Published offsets are smaller for the
            // packs that such sensors are made for: shunt 50 mA at 320 A, 250 mA at 1,500 A [S: Actia manual of the IVT-B]; fluxgate none [S: LEM CAB 300 data sheet]; Lynx steps of 0.1 A [A].
            p.Set(ParameterId.CurrentOffsetLimitMa, capacityMah / 20 > 100 ? capacityMah / 20 : 100);
        }

        private static void Contactors(ParameterBlock p, int cells)
        {
            // Three attempts, 3 s between them [S: foxBMS 2 configuration].
            p.Set(ParameterId.PrechargeAttempts, 3);
            p.Set(ParameterId.PrechargePauseMs, 3000);

            // A contactor takes 25..50 ms [R], the sensor up to 20 ms and the cycle 10 ms: what is charged by then did not pass a resistor [D].
            p.Set(ParameterId.PrechargeMinMs, 100);

            // 100 ohm, aluminium-housed, 50 W: takes about ten times its rated power for a second [R]: half a second of a short circuit at 350 V.
            p.Set(ParameterId.PrechargeResistorOhm, 100);
            p.Set(ParameterId.PrechargeEnergyLimitJ, 600);
            p.Set(ParameterId.PrechargeCoolingS, 60);

            // Through 100 ohm into 1 mF a welded contactor shows itself by 50 % of the pack voltage in that time, less 45 ms of contactor and sensor [D].
            p.Set(ParameterId.WeldTestMs, 120);
            p.Set(ParameterId.WeldRisePermille, 100);

            // A link that is discharged within two minutes to 60 V (passive resistor of an inverter [R]) falls by 5 % in 3 s [D].
            p.Set(ParameterId.WeldCheckMs, 5000);
            p.Set(ParameterId.WeldDropPermille, 50);

            // Contactors open within 5..20 ms [R].
            p.Set(ParameterId.OpeningStepMs, 20);
            p.Set(ParameterId.OpeningOrder, 1);

            // 1 % of the pack and at most 3 V [S: foxBMS 2 next-string limit 3 V; D].
            int match = cells * 36;
            p.Set(ParameterId.BusMayBeLive, 0);
            p.Set(ParameterId.BusMatchMv, match < 500 ? 500 : match > 3000 ? 3000 : match);

            // Hold at a fifth to a quarter of the duty [S: SimpBMS 50/255; Battery-Emulator holds by PWM after pull-in].
            p.Set(ParameterId.CoilPullInMs, 150);
            p.Set(ParameterId.CoilHoldPermille, 250);

            // Orders of magnitude of sealed 400 V contactors [R: check your data sheet].
            p.Set(ParameterId.ContactorLifeUnloaded, 100000);
            p.Set(ParameterId.ContactorLifeSmallLoad, 10000);
            p.Set(ParameterId.ContactorLifeFullLoad, 1000);
            p.Set(ParameterId.ContactorLifeOverload, 20);
        }

        private static void Thermal(ParameterBlock p)
        {
            // The pump spreads the heat first (CoolingOnAbove), the fan helps when it does not suffice [D].
            p.Set(ParameterId.FanOnAboveDeciC, 380);
            p.Set(ParameterId.FanOffBelowDeciC, 340);
            p.Set(ParameterId.ThermalMinOnMs, 10000);
            p.Set(ParameterId.ThermalMinOffMs, 10000);

            // A heater that warms one corner only would hide cold cells behind hot ones; 20 K is twice the spread that foxBMS 2 allows [S; D].
            p.Set(ParameterId.HeaterMaxDeciC, 450);
            p.Set(ParameterId.HeaterMaxSpreadDeciC, 200);
            p.Set(ParameterId.HeaterNeedsPump, 0);
            p.Set(ParameterId.HeaterProveS, 1800);
        }
    }
}
