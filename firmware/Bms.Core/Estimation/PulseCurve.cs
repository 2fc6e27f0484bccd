using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>What a discharge pulse multiplies series resistance and fast polarisation by, over its current: the charge transfer at the electrodes takes less from a large current than in proportion.</summary>
    /// <remarks>
    /// <see cref="GoTo"/> draws the curve for a state of charge and a temperature, <see cref="At"/> reads it for as many currents as are asked for. For a chemistry whose pulses were not measured it is
    /// what its drive cycles say (<see cref="CellCurves.Fallen"/>); beyond the tables the edge holds. Source of the figures: <see cref="CellTables"/>. Allocates at construction only.
    /// </remarks>
    public sealed class PulseCurve
    {
        // No drive cycle and no pulse told of more.
        private const float MostRate = 6f;

        private readonly short[] _deciC;
        private readonly short[] _seriesPermille;
        private readonly short[] _fastPermille;
        private readonly short[] _socPermille;
        private readonly short[] _ratePermille;
        private readonly float[] _series;
        private readonly float[] _fast;
        private readonly short[] _seriesHalf;
        private readonly short[] _fastHalf;
        private float _seriesHalfRate = 1f;
        private float _fastHalfRate = 1f;

        /// <summary>Factor on the series resistance at the current of the last <see cref="At"/>.</summary>
        public float Series = 1f;

        /// <summary>Factor on the resistance of the fast polarisation there.</summary>
        public float Fast = 1f;

        /// <summary>True where pulses of the chemistry were measured.</summary>
        public readonly bool IsMeasured;

        /// <summary>Picks the tables of a chemistry.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public PulseCurve(int chemistry)
        {
            _deciC = CellTables.TemperaturesDeciC(chemistry);
            _seriesPermille = CellTables.PulseSeriesPermille(chemistry);
            _fastPermille = CellTables.PulseFastPermille(chemistry);
            _seriesHalf = CellTables.SeriesHalfDeciRate(chemistry);
            _fastHalf = CellTables.FastHalfDeciRate(chemistry);
            _socPermille = CellTables.PulseSocPermille;
            _ratePermille = CellTables.PulseRatePermille;
            _series = new float[_ratePermille.Length];
            _fast = new float[_ratePermille.Length];
            IsMeasured = _seriesPermille.Length > 1;
        }

        /// <summary>Draws the curve.</summary>
        /// <param name="soc">State of charge, 0..1.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public void GoTo(float soc, int deciC)
        {
            short[] rows = _deciC;
            int row = 0;
            while (row < rows.Length - 2 && deciC >= rows[row + 1])
            {
                row++;
            }

            float blend = Part(deciC, rows[row], rows[row + 1]);
            if (!IsMeasured)
            {
                _seriesHalfRate = 0.1f * (_seriesHalf[row] + blend * (_seriesHalf[row + 1] - _seriesHalf[row]));
                _fastHalfRate = 0.1f * (_fastHalf[row] + blend * (_fastHalf[row + 1] - _fastHalf[row]));
                return;
            }

            short[] socs = _socPermille;
            float permille = soc * 1000f;
            int column = 0;
            while (column < socs.Length - 2 && permille >= socs[column + 1])
            {
                column++;
            }

            float part = Part(permille, socs[column], socs[column + 1]);
            int width = _series.Length;
            int cold = (row * socs.Length + column) * width;
            Draw(_seriesPermille, _series, cold, socs.Length * width, part, blend);
            Draw(_fastPermille, _fast, cold, socs.Length * width, part, blend);
        }

        /// <summary>Reads <see cref="Series"/> and <see cref="Fast"/> for a current.</summary>
        /// <param name="rate">Its magnitude over the capacity, in 1/h.</param>
        public void At(float rate)
        {
            if (!IsMeasured)
            {
                rate = rate > MostRate ? MostRate : rate;
                float half = _seriesHalfRate;
                Series = half / (half + rate);
                half = _fastHalfRate;
                Fast = half / (half + rate);
                return;
            }

            float permille = rate * 1000f;
            short[] rates = _ratePermille;
            int at = 0;
            while (at < rates.Length - 2 && permille >= rates[at + 1])
            {
                at++;
            }

            float part = Part(permille, rates[at], rates[at + 1]);
            Series = _series[at] + part * (_series[at + 1] - _series[at]);
            Fast = _fast[at] + part * (_fast[at + 1] - _fast[at]);
        }

        private static void Draw(short[] table, float[] curve, int cold, int rowLength, float part, float blend)
        {
            int width = curve.Length;
            int warm = cold + rowLength;
            for (int i = 0; i < width; i++)
            {
                float low = table[cold + i];
                low += part * (table[cold + width + i] - low);
                float high = table[warm + i];
                high += part * (table[warm + width + i] - high);
                curve[i] = (low + blend * (high - low)) * 0.001f;
            }
        }

        private static float Part(float x, int low, int high)
        {
            float part = (x - low) / (high - low);
            return part < 0f ? 0f : part > 1f ? 1f : part;
        }
    }
}
