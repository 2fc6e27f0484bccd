using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>What modules, sensor and host send in a drive that ends with an over-current: the traffic on which the firmware's cost is measured.</summary>
    public sealed class TrafficRecording
    {
        private TrafficRecording(VirtualBench bench, List<(uint TimeMs, uint Id, bool IsExtended, byte[] Payload)> frames)
        {
            Frames = frames;
            Parameters = [.. Enumerable.Range(0, ParameterId.Count).Select(bench.Parameters.Get)];
        }

        /// <summary>Frames, from the cycle in which the controller takes them; times rising.</summary>
        public IReadOnlyList<(uint TimeMs, uint Id, bool IsExtended, byte[] Payload)> Frames { get; }

        /// <summary>Values of the controller's parameter block, in the order of the ids.</summary>
        public IReadOnlyList<int> Parameters { get; }

        /// <summary>Records a minute (or another time above 20 s) of a pack with the reference modules and sensor.</summary>
        /// <param name="cells">Cells in series.</param>
        /// <param name="seconds">Length in s.</param>
        public static TrafficRecording OfDrive(int cells, double seconds)
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = cells } });
            var recorder = new Recorder(bench);
            bench.Network.Observe(recorder);
            bench.RunFor(2);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(8);
            bench.Plant.Load.Profile = DriveProfile.Create(1, seconds);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            bench.RunFor(seconds - 20);
            bench.Ees.Inject(PackFault.LoadIgnoresLimits);
            bench.Plant.Load.DemandCurrentA = -5 * bench.Plant.Cells.NominalCapacityAh;
            bench.RunFor(10);
            return new TrafficRecording(bench, recorder.Frames);
        }

        // Everything that others than the controller send.
        private sealed class Recorder(VirtualBench bench) : ICanTap
        {
            public List<(uint TimeMs, uint Id, bool IsExtended, byte[] Payload)> Frames { get; } = [];

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                bool fromController = id >= PackStatus.Id || (id >= ModuleBalancing.BaseId && id < ModuleBalancing.BaseId + (ModuleBalancing.Count * ModuleBalancing.IdStride));
                if (!fromController)
                {
                    long periodUs = bench.Options.CyclePeriodMs * 1000L;
                    Frames.Add(((uint)((timeUs + periodUs - 1) / periodUs * bench.Options.CyclePeriodMs), id, isExtended, data.AsSpan(0, length).ToArray()));
                }
            }
        }
    }
}
