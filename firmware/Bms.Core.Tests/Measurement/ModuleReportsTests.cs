using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Measurement
{
    [TestClass]
    public class ModuleReportsTests
    {
        private static CanFrame Frame(int module, int counter, int openWires, int state)
        {
            CanFrame frame = new CanFrame();
            frame.Id = (uint)(ModuleStatus.BaseId + module);
            frame.Length = ModuleStatus.Length;
            ModuleStatus.PackOpenWires(frame.Data, openWires);
            ModuleStatus.PackModuleState(frame.Data, state);
            E2eProfile1.Protect(frame.Data, frame.Length, (int)frame.Id, counter);
            return frame;
        }

        // Shows S-029.
        [TestMethod]
        public void open_wires_are_counted_and_named()
        {
            ModuleReports reports = new ModuleReports(8, 12);
            Assert.IsTrue(reports.Take(3, Frame(3, 0, 0x800, ModuleStatus.ModuleStateRunning)));
            Assert.AreEqual(1, reports.OpenWires);
            Assert.AreEqual(47, reports.OpenWireCell);
            Assert.IsTrue(reports.Take(0, Frame(0, 0, 0x003, ModuleStatus.ModuleStateRunning)));
            Assert.AreEqual(3, reports.OpenWires);
            Assert.IsTrue(reports.Take(3, Frame(3, 1, 0, ModuleStatus.ModuleStateRunning)));
            Assert.IsTrue(reports.Take(0, Frame(0, 1, 0, ModuleStatus.ModuleStateRunning)));
            Assert.AreEqual(0, reports.OpenWires);
        }

        // Shows S-029.
        [TestMethod]
        public void only_a_failed_self_test_is_a_failure()
        {
            ModuleReports reports = new ModuleReports(8, 12);
            reports.Take(5, Frame(5, 0, 0, ModuleStatus.ModuleStateStarting));
            reports.Take(5, Frame(5, 1, 0, ModuleStatus.ModuleStateBalancingTooHot));
            Assert.AreEqual(0, reports.FailedModules);
            reports.Take(5, Frame(5, 2, 0, ModuleStatus.ModuleStateSelfTestFailed));
            Assert.AreEqual(1, reports.FailedModules);
            Assert.AreEqual(5, reports.FailedModule);
            reports.Take(5, Frame(5, 3, 0, ModuleStatus.ModuleStateRunning));
            Assert.AreEqual(0, reports.FailedModules);
        }

        // Shows S-009, S-029.
        [TestMethod]
        public void a_corrupt_or_repeated_report_is_refused()
        {
            ModuleReports reports = new ModuleReports(8, 12);
            CanFrame frame = Frame(1, 0, 0x001, ModuleStatus.ModuleStateRunning);
            frame.Data[2] ^= 0x10;
            Assert.IsFalse(reports.Take(1, frame));
            frame = Frame(1, 0, 0x001, ModuleStatus.ModuleStateRunning);
            frame.Length = ModuleStatus.Length - 1;
            Assert.IsFalse(reports.Take(1, frame));
            Assert.IsFalse(reports.Take(2, Frame(1, 0, 0x001, ModuleStatus.ModuleStateRunning)));
            Assert.AreEqual(0, reports.OpenWires);
            Assert.IsTrue(reports.Take(1, Frame(1, 4, 0, ModuleStatus.ModuleStateRunning)));
            Assert.IsFalse(reports.Take(1, Frame(1, 4, 0x001, ModuleStatus.ModuleStateRunning)));
            Assert.AreEqual(0, reports.OpenWires);
        }

        [TestMethod]
        public void a_module_that_the_pack_does_not_have_is_passed_over()
        {
            ModuleReports reports = new ModuleReports(1, 12);
            Assert.IsTrue(reports.Take(1, Frame(1, 0, 0x001, ModuleStatus.ModuleStateSelfTestFailed)));
            Assert.AreEqual(0, reports.OpenWires + reports.FailedModules);
        }
    }
}
