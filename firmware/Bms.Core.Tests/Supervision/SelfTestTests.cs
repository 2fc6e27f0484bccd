using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Supervision;

namespace Bms.Core.Tests.Supervision
{
    [TestClass]
    public class SelfTestTests
    {
        private static SelfTest AllPassed()
        {
            SelfTest test = new SelfTest();
            test.Configuration = SelfTest.Passed;
            test.Memory = SelfTest.Passed;
            test.CanController = SelfTest.Passed;
            test.Storage = SelfTest.NotFitted;
            return test;
        }

        [TestMethod]
        public void passes_when_every_part_is_passed_or_not_fitted()
        {
            SelfTest test = AllPassed();
            Assert.IsFalse(test.HasPassed);
            test.Judge();
            Assert.IsTrue(test.HasPassed);
        }

        [TestMethod]
        public void one_part_that_is_pending_or_failed_is_enough_to_hold_it()
        {
            for (int part = 0; part < 4; part++)
            {
                for (int value = SelfTest.Pending; value <= SelfTest.Failed; value += SelfTest.Failed)
                {
                    SelfTest test = AllPassed();
                    switch (part)
                    {
                        case 0: test.Configuration = value; break;
                        case 1: test.Memory = value; break;
                        case 2: test.CanController = value; break;
                        default: test.Storage = value; break;
                    }

                    test.Judge();
                    Assert.IsFalse(test.HasPassed);
                }
            }
        }

        [TestMethod]
        public void passed_once_it_stays_passed()
        {
            SelfTest test = AllPassed();
            test.Judge();
            test.CanController = SelfTest.Failed;
            test.Judge();
            Assert.IsTrue(test.HasPassed);
        }

        [TestMethod]
        public void contactors_stay_open_until_the_start_is_permitted_and_close_then()
        {
            TestRig rig = new TestRig(12);
            rig.Controller.Inputs.IsStartInhibited = true;
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Standby, rig.State);
            Assert.IsTrue(rig.ContactorsAreOff);
            rig.Controller.Inputs.IsStartInhibited = false;
            rig.Close(HostCommand.ModeDrive);
            Assert.AreEqual(ContactorState.Closed, rig.State);
        }
    }
}
