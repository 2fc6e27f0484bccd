using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Storage
{
    /// <summary>What is known of each cell, over power cuts at every byte and every slot, other packs, and damage.</summary>
    [TestClass]
    public class CellStateStoreTests
    {
        private static StateEstimation Estimation(int cells)
        {
            return new StateEstimation(Presets.Nmc(cells, 50000));
        }

        // An estimation whose cells are told apart by a number.
        private static StateEstimation Known(int cells, int mark)
        {
            StateEstimation e = Estimation(cells);
            e.StartFrom(5000);
            for (int cell = 0; cell < cells; cell++)
            {
                e.Deltas.Soc[cell] = (mark + cell - 100) * 0.0001f;
                e.Deltas.Resistance[cell] = (mark + cell) * 0.001f;
                e.Deltas.Capacities.Deviation[cell] = (short)(mark - cell);
            }

            e.Deltas.Variance = 0.0001f;
            e.Deltas.Capacities.Variance = 0.0004f;
            return e;
        }

        private static TestStore Medium()
        {
            return new TestStore(CellStateStore.BlockCount, CellStateStore.BlockLength);
        }

        // Returns slots written, the refused one included.
        private static int Save(TestStore store, StateEstimation e)
        {
            CellStateStore cells = new CellStateStore(store);
            cells.Load(Estimation(e.Deltas.Soc.Length));
            Assert.IsTrue(cells.Begin(e));
            int steps = 0;
            while (cells.IsWriting)
            {
                cells.Step(e);
                steps++;
            }

            return steps;
        }

        // The mark of all cells, or -1 where nothing came back.
        private static int MarkOf(TestStore store, int count)
        {
            StateEstimation e = Estimation(count);
            int status = new CellStateStore(store).Load(e);
            if (status != StorageStatus.Ok && status != StorageStatus.OneSlotDamaged)
            {
                Assert.IsFalse(e.Deltas.IsRecalled);
                Assert.AreEqual(0, (int)(e.Deltas.Soc[count - 1] * 10000f));
                return -1;
            }

            int mark = (int)(e.Deltas.Resistance[0] * 1000f + 0.5f);
            for (int cell = 0; cell < count; cell++)
            {
                int off = (int)(e.Deltas.Soc[cell] * 10000f + (e.Deltas.Soc[cell] < 0f ? -0.5f : 0.5f)) - (mark + cell - 100);
                Assert.IsTrue(off >= -1 && off <= 1, "all of one set");
                off = (int)(e.Deltas.Resistance[cell] * 1000f + 0.5f) - (mark + cell);
                Assert.IsTrue(off >= -1 && off <= 1);
                Assert.AreEqual(mark - cell, (int)e.Deltas.Capacities.Deviation[cell]);
            }

            return mark;
        }

        // Shows F-209.
        [TestMethod]
        public void every_cell_comes_back_with_its_uncertainty()
        {
            foreach (int count in new int[] { 2, 15, 16, 17, 96, 192 })
            {
                TestStore store = Medium();
                Assert.AreEqual((count + 15) / 16, Save(store, Known(count, 300)));
                Assert.AreEqual(300, MarkOf(store, count));
                StateEstimation e = Estimation(count);
                Assert.AreEqual(StorageStatus.Ok, new CellStateStore(store).Load(e));
                Assert.IsTrue(e.Deltas.IsRecalled);
                Assert.AreEqual(10, (int)(e.Deltas.Variance * 100000f + 0.5f));
                Assert.AreEqual(40, (int)(e.Deltas.Capacities.Variance * 100000f + 0.5f));
                Assert.IsTrue(e.Deltas.Highest > e.Deltas.Lowest);
            }
        }

        // Shows F-209.
        [TestMethod]
        public void a_power_cut_at_every_byte_of_every_slot_leaves_the_old_set_or_the_new_one()
        {
            const int Count = 40;
            TestStore before = Medium();
            Save(before, Known(Count, 100));
            Save(before, Known(Count, 200));
            StateEstimation next = Known(Count, 300);
            int turn = 0;
            for (int slot = 0; slot < 3; slot++)
            {
                for (int cut = 0; cut <= CellStateStore.BlockLength; cut += slot == 1 ? 1 : 7)
                {
                    TestStore store = Medium();
                    store.CopyFrom(before);
                    CellStateStore cells = new CellStateStore(store);
                    cells.Load(Estimation(Count));
                    cells.Begin(next);
                    for (int step = 0; step < slot; step++)
                    {
                        Assert.IsTrue(cells.Step(next));
                    }

                    store.CutAfter = cut;
                    store.Tail = turn % TestStore.TailCount;
                    turn++;
                    cells.Step(next);
                    store.CutAfter = -1;
                    int mark = MarkOf(store, Count);
                    Assert.IsTrue(mark == 200 || (mark == 300 && slot == 2), mark.ToString());

                    // And the next set works, whatever the cut left.
                    Assert.AreEqual(3, Save(store, Known(Count, 400)));
                    Assert.AreEqual(400, MarkOf(store, Count));
                }
            }
        }

        [TestMethod]
        public void the_first_set_that_is_cut_leaves_nothing()
        {
            TestStore store = Medium();
            Assert.AreEqual(StorageStatus.Empty, new CellStateStore(store).Load(Estimation(40)));
            CellStateStore cells = new CellStateStore(store);
            StateEstimation e = Known(40, 300);
            cells.Load(Estimation(40));
            cells.Begin(e);
            cells.Step(e);
            cells.Step(e);
            Assert.AreEqual(-1, MarkOf(store, 40));
            Assert.AreEqual(StorageStatus.Damaged, new CellStateStore(store).Load(Estimation(40)));
        }

        [TestMethod]
        public void the_newer_set_wins_across_the_roll_over_of_its_number_and_each_set_is_written_in_turn()
        {
            TestStore store = Medium();
            for (int mark = 100; mark < 110; mark++)
            {
                Save(store, Known(20, mark));
                Assert.AreEqual(mark, MarkOf(store, 20));
            }

            // The newest set damaged: the one before it.
            store.Damage(CellStateStore.BlockCount / 2, 30);
            StateEstimation e = Estimation(20);
            int status = new CellStateStore(store).Load(e);
            Assert.AreEqual(StorageStatus.OneSlotDamaged, status);
            Assert.AreEqual(108, MarkOf(store, 20));
        }

        [TestMethod]
        public void a_set_of_another_pack_is_refused()
        {
            TestStore store = Medium();
            Save(store, Known(20, 300));
            Assert.AreEqual(StorageStatus.Refused, new CellStateStore(store).Load(Estimation(19)));
            Assert.AreEqual(StorageStatus.Refused, new CellStateStore(store).Load(Estimation(40)));
            Assert.AreEqual(StorageStatus.Refused, new CellStateStore(store).Load(new StateEstimation(Presets.Nmc(20, 50001))));
            Assert.AreEqual(StorageStatus.Refused, new CellStateStore(store).Load(new StateEstimation(Presets.Lfp(20, 50000))));
            Assert.AreEqual(300, MarkOf(store, 20));
        }

        [TestMethod]
        public void both_sets_damaged_leave_the_cells_as_they_are()
        {
            TestStore store = Medium();
            Save(store, Known(20, 300));
            Save(store, Known(20, 301));
            store.Damage(1, 30);
            store.Damage(CellStateStore.BlockCount / 2, 117);
            Assert.AreEqual(StorageStatus.Damaged, new CellStateStore(store).Load(Estimation(20)));
            Assert.AreEqual(-1, MarkOf(store, 20));
        }

        [TestMethod]
        public void a_medium_that_refuses_ends_the_set()
        {
            TestStore store = Medium();
            Save(store, Known(40, 300));
            store.IsReadOnly = true;
            Assert.AreEqual(1, Save(store, Known(40, 400)));
            Assert.AreEqual(300, MarkOf(store, 40));
        }

        [TestMethod]
        public void values_beyond_what_a_cell_can_do_are_held_and_nothing_is_begun_before_anything_is_known()
        {
            CellStateStore cells = new CellStateStore(Medium());
            StateEstimation e = Estimation(4);
            cells.Load(e);
            Assert.IsFalse(cells.Begin(e));
            TestStore store = Medium();
            e = Known(4, 0);
            e.Deltas.Soc[0] = -0.9f;
            e.Deltas.Resistance[1] = 9f;
            Save(store, e);
            StateEstimation after = Estimation(4);
            Assert.AreEqual(StorageStatus.Ok, new CellStateStore(store).Load(after));
            Assert.AreEqual(-6000, (int)(after.Deltas.Soc[0] * 10000f - 0.5f));
            Assert.AreEqual(4000, (int)(after.Deltas.Resistance[1] * 1000f + 0.5f));
        }
    }
}
