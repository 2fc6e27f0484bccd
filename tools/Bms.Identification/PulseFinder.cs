namespace Bms.Identification
{
    /// <summary>One pulse of a test: a current that stays for ten seconds after a rest.</summary>
    /// <param name="First">First sample with current; the one before it is the last of the rest.</param>
    /// <param name="End">Sample at the end of the ten seconds.</param>
    /// <param name="Seconds">Time from the last sample of the rest to that of the end.</param>
    public readonly record struct MeasuredPulse(int First, int End, double Seconds);

    /// <summary>Finds the pulses of ten seconds in a test.</summary>
    public static class PulseFinder
    {
        /// <summary>Length of a pulse that counts, in s.</summary>
        public const double PulseS = 10;

        /// <summary>Rest without a gap before it, in s.</summary>
        public const double RestS = 5;

        /// <summary>Pulses in the order of time.</summary>
        /// <param name="test">The measurement.</param>
        /// <param name="capacityAh">Currents below a fiftieth of it are a rest.</param>
        public static IReadOnlyList<MeasuredPulse> Find(MeasuredTest test, double capacityAh)
        {
            ArgumentNullException.ThrowIfNull(test);
            var pulses = new List<MeasuredPulse>();
            double restSince = test.TimeS[0];
            for (int k = 1; k < test.Count; k++)
            {
                if (Math.Abs(test.CurrentA[k]) >= 0.02 * capacityAh)
                {
                    if (test.TimeS[k - 1] - restSince >= RestS && !test.IsGap(k) && EndOfPulse(test, k) is int end)
                    {
                        pulses.Add(new MeasuredPulse(k, end, test.TimeS[end] - test.TimeS[k - 1]));
                    }

                    restSince = double.PositiveInfinity;
                }
                else if (double.IsPositiveInfinity(restSince))
                {
                    restSince = test.TimeS[k];
                }
            }

            return pulses;
        }

        // The sample ten seconds into a current that stays; null where it does not.
        private static int? EndOfPulse(MeasuredTest test, int first)
        {
            for (int k = first + 1; k < test.Count; k++)
            {
                // The first sample may fall into the rise.
                if (Math.Abs(test.CurrentA[k] - test.CurrentA[first + 1]) > (0.05 * Math.Abs(test.CurrentA[first + 1])) + 0.02)
                {
                    return null;
                }

                if (test.TimeS[k] - test.TimeS[first - 1] >= PulseS - 0.15)
                {
                    return test.TimeS[k] - test.TimeS[first - 1] <= PulseS + 1 ? k : null;
                }
            }

            return null;
        }
    }
}
