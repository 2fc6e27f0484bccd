using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    [TestClass]
    public class OverloadIntegralTests
    {
        // Time in ms until the integral is used up, in steps of 40 ms; -1 where that takes longer than ten minutes.
        private static int TimeUntilUsedUp(OverloadIntegral overload, int currentMa)
        {
            for (int t = 40; t <= 600000; t += 40)
            {
                overload.Add(currentMa, 40);
                if (overload.UsedPermille > 1000)
                {
                    return t;
                }
            }

            return -1;
        }

        private static OverloadIntegral Make()
        {
            return new OverloadIntegral(100000, 10000);
        }

        // Shows S-024.
        [TestMethod]
        public void the_continuous_current_may_flow_for_ever()
        {
            Assert.AreEqual(-1, TimeUntilUsedUp(Make(), 100000));
            Assert.AreEqual(-1, TimeUntilUsedUp(Make(), 0));
            Assert.AreEqual(-1, TimeUntilUsedUp(Make(), -300000));
        }

        // Shows S-024.
        [TestMethod]
        public void a_fifth_more_may_flow_for_its_time_and_not_longer()
        {
            int ms = TimeUntilUsedUp(Make(), 120000);
            Assert.IsTrue(ms > 10000 && ms <= 10120, ms.ToString());
        }

        // Shows S-024.
        [TestMethod]
        public void the_time_falls_with_the_square_of_the_current()
        {
            // 1.44 - 1 = 0.44 for 10 s: 3 at double the current, 0.21 at a tenth more.
            int twice = TimeUntilUsedUp(Make(), 200000);
            Assert.IsTrue(twice > 1400 && twice <= 1560, twice.ToString());
            int tenth = TimeUntilUsedUp(Make(), 110000);
            Assert.IsTrue(tenth > 20900 && tenth <= 21100, tenth.ToString());
        }

        [TestMethod]
        public void what_was_used_comes_back_while_less_flows()
        {
            OverloadIntegral overload = Make();
            for (int t = 0; t < 5000; t += 40)
            {
                overload.Add(120000, 40);
            }

            int used = overload.UsedPermille;
            Assert.IsTrue(used > 480 && used < 510, used.ToString());
            for (int t = 0; t < 1200; t += 40)
            {
                overload.Add(0, 40);
            }

            Assert.IsTrue(overload.UsedPermille < used - 250);
            for (int t = 0; t < 1200; t += 40)
            {
                overload.Add(0, 40);
            }

            Assert.AreEqual(0, overload.UsedPermille);
        }

        [TestMethod]
        public void a_stall_and_the_largest_current_do_not_overflow()
        {
            OverloadIntegral overload = new OverloadIntegral(5000000, 600000);
            for (int i = 0; i < 5000; i++)
            {
                overload.Add(int.MaxValue, int.MaxValue);
                Assert.IsTrue(overload.UsedPermille >= 0);
            }

            Assert.IsTrue(overload.UsedPermille > 1000);
            overload = new OverloadIntegral(99, 10000);
            overload.Add(int.MaxValue, 1000);
            Assert.AreEqual(0, overload.UsedPermille);
        }
    }
}
