using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>Power and energy against closed forms.</summary>
    [TestClass]
    public class ForecastTests
    {
        private static ParameterBlock Parameters()
        {
            return Presets.Nmc(12, 3000);
        }

        private static PowerForecast Forecast(ParameterBlock p, CellCurves curves)
        {
            PulseCurve pulse = new PulseCurve(p.Get(ParameterId.Chemistry));
            return new PowerForecast(p, curves, pulse, new StepResistance(pulse));
        }

        private static SocEstimator At(float soc)
        {
            SocEstimator mean = new SocEstimator(3000, new CellCurves(Chemistry.Nmc), Chemistry.Nmc);
            mean.StartFrom(soc, 0.01f, 0);
            return mean;
        }

        // Shows F-206.
        [TestMethod]
        public void the_voltage_after_ten_seconds_is_that_of_the_circuit()
        {
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            PowerForecast power = Forecast(Parameters(), curves);
            float got = power.VoltageMv(At(0.5f), 0.5f, 0f, -6f, 10f, 250);
            curves.GoTo(0.5f, 250, false);
            curves.GoToTemperature();

            // exp(-10 / tau) by its series: the pairs are relaxed at the start.
            float fast = 1f;
            float slow = 1f;
            float fastTerm = 1f;
            float slowTerm = 1f;
            for (int n = 1; n < 20; n++)
            {
                fastTerm *= -10f / curves.FastTauS / n;
                slowTerm *= -10f / curves.SlowTauS / n;
                fast += fastTerm;
                slow += slowTerm;
            }

            // 2C: both fall with the current.
            float series = CellCurves.Fallen(curves.SeriesMilliohmAh, 2f, curves.SeriesHalfRate);
            float fallen = CellCurves.Fallen(curves.FastMilliohmAh, 2f, curves.FastHalfRate);
            float load = -2f * (series + fallen * (1f - fast) + curves.SlowMilliohmAh * (1f - slow));
            float expected = curves.OpenCircuitMv + load - curves.SlopeMv * 2f * 10f / 3600f;
            float difference = got - expected;
            Assert.IsTrue(difference > -1f && difference < 1f);
        }

        // Shows F-206.
        [TestMethod]
        public void the_forecast_current_leads_to_the_voltage_limit_and_no_further()
        {
            ParameterBlock p = Parameters();
            p.Set(ParameterId.MaxDischargeCurrentMa, 900000);
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            PowerForecast power = Forecast(p, curves);
            SocEstimator mean = At(0.5f);
            power.Begin(mean, new CellDeltas(1, curves), curves, 0f, 250);
            power.Draw(250);
            for (int second = 0; second < 5; second++)
            {
                power.Update(1, mean, new CellDeltas(1, curves), 250, 1000, 1000);
            }

            float mv = power.VoltageMv(mean, 0.5f, 0f, power.DischargeMa[1] * -0.001f, 10f, 250);
            float off = mv - p.Get(ParameterId.DischargeStopMv);
            Assert.IsTrue(off > -2f && off < 2f);
            int watts = (int)(mv * 12 * 0.001f * power.DischargeMa[1] * 0.001f);
            Assert.IsTrue(power.DischargeW[1] >= watts - 2 && power.DischargeW[1] <= watts + 2);
        }

        [TestMethod]
        public void an_empty_pack_gives_and_a_full_pack_takes_nothing()
        {
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            PowerForecast power = Forecast(Parameters(), curves);
            CellDeltas deltas = new CellDeltas(1, curves);
            for (int part = 0; part < 2 * PowerForecast.Horizons; part++)
            {
                power.Update(part, At(part < PowerForecast.Horizons ? 0f : 1f), deltas, 250, 1000, 1000);
            }

            for (int horizon = 0; horizon < PowerForecast.Horizons; horizon++)
            {
                Assert.AreEqual(0, power.DischargeMa[horizon]);
                Assert.AreEqual(0, power.ChargeMa[horizon]);
            }
        }

        [TestMethod]
        public void temperature_cuts_the_forecast_to_zero()
        {
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            PowerForecast power = Forecast(Parameters(), curves);
            power.Update(1, At(0.5f), new CellDeltas(1, curves), -300, 0, 0);
            power.Update(PowerForecast.Horizons + 1, At(0.5f), new CellDeltas(1, curves), -300, 0, 0);
            Assert.AreEqual(0, power.DischargeMa[1]);
            Assert.AreEqual(0, power.ChargeMa[1]);
        }

        // Shows F-207.
        [TestMethod]
        public void remaining_time_is_charge_over_current()
        {
            EnergyForecast energy = new EnergyForecast(Parameters(), new CellCurves(Chemistry.Nmc));
            for (int i = 0; i < 2000; i++)
            {
                energy.Update(0.5f, 0.6f, 3000f, -1000f, 1f);
            }

            Assert.AreEqual(90, energy.ToEmptyMin);
            Assert.AreEqual(SignalValue.NotAvailable, energy.ToFullMin);
            for (int i = 0; i < 4000; i++)
            {
                energy.Update(0.5f, 0.6f, 3000f, 1000f, 1f);
            }

            Assert.AreEqual(SignalValue.NotAvailable, energy.ToEmptyMin);
            Assert.AreEqual(72, energy.ToFullMin);
        }

        // Shows F-207.
        [TestMethod]
        public void energy_ends_at_zero_and_at_all()
        {
            EnergyForecast energy = new EnergyForecast(Parameters(), new CellCurves(Chemistry.Nmc));
            energy.Update(-0.01f, 0f, 3000f, 0f, 1f);
            Assert.AreEqual(0, energy.RemainingWh);
            Assert.AreEqual(0, energy.EnergyPermille);
            energy.Update(1.01f, 1.01f, 3000f, 0f, 1f);
            Assert.AreEqual(1000, energy.EnergyPermille);

            // 12 cells of 3 Ah at some 3.75 V.
            Assert.IsTrue(energy.RemainingWh > 128 && energy.RemainingWh < 142);
        }
    }
}
