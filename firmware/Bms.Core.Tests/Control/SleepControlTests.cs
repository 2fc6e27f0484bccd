using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Control
{
    /// <summary>Preset: sleep after 600 s, for 60 s; a look of 5 s at most; alarm at 3 degC more, 55 degC, or 50 mV less.</summary>
    [TestClass]
    public class SleepControlTests
    {
        private static SleepControl Sleep(TestRig rig)
        {
            return rig.Controller.Control.Sleep;
        }

        private static TestRig Parked()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.HostIsSilent = true;
            rig.Run(500);
            return rig;
        }

        private static TestRig Woken(int parkedDeciC, int parkedMv)
        {
            TestRig rig = new TestRig(12);
            rig.Pack.HostIsSilent = true;
            PackState state = new PackState();
            state.ParkedDeciC = parkedDeciC;
            state.ParkedMv = parkedMv;
            Sleep(rig).NoteWake(SleepControl.WokenByTimer, state);
            Assert.AreEqual(SleepControl.Looking, Sleep(rig).State);
            return rig;
        }

        // Shows F-106.
        [TestMethod]
        public void an_idle_pack_sleeps_after_ten_minutes_for_one()
        {
            TestRig rig = Parked();
            Assert.AreEqual(SleepControl.Idle, Sleep(rig).State);
            rig.Run(598000);
            Assert.AreEqual(0, Sleep(rig).SleepForS);
            rig.Run(3000);
            Assert.AreEqual(SleepControl.Ready, Sleep(rig).State);
            Assert.AreEqual(60, Sleep(rig).SleepForS);
        }

        [TestMethod]
        public void a_pack_whose_host_has_left_sleeps_though_the_host_is_lost()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            rig.Run(500);
            rig.Pack.HostIsSilent = true;
            rig.Run(605000);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.HostLost]);
            Assert.AreEqual(60, Sleep(rig).SleepForS);
        }

        // Shows F-106.
        [TestMethod]
        public void a_host_on_the_bus_keeps_it_awake()
        {
            TestRig rig = new TestRig(12);
            rig.Run(610000);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);
            Assert.AreEqual(0, Sleep(rig).SleepForS);
        }

        [TestMethod]
        public void a_host_that_comes_back_wakes_a_pack_that_was_about_to_sleep()
        {
            TestRig rig = Parked();
            rig.Run(601000);
            Assert.AreEqual(60, Sleep(rig).SleepForS);
            rig.Pack.HostIsSilent = false;
            rig.Run(300);
            Assert.AreEqual(0, Sleep(rig).SleepForS);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);
        }

        [TestMethod]
        public void zero_seconds_mean_that_it_never_sleeps()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.SleepAfterS, 0);
            TestRig rig = new TestRig(parameters, 0);
            rig.Pack.HostIsSilent = true;
            rig.Run(10000);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);
        }

        [TestMethod]
        public void a_pack_that_is_not_level_or_cools_stays_awake()
        {
            TestRig rig = Parked();
            rig.Controller.Outputs.Pump = true;
            rig.Controller.Control.Thermal.Update(rig.Controller.Measurement, rig.Controller.Protection, rig.Controller.Outputs, rig.NowMs);
            rig.Pack.SetTemperatures(360);
            rig.Run(20000);
            Assert.IsTrue(rig.Controller.Outputs.Pump);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);
        }

        // Shows F-106.
        [TestMethod]
        public void signs_of_a_fire_and_limits_keep_it_awake_and_the_cold_does_not()
        {
            Assert.IsTrue(SleepControl.MaySleepWith(FaultId.HostLost, Severity.Trip));
            Assert.IsTrue(SleepControl.MaySleepWith(FaultId.UnderTemperature, Severity.Trip));
            Assert.IsTrue(SleepControl.MaySleepWith(FaultId.CellUnderVoltage, Severity.Trip));
            Assert.IsTrue(SleepControl.MaySleepWith(FaultId.CellVoltageSpread, Severity.Warning));
            Assert.IsFalse(SleepControl.MaySleepWith(FaultId.CellVoltageSpread, Severity.Limit));
            Assert.IsFalse(SleepControl.MaySleepWith(FaultId.ThermalRunaway, Severity.Warning));
            Assert.IsFalse(SleepControl.MaySleepWith(FaultId.OverTemperature, Severity.Warning));
            Assert.IsFalse(SleepControl.MaySleepWith(FaultId.PackPressure, Severity.Warning));
            Assert.IsFalse(SleepControl.MaySleepWith(FaultId.ModuleLost, Severity.Trip));
            Assert.IsFalse(SleepControl.MaySleepWith(FaultId.ContactorWelded, Severity.Trip));
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                Assert.IsTrue(SleepControl.MaySleepWith(fault, Severity.None));
            }
        }

        // Shows S-109.
        [TestMethod]
        public void a_look_at_a_quiet_pack_ends_in_sleep_as_soon_as_everything_is_measured()
        {
            TestRig rig = Woken(250, 3700);
            rig.Run(400);
            Assert.AreEqual(SleepControl.Ready, Sleep(rig).State);
            Assert.AreEqual(60, Sleep(rig).SleepForS);
            Assert.AreEqual(0, Sleep(rig).Alarm);
            Assert.IsTrue(rig.ContactorsAreOff);
        }

        // Shows S-109.
        [TestMethod]
        public void a_parked_pack_that_heats_up_raises_the_alarm()
        {
            TestRig rig = Woken(250, 3700);
            rig.Pack.DeciC[2] = 279;
            rig.Run(400);
            Assert.AreEqual(0, Sleep(rig).Alarm);
            rig = Woken(250, 3700);
            rig.Pack.DeciC[2] = 280;
            rig.Run(400);
            Assert.AreEqual(SleepControl.AlarmRise, Sleep(rig).Alarm);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);
            rig.Run(700000);
            Assert.AreEqual(0, Sleep(rig).SleepForS);
        }

        // Shows S-109.
        [TestMethod]
        public void heat_and_a_fallen_cell_are_alarms_too()
        {
            TestRig rig = Woken(540, 3700);
            rig.Pack.SetTemperatures(550);
            rig.Run(400);
            Assert.AreEqual(SleepControl.AlarmHot, Sleep(rig).Alarm);
            rig = Woken(250, 3749);
            rig.Run(400);
            Assert.AreEqual(0, Sleep(rig).Alarm);
            rig = Woken(250, 3750);
            rig.Run(400);
            Assert.AreEqual(SleepControl.AlarmDrop, Sleep(rig).Alarm);
        }

        // Shows S-109.
        [TestMethod]
        public void a_look_that_sees_nothing_is_an_alarm_after_five_seconds()
        {
            TestRig rig = Woken(250, 3700);
            rig.Pack.SilentModule = 0;
            rig.Run(4900);
            Assert.AreEqual(SleepControl.Looking, Sleep(rig).State);
            rig.Run(300);
            Assert.AreEqual(SleepControl.AlarmBlind, Sleep(rig).Alarm);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);
        }

        [TestMethod]
        public void a_host_ends_a_look_and_clears_the_alarm()
        {
            TestRig rig = Woken(250, 3700);
            rig.Pack.SilentModule = 0;
            rig.Pack.HostIsSilent = false;
            rig.Run(300);
            Assert.AreEqual(SleepControl.Awake, Sleep(rig).State);

            rig = Woken(200, 3700);
            rig.Run(400);
            Assert.IsTrue(Sleep(rig).Alarm != 0);
            rig.Pack.HostIsSilent = false;
            rig.ClearFaults();
            Assert.AreEqual(0, Sleep(rig).Alarm);
        }

        private static int AlarmSeverity(TestRig rig)
        {
            return rig.Controller.Protection.SeverityOf[FaultId.ParkedAlarm];
        }

        // Shows S-109.
        [TestMethod]
        public void a_parked_alarm_is_a_row_of_the_fault_table_until_the_host_clears_it()
        {
            TestRig rig = Woken(250, 3700);
            rig.Run(400);
            Assert.AreEqual(Severity.None, AlarmSeverity(rig));
            rig = Woken(250, 3750);
            rig.Run(400);
            Assert.AreEqual(Severity.Limit, AlarmSeverity(rig), "one sign");
            rig = Woken(220, 3750);
            rig.Run(400);
            Assert.AreEqual(Severity.Trip, AlarmSeverity(rig), "two signs");
            rig = Woken(540, 3700);
            rig.Pack.SetTemperatures(550);
            rig.Run(400);
            Assert.AreEqual(Severity.Trip, AlarmSeverity(rig), "heat");
            Assert.AreEqual("P1B37", FaultTable.DtcNameOf(FaultId.ParkedAlarm));
            rig.Pack.SetTemperatures(250);
            rig.Pack.HostIsSilent = false;
            rig.Run(5000);
            Assert.AreEqual(Severity.Trip, AlarmSeverity(rig), "nobody has cleared it");
            rig.ClearFaults();
            rig.Run(1500);
            Assert.AreEqual(Severity.None, AlarmSeverity(rig));
        }

        // Shows S-109.
        [TestMethod]
        public void a_pack_that_could_not_be_looked_at_is_a_warning()
        {
            TestRig rig = Woken(250, 3700);
            rig.Pack.SilentModule = 0;
            rig.Run(5300);
            Assert.AreEqual(Severity.Warning, AlarmSeverity(rig));
        }

        // The weather: 0.1 degC with every look is followed, a slow fire that adds up is not.
        [TestMethod]
        public void what_was_before_the_sleep_is_stored_and_follows_the_weather_slowly()
        {
            PackState state = new PackState();
            state.ParkedDeciC = 250;
            state.ParkedMv = 3700;
            for (int look = 1; look <= 3; look++)
            {
                TestRig rig = Woken(state.ParkedDeciC, state.ParkedMv);
                rig.Pack.SetTemperatures(250 + look * 10);
                rig.Run(400);
                Assert.AreEqual(0, Sleep(rig).Alarm);
                Sleep(rig).Save(state);
                Assert.AreEqual(250 + look, state.ParkedDeciC);
            }

            TestRig last = Woken(state.ParkedDeciC, state.ParkedMv);
            last.Pack.SetTemperatures(290);
            last.Run(400);
            Assert.AreEqual(SleepControl.AlarmRise, Sleep(last).Alarm);
            TestRig colder = Woken(253, 3700);
            colder.Pack.SetTemperatures(100);
            colder.Run(400);
            Sleep(colder).Save(state);
            Assert.AreEqual(100, state.ParkedDeciC);
        }
    }
}
