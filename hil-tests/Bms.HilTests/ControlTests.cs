using Bms.Bench;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    /// <summary>Contactors, heat and sleep on the bench: real contactor times, a link with its capacitor, sensors with noise.</summary>
    [TestClass]
    public sealed class ControlTests
    {
        private static ContactorControl Contactors(VirtualBench bench) => bench.Controller.Control.Contactors;

        private static VirtualBench Standing(Action<ParameterBlock>? configure = null)
        {
            var bench = new VirtualBench(new BenchOptions { ConfigureParameters = configure });
            bench.RunFor(2);
            return bench;
        }

        // Shows S-038.
        [TestMethod]
        public void a_normal_closing_and_opening_prove_the_contactors_and_raise_nothing()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            Assert.IsTrue(Contactors(bench).WeldTested);
            bench.Plant.Host.Mode = HostCommand.ModeStandby;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StateStandby, 6));
            Assert.IsTrue(Contactors(bench).WeldTested);
            bench.RunFor(10);
            Assert.IsEmpty(bench.Diag.FaultHistory);
        }

        // Shows S-038.
        [TestMethod]
        [DataRow(0, ContactorControl.PositiveWelded)]
        [DataRow(1, ContactorControl.NegativeWelded)]
        [DataRow(2, ContactorControl.PositiveWelded)]
        public void a_weld_of_50_ohm_that_the_auxiliary_contact_does_not_know_is_found_before_closing(int contactor, int expected)
        {
            VirtualBench bench = Standing();
            bench.Ees.Inject(PackFault.ContactorWelded, contactor, 50);
            bench.RunFor(1);
            Assert.IsEmpty(bench.Diag.FaultHistory);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            double took = bench.RunUntil(b => b.Controller.Protection.SeverityOf[FaultId.ContactorWelded] == 3, 1);
            Assert.IsGreaterThan(0, took);
            Assert.AreEqual(expected, Contactors(bench).WeldFound);
            Assert.AreEqual(0, bench.Plant.MainPositive.CloseCount);
            bench.RunFor(0.5);
            Assert.AreEqual(PackStatus.StateFault, bench.Diag.State);
            Assert.IsFalse(bench.Plant.IsPathClosed);
        }

        // Shows S-038.
        [TestMethod]
        public void a_weld_at_opening_is_found_by_the_link_where_no_auxiliary_contact_is_fitted()
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { ConfigureParameters = p => p.Set(ParameterId.ContactorFeedbackFitted, 0) });
            bench.Ees.Inject(PackFault.ContactorWelded, 0);
            bench.Plant.Host.Mode = HostCommand.ModeStandby;
            double took = bench.RunUntil(b => b.Controller.Protection.SeverityOf[FaultId.ContactorWelded] == 3, 8);
            Assert.IsGreaterThan(4.9, took);
            Assert.AreEqual(ContactorControl.PositiveWelded, Contactors(bench).WeldFound);
            Assert.IsFalse(bench.Plant.MainNegative.IsClosed);
        }

        // Shows S-032.
        [TestMethod]
        public void a_short_circuit_behind_the_contactors_does_not_burn_the_precharge_resistor()
        {
            VirtualBench bench = Standing();
            bench.Plant.Link.BusV = 0;
            bench.Plant.Link.BusOhm = 0.5;
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Controller.Protection.SeverityOf[FaultId.PrechargeFailed] == 3, 5));
            Assert.AreEqual(0, bench.Plant.MainPositive.CloseCount);

            // 600 J is its limit, a quarter was assumed to be in it, and the contactor takes 15 ms to open.
            Assert.IsLessThan(600, bench.Plant.PrechargeResistorJ);
            Assert.IsGreaterThan(300, bench.Plant.PrechargeResistorJ);

            // The short is gone, the host clears and asks at once: it has to wait until the resistor has cooled.
            bench.Plant.Link.BusOhm = double.PositiveInfinity;
            bench.Plant.Host.Mode = HostCommand.ModeStandby;
            bench.RunFor(2);
            bench.Diag.ClearFaults();
            bench.RunFor(1);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(1);
            Assert.AreEqual(ClosingBlock.ResistorHot, Contactors(bench).Blocked);
            Assert.IsGreaterThan(10, bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 120));
        }

        [TestMethod]
        public void precharge_without_a_resistor_is_too_fast()
        {
            VirtualBench bench = Standing();
            bench.Plant.PrechargeResistorOhm = 2;
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Controller.Protection.SeverityOf[FaultId.PrechargeTooFast] == 3, 3));
            Assert.AreEqual(0, bench.Plant.MainPositive.CloseCount);
        }

        // Shows S-040.
        [TestMethod]
        [DataRow(-8.0)]
        [DataRow(8.0)]
        public void a_second_pack_on_the_bus_is_joined_only_where_the_voltages_match(double differenceV)
        {
            VirtualBench bench = Standing(p => p.Set(ParameterId.BusMayBeLive, 1));
            double packV = bench.Plant.Cells.PackVoltageV;
            bench.Plant.Link.BusOhm = 0.05;
            bench.Plant.Link.BusV = packV + differenceV;
            bench.RunFor(1);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.RunFor(3);
            Assert.AreEqual(PackStatus.StateStandby, bench.Diag.State);
            Assert.AreEqual(ClosingBlock.BusMismatch, Contactors(bench).Blocked);

            bench.Plant.Link.BusV = packV + (differenceV / 4);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 5));
            bench.RunFor(1);
            Assert.AreEqual(0, bench.Diag.Severity);
        }

        // Shows S-039.
        [TestMethod]
        [DataRow(-100.0, true)]
        [DataRow(40.0, false)]
        public void under_load_the_direction_of_the_current_decides_which_contactor_breaks_it(double currentA, bool positiveFirst)
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { InitialSoc = 0.5 } });
            bench.RunFor(12);
            bench.Ees.Inject(PackFault.LoadIgnoresLimits);
            bench.Plant.Load.DemandCurrentA = currentA;
            bench.RunFor(0.5);
            bench.Ees.Inject(PackFault.InterlockOpen);
            Assert.IsGreaterThan(0, bench.RunUntil(b => !b.Plant.IsPathClosed, 0.2));
            Assert.AreEqual(positiveFirst, !bench.Plant.MainPositive.IsClosed);
            Assert.AreNotEqual(bench.Plant.MainPositive.IsClosed, bench.Plant.MainNegative.IsClosed);
            bench.RunFor(0.1);
            Assert.IsFalse(bench.Plant.MainPositive.IsClosed || bench.Plant.MainNegative.IsClosed);
            Assert.AreEqual(1, Contactors(bench).OpeningsUnderLoad);
        }

        // Shows S-109.
        [TestMethod]
        public void a_parked_pack_that_heats_up_raises_the_alarm_within_three_minutes()
        {
            var bench = new VirtualBench(new BenchOptions { BoardSleeps = true, ConfigureParameters = p => p.Set(ParameterId.SleepAfterS, 5) });
            bench.Plant.Host.IsSilent = true;
            bench.RunFor(200);
            Assert.IsGreaterThanOrEqualTo(3, bench.SleepCount, "it sleeps, looks and sleeps again");
            Assert.AreEqual(0, bench.Controller.Control.Sleep.Alarm);

            // Some 10 K a minute in a cell under a sensor.
            bench.Plant.SetHeating(31, 200);
            double took = bench.RunUntil(b => b.Controller.Control.Sleep.Alarm != 0, 180);
            Assert.IsGreaterThan(0, took);
            Assert.IsFalse(bench.IsAsleep);
            bench.RunFor(30);
            Assert.IsFalse(bench.IsAsleep, "it stays awake and watches");
        }

        // Shows F-106.
        [TestMethod]
        public void a_parked_pack_in_the_frost_sleeps_on_and_wakes_for_its_host()
        {
            var bench = new VirtualBench(new BenchOptions
            {
                BoardSleeps = true,
                Pack = new PackOptions { InitialTemperatureDegC = -15, AmbientDegC = -25 },
                ConfigureParameters = p => p.Set(ParameterId.SleepAfterS, 5),
            });
            bench.Plant.Host.IsSilent = true;
            bench.RunFor(1800);
            Assert.IsGreaterThan(20, bench.SleepCount);
            Assert.AreEqual(0, bench.Controller.Control.Sleep.Alarm);
            bench.Plant.Host.IsSilent = false;
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 10));
            Assert.AreEqual(SleepControl.WokenByCan, bench.Controller.Control.Sleep.WakeCause);
        }

        // Shows F-103.
        [TestMethod]
        public void nothing_bleeds_while_the_cells_are_measured()
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { SocSpread = 0.02, InitialSoc = 0.8 } });
            bench.RunFor(4);
            bool bled = false;
            int measured = 0;
            for (int second = 0; second < 400; second++)
            {
                bench.RunFor(0.1);
                bool bleeds = bench.Plant.Modules.Any(m => m.BleedMask != 0);
                bled |= bleeds;

                // The command reaches the last module half a second after the stretch begins.
                if (bench.Controller.Control.Balancing.IsMeasuring)
                {
                    measured++;
                    Assert.IsFalse(bleeds && measured > 6, $"at {bench.TimeS:0.0} s");
                }
                else
                {
                    measured = 0;
                }
            }

            Assert.IsTrue(bled);
        }

        // Shows F-104.
        [TestMethod]
        public void regeneration_has_a_pulse_limit_above_the_continuous_one()
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { InitialSoc = 0.5 } });
            bench.RunFor(15);
            CurrentLimits limits = bench.Controller.Control.Limits;
            Assert.IsGreaterThan(limits.RegenContinuousMa * 1.2, limits.RegenPulseMa);
            Assert.AreEqual(limits.RegenPulseMa, limits.ChargeLimitMa);

            // A load that takes all it may is back at the continuous limit after the pulse, and no fault is raised.
            bench.Plant.Load.DemandCurrentA = 1000;
            Assert.IsGreaterThan(8, bench.RunUntil(b => b.Controller.Control.Limits.ChargeLimitMa == b.Controller.Control.Limits.RegenContinuousMa, 15));
            bench.RunFor(1);
            Assert.IsLessThan(bench.Controller.Control.Limits.RegenContinuousMa + 1000, Truth.CurrentA(bench) * 1000);
            Assert.AreEqual(0, bench.Diag.FaultHistory.Count(f => f.Severity >= 2));
        }
    }
}
