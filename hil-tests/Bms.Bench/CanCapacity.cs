using Bms.Bench.Chips;
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
        /// <summary>Pause between two looks of the idle loop at an MCP2515, in us, SPI and interpreter not counted.</summary>
        public const int CollectPeriodUs = 150;

        private const int LongestBurst = 64;
        private const int FrameUs = 270;
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

        /// <summary>Longest burst back to back of which an MCP2515 loses nothing, where the driver already drains when it begins.</summary>
        /// <param name="time">What the firmware costs.</param>
        /// <param name="whileDraining">False: the burst comes between two drains.</param>
        /// <returns>Frames, at most 64.</returns>
        public static int SurvivedByMcp2515(InterpreterTime time, bool whileDraining)
        {
            int frames = 1;
            while (frames < LongestBurst && IsSurvived(time, frames + 1, whileDraining))
            {
                frames++;
            }

            return frames;
        }

        private static bool IsSurvived(InterpreterTime time, int frames, bool whileDraining)
        {
            var bus = new VirtualCanBus(BitRate);
            var chip = new Mcp2515Model(bus, 16_000_000);
            var driver = new Mcp2515(chip, null, chip.OscillatorHz, BitRate) { FollowPolls = 12 };
            driver.Start();
            BusNode other = bus.AddNode("Other", null, null, LongestBurst, TransmitOrder.FirstInFirstOut);
            for (int i = 0; i < frames; i++)
            {
                other.Send((uint)(0x200 + i), false, new byte[8], 8, bus.TimeUs);
            }

            bus.AdvanceTo(bus.TimeUs + (whileDraining ? FrameUs : (frames + 1) * FrameUs));
            var port = new TimedPort(driver, bus, time);
            var batch = new CanBatch();
            int got = 0;
            for (int cycle = 0; cycle < 2; cycle++)
            {
                while (port.TryReceive(batch))
                {
                    got += batch.Left;
                    batch.Left = 0;
                }

                bus.AdvanceTo(bus.TimeUs + 10_000);
            }

            return got == frames && chip.LostFrames == 0;
        }

        private static CanCapacityResult Drive(CanDriver driver, InterpreterTime time, int periodMs, double seconds, PackOptions pack)
        {
            var bench = new VirtualBench(new BenchOptions
            {
                Driver = driver,
                Interpreter = time,
                CyclePeriodMs = periodMs,
                Pack = pack,
                CollectPeriodUs = driver == CanDriver.Mcp2515 ? CollectPeriodUs : 0,
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
