using System.Text;
using Bms.Identification;
using Bms.Plant.Cells;
using Bms.Plant.Tests.Cells;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests.Identification
{
    [TestClass]
    public class PulseFactorFitTests
    {
        [TestMethod]
        public void pulses_of_a_cell_like_its_tables_give_factors_of_one()
        {
            PulseFactors factors = Fit(_ => 1)!;
            foreach (double rate in PulseFactorFit.RateGrid)
            {
                Assert.AreEqual(1, factors.At(factors.R0, 1, 0.6, rate), 0.02, $"R0 at {rate} C");
                Assert.AreEqual(1, factors.At(factors.R1, 1, 0.6, rate), 0.06, $"R1 at {rate} C");
            }
        }

        [TestMethod]
        public void a_resistance_that_falls_with_the_current_is_found()
        {
            PulseFactors factors = Fit(rate => rate < 1.5 ? 1.3 : 0.8)!;
            Assert.AreEqual(1.3, Sum(factors, 0.5), 0.06);
            Assert.AreEqual(0.8, Sum(factors, 4), 0.06);
        }

        [TestMethod]
        public void without_a_discharge_pulse_there_are_no_factors()
        {
            Assert.IsNull(PulseFactorFit.Fit(TestCells.Straight(), []));
        }

        [TestMethod]
        public void a_pulse_needs_a_rest_before_it_and_ten_seconds_of_one_current()
        {
            Assert.HasCount(1, PulseFinder.Find(Pulses([(0, 60), (-2, 10.5), (0, 60)]), 2));
            Assert.HasCount(0, PulseFinder.Find(Pulses([(0, 60), (-2, 9), (0, 60)]), 2));
            Assert.HasCount(0, PulseFinder.Find(Pulses([(-0.5, 60), (-2, 11), (0, 60)]), 2));
            Assert.HasCount(0, PulseFinder.Find(Pulses([(0, 60), (-2, 5), (-4, 6), (0, 60)]), 2));
        }

        [TestMethod]
        public void factors_are_written_and_read_again_and_a_wrong_shape_is_refused()
        {
            PulseFactors factors = Fit(_ => 1.1)!;
            CellParameters cell = With(factors);
            CellParameters again = Load(cell.ToJson());
            Assert.AreEqual(factors.At(factors.R0, 1, 0.5, 2), again.Pulses!.At(again.Pulses.R0, 1, 0.5, 2), 0.005);
            Assert.AreEqual(cell.ToJson(), again.ToJson());
            CellFileException e = Assert.ThrowsExactly<CellFileException>(() => Load(cell.ToJson().Replace("\"rateGrid\": [0.5, 1, 2, 4, 6]", "\"rateGrid\": [0.5, 1, 2, 4]")));
            Assert.Contains("$.pulses.r0Factor[0][0]", e.Message);
            Assert.DoesNotContain("\n", e.Message);
        }

        [TestMethod]
        public void falling_resistances_are_written_and_read_again_and_a_wrong_one_is_refused_by_its_path()
        {
            CellParameters cell = CellParameters.Load("panasonic-ncr18650pf");
            FallingResistance falling = cell.Falling!;
            CellParameters again = Load(cell.ToJson());
            Assert.AreEqual(cell.ToJson(), again.ToJson());
            Assert.AreEqual(falling.SeriesHalfRate[0], again.Falling!.SeriesHalfRate[0]);
            Assert.AreEqual(falling.Tables.At(falling.Tables.R1Ohm, 0.5, 0), again.Falling.Tables.At(again.Falling.Tables.R1Ohm, 0.5, 0));

            string rates = "\"seriesHalfRate\": [" + falling.SeriesHalfRate[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Contains(rates, cell.ToJson());
            CellFileException zero = Assert.ThrowsExactly<CellFileException>(() => Load(cell.ToJson().Replace(rates, "\"seriesHalfRate\": [0")));
            Assert.Contains("$.falling.seriesHalfRate[0]", zero.Message);
            CellFileException missing = Assert.ThrowsExactly<CellFileException>(() => Load(cell.ToJson().Replace("\"fastHalfRate\"", "\"fastRate\"")));
            Assert.Contains("$.falling.fastHalfRate", missing.Message);
        }

        private static double Sum(PulseFactors factors, double rate)
        {
            // 10 mohm at once and 63 % of 20 mohm after ten seconds.
            return ((10 * factors.At(factors.R0, 1, 0.6, rate)) + (12.6 * factors.At(factors.R1, 1, 0.6, rate))) / 22.6;
        }

        private static PulseFactors? Fit(Func<double, double> factorOfRate)
        {
            var parts = new List<(double CurrentA, double Seconds)>();
            for (int soc = 0; soc < 8; soc++)
            {
                foreach (double rate in PulseFactorFit.RateGrid)
                {
                    parts.Add((0, 1200));
                    parts.Add((-2 * rate, 10));
                }

                parts.Add((0, 1200));
                parts.Add((-1, 300));
            }

            MeasuredTest test = Pulses([.. parts], factorOfRate);
            return PulseFactorFit.Fit(TestCells.Straight(), [new IdentificationTest("pulse", TestKind.Pulse, test, test.Soc!)]);
        }

        private static MeasuredTest Pulses((double CurrentA, double Seconds)[] parts, Func<double, double>? factorOfRate = null)
        {
            var time = new List<double>();
            var current = new List<double>();
            var voltage = new List<double>();
            var soc = new List<double>();
            CellParameters cell = TestCells.Straight();
            var model = new CellModel(cell, 1);
            model.Reset(1, 25);
            double now = 0;
            foreach ((double a, double seconds) in parts)
            {
                for (double left = seconds; left > 1e-6; left -= 0.5)
                {
                    now += 0.5;
                    double v = model.Step(a, 0.5, 25);
                    double load = (0.01 * a) + (0.02 * model.FastCurrentA);
                    time.Add(now);
                    current.Add(a);
                    voltage.Add(v + (a < 0 && factorOfRate is not null ? load * (factorOfRate(-a / 2) - 1) : 0));
                    soc.Add(model.Soc);
                }
            }

            return MeasuredTest.FromColumns("pulses", [.. time], [.. current], [.. voltage], [.. time.Select(_ => 25.0)], null, [.. soc]);
        }

        private static CellParameters With(PulseFactors factors)
        {
            CellParameters c = TestCells.Straight();
            return new CellParameters
            {
                Name = c.Name,
                Chemistry = c.Chemistry,
                CapacityAh = c.CapacityAh,
                MassKg = c.MassKg,
                HeatCapacityJPerK = c.HeatCapacityJPerK,
                MinVoltageV = c.MinVoltageV,
                MaxVoltageV = c.MaxVoltageV,
                SocGrid = c.SocGrid,
                TemperatureGridC = c.TemperatureGridC,
                OcvV = c.OcvV,
                R0DischargeOhm = c.R0DischargeOhm,
                R0ChargeOhm = c.R0ChargeOhm,
                R1Ohm = c.R1Ohm,
                Tau1S = c.Tau1S,
                R2Ohm = c.R2Ohm,
                Tau2S = c.Tau2S,
                HysteresisV = c.HysteresisV,
                Pulses = factors,
            };
        }

        private static CellParameters Load(string json) => CellParameters.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "test");
    }
}
