using Bms.Core.Protection;

namespace Bms.Core.Configuration
{
    /// <summary>Numbers of the parameters: places in the parameter block, stable within a version of the block.</summary>
    /// <remarks>
    /// First the single parameters, then one regular region for the fault table: six values for each row, reached by <see cref="OfFault"/>.
    /// Names, units and ranges stand in <see cref="ParameterTable"/>, values per chemistry in <see cref="Presets"/>.
    /// </remarks>
    public static class ParameterId
    {
        /// <summary>Cell chemistry, one of <see cref="Configuration.Chemistry"/>. Range: 0..4.</summary>
        public const int Chemistry = 0;

        /// <summary>Cells in series. Range: 1..192.</summary>
        public const int CellCount = 1;

        /// <summary>Temperature sensors fitted to each cell module. Range: 1..4.</summary>
        public const int TemperaturesPerModule = 2;

        /// <summary>Capacity of the pack at 25 degC and a low rate. Unit: mAh. Range: 100..2000000.</summary>
        public const int CapacityMah = 3;

        /// <summary>Nominal period of the control cycle. Unit: ms. Range: 5..100.</summary>
        public const int CyclePeriodMs = 4;

        /// <summary>Frames taken from the bus in one cycle at most; the rest waits in the receiver, so that no cycle grows without bound. Range: 4..64.</summary>
        public const int MaxFramesPerCycle = 5;

        /// <summary>Time after start in which silent modules and sensors are not yet a fault. The contactors stay open without their data all the same. Unit: ms. Range: 0..60000.</summary>
        public const int StartupGraceMs = 6;

        /// <summary>1 where the interlock input is wired. Range: 0..1.</summary>
        public const int InterlockFitted = 7;

        /// <summary>1 where auxiliary contacts are wired. Range: 0..1.</summary>
        public const int ContactorFeedbackFitted = 8;

        /// <summary>Longest time for the DC link to reach the pack voltage. Unit: ms. Range: 100..10000.</summary>
        public const int PrechargeTimeoutMs = 9;

        /// <summary>Link voltage, in permille of the pack voltage, from which the main contactor may close. Unit: permille. Range: 800..999.</summary>
        public const int PrechargeDonePermille = 10;

        /// <summary>Current magnitude below which precharge counts as finished. Unit: mA. Range: 1..1000000.</summary>
        public const int PrechargeDoneCurrentMa = 11;

        /// <summary>Current magnitude below which the contactors open at the host's request. Unit: mA. Range: 1..1000000.</summary>
        public const int OpeningCurrentMa = 12;

        /// <summary>Longest wait for the current to fall before they open all the same. Unit: ms. Range: 0..10000.</summary>
        public const int OpeningTimeoutMs = 13;

        /// <summary>Highest charging current at the best temperature and state of charge. Unit: mA. Range: 0..5000000.</summary>
        public const int MaxChargeCurrentMa = 14;

        /// <summary>Highest discharging current at the best temperature and state of charge. Unit: mA. Range: 0..5000000.</summary>
        public const int MaxDischargeCurrentMa = 15;

        /// <summary>Highest cell voltage from which the charging limit falls. Unit: mV. Range: 500..5000.</summary>
        public const int ChargeTaperStartMv = 16;

        /// <summary>Highest cell voltage at which the charging limit is zero. Unit: mV. Range: 500..5000.</summary>
        public const int ChargeStopMv = 17;

        /// <summary>Lowest cell voltage below which the discharging limit falls. Unit: mV. Range: 500..5000.</summary>
        public const int DischargeTaperStartMv = 18;

        /// <summary>Lowest cell voltage at which the discharging limit is zero. Unit: mV. Range: 500..5000.</summary>
        public const int DischargeStopMv = 19;

        /// <summary>Coldest temperature at which the charging limit is zero. Unit: 0.1 degC. Range: -600..600.</summary>
        public const int ChargeZeroBelowDeciC = 20;

        /// <summary>Coldest temperature from which the full charging limit holds. Unit: 0.1 degC. Range: -600..700.</summary>
        public const int ChargeFullAboveDeciC = 21;

        /// <summary>Hottest temperature up to which the full charging limit holds. Unit: 0.1 degC. Range: -600..1000.</summary>
        public const int ChargeFullBelowDeciC = 22;

        /// <summary>Hottest temperature at which the charging limit is zero. Unit: 0.1 degC. Range: -600..1200.</summary>
        public const int ChargeZeroAboveDeciC = 23;

        /// <summary>Coldest temperature at which the discharging limit is zero. Unit: 0.1 degC. Range: -600..600.</summary>
        public const int DischargeZeroBelowDeciC = 24;

        /// <summary>Coldest temperature from which the full discharging limit holds. Unit: 0.1 degC. Range: -600..700.</summary>
        public const int DischargeFullAboveDeciC = 25;

        /// <summary>Hottest temperature up to which the full discharging limit holds. Unit: 0.1 degC. Range: -600..1000.</summary>
        public const int DischargeFullBelowDeciC = 26;

        /// <summary>Hottest temperature at which the discharging limit is zero. Unit: 0.1 degC. Range: -600..1200.</summary>
        public const int DischargeZeroAboveDeciC = 27;

        /// <summary>How fast a current limit may rise, in permille of its maximum; it falls at once. Unit: permille/s. Range: 1..10000.</summary>
        public const int LimitRisePermillePerS = 28;

        /// <summary>How far the coldest sensor must rise above the charge limit's zero before charging starts again. Unit: 0.1 degC. Range: 0..200.</summary>
        public const int ColdChargeHysteresisDeciC = 29;

        /// <summary>Coldest temperature below which the heater runs while the host asks to charge. Unit: 0.1 degC. Range: -600..600.</summary>
        public const int HeaterOnBelowDeciC = 30;

        /// <summary>Coldest temperature above which the heater stops. Unit: 0.1 degC. Range: -600..600.</summary>
        public const int HeaterOffAboveDeciC = 31;

        /// <summary>Hottest temperature above which cooling runs. Unit: 0.1 degC. Range: -600..1000.</summary>
        public const int CoolingOnAboveDeciC = 32;

        /// <summary>Hottest temperature below which cooling stops. Unit: 0.1 degC. Range: -600..1000.</summary>
        public const int CoolingOffBelowDeciC = 33;

        /// <summary>A cell is bled when it is this much above the lowest one. Unit: mV. Range: 1..1000.</summary>
        public const int BalanceStartDeltaMv = 34;

        /// <summary>Bleeding of a cell stops when it is no more than this above the lowest one. Unit: mV. Range: 0..1000.</summary>
        public const int BalanceStopDeltaMv = 35;

        /// <summary>No cell below this voltage is bled. Unit: mV. Range: 500..5000.</summary>
        public const int BalanceMinCellMv = 36;

        /// <summary>No bleeding at a larger current magnitude, where the cells differ by resistance rather than by charge. Unit: mA. Range: 0..5000000.</summary>
        public const int BalanceMaxCurrentMa = 37;

        /// <summary>No bleeding above this temperature. Unit: 0.1 degC. Range: 0..1000.</summary>
        public const int BalanceMaxDeciC = 38;

        /// <summary>Time constant of the correction of state of charge by voltage at rest; it grows with current. Unit: s. Range: 10..100000.</summary>
        public const int SocCorrectionTauS = 39;

        /// <summary>Current magnitude below which the pack counts as resting. Unit: mA. Range: 0..1000000.</summary>
        public const int RestCurrentMa = 40;

        /// <summary>Kind of the cell modules, one of <see cref="Measurement.Profiles.ModuleProfile"/>. Range: 0..4.</summary>
        public const int ModuleProfile = 41;

        /// <summary>Kind of the current sensor, one of <see cref="Measurement.Profiles.SensorProfile"/>. Range: 0..3.</summary>
        public const int SensorProfile = 42;

        /// <summary>Cells of a full module where it is not the usual one of its kind; 0 for the usual one. Range: 0..13.</summary>
        public const int CellsPerModule = 43;

        /// <summary>Identifier of the host's command; current and voltages of the reference sensor lie 16 and 17 above. To be moved where the modules use the same. Range: 1..2000.</summary>
        public const int HostBaseId = 44;

        /// <summary>1 where a module's frame whose counter stands still is refused. Reference modules are always checked; the i3 by byte 6, VW by the counter of byte 1. Range: 0..1.</summary>
        public const int ModuleCounterChecked = 45;

        /// <summary>Bytes with the temperatures of VW MQB, disputed: 0 = bytes 0, 1, 2; 1 = byte 0 or 3, bytes 4 and 5. Range: 0..1.</summary>
        public const int VwTemperatureLayout = 46;

        /// <summary>Offset of the temperatures of VW MQB, disputed: -40 or -43 degC. Unit: 0.1 degC. Range: -500..-300.</summary>
        public const int VwTemperatureOffsetDeciC = 47;

        /// <summary>1 where the third module of VW listens to balancing at 0x1A55541E, as in early packs, instead of 0x1A55540E; disputed. Range: 0..1.</summary>
        public const int VwThirdModuleIsEarly = 48;

        /// <summary>Time for which a VW module bleeds without a further command. Unit: min. Range: 2..506.</summary>
        public const int VwBalanceMin = 49;

        /// <summary>Temperature of the Outlander in one bit, disputed: 3800 or 1000. Unit: 1e-6 degC. Range: 100..10000.</summary>
        public const int OutlanderMicroDegCPerBit = 50;

        /// <summary>Temperature of the Outlander at raw 0, disputed: -52 degC or 0. Unit: 0.1 degC. Range: -1000..1000.</summary>
        public const int OutlanderOffsetDeciC = 51;

        /// <summary>1 where the current sensor, not that of the reference, counts discharging as positive. Range: 0..1.</summary>
        public const int CurrentInverted = 52;

        /// <summary>Time for which 120 % of the highest current may flow, either way, before the I2t rows of the fault table trip. Unit: ms. Range: 100..600000.</summary>
        public const int OverloadTimeMs = 53;

        /// <summary>Kind of the insulation monitor, one of <see cref="Measurement.Profiles.InsulationProfile"/>. Range: 0..2.</summary>
        public const int InsulationProfile = 54;

        /// <summary>Attempts to charge the DC link before precharge counts as failed. Range: 1..10.</summary>
        public const int PrechargeAttempts = 55;

        /// <summary>Pause between two attempts. Unit: ms. Range: 0..60000.</summary>
        public const int PrechargePauseMs = 56;

        /// <summary>A link that is charged sooner has no capacitor behind it, or the resistor is bridged: the attempt fails. 0 switches it off. Unit: ms. Range: 0..1000.</summary>
        public const int PrechargeMinMs = 57;

        /// <summary>Precharge resistor. Unit: ohm. Range: 1..10000.</summary>
        public const int PrechargeResistorOhm = 58;

        /// <summary>Heat that the precharge resistor takes in one go from cold. An attempt ends there, and none begins with more than half of it still in the resistor. Unit: J. Range: 1..100000.</summary>
        public const int PrechargeEnergyLimitJ = 59;

        /// <summary>Time constant with which the precharge resistor cools. Unit: s. Range: 1..3600.</summary>
        public const int PrechargeCoolingS = 60;

        /// <summary>Length of each of the two weld tests before precharge; 0 leaves them out. Unit: ms. Range: 0..2000.</summary>
        public const int WeldTestMs = 61;

        /// <summary>Rise of the link voltage during a weld test, of the pack voltage, from which a contactor counts as welded. Unit: permille. Range: 10..500.</summary>
        public const int WeldRisePermille = 62;

        /// <summary>Longest time in which the link voltage must fall after a contactor opened; 0 leaves the check out. Unit: ms. Range: 0..60000.</summary>
        public const int WeldCheckMs = 63;

        /// <summary>Fall of the link voltage after opening, of the pack voltage, that proves the contactor open. Unit: permille. Range: 5..500.</summary>
        public const int WeldDropPermille = 64;

        /// <summary>Time between the two main contactors when they open under load: the first one breaks the current alone. Unit: ms. Range: 0..200.</summary>
        public const int OpeningStepMs = 65;

        /// <summary>Which main contactor breaks a discharging current: 0 = they have no polarity, 1 = the positive one, 2 = the negative one. The other one breaks a charging current. Range: 0..2.</summary>
        public const int OpeningOrder = 66;

        /// <summary>1 where something else can hold the link up while the contactors are open, such as a second pack. Needs auxiliary contacts, because the voltage then proves nothing. Range: 0..1.</summary>
        public const int BusMayBeLive = 67;

        /// <summary>Largest difference between a live bus and the pack at which the main contactors close; also how far the link may lie above the pack. Unit: mV. Range: 100..50000.</summary>
        public const int BusMatchMv = 68;

        /// <summary>Time for which a contactor coil gets its full current before it is only held. Unit: ms. Range: 0..5000.</summary>
        public const int CoilPullInMs = 69;

        /// <summary>Duty with which the board holds a coil after that; 1000 where it has no economiser. Unit: permille. Range: 50..1000.</summary>
        public const int CoilHoldPermille = 70;

        /// <summary>Operations without load that a main contactor lives for. Range: 1000..10000000.</summary>
        public const int ContactorLifeUnloaded = 71;

        /// <summary>Openings at up to a quarter of the maximum current that a main contactor lives for. Range: 10..1000000.</summary>
        public const int ContactorLifeSmallLoad = 72;

        /// <summary>Openings at up to the maximum current that a main contactor lives for. Range: 1..100000.</summary>
        public const int ContactorLifeFullLoad = 73;

        /// <summary>Openings above the maximum current that a main contactor lives for. Range: 1..10000.</summary>
        public const int ContactorLifeOverload = 74;

        /// <summary>Time for which the pulse limit of regeneration holds from rest. Unit: ms. Range: 0..60000.</summary>
        public const int RegenPulseMs = 75;

        /// <summary>Pulse limit of regeneration over the continuous one, inside MaxChargeCurrentMa. Unit: permille. Range: 1000..3000.</summary>
        public const int RegenPulsePermille = 76;

        /// <summary>Coldest temperature from which pulses above the continuous limit are allowed. Unit: 0.1 degC. Range: -600..600.</summary>
        public const int RegenPulseAboveDeciC = 77;

        /// <summary>Hottest temperature above which the fan runs. Unit: 0.1 degC. Range: -600..1000.</summary>
        public const int FanOnAboveDeciC = 78;

        /// <summary>Hottest temperature below which the fan stops. Unit: 0.1 degC. Range: -600..1000.</summary>
        public const int FanOffBelowDeciC = 79;

        /// <summary>Shortest run of heater, pump and fan; a reason of safety ends a run at once. Unit: ms. Range: 0..600000.</summary>
        public const int ThermalMinOnMs = 80;

        /// <summary>Shortest rest of heater, pump and fan. Unit: ms. Range: 0..600000.</summary>
        public const int ThermalMinOffMs = 81;

        /// <summary>Hottest sensor at which the heater stops at once. Unit: 0.1 degC. Range: 0..800.</summary>
        public const int HeaterMaxDeciC = 82;

        /// <summary>Difference between the hottest and the coldest sensor at which the heater stops; it goes on at half of it. Unit: 0.1 degC. Range: 20..600.</summary>
        public const int HeaterMaxSpreadDeciC = 83;

        /// <summary>1 where the heater sits in the coolant and the pump must run with it. Range: 0..1.</summary>
        public const int HeaterNeedsPump = 84;

        /// <summary>Time in which the heater must warm the coldest sensor by 1 degC. A rise of the hottest one by 3 degC in that time, with the heater off and no current, says that it is stuck on. Unit: s. Range: 60..36000.</summary>
        public const int HeaterProveS = 85;

        /// <summary>Length of the stretch in which the chosen cells bleed. Unit: ms. Range: 1000..600000.</summary>
        public const int BalanceBleedMs = 86;

        /// <summary>Length of the stretch after it in which nothing bleeds and the cells are measured. Unit: ms. Range: 600..60000.</summary>
        public const int BalanceMeasureMs = 87;

        /// <summary>Temperature of a module from which it bleeds only every other cell, by turns. Unit: 0.1 degC. Range: 0..1000.</summary>
        public const int BalanceDerateDeciC = 88;

        /// <summary>While charging near the top a cell is bled when it is this much above the lowest one. Unit: mV. Range: 1..1000.</summary>
        public const int BalanceTopDeltaMv = 89;

        /// <summary>Largest charging current for balancing near the top. Unit: mA. Range: 0..5000000.</summary>
        public const int BalanceTopCurrentMa = 90;

        /// <summary>Where the estimator knows the state of charge of the cells: a cell is bled when it is this much above the lowest one. Unit: 0.01 %. Range: 1..5000.</summary>
        public const int BalanceStartCentiPct = 91;

        /// <summary>Bleeding of a cell stops when its state of charge is no more than this above the lowest one. Unit: 0.01 %. Range: 0..5000.</summary>
        public const int BalanceStopCentiPct = 92;

        /// <summary>Time of idleness after which the board is asked to sleep; 0 = never. Unit: s. Range: 0..86400.</summary>
        public const int SleepAfterS = 93;

        /// <summary>Length of a sleep, after which the cells are looked at. Unit: s. Range: 10..86400.</summary>
        public const int SleepPeriodS = 94;

        /// <summary>Longest look at the cells after a timed wake-up; without a complete measurement by then the controller stays awake. Unit: ms. Range: 500..60000.</summary>
        public const int SleepLookMs = 95;

        /// <summary>Rise of the hottest sensor during one sleep that is an alarm. Unit: 0.1 degC. Range: 5..500.</summary>
        public const int ParkedRiseDeciC = 96;

        /// <summary>Hottest sensor in a parked pack that is an alarm. Unit: 0.1 degC. Range: 200..1000.</summary>
        public const int ParkedMaxDeciC = 97;

        /// <summary>Fall of the lowest cell during one sleep that is an alarm. Unit: mV. Range: 5..2000.</summary>
        public const int ParkedDropMv = 98;

        /// <summary>What the current sensor shows with open contactors is its offset up to this; more is a current. 0 where something is fed from the cells' side of the contactors, through the sensor. Unit: mA. Range: 0..1000000.</summary>
        public const int CurrentOffsetLimitMa = 99;

        /// <summary>Number of single parameters.</summary>
        public const int SingleCount = 100;

        /// <summary>Column of a fault row: beyond this value the fault is a warning.</summary>
        public const int ColumnWarning = 0;

        /// <summary>Column of a fault row: beyond this value the current limits that the row names go to zero.</summary>
        public const int ColumnLimit = 1;

        /// <summary>Column of a fault row: beyond this value the contactors open.</summary>
        public const int ColumnTrip = 2;

        /// <summary>Column of a fault row: how far inside a threshold the value must be before its severity ends.</summary>
        public const int ColumnHysteresis = 3;

        /// <summary>Column of a fault row: time beyond a threshold before its severity begins, in ms.</summary>
        public const int ColumnDebounceMs = 4;

        /// <summary>Column of a fault row: time well inside a threshold before its severity ends, in ms.</summary>
        public const int ColumnReleaseMs = 5;

        /// <summary>Number of columns of a fault row.</summary>
        public const int FaultColumns = 6;

        /// <summary>Number of all parameters.</summary>
        public const int Count = SingleCount + FaultId.Count * FaultColumns;

        /// <summary>Value of a threshold column that switches the severity off.</summary>
        public const int Never = int.MaxValue;

        /// <summary>Number of one cell of the fault table.</summary>
        /// <param name="fault">Row, one of <see cref="FaultId"/>.</param>
        /// <param name="column">Column, one of the Column constants.</param>
        public static int OfFault(int fault, int column)
        {
            return SingleCount + fault * FaultColumns + column;
        }
    }
}
