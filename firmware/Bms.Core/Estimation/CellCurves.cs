using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>The tables of one cell chemistry, linear between their points over state of charge and temperature.</summary>
    /// <remarks>
    /// Beyond the first and the last state of charge the voltage goes on with the slope of the last piece; beyond the coldest and hottest row the tables keep their edge.
    /// Source of the figures: <see cref="CellTables"/>.
    /// </remarks>
    public sealed class CellCurves
    {
        private readonly short[] _socPermille;
        private readonly short[] _deciC;
        private readonly short[] _ocvMv;
        private readonly short[] _milliohmAh;
        private readonly int _columns;

        /// <summary>Picks the tables of a chemistry.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public CellCurves(int chemistry)
        {
            _socPermille = CellTables.SocPermille;
            _deciC = CellTables.TemperaturesDeciC(chemistry);
            _ocvMv = CellTables.OcvMv(chemistry);
            _milliohmAh = CellTables.ResistanceMilliohmAh(chemistry);
            _columns = _socPermille.Length;
        }

        /// <summary>Open-circuit voltage, in mV.</summary>
        /// <param name="soc">State of charge, 0..1; beyond it the line goes on.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public float OpenCircuitMv(float soc, int deciC)
        {
            float permille = soc * 1000f;
            int column = ColumnOf(permille);
            float part = (permille - _socPermille[column]) / (_socPermille[column + 1] - _socPermille[column]);
            return At(_ocvMv, column, part, deciC);
        }

        /// <summary>Slope of the open-circuit voltage, in mV for the whole capacity.</summary>
        /// <param name="soc">State of charge, 0..1.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public float SlopeMv(float soc, int deciC)
        {
            int column = ColumnOf(soc * 1000f);
            float rise = At(_ocvMv, column, 1f, deciC) - At(_ocvMv, column, 0f, deciC);
            return rise * 1000f / (_socPermille[column + 1] - _socPermille[column]);
        }

        /// <summary>Resistance for some ten seconds of current, times capacity, in milliohm Ah: divided by a pack's capacity in Ah it gives milliohm.</summary>
        /// <param name="soc">State of charge, 0..1; beyond it the edge counts.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public float ResistanceMilliohmAh(float soc, int deciC)
        {
            float permille = soc * 1000f;
            int column = ColumnOf(permille);
            float part = (permille - _socPermille[column]) / (_socPermille[column + 1] - _socPermille[column]);
            return At(_milliohmAh, column, part < 0f ? 0f : part > 1f ? 1f : part, deciC);
        }

        /// <summary>State of charge that has a given open-circuit voltage, 0..1; the ends beyond the curve.</summary>
        /// <param name="mv">Open-circuit voltage, in mV.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public float SocOf(float mv, int deciC)
        {
            if (mv <= At(_ocvMv, 0, 0f, deciC))
            {
                return 0f;
            }

            for (int column = 0; column < _columns - 1; column++)
            {
                float top = At(_ocvMv, column, 1f, deciC);
                if (mv > top)
                {
                    continue;
                }

                float bottom = At(_ocvMv, column, 0f, deciC);
                float rise = top - bottom;
                float part = rise > 0f ? (mv - bottom) / rise : 1f;
                return (_socPermille[column] + part * (_socPermille[column + 1] - _socPermille[column])) * 0.001f;
            }

            return 1f;
        }

        // The piece of the table in which a state of charge lies; the first and the last piece also serve beyond the ends.
        private int ColumnOf(float permille)
        {
            int column = 0;
            while (column < _columns - 2 && permille >= _socPermille[column + 1])
            {
                column++;
            }

            return column;
        }

        private float At(short[] table, int column, float part, int deciC)
        {
            int last = _deciC.Length - 1;
            int row = 0;
            while (row < last && deciC >= _deciC[row + 1])
            {
                row++;
            }

            int at = row * _columns + column;
            float here = table[at] + part * (table[at + 1] - table[at]);
            if (row == last || deciC <= _deciC[row])
            {
                return here;
            }

            at += _columns;
            float above = table[at] + part * (table[at + 1] - table[at]);
            return here + (above - here) * (deciC - _deciC[row]) / (_deciC[row + 1] - _deciC[row]);
        }
    }
}
