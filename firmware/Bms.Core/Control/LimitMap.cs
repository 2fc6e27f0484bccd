using Bms.Core.Configuration;

namespace Bms.Core.Control
{
    /// <summary>Reads a table of <see cref="LimitTables"/> between its points, in integers.</summary>
    /// <remarks>Beyond the edges the value at the edge counts. The last place is kept, so that a look costs no search while temperature and charge move slowly. Allocates nothing after construction.</remarks>
    public sealed class LimitMap
    {
        private readonly short[] _table;
        private readonly short[] _temperatures = LimitTables.TemperatureDeciC;
        private readonly short[] _socs = LimitTables.SocPermille;
        private readonly int _columns;
        private int _row;
        private int _column;

        /// <param name="table">Row of temperature after row of temperature, one value for each state of charge.</param>
        public LimitMap(short[] table)
        {
            _table = table;
            _columns = _socs.Length;
        }

        /// <summary>Value at a temperature and a state of charge, in the unit of the table.</summary>
        /// <param name="deciC">Temperature in 0.1 degC.</param>
        /// <param name="socPermille">State of charge in permille.</param>
        public int At(int deciC, int socPermille)
        {
            short[] t = _temperatures;
            int row = _row;
            while (row > 0 && deciC < t[row])
            {
                row--;
            }

            while (row < t.Length - 2 && deciC >= t[row + 1])
            {
                row++;
            }

            _row = row;
            short[] s = _socs;
            int column = _column;
            while (column > 0 && socPermille < s[column])
            {
                column--;
            }

            while (column < s.Length - 2 && socPermille >= s[column + 1])
            {
                column++;
            }

            _column = column;
            int at = row * _columns + column;
            int width = s[column + 1] - s[column];
            int fromSoc = socPermille - s[column];
            fromSoc = fromSoc < 0 ? 0 : fromSoc > width ? width : fromSoc;
            int lower = _table[at] + (_table[at + 1] - _table[at]) * fromSoc / width;
            at += _columns;
            int upper = _table[at] + (_table[at + 1] - _table[at]) * fromSoc / width;
            int height = t[row + 1] - t[row];
            int fromDeciC = deciC - t[row];
            fromDeciC = fromDeciC < 0 ? 0 : fromDeciC > height ? height : fromDeciC;
            return lower + (upper - lower) * fromDeciC / height;
        }
    }
}
