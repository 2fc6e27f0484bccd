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
        private int _column;
        private int _row;
        private float _rowPart;

        /// <summary>Open-circuit voltage, in mV.</summary>
        public float OpenCircuitMv;

        /// <summary>Slope of the open-circuit voltage, in mV for the whole capacity; never negative for tables that rise.</summary>
        public float SlopeMv;

        /// <summary>Resistance for some ten seconds of current, times capacity, in milliohm Ah: divided by a pack's capacity in Ah it gives milliohm.</summary>
        public float ResistanceMilliohmAh;

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

        /// <summary>Goes to a place in the tables; the figures there are then in the fields.</summary>
        /// <remarks>One search for all of them, as a search costs the device more than the figures.</remarks>
        /// <param name="soc">State of charge, 0..1; beyond it the voltage goes on in a line and the resistance keeps its edge.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        public void GoTo(float soc, int deciC)
        {
            float permille = soc * 1000f;
            short[] socs = _socPermille;
            int column = _column;
            while (column < _columns - 2 && permille >= socs[column + 1])
            {
                column++;
            }

            while (column > 0 && permille < socs[column])
            {
                column--;
            }

            _column = column;
            int width = socs[column + 1] - socs[column];
            float part = (permille - socs[column]) / width;
            float edge = part < 0f ? 0f : part > 1f ? 1f : part;

            FindRow(deciC);
            short[] ocv = _ocvMv;
            short[] resistance = _milliohmAh;
            int at = _row * _columns + column;
            float bottom = ocv[at];
            float rise = ocv[at + 1] - bottom;
            float ohm = resistance[at] + edge * (resistance[at + 1] - resistance[at]);
            float blend = _rowPart;
            if (blend > 0f)
            {
                at += _columns;
                bottom += blend * (ocv[at] - bottom);
                rise += blend * (ocv[at + 1] - ocv[at] - rise);
                ohm += blend * (resistance[at] + edge * (resistance[at + 1] - resistance[at]) - ohm);
            }

            OpenCircuitMv = bottom + part * rise;
            SlopeMv = rise * 1000f / width;
            ResistanceMilliohmAh = ohm;
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

        private float OcvAt(int column)
        {
            int at = _row * _columns + column;
            float here = _ocvMv[at];
            return _rowPart > 0f ? here + _rowPart * (_ocvMv[at + _columns] - here) : here;
        }

        // The row at or below a temperature, and how far it lies towards the next one; beyond the ends the edge row alone.
        private void FindRow(int deciC)
        {
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
