namespace Bms.Bench.Climate
{
    /// <summary>Trimming values of one BME280 and the formulas that turn its raw values into physical ones.</summary>
    /// <remarks>
    /// Formulas after the data sheet BST-BME280-DS002, section 4.2.3 (32-bit and 64-bit integers), written anew. The default values are those of the worked example for temperature and pressure
    /// that Bosch gives for the BMP280, whose formulas are the same; those for humidity are usual ones.
    /// </remarks>
    public sealed class Bme280Compensation
    {
        /// <summary>Trimming of the temperature.</summary>
        public int T1 = 27504, T2 = 26435, T3 = -1000;

        /// <summary>Trimming of the pressure.</summary>
        public int P1 = 36477, P2 = -10685, P3 = 3024, P4 = 2855, P5 = 140, P6 = -7, P7 = 15500, P8 = -14600, P9 = 6000;

        /// <summary>Trimming of the humidity.</summary>
        public int H1 = 75, H2 = 370, H3 = 0, H4 = 313, H5 = 50, H6 = 30;

        /// <summary>The fine temperature on which the other two rest.</summary>
        /// <param name="raw">Raw temperature, 20 bits.</param>
        public int FineTemperature(int raw)
        {
            int first = (((raw >> 3) - (T1 << 1)) * T2) >> 11;
            int difference = (raw >> 4) - T1;
            return first + ((((difference * difference) >> 12) * T3) >> 14);
        }

        /// <summary>Temperature in 0.01 degC.</summary>
        /// <param name="fine">Fine temperature.</param>
        public static int TemperatureCentiC(int fine) => ((fine * 5) + 128) >> 8;

        /// <summary>Pressure in Pa, with 8 bits of fraction.</summary>
        /// <param name="raw">Raw pressure, 20 bits.</param>
        /// <param name="fine">Fine temperature.</param>
        public long PressureQ8(int raw, int fine)
        {
            long warm = (long)fine - 128000;
            long offset = (warm * warm * P6) + ((warm * P5) << 17) + ((long)P4 << 35);
            long scale = ((warm * warm * P3) >> 8) + ((warm * P2) << 12);
            scale = (((1L << 47) + scale) * P1) >> 33;
            if (scale == 0)
            {
                return 0;
            }

            long p = 1048576 - raw;
            p = ((p << 31) - offset) * 3125 / scale;
            long square = (P9 * (p >> 13) * (p >> 13)) >> 25;
            long linear = (P8 * p) >> 19;
            return ((p + square + linear) >> 8) + ((long)P7 << 4);
        }

        /// <summary>Relative humidity in %, with 10 bits of fraction.</summary>
        /// <param name="raw">Raw humidity, 16 bits.</param>
        /// <param name="fine">Fine temperature.</param>
        public int HumidityQ10(int raw, int fine)
        {
            int warm = fine - 76800;
            int slope = ((((warm * H6) >> 10) * (((warm * H3) >> 11) + 32768)) >> 10) + 2097152;
            int value = (((raw << 14) - (H4 << 20) - (H5 * warm) + 16384) >> 15) * (((slope * H2) + 8192) >> 14);
            value -= ((((value >> 15) * (value >> 15)) >> 7) * H1) >> 4;
            value = value < 0 ? 0 : value > 419430400 ? 419430400 : value;
            return value >> 12;
        }
    }
}
