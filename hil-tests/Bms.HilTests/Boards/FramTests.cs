using Bms.Bench.Chips;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Core.Supervision;
using Bms.Drivers;
using Bms.Drivers.Boards;
using Bms.Plant.Pack;

namespace Bms.HilTests.Boards
{
    /// <summary>A board with a FRAM on SPI, whose supply may go at any moment.</summary>
    [TestClass]
    public sealed class FramTests
    {
        private const int Length = PackStateStore.BlockLength;

        [TestMethod]
        public void slots_come_back_as_they_were_written_and_do_not_touch_each_other()
        {
            var store = new FramBlockStore(new FramModel(), 100, 3, 40);
            byte[] read = new byte[40];
            Assert.AreEqual(0, store.Read(1, read), "a new chip is empty");
            for (int block = 0; block < 3; block++)
            {
                Assert.IsTrue(store.Write(block, [.. Enumerable.Range(block * 50, 40).Select(i => (byte)i)], 40 - block));
            }

            for (int block = 0; block < 3; block++)
            {
                Assert.AreEqual(40, store.Read(block, read));
                CollectionAssert.AreEqual(Enumerable.Range(block * 50, 40 - block).Select(i => (byte)i).ToArray(), read[..(40 - block)]);
            }

            Assert.IsTrue(store.Erase(1));
            Assert.AreEqual(0, store.Read(1, read));
            Assert.AreEqual(40, store.Read(2, read));
        }

        [TestMethod]
        public void slots_may_end_with_the_chip_and_not_beyond()
        {
            _ = new FramBlockStore(new FramModel(), FramBlockStore.Size - 80, 2, 40);
            _ = Assert.ThrowsExactly<ArgumentException>(() => new FramBlockStore(new FramModel(), FramBlockStore.Size - 79, 2, 40));
        }

        [TestMethod]
        public void a_cut_at_any_byte_leaves_the_old_state_or_the_new_one()
        {
            for (int cut = 0; cut <= Length; cut++)
            {
                var chip = new FramModel();
                var states = new PackStateStore(new FramBlockStore(chip, 0, 2, Length), 0);
                Assert.IsTrue(states.Save(new PackState { MeanSocCentiPct = 7000 }));
                Assert.IsTrue(states.Save(new PackState { MeanSocCentiPct = 6000 }));
                chip.CutAfter = cut;
                _ = states.Save(new PackState { MeanSocCentiPct = 5000 });
                chip.PowerOn();
                var state = new PackState();
                int status = new PackStateStore(new FramBlockStore(chip, 0, 2, Length), 0).Load(state);
                Assert.IsTrue(status is StorageStatus.Ok or StorageStatus.OneSlotDamaged, $"{cut}: {status}");
                Assert.AreEqual(cut == Length ? 5000 : 6000, state.MeanSocCentiPct, $"cut after {cut} bytes");
            }
        }

        [TestMethod]
        public void a_chip_that_is_not_there_fails_the_self_test_and_the_contactors_stay_open()
        {
            BoardRig rig = Rig(new FramModel { IsAbsent = true }, 0.8);
            rig.Run(5);
            Assert.AreEqual(SelfTest.Failed, rig.Controller.Health.SelfTest.Storage);
            Assert.IsTrue(rig.Controller.Inputs.IsStartInhibited);
            Assert.IsFalse(rig.AnyContactorPinIsHigh);
        }

        // Shows F-209.
        [TestMethod]
        [DataRow(true)]
        [DataRow(false)]
        public void the_state_of_charge_outlives_a_supply_that_goes_under_load_with_a_fram_only(bool hasFram)
        {
            FramModel? fram = hasFram ? new FramModel() : null;
            BoardRig rig = Rig(fram, 0.5);
            Assert.IsTrue(rig.RunUntil(() => rig.Controller.Control.Contactors.State == ContactorState.Standby, 20));
            rig.Run(5);
            int before = rig.Stores.StoredState().MeanSocCentiPct;
            rig.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntil(() => rig.Controller.Control.Contactors.State == ContactorState.Closed, 20));
            rig.Plant.Load.DemandCurrentA = -100;
            rig.Run(120);
            int told = (int)(rig.Controller.Estimation.Mean.Soc * 10000);
            Assert.IsTrue(before - told > 450, $"{before}, {told}: 3.3 of 55 Ah are out");

            // Now the supply goes.
            Assert.AreEqual(hasFram ? told : before, rig.Stores.StoredState().MeanSocCentiPct, 30.0);
        }

        // Shows F-209.
        [TestMethod]
        [DataRow(true)]
        [DataRow(false)]
        public void what_is_known_of_each_cell_comes_back_from_a_fram_and_from_files(bool hasFram)
        {
            FramModel? fram = hasFram ? new FramModel() : null;
            BoardRig rig = Rig(fram, 0.5);
            Assert.IsTrue(rig.RunUntil(() => rig.Controller.Control.Contactors.State == ContactorState.Standby, 20));
            rig.Run(5);
            rig.Plant.Host.Mode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntil(() => rig.Controller.Control.Contactors.State == ContactorState.Closed, 20));
            rig.Run(5);
            rig.Controller.Estimation.Deltas.Capacities.Deviation[17] = -1234;
            rig.Plant.Host.Mode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntil(() => rig.Controller.Control.Contactors.State == ContactorState.Standby, 20));
            rig.Run(10);
            float[] before = [.. rig.Controller.Estimation.Deltas.Soc];

            // The supply goes; the next board finds what the last one left.
            BoardRig next = new(BoardList.Esp32WroverMcp2518fd(), new PackOptions { CellCount = 24, InitialSoc = 0.5 }, rig.Stores);
            Assert.AreEqual(StorageStatus.Ok, next.Controller.Health.CellsStatus);
            Assert.AreEqual(-1234, next.Controller.Estimation.Deltas.Capacities.Deviation[17]);
            for (int cell = 0; cell < 24; cell++)
            {
                Assert.AreEqual(before[cell], next.Controller.Estimation.Deltas.Soc[cell], 0.002f);
            }
        }

        private static BoardRig Rig(FramModel? fram, double soc)
        {
            return new BoardRig(BoardList.Esp32WroverMcp2518fd(), new PackOptions { CellCount = 24, InitialSoc = soc }, new Stores { Fram = fram });
        }
    }
}
