using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Measurement
{
    /// <summary>The short way of the module frames, held against the generated code, and frames in words.</summary>
    [TestClass]
    public sealed class ReferenceModulesTests
    {
        private const int Modules = 8;
        private const int Rounds = 60;

        [TestMethod]
        public void the_short_way_reads_what_the_generated_code_reads()
        {
            TestBus bus = new TestBus();
            ParameterBlock parameters = Presets.Nmc(96, 50000);
            parameters.Set(ParameterId.MaxFramesPerCycle, 64);
            parameters.Set(ParameterId.TemperaturesPerModule, 4);
            PackMeasurement m = new PackMeasurement(parameters, bus);
            byte[][] payloads = new byte[Modules * 4][];
            for (int i = 0; i < payloads.Length; i++)
            {
                payloads[i] = new byte[8];
            }

            uint state = 20261125;
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < payloads.Length; i++)
                {
                    byte[] data = payloads[i];
                    for (int k = 1; k < 8; k++)
                    {
                        state = state * 1664525 + 1013904223;
                        data[k] = (byte)(state >> 24);
                    }

                    // All ones, "not available", comes up in one frame of four.
                    if ((state & 0x300) == 0)
                    {
                        data[5] = 0xFF;
                        data[6] = 0xFF;
                        data[7] = 0xFF;
                    }

                    uint id = (uint)(0x200 + i / Modules * 0x10 + i % Modules);
                    E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf((int)id), round % 15);
                    bus.Put(id, false, data, 8);
                }

                m.Update((uint)(round * 10));
                Check(m, payloads);
            }

            Assert.AreEqual(0u, m.RefusedFrames);
        }

        // docs/hardware/can.md; its bytes were made with another program.
        [TestMethod]
        public void the_worked_examples_for_builders_of_modules_are_taken()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = new PackMeasurement(Presets.Of(Chemistry.Nmc, 48, 50000), bus);
            bus.Put(0x203, false, new byte[] { 0x59, 0x72, 0x13, 0x90, 0xDC, 0x82, 0xFA, 0xC5 }, 8);
            bus.Put(0x233, false, new byte[] { 0x43, 0x27, 0x19, 0x38, 0x3F, 0xFF, 0xFF, 0xFE }, 8);
            m.Update(10);
            Assert.AreEqual(0u, m.RefusedFrames);
            Assert.AreEqual(3650, m.CellVoltageMv[36]);
            Assert.AreEqual(3651, m.CellVoltageMv[37]);
            Assert.AreEqual(3649, m.CellVoltageMv[38]);
            Assert.AreEqual(4012, m.CellVoltageMv[39]);
            Assert.AreEqual(251, m.TemperatureDeciC[12]);
            Assert.AreEqual(248, m.TemperatureDeciC[13]);
            Assert.AreEqual(SignalValue.NotAvailable, m.TemperatureDeciC[14]);
        }

        [TestMethod]
        public void extremes_and_sum_are_those_of_all_values_whatever_way_they_came()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 96);
            PackMeasurement m = new PackMeasurement(Presets.Nmc(96, 50000), bus);
            uint state = 7;
            for (uint nowMs = 0; nowMs < 3000; nowMs += 10)
            {
                if (nowMs % 100 == 0)
                {
                    for (int cell = 0; cell < 96; cell++)
                    {
                        state = state * 1664525 + 1013904223;
                        pack.CellMv[cell] = 3600 + (int)(state >> 27);
                    }

                    pack.SendAll();
                }

                m.Update(nowMs);
                int low = int.MaxValue;
                int high = SignalValue.NotAvailable;
                int sum = 0;
                for (int cell = 0; cell < 96; cell++)
                {
                    int mv = m.CellVoltageMv[cell];
                    if (mv == SignalValue.NotAvailable)
                    {
                        low = SignalValue.NotAvailable;
                        break;
                    }

                    sum += mv;
                    if (mv < low)
                    {
                        low = mv;
                    }

                    if (mv > high)
                    {
                        high = mv;
                    }
                }

                // The frames come in two cycles; where an extreme fell back, the search for one of the two may take another one.
                if (low == SignalValue.NotAvailable || nowMs % 100 <= 10)
                {
                    continue;
                }

                Assert.AreEqual(low, m.LowestCellMv);
                Assert.AreEqual(high, m.HighestCellMv);
                Assert.AreEqual(sum, m.CellSumMv);
                Assert.AreEqual(low, m.CellVoltageMv[m.LowestCell]);
                Assert.AreEqual(high, m.CellVoltageMv[m.HighestCell]);
            }
        }

        [TestMethod]
        public void an_extreme_that_falls_back_is_given_up_within_two_cycles_and_never_before_another_one_is_known()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 24);
            PackMeasurement m = new PackMeasurement(Presets.Nmc(24, 50000), bus);
            pack.CellMv[10] = 4100;
            pack.CellMv[20] = 3100;
            pack.SendAll();
            m.Update(0);
            Assert.AreEqual(10, m.HighestCell);
            Assert.AreEqual(20, m.LowestCell);
            pack.CellMv[10] = 3700;
            pack.CellMv[20] = 3700;
            pack.SendAll();
            m.Update(10);
            Assert.IsTrue(m.LowestCellMv == 3100 || m.LowestCellMv == 3700);
            Assert.IsTrue(m.HighestCellMv == 4100 || m.HighestCellMv == 3700);
            Assert.IsTrue(m.LowestCell < 24 && m.HighestCell < 24);
            m.Update(20);
            Assert.AreEqual(3700, m.LowestCellMv);
            Assert.AreEqual(3700, m.HighestCellMv);
        }

        [TestMethod]
        public void the_current_is_read_as_the_generated_code_reads_it()
        {
            TestBus bus = new TestBus();
            PackMeasurement m = new PackMeasurement(Presets.Nmc(12, 50000), bus);
            byte[] data = new byte[SensorCurrent.Length];
            int[] values = { -8388607, -8388606, -70000, -1, 0, 1, 255, 256, 65535, 65536, 8388607, SignalValue.NotAvailable };
            int last = SignalValue.NotAvailable;
            for (int i = 0; i < values.Length; i++)
            {
                for (int status = 0; status < 4; status++)
                {
                    int round = i * 4 + status;
                    SensorCurrent.PackCurrentMa(data, values[i]);
                    SensorCurrent.PackSensorStatus(data, status);
                    E2eProfile1.Protect(data, SensorCurrent.Length, SensorCurrent.DataId, round % 15);
                    bus.Put(SensorCurrent.Id, false, data, SensorCurrent.Length);
                    m.Update((uint)(round * 10));
                    if (status == SensorCurrent.SensorStatusOk && values[i] != SignalValue.NotAvailable)
                    {
                        last = values[i];
                    }

                    Assert.AreEqual(last, m.CurrentMa);
                    Assert.AreEqual(status == SensorCurrent.SensorStatusOutOfRange, m.CurrentIsBeyondRange);
                }
            }

            Assert.AreEqual(0u, m.RefusedFrames);
        }

        [TestMethod]
        public void a_frame_in_words_comes_back_as_it_was()
        {
            CanBatch batch = new CanBatch();
            CanFrame frame = new CanFrame();
            CanFrame back = new CanFrame();
            uint[] ids = { 0x000, 0x001, 0x200, 0x7FF, 0x1ABCDEF0, 0x1FFFFFFF, 0x00000000, 0x0003FFFF };
            for (int i = 0; i < ids.Length; i++)
            {
                frame.Id = ids[i];
                frame.IsExtended = i >= 4;
                frame.Length = 8 - i;
                for (int k = 0; k < 8; k++)
                {
                    frame.Data[k] = (byte)(17 * k + i);
                }

                batch.Put(frame);
                Assert.AreEqual(1, batch.Left);
                Assert.IsTrue(batch.Take(back));
                Assert.AreEqual(0, batch.Left);
                Assert.AreEqual(frame.Id, back.Id);
                Assert.AreEqual(frame.IsExtended, back.IsExtended);
                Assert.AreEqual(frame.Length, back.Length);
                for (int k = 0; k < frame.Length; k++)
                {
                    Assert.AreEqual(frame.Data[k], back.Data[k]);
                }
            }
        }

        [TestMethod]
        public void a_remote_frame_is_passed_over()
        {
            CanBatch batch = new CanBatch();
            batch.Put(new CanFrame());
            batch.Words[2] = 0x2800;
            Assert.IsFalse(batch.Take(new CanFrame()));
            Assert.AreEqual(0, batch.Left);
        }

        private static void Check(PackMeasurement m, byte[][] payloads)
        {
            for (int module = 0; module < Modules; module++)
            {
                for (int block = 0; block < 3; block++)
                {
                    byte[] data = payloads[block * Modules + module];
                    int cell = module * 12 + block * 4;
                    Assert.AreEqual(ModuleVoltagesA.UnpackCellVoltage1Mv(data), m.CellVoltageMv[cell]);
                    Assert.AreEqual(ModuleVoltagesA.UnpackCellVoltage2Mv(data), m.CellVoltageMv[cell + 1]);
                    Assert.AreEqual(ModuleVoltagesA.UnpackCellVoltage3Mv(data), m.CellVoltageMv[cell + 2]);
                    Assert.AreEqual(ModuleVoltagesA.UnpackCellVoltage4Mv(data), m.CellVoltageMv[cell + 3]);
                }

                byte[] warm = payloads[3 * Modules + module];
                Assert.AreEqual(ModuleTemperatures.UnpackTemperature1DeciC(warm), m.TemperatureDeciC[module * 4]);
                Assert.AreEqual(ModuleTemperatures.UnpackTemperature2DeciC(warm), m.TemperatureDeciC[module * 4 + 1]);
                Assert.AreEqual(ModuleTemperatures.UnpackTemperature3DeciC(warm), m.TemperatureDeciC[module * 4 + 2]);
                Assert.AreEqual(ModuleTemperatures.UnpackTemperature4DeciC(warm), m.TemperatureDeciC[module * 4 + 3]);
            }
        }
    }
}
