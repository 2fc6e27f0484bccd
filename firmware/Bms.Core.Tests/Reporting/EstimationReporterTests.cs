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
            d = Next(rig, CellHealth.Id);
            int cell = CellHealth.UnpackCellNumber(d) - 1;
            int soc = CellHealth.UnpackCellSocCentiPct(d) - (int)((e.Mean.Soc + e.Deltas.Soc[cell]) * 10000f);
            Assert.IsTrue(soc >= -10 && soc <= 10);
            Assert.AreEqual(1000, CellHealth.UnpackCellCapacityPermille(d));
            int own = CellHealth.UnpackCellResistancePermille(d);
            Assert.IsTrue(own > 300 && own < 3000);
            d = Next(rig, HealthUncertainty.Id);
            Assert.IsTrue(HealthUncertainty.UnpackCellSocUncertaintyPermille(d) > 0);
            int capacity = HealthUncertainty.UnpackCellCapacityUncertaintyPermille(d);
            Assert.IsTrue(capacity >= 100 && capacity <= 110, capacity.ToString());
            int mean = HealthUncertainty.UnpackMeanResistanceUncertaintyPermille(d);
            Assert.IsTrue(mean > 100 && mean < 300 && HealthUncertainty.UnpackCellResistanceUncertaintyPermille(d) > mean, mean.ToString());
            d = Next(rig, DisplayState.Id);
            Assert.AreEqual(e.DisplaySocCentiPct, DisplayState.UnpackDisplaySocCentiPct(d));
        }

        // Shows F-204, F-205.
        [TestMethod]
        public void every_cell_is_told_in_its_turn()
        {
            TestRig rig = new TestRig(12);
            rig.Run(4000);
            rig.Controller.Estimation.Deltas.Capacities.Deviation[7] = -500;
            int told = 0;
            for (int t = 0; t < 12 * 1600 && told != 0xFFF; t += 10)
            {
                rig.Run(10);
                CanFrame frame = rig.Bus.LastSent(CellHealth.Id);
                if (frame != null)
                {
                    int cell = CellHealth.UnpackCellNumber(frame.Data);
                    told |= 1 << (cell - 1);
                    Assert.AreEqual(cell == 8 ? 950 : 1000, CellHealth.UnpackCellCapacityPermille(frame.Data));
                }
            }

            Assert.AreEqual(0xFFF, told);
        }

        [TestMethod]
        public void before_anything_is_known_nothing_is_told_but_that()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.CurrentIsSilent = true;
            rig.Run(3000);
            Assert.AreEqual(SignalValue.NotAvailable, CellHealth.UnpackCellSocCentiPct(Next(rig, CellHealth.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, HealthUncertainty.UnpackCellCapacityUncertaintyPermille(Next(rig, HealthUncertainty.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, DisplayState.UnpackDisplaySocCentiPct(Next(rig, DisplayState.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, DischargePower.UnpackDischargePower2sW(Next(rig, DischargePower.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, StateOfEnergy.UnpackRemainingWh(Next(rig, StateOfEnergy.Id)));
            Assert.AreEqual(SignalValue.NotAvailable, StateOfHealth.UnpackMeanResistancePermille(Next(rig, StateOfHealth.Id)));
        }
    }
}
