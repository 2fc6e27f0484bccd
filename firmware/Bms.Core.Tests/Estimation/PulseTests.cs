using Bms.Core.Configuration;
using Bms.Core.Estimation;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>Resistance over the current of a pulse, and resistance learnt from steps.</summary>
    [TestClass]
    public class PulseTests
    {
        private const int CapacityMah = 3000;

        private static SocEstimator At(float soc, int chemistry)
        {
            SocEstimator mean = new SocEstimator(CapacityMah, new CellCurves(chemistry), chemistry);
            mean.StartFrom(soc, 0.01f, 0);
            return mean;
        }

        private static bool IsNear(float expected, float got, float tolerance)
        {
            return got - expected < tolerance && expected - got < tolerance;
        }

        // Shows F-206.
        [TestMethod]
        public void a_point_of_the_tables_has_their_figure()
        {
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            short[] rates = CellTables.PulseRatePermille;
            int socs = CellTables.PulseSocPermille.Length;
            for (int soc = 0; soc < socs; soc++)
            {
                pulse.GoTo(CellTables.PulseSocPermille[soc] * 0.001f, 0);
                for (int rate = 0; rate < rates.Length; rate++)
                {
                    // 0 degC is the third row.
                    pulse.At(rates[rate] * 0.001f);
                    int at = (2 * socs + soc) * rates.Length + rate;
                    Assert.IsTrue(IsNear(CellTables.PulseSeriesPermille(Chemistry.Nca)[at], pulse.Series * 1000f, 1f));
                    Assert.IsTrue(IsNear(CellTables.PulseFastPermille(Chemistry.Nca)[at], pulse.Fast * 1000f, 1f));
                }
            }
        }

        [TestMethod]
        public void between_two_currents_and_two_temperatures_the_factor_lies_in_the_middle()
        {
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            pulse.GoTo(0.5f, -50);
            pulse.At(3f);
            float sum = 0f;
            for (int corner = 0; corner < 4; corner++)
            {
                PulseCurve there = new PulseCurve(Chemistry.Nca);
                there.GoTo(0.5f, corner < 2 ? -100 : 0);
                there.At((corner & 1) == 0 ? 2f : 4f);
                sum += there.Series;
            }

            Assert.IsTrue(IsNear(sum * 0.25f, pulse.Series, 0.001f));
        }

        [TestMethod]
        public void beyond_the_tables_their_edge_holds()
        {
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            pulse.GoTo(1f, 250);
            pulse.At(6f);
            float series = pulse.Series;
            pulse.GoTo(1.2f, 900);
            pulse.At(50f);
            Assert.AreEqual(series, pulse.Series);
            pulse.GoTo(-0.1f, -500);
            pulse.At(0f);
            Assert.IsTrue(pulse.Series > 0.1f && pulse.Series < 10f);
        }

        [TestMethod]
        public void a_chemistry_without_pulse_tests_keeps_the_tables_as_they_are()
        {
            PulseCurve pulse = new PulseCurve(Chemistry.Lto);
            pulse.GoTo(0.3f, -100);
            pulse.At(4f);
            Assert.IsTrue(IsNear(1f, pulse.Series, 0.005f));
            Assert.IsTrue(IsNear(1f, pulse.Fast, 0.005f));
        }

        // Shows F-206.
        [TestMethod]
        public void without_pulse_tests_the_drive_cycles_tell_how_resistance_falls()
        {
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            curves.GoTo(0.5f, -200, false);
            curves.GoToTemperature();
            PulseCurve pulse = new PulseCurve(Chemistry.Nmc);
            pulse.GoTo(0.5f, -200);
            pulse.At(3f);
            Assert.IsTrue(IsNear(1f / (1f + 3f / curves.SeriesHalfRate), pulse.Series, 0.001f));
            Assert.IsTrue(IsNear(1f / (1f + 3f / curves.FastHalfRate), pulse.Fast, 0.001f));
            pulse.At(6f);
            float series = pulse.Series;
            pulse.At(60f);
            Assert.AreEqual(series, pulse.Series);
            pulse.At(0f);
            Assert.AreEqual(1f, pulse.Series);
            pulse.GoTo(0.5f, 400);
            pulse.At(3f);
            Assert.IsTrue(pulse.Series > 0.95f);
        }

        // Shows F-206.
        [TestMethod]
        public void in_the_cold_a_large_current_meets_less_resistance_than_a_small_one()
        {
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            PowerForecast power = new PowerForecast(Presets.Of(Chemistry.Nca, 12, CapacityMah), new CellCurves(Chemistry.Nca), pulse, new StepResistance(pulse));
            SocEstimator mean = At(0.8f, Chemistry.Nca);
            float rest = power.VoltageMv(mean, 0.8f, 0f, 0f, 10f, 0);
            float small = (rest - power.VoltageMv(mean, 0.8f, 0f, -1.5f, 10f, 0)) / 1.5f;
            float large = (rest - power.VoltageMv(mean, 0.8f, 0f, -12f, 10f, 0)) / 12f;
            Assert.IsTrue(large < 0.85f * small);
        }

        // Shows F-206.
        [TestMethod]
        public void the_bent_resistance_too_leads_to_the_voltage_limit_and_no_further()
        {
            ParameterBlock p = Presets.Of(Chemistry.Nca, 12, CapacityMah);
            p.Set(ParameterId.MaxDischargeCurrentMa, 900000);
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            PowerForecast power = new PowerForecast(p, new CellCurves(Chemistry.Nca), pulse, new StepResistance(pulse));
            SocEstimator mean = At(0.8f, Chemistry.Nca);
            power.Begin(mean, new CellDeltas(1, new CellCurves(Chemistry.Nca)), new CellCurves(Chemistry.Nca), 0f, 0);
            power.Draw(0);
            for (int second = 0; second < 5; second++)
            {
                power.Update(1, mean, new CellDeltas(1, new CellCurves(Chemistry.Nca)), 0, 1000, 1000);
            }

            float mv = power.VoltageMv(mean, 0.8f, 0f, power.DischargeMa[1] * -0.001f, 10f, 0);
            float off = mv - p.Get(ParameterId.DischargeStopMv);
            Assert.IsTrue(off > -5f && off < 5f);
        }

        private static PowerForecast Drawn(SocEstimator mean, float mv, float loadMv)
        {
            mean.LoadMv = loadMv;
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            CellCurves curves = new CellCurves(Chemistry.Nca);
            PowerForecast power = new PowerForecast(Presets.Of(Chemistry.Nca, 12, CapacityMah), curves, pulse, new StepResistance(pulse));
            curves.GoTo(mean.Soc, 250, false);
            power.Begin(mean, new CellDeltas(1, curves), curves, mv, 250);
            power.Draw(250);
            return power;
        }

        // Shows F-206.
        [TestMethod]
        public void in_a_rest_the_measured_voltage_decides_where_a_pulse_begins_and_what_it_meets()
        {
            // A point and a half too much and as much too little, near empty: without the voltage a pulse of 1C would end some 80 mV apart.
            SocEstimator high = At(0.145f, Chemistry.Nca);
            SocEstimator low = At(0.115f, Chemistry.Nca);
            PowerForecast power = Drawn(high, 3345f, 0f);
            Assert.IsTrue(IsNear(3345f, power.VoltageMv(high, 0.145f, 0f, 0f, 0.001f, 250), 0.5f));
            float fromHigh = power.VoltageMv(high, 0.145f, 0f, -3f, 10f, 250);
            power = Drawn(low, 3345f, 0f);
            float fromLow = power.VoltageMv(low, 0.115f, 0f, -3f, 10f, 250);
            Assert.IsTrue(IsNear(fromHigh, fromLow, 2f));
        }

        [TestMethod]
        public void under_load_and_without_a_voltage_the_filter_decides()
        {
            SocEstimator mean = At(0.145f, Chemistry.Nca);
            float expected = Drawn(mean, 0f, 0f).VoltageMv(mean, 0.145f, 0f, -3f, 10f, 250);
            Assert.IsTrue(IsNear(expected, Drawn(mean, 3000f, -200f).VoltageMv(mean, 0.145f, 0f, -3f, 10f, 250), 5f));
            Assert.IsFalse(IsNear(expected, Drawn(mean, 3345f, 0f).VoltageMv(mean, 0.145f, 0f, -3f, 10f, 250), 10f));
        }

        [TestMethod]
        public void a_voltage_far_off_leads_no_further_than_a_fifth_of_the_charge()
        {
            SocEstimator mean = At(0.5f, Chemistry.Nca);
            float at = Drawn(mean, 2500f, 0f).VoltageMv(mean, 0.5f, 0f, -3f, 10f, 250);
            Assert.IsTrue(at > 2000f && at < 2500f);
            at = Drawn(mean, 4900f, 0f).VoltageMv(mean, 0.5f, 0f, -3f, 10f, 250);
            Assert.IsTrue(at > 4500f && at < 4900f);
        }

        // Shows F-205.
        [TestMethod]
        public void the_end_of_a_large_pulse_is_no_resistance_of_the_cell()
        {
            // What a pulse of 4C has left in the fast polarisation goes with the factor with which it came.
            PulseCurve pulse = new PulseCurve(Chemistry.Nca);
            pulse.GoTo(0.8f, 0);
            StepResistance resistance = new StepResistance(pulse);
            CellCurves curves = new CellCurves(Chemistry.Nca);
            curves.GoTo(0.8f, 0, false);
            SocEstimator mean = At(0.8f, Chemistry.Nca);
            for (int second = 0; second < 600; second++)
            {
                float a = second % 60 < 10 ? -12f : 0f;
                mean.FastA += (a - mean.FastA) / 15f;
                pulse.At(4f);
                float series = pulse.Series * a;
                pulse.At(-(mean.FastA < a ? mean.FastA : a) / 3f);
                float load = (curves.SeriesMilliohmAh * series + curves.FastMilliohmAh * pulse.Fast * mean.FastA) / 3f;
                resistance.Update(mean, curves, 3900f + load, a, 1f, true);
            }

            Assert.IsTrue(IsNear(0f, resistance.Error, 0.01f));
        }

        // Shows F-205.
        [TestMethod]
        public void steps_of_the_current_tell_a_resistance_that_is_half_as_much_again()
        {
            StepResistance resistance = Learn(1.5f, 0.5f, 200);
            Assert.IsTrue(IsNear(0.5f, resistance.Error, 0.05f));
            Assert.IsTrue(resistance.BelievedError > 0.35f && resistance.BelievedError < resistance.Error);
        }

        // Shows F-205.
        [TestMethod]
        public void a_cell_like_the_tables_or_better_is_believed_to_be_like_them()
        {
            Assert.IsTrue(IsNear(0f, Learn(1f, 0.5f, 200).Error, 0.001f));
            Assert.AreEqual(0f, Learn(0.8f, 0.5f, 200).BelievedError);
        }

        [TestMethod]
        public void near_the_ends_and_across_missing_seconds_no_step_counts()
        {
            Assert.AreEqual(0f, Learn(3f, 0.05f, 200).Error);
            Assert.AreEqual(0f, Learn(3f, 0.95f, 200).Error);
            PulseCurve pulse = new PulseCurve(Chemistry.Nmc);
            StepResistance resistance = new StepResistance(pulse);
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            SocEstimator mean = At(0.5f, Chemistry.Nmc);
            curves.GoTo(0.5f, 250, false);
            for (int second = 0; second < 100; second++)
            {
                resistance.Update(mean, curves, second % 2 == 0 ? 3700f : 3000f, second % 2 == 0 ? 0f : -6f, 1f, second % 2 == 0);
            }

            Assert.AreEqual(0f, resistance.Error);
        }

        [TestMethod]
        public void a_stuck_voltage_and_a_wild_one_stay_within_bounds()
        {
            Assert.IsTrue(Learn(0f, 0.5f, 10000).Error >= -0.81f);
            Assert.IsTrue(Learn(500f, 0.5f, 10000).Error <= 4.01f);
        }

        private static StepResistance Learn(float factor, float soc, int seconds)
        {
            PulseCurve pulse = new PulseCurve(Chemistry.Nmc);
            pulse.GoTo(soc, 250);
            StepResistance resistance = new StepResistance(pulse);
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            SocEstimator mean = At(soc, Chemistry.Nmc);
            curves.GoTo(soc, 250, false);
            curves.GoToTemperature();
            float fallen = CellCurves.Fallen(curves.SeriesMilliohmAh, 2f, curves.SeriesHalfRate);
            for (int second = 0; second < seconds; second++)
            {
                float a = second % 4 < 2 ? 0f : -6f;
                resistance.Update(mean, curves, 3700f + factor * a * fallen / 3f, a, 1f, true);
            }

            return resistance;
        }
    }
}
