using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Plant.Cells;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    /// <summary>Unlike cells in series, driven from full to nearly empty, rested and charged again: what the estimation tells of each cell against what the simulated cells know.</summary>
    [TestClass]
    public sealed class CellDifferencesTests
    {
        private const int Count = 24;
        private const double NearEmpty = 0.13;

        // Shows F-204.
        [TestMethod]
        [DataRow("lg-18650hg2", Chemistry.Nmc, 25, 0.015)]
        [DataRow("lg-18650hg2", Chemistry.Nmc, 0, 0.015)]
        [DataRow("panasonic-ncr18650pf", Chemistry.Nca, 25, 0.015)]
        [DataRow("a123-26650", Chemistry.Lfp, 25, 0.025)]
        public void the_difference_of_a_cell_lies_within_3_sigma_also_near_empty(string name, int chemistry, int temperatureC, double mostAtRest)
        {
            var run = new Run(CellParameters.Load(name), chemistry, temperatureC);
            run.Rest(3700);
            run.Drive();
            run.Judged.Clear();
            run.Rest(3700);
            double rested = run.Inside();
            (double error, double sigma) = run.Judged.MaxBy(j => j.Error);
            run.Charge();
            Console.WriteLine($"{name} at {temperatureC} degC: inside 3 sigma {100 * rested:0.0} % at rest near empty, {100 * run.InsideOfAll():0.0} % in all; largest error at that rest {100 * error:0.0} points, told {100 * sigma:0.0}");
            Assert.IsGreaterThanOrEqualTo(0.99, rested, "at rest near empty");
            Assert.IsLessThanOrEqualTo(mostAtRest, error, "largest error at rest near empty");
            Assert.IsGreaterThanOrEqualTo(0.99, run.InsideOfAll(), "over the whole run");
        }

        // Shows F-204.
        [TestMethod]
        [DataRow("lg-18650hg2", Chemistry.Nmc)]
        [DataRow("a123-26650", Chemistry.Lfp)]
        public void the_capacity_of_a_cell_is_found_between_two_rests(string name, int chemistry)
        {
            var run = new Run(CellParameters.Load(name), chemistry, 25);
            run.Rest(3700);
            run.Drive();
            run.Rest(3700);
            CellCapacities told = run.Estimation.Deltas.Capacities;
            double[] errors = [.. Enumerable.Range(0, Count).Select(run.CapacityError)];
            double sigma = Math.Sqrt(told.Variance);
            Console.WriteLine($"{name}: rms {100 * Math.Sqrt(errors.Average(e => e * e)):0.00} %, max {100 * errors.Max(Math.Abs):0.00} %, told {100 * sigma:0.00} %");
            Assert.AreEqual(1, told.Pairs);
            Assert.IsLessThanOrEqualTo(3 * sigma, errors.Max(Math.Abs));
            Assert.IsLessThanOrEqualTo(0.015, Math.Sqrt(errors.Average(e => e * e)));
        }

        private sealed class Run
        {
            private readonly CellParameters _type;
            private readonly double _temperatureC;
            private readonly CellModel[] _cells;
            private readonly double[] _offsetMv;
            private readonly RandomStream _random = new(5);
            private readonly PackMeasurement _measurement;
            private readonly int _fullMv;
            private readonly int _emptyMv;
            private uint _nowMs;
            private int _seconds;
            private int _inside;
            private int _samples;

            public Run(CellParameters type, int chemistry, double temperatureC)
            {
                _type = type;
                _temperatureC = temperatureC;
                ParameterBlock parameters = Presets.Of(chemistry, Count, (int)Math.Round(type.CapacityAh * 1000));
                _fullMv = parameters.Get(ParameterId.ChargeStopMv);
                _emptyMv = parameters.Get(ParameterId.DischargeStopMv);
                _measurement = new PackMeasurement(parameters, new SilentPort());
                Estimation = new StateEstimation(parameters);
                _cells = new CellModel[Count];
                _offsetMv = new double[Count];
                for (int i = 0; i < Count; i++)
                {
                    // Charge 0.5 %, capacity 2.5 %, resistance 8 % and offset of the voltage 2 mV apart (rms).
                    double soc = 0.96 + (0.005 * _random.NextGaussian());
                    _cells[i] = new CellModel(type, soc, 1 + (0.025 * _random.NextGaussian()), 1 + (0.08 * _random.NextGaussian()));
                    _cells[i].Reset(soc, temperatureC, 1);
                    _offsetMv[i] = 2 * _random.NextGaussian();
                }
            }

            public StateEstimation Estimation { get; }

            public List<(double Error, double Sigma)> Judged { get; } = [];

            public double Inside() => Judged.Count(j => j.Error <= 3 * j.Sigma) / (double)Judged.Count;

            public double InsideOfAll() => _inside / (double)_samples;

            public double CapacityError(int cell) => (Estimation.Deltas.Capacities.Deviation[cell] / (double)CellCapacities.Scale) + 1 - (_cells[cell].CapacityAh / _cells.Average(c => c.CapacityAh));

            public void Rest(int seconds)
            {
                for (int s = 0; s < seconds; s++)
                {
                    Second(0);
                }
            }

            // Pulses to 2C with rests and some regeneration, half of the capacity an hour in the mean.
            public void Drive()
            {
                double a = 0;
                for (int left = 0; _cells.Average(c => c.Soc) > NearEmpty && _cells.Min(c => c.VoltageV) * 1000 > _emptyMv; left--)
                {
                    if (left <= 0)
                    {
                        left = 5 + (int)(_random.NextBits() % 20);
                        double kind = Uniform();
                        a = _type.CapacityAh * (kind < 0.25 ? 0 : kind < 0.35 ? 0.5 : -2 * Uniform());
                    }

                    Second(a);
                }
            }

            public void Charge()
            {
                while (_cells.Max(c => c.VoltageV) * 1000 < _fullMv - 5)
                {
                    Second(0.5 * _type.CapacityAh);
                }
            }

            private double Uniform() => (_random.NextBits() >> 11) * (1.0 / (1UL << 53));

            private void Second(double currentA)
            {
                for (int tenth = 0; tenth < 10; tenth++)
                {
                    int sum = 0;
                    for (int i = 0; i < Count; i++)
                    {
                        _cells[i].Step(currentA, 0.1, _temperatureC);
                        int mv = (int)Math.Round((_cells[i].VoltageV * 1000) + _offsetMv[i] + (0.7 * _random.NextGaussian()));
                        _measurement.CellVoltageMv[i] = mv;
                        sum += mv;
                    }

                    _measurement.CellSumMv = sum;
                    _measurement.LowestCellMv = _measurement.CellVoltageMv.Take(Count).Min();
                    _measurement.HighestCellMv = _measurement.CellVoltageMv.Take(Count).Max();
                    _measurement.LowestTemperatureDeciC = (int)(_temperatureC * 10);
                    _measurement.HighestTemperatureDeciC = _measurement.LowestTemperatureDeciC;
                    _measurement.CurrentMa = (int)Math.Round(currentA * 1000);
                    for (int cycle = 0; cycle < 10; cycle++)
                    {
                        Estimation.Update(_measurement, _nowMs);
                        _nowMs += 10;
                    }
                }

                if (_seconds++ % 10 == 0)
                {
                    Judge();
                }
            }

            private void Judge()
            {
                double mean = _cells.Average(c => c.Soc);
                double sigma = Math.Sqrt(Estimation.Deltas.Variance);
                for (int i = 0; i < Count; i++)
                {
                    double error = Math.Abs(Estimation.Deltas.Soc[i] - (_cells[i].Soc - mean));
                    Judged.Add((error, sigma));
                    _inside += error <= 3 * sigma ? 1 : 0;
                    _samples++;
                }
            }
        }

        private sealed class SilentPort : CanPort
        {
            public override uint ReceiveOverflowCount => 0;

            public override bool TryReceive(CanFrame frame) => false;

            public override bool TrySend(CanFrame frame) => true;
        }
    }
}
