using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Reporting;

namespace Bms.Core.Tests.Reporting
{
    [TestClass]
    public class BlackBoxTests
    {
        private static TestRig Driving(uint startMs)
        {
            TestRig rig = new TestRig(Presets.Nmc(12, 50000), startMs);
            rig.Close(HostCommand.ModeDrive);
            return rig;
        }

        private static void Trip(TestRig rig)
        {
            rig.Controller.Inputs.InterlockClosed = false;
            for (int t = 0; t < 3000 && !rig.Controller.BlackBox.IsFrozen; t += 10)
            {
                rig.Run(10);
            }
        }

        private static void Ask(TestRig rig, int command, int firstRecord)
        {
            byte[] data = new byte[BlackBoxRequest.Length];
            BlackBoxRequest.PackCommand(data, command);
            BlackBoxRequest.PackFirstRecord(data, firstRecord);
            E2eProfile1.ProtectWithSeed(data, data.Length, E2eProfile1.SeedOf(BlackBoxRequest.DataId), 0);
            rig.Bus.Put(BlackBoxRequest.Id, false, data, data.Length);
        }

        private static byte[] Part(BlackBox box, int age, int part)
        {
            byte[] data = new byte[8];
            Assert.IsTrue(box.TryRead(age, part, data));
            return data;
        }

        [TestMethod]
        public void a_record_is_complete_every_100_ms_and_the_ring_holds_30_s()
        {
            TestRig rig = new TestRig(12);
            BlackBox box = rig.Controller.BlackBox;
            rig.Run(1000);
            Assert.AreEqual(10, box.Count);
            rig.Run(40000);
            Assert.AreEqual(BlackBox.RecordCount, box.Count);
            Assert.IsFalse(box.IsFrozen);
        }

        [TestMethod]
        public void a_slow_cycle_records_in_the_same_time()
        {
            TestRig rig = new TestRig(12);
            for (uint now = 0; now < 1000; now += 20)
            {
                rig.Controller.Update(now);
            }

            Assert.AreEqual(10, rig.Controller.BlackBox.Count);
        }

        [TestMethod]
        public void a_trip_freezes_the_record_of_its_own_cycle()
        {
            TestRig rig = Driving(0);
            rig.Pack.CurrentMa = -12345;
            rig.Run(2000);
            Trip(rig);
            BlackBox box = rig.Controller.BlackBox;
            Assert.IsTrue(box.IsFrozen);
            Assert.AreEqual(FaultId.Interlock, box.TripFault);

            byte[] state = Part(box, 0, 0);
            Assert.AreEqual(ContactorState.BreakPositive, BlackBoxData.UnpackState(state));
            Assert.AreEqual(Severity.Trip, BlackBoxData.UnpackSeverity(state));
            Assert.AreEqual(0, BlackBoxData.UnpackInterlockClosed(state));
            Assert.AreEqual(0, BlackBoxData.UnpackMainPositiveOn(state));
            Assert.AreEqual(1, BlackBoxData.UnpackMainPositiveClosed(state));
            Assert.AreEqual(1, BlackBoxData.UnpackMainNegativeClosed(state));
            Assert.AreEqual(0, BlackBoxData.UnpackPrechargeClosed(state));
            Assert.AreEqual(rig.Controller.Protection.ActiveFaultCount, BlackBoxData.UnpackActiveFaultCount(state));
            Assert.AreEqual(HostCommand.ModeDrive, BlackBoxData.UnpackHostMode(state));
            Assert.AreEqual(-12345, BlackBoxData.UnpackPackCurrentMa(Part(box, 0, 2)));
            byte[] before = Part(box, 10, 0);
            Assert.AreEqual(ContactorState.Closed, BlackBoxData.UnpackState(before));
            Assert.AreEqual(1, BlackBoxData.UnpackMainPositiveOn(before));
            Assert.AreEqual(1, BlackBoxData.UnpackMainNegativeOn(before));
            Assert.AreEqual(0, BlackBoxData.UnpackPrechargeOn(before));
            Assert.AreEqual(0, BlackBoxData.UnpackHeaterOn(before));
            Assert.AreEqual(0, BlackBoxData.UnpackCoolingOn(before));
            Assert.AreEqual(1, BlackBoxData.UnpackInterlockClosed(before));
            Assert.IsTrue(BlackBoxData.UnpackFramesInCycle(before) > 0);

            int count = box.Count;
            rig.Pack.CurrentMa = 0;
            rig.Run(5000);
            Assert.AreEqual(count, box.Count);
            Assert.AreEqual(-12345, BlackBoxData.UnpackPackCurrentMa(Part(box, 0, 2)));
        }

        [TestMethod]
        public void measured_values_stand_in_the_record()
        {
            TestRig rig = Driving(0);
            rig.Pack.SetCells(3700);
            rig.Pack.CellMv[4] = 3650;
            rig.Pack.CellMv[7] = 3750;
            rig.Pack.SetTemperatures(251);
            rig.Run(1000);
            BlackBox box = rig.Controller.BlackBox;
            byte[] cells = Part(box, 0, 3);
            Assert.AreEqual(3650, BlackBoxData.UnpackLowestCellMv(cells));
            Assert.AreEqual(3750, BlackBoxData.UnpackHighestCellMv(cells));
            Assert.AreEqual(5, BlackBoxData.UnpackLowestCellNumber(cells));
            byte[] temperatures = Part(box, 0, 4);
            Assert.AreEqual(251, BlackBoxData.UnpackLowestTemperatureDeciC(temperatures));
            Assert.AreEqual(251, BlackBoxData.UnpackHighestTemperatureDeciC(temperatures));
            Assert.AreEqual(8, BlackBoxData.UnpackHighestCellNumber(temperatures));
            Assert.AreEqual(44400, BlackBoxData.UnpackPackVoltageMv(Part(box, 0, 1)));
        }

        [TestMethod]
        public void what_is_not_measured_is_recorded_as_not_available()
        {
            TestRig rig = new TestRig(12);
            for (uint now = 0; now < 200; now += 10)
            {
                rig.Controller.Update(now);
            }

            BlackBox box = rig.Controller.BlackBox;
            Assert.AreEqual(SignalValue.NotAvailable, BlackBoxData.UnpackPackCurrentMa(Part(box, 0, 2)));
            Assert.AreEqual(SignalValue.NotAvailable, BlackBoxData.UnpackLowestCellMv(Part(box, 0, 3)));
            Assert.AreEqual(SignalValue.NotAvailable, BlackBoxData.UnpackLowestCellNumber(Part(box, 0, 3)));
        }

        [TestMethod]
        public void a_reading_sends_every_part_of_every_record_once()
        {
            TestRig rig = Driving(0);
            rig.Run(500);
            Trip(rig);
            BlackBox box = rig.Controller.BlackBox;
            int expected = (box.Count - 2) * 5;
            Ask(rig, BlackBoxRequest.CommandRead, 2);
            int parts = 0;
            int status = 0;
            for (int cycle = 0; cycle < expected + 20; cycle++)
            {
                rig.Bus.ForgetSent();
                rig.Cycle();
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    CanFrame frame = rig.Bus.Sent(i);
                    if (frame.Id == BlackBoxStatus.Id)
                    {
                        Assert.IsTrue(E2eProfile1.HasValidCrc(frame.Data, frame.Length, BlackBoxStatus.DataId));
                        Assert.AreEqual(1, BlackBoxStatus.UnpackFrozen(frame.Data));
                        Assert.AreEqual(box.Count, BlackBoxStatus.UnpackRecordCount(frame.Data));
                        Assert.AreEqual(FaultId.Interlock, BlackBoxStatus.UnpackTripFaultId(frame.Data));
                        status++;
                    }
                    else if (frame.Id == BlackBoxData.Id)
                    {
                        Assert.IsTrue(E2eProfile1.HasValidCrc(frame.Data, frame.Length, BlackBoxData.DataId));
                        Assert.AreEqual(2 + parts / 5, BlackBoxData.UnpackRecord(frame.Data));
                        Assert.AreEqual(parts % 5, BlackBoxData.UnpackPart(frame.Data));
                        byte[] stored = Part(box, 2 + parts / 5, parts % 5);
                        for (int b = 3; b < 8; b++)
                        {
                            Assert.AreEqual(stored[b], frame.Data[b]);
                        }

                        parts++;
                    }
                }
            }

            Assert.AreEqual(expected, parts);
            Assert.AreEqual(1, status);
        }

        [TestMethod]
        public void a_refused_frame_of_a_reading_is_sent_again()
        {
            TestRig rig = Driving(0);
            Trip(rig);
            rig.Bus.RefusesToSend = true;
            Ask(rig, BlackBoxRequest.CommandRead, 0);
            rig.Run(100);
            rig.Bus.RefusesToSend = false;
            rig.Bus.ForgetSent();
            rig.Cycle();
            Assert.IsTrue(rig.Bus.LastSent(BlackBoxStatus.Id) != null);
            rig.Cycle();
            Assert.AreEqual(0, BlackBoxData.UnpackRecord(rig.Bus.LastSent(BlackBoxData.Id).Data));
            Assert.AreEqual(0, BlackBoxData.UnpackPart(rig.Bus.LastSent(BlackBoxData.Id).Data));
        }

        [TestMethod]
        public void nothing_is_read_from_a_memory_that_runs()
        {
            TestRig rig = Driving(0);
            Ask(rig, BlackBoxRequest.CommandRead, 0);
            rig.Bus.ForgetSent();
            for (int cycle = 0; cycle < 5; cycle++)
            {
                rig.Cycle();
            }

            Assert.AreEqual(0, BlackBoxStatus.UnpackFrozen(rig.Bus.LastSent(BlackBoxStatus.Id).Data));
            Assert.IsTrue(rig.Bus.LastSent(BlackBoxData.Id) == null);
        }

        [TestMethod]
        public void a_request_with_a_wrong_checksum_is_refused()
        {
            TestRig rig = Driving(0);
            Trip(rig);
            uint refused = rig.Controller.Measurement.RefusedFrames;
            rig.Bus.Put(BlackBoxRequest.Id, false, new byte[BlackBoxRequest.Length], BlackBoxRequest.Length);
            rig.Bus.ForgetSent();
            rig.Cycle();
            rig.Cycle();
            Assert.AreEqual(refused + 1, rig.Controller.Measurement.RefusedFrames);
            Assert.IsTrue(rig.Bus.LastSent(BlackBoxStatus.Id) == null);
        }

        [TestMethod]
        public void a_released_memory_waits_for_the_next_trip()
        {
            TestRig rig = Driving(0);
            Trip(rig);
            BlackBox box = rig.Controller.BlackBox;
            Ask(rig, BlackBoxRequest.CommandRelease, 0);
            rig.Run(1000);
            Assert.IsFalse(box.IsFrozen);
            Assert.AreEqual(10, box.Count);

            rig.Controller.Inputs.InterlockClosed = true;
            rig.Pack.HostMode = HostCommand.ModeStandby;
            rig.Run(3000);
            rig.Pack.HostClears = 1;
            rig.Run(1000);
            rig.Pack.HostClears = 0;
            Assert.IsFalse(rig.Controller.Protection.IsTripped);
            Assert.IsFalse(box.IsFrozen);
            Trip(rig);
            Assert.IsTrue(box.IsFrozen);
        }

        [TestMethod]
        public void recording_goes_on_across_the_roll_over_of_the_clock()
        {
            TestRig rig = new TestRig(Presets.Nmc(12, 50000), 0xFFFFFE00);
            rig.Run(2000);
            Assert.AreEqual(20, rig.Controller.BlackBox.Count);
        }

        [TestMethod]
        public void there_is_no_record_outside_the_memory()
        {
            TestRig rig = new TestRig(12);
            rig.Run(1000);
            BlackBox box = rig.Controller.BlackBox;
            byte[] data = new byte[8];
            Assert.IsFalse(box.TryRead(-1, 0, data));
            Assert.IsFalse(box.TryRead(box.Count, 0, data));
            Assert.IsFalse(box.TryRead(0, 5, data));
            Assert.IsFalse(box.TryRead(0, -1, data));
        }
    }
}
