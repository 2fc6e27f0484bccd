using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests
{
    /// <summary>The whole cycle: reaction times of the safety requirements from event to open contactors, and what must never close.</summary>
    [TestClass]
    public class BatteryControllerTests
    {
        private static TestRig Closed(int cellCount)
        {
            TestRig rig = new TestRig(cellCount);
            rig.Close(HostCommand.ModeDrive);
            rig.Run(1000);
            Assert.AreEqual(ContactorState.Closed, rig.State);
            Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
            return rig;
        }

        private static int MsUntilOpen(TestRig rig, int limitMs)
        {
            for (int t = 10; t <= limitMs; t += 10)
            {
                rig.Run(10);
                if (rig.ContactorsAreOff)
                {
                    return t;
                }
            }

            return 999999;
        }

        // Shows S-014, S-034.
        [TestMethod]
        public void an_invalid_block_is_a_fault_and_the_contactors_never_close()
        {
            ParameterBlock parameters = Presets.Nmc(96, 50000);
            parameters.Set(ParameterId.ChargeStopMv, 9000);
            TestRig rig = new TestRig(parameters, 0);
            rig.Pack.HostMode = HostCommand.ModeDrive;
            for (int t = 0; t < 3000; t += 10)
            {
                rig.Run(10);
                Assert.IsTrue(rig.ContactorsAreOff);
            }

            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.Configuration]);
            rig.ClearFaults();
            rig.Close(HostCommand.ModeDrive);
            Assert.IsTrue(rig.ContactorsAreOff);
        }

        // Shows S-014, S-034.
        [TestMethod]
        public void an_empty_block_and_no_block_at_all_are_invalid_too()
        {
            TestRig rig = new TestRig(new ParameterBlock(), 0);
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Fault, rig.State);
            Assert.IsTrue(rig.ContactorsAreOff);
            BatteryController controller = new BatteryController(null, new TestBus());
            controller.Update(0);
            Assert.AreEqual(Severity.Trip, controller.Protection.SeverityOf[FaultId.Configuration]);
        }

        // Shows S-010.
        [TestMethod]
        public void a_healthy_pack_runs_for_a_minute_without_a_fault()
        {
            TestRig rig = Closed(96);
            rig.Pack.CurrentMa = -20000;
            rig.Pack.CellsSway = true;
            for (int t = 0; t < 60000; t += 10)
            {
                rig.Run(10);
                Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
            }

            Assert.AreEqual(ContactorState.Closed, rig.State);
            Assert.AreEqual(0u, rig.Controller.Measurement.RefusedFrames);
            Assert.AreEqual(0u, rig.Controller.Reporting.RefusedSends);
        }

        [TestMethod]
        public void the_largest_and_the_smallest_pack_close()
        {
            Closed(192);
            Closed(1);
        }

        // Shows S-001.
        [TestMethod]
        public void over_voltage_opens_within_350_ms()
        {
            TestRig rig = Closed(96);
            rig.Pack.CellMv[50] = 4251;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 350);
        }

        // Shows S-002.
        [TestMethod]
        public void under_voltage_opens_within_350_ms()
        {
            TestRig rig = Closed(96);
            rig.Pack.CellMv[50] = 2499;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 350);
        }

        // Shows S-003.
        [TestMethod]
        public void over_current_opens_within_150_ms_in_both_directions()
        {
            TestRig rig = Closed(96);
            rig.Pack.CurrentMa = 100000;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 150);
            rig = Closed(96);
            rig.Pack.CurrentMa = -200000;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 150);
        }

        // Shows S-004.
        [TestMethod]
        public void over_temperature_opens_within_1500_ms()
        {
            TestRig rig = Closed(96);
            rig.Pack.DeciC[20] = 601;
            Assert.IsTrue(MsUntilOpen(rig, 3000) <= 1500);
        }

        // Shows S-007.
        [TestMethod]
        public void a_silent_module_stops_the_current_within_300_ms_and_opens_within_500_ms()
        {
            for (int module = 0; module < 8; module++)
            {
                TestRig rig = Closed(96);

                // Its last frames come in the cycle before its silence begins.
                while (rig.Controller.Measurement.ModuleAgeMs(module, rig.NowMs - 10) != 0)
                {
                    rig.Cycle();
                }

                rig.Pack.SilentModule = module;
                rig.Run(300);
                Assert.AreEqual(0, rig.Controller.Control.Limits.ChargeLimitMa);
                Assert.AreEqual(0, rig.Controller.Control.Limits.DischargeLimitMa);
                Assert.IsTrue(rig.Controller.Protection.SeverityOf[FaultId.ModuleLost] >= Severity.Limit);
                Assert.IsTrue(MsUntilOpen(rig, 1000) <= 200);
            }
        }

        // Shows S-008.
        [TestMethod]
        public void a_silent_current_sensor_opens_within_300_ms()
        {
            TestRig rig = Closed(96);
            rig.Pack.CurrentIsSilent = true;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 300);
        }

        // Shows S-008.
        [TestMethod]
        public void a_current_sensor_that_does_not_know_opens_within_300_ms()
        {
            TestRig rig = Closed(96);
            rig.Pack.SensorStatus = SensorCurrent.SensorStatusFailed;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 300);
        }

        // Shows S-016.
        [TestMethod]
        public void a_silent_host_stops_the_current_and_then_opens_the_contactors()
        {
            TestRig rig = Closed(96);
            rig.Pack.HostIsSilent = true;
            int ms = rig.RunUntilSeverity(FaultId.HostLost, Severity.Limit, 1000);
            Assert.IsTrue(ms >= 200 && ms <= 310);
            Assert.AreEqual(0, rig.Controller.Control.Limits.DischargeLimitMa);
            ms = rig.RunUntilSeverity(FaultId.HostLost, Severity.Trip, 1000);
            Assert.IsTrue(ms >= 600 && ms <= 710);
            Assert.IsTrue(rig.ContactorsAreOff);
        }

        // Shows S-017.
        [TestMethod]
        public void an_open_interlock_opens_within_100_ms()
        {
            TestRig rig = Closed(96);
            rig.Controller.Inputs.InterlockClosed = false;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 100);
        }

        // Shows S-006.
        [TestMethod]
        public void charging_against_the_limit_in_the_cold_opens_after_five_seconds()
        {
            TestRig rig = new TestRig(96);
            rig.Pack.SetTemperatures(-100);
            rig.Close(HostCommand.ModeCharge);
            Assert.AreEqual(ContactorState.Closed, rig.State);
            Assert.IsTrue(rig.Controller.Outputs.Heater);
            rig.Pack.CurrentMa = 20000;
            rig.Pack.CellsSway = true;
            int ms = MsUntilOpen(rig, 8000);
            Assert.IsTrue(ms >= 5000 && ms <= 5150);
        }

        // Shows S-010.
        [TestMethod]
        public void one_corrupt_frame_trips_nothing()
        {
            TestRig rig = Closed(96);
            rig.Pack.CrcError = 0x5A;
            rig.Run(10);
            rig.Pack.CrcError = 0;
            rig.Run(1000);
            Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        // Shows S-007, S-028.
        [TestMethod]
        public void a_minute_of_corrupt_frames_is_a_lost_pack()
        {
            TestRig rig = Closed(12);
            rig.Pack.CrcError = 0x5A;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 300);
            rig.Run(60000);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.ModuleLost]);
        }

        // Shows S-015.
        [TestMethod]
        public void a_closed_pack_stays_closed_across_the_roll_over_of_the_clock()
        {
            TestRig rig = new TestRig(Presets.Nmc(96, 50000), uint.MaxValue - 5000);
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
            for (int t = 0; t < 10000; t += 10)
            {
                rig.Run(10);
                Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
            }

            Assert.AreEqual(ContactorState.Closed, rig.State);
            rig.Pack.CellMv[50] = 4251;
            Assert.IsTrue(MsUntilOpen(rig, 1000) <= 350);
        }

        // Shows S-014.
        [TestMethod]
        public void no_output_is_driven_before_the_first_complete_measurement()
        {
            TestBus bus = new TestBus();
            BatteryController controller = new BatteryController(Presets.Nmc(96, 50000), bus);
            controller.Inputs.InterlockClosed = true;
            for (uint now = 0; now < 5000; now += 10)
            {
                controller.Update(now);
                Assert.IsFalse(controller.Outputs.MainPositive || controller.Outputs.MainNegative || controller.Outputs.Precharge);
                Assert.IsFalse(controller.Outputs.Heater || controller.Outputs.Cooling);
            }

            Assert.AreEqual(Severity.Trip, controller.Protection.SeverityOf[FaultId.ModuleLost]);
        }
    }
}
