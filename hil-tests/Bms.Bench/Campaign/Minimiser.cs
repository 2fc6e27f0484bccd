using Bms.Bench.Scenarios.Cases;
using Bms.Plant.Pack;

namespace Bms.Bench.Campaign
{
    /// <summary>Makes a failing run small: leaves out steps, shortens it and makes its pack plain, as long as it fails in the same way (delta debugging, A. Zeller).</summary>
    public static class Minimiser
    {
        private const int MostTries = 120;

        /// <summary>The smallest case found that fails alike.</summary>
        /// <param name="row">The failing run.</param>
        /// <param name="allowsTrips">False for normal driving.</param>
        public static TestCase Minimise(CampaignRow row, bool allowsTrips)
        {
            TestCase best = row.Case;
            double failedS = row.FailedS;
            int tries = 0;

            bool Try(TestCase candidate)
            {
                if (++tries > MostTries)
                {
                    return false;
                }

                CampaignRow again = CampaignRow.Of(row.Run, candidate, allowsTrips);
                if (again.Code != row.Code)
                {
                    return false;
                }

                best = candidate;
                failedS = again.FailedS;
                return true;
            }

            // What comes after the failure matters to none but the recovery.
            double lengthS = best.DurationS is null ? 0 : Length(best);
            if (failedS > 0 && failedS + 1 < lengthS)
            {
                Try(Cut(best, Math.Ceiling(failedS + 1)));
            }

            bool smaller = true;
            while (smaller && tries < MostTries)
            {
                smaller = false;
                for (int i = best.Timeline.Count - 1; i >= 0; i--)
                {
                    int at = i;
                    smaller |= Try(best with { Timeline = [.. best.Timeline.Where((_, k) => k != at)] });
                }
            }

            for (double half = Length(best) / 2; half > 5; half /= 2)
            {
                double endS = Math.Round(Length(best) - half, 1);
                if (best.Timeline.All(s => s.AtS.In(Nothing) <= endS))
                {
                    Try(Cut(best, endS));
                }
            }

            PackOptions plain = best.Bench.Pack with { ModulesBackToBack = false, SensorErrors = 1, Sensors = new SensorOptions() };
            Try(best with { Bench = best.Bench with { Pack = plain } });
            Try(best with { Bench = best.Bench with { Pack = best.Bench.Pack with { InitialTemperatureDegC = 25, AmbientDegC = 25 } } });
            Try(best with { Bench = best.Bench with { Pack = best.Bench.Pack with { InitialSoc = 0.6 } } });
            Try(best with { Timeline = [.. best.Timeline.Select(s => s with { RampS = null })] });
            return best;
        }

        private static readonly QuantityContext Nothing = new(new Bms.Core.Configuration.ParameterBlock(), new Dictionary<string, double>());

        private static double Length(TestCase testCase) => testCase.DurationS!.In(Nothing);

        private static TestCase Cut(TestCase testCase, double endS)
        {
            return testCase with { DurationS = Quantity.Of(endS), Timeline = [.. testCase.Timeline.Where(s => s.AtS.In(Nothing) < endS)] };
        }
    }
}
