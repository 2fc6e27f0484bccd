using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Reporting;

namespace Bms.Core.Tests.Reporting
{
    [TestClass]
    public class ControlFramesTests
    {
        [TestMethod]
        public void the_status_of_the_contactors_tells_what_they_do_and_what_keeps_them_open()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            ControlFrames frames = new ControlFrames();
            byte[] data = new byte[8];
            rig.Run(200);
            ContactorControl contactors = rig.Controller.Control.Contactors;
            contactors.Wear.CountLoadOpening(ContactorWear.Positive, -1000);
            frames.FillContactorStatus(rig.Controller, data);
            Assert.AreEqual(ClosingBlock.None, ContactorStatus.UnpackClosingBlock(data));
            Assert.AreEqual(ContactorStatus.WeldTestedYes, ContactorStatus.UnpackWeldTested(data));
            Assert.AreEqual(ContactorStatus.WeldFoundNone, ContactorStatus.UnpackWeldFound(data));
            Assert.AreEqual(1, ContactorStatus.UnpackPositiveHeld(data));
            Assert.AreEqual(1, ContactorStatus.UnpackNegativeHeld(data));
            Assert.AreEqual(0, ContactorStatus.UnpackPrechargeHeld(data));
            Assert.AreEqual(1, ContactorStatus.UnpackLoadOpenings(data));
            Assert.AreEqual(contactors.Wear.RemainingPermille, ContactorStatus.UnpackRemainingLifePermille(data));
            contactors.Blocked = ClosingBlock.SelfTest;
            contactors.PrechargeHeatPermille = 2000;
            frames.FillContactorStatus(rig.Controller, data);
            Assert.AreEqual(ContactorStatus.ClosingBlockSelfTest, ContactorStatus.UnpackClosingBlock(data));
            Assert.AreEqual(2000, ContactorStatus.UnpackResistorHeatPermille(data));
        }

        [TestMethod]
        public void the_wear_of_both_contactors_is_told_by_turns_and_stops_at_the_end_of_its_range()
        {
            TestRig rig = new TestRig(12);
            ContactorWear wear = rig.Controller.Control.Contactors.Wear;
            wear.Closings[ContactorWear.Positive] = 1048574;
            wear.Closings[ContactorWear.Negative] = 4000000;
            wear.LoadOpenings[ContactorWear.Overload] = 62;
            wear.LoadOpenings[ContactorWear.Classes + ContactorWear.Overload] = 63;
            wear.LoadOpenings[ContactorWear.Classes + ContactorWear.SmallLoad] = 7;
            ControlFrames frames = new ControlFrames();
            byte[] data = new byte[8];
            frames.FillContactorCounters(rig.Controller, data);
            Assert.AreEqual(ContactorCounters.ContactorPositive, ContactorCounters.UnpackContactor(data));
            Assert.AreEqual(1048574, ContactorCounters.UnpackClosings(data));
            Assert.AreEqual(62, ContactorCounters.UnpackOverloadOpenings(data));
            frames.FillContactorCounters(rig.Controller, data);
            Assert.AreEqual(ContactorCounters.ContactorNegative, ContactorCounters.UnpackContactor(data));
            Assert.AreEqual(1048574, ContactorCounters.UnpackClosings(data));
            Assert.AreEqual(62, ContactorCounters.UnpackOverloadOpenings(data));
            Assert.AreEqual(7, ContactorCounters.UnpackSmallLoadOpenings(data));
        }

        [TestMethod]
        public void regeneration_heat_and_sleep_are_told()
        {
            TestRig rig = new TestRig(12);
            rig.Controller.Control.Limits.RegenContinuousMa = 12300;
            rig.Controller.Control.Limits.RegenPulseMa = 45600;
            rig.Controller.Outputs.Fan = true;
            rig.Controller.Control.Thermal.HeaterBlocked = ThermalControl.BlockedByHeat;
            rig.Controller.Control.Thermal.HeaterSuspicion = ThermalControl.HeaterStuckOn;
            rig.Controller.Control.Sleep.SleepForS = 60;
            rig.Controller.Control.Sleep.State = SleepControl.Ready;
            rig.Controller.Control.Sleep.WakeCause = SleepControl.WokenByTimer;
            rig.Controller.Control.Sleep.Alarm = SleepControl.AlarmRise | SleepControl.AlarmBlind;
            ControlFrames frames = new ControlFrames();
            byte[] data = new byte[8];
            frames.FillRegenLimits(rig.Controller, data);
            Assert.AreEqual(12300, RegenLimits.UnpackContinuousMa(data));
            Assert.AreEqual(45600, RegenLimits.UnpackPulseMa(data));
            Assert.AreEqual(RegenLimits.TooColdToChargeYes, RegenLimits.UnpackTooColdToCharge(data));
            data = new byte[8];
            frames.FillThermalStatus(rig.Controller, data);
            Assert.AreEqual(0, ThermalStatus.UnpackPumpOn(data));
            Assert.AreEqual(1, ThermalStatus.UnpackFanOn(data));
            Assert.AreEqual(ThermalStatus.HeaterBlockedHeat, ThermalStatus.UnpackHeaterBlocked(data));
            Assert.AreEqual(ThermalStatus.HeaterSuspicionStuckOn, ThermalStatus.UnpackHeaterSuspicion(data));
            Assert.AreEqual(ThermalStatus.SleepStateReady, ThermalStatus.UnpackSleepState(data));
            Assert.AreEqual(ThermalStatus.WakeCauseTimer, ThermalStatus.UnpackWakeCause(data));
            Assert.AreEqual(9, ThermalStatus.UnpackParkedAlarm(data));
            Assert.AreEqual(60, ThermalStatus.UnpackSleepForS(data));
        }
    }
}
