using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    [TestClass]
    public class FaultMonitorTests
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        private static ProtectionDesk Make()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.InsulationProfile, InsulationProfile.Iso165c);
            return new ProtectionDesk(parameters, 1000);
        }

        // What the row says, worked out without the monitor.
        private static int ExpectedSeverity(ProtectionDesk desk, int fault, int value)
        {
            int severity = 0;
            for (int level = 0; level < 3; level++)
            {
                int threshold = desk.Threshold(fault, level);
                if (threshold == ParameterId.Never)
                {
                    continue;
                }

                if (FaultTable.IsLowerLimit(fault) ? value < threshold : value > threshold)
                {
                    severity = level + 1;
                }
            }

            return severity;
        }

        // Rows whose quantity the monitor works out over time have tests of their own.
        private static bool IsWalked(int fault)
        {
            return fault != FaultId.Configuration
                && fault != FaultId.OverloadCharge
                && fault != FaultId.OverloadDischarge
                && fault != FaultId.CycleLate
                && fault != FaultId.FrameErrors
                && fault != FaultId.InsulationLow
                && fault != FaultId.PackPressure
                && fault != FaultId.Condensation
                && fault != FaultId.EnvironmentSensorLost;
        }

        private static void WalkUp(int fault, int level)
        {
            ProtectionDesk desk = Make();
            int threshold = desk.Threshold(fault, level);
            if (threshold == ParameterId.Never)
            {
                return;
            }

            string name = FaultTable.NameOf(fault);
            int step = FaultTable.IsLowerLimit(fault) ? -1 : 1;
            int debounce = desk.Column(fault, ParameterId.ColumnDebounceMs);

            // A value equal to the threshold is still allowed.
            int below = ExpectedSeverity(desk, fault, threshold);
            desk.HoldPast(fault, threshold, debounce);
            Assert.AreEqual(below, desk.Monitor.SeverityOf[fault], name);
            Assert.IsTrue(below <= level, name);

            // One step beyond, not before the debounce time has passed, and then at once.
            desk = Make();
            int beyond = threshold + step;
            if (debounce > 0)
            {
                desk.Hold(fault, beyond, debounce - 10);
                Assert.AreEqual(FaultTable.TellsAtOnce(fault) ? Severity.Warning : 0, desk.Monitor.SeverityOf[fault], name);
            }

            desk.HoldPast(fault, beyond, 0);

            int expected = ExpectedSeverity(desk, fault, beyond);
            Assert.IsTrue(expected > level, name);
            Assert.AreEqual(expected, desk.Monitor.SeverityOf[fault], name);
            Assert.IsTrue(desk.Monitor.HighestSeverity >= expected, name);
            Assert.IsTrue(desk.Monitor.ActiveFaultCount >= 1, name);
            Assert.AreEqual(expected == Severity.Trip, desk.Monitor.IsTripped, name);
            Assert.AreEqual(expected == Severity.Trip && FaultTable.IsLatched(fault), desk.Monitor.IsLatched(fault), name);
        }

        // Shows S-001, S-002, S-003, S-004, S-005, S-006, S-007, S-008, S-009, S-016, S-019, S-021, S-022, S-023, S-026, S-027, S-029, S-030, S-032.
        [TestMethod]
        public void every_row_begins_beyond_its_warning_after_its_debounce_time()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (IsWalked(fault))
                {
                    WalkUp(fault, 0);
                }
            }
        }

        // Shows S-001, S-002, S-003, S-004, S-005, S-007, S-008, S-009, S-016, S-019, S-021, S-022, S-023, S-026, S-027, S-029, S-030, S-032.
        [TestMethod]
        public void every_row_begins_beyond_its_limit_after_its_debounce_time()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (IsWalked(fault))
                {
                    WalkUp(fault, 1);
                }
            }
        }

        // Shows S-001, S-002, S-003, S-004, S-006, S-007, S-008, S-009, S-011, S-013, S-016, S-017, S-018, S-019, S-020, S-021, S-025, S-026, S-027, S-031, S-033, S-034.
        [TestMethod]
        public void every_row_begins_beyond_its_trip_after_its_debounce_time()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (IsWalked(fault))
                {
                    WalkUp(fault, 2);
                }
            }
        }

        private static void WalkDown(int fault, int level)
        {
            ProtectionDesk desk = Make();
            int threshold = desk.Threshold(fault, level);
            if (threshold == ParameterId.Never)
            {
                return;
            }

            string name = FaultTable.NameOf(fault);
            int step = FaultTable.IsLowerLimit(fault) ? -1 : 1;
            int release = desk.Column(fault, ParameterId.ColumnReleaseMs);
            int inside = threshold - step * desk.Column(fault, ParameterId.ColumnHysteresis);
            int beyond = threshold + step;
            desk.HoldPast(fault, beyond, desk.Column(fault, ParameterId.ColumnDebounceMs));
            int severity = ExpectedSeverity(desk, fault, beyond);
            Assert.AreEqual(severity, desk.Monitor.SeverityOf[fault], name);

            // Within the hysteresis band it holds for ever.
            desk.Hold(fault, inside + step, release + 100);
            Assert.AreEqual(severity, desk.Monitor.SeverityOf[fault], name);

            // Well inside it ends when the release time is over, and not one cycle earlier.
            desk.Hold(fault, inside, release - 10);
            Assert.AreEqual(severity, desk.Monitor.SeverityOf[fault], name);
            desk.HoldPast(fault, inside, 0);
            bool latched = severity == Severity.Trip && FaultTable.IsLatched(fault);
            Assert.AreEqual(latched, desk.Monitor.IsLatched(fault), name);
            if (latched)
            {
                Assert.AreEqual(Severity.Trip, desk.Monitor.SeverityOf[fault], name);
                desk.M.ServiceClears = fault;
                desk.Clear();
            }

            Assert.IsTrue(desk.Monitor.SeverityOf[fault] <= level, name);
            Assert.IsFalse(desk.Monitor.IsLatched(fault), name);
        }

        [TestMethod]
        public void every_warning_holds_in_its_band_and_ends_after_its_release_time()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (IsWalked(fault))
                {
                    WalkDown(fault, 0);
                }
            }
        }

        [TestMethod]
        public void every_limit_holds_in_its_band_and_ends_after_its_release_time()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (IsWalked(fault))
                {
                    WalkDown(fault, 1);
                }
            }
        }

        // Shows S-012.
        [TestMethod]
        public void every_trip_holds_in_its_band_and_ends_after_its_release_time_and_its_clearing()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (IsWalked(fault))
                {
                    WalkDown(fault, 2);
                }
            }
        }

        // Shows S-015.
        [TestMethod]
        public void every_row_debounces_across_the_roll_over_of_the_clock()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                int debounce = Make().Column(fault, ParameterId.ColumnDebounceMs);
                if (!IsWalked(fault) || debounce == 0)
                {
                    continue;
                }

                // Starts half of the debounce time before the roll-over.
                ParameterBlock parameters = Presets.Nmc(12, 50000);
                parameters.Set(ParameterId.InsulationProfile, InsulationProfile.Iso165c);
                ProtectionDesk desk = new ProtectionDesk(parameters, 0u - (uint)(debounce / 2 / 10 * 10 + 7));
                int step = FaultTable.IsLowerLimit(fault) ? -1 : 1;
                int beyond = desk.Threshold(fault, desk.Threshold(fault, 0) == ParameterId.Never ? 2 : 0) + step;
                desk.Hold(fault, beyond, debounce - 10);
                Assert.AreEqual(FaultTable.TellsAtOnce(fault) ? Severity.Warning : 0, desk.Monitor.SeverityOf[fault], FaultTable.NameOf(fault));
                desk.HoldPast(fault, beyond, 0);
                Assert.IsTrue(desk.Monitor.SeverityOf[fault] > 0, FaultTable.NameOf(fault));
            }
        }

        // Shows S-010.
        [TestMethod]
        public void one_good_value_restarts_the_debounce()
        {
            ProtectionDesk desk = Make();
            for (int i = 0; i < 20; i++)
            {
                desk.Hold(FaultId.CellOverVoltage, 4251, 190);
                desk.Hold(FaultId.CellOverVoltage, 4220, 0);
            }

            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
        }

        [TestMethod]
        public void one_bad_value_restarts_the_release()
        {
            ProtectionDesk desk = Make();
            desk.Hold(FaultId.CellOverVoltage, 4221, 200);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
            for (int i = 0; i < 5; i++)
            {
                desk.Hold(FaultId.CellOverVoltage, 4200, 990);
                desk.Hold(FaultId.CellOverVoltage, 4201, 0);
            }

            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
        }

        [TestMethod]
        public void the_severities_of_a_row_come_one_after_another()
        {
            ProtectionDesk desk = Make();
            desk.Hold(FaultId.CellOverVoltage, 4230, 200);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
            desk.Hold(FaultId.CellOverVoltage, 4240, 200);
            Assert.AreEqual(Severity.Limit, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
            Assert.IsTrue(desk.Monitor.StopsCharging);
            Assert.IsFalse(desk.Monitor.StopsDischarging);
            desk.Hold(FaultId.CellOverVoltage, 4260, 200);
            Assert.AreEqual(Severity.Trip, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
            Assert.AreEqual(1, desk.Monitor.ActiveFaultCount);
        }

        // Shows S-009.
        [TestMethod]
        public void a_value_that_is_not_available_starts_nothing()
        {
            ProtectionDesk desk = Make();
            for (int t = 0; t < 700; t++)
            {
                desk.M.HighestCellMv = NotAvailable;
                desk.M.LowestCellMv = NotAvailable;
                desk.M.CurrentMa = NotAvailable;
                desk.M.HighestTemperatureDeciC = NotAvailable;
                desk.M.LowestTemperatureDeciC = NotAvailable;
                desk.M.CellSumMv = NotAvailable;
                desk.M.PackVoltageMv = NotAvailable;
                desk.Cycle();
            }

            Assert.AreEqual(0, desk.Monitor.ActiveFaultCount);
            Assert.AreEqual(0, desk.Monitor.HighestSeverity);
        }

        // Shows S-009.
        [TestMethod]
        public void a_value_that_is_not_available_ends_nothing()
        {
            ProtectionDesk desk = Make();
            desk.HoldPast(FaultId.OverTemperatureCharge, 480, 500);
            desk.HoldPast(FaultId.UnderTemperatureCharge, 20, 500);
            Assert.AreEqual(2, desk.Monitor.ActiveFaultCount);
            for (int t = 0; t < 700; t++)
            {
                desk.M.HighestTemperatureDeciC = NotAvailable;
                desk.M.LowestTemperatureDeciC = NotAvailable;
                desk.Cycle();
            }

            Assert.AreEqual(2, desk.Monitor.ActiveFaultCount);
        }

        // Shows S-009.
        [TestMethod]
        public void a_value_that_goes_missing_restarts_the_debounce()
        {
            ProtectionDesk desk = Make();
            desk.Hold(FaultId.CellUnderVoltage, 2400, 190);
            desk.Hold(FaultId.CellUnderVoltage, NotAvailable, 0);
            desk.Hold(FaultId.CellUnderVoltage, 2400, 190);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.CellUnderVoltage]);
        }

        // Shows S-005, S-019.
        [TestMethod]
        public void negative_temperatures_are_colder_and_not_hotter()
        {
            ProtectionDesk desk = Make();
            desk.M.HighestTemperatureDeciC = -1;
            desk.HoldPast(FaultId.UnderTemperatureCharge, -1, 500);
            Assert.AreEqual(Severity.Limit, desk.Monitor.SeverityOf[FaultId.UnderTemperatureCharge]);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.OverTemperature]);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.OverTemperatureCharge]);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.UnderTemperature]);
            desk = Make();
            desk.HoldPast(FaultId.UnderTemperatureCharge, 0, 500);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.UnderTemperatureCharge]);
        }

        // Shows S-012.
        [TestMethod]
        public void a_latched_trip_stays_until_it_is_cleared()
        {
            ProtectionDesk desk = Make();
            desk.Hold(FaultId.OverCurrentCharge, 1000000, 50);
            desk.Quiet();
            for (int t = 0; t < 1000; t++)
            {
                desk.Cycle();
            }

            Assert.AreEqual(Severity.Trip, desk.Monitor.SeverityOf[FaultId.OverCurrentCharge]);
            Assert.IsTrue(desk.Monitor.IsTripped);
            desk.Clear();
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.OverCurrentCharge]);
            Assert.IsFalse(desk.Monitor.IsTripped);
            Assert.AreEqual(0, desk.Monitor.ActiveFaultCount);
        }

        // Shows S-012.
        [TestMethod]
        public void a_trip_whose_cause_is_still_there_cannot_be_cleared()
        {
            ProtectionDesk desk = Make();
            desk.Hold(FaultId.CellOverVoltage, 4300, 200);
            desk.M.HostClearsFaults = true;
            desk.Hold(FaultId.CellOverVoltage, 4300, 100);
            Assert.IsTrue(desk.Monitor.IsTripped);
            Assert.IsTrue(desk.Monitor.IsLatched(FaultId.CellOverVoltage));
        }

        [TestMethod]
        public void a_wish_to_clear_counts_once_when_it_begins()
        {
            // Held from before the trip it must not clear it.
            ProtectionDesk desk = Make();
            desk.M.HostClearsFaults = true;
            desk.Hold(FaultId.CellOverVoltage, 4300, 200);
            desk.Hold(FaultId.CellOverVoltage, 3700, 3000);
            Assert.IsTrue(desk.Monitor.IsTripped);
            desk.M.HostClearsFaults = false;
            desk.Cycle();
            desk.M.HostClearsFaults = true;
            desk.Cycle();
            Assert.IsFalse(desk.Monitor.IsTripped);
        }

        [TestMethod]
        public void lost_communication_heals_without_clearing()
        {
            ProtectionDesk desk = Make();
            desk.Hold(FaultId.ModuleLost, 401, 0);
            Assert.IsTrue(desk.Monitor.IsTripped);
            desk.Hold(FaultId.ModuleLost, 100, 1000);
            Assert.IsFalse(desk.Monitor.IsTripped);
            Assert.AreEqual(0, desk.Monitor.ActiveFaultCount);
        }

        // Shows S-014, S-034.
        [TestMethod]
        public void an_invalid_configuration_is_a_trip_that_cannot_be_cleared()
        {
            ProtectionDesk desk = Make();
            FaultMonitor monitor = new FaultMonitor(desk.Parameters, false, desk.Bus);
            monitor.Update(desk.M, desk.Control, desk.Inputs, 0);
            Assert.IsTrue(monitor.IsTripped);
            desk.M.HostClearsFaults = true;
            for (uint now = 10; now < 5000; now += 10)
            {
                monitor.Update(desk.M, desk.Control, desk.Inputs, now);
            }

            Assert.AreEqual(Severity.Trip, monitor.SeverityOf[FaultId.Configuration]);
        }

        [TestMethod]
        public void an_interlock_that_is_not_fitted_is_not_read()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.InterlockFitted, 0);
            ProtectionDesk desk = new ProtectionDesk(parameters, 0);
            desk.Hold(FaultId.Interlock, 1, 200);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.Interlock]);
        }

        // Shows S-022.
        [TestMethod]
        public void the_pack_voltage_may_be_wrong_in_both_directions()
        {
            ProtectionDesk desk = Make();
            desk.HoldPast(FaultId.PackVoltageImplausible, 3001, 1000);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.PackVoltageImplausible]);
            desk = Make();
            desk.HoldPast(FaultId.PackVoltageImplausible, -3001, 1000);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.PackVoltageImplausible]);
        }

        // Shows S-006.
        [TestMethod]
        public void the_published_limits_are_what_must_not_be_ignored()
        {
            ProtectionDesk desk = Make();
            desk.Control.Limits.ChargeLimitMa = 40000;
            int margin = desk.Threshold(FaultId.ChargeLimitIgnored, 2);
            desk.Hold(FaultId.ChargeLimitIgnored, margin, 6000);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.ChargeLimitIgnored]);
            desk.Hold(FaultId.ChargeLimitIgnored, margin + 1, 4990);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.ChargeLimitIgnored]);
            desk.HoldPast(FaultId.ChargeLimitIgnored, margin + 1, 0);
            Assert.IsTrue(desk.Monitor.IsTripped);
        }

        // Shows S-028, F-008.
        [TestMethod]
        public void a_new_overflow_is_reported_and_an_old_one_is_not()
        {
            ProtectionDesk desk = Make();
            desk.Bus.Overflows = 0xFFFFFFFF;
            desk.Cycle();
            desk.Bus.Overflows = 1;
            desk.HoldPast(FaultId.ReceiveOverflow, 0, 0);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.ReceiveOverflow]);
            desk.HoldPast(FaultId.ReceiveOverflow, 0, 10000);
            Assert.AreEqual(0, desk.Monitor.SeverityOf[FaultId.ReceiveOverflow]);
        }

        [TestMethod]
        public void reactions_of_all_limits_add_up()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                ProtectionDesk desk = Make();
                int threshold = desk.Threshold(fault, 1);
                if (!IsWalked(fault) || threshold == ParameterId.Never)
                {
                    continue;
                }

                int beyond = threshold + (FaultTable.IsLowerLimit(fault) ? -1 : 1);
                desk.HoldPast(fault, beyond, desk.Column(fault, ParameterId.ColumnDebounceMs));
                int reaction = FaultTable.ReactionOf(fault);

                // A temperature beyond one row may lie beyond another one too.
                Assert.IsTrue((reaction & FaultTable.StopsCharging) == 0 || desk.Monitor.StopsCharging, FaultTable.NameOf(fault));
                Assert.IsTrue((reaction & FaultTable.StopsDischarging) == 0 || desk.Monitor.StopsDischarging, FaultTable.NameOf(fault));
                if (reaction == 0)
                {
                    Assert.IsFalse(desk.Monitor.StopsCharging, FaultTable.NameOf(fault));
                    Assert.IsFalse(desk.Monitor.StopsDischarging, FaultTable.NameOf(fault));
                }
            }
        }

        // Shows F-007.
        [TestMethod]
        public void an_event_carries_fault_severity_value_and_cell()
        {
            ProtectionDesk desk = Make();
            byte[] data = new byte[8];
            Assert.IsFalse(desk.Monitor.TryTakeEvent(data));
            desk.M.ValidCells = 12;
            desk.M.CellVoltageMv[2] = 4251;
            desk.Hold(FaultId.CellOverVoltage, 4251, 200);
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.AreEqual(FaultId.CellOverVoltage, FaultEvent.UnpackFaultId(data));
            Assert.AreEqual(Severity.Trip, FaultEvent.UnpackFaultSeverity(data));
            Assert.AreEqual(1, FaultEvent.UnpackLatched(data));
            Assert.AreEqual(4251, FaultEvent.UnpackValue(data));
            Assert.AreEqual(3, FaultEvent.UnpackElement(data));
            Assert.IsFalse(desk.Monitor.TryTakeEvent(data));
        }

        [TestMethod]
        public void an_event_of_a_lower_limit_has_the_value_as_it_was_measured()
        {
            ProtectionDesk desk = Make();
            byte[] data = new byte[8];
            desk.M.ValidTemperatures = 4;
            desk.M.TemperatureDeciC[2] = -123;
            desk.HoldPast(FaultId.UnderTemperatureCharge, -123, 500);
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.AreEqual(FaultId.UnderTemperatureCharge, FaultEvent.UnpackFaultId(data));
            Assert.AreEqual(-123, FaultEvent.UnpackValue(data));
            Assert.AreEqual(3, FaultEvent.UnpackElement(data));
            desk.M.ValidCells = 12;
            desk.M.CellVoltageMv[3] = 2499;
            desk.Quiet();
            desk.Hold(FaultId.CellUnderVoltage, 2499, 200);
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.AreEqual(FaultId.CellUnderVoltage, FaultEvent.UnpackFaultId(data));
            Assert.AreEqual(2499, FaultEvent.UnpackValue(data));
            Assert.AreEqual(4, FaultEvent.UnpackElement(data));
        }

        [TestMethod]
        public void events_come_in_the_order_in_which_they_happened()
        {
            ProtectionDesk desk = Make();
            byte[] data = new byte[8];
            desk.HoldPast(FaultId.HostLost, 211, 0);
            desk.Hold(FaultId.ModuleLost, 211, 0);
            desk.HoldPast(FaultId.HostLost, 301, 0);
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.AreEqual(FaultId.HostLost, FaultEvent.UnpackFaultId(data));
            Assert.AreEqual(Severity.Warning, FaultEvent.UnpackFaultSeverity(data));
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.AreEqual(FaultId.ModuleLost, FaultEvent.UnpackFaultId(data));
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.AreEqual(FaultId.HostLost, FaultEvent.UnpackFaultId(data));
            Assert.AreEqual(Severity.Limit, FaultEvent.UnpackFaultSeverity(data));
            Assert.IsFalse(desk.Monitor.TryTakeEvent(data));
        }

        // Shows F-007.
        [TestMethod]
        public void too_many_events_lose_the_newest_and_never_the_protection()
        {
            ProtectionDesk desk = Make();
            byte[] data = new byte[8];

            // Every rise and every end is one event: 50 in all.
            for (int i = 0; i < 25; i++)
            {
                desk.HoldPast(FaultId.HostLost, 211, 0);
                desk.HoldPast(FaultId.HostLost, 0, 500);
            }

            desk.Hold(FaultId.CurrentSensorLost, 201, 0);
            Assert.IsTrue(desk.Monitor.IsTripped);
            int events = 0;
            while (desk.Monitor.TryTakeEvent(data))
            {
                Assert.AreEqual(FaultId.HostLost, FaultEvent.UnpackFaultId(data));
                Assert.AreEqual(events % 2 == 0 ? Severity.Warning : Severity.None, FaultEvent.UnpackFaultSeverity(data));
                events++;
            }

            Assert.AreEqual(FaultMonitor.EventCapacity, events);
            desk.HoldPast(FaultId.HostLost, 211, 0);
            Assert.IsTrue(desk.Monitor.TryTakeEvent(data));
            Assert.IsFalse(desk.Monitor.TryTakeEvent(data));
        }

        [TestMethod]
        public void two_faults_at_once_are_both_counted()
        {
            ProtectionDesk desk = Make();
            for (int t = 0; t < 60; t++)
            {
                desk.Set(FaultId.CellOverVoltage, 4225);
                desk.Set(FaultId.ModuleDataInvalid, 2);
                desk.Cycle();
            }

            Assert.AreEqual(2, desk.Monitor.ActiveFaultCount);
            Assert.AreEqual(Severity.Trip, desk.Monitor.HighestSeverity);
            Assert.AreEqual(Severity.Warning, desk.Monitor.SeverityOf[FaultId.CellOverVoltage]);
        }
    }
}
