namespace Bms.Identification
{
    /// <summary>The outer half of the fit: a pattern search (R. Hooke and T. A. Jeeves, J. ACM 8 (1961) 212) over what the voltage is not linear in, one quantity at a time.</summary>
    /// <remarks>Two time constants for each temperature, the rate of the hysteresis where it is searched for, and for falling resistances two currents at the coldest row with their growth for every 10 K.</remarks>
    internal sealed class TimeConstantSearch
    {
        private const int Tries = 6;

        private readonly ModelRegression _regression;
        private readonly double[] _temperatures;
        private readonly double[] _falling = [8, 2, 8, 2];
        private readonly bool _searchesGamma;
        private readonly int _rows;

        /// <param name="setup">Grid of temperatures.</param>
        /// <param name="regression">Gets what is tried.</param>
        /// <param name="falls">True where the resistances fall with the current.</param>
        internal TimeConstantSearch(IdentificationSetup setup, ModelRegression regression, bool falls)
        {
            _regression = regression;
            _temperatures = setup.TemperatureGridC;
            _rows = _temperatures.Length;
            _searchesGamma = setup.SearchHysteresisGamma;
            Count = (2 * _rows) + 1 + (falls ? _falling.Length : 0);
            if (falls)
            {
                SetHalfCurrents();
            }
        }

        /// <summary>Quantities to search over.</summary>
        internal int Count { get; }

        /// <summary>Tries a quantity a factor up, then down, as long as the cost falls.</summary>
        /// <param name="which">0 to <see cref="Count"/> - 1.</param>
        /// <param name="factor">Above 1.</param>
        /// <param name="best">Cost so far.</param>
        /// <returns>Cost now.</returns>
        internal double Improve(int which, double factor, double best)
        {
            if (which == 2 * _rows && !_searchesGamma)
            {
                return best;
            }

            foreach (double step in new[] { factor, 1 / factor })
            {
                bool improved = false;
                for (int tries = 0; tries < Tries; tries++)
                {
                    double old = Get(which);
                    if (!Set(which, old * step))
                    {
                        break;
                    }

                    double cost = _regression.Solve();
                    if (cost >= best)
                    {
                        _ = Set(which, old);
                        break;
                    }

                    best = cost;
                    improved = true;
                }

                if (improved)
                {
                    break;
                }
            }

            return best;
        }

        private double Get(int which)
        {
            return which > 2 * _rows ? _falling[which - (2 * _rows) - 1] : which == 2 * _rows ? _regression.Gamma : which < _rows ? _regression.Tau1S[which] : _regression.Tau2S[which - _rows];
        }

        // The limits keep the two pairs apart and both inside what 1 s sampling and a test of hours can tell.
        private bool Set(int which, double value)
        {
            ModelRegression r = _regression;
            if (which > 2 * _rows)
            {
                int at = which - (2 * _rows) - 1;
                bool isCurrent = at % 2 == 0;
                if (isCurrent ? value is < 0.5 or > 1000 : value is < 1 or > 8)
                {
                    return false;
                }

                _falling[at] = value;
                SetHalfCurrents();
                r.Invalidate(-1);
                return true;
            }

            if (which == 2 * _rows)
            {
                if (value is < 2 or > 400)
                {
                    return false;
                }

                r.Gamma = value;
                r.Invalidate(-1);
                return true;
            }

            int row = which % _rows;
            if (which < _rows)
            {
                if (value < 1 || value > r.Tau2S[row] / 4)
                {
                    return false;
                }

                r.Tau1S[row] = value;
            }
            else
            {
                if (value > 3000 || value < r.Tau1S[row] * 4)
                {
                    return false;
                }

                r.Tau2S[row] = value;
            }

            r.Invalidate(row);
            return true;
        }

        private void SetHalfCurrents()
        {
            _regression.SeriesHalfA = Array.ConvertAll(_temperatures, t => _falling[0] * Math.Pow(_falling[1], (t - _temperatures[0]) / 10));
            _regression.FastHalfA = Array.ConvertAll(_temperatures, t => _falling[2] * Math.Pow(_falling[3], (t - _temperatures[0]) / 10));
        }
    }
}
