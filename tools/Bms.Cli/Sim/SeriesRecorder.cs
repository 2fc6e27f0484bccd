namespace Bms.Cli.Sim
{
    /// <summary>Keeps the lowest and the highest value of many quantities for each second, so that peaks survive.</summary>
    internal sealed class SeriesRecorder
    {
        private readonly int _count;
        private readonly List<float[]> _low = [];
        private readonly List<float[]> _high = [];
        private int _second = -1;

        /// <param name="count">Quantities.</param>
        public SeriesRecorder(int count)
        {
            _count = count;
        }

        /// <summary>Seconds recorded.</summary>
        public int Seconds => _low.Count;

        /// <summary>Takes one value of each quantity.</summary>
        /// <param name="timeS">Time in s, not falling.</param>
        /// <param name="values">One value per quantity; NaN where there is none.</param>
        public void Add(double timeS, ReadOnlySpan<double> values)
        {
            int second = (int)timeS;
            while (_second < second)
            {
                _second++;
                var low = new float[_count];
                var high = new float[_count];
                Array.Fill(low, float.NaN);
                Array.Fill(high, float.NaN);
                _low.Add(low);
                _high.Add(high);
            }

            float[] lowest = _low[second];
            float[] highest = _high[second];
            for (int q = 0; q < _count; q++)
            {
                float v = (float)values[q];
                if (!(lowest[q] <= v))
                {
                    lowest[q] = float.IsNaN(v) ? lowest[q] : v;
                }

                if (!(highest[q] >= v))
                {
                    highest[q] = float.IsNaN(v) ? highest[q] : v;
                }
            }
        }

        /// <summary>One quantity in buckets of whole seconds.</summary>
        /// <param name="quantity">Quantity from 0.</param>
        /// <param name="bucketS">Seconds in a bucket.</param>
        /// <param name="scale">Multiplies the values.</param>
        public (float[] Low, float[] High) Buckets(int quantity, int bucketS, double scale = 1)
        {
            int buckets = (Seconds + bucketS - 1) / bucketS;
            var low = new float[buckets];
            var high = new float[buckets];
            for (int b = 0; b < buckets; b++)
            {
                float lowest = float.NaN;
                float highest = float.NaN;
                for (int s = b * bucketS; s < Math.Min(Seconds, (b + 1) * bucketS); s++)
                {
                    lowest = !(lowest <= _low[s][quantity]) && !float.IsNaN(_low[s][quantity]) ? _low[s][quantity] : lowest;
                    highest = !(highest >= _high[s][quantity]) && !float.IsNaN(_high[s][quantity]) ? _high[s][quantity] : highest;
                }

                low[b] = (float)(lowest * scale);
                high[b] = (float)(highest * scale);
            }

            return scale < 0 ? (high, low) : (low, high);
        }
    }
}
