using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Estimation
{
    [TestClass]
    public class StateEstimationTests
    {
        private sealed class Desk
        {
            public readonly PackMeasurement M;
            public readonly StateEstimation Estimation;
            public uint NowMs;

            public Desk()
            {
                ParameterBlock p = Presets.Nmc(12, 3000);
                M = new PackMeasurement(p, new TestBus());
                Estimation = new StateEstimation(p);
                CellCurves curves = new CellCurves(Chemistry.Nmc);
                M.LowestCellMv = (int)(Ocv(curves, 0.5f, 250) + 0.5f);
                M.HighestCellMv = M.LowestCellMv;
                M.LowestTemperatureDeciC = 250;
                M.HighestTemperatureDeciC = 250;
                M.CurrentMa = 0;
            }

            public void Run(int ms)
            {
                for (int t = 0; t < ms; t += 10)
                {
                    Estimation.Update(M, NowMs);
                    NowMs += 10;
                }
            }
        }

        private static float Ocv(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC);
            return curves.OpenCircuitMv;
        }

        // Shows F-001.
        [TestMethod]
        public void nothing_is_reported_before_it_is_known()
        {
            Desk desk = new Desk();
            desk.M.LowestCellMv = SignalValue.NotAvailable;
            desk.M.HighestCellMv = SignalValue.NotAvailable;
            desk.Run(1000);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.SocCentiPct);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.LowestSocCentiPct);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.HighestSocCentiPct);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Estimation.SocUncertaintyPermille);
        }

        [TestMethod]
        public void a_resting_pack_is_known_within_200_ms()
        {
            Desk desk = new Desk();
            desk.Run(200);
            Assert.IsTrue(desk.Estimation.SocCentiPct > 4800 && desk.Estimation.SocCentiPct < 5200);
            Assert.IsTrue(desk.Estimation.SocUncertaintyPermille > 0);
        }

        // Shows F-001.
        [TestMethod]
        public void the_pack_lies_between_its_lowest_and_its_highest_cell()
        {
            Desk desk = new Desk();
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            desk.M.LowestCellMv = (int)(Ocv(curves, 0.3f, 250) + 0.5f);
            desk.M.HighestCellMv = (int)(Ocv(curves, 0.7f, 250) + 0.5f);
            desk.Run(200);
            int low = desk.Estimation.LowestSocCentiPct;
            int high = desk.Estimation.HighestSocCentiPct;
            int pack = desk.Estimation.SocCentiPct;
            Assert.IsTrue(low > 2800 && low < 3200);
            Assert.IsTrue(high > 6800 && high < 7200);
            Assert.IsTrue(pack > low && pack < high);
        }

        [TestMethod]
        public void the_pack_is_empty_with_its_lowest_and_full_with_its_highest_cell()
        {
            Desk desk = new Desk();
            desk.M.LowestCellMv = 2000;
            desk.Run(200);
            Assert.AreEqual(0, desk.Estimation.SocCentiPct);
            desk = new Desk();
            desk.M.HighestCellMv = 5000;
            desk.Run(200);
            Assert.AreEqual(10000, desk.Estimation.SocCentiPct);
        }

        [TestMethod]
        public void a_stored_start_is_reported_and_counted_from()
        {
            Desk desk = new Desk();
            desk.M.LowestCellMv = SignalValue.NotAvailable;
            desk.M.HighestCellMv = SignalValue.NotAvailable;
            desk.Estimation.StartFrom(8000);
            desk.M.CurrentMa = -3000;

            // 6 min at 1C are 10 %.
            desk.Run(360000);
            int got = desk.Estimation.SocCentiPct;
            Assert.IsTrue(got >= 6999 && got <= 7002);
        }

        [TestMethod]
        public void charge_is_counted_across_the_roll_over_of_the_clock()
        {
            Desk desk = new Desk();
            desk.NowMs = uint.MaxValue - 180000;
            desk.M.LowestCellMv = SignalValue.NotAvailable;
            desk.M.HighestCellMv = SignalValue.NotAvailable;
            desk.Estimation.StartFrom(2000);
            desk.M.CurrentMa = 3000;
            desk.Run(360000);
            int got = desk.Estimation.SocCentiPct;
            Assert.IsTrue(got >= 2998 && got <= 3001);
        }

        [TestMethod]
        public void a_stored_state_of_charge_set_while_running_contains_what_was_counted_before()
        {
            Desk desk = new Desk();
            desk.M.LowestCellMv = SignalValue.NotAvailable;
            desk.M.HighestCellMv = SignalValue.NotAvailable;
            desk.M.CurrentMa = 3000;
            desk.Run(360000);
            desk.Estimation.StartFrom(5000);
            desk.M.CurrentMa = 0;
            desk.Run(1000);
            Assert.AreEqual(5000, desk.Estimation.SocCentiPct);
        }

        [TestMethod]
        public void without_a_current_the_state_of_charge_stands_still_and_its_uncertainty_grows()
        {
            Desk desk = new Desk();
            desk.Run(1000);
            int before = desk.Estimation.SocCentiPct;
            int sigma = desk.Estimation.SocUncertaintyPermille;
            desk.M.CurrentMa = SignalValue.NotAvailable;
            desk.Run(60000);
            Assert.AreEqual(before, desk.Estimation.SocCentiPct);
            Assert.IsTrue(desk.Estimation.SocUncertaintyPermille > sigma);
        }
    }
}
