using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Core.Storage;
using Bms.Core.Supervision;

namespace Bms.Core.Tests
{
    /// <summary>The device's interpreter is not the desktop runtime: one test for each way in which it differs, showing that the firmware does not depend on it.</summary>
    /// <remarks>
    /// There: NaN compares as greater than everything; a division by zero throws, with floats too; a cast of NaN or of a large float gives anything; checked arithmetic does not trap.
    /// The tests run on both, and what they assert must hold on both: finite numbers in their ranges, and no exception, whatever the inputs.
    /// </remarks>
    [TestClass]
    public class SemanticTrapTests
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        private static readonly int[] ExtremeMv = new int[] { NotAvailable, int.MinValue + 1, -1, 0, 1, 999, 3700, 8190, 8191, 1000000, int.MaxValue };
        private static readonly int[] ExtremeDeciC = new int[] { NotAvailable, int.MinValue + 1, -1000, -301, 0, 250, 7190, int.MaxValue };
        private static readonly int[] ExtremeMa = new int[] { NotAvailable, int.MinValue + 1, -8388607, -1, 0, 1, 8388607, int.MaxValue };

        // Says of a float by two comparisons that hold for no NaN on the desktop, and by one that holds for none on the device.
        private static bool IsFinite(float x)
        {
            return !float.IsNaN(x) && x > -1e30f && x < 1e30f;
        }

        private static bool IsPart(int centiPct)
        {
            return centiPct == NotAvailable || (centiPct >= 0 && centiPct <= 10000);
        }

        [TestMethod]
        public void nan_comparisons__an_estimator_fed_with_extremes_stays_a_number_between_empty_and_full()
        {
            TestRig rig = new TestRig(12);
            int[] mv = new int[] { 3700, 0, 8190, 1, NotAvailable, 3700 };
            int[] ma = new int[] { 0, 8388606, -8388607, NotAvailable };
            for (int v = 0; v < mv.Length; v++)
            {
                for (int i = 0; i < ma.Length; i++)
                {
                    rig.Pack.SetCells(mv[v]);
                    rig.Pack.SetTemperatures(i % 2 == 0 ? 250 : -400);
                    rig.Pack.CurrentMa = ma[i];
                    for (int t = 0; t < 10; t++)
                    {
                        rig.Run(50);
                        StateEstimation e = rig.Controller.Estimation;
                        Assert.IsTrue(IsFinite(e.LowestSoc));
                        Assert.IsTrue(IsFinite(e.HighestSoc));
                        Assert.IsTrue(IsFinite(e.LowestSigma));
                        Assert.IsTrue(IsPart(e.SocCentiPct));
                    }
                }
            }
        }

        [TestMethod]
        public void nan_comparisons__cell_curves_give_numbers_everywhere()
        {
            for (int chemistry = 0; chemistry < 5; chemistry++)
            {
                CellCurves curves = new CellCurves(chemistry);
                for (int t = 0; t < ExtremeDeciC.Length; t++)
                {
                    for (int s = -3; s <= 13; s++)
                    {
                        curves.GoTo(s * 0.1f, ExtremeDeciC[t], s % 2 == 0);
                        Assert.IsTrue(IsFinite(curves.OpenCircuitMv));
                        Assert.IsTrue(IsFinite(curves.SlopeMv));
                        Assert.IsTrue(IsFinite(curves.SeriesMilliohmAh));
                        Assert.IsTrue(IsFinite(curves.FastMilliohmAh));
                        Assert.IsTrue(IsFinite(curves.SlowMilliohmAh));
                        Assert.IsTrue(curves.FastTauS > 0f && curves.SlowTauS > 0f);
                    }

                    for (int v = 0; v < ExtremeMv.Length; v++)
                    {
                        float soc = curves.SocOf(ExtremeMv[v], ExtremeDeciC[t]);
                        Assert.IsTrue(IsFinite(soc));
                        Assert.IsTrue(soc >= -0.5f && soc <= 1.5f);
                    }
                }
            }
        }

        [TestMethod]
        public void casts__what_the_host_is_told_lies_in_its_range_for_every_start()
        {
            TestRig rig = new TestRig(12);
            int[] starts = new int[] { NotAvailable, int.MinValue + 1, -1, 0, 5000, 10000, 10001, int.MaxValue };
            for (int i = 0; i < starts.Length; i++)
            {
                rig.Controller.Estimation.StartFrom(starts[i]);
                rig.Run(200);
                StateEstimation e = rig.Controller.Estimation;
                Assert.IsTrue(IsPart(e.SocCentiPct));
                Assert.IsTrue(IsPart(e.LowestSocCentiPct));
                Assert.IsTrue(IsPart(e.HighestSocCentiPct));
                Assert.IsTrue(e.SocUncertaintyPermille == NotAvailable || (e.SocUncertaintyPermille >= 0 && e.SocUncertaintyPermille <= 1000));
            }
        }

        [TestMethod]
        public void division_by_zero__a_whole_controller_runs_on_zero_voltages_zero_current_and_nothing_valid()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.SetCells(0);
            rig.Pack.SetTemperatures(0);
            rig.Pack.CurrentMa = 0;
            rig.Pack.PackMv = 0;
            rig.Pack.LinkMv = 0;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Run(3000);
            Assert.IsTrue(rig.ContactorsAreOff);
            rig.Pack.SetCells(NotAvailable);
            rig.Pack.SetTemperatures(NotAvailable);
            rig.Run(3000);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.AreEqual(0, rig.Controller.Measurement.ValidCells);
            Assert.IsTrue(IsPart(rig.Controller.Estimation.SocCentiPct));
        }

        [TestMethod]
        public void division_by_zero__an_empty_pack_never_counts_as_precharged()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.PackMv = 0;
            rig.Pack.LinkMv = 0;
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            for (int t = 0; t < 5000; t += 10)
            {
                rig.Run(10);
                Assert.IsTrue(rig.State != ContactorState.Closed);
            }
        }

        [TestMethod]
        public void division_by_zero__every_combination_of_extremes_through_the_whole_cycle()
        {
            TestRig rig = new TestRig(12);
            rig.Pack.HostMode = HostCommand.ModeDrive;
            int[] mv = new int[] { NotAvailable, 0, 1, 3700, 8190 };
            int[] deciC = new int[] { NotAvailable, -1000, 0, 7190 };
            int[] ma = new int[] { NotAvailable, -8388607, 0, 8388606 };
            for (int v = 0; v < mv.Length; v++)
            {
                for (int t = 0; t < deciC.Length; t++)
                {
                    for (int i = 0; i < ma.Length; i++)
                    {
                        rig.Pack.SetCells(mv[v]);
                        rig.Pack.SetTemperatures(deciC[t]);
                        rig.Pack.CurrentMa = ma[i];
                        rig.Run(120);
                        CurrentLimits limits = rig.Controller.Control.Limits;
                        Assert.IsTrue(limits.ChargeLimitMa >= 0 && limits.ChargeLimitMa <= 6553400);
                        Assert.IsTrue(limits.DischargeLimitMa >= 0 && limits.DischargeLimitMa <= 6553400);
                        Assert.IsTrue(IsPart(rig.Controller.Estimation.SocCentiPct));
                    }
                }
            }
        }

        [TestMethod]
        public void division_by_zero__a_period_of_nothing_is_held_to_one_microsecond()
        {
            DeadlineMonitor monitor = new DeadlineMonitor(0);
            monitor.Begin(0);
            monitor.End(5);
            Assert.AreEqual(5, monitor.MissedDeadlines);
            monitor = new DeadlineMonitor(int.MinValue);
            monitor.Begin(0);
            monitor.End(0);
            Assert.AreEqual(0, monitor.MissedDeadlines);
        }

        [TestMethod]
        public void checked_arithmetic__sums_of_the_largest_pack_stay_below_overflow()
        {
            TestRig rig = new TestRig(192);
            rig.Pack.SetCells(8190);
            rig.Run(500);
            Assert.AreEqual(192 * 8190, rig.Controller.Measurement.CellSumMv);
            for (int i = 0; i < 200; i++)
            {
                rig.Controller.Reporting.NoteCycleTime(int.MaxValue);
            }

            rig.Run(1500);
            Assert.IsTrue(rig.Controller.Protection.HighestSeverity <= Severity.Trip);
        }

        [TestMethod]
        public void checked_arithmetic__counters_and_clocks_wrap_without_harm()
        {
            TestRig rig = new TestRig(Presets.Nmc(12, 50000), 0xFFFFFFFF - 500);
            rig.Bus.Overflows = 0xFFFFFFFF;
            rig.Run(1000);
            rig.Bus.Overflows = 0;
            rig.Run(1000);
            Assert.AreEqual(12, rig.Controller.Measurement.ValidCells);

            PendingEvents events = new PendingEvents();
            byte[] payload = new byte[8];
            events.Add(payload, 0xFFFFFFFF);
            Assert.AreEqual(0xFFFFFFFF, events.FirstTimeMs);
        }

        [TestMethod]
        public void casts__packing_saturates_what_does_not_fit()
        {
            byte[] data = new byte[8];
            for (int i = 0; i < ExtremeMa.Length; i++)
            {
                PackStatus.PackPackCurrentMa(data, ExtremeMa[i]);
                PackStatus.PackPackVoltageMv(data, ExtremeMa[i]);
                int ma = PackStatus.UnpackPackCurrentMa(data);
                int mv = PackStatus.UnpackPackVoltageMv(data);
                Assert.IsTrue((ma == NotAvailable) == (ExtremeMa[i] == NotAvailable));
                Assert.IsTrue(mv == NotAvailable || mv >= 0);
            }
        }
    }
}
