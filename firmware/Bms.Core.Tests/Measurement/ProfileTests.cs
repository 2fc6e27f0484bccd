using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Measurement
{
    /// <summary>Frames of foreign modules and sensors, computed by hand from their published layouts.</summary>
    [TestClass]
    public class ProfileTests
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        // A measurement stage of 96 cells on a bus of its own.
        private sealed class Desk
        {
            public readonly ParameterBlock Parameters;
            public readonly TestBus Bus = new TestBus();
            public PackMeasurement M;
            public uint NowMs;

            public Desk(int modules, int sensor)
            {
                Parameters = Presets.Nmc(96, 50000);
                ProfilePresets.UseModules(Parameters, modules, 0);
                ProfilePresets.UseSensor(Parameters, sensor);
                Start();
            }

            public void Start()
            {
                M = new PackMeasurement(Parameters, Bus);
            }

            public void Take(uint id, byte[] data)
            {
                Bus.Put(id, false, data, data.Length);
                M.Update(NowMs);
            }

            public void TakeExtended(uint id, byte[] data)
            {
                Bus.Put(id, true, data, data.Length);
                M.Update(NowMs);
            }

            public void Pass(int ms)
            {
                for (int t = 0; t < ms; t += 10)
                {
                    NowMs += 10;
                    M.Update(NowMs);
                }
            }
        }

        // Seals bytes 0 to 6 as an i3 module does.
        private static byte[] I3(uint id, int counter, byte b0, byte b1, byte b2, byte b3, byte b4, byte b5)
        {
            byte[] data = new byte[] { b0, b1, b2, b3, b4, b5, (byte)(counter << 4), 0 };
            data[7] = (byte)E2eProfile1.CrcOfFirstSeven(data, E2eProfile1.SeedOf((int)id));
            return data;
        }

        private static void CrcIs(int expected, int id, byte[] data)
        {
            Assert.AreEqual(expected, E2eProfile1.CrcOfFirstSeven(data, E2eProfile1.SeedOf(id)));
        }

        [TestMethod]
        public void the_i3_crc_gives_the_published_vectors()
        {
            CrcIs(0x87, 0x080, new byte[] { 0x68, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00 });
            CrcIs(0x2F, 0x081, new byte[] { 0x68, 0x10, 0x00, 0x00, 0x00, 0x00, 0x10 });
            CrcIs(0xB1, 0x080, new byte[] { 0x68, 0x10, 0x00, 0x50, 0x00, 0x00, 0x20 });
            CrcIs(0x49, 0x087, new byte[] { 0x68, 0x10, 0x00, 0x50, 0x00, 0x00, 0x70 });
            CrcIs(0x74, 0x083, new byte[] { 0x9E, 0x0F, 0x00, 0x50, 0x08, 0x00, 0x30 });
            CrcIs(0xB9, 0x120, new byte[] { 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E, 0x00 });
        }

        [TestMethod]
        public void i3_voltages_stand_at_their_cells()
        {
            Desk desk = new Desk(ModuleProfile.BmwI3, SensorProfile.Reference);
            desk.Take(0x120, new byte[] { 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E, 0x00, 0xB9 });
            desk.Take(0x153, I3(0x153, 1, 0xD8, 0x0E, 0xD9, 0x0E, 0xDA, 0x0E));
            Assert.AreEqual(3700, desk.M.CellVoltageMv[0]);
            Assert.AreEqual(3701, desk.M.CellVoltageMv[1]);
            Assert.AreEqual(3702, desk.M.CellVoltageMv[2]);
            Assert.AreEqual(3800, desk.M.CellVoltageMv[45]);
            Assert.AreEqual(3802, desk.M.CellVoltageMv[47]);
            Assert.AreEqual(6, desk.M.ValidCells);
            Assert.AreEqual(3700, desk.M.LowestCellMv);
            Assert.AreEqual(47, desk.M.HighestCell);
        }

        [TestMethod]
        public void a_wrong_i3_crc_length_or_a_counter_that_stands_still_is_refused()
        {
            Desk desk = new Desk(ModuleProfile.BmwI3, SensorProfile.Reference);
            desk.Take(0x120, new byte[] { 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E, 0x00, 0xB8 });
            desk.Take(0x121, new byte[] { 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E, 0x00, 0xB9 });
            desk.Take(0x120, new byte[] { 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E, 0x00 });
            Assert.AreEqual(3u, desk.M.RefusedFrames);
            Assert.AreEqual(0, desk.M.ValidCells);
            desk.Take(0x120, I3(0x120, 4, 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E));
            desk.Take(0x120, I3(0x120, 4, 0xD8, 0x0E, 0xD8, 0x0E, 0xD8, 0x0E));
            Assert.AreEqual(4u, desk.M.RefusedFrames);
            Assert.AreEqual(3700, desk.M.CellVoltageMv[0]);
            desk.Parameters.Set(ParameterId.ModuleCounterChecked, 0);
            desk.Start();
            desk.Take(0x120, I3(0x120, 4, 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E));
            desk.Take(0x120, I3(0x120, 4, 0xD8, 0x0E, 0xD8, 0x0E, 0xD8, 0x0E));
            Assert.AreEqual(3800, desk.M.CellVoltageMv[0]);
        }

        [TestMethod]
        public void a_disturbed_i3_voltage_keeps_the_old_values_until_they_are_too_old()
        {
            Desk desk = new Desk(ModuleProfile.BmwI3, SensorProfile.Reference);
            desk.Take(0x120, I3(0x120, 0, 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E));
            desk.Pass(100);
            desk.Take(0x120, I3(0x120, 1, 0x74, 0x0E, 0xD9, 0x8E, 0x76, 0x0E));
            Assert.AreEqual(3701, desk.M.CellVoltageMv[1]);
            Assert.AreEqual(0u, desk.M.RefusedFrames);
            desk.Pass(1100);
            Assert.AreEqual(NotAvailable, desk.M.CellVoltageMv[1]);
        }

        [TestMethod]
        public void i3_temperatures_have_an_offset_of_40_degrees_and_raw_0_is_none()
        {
            Desk desk = new Desk(ModuleProfile.BmwI3, SensorProfile.Reference);
            desk.Take(0x171, I3(0x171, 0, 65, 1, 0, 254, 0, 0));
            Assert.AreEqual(250, desk.M.TemperatureDeciC[4]);
            Assert.AreEqual(-390, desk.M.TemperatureDeciC[5]);
            Assert.AreEqual(NotAvailable, desk.M.TemperatureDeciC[6]);
            Assert.AreEqual(2140, desk.M.TemperatureDeciC[7]);
            Assert.AreEqual(250, desk.M.HighestTemperatureDeciC, "only two sensors count");
        }

        [TestMethod]
        public void the_i3_is_asked_in_turn_after_three_rounds_of_start_up()
        {
            ParameterBlock parameters = Presets.Nmc(24, 50000);
            ProfilePresets.UseModules(parameters, ModuleProfile.BmwI3, 0);
            TestRig rig = new TestRig(parameters, 0);
            int seen = 0;
            for (int cycle = 0; cycle < 44; cycle++)
            {
                rig.Bus.ForgetSent();
                rig.Cycle();
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    CanFrame frame = rig.Bus.Sent(i);
                    if (frame.Id > 0x081 || frame.Id < 0x080)
                    {
                        continue;
                    }

                    int round = seen / 2;
                    Assert.AreEqual(0x080u + (uint)(seen & 1), frame.Id);
                    Assert.AreEqual(0x1068, frame.Data[0] + (frame.Data[1] << 8));
                    Assert.AreEqual(round < 3 ? 0 : 0x50, frame.Data[3]);
                    Assert.AreEqual(0, (int)frame.Data[4]);
                    Assert.AreEqual((seen << 4) + (round == 2 ? 4 : 0), frame.Data[6]);
                    Assert.AreEqual(E2eProfile1.CrcOfFirstSeven(frame.Data, E2eProfile1.SeedOf((int)frame.Id)), frame.Data[7]);
                    seen++;
                }
            }

            Assert.AreEqual(9, seen, "one every 50 ms from 30 ms on");
        }

        [TestMethod]
        public void each_of_fifteen_i3_modules_hears_another_counter_in_every_round()
        {
            ParameterBlock parameters = Presets.Nmc(180, 50000);
            ProfilePresets.UseModules(parameters, ModuleProfile.BmwI3, 0);
            TestRig rig = new TestRig(parameters, 0);
            int[] last = new int[15];
            int seen = 0;
            for (int cycle = 0; cycle < 15 * 5 * 4; cycle++)
            {
                rig.Bus.ForgetSent();
                rig.Cycle();
                for (int i = 0; i < rig.Bus.SentCount; i++)
                {
                    CanFrame frame = rig.Bus.Sent(i);
                    if (frame.Id >= 0x080 && frame.Id < 0x08F)
                    {
                        int module = (int)frame.Id - 0x080;
                        int counter = frame.Data[6] >> 4;
                        Assert.IsTrue(counter < 15 && counter + 1 != last[module]);
                        last[module] = counter + 1;
                        seen++;
                    }
                }
            }

            Assert.IsTrue(seen >= 55);
        }

        [TestMethod]
        public void vw_voltages_have_12_bits_from_1000_mv_at_identifiers_of_16_modules()
        {
            Desk desk = new Desk(ModuleProfile.VwMqb, SensorProfile.Reference);
            byte[] data = new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A };
            desk.Take(0x1B9, data);
            Assert.AreEqual(3700, desk.M.CellVoltageMv[28]);
            Assert.AreEqual(3701, desk.M.CellVoltageMv[29]);
            Assert.AreEqual(3702, desk.M.CellVoltageMv[30]);
            Assert.AreEqual(3703, desk.M.CellVoltageMv[31]);
            Assert.AreEqual(4, desk.M.ValidCells);
            desk.Parameters.Set(ParameterId.CellCount, 108);
            desk.Start();
            desk.Take(0x1D0, data);
            Assert.AreEqual(3700, desk.M.CellVoltageMv[96]);
        }

        [TestMethod]
        public void a_vw_module_that_starts_is_no_news()
        {
            Desk desk = new Desk(ModuleProfile.VwMqb, SensorProfile.Reference);
            desk.Take(0x1B0, new byte[] { 0x00, 0xC0, 0xFF, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A });
            desk.Take(0x1B0, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xFF, 0x8F, 0x0A });
            desk.Take(0x1B1, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0xFF });
            Assert.AreEqual(0, desk.M.ValidCells);
            Assert.AreEqual(0u, desk.M.RefusedFrames);
            desk.Take(0x1B2, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0xEA });
            Assert.AreEqual(4, desk.M.ValidCells);
            desk.Take(0x1B3, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A });
            Assert.AreEqual(4, desk.M.ValidCells, "a 13th cell of a module of 12 is none");
            desk.Take(0x1B4, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F });
            Assert.AreEqual(1u, desk.M.RefusedFrames);
        }

        [TestMethod]
        public void ones_of_a_vw_module_that_has_told_its_cells_are_one_cell_that_is_not_known()
        {
            Desk desk = new Desk(ModuleProfile.VwMqb, SensorProfile.Reference);
            byte[] good = new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A };
            desk.Take(0x1B0, good);
            desk.Take(0x1B0, new byte[] { 0x00, 0xF0, 0xFF, 0x8E, 0xEA, 0xA8, 0x8F, 0x0A });
            Assert.AreEqual(NotAvailable, desk.M.CellVoltageMv[0]);
            Assert.AreEqual(3702, desk.M.CellVoltageMv[1], "the others are news");
            Assert.AreEqual(3, desk.M.ValidCells);
            Assert.AreEqual(1, desk.M.InvalidCells);
            desk.Take(0x1B0, good);
            desk.Take(0x1B0, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0xFF });
            Assert.AreEqual(NotAvailable, desk.M.CellVoltageMv[3]);
            Assert.AreEqual(3700, desk.M.CellVoltageMv[0]);
        }

        [TestMethod]
        public void a_vw_cell_at_the_end_of_its_range_is_a_voltage_and_not_a_module_that_starts()
        {
            Desk desk = new Desk(ModuleProfile.VwMeb, SensorProfile.Reference);
            desk.Take(0x1B0, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A });

            // Raw 4090, the highest that is a number: 5090 mV, and again, as a jump must be confirmed.
            desk.Take(0x1B0, new byte[] { 0x00, 0xA0, 0xFF, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A });
            desk.Take(0x1B0, new byte[] { 0x00, 0xA0, 0xFF, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A });
            Assert.AreEqual(5090, desk.M.HighestCellMv);
            Assert.AreEqual(0, desk.M.HighestCell);
        }

        [TestMethod]
        public void the_last_vw_module_may_leave_frames_empty_or_out()
        {
            Desk desk = new Desk(ModuleProfile.VwMqb, SensorProfile.Reference);
            desk.Parameters.Set(ParameterId.CellCount, 17);
            desk.Start();
            byte[] good = new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A };
            desk.Pass(desk.Parameters.Get(ParameterId.StartupGraceMs));
            for (uint block = 0; block < 3; block++)
            {
                desk.Take(0x1B0 + block, good);
            }

            // Five cells in the second module: the second frame has one of them, the third none, and it never comes.
            desk.Take(0x1B4, good);
            desk.Take(0x1B5, new byte[] { 0x00, 0xC0, 0xA8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF });
            desk.TakeExtended(0x1A555401, new byte[] { 0x88, 0, 0, 0xFD, 0x8A, 0xFE, 0, 0 });
            desk.TakeExtended(0x1A555402, new byte[] { 0x88, 0, 0, 0xFD, 0x8A, 0xFE, 0, 0 });
            Assert.AreEqual(17, desk.M.ValidCells);
            desk.Pass(1000);
            Assert.IsTrue(desk.M.OldestModuleAgeMs <= 1010);
            Assert.AreEqual(17, desk.M.ValidCells);
            desk.Take(0x1B6, new byte[] { 0x00, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF });
            Assert.AreEqual(17, desk.M.ValidCells);
            Assert.AreEqual(0, desk.M.InvalidCells);
        }

        [TestMethod]
        public void the_13th_cell_of_a_vw_module_comes_in_a_frame_of_its_own()
        {
            Desk desk = new Desk(ModuleProfile.VwMqb, SensorProfile.Reference);
            desk.Parameters.Set(ParameterId.CellsPerModule, 13);
            desk.Parameters.Set(ParameterId.CellCount, 104);
            desk.Start();
            desk.Take(0x1B3, new byte[] { 0x00, 0xC0, 0xA8, 0, 0, 0, 0, 0 });
            desk.Take(0x1B4, new byte[] { 0x00, 0xC0, 0xA8, 0x8D, 0xEA, 0xA8, 0x8F, 0x0A });
            Assert.AreEqual(3700, desk.M.CellVoltageMv[12]);
            Assert.AreEqual(3700, desk.M.CellVoltageMv[13]);
            Assert.AreEqual(5, desk.M.ValidCells);
        }

        [TestMethod]
        public void mqb_temperatures_follow_the_disputed_parameters()
        {
            Desk desk = new Desk(ModuleProfile.VwMqb, SensorProfile.Reference);
            desk.TakeExtended(0x1A555402, new byte[] { 0x88, 0, 0, 0xFD, 0x8A, 0xFE, 0, 0 });
            Assert.AreEqual(250, desk.M.TemperatureDeciC[3]);
            Assert.AreEqual(260, desk.M.TemperatureDeciC[4]);
            Assert.AreEqual(NotAvailable, desk.M.TemperatureDeciC[5]);
            desk.TakeExtended(0x1A555402, new byte[] { 0xDF, 0, 0, 0x90, 0x8A, 0xFE, 0, 0 });
            Assert.AreEqual(290, desk.M.TemperatureDeciC[3], "the other byte where the first is none");
            desk.TakeExtended(0x1A555402, new byte[] { 0xFD, 0, 0, 0, 0x8A, 0xFE, 0, 0 });
            Assert.AreEqual(NotAvailable, desk.M.TemperatureDeciC[3], "an empty byte is no sensor at -43 degC");

            desk.Parameters.Set(ParameterId.VwTemperatureLayout, 0);
            desk.Parameters.Set(ParameterId.VwTemperatureOffsetDeciC, -400);
            desk.Start();
            desk.TakeExtended(0x1A555402, new byte[] { 0x82, 0x84, 0xDF, 0, 0, 0, 0, 0 });
            Assert.AreEqual(250, desk.M.TemperatureDeciC[3]);
            Assert.AreEqual(260, desk.M.TemperatureDeciC[4]);
            Assert.AreEqual(NotAvailable, desk.M.TemperatureDeciC[5]);
        }

        [TestMethod]
        public void meb_temperatures_lie_across_two_bytes()
        {
            Desk desk = new Desk(ModuleProfile.VwMeb, SensorProfile.Reference);
            desk.TakeExtended(0x1A5555F1, new byte[] { 0, 0, 0, 0, 0x20, 0x08, 0, 0 });
            Assert.AreEqual(250, desk.M.TemperatureDeciC[1]);
            desk.TakeExtended(0x1A5555F1, new byte[] { 0, 0, 0, 0, 0x20, 0xDF, 0, 0 });
            Assert.AreEqual(250, desk.M.TemperatureDeciC[1], "a module that starts is no news");
            desk.TakeExtended(0x1A555402, new byte[] { 0x88, 0, 0, 0, 0, 0, 0, 0 });
            Assert.AreEqual(1, desk.M.ValidTemperatures, "the frames of MQB are others");
        }

        [TestMethod]
        public void vw_modules_are_polled_with_two_frames_every_500_ms()
        {
            TestRig rig = VwRig(0);
            int polls = 0;
            for (int cycle = 0; cycle < 154; cycle++)
            {
                rig.Bus.ForgetSent();
                rig.Cycle();
                CanFrame frame = rig.Bus.LastSent(0x0BA);
                if (frame != null)
                {
                    bool isSecond = (polls & 1) != 0;
                    Assert.AreEqual(isSecond ? 0x45 : 0, frame.Data[0]);
                    Assert.AreEqual(isSecond ? 0x01 : 0, frame.Data[1]);
                    Assert.AreEqual(isSecond ? 0x28 : 0, frame.Data[2]);
                    Assert.AreEqual(0, (int)frame.Data[3]);
                    Assert.AreEqual(isSecond ? 0x30 : 0, frame.Data[7]);
                    Assert.AreEqual(3 + polls / 2 * 50 + (isSecond ? 2 : 0), cycle);
                    polls++;
                }
            }

            Assert.AreEqual(7, polls);
        }

        [TestMethod]
        public void vw_balancing_goes_to_the_third_module_where_the_parameter_says()
        {
            TestRig rig = VwRig(0);
            RunKeeping(rig, 40);
            CanFrame first = rig.Bus.LastSent(0x1A55540A);
            Assert.IsTrue(first.IsExtended);
            Assert.AreEqual(0, (int)first.Data[7], "stop");
            CanFrame second = rig.Bus.LastSent(0x1A55540B);
            Assert.AreEqual(0, (int)second.Data[3]);
            Assert.AreEqual(0xFE, (int)second.Data[4], "the 13th cell is none");
            Assert.IsNotNull(rig.Bus.LastSent(0x1A55540E));
            Assert.IsNotNull(rig.Bus.LastSent(0x1A55540F));

            rig = VwRig(1);
            RunKeeping(rig, 40);
            Assert.IsNull(rig.Bus.LastSent(0x1A55540E));
            Assert.IsNotNull(rig.Bus.LastSent(0x1A55541E));
            Assert.IsNotNull(rig.Bus.LastSent(0x1A55541F));
        }

        [TestMethod]
        public void outlander_words_are_big_endian()
        {
            Desk desk = new Desk(ModuleProfile.OutlanderPhev, SensorProfile.Reference);
            desk.Take(0x612, new byte[] { 0x0E, 0x74, 0x0E, 0x75, 0x0E, 0x76, 0x0E, 0x77 });
            desk.Take(0x6C3, new byte[] { 0x0E, 0xD8, 0x0E, 0xD9, 0xFF, 0xFF, 0x00, 0x00 });
            Assert.AreEqual(3700, desk.M.CellVoltageMv[0]);
            Assert.AreEqual(3703, desk.M.CellVoltageMv[3]);
            Assert.AreEqual(3800, desk.M.CellVoltageMv[92]);
            Assert.AreEqual(NotAvailable, desk.M.CellVoltageMv[94]);
            Assert.AreEqual(NotAvailable, desk.M.CellVoltageMv[95]);
            Assert.AreEqual(2, desk.M.InvalidCells);
            desk.Take(0x600, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 });
            desk.Take(0x615, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 });
            desk.Take(0x6D1, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 });
            Assert.AreEqual(0u, desk.M.RefusedFrames);
            desk.Take(0x612, new byte[] { 0x0E, 0x74 });
            Assert.AreEqual(1u, desk.M.RefusedFrames);
        }

        [TestMethod]
        public void outlander_temperatures_follow_the_disputed_parameters()
        {
            Desk desk = new Desk(ModuleProfile.OutlanderPhev, SensorProfile.Reference);
            desk.Take(0x621, new byte[] { 0, 0, 0x4F, 0x28, 0x00, 0x00, 0xFF, 0xFF });
            Assert.AreEqual(250, desk.M.TemperatureDeciC[3]);
            Assert.AreEqual(NotAvailable, desk.M.TemperatureDeciC[4], "-52 degC is no battery");
            Assert.AreEqual(NotAvailable, desk.M.TemperatureDeciC[5]);

            desk.Parameters.Set(ParameterId.OutlanderMicroDegCPerBit, 1000);
            desk.Parameters.Set(ParameterId.OutlanderOffsetDeciC, 0);
            desk.Start();
            desk.Take(0x621, new byte[] { 0, 0, 0x61, 0xA8, 0x00, 0x00, 0x61, 0x44 });
            Assert.AreEqual(250, desk.M.TemperatureDeciC[3]);
            Assert.AreEqual(0, desk.M.TemperatureDeciC[4]);
            Assert.AreEqual(249, desk.M.TemperatureDeciC[5]);
        }

        [TestMethod]
        public void a_quiet_outlander_pack_is_told_not_to_balance()
        {
            ParameterBlock parameters = Presets.Nmc(80, 50000);
            ProfilePresets.UseModules(parameters, ModuleProfile.OutlanderPhev, 0);
            TestRig rig = new TestRig(parameters, 0);
            RunKeeping(rig, 60);
            CanFrame frame = rig.Bus.LastSent(0x3C3);
            Assert.AreEqual(8, frame.Length);
            Assert.AreEqual(0, frame.Data[0] + frame.Data[1] + frame.Data[2]);
            Assert.AreEqual(4, (int)frame.Data[3]);
            Assert.AreEqual(3, (int)frame.Data[4]);
        }

        [TestMethod]
        public void the_ivt_gives_current_and_both_voltages()
        {
            Desk desk = new Desk(ModuleProfile.Reference, SensorProfile.IvtS);
            desk.Take(0x521, new byte[] { 0x00, 0x05, 0xFF, 0xFF, 0xCF, 0xC7 });
            desk.Take(0x522, new byte[] { 0x01, 0x00, 0x00, 0x05, 0x6B, 0xD0 });
            desk.Take(0x523, new byte[] { 0x02, 0x0F, 0x00, 0x00, 0x00, 0x07 });
            Assert.AreEqual(-12345, desk.M.CurrentMa);
            Assert.AreEqual(355280, desk.M.PackVoltageMv);
            Assert.AreEqual(7, desk.M.LinkVoltageMv);
            Assert.AreEqual(0u, desk.M.RefusedFrames);
        }

        [TestMethod]
        public void an_ivt_frame_that_is_repeated_mislabelled_short_or_in_error_gives_nothing()
        {
            Desk desk = new Desk(ModuleProfile.Reference, SensorProfile.IvtS);
            desk.Take(0x521, new byte[] { 0x00, 0x05, 0x00, 0x00, 0x03, 0xE8 });
            desk.Take(0x521, new byte[] { 0x00, 0x05, 0x00, 0x00, 0x07, 0xD0 });
            desk.Take(0x521, new byte[] { 0x01, 0x06, 0x00, 0x00, 0x07, 0xD0 });
            desk.Take(0x521, new byte[] { 0x00, 0x06, 0x00, 0x00, 0x07 });
            Assert.AreEqual(3u, desk.M.RefusedFrames);
            desk.Take(0x521, new byte[] { 0x00, 0x27, 0x00, 0x00, 0x07, 0xD0 });
            desk.Take(0x521, new byte[] { 0x00, 0x48, 0x00, 0x00, 0x07, 0xD0 });
            desk.Take(0x521, new byte[] { 0x00, 0x89, 0x00, 0x00, 0x07, 0xD0 });
            Assert.AreEqual(1000, desk.M.CurrentMa);
            desk.Take(0x521, new byte[] { 0x00, 0x1A, 0x00, 0x00, 0x07, 0xD0 });
            Assert.AreEqual(2000, desk.M.CurrentMa, "the over-current signal is no doubt about the value");
            desk.Pass(1250);
            Assert.AreEqual(NotAvailable, desk.M.CurrentMa);
        }

        [TestMethod]
        public void an_ivt_mounted_the_other_way_round_is_turned_by_its_parameter()
        {
            Desk desk = new Desk(ModuleProfile.Reference, SensorProfile.IvtS);
            desk.Parameters.Set(ParameterId.CurrentInverted, 1);
            desk.Start();
            desk.Take(0x521, new byte[] { 0x00, 0x05, 0xFF, 0xFF, 0xCF, 0xC7 });
            Assert.AreEqual(12345, desk.M.CurrentMa);
        }

        [TestMethod]
        public void the_lem_counts_from_the_middle_of_32_bits()
        {
            Desk desk = new Desk(ModuleProfile.Reference, SensorProfile.LemCab);
            desk.Take(0x3C2, new byte[] { 0x7F, 0xFF, 0xCF, 0xC7, 0, 0, 0, 0 });
            Assert.AreEqual(-12345, desk.M.CurrentMa);
            desk.Take(0x3C2, new byte[] { 0x80, 0x00, 0x00, 0x00, 0, 0, 0, 0 });
            Assert.AreEqual(0, desk.M.CurrentMa);
            desk.Take(0x3C2, new byte[] { 0x80, 0x00, 0x30, 0x39, 0x01, 0, 0, 0 });
            Assert.AreEqual(0, desk.M.CurrentMa, "error flag");
            desk.Take(0x3C2, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 });
            Assert.AreEqual(0, desk.M.CurrentMa, "beyond its range");
            desk.Take(0x3C2, new byte[] { 0x80, 0x00, 0x30, 0x39, 0, 0, 0 });
            Assert.AreEqual(1u, desk.M.RefusedFrames);
            Assert.AreEqual(NotAvailable, desk.M.PackVoltageMv);
        }

        [TestMethod]
        public void the_lynx_is_known_by_its_pgn_from_any_address()
        {
            Desk desk = new Desk(ModuleProfile.Reference, SensorProfile.VictronLynx);
            desk.TakeExtended(0x19F21423, new byte[] { 0, 0, 0, 0x85, 0xFF, 0, 0, 0 });
            Assert.AreEqual(-12300, desk.M.CurrentMa);
            desk.TakeExtended(0x0DF21400, new byte[] { 0, 0, 0, 0x7B, 0x00, 0, 0, 0 });
            Assert.AreEqual(12300, desk.M.CurrentMa, "another priority");
            desk.TakeExtended(0x19F21423, new byte[] { 1, 0, 0, 0x01, 0x00, 0, 0, 0 });
            desk.TakeExtended(0x19F21423, new byte[] { 0, 0, 0, 0xFF, 0xFF, 0, 0, 0 });
            desk.TakeExtended(0x19F21523, new byte[] { 0, 0, 0, 0x01, 0x00, 0, 0, 0 });
            Assert.AreEqual(12300, desk.M.CurrentMa);
        }

        [TestMethod]
        public void reference_frames_of_host_and_sensor_can_be_moved()
        {
            TestBus bus = new TestBus();
            TestPack pack = new TestPack(bus, 12);
            ParameterBlock parameters = Presets.Nmc(12, 50000);
            parameters.Set(ParameterId.HostBaseId, 0x101);
            PackMeasurement m = new PackMeasurement(parameters, bus);
            pack.HostMode = HostCommand.ModeDrive;
            pack.SendHost();
            m.Update(0);
            Assert.IsFalse(m.HostSeen);
            byte[] data = new byte[8];
            HostCommand.PackMode(data, HostCommand.ModeDrive);
            E2eProfile1.Protect(data, HostCommand.Length, HostCommand.DataId, 3);
            bus.Put(0x101, false, data, HostCommand.Length);
            m.Update(0);
            Assert.AreEqual(HostCommand.ModeDrive, m.HostMode);
        }

        [TestMethod]
        public void every_profile_gives_a_valid_block_and_impossible_ones_are_refused()
        {
            for (int modules = 0; modules < ModuleProfile.Count; modules++)
            {
                for (int sensor = 0; sensor < SensorProfile.Count; sensor++)
                {
                    ParameterBlock p = Presets.Lfp(96, 50000);
                    ProfilePresets.UseModules(p, modules, 0);
                    ProfilePresets.UseSensor(p, sensor);
                    Assert.AreEqual(-1, p.FirstInvalid());
                }
            }

            ParameterBlock block = Presets.Nmc(192, 50000);
            ProfilePresets.UseModules(block, ModuleProfile.VwMeb, 0);
            Assert.AreEqual(ParameterId.CellCount, block.FirstInvalid());
            ProfilePresets.UseModules(block, ModuleProfile.VwMqb, 14);
            Assert.AreEqual(ParameterId.CellsPerModule, block.FirstInvalid());
            ProfilePresets.UseModules(block, ModuleProfile.OutlanderPhev, 0);
            Assert.AreEqual(-1, block.FirstInvalid());
            block.Set(ParameterId.TemperaturesPerModule, 4);
            Assert.AreEqual(ParameterId.TemperaturesPerModule, block.FirstInvalid());
        }

        private static TestRig VwRig(int thirdIsEarly)
        {
            ParameterBlock parameters = Presets.Nmc(36, 50000);
            ProfilePresets.UseModules(parameters, ModuleProfile.VwMqb, 0);
            parameters.Set(ParameterId.VwThirdModuleIsEarly, thirdIsEarly);
            return new TestRig(parameters, 0);
        }

        private static void RunKeeping(TestRig rig, int cycles)
        {
            for (int i = 0; i < cycles; i++)
            {
                rig.Cycle();
            }
        }
    }
}
