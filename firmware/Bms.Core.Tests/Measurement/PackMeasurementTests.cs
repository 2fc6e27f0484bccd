using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Measurement
{
    [TestClass]
    public class PackMeasurementTests
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        private static PackMeasurement Make(TestBus bus, int cellCount)
        {
            ParameterBlock parameters = Presets.Nmc(cellCount, 50000);
            parameters.Set(ParameterId.MaxFramesPerCycle, 64);
            return new PackMeasurement(parameters, bus);
        }

        // Enough calls for 16 modules at 64 frames each, all at one time.
        private static void Take(PackMeasurement m, uint nowMs)
        {
            m.Update(nowMs);
            m.Update(nowMs);
        }

        [TestMethod]
        public void nothing_is_available_before_the_first_frame()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 96);
            m.Update(0);
            Assert.AreEqual(NotAvailable, m.LowestCellMv);
            Assert.AreEqual(NotAvailable, m.HighestCellMv);
            Assert.AreEqual(NotAvailable, m.CellSumMv);
            Assert.AreEqual(NotAvailable, m.LowestTemperatureDeciC);
            Assert.AreEqual(NotAvailable, m.HighestTemperatureDeciC);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
            Assert.AreEqual(NotAvailable, m.PackVoltageMv);
            Assert.AreEqual(NotAvailable, m.LinkVoltageMv);
            Assert.AreEqual(NotAvailable, m.CellVoltageMv[0]);
            Assert.AreEqual(NotAvailable, m.TemperatureDeciC[0]);
            Assert.AreEqual(HostCommand.ModeStandby, m.HostMode);
            Assert.AreEqual(0, m.ValidCells);
            Assert.IsFalse(m.IsComplete);
            Assert.IsFalse(m.HostSeen);
        }

        [TestMethod]
        public void good_frames_give_values()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 96);
            PackMeasurement m = Make(bus, 96);
            pack.CellMv[17] = 3650;
            pack.CellMv[42] = 3790;
            pack.DeciC[3] = -105;
            pack.DeciC[29] = 310;
            pack.CurrentMa = -12345;
            pack.LinkMv = 12;
            pack.HostMode = HostCommand.ModeDrive;
            pack.HostBalances = 1;
            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(3650, m.LowestCellMv);
            Assert.AreEqual(17, m.LowestCell);
            Assert.AreEqual(3790, m.HighestCellMv);
            Assert.AreEqual(42, m.HighestCell);
            Assert.AreEqual(96 * 3700 - 50 + 90, m.CellSumMv);
            Assert.AreEqual(-105, m.LowestTemperatureDeciC);
            Assert.AreEqual(3, m.LowestSensor);
            Assert.AreEqual(310, m.HighestTemperatureDeciC);
            Assert.AreEqual(29, m.HighestSensor);
            Assert.AreEqual(96, m.ValidCells);
            Assert.AreEqual(32, m.ValidTemperatures);
            Assert.AreEqual(-12345, m.CurrentMa);
            Assert.AreEqual(96 * 3700 + 40, m.PackVoltageMv);
            Assert.AreEqual(12, m.LinkVoltageMv);
            Assert.AreEqual(HostCommand.ModeDrive, m.HostMode);
            Assert.IsTrue(m.HostAllowsBalancing);
            Assert.IsFalse(m.HostClearsFaults);
            Assert.IsTrue(m.IsComplete);
            Assert.AreEqual(0u, m.RefusedFrames);
        }

        private static void EveryCountOf(int cellCount)
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, cellCount);
            PackMeasurement m = Make(bus, cellCount);
            Assert.AreEqual((cellCount + 11) / 12, m.ModuleCount);
            int sum = 0;
            for (int i = 0; i < cellCount; i++)
            {
                pack.CellMv[i] = 3500 + i;
                sum += 3500 + i;
            }

            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(cellCount, m.ValidCells);
            Assert.AreEqual(0, m.InvalidCells);
            Assert.AreEqual(3500, m.LowestCellMv);
            Assert.AreEqual(0, m.LowestCell);
            Assert.AreEqual(3500 + cellCount - 1, m.HighestCellMv);
            Assert.AreEqual(cellCount - 1, m.HighestCell);
            Assert.AreEqual(sum, m.CellSumMv);
            for (int i = 0; i < cellCount; i++)
            {
                Assert.AreEqual(3500 + i, m.CellVoltageMv[i]);
            }
        }

        [TestMethod]
        public void a_pack_of_one_cell_works()
        {
            EveryCountOf(1);
        }

        [TestMethod]
        public void packs_of_2_to_5_cells_work()
        {
            EveryCountOf(2);
            EveryCountOf(3);
            EveryCountOf(4);
            EveryCountOf(5);
        }

        [TestMethod]
        public void packs_of_11_to_14_cells_work()
        {
            EveryCountOf(11);
            EveryCountOf(12);
            EveryCountOf(13);
            EveryCountOf(14);
        }

        [TestMethod]
        public void packs_of_95_and_96_cells_work()
        {
            EveryCountOf(95);
            EveryCountOf(96);
        }

        [TestMethod]
        public void packs_of_191_and_192_cells_work()
        {
            EveryCountOf(191);
            EveryCountOf(192);
        }

        [TestMethod]
        public void voltages_at_the_ends_of_their_range_are_numbers()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.CellMv[0] = 0;
            pack.CellMv[11] = 8190;
            pack.SendModule(0);
            m.Update(10);
            Assert.AreEqual(0, m.LowestCellMv);
            Assert.AreEqual(8190, m.HighestCellMv);
            Assert.AreEqual(12, m.ValidCells);
        }

        [TestMethod]
        public void of_equal_cells_the_first_is_named()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 24);
            PackMeasurement m = Make(bus, 24);
            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(0, m.LowestCell);
            Assert.AreEqual(0, m.HighestCell);
            pack.CellMv[7] = 3600;
            pack.CellMv[6] = 3600;
            pack.CellMv[20] = 3600;
            pack.CellMv[9] = 3800;
            pack.CellMv[10] = 3800;
            pack.CellMv[21] = 3800;
            pack.SendAll();
            Take(m, 20);
            Assert.AreEqual(6, m.LowestCell);
            Assert.AreEqual(9, m.HighestCell);
        }

        [TestMethod]
        public void extremes_follow_when_the_extreme_cell_returns()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 24);
            PackMeasurement m = Make(bus, 24);
            pack.CellMv[5] = 3000;
            pack.CellMv[6] = 4100;
            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(3000, m.LowestCellMv);
            Assert.AreEqual(4100, m.HighestCellMv);
            pack.CellMv[5] = 3700;
            pack.CellMv[6] = 3700;
            pack.SendVoltages(0, 1);
            m.Update(20);

            // One search in a cycle: the second extreme is known in the next one.
            m.Update(30);
            Assert.AreEqual(3700, m.LowestCellMv);
            Assert.AreEqual(3700, m.HighestCellMv);
            Assert.AreEqual(24 * 3700, m.CellSumMv);
        }

        // Shows S-009, S-010.
        [TestMethod]
        public void a_frame_with_a_wrong_crc_changes_nothing()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SendAll();
            m.Update(10);
            pack.SetCells(4400);
            pack.SetTemperatures(900);
            pack.CurrentMa = 99999;
            pack.LinkMv = 99999;
            pack.HostMode = HostCommand.ModeDrive;
            pack.CrcError = 0x40;
            pack.SendAll();
            m.Update(20);
            Assert.AreEqual(3700, m.HighestCellMv);
            Assert.AreEqual(250, m.HighestTemperatureDeciC);
            Assert.AreEqual(0, m.CurrentMa);
            Assert.AreEqual(0, m.LinkVoltageMv);
            Assert.AreEqual(HostCommand.ModeStandby, m.HostMode);
            Assert.AreEqual(7u, m.RefusedFrames);
            Assert.AreEqual(10, m.CurrentAgeMs);
            Assert.AreEqual(10, m.VoltageAgeMs);
            Assert.AreEqual(10, m.HostAgeMs);
            Assert.AreEqual(10, m.ModuleAgeMs(0, 20));
        }

        // Shows S-009.
        [TestMethod]
        public void a_frame_of_the_wrong_length_changes_nothing()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 12);
            byte[] data = new byte[8];
            for (int length = 0; length < 8; length++)
            {
                if (length >= 2)
                {
                    E2eProfile1.ProtectAtEnd(data, length, E2eProfile1.SeedOf(0x200), length);
                }

                bus.Put(0x200, false, data, length);
            }

            E2eProfile1.Protect(data, 8, SensorCurrent.DataId, 0);
            bus.Put(SensorCurrent.Id, false, data, 8);
            E2eProfile1.Protect(data, 4, SensorCurrent.DataId, 1);
            bus.Put(SensorCurrent.Id, false, data, 4);
            m.Update(10);
            Assert.AreEqual(10u, m.RefusedFrames);
            Assert.AreEqual(0, m.ValidCells);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
        }

        [TestMethod]
        public void a_frame_under_a_wrong_identifier_is_refused()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 24);
            byte[] data = new byte[8];
            E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf(0x200), 0);
            bus.Put(0x201, false, data, 8);
            m.Update(10);
            Assert.AreEqual(1u, m.RefusedFrames);
            Assert.AreEqual(0, m.ValidCells);
        }

        // Shows S-009.
        [TestMethod]
        public void a_repeated_counter_is_no_news()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SetCounter(SensorCurrent.Id, 5);
            pack.CurrentMa = 1000;
            pack.SendCurrent();
            m.Update(10);
            pack.SetCounter(SensorCurrent.Id, 5);
            pack.CurrentMa = 2000;
            pack.SendCurrent();
            m.Update(20);
            Assert.AreEqual(1000, m.CurrentMa);
            Assert.AreEqual(10, m.CurrentAgeMs);
            pack.SendCurrent();
            m.Update(30);
            Assert.AreEqual(2000, m.CurrentMa);
            Assert.AreEqual(0, m.CurrentAgeMs);
        }

        [TestMethod]
        public void up_to_two_frames_may_be_missed()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SetCounter(SensorCurrent.Id, 13);
            pack.SendCurrent();
            m.Update(10);

            // 13, then 1: 14 and 0 were lost.
            pack.SetCounter(SensorCurrent.Id, 1);
            pack.CurrentMa = 2000;
            pack.SendCurrent();
            m.Update(20);
            Assert.AreEqual(2000, m.CurrentMa);
            Assert.AreEqual(0u, m.RefusedFrames);
        }

        [TestMethod]
        public void a_larger_skip_is_refused_once_and_then_taken_up()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SetCounter(SensorCurrent.Id, 3);
            pack.SendCurrent();
            m.Update(10);
            pack.SetCounter(SensorCurrent.Id, 7);
            pack.CurrentMa = 2000;
            pack.SendCurrent();
            m.Update(20);
            Assert.AreEqual(0, m.CurrentMa);
            Assert.AreEqual(1u, m.RefusedFrames);
            pack.SendCurrent();
            m.Update(30);
            Assert.AreEqual(2000, m.CurrentMa);
        }

        [TestMethod]
        public void counter_15_is_never_valid()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SetCounter(SensorCurrent.Id, 15);
            pack.CurrentMa = 777;
            pack.SendCurrent();
            m.Update(10);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
            Assert.AreEqual(1u, m.RefusedFrames);
            pack.SetCounter(SensorCurrent.Id, 15);
            pack.SendCurrent();
            m.Update(20);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
            pack.SetCounter(SensorCurrent.Id, 9);
            pack.SendCurrent();
            m.Update(30);
            Assert.AreEqual(777, m.CurrentMa);
        }

        [TestMethod]
        public void a_counter_that_stands_still_is_never_believed_again()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            for (uint now = 0; now <= 2000; now += 100)
            {
                for (uint id = 0x200; id <= 0x230; id += 0x10)
                {
                    pack.SetCounter(id, 6);
                }

                pack.SendModule(0);
                for (uint t = 0; t < 100; t += 10)
                {
                    m.Update(now + t);
                    Assert.IsTrue(now + t < 300 || m.ValidCells == 0);
                }
            }
        }

        [TestMethod]
        public void an_invalid_counter_makes_no_repeated_one_good()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SetCounter(SensorCurrent.Id, 6);
            pack.SendCurrent();
            m.Update(0);
            pack.SetCounter(SensorCurrent.Id, 15);
            pack.SendCurrent();
            m.Update(10);
            pack.CurrentMa = 5000;
            pack.SetCounter(SensorCurrent.Id, 6);
            pack.SendCurrent();
            m.Update(20);
            Assert.AreEqual(0, m.CurrentMa);
            Assert.AreEqual(2u, m.RefusedFrames);
            pack.SendCurrent();
            m.Update(30);
            Assert.AreEqual(5000, m.CurrentMa);
        }

        [TestMethod]
        public void fifty_cycles_of_the_counter_are_accepted()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            for (int i = 0; i < 50 * 15; i++)
            {
                pack.CurrentMa = i;
                pack.SendCurrent();
                m.Update((uint)(i * 10));
                Assert.AreEqual(i, m.CurrentMa);
            }

            Assert.AreEqual(0u, m.RefusedFrames);
        }

        [TestMethod]
        public void extended_frames_with_known_numbers_are_ignored()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 12);
            byte[] data = new byte[8];
            E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf(0x200), 0);
            bus.Put(0x200, true, data, 8);
            E2eProfile1.Protect(data, SensorCurrent.Length, SensorCurrent.DataId, 0);
            bus.Put(SensorCurrent.Id, true, data, SensorCurrent.Length);
            m.Update(10);
            Assert.AreEqual(2, m.FramesThisCycle);
            Assert.AreEqual(0, m.ValidCells);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
            Assert.AreEqual(0u, m.RefusedFrames);
        }

        [TestMethod]
        public void unknown_identifiers_are_ignored()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 12);
            byte[] data = new byte[8];
            uint[] ids = { 0x000, 0x0FF, 0x101, 0x10F, 0x112, 0x1FF, 0x250, 0x25F, 0x300, 0x7FF };
            for (int i = 0; i < ids.Length; i++)
            {
                E2eProfile1.Protect(data, 8, (int)ids[i], 1);
                bus.Put(ids[i], false, data, 8);
            }

            m.Update(10);
            Assert.AreEqual(10, m.FramesThisCycle);
            Assert.AreEqual(0u, m.RefusedFrames);
            Assert.AreEqual(0, m.ValidCells);
            Assert.IsFalse(m.HostSeen);
        }

        [TestMethod]
        public void modules_that_the_pack_does_not_have_are_ignored()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 12);
            byte[] data = new byte[8];
            for (int module = 1; module < 16; module++)
            {
                E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf(0x200 + module), 1);
                bus.Put((uint)(0x200 + module), false, data, 8);
                E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf(0x230 + module), 1);
                bus.Put((uint)(0x230 + module), false, data, 8);
            }

            m.Update(10);
            Assert.AreEqual(0, m.ValidCells);
            Assert.AreEqual(0, m.ValidTemperatures);
            Assert.AreEqual(0u, m.RefusedFrames);
        }

        // Shows S-009.
        [TestMethod]
        public void a_cell_called_not_available_is_counted_and_named()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 24);
            PackMeasurement m = Make(bus, 24);
            pack.CellMv[14] = NotAvailable;
            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(23, m.ValidCells);
            Assert.AreEqual(1, m.InvalidCells);
            Assert.AreEqual(14, m.InvalidCell);
            Assert.AreEqual(NotAvailable, m.CellVoltageMv[14]);
            Assert.AreEqual(NotAvailable, m.CellSumMv);
            Assert.AreEqual(3700, m.LowestCellMv);
            Assert.IsFalse(m.IsComplete);
            pack.CellMv[14] = 3701;
            pack.SendVoltages(1, 0);
            m.Update(20);
            Assert.AreEqual(24, m.ValidCells);
            Assert.AreEqual(0, m.InvalidCells);
            Assert.AreEqual(24 * 3700 + 1, m.CellSumMv);
            Assert.IsTrue(m.IsComplete);
        }

        [TestMethod]
        public void a_pack_whose_every_cell_is_not_available_has_no_extremes()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 13);
            PackMeasurement m = Make(bus, 13);
            pack.SetCells(NotAvailable);
            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(0, m.ValidCells);
            Assert.AreEqual(13, m.InvalidCells);
            Assert.AreEqual(NotAvailable, m.LowestCellMv);
            Assert.AreEqual(NotAvailable, m.HighestCellMv);
            Assert.AreEqual(NotAvailable, m.CellSumMv);
        }

        [TestMethod]
        public void missing_temperature_sensors_are_counted_for_the_worst_module()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 36);
            PackMeasurement m = Make(bus, 36);
            pack.DeciC[1] = NotAvailable;
            pack.DeciC[8] = NotAvailable;
            pack.DeciC[10] = NotAvailable;
            pack.SendAll();
            Take(m, 10);
            Assert.AreEqual(2, m.WorstMissingTemperatures);
            Assert.AreEqual(2, m.WorstTemperatureModule);
            Assert.AreEqual(9, m.ValidTemperatures);
            Assert.AreEqual(250, m.LowestTemperatureDeciC);
            Assert.IsTrue(m.IsComplete);
        }

        [TestMethod]
        public void without_any_temperature_nothing_is_cold_or_hot()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SetTemperatures(NotAvailable);
            pack.SendAll();
            m.Update(10);
            Assert.AreEqual(NotAvailable, m.LowestTemperatureDeciC);
            Assert.AreEqual(NotAvailable, m.HighestTemperatureDeciC);
            Assert.AreEqual(4, m.WorstMissingTemperatures);
            Assert.IsFalse(m.IsComplete);
        }

        [TestMethod]
        public void sensors_that_are_not_fitted_are_not_missed()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.TemperaturesPerModule, 2);
            PackMeasurement m = new PackMeasurement(parameters, bus);
            pack.DeciC[1] = 260;
            pack.DeciC[2] = NotAvailable;
            pack.DeciC[3] = -400;
            pack.SendAll();
            m.Update(10);
            Assert.AreEqual(2, m.ValidTemperatures);
            Assert.AreEqual(0, m.WorstMissingTemperatures);
            Assert.AreEqual(250, m.LowestTemperatureDeciC);
            Assert.AreEqual(260, m.HighestTemperatureDeciC);
        }

        [TestMethod]
        public void negative_temperatures_keep_their_sign()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.DeciC[0] = -1;
            pack.DeciC[1] = 0;
            pack.DeciC[2] = 1;
            pack.DeciC[3] = -400;
            pack.SendAll();
            m.Update(10);
            Assert.AreEqual(-1, m.TemperatureDeciC[0]);
            Assert.AreEqual(0, m.TemperatureDeciC[1]);
            Assert.AreEqual(1, m.TemperatureDeciC[2]);
            Assert.AreEqual(-400, m.LowestTemperatureDeciC);
            Assert.AreEqual(3, m.LowestSensor);
            Assert.AreEqual(1, m.HighestTemperatureDeciC);
            Assert.AreEqual(2, m.HighestSensor);
        }

        // Time from the last frame of a module until its values are gone, when its frames come at one phase of the age scan.
        private static int SilenceUntilGone(int module, int phase, int block)
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 96);
            PackMeasurement m = Make(bus, 96);
            uint now = 0;
            for (int i = 0; i < phase; i++)
            {
                m.Update(now);
                now += 10;
            }

            pack.SendAll();
            Take(m, now);
            for (int silentMs = 10; silentMs <= 1000; silentMs += 10)
            {
                now += 10;
                for (int other = 0; other < 8 && silentMs % 50 == 0; other++)
                {
                    if (other != module)
                    {
                        pack.SendModule(other);
                        continue;
                    }

                    for (int frame = 0; frame < 4; frame++)
                    {
                        if (frame == 3 && block != 3)
                        {
                            pack.SendTemperatures(module);
                        }
                        else if (frame != 3 && frame != block)
                        {
                            pack.SendVoltages(module, frame);
                        }
                    }
                }

                m.Update(now);
                bool gone = block == 3 ? m.TemperatureDeciC[module * 4] == NotAvailable : m.CellVoltageMv[module * 12 + block * 4] == NotAvailable;
                if (gone)
                {
                    Assert.AreEqual(block == 3 ? 96 : 92, m.ValidCells);
                    Assert.AreEqual(block == 3 ? 28 : 32, m.ValidTemperatures);
                    Assert.AreEqual(0, m.InvalidCells);
                    Assert.IsTrue(m.OldestModuleAgeMs > 250);
                    Assert.AreEqual(module, m.OldestModule);
                    Assert.AreEqual(silentMs, m.ModuleAgeMs(module, now));
                    return silentMs;
                }
            }

            return 9999;
        }

        // Shows S-007.
        [TestMethod]
        public void a_lost_voltage_frame_is_known_within_300_ms_at_every_phase_of_the_scan()
        {
            for (int phase = 1; phase <= 4; phase++)
            {
                for (int module = 0; module < 8; module++)
                {
                    int ms = SilenceUntilGone(module, phase, module % 3);
                    Assert.IsTrue(ms <= 300);
                    Assert.IsTrue(ms > 250);
                }
            }
        }

        // Shows S-007.
        [TestMethod]
        public void a_lost_temperature_frame_is_known_within_300_ms_at_every_phase_of_the_scan()
        {
            for (int phase = 1; phase <= 4; phase++)
            {
                for (int module = 0; module < 4; module++)
                {
                    Assert.IsTrue(SilenceUntilGone(module, phase, 3) <= 300);
                }
            }
        }

        [TestMethod]
        public void a_module_that_returns_is_read_again_at_once()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SendAll();
            m.Update(0);
            for (uint now = 10; now <= 400; now += 10)
            {
                m.Update(now);
            }

            Assert.AreEqual(0, m.ValidCells);
            Assert.AreEqual(NotAvailable, m.LowestCellMv);
            pack.SendModule(0);
            m.Update(410);
            Assert.AreEqual(12, m.ValidCells);
            Assert.AreEqual(12 * 3700, m.CellSumMv);
        }

        // Shows S-010.
        [TestMethod]
        public void ages_wait_for_the_end_of_the_grace_time()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 12);
            for (uint now = 0; now <= 1000; now += 10)
            {
                m.Update(now);
                Assert.AreEqual(0, m.OldestModuleAgeMs);
                Assert.AreEqual(0, m.CurrentAgeMs);
                Assert.AreEqual(0, m.VoltageAgeMs);
            }

            m.Update(1010);
            Assert.AreEqual(10, m.CurrentAgeMs);
            Assert.AreEqual(10, m.VoltageAgeMs);
            Assert.AreEqual(0, m.HostAgeMs);
        }

        // Shows S-009.
        [TestMethod]
        public void a_current_older_than_its_limit_is_not_available()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.CurrentMa = 1234;
            pack.SendCurrent();
            m.Update(0);
            m.Update(100);
            Assert.AreEqual(1234, m.CurrentMa);
            Assert.AreEqual(100, m.CurrentAgeMs);
            m.Update(101);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
        }

        [TestMethod]
        public void a_sensor_that_does_not_know_is_as_old_as_its_last_value()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.CurrentMa = 1234;
            pack.SendCurrent();
            m.Update(0);
            pack.SensorStatus = SensorCurrent.SensorStatusFailed;
            pack.SendCurrent();
            m.Update(50);
            Assert.AreEqual(1234, m.CurrentMa);
            Assert.AreEqual(50, m.CurrentAgeMs);
            pack.SensorStatus = SensorCurrent.SensorStatusOk;
            pack.CurrentMa = NotAvailable;
            pack.SendCurrent();
            m.Update(101);
            Assert.AreEqual(NotAvailable, m.CurrentMa);
            Assert.AreEqual(101, m.CurrentAgeMs);
        }

        [TestMethod]
        public void currents_at_the_ends_of_their_range_are_numbers()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.CurrentMa = 8388607;
            pack.SendCurrent();
            m.Update(0);
            Assert.AreEqual(8388607, m.CurrentMa);
            pack.CurrentMa = -8388607;
            pack.SendCurrent();
            m.Update(10);
            Assert.AreEqual(-8388607, m.CurrentMa);
        }

        [TestMethod]
        public void voltages_older_than_their_limit_are_not_available()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.LinkMv = 5000;
            pack.SendPackVoltages();
            m.Update(0);
            m.Update(300);
            Assert.AreEqual(12 * 3700, m.PackVoltageMv);
            Assert.AreEqual(5000, m.LinkVoltageMv);
            m.Update(301);
            Assert.AreEqual(NotAvailable, m.PackVoltageMv);
            Assert.AreEqual(NotAvailable, m.LinkVoltageMv);
        }

        [TestMethod]
        public void a_voltage_that_is_not_available_is_none_at_once_and_its_age_grows()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.LinkMv = 5000;
            pack.SendPackVoltages();
            m.Update(0);
            pack.LinkMv = NotAvailable;
            pack.SendPackVoltages();
            m.Update(150);
            Assert.AreEqual(NotAvailable, m.LinkVoltageMv);
            Assert.AreEqual(12 * 3700, m.PackVoltageMv);
            Assert.AreEqual(150, m.VoltageAgeMs);
            pack.LinkMv = 5000;
            pack.SendPackVoltages();
            m.Update(170);
            Assert.AreEqual(0, m.VoltageAgeMs);
        }

        // Shows S-015.
        [TestMethod]
        public void ages_are_right_across_the_roll_over_of_the_clock()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            uint start = 0xFFFFFFFF - 49;
            pack.SendAll();
            m.Update(start);
            for (uint t = 10; t <= 100; t += 10)
            {
                m.Update(start + t);
                Assert.AreEqual((int)t, m.CurrentAgeMs);
                Assert.AreEqual((int)t, m.HostAgeMs);
                Assert.AreEqual((int)t, m.ModuleAgeMs(0, start + t));
                Assert.AreEqual(12, m.ValidCells);
            }
        }

        // Shows S-015.
        [TestMethod]
        public void a_silence_of_weeks_does_not_look_young()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            PackMeasurement m = Make(bus, 12);
            pack.SendAll();
            uint now = 0;
            m.Update(now);

            // 120 days in steps of 40 minutes: the clock rolls over twice.
            for (int i = 0; i < 4320; i++)
            {
                for (int scan = 0; scan < 4; scan++)
                {
                    now += 600000;
                    m.Update(now);
                }

                Assert.IsTrue(m.CurrentAgeMs >= 600000);
                Assert.IsTrue(m.VoltageAgeMs >= 600000);
                Assert.IsTrue(m.HostAgeMs >= 600000);
                Assert.IsTrue(m.OldestModuleAgeMs >= 600000);
                Assert.AreEqual(0, m.ValidCells);
            }

            pack.SendAll();
            m.Update(now + 10);
            Assert.AreEqual(12, m.ValidCells);
            Assert.AreEqual(0, m.CurrentAgeMs);
        }

        // Shows F-008.
        [TestMethod]
        public void no_more_frames_than_the_budget_are_taken_in_one_cycle()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.MaxFramesPerCycle, 12);
            PackMeasurement m = new PackMeasurement(parameters, bus);
            for (int i = 0; i < 30; i++)
            {
                pack.CurrentMa = i;
                pack.SendCurrent();
            }

            m.Update(0);
            Assert.AreEqual(12, m.FramesThisCycle);
            Assert.AreEqual(11, m.CurrentMa);
            m.Update(10);
            Assert.AreEqual(12, m.FramesThisCycle);
            m.Update(20);
            Assert.AreEqual(6, m.FramesThisCycle);
            Assert.AreEqual(29, m.CurrentMa);
            m.Update(30);
            Assert.AreEqual(0, m.FramesThisCycle);
            Assert.AreEqual(0u, m.RefusedFrames);
        }

        [TestMethod]
        public void an_unknown_host_mode_is_standby()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = Make(bus, 12);
            byte[] data = new byte[8];
            data[1] = 0x30;
            E2eProfile1.Protect(data, HostCommand.Length, HostCommand.DataId, 0);
            bus.Put(HostCommand.Id, false, data, HostCommand.Length);
            m.Update(0);
            Assert.AreEqual(HostCommand.ModeStandby, m.HostMode);
            Assert.IsTrue(m.HostSeen);
        }

        [TestMethod]
        public void an_empty_bus_after_many_frames_keeps_the_last_values()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 96);
            PackMeasurement m = Make(bus, 96);
            pack.SendAll();
            Take(m, 0);
            for (uint now = 10; now <= 90; now += 10)
            {
                m.Update(now);
                Assert.AreEqual(96, m.ValidCells);
                Assert.AreEqual(96 * 3700, m.CellSumMv);
            }
        }
    }
}
