using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Control
{
    /// <summary>
    /// NMC preset: heater on below 5 and off above 10 degC while charging is asked for, pump on above 35 and off below 30 degC, fan on above 38 and off below 34 degC,
    /// 10 s at least on and off.
    /// </summary>
    [TestClass]
    public class ThermalControlTests
    {
        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly FaultMonitor Faults;
            public readonly ThermalControl Thermal;
            public readonly ActuatorOutputs Outputs = new ActuatorOutputs();
            public uint NowMs;

            public Desk(int hostMode)
                : this(hostMode, Presets.Nmc(12, 50000))
            {
            }

            public Desk(int hostMode, ParameterBlock parameters)
            {
                TestBus bus = new TestBus();
                M = new PackMeasurement(parameters, bus);
                Faults = new FaultMonitor(parameters, true, bus);
                M.HostMode = hostMode;
                M.HostSeen = true;
                M.CurrentMa = 0;
                Thermal = new ThermalControl(parameters);
            }

            // Long enough for every shortest run and rest.
            public void Step(int coldest, int hottest)
            {
                Run(coldest, hottest, 10200);
            }

            public void Run(int coldest, int hottest, int ms)
            {
                M.LowestTemperatureDeciC = coldest;
                M.HighestTemperatureDeciC = hottest;
                for (int t = 0; t < ms; t += 100)
                {
                    Thermal.Update(M, Faults, Outputs, NowMs);
                    NowMs += 100;
                }
            }
        }

        // Shows F-005.
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

        // Shows F-005.
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
        public void preheating_is_said_as_long_as_the_cells_take_no_charge()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Step(-1, 20);
            Assert.IsTrue(desk.Thermal.IsPreheating);
            desk.Step(0, 20);
            Assert.IsTrue(desk.Thermal.IsPreheating);
            desk.Step(1, 20);
            Assert.IsFalse(desk.Thermal.IsPreheating);
            Assert.IsTrue(desk.Outputs.Heater);
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
        public void the_heater_runs_and_rests_for_ten_seconds_at_least()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Run(40, 60, 100);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Run(110, 120, 9900);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Run(110, 120, 100);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Run(40, 60, 9900);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Run(40, 60, 100);
            Assert.IsTrue(desk.Outputs.Heater);
        }

        // Shows S-041.
        [TestMethod]
        public void a_trip_stops_the_heater_in_the_same_cycle_and_keeps_it_off()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Run(-100, -50, 200);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Faults.HighestSeverity = Severity.Trip;
            desk.NowMs -= 90;
            desk.Thermal.Update(desk.M, desk.Faults, desk.Outputs, desk.NowMs);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Step(-100, -50);
            Assert.IsFalse(desk.Outputs.Heater);
            Assert.AreEqual(ThermalControl.BlockedByTrip, desk.Thermal.HeaterBlocked);
            desk.Faults.HighestSeverity = Severity.Limit;
            desk.Step(-100, -50);
            Assert.IsTrue(desk.Outputs.Heater);
        }

        // Shows S-041.
        [TestMethod]
        public void a_sensor_at_the_heaters_limit_stops_it_at_once_until_it_is_5_degrees_cooler()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.HeaterMaxSpreadDeciC, 600);
            Desk desk = new Desk(HostCommand.ModeCharge, parameters);
            desk.Run(0, 449, 100);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Run(0, 450, 100);
            Assert.IsFalse(desk.Outputs.Heater);
            Assert.AreEqual(ThermalControl.BlockedByHeat, desk.Thermal.HeaterBlocked);
            desk.Step(0, 401);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Step(0, 400);
            Assert.IsTrue(desk.Outputs.Heater);
        }

        // Shows S-041.
        [TestMethod]
        public void cells_that_differ_by_20_degrees_stop_the_heater_until_they_differ_by_10()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Run(-100, 99, 100);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Run(-100, 100, 100);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Step(-100, 1);
            Assert.IsFalse(desk.Outputs.Heater);
            desk.Step(-100, 0);
            Assert.IsTrue(desk.Outputs.Heater);
        }

        // Shows F-005, F-105.
        [TestMethod]
        public void pump_and_fan_have_thermostats_of_their_own()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.Step(200, 350);
            Assert.IsFalse(desk.Outputs.Pump);
            desk.Step(200, 351);
            Assert.IsTrue(desk.Outputs.Pump);
            Assert.IsFalse(desk.Outputs.Fan);
            desk.Step(200, 380);
            Assert.IsFalse(desk.Outputs.Fan);
            desk.Step(200, 381);
            Assert.IsTrue(desk.Outputs.Fan);
            desk.Step(200, 340);
            Assert.IsTrue(desk.Outputs.Fan);
            desk.Step(200, 339);
            Assert.IsFalse(desk.Outputs.Fan);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Step(200, 300);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Step(200, 299);
            Assert.IsFalse(desk.Outputs.Pump);
        }

        // Shows F-105.
        [TestMethod]
        public void a_pump_does_not_chatter()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.Run(200, 351, 100);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Run(200, 200, 9900);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Run(200, 200, 100);
            Assert.IsFalse(desk.Outputs.Pump);
            desk.Run(200, 400, 9900);
            Assert.IsFalse(desk.Outputs.Pump);
            desk.Run(200, 400, 100);
            Assert.IsTrue(desk.Outputs.Pump);
        }

        [TestMethod]
        public void a_heater_in_the_coolant_runs_with_the_pump()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.HeaterNeedsPump, 1);
            Desk desk = new Desk(HostCommand.ModeCharge, parameters);
            desk.Run(-100, -50, 100);
            Assert.IsTrue(desk.Outputs.Heater);
            Assert.IsTrue(desk.Outputs.Pump);
            Assert.IsFalse(desk.Outputs.Fan);
        }

        // Shows S-009, S-041.
        [TestMethod]
        public void without_temperatures_the_heater_is_off_and_pump_and_fan_run()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Run(-100, -50, 200);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Run(SignalValue.NotAvailable, SignalValue.NotAvailable, 100);
            Assert.IsFalse(desk.Outputs.Heater);
            Assert.IsTrue(desk.Outputs.Pump);
            Assert.IsTrue(desk.Outputs.Fan);
            Assert.AreEqual(ThermalControl.BlockedBySensor, desk.Thermal.HeaterBlocked);
        }

        [TestMethod]
        public void before_a_host_was_heard_missing_temperatures_switch_nothing_on()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.M.HostSeen = false;
            desk.Step(SignalValue.NotAvailable, SignalValue.NotAvailable);
            Assert.IsFalse(desk.Outputs.Heater || desk.Outputs.Pump || desk.Outputs.Fan);
        }

        [TestMethod]
        public void a_lost_module_stops_the_heater_and_brings_cooling_10_degrees_earlier()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Faults.SeverityOf[FaultId.ModuleLost] = Severity.Limit;
            desk.Step(-100, 250);
            Assert.IsFalse(desk.Outputs.Heater);
            Assert.IsFalse(desk.Outputs.Pump);
            desk.Step(-100, 251);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Faults.SeverityOf[FaultId.ModuleLost] = Severity.None;
            desk.Faults.SeverityOf[FaultId.TemperatureDataInvalid] = Severity.Warning;
            desk.Step(-100, -50);
            Assert.IsTrue(desk.Outputs.Heater);
            desk.Faults.SeverityOf[FaultId.TemperatureDataInvalid] = Severity.Limit;
            desk.Run(-100, -50, 100);
            Assert.IsFalse(desk.Outputs.Heater);
        }

        [TestMethod]
        public void the_first_signs_of_a_runaway_bring_full_cooling()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.Faults.Thermal.Tier = ThermalRunawayDetector.TierWatch;
            desk.Step(200, 250);
            Assert.IsFalse(desk.Outputs.Pump);
            desk.Faults.Thermal.Tier = ThermalRunawayDetector.TierPreAlarm;
            desk.Run(200, 250, 100);
            Assert.IsTrue(desk.Outputs.Pump);
            Assert.IsTrue(desk.Outputs.Fan);
        }

        // Shows F-105.
        [TestMethod]
        public void a_heater_that_does_not_warm_the_cells_is_reported_after_half_an_hour()
        {
            Desk desk = new Desk(HostCommand.ModeCharge);
            desk.Run(-100, -50, 1799000);
            Assert.AreEqual(ThermalControl.NoSuspicion, desk.Thermal.HeaterSuspicion);
            desk.Run(-91, -50, 2000);
            Assert.AreEqual(ThermalControl.HeaterFailed, desk.Thermal.HeaterSuspicion);
            desk.Run(-82, -50, 1000);
            Assert.AreEqual(ThermalControl.HeaterFailed, desk.Thermal.HeaterSuspicion);
            desk.Run(-81, -50, 1000);
            Assert.AreEqual(ThermalControl.NoSuspicion, desk.Thermal.HeaterSuspicion);
        }

        // Shows S-041, F-105.
        [TestMethod]
        public void cells_that_get_warm_without_heater_and_current_are_reported()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.Run(100, 100, 1000);
            desk.Run(129, 129, 1000);
            Assert.AreEqual(ThermalControl.NoSuspicion, desk.Thermal.HeaterSuspicion);
            desk.Run(130, 130, 1000);
            Assert.AreEqual(ThermalControl.HeaterStuckOn, desk.Thermal.HeaterSuspicion);

            Desk driven = new Desk(HostCommand.ModeDrive);
            driven.M.CurrentMa = -30000;
            driven.Run(100, 100, 1000);
            driven.Run(130, 130, 1000);
            Assert.AreEqual(ThermalControl.NoSuspicion, driven.Thermal.HeaterSuspicion);
        }

        [TestMethod]
        public void the_thermostats_keep_their_times_across_the_roll_over_of_the_clock()
        {
            Desk desk = new Desk(HostCommand.ModeStandby);
            desk.NowMs = uint.MaxValue - 4999;
            desk.Run(200, 351, 100);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Run(200, 200, 9900);
            Assert.IsTrue(desk.Outputs.Pump);
            desk.Run(200, 200, 100);
            Assert.IsFalse(desk.Outputs.Pump);
        }
    }
}
