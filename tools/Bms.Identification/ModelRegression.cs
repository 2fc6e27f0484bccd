using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>The linear half of the fit: with time constants and hysteresis rate given, every table value follows from one least-squares problem.</summary>
    /// <remarks>
    /// The terminal voltage is linear in open-circuit voltage, R0, R1, R2 and hysteresis width (see <see cref="CellModel"/>), each a bilinear function of its grid
    /// values. Measured rows are joined by soft rules where the tests are silent: tables are smooth over the state of charge, keep their shape from one temperature
    /// to the next, and resistances are positive. All rules are stated as a standard deviation, and so are the measurements: 5 mV per 30 s of test, since the
    /// errors of neighbouring samples are those of the model and not independent.
    /// </remarks>
    internal sealed class ModelRegression
    {
        private const int Ocv = 0;
        private const int R0Discharge = 1;
        private const int R0Charge = 2;
        private const int R1 = 3;
        private const int R2 = 4;
        private const int PerPoint = 5;

        private readonly IdentificationSetup _setup;
        private readonly int _rows;
        private readonly int _columns;
        private readonly int _unknowns;
        private readonly double[,] _scale;
        private readonly BoundedLeastSquares?[] _parts;
        private readonly BoundedLeastSquares _sum;

        internal ModelRegression(IdentificationSetup setup)
        {
            _setup = setup;
            _rows = setup.TemperatureGridC.Length;
            _columns = setup.SocGrid.Length;
            _unknowns = (_rows * _columns * PerPoint) + _columns;
            _parts = new BoundedLeastSquares?[setup.Tests.Count];
            _sum = new BoundedLeastSquares(_unknowns);
            _scale = new double[_rows, PerPoint];
            for (int t = 0; t < _rows; t++)
            {
                double r = setup.TypicalResistanceOhm * ColdFactor(setup.TemperatureGridC[t]);
                _scale[t, R0Discharge] = 0.4 * r;
                _scale[t, R0Charge] = 0.4 * r;
                _scale[t, R1] = 0.3 * r;
                _scale[t, R2] = 0.3 * r;
            }
        }

        /// <summary>Time constants per temperature in s.</summary>
        internal double[] Tau1S { get; set; } = [];

        /// <summary>Time constants per temperature in s.</summary>
        internal double[] Tau2S { get; set; } = [];

        /// <summary>Rate of the hysteresis.</summary>
        internal double Gamma { get; set; }

        /// <summary>Current that halves R0 at each temperature, in A; null where resistances do not fall with the current.</summary>
        internal double[]? SeriesHalfA { get; set; }

        /// <summary>Current that halves R1 at each temperature, in A; null where resistances do not fall with the current.</summary>
        internal double[]? FastHalfA { get; set; }

        /// <summary>The last solution.</summary>
        internal double[] Solution { get; private set; } = [];

        /// <summary>Forgets the rows that depend on the time constants of a temperature row, or all of them for -1.</summary>
        internal void Invalidate(int temperatureRow)
        {
            double[] grid = _setup.TemperatureGridC;
            for (int f = 0; f < _parts.Length; f++)
            {
                double[] temperature = _setup.Tests[f].Data.TemperatureC;
                bool touches = temperatureRow < 0
                    || ((temperatureRow == 0 || temperature.Max() > grid[temperatureRow - 1]) && (temperatureRow == _rows - 1 || temperature.Min() < grid[temperatureRow + 1]));
                if (touches)
                {
                    _parts[f] = null;
                }
            }
        }

        /// <summary>Solves for the tables and returns the cost.</summary>
        internal double Solve()
        {
            _sum.Clear();
            for (int f = 0; f < _parts.Length; f++)
            {
                if (_setup.Tests[f].Fitted)
                {
                    _parts[f] ??= Gather(_setup.Tests[f]);
                    _sum.Add(_parts[f]!);
                }
            }

            AddRules();
            var lower = new double[_unknowns];
            for (int t = 0; t < _rows; t++)
            {
                for (int s = 0; s < _columns; s++)
                {
                    // Inside 0..1 a rested cell stays above its lowest allowed voltage; the slant keeps the curve invertible where no test reaches.
                    lower[At(t, s, Ocv)] = _setup.MinVoltageV + (2 * Math.Min(_setup.SocGrid[s], 0.06));
                    lower[At(t, s, R0Discharge)] = 0.3 * _scale[t, R0Discharge];
                    lower[At(t, s, R0Charge)] = 0.3 * _scale[t, R0Charge];
                    lower[At(t, s, R1)] = 0.02 * _scale[t, R1];
                    lower[At(t, s, R2)] = 0.02 * _scale[t, R2];
                }
            }

            Solution = _sum.Solve(lower);
            return _sum.Cost(Solution);
        }

        /// <summary>Takes the scale of the smoothing from the last solution: the median of each resistance at each temperature.</summary>
        internal void Rescale()
        {
            for (int t = 0; t < _rows; t++)
            {
                for (int p = R0Discharge; p < PerPoint; p++)
                {
                    int parameter = p == R0Charge ? R0Discharge : p;
                    double[] row = Enumerable.Range(0, _columns).Where(s => _setup.SocGrid[s] >= 0.1).Select(s => Solution[At(t, s, parameter)]).Order().ToArray();
                    _scale[t, p] = Math.Max(row[row.Length / 2], 0.1 * _scale[t, p]);
                }
            }
        }

        /// <summary>The last solution as cell parameters.</summary>
        internal CellParameters ToParameters(CellOrigin origin, PulseFactors? pulses = null, FallingResistance? falling = null)
        {
            double[][] ocv = Table(Ocv);
            foreach (double[] row in ocv)
            {
                MakeAscending(row);
            }

            return new CellParameters
            {
                Name = _setup.Name,
                Chemistry = _setup.Chemistry,
                CapacityAh = _setup.CapacityAh,
                MassKg = _setup.MassKg,
                HeatCapacityJPerK = _setup.HeatCapacityJPerK,
                MinVoltageV = _setup.MinVoltageV,
                MaxVoltageV = _setup.MaxVoltageV,
                SocGrid = _setup.SocGrid,
                TemperatureGridC = _setup.TemperatureGridC,
                OcvV = ocv,
                R0DischargeOhm = Table(R0Discharge),
                R0ChargeOhm = Table(R0Charge),
                R1Ohm = Table(R1),
                R2Ohm = Table(R2),
                Tau1S = Array.ConvertAll(Tau1S, Constant),
                Tau2S = Array.ConvertAll(Tau2S, Constant),
                HysteresisV = Enumerable.Range(0, _columns).Select(s => Solution[AtHysteresis(s)]).ToArray(),
                HysteresisGamma = Gamma,
                Pulses = pulses,
                Falling = falling,
                Origin = origin,
            };
        }

        // Arrhenius with an activation temperature of 2,500 K (about 21 kJ/mol): where smoothing starts from, and how model errors grow in the cold.
        private static double ColdFactor(double temperatureC)
        {
            return Math.Exp(2500 * ((1 / (temperatureC + 273.15)) - (1 / 298.15)));
        }

        private double[] Constant(double value)
        {
            var row = new double[_columns];
            Array.Fill(row, value);
            return row;
        }

        private double[][] Table(int parameter)
        {
            return Enumerable.Range(0, _rows).Select(t => Enumerable.Range(0, _columns).Select(s => Solution[At(t, s, parameter)]).ToArray()).ToArray();
        }

        // Pool adjacent violators: the nearest row that never falls.
        private static void MakeAscending(double[] row)
        {
            var mean = new List<(double Value, int Count)>();
            foreach (double v in row)
            {
                mean.Add((v, 1));
                while (mean.Count > 1 && mean[^1].Value < mean[^2].Value)
                {
                    (double a, int n) = mean[^2];
                    (double b, int m) = mean[^1];
                    mean.RemoveRange(mean.Count - 2, 2);
                    mean.Add((((a * n) + (b * m)) / (n + m), n + m));
                }
            }

            int i = 0;
            foreach ((double value, int count) in mean)
            {
                for (int k = 0; k < count; k++)
                {
                    row[i++] = value;
                }
            }

            // Strictly rising, by twice what the file resolves, so that the curve can be inverted.
            for (int s = 1; s < row.Length; s++)
            {
                row[s] = Math.Max(row[s], row[s - 1] + 0.0002);
            }
        }

        private int At(int temperature, int soc, int parameter)
        {
            return (((temperature * _columns) + soc) * PerPoint) + parameter;
        }

        private int AtHysteresis(int soc)
        {
            return (_rows * _columns * PerPoint) + soc;
        }

        private BoundedLeastSquares Gather(IdentificationTest test)
        {
            var rows = new BoundedLeastSquares(_unknowns);
            MeasuredTest data = test.Data;
            double[] soc = test.Soc;
            double capacityAh = data.SpecimenCapacityAh(_setup.CapacityAh);
            Span<int> index = stackalloc int[(4 * 4) + 2];
            Span<double> coefficient = stackalloc double[(4 * 4) + 2];
            double x1 = 0;
            double x2 = 0;
            double h = VoltageEvaluation.HysteresisAtStart(soc[0]);
            double pendingS = 0;
            for (int k = 0; k < data.Count; k++)
            {
                double dt = data.StepS(k);
                double i = data.CurrentA[k];
                int t = CellParameters.Locate(_setup.TemperatureGridC, data.TemperatureC[k], out double tf);
                bool gap = data.IsGap(k);
                if (k > 0)
                {
                    double through = gap ? 0 : i;
                    double a1 = Math.Exp(-dt / (Tau1S[t] + (tf * (Tau1S[t + 1] - Tau1S[t]))));
                    double a2 = Math.Exp(-dt / (Tau2S[t] + (tf * (Tau2S[t + 1] - Tau2S[t]))));
                    x1 = through + ((x1 - through) * a1);
                    x2 = through + ((x2 - through) * a2);
                    double moved = gap ? soc[k] - soc[k - 1] : i * dt / (3600 * capacityAh);
                    double sign = Math.Sign(moved);
                    h = sign == 0 ? h : sign + ((h - sign) * Math.Exp(-Math.Abs(moved) * Gamma));
                }

                pendingS += gap ? 0 : Math.Min(dt, 100);
                bool edge = k > 0 && Math.Abs(i - data.CurrentA[k - 1]) > 0.1 * _setup.CapacityAh;

                // The hour of rest between the branches of a low-rate test relaxes from the empty end in ways no two pairs can follow.
                bool silent = test.Kind == TestKind.LowRate && i == 0;
                if (gap || silent || (pendingS < 0.9 && !edge))
                {
                    continue;
                }

                double duration = pendingS;
                pendingS = 0;
                if (!test.IsFitSample(k) || soc[k] < _setup.SocGrid[0] || soc[k] > _setup.SocGrid[^1] + 0.005)
                {
                    continue;
                }

                int s = CellParameters.Locate(_setup.SocGrid, soc[k], out double sf);
                double seriesA = Fallen(i, SeriesHalfA, t, tf);
                double fastA = Fallen(x1, FastHalfA, t, tf);
                int r0 = i > 0 ? R0Charge : R0Discharge;
                int n = 0;
                for (int corner = 0; corner < 4; corner++)
                {
                    int ct = t + (corner >> 1);
                    int cs = s + (corner & 1);
                    double share = ((corner >> 1) == 0 ? 1 - tf : tf) * ((corner & 1) == 0 ? 1 - sf : sf);
                    Put(index, coefficient, ref n, At(ct, cs, Ocv), share);
                    Put(index, coefficient, ref n, At(ct, cs, r0), share * seriesA);
                    Put(index, coefficient, ref n, At(ct, cs, R1), share * fastA);
                    Put(index, coefficient, ref n, At(ct, cs, R2), share * x2);
                }

                double sigma = 0.005 * Math.Max(1, ColdFactor(data.TemperatureC[k]));
                Put(index, coefficient, ref n, AtHysteresis(s), (1 - sf) * h);
                Put(index, coefficient, ref n, AtHysteresis(s + 1), sf * h);
                rows.Add(index[..n], coefficient[..n], data.VoltageV[k], test.Weight * duration / 30 / (sigma * sigma));
            }

            return rows;
        }

        private static double Fallen(double a, double[]? halfA, int t, double tf)
        {
            return halfA is null ? a : a / (1 + (Math.Abs(a) / (halfA[t] + (tf * (halfA[t + 1] - halfA[t])))));
        }

        private static void Put(Span<int> index, Span<double> coefficient, ref int n, int at, double value)
        {
            index[n] = at;
            coefficient[n++] = value;
        }

        private void AddRules()
        {
            double[] grid = _setup.SocGrid;
            for (int t = 0; t < _rows; t++)
            {
                // Where no test reaches the empty end, the curve goes to the lowest allowed voltage.
                Rule(0.05, _setup.MinVoltageV, (At(t, 0, Ocv), 1));
                for (int s = 0; s < _columns; s++)
                {
                    // Open-circuit voltage hardly moves with temperature (entropy: some 0.2 mV/K at most), more at the steep empty end.
                    if (t > 0)
                    {
                        Rule(grid[s] < 0.08 ? 0.006 : 0.003, (At(t, s, Ocv), 1), (At(t - 1, s, Ocv), -1));
                    }

                    // Weak, so that it only carries the curve on where no test reaches.
                    if (s > 0 && s < _columns - 1)
                    {
                        Curvature(s, grid, t, Ocv, grid[s] < 0.08 ? 0.3 : 0.05);
                        if (t > 0)
                        {
                            // What temperature does to the curve is smoother than the curve.
                            double f = (grid[s] - grid[s - 1]) / (grid[s + 1] - grid[s - 1]);
                            Rule(grid[s] < 0.08 ? 0.01 : 0.0005, (At(t, s, Ocv), 1), (At(t, s - 1, Ocv), f - 1), (At(t, s + 1, Ocv), -f),
                                (At(t - 1, s, Ocv), -1), (At(t - 1, s - 1, Ocv), 1 - f), (At(t - 1, s + 1, Ocv), f));
                        }
                    }

                    for (int p = R0Discharge; p < PerPoint; p++)
                    {
                        double r = _scale[t, p];
                        if (s > 0 && s < _columns - 1)
                        {
                            Curvature(s, grid, t, p, r * (grid[s] < 0.15 ? 0.5 : 0.08));
                        }

                        if (s > 0)
                        {
                            Rule(r * (grid[s] < 0.15 ? 1.0 : 0.3), (At(t, s, p), 1), (At(t, s - 1, p), -1));
                        }

                        if (t > 0)
                        {
                            double other = _scale[t - 1, p];
                            Rule(0.4, (At(t, s, p), 1 / r), (At(t - 1, s, p), -1 / other));
                        }
                    }

                    Rule(0.15 * _scale[t, R0Discharge], (At(t, s, R0Discharge), 1), (At(t, s, R0Charge), -1));
                }
            }

            for (int s = 0; s < _columns; s++)
            {
                Rule(0.02, (AtHysteresis(s), 1));
                if (s > 0)
                {
                    Rule(0.004, (AtHysteresis(s), 1), (AtHysteresis(s - 1), -1));
                }
            }
        }

        private void Curvature(int s, double[] grid, int t, int p, double sigma)
        {
            double f = (grid[s] - grid[s - 1]) / (grid[s + 1] - grid[s - 1]);
            Rule(sigma, (At(t, s, p), 1), (At(t, s - 1, p), f - 1), (At(t, s + 1, p), -f));
        }

        private void Rule(double sigma, params ReadOnlySpan<(int Index, double Factor)> terms)
        {
            Rule(sigma, 0.0, terms);
        }

        private void Rule(double sigma, double value, params ReadOnlySpan<(int Index, double Factor)> terms)
        {
            Span<int> index = stackalloc int[terms.Length];
            Span<double> coefficient = stackalloc double[terms.Length];
            for (int i = 0; i < terms.Length; i++)
            {
                index[i] = terms[i].Index;
                coefficient[i] = terms[i].Factor;
            }

            _sum.Add(index, coefficient, value, 1 / (sigma * sigma));
        }
    }
}
