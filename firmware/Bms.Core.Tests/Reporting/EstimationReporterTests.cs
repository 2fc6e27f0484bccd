using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Reporting
{
    [TestClass]
    public class EstimationReporterTests
    {
        private static byte[] Next(TestRig rig, uint id)
        {
            CanFrame frame = null;
            for (int t = 0; t < 2000 && frame == null; t += 10)
            {
                rig.Run(10);
                frame = rig.Bus.LastSent(id);
            }

            Assert.IsNotNull(frame);
            return frame.Data;
        }

        // Shows F-205, F-206, F-207, F-208.
        [TestMethod]
        public void every_estimate_is_told_within_two_seconds()
        {
            TestRig rig = new TestRig(12);
            rig.Run(4000);
            StateEstimation e = rig.Controller.Estimation;
            byte[] d = Next(rig, StateOfHealth.Id);
            Assert.AreEqual(1000, StateOfHealth.UnpackCapacityPermille(d));
            Assert.AreEqual(100, StateOfHealth.UnpackCapacityUncertaintyPermille(d));
            int resistance = StateOfHealth.UnpackMeanResistancePermille(d);
            Assert.IsTrue(resistance > 300 && resistance < 3000);
            int offset = StateOfHealth.UnpackCurrentOffsetPermille(d);
            Assert.IsTrue(offset > -50 && offset < 50);

            d = Next(rig, DischargePower.Id);
            int two = DischargePower.UnpackDischargePower2sW(d);
            int held = DischargePower.UnpackDischargePowerHeldW(d);
            Assert.IsTrue(two > 0 && held > 0 && held <= two);
            d = Next(rig, ChargePower.Id);
            Assert.IsTrue(ChargePower.UnpackChargePower10sW(d) > 0);
            d = Next(rig, DischargeCurrents.Id);
            int difference = DischargeCurrents.UnpackDischargeCurrent10sMa(d) - e.Power.DischargeMa[1];
            Assert.IsTrue(difference >= -400 && difference <= 400);
            d = Next(rig, ChargeCurrents.Id);
            Assert.IsTrue(ChargeCurrents.UnpackChargeCurrentHeldMa(d) > 0);
            d = Next(rig, StateOfEnergy.Id);
            Assert.IsTrue(StateOfEnergy.UnpackRemainingWh(d) > 0);
            Assert.AreEqual(SignalValue.NotAvailable, StateOfEnergy.UnpackToEmptyMin(d));
            d = Next(rig, DisplayState.Id);
            Assert.AreEqual(e.DisplaySocCentiPct, DisplayState.UnpackDisplaySocCentiPct(d));
        }

        [TestMethod]
        public void before_anything_is_known_nothing_is_told_but_that()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.CurrentIsSilent = true;
            rig.Run(3000);
            Assert.AreEqual(SignalValue.NotAvailable, DisplayState.UnpackDisplaySocCentiPct(Next(rig, DisplayState.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, DischargePower.UnpackDischargePower2sW(Next(rig, DischargePower.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, StateOfEnergy.UnpackRemainingWh(Next(rig, StateOfEnergy.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, StateOfHealth.UnpackMeanResistancePermille(Next(rig, StateOfHealth.Id)));
        }
    }
}
