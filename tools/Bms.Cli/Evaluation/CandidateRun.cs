using Bms.Cli.Replay;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>Shows one test with one combination of errors to one estimator and judges what it says.</summary>
    internal static class CandidateRun
    {
        /// <summary>Estimators that an evaluation knows.</summary>
        public static IReadOnlyList<string> Names { get; } = ["firmware", "coulomb", "ekf"];

        // The stage works in four parts a second, so four steps a second lose nothing; a step never reaches over a sample.
        private const double LongestStepS = 0.25;
        private const double SettleS = 600;
        private const double ConvergedWithin = 0.03;
        private const double VoltageNoiseV = 0.001;
        private const double VoltagesPerS = 10;

        // From the first frame of the current sensor to the first contactor: the shortest start that the state machine allows.
        internal const double OpenS = Bms.Core.Control.ContactorControl.OffsetMs / 1000.0;
        private const double CycleS = 0.01;

        /// <summary>Runs.</summary>
        /// <param name="name">One of <see cref="Names"/>.</param>
        /// <param name="test">The measurement.</param>
        /// <param name="reference">True state of charge at each sample.</param>
        /// <param name="first">Sample to begin with.</param>
        /// <param name="cell">The cell.</param>
        /// <param name="capacityAh">Its capacity in Ah.</param>
        /// <param name="errors">What the sensors get wrong.</param>
        /// <param name="seed">Of the noise; counts only where the errors have noise.</param>
        /// <param name="startsOpen">True begins as the firmware does, with open contactors; false with the first sample.</param>
        public static CandidateResult Run(string name, MeasuredTest test, double[] reference, int first, CellParameters cell, double capacityAh, SensorErrors errors, int seed, bool startsOpen)
        {
            double? start = double.IsNaN(errors.InitialSocError) ? null : Math.Clamp(reference[first] + errors.InitialSocError, 0, 1);
            SocCandidate candidate = name switch
            {
                "coulomb" => new CoulombCounter(cell, capacityAh, start),
                "ekf" => new TextbookEkf(cell, capacityAh, start),
                _ => new FirmwareCandidate(cell, capacityAh, start),
            };
            var noise = new Random(seed);
            for (int cycle = 0; startsOpen && cycle < OpenS / CycleS; cycle++)
            {
                double noiseA = errors.HasNoise ? ReplaySensors.CurrentNoisePerAh * capacityAh * 0.001 * ReplaySensors.Gaussian(noise) : 0;
                candidate.StayOpen(errors.CurrentOffsetA + noiseA, CycleS);
            }

            var judge = new Judge(test.TimeS[first]);
            for (int k = first; k < test.Count; k++)
            {
                double intervalS = k == first ? Math.Clamp(test.MedianStepS, 0.5, 1) : test.StepS(k);
                double currentA = test.CurrentA[k];
                if (k > first && test.IsGap(k))
                {
                    currentA = (reference[k] - reference[k - 1]) * capacityAh * 3600 / intervalS;
                }

                currentA = (currentA * errors.CurrentGain) + errors.CurrentOffsetA;
                int steps = Math.Max(1, (int)Math.Ceiling((intervalS / LongestStepS) - 1e-6));
                double stepS = intervalS / steps;
                for (int step = 0; step < steps; step++)
                {
                    double voltageV = test.VoltageV[k] + errors.VoltageOffsetV;
                    if (errors.HasNoise)
                    {
                        // A module tells ten voltages a second; a step stands for as many of them as it is long.
                        voltageV += VoltageNoiseV / Math.Sqrt(Math.Max(1, stepS * VoltagesPerS)) * ReplaySensors.Gaussian(noise);
                    }

                    candidate.Step(currentA, voltageV, test.TemperatureC[k] + errors.TemperatureOffsetC, stepS);
                }

                judge.Take(test.TimeS[k], test.IsGap(k) && k > first ? test.MedianStepS : intervalS, candidate.Soc, candidate.Sigma, reference[k]);
            }

            return judge.Result(name, errors);
        }

        private sealed class Judge(double startS)
        {
            private readonly double[] _sums = new double[8];
            private double _last;
            private double _lastBad = double.NaN;
            private long _judged;
            private long _inside;

            public void Take(double timeS, double weight, double soc, double sigma, double truth)
            {
                _last = timeS - startS;
                double error = Math.Abs(soc - truth);
                if (double.IsNaN(error))
                {
                    _lastBad = _last;
                    return;
                }

                Add(0, error, weight);
                if (_last >= SettleS)
                {
                    Add(4, error, weight);
                }

                if (error > ConvergedWithin)
                {
                    _lastBad = _last;
                }

                if (!double.IsNaN(sigma))
                {
                    _judged++;
                    _inside += error <= 3 * sigma ? 1 : 0;
                }
            }

            public CandidateResult Result(string name, SensorErrors errors)
            {
                double converged = double.IsNaN(_lastBad) ? 0 : _lastBad >= _last ? double.NaN : _lastBad;
                return new CandidateResult(name, errors, Error(0), Error(4), converged, _judged == 0 ? double.NaN : (double)_inside / _judged);
            }

            private void Add(int at, double error, double weight)
            {
                _sums[at] += error * error * weight;
                _sums[at + 1] += error * weight;
                _sums[at + 2] = Math.Max(_sums[at + 2], error);
                _sums[at + 3] += weight;
            }

            private SocError Error(int at)
            {
                double seconds = _sums[at + 3];
                return seconds > 0
                    ? new SocError(Math.Sqrt(_sums[at] / seconds), _sums[at + 1] / seconds, _sums[at + 2], seconds)
                    : new SocError(double.NaN, double.NaN, double.NaN, 0);
            }
        }
    }

    /// <summary>What one estimator made of one test with one combination of errors.</summary>
    /// <param name="Estimator">One of <see cref="CandidateRun.Names"/>.</param>
    /// <param name="Errors">The combination.</param>
    /// <param name="Whole">Whole run.</param>
    /// <param name="AfterTenMinutes">From 10 min on.</param>
    /// <param name="ConvergedS">Time from which on the error stays within 3 points, in s; NaN where that never happens.</param>
    /// <param name="Coverage">Share of the samples with the truth inside three stated standard deviations; NaN where none are stated.</param>
    public sealed record CandidateResult(string Estimator, SensorErrors Errors, SocError Whole, SocError AfterTenMinutes, double ConvergedS, double Coverage);
}
