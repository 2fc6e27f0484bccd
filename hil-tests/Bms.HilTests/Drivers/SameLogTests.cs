using System.Buffers.Binary;
using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.HilTests.Drivers
{
    /// <summary>The firmware through driver and chip against the firmware on a bus of memory.</summary>
    [TestClass]
    public sealed class SameLogTests
    {
        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void a_minute_of_driving_gives_the_same_frames_of_every_identifier(CanDriver kind)
        {
            // Modules on their own clocks, four frames each at a time: beyond what the MCP2515 holds, so the board collects in its idle time. Transfers without a price, so that a frame is met in the same cycle.
            Log direct = Drive(CanDriver.Direct, SpiTiming.None);
            Log chip = Drive(kind, SpiTiming.None);
            CompareAll(direct, chip);
        }

        [TestMethod]
        public void with_real_transfer_times_the_pack_drives_the_same()
        {
            Log direct = Drive(CanDriver.Direct, null);
            Log chip = Drive(CanDriver.Mcp2518fd, null);
            Assert.AreEqual(0u, chip.Overflows);
            foreach ((uint id, List<ulong> frames) in direct.Frames)
            {
                int difference = Math.Abs(frames.Count - chip.Frames[id].Count);
                Assert.IsLessThanOrEqualTo(2, difference, $"0x{id:X}: {frames.Count} and {chip.Frames[id].Count} frames");
            }

            Assert.AreEqual(direct.MeanSoc, chip.MeanSoc, 1e-4);
        }

        private static void CompareAll(Log expected, Log actual)
        {
            Assert.AreEqual(0u, actual.Overflows);
            CollectionAssert.AreEqual(expected.Frames.Keys.Order().ToArray(), actual.Frames.Keys.Order().ToArray());
            foreach ((uint id, List<ulong> frames) in expected.Frames)
            {
                List<ulong> others = actual.Frames[id];
                int common = Math.Min(frames.Count, others.Count);
                Assert.IsLessThanOrEqualTo(1, Math.Abs(frames.Count - others.Count), $"0x{id:X}: {frames.Count} and {others.Count} frames");
                for (int i = 0; i < common; i++)
                {
                    Assert.AreEqual(frames[i], others[i], $"0x{id:X}, frame {i} of {common}");
                }
            }
        }

        private static Log Drive(CanDriver kind, SpiTiming? timing)
        {
            var bench = new VirtualBench(new BenchOptions { Driver = kind, Spi = timing, CollectPeriodUs = kind == CanDriver.Mcp2515 ? 150 : 0, Pack = new PackOptions { Seed = 5 } });
            var log = new Log();
            bench.Network.Observe(log);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(5);
            bench.Plant.Load.Profile = DriveProfile.Create(5, 60);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            bench.RunFor(60);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            log.Overflows = bench.Port.ReceiveOverflowCount;
            log.MeanSoc = Truth.MeanSoc(bench);
            if (bench.Chip != null)
            {
                Assert.AreEqual(0, bench.Chip.Violations, bench.Chip.LastViolation);
            }

            return log;
        }

        private sealed class Log : ICanTap
        {
            public Dictionary<uint, List<ulong>> Frames { get; } = [];

            public uint Overflows { get; set; }

            public double MeanSoc { get; set; }

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                if (!Frames.TryGetValue(id, out List<ulong>? list))
                {
                    Frames[id] = list = [];
                }

                list.Add(BinaryPrimitives.ReadUInt64LittleEndian(data));
            }
        }
    }
}
