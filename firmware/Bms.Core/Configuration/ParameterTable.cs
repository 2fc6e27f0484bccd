using Bms.Core.Protection;

namespace Bms.Core.Configuration
{
    /// <summary>What the parameters are: name, unit and range of each, for tools, files and the check of a block.</summary>
    /// <remarks>Switches instead of arrays: nothing of it lies on the heap of the device. Used at start-up and by tools, never in the cycle.</remarks>
    public static class ParameterTable
    {
        private const int MinThreshold = -10000000;
        private const int MaxThreshold = 10000000;
        private const int MaxTimeMs = 3600000;

        /// <summary>Name of a parameter as it stands in files and tools, for example <c>CellCount</c> or <c>CellOverVoltageTripMv</c>.</summary>
        /// <param name="parameter">0..<see cref="ParameterId.Count"/> - 1.</param>
        public static string NameOf(int parameter)
        {
            if (parameter < ParameterId.SingleCount)
            {
                return SingleName(parameter);
            }

            int fault = FaultOf(parameter);
            int column = ColumnOf(parameter);
            return FaultTable.NameOf(fault) + ColumnName(column) + (IsTime(column) ? "" : FaultTable.UnitSuffixOf(fault));
        }

        /// <summary>Unit of a parameter; empty for counts and choices.</summary>
        /// <param name="parameter">0..<see cref="ParameterId.Count"/> - 1.</param>
        public static string UnitOf(int parameter)
        {
            if (parameter < ParameterId.SingleCount)
            {
                return SingleUnit(parameter);
            }

            return IsTime(ColumnOf(parameter)) ? "ms" : FaultTable.UnitOf(FaultOf(parameter));
        }

        /// <summary>Lowest value allowed.</summary>
        /// <param name="parameter">0..<see cref="ParameterId.Count"/> - 1.</param>
        public static int MinimumOf(int parameter)
        {
            if (parameter < ParameterId.SingleCount)
            {
                return SingleMinimum(parameter);
            }

            int column = ColumnOf(parameter);
            return IsTime(column) || column == ParameterId.ColumnHysteresis ? 0 : MinThreshold;
        }

        /// <summary>Highest value allowed; a threshold may also be <see cref="ParameterId.Never"/>.</summary>
        /// <param name="parameter">0..<see cref="ParameterId.Count"/> - 1.</param>
        public static int MaximumOf(int parameter)
        {
            if (parameter < ParameterId.SingleCount)
            {
                return SingleMaximum(parameter);
            }

            return IsTime(ColumnOf(parameter)) ? MaxTimeMs : MaxThreshold;
        }

        /// <summary>True for a threshold of the fault table, which may be <see cref="ParameterId.Never"/>.</summary>
        /// <param name="parameter">0..<see cref="ParameterId.Count"/> - 1.</param>
        public static bool IsThreshold(int parameter)
        {
            return parameter >= ParameterId.SingleCount && ColumnOf(parameter) <= ParameterId.ColumnTrip;
        }

        private static int FaultOf(int parameter)
        {
            return (parameter - ParameterId.SingleCount) / ParameterId.FaultColumns;
        }

        private static int ColumnOf(int parameter)
        {
            return (parameter - ParameterId.SingleCount) % ParameterId.FaultColumns;
        }

        private static bool IsTime(int column)
        {
            return column >= ParameterId.ColumnDebounceMs;
        }

        private static string ColumnName(int column)
        {
            switch (column)
            {
                case ParameterId.ColumnWarning: return "Warning";
                case ParameterId.ColumnLimit: return "Limit";
                case ParameterId.ColumnTrip: return "Trip";
                case ParameterId.ColumnHysteresis: return "Hysteresis";
                case ParameterId.ColumnDebounceMs: return "DebounceMs";
                default: return "ReleaseMs";
            }
        }

        /// <summary>Names of the single parameters.</summary>
        private static string SingleName(int parameter)
        {
            switch (parameter)
            {
                case ParameterId.Chemistry: return "Chemistry";
                case ParameterId.CellCount: return "CellCount";
                case ParameterId.TemperaturesPerModule: return "TemperaturesPerModule";
                case ParameterId.CapacityMah: return "CapacityMah";
                case ParameterId.CyclePeriodMs: return "CyclePeriodMs";
                case ParameterId.MaxFramesPerCycle: return "MaxFramesPerCycle";
                case ParameterId.StartupGraceMs: return "StartupGraceMs";
                case ParameterId.InterlockFitted: return "InterlockFitted";
                case ParameterId.ContactorFeedbackFitted: return "ContactorFeedbackFitted";
                case ParameterId.PrechargeTimeoutMs: return "PrechargeTimeoutMs";
                case ParameterId.PrechargeDonePermille: return "PrechargeDonePermille";
                case ParameterId.PrechargeDoneCurrentMa: return "PrechargeDoneCurrentMa";
                case ParameterId.OpeningCurrentMa: return "OpeningCurrentMa";
                case ParameterId.OpeningTimeoutMs: return "OpeningTimeoutMs";
                case ParameterId.MaxChargeCurrentMa: return "MaxChargeCurrentMa";
                case ParameterId.MaxDischargeCurrentMa: return "MaxDischargeCurrentMa";
                case ParameterId.ChargeTaperStartMv: return "ChargeTaperStartMv";
                case ParameterId.ChargeStopMv: return "ChargeStopMv";
                case ParameterId.DischargeTaperStartMv: return "DischargeTaperStartMv";
                case ParameterId.DischargeStopMv: return "DischargeStopMv";
                case ParameterId.ChargeZeroBelowDeciC: return "ChargeZeroBelowDeciC";
                case ParameterId.ChargeFullAboveDeciC: return "ChargeFullAboveDeciC";
                case ParameterId.ChargeFullBelowDeciC: return "ChargeFullBelowDeciC";
                case ParameterId.ChargeZeroAboveDeciC: return "ChargeZeroAboveDeciC";
                case ParameterId.DischargeZeroBelowDeciC: return "DischargeZeroBelowDeciC";
                case ParameterId.DischargeFullAboveDeciC: return "DischargeFullAboveDeciC";
                case ParameterId.DischargeFullBelowDeciC: return "DischargeFullBelowDeciC";
                case ParameterId.DischargeZeroAboveDeciC: return "DischargeZeroAboveDeciC";
                case ParameterId.LimitRisePermillePerS: return "LimitRisePermillePerS";
                case ParameterId.ColdChargeHysteresisDeciC: return "ColdChargeHysteresisDeciC";
                case ParameterId.HeaterOnBelowDeciC: return "HeaterOnBelowDeciC";
                case ParameterId.HeaterOffAboveDeciC: return "HeaterOffAboveDeciC";
                case ParameterId.CoolingOnAboveDeciC: return "CoolingOnAboveDeciC";
                case ParameterId.CoolingOffBelowDeciC: return "CoolingOffBelowDeciC";
                case ParameterId.BalanceStartDeltaMv: return "BalanceStartDeltaMv";
                case ParameterId.BalanceStopDeltaMv: return "BalanceStopDeltaMv";
                case ParameterId.BalanceMinCellMv: return "BalanceMinCellMv";
                case ParameterId.BalanceMaxCurrentMa: return "BalanceMaxCurrentMa";
                case ParameterId.BalanceMaxDeciC: return "BalanceMaxDeciC";
                case ParameterId.SocCorrectionTauS: return "SocCorrectionTauS";
                case ParameterId.RestCurrentMa: return "RestCurrentMa";
                case ParameterId.ModuleProfile: return "ModuleProfile";
                case ParameterId.SensorProfile: return "SensorProfile";
                case ParameterId.CellsPerModule: return "CellsPerModule";
                case ParameterId.HostBaseId: return "HostBaseId";
                case ParameterId.ModuleCounterChecked: return "ModuleCounterChecked";
                case ParameterId.VwTemperatureLayout: return "VwTemperatureLayout";
                case ParameterId.VwTemperatureOffsetDeciC: return "VwTemperatureOffsetDeciC";
                case ParameterId.VwThirdModuleIsEarly: return "VwThirdModuleIsEarly";
                case ParameterId.VwBalanceMin: return "VwBalanceMin";
                case ParameterId.OutlanderMicroDegCPerBit: return "OutlanderMicroDegCPerBit";
                case ParameterId.OutlanderOffsetDeciC: return "OutlanderOffsetDeciC";
                case ParameterId.CurrentInverted: return "CurrentInverted";
                case ParameterId.OverloadTimeMs: return "OverloadTimeMs";
                case ParameterId.InsulationProfile: return "InsulationProfile";
                case ParameterId.PrechargeAttempts: return "PrechargeAttempts";
                case ParameterId.PrechargePauseMs: return "PrechargePauseMs";
                case ParameterId.PrechargeMinMs: return "PrechargeMinMs";
                case ParameterId.PrechargeResistorOhm: return "PrechargeResistorOhm";
                case ParameterId.PrechargeEnergyLimitJ: return "PrechargeEnergyLimitJ";
                case ParameterId.PrechargeCoolingS: return "PrechargeCoolingS";
                case ParameterId.WeldTestMs: return "WeldTestMs";
                case ParameterId.WeldRisePermille: return "WeldRisePermille";
                case ParameterId.WeldCheckMs: return "WeldCheckMs";
                case ParameterId.WeldDropPermille: return "WeldDropPermille";
                case ParameterId.OpeningStepMs: return "OpeningStepMs";
                case ParameterId.OpeningOrder: return "OpeningOrder";
                case ParameterId.BusMayBeLive: return "BusMayBeLive";
                case ParameterId.BusMatchMv: return "BusMatchMv";
                case ParameterId.CoilPullInMs: return "CoilPullInMs";
                case ParameterId.CoilHoldPermille: return "CoilHoldPermille";
                case ParameterId.ContactorLifeUnloaded: return "ContactorLifeUnloaded";
                case ParameterId.ContactorLifeSmallLoad: return "ContactorLifeSmallLoad";
                case ParameterId.ContactorLifeFullLoad: return "ContactorLifeFullLoad";
                case ParameterId.ContactorLifeOverload: return "ContactorLifeOverload";
                case ParameterId.RegenPulseMs: return "RegenPulseMs";
                case ParameterId.RegenPulsePermille: return "RegenPulsePermille";
                case ParameterId.RegenPulseAboveDeciC: return "RegenPulseAboveDeciC";
                case ParameterId.FanOnAboveDeciC: return "FanOnAboveDeciC";
                case ParameterId.FanOffBelowDeciC: return "FanOffBelowDeciC";
                case ParameterId.ThermalMinOnMs: return "ThermalMinOnMs";
                case ParameterId.ThermalMinOffMs: return "ThermalMinOffMs";
                case ParameterId.HeaterMaxDeciC: return "HeaterMaxDeciC";
                case ParameterId.HeaterMaxSpreadDeciC: return "HeaterMaxSpreadDeciC";
                case ParameterId.HeaterNeedsPump: return "HeaterNeedsPump";
                case ParameterId.HeaterProveS: return "HeaterProveS";
                case ParameterId.BalanceBleedMs: return "BalanceBleedMs";
                case ParameterId.BalanceMeasureMs: return "BalanceMeasureMs";
                case ParameterId.BalanceDerateDeciC: return "BalanceDerateDeciC";
                case ParameterId.BalanceTopDeltaMv: return "BalanceTopDeltaMv";
                case ParameterId.BalanceTopCurrentMa: return "BalanceTopCurrentMa";
                case ParameterId.BalanceStartCentiPct: return "BalanceStartCentiPct";
                case ParameterId.BalanceStopCentiPct: return "BalanceStopCentiPct";
                case ParameterId.SleepAfterS: return "SleepAfterS";
                case ParameterId.SleepPeriodS: return "SleepPeriodS";
                case ParameterId.SleepLookMs: return "SleepLookMs";
                case ParameterId.ParkedRiseDeciC: return "ParkedRiseDeciC";
                case ParameterId.ParkedMaxDeciC: return "ParkedMaxDeciC";
                case ParameterId.ParkedDropMv: return "ParkedDropMv";
                case ParameterId.CurrentOffsetLimitMa: return "CurrentOffsetLimitMa";
                default: return "";
            }
        }

        /// <summary>Units of the single parameters.</summary>
        private static string SingleUnit(int parameter)
        {
            switch (parameter)
            {
                case ParameterId.CapacityMah: return "mAh";
                case ParameterId.CyclePeriodMs: return "ms";
                case ParameterId.StartupGraceMs: return "ms";
                case ParameterId.PrechargeTimeoutMs: return "ms";
                case ParameterId.PrechargeDonePermille: return "permille";
                case ParameterId.PrechargeDoneCurrentMa: return "mA";
                case ParameterId.OpeningCurrentMa: return "mA";
                case ParameterId.OpeningTimeoutMs: return "ms";
                case ParameterId.MaxChargeCurrentMa: return "mA";
                case ParameterId.MaxDischargeCurrentMa: return "mA";
                case ParameterId.ChargeTaperStartMv: return "mV";
                case ParameterId.ChargeStopMv: return "mV";
                case ParameterId.DischargeTaperStartMv: return "mV";
                case ParameterId.DischargeStopMv: return "mV";
                case ParameterId.ChargeZeroBelowDeciC: return "0.1 degC";
                case ParameterId.ChargeFullAboveDeciC: return "0.1 degC";
                case ParameterId.ChargeFullBelowDeciC: return "0.1 degC";
                case ParameterId.ChargeZeroAboveDeciC: return "0.1 degC";
                case ParameterId.DischargeZeroBelowDeciC: return "0.1 degC";
                case ParameterId.DischargeFullAboveDeciC: return "0.1 degC";
                case ParameterId.DischargeFullBelowDeciC: return "0.1 degC";
                case ParameterId.DischargeZeroAboveDeciC: return "0.1 degC";
                case ParameterId.LimitRisePermillePerS: return "permille/s";
                case ParameterId.ColdChargeHysteresisDeciC: return "0.1 degC";
                case ParameterId.HeaterOnBelowDeciC: return "0.1 degC";
                case ParameterId.HeaterOffAboveDeciC: return "0.1 degC";
                case ParameterId.CoolingOnAboveDeciC: return "0.1 degC";
                case ParameterId.CoolingOffBelowDeciC: return "0.1 degC";
                case ParameterId.BalanceStartDeltaMv: return "mV";
                case ParameterId.BalanceStopDeltaMv: return "mV";
                case ParameterId.BalanceMinCellMv: return "mV";
                case ParameterId.BalanceMaxCurrentMa: return "mA";
                case ParameterId.BalanceMaxDeciC: return "0.1 degC";
                case ParameterId.SocCorrectionTauS: return "s";
                case ParameterId.RestCurrentMa: return "mA";
                case ParameterId.VwTemperatureOffsetDeciC: return "0.1 degC";
                case ParameterId.VwBalanceMin: return "min";
                case ParameterId.OutlanderMicroDegCPerBit: return "1e-6 degC";
                case ParameterId.OutlanderOffsetDeciC: return "0.1 degC";
                case ParameterId.OverloadTimeMs: return "ms";
                case ParameterId.PrechargePauseMs: return "ms";
                case ParameterId.PrechargeMinMs: return "ms";
                case ParameterId.PrechargeResistorOhm: return "ohm";
                case ParameterId.PrechargeEnergyLimitJ: return "J";
                case ParameterId.PrechargeCoolingS: return "s";
                case ParameterId.WeldTestMs: return "ms";
                case ParameterId.WeldRisePermille: return "permille";
                case ParameterId.WeldCheckMs: return "ms";
                case ParameterId.WeldDropPermille: return "permille";
                case ParameterId.OpeningStepMs: return "ms";
                case ParameterId.BusMatchMv: return "mV";
                case ParameterId.CoilPullInMs: return "ms";
                case ParameterId.CoilHoldPermille: return "permille";
                case ParameterId.RegenPulseMs: return "ms";
                case ParameterId.RegenPulsePermille: return "permille";
                case ParameterId.RegenPulseAboveDeciC: return "0.1 degC";
                case ParameterId.FanOnAboveDeciC: return "0.1 degC";
                case ParameterId.FanOffBelowDeciC: return "0.1 degC";
                case ParameterId.ThermalMinOnMs: return "ms";
                case ParameterId.ThermalMinOffMs: return "ms";
                case ParameterId.HeaterMaxDeciC: return "0.1 degC";
                case ParameterId.HeaterMaxSpreadDeciC: return "0.1 degC";
                case ParameterId.HeaterProveS: return "s";
                case ParameterId.BalanceBleedMs: return "ms";
                case ParameterId.BalanceMeasureMs: return "ms";
                case ParameterId.BalanceDerateDeciC: return "0.1 degC";
                case ParameterId.BalanceTopDeltaMv: return "mV";
                case ParameterId.BalanceTopCurrentMa: return "mA";
                case ParameterId.BalanceStartCentiPct: return "0.01 %";
                case ParameterId.BalanceStopCentiPct: return "0.01 %";
                case ParameterId.SleepAfterS: return "s";
                case ParameterId.SleepPeriodS: return "s";
                case ParameterId.SleepLookMs: return "ms";
                case ParameterId.ParkedRiseDeciC: return "0.1 degC";
                case ParameterId.ParkedMaxDeciC: return "0.1 degC";
                case ParameterId.ParkedDropMv: return "mV";
                case ParameterId.CurrentOffsetLimitMa: return "mA";
                default: return "";
            }
        }

        /// <summary>Lowest values of the single parameters; 0 where none is named.</summary>
        private static int SingleMinimum(int parameter)
        {
            switch (parameter)
            {
                case ParameterId.CellCount: return 1;
                case ParameterId.TemperaturesPerModule: return 1;
                case ParameterId.CapacityMah: return 100;
                case ParameterId.CyclePeriodMs: return 5;
                case ParameterId.MaxFramesPerCycle: return 4;
                case ParameterId.PrechargeTimeoutMs: return 100;
                case ParameterId.PrechargeDonePermille: return 800;
                case ParameterId.PrechargeDoneCurrentMa: return 1;
                case ParameterId.OpeningCurrentMa: return 1;
                case ParameterId.ChargeTaperStartMv: return 500;
                case ParameterId.ChargeStopMv: return 500;
                case ParameterId.DischargeTaperStartMv: return 500;
                case ParameterId.DischargeStopMv: return 500;
                case ParameterId.ChargeZeroBelowDeciC: return -600;
                case ParameterId.ChargeFullAboveDeciC: return -600;
                case ParameterId.ChargeFullBelowDeciC: return -600;
                case ParameterId.ChargeZeroAboveDeciC: return -600;
                case ParameterId.DischargeZeroBelowDeciC: return -600;
                case ParameterId.DischargeFullAboveDeciC: return -600;
                case ParameterId.DischargeFullBelowDeciC: return -600;
                case ParameterId.DischargeZeroAboveDeciC: return -600;
                case ParameterId.LimitRisePermillePerS: return 1;
                case ParameterId.HeaterOnBelowDeciC: return -600;
                case ParameterId.HeaterOffAboveDeciC: return -600;
                case ParameterId.CoolingOnAboveDeciC: return -600;
                case ParameterId.CoolingOffBelowDeciC: return -600;
                case ParameterId.BalanceStartDeltaMv: return 1;
                case ParameterId.BalanceMinCellMv: return 500;
                case ParameterId.SocCorrectionTauS: return 10;
                case ParameterId.HostBaseId: return 1;
                case ParameterId.VwTemperatureOffsetDeciC: return -500;
                case ParameterId.VwBalanceMin: return 2;
                case ParameterId.OutlanderMicroDegCPerBit: return 100;
                case ParameterId.OutlanderOffsetDeciC: return -1000;
                case ParameterId.OverloadTimeMs: return 100;
                case ParameterId.PrechargeAttempts: return 1;
                case ParameterId.PrechargeResistorOhm: return 1;
                case ParameterId.PrechargeEnergyLimitJ: return 1;
                case ParameterId.PrechargeCoolingS: return 1;
                case ParameterId.WeldRisePermille: return 10;
                case ParameterId.WeldDropPermille: return 5;
                case ParameterId.BusMatchMv: return 100;
                case ParameterId.CoilHoldPermille: return 50;
                case ParameterId.ContactorLifeUnloaded: return 1000;
                case ParameterId.ContactorLifeSmallLoad: return 10;
                case ParameterId.ContactorLifeFullLoad: return 1;
                case ParameterId.ContactorLifeOverload: return 1;
                case ParameterId.RegenPulsePermille: return 1000;
                case ParameterId.RegenPulseAboveDeciC: return -600;
                case ParameterId.FanOnAboveDeciC: return -600;
                case ParameterId.FanOffBelowDeciC: return -600;
                case ParameterId.HeaterMaxSpreadDeciC: return 20;
                case ParameterId.HeaterProveS: return 60;
                case ParameterId.BalanceBleedMs: return 1000;
                case ParameterId.BalanceMeasureMs: return 600;
                case ParameterId.BalanceTopDeltaMv: return 1;
                case ParameterId.BalanceStartCentiPct: return 1;
                case ParameterId.SleepPeriodS: return 10;
                case ParameterId.SleepLookMs: return 500;
                case ParameterId.ParkedRiseDeciC: return 5;
                case ParameterId.ParkedMaxDeciC: return 200;
                case ParameterId.ParkedDropMv: return 5;
                default: return 0;
            }
        }

        /// <summary>Highest values of the single parameters; 1 where none is named.</summary>
        private static int SingleMaximum(int parameter)
        {
            switch (parameter)
            {
                case ParameterId.Chemistry: return 4;
                case ParameterId.CellCount: return 192;
                case ParameterId.TemperaturesPerModule: return 4;
                case ParameterId.CapacityMah: return 2000000;
                case ParameterId.CyclePeriodMs: return 100;
                case ParameterId.MaxFramesPerCycle: return 64;
                case ParameterId.StartupGraceMs: return 60000;
                case ParameterId.PrechargeTimeoutMs: return 10000;
                case ParameterId.PrechargeDonePermille: return 999;
                case ParameterId.PrechargeDoneCurrentMa: return 1000000;
                case ParameterId.OpeningCurrentMa: return 1000000;
                case ParameterId.OpeningTimeoutMs: return 10000;
                case ParameterId.MaxChargeCurrentMa: return 5000000;
                case ParameterId.MaxDischargeCurrentMa: return 5000000;
                case ParameterId.ChargeTaperStartMv: return 5000;
                case ParameterId.ChargeStopMv: return 5000;
                case ParameterId.DischargeTaperStartMv: return 5000;
                case ParameterId.DischargeStopMv: return 5000;
                case ParameterId.ChargeZeroBelowDeciC: return 600;
                case ParameterId.ChargeFullAboveDeciC: return 700;
                case ParameterId.ChargeFullBelowDeciC: return 1000;
                case ParameterId.ChargeZeroAboveDeciC: return 1200;
                case ParameterId.DischargeZeroBelowDeciC: return 600;
                case ParameterId.DischargeFullAboveDeciC: return 700;
                case ParameterId.DischargeFullBelowDeciC: return 1000;
                case ParameterId.DischargeZeroAboveDeciC: return 1200;
                case ParameterId.LimitRisePermillePerS: return 10000;
                case ParameterId.ColdChargeHysteresisDeciC: return 200;
                case ParameterId.HeaterOnBelowDeciC: return 600;
                case ParameterId.HeaterOffAboveDeciC: return 600;
                case ParameterId.CoolingOnAboveDeciC: return 1000;
                case ParameterId.CoolingOffBelowDeciC: return 1000;
                case ParameterId.BalanceStartDeltaMv: return 1000;
                case ParameterId.BalanceStopDeltaMv: return 1000;
                case ParameterId.BalanceMinCellMv: return 5000;
                case ParameterId.BalanceMaxCurrentMa: return 5000000;
                case ParameterId.BalanceMaxDeciC: return 1000;
                case ParameterId.SocCorrectionTauS: return 100000;
                case ParameterId.RestCurrentMa: return 1000000;
                case ParameterId.ModuleProfile: return Measurement.Profiles.ModuleProfile.Count - 1;
                case ParameterId.SensorProfile: return Measurement.Profiles.SensorProfile.Count - 1;
                case ParameterId.CellsPerModule: return 13;
                case ParameterId.HostBaseId: return 2000;
                case ParameterId.VwTemperatureOffsetDeciC: return -300;
                case ParameterId.VwBalanceMin: return 506;
                case ParameterId.OutlanderMicroDegCPerBit: return 10000;
                case ParameterId.OutlanderOffsetDeciC: return 1000;
                case ParameterId.OverloadTimeMs: return 600000;
                case ParameterId.InsulationProfile: return Measurement.Profiles.InsulationProfile.Count - 1;
                case ParameterId.PrechargeAttempts: return 10;
                case ParameterId.PrechargePauseMs: return 60000;
                case ParameterId.PrechargeMinMs: return 1000;
                case ParameterId.PrechargeResistorOhm: return 10000;
                case ParameterId.PrechargeEnergyLimitJ: return 100000;
                case ParameterId.PrechargeCoolingS: return 3600;
                case ParameterId.WeldTestMs: return 2000;
                case ParameterId.WeldRisePermille: return 500;
                case ParameterId.WeldCheckMs: return 60000;
                case ParameterId.WeldDropPermille: return 500;
                case ParameterId.OpeningStepMs: return 200;
                case ParameterId.OpeningOrder: return 2;
                case ParameterId.BusMatchMv: return 50000;
                case ParameterId.CoilPullInMs: return 5000;
                case ParameterId.CoilHoldPermille: return 1000;
                case ParameterId.ContactorLifeUnloaded: return 10000000;
                case ParameterId.ContactorLifeSmallLoad: return 1000000;
                case ParameterId.ContactorLifeFullLoad: return 100000;
                case ParameterId.ContactorLifeOverload: return 10000;
                case ParameterId.RegenPulseMs: return 60000;
                case ParameterId.RegenPulsePermille: return 3000;
                case ParameterId.RegenPulseAboveDeciC: return 600;
                case ParameterId.FanOnAboveDeciC: return 1000;
                case ParameterId.FanOffBelowDeciC: return 1000;
                case ParameterId.ThermalMinOnMs: return 600000;
                case ParameterId.ThermalMinOffMs: return 600000;
                case ParameterId.HeaterMaxDeciC: return 800;
                case ParameterId.HeaterMaxSpreadDeciC: return 600;
                case ParameterId.HeaterProveS: return 36000;
                case ParameterId.BalanceBleedMs: return 600000;
                case ParameterId.BalanceMeasureMs: return 60000;
                case ParameterId.BalanceDerateDeciC: return 1000;
                case ParameterId.BalanceTopDeltaMv: return 1000;
                case ParameterId.BalanceTopCurrentMa: return 5000000;
                case ParameterId.BalanceStartCentiPct: return 5000;
                case ParameterId.BalanceStopCentiPct: return 5000;
                case ParameterId.SleepAfterS: return 86400;
                case ParameterId.SleepPeriodS: return 86400;
                case ParameterId.SleepLookMs: return 60000;
                case ParameterId.ParkedRiseDeciC: return 500;
                case ParameterId.ParkedMaxDeciC: return 1000;
                case ParameterId.ParkedDropMv: return 2000;
                case ParameterId.CurrentOffsetLimitMa: return 1000000;
                default: return 1;
            }
        }
    }
}
