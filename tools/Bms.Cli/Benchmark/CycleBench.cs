using Bms.Bench;
using Bms.Cli.CommandLine;
using Bms.IlTools;

namespace Bms.Cli.Benchmark
{
    /// <summary>Cost of a firmware cycle on the device's interpreter.</summary>
    /// <param name="Cells">Cells in series.</param>
    /// <param name="Cost">The recorded run.</param>
    /// <param name="StartIl">IL equivalents of construction.</param>
    /// <param name="StartAllocations">Heap objects of construction.</param>
    /// <param name="Loads">The load of each board.</param>
    internal sealed record CycleResult(int Cells, CycleCost Cost, double StartIl, long StartAllocations, IReadOnlyList<BoardLoad> Loads);

    /// <summary>Plays a recorded drive to the metered contract build.</summary>
    internal static class CycleBench
    {
        private const int Cells = 96;
        private const double RecordedS = 60;

        // The first second is start-up: sensors appear, the estimators start.
        private const int StartCycles = 100;

        public static CycleResult Run(CancellationToken stop)
        {
            TrafficRecording recording = TrafficRecording.OfDrive(Cells, RecordedS);
            RecordedFrame[] frames = [.. recording.Frames.Select(f => new RecordedFrame(f.TimeMs, f.Id, f.IsExtended, f.Payload))];
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
                firmware.Start([.. recording.Parameters], frames);
                CycleCost cost = CycleCost.Measure(firmware, (int)(RecordedS * 100), StartCycles, stop: stop);
                if (!cost.Closed)
                {
                    throw new InvalidOperationException("The metered firmware never closed the contactors: the recording does not reach it.");
                }

                return new CycleResult(Cells, cost, firmware.StartCostTenths / 10.0, firmware.StartAllocations, BoardLoad.OfAll(cost));
            }
        }
    }
}
