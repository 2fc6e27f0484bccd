using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>The tables of one cell chemistry, linear between their points over state of charge and temperature.</summary>
    /// <remarks>
    /// Beyond the first and the last state of charge the voltage goes on with the slope of the last piece; beyond the coldest and hottest row the tables keep their edge.
    /// Resistances are per capacity (milliohm Ah): divided by a pack's capacity in Ah they give milliohm. Source of the figures: <see cref="CellTables"/>.
    /// </remarks>
    public sealed class CellCurves
    {
        // Pieces that a search from the last place goes through, so that its cost has an end.
        private const int NearPieces = 6;

        private readonly short[] _socPermille;
        private readonly short[] _deciC;
        private readonly short[] _ocvMv;
        private readonly short[] _discharge;
        private readonly short[] _charge;
        private readonly short[] _fast;
        private readonly short[] _slow;
        private readonly short[] _fastTauDeciS;
        private readonly short[] _slowTauS;
        private readonly short[] _hysteresisTenthMv;
        private readonly short[] _errorMv;
        private readonly short[] _seriesHalf;
        private readonly short[] _fastHalf;
        private readonly int _columns;
        private int _column;
        private int _row;
        private int _rowDeciC = int.MinValue;
        private float _rowPart;

        /// <summary>Open-circuit voltage between the branches of the hysteresis, in mV.</summary>
        public float OpenCircuitMv;

        /// <summary>Slope of the open-circuit voltage, in mV for the whole capacity; never negative for tables that rise.</summary>
        public float SlopeMv;

        /// <summary>Current over capacity that halves the series resistance, in 1/h; above zero. See <see cref="Fallen"/>.</summary>
        public float SeriesHalfRate = 1f;

        /// <summary>Current over capacity that halves the resistance of the fast polarisation, in 1/h; above zero.</summary>
        public float FastHalfRate = 1f;

        /// <summary>Resistance at once and at no current, for the direction that was asked for, in milliohm Ah.</summary>
        public float SeriesMilliohmAh;

        /// <summary>Resistance of the fast polarisation (some ten seconds) at no current, in milliohm Ah.</summary>
        public float FastMilliohmAh;

        /// <summary>Resistance of the slow polarisation (a quarter of an hour and more), in milliohm Ah.</summary>
        public float SlowMilliohmAh;

        /// <summary>Time constant of the fast polarisation, in s; above zero.</summary>
        public float FastTauS = 1f;

        /// <summary>Time constant of the slow polarisation, in s; above zero.</summary>
        public float SlowTauS = 1f;

        /// <summary>What the tables were off by over the tests they were fitted to, in mV (RMS); brought to the temperature by <see cref="GoToTemperature"/>.</summary>
        public float ErrorMv;

        /// <summary>Half width of the voltage hysteresis, in mV.</summary>
        public float HysteresisMv;

        /// <summary>State of charge at which the piece of the last <see cref="FindPiece"/> begins.</summary>
        public float PieceFromSoc;

        /// <summary>State of charge at which it ends.</summary>
        public float PieceToSoc;

        /// <summary>Its slope, in mV for the whole capacity.</summary>
        public float PieceSlopeMv;

        /// <summary>Rate of the hysteresis: it covers 63 % of the way to its other branch within 1 / rate of the capacity.</summary>
        public readonly float HysteresisRate;

        /// <summary>Picks the tables of a chemistry.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public CellCurves(int chemistry)
        {
            _socPermille = CellTables.SocPermille;
            _deciC = CellTables.TemperaturesDeciC(chemistry);
            _ocvMv = CellTables.OcvMv(chemistry);
            _discharge = CellTables.DischargeMilliohmAh(chemistry);
            _charge = CellTables.ChargeMilliohmAh(chemistry);
            _fast = CellTables.FastMilliohmAh(chemistry);
            _slow = CellTables.SlowMilliohmAh(chemistry);
            _fastTauDeciS = CellTables.FastTauDeciS(chemistry);
            _slowTauS = CellTables.SlowTauS(chemistry);
            _hysteresisTenthMv = CellTables.HysteresisTenthMv(chemistry);
            _errorMv = CellTables.ErrorMv(chemistry);
            _seriesHalf = CellTables.SeriesHalfDeciRate(chemistry);
            _fastHalf = CellTables.FastHalfDeciRate(chemistry);
            HysteresisRate = CellTables.HysteresisRate(chemistry);
            _columns = _socPermille.Length;

            // Where most packs are: the first search is short.
            _column = _columns * 3 / 4;
        }

        /// <summary>Goes to a place in the tables; the figures there are then in the fields.</summary>
        /// <remarks>One search for all of them, as a search costs the device more than the figures.</remarks>
        /// <param name="soc">State of charge, 0..1; beyond it the voltage goes on in a line and the other tables keep their edge.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        /// <param name="charging">Which of the two tables of the series resistance.</param>
        public void GoTo(float soc, int deciC, bool charging)
        {
            FindRow(deciC);
            float permille = soc * 1000f;
            int column = ColumnOf(permille);
            _column = column;
            int width = _socPermille[column + 1] - _socPermille[column];
            float part = (permille - _socPermille[column]) / width;
            float edge = part < 0f ? 0f : part > 1f ? 1f : part;

            short[] ocv = _ocvMv;
            short[] series = charging ? _charge : _discharge;
            short[] fast = _fast;
            short[] slow = _slow;
            int at = _row * _columns + column;
            float bottom = ocv[at];
            float rise = ocv[at + 1] - bottom;
            float r0 = series[at] + edge * (series[at + 1] - series[at]);
            float r1 = fast[at] + edge * (fast[at + 1] - fast[at]);
            float r2 = slow[at] + edge * (slow[at + 1] - slow[at]);
            float tau1 = _fastTauDeciS[_row];
            float tau2 = _slowTauS[_row];
            float blend = _rowPart;
            if (blend > 0f)
            {
                at += _columns;
                bottom += blend * (ocv[at] - bottom);
                rise += blend * (ocv[at + 1] - ocv[at] - rise);
                r0 += blend * (series[at] + edge * (series[at + 1] - series[at]) - r0);
                r1 += blend * (fast[at] + edge * (fast[at + 1] - fast[at]) - r1);
                r2 += blend * (slow[at] + edge * (slow[at + 1] - slow[at]) - r2);
                tau1 += blend * (_fastTauDeciS[_row + 1] - tau1);
                tau2 += blend * (_slowTauS[_row + 1] - tau2);
            }

            OpenCircuitMv = bottom + part * rise;
            SlopeMv = rise * 1000f / width;
            SeriesMilliohmAh = r0;
            FastMilliohmAh = r1;
            SlowMilliohmAh = r2;
            FastTauS = tau1 * 0.1f;
            SlowTauS = tau2;
            HysteresisMv = (_hysteresisTenthMv[column] + edge * (_hysteresisTenthMv[column + 1] - _hysteresisTenthMv[column])) * 0.1f;
        }

        /// <summary>Brings <see cref="SeriesHalfRate"/>, <see cref="FastHalfRate"/> and <see cref="ErrorMv"/> to the temperature of the last <see cref="GoTo"/>: not a part of it, as few need them.</summary>
        public void GoToTemperature()
        {
            int row = _row;
            float series = _seriesHalf[row];
            float fast = _fastHalf[row];
            float error = _errorMv[row];
            float blend = _rowPart;
            if (blend > 0f)
            {
                series += blend * (_seriesHalf[row + 1] - series);
                fast += blend * (_fastHalf[row + 1] - fast);
                error += blend * (_errorMv[row + 1] - error);
            }

            ErrorMv = error;
            SeriesHalfRate = series * 0.1f;
            FastHalfRate = fast * 0.1f;
        }

        /// <summary>A resistance at a current: charge transfer takes less from a large current than in proportion, most of all in the cold.</summary>
        /// <param name="milliohmAh">It at no current.</param>
        /// <param name="rate">Current over capacity, in 1/h; either sign.</param>
        /// <param name="halfRate">What halves it, in 1/h; above zero.</param>
        public static float Fallen(float milliohmAh, float rate, float halfRate)
        {
            return milliohmAh / (1f + (rate < 0f ? -rate : rate) / halfRate);
        }

        /// <summary>Open-circuit voltage at a state of charge and the temperature of the last <see cref="GoTo"/>, in mV. Leaves the fields as they are.</summary>
        /// <param name="soc">State of charge, 0..1; beyond it the voltage goes on in a line.</param>
        public float OcvOf(float soc)
        {
            float permille = soc * 1000f;
            int column = ColumnOf(permille);
            int width = _socPermille[column + 1] - _socPermille[column];
            float part = (permille - _socPermille[column]) / width;
            short[] ocv = _ocvMv;
            int at = _row * _columns + column;
            float bottom = ocv[at];
            float rise = ocv[at + 1] - bottom;
            float blend = _rowPart;
            if (blend > 0f)
            {
                at += _columns;
                bottom += blend * (ocv[at] - bottom);
                rise += blend * (ocv[at + 1] - ocv[at] - rise);
            }

            return bottom + part * rise;
        }

        /// <summary>Voltage across the resistances and of the hysteresis at a state of charge and the temperature of the last <see cref="GoTo"/>, in mV. Leaves the fields as they are.</summary>
        /// <param name="soc">State of charge; beyond 0..1 the tables keep their edge.</param>
        /// <param name="rate">Current through the series resistance over the capacity, in 1/h; positive charges.</param>
        /// <param name="fastRate">That through the fast polarisation.</param>
        /// <param name="slowRate">That through the slow one.</param>
        /// <param name="hysteresis">State of the hysteresis, -1..1.</param>
        public float LoadOf(float soc, float rate, float fastRate, float slowRate, float hysteresis)
        {
            float permille = soc * 1000f;
            int column = ColumnOf(permille);
            int left = _socPermille[column];
            float part = (permille - left) / (_socPermille[column + 1] - left);
            part = part < 0f ? 0f : part > 1f ? 1f : part;
            short[] series = rate > 0f ? _charge : _discharge;
            short[] fast = _fast;
            short[] slow = _slow;
            int at = _row * _columns + column;
            float load = 0f;
            float blend = _rowPart;
            for (int row = 0; row < 2; row++)
            {
                float low = series[at] * rate + fast[at] * fastRate + slow[at] * slowRate;
                float high = series[at + 1] * rate + fast[at + 1] * fastRate + slow[at + 1] * slowRate;
                low += part * (high - low);
                load = row == 0 ? low : load + blend * (low - load);
                if (blend <= 0f)
                {
                    break;
                }

                at += _columns;
            }

            short[] half = _hysteresisTenthMv;
            return load + hysteresis * 0.1f * (half[column] + part * (half[column + 1] - half[column]));
        }

        /// <summary>Finds the straight piece of the open-circuit voltage around a state of charge, at the temperature of the last <see cref="GoTo"/>.</summary>
        /// <param name="soc">State of charge, 0..1.</param>
        public void FindPiece(float soc)
        {
            int column = ColumnOf(soc * 1000f);
            int left = _socPermille[column];
            int right = _socPermille[column + 1];
            PieceFromSoc = left * 0.001f;
            PieceToSoc = right * 0.001f;
            PieceSlopeMv = (OcvAt(column + 1) - OcvAt(column)) * 1000f / (right - left);
        }

        /// <summary>State of charge that has a given open-circuit voltage, 0..1; the ends beyond the curve.</summary>
        /// <param name="mv">Open-circuit voltage, in mV.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public float SocOf(float mv, int deciC)
        {
            FindRow(deciC);
            if (mv <= OcvAt(0))
            {
                return 0f;
            }

            for (int column = 0; column < _columns - 1; column++)
            {
                float top = OcvAt(column + 1);
                if (mv > top)
                {
                    continue;
                }

                float bottom = OcvAt(column);
                float rise = top - bottom;
                float part = rise > 0f ? (mv - bottom) / rise : 1f;
                return (_socPermille[column] + part * (_socPermille[column + 1] - _socPermille[column])) * 0.001f;
            }

            return 1f;
        }

        /// <summary>State of charge that has a given open-circuit voltage, looked for a few pieces of the curve around the last <see cref="GoTo"/> and at its temperature; beyond them their last piece goes on.</summary>
        /// <param name="mv">Open-circuit voltage, in mV.</param>
        public float SocNear(float mv)
        {
            int column = _column;
            int way = OcvAt(column) > mv ? -1 : 1;
            for (int left = NearPieces; left > 0; left--)
            {
                int next = column + way;
                if (next < 0 || next > _columns - 2 || (way > 0 ? OcvAt(next) > mv : OcvAt(column) <= mv))
                {
                    break;
                }

                column = next;
            }

            float bottom = OcvAt(column);
            float rise = OcvAt(column + 1) - bottom;
            float part = rise > 0f ? (mv - bottom) / rise : 0f;
            return (_socPermille[column] + part * (_socPermille[column + 1] - _socPermille[column])) * 0.001f;
        }

        // From the last place: the state of charge moves slowly, so the search is short.
        private int ColumnOf(float permille)
        {
            short[] socs = _socPermille;
            int last = _columns - 2;
            int column = _column;
            while (column < last && permille >= socs[column + 1])
            {
                column++;
            }

            while (column > 0 && permille < socs[column])
            {
                column--;
            }

            return column;
        }

        private float OcvAt(int column)
        {
            int at = _row * _columns + column;
            float here = _ocvMv[at];
            return _rowPart > 0f ? here + _rowPart * (_ocvMv[at + _columns] - here) : here;
        }

        // The row at or below a temperature, and how far it lies towards the next one; beyond the ends the edge row alone.
        private void FindRow(int deciC)
        {
            if (deciC == _rowDeciC)
            {
                return;
            }

            _rowDeciC = deciC;
            short[] rows = _deciC;
            int last = rows.Length - 1;
            int row = 0;
            while (row < last && deciC >= rows[row + 1])
            {
                row++;
            }

            _row = row;
            _rowPart = row == last || deciC <= rows[row] ? 0f : (float)(deciC - rows[row]) / (rows[row + 1] - rows[row]);
        }
    }
}
