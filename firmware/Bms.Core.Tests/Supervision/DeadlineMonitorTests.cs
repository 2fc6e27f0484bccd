using Bms.Core.Supervision;

namespace Bms.Core.Tests.Supervision
{
    [TestClass]
    public class DeadlineMonitorTests
    {
        private const int PeriodUs = 10000;

        private static void Cycle(DeadlineMonitor monitor, uint beginUs, uint lastsUs)
        {
            monitor.Begin(beginUs);
            monitor.End(beginUs + lastsUs);
        }

        [TestMethod]
        public void before_the_first_cycle_nothing_is_measured()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            Assert.IsFalse(monitor.IsMeasured);
            Assert.AreEqual(0, monitor.JitterUs);
            Assert.AreEqual(0, monitor.MissedDeadlines);
        }

        [TestMethod]
        public void a_loop_that_keeps_its_time_misses_nothing_and_has_no_jitter()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            for (uint i = 0; i < 100; i++)
            {
                Cycle(monitor, 5 + i * PeriodUs, 3000);
                Assert.AreEqual(5 + (i + 1) * PeriodUs, monitor.DueUs);
            }

            Assert.AreEqual(0, monitor.MissedDeadlines);
            Assert.AreEqual(0, monitor.JitterUs);
            Assert.AreEqual(0, monitor.MaxLatenessUs);
            Assert.AreEqual(3000, monitor.CycleUs);
        }

        [TestMethod]
        public void a_cycle_that_ends_exactly_a_period_after_its_due_time_is_in_time_and_one_microsecond_more_is_not()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            Cycle(monitor, 0, PeriodUs);
            Assert.AreEqual(0, monitor.MissedDeadlines);
            Cycle(monitor, PeriodUs, PeriodUs + 1);
            Assert.AreEqual(1, monitor.MissedDeadlines);
            Assert.AreEqual(1, monitor.MissedInARow);
        }

        [TestMethod]
        public void after_a_stall_the_schedule_starts_anew_and_every_due_time_left_out_is_counted()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            Cycle(monitor, 0, 1000);
            Cycle(monitor, 10000, 45000);
            Assert.AreEqual(4, monitor.MissedDeadlines);
            Assert.AreEqual(55000u, monitor.DueUs);
            Cycle(monitor, 60000, 1000);
            Assert.AreEqual(70000u, monitor.DueUs);
            Assert.AreEqual(0, monitor.LatenessUs);
            Assert.AreEqual(0, monitor.MissedInARow);
            Assert.AreEqual(4, monitor.MissedDeadlines);
        }

        [TestMethod]
        public void jitter_is_the_spread_of_the_intervals_and_lateness_the_delay_of_the_begin()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            Cycle(monitor, 0, 100);
            Cycle(monitor, 10400, 100);
            Cycle(monitor, 20000, 100);
            Assert.AreEqual(800, monitor.JitterUs);
            Assert.AreEqual(400, monitor.MaxLatenessUs);
            monitor.BeginWindow();
            Assert.AreEqual(0, monitor.JitterUs);
            Cycle(monitor, 30000, 100);
            Cycle(monitor, 40000, 100);
            Assert.AreEqual(0, monitor.JitterUs);
            Assert.AreEqual(0, monitor.MaxLatenessUs);
        }

        [TestMethod]
        public void times_survive_the_roll_over_of_the_clock()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            uint begin = 0xFFFFFFFF - 4999;
            Cycle(monitor, begin, 3000);
            Cycle(monitor, begin + PeriodUs, 6000);
            Assert.AreEqual(6000, monitor.CycleUs);
            Assert.AreEqual(0, monitor.MissedDeadlines);
            Assert.AreEqual(15000u, monitor.DueUs);
        }

        [TestMethod]
        public void time_spent_on_purpose_is_neither_missed_nor_jitter()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            Cycle(monitor, 0, 1000);
            monitor.Excuse(300000);
            Cycle(monitor, 300000, 1000);
            Cycle(monitor, 310000, 1000);
            Assert.AreEqual(0, monitor.MissedDeadlines);
            Assert.AreEqual(0, monitor.JitterUs);
        }

        [TestMethod]
        public void a_stall_of_half_an_hour_gives_finite_numbers()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(PeriodUs);
            Cycle(monitor, 0, 2000000000);
            Assert.AreEqual(60000000, monitor.CycleUs);
            Assert.AreEqual(6000, monitor.MissedDeadlines);
        }
    }
}
