using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    [TestClass]
    public class FrozenWatchTests
    {
        private const int Cells = 24;
        private const int CapacityMah = 50000;

        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly FrozenWatch Watch;
            public uint NowMs;
            public bool IsClosed = true;

            public Desk(uint startMs)
            {
                ParameterBlock parameters = Presets.Nmc(Cells, CapacityMah);
                M = new PackMeasurement(parameters, new TestBus());
                Watch = new FrozenWatch(parameters);
                NowMs = startMs;
                SetModule(0, 3700);
                SetModule(1, 3700);
                M.CurrentMa = 0;
            }

            // False while all contactors are open.
            public bool MayFlow = true;

            public void SetModule(int module, int mv)
            {
                for (int cell = module * 12; cell < module * 12 + 12; cell++)
                {
                    M.CellVoltageMv[cell] = mv;
                }

                Sum();
            }

            public void SetCell(int cell, int mv)
            {
                M.CellVoltageMv[cell] = mv;
                Sum();
            }

            // Steps the current and lets the cells answer some time later.
            public void Step(int ma, int mv, int laterMs)
            {
                M.CurrentMa = ma;
                Run(laterMs);
                SetModule(0, mv);
                SetModule(1, mv);
                Run(4000);
            }

            private void Sum()
            {
                M.CellSumMv = 0;
                for (int cell = 0; cell < Cells; cell++)
                {
                    M.CellSumMv += M.CellVoltageMv[cell];
                }
            }

            public void Run(int ms)
            {
                for (int t = 0; t < ms; t += 40)
                {
                    NowMs += 40;
                    Watch.UpdateModules(M, MayFlow, NowMs);
                    Watch.UpdateCurrent(M, IsClosed, NowMs);
                }
            }
        }

        // Shows S-027.
        [TestMethod]
        public void a_module_that_does_not_follow_the_current_is_frozen()
        {
            Desk desk = new Desk(0);
            desk.Run(3000);
            Assert.AreEqual(0, desk.Watch.ModuleFrozenMs);
            desk.M.CurrentMa = CapacityMah / 10 + 1;
            for (int second = 0; second < 4; second++)
            {
                desk.SetModule(0, 3710 + second);
                desk.Run(1000);
            }

            Assert.IsTrue(desk.Watch.ModuleFrozenMs >= 3000 && desk.Watch.ModuleFrozenMs <= 4200);
            Assert.AreEqual(1, desk.Watch.FrozenModule);
        }

        // Shows S-027.
        [TestMethod]
        public void a_current_that_changes_by_a_tenth_of_c_or_less_makes_no_module_frozen()
        {
            Desk desk = new Desk(0);
            desk.Run(3000);
            desk.M.CurrentMa = CapacityMah / 10;
            desk.Run(20000);
            Assert.AreEqual(0, desk.Watch.ModuleFrozenMs);
            desk.M.CurrentMa = -CapacityMah / 10 - 1;
            desk.Run(4000);
            Assert.IsTrue(desk.Watch.ModuleFrozenMs > 0);
        }

        // Shows S-027.
        [TestMethod]
        public void a_current_that_changes_while_all_contactors_are_open_makes_no_module_frozen()
        {
            Desk desk = new Desk(0);
            desk.MayFlow = false;
            desk.Run(3000);
            desk.M.CurrentMa = 20000;
            desk.Run(20000);
            Assert.AreEqual(0, desk.Watch.ModuleFrozenMs);
            desk.MayFlow = true;
            desk.Run(3000);
            desk.M.CurrentMa = 0;
            desk.Run(4000);
            Assert.IsTrue(desk.Watch.ModuleFrozenMs > 2000);
        }

        [TestMethod]
        public void a_module_that_moves_again_is_frozen_no_longer()
        {
            Desk desk = new Desk(0);
            desk.Run(2000);
            desk.M.CurrentMa = 20000;
            desk.Run(4000);
            Assert.IsTrue(desk.Watch.ModuleFrozenMs > 2000);
            desk.SetModule(0, 3701);
            desk.SetModule(1, 3701);
            desk.Run(1200);
            Assert.AreEqual(0, desk.Watch.ModuleFrozenMs);
        }

        // Shows S-009.
        [TestMethod]
        public void a_missing_cell_or_current_makes_no_module_frozen()
        {
            Desk desk = new Desk(0);
            desk.Run(2000);
            desk.M.CellVoltageMv[3] = SignalValue.NotAvailable;
            desk.M.CellVoltageMv[13] = SignalValue.NotAvailable;
            desk.M.CurrentMa = 20000;
            desk.Run(5000);
            Assert.AreEqual(0, desk.Watch.ModuleFrozenMs);
            desk = new Desk(0);
            desk.M.CurrentMa = SignalValue.NotAvailable;
            desk.Run(5000);
            Assert.AreEqual(0, desk.Watch.ModuleFrozenMs);
        }

        [TestMethod]
        public void a_frozen_module_is_found_across_the_roll_over_of_the_clock()
        {
            Desk desk = new Desk(0xFFFFFFFF - 4000);
            desk.Run(2000);
            desk.M.CurrentMa = 20000;
            desk.Run(5000);
            Assert.IsTrue(desk.Watch.ModuleFrozenMs >= 4000 && desk.Watch.ModuleFrozenMs <= 5200);
        }

        // Shows S-027.
        [TestMethod]
        public void a_current_that_stands_still_while_the_cells_jump_up_and_down_is_frozen()
        {
            Desk desk = new Desk(0);
            desk.M.CurrentMa = -12345;
            desk.Run(1000);
            for (int jump = 1; jump <= 5; jump++)
            {
                desk.SetModule(0, jump % 2 == 0 ? 3700 : 3600);
                desk.SetModule(1, jump % 2 == 0 ? 3700 : 3600);
                desk.Run(1000);
                Assert.AreEqual(jump, desk.Watch.CurrentJumps);
            }

            desk.M.CurrentMa = -12346;
            desk.Run(40);
            Assert.AreEqual(0, desk.Watch.CurrentJumps);
        }

        // Shows S-027.
        [TestMethod]
        public void a_jump_of_one_percent_is_none()
        {
            Desk desk = new Desk(0);
            desk.Run(1000);
            desk.SetModule(0, 3663);
            desk.SetModule(1, 3663);
            desk.Run(1000);
            Assert.AreEqual(0, desk.Watch.CurrentJumps);
            desk = new Desk(0);
            desk.Run(1000);
            desk.SetModule(0, 3660);
            desk.SetModule(1, 3660);
            desk.Run(1000);
            Assert.AreEqual(1, desk.Watch.CurrentJumps);
        }

        // Shows S-010.
        [TestMethod]
        public void cells_that_recover_from_a_load_count_once()
        {
            Desk desk = new Desk(0);
            for (int step = 0; step < 10; step++)
            {
                desk.SetModule(0, 3000 + step * 60);
                desk.SetModule(1, 3000 + step * 60);
                desk.Run(520);
            }

            Assert.AreEqual(1, desk.Watch.CurrentJumps);
        }

        [TestMethod]
        public void with_open_contactors_a_current_of_nothing_may_stand_still()
        {
            Desk desk = new Desk(0);
            desk.IsClosed = false;
            for (int jump = 0; jump < 6; jump++)
            {
                desk.SetModule(0, jump % 2 == 0 ? 3700 : 3600);
                desk.Run(1000);
            }

            Assert.AreEqual(0, desk.Watch.CurrentJumps);
        }

        // Shows S-027.
        [TestMethod]
        public void a_cell_that_stands_still_while_those_beside_it_move_is_frozen()
        {
            Desk desk = new Desk(0xFFFFFFFF - 40000);
            desk.Run(14000);
            for (int look = 1; look <= 4; look++)
            {
                desk.SetModule(0, look % 2 == 0 ? 3700 : 3750);
                desk.SetCell(5, 3700);
                desk.Run(14000);
                Assert.AreEqual(look, desk.Watch.CellLooks);
                Assert.AreEqual(5, desk.Watch.FrozenCell);
            }

            desk.SetCell(5, 3701);
            desk.Run(14000);
            Assert.AreEqual(0, desk.Watch.CellLooks);
        }

        // Shows S-027.
        [TestMethod]
        public void cells_that_move_by_fifteen_millivolts_make_no_other_one_frozen()
        {
            Desk desk = new Desk(0);
            desk.Run(14000);
            desk.SetModule(0, 3715);
            desk.SetModule(1, 3715);
            desk.SetCell(5, 3700);
            desk.SetCell(23, 3700);
            desk.Run(14000);
            Assert.AreEqual(0, desk.Watch.CellLooks);
            desk.SetCell(20, 3716);
            desk.SetCell(21, 3716);
            desk.Run(14000);
            Assert.AreEqual(1, desk.Watch.CellLooks);
            Assert.AreEqual(23, desk.Watch.FrozenCell);
        }

        // Shows S-010.
        [TestMethod]
        public void one_cell_that_jumps_makes_no_other_one_frozen()
        {
            Desk desk = new Desk(0);
            desk.Run(14000);
            for (int jump = 0; jump < 6; jump++)
            {
                desk.SetCell(3, jump % 2 == 0 ? 2600 : 4300);
                desk.Run(14000);
                Assert.AreEqual(0, desk.Watch.CellLooks);
            }
        }

        // Shows S-010.
        [TestMethod]
        public void a_cell_that_rests_after_those_beside_it_moved_once_counts_once()
        {
            Desk desk = new Desk(0);
            desk.Run(14000);
            desk.SetModule(0, 3600);
            desk.SetCell(5, 3700);
            desk.Run(100000);
            Assert.AreEqual(1, desk.Watch.CellLooks);
        }

        // Shows S-009.
        [TestMethod]
        public void a_missing_cell_beside_it_makes_no_cell_frozen()
        {
            Desk desk = new Desk(0);
            desk.Run(14000);
            desk.SetModule(0, 3750);
            desk.SetCell(5, 3700);
            desk.M.CellVoltageMv[6] = SignalValue.NotAvailable;
            desk.Run(20000);
            Assert.AreEqual(0, desk.Watch.CellLooks);
        }

        // Shows S-026.
        [TestMethod]
        public void a_current_that_the_cells_answer_the_other_way_is_reversed()
        {
            Desk desk = new Desk(0xFFFFFFFF - 7000);
            desk.Run(2000);
            for (int step = 1; step <= 4; step++)
            {
                desk.Step(step % 2 == 0 ? 0 : 20000, step % 2 == 0 ? 3700 : 3650, 0);
                Assert.AreEqual(step, desk.Watch.ReversedSteps);
            }

            desk.Step(20000, 3750, 0);
            Assert.AreEqual(0, desk.Watch.ReversedSteps);
        }

        // Shows S-026.
        [TestMethod]
        public void a_step_of_a_fifth_of_c_or_an_answer_of_half_a_percent_tells_nothing()
        {
            Desk desk = new Desk(0);
            desk.Run(2000);
            desk.Step(CapacityMah / 5, 3600, 0);
            Assert.AreEqual(0, desk.Watch.ReversedSteps);
            desk.Step(CapacityMah / 5 * 2 + 1, 3582, 0);
            Assert.AreEqual(0, desk.Watch.ReversedSteps);
            desk.Step(CapacityMah / 5, 3601, 0);
            Assert.AreEqual(1, desk.Watch.ReversedSteps);
        }

        // Shows S-010.
        [TestMethod]
        public void modules_that_answer_a_second_late_or_a_current_that_is_never_steady_show_nothing_reversed()
        {
            Desk desk = new Desk(0);
            desk.Run(2000);
            for (int step = 1; step <= 4; step++)
            {
                desk.Step(step % 2 == 0 ? 0 : 20000, step % 2 == 0 ? 3700 : 3750, 1000);
                Assert.AreEqual(0, desk.Watch.ReversedSteps);
            }

            desk = new Desk(0);
            desk.Run(2000);
            for (int half = 0; half < 40; half++)
            {
                desk.M.CurrentMa = half % 2 == 0 ? 20000 : 0;
                desk.SetModule(0, half % 2 == 0 ? 3650 : 3700);
                desk.SetModule(1, half % 2 == 0 ? 3650 : 3700);
                desk.Run(480);
            }

            Assert.AreEqual(0, desk.Watch.ReversedSteps);
        }

        // Shows S-009, S-026.
        [TestMethod]
        public void with_open_contactors_nothing_is_reversed_and_a_missing_current_tells_nothing()
        {
            Desk desk = new Desk(0);
            desk.Run(2000);
            desk.Step(20000, 3650, 0);
            desk.Step(0, 3700, 0);
            Assert.AreEqual(2, desk.Watch.ReversedSteps);
            desk.M.CurrentMa = SignalValue.NotAvailable;
            desk.Run(2000);
            Assert.AreEqual(2, desk.Watch.ReversedSteps);
            desk.IsClosed = false;
            desk.Run(40);
            Assert.AreEqual(0, desk.Watch.ReversedSteps);
        }
    }
}
