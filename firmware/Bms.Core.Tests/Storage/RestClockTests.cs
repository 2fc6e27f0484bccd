using Bms.Core.Messages;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Storage
{
    /// <summary>How long a pack has rested: counted, slept, and told by the host's clock, right and wrong.</summary>
    [TestClass]
    public class RestClockTests
    {
        private const int MostMa = 2500;
        private const int Monday = 200000000;
        private const int Hour = 3600;

        private static int _currentMa;
        private static RestClock _clock;
        private static uint _nowMs;
        private static bool _learnt;

        private static void Start(PackState state)
        {
            _currentMa = 0;
            _clock = new RestClock();
            _clock.Begin(state, MostMa);
            _nowMs = 0;
            _learnt = false;
        }

        private static void Run(int seconds, bool isOpen)
        {
            for (int t = 0; t < seconds * 10; t++)
            {
                _clock.Update(_currentMa, isOpen, _nowMs);
                _nowMs += 100;
            }
        }

        // As the host tells it: once a second, as long as it lasts.
        private static void Tell(int clockS, int clockId, int times)
        {
            for (int i = 0; i < times; i++)
            {
                _clock.Update(_currentMa, true, _nowMs);
                _learnt = _clock.Take(clockS + i, clockId) || _learnt;
                Run(1, true);
            }
        }

        // What a run stores that rests for a time, with a host that tells its clock or without one.
        private static PackState Rested(int seconds, bool isTold)
        {
            Start(new PackState());
            if (isTold)
            {
                Tell(Monday, 7, 2);
                seconds -= 2;
            }

            Run(seconds, true);
            PackState state = new PackState();
            _clock.Save(state, true, 0);
            return state;
        }

        // Shows F-209.
        [TestMethod]
        public void rest_is_counted_with_open_contactors_and_without_a_current_only()
        {
            Start(new PackState());
            Assert.AreEqual(SignalValue.NotAvailable, _clock.AtLeastS);
            Run(100, true);
            Assert.AreEqual(99, _clock.RestS);
            _currentMa = MostMa - 1;
            Run(10, true);
            Assert.AreEqual(109, _clock.RestS);
            _currentMa = -MostMa;
            Run(10, true);
            Assert.AreEqual(0, _clock.RestS);
            _currentMa = SignalValue.NotAvailable;
            Run(10, true);
            Assert.AreEqual(10, _clock.RestS);
            _currentMa = 0;
            Run(10, false);
            Assert.AreEqual(0, _clock.RestS);
        }

        [TestMethod]
        public void rest_is_counted_across_the_roll_over_of_the_clock()
        {
            Start(new PackState());
            _nowMs = uint.MaxValue - 50000;
            Run(101, true);
            Assert.AreEqual(100, _clock.RestS);
        }

        // Shows F-209.
        [TestMethod]
        public void a_stored_rest_is_the_least_of_what_the_next_start_knows()
        {
            PackState state = Rested(101, false);
            Start(state);
            Assert.AreEqual(100, _clock.AtLeastS);
            Assert.AreEqual(SignalValue.NotAvailable, _clock.AtMostS);
            Run(11, true);
            Assert.AreEqual(110, _clock.RestS);
        }

        // Shows F-209.
        [TestMethod]
        public void where_the_contactors_may_have_closed_since_nothing_is_known()
        {
            Rested(101, true);
            PackState state = new PackState();
            _clock.Save(state, false, 0);
            Start(state);
            Tell(Monday + 10000, 7, 3);
            Assert.IsFalse(_learnt);
            Assert.AreEqual(SignalValue.NotAvailable, _clock.AtLeastS);
        }

        // Shows F-106, F-209.
        [TestMethod]
        public void sleeps_that_the_timer_ends_add_up_and_one_that_the_host_ends_leaves_what_was_there()
        {
            PackState state = Rested(161, false);
            for (int sleep = 0; sleep < 10; sleep++)
            {
                _clock.Save(state, true, 1600);
                Start(state);
                _clock.NoteWake(state, true);
                Assert.AreEqual(160 + (sleep + 1) * 1500, _clock.AtLeastS);
                Assert.IsTrue(_clock.AtMostS >= 160 + (sleep + 1) * 1700);
            }

            _clock.Save(state, true, 1600);
            Start(state);
            _clock.NoteWake(state, false);
            Assert.AreEqual(160 + 10 * 1500, _clock.AtLeastS);
            Assert.IsTrue(_clock.AtMostS >= 160 + 11 * 1700);
        }

        [TestMethod]
        public void a_sleep_after_use_tells_nothing()
        {
            PackState state = new PackState();
            state.SleepS = 600;
            Start(state);
            _clock.NoteWake(state, true);
            Assert.AreEqual(SignalValue.NotAvailable, _clock.AtLeastS);
            Assert.AreEqual(SignalValue.NotAvailable, _clock.AtMostS);
        }

        // Shows F-209.
        [TestMethod]
        public void the_hosts_clock_tells_the_rest_before_the_start()
        {
            PackState state = Rested(600, true);
            Start(state);
            Run(5, true);
            Tell(Monday + 600 + 5 * Hour, 7, 1);
            Assert.IsFalse(_learnt, "one frame is no clock");
            Tell(Monday + 600 + 5 * Hour + 1, 7, 1);
            Assert.IsTrue(_learnt);

            // From the beginning of the rest to the start, six seconds before the second frame.
            int expected = 600 + 5 * Hour - 5;
            Assert.IsTrue(_clock.AtLeastS >= expected - 3 && _clock.AtLeastS <= expected + 3);
            Assert.AreEqual(_clock.AtLeastS, _clock.AtMostS);
            Assert.IsTrue(_clock.RestS > _clock.AtLeastS);

            // And the next start goes on with it.
            _clock.Save(state, true, 0);
            Start(state);
            Tell(Monday + 600 + 6 * Hour, 7, 2);
            Assert.IsTrue(_clock.AtLeastS >= expected + Hour - 10 && _clock.AtLeastS <= expected + Hour + 10);
        }

        [TestMethod]
        public void what_was_used_after_the_start_has_rested_before_it_all_the_same()
        {
            PackState state = Rested(600, true);
            Start(state);
            Run(30, false);
            Tell(Monday + 600 + 5 * Hour, 7, 2);
            Assert.IsTrue(_learnt);
            Assert.IsTrue(_clock.AtLeastS > 5 * Hour);
            Assert.IsTrue(_clock.RestS < 5);
        }

        // Shows F-209.
        [TestMethod]
        public void a_clock_that_runs_backwards_leaves_what_was_counted()
        {
            PackState state = Rested(600, true);
            Start(state);
            Tell(Monday + 300, 7, 3);
            Assert.IsFalse(_learnt);
            Assert.IsTrue(_clock.AtLeastS > 590 && _clock.AtLeastS < 600);
            Assert.AreEqual(SignalValue.NotAvailable, _clock.AtMostS);

            // From here on the clock counts as it is now.
            _clock.Save(state, true, 0);
            Start(state);
            Tell(Monday + 300 + Hour, 7, 2);
            Assert.IsTrue(_learnt);
            Assert.IsTrue(_clock.AtLeastS >= 600 + Hour - 10 && _clock.AtLeastS <= 600 + Hour + 10);
        }

        // Shows F-209.
        [TestMethod]
        public void five_years_are_believed_and_a_second_more_is_not()
        {
            PackState state = Rested(600, true);
            Start(state);
            Tell(state.RestSinceS + RestClock.MostRestS, 7, 2);
            Assert.IsTrue(_learnt);
            Assert.AreEqual(RestClock.MostRestS, _clock.AtLeastS);
            Start(state);
            Tell(state.RestSinceS + RestClock.MostRestS + 1, 7, 2);
            Assert.IsFalse(_learnt);
            Assert.IsTrue(_clock.AtLeastS < 600);
        }

        // Shows F-209.
        [TestMethod]
        public void another_clock_is_not_compared()
        {
            PackState state = Rested(600, true);
            Start(state);
            Tell(Monday + 600 + 5 * Hour, 8, 3);
            Assert.IsFalse(_learnt);
            Assert.IsTrue(_clock.AtLeastS < 600);
            _clock.Save(state, true, 0);
            Assert.AreEqual(8, state.ClockId);
            Start(state);
            Tell(Monday + 600 + 6 * Hour, 8, 2);
            Assert.IsTrue(_learnt);
        }

        [TestMethod]
        public void a_clock_that_is_set_while_it_runs_forgets_what_it_said()
        {
            PackState state = Rested(600, true);
            Tell(Monday + 100000, 7, 1);
            _clock.Save(state, true, 0);
            Assert.AreEqual(SignalValue.NotAvailable, state.RestSinceS);
            Tell(Monday + 100001, 7, 1);
            _clock.Save(state, true, 0);
            Assert.AreEqual(Monday + 100001 - state.RestS, state.RestSinceS);
        }

        [TestMethod]
        public void a_second_clock_beside_the_first_is_ignored()
        {
            PackState state = Rested(600, true);
            Tell(Monday - 100000, 9, 3);
            _clock.Save(state, true, 0);
            Assert.AreEqual(7, state.ClockId);
            Assert.IsTrue(state.ClockS >= Monday + 600);
        }

        [TestMethod]
        public void times_at_the_end_of_the_range_overflow_nothing()
        {
            Start(new PackState());
            Tell(int.MaxValue - 3, 7, 2);
            Run(100, true);
            PackState state = new PackState();
            _clock.Save(state, true, 0);
            Assert.IsTrue(state.IsPlausible);
            Start(state);
            Tell(0, 7, 3);
            Assert.IsFalse(_learnt);
        }

        [TestMethod]
        public void a_rest_shorter_than_what_was_counted_is_no_clock()
        {
            // Counted 3000 s, and the host says that a thousand have passed since it began.
            PackState state = Rested(600, true);
            state.RestS = 3000;
            Start(state);
            Tell(state.RestSinceS + 1000, 7, 3);
            Assert.IsFalse(_learnt);
            Assert.AreEqual(3000, _clock.AtLeastS);
        }
    }
}
