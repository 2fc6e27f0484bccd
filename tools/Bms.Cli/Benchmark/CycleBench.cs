using Bms.Bench;
using Bms.Cli.CommandLine;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.IlTools;
using Bms.Plant.Pack;

namespace Bms.Cli.Benchmark
{
    /// <summary>Cost of one stage of the cycle.</summary>
    /// <param name="Name">Stage.</param>
    /// <param name="Mean">IL equivalents per cycle, mean.</param>
    /// <param name="Worst">IL equivalents of the worst cycle of this stage.</param>
    /// <param name="Allocations">Heap objects in all cycles.</param>
    internal sealed record StageCost(string Name, double Mean, double Worst, long Allocations);

    /// <summary>Cost of a firmware cycle on the device's interpreter.</summary>
    /// <param name="Cells">Cells in series.</param>
    /// <param name="Cycles">Cycles counted.</param>
    /// <param name="Mean">IL equivalents, mean.</param>
    /// <param name="Worst">IL equivalents of the worst cycle.</param>
    /// <param name="Allocations">Heap objects in all cycles.</param>
    /// <param name="StartIl">IL equivalents of construction.</param>
    /// <param name="StartAllocations">Heap objects of construction.</param>
    /// <param name="Stages">Per stage.</param>
    internal sealed record CycleResult(int Cells, int Cycles, double Mean, double Worst, long Allocations, double StartIl, long StartAllocations, IReadOnlyList<StageCost> Stages);

    /// <summary>Records what modules, sensor and host send in a drive with a lost module and an over-current, and plays it to the metered contract build.</summary>
    internal static class CycleBench
    {
        private const int Cells = 96;
        private const double RecordedS = 60;

        // The first second is start-up: sensors appear, the estimators start.
        private const int StartCycles = 100;

        public static CycleResult Run(CancellationToken stop)
        {
            (List<RecordedFrame> frames, int[] parameters) = Record();
            MeteredFirmware firmware;
            try
            {
                firmware = MeteredFirmware.Load();
            }
            catch (IOException fault)
            {
                throw new CliFailure($"the contract build of the firmware is not beside the program ({OneLine.Of(fault.Message)}); build with 'dotnet build tools/Bms.Cli -c Release'");
            }

            using (firmware)
            {
                firmware.Start(parameters, frames);
                int count = (int)(RecordedS * 100);
                int stages = MeteredFirmware.Stages.Count;
                var sums = new double[stages];
                var worst = new double[stages];
                var allocations = new long[stages];
                double sum = 0;
                double worstCycle = 0;
                long allAllocations = 0;
                bool closed = false;
                for (int cycle = 0; cycle < count; cycle++)
                {
                    stop.ThrowIfCancellationRequested();
                    firmware.Counters.Reset();
                    firmware.Cycle((uint)(cycle * 10));
                    closed |= firmware.IsClosed;
                    if (cycle < StartCycles)
                    {
                        continue;
                    }

                    double cost = firmware.Counters.CostTenths / 10.0;
                    sum += cost;
                    worstCycle = Math.Max(worstCycle, cost);
                    allAllocations += firmware.Counters.Allocations;
                    for (int s = 0; s < stages; s++)
                    {
                        double stage = firmware.Counters.StageCostTenths[s] / 10.0;
                        sums[s] += stage;
                        worst[s] = Math.Max(worst[s], stage);
                        allocations[s] += firmware.Counters.StageAllocations[s];
                    }
                }

                if (!closed)
                {
                    throw new InvalidOperationException("The metered firmware never closed the contactors: the recording does not reach it.");
                }

                int counted = count - StartCycles;
                return new CycleResult(
                    Cells,
                    counted,
                    sum / counted,
                    worstCycle,
                    allAllocations,
                    firmware.StartCostTenths / 10.0,
                    firmware.StartAllocations,
                    [.. Enumerable.Range(0, stages).Select(s => new StageCost(StageName(MeteredFirmware.Stages[s]), sums[s] / counted, worst[s], allocations[s]))]);
            }
        }

        private static (List<RecordedFrame> Frames, int[] Parameters) Record()
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = Cells } });
            var recorder = new Recorder(bench);
            bench.Network.Observe(recorder);
            bench.RunFor(2);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(8);
            bench.Plant.Load.Profile = DriveProfile.Create(1, RecordedS);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            bench.RunFor(RecordedS - 20);
            bench.Ees.Inject(PackFault.LoadIgnoresLimits);
            bench.Plant.Load.DemandCurrentA = -5 * bench.Plant.Cells.NominalCapacityAh;
            bench.RunFor(10);
            int[] parameters = [.. Enumerable.Range(0, ParameterId.Count).Select(bench.Parameters.Get)];
            return (recorder.Frames, parameters);
        }

        private static string StageName(string method)
        {
            string type = method[..method.IndexOf("::", StringComparison.Ordinal)];
            return type["Bms.Core.".Length..].Split('.')[0];
        }

        // Everything that others than the controller send, from the cycle in which the controller takes it.
        private sealed class Recorder(VirtualBench bench) : ICanTap
        {
            public List<RecordedFrame> Frames { get; } = [];

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                bool fromController = id >= PackStatus.Id || (id >= ModuleBalancing.BaseId && id < ModuleBalancing.BaseId + (ModuleBalancing.Count * ModuleBalancing.IdStride));
                if (!fromController)
                {
                    long periodUs = bench.Options.CyclePeriodMs * 1000L;
                    Frames.Add(new RecordedFrame((uint)((timeUs + periodUs - 1) / periodUs * bench.Options.CyclePeriodMs), id, isExtended, data.AsSpan(0, length).ToArray()));
                }
            }
        }
    }
}
