namespace Bms.Can.Decoding;

/// <summary>How one signal differs between two logs.</summary>
/// <param name="Signal">Message.Signal.</param>
/// <param name="Compared">Pairs of frames compared.</param>
/// <param name="Differing">Pairs beyond the tolerance, or where only one frame carries the signal.</param>
/// <param name="OnlyFirst">Frames of the first log without a partner.</param>
/// <param name="OnlySecond">Frames of the second log without a partner.</param>
/// <param name="Largest">Largest difference.</param>
/// <param name="LargestAtS">Where it is, s since the first frame of the first log.</param>
/// <param name="First">Value of the first log there.</param>
/// <param name="Second">Value of the second log there.</param>
public sealed record SignalDifference(string Signal, long Compared, long Differing, long OnlyFirst, long OnlySecond, double Largest, double LargestAtS, double First, double Second)
{
    /// <summary>True where nothing differs and no frame is alone.</summary>
    public bool IsSame => Differing == 0 && OnlyFirst == 0 && OnlySecond == 0;
}

/// <summary>Compares two logs signal by signal: each frame with the nearest one in time of the other log.</summary>
/// <param name="tolerance">Difference that is allowed, in the signal's unit.</param>
/// <param name="relative">Difference that is allowed, as a part of the first value; the larger of both counts.</param>
/// <param name="windowNs">Distance in time within which frames belong together, ns; 0 takes half of the message's mean period.</param>
public sealed class LogDiff(double tolerance, double relative, long windowNs)
{
    /// <summary>Compares.</summary>
    /// <param name="first">One log.</param>
    /// <param name="second">The other one.</param>
    /// <param name="selection">Signals to compare, or null for all.</param>
    /// <param name="isRelative">True compares at the same time since each log's first frame; false at the same time of the clock.</param>
    /// <returns>A row for each signal of each message that occurs in one of the logs.</returns>
    public List<SignalDifference> Compare(DecodedLog first, DecodedLog second, SignalSelection? selection, bool isRelative)
    {
        long firstZero = ZeroOf(first);
        long shift = isRelative ? firstZero - ZeroOf(second) : 0;
        var rows = new List<SignalDifference>();
        foreach (string name in first.Messages.Concat(second.Messages).Select(message => message.Message.Name).Distinct())
        {
            DecodedMessage? left = first.Find(name);
            DecodedMessage? right = second.Find(name);
            DecodedMessage any = left ?? right!;
            long[] leftTimes = left?.Times() ?? [];
            long[] rightTimes = right?.Times() ?? [];
            int[] partners = Partners(leftTimes, rightTimes, shift);
            for (int signal = 0; signal < any.Message.Signals.Count; signal++)
            {
                if (selection is null || selection.Contains(any.Message, any.Message.Signals[signal]))
                {
                    rows.Add(Compare($"{name}.{any.Message.Signals[signal].Name}", left?.Values(signal) ?? [], right?.Values(signal) ?? [], leftTimes, partners, firstZero));
                }
            }
        }

        return rows;
    }

    private static long ZeroOf(DecodedLog log) => log.Messages.Count == 0 ? 0 : log.Messages.Min(message => message.Parts[0].TimeNs[0]);

    /// <summary>For each frame of the first log the nearest of the second, or -1; no frame is taken twice.</summary>
    private int[] Partners(long[] first, long[] second, long shift)
    {
        long window = windowNs > 0 ? windowNs : first.Length > 1 ? Math.Max(1, (first[^1] - first[0]) / (first.Length - 1) / 2) : 1_000_000;
        int[] partners = new int[first.Length];
        int at = 0;
        for (int index = 0; index < first.Length; index++)
        {
            // As long as the next one is nearer, go on; what is passed over stays alone.
            while (at + 1 < second.Length && Math.Abs(second[at + 1] + shift - first[index]) < Math.Abs(second[at] + shift - first[index]))
            {
                at++;
            }

            bool isNear = at < second.Length && Math.Abs(second[at] + shift - first[index]) <= window;
            partners[index] = isNear ? at++ : -1;
        }

        return partners;
    }

    private SignalDifference Compare(string name, double[] first, double[] second, long[] times, int[] partners, long zero)
    {
        long compared = 0;
        long differing = 0;
        double largest = 0;
        int worst = -1;
        for (int index = 0; index < partners.Length; index++)
        {
            if (partners[index] < 0)
            {
                continue;
            }

            compared++;
            double one = first[index];
            double other = second[partners[index]];
            if (double.IsNaN(one) && double.IsNaN(other))
            {
                continue;
            }

            double difference = Math.Abs(one - other);
            if (difference <= Math.Max(tolerance, relative * Math.Abs(one)))
            {
                continue;
            }

            differing++;
            if (worst < 0 || difference > largest)
            {
                largest = difference;
                worst = index;
            }
        }

        return new SignalDifference(
            name,
            compared,
            differing,
            first.Length - compared,
            second.Length - compared,
            largest,
            worst < 0 ? double.NaN : (times[worst] - zero) * 1e-9,
            worst < 0 ? double.NaN : first[worst],
            worst < 0 ? double.NaN : second[partners[worst]]);
    }
}
