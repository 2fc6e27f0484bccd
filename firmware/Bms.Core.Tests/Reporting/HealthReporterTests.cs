using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Supervision;

namespace Bms.Core.Tests.Reporting
{
    [TestClass]
    public class HealthReporterTests
    {
        private static CanFrame Next(TestRig rig, uint id)
        {
            CanFrame frame = null;
            for (int t = 0; t < 2000 && frame == null; t += 10)
            {
                rig.Run(10);
                frame = rig.Bus.LastSent(id);
            }

            Assert.IsNotNull(frame);
            return frame;
        }

        [TestMethod]
        public void each_frame_comes_once_a_second_with_a_good_crc_and_counter()
        {
            TestRig rig = new TestRig(12);
            uint[] ids = new uint[] { LoopHealth.Id, MemoryHealth.Id, EnclosureClimate.Id, CanHealth.Id, StartReport.Id };
            int[] seen = new int[ids.Length];
            for (int t = 0; t < 5000; t += 10)
            {
                rig.Run(10);
                for (int i = 0; i < ids.Length; i++)
                {
                    CanFrame frame = rig.Bus.LastSent(ids[i]);
                    if (frame != null)
                    {
                        Assert.AreEqual(seen[i] % 15, frame.Data[1] & 0x0F);
                        Assert.AreEqual((int)frame.Data[0], E2eProfile1.CrcOf(frame.Data, 8, E2eProfile1.SeedOf((int)ids[i])));
                        seen[i]++;
                    }
                }
            }

            for (int i = 0; i < ids.Length; i++)
            {
                Assert.IsTrue(seen[i] == 4 || seen[i] == 5);
            }
        }

        [TestMethod]
        public void without_a_board_the_values_are_not_available()
        {
            TestRig rig = new TestRig(12);
            byte[] loop = Next(rig, LoopHealth.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, LoopHealth.UnpackJitterUs(loop));
            Assert.AreEqual(SignalValue.NotAvailable, LoopHealth.UnpackMissedDeadlines(loop));
            byte[] memory = Next(rig, MemoryHealth.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, MemoryHealth.UnpackFreeManagedKb(memory));
            Assert.AreEqual(SignalValue.NotAvailable, MemoryHealth.UnpackGarbageCollections(memory));
            byte[] can = Next(rig, CanHealth.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, CanHealth.UnpackPortState(can));
            byte[] climate = Next(rig, EnclosureClimate.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, EnclosureClimate.UnpackEnclosurePressurePa(climate));
            Assert.AreEqual(SignalValue.NotAvailable, EnclosureClimate.UnpackEnclosureAgeMs(climate));
        }

        [TestMethod]
        public void what_a_board_knows_is_told()
        {
            TestRig rig = new TestRig(12);
            SystemHealth health = rig.Controller.Health;
            health.Deadlines.Begin(0);
            health.Deadlines.End(100);
            health.Deadlines.Begin(10300);
            health.Deadlines.End(10400);
            health.StorageWrites = 256;
            Assert.AreEqual(300, LoopHealth.UnpackMaxLatenessUs(Next(rig, LoopHealth.Id).Data));

            health.FreeManagedBytes = 70 * 1024 + 1023;
            health.GarbageCollections = 1024;
            byte[] memory = Next(rig, MemoryHealth.Id).Data;
            Assert.AreEqual(70, MemoryHealth.UnpackFreeManagedKb(memory));
            Assert.AreEqual(1, MemoryHealth.UnpackGarbageCollections(memory));

            rig.Controller.Inputs.Environment.Publish(-55, 101325, 1000);
            byte[] climate = Next(rig, EnclosureClimate.Id).Data;
            Assert.AreEqual(-55, EnclosureClimate.UnpackEnclosureTemperatureDeciC(climate));
            Assert.AreEqual(101325, EnclosureClimate.UnpackEnclosurePressurePa(climate));
            Assert.AreEqual(1000, EnclosureClimate.UnpackEnclosureHumidityPermille(climate));

            health.CanState = CanHealth.PortStateBusOff;
            health.CanTransmitErrors = 255;
            health.CanLostFrames = 5000;
            byte[] can = Next(rig, CanHealth.Id).Data;
            Assert.AreEqual(CanHealth.PortStateBusOff, CanHealth.UnpackPortState(can));
            Assert.AreEqual(254, CanHealth.UnpackTransmitErrors(can));
            Assert.AreEqual(5000 - 4095, CanHealth.UnpackLostFrames(can));

            health.ResetCause = ResetCause.CycleFailed;
            health.StartNumber = 7;
            health.SelfTest.Memory = SelfTest.Failed;
            rig.Controller.Inputs.IsStartInhibited = true;
            byte[] start = Next(rig, StartReport.Id).Data;
            Assert.AreEqual(StartReport.ResetCauseCycleFailed, StartReport.UnpackResetCause(start));
            Assert.AreEqual(7, StartReport.UnpackStartNumber(start));
            Assert.AreEqual(SelfTest.Failed, StartReport.UnpackMemoryTest(start));
            Assert.AreEqual(0, StartReport.UnpackContactorsPermitted(start));
        }

        [TestMethod]
        public void a_refused_frame_is_counted_and_the_next_one_comes()
        {
            TestRig rig = new TestRig(12);
            rig.Run(100);
            rig.Bus.RefusesToSend = true;
            rig.Run(300);
            Assert.IsTrue(rig.Controller.HealthReporting.RefusedSends > 0);
            rig.Bus.RefusesToSend = false;
            Next(rig, StartReport.Id);
        }

        // Shows S-030, F-006.
        [TestMethod]
        public void what_an_insulation_monitor_says_is_told_beside_the_others()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.InsulationProfile, InsulationProfile.Ir155);
            TestRig rig = new TestRig(parameters, 0);
            rig.Controller.Inputs.InsulationDeciHz = 100;
            rig.Controller.Inputs.InsulationDutyPermille = 500;
            int told = 0;
            int loops = 0;
            for (int t = 0; t < 10000; t += 10)
            {
                rig.Run(10);
                CanFrame frame = rig.Bus.LastSent(InsulationStatus.Id);
                if (frame != null)
                {
                    Assert.AreEqual((int)frame.Data[0], E2eProfile1.CrcOf(frame.Data, 8, E2eProfile1.SeedOf((int)InsulationStatus.Id)));
                    Assert.AreEqual(1200, InsulationStatus.UnpackInsulationKohm(frame.Data));
                    Assert.AreEqual(0, InsulationStatus.UnpackMonitorAgeMs(frame.Data));
                    told++;
                }

                loops += rig.Bus.LastSent(LoopHealth.Id) != null ? 1 : 0;
            }

            Assert.IsTrue(told == 8 || told == 9);
            Assert.IsTrue(loops == 8 || loops == 9);
            rig.Controller.Inputs.InsulationDeciHz = 500;
            rig.Run(10);
            byte[] data = Next(rig, InsulationStatus.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, InsulationStatus.UnpackInsulationKohm(data));
            Assert.AreEqual(1, InsulationStatus.UnpackChassisWireOpen(data));
            Assert.AreEqual(0, InsulationStatus.UnpackDeviceError(data));
            Assert.AreEqual(0, InsulationStatus.UnpackBatteryWireOpen(data));
        }

        [TestMethod]
        public void without_an_insulation_monitor_its_frame_does_not_come()
        {
            TestRig rig = new TestRig(12);
            for (int t = 0; t < 3000; t += 10)
            {
                rig.Run(10);
                Assert.IsNull(rig.Bus.LastSent(InsulationStatus.Id));
            }
        }
    }
}
