using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Estimation;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Reporting;
using Bms.Core.Storage;
using Bms.Core.Supervision;

namespace Bms.Core.Tests.Storage
{
    /// <summary>A board's whole storage over starts, trips and power cuts.</summary>
    [TestClass]
    public class ControllerStorageTests
    {
        private static TestStore _parameters;
        private static TestStore _state;
        private static TestStore _cells;
        private static TestStore _events;
        private static TestStore _start;
        private static TestStore _blackBox;
        private static int _restoredMj;

        private static void NewMedium()
        {
            _parameters = new TestStore(2, ParameterStore.BlockLength);
            _state = new TestStore(2, PackStateStore.BlockLength);
            _cells = new TestStore(CellStateStore.BlockCount, CellStateStore.BlockLength);
            _events = new TestStore(ControllerStorage.EventCapacity, EventLog.BlockLength);
            _start = new TestStore(2, StartNote.BlockLength);
            _blackBox = new TestStore(BlackBoxStore.BlockCount, BlackBoxStore.BlockLength);
        }

        private static ControllerStorage Open()
        {
            return new ControllerStorage(_parameters, _state, _cells, _events, _start, _blackBox);
        }

        // A start: parameters, controller, storage.
        private static TestRig Start(ControllerStorage storage)
        {
            ParameterBlock block = Presets.Nmc(12, 50000);
            int status = storage.LoadParameters(block);
            TestRig rig = new TestRig(block, 0);
            storage.Begin(rig.Controller, status);

            // A cold resistor, so that nobody waits for it; what is stored of its heat has a test of its own.
            _restoredMj = rig.Controller.Control.Contactors.Resistor.EnergyMj;
            rig.Controller.Control.Contactors.Resistor.EnergyMj = 0;
            return rig;
        }

        private static void Run(TestRig rig, ControllerStorage storage, int ms)
        {
            for (int t = 0; t < ms; t += 10)
            {
                rig.Bus.ForgetSent();
                rig.Cycle();
                storage.Step(rig.Controller, rig.NowMs);
            }
        }

        // The rig's own closing, with storage running beside it: it has to say first that the pack is used.
        private static void Close(TestRig rig, ControllerStorage storage, int hostMode)
        {
            rig.Pack.HostMode = hostMode;
            for (int t = 0; t < 3000 && rig.State != ContactorState.Closed; t += 10)
            {
                Run(rig, storage, 10);
            }
        }

        [TestMethod]
        public void a_first_start_has_number_one_and_no_reason()
        {
            NewMedium();
            TestRig rig = Start(Open());
            SystemHealth health = rig.Controller.Health;
            Assert.AreEqual(1, health.StartNumber);
            Assert.AreEqual(ResetCause.PowerOrReset, health.ResetCause);
            Assert.AreEqual(StorageStatus.Empty, health.ParameterStatus);
            Assert.AreEqual(SelfTest.Passed, health.SelfTest.Storage);
            Assert.IsFalse(health.BlackBoxRestored);
        }

        // Shows S-032.
        [TestMethod]
        public void the_heat_of_the_precharge_resistor_outlives_a_restart()
        {
            NewMedium();
            ControllerStorage first = Open();
            TestRig rig = Start(first);
            Assert.AreEqual(600000, _restoredMj, "nothing is stored: hot");
            rig.Controller.Control.Contactors.Resistor.EnergyMj = 580000;
            Run(rig, first, 1500);
            ControllerStorage second = Open();
            rig = Start(second);
            Assert.AreEqual(600000, _restoredMj);
            Close(rig, second, HostCommand.ModeDrive);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Run(rig, second, 8000);
            Start(Open());
            Assert.AreEqual(150000, _restoredMj, "cold but for an attempt that may not have been told");

            // A supply that breaks down with every attempt, before anything else is stored.
            Start(Open());
            Assert.AreEqual(300000, _restoredMj);
            Start(Open());
            Assert.AreEqual(450000, _restoredMj, "it has to cool first");
        }

        // Shows S-032, F-106.
        [TestMethod]
        public void looks_at_a_parked_pack_do_not_heat_the_resistor_on_paper()
        {
            NewMedium();
            for (int look = 0; look < 5; look++)
            {
                ControllerStorage storage = Open();
                TestRig rig = Start(storage);
                Assert.AreEqual(look == 0 ? 600000 : 0, _restoredMj);
                Run(rig, storage, 500);
                Assert.IsTrue(storage.KeepForSleep(rig.Controller));
            }
        }

        [TestMethod]
        public void a_note_tells_the_next_start_why_and_only_the_next_one()
        {
            NewMedium();
            ControllerStorage first = Open();
            Start(first);
            Assert.IsTrue(first.Start.End(ResetCause.CycleFailed));
            ControllerStorage second = Open();
            Assert.AreEqual(ResetCause.CycleFailed, Start(second).Controller.Health.ResetCause);
            Assert.AreEqual(1, second.Start.FailuresInARow);
            Assert.IsTrue(second.Start.End(ResetCause.StartFailed));
            ControllerStorage third = Open();
            Start(third);
            Assert.AreEqual(2, third.Start.FailuresInARow);
            ControllerStorage fourth = Open();
            TestRig rig = Start(fourth);
            Assert.AreEqual(ResetCause.PowerOrReset, rig.Controller.Health.ResetCause);
            Assert.AreEqual(0, fourth.Start.FailuresInARow);
            Assert.AreEqual(4, rig.Controller.Health.StartNumber);
        }

        [TestMethod]
        public void a_medium_that_refuses_fails_the_self_test_and_nothing_else()
        {
            NewMedium();
            _start.IsReadOnly = true;
            TestRig rig = Start(Open());
            Assert.AreEqual(SelfTest.Failed, rig.Controller.Health.SelfTest.Storage);
            Assert.AreEqual(1, rig.Controller.Health.StartNumber);
        }

        [TestMethod]
        public void stored_parameters_are_taken_and_damaged_ones_are_told()
        {
            NewMedium();
            ParameterBlock block = Presets.Nmc(12, 50000);
            block.Set(ParameterId.CyclePeriodMs, 20);
            Assert.IsTrue(new ParameterStore(_parameters, 0).Save(block));
            ParameterBlock loaded = Presets.Nmc(12, 50000);
            Assert.AreEqual(StorageStatus.Ok, Open().LoadParameters(loaded));
            Assert.AreEqual(20, loaded.Get(ParameterId.CyclePeriodMs));
            _parameters.Damage(0, 30);
            Assert.AreEqual(StorageStatus.Damaged, Open().LoadParameters(Presets.Nmc(12, 50000)));
        }

        [TestMethod]
        public void nothing_is_written_while_a_contactor_is_closed_and_everything_after()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 500);
            Close(rig, storage, HostCommand.ModeDrive);
            int before = storage.WriteCount;
            Run(rig, storage, 3000);
            Assert.AreEqual(before, storage.WriteCount);

            // The interlock opens: a trip, and with it events and a black box.
            rig.Controller.Inputs.InterlockClosed = false;
            Run(rig, storage, 200);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.AreEqual(before, storage.WriteCount);
            Run(rig, storage, 10000);
            Assert.IsTrue(storage.WriteCount > before + 2);
            Assert.AreEqual(0, rig.Controller.Events.Count);
            Assert.IsTrue(storage.Events.Count > 0);
        }

        [TestMethod]
        public void what_led_to_a_trip_is_there_after_a_restart_and_gone_after_its_release()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 500);
            Close(rig, storage, HostCommand.ModeDrive);
            Run(rig, storage, 4000);
            rig.Controller.Inputs.InterlockClosed = false;
            Run(rig, storage, 10000);
            BlackBox box = rig.Controller.BlackBox;
            Assert.IsTrue(box.IsFrozen);

            TestRig next = Start(Open());
            BlackBox restored = next.Controller.BlackBox;
            Assert.IsTrue(next.Controller.Health.BlackBoxRestored);
            Assert.IsTrue(restored.IsFrozen);
            Assert.AreEqual(box.Count, restored.Count);
            Assert.AreEqual(FaultId.Interlock, restored.TripFault);
            byte[] old = new byte[BlackBox.RecordLength];
            byte[] again = new byte[BlackBox.RecordLength];
            for (int age = 0; age < box.Count; age++)
            {
                box.CopyRecord(age, old, 0);
                restored.CopyRecord(age, again, 0);
                for (int i = 0; i < old.Length; i++)
                {
                    Assert.AreEqual(old[i], again[i]);
                }
            }
        }

        [TestMethod]
        public void a_cut_while_the_black_box_is_stored_leaves_none_and_harms_nothing()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 2000);
            rig.Controller.Inputs.InterlockClosed = false;
            _blackBox.CutAfter = 20;
            Run(rig, storage, 10000);
            Assert.IsTrue(rig.Controller.BlackBox.IsFrozen);
            Assert.IsFalse(Start(Open()).Controller.Health.BlackBoxRestored);
            _blackBox.CutAfter = -1;
            TestRig next = Start(Open());
            Assert.IsFalse(next.Controller.BlackBox.IsFrozen);
        }

        [TestMethod]
        public void one_damaged_part_takes_the_whole_black_box_away()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 2000);
            rig.Controller.Inputs.InterlockClosed = false;
            Run(rig, storage, 10000);
            Assert.IsTrue(Start(Open()).Controller.Health.BlackBoxRestored);
            _blackBox.Damage(1, 40);
            Assert.IsFalse(Start(Open()).Controller.Health.BlackBoxRestored);
        }

        [TestMethod]
        public void events_of_two_runs_stand_in_the_log_with_their_start()
        {
            NewMedium();
            for (int run = 0; run < 2; run++)
            {
                ControllerStorage storage = Open();
                TestRig rig = Start(storage);
                Run(rig, storage, 500);
                rig.Controller.Inputs.InterlockClosed = false;
                Run(rig, storage, 8000);
            }

            EventRecord record = new EventRecord();
            Assert.IsTrue(Open().Events.TryRead(0, record));
            Assert.AreEqual(2u, record.StartNumber);
        }

        [TestMethod]
        public void a_full_queue_of_events_drops_the_oldest_and_counts()
        {
            PendingEvents events = new PendingEvents();
            byte[] payload = new byte[8];
            for (int i = 0; i < PendingEvents.Capacity + 3; i++)
            {
                payload[2] = (byte)i;
                events.Add(payload, (uint)i);
            }

            Assert.AreEqual(PendingEvents.Capacity, events.Count);
            Assert.AreEqual(3u, events.DroppedCount);
            Assert.AreEqual(3u, events.FirstTimeMs);
            Assert.AreEqual(3, (int)events.FirstPayload[2]);
            events.RemoveFirst();
            Assert.AreEqual(4u, events.FirstTimeMs);
        }

        // Shows F-209.
        [TestMethod]
        public void before_the_contactors_close_it_is_stored_that_the_pack_is_used()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 8000);
            PackState stored = new PackState();
            Assert.AreEqual(StorageStatus.Ok, new PackStateStore(_state, 0).Load(stored));
            Assert.IsTrue(stored.RestS >= 0, "at rest");
            Assert.IsTrue(stored.SocSigmaCentiPct < 1500);
            Assert.IsTrue(stored.HysteresisPermille != SignalValue.NotAvailable);
            Assert.IsTrue(rig.Controller.Inputs.IsClosingHeld);
            int writes = storage.WriteCount;
            Close(rig, storage, HostCommand.ModeDrive);
            Assert.IsFalse(rig.ContactorsAreOff);
            Assert.AreEqual(writes + 1, storage.WriteCount);
            Assert.AreEqual(StorageStatus.Ok, new PackStateStore(_state, 0).Load(stored));
            Assert.AreEqual(SignalValue.NotAvailable, stored.RestS);
            Assert.IsTrue(stored.SocSigmaCentiPct >= 1500);
            Assert.AreEqual(SignalValue.NotAvailable, stored.HysteresisPermille);

            // The supply goes: of the rest nothing is known, whatever the host's clock says.
            storage = Open();
            rig = Start(storage);
            Assert.AreEqual(SignalValue.NotAvailable, storage.Rest.AtLeastS);
            Assert.IsFalse(rig.Controller.Inputs.IsClosingHeld);
        }

        // Shows F-209.
        [TestMethod]
        public void the_record_of_use_takes_one_cycle_of_a_closing_and_is_told_as_what_blocks_it()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 8000);
            rig.Pack.HostMode = HostCommand.ModeDrive;
            int held = 0;
            for (int t = 0; t < 1000 && rig.ContactorsAreOff; t += 10)
            {
                Run(rig, storage, 10);
                held += rig.Controller.Control.Contactors.Blocked == ClosingBlock.Storage ? 1 : 0;
            }

            Assert.AreEqual(1, held);
            Assert.IsFalse(rig.ContactorsAreOff);
        }

        [TestMethod]
        public void a_medium_that_refuses_keeps_nobody_from_closing()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 8000);
            _state.IsReadOnly = true;
            Close(rig, storage, HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        [TestMethod]
        public void a_wish_that_ends_before_anything_closed_is_stored_as_a_rest_again()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 8000);

            // The interlock is open: nothing closes.
            rig.Controller.Inputs.InterlockClosed = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Run(rig, storage, 6000);
            Assert.AreEqual(SignalValue.NotAvailable, storage.State.RestS);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Run(rig, storage, 3000);
            Assert.IsTrue(storage.State.RestS > 10);
            int writes = storage.WriteCount;
            Run(rig, storage, 60000);
            Assert.AreEqual(writes, storage.WriteCount, "nothing more is written while nothing happens");
        }

        // Shows F-209.
        [TestMethod]
        public void the_hosts_time_after_a_restart_tells_how_long_the_pack_has_rested()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            RunWithClock(rig, storage, 5, 200000000);
            Assert.IsTrue(storage.KeepForSleep(rig.Controller));
            storage = Open();
            rig = Start(storage);
            Run(rig, storage, 2000);
            Assert.AreEqual(SignalValue.NotAvailable, storage.Rest.AtMostS);
            RunWithClock(rig, storage, 2, 200000000 + 20000);
            Assert.IsTrue(storage.Rest.AtLeastS > 19900 && storage.Rest.AtLeastS < 20010);

            // A frame with a wrong CRC is no time.
            storage = Open();
            rig = Start(storage);
            rig.Pack.CrcError = 1;
            rig.Pack.SendTime(200000000 + 30000, 7);
            rig.Cycle();
            Assert.IsFalse(rig.Controller.Measurement.HostClockIsNew);
        }

        private static void RunWithClock(TestRig rig, ControllerStorage storage, int seconds, int clockS)
        {
            for (int i = 0; i < seconds; i++)
            {
                rig.Pack.SendTime(clockS + i, 7);
                Run(rig, storage, 1000);
            }
        }

        // Shows F-209.
        [TestMethod]
        public void a_fast_medium_holds_no_closing_and_knows_when_the_use_ended()
        {
            NewMedium();
            _state.TakesNoTime = true;
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            RunWithClock(rig, storage, 8, 200000000);
            Assert.IsFalse(rig.Controller.Inputs.IsClosingHeld);
            Close(rig, storage, HostCommand.ModeDrive);
            RunWithClock(rig, storage, 12, 200000100);

            // The supply goes under load; ten thousand seconds later it comes back.
            storage = Open();
            rig = Start(storage);
            Assert.AreEqual(0, storage.Rest.AtLeastS);
            RunWithClock(rig, storage, 2, 200010112);
            Assert.IsTrue(storage.Rest.AtLeastS >= 9990 && storage.Rest.AtLeastS <= 10010, storage.Rest.AtLeastS.ToString());
        }

        // Shows F-106, F-209.
        [TestMethod]
        public void a_sleep_counts_as_rest()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 4000);
            rig.Controller.Control.Sleep.SleepForS = 3200;
            Assert.IsTrue(storage.KeepForSleep(rig.Controller));
            storage = Open();
            rig = Start(storage);
            storage.NoteWake(rig.Controller, SleepControl.WokenByTimer);
            Assert.IsTrue(storage.Rest.AtLeastS >= 3000 && storage.Rest.AtLeastS < 3010);
            Assert.IsTrue(storage.Rest.AtMostS >= 3400);
            Run(rig, storage, 300);
            Assert.IsTrue(rig.Controller.Estimation.SocUncertaintyPermille > 0);
        }

        // Shows F-209.
        [TestMethod]
        public void what_is_known_of_each_cell_is_stored_after_use_and_there_after_a_cut()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Assert.AreEqual(StorageStatus.Empty, rig.Controller.Health.CellsStatus);
            rig.Pack.CellMv[3] = 3690;
            Run(rig, storage, 8000);
            Assert.AreEqual(StorageStatus.Empty, new CellStateStore(_cells).Load(new StateEstimation(Presets.Nmc(12, 50000))), "not used yet");
            Close(rig, storage, HostCommand.ModeDrive);
            rig.Controller.Estimation.Deltas.Resistance[5] = 0.25f;
            rig.Controller.Estimation.Deltas.Capacities.Deviation[6] = -700;
            Run(rig, storage, 1000);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Run(rig, storage, 12000);
            float delta = rig.Controller.Estimation.Deltas.Soc[3];
            Assert.IsTrue(delta < -0.005f);

            // The supply goes.
            storage = Open();
            rig = Start(storage);
            Assert.AreEqual(StorageStatus.Ok, rig.Controller.Health.CellsStatus);
            CellDeltas after = rig.Controller.Estimation.Deltas;
            Assert.IsTrue(after.Soc[3] < 0.8f * delta && after.Soc[3] > 1.2f * delta);
            Assert.AreEqual(-700, (int)after.Capacities.Deviation[6]);
            Assert.IsTrue(after.Resistance[5] > 0.2f && after.Resistance[5] < 0.3f);

            // And they last: the first measurement agrees with them.
            rig.Pack.CellMv[3] = 3690;
            Run(rig, storage, 500);
            Assert.IsTrue(after.IsRecalled);
            Assert.IsTrue(after.Soc[3] < 0.8f * delta && after.Soc[3] > 1.2f * delta);
        }

        // Shows F-209.
        [TestMethod]
        public void cells_whose_voltages_lie_otherwise_are_not_believed_but_their_capacities_are_kept()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Close(rig, storage, HostCommand.ModeDrive);
            rig.Controller.Estimation.Deltas.Soc[5] = 0.2f;
            rig.Controller.Estimation.Deltas.Capacities.Deviation[6] = -700;
            rig.Pack.HostMode = HostCommand.ModeStandby;

            // Stored before the filter has it back.
            CellStateStore cells = new CellStateStore(_cells);
            cells.Load(rig.Controller.Estimation);
            cells.Begin(rig.Controller.Estimation);
            while (cells.IsWriting)
            {
                cells.Step(rig.Controller.Estimation);
            }

            storage = Open();
            rig = Start(storage);
            Assert.IsTrue(rig.Controller.Estimation.Deltas.IsRecalled);
            Run(rig, storage, 300);
            Assert.IsFalse(rig.Controller.Estimation.Deltas.IsRecalled);
            Assert.IsTrue(rig.Controller.Estimation.Deltas.Soc[5] < 0.02f);
            Assert.AreEqual(-700, (int)rig.Controller.Estimation.Deltas.Capacities.Deviation[6]);
        }

        [TestMethod]
        public void a_set_that_a_closing_interrupts_is_given_up_and_comes_after_the_next_opening()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Close(rig, storage, HostCommand.ModeDrive);
            Run(rig, storage, 1000);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            for (int t = 0; t < 20000 && !rig.ContactorsAreOff; t += 10)
            {
                Run(rig, storage, 10);
            }

            // Not a second later the host wants to drive again.
            Run(rig, storage, 900);
            Close(rig, storage, HostCommand.ModeDrive);
            Run(rig, storage, 3000);
            Assert.AreEqual(StorageStatus.Empty, new CellStateStore(_cells).Load(new StateEstimation(Presets.Nmc(12, 50000))));
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Run(rig, storage, 20000);
            Assert.AreEqual(StorageStatus.Ok, new CellStateStore(_cells).Load(new StateEstimation(Presets.Nmc(12, 50000))));
            Assert.IsTrue(storage.KeepForSleep(rig.Controller));
        }

        // Shows F-209.
        [TestMethod]
        public void a_fast_medium_keeps_the_state_with_closed_contactors_and_a_slow_one_does_not()
        {
            for (int fast = 0; fast < 2; fast++)
            {
                NewMedium();
                _state.TakesNoTime = fast == 1;
                ControllerStorage storage = Open();
                TestRig rig = Start(storage);
                Run(rig, storage, 8000);
                int before = rig.Controller.Estimation.Mean.IsKnown ? storage.State.MeanSocCentiPct : -1;
                Assert.IsTrue(before > 0, "known and stored at rest");
                Close(rig, storage, HostCommand.ModeDrive);
                rig.Pack.CurrentMa = -60000;
                for (int t = 0; t < ControllerStorage.FastStatePeriodMs + 2000; t += 200)
                {
                    for (int cell = 0; cell < 12; cell++)
                    {
                        rig.Pack.CellMv[cell] -= 1;
                    }

                    Run(rig, storage, 200);
                }

                Assert.IsFalse(rig.ContactorsAreOff);

                // The supply goes.
                storage = Open();
                Start(storage);
                int stored = storage.State.MeanSocCentiPct;
                Assert.IsTrue(fast == 1 ? stored < before : stored == before, stored.ToString());
            }
        }

        [TestMethod]
        public void a_cut_while_a_fast_medium_is_written_leaves_the_state_of_five_seconds_before()
        {
            NewMedium();
            _state.TakesNoTime = true;
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Run(rig, storage, 8000);
            int before = storage.State.MeanSocCentiPct;
            _state.CutAfter = 50;
            rig.Pack.CurrentMa = -100000;
            Run(rig, storage, ControllerStorage.FastStatePeriodMs);
            Assert.IsTrue(storage.State.MeanSocCentiPct < before);
            _state.CutAfter = -1;
            storage = Open();
            rig = Start(storage);
            Assert.AreEqual(before, storage.State.MeanSocCentiPct);
            Assert.AreEqual(StorageStatus.OneSlotDamaged, rig.Controller.Health.StateStatus);
        }

        [TestMethod]
        public void a_fast_medium_that_refuses_fails_the_self_test()
        {
            NewMedium();
            _state.TakesNoTime = true;
            _state.IsReadOnly = true;
            Assert.AreEqual(SelfTest.Failed, Start(Open()).Controller.Health.SelfTest.Storage);
        }

        // Shows S-020.
        [TestMethod]
        public void a_deep_discharge_keeps_the_contactors_open_after_a_restart_until_service_clears_it()
        {
            NewMedium();
            ControllerStorage storage = Open();
            TestRig rig = Start(storage);
            Close(rig, storage, HostCommand.ModeDrive);
            rig.Pack.CellMv[4] = 1900;
            Run(rig, storage, 4000);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.DeepDischarge]);

            // Everything else has gone with the supply, and the cell has recovered.
            storage = Open();
            rig = Start(storage);
            Close(rig, storage, HostCommand.ModeCharge);
            rig.ClearFaults();
            Close(rig, storage, HostCommand.ModeCharge);
            Run(rig, storage, 2000);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.DeepDischarge]);

            rig.Controller.Measurement.ServiceClears = FaultId.DeepDischarge;
            Run(rig, storage, 2000);
            Assert.IsFalse(rig.Controller.Protection.IsTripped);

            // Cleared once, it is cleared for good.
            storage = Open();
            rig = Start(storage);
            Close(rig, storage, HostCommand.ModeDrive);
            Assert.AreEqual(0, rig.Controller.Protection.SeverityOf[FaultId.DeepDischarge]);
            Assert.IsFalse(rig.ContactorsAreOff);
        }

        // Shows S-034.
        [TestMethod]
        public void a_damaged_copy_is_a_warning_and_a_lost_parameter_block_stops_all_current()
        {
            NewMedium();
            TestRig rig = Start(Open());
            rig.Run(1100);
            Assert.AreEqual(Severity.None, rig.Controller.Protection.SeverityOf[FaultId.Memory]);
            rig.Controller.Health.StateStatus = StorageStatus.OneSlotDamaged;
            rig.Run(1100);
            Assert.AreEqual(Severity.Warning, rig.Controller.Protection.SeverityOf[FaultId.Memory]);
            rig.Controller.Health.StateStatus = StorageStatus.OtherVersion;
            rig.Run(1100);
            Assert.AreEqual(Severity.Warning, rig.Controller.Protection.SeverityOf[FaultId.Memory]);
            rig.Controller.Health.ParameterStatus = StorageStatus.Damaged;
            rig.Run(1100);
            Assert.AreEqual(Severity.Limit, rig.Controller.Protection.SeverityOf[FaultId.Memory]);
        }

        // Shows S-034.
        [TestMethod]
        public void working_memory_that_runs_out_stops_all_current()
        {
            NewMedium();
            TestRig rig = Start(Open());
            rig.Controller.Health.FreeManagedBytes = 4096;
            rig.Controller.Health.FreeNativeBytes = 4096;
            rig.Run(1100);
            Assert.AreEqual(Severity.None, rig.Controller.Protection.SeverityOf[FaultId.Memory]);
            rig.Controller.Health.FreeNativeBytes = 4095;
            rig.Run(1100);
            Assert.AreEqual(Severity.Limit, rig.Controller.Protection.SeverityOf[FaultId.Memory]);
        }

        // Shows S-035.
        [TestMethod]
        public void a_start_after_a_failed_cycle_is_a_warning()
        {
            NewMedium();
            ControllerStorage first = Open();
            Start(first);
            first.Start.End(ResetCause.CycleFailed);
            TestRig rig = Start(Open());
            rig.Run(100);
            Assert.AreEqual(Severity.Warning, rig.Controller.Protection.SeverityOf[FaultId.WatchdogReset]);
            rig = Start(Open());
            rig.Run(100);
            Assert.AreEqual(Severity.None, rig.Controller.Protection.SeverityOf[FaultId.WatchdogReset]);
        }
    }
}
