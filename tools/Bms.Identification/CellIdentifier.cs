using System.Text;
using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>How far an identification has come.</summary>
    /// <param name="Fraction">0..1, never falls.</param>
    /// <param name="Step">What is being done, for a person.</param>
    public sealed record IdentificationProgress(double Fraction, string Step);

    /// <summary>Fits a cell model to measured tests.</summary>
    /// <remarks>
    /// Separable least squares: outside, a pattern search over the two time constants of every temperature and, for LFP, the rate of the hysteresis
    /// (R. Hooke and T. A. Jeeves, J. ACM 8 (1961) 212); inside, the exact solution for all tables at once (<see cref="ModelRegression"/>). The split is that of
    /// G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413. One thread, no random numbers: the same tests give the same file, byte for byte.
    /// </remarks>
    public static class CellIdentifier
    {
        private const string Method = "separable least squares (2 RC pairs, series resistance, one-state hysteresis) over all fitted tests at once; bms identify";

        /// <summary>Identifies one of the project's cells from its measured tests.</summary>
        /// <param name="dataDirectory">The folder with the cells' folders, or its parent, or the cell's own folder.</param>
        /// <param name="cellName">One of <see cref="CellRecipe.Names"/>.</param>
        /// <param name="progress">Told after every step; may be null.</param>
        /// <exception cref="MeasuredTestException">A test is missing or unreadable.</exception>
        /// <exception cref="ArgumentException">No such cell.</exception>
        /// <exception cref="UnidentifiableException">The tests do not tell enough.</exception>
        public static IdentificationResult Identify(string dataDirectory, string cellName, IProgress<IdentificationProgress>? progress = null)
        {
            progress?.Report(new IdentificationProgress(0, "read the tests"));
            return Identify(CellRecipe.Prepare(dataDirectory, cellName), progress);
        }

        /// <summary>Identifies any cell from prepared tests.</summary>
        /// <exception cref="UnidentifiableException">The tests do not tell enough.</exception>
        public static IdentificationResult Identify(IdentificationSetup setup, IProgress<IdentificationProgress>? progress = null)
        {
            ArgumentNullException.ThrowIfNull(setup);
            Identifiability.Require(setup);
            int rows = setup.TemperatureGridC.Length;
            var regression = new ModelRegression(setup) { Tau1S = new double[rows], Tau2S = new double[rows], Gamma = setup.HysteresisGamma };
            Array.Fill(regression.Tau1S, 12);
            Array.Fill(regression.Tau2S, 300);

            _ = regression.Solve();
            regression.Rescale();
            _ = regression.Solve();
            regression.Rescale();
            double best = regression.Solve();

            double[] factors = [2.0, 1.5, 1.2, 1.08];
            int searches = (2 * rows) + (setup.SearchHysteresisGamma ? 1 : 0);
            int done = 0;
            foreach (double factor in factors)
            {
                for (int search = 0; search < searches; search++)
                {
                    best = Improve(regression, search, rows, factor, best);
                    done++;
                    progress?.Report(new IdentificationProgress(0.95 * done / (factors.Length * searches), $"search of time constants, step x{factor}"));
                }

                regression.Rescale();
                best = regression.Solve();
            }

            CellParameters rounded = Reread(regression.ToParameters(setup.Origin));
            IReadOnlyList<CellFitError> errors = Judge(rounded, setup.Tests);
            var origin = new CellOrigin
            {
                DataSet = setup.Origin.DataSet,
                Doi = setup.Origin.Doi,
                Licence = setup.Origin.Licence,
                Method = Method,
                FitErrors = errors,
            };
            CellParameters final = Reread(regression.ToParameters(origin, PulseFactorFit.Fit(rounded, setup.Tests)));
            progress?.Report(new IdentificationProgress(1, "done"));
            return new IdentificationResult(final, final.Origin.FitErrors);
        }

        /// <summary>Model error against every test; low-rate tests are simulated like any other.</summary>
        public static IReadOnlyList<CellFitError> Judge(CellParameters parameters, IReadOnlyList<IdentificationTest> tests)
        {
            var errors = new List<CellFitError>();
            foreach (IdentificationTest test in tests)
            {
                double[] soc = test.Soc;
                double[] model = VoltageEvaluation.Simulate(parameters, test.Data, soc[0]);
                bool halves = test.Fitted && test.FitBlockS > 0;
                foreach (bool fitted in halves ? [true, false] : new[] { test.Fitted })
                {
                    string file = halves ? test.File + (fitted ? " (fitted blocks)" : " (blocks kept aside)") : test.File;
                    bool Counts(int k) => !halves || test.IsFitSample(k) == fitted;
                    double all = VoltageEvaluation.RmsMv(test.Data, model, Counts);
                    double upper = VoltageEvaluation.RmsMv(test.Data, model, k => Counts(k) && soc[k] >= 0.05);
                    errors.Add(new CellFitError(file, fitted, all, upper));
                }
            }

            return errors;
        }

        private static CellParameters Reread(CellParameters p)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(p.ToJson()));
            return CellParameters.Load(stream, p.Name);
        }

        private static double Improve(ModelRegression regression, int search, int rows, double factor, double best)
        {
            foreach (double step in new[] { factor, 1 / factor })
            {
                bool improved = false;
                for (int tries = 0; tries < 6; tries++)
                {
                    double old = Get(regression, search, rows);
                    if (!Set(regression, search, rows, old * step))
                    {
                        break;
                    }

                    double cost = regression.Solve();
                    if (cost < best)
                    {
                        best = cost;
                        improved = true;
                    }
                    else
                    {
                        _ = Set(regression, search, rows, old);
                        break;
                    }
                }

                if (improved)
                {
                    break;
                }
            }

            return best;
        }

        private static double Get(ModelRegression r, int search, int rows)
        {
            return search == 2 * rows ? r.Gamma : search < rows ? r.Tau1S[search] : r.Tau2S[search - rows];
        }

        // The limits keep the two pairs apart and both inside what 1 s sampling and a test of hours can tell.
        private static bool Set(ModelRegression r, int search, int rows, double value)
        {
            if (search == 2 * rows)
            {
                if (value is < 2 or > 400)
                {
                    return false;
                }

                r.Gamma = value;
                r.Invalidate(-1);
                return true;
            }

            int row = search % rows;
            if (search < rows)
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
    }
}
