namespace Bms.Identification
{
    /// <summary>Finds the offset of a tester's current from a slow discharge and the charge that follows it.</summary>
    /// <remarks>
    /// Where the charge ends in a constant-voltage phase, the cell is as full as at the start, and what the counter has left over is the offset times the duration.
    /// Else: at C/20 the two branches of the voltage curve lie apart by an almost constant polarisation, and they share their features. With a wrong offset the branches
    /// shift against each other along the charge axis and their distance follows the slope of the curve. So the offset is the one for which the distance between
    /// the branches varies least over the middle of the range.
    /// </remarks>
    internal static class CounterDrift
    {
        /// <summary>Offset of the measured current in A (to be subtracted from it).</summary>
        internal static double Estimate(MeasuredTest test)
        {
            int lastCharging = Array.FindLastIndex(test.CurrentA, i => i > 0.005);
            double main = test.CurrentA.Max();
            if (test.CurrentA[lastCharging] < 0.5 * main)
            {
                return 3600 * (test.ChargeAh![^1] - test.ChargeAh[0]) / (test.TimeS[lastCharging] - test.TimeS[0]);
            }

            double best = double.PositiveInfinity;
            double bestOffset = 0;
            for (int milli = -150; milli <= 150; milli++)
            {
                double offset = milli * 1e-4;
                double spread = Spread(test, offset);
                if (spread < best)
                {
                    best = spread;
                    bestOffset = offset;
                }
            }

            return bestOffset;
        }

        private static double Spread(MeasuredTest test, double offsetA)
        {
            var discharge = new List<(double Q, double V)>();
            var charge = new List<(double Q, double V)>();
            for (int k = 0; k < test.Count; k++)
            {
                double q = test.ChargeAh![k] - (offsetA * (test.TimeS[k] - test.TimeS[0]) / 3600);
                if (test.CurrentA[k] < -0.01 && charge.Count == 0)
                {
                    discharge.Add((-q, test.VoltageV[k]));
                }
                else if (test.CurrentA[k] > 0.01)
                {
                    charge.Add((-q, test.VoltageV[k]));
                }
            }

            charge.Reverse();
            double end = discharge[^1].Q;
            double low = Math.Max(discharge[0].Q, charge[0].Q);
            double sum = 0;
            double squares = 0;
            const int points = 200;
            for (int i = 0; i < points; i++)
            {
                double q = low + ((end - low) * (0.15 + (0.65 * i / points)));
                double d = At(charge, q) - At(discharge, q);
                sum += d;
                squares += d * d;
            }

            return (squares / points) - (sum / points * (sum / points));
        }

        private static double At(List<(double Q, double V)> branch, double q)
        {
            int low = 0;
            int high = branch.Count - 1;
            while (high - low > 1)
            {
                int middle = (low + high) / 2;
                if (branch[middle].Q <= q)
                {
                    low = middle;
                }
                else
                {
                    high = middle;
                }
            }

            double f = (q - branch[low].Q) / (branch[high].Q - branch[low].Q);
            return branch[low].V + (f * (branch[high].V - branch[low].V));
        }
    }
}
