using Bms.Bench;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    /// <summary>The rows of the fault table on the bench, beside the protections of <see cref="ProtectionTests"/>: the event in the plant, the row, its reaction, and nothing else.</summary>
    [TestClass]
    public sealed class FaultRowTests
    {
        // Every row that a single event in the plant can trip: the event, and the state of charge at which nothing else speaks first.
        private static readonly (int Fault, double Soc, Action<VirtualBench> Event)[] Events =
        [
            (FaultId.CellOverVoltage, 0.6, b => b.Ees.Inject(PackFault.CellVoltageOffset, 40, 0.8)),
            (FaultId.CellUnderVoltage, 0.6, b => b.Ees.Inject(PackFault.CellVoltageOffset, 95, -2.0)),
            (FaultId.OverCurrentDischarge, 0.6, b => Pull(b, -5)),
            (FaultId.OverCurrentCharge, 0.3, b => Pull(b, 2)),
            (FaultId.OverTemperature, 0.6, b => b.Ees.Inject(PackFault.TemperatureStuck, 17, 65)),
            (FaultId.ModuleLost, 0.6, b => b.Ees.Inject(PackFault.ModuleSilent, 3)),
            (FaultId.ModuleDataInvalid, 0.6, b => b.Ees.Inject(PackFault.CellSenseOpen, 30)),
            (FaultId.CurrentSensorLost, 0.6, b => b.Ees.Inject(PackFault.CurrentSilent)),
            (FaultId.HostLost, 0.6, b => b.Ees.Inject(PackFault.HostSilent)),
            (FaultId.Interlock, 0.6, b => b.Ees.Inject(PackFault.InterlockOpen)),
            (FaultId.CrashSignal, 0.6, b => b.Ees.Inject(PackFault.Crash)),
            (FaultId.ShortCircuit, 0.6, b => b.Ees.Inject(PackFault.CurrentBeyondRange)),
            (FaultId.PackOverVoltage, 0.6, b => b.Ees.Inject(PackFault.PackVoltageOffset, 0, 60)),
            (FaultId.PackUnderVoltage, 0.6, b => b.Ees.Inject(PackFault.PackVoltageOffset, 0, -200)),
            (FaultId.DeepDischarge, 0.6, b => b.Ees.Inject(PackFault.CellVoltageOffset, 50, -2.2)),
            (FaultId.CellVoltageImplausible, 0.6, b => b.Ees.Inject(PackFault.CellVoltageOffset, 50, 3.0)),
            (FaultId.Memory, 0.6, b => b.Ees.Inject(PackFault.BoardMemory, 0, 3)),
        ];

        // Shows S-001, S-002, S-003, S-004, S-007, S-008, S-017, S-020, S-021, S-025, S-026, S-033, S-034.
        [TestMethod]
        public void no_row_takes_longer_than_its_worst_case_at_any_phase()
        {
            foreach ((int fault, double soc, Action<VirtualBench> happen) in Events)
            {
                double worstS = 0;
                for (int phase = 0; phase < 6; phase++)
                {
                    VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { Seed = (ulong)phase + 1, InitialSoc = soc } });
                    bench.Plant.Load.DemandCurrentA = -20;
                    bench.RunFor(1 + (0.017 * phase));
                    int limitMs = ReactionTimes.WorstCaseMs(bench.Parameters, fault);
                    Assert.IsGreaterThan(0, limitMs, FaultTable.NameOf(fault));
                    happen(bench);
                    double tookS = bench.RunUntil(b => b.Controller.Protection.SeverityOf[fault] == Severity.Trip, 5);
                    Assert.IsGreaterThan(0, tookS, $"{FaultTable.NameOf(fault)}, phase {phase}: no trip");
                    worstS = Math.Max(worstS, tookS);
                    // The plant moves in steps of a cycle: what happens to it is there with the next one.
                    Assert.IsLessThanOrEqualTo((limitMs + bench.Options.CyclePeriodMs) * 1e-3, tookS, $"{FaultTable.NameOf(fault)}, phase {phase}");
                }

                // A bound far above what happens would say nothing.
                VirtualBench last = VirtualBenchTests.Running();
                Assert.IsGreaterThan(0.4 * ReactionTimes.WorstCaseMs(last.Parameters, fault) * 1e-3, worstS, FaultTable.NameOf(fault));
            }
        }

        // Shows S-025.
        [TestMethod]
        public void a_current_beyond_the_sensors_range_opens_within_50_ms()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.Ees.Inject(PackFault.CurrentBeyondRange);
            double took = bench.RunUntil(b => !b.Controller.Outputs.MainPositive && !b.Controller.Outputs.MainNegative, 1);
            Assert.IsTrue(took is > 0 and <= 0.05, $"took {took} s");
        }

        // Shows S-033.
        [TestMethod]
        public void a_crash_opens_within_100_ms_and_stays_latched()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.Ees.Inject(PackFault.Crash);
            double took = bench.RunUntil(b => !b.Controller.Outputs.MainPositive && !b.Controller.Outputs.MainNegative, 1);
            Assert.IsTrue(took is > 0 and <= 0.1, $"took {took} s");
            bench.Ees.ClearAll();
            bench.RunFor(5);
            Assert.AreEqual(Severity.Trip, bench.Diag.SeverityOf(FaultId.CrashSignal));
        }

        // Shows S-020.
        [TestMethod]
        public void after_a_deep_discharge_only_service_lets_the_pack_close_again()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.Ees.Inject(PackFault.CellVoltageOffset, 50, -2.2);
            bench.RunFor(4);
            bench.Ees.ClearAll();
            bench.Plant.Host.Mode = HostCommand.ModeStandby;
            bench.RunFor(8);
            bench.Diag.ClearFaults();
            bench.RunFor(1);
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.CellUnderVoltage));
            Assert.AreEqual(3, bench.Diag.SeverityOf(FaultId.DeepDischarge));
            bench.Plant.Host.Mode = HostCommand.ModeCharge;
            bench.RunFor(3);
            Assert.IsFalse(bench.Plant.MainNegative.IsClosed);

            byte[] request = new byte[8];
            ServiceRequest.PackServiceCommand(request, ServiceRequest.ServiceCommandClear);
            ServiceRequest.PackServiceFaultId(request, FaultId.DeepDischarge);
            E2eProfile1.Protect(request, ServiceRequest.Length, ServiceRequest.DataId, 0);
            Assert.IsTrue(bench.Network.Send(ServiceRequest.Id, request.AsSpan(0, ServiceRequest.Length)));
            bench.Plant.Host.Mode = HostCommand.ModeStandby;
            bench.RunFor(2);
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.DeepDischarge));

            // The fall of the cell was a collapse too, whose minute must be over.
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 90), string.Join("; ", bench.Diag.FaultHistory));
        }

        // Shows S-029.
        [TestMethod]
        public void an_open_wire_that_a_module_reports_stops_all_current_and_names_the_cell()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.Ees.Inject(PackFault.OpenWireReported, 77);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.OpenWire) == 2, 1.3));
            Assert.IsTrue(bench.Diag.FaultHistory.Any(f => f.Fault == FaultId.OpenWire && f.Severity == 2 && f.Element == 78), string.Join("; ", bench.Diag.FaultHistory));
            bench.RunFor(1);
            Assert.AreEqual(0, bench.Controller.Control.Limits.DischargeLimitMa);
            Assert.AreEqual(0, bench.Controller.Control.Limits.ChargeLimitMa);
            bench.Ees.ClearAll();
            bench.RunFor(5);
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.OpenWire));
        }

        // Shows S-029.
        [TestMethod]
        public void a_module_whose_self_test_failed_stops_all_current()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.Ees.Inject(PackFault.ModuleSelfTest, 6);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.ModuleFailure) == 2, 1.3));
            Assert.IsTrue(bench.Diag.FaultHistory.Any(f => f.Fault == FaultId.ModuleFailure && f.Element == 7));
        }

        // Shows S-027.
        [TestMethod]
        public void a_frozen_module_is_found_while_driving()
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { Seed = 5, InitialSoc = 0.7 } });
            bench.Plant.Load.Profile = DriveProfile.Create(3, 600);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            bench.RunFor(30);
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.ModuleFrozen));
            bench.Ees.Inject(PackFault.ModuleFrozen, 4);
            double took = bench.RunUntil(b => b.Diag.SeverityOf(FaultId.ModuleFrozen) == 3, 120);
            Assert.IsGreaterThan(0, took);
            Assert.IsTrue(bench.Diag.FaultHistory.Any(f => f.Fault == FaultId.ModuleFrozen && f.Element == 5), string.Join("; ", bench.Diag.FaultHistory));
        }

        // Shows S-027.
        [TestMethod]
        public void a_frozen_current_sensor_is_found_while_driving()
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { Seed = 5, InitialSoc = 0.7 } });
            bench.Ees.Inject(PackFault.CurrentStuck, 0, -20);
            for (int i = 0; i < 12; i++)
            {
                bench.Plant.Load.DemandCurrentA = i % 2 == 0 ? -100 : 0;
                bench.RunFor(2);
            }

            // The load obeys the limit, and what does not flow jumps no more.
            Assert.AreEqual(2, bench.Diag.SeverityOf(FaultId.CurrentFrozen), string.Join("; ", bench.Diag.FaultHistory));
        }

        // Shows S-028.
        [TestMethod]
        public void frames_that_fail_their_check_are_reported_before_a_module_is_lost()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.Network.Disturb(new FrameFault { Kind = FrameFaultKind.AlterPayload, FirstId = ModuleVoltagesA.BaseId, LastId = ModuleVoltagesC.BaseId + 15, Remaining = 20, Mask = 0xFFFF0000 });
            bench.RunFor(3);
            Assert.IsTrue(bench.Diag.FaultHistory.Any(f => f.Fault == FaultId.FrameErrors && f.Severity == 1), string.Join("; ", bench.Diag.FaultHistory));
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
        }

        // Shows S-030.
        [TestMethod]
        [DataRow(InsulationProfile.Iso165c)]
        [DataRow(InsulationProfile.Ir155)]
        public void a_falling_insulation_warns_then_stops_charging_then_opens(int profile)
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { InsulationProfile = profile } });
            bench.RunFor(5);
            Assert.IsEmpty(bench.Diag.FaultHistory);

            // 96 cells of 4.2 V: 403 V, so 500 ohm/V are 201 kohm.
            bench.Ees.Inject(PackFault.InsulationResistance, 0, 215);
            bench.RunFor(30);
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.InsulationLow));
            bench.Ees.Inject(PackFault.InsulationResistance, 0, 190);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.InsulationLow) == 1, 15));
            bench.Ees.Inject(PackFault.InsulationResistance, 0, 90);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.InsulationLow) == 2, 15));
            bench.RunFor(0.5);
            Assert.AreEqual(0, bench.Controller.Control.Limits.ChargeLimitMa);
            Assert.IsTrue(bench.Plant.IsPathClosed);
            bench.Ees.Inject(PackFault.InsulationResistance, 0, 30);
            Assert.IsGreaterThan(0, bench.RunUntil(b => !b.Plant.IsPathClosed, 15));
            Assert.AreEqual(3, bench.Controller.Protection.SeverityOf[FaultId.InsulationLow]);
        }

        // Shows S-030.
        [TestMethod]
        [DataRow(InsulationProfile.Iso165c)]
        [DataRow(InsulationProfile.Ir155)]
        public void an_insulation_monitor_that_falls_silent_or_fails_stops_charging(int profile)
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { InsulationProfile = profile } });
            bench.Ees.Inject(PackFault.InsulationSilent);
            double warned = bench.RunUntil(b => b.Diag.SeverityOf(FaultId.InsulationMonitorLost) == 1, 5);
            Assert.IsTrue(warned is > 1.9 and < 3.4, $"{warned} s");
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.InsulationMonitorLost) == 2, 3));
            bench.Ees.ClearAll();
            bench.RunFor(5);
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.InsulationMonitorLost));
            bench.Ees.Inject(PackFault.InsulationEarthOpen);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.InsulationMonitorFailed) == 2, 4));
            Assert.AreEqual(0, bench.Diag.SeverityOf(FaultId.InsulationLow));
        }

        // Shows S-036, S-037.
        [TestMethod]
        public void a_cell_that_vents_stops_all_current_within_three_seconds()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.RunFor(20);
            bench.Ees.Inject(PackFault.CellVenting, 20);
            double took = bench.RunUntil(b => b.Diag.SeverityOf(FaultId.PackPressure) >= 2, 3);
            Assert.IsGreaterThan(0, took, string.Join("; ", bench.Diag.FaultHistory));
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.SeverityOf(FaultId.ThermalRunaway) >= 2, 2));
            bench.RunFor(0.2);
            Assert.AreEqual(0, bench.Controller.Control.Limits.DischargeLimitMa);
        }

        // Shows S-037.
        [TestMethod]
        public void a_cell_that_collapses_and_vents_is_an_alarm_within_five_seconds()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.RunFor(20);
            bench.Ees.Inject(PackFault.CellVoltageOffset, 20, -0.8);
            bench.RunFor(2);
            bench.Ees.Inject(PackFault.CellVenting, 20);
            double took = bench.RunUntil(b => b.Controller.Protection.SeverityOf[FaultId.ThermalRunaway] == 3, 5);
            Assert.IsGreaterThan(0, took, string.Join("; ", bench.Diag.FaultHistory));
            bench.RunFor(0.3);
            Assert.AreEqual(PackStatus.StateFault, bench.Diag.State);
        }

        // Shows S-036.
        [TestMethod]
        public void a_climate_sensor_that_falls_silent_is_a_warning_and_no_more()
        {
            VirtualBench bench = VirtualBenchTests.Running();
            bench.RunFor(5);
            bench.Ees.Inject(PackFault.EnclosureSensorSilent);
            bench.RunFor(6);
            Assert.AreEqual(1, bench.Diag.SeverityOf(FaultId.EnvironmentSensorLost));
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
        }

        // Shows S-035.
        [TestMethod]
        public void a_start_after_a_reset_by_the_watchdog_is_reported_and_lets_the_pack_close()
        {
            var bench = new VirtualBench();
            bench.Ees.Inject(PackFault.BoardReset);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 10));
            Assert.AreEqual(1, bench.Diag.SeverityOf(FaultId.WatchdogReset));
        }

        // Shows S-010, S-023, S-024, S-027, S-036.
        [TestMethod]
        [DataRow(-25.0, 0.8)]
        [DataRow(25.0, 0.5)]
        [DataRow(40.0, 0.9)]
        public void half_an_hour_of_driving_raises_no_row_that_stops_or_opens(double degC, double soc)
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { Seed = 21, InitialSoc = soc, InitialTemperatureDegC = degC, AmbientDegC = degC, InsulationProfile = InsulationProfile.Iso165c } });
            bench.Plant.Load.Profile = DriveProfile.Create(21, 1800);
            bench.Plant.Load.ProfileStartUs = bench.TimeUs;
            bench.RunFor(1800);
            IEnumerable<FaultChange> bad = bench.Diag.FaultHistory.Where(f => f.Severity >= 2 && !IsOfTheCold(f.Fault, degC));
            Assert.IsEmpty(bad, string.Join("; ", bad));
        }

        // Charging is refused in the cold, and the drive is weak there: that is as it must be.
        private static bool IsOfTheCold(int fault, double degC)
        {
            return degC < 0 && fault is FaultId.UnderTemperatureCharge or FaultId.UnderTemperature;
        }

        private static void Pull(VirtualBench bench, double timesCapacity)
        {
            bench.Ees.Inject(PackFault.LoadIgnoresLimits);
            bench.Plant.Load.DemandCurrentA = timesCapacity * bench.Plant.Cells.NominalCapacityAh;
        }
    }
}
