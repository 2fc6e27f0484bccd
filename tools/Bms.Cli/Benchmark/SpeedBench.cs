using System.Diagnostics;
using Bms.Bench;
using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.Cli.Benchmark
{
    /// <summary>Speed of the virtual bench.</summary>
    /// <param name="Cells">Cells in series.</param>
    /// <param name="SecondsPerSecond">Simulated seconds per second, on one core, without log and report.</param>
    /// <param name="MicrosecondsPerCycle">Wall time of one step of the bench in us.</param>
    /// <param name="Stages">What the time goes to: name, share, us per cycle; measured apart, so they need not add up exactly.</param>
    internal sealed record SpeedResult(int Cells, double SecondsPerSecond, double MicrosecondsPerCycle, IReadOnlyList<(string Name, double Share, double Us)> Stages);

    /// <summary>Runs the bench in a drive and takes the time.</summary>
    internal static class SpeedBench
    {
        private const int Cells = 96;

        // The code is optimised while it runs; before that it is slow.
        private const double WarmUpWallS = 1.5;

        public static SpeedResult Run(double simulatedS, CancellationToken stop)
        {
            VirtualBench bench = Drive();
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed.TotalSeconds < WarmUpWallS)
            {
                stop.ThrowIfCancellationRequested();
                bench.RunFor(10);
            }

            bench = Drive();
            long steps = bench.StepCount;
            watch.Restart();
            for (double done = 0; done < simulatedS; done += 10)
            {
                stop.ThrowIfCancellationRequested();
                bench.RunFor(10);
            }

            double wallS = watch.Elapsed.TotalSeconds;
            double us = wallS * 1e6 / (bench.StepCount - steps);
            return new SpeedResult(Cells, simulatedS / wallS, us, Stages(stop));
        }

        private static VirtualBench Drive()
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = Cells } });
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(10);
            bench.Plant.Load.Profile = DriveProfile.Create(1, 3000);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            return bench;
        }

        // The bench's own step, with a clock between its parts. The clock's own time is taken off.
        private static List<(string Name, double Share, double Us)> Stages(CancellationToken stop)
        {
            string[] names = ["firmware: measurement", "firmware: estimation", "firmware: protection", "firmware: control", "firmware: reporting", "plant: nodes", "plant: pack", "bus"];
            const int cycles = 20_000;
            VirtualBench b = Drive();
            long timeUs = b.TimeUs;
            var ticks = new long[names.Length];
            for (int warm = 0; warm < 2; warm++)
            {
                Array.Clear(ticks);
                stop.ThrowIfCancellationRequested();
                for (int cycle = 0; cycle < cycles; cycle++)
                {
                    uint now = (uint)(timeUs / 1000);
                    b.Controller.Inputs.InterlockClosed = b.Plant.IsInterlockClosed;
                    b.Controller.Inputs.MainPositiveClosed = b.Plant.MainPositive.FeedbackClosed;
                    b.Controller.Inputs.MainNegativeClosed = b.Plant.MainNegative.FeedbackClosed;
                    b.Controller.Inputs.PrechargeClosed = b.Plant.Precharge.FeedbackClosed;
                    long t0 = Stopwatch.GetTimestamp();
                    b.Controller.Measurement.Update(now);
                    long t1 = Stopwatch.GetTimestamp();
                    b.Controller.Estimation.Update(b.Controller.Measurement, now);
                    long t2 = Stopwatch.GetTimestamp();
                    b.Controller.Protection.Update(b.Controller.Measurement, b.Controller.Control, b.Controller.Inputs, now);
                    long t3 = Stopwatch.GetTimestamp();
                    b.Controller.Control.Update(b.Controller.Measurement, b.Controller.Estimation, b.Controller.Protection, b.Controller.Inputs, b.Controller.Outputs, now);
                    long t4 = Stopwatch.GetTimestamp();
                    b.Controller.Reporting.Update(b.Controller, now);
                    long t5 = Stopwatch.GetTimestamp();
                    b.Plant.MainPositive.Command(b.Controller.Outputs.MainPositive, timeUs);
                    b.Plant.MainNegative.Command(b.Controller.Outputs.MainNegative, timeUs);
                    b.Plant.Precharge.Command(b.Controller.Outputs.Precharge, timeUs);
                    b.Plant.RunNodes();
                    long t6 = Stopwatch.GetTimestamp();
                    b.Plant.Step();
                    timeUs += 10_000;
                    long t7 = Stopwatch.GetTimestamp();
                    b.Bus.AdvanceTo(timeUs);
                    long t8 = Stopwatch.GetTimestamp();
                    ticks[0] += t1 - t0;
                    ticks[1] += t2 - t1;
                    ticks[2] += t3 - t2;
                    ticks[3] += t4 - t3;
                    ticks[4] += t5 - t4;
                    ticks[5] += t6 - t5;
                    ticks[6] += t7 - t6;
                    ticks[7] += t8 - t7;
                }
            }

            double clockUs = ClockUs();
            double[] us = Array.ConvertAll(ticks, t => Math.Max(0, (t * 1e6 / Stopwatch.Frequency / cycles) - clockUs));
            double sum = us.Sum();
            return [.. names.Select((n, i) => (n, us[i] / sum, us[i]))];
        }

        private static double ClockUs()
        {
            const int calls = 100_000;
            long begin = Stopwatch.GetTimestamp();
            long end = begin;
            for (int i = 0; i < calls; i++)
            {
                end = Stopwatch.GetTimestamp();
            }

            return (end - begin) * 1e6 / Stopwatch.Frequency / calls;
        }
    }
}
