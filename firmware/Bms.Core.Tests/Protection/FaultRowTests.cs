using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    /// <summary>Rows whose quantity the monitor works out over time, and what single rows do beside the walk over the table.</summary>
    [TestClass]
    public class FaultRowTests
    {
        private static ProtectionDesk Make()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.InsulationProfile, InsulationProfile.Ir155);
            return new ProtectionDesk(parameters, 1000);
        }

        private static int SeverityOf(ProtectionDesk desk, int fault)
        {
            return desk.Monitor.SeverityOf[fault];
        }

        private static void Run(ProtectionDesk desk, int ms)
        {
            for (int t = 0; t < ms; t += 10)
            {
                desk.Cycle();
            }
        }

        // Shows S-024.
        [TestMethod]
        public void an_overload_warns_then_stops_its_direction_then_opens()
        {
            // 110 % of 150 A: 21 s to the trip, half of it to the warning.
            ProtectionDesk desk = Make();
            desk.Control.Limits.DischargeLimitMa = 200000;
            desk.M.CurrentMa = -165000;
            Run(desk, 10000);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.OverloadDischarge));
            Run(desk, 1000);
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.OverloadDischarge));
            Assert.IsFalse(desk.Monitor.StopsDischarging);
            Run(desk, 6500);
            Assert.AreEqual(Severity.Limit, SeverityOf(desk, FaultId.OverloadDischarge));
            Assert.IsTrue(desk.Monitor.StopsDischarging);
            Assert.IsFalse(desk.Monitor.StopsCharging);
            Run(desk, 4500);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.OverloadDischarge));
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.OverloadCharge));
        }

        // Shows S-024.
        [TestMethod]
        public void an_overload_in_charge_is_a_row_of_its_own()
        {
            ProtectionDesk desk = Make();
            desk.Control.Limits.ChargeLimitMa = 100000;
            desk.M.CurrentMa = 73000;
            Run(desk, 20000);
            Assert.AreEqual(Severity.Limit, SeverityOf(desk, FaultId.OverloadCharge));
            Assert.IsTrue(desk.Monitor.StopsCharging);
            Assert.IsFalse(desk.Monitor.StopsDischarging);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.OverloadDischarge));
        }

        // Shows S-009, S-024.
        [TestMethod]
        public void a_current_that_is_not_available_stops_the_overload_where_it_is()
        {
            ProtectionDesk desk = Make();
            desk.Control.Limits.DischargeLimitMa = 200000;
            desk.M.CurrentMa = -165000;
            Run(desk, 11000);
            desk.M.CurrentMa = SignalValue.NotAvailable;
            Run(desk, 60000);
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.OverloadDischarge));
        }

        // Shows S-025.
        [TestMethod]
        public void a_current_beyond_the_range_of_the_sensor_is_a_short_circuit()
        {
            ProtectionDesk desk = Make();
            desk.M.CurrentMa = SignalValue.NotAvailable;
            desk.M.CurrentIsBeyondRange = true;
            desk.Cycle();
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.ShortCircuit), "told with the first frame");
            Assert.IsFalse(desk.Monitor.IsTripped);
            desk.Cycle();
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.ShortCircuit));
            Assert.IsTrue(desk.Monitor.IsLatched(FaultId.ShortCircuit));
        }

        // Shows S-010, S-025.
        [TestMethod]
        public void one_sample_of_a_short_circuit_opens_nothing()
        {
            ProtectionDesk desk = Make();
            for (int i = 0; i < 20; i++)
            {
                desk.M.CurrentMa = -8000000;
                desk.Cycle();
                desk.M.CurrentMa = 0;
                Run(desk, 100);
            }

            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.ShortCircuit));
            Assert.IsFalse(desk.Monitor.IsTripped);
        }

        // Shows S-020.
        [TestMethod]
        public void the_host_cannot_clear_a_deep_discharge()
        {
            ProtectionDesk desk = Make();
            desk.HoldPast(FaultId.DeepDischarge, 1999, 2000);
            Assert.IsTrue(desk.Monitor.IsTripped);
            desk.Quiet();
            Run(desk, 5000);
            desk.Clear();
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CellUnderVoltage));
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.DeepDischarge));
            Assert.IsTrue(desk.Monitor.IsLatched(FaultId.DeepDischarge));
        }

        // Shows S-020.
        [TestMethod]
        public void service_clears_a_deep_discharge_once_its_cause_has_gone()
        {
            ProtectionDesk desk = Make();
            desk.HoldPast(FaultId.DeepDischarge, 1999, 2000);
            desk.M.ServiceClears = FaultId.DeepDischarge;
            desk.HoldPast(FaultId.DeepDischarge, 1999, 200);
            Assert.AreEqual(SignalValue.NotAvailable, desk.M.ServiceClears);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.DeepDischarge));
            desk.Quiet();
            Run(desk, 3000);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.DeepDischarge));
            desk.M.ServiceClears = FaultId.CellUnderVoltage;
            Run(desk, 100);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.DeepDischarge));
            desk.M.ServiceClears = FaultId.DeepDischarge;
            Run(desk, 100);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.DeepDischarge));
        }

        // Shows S-020.
        [TestMethod]
        public void a_deep_discharge_outlives_a_restart()
        {
            ProtectionDesk desk = Make();
            desk.Monitor.Restore(FaultId.DeepDischarge);
            Assert.IsTrue(desk.Monitor.IsTripped);
            Run(desk, 10000);
            desk.Clear();
            Assert.IsTrue(desk.Monitor.IsTripped);
            Assert.AreEqual(1, desk.Monitor.ActiveFaultCount);
            desk.M.ServiceClears = FaultId.DeepDischarge;
            Run(desk, 100);
            Assert.IsFalse(desk.Monitor.IsTripped);
        }

        // Shows S-020.
        [TestMethod]
        public void only_rows_that_need_service_outlive_a_restart()
        {
            ProtectionDesk desk = Make();
            desk.Monitor.Restore(FaultId.CellOverVoltage);
            desk.Monitor.Restore(-1);
            desk.Monitor.Restore(FaultId.Count);
            Run(desk, 100);
            Assert.AreEqual(0, desk.Monitor.ActiveFaultCount);
        }

        // Shows S-020, S-026.
        [TestMethod]
        public void a_voltage_that_no_cell_can_have_is_no_deep_discharge()
        {
            ProtectionDesk desk = Make();
            desk.HoldPast(FaultId.DeepDischarge, 499, 5000);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.DeepDischarge));
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.CellVoltageImplausible));
            desk = Make();
            desk.HoldPast(FaultId.DeepDischarge, 500, 5000);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.DeepDischarge));
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CellVoltageImplausible));
        }

        // Shows S-026.
        [TestMethod]
        public void a_current_is_implausible_only_while_all_contactors_are_open()
        {
            ProtectionDesk desk = Make();
            desk.Control.Limits.DischargeLimitMa = 200000;
            desk.M.CurrentMa = -20000;
            Run(desk, 2000);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CurrentImplausible));
            desk.Control.Contactors.State = ContactorState.Precharge;
            Run(desk, 2000);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CurrentImplausible));
            desk.Control.Contactors.State = ContactorState.Standby;
            Run(desk, 1000);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.CurrentImplausible));
        }

        // Shows S-028.
        [TestMethod]
        public void refused_frames_are_counted_by_the_second()
        {
            TestRig rig = new TestRig(12);
            rig.Run(2000);
            Refuse(rig, 5);
            Assert.AreEqual(Severity.None, rig.Controller.Protection.SeverityOf[FaultId.FrameErrors]);
            Refuse(rig, 6);
            Assert.AreEqual(Severity.Warning, rig.Controller.Protection.SeverityOf[FaultId.FrameErrors]);
            Refuse(rig, 101);
            Assert.AreEqual(Severity.Limit, rig.Controller.Protection.SeverityOf[FaultId.FrameErrors]);
            Assert.IsTrue(rig.Controller.Protection.StopsCharging && rig.Controller.Protection.StopsDischarging);
            rig.Run(8000);
            Assert.AreEqual(Severity.None, rig.Controller.Protection.SeverityOf[FaultId.FrameErrors]);
        }

        // Frames of a tester with a wrong CRC, a few in each cycle as the bus has them.
        private static void Refuse(TestRig rig, int frames)
        {
            byte[] data = new byte[8];
            uint before = rig.Controller.Measurement.RefusedFrames;
            while (rig.Controller.Measurement.RefusedFrames - before < frames)
            {
                data[0] = 0x55;
                data[1] = 0x01;
                int left = frames - (int)(rig.Controller.Measurement.RefusedFrames - before);
                for (int i = 0; i < left && i < 4; i++)
                {
                    rig.Bus.Put(BlackBoxRequest.Id, false, data, BlackBoxRequest.Length);
                }

                rig.Run(10);
            }

            Assert.AreEqual((uint)frames, rig.Controller.Measurement.RefusedFrames - before);
            rig.Run(1100);
        }

        // Shows S-035.
        [TestMethod]
        public void a_late_cycle_is_reported_and_a_very_late_one_opens()
        {
            ProtectionDesk desk = Make();
            Run(desk, 1000);
            desk.NowMs += 10;
            Run(desk, 100);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CycleLate));
            desk.NowMs += 11;
            Run(desk, 100);
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.CycleLate));
            desk.NowMs += 51;
            Run(desk, 100);
            Assert.AreEqual(Severity.Limit, SeverityOf(desk, FaultId.CycleLate));
            desk.NowMs += 200;
            Run(desk, 100);
            Assert.IsFalse(desk.Monitor.IsTripped);
            desk.NowMs += 201;
            Run(desk, 100);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.CycleLate));
            Run(desk, 6000);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CycleLate));
        }

        // Shows S-035.
        [TestMethod]
        public void with_open_contactors_a_cycle_may_take_its_time()
        {
            ProtectionDesk desk = Make();
            desk.Control.Contactors.State = ContactorState.Standby;
            Run(desk, 1000);
            desk.NowMs += 500;
            Run(desk, 100);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.CycleLate));
        }

        // Shows S-010, S-035.
        [TestMethod]
        public void the_first_cycle_is_never_late()
        {
            ProtectionDesk desk = new ProtectionDesk(Presets.Nmc(12, 50000), 123456789);
            Run(desk, 100);
            Assert.AreEqual(0, desk.Monitor.ActiveFaultCount);
        }

        // Shows S-030.
        [TestMethod]
        public void the_insulation_is_judged_by_the_volt()
        {
            // 12 cells of 4.2 V: 50 V, so 25 kohm are 500 ohm/V, 12 are 240, 5 are 100 and 4 are 80.
            ProtectionDesk desk = Make();
            desk.M.Insulation.ResistanceKohm = 25;
            Run(desk, 1700);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.InsulationLow));
            desk.M.Insulation.ResistanceKohm = 24;
            Run(desk, 1490);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.InsulationLow));
            Run(desk, 210);
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.InsulationLow));
            desk.M.Insulation.ResistanceKohm = 12;
            Run(desk, 1700);
            Assert.AreEqual(Severity.Limit, SeverityOf(desk, FaultId.InsulationLow));
            Assert.IsTrue(desk.Monitor.StopsCharging);
            Assert.IsFalse(desk.Monitor.StopsDischarging);
            desk.M.Insulation.ResistanceKohm = 5;
            Run(desk, 1700);
            Assert.AreEqual(Severity.Limit, SeverityOf(desk, FaultId.InsulationLow));
            desk.M.Insulation.ResistanceKohm = 4;
            Run(desk, 1700);
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.InsulationLow));
            desk.M.Insulation.ResistanceKohm = SignalValue.NotAvailable;
            Run(desk, 20000);
            desk.Clear();
            Assert.AreEqual(Severity.Trip, SeverityOf(desk, FaultId.InsulationLow));
        }

        // Shows S-030.
        [TestMethod]
        public void an_insulation_monitor_that_is_not_fitted_is_not_missed()
        {
            ProtectionDesk desk = new ProtectionDesk(Presets.Nmc(12, 50000), 0);
            desk.M.Insulation.AgeMs = 100000;
            Run(desk, 2000);
            Assert.AreEqual(0, desk.Monitor.ActiveFaultCount);
        }

        private static void Read(ProtectionDesk desk, int deciC, int pa, int permille)
        {
            desk.Inputs.Environment.Publish(deciC, pa, permille);
            for (int t = 0; t < 1000; t += 10)
            {
                desk.Inputs.Environment.Update(desk.NowMs);
                desk.Cycle();
            }
        }

        // Shows S-036.
        [TestMethod]
        public void a_rise_of_the_pressure_warns_and_a_large_one_stops_all_current()
        {
            ProtectionDesk desk = Make();
            Read(desk, 250, 100000, 400);
            Read(desk, 250, 100300, 400);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.PackPressure));
            desk = Make();
            Read(desk, 250, 100000, 400);
            Read(desk, 250, 100301, 400);
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.PackPressure));
            desk = Make();
            Read(desk, 250, 100000, 400);
            Read(desk, 250, 101001, 400);
            Assert.AreEqual(Severity.Limit, SeverityOf(desk, FaultId.PackPressure));
            Assert.IsTrue(desk.Monitor.StopsCharging && desk.Monitor.StopsDischarging);
        }

        // Shows S-036.
        [TestMethod]
        public void cells_below_the_dew_point_warn_after_their_debounce()
        {
            ProtectionDesk desk = Make();
            for (int i = 0; i < 15; i++)
            {
                // Dew point 23 degC, coldest cell 25.
                Read(desk, 250, 100000, 900);
            }

            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.Condensation));
            for (int i = 0; i < 15; i++)
            {
                Read(desk, 250, 100000, 905);
            }

            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.Condensation));
            Assert.AreEqual(Severity.Warning, desk.Monitor.HighestSeverity);
        }

        // Shows S-036.
        [TestMethod]
        public void a_climate_sensor_that_falls_silent_or_fails_is_a_warning()
        {
            ProtectionDesk desk = Make();
            Run(desk, 10000);
            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.EnvironmentSensorLost));
            Read(desk, 250, 100000, 400);
            for (int t = 0; t < 2000; t += 10)
            {
                desk.Inputs.Environment.Update(desk.NowMs);
                desk.Cycle();
            }

            Assert.AreEqual(Severity.None, SeverityOf(desk, FaultId.EnvironmentSensorLost));
            for (int t = 0; t < 100; t += 10)
            {
                desk.Inputs.Environment.Update(desk.NowMs);
                desk.Cycle();
            }

            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.EnvironmentSensorLost));
            desk = Make();
            Read(desk, 250, 100000, 400);
            Read(desk, SignalValue.NotAvailable, SignalValue.NotAvailable, SignalValue.NotAvailable);
            Assert.AreEqual(Severity.Warning, SeverityOf(desk, FaultId.EnvironmentSensorLost));
        }

        // Shows S-010.
        [TestMethod]
        public void nothing_trips_before_the_first_measurement()
        {
            ParameterBlock parameters = Presets.Nmc(96, 50000);
            parameters.Set(ParameterId.InsulationProfile, InsulationProfile.Iso165c);
            TestRig rig = new TestRig(parameters, 0);
            rig.Pack.SilentModule = 0;
            rig.Pack.CurrentIsSilent = true;
            rig.Pack.VoltageIsSilent = true;
            rig.Pack.HostIsSilent = true;
            for (int t = 0; t < 1000; t += 10)
            {
                rig.Cycle();
                Assert.AreEqual(Severity.None, rig.Controller.Protection.HighestSeverity);
            }
        }
    }
}
