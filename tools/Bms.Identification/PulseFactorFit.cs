using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>Fits <see cref="PulseFactors"/> to pulse tests, with the tables of the cell given.</summary>
    /// <remarks>
    /// The drop of each pulse after 1, 2, 5 and 10 s, less what the slow pair, the charge taken and the relaxation before make of it, is what R0 and R1 make of it. The factors of the grid follow
    /// from all pulses by least squares, held together by soft rules: smooth over state of charge and over the logarithm of the current, near 1 where no pulse tells.
    /// The temperature is that at the start of the pulse, as a forecast has no other: what the cell warms by meanwhile is part of the factor.
    /// </remarks>
    public static class PulseFactorFit
    {
        private const double ErrorV = 0.005;
        private static readonly double[] Moments = [1, 2, 5, PulseFinder.PulseS];
        private const double FullSoc = 0.97;
        private const int R0 = 0;
        private const int R1 = 1;
        private const double MostDrift = 0.2;

        /// <summary>State of charge of the grid.</summary>
        public static double[] SocGrid { get; } = [0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];

        /// <summary>Current over capacity of the grid, in 1/h.</summary>
        public static double[] RateGrid { get; } = [0.5, 1, 2, 4, 6];

        /// <summary>Fits.</summary>
        /// <param name="cell">The cell with its tables.</param>
        /// <param name="tests">Its tests; only fitted pulse tests count.</param>
        /// <returns>Null where there is no discharge pulse.</returns>
        public static PulseFactors? Fit(CellParameters cell, IReadOnlyList<IdentificationTest> tests)
        {
            ArgumentNullException.ThrowIfNull(cell);
            ArgumentNullException.ThrowIfNull(tests);
            int rows = cell.TemperatureGridC.Length;
            int unknowns = rows * SocGrid.Length * RateGrid.Length * 2;
            var fit = new BoundedLeastSquares(unknowns);
            int pulses = tests.Where(t => t.Fitted && t.Kind == TestKind.Pulse).Sum(t => Gather(cell, t, fit));
            if (pulses == 0)
            {
                return null;
            }

            AddRules(fit, rows);
            var lower = new double[unknowns];
            Array.Fill(lower, 0.2);
            double[] x = fit.Solve(lower);
            return new PulseFactors(SocGrid, RateGrid, Factors(x, rows, R0), Factors(x, rows, R1));
        }

        private static double[][][] Factors(double[] x, int rows, int which)
        {
            var factor = new double[rows][][];
            for (int t = 0; t < rows; t++)
            {
                factor[t] = [.. Enumerable.Range(0, SocGrid.Length).Select(s => Enumerable.Range(0, RateGrid.Length).Select(r => x[At(t, s, r, which)]).ToArray())];
            }

            return factor;
        }

        private static int At(int temperature, int soc, int rate, int which) => (((((temperature * SocGrid.Length) + soc) * RateGrid.Length) + rate) * 2) + which;

        private static int Gather(CellParameters cell, IdentificationTest test, BoundedLeastSquares fit)
        {
            MeasuredTest data = test.Data;
            double capacityAh = data.SpecimenCapacityAh(cell.CapacityAh);
            double fastA = 0;
            double slowA = 0;
            double hysteresis = test.Soc[0] >= FullSoc ? 1 : 0;
            int next = 1;
            int count = 0;
            Span<int> index = stackalloc int[16];
            Span<double> coefficient = stackalloc double[16];
            foreach (MeasuredPulse pulse in PulseFinder.Find(data, cell.CapacityAh))
            {
                for (; next < pulse.First; next++)
                {
                    double tau1 = cell.At(cell.Tau1S, test.Soc[next], data.TemperatureC[next]);
                    double tau2 = cell.At(cell.Tau2S, test.Soc[next], data.TemperatureC[next]);
                    (double Amperes, double Seconds)[] parts = data.IsGap(next)
                        ? UnloggedGap.Parts((test.Soc[next] - test.Soc[next - 1]) * capacityAh, data.StepS(next), capacityAh)
                        : [(data.CurrentA[next], data.StepS(next))];
                    foreach ((double through, double seconds) in parts)
                    {
                        fastA = through + ((fastA - through) * Math.Exp(-seconds / tau1));
                        slowA = through + ((slowA - through) * Math.Exp(-seconds / tau2));
                        hysteresis = Math.Sign(through) + ((hysteresis - Math.Sign(through)) * Math.Exp(-cell.HysteresisGamma * Math.Abs(through) * seconds / (3600 * capacityAh)));
                    }
                }

                double a = data.CurrentA[pulse.End];
                if (a >= 0)
                {
                    continue;
                }

                double temperature = data.TemperatureC[pulse.First];
                double soc = RestedSoc(cell, data.VoltageV[pulse.First - 1], test.Soc[pulse.First - 1], temperature, hysteresis);
                double moved = a / (3600 * capacityAh);
                double slope = (cell.OcvAt(soc + 0.005, temperature) - cell.OcvAt(soc - 0.005, temperature)) / 0.01;
                double r0V = a * cell.At(cell.R0DischargeOhm, soc, temperature);
                double r1 = cell.At(cell.R1Ohm, soc, temperature);
                double r2 = cell.At(cell.R2Ohm, soc, temperature);
                double fastTau = cell.At(cell.Tau1S, soc, temperature);
                double slowTau = cell.At(cell.Tau2S, soc, temperature);
                int t0 = CellParameters.Locate(cell.TemperatureGridC, temperature, out double tf);
                int s0 = CellParameters.Locate(SocGrid, soc, out double sf);
                int r0 = CellParameters.Locate(RateGrid, -a / cell.CapacityAh, out double rf);
                foreach (double moment in Moments)
                {
                    int k = Array.BinarySearch(data.TimeS, pulse.First, pulse.End - pulse.First, data.TimeS[pulse.First - 1] + moment - 0.01);
                    k = moment >= PulseFinder.PulseS ? pulse.End : k < 0 ? ~k : k;
                    double seconds = data.TimeS[k] - data.TimeS[pulse.First - 1];
                    double fastShare = 1 - Math.Exp(-seconds / fastTau);
                    double other = (slope * moved * seconds) + (r2 * (a - slowA) * (1 - Math.Exp(-seconds / slowTau))) - (r1 * fastA * fastShare);
                    for (int corner = 0; corner < 8; corner++)
                    {
                        int ct = corner >> 2;
                        int cs = (corner >> 1) & 1;
                        int cr = corner & 1;
                        double share = (ct == 0 ? 1 - tf : tf) * (cs == 0 ? 1 - sf : sf) * (cr == 0 ? 1 - rf : rf);
                        index[corner] = At(t0 + ct, s0 + cs, r0 + cr, R0);
                        index[8 + corner] = At(t0 + ct, s0 + cs, r0 + cr, R1);
                        coefficient[corner] = share * r0V;
                        coefficient[8 + corner] = share * r1 * a * fastShare;
                    }

                    // The end counts for more than the way there.
                    double sigma = moment >= PulseFinder.PulseS ? ErrorV : 2 * ErrorV;
                    fit.Add(index, coefficient, data.VoltageV[k] - data.VoltageV[pulse.First - 1] - other, 1 / (sigma * sigma));
                }

                count++;
            }

            return count;
        }

        // A counter drifts over the day that such a test takes; an estimator, which will read the table, believes the voltage after the rest.
        private static double RestedSoc(CellParameters cell, double voltageV, double countedSoc, double temperature, double hysteresis)
        {
            int s = CellParameters.Locate(cell.SocGrid, countedSoc, out double f);
            double hysteresisV = cell.HysteresisV[s] + (f * (cell.HysteresisV[s + 1] - cell.HysteresisV[s]));
            double soc = cell.SocAtOcv(voltageV - (hysteresis * hysteresisV), temperature);
            double drift = MostDrift * (1 - countedSoc);
            return Math.Clamp(soc, countedSoc - drift, countedSoc + drift);
        }

        private static void AddRules(BoundedLeastSquares fit, int rows)
        {
            for (int t = 0; t < rows; t++)
            {
                for (int s = 0; s < SocGrid.Length; s++)
                {
                    for (int r = 0; r < RateGrid.Length; r++)
                    {
                        AddRules(fit, t, s, r, R0);
                        AddRules(fit, t, s, r, R1);
                    }
                }
            }
        }

        private static void AddRules(BoundedLeastSquares fit, int t, int s, int r, int which)
        {
            int here = At(t, s, r, which);
            Rule(fit, 1, 1, [here], [1]);
            if (s > 0)
            {
                Rule(fit, 0.3, 0, [here, At(t, s - 1, r, which)], [1, -1]);
            }

            if (s > 0 && s < SocGrid.Length - 1)
            {
                double f = (SocGrid[s] - SocGrid[s - 1]) / (SocGrid[s + 1] - SocGrid[s - 1]);
                Rule(fit, 0.1, 0, [here, At(t, s - 1, r, which), At(t, s + 1, r, which)], [1, f - 1, -f]);
            }

            // Each rate is about twice the one before, so that the steps are those of the logarithm.
            if (r > 0)
            {
                Rule(fit, 0.3, 0, [here, At(t, s, r - 1, which)], [1, -1]);
            }

            if (r > 0 && r < RateGrid.Length - 1)
            {
                Rule(fit, 0.1, 0, [here, At(t, s, r - 1, which), At(t, s, r + 1, which)], [1, -0.5, -0.5]);
            }
        }

        private static void Rule(BoundedLeastSquares fit, double sigma, double value, ReadOnlySpan<int> index, ReadOnlySpan<double> factor)
        {
            fit.Add(index, factor, value, 1 / (sigma * sigma));
        }
    }
}
