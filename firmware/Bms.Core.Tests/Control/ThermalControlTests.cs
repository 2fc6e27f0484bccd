using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Control
{
    /// <summary>NMC preset: heater on below 5 and off above 10 degC while charging is asked for, cooling on above 35 and off below 30 degC.</summary>
    [TestClass]
    public class ThermalControlTests
    {
        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly ThermalControl Thermal;
            public readonly ActuatorOutputs Outputs = new ActuatorOutputs();

            public Desk(int hostMode)
            {
                ParameterBlock parameters = Presets.Nmc(12, 50000);
                M = new PackMeasurement(parameters, new TestBus());
                M.HostMode = hostMode;
                M.HostSeen = true;
                Thermal = new ThermalControl(parameters);
            }

            public void Step(int coldest, int hottest)
            {
                M.LowestTemperatureDeciC = coldest;
                M.HighestTemperatureDeciC = hottest;
                Thermal.Update(M, false, Outputs);
            }
        }

        [TestMethod]
        public void a_cold_pack_is_heated_to_charge()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Step(50, 60);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Step(49, 60);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Step(-200, -150);
            Assert.IsTrue(desk.Outputs.Heater);
            Assert.IsFalse(desk.Outputs.Cooling);
        }

        [TestMethod]
        public void the_heater_runs_on_through_its_hysteresis()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Step(-1, 20);
            desk.Step(50, 60);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Step(100, 120);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Step(101, 120);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Step(60, 80);
            Assert.IsFalse(desk.Outputs.Heater);
        }

        [TestMethod]
        public void nothing_is_heated_to_drive_or_to_stand()
        {
            Desk desk = new Desk(HostCommand.ModeDrive);
            desk.Step(-200, -200);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.M.HostMode = HostCommand.ModeStandby;
            desk.Step(-200, -200);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.M.HostMode = HostCommand.ModeCharge;
            desk.Step(-200, -200);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.M.HostMode = HostCommand.ModeDrive;
            desk.Step(-200, -200);
            Assert.IsFalse(desk.Outputs.Heater);
        }

        [TestMethod]
        public void a_tripped_pack_is_not_heated()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Step(-50, -50);
            desk.Thermal.Update(desk.M, true, desk.Outputs);
            Assert.IsFalse(desk.Outputs.Heater);
        }

        [TestMethod]
        public void a_pack_with_one_hot_spot_is_not_heated()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Step(0, 300);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Step(0, 301);
            Assert.IsFalse(desk.Outputs.Heater);
        }

        [TestMethod]
        public void a_hot_pack_is_cooled_through_its_hysteresis()
        {
            Desk desk = new Desk(HostCommand.ModeDrive);
            desk.Step(300, 350);
            Assert.IsFalse(desk.Outputs.Cooling);
            desk.Step(300, 351);
            Assert.IsTrue(desk.Outputs.Cooling);
            desk.Step(290, 300);
            Assert.IsTrue(desk.Outputs.Cooling);
            desk.Step(290, 299);
            Assert.IsFalse(desk.Outputs.Cooling);
            desk.Step(290, 340);
            Assert.IsFalse(desk.Outputs.Cooling);
        }

        [TestMethod]
        public void a_tripped_pack_is_cooled_all_the_same()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.M.LowestTemperatureDeciC = 500;
            desk.M.HighestTemperatureDeciC = 600;
            desk.Thermal.Update(desk.M, true, desk.Outputs);
            Assert.IsTrue(desk.Outputs.Cooling);
        }

        [TestMethod]
        public void without_temperatures_the_heater_is_off_and_cooling_runs()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Step(-50, -50);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Step(SignalValue.NotAvailable, SignalValue.NotAvailable);
            Assert.IsFalse(desk.Outputs.Heater);
            Assert.IsTrue(desk.Outputs.Cooling);
        }

        [TestMethod]
        public void before_the_host_was_heard_and_without_temperatures_nothing_runs()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.M.HostSeen = false;
            desk.Step(SignalValue.NotAvailable, SignalValue.NotAvailable);
            Assert.IsFalse(desk.Outputs.Heater);
            Assert.IsFalse(desk.Outputs.Cooling);
        }
    }
}
