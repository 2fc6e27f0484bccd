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
        private const double MostHalfRate = 1000;
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
            ModelRegression regression = Fit(setup, false, [2.0, 1.5, 1.2, 1.08], 0, 0.45, progress);
            FallingResistance? falling = setup.SearchHysteresisGamma ? null : Fall(setup, progress);
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
            CellParameters final = Reread(regression.ToParameters(origin, PulseFactorFit.Fit(falling?.Tables ?? rounded, setup.Tests), falling));
            progress?.Report(new IdentificationProgress(1, "done"));
            return new IdentificationResult(final, final.Origin.FitErrors);
        }

        // Not for LFP: nothing is gained there (A123 at -15 degC: 7.4 instead of 7.1 mV over the fitted half hours).
        private static FallingResistance Fall(IdentificationSetup setup, IProgress<IdentificationProgress>? progress)
        {
            ModelRegression bent = Fit(setup, true, [2.0, 1.5, 1.2], 0.45, 0.95, progress);
            double[] Rates(double[] amperes) => Array.ConvertAll(amperes, a => Math.Min(a / setup.CapacityAh, MostHalfRate));
            return new FallingResistance(Reread(bent.ToParameters(setup.Origin)), Rates(bent.SeriesHalfA!), Rates(bent.FastHalfA!));
        }

        // Outside a pattern search, inside the exact solution. The currents that halve the resistances grow with the temperature as exchange currents do, by a constant factor for every 10 K.
        private static ModelRegression Fit(IdentificationSetup setup, bool falls, double[] factors, double from, double to, IProgress<IdentificationProgress>? progress)
        {
            int rows = setup.TemperatureGridC.Length;
            var regression = new ModelRegression(setup) { Tau1S = new double[rows], Tau2S = new double[rows], Gamma = setup.HysteresisGamma };
            Array.Fill(regression.Tau1S, 12);
            Array.Fill(regression.Tau2S, 300);
            var search = new TimeConstantSearch(setup, regression, falls);

            _ = regression.Solve();
            regression.Rescale();
            _ = regression.Solve();
            regression.Rescale();
            double best = regression.Solve();

            int done = 0;
            foreach (double factor in factors)
            {
                for (int which = 0; which < search.Count; which++)
                {
                    best = search.Improve(which, factor, best);
                    done++;
                    progress?.Report(new IdentificationProgress(from + ((to - from) * done / (factors.Length * search.Count)), $"search of time constants, step x{factor}"));
                }

                regression.Rescale();
                best = regression.Solve();
            }

            return regression;
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
    }
}
