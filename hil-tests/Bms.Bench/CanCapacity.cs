using Bms.Bench.Chips;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Drivers.Can;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>What a pack's traffic did to a CAN controller.</summary>
    /// <param name="Received">Frames that the chip took.</param>
    /// <param name="Lost">Frames that found no room in the chip.</param>
    /// <param name="Reported">Losses that the driver reported.</param>
    /// <param name="LongestCycleUs">Longest time from the due beginning of a cycle to its end, in us.</param>
    public sealed record CanCapacityResult(long Received, long Lost, uint Reported, long LongestCycleUs);

    /// <summary>What the CAN controllers survive while the interpreter takes its time.</summary>
    public static class CanCapacity
    {
        private const int LongestBurst = 64;
        private const int CyclesBefore = 50;
        private const int CyclesAfter = 5;
        private const int BitRate = 500_000;

        /// <summary>Modules that send when they are asked.</summary>
        public static IReadOnlyList<int> PolledProfiles { get; } = [ModuleProfile.BmwI3, ModuleProfile.VwMqb, ModuleProfile.VwMeb];

        /// <summary>A pack of 96 cells and 24 temperatures whose reference modules send all their frames back to back, driving.</summary>
        /// <param name="driver">The chip.</param>
        /// <param name="time">What the firmware costs.</param>
        /// <param name="periodMs">Cycle of the controller in ms.</param>
        /// <param name="seconds">Length of the run in s.</param>
        public static CanCapacityResult FullBursts(CanDriver driver, InterpreterTime time, int periodMs, double seconds)
        {
            return Drive(driver, time, periodMs, seconds, new PackOptions { CellCount = 96, ModulesBackToBack = true });
        }

        /// <summary>A pack of 96 cells with modules of some profile, driving.</summary>
        /// <param name="driver">The chip.</param>
        /// <param name="time">What the firmware costs.</param>
        /// <param name="periodMs">Cycle of the controller in ms.</param>
        /// <param name="seconds">Length of the run in s.</param>
        /// <param name="modules">One of <see cref="ModuleProfile"/>.</param>
        public static CanCapacityResult Profile(CanDriver driver, InterpreterTime time, int periodMs, double seconds, int modules)
        {
            return Drive(driver, time, periodMs, seconds, new PackOptions { CellCount = 96, ModuleProfile = modules });
        }

        /// <summary>Longest burst back to back of which an MCP2515 loses nothing, beside a controller that reports and hears no modules.</summary>
        /// <param name="time">What the firmware costs.</param>
        /// <param name="periodMs">Cycle of the controller in ms.</param>
        /// <returns>Frames, at most 64: where the burst begins at the worst and at the best moment of a cycle, of those 1 ms apart.</returns>
        public static (int Worst, int Best) SurvivedByMcp2515(InterpreterTime time, int periodMs)
        {
            int worst = LongestBurst;
            int best = 0;
            for (int phaseMs = 0; phaseMs < periodMs; phaseMs++)
            {
                int frames = 0;
                for (int step = LongestBurst; step > 0; step /= 2)
                {
                    if (frames + step <= LongestBurst && IsSurvived(time, periodMs, phaseMs, frames + step))
                    {
                        frames += step;
                    }
                }

                worst = Math.Min(worst, frames);
                best = Math.Max(best, frames);
            }

            return (worst, best);
        }

        private static bool IsSurvived(InterpreterTime time, int periodMs, int phaseMs, int frames)
        {
            var bus = new VirtualCanBus(BitRate);
            var chip = new Mcp2515Model(bus, 16_000_000);
            var driver = new Mcp2515(chip, null, chip.OscillatorHz, BitRate);
            driver.Start();
            BusNode other = bus.AddNode("Other", null, null, LongestBurst, TransmitOrder.FirstInFirstOut);
            var port = new TimedPort(driver, bus, time, chip);
            var controller = new BatteryController(Presets.Nmc(96, 50000), port);
            long startUs = bus.TimeUs;
            for (int cycle = 0; cycle < CyclesBefore + CyclesAfter; cycle++)
            {
                if (cycle == CyclesBefore)
                {
                    for (int i = 0; i < frames; i++)
                    {
                        other.Send((uint)(0x600 + i), false, new byte[8], 8, bus.TimeUs + (phaseMs * 1000));
                    }
                }

                uint nowMs = (uint)(bus.TimeUs / 1000);
                driver.Update(nowMs);
                controller.Update(nowMs);
                port.EndCycle();
                long dueUs = startUs + ((cycle + 1) * periodMs * 1000L);
                while (bus.TimeUs + time.IdleTurnUs < dueUs)
                {
                    bus.AdvanceTo(bus.TimeUs + time.IdleTurnUs);
                    port.CollectNow();
                }

                bus.AdvanceTo(Math.Max(dueUs, bus.TimeUs));
            }

            return chip.LostFrames == 0;
        }

        private static CanCapacityResult Drive(CanDriver driver, InterpreterTime time, int periodMs, double seconds, PackOptions pack)
        {
            var bench = new VirtualBench(new BenchOptions
            {
                Driver = driver,
                Interpreter = time,
                CyclePeriodMs = periodMs,
                Pack = pack,
                CollectPeriodUs = driver == CanDriver.Mcp2515 ? time.IdleTurnUs : 0,
            });
            bench.RunFor(2);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.Plant.Load.DemandCurrentA = -20;
            bench.RunFor(seconds - 2);
            SpiCanChip chip = bench.Chip!;
            return new CanCapacityResult(chip.StoredFrames, chip.LostFrames, bench.Port.ReceiveOverflowCount, bench.LongestCycleUs);
        }
    }
}
