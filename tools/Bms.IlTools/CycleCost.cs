using MathNet.Numerics.LinearRegression;

namespace Bms.IlTools
{
    /// <summary>Cost of one stage of the cycle.</summary>
    /// <param name="Name">Stage.</param>
    /// <param name="Mean">IL equivalents per cycle, mean.</param>
    /// <param name="Worst">IL equivalents of the worst cycle of this stage.</param>
    /// <param name="Allocations">Heap objects in all cycles.</param>
    public sealed record StageCost(string Name, double Mean, double Worst, long Allocations);

    /// <summary>Cost of a cycle as a formula: fixed + received frames + sent frames.</summary>
    /// <param name="CycleIl">IL equivalents of a cycle without frames.</param>
    /// <param name="ReceivedIl">Of a received frame.</param>
    /// <param name="SentIl">Of a sent frame.</param>
    /// <param name="Explained">Share of the variance between cycles that the formula explains, 0..1.</param>
    /// <param name="RmsResidual">Root mean square of what it misses in a cycle, in IL equivalents.</param>
    public sealed record CycleModel(double CycleIl, double ReceivedIl, double SentIl, double Explained, double RmsResidual);

    /// <summary>What a recorded run costs the device's interpreter.</summary>
    /// <param name="Cycles">Cycles counted.</param>
    /// <param name="Mean">IL equivalents per cycle, mean.</param>
    /// <param name="Worst">IL equivalents of the worst cycle.</param>
    /// <param name="DecidingWorst">IL equivalents of protection and control together in the cycle in which they cost most.</param>
    /// <param name="WorstInFull">What the worst cycle spent its most on, the largest first.</param>
    /// <param name="Allocations">Heap objects in all cycles.</param>
    /// <param name="ReceivedPerCycle">Frames received in a cycle, mean.</param>
    /// <param name="SentPerCycle">Frames sent in a cycle, mean.</param>
    /// <param name="Closed">True where the contactors were closed at some time: the recording reaches the firmware.</param>
    /// <param name="Stages">Per stage.</param>
    /// <param name="Methods">IL equivalents per cycle of every method without what it calls, the largest first.</param>
    /// <param name="Model">The formula, fitted to the cycles.</param>
    public sealed record CycleCost(
        int Cycles,
        double Mean,
        double Worst,
        double DecidingWorst,
        IReadOnlyList<(string Name, double Il)> WorstInFull,
        long Allocations,
        double ReceivedPerCycle,
        double SentPerCycle,
        bool Closed,
        IReadOnlyList<StageCost> Stages,
        IReadOnlyList<(string Name, double Il)> Methods,
        CycleModel Model)
    {
        private const int InFull = 12;

        // Places among the stages.
        private const int Protection = 2;
        private const int Control = 3;

        /// <summary>Runs a recording and counts.</summary>
        /// <param name="firmware">The metered firmware, started.</param>
        /// <param name="cycles">Cycles to run.</param>
        /// <param name="skipped">Cycles at the beginning that do not count: start-up, sensors appear.</param>
        /// <param name="periodMs">Length of a cycle in ms.</param>
        /// <param name="stop">To end early.</param>
        public static CycleCost Measure(MeteredFirmware firmware, int cycles, int skipped, int periodMs = 10, CancellationToken stop = default)
        {
            IlCounters counters = firmware.Counters;
            int stages = MeteredFirmware.Stages.Count;
            var sums = new double[stages];
            var worst = new double[stages];
            var allocations = new long[stages];
            var methods = new long[counters.MethodNames.Count];
            var costs = new List<double>(cycles);
            var loads = new List<double[]>(cycles);
            IReadOnlyList<(string, double)> inFull = [];
            double highest = 0;
            double deciding = 0;
            long allAllocations = 0;
            bool closed = false;
            for (int cycle = 0; cycle < cycles; cycle++)
            {
                stop.ThrowIfCancellationRequested();
                counters.Reset();
                int taken = firmware.TakenCount;
                int sent = firmware.SentCount;
                firmware.Cycle((uint)(cycle * periodMs));
                closed |= firmware.IsClosed;
                if (cycle < skipped)
                {
                    continue;
                }

                double cost = counters.CostTenths / 10.0;
                if (cost > highest)
                {
                    highest = cost;
                    inFull = Largest(counters, counters.MethodCostTenths, 10.0, InFull);
                }

                deciding = Math.Max(deciding, (counters.StageCostTenths[Protection] + counters.StageCostTenths[Control]) / 10.0);
                costs.Add(cost);
                loads.Add([firmware.TakenCount - taken, firmware.SentCount - sent]);
                allAllocations += counters.Allocations;
                for (int i = 0; i < methods.Length; i++)
                {
                    methods[i] += counters.MethodCostTenths[i];
                }

                for (int stage = 0; stage < stages; stage++)
                {
                    double il = counters.StageCostTenths[stage] / 10.0;
                    sums[stage] += il;
                    worst[stage] = Math.Max(worst[stage], il);
                    allocations[stage] += counters.StageAllocations[stage];
                }
            }

            int counted = costs.Count;
            return new CycleCost(
                counted,
                costs.Average(),
                highest,
                deciding,
                inFull,
                allAllocations,
                loads.Average(load => load[0]),
                loads.Average(load => load[1]),
                closed,
                [.. Enumerable.Range(0, stages).Select(s => new StageCost(StageName(MeteredFirmware.Stages[s]), sums[s] / counted, worst[s], allocations[s]))],
                Largest(counters, methods, 10.0 * counted, methods.Length),
                Fit(costs, loads));
        }

        private static CycleModel Fit(List<double> costs, List<double[]> loads)
        {
            double[] y = [.. costs];
            double[] fitted = MultipleRegression.NormalEquations([.. loads], y, intercept: true);
            double mean = y.Average();
            double total = y.Sum(cost => (cost - mean) * (cost - mean));
            double missed = y.Select((cost, i) => cost - fitted[0] - (fitted[1] * loads[i][0]) - (fitted[2] * loads[i][1])).Sum(residual => residual * residual);
            return new CycleModel(fitted[0], fitted[1], fitted[2], 1 - (missed / total), Math.Sqrt(missed / y.Length));
        }

        private static IReadOnlyList<(string Name, double Il)> Largest(IlCounters counters, IReadOnlyList<long> costs, double divisor, int count)
        {
            return [.. Enumerable.Range(0, costs.Count).Where(i => costs[i] != 0).OrderByDescending(i => costs[i]).Take(count).Select(i => (counters.MethodNames[i], costs[i] / divisor))];
        }

        private static string StageName(string method)
        {
            string type = method[..method.IndexOf("::", StringComparison.Ordinal)];
            return type["Bms.Core.".Length..].Split('.')[0];
        }
    }
}
