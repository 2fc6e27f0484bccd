using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Control
{
    [TestClass]
    public class ContactorControlTests
    {
        // Brings a rig into a state. Break states are reached with an idle link that does not fall.
        private static void DriveTo(TestRig rig, int state)
        {
            switch (state)
            {
                case ContactorState.TestNegative:
                case ContactorState.TestPositive:
                case ContactorState.Precharge:
                case ContactorState.PrechargePause:
                    rig.LinkCharges = false;
                    rig.Pack.HostMode = HostCommand.ModeDrive;
                    break;
                case ContactorState.Joining:
                    rig.Pack.HostMode = HostCommand.ModeDrive;
                    break;
                case ContactorState.Closed:
                    rig.Close(HostCommand.ModeDrive);
                    break;
                case ContactorState.Opening:
                    rig.Close(HostCommand.ModeDrive);
                    rig.Pack.CurrentMa = -30000;
                    rig.Pack.HostMode = HostCommand.ModeStandby;
                    break;
                case ContactorState.BreakPositive:
                    rig.Close(HostCommand.ModeDrive);
                    rig.LinkFalls = false;
                    rig.Pack.HostMode = HostCommand.ModeStandby;
                    break;
                case ContactorState.BreakNegative:
                    TakeTheTurnOfThePositiveContactor(rig);
                    rig.LinkFalls = false;
                    rig.Pack.HostMode = HostCommand.ModeStandby;
                    break;
                case ContactorState.Fault:
                    rig.Run(500);
                    rig.Controller.Inputs.InterlockClosed = false;
                    break;
                default:
                    rig.Run(500);
                    break;
            }

            Assert.IsTrue(rig.RunUntilState(state, 5000) >= 0);
        }

        private static void TakeTheTurnOfThePositiveContactor(TestRig rig)
        {
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.BreakPositive, 500) >= 0);
            Assert.IsTrue(rig.RunUntilState(ContactorState.Standby, 500) >= 0);
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        // Shows S-011.
        [TestMethod]
        public void the_pack_closes_by_way_of_precharge()
        {
            TestRig rig = new TestRig(12);
            rig.Run(500);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.IsTrue(rig.ContactorsAreOff);
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.LinkCharges = false;
            rig.Run(360);
            Assert.AreEqual(ContactorState.Precharge, rig.State);
            Assert.IsTrue(rig.Controller.Outputs.MainNegative);
            Assert.IsTrue(rig.Controller.Outputs.Precharge);
            Assert.IsFalse(rig.Controller.Outputs.MainPositive);
            rig.LinkCharges = true;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Joining, 300) > 0);
            Assert.AreEqual(100, rig.RunUntilState(ContactorState.Closed, 300));
            Assert.IsTrue(rig.Controller.Outputs.MainNegative);
            Assert.IsTrue(rig.Controller.Outputs.MainPositive);
            Assert.IsFalse(rig.Controller.Outputs.Precharge);
        }

        [TestMethod]
        public void charging_closes_as_driving_does()
        {
            TestRig rig = new TestRig(96);
            rig.Close(HostCommand.ModeCharge);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        // Row by row: the rig is brought into the state, the conditions are made true, and the next state must follow.
        // Shows S-110.
        [TestMethod]
        public void every_row_of_the_transition_table_is_taken()
        {
            int[] rows = ContactorTable.Transitions;
            for (int row = 0; row < rows.Length; row += ContactorTable.TransitionColumns)
            {
                int state = rows[row];
                int conditions = rows[row + 1];
                ParameterBlock parameters = Presets.Nmc(12, 50000);
                if (conditions == ContactorTable.WhenPrechargeEnded)
                {
                    parameters.Set(ParameterId.PrechargeAttempts, 1);
                }

                TestRig rig = new TestRig(parameters, 0);
                if (state == ContactorState.Opening && Has(conditions, ContactorTable.WhenNegativeFirst | ContactorTable.WhenCurrentGone))
                {
                    TakeTheTurnOfThePositiveContactor(rig);
                }

                DriveTo(rig, state);
                MakeTrue(rig, state, conditions);
                int within = LongestWaitFor(state, conditions);
                int took = -1;
                for (int t = 10; t <= within && took < 0; t += 10)
                {
                    rig.Run(10);
                    if (rig.State != state)
                    {
                        took = t;
                    }
                }

                Assert.IsTrue(took > 0);
                Assert.AreEqual(rows[row + 2], rig.State);
                int drive = ContactorTable.Outputs[rig.State];
                Assert.AreEqual((drive & ContactorTable.MainPositive) != 0, rig.Controller.Outputs.MainPositive);
                Assert.AreEqual((drive & ContactorTable.MainNegative) != 0, rig.Controller.Outputs.MainNegative);
                Assert.AreEqual((drive & ContactorTable.Precharge) != 0, rig.Controller.Outputs.Precharge);
            }
        }

        // Shows S-012, S-014.
        [TestMethod]
        public void nothing_closes_while_the_debounce_of_a_cell_beyond_its_trip_runs()
        {
            for (int side = 0; side < 2; side++)
            {
                ParameterBlock parameters = Presets.Nmc(12, 50000);
                parameters.Set(ParameterId.OfFault(FaultId.CellOverVoltage, ParameterId.ColumnDebounceMs), 5000);
                parameters.Set(ParameterId.OfFault(FaultId.CellUnderVoltage, ParameterId.ColumnDebounceMs), 5000);
                TestRig rig = new TestRig(parameters, 0);
                rig.Pack.CellMv[3] = side == 0 ? 4251 : 2499;
                rig.Pack.HostMode = HostCommand.ModeDrive;
                for (int ms = 0; ms < 4900; ms += 10)
                {
                    rig.Run(10);
                    Assert.IsTrue(rig.ContactorsAreOff);
                }

                Assert.IsTrue(rig.Controller.Protection.IsAboutToTrip(side == 0 ? FaultId.CellOverVoltage : FaultId.CellUnderVoltage));
                Assert.AreEqual(ClosingBlock.Measurement, rig.Controller.Control.Contactors.Blocked);
                rig.Run(500);
                Assert.AreEqual(ContactorState.Fault, rig.State);
            }
        }

        // At its trip a cell is allowed, and the pack closes.
        [TestMethod]
        public void a_cell_at_its_trip_does_not_keep_the_pack_from_closing()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.CellMv[3] = 4250;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Closed, 10000) > 0);
        }

        private static bool Has(int conditions, int all)
        {
            return (conditions & all) == all;
        }

        private static void MakeTrue(TestRig rig, int state, int conditions)
        {
            if (Has(conditions, ContactorTable.WhenLoaded) || (state == ContactorState.Opening && Has(conditions, ContactorTable.WhenStateOver)))
            {
                rig.Pack.CurrentMa = Has(conditions, ContactorTable.WhenNegativeFirst) ? 30000 : -30000;
                rig.Run(20);
            }
            else if (state == ContactorState.Closed)
            {
                rig.Pack.CurrentMa = 0;
            }

            if (Has(conditions, ContactorTable.WhenTrippedAtOnce) && state == ContactorState.Opening && !Has(conditions, ContactorTable.WhenLoaded))
            {
                // The current falls in the same cycle in which the trip comes.
                rig.Pack.CurrentMa = 0;
            }

            if (Has(conditions, ContactorTable.WhenTripped) || Has(conditions, ContactorTable.WhenTrippedAtOnce))
            {
                rig.ForceTrip(Has(conditions, ContactorTable.WhenTrippedAtOnce));
            }

            if (Has(conditions, ContactorTable.WhenCurrentGone))
            {
                rig.Pack.CurrentMa = 999;
            }

            if (Has(conditions, ContactorTable.WhenMayClose))
            {
                rig.LinkCharges = false;
                rig.Pack.LinkMv = state == ContactorState.Standby && !Has(conditions, ContactorTable.WhenTestable) ? rig.Pack.PackVoltageMv() : 0;
                rig.Pack.HostMode = HostCommand.ModeCharge;
                rig.Run(20);
            }

            if (Has(conditions, ContactorTable.WhenStandbyWanted))
            {
                rig.Pack.HostMode = HostCommand.ModeStandby;
                rig.Pack.CurrentMa = state == ContactorState.Closed ? -5000 : 0;
            }

            if (Has(conditions, ContactorTable.WhenLinkRose))
            {
                rig.AuxiliariesLie = true;
                rig.LinkCharges = true;
                rig.NegativeIsWelded = state == ContactorState.TestNegative;
                rig.PositiveIsWelded = state == ContactorState.TestPositive;
            }

            if (Has(conditions, ContactorTable.WhenPrecharged))
            {
                rig.LinkCharges = true;
            }

            if (Has(conditions, ContactorTable.WhenLinkFell))
            {
                rig.LinkFalls = true;
            }

            if (Has(conditions, ContactorTable.WhenFaultGone))
            {
                rig.Controller.Inputs.InterlockClosed = true;
                rig.Pack.HostMode = HostCommand.ModeStandby;
            }
        }

        private static int LongestWaitFor(int state, int conditions)
        {
            return Has(conditions, ContactorTable.WhenTripped) || Has(conditions, ContactorTable.WhenTrippedAtOnce) ? 30
                : Has(conditions, ContactorTable.WhenPrechargeEnded) ? 2010
                : Has(conditions, ContactorTable.WhenWeldCheckFailed) ? 5030
                : Has(conditions, ContactorTable.WhenFaultGone) ? 1200
                : state == ContactorState.PrechargePause ? 3010
                : Has(conditions, ContactorTable.WhenStateOver) ? 1010
                : 200;
        }

        // Shows S-110.
        [TestMethod]
        public void only_joined_states_drive_the_positive_contactor()
        {
            for (int state = 0; state < ContactorState.Count; state++)
            {
                bool positive = (ContactorTable.Outputs[state] & ContactorTable.MainPositive) != 0;
                Assert.AreEqual(state == ContactorState.Closed || state == ContactorState.Opening || state == ContactorState.Joining || state == ContactorState.BreakNegative, positive);
            }

            Assert.AreEqual(0, ContactorTable.Outputs[ContactorState.Standby]);
            Assert.AreEqual(0, ContactorTable.Outputs[ContactorState.Fault]);
        }

        // Shows S-011.
        [TestMethod]
        public void no_way_leads_from_standby_or_fault_to_closed_but_precharge()
        {
            int[] rows = ContactorTable.Transitions;
            for (int row = 0; row < rows.Length; row += ContactorTable.TransitionColumns)
            {
                if (rows[row + 2] == ContactorState.Closed)
                {
                    Assert.AreEqual(ContactorState.Joining, rows[row]);
                }

                if (rows[row + 2] == ContactorState.Joining)
                {
                    Assert.AreEqual(ContactorState.Precharge, rows[row]);
                }
            }
        }

        // Shows S-110.
        [TestMethod]
        public void a_trip_comes_first_in_every_state()
        {
            int[] rows = ContactorTable.Transitions;
            for (int state = 0; state < ContactorState.Count; state++)
            {
                for (int row = 0; row < rows.Length; row += ContactorTable.TransitionColumns)
                {
                    if (rows[row] == state)
                    {
                        int trips = ContactorTable.WhenTripped | ContactorTable.WhenTrippedAtOnce;
                        Assert.IsTrue(state == ContactorState.Fault ? rows[row + 1] == ContactorTable.WhenFaultGone : (rows[row + 1] & trips) != 0);
                        break;
                    }
                }
            }
        }

        // Precharge with link and current as given: does the pack close?
        private static bool Closes(int cellCount, int packMv, int linkMv, int currentMa)
        {
            TestRig rig = new TestRig(cellCount);
            rig.LinkCharges = false;
            rig.Pack.PackMv = packMv;
            rig.Pack.SetCells(packMv / cellCount);
            rig.Pack.LinkMv = linkMv;
            rig.Pack.CurrentMa = currentMa;
            rig.Close(HostCommand.ModeDrive);
            return rig.State == ContactorState.Closed;
        }

        // Shows S-011.
        [TestMethod]
        public void precharge_ends_at_97_percent_of_the_pack_voltage()
        {
            Assert.IsTrue(Closes(96, 355200, 344544, 0));
            Assert.IsFalse(Closes(96, 355200, 344543, 0));
        }

        [TestMethod]
        public void precharge_ends_at_97_percent_of_a_small_pack_too()
        {
            Assert.IsFalse(Closes(1, 3700, 3588, 0));
            Assert.IsTrue(Closes(1, 3700, 3589, 0));
            Assert.IsFalse(Closes(13, 48999, 47528, 0));
            Assert.IsTrue(Closes(13, 48999, 47529, 0));
        }

        // Shows S-011.
        [TestMethod]
        public void precharge_ends_only_when_the_current_is_small()
        {
            Assert.IsTrue(Closes(12, 44400, 44400, 999));
            Assert.IsFalse(Closes(12, 44400, 44400, 1000));
            Assert.IsTrue(Closes(12, 44400, 44400, -999));
            Assert.IsFalse(Closes(12, 44400, 44400, -1000));
        }

        // Shows S-011.
        [TestMethod]
        public void a_link_that_does_not_charge_fails_after_three_attempts_and_latches()
        {
            TestRig rig = new TestRig(12);
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            for (int attempt = 1; attempt <= 3; attempt++)
            {
                Assert.IsTrue(rig.RunUntilState(ContactorState.Precharge, 4000) >= 0);
                Assert.AreEqual(attempt, rig.Controller.Control.Contactors.PrechargeAttempts);
                Assert.AreEqual(2000, rig.RunUntilState(attempt < 3 ? ContactorState.PrechargePause : ContactorState.Fault, 4000));
                Assert.IsTrue(rig.ContactorsAreOff);
            }

            rig.Run(100);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.PrechargeFailed]);
            rig.LinkCharges = true;
            rig.Pack.HostMode = HostCommand.ModeStandby;
            rig.Run(3000);
            Assert.AreEqual(ContactorState.Fault, rig.State);
            rig.ClearFaults();
            Assert.AreEqual(ContactorState.Standby, rig.State);
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        // Shows S-009, S-011.
        [TestMethod]
        public void precharge_never_ends_without_link_voltage()
        {
            TestRig rig = new TestRig(12);
            rig.Run(500);
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Run(360);
            Assert.AreEqual(ContactorState.Precharge, rig.State);
            rig.Pack.VoltageIsSilent = true;
            rig.Run(2100);
            Assert.AreEqual(ContactorState.PrechargePause, rig.State);
            for (int t = 0; t < 10000; t += 10)
            {
                rig.Run(10);
                Assert.IsTrue(rig.ContactorsAreOff);
            }

            Assert.AreEqual(ClosingBlock.Measurement, rig.Controller.Control.Contactors.Blocked);
        }

        // Shows S-014.
        [TestMethod]
        public void nothing_closes_before_everything_is_measured()
        {
            for (int missing = 0; missing < 5; missing++)
            {
                TestRig rig = new TestRig(24);
                rig.Pack.HostMode = HostCommand.ModeDrive;
                rig.Pack.SilentModule = missing == 0 ? 1 : -1;
                rig.Pack.CurrentIsSilent = missing == 1;
                rig.Pack.VoltageIsSilent = missing == 2;
                if (missing == 3)
                {
                    rig.Pack.CellMv[5] = SignalValue.NotAvailable;
                }
                else if (missing == 4)
                {
                    rig.Pack.SetTemperatures(SignalValue.NotAvailable);
                }

                for (int t = 0; t < 3000; t += 10)
                {
                    rig.Run(10);
                    Assert.IsTrue(rig.ContactorsAreOff);
                }
            }
        }

        [TestMethod]
        public void nothing_closes_without_a_host()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.HostIsSilent = true;
            rig.Run(3000);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
        }

        [TestMethod]
        public void opening_waits_for_the_current_to_fall()
        {
            TestRig rig = new TestRig(12);
            DriveTo(rig, ContactorState.Opening);
            Assert.AreEqual(0, rig.Controller.Control.Limits.ChargeLimitMa);
            Assert.AreEqual(0, rig.Controller.Control.Limits.DischargeLimitMa);
            rig.Pack.CurrentMa = -1000;
            rig.Run(100);
            Assert.AreEqual(ContactorState.Opening, rig.State);
            Assert.IsTrue(rig.Controller.Outputs.MainPositive);
            rig.Pack.CurrentMa = -999;
            rig.Run(10);
            Assert.AreEqual(ContactorState.BreakPositive, rig.State);
            Assert.IsFalse(rig.Controller.Outputs.MainPositive);
            Assert.IsTrue(rig.Controller.Outputs.MainNegative);
            rig.Run(100);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.AreEqual(0, rig.Controller.Control.Contactors.OpeningsUnderLoad);
        }

        // Shows S-039, F-011.
        [TestMethod]
        public void a_trip_opens_under_load_and_counts_it()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = -30000;
            rig.Run(100);
            rig.Controller.Inputs.InterlockClosed = false;
            rig.Run(60);
            Assert.AreEqual(ContactorState.BreakPositive, rig.State);
            rig.Run(20);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.AreEqual(1, rig.Controller.Control.Contactors.OpeningsUnderLoad);
        }

        // Shows S-012.
        [TestMethod]
        public void after_a_trip_the_host_must_ask_for_standby_before_anything_closes_again()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.Controller.Inputs.InterlockClosed = false;
            rig.Run(100);
            Assert.AreEqual(ContactorState.Fault, rig.State);
            rig.Controller.Inputs.InterlockClosed = true;
            for (int t = 0; t < 5000; t += 10)
            {
                rig.Run(10);
                Assert.IsTrue(rig.ContactorsAreOff);
            }

            Assert.IsFalse(rig.Controller.Protection.IsTripped);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            rig.Run(200);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        // Shows S-013.
        [TestMethod]
        public void a_contactor_that_stays_open_is_a_trip_after_100_ms()
        {
            TestRig rig = new TestRig(12);
            rig.Run(500);
            rig.NegativeIsStuckOpen = true;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.TestPositive, 500) >= 0);
            int ms = rig.RunUntilSeverity(FaultId.ContactorFeedback, Severity.Trip, 500);
            Assert.IsTrue(ms >= 0 && ms <= 120);
            Assert.AreEqual(ContactorState.Fault, rig.State);
        }

        // Shows S-013, S-031.
        [TestMethod]
        public void a_welded_contactor_is_found_when_it_should_open()
        {
            TestRig rig = new TestRig(12);
            rig.Close(HostCommand.ModeDrive);
            rig.PositiveIsWelded = true;
            rig.Run(1000);
            Assert.AreEqual(0, rig.Controller.Protection.ActiveFaultCount);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            rig.Run(300);
            Assert.AreEqual(Severity.Trip, rig.Controller.Protection.SeverityOf[FaultId.ContactorFeedback]);
            Assert.AreEqual(ContactorState.Fault, rig.State);
            rig.ClearFaults();
            Assert.AreEqual(ContactorState.Fault, rig.State);
        }

        // Shows S-013.
        [TestMethod]
        public void the_mismatch_of_a_contactor_is_timed_exactly()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            TestRig rig = new TestRig(parameters, uint.MaxValue - 49);
            ContactorControl contactors = new ContactorControl(parameters);
            ActuatorOutputs outputs = new ActuatorOutputs();
            DiscreteInputs inputs = new DiscreteInputs();
            uint now = uint.MaxValue - 49;
            contactors.Update(rig.Controller.Measurement, rig.Controller.Protection, inputs, outputs, now);
            Assert.AreEqual(0, contactors.FeedbackMismatchMs);
            inputs.MainPositiveClosed = true;
            for (int t = 10; t <= 150; t += 10)
            {
                contactors.Update(rig.Controller.Measurement, rig.Controller.Protection, inputs, outputs, now + (uint)t);
                Assert.AreEqual(t - 10, contactors.FeedbackMismatchMs);
            }

            inputs.MainPositiveClosed = false;
            contactors.Update(rig.Controller.Measurement, rig.Controller.Protection, inputs, outputs, now + 160);
            Assert.AreEqual(0, contactors.FeedbackMismatchMs);
        }

        // Shows S-015.
        [TestMethod]
        public void a_mismatch_of_weeks_does_not_look_young()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            TestRig rig = new TestRig(12);
            ContactorControl contactors = new ContactorControl(parameters);
            ActuatorOutputs outputs = new ActuatorOutputs();
            DiscreteInputs inputs = new DiscreteInputs();
            inputs.PrechargeClosed = true;
            uint now = 0;
            for (int i = 0; i < 7200; i++)
            {
                contactors.Update(rig.Controller.Measurement, rig.Controller.Protection, inputs, outputs, now);
                Assert.IsTrue(i == 0 || contactors.FeedbackMismatchMs >= 1200000);
                now += 1200000;
            }
        }

        [TestMethod]
        public void auxiliary_contacts_that_are_not_fitted_are_not_read()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.ContactorFeedbackFitted, 0);
            TestRig rig = new TestRig(parameters, 0);
            rig.NegativeIsStuckOpen = true;
            rig.LinkCharges = false;
            rig.Pack.LinkMv = 44400;
            rig.Run(100);
            rig.Close(HostCommand.ModeDrive);
            rig.Run(1000);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }

        [TestMethod]
        public void every_state_has_a_name()
        {
            Assert.IsTrue(ContactorState.NameOf(ContactorState.Standby) == "Standby");
            Assert.IsTrue(ContactorState.NameOf(ContactorState.Precharge) == "Precharge");
            Assert.IsTrue(ContactorState.NameOf(ContactorState.Closed) == "Closed");
            Assert.IsTrue(ContactorState.NameOf(ContactorState.Opening) == "Opening");
            Assert.IsTrue(ContactorState.NameOf(ContactorState.Fault) == "Fault");
        }
    }
}
