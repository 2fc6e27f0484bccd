using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Storage;
using Bms.Core.Supervision;
using Bms.Drivers.Boards;
using Bms.Drivers.Can;
using Bms.Plant.Pack;

namespace Bms.HilTests.Boards
{
    /// <summary>Start, loop and rest of a board, on pins and chip model.</summary>
    [TestClass]
    public sealed class ControlLoopTests
    {
        private static BoardDefinition Recommended => BoardList.Esp32WroverMcp2518fd();

        private static bool Closes(BoardRig rig)
        {
            rig.Plant.Host.Mode = HostCommand.ModeDrive;
            return rig.RunUntil(() => rig.Plant.IsPathClosed, 10);
        }

        [TestMethod]
        [DataRow(false)]
        [DataRow(true)]
        public void a_board_starts_passes_its_self_test_and_closes_for_the_host(bool withMcp2515)
        {
            // Two frames are all that an MCP2515 holds: modules that answer when they are asked lose none through it, free-running ones may.
            var rig = withMcp2515
                ? new BoardRig(BoardList.Esp32WroverMcp2515(), new PackOptions { CellCount = 24, ModuleProfile = ModuleProfile.VwMqb })
                : new BoardRig(Recommended);
            Assert.IsTrue(rig.Controller.Inputs.IsStartInhibited);
            rig.Run(0.1);
            Assert.IsFalse(rig.Controller.Inputs.IsStartInhibited);
            Assert.IsTrue(Closes(rig), $"state {rig.Controller.Control.Contactors.State}");
            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
            Assert.AreEqual(0, rig.Chip.LostFrames);
        }

        [TestMethod]
        public void without_a_can_controller_no_contactor_moves_and_when_it_comes_the_start_goes_on()
        {
            var rig = new BoardRig(Recommended, floating: 0xFFFF);
            rig.Plant.Host.Mode = HostCommand.ModeDrive;
            rig.Run(2);
            Assert.IsTrue(rig.Controller.Inputs.IsStartInhibited);
            Assert.AreEqual(SelfTest.Failed, rig.Controller.Health.SelfTest.CanController);
            Assert.AreEqual(0, rig.Gpio.Pin(rig.Board.Pins.MainNegative).WrittenEdges);
            rig.Chip.FloatingWord = null;
            Assert.IsTrue(rig.RunUntil(() => !rig.Controller.Inputs.IsStartInhibited, 10));
        }

        [TestMethod]
        [DataRow("memory")]
        [DataRow("storage")]
        [DataRow("parameters")]
        [DataRow("configuration")]
        public void what_fails_the_self_test_keeps_the_contactors_open(string what)
        {
            var stores = new Stores();
            Action<ParameterBlock>? configure = null;
            switch (what)
            {
                case "storage":
                    stores.Start.IsReadOnly = true;
                    break;
                case "parameters":
                    Assert.IsTrue(new ParameterStore(stores.Parameters, 0).Save(Presets.Nmc(24, 55_000)));
                    stores.Parameters.Damage(0);
                    break;
                case "configuration":
                    configure = p => p.Set(ParameterId.CellCount, 0);
                    break;
            }

            var rig = new BoardRig(Recommended, stores: stores, configure: configure, freeBytes: what == "memory" ? Recommended.LeastFreeBytes - 1 : Recommended.LeastFreeBytes);
            Assert.IsFalse(Closes(rig));
            Assert.IsTrue(rig.Controller.Inputs.IsStartInhibited);
            SelfTest test = rig.Controller.Health.SelfTest;
            Assert.AreEqual(what == "memory" ? SelfTest.Failed : SelfTest.Passed, test.Memory);
            Assert.AreEqual(what == "storage" ? SelfTest.Failed : SelfTest.Passed, test.Storage);
            Assert.AreEqual(what is "parameters" or "configuration" ? SelfTest.Failed : SelfTest.Passed, test.Configuration);
            Assert.AreEqual(SelfTest.Passed, test.CanController);
            Assert.AreEqual(0, rig.Gpio.Pin(rig.Board.Pins.MainNegative).WrittenEdges);
        }

        [TestMethod]
        public void exactly_the_least_memory_is_enough()
        {
            var rig = new BoardRig(Recommended, freeBytes: Recommended.LeastFreeBytes);
            Assert.IsTrue(Closes(rig));
        }

        [TestMethod]
        public void the_board_decides_the_cycle_and_stored_parameters_overrule_it()
        {
            var slow = new BoardRig(BoardList.Esp32DevKitCMcp2518fd());
            slow.Run(0.1);
            int edges = slow.WatchdogEdges;
            slow.Run(1);
            Assert.AreEqual(50, slow.WatchdogEdges - edges, 1);

            var stores = new Stores();
            ParameterBlock stored = Presets.Nmc(24, 55_000);
            stored.Set(ParameterId.CyclePeriodMs, 10);
            Assert.IsTrue(new ParameterStore(stores.Parameters, 0).Save(stored));
            var fast = new BoardRig(BoardList.Esp32DevKitCMcp2518fd(), stores: stores);
            fast.Run(0.1);
            edges = fast.WatchdogEdges;
            fast.Run(1);
            Assert.AreEqual(100, fast.WatchdogEdges - edges, 1);
        }

        [TestMethod]
        public void each_complete_cycle_gives_one_edge_to_the_watchdog_and_one_that_fails_none()
        {
            var rig = new BoardRig(Recommended);
            Assert.IsTrue(Closes(rig));
            int before = rig.WatchdogEdges;
            rig.Loop.Cycle();
            Assert.AreEqual(before + 1, rig.WatchdogEdges);

            rig.Chip.Noise = _ => throw new IOException("the bus of the board broke");
            Assert.ThrowsExactly<IOException>(rig.Loop.Cycle);
            Assert.AreEqual(before + 1, rig.WatchdogEdges);
            Assert.IsTrue(rig.AnyContactorPinIsHigh);

            // What the program does then.
            rig.Io.ForceAllOff();
            Assert.IsFalse(rig.AnyContactorPinIsHigh);
        }

        [TestMethod]
        public void the_loop_keeps_its_time_and_a_stall_is_counted()
        {
            var rig = new BoardRig(Recommended);
            rig.Run(0.5);
            DeadlineMonitor deadlines = rig.Controller.Health.Deadlines;
            int missed = deadlines.MissedDeadlines;
            deadlines.BeginWindow();
            rig.Run(0.1);
            Assert.AreEqual(missed, deadlines.MissedDeadlines);
            Assert.IsLessThan(500, deadlines.JitterUs);

            rig.AdvanceTo(rig.Bus.TimeUs + 45_000);
            rig.Run(0.1);
            Assert.AreEqual(missed + 4, deadlines.MissedDeadlines, 1);
            Assert.AreEqual(0, deadlines.MissedInARow);
        }

        [TestMethod]
        public void what_led_to_a_trip_is_stored_and_read_back_by_the_next_start()
        {
            var stores = new Stores();
            var rig = new BoardRig(Recommended, stores: stores);
            Assert.IsTrue(Closes(rig));
            rig.Run(3);
            int writes = rig.Storage.WriteCount;
            rig.Plant.Faults.Inject(PackFault.InterlockOpen);
            Assert.IsTrue(rig.RunUntil(() => !rig.AnyContactorPinIsHigh, 1));
            Assert.AreEqual(writes, rig.Storage.WriteCount);
            rig.Run(10);
            Assert.IsGreaterThan(writes + 3, rig.Storage.WriteCount);
            Assert.AreEqual(0, rig.Controller.Events.Count);
            Assert.AreEqual(SelfTest.Passed, rig.Controller.Health.SelfTest.Storage);
            rig.Storage.Start.End(ResetCause.CycleFailed);

            var next = new BoardRig(Recommended, stores: stores);
            Assert.IsTrue(next.Controller.Health.BlackBoxRestored);
            Assert.AreEqual(FaultId.Interlock, next.Controller.BlackBox.TripFault);
            Assert.AreEqual(rig.Controller.BlackBox.Count, next.Controller.BlackBox.Count);
            Assert.AreEqual(ResetCause.CycleFailed, next.Controller.Health.ResetCause);
            Assert.AreEqual(2, next.Controller.Health.StartNumber);
            Assert.IsGreaterThan(0, next.Controller.Health.StoredEvents);
        }

        [TestMethod]
        public void garbage_is_collected_with_open_contactors_only()
        {
            var rig = new BoardRig(Recommended);
            rig.Run(62);
            Assert.AreEqual(2, rig.Memory.Measurements);
            Assert.IsTrue(Closes(rig));
            int before = rig.Memory.Measurements;
            rig.Run(70);
            Assert.AreEqual(before, rig.Memory.Measurements);
        }

        [TestMethod]
        public void the_start_and_the_health_of_the_board_are_told_on_the_bus()
        {
            var rig = new BoardRig(Recommended);
            rig.Run(2.2);
            byte[] data = rig.Last[StartReport.Id];
            Assert.AreEqual(1, StartReport.UnpackContactorsPermitted(data));
            Assert.AreEqual(SelfTest.Passed, StartReport.UnpackCanTest(data));
            Assert.AreEqual(1, StartReport.UnpackStartNumber(data));
            data = rig.Last[CanHealth.Id];
            Assert.AreEqual(CanHealth.PortStateRunning, CanHealth.UnpackPortState(data));
            data = rig.Last[LoopHealth.Id];
            Assert.AreNotEqual(SignalValue.NotAvailable, LoopHealth.UnpackJitterUs(data));
            data = rig.Last[MemoryHealth.Id];
            Assert.AreEqual(60_000 / 1024, MemoryHealth.UnpackFreeManagedKb(data));
            data = rig.Last[TaskTiming.Id];
            Assert.AreNotEqual(SignalValue.NotAvailable, TaskTiming.UnpackMaxCycleUs(data));
        }

        [TestMethod]
        [DataRow(ModuleProfile.Reference, SensorProfile.Reference)]
        [DataRow(ModuleProfile.BmwI3, SensorProfile.Reference)]
        [DataRow(ModuleProfile.VwMqb, SensorProfile.IvtS)]
        [DataRow(ModuleProfile.VwMeb, SensorProfile.LemCab)]
        [DataRow(ModuleProfile.OutlanderPhev, SensorProfile.IvtS)]
        [DataRow(ModuleProfile.Reference, SensorProfile.VictronLynx)]
        public void every_profile_passes_the_filters_that_are_derived_from_it(int modules, int sensor)
        {
            foreach (BoardDefinition board in new[] { Recommended, BoardList.Esp32WroverMcp2515() })
            {
                var rig = new BoardRig(board, new PackOptions { CellCount = 24, ModuleProfile = modules, SensorProfile = sensor });
                Assert.IsGreaterThan(1, rig.Port.FilterCount);
                Assert.IsTrue(Closes(rig), $"{board.Name} {board.Can}: state {rig.Controller.Control.Contactors.State}, lost {rig.Chip.LostFrames}");
            }
        }

        // Shows S-032.
        [TestMethod]
        public void a_board_that_knows_nothing_of_its_precharge_resistor_takes_it_as_hot()
        {
            var rig = new BoardRig(Recommended);
            Assert.AreEqual(1000, rig.StartHeatPermille);
        }

        [TestMethod]
        public void foreign_traffic_is_kept_away_by_the_filters()
        {
            var rig = new BoardRig(Recommended);
            Bms.Bench.BusNode stranger = rig.Bus.AddNode("Stranger", null, null, 64);
            rig.Run(0.5);
            long stored = rig.Chip.StoredFrames;
            rig.Run(1);
            long alone = rig.Chip.StoredFrames - stored;
            for (int i = 0; i < 50; i++)
            {
                stranger.Send(0x600 + (uint)i, new byte[8], 8, rig.Bus.TimeUs);
            }

            stored = rig.Chip.StoredFrames;
            rig.Run(1);
            Assert.AreEqual(alone, rig.Chip.StoredFrames - stored, 5);
        }
    }
}
