using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Reporting;

namespace Bms.Core.Tests.Reporting
{
    [TestClass]
    public class PackReporterTests
    {
        private static int RowOf(uint id)
        {
            for (int row = 0; row < FrameTable.Count; row++)
            {
                if (FrameTable.Id(row) == id)
                {
                    return row;
                }
            }

            return id >= ModuleBalancing.BaseId && id < ModuleBalancing.BaseId + 16 ? FrameTable.ModuleBalancingRow : -1;
        }

        private static void KeepsItsSchedule(int cellCount, uint startMs)
        {
            TestRig rig = new TestRig(Presets.Nmc(cellCount, 50000), startMs);
            int modules = rig.Pack.ModuleCount;
            int[] count = new int[FrameTable.Count];
            int[] counters = new int[FrameTable.Count];
            int[] moduleCounters = new int[16];
            for (int t = 0; t < 3000; t += 10)
            {
                rig.Bus.ForgetSent();
                uint now = rig.NowMs;
                rig.Cycle();
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    CanFrame frame = rig.Bus.Sent(i);
                    Assert.IsFalse(frame.IsExtended);
                    Assert.IsTrue(E2eProfile1.HasValidCrc(frame.Data, frame.Length, (int)frame.Id));
                    bool isHealth = (frame.Id >= LoopHealth.Id && frame.Id <= StartReport.Id) || (frame.Id >= StateOfHealth.Id && frame.Id <= HealthUncertainty.Id);
                    if (frame.Id == FaultEvent.Id || isHealth)
                    {
                        continue;
                    }

                    int row = RowOf(frame.Id);
                    Assert.IsTrue(row >= 0);
                    Assert.AreEqual(FrameTable.Length(row), frame.Length);
                    // On time, or put off by four cycles at most; a balancing command, which modules hold for two seconds, by less than its period.
                    int late = (int)(now - startMs) - FrameTable.PhaseMs(row) - count[row] * FrameTable.PeriodMs(row, modules);
                    Assert.IsTrue(late >= 0 && late < (row == FrameTable.ModuleBalancingRow && modules > 1 ? 70 : 50));

                    if (row == FrameTable.ModuleBalancingRow)
                    {
                        int module = (int)(frame.Id - ModuleBalancing.BaseId);
                        Assert.AreEqual(count[row] % modules, module);
                        Assert.AreEqual(moduleCounters[module] % 15, E2eProfile1.CounterOf(frame.Data));
                        moduleCounters[module]++;
                    }
                    else
                    {
                        Assert.AreEqual(counters[row] % 15, E2eProfile1.CounterOf(frame.Data));
                        counters[row]++;
                    }

                    count[row]++;
                }
            }

            for (int row = 0; row < FrameTable.Count; row++)
            {
                int phase = FrameTable.PhaseMs(row);
                int period = FrameTable.PeriodMs(row, modules);

                // Due times are kept exactly, whatever the cycle makes of them; the last frame may still be to come.
                int due = (2990 - phase) / period + 1;
                Assert.IsTrue(count[row] == due || (count[row] == due - 1 && phase + (due - 1) * period > 2940));
            }
        }

        // Shows F-006.
        [TestMethod]
        public void every_frame_keeps_period_phase_counter_and_crc()
        {
            KeepsItsSchedule(96, 0);
        }

        // Shows S-015, F-006.
        [TestMethod]
        public void every_frame_keeps_them_across_the_roll_over_of_the_clock()
        {
            KeepsItsSchedule(96, uint.MaxValue - 1500);
        }

        // Shows F-006.
        [TestMethod]
        public void every_frame_keeps_them_in_the_smallest_and_the_largest_pack()
        {
            KeepsItsSchedule(1, 12345);
            KeepsItsSchedule(192, 12345);
        }

        [TestMethod]
        public void no_cycle_sends_more_than_six_frames()
        {
            TestRig rig = new TestRig(192);
            for (int t = 0; t < 5000; t += 10)
            {
                rig.Run(10);
                Assert.IsTrue(rig.Bus.SentCount <= 6);
            }
        }

        [TestMethod]
        public void after_a_stall_no_frame_is_sent_twice_and_none_is_left_out()
        {
            TestRig rig = new TestRig(12);
            rig.Run(500);
            rig.NowMs += 100000;
            int[] seen = new int[FrameTable.Count];
            for (int t = 0; t < 130; t += 10)
            {
                rig.Run(10);
                Assert.IsTrue(rig.Bus.SentCount <= 6);
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    int row = RowOf(rig.Bus.Sent(i).Id);
                    if (row >= 0)
                    {
                        seen[row]++;
                    }
                }
            }

            // Ten slots for certain, thirteen at most.
            for (int row = 0; row < FrameTable.Count; row++)
            {
                int period = FrameTable.PeriodMs(row, 1);
                Assert.IsTrue(seen[row] >= 100 / period && seen[row] <= 130 / period + 1);
            }
        }

        [TestMethod]
        public void a_cycle_of_20_ms_sends_what_two_of_10_ms_would()
        {
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.CyclePeriodMs, 20);
            TestRig rig = new TestRig(parameters, 0);
            int[] seen = new int[FrameTable.Count];
            for (int t = 0; t < 2000; t += 20)
            {
                rig.Bus.ForgetSent();
                rig.Cycle();
                rig.NowMs += 10;
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    int row = RowOf(rig.Bus.Sent(i).Id);
                    if (row >= 0)
                    {
                        seen[row]++;
                    }
                }
            }

            for (int row = 0; row < FrameTable.Count; row++)
            {
                int expected = (1980 - FrameTable.PhaseMs(row)) / FrameTable.PeriodMs(row, 1) + 1;
                Assert.IsTrue(seen[row] >= expected - (60 / FrameTable.PeriodMs(row, 1) + 1) && seen[row] <= expected);
            }
        }

        // The next frame of an identifier, or null where none comes.
        private static byte[] Next(TestRig rig, uint id, int limitMs)
        {
            for (int t = 0; t < limitMs; t += 10)
            {
                rig.Run(10);
                CanFrame frame = rig.Bus.LastSent(id);
                if (frame != null)
                {
                    return frame.Data;
                }
            }

            return null;
        }

        [TestMethod]
        public void the_pack_status_says_what_is_measured_and_driven()
        {
            TestRig rig = new TestRig(96);
            rig.Pack.SetTemperatures(360);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = -12340;
            rig.Run(200);
            byte[] d = Next(rig, PackStatus.Id, 110);
            Assert.AreEqual(PackStatus.StateClosed, PackStatus.UnpackState(d));
            Assert.AreEqual(96 * 3700, PackStatus.UnpackPackVoltageMv(d));
            int current = PackStatus.UnpackPackCurrentMa(d);
            Assert.IsTrue(current <= -12320 && current >= -12360);
            Assert.AreEqual(1, PackStatus.UnpackMainPositiveClosed(d));
            Assert.AreEqual(1, PackStatus.UnpackMainNegativeClosed(d));
            Assert.AreEqual(0, PackStatus.UnpackPrechargeClosed(d));
            Assert.AreEqual(0, PackStatus.UnpackHeaterOn(d));
            Assert.AreEqual(1, PackStatus.UnpackCoolingOn(d));
            Assert.AreEqual(0, PackStatus.UnpackBalancingOn(d));
            Assert.AreEqual(PackStatus.SeverityNone, PackStatus.UnpackSeverity(d));
            Assert.AreEqual(0, PackStatus.UnpackActiveFaultCount(d));
        }

        [TestMethod]
        public void without_a_voltage_sensor_the_sum_of_the_cells_is_reported()
        {
            TestRig rig = new TestRig(96);
            rig.Pack.VoltageIsSilent = true;
            rig.Run(500);
            Assert.AreEqual(96 * 3700, PackStatus.UnpackPackVoltageMv(Next(rig, PackStatus.Id, 110)));
        }

        [TestMethod]
        public void before_the_first_frame_everything_is_not_available()
        {
            TestBus bus = new TestBus();
            BatteryController controller = new BatteryController(Presets.Nmc(96, 50000), bus);
            controller.Inputs.InterlockClosed = true;
            for (uint now = 0; now < 400; now += 10)
            {
                controller.Update(now);
            }

            byte[] d = bus.LastSent(PackStatus.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, PackStatus.UnpackPackVoltageMv(d));
            Assert.AreEqual(SignalValue.NotAvailable, PackStatus.UnpackPackCurrentMa(d));
            d = bus.LastSent(CellExtremes.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, CellExtremes.UnpackLowestCellMv(d));
            Assert.AreEqual(SignalValue.NotAvailable, CellExtremes.UnpackHighestCellNumber(d));
            Assert.AreEqual(0, CellExtremes.UnpackValidCells(d));
            d = bus.LastSent(TemperatureExtremes.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, TemperatureExtremes.UnpackLowestTemperatureDeciC(d));
            Assert.AreEqual(0, TemperatureExtremes.UnpackValidSensors(d));
            d = bus.LastSent(StateEstimates.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, StateEstimates.UnpackSocCentiPct(d));
            d = bus.LastSent(CellVoltages.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, CellVoltages.UnpackCellVoltageMv0(d));
            d = bus.LastSent(TaskTiming.Id).Data;
            Assert.AreEqual(SignalValue.NotAvailable, TaskTiming.UnpackMeanCycleUs(d));
            Assert.AreEqual(SignalValue.NotAvailable, TaskTiming.UnpackMaxCycleUs(d));
        }

        [TestMethod]
        public void cells_and_sensors_are_numbered_from_one()
        {
            TestRig rig = new TestRig(96);
            rig.Pack.CellMv[0] = 3600;
            rig.Pack.CellMv[95] = 3800;
            rig.Pack.DeciC[0] = -55;
            rig.Pack.DeciC[31] = 305;
            rig.Run(200);
            byte[] d = Next(rig, CellExtremes.Id, 110);
            Assert.AreEqual(3600, CellExtremes.UnpackLowestCellMv(d));
            Assert.AreEqual(1, CellExtremes.UnpackLowestCellNumber(d));
            Assert.AreEqual(3800, CellExtremes.UnpackHighestCellMv(d));
            Assert.AreEqual(96, CellExtremes.UnpackHighestCellNumber(d));
            Assert.AreEqual(96, CellExtremes.UnpackValidCells(d));
            d = Next(rig, TemperatureExtremes.Id, 410);
            Assert.AreEqual(-55, TemperatureExtremes.UnpackLowestTemperatureDeciC(d));
            Assert.AreEqual(1, TemperatureExtremes.UnpackLowestSensorNumber(d));
            Assert.AreEqual(305, TemperatureExtremes.UnpackHighestTemperatureDeciC(d));
            Assert.AreEqual(32, TemperatureExtremes.UnpackHighestSensorNumber(d));
            Assert.AreEqual(32, TemperatureExtremes.UnpackValidSensors(d));
        }

        private static void EveryCellIsReported(int cellCount)
        {
            TestRig rig = new TestRig(cellCount);
            for (int i = 0; i < cellCount; i++)
            {
                rig.Pack.CellMv[i] = 3500 + i;
            }

            for (int i = 0; i < rig.Pack.DeciC.Length; i++)
            {
                rig.Pack.DeciC[i] = -30 + i;
            }

            rig.Run(300);
            int groups = (cellCount + 2) / 3;
            int temperatureGroups = (rig.Pack.DeciC.Length + 2) / 3;
            bool[] seen = new bool[64];
            bool[] warmSeen = new bool[32];
            for (int t = 0; t < 5000; t += 10)
            {
                rig.Run(10);
                CanFrame frame = rig.Bus.LastSent(CellVoltages.Id);
                if (frame != null)
                {
                    int group = CellVoltages.UnpackGroup(frame.Data);
                    Assert.IsTrue(group < groups);
                    seen[group] = true;
                    int cell = group * 3;
                    Assert.AreEqual(3500 + cell, CellVoltages.UnpackCellVoltageMv0(frame.Data));
                    Assert.AreEqual(cell + 1 < cellCount ? 3501 + cell : SignalValue.NotAvailable, CellVoltages.UnpackCellVoltageMv1(frame.Data));
                    Assert.AreEqual(cell + 2 < cellCount ? 3502 + cell : SignalValue.NotAvailable, CellVoltages.UnpackCellVoltageMv2(frame.Data));
                }

                frame = rig.Bus.LastSent(CellTemperatures.Id);
                if (frame != null)
                {
                    int group = CellTemperatures.UnpackGroup(frame.Data);
                    Assert.IsTrue(group < temperatureGroups);
                    warmSeen[group] = true;
                    int sensor = group * 3;
                    int sensors = rig.Pack.DeciC.Length;
                    Assert.AreEqual(sensor - 30, CellTemperatures.UnpackTemperatureDeciC0(frame.Data));
                    Assert.AreEqual(sensor + 1 < sensors ? sensor - 29 : SignalValue.NotAvailable, CellTemperatures.UnpackTemperatureDeciC1(frame.Data));
                    Assert.AreEqual(sensor + 2 < sensors ? sensor - 28 : SignalValue.NotAvailable, CellTemperatures.UnpackTemperatureDeciC2(frame.Data));
                }
            }

            for (int group = 0; group < groups; group++)
            {
                Assert.IsTrue(seen[group]);
            }

            for (int group = 0; group < temperatureGroups; group++)
            {
                Assert.IsTrue(warmSeen[group]);
            }
        }

        [TestMethod]
        public void every_cell_and_sensor_of_every_size_of_pack_is_reported_in_turn()
        {
            EveryCellIsReported(1);
            EveryCellIsReported(13);
            EveryCellIsReported(95);
            EveryCellIsReported(96);
            EveryCellIsReported(192);
        }

        [TestMethod]
        public void the_limits_are_reported_and_never_rounded_up()
        {
            TestRig rig = new TestRig(96);
            rig.Close(HostCommand.ModeDrive);
            rig.Run(3000);
            byte[] d = Next(rig, Limits.Id, 110);
            int charge = Limits.UnpackChargeCurrentLimitMa(d);
            Assert.IsTrue(charge > 0);
            Assert.IsTrue(charge <= rig.Controller.Control.Limits.ChargeLimitMa + 100);
            Assert.AreEqual(1, Limits.UnpackChargeAllowed(d));
            Assert.AreEqual(1, Limits.UnpackDischargeAllowed(d));
            int volt = Limits.UnpackChargeVoltageLimitMv(d);
            Assert.IsTrue(volt > 96 * 4200 - 200 && volt <= 96 * 4200 + 100);
            rig.Pack.SetTemperatures(-50);
            rig.Run(300);
            d = Next(rig, Limits.Id, 110);
            Assert.AreEqual(0, Limits.UnpackChargeCurrentLimitMa(d));
            Assert.AreEqual(0, Limits.UnpackChargeAllowed(d));
            Assert.AreEqual(1, Limits.UnpackDischargeAllowed(d));
        }

        // Shows F-007.
        [TestMethod]
        public void every_row_of_the_fault_table_has_its_place_in_the_fault_status()
        {
            TestRig rig = new TestRig(12);
            rig.Run(300);
            byte[] quiet = new byte[24];
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                for (int other = 0; other < FaultId.Count; other++)
                {
                    rig.Controller.Protection.SeverityOf[other] = other == fault ? Severity.Trip : Severity.None;
                }

                // Counter and CRC aside, a single row sets two bits and nothing else.
                FaultBits(rig, quiet);
                int bits = 0;
                int at = 0;
                for (int i = 0; i < 192; i++)
                {
                    if (i % 64 >= 12 && (quiet[i >> 3] & (1 << (i & 7))) != 0)
                    {
                        bits++;
                        at = i;
                    }
                }

                Assert.AreEqual(2, bits, FaultTable.NameOf(fault));
                Assert.AreEqual(fault / FaultTable.RowsPerStatus * 64 + 13 + fault % FaultTable.RowsPerStatus * 2, at, FaultTable.NameOf(fault));
            }
        }

        private static void FaultBits(TestRig rig, byte[] target)
        {
            rig.Bus.ForgetSent();
            PackReporter reporter = new PackReporter(rig.Parameters, 1, rig.Bus);
            for (uint now = 0; now <= 190; now += 10)
            {
                reporter.Update(rig.Controller, now);
            }

            for (int i = 0; i < 8; i++)
            {
                target[i] = rig.Bus.LastSent(FaultStatus.Id).Data[i];
                target[8 + i] = rig.Bus.LastSent(FaultStatus2.Id).Data[i];
                target[16 + i] = rig.Bus.LastSent(FaultStatus3.Id).Data[i];
            }
        }

        [TestMethod]
        public void bits_without_a_meaning_are_zero()
        {
            TestRig rig = new TestRig(96);
            rig.Pack.SetTemperatures(-1);
            rig.Pack.CurrentMa = -1;
            rig.Close(HostCommand.ModeCharge);
            for (int t = 0; t < 2000; t += 10)
            {
                rig.Run(10);
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    CanFrame frame = rig.Bus.Sent(i);
                    if (frame.Id == FaultEvent.Id)
                    {
                        Assert.AreEqual(0, frame.Data[7] | (frame.Data[2] & 0x80));
                    }
                    else if (frame.Id == FaultStatus3.Id)
                    {
                        Assert.AreEqual(0, frame.Data[7] | frame.Data[6] | frame.Data[5]);
                    }
                    else if (frame.Id == TaskTiming.Id)
                    {
                        Assert.AreEqual(0, frame.Data[7] & 0xF0);
                    }
                }
            }
        }

        // Shows F-007.
        [TestMethod]
        public void every_change_of_a_fault_is_one_event()
        {
            TestRig rig = new TestRig(12);
            rig.Run(1000);
            rig.Pack.CellMv[3] = 4225;
            int events = 0;
            byte[] data = new byte[8];
            int counter = -1;
            for (int t = 0; t < 3000; t += 10)
            {
                if (t == 1000)
                {
                    rig.Pack.CellMv[3] = 4100;
                }

                rig.Run(10);
                CanFrame frame = rig.Bus.LastSent(FaultEvent.Id);
                if (frame == null)
                {
                    continue;
                }

                for (int i = 0; i < 8; i++)
                {
                    data[i] = frame.Data[i];
                }

                events++;
                Assert.AreEqual(FaultId.CellOverVoltage, FaultEvent.UnpackFaultId(data));
                Assert.AreEqual(events == 1 ? Severity.Warning : Severity.None, FaultEvent.UnpackFaultSeverity(data));
                Assert.AreEqual(4, FaultEvent.UnpackElement(data));
                Assert.AreEqual(events == 1 ? 4225 : 4100, FaultEvent.UnpackValue(data));
                Assert.AreEqual(counter + 1, E2eProfile1.CounterOf(data));
                counter++;
            }

            Assert.AreEqual(2, events);
        }

        [TestMethod]
        public void events_that_come_together_are_sent_one_after_another()
        {
            TestRig rig = new TestRig(12);
            rig.Run(1000);
            rig.Pack.SilentModule = 0;
            rig.Pack.CurrentIsSilent = true;
            rig.Pack.HostIsSilent = true;
            int events = 0;
            for (int t = 0; t < 1500; t += 10)
            {
                rig.Run(10);
                int inCycle = 0;
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    inCycle += rig.Bus.Sent(i).Id == FaultEvent.Id ? 1 : 0;
                }

                Assert.IsTrue(inCycle <= 1);
                events += inCycle;
            }

            // Warning, limit and trip of three rows.
            Assert.AreEqual(9, events);
        }

        [TestMethod]
        public void frames_that_the_bus_refuses_are_counted_and_come_again()
        {
            TestRig rig = new TestRig(12);
            rig.Run(500);
            rig.Bus.RefusesToSend = true;
            rig.Run(1000);
            uint refused = rig.Controller.Reporting.RefusedSends;
            Assert.IsTrue(refused > 80u);
            rig.Bus.RefusesToSend = false;
            Assert.IsTrue(Next(rig, PackStatus.Id, 110) != null);
            Assert.AreEqual(refused, rig.Controller.Reporting.RefusedSends);
        }

        [TestMethod]
        public void cycle_times_are_reported_and_begin_anew_every_second()
        {
            TestRig rig = new TestRig(12);
            rig.Run(80);
            rig.Controller.Reporting.NoteCycleTime(1000);
            rig.Controller.Reporting.NoteCycleTime(3000);
            rig.Controller.Reporting.NoteCycleTime(11000);
            rig.Controller.Reporting.NoteCycleTime(-5);
            byte[] d = Next(rig, TaskTiming.Id, 1010);
            Assert.AreEqual(5000, TaskTiming.UnpackMeanCycleUs(d));
            Assert.AreEqual(11000, TaskTiming.UnpackMaxCycleUs(d));
            Assert.AreEqual(1, TaskTiming.UnpackMissedCycles(d));
            Assert.IsTrue(TaskTiming.UnpackMaxFramesPerCycle(d) >= 4);
            d = Next(rig, TaskTiming.Id, 1010);
            Assert.AreEqual(SignalValue.NotAvailable, TaskTiming.UnpackMeanCycleUs(d));
            Assert.AreEqual(0, TaskTiming.UnpackMissedCycles(d));
        }

        [TestMethod]
        public void a_cycle_that_begins_late_is_counted()
        {
            TestRig rig = new TestRig(12);
            rig.Run(80);
            rig.NowMs += 5;
            rig.Run(10);
            rig.NowMs += 10;
            rig.Run(10);
            Assert.AreEqual(1, TaskTiming.UnpackMissedCycles(Next(rig, TaskTiming.Id, 1010)));
        }

        [TestMethod]
        public void balancing_commands_carry_cells_and_hold_time()
        {
            TestRig rig = new TestRig(24);
            rig.Pack.CellMv[14] = 3800;
            rig.Pack.HostBalances = 1;
            rig.Run(700);
            byte[] d = Next(rig, ModuleBalancing.BaseId, 510);
            Assert.AreEqual(0, ModuleBalancing.UnpackBleedCells(d));
            Assert.AreEqual(FrameTable.BalancingHoldMs, ModuleBalancing.UnpackHoldMs(d));
            d = Next(rig, ModuleBalancing.BaseId + 1, 510);
            Assert.AreEqual(1 << 2, ModuleBalancing.UnpackBleedCells(d));
            Assert.AreEqual(4, rig.Bus.LastSent(ModuleBalancing.BaseId + 1).Length);
            Assert.AreEqual(1, PackStatus.UnpackBalancingOn(Next(rig, PackStatus.Id, 110)));
        }
    }
}
