using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Supervision;
using Bms.Drivers.Boards;
using Bms.Plant.Pack;

namespace Bms.HilTests.Boards
{
    /// <summary>A board that sleeps while its pack is parked, and what wakes it.</summary>
    [TestClass]
    public sealed class BoardSleepTests
    {
        private static readonly Func<BoardDefinition>[] Boards = [BoardList.Esp32WroverMcp2518fd, BoardList.Esp32WroverMcp2515];

        [TestMethod]
        [DataRow(0)]
        [DataRow(1)]
        public void a_parked_board_sleeps_with_everything_off_and_the_hosts_frames_pull_its_wake_pin(int board)
        {
            BoardRig rig = Parked(Boards[board]());
            Assert.IsTrue(rig.RunUntil(() => rig.Sleep.Seconds > 0, 60), "sleeps");
            Assert.AreEqual(60, rig.Sleep.Seconds);
            Assert.IsFalse(rig.AnyContactorPinIsHigh || rig.IsHigh(rig.Board.Pins.Heater) || rig.IsHigh(rig.Board.Pins.Cooling));

            // Its modules go on sending; only the host may wake it.
            rig.AdvanceTo(rig.Bus.TimeUs + 5_000_000);
            Assert.IsTrue(rig.Chip.InterruptPin.IsHigh, "modules do not wake it");
            rig.Plant.Host.IsSilent = false;
            rig.AdvanceTo(rig.Bus.TimeUs + 1_000_000);
            Assert.IsFalse(rig.Chip.InterruptPin.IsHigh, "the host does");
        }

        [TestMethod]
        public void a_board_that_the_timer_woke_looks_at_the_cells_and_sleeps_again()
        {
            BoardRig rig = Parked(BoardList.Esp32WroverMcp2518fd());
            Assert.IsTrue(rig.RunUntil(() => rig.Sleep.Seconds > 0, 60));
            BoardRig woken = Parked(BoardList.Esp32WroverMcp2518fd(), rig.Stores, SleepControl.WokenByTimer);
            Assert.AreEqual(ResetCause.WakeUp, woken.Controller.Health.ResetCause);
            Assert.AreEqual(SleepControl.Looking, woken.Controller.Control.Sleep.State);
            Assert.IsTrue(woken.RunUntil(() => woken.Sleep.Seconds > 0, 10), "within the look, not after the ten seconds of parking");
            Assert.AreEqual(0, woken.Controller.Control.Sleep.Alarm);
        }

        // Shows F-106, F-209.
        [TestMethod]
        public void the_sleeps_of_a_parked_board_add_up_to_a_rest()
        {
            BoardRig rig = Parked(BoardList.Esp32WroverMcp2518fd());
            Assert.IsTrue(rig.RunUntil(() => rig.Sleep.Seconds > 0, 60));
            int least = rig.Storage.Rest.RestS;
            Assert.IsGreaterThanOrEqualTo(9, least);
            for (int sleep = 1; sleep <= 3; sleep++)
            {
                rig = Parked(BoardList.Esp32WroverMcp2518fd(), rig.Stores, SleepControl.WokenByTimer);
                least += 56;
                Assert.IsGreaterThanOrEqualTo(least, rig.Storage.Rest.AtLeastS);
                Assert.IsLessThan(sleep * 75 + 30, rig.Storage.Rest.AtLeastS);
                Assert.IsTrue(rig.RunUntil(() => rig.Sleep.Seconds > 0, 10));
            }

            // The host wakes it: not all of the sleep is known to have passed.
            rig = Parked(BoardList.Esp32WroverMcp2518fd(), rig.Stores, SleepControl.WokenByCan);
            Assert.IsGreaterThanOrEqualTo(least, rig.Storage.Rest.AtLeastS);
            Assert.IsGreaterThanOrEqualTo(rig.Storage.Rest.AtLeastS + 60, rig.Storage.Rest.AtMostS);

            // A start by power alone knows what was stored, and no more.
            rig = Parked(BoardList.Esp32WroverMcp2518fd(), rig.Stores);
            Assert.IsGreaterThanOrEqualTo(least, rig.Storage.Rest.AtLeastS);
            Assert.AreEqual(SignalValue.NotAvailable, rig.Storage.Rest.AtMostS);
        }

        [TestMethod]
        public void a_board_whose_cells_fell_during_its_sleep_stays_awake()
        {
            BoardRig rig = Parked(BoardList.Esp32WroverMcp2518fd());
            Assert.IsTrue(rig.RunUntil(() => rig.Sleep.Seconds > 0, 60));
            BoardRig woken = Parked(BoardList.Esp32WroverMcp2518fd(), rig.Stores, SleepControl.WokenByTimer, new PackOptions { CellCount = 24, InitialSoc = 0.5 });
            Assert.IsFalse(woken.RunUntil(() => woken.Sleep.Seconds > 0, 20));
            Assert.AreEqual(SleepControl.AlarmDrop, woken.Controller.Control.Sleep.Alarm);
        }

        [TestMethod]
        public void a_board_whose_storage_refuses_does_not_sleep()
        {
            BoardRig rig = Parked(BoardList.Esp32WroverMcp2518fd());
            Assert.IsTrue(rig.RunUntil(() => rig.Controller.Control.Sleep.State == SleepControl.Idle, 60));
            rig.Stores.State.IsReadOnly = true;
            rig.Run(20);
            Assert.AreEqual(0, rig.Sleep.Seconds);
            rig.Stores.State.IsReadOnly = false;
            Assert.IsTrue(rig.RunUntil(() => rig.Sleep.Seconds > 0, 5));
        }

        [TestMethod]
        public void a_start_by_power_is_no_wake_up()
        {
            BoardRig rig = Parked(BoardList.Esp32WroverMcp2518fd());
            Assert.AreEqual(SleepControl.Awake, rig.Controller.Control.Sleep.State);
            Assert.AreNotEqual(ResetCause.WakeUp, rig.Controller.Health.ResetCause);
        }

        private static BoardRig Parked(BoardDefinition board, Stores? stores = null, int cause = SleepControl.WokenByPower, PackOptions? pack = null)
        {
            var rig = new BoardRig(board, pack, stores, configure: p => p.Set(ParameterId.SleepAfterS, 10), wakeCause: cause);
            rig.Plant.Host.IsSilent = true;
            return rig;
        }
    }
}
