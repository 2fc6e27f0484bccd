namespace Bms.Identification
{
    /// <summary>Linear least squares with lower bounds, gathered row by row: minimises the sum of w (a x - b)^2 subject to x at or above its bound.</summary>
    /// <remarks>
    /// Normal equations with an envelope Cholesky factorisation, so that unknowns that stand far apart cost nothing; bounds by an active set (a bounded unknown is
    /// freed again when its gradient points inward), after C. L. Lawson and R. J. Hanson, Solving Least Squares Problems, 1974, chapter 23. One thread and a
    /// fixed order of summation: the same rows give the same bits.
    /// </remarks>
    internal sealed class BoundedLeastSquares
    {
        private readonly double[][] _a;
        private readonly double[] _b;
        private double _c;

        internal BoundedLeastSquares(int unknowns)
        {
            _b = new double[unknowns];
            _a = new double[unknowns][];
            for (int i = 0; i < unknowns; i++)
            {
                _a[i] = new double[i + 1];
            }
        }

        /// <summary>Adds one weighted row; the indices need no order but each stands once.</summary>
        internal void Add(ReadOnlySpan<int> index, ReadOnlySpan<double> coefficient, double value, double weight)
        {
            for (int p = 0; p < index.Length; p++)
            {
                double wp = weight * coefficient[p];
                if (wp == 0)
                {
                    continue;
                }

                int i = index[p];
                double[] row = _a[i];
                _b[i] += wp * value;
                for (int q = 0; q < index.Length; q++)
                {
                    int j = index[q];
                    if (j <= i)
                    {
                        row[j] += wp * coefficient[q];
                    }
                }
            }

            _c += weight * value * value;
        }

        internal void Add(BoundedLeastSquares other)
        {
            for (int i = 0; i < _b.Length; i++)
            {
                _b[i] += other._b[i];
                double[] to = _a[i];
                double[] from = other._a[i];
                for (int j = 0; j <= i; j++)
                {
                    to[j] += from[j];
                }
            }

            _c += other._c;
        }

        internal void Clear()
        {
            Array.Clear(_b);
            foreach (double[] row in _a)
            {
                Array.Clear(row);
            }

            _c = 0;
        }

        /// <summary>Cost of a solution.</summary>
        internal double Cost(double[] x)
        {
            double sum = _c;
            for (int i = 0; i < x.Length; i++)
            {
                double[] row = _a[i];
                double ax = 0;
                for (int j = 0; j < i; j++)
                {
                    ax += row[j] * x[j];
                }

                sum += x[i] * ((2 * ax) + (row[i] * x[i]) - (2 * _b[i]));
            }

            return sum;
        }

        /// <summary>Solves; <paramref name="lower"/> holds negative infinity where an unknown is free.</summary>
        internal double[] Solve(double[] lower)
        {
            int n = _b.Length;
            var bound = new bool[n];
            double[] x = SolveWith(bound, lower);
            for (int round = 0; round < 30; round++)
            {
                bool changed = false;
                for (int i = 0; i < n; i++)
                {
                    if (!bound[i] && x[i] < lower[i])
                    {
                        bound[i] = true;
                        changed = true;
                    }
                    else if (bound[i] && round < 20 && Gradient(x, i) < 0)
                    {
                        bound[i] = false;
                        changed = true;
                    }
                }

                if (!changed)
                {
                    break;
                }

                x = SolveWith(bound, lower);
            }

            for (int i = 0; i < n; i++)
            {
                x[i] = Math.Max(x[i], lower[i]);
            }

            return x;
        }

        private double Gradient(double[] x, int i)
        {
            double sum = -_b[i];
            for (int j = 0; j < x.Length; j++)
            {
                sum += (j <= i ? _a[i][j] : _a[j][i]) * x[j];
            }

            return sum;
        }

        private double[] SolveWith(bool[] bound, double[] lower)
        {
            int n = _b.Length;
            var l = new double[n][];
            var first = new int[n];
            var y = new double[n];
            for (int i = 0; i < n; i++)
            {
                double[] row = new double[i + 1];
                l[i] = row;
                first[i] = i;
                if (bound[i])
                {
                    row[i] = 1;
                    y[i] = lower[i];
                    continue;
                }

                y[i] = _b[i];
                for (int j = 0; j < i; j++)
                {
                    double v = _a[i][j];
                    if (v == 0)
                    {
                        continue;
                    }

                    if (bound[j])
                    {
                        y[i] -= v * lower[j];
                        continue;
                    }

                    row[j] = v;
                    first[i] = Math.Min(first[i], j);
                }

                for (int j = i + 1; j < n; j++)
                {
                    if (bound[j])
                    {
                        y[i] -= _a[j][i] * lower[j];
                    }
                }

                row[i] = _a[i][i];
            }

            for (int i = 0; i < n; i++)
            {
                double[] li = l[i];
                for (int j = first[i]; j <= i; j++)
                {
                    double[] lj = l[j];
                    double sum = li[j];
                    for (int k = Math.Max(first[i], first[j]); k < j; k++)
                    {
                        sum -= li[k] * lj[k];
                    }

                    if (j < i)
                    {
                        li[j] = sum / lj[j];
                    }
                    else
                    {
                        // An unknown that no row and no prior touches stays where the tiny pivot puts it: at zero.
                        li[i] = Math.Sqrt(Math.Max(sum, 1e-12));
                    }
                }
            }

            for (int i = 0; i < n; i++)
            {
                double sum = y[i];
                for (int k = first[i]; k < i; k++)
                {
                    sum -= l[i][k] * y[k];
                }

                y[i] = sum / l[i][i];
            }

            for (int i = n - 1; i >= 0; i--)
            {
                y[i] /= l[i][i];
                for (int k = first[i]; k < i; k++)
                {
                    y[k] -= l[i][k] * y[i];
                }
            }

            return y;
        }
    }
}
