namespace Bms.Plant.Pack
{
    /// <summary>Exponential and logarithm from additions and multiplications alone, so that a run gives the same bits on every machine.</summary>
    /// <remarks>The run-time library's own come from the C library of the system and may differ in the last bit from one system to the next. Error below 1e-15 relative.</remarks>
    public static class PortableMath
    {
        private const double Ln2High = 6.93147180369123816490e-01;
        private const double Ln2Low = 1.90821492927058770002e-10;
        private const double InverseLn2 = 1.44269504088896338700;

        /// <summary>e to the power of x.</summary>
        /// <param name="x">Exponent; below -700 the result is 0, above 700 it is that of 700.</param>
        public static double Exp(double x)
        {
            if (x < -700)
            {
                return 0;
            }

            x = Math.Min(x, 700);
            double k = Math.Round(x * InverseLn2);
            double r = x - (k * Ln2High) - (k * Ln2Low);
            double p = 1.0 / 6227020800.0;
            p = (p * r) + (1.0 / 479001600.0);
            p = (p * r) + (1.0 / 39916800.0);
            p = (p * r) + (1.0 / 3628800.0);
            p = (p * r) + (1.0 / 362880.0);
            p = (p * r) + (1.0 / 40320.0);
            p = (p * r) + (1.0 / 5040.0);
            p = (p * r) + (1.0 / 720.0);
            p = (p * r) + (1.0 / 120.0);
            p = (p * r) + (1.0 / 24.0);
            p = (p * r) + (1.0 / 6.0);
            p = (p * r) + 0.5;
            p = (p * r) + 1.0;
            p = (p * r) + 1.0;
            return p * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
        }

        /// <summary>Natural logarithm.</summary>
        /// <param name="x">A normal number above 0.</param>
        public static double Log(double x)
        {
            long bits = BitConverter.DoubleToInt64Bits(x);
            long exponent = (bits >> 52) - 1023;
            double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
            if (m > 1.4142135623730951)
            {
                m *= 0.5;
                exponent++;
            }

            // ln m = 2 artanh((m - 1) / (m + 1)); the argument stays below 0.172, so twelve terms are plenty.
            double s = (m - 1) / (m + 1);
            double s2 = s * s;
            double sum = 0;
            for (int n = 23; n >= 1; n -= 2)
            {
                sum = (sum * s2) + (1.0 / n);
            }

            return (exponent * Ln2High) + ((2 * s * sum) + (exponent * Ln2Low));
        }
    }
}
