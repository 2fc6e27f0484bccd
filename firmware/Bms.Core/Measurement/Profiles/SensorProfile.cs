namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Kinds of current sensors that the firmware understands.</summary>
    public static class SensorProfile
    {
        /// <summary>Sensor of this project: current, and the voltages on both sides of the contactors.</summary>
        public const int Reference = 0;

        /// <summary>Isabellenhuette IVT-S: current, U1 on the battery side, U2 on the load side.</summary>
        public const int IvtS = 1;

        /// <summary>LEM CAB 300 or CAB 500: current only, the voltages come from the reference sensor's frame.</summary>
        public const int LemCab = 2;

        /// <summary>Victron Lynx shunt: current only, the voltages come from the reference sensor's frame.</summary>
        public const int VictronLynx = 3;

        /// <summary>Number of kinds.</summary>
        public const int Count = 4;

        // Four deviations of what a sensor of some hundred amperes shows without a current, offset 40 mA and noise 0.1 A, and a hysteresis above them [D]. Small packs have no better sensor.
        private const int SensorErrorMa = 600;
        private const int LeastHysteresisMa = 100;

        /// <summary>Name as it stands in files and tools.</summary>
        /// <param name="profile">One of the constants.</param>
        public static string NameOf(int profile)
        {
            switch (profile)
            {
                case IvtS: return "IvtS";
                case LemCab: return "LemCab";
                case VictronLynx: return "VictronLynx";
                default: return "Reference";
            }
        }

        /// <summary>Time between two currents, in ms, as the sources have it or as assumed there.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int PeriodMs(int profile)
        {
            switch (profile)
            {
                case IvtS: return Messages.IvtS.Current.PeriodMs;
                case LemCab: return Messages.LemCab.Current.PeriodMs;
                case VictronLynx: return Messages.VictronLynx.BatteryStatus.PeriodMs;
                default: return Messages.SensorCurrent.PeriodMs;
            }
        }

        /// <summary>A threshold that the error of a usual current sensor does not reach, in mA.</summary>
        /// <param name="ma">What the cells ask for, in mA.</param>
        public static int AboveSensorError(int ma)
        {
            return ma > SensorErrorMa + LeastHysteresisMa ? ma : SensorErrorMa + LeastHysteresisMa;
        }

        /// <summary>A hysteresis that ends above that error, in mA.</summary>
        /// <param name="ma">What is wanted, in mA.</param>
        /// <param name="thresholdMa">Threshold from <see cref="AboveSensorError"/>, in mA.</param>
        public static int HysteresisAboveSensorError(int ma, int thresholdMa)
        {
            int most = thresholdMa - SensorErrorMa;
            return ma < LeastHysteresisMa ? LeastHysteresisMa : ma > most ? most : ma;
        }
    }
}
