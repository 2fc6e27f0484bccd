using Bms.Core.Messages;

namespace Bms.Core.Storage
{
    /// <summary>What the controller knows and would lose with its supply: state of charge and counters.</summary>
    public sealed class PackState
    {
        /// <summary>State of charge of the lowest cell in 0.01 %, 0..10000, or not available.</summary>
        public int LowestSocCentiPct = SignalValue.NotAvailable;

        /// <summary>State of charge of the highest cell in 0.01 %, 0..10000, or not available.</summary>
        public int HighestSocCentiPct = SignalValue.NotAvailable;

        /// <summary>Starts of the controller since it was made.</summary>
        public uint StartCount;

        /// <summary>Time in operation, in minutes.</summary>
        public uint OperatingMinutes;

        /// <summary>Charge put in, in Ah.</summary>
        public uint ChargedAh;

        /// <summary>Charge taken out, in Ah.</summary>
        public uint DischargedAh;

        /// <summary>Closings of the positive main contactor.</summary>
        public uint ContactorCycles;

        /// <summary>Closings of the negative main contactor.</summary>
        public uint NegativeCycles;

        /// <summary>Closings of the precharge contactor.</summary>
        public uint PrechargeCycles;

        /// <summary>Classes of openings under load that each main contactor has.</summary>
        public const int LoadClasses = 3;

        /// <summary>Openings under load, as ContactorWear has them.</summary>
        public readonly uint[] LoadOpenings = new uint[2 * LoadClasses];

        /// <summary>Hottest sensor before the last sleep, in 0.1 degC, or not available.</summary>
        public int ParkedDeciC = SignalValue.NotAvailable;

        /// <summary>Lowest cell before the last sleep, in mV, or not available.</summary>
        public int ParkedMv = SignalValue.NotAvailable;

        /// <summary>Heat in the precharge resistor over what it may take, in permille, less what PrechargeResistor.UntoldPermille says where a sleep followed; or not available.</summary>
        public int PrechargeHeatPermille = SignalValue.NotAvailable;

        /// <summary>Trips.</summary>
        public uint TripCount;

        /// <summary>Latched trips that only service may clear, as FaultMonitor.ServiceLatches has them.</summary>
        public uint ServiceLatches;

        /// <summary>State of charge of the mean cell in 0.01 %, 0..10000, or not available.</summary>
        public int MeanSocCentiPct = SignalValue.NotAvailable;

        /// <summary>One standard deviation of it, in 0.01 %.</summary>
        public int SocSigmaCentiPct;

        /// <summary>Offset of the current sensor, as a millionth of the capacity in an hour.</summary>
        public int BiasPpm;

        /// <summary>One standard deviation of it; 0 where nothing is stored.</summary>
        public int BiasSigmaPpm;

        /// <summary>Capacity in mAh; 0 where nothing is stored.</summary>
        public int CapacityMah;

        /// <summary>One standard deviation of it in mAh.</summary>
        public int CapacitySigmaMah;

        /// <summary>What the mean cell's resistances differ from the tables by, in 0.1 %.</summary>
        public int ResistancePermille;

        /// <summary>One standard deviation of it, in 0.1 %; 0 where nothing is stored.</summary>
        public int ResistanceSigmaPermille;

        /// <summary>Most that <see cref="HysteresisPermille"/> may be, of either sign.</summary>
        public const int MostHysteresis = 1000;

        /// <summary>State of the mean cell's voltage hysteresis, from -1000 (discharged into) to 1000 (charged into), or not available where it is not known or the pack may have been used since.</summary>
        public int HysteresisPermille = SignalValue.NotAvailable;

        /// <summary>How long the pack had rested when this was stored, at least, in s; not available where the contactors may have closed since.</summary>
        public int RestS = SignalValue.NotAvailable;

        /// <summary>Length of the sleep that began then, in s; 0 where none did.</summary>
        public int SleepS;

        /// <summary>When that rest began by the host's clock, in s as HostTime has them, or not available.</summary>
        public int RestSinceS = SignalValue.NotAvailable;

        /// <summary>Last time that the host told, in s, or not available.</summary>
        public int ClockS = SignalValue.NotAvailable;

        /// <summary>Which clock told it.</summary>
        public int ClockId = SignalValue.NotAvailable;

        /// <summary>True where every state of charge and every time is either not available or within its range.</summary>
        public bool IsPlausible
        {
            get
            {
                return IsSoc(LowestSocCentiPct) && IsSoc(HighestSocCentiPct) && IsSoc(MeanSocCentiPct)
                    && IsWithin(RestS, RestClock.MostRestS) && SleepS >= 0 && SleepS <= RestClock.MostSleepS
                    && (HysteresisPermille == SignalValue.NotAvailable || (HysteresisPermille >= -MostHysteresis && HysteresisPermille <= MostHysteresis))
                    && IsWithin(RestSinceS, int.MaxValue) && IsWithin(ClockS, int.MaxValue) && IsWithin(ClockId, 65534);
            }
        }

        private static bool IsSoc(int centiPct)
        {
            return IsWithin(centiPct, 10000);
        }

        private static bool IsWithin(int value, int most)
        {
            return value == SignalValue.NotAvailable || (value >= 0 && value <= most);
        }
    }
}
