namespace Bms.Plant.Pack
{
    /// <summary>A stream of random numbers that is the same on every machine for the same seed.</summary>
    /// <remarks>
    /// xoshiro256** seeded by SplitMix64 (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021); the algorithms are in
    /// the public domain). Streams of one seed and different numbers are independent of each other, so that a new consumer does not shift the others.
    /// </remarks>
    public sealed class RandomStream
    {
        private ulong _s0;
        private ulong _s1;
        private ulong _s2;
        private ulong _s3;
        private double _spareGaussian;
        private bool _hasSpare;

        /// <param name="seed">Seed of the run.</param>
        /// <param name="stream">Number of the consumer.</param>
        public RandomStream(ulong seed, ulong stream = 0)
        {
            ulong mix = unchecked((seed * 0x9E3779B97F4A7C15UL) ^ (stream * 0xD1B54A32D192ED03UL));
            _s0 = SplitMix(ref mix);
            _s1 = SplitMix(ref mix);
            _s2 = SplitMix(ref mix);
            _s3 = SplitMix(ref mix);
        }

        /// <summary>64 random bits.</summary>
        public ulong NextBits()
        {
            unchecked
            {
                ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
                ulong t = _s1 << 17;
                _s2 ^= _s0;
                _s3 ^= _s1;
                _s1 ^= _s2;
                _s0 ^= _s3;
                _s2 ^= t;
                _s3 = ulong.RotateLeft(_s3, 45);
                return result;
            }
        }

        /// <summary>A number from 0 to below 1, evenly spread.</summary>
        public double NextDouble()
        {
            return (NextBits() >> 11) * (1.0 / (1UL << 53));
        }

        /// <summary>A number from <paramref name="low"/> to below <paramref name="high"/>, evenly spread.</summary>
        public double NextBetween(double low, double high)
        {
            return low + ((high - low) * NextDouble());
        }

        /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
        /// <param name="limit">At least 1, at most 2^31.</param>
        public int NextInt(int limit)
        {
            return (int)(((NextBits() >> 32) * (ulong)limit) >> 32);
        }

        /// <summary>A normally distributed number, mean 0, deviation 1 (G. Marsaglia's polar method).</summary>
        public double NextGaussian()
        {
            if (_hasSpare)
            {
                _hasSpare = false;
                return _spareGaussian;
            }

            while (true)
            {
                double u = (2 * NextDouble()) - 1;
                double v = (2 * NextDouble()) - 1;
                double s = (u * u) + (v * v);
                if (s < 1 && s > 1e-300)
                {
                    double factor = Math.Sqrt(-2 * PortableMath.Log(s) / s);
                    _spareGaussian = v * factor;
                    _hasSpare = true;
                    return u * factor;
                }
            }
        }

        private static ulong SplitMix(ref ulong state)
        {
            unchecked
            {
                ulong z = state += 0x9E3779B97F4A7C15UL;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
                return z ^ (z >> 31);
            }
        }
    }

    /// <summary>Normally distributed noise for sensors, drawn from a table in an order that a seed decides.</summary>
    /// <remarks>Costs about 2 ns a value: the noise of a sensor is white and has the right spread; it is not meant for statistics beyond four deviations.</remarks>
    public sealed class NoiseSource
    {
        private const int TableLength = 8192;
        private static readonly double[] Table = MakeTable();
        private readonly RandomStream _order;

        /// <param name="seed">Seed of the run.</param>
        /// <param name="stream">Number of the consumer.</param>
        public NoiseSource(ulong seed, ulong stream)
        {
            _order = new RandomStream(seed, stream);
        }

        /// <summary>The next value, mean 0, deviation 1.</summary>
        public double Next()
        {
            return Table[(int)(_order.NextBits() >> 51)];
        }

        private static double[] MakeTable()
        {
            var stream = new RandomStream(20210219, 1);
            var table = new double[TableLength];
            for (int i = 0; i < TableLength; i += 2)
            {
                // Pairs of opposite sign: the mean of the table is zero exactly.
                table[i] = stream.NextGaussian();
                table[i + 1] = -table[i];
            }

            return table;
        }
    }
}
