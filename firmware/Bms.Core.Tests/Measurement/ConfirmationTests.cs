using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Measurement
{
    /// <summary>Values that no CRC protects: one that jumps counts when the next frame agrees.</summary>
    [TestClass]
    public class ConfirmationTests
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        private static readonly int[] Kinds = new int[] { ModuleProfile.VwMqb, ModuleProfile.VwMeb, ModuleProfile.OutlanderPhev };
        private static readonly int[] TwoKinds = new int[] { ModuleProfile.VwMqb, ModuleProfile.OutlanderPhev };

        private static TestBus _bus;
        private static PackMeasurement _m;
        private static byte[] _data;
        private static uint _nowMs;
        private static uint _stepMs;
        private static int _kind;

        private static void Start(int modules, int sensor, int cells)
        {
            ParameterBlock parameters = Presets.Nmc(cells, 50000);
            ProfilePresets.UseModules(parameters, modules, 0);
            ProfilePresets.UseSensor(parameters, sensor);
            _bus = new TestBus();
            _m = new PackMeasurement(parameters, _bus);
            _data = new byte[8];
            _nowMs = 0;
            _stepMs = sensor == SensorProfile.Reference ? 100u : 10;
            _kind = modules;
        }

        private static void Take(uint id, bool isExtended, int length)
        {
            _nowMs += _stepMs;
            _bus.Put(id, isExtended, _data, length);
            _m.Update(_nowMs);
        }

        // Four cells of a module.
        private static void TakeCells(int module, int mv1, int mv2, int mv3, int mv4)
        {
            if (_kind == ModuleProfile.OutlanderPhev)
            {
                Messages.OutlanderPhev.VoltagesA.PackCellVoltage1Mv(_data, mv1);
                Messages.OutlanderPhev.VoltagesA.PackCellVoltage2Mv(_data, mv2);
                Messages.OutlanderPhev.VoltagesA.PackCellVoltage3Mv(_data, mv3);
                Messages.OutlanderPhev.VoltagesA.PackCellVoltage4Mv(_data, mv4);
                Take(Messages.OutlanderPhev.VoltagesA.BaseId + (uint)module * Messages.OutlanderPhev.VoltagesA.IdStride, false, 8);
                return;
            }

            Messages.VwMqb.VoltagesA.PackCellVoltage1Mv(_data, mv1);
            Messages.VwMqb.VoltagesA.PackCellVoltage2Mv(_data, mv2);
            Messages.VwMqb.VoltagesA.PackCellVoltage3Mv(_data, mv3);
            Messages.VwMqb.VoltagesA.PackCellVoltage4Mv(_data, mv4);
            Take(Messages.VwMqb.VoltagesA.BaseId + (uint)module * Messages.VwMqb.VoltagesA.IdStride, false, 8);
        }

        // Shows S-042.
        [TestMethod]
        public void a_cell_that_jumps_for_one_frame_keeps_its_voltage_and_its_age()
        {
            for (int i = 0; i < Kinds.Length; i++)
            {
                Start(Kinds[i], SensorProfile.Reference, 24);
                TakeCells(0, 3700, 3701, 3702, 3703);
                uint refused = _m.RefusedFrames;
                int ageMs = _m.ModuleAgeMs(0, _nowMs);
                TakeCells(0, 3700, 4600, 3702, 3703);
                Assert.AreEqual(3701, _m.CellVoltageMv[1]);
                Assert.AreEqual(3703, _m.HighestCellMv);
                Assert.AreEqual(ageMs + 100, _m.ModuleAgeMs(0, _nowMs), "what is not believed is no news");
                Assert.AreEqual(refused, _m.RefusedFrames, "it may yet be true");
                TakeCells(0, 3700, 3701, 3702, 3703);
                Assert.AreEqual(3701, _m.CellVoltageMv[1]);
                Assert.AreEqual(refused + 1, _m.RefusedFrames, "it was not");
            }
        }

        // Shows S-042.
        [TestMethod]
        public void a_cell_that_stays_where_it_jumped_is_believed_with_the_next_frame()
        {
            for (int i = 0; i < Kinds.Length; i++)
            {
                Start(Kinds[i], SensorProfile.Reference, 24);
                TakeCells(0, 3700, 3701, 3702, 3703);
                TakeCells(0, 3700, 4600, 3702, 3703);
                TakeCells(0, 3690, 4620, 3692, 3693);
                Assert.AreEqual(4620, _m.CellVoltageMv[1]);
                Assert.AreEqual(3690, _m.CellVoltageMv[0]);
                Assert.AreEqual(0u, _m.RefusedFrames);
            }
        }

        // Shows S-042.
        [TestMethod]
        public void a_step_of_200_mv_is_no_jump_and_one_more_is()
        {
            for (int i = 0; i < TwoKinds.Length; i++)
            {
                Start(TwoKinds[i], SensorProfile.Reference, 24);
                TakeCells(0, 3700, 3700, 3700, 3700);
                TakeCells(0, 3700, 3900, 3700, 3700);
                Assert.AreEqual(3900, _m.CellVoltageMv[1]);
                TakeCells(0, 3700, 3699, 3700, 3700);
                Assert.AreEqual(3900, _m.CellVoltageMv[1]);
                TakeCells(0, 3700, 3700, 3700, 3700);
                Assert.AreEqual(3700, _m.CellVoltageMv[1]);
            }
        }

        // Shows S-042.
        [TestMethod]
        public void a_load_that_moves_all_cells_of_a_frame_alike_is_believed_at_once()
        {
            for (int i = 0; i < TwoKinds.Length; i++)
            {
                Start(TwoKinds[i], SensorProfile.Reference, 24);
                TakeCells(0, 3700, 3701, 3702, 3703);
                TakeCells(0, 2900, 2951, 3002, 2903);
                Assert.AreEqual(2900, _m.CellVoltageMv[0]);
                Assert.AreEqual(3002, _m.CellVoltageMv[2]);
            }
        }

        // Shows S-042.
        [TestMethod]
        public void cells_may_differ_by_a_quarter_in_what_a_load_does_to_them()
        {
            Start(ModuleProfile.VwMqb, SensorProfile.Reference, 24);
            TakeCells(0, 4000, 4000, 4000, 4000);
            TakeCells(0, 3000, 2800, 2650, 2550);
            Assert.AreEqual(2550, _m.CellVoltageMv[3], "200 mV and a quarter of 1 V");
            TakeCells(0, 4000, 4000, 4000, 3999);
            Assert.AreEqual(3999, _m.CellVoltageMv[3]);
            TakeCells(0, 3000, 2800, 2650, 2548);
            Assert.AreEqual(3999, _m.CellVoltageMv[3]);
        }

        // Shows S-042.
        [TestMethod]
        public void a_cell_that_rises_faster_than_any_is_late_by_a_frame_and_never_lost()
        {
            for (int i = 0; i < Kinds.Length; i++)
            {
                Start(Kinds[i], SensorProfile.Reference, 24);
                for (int mv = 1500; mv < 4900; mv += 300)
                {
                    TakeCells(0, 3700, mv, 3702, 3703);
                    Assert.IsTrue(_m.CellVoltageMv[1] >= mv - 300);
                }

                Assert.AreEqual(0u, _m.RefusedFrames);
            }
        }

        // Shows S-042.
        [TestMethod]
        public void a_cell_alone_in_its_frame_is_held_against_itself()
        {
            Start(ModuleProfile.VwMqb, SensorProfile.Reference, 9);
            Messages.VwMqb.VoltagesA.PackCellVoltage1Mv(_data, 3700);
            Take(0x1B2, false, 8);
            Messages.VwMqb.VoltagesA.PackCellVoltage1Mv(_data, 4600);
            Take(0x1B2, false, 8);
            Assert.AreEqual(3700, _m.CellVoltageMv[8]);
            Take(0x1B2, false, 8);
            Assert.AreEqual(4600, _m.CellVoltageMv[8]);
        }

        // Shows S-042.
        [TestMethod]
        public void a_frame_that_is_wrong_twice_is_believed_once_and_the_way_back_needs_no_confirmation()
        {
            Start(ModuleProfile.VwMqb, SensorProfile.Reference, 24);
            TakeCells(0, 3700, 3701, 3702, 3703);
            TakeCells(0, 3700, 4600, 3702, 3703);
            TakeCells(0, 3700, 4600, 3702, 3703);
            Assert.AreEqual(4600, _m.CellVoltageMv[1]);
            TakeCells(0, 3700, 3701, 3702, 3703);
            Assert.AreEqual(3701, _m.CellVoltageMv[1]);
            Assert.AreEqual(1u, _m.RefusedFrames);
        }

        // Shows S-042.
        [TestMethod]
        public void after_a_frame_that_was_wrong_nothing_that_jumps_is_believed_for_ten_rounds()
        {
            Start(ModuleProfile.VwMqb, SensorProfile.Reference, 12);
            TakeCells(0, 3700, 3701, 3702, 3703);
            TakeCells(0, 3700, 4600, 3702, 3703);
            TakeCells(0, 3700, 3701, 3702, 3703);

            // Three frames in a round of this pack, of which the rig sends one.
            for (int frame = 0; frame < 29; frame++)
            {
                TakeCells(0, 3700, 4600, 3702, 3703);
                Assert.IsTrue(_m.CellVoltageMv[1] != 4600);
            }

            TakeCells(0, 3700, 4600, 3702, 3703);
            Assert.AreEqual(4600, _m.CellVoltageMv[1]);
        }

        // Shows S-042.
        [TestMethod]
        public void a_module_that_jumps_where_nothing_is_believed_becomes_a_lost_one()
        {
            Start(ModuleProfile.OutlanderPhev, SensorProfile.Reference, 80);
            TakeCells(0, 3700, 3701, 3702, 3703);
            TakeCells(0, 3700, 4600, 3702, 3703);
            TakeCells(0, 3700, 3701, 3702, 3703);
            for (int frame = 0; frame < 20; frame++)
            {
                TakeCells(0, 3700, 4600, 3702, 3703);
            }

            Assert.AreEqual(NotAvailable, _m.CellVoltageMv[1]);
        }

        private static void TakeCab(int currentMa)
        {
            Messages.LemCab.Current.PackCurrentMa(_data, currentMa);
            Take(Messages.LemCab.Current.Id, false, Messages.LemCab.Current.Length);
        }

        private static void TakeLynx(int currentMa)
        {
            _data[0] = 0;
            Messages.VictronLynx.BatteryStatus.PackCurrentMa(_data, currentMa);
            Take(Messages.VictronLynx.BatteryStatus.Id, true, Messages.VictronLynx.BatteryStatus.Length);
        }

        private static void TakeIvt(uint result, int value)
        {
            _data[0] = (byte)result;
            _data[1] = (byte)((_nowMs / 10) & 15);
            if (result == 0)
            {
                Messages.IvtS.Current.PackCurrentMa(_data, value);
            }
            else
            {
                Messages.IvtS.Voltage1.PackVoltageMv(_data, value);
            }

            Take(Messages.IvtS.Current.Id + result, false, Messages.IvtS.Voltage1.Length);
        }

        // Shows S-042.
        [TestMethod]
        public void a_current_of_the_cab_that_jumps_by_more_than_a_tenth_of_c_waits_for_the_next_frame()
        {
            Start(ModuleProfile.Reference, SensorProfile.LemCab, 96);
            TakeCab(1000);
            TakeCab(6000);
            Assert.AreEqual(6000, _m.CurrentMa, "a tenth of C is none");
            TakeCab(400000);
            Assert.AreEqual(6000, _m.CurrentMa);
            TakeCab(6100);
            Assert.AreEqual(6100, _m.CurrentMa);
            TakeCab(-30000);
            Assert.AreEqual(6100, _m.CurrentMa);
            TakeCab(-31000);
            Assert.AreEqual(-31000, _m.CurrentMa);
        }

        // Shows S-042.
        [TestMethod]
        public void a_load_that_alternates_is_late_by_a_frame_and_never_lost()
        {
            Start(ModuleProfile.Reference, SensorProfile.LemCab, 96);
            TakeCab(0);
            TakeCab(100000);
            TakeCab(-100000);
            Assert.AreEqual(-100000, _m.CurrentMa);
            TakeCab(100000);
            TakeCab(-100000);
            TakeCab(100000);
            Assert.IsTrue(_m.CurrentMa == 100000 || _m.CurrentMa == -100000);
            Assert.IsTrue(_m.CurrentAgeMs <= 10);
        }

        // Shows S-042.
        [TestMethod]
        public void the_lynx_waits_only_with_what_no_load_may_draw()
        {
            Start(ModuleProfile.Reference, SensorProfile.VictronLynx, 96);
            ParameterBlock parameters = Presets.Nmc(96, 50000);
            int trip = parameters.Get(ParameterId.OfFault(FaultId.OverCurrentCharge, ParameterId.ColumnTrip));
            int within = trip / 100 * 100;
            TakeLynx(0);
            TakeLynx(within);
            Assert.AreEqual(within, _m.CurrentMa);
            TakeLynx(0);
            TakeLynx(2 * trip);
            Assert.AreEqual(0, _m.CurrentMa);
            TakeLynx(2 * trip);
            Assert.IsTrue(_m.CurrentMa >= trip);
            TakeLynx(0);
            Assert.AreEqual(0, _m.CurrentMa, "the end of a load is none that no load may draw");
        }

        // Shows S-042.
        [TestMethod]
        public void the_voltages_and_the_current_of_the_ivt_wait_each_for_their_own_next_frame()
        {
            Start(ModuleProfile.Reference, SensorProfile.IvtS, 96);
            TakeIvt(0, 1000);
            TakeIvt(1, 350000);
            TakeIvt(2, 0);
            TakeIvt(2, 340000);
            Assert.AreEqual(0, _m.LinkVoltageMv, "no precharge is over because of one frame");
            TakeIvt(1, 350100);
            TakeIvt(0, 900000);
            Assert.AreEqual(350100, _m.PackVoltageMv);
            Assert.AreEqual(1000, _m.CurrentMa);
            TakeIvt(2, 345000);
            Assert.AreEqual(345000, _m.LinkVoltageMv);
        }
    }
}
