using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Drivers.Can;
using Bms.Plant.Pack;

namespace Bms.HilTests.Drivers
{
    /// <summary>Frames back to back: what each chip survives while its driver is asked every 10 ms.</summary>
    [TestClass]
    public sealed class BurstTests
    {
        // 96 cells and 24 temperatures in the reference protocol: 8 modules with four frames each, and a status frame of each in the worst case.
        private const int FullBurst = 40;

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow(10)]
        [DataRow(20)]
        public void the_mcp2518fd_loses_nothing_of_a_full_burst_whenever_it_comes(int cycleMs)
        {
            for (int phase = 0; phase < 20; phase++)
            {
                ChipRig rig = ChipRig.Started(CanDriver.Mcp2518fd);
                List<uint> got = Burst(rig, FullBurst, cycleMs, phase * cycleMs / 20.0);
                CollectionAssert.AreEqual(Expected(FullBurst), got);
                Assert.AreEqual(0u, rig.Driver.ReceiveOverflowCount);
                Assert.AreEqual(0, rig.Chip.LostFrames);
            }
        }

        [TestMethod]
        public void the_mcp2518fd_holds_96_frames_and_the_97th_is_lost_and_counted()
        {
            Assert.AreEqual(96, Survived(CanDriver.Mcp2518fd, 96, out uint none));
            Assert.AreEqual(0u, none);
            Assert.AreEqual(96, Survived(CanDriver.Mcp2518fd, 97, out uint overflows));
            Assert.AreEqual(1u, overflows);
        }

        [TestMethod]
        public void the_mcp2515_holds_2_frames_and_the_third_is_lost_and_counted()
        {
            Assert.AreEqual(2, Survived(CanDriver.Mcp2515, 2, out uint none));
            Assert.AreEqual(0u, none);
            Assert.AreEqual(2, Survived(CanDriver.Mcp2515, 3, out uint overflows));
            Assert.AreEqual(1u, overflows);
        }

        [TestMethod]
        public void the_mcp2515_loses_most_of_a_full_burst_and_says_so()
        {
            ChipRig rig = ChipRig.Started(CanDriver.Mcp2515);
            List<uint> got = Burst(rig, FullBurst, 10, 0);
            TestContext.WriteLine($"MCP2515, {FullBurst} frames back to back, cycle 10 ms, no following: {got.Count} arrive, {rig.Chip.LostFrames} lost");
            Assert.IsLessThan(FullBurst / 2, got.Count);
            Assert.AreEqual(FullBurst, got.Count + rig.Chip.LostFrames);
            Assert.IsGreaterThan(0u, rig.Driver.ReceiveOverflowCount);
        }

        [TestMethod]
        [DataRow(0.0)]
        [DataRow(0.05)]
        [DataRow(0.1)]
        [DataRow(0.2)]
        [DataRow(0.25)]
        public void the_mcp2515_loses_nothing_of_a_burst_and_keeps_its_order_while_it_is_looked_at_once_in_the_time_of_two_frames(double pauseMs)
        {
            ChipRig rig = ChipRig.Started(CanDriver.Mcp2515);
            for (uint i = 0; i < FullBurst; i++)
            {
                rig.OthersSend(0x200 + i, i);
            }

            for (int i = 0; i < 20 * FullBurst; i++)
            {
                rig.Wait(pauseMs);
                rig.Driver.Collect();
            }

            CollectionAssert.AreEqual(Expected(FullBurst), rig.Cycle());
            Assert.AreEqual(0, rig.Chip.LostFrames);
        }

        [TestMethod]
        public void the_memory_of_the_mcp2515_holds_63_frames_and_what_comes_then_waits_in_the_chip()
        {
            ChipRig rig = ChipRig.Started(CanDriver.Mcp2515);
            for (int i = 0; i < 64; i++)
            {
                rig.OthersSend(0x200 + (uint)i, (uint)i);
                rig.Wait(0.4);
                rig.Driver.Collect();
            }

            CollectionAssert.AreEqual(Expected(64), rig.Cycle());
            Assert.AreEqual(0, rig.Chip.LostFrames);
        }

        [TestMethod]
        public void a_slow_driver_loses_frames_and_the_bench_sees_it()
        {
            // 400 us a call: the reading of a frame takes longer than the next frame lasts.
            ChipRig rig = ChipRig.Started(CanDriver.Mcp2515, new SpiTiming(10_000_000, 400));
            for (uint i = 0; i < FullBurst; i++)
            {
                rig.OthersSend(0x200 + i, i);
            }

            rig.Wait(0.3);
            rig.Run(50);
            Assert.IsGreaterThan(10, rig.Chip.LostFrames);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void a_lost_edge_of_the_interrupt_costs_cycles_not_frames(CanDriver kind)
        {
            var rig = new ChipRig(kind, withPin: false);
            Assert.IsTrue(rig.Driver.Start());
            rig.OthersSend(0x200, 0);
            rig.Wait(1);
            CollectionAssert.AreEqual(new uint[] { 0x200 }, rig.Cycle(), "without a pin every cycle asks");

            rig = ChipRig.Started(kind);
            rig.Run(100);
            long before = rig.Chip.TransferCount;
            rig.Run(300);
            Assert.IsLessThan(30 + 15, rig.Chip.TransferCount - before, "with a quiet pin most polls are left out");
        }

        [TestMethod]
        public void a_pack_whose_modules_send_back_to_back_works_through_the_mcp2518fd()
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Driver = CanDriver.Mcp2518fd, Pack = new PackOptions { ModulesBackToBack = true } });
            bench.RunFor(20);
            Assert.AreEqual(0u, bench.Port.ReceiveOverflowCount);
            Assert.AreEqual(0, bench.Chip!.LostFrames);
            Assert.AreEqual(0, bench.Diag.Severity, string.Join(",", bench.Diag.ActiveFaults().Select(FaultTable.NameOf)));
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            TestContext.WriteLine($"most frames waiting: {((Mcp2518fdModel)bench.Chip).MostWaiting}");
        }

        [TestMethod]
        public void a_pack_whose_modules_send_back_to_back_is_told_about_through_the_mcp2515()
        {
            var bench = new VirtualBench(new BenchOptions { Driver = CanDriver.Mcp2515, Pack = new PackOptions { ModulesBackToBack = true } });
            bench.RunFor(10);
            Assert.IsGreaterThan(0u, bench.Port.ReceiveOverflowCount);
            Assert.AreNotEqual(0, bench.Diag.SeverityOf(FaultId.ReceiveOverflow));
        }

        private static uint[] Expected(int frames) => [.. Enumerable.Range(0, frames).Select(i => (uint)(0x200 + i))];

        private static int Survived(CanDriver kind, int frames, out uint overflows)
        {
            ChipRig rig = ChipRig.Started(kind);
            for (uint i = 0; i < frames; i++)
            {
                rig.OthersSend(0x200 + i, i);
            }

            // The driver is held up until all of them have ended.
            rig.Wait(frames * 0.3);
            int got = rig.Run(50).Count;
            overflows = rig.Driver.ReceiveOverflowCount;
            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
            return got;
        }

        private static List<uint> Burst(ChipRig rig, int frames, int cycleMs, double phaseMs)
        {
            var got = new List<uint>();
            for (int cycle = 0; cycle < 6; cycle++)
            {
                long start = rig.Bus.TimeUs;
                got.AddRange(rig.Cycle());
                if (cycle == 1)
                {
                    rig.Bus.AdvanceTo(Math.Max(rig.Bus.TimeUs, start + (long)(phaseMs * 1000)));
                    for (uint i = 0; i < frames; i++)
                    {
                        rig.OthersSend(0x200 + i, i * 0x0123456789ABCDUL);
                    }
                }

                rig.Bus.AdvanceTo(Math.Max(rig.Bus.TimeUs, start + (cycleMs * 1000)));
            }

            return got;
        }
    }
}
