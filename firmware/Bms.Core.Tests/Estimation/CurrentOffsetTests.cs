using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Estimation;
using Bms.Core.Messages;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Estimation
{
    [TestClass]
    public class CurrentOffsetTests
    {
        // 3 Ah: the limit is 150 mA.
        private static CurrentOffset Make(int limitMa)
        {
            ParameterBlock p = Presets.Nmc(12, 3000);
            Assert.AreEqual(150, p.Get(ParameterId.CurrentOffsetLimitMa));
            p.Set(ParameterId.CurrentOffsetLimitMa, limitMa);
            return new CurrentOffset(p);
        }

        // Values that sway by 4 mA around a mean; the sum of what counts as charge.
        private static int Feed(CurrentOffset offset, int ma, int samples)
        {
            int counted = 0;
            for (int i = 0; i < samples; i++)
            {
                counted += offset.Take(ma + (i & 1) * 8 - 4, true, 10);
            }

            return counted;
        }

        private static int Rounded(float value)
        {
            return value < 0f ? -(int)(0.5f - value) : (int)(value + 0.5f);
        }

        // Shows F-210.
        [TestMethod]
        public void what_is_shown_with_open_contactors_is_the_offset_and_no_charge()
        {
            CurrentOffset offset = Make(150);
            Assert.AreEqual(0, Feed(offset, 50, 100));
            Assert.IsTrue(offset.Finish());
            Assert.AreEqual(50, Rounded(offset.MeanMa));
            Assert.AreEqual(1000, offset.IdleMs);

            // 8 mA apart are at most 2.7 mA of noise, and a tenth of that for the mean of a hundred.
            Assert.IsTrue(offset.VarianceMa2 > 0.05f && offset.VarianceMa2 < 0.08f);
        }

        // Shows F-210.
        [TestMethod]
        public void a_value_equal_to_the_limit_is_an_offset_and_one_beyond_it_a_current()
        {
            for (int sign = -1; sign <= 1; sign += 2)
            {
                CurrentOffset offset = Make(150);
                for (int i = 0; i < 20; i++)
                {
                    Assert.AreEqual(0, offset.Take(sign * 150, true, 10));
                }

                Assert.IsTrue(offset.Finish());
                Assert.AreEqual(sign * 150, Rounded(offset.MeanMa));
                Assert.AreEqual(sign * 151, offset.Take(sign * 151, true, 10));
                Feed(offset, sign * 100, 20);
                Assert.IsFalse(offset.Finish());
            }
        }

        [TestMethod]
        public void a_sensor_that_starts_later_or_is_silent_in_between_begins_anew_without_waiting_for_a_quiet_second()
        {
            CurrentOffset offset = Make(150);
            Assert.AreEqual(SignalValue.NotAvailable, offset.Take(SignalValue.NotAvailable, false, 10));
            Assert.AreEqual(0, Feed(offset, 50, 4));
            Assert.AreEqual(SignalValue.NotAvailable, offset.Take(SignalValue.NotAvailable, false, 10));
            Assert.AreEqual(0, Feed(offset, 50, 7));
            Assert.IsFalse(offset.Finish());
            Assert.AreEqual(0, offset.Take(54, true, 10));
            Assert.IsTrue(offset.Finish());
            Assert.AreEqual(50, Rounded(offset.MeanMa));
            Assert.AreEqual(120, offset.IdleMs);
        }

        [TestMethod]
        public void a_current_counts_until_a_second_was_quiet()
        {
            CurrentOffset offset = Make(150);
            Assert.AreEqual(5000, offset.Take(5000, true, 10));
            Assert.AreEqual(2000, Feed(offset, 20, 100));
            Assert.AreEqual(0, Feed(offset, 20, 20));
            Assert.IsTrue(offset.Finish());
            Assert.AreEqual(20, Rounded(offset.MeanMa));
        }

        [TestMethod]
        public void values_further_apart_than_noise_are_a_current()
        {
            CurrentOffset offset = Make(150);
            Feed(offset, -100, 20);
            Feed(offset, 100, 20);
            Assert.IsFalse(offset.Finish());
            Assert.AreEqual(100, offset.Take(100, true, 10));
        }

        // Shows F-210.
        [TestMethod]
        public void a_current_that_begins_while_the_contactors_are_open_never_becomes_an_offset()
        {
            CurrentOffset offset = Make(150);
            Feed(offset, 10, 100);
            Assert.IsTrue(offset.Finish());

            // Constant from then on, and below the limit: 40 mA more than before are beyond the quarter of it.
            int counted = 0;
            for (int second = 0; second < 60; second++)
            {
                counted += Feed(offset, 50, 100);
                Assert.IsFalse(offset.Finish());
            }

            Assert.AreEqual(10, Rounded(offset.MeanMa));
            Assert.IsTrue(counted >= 59 * 100 * 50);

            // It ends, and the offset is what it was.
            Feed(offset, 10, 100);
            offset.Finish();
            Feed(offset, 10, 100);
            Assert.IsTrue(offset.Finish());
            Assert.AreEqual(10, Rounded(offset.MeanMa));
        }

        [TestMethod]
        public void an_offset_that_drifts_slowly_is_followed()
        {
            CurrentOffset offset = Make(150);
            for (int ma = 0; ma <= 140; ma += 2)
            {
                Assert.AreEqual(0, Feed(offset, ma, 100));
                Assert.IsTrue(offset.Finish());
            }

            Assert.AreEqual(140, Rounded(offset.MeanMa));
        }

        [TestMethod]
        public void eight_values_are_enough_and_seven_are_not()
        {
            CurrentOffset offset = Make(150);
            Feed(offset, 30, 7);
            Assert.IsFalse(offset.Finish());
            Feed(offset, 30, 1);
            Assert.IsTrue(offset.Finish());
        }

        [TestMethod]
        public void a_value_that_was_shown_before_counts_once()
        {
            CurrentOffset offset = Make(150);
            Feed(offset, 30, 7);
            for (int i = 0; i < 100; i++)
            {
                Assert.AreEqual(0, offset.Take(30, false, 10));
            }

            Assert.IsFalse(offset.Finish());
        }

        [TestMethod]
        public void a_missing_current_stays_missing()
        {
            CurrentOffset offset = Make(150);
            Feed(offset, 30, 20);
            Assert.AreEqual(SignalValue.NotAvailable, offset.Take(SignalValue.NotAvailable, true, 10));
            Assert.IsFalse(offset.Finish());
        }

        [TestMethod]
        public void a_limit_of_0_counts_everything()
        {
            CurrentOffset offset = Make(0);
            Assert.AreEqual(30 * 20, Feed(offset, 30, 20));
            Assert.AreEqual(0, offset.Take(0, true, 10));
            Assert.IsFalse(offset.Finish());
            Assert.AreEqual(0, offset.IdleMs);
        }

        [TestMethod]
        public void a_day_of_the_largest_values_does_not_overflow()
        {
            CurrentOffset offset = Make(1000000);
            for (int i = 0; i < 100000; i++)
            {
                Assert.AreEqual(0, offset.Take(1000000, true, 10));
            }

            Assert.IsTrue(offset.Finish());
            Assert.AreEqual(1000000, Rounded(offset.MeanMa));
        }

        // 50 Ah: the limit is 2.5 A.
        private static TestRig Rig(int offsetMa)
        {
            TestRig rig = new TestRig(12);
            rig.Pack.CurrentMa = offsetMa;
            return rig;
        }

        // Shows F-210.
        [TestMethod]
        public void a_parked_pack_with_a_wrong_sensor_does_not_drift()
        {
            TestRig rig = Rig(1000);
            rig.Run(2000);
            float before = rig.Controller.Estimation.Mean.Soc;
            rig.Run(600000);

            // Counted, 1 A in ten minutes would be 0.3 points of 50 Ah; the voltage could hold some of it back.
            float moved = rig.Controller.Estimation.Mean.Soc - before;
            Assert.IsTrue(moved > -0.0001f && moved < 0.0001f);
            Assert.AreEqual(20, Rounded(rig.Controller.Estimation.Mean.Bias * 1000f));
            Assert.IsTrue(rig.Controller.Estimation.Mean.BiasDeviation < 0.001f);
        }

        [TestMethod]
        public void the_fastest_start_leaves_time_enough_to_measure_it()
        {
            TestRig rig = Rig(800);
            rig.Pack.HostMode = HostCommand.ModeDrive;
            int openCycles = 0;
            while (rig.ContactorsAreOff && rig.NowMs < 3000)
            {
                rig.Run(10);
                openCycles++;
            }

            Assert.AreEqual(ContactorControl.OffsetMs / 10 + 1, openCycles);
            rig.Close(HostCommand.ModeDrive);
            rig.Pack.CurrentMa = -30000;
            rig.Run(2000);
            Assert.AreEqual(16, Rounded(rig.Controller.Estimation.Mean.Bias * 1000f));
            Assert.IsTrue(rig.Controller.Estimation.Mean.BiasDeviation < 0.001f);
        }

        [TestMethod]
        public void a_pack_that_is_told_not_to_measure_it_does_not_wait_for_it()
        {
            ParameterBlock p = Presets.Nmc(12, 50000);
            p.Set(ParameterId.CurrentOffsetLimitMa, 0);
            TestRig rig = new TestRig(p, 0);
            rig.Pack.CurrentMa = 800;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            rig.Run(200);
            Assert.IsFalse(rig.ContactorsAreOff);
            rig.Close(HostCommand.ModeDrive);
            rig.Run(2000);
            Assert.AreEqual(0, Rounded(rig.Controller.Estimation.Mean.Bias * 1000f));
        }

        [TestMethod]
        public void a_current_beyond_the_limit_counts_though_the_contactors_are_told_to_be_open()
        {
            // At the limit it is the offset, 1 mA beyond it a load.
            TestRig rig = Rig(-2500);
            rig.Run(60000);
            Assert.AreEqual(0, Rounded(rig.Controller.Estimation.Mean.LoadMv * 1000f));
            Assert.AreEqual(-50, Rounded(rig.Controller.Estimation.Mean.Bias * 1000f));
            TestRig loaded = Rig(-2501);
            loaded.Run(60000);
            Assert.IsTrue(loaded.Controller.Estimation.Mean.LoadMv < -0.5f);
            Assert.IsTrue(loaded.Controller.Estimation.Mean.BiasDeviation > 0.01f);
            Assert.AreEqual(0, loaded.Controller.Estimation.Offset.IdleMs);
        }

        // Shows F-210.
        [TestMethod]
        public void what_flows_through_welded_contactors_is_no_offset()
        {
            TestRig rig = Rig(1000);
            rig.PositiveIsWelded = true;
            rig.NegativeIsWelded = true;
            rig.Run(5000);
            Assert.IsTrue(rig.ContactorsAreOff);
            Assert.IsFalse(rig.Controller.Control.Contactors.IsOpen);
            Assert.IsTrue(rig.Controller.Estimation.Mean.BiasDeviation > 0.01f);
            Assert.AreEqual(0, Rounded(rig.Controller.Estimation.Offset.MeanMa));
        }

        [TestMethod]
        public void contactors_are_open_100_ms_after_the_last_command_to_open()
        {
            TestRig rig = Rig(0);
            rig.Run(500);
            Assert.IsTrue(rig.Controller.Control.Contactors.IsOpen);
            rig.Close(HostCommand.ModeDrive);
            Assert.IsFalse(rig.Controller.Control.Contactors.IsOpen);
            rig.Pack.HostMode = HostCommand.ModeStandby;
            Assert.IsTrue(rig.RunUntilState(ContactorState.Standby, 1000) >= 0);
            Assert.IsFalse(rig.Controller.Control.Contactors.IsOpen);
            rig.Run(90);
            Assert.IsFalse(rig.Controller.Control.Contactors.IsOpen);
            rig.Run(20);
            Assert.IsTrue(rig.Controller.Control.Contactors.IsOpen);
        }

        [TestMethod]
        public void a_single_closed_contactor_is_not_open()
        {
            TestRig rig = Rig(0);
            rig.LinkCharges = false;
            rig.Pack.HostMode = HostCommand.ModeDrive;
            Assert.IsTrue(rig.RunUntilState(ContactorState.TestNegative, 2000) >= 0);
            Assert.IsFalse(rig.Controller.Control.Contactors.IsOpen);
            Assert.IsTrue(rig.RunUntilState(ContactorState.TestPositive, 2000) >= 0);
            Assert.IsFalse(rig.Controller.Control.Contactors.IsOpen);
        }

        [TestMethod]
        public void a_measured_offset_is_kept_over_a_restart_with_the_doubt_of_its_age()
        {
            TestRig rig = Rig(800);
            rig.Run(3000);
            PackState state = new PackState();
            rig.Controller.Estimation.Keep(state);
            Assert.IsTrue(state.BiasPpm > 15900 && state.BiasPpm < 16100);
            Assert.IsTrue(state.BiasSigmaPpm > 500 && state.BiasSigmaPpm < 1000);

            // Where it cannot be measured again it is what was stored.
            ParameterBlock p = Presets.Nmc(12, 50000);
            p.Set(ParameterId.CurrentOffsetLimitMa, 0);
            TestRig after = new TestRig(p, 0);
            after.Controller.Estimation.Restore(state, SignalValue.NotAvailable);
            after.Run(500);
            Assert.AreEqual(16, Rounded(after.Controller.Estimation.Mean.Bias * 1000f));
            Assert.IsTrue(after.Controller.Estimation.Mean.BiasDeviation > 0.003f && after.Controller.Estimation.Mean.BiasDeviation < 0.0035f);

            // Where it can, that counts, and more than what was stored.
            TestRig other = Rig(200);
            other.Controller.Estimation.Restore(state, SignalValue.NotAvailable);
            other.Run(3000);
            Assert.AreEqual(4, Rounded(other.Controller.Estimation.Mean.Bias * 1000f));
        }

        [TestMethod]
        public void a_start_that_is_made_anew_keeps_the_measured_offset()
        {
            TestRig rig = Rig(800);
            rig.Run(3000);
            rig.Controller.Estimation.NoteRest(7200, 7200);
            rig.Close(HostCommand.ModeDrive);
            rig.Run(500);
            Assert.AreEqual(16, Rounded(rig.Controller.Estimation.Mean.Bias * 1000f));
            Assert.IsTrue(rig.Controller.Estimation.Mean.BiasDeviation < 0.0012f);
        }
    }
}
