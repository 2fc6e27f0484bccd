using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Control
{
    /// <summary>What the contactors do when something is wrong with them, with the link, or with the moment. Pack of 12 cells: 44.4 V.</summary>
    [TestClass]
    public class ContactorSequenceTests
    {
        private const int PackMv = 44400;

        private static TestRig Standing(ParameterBlock parameters)
        {
            TestRig rig = new TestRig(parameters, 0);
            rig.Run(500);
            return rig;
        }

        private static TestRig Standing()
        {
            return Standing(Presets.Nmc(12, 50000));
        }

        private static ParameterBlock WithoutAuxiliaries()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.ContactorFeedbackFitted, 0);
            return parameters;
        }

        private static int Weld(TestRig rig)
        {
            return rig.Controller.Protection.SeverityOf[FaultId.ContactorWelded];
        }

        private static ContactorControl Contactors(TestRig rig)
        {
            return rig.Controller.Control.Contactors;
        }

        // Shows S-031, S-038.
        [TestMethod]
        public void a_welded_negative_contactor_is_found_before_closing_without_auxiliary_contacts()
        {
            TestRig rig = Standing(WithoutAuxiliaries());
            rig.NegativeIsWelded = true;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 500) > 0);
            rig.Run(60);
            Assert.AreEqual(Severity.Trip, Weld(rig));
            Assert.AreEqual(ContactorControl.NegativeWelded, Contactors(rig).WeldFound);
            Assert.IsTrue(rig.ContactorsAreOff);
        }

        // Shows S-031, S-038.
        [TestMethod]
        public void a_welded_positive_contactor_is_found_before_closing_without_auxiliary_contacts()
        {
            TestRig rig = Standing(WithoutAuxiliaries());
            rig.PositiveIsWelded = true;
            rig.Pack.HostMode = HostCommand.ModeCharge;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 500) > 0);
            rig.Run(60);
            Assert.AreEqual(Severity.Trip, Weld(rig));
            Assert.AreEqual(ContactorControl.PositiveWelded, Contactors(rig).WeldFound);
        }

        // 10 % of the pack voltage, seen from the moment the test began.
        // Shows S-038.
        [TestMethod]
        public void a_rise_of_the_link_of_exactly_the_limit_is_no_weld()
        {
            TestRig rig = Standing(WithoutAuxiliaries());
            rig.LinkCharges = false;
            rig.Pack.LinkMv = 1000;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.TestNegative, 500) >= 0);
            rig.Pack.LinkMv = 1000 + PackMv / 10;
            Assert.IsTrue(rig.RunUntilState(ContactorState.TestPositive, 500) >= 0);
            rig.Pack.LinkMv = 1001 + 2 * (PackMv / 10);
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 100) >= 0);
            Assert.AreEqual(ContactorControl.PositiveWelded, Contactors(rig).WeldFound);
        }

        [TestMethod]
        public void a_link_above_80_percent_cannot_be_tested_and_closes_untested()
        {
            TestRig rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.LinkMv = PackMv * 8 / 10;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 500) >= 0);
            Assert.IsFalse(Contactors(rig).WeldTested);

            rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.LinkMv = PackMv * 8 / 10 - 1;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.TestNegative, 500) >= 0);
        }

        // Shows S-038.
        [TestMethod]
        public void after_a_weld_nothing_closes_before_a_test_has_passed()
        {
            TestRig rig = Standing(WithoutAuxiliaries());
            rig.NegativeIsWelded = true;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 500) > 0);
            rig.Run(1500);
            rig.ClearFaults();
            Assert.AreEqual(ContactorState.Standby, rig.State);

            // The link is held high: no test, no closing.
            rig.LinkCharges = false;
            rig.Pack.LinkMv = PackMv;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Run(1000);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.AreEqual(ClosingBlock.WeldUntested, Contactors(rig).Blocked);

            // Still welded: found again.
            rig.LinkCharges = true;
            rig.Pack.LinkMv = 0;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 1000) > 0);
            rig.Run(1500);
            rig.NegativeIsWelded = false;
            rig.ClearFaults();
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
            Assert.AreEqual(ContactorControl.NoWeld, Contactors(rig).WeldFound);
            Assert.IsTrue(Contactors(rig).WeldTested);
        }

        // Shows S-038.
        [TestMethod]
        public void at_opening_a_link_that_does_not_fall_shows_the_contactor_that_opened_first()
        {
            TestRig rig = new TestRig(WithoutAuxiliaries(), 0);
            rig.Close(HostCommand.ModeDrive);
            rig.PositiveIsWelded = true;
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakPositive, 500) >= 0);
            Assert.AreEqual(5000, rig.RunUntilState(ContactorState.Fault, 6000));
            rig.Run(60);
            Assert.AreEqual(Severity.Trip, Weld(rig));
            Assert.AreEqual(ContactorControl.PositiveWelded, Contactors(rig).WeldFound);
        }

        // Shows S-038.
        [TestMethod]
        public void the_contactors_take_turns_so_that_each_is_proven_at_every_other_opening()
        {
            TestRig rig = new TestRig(WithoutAuxiliaries(), 0);
            rig.Close(HostCommand.ModeDrive);
            rig.NegativeIsWelded = true;
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakPositive, 500) >= 0);
            Assert.IsTrue(rig.RunUntilState(ContactorState.Standby, 500) >= 0);
            rig.Pack.LinkMv = PackMv * 9 / 10;
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakNegative, 500) >= 0);
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 6000) >= 0);
            Assert.AreEqual(ContactorControl.NegativeWelded, Contactors(rig).WeldFound);
        }

        // Shows S-038.
        [TestMethod]
        public void a_link_that_somebody_lifts_proves_nothing_and_is_no_fault()
        {
            TestRig rig = new TestRig(WithoutAuxiliaries(), 0);
            rig.Close(HostCommand.ModeDrive);
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakPositive, 500) >= 0);
            rig.Pack.LinkMv = PackMv * 11 / 10;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Standby, 500) >= 0);
            Assert.IsFalse(Contactors(rig).WeldTested);
            Assert.AreEqual(Severity.None, Weld(rig));
        }

        [TestMethod]
        public void a_trip_does_not_wait_for_the_link()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.LinkFalls = false;
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakPositive, 500) >= 0);
            rig.Run(30);
            rig.ForceTrip(false);
            rig.Run(10);
            Assert.AreEqual(ContactorState.Fault, rig.State);
            Assert.IsTrue(rig.ContactorsAreOff);
        }

        // Shows S-039.
        [TestMethod]
        public void a_trip_that_waits_opens_when_the_current_has_gone()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = -30000;
            rig.Run(20);
            rig.ForceTrip(false);
            rig.Run(500);
            Assert.AreEqual(ContactorState.Opening, rig.State);
            Assert.AreEqual(0, rig.Controller.Control.Limits.DischargeLimitMa);
            rig.Pack.CurrentMa = -999;
            rig.Run(10);
            Assert.AreEqual(ContactorState.Fault, rig.State);
            Assert.AreEqual(0, Contactors(rig).OpeningsUnderLoad);
        }

        // Shows S-039.
        [TestMethod]
        public void a_trip_that_waits_opens_under_load_after_one_second()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.OfFault(FaultId.DischargeLimitIgnored, ParameterId.ColumnWarning), ParameterId.Never);
            TestRig rig = new TestRig(parameters, 0);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = -30000;
            rig.Run(20);
            rig.ForceTrip(false);
            rig.Run(10);
            Assert.AreEqual(ContactorState.Opening, rig.State);
            Assert.AreEqual(1000, rig.RunUntilState(ContactorState.BreakPositive, 2000));
            Assert.AreEqual(20, rig.RunUntilState(ContactorState.Fault, 2000));
            Assert.AreEqual(1, Contactors(rig).OpeningsUnderLoad);
        }

        // Shows S-039.
        [TestMethod]
        public void a_trip_that_waits_becomes_one_that_does_not()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = -30000;
            rig.Run(20);
            rig.ForceTrip(false);
            rig.Run(300);
            rig.ForceTrip(true);
            rig.Run(10);
            Assert.AreEqual(ContactorState.BreakPositive, rig.State);
            rig.Run(20);
            Assert.IsTrue(rig.ContactorsAreOff);
        }

        // Order 1: the positive contactor breaks what discharges; 2: the negative one.
        // Shows S-039.
        [TestMethod]
        public void the_direction_of_the_current_decides_which_contactor_opens_first()
        {
            for (int order = 1; order <= 2; order++)
            {
                for (int sign = -1; sign <= 1; sign += 2)
                {
                    ParameterBlock parameters = Presets.Nmc(12, 50000);
                    parameters.Set(ParameterId.OpeningOrder, order);
                    TestRig rig = new TestRig(parameters, 0);
                    rig.Close(HostCommand.ModeDrive);
                    rig.Pack.CurrentMa = sign * 30000;
                    rig.Run(20);
                    rig.ForceTrip(true);
                    rig.Run(10);
                    Assert.AreEqual(sign < 0 == (order == 1) ? ContactorState.BreakPositive : ContactorState.BreakNegative, rig.State);
                    int first = rig.State == ContactorState.BreakPositive ? ContactorWear.Positive : ContactorWear.Negative;
                    Assert.AreEqual(1u, Contactors(rig).Wear.LoadOpenings[first * ContactorWear.Classes + Contactors(rig).Wear.ClassOf(sign * 30000)]);
                }
            }
        }

        // Shows S-039.
        [TestMethod]
        public void a_current_that_is_no_longer_known_opens_by_its_last_direction()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = 30000;
            rig.Run(100);
            rig.Pack.CurrentIsSilent = true;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakNegative, 300) > 0);
            Assert.AreEqual(1u, Contactors(rig).Wear.LoadOpenings[ContactorWear.Negative * ContactorWear.Classes + ContactorWear.Overload]);
        }

        // Shows S-032.
        [TestMethod]
        public void a_link_that_is_charged_too_soon_fails_at_once()
        {
            TestRig rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 1000) > 0);
            rig.Pack.LinkMv = PackMv;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Fault, 60) > 0);
            rig.Run(60);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.PrechargeTooFast]);
            Assert.AreEqual(Severity.None, rig.Controller.Protection.SeverityOf[FaultId.PrechargeFailed]);
        }

        // Shows S-032.
        [TestMethod]
        public void a_link_that_is_charged_at_100_ms_is_not_too_soon()
        {
            TestRig rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 1000) > 0);
            rig.Run(90);
            rig.Pack.LinkMv = PackMv;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Joining, 60) > 0);
        }

        [TestMethod]
        public void a_link_that_was_charged_before_closes_at_once()
        {
            TestRig rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.LinkMv = PackMv;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Closed, 400) > 0);
        }

        // Shows S-032, F-107.
        [TestMethod]
        public void a_short_circuit_ends_when_the_resistor_is_hot_and_is_not_tried_again()
        {
            ParameterBlock parameters = Presets.Nmc(96, 50000);
            TestRig rig = Standing(parameters);
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 1000) > 0);
            rig.Pack.CurrentMa = -3552;

            // 355.2 V on 100 ohm: 1262 W on paper fill the 450 J that are left in 360 ms.
            int ms = rig.RunUntilState(ContactorState.Fault, 2000);
            Assert.IsTrue(ms >= 350 && ms <= 400);
            rig.Run(20);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.PrechargeFailed]);
            Assert.IsTrue(Contactors(rig).Resistor.FillPermille >= 980);

            // Cleared and asked again: refused until the resistor has cooled to half of its limit, 42 s later.
            rig.Pack.CurrentMa = 0;
            rig.Run(1500);
            rig.ClearFaults();
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Run(500);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.AreEqual(ClosingBlock.ResistorHot, Contactors(rig).Blocked);
            rig.LinkCharges = true;
            ms = rig.RunUntilState(ContactorState.TestNegative, 60000);
            Assert.IsTrue(ms > 30000 && ms < 45000);
        }

        // Shows S-040, F-107.
        [TestMethod]
        public void a_link_above_the_pack_is_refused()
        {
            TestRig rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.LinkMv = PackMv + 501;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Run(1000);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.AreEqual(ClosingBlock.BusMismatch, Contactors(rig).Blocked);
            rig.Pack.LinkMv = PackMv + 500;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Closed, 500) > 0);
            Assert.AreEqual(ClosingBlock.None, Contactors(rig).Blocked);
        }

        // Shows S-040.
        [TestMethod]
        public void onto_a_live_bus_the_pack_closes_only_where_the_voltages_match()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.BusMayBeLive, 1);
            for (int sign = -1; sign <= 1; sign += 2)
            {
                TestRig rig = Standing(parameters);
                rig.LinkCharges = false;
                rig.Pack.LinkMv = PackMv + sign * 501;
                rig.Pack.HostMode = HostCommand.ModeDrive;
                rig.Run(1000);
                Assert.AreEqual(ContactorState.Standby, rig.State);
                Assert.AreEqual(ClosingBlock.BusMismatch, Contactors(rig).Blocked);
                rig.Pack.LinkMv = PackMv + sign * 500;
                Assert.IsTrue(rig.RunUntilState(ContactorState.Closed, 500) > 0);
            }
        }

        [TestMethod]
        public void a_dead_bus_that_may_be_live_is_precharged_to_the_match_and_not_tested_for_welds()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.BusMayBeLive, 1);
            TestRig rig = Standing(parameters);
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 500) > 0);
            rig.Run(200);
            rig.Pack.LinkMv = PackMv - 501;
            rig.Run(100);
            Assert.AreEqual(ContactorState.Precharge, rig.State);
            rig.Pack.LinkMv = PackMv - 500;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Closed, 500) > 0);
            Assert.IsFalse(Contactors(rig).WeldTested);

            // A bus that stays up after opening is no weld.
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Standby, 500) > 0);
            rig.Run(6000);
            Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
        }

        [TestMethod]
        public void a_bus_that_may_be_live_needs_auxiliary_contacts()
        {
            ParameterBlock parameters = WithoutAuxiliaries();
            Assert.AreEqual(-1, parameters.FirstInvalid());
            parameters.Set(ParameterId.BusMayBeLive, 1);
            Assert.AreEqual(ParameterId.BusMayBeLive, parameters.FirstInvalid());
        }

        // Shows F-107.
        [TestMethod]
        public void what_is_in_the_way_is_said()
        {
            TestRig rig = Standing();
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Pack.CellMv[3] = SignalValue.NotAvailable;
            rig.Run(200);
            Assert.AreEqual(ClosingBlock.Measurement, Contactors(rig).Blocked);

            rig = Standing();
            rig.Controller.Inputs.InterlockClosed = false;
            rig.Run(200);
            Assert.AreEqual(ContactorState.Fault, rig.State);

            rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.PrechargePause, 4000) > 0);
            rig.Run(10);
            Assert.AreEqual(ClosingBlock.Pause, Contactors(rig).Blocked);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            rig.Run(120);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.AreEqual(ClosingBlock.None, Contactors(rig).Blocked);
            Assert.AreEqual(0, Contactors(rig).PrechargeAttempts);
        }

        // Shows F-011.
        [TestMethod]
        public void a_coil_gets_its_full_current_for_150_ms_and_is_held_after_that()
        {
            TestRig rig = Standing();
            rig.LinkCharges = false;
            rig.Pack.LinkMv = PackMv;
            ActuatorOutputs outputs = rig.Controller.Outputs;
            Assert.IsFalse(outputs.HoldsMainNegative);
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 500) > 0);
            Assert.IsTrue(outputs.MainNegative);
            for (int t = 10; t <= 300; t += 10)
            {
                rig.Run(10);
                Assert.AreEqual(t >= 150, outputs.HoldsMainNegative);
            }

            Assert.IsTrue(outputs.HoldsMainPositive);
            Assert.IsFalse(outputs.HoldsPrecharge);
            rig.Controller.Inputs.InterlockClosed = false;
            rig.Run(100);
            Assert.IsFalse(outputs.HoldsMainPositive || outputs.HoldsMainNegative || outputs.HoldsPrecharge);
        }

        // Shows F-011.
        [TestMethod]
        public void every_closing_is_counted_for_its_contactor()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            ContactorWear wear = Contactors(rig).Wear;
            Assert.AreEqual(1u, wear.Closings[ContactorWear.Positive]);
            Assert.AreEqual(1u, wear.Closings[ContactorWear.Negative]);

            // Once for the weld test, once to precharge.
            Assert.AreEqual(2u, wear.Closings[ContactorWear.Precharge]);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Standby, 500) > 0);
            Assert.AreEqual(1u, wear.Closings[ContactorWear.Positive]);
        }
    }
}
