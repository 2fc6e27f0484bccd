using Bms.Bench;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    [TestClass]
    public sealed class VirtualBenchTests
    {
        [TestMethod]
        public void the_same_seed_gives_the_same_frames_byte_for_byte()
        {
            Assert.AreEqual(HashOfDrive(3), HashOfDrive(3));
        }

        [TestMethod]
        public void another_seed_gives_other_frames()
        {
            Assert.AreNotEqual(HashOfDrive(3), HashOfDrive(4));
        }

        [TestMethod]
        public void steps_allocate_nothing_once_running()
        {
            VirtualBench bench = Running();
            bench.RunFor(20);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 2000; i++)
            {
                bench.Step();
            }

            Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        [TestMethod]
        public void starts_precharges_closes_and_drives()
        {
            var bench = new VirtualBench();
            bench.RunFor(2);
            Assert.AreEqual(PackStatus.StateStandby, bench.Diag.State);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StatePrecharge, 1));
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 3));
            Assert.IsTrue(bench.Plant.IsPathClosed);
            bench.RunFor(1);
            Assert.IsFalse(bench.Plant.Precharge.IsClosed);
            bench.Plant.Load.DemandCurrentA = -30;
            bench.RunFor(10);
            Assert.AreEqual(-30, Truth.CurrentA(bench), 0.2);
            Assert.AreEqual(0, bench.Diag.Severity);
            Assert.AreEqual(bench.Plant.Options.InitialSoc, bench.Diag.Soc, 0.05);
        }

        [TestMethod]
        public void the_main_contactor_closes_on_a_charged_link()
        {
            var bench = new VirtualBench();
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunUntil(b => b.Plant.IsPathClosed, 10);
            Assert.IsGreaterThan(0.96 * bench.Plant.Cells.PackVoltageV, bench.Plant.Link.VoltageV);
            Assert.IsGreaterThan(-300, Truth.CurrentA(bench), "what is left flows as a small inrush");
        }

        [TestMethod]
        [DataRow(1, 1)]
        [DataRow(8, 2)]
        [DataRow(12, 20)]
        [DataRow(100, 4)]
        [DataRow(192, 20)]
        public void packs_of_any_size_reach_closed_without_a_fault(int cells, int parallel)
        {
            VirtualBench bench = Running(new BenchOptions { Pack = new PackOptions { CellCount = cells, ParallelCount = parallel } });
            bench.RunFor(5);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            Assert.AreEqual(0, bench.Diag.Severity, string.Join(",", bench.Diag.ActiveFaults().Select(FaultTable.NameOf)));
        }

        [TestMethod]
        [DataRow("lg-18650hg2")]
        [DataRow("panasonic-ncr18650pf")]
        [DataRow("a123-26650")]
        public void every_cell_reaches_closed_with_the_preset_of_its_chemistry(string name)
        {
            VirtualBench bench = Running(new BenchOptions { Pack = new PackOptions { CellName = name, InitialSoc = 0.6 } });
            bench.RunFor(5);
            Assert.AreEqual(0, bench.Diag.Severity);
        }

        [TestMethod]
        public void the_clock_rolls_over_while_driving_and_nothing_happens()
        {
            // 10 s before the roll-over of the controller's clock.
            VirtualBench bench = Running(new BenchOptions { StartMs = uint.MaxValue - 10_000 });
            bench.RunFor(30);
            Assert.IsLessThan(60_000u, bench.NowMs);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            Assert.IsEmpty(bench.Diag.FaultHistory);
        }

        [TestMethod]
        public void a_cycle_of_20_ms_drives_as_well()
        {
            VirtualBench bench = Running(new BenchOptions { CyclePeriodMs = 20 });
            bench.RunFor(5);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            Assert.AreEqual(0u, bench.Port.ReceiveOverflowCount);
        }

        [TestMethod]
        public void modules_that_send_back_to_back_lose_no_frame()
        {
            VirtualBench bench = Running(new BenchOptions { Pack = new PackOptions { ModulesBackToBack = true } });
            bench.RunFor(10);
            Assert.AreEqual(0u, bench.Port.ReceiveOverflowCount);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
        }

        [TestMethod]
        public void a_receiver_that_is_too_small_is_reported()
        {
            var bench = new VirtualBench(new BenchOptions { ReceiveQueueLength = 2, Pack = new PackOptions { ModulesBackToBack = true } });
            bench.RunFor(5);
            Assert.IsGreaterThan(0u, bench.Port.ReceiveOverflowCount);
            Assert.AreNotEqual(0, bench.Diag.SeverityOf(FaultId.ReceiveOverflow));
        }

        [TestMethod]
        public void balancing_bleeds_the_full_cells_and_stops_when_the_controller_falls_silent()
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { InitialSoc = 0.9, SocSpread = 0.02 } });
            bench.RunFor(55);
            Assert.IsGreaterThan(0, Bled(bench));
            int fullest = IndexOfHighest(bench.Plant.Cells.Soc);
            Assert.AreEqual(1, bench.Plant.Modules[fullest / 12].BleedMask >> (fullest % 12) & 1);
            bench.ControllerNode.ForceBusOff();
            bench.RunFor(30);
            Assert.AreEqual(0, Bled(bench));
        }

        [TestMethod]
        public void the_ports_agree_with_the_plant()
        {
            VirtualBench bench = Running();
            bench.Model.Write("Load.CurrentA", -25);
            bench.RunFor(1);
            Assert.AreEqual(bench.Plant.Cells.CurrentA, bench.Model.Read("Pack.CurrentA"));
            Assert.AreEqual(bench.Plant.Cells.VoltageV[95], bench.Model.Read("Cell[96].VoltageV"));
            Assert.IsFalse(bench.Model.CanWrite("Pack.CurrentA"));
            Assert.ThrowsExactly<KeyNotFoundException>(() => bench.Model.Read("Cell[97].VoltageV"));
            Assert.ThrowsExactly<KeyNotFoundException>(() => bench.Model.Write("Pack.CurrentA", 1));
            foreach (string name in bench.Model.Names)
            {
                // A host without a clock tells no time.
                Assert.IsTrue(name.EndsWith("DegC", StringComparison.Ordinal) || name == "Host.ClockS" || !double.IsNaN(bench.Model.Read(name)), name);
            }

            var data = new byte[8];
            Assert.AreEqual(8, bench.Network.LastFrame(PackStatus.Id, data, out long timeUs));
            Assert.IsGreaterThan(bench.TimeUs - 110_000, timeUs);
            Assert.AreEqual(-1, bench.Network.LastFrame(0x7AA, data, out _));
            Assert.IsTrue(bench.Network.Send(0x7AA, [1, 2, 3]));
            bench.Step();
            Assert.AreEqual(3, bench.Network.LastFrame(0x7AA, data, out _));
        }

        [TestMethod]
        public void the_bus_of_96_cells_is_lightly_loaded()
        {
            VirtualBench bench = Running();
            bench.RunFor(10);
            Assert.IsGreaterThan(0.08, bench.Bus.Load);
            Assert.IsLessThan(0.30, bench.Bus.PeakSecondLoad);
        }

        internal static VirtualBench Running(BenchOptions? options = null)
        {
            var bench = new VirtualBench(options);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            double took = bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 10);
            Assert.IsGreaterThan(0, took, "does not close: " + string.Join(",", bench.Diag.ActiveFaults().Select(FaultTable.NameOf)));
            bench.RunFor(1);
            return bench;
        }

        private static ulong HashOfDrive(ulong seed)
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { Seed = seed } });
            var hash = new FrameHash();
            bench.Network.Observe(hash);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(5);
            bench.Plant.Load.Profile = DriveProfile.Create(seed, 60);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            bench.RunFor(60);
            Assert.IsGreaterThan(30_000, bench.Bus.FrameCount);
            return hash.Value;
        }

        private static int Bled(VirtualBench bench)
        {
            return bench.Plant.Modules.Sum(m => System.Numerics.BitOperations.PopCount((uint)m.BleedMask));
        }

        private static int IndexOfHighest(ReadOnlySpan<double> values)
        {
            int best = 0;
            for (int i = 1; i < values.Length; i++)
            {
                best = values[i] > values[best] ? i : best;
            }

            return best;
        }
    }
}
