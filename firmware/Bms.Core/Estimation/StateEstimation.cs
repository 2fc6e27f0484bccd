using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Estimation
{
    /// <summary>Second stage of the cycle: state of charge of the pack, of its lowest and of its highest cell.</summary>
    /// <remarks>
    /// Charge is counted exactly, in mA times ms, in every cycle. Once a second the estimator of the mean cell takes what came together, spread over four cycles; in every other
    /// cycle one cell is compared with the mean. Until voltages and temperatures are known there is no state of charge, and none is reported.
    /// </remarks>
    public sealed class StateEstimation
    {
        private const uint StepMs = 1000;
        private const uint PublishMs = 100;

        // A cycle longer than this was none: what flowed meanwhile is not known.
        private const uint LongestCycleMs = 2000;
        private const float StoredSigma = 0.10f;

        private const int PhaseCollect = 0;
        private const int PhasePredict = 1;
        private const int PhaseLook = 2;
        private const int PhaseCorrect = 3;

        /// <summary>State of charge of the pack, in 0.01 %; not available before the first complete measurement.</summary>
        public int SocCentiPct = SignalValue.NotAvailable;

        /// <summary>State of charge of the lowest cell, in 0.01 %, or not available.</summary>
        public int LowestSocCentiPct = SignalValue.NotAvailable;

        /// <summary>State of charge of the highest cell, in 0.01 %, or not available.</summary>
        public int HighestSocCentiPct = SignalValue.NotAvailable;

        /// <summary>One standard deviation of the state of charge, in 0.1 %, or not available.</summary>
        public int SocUncertaintyPermille = SignalValue.NotAvailable;

        /// <summary>Estimator of the mean cell.</summary>
        public readonly SocEstimator Mean;

        /// <summary>What each cell differs from it by.</summary>
        public readonly CellDeltas Deltas;

        private readonly CellCurves _curves;
        private readonly int _cellCount;
        private readonly float _perAh;
        private long _chargeMaMs;
        private long _stepChargeMaMs;
        private long _stepSumMv;
        private int _stepSamples;
        private bool _currentMissing;
        private uint _lastMs;
        private uint _stepMs;
        private uint _publishMs;
        private float _stepA;
        private int _phase;
        private bool _started;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        public StateEstimation(ParameterBlock parameters)
        {
            int chemistry = parameters.Get(ParameterId.Chemistry);
            int capacityMah = parameters.Get(ParameterId.CapacityMah);
            _cellCount = parameters.Get(ParameterId.CellCount);
            _perAh = 1000f / capacityMah;
            _curves = new CellCurves(chemistry);
            Mean = new SocEstimator(capacityMah, _curves, chemistry);
            Deltas = new CellDeltas(_cellCount, _curves);
        }

        /// <summary>State of charge of the lowest cell, 0..1; 0 before it is known. For tests: what is reported is rounded.</summary>
        public float LowestSoc
        {
            get { return Mean.Soc + Deltas.Lowest; }
        }

        /// <summary>State of charge of the highest cell, 0..1; 0 before it is known. For tests: what is reported is rounded.</summary>
        public float HighestSoc
        {
            get { return Mean.Soc + Deltas.Highest; }
        }

        /// <summary>One standard deviation of the mean cell's state of charge. For tests: what is reported is rounded.</summary>
        public float LowestSigma
        {
            get { return Mean.Sigma; }
        }

        /// <summary>Starts from a state of charge that was stored, instead of from the voltage.</summary>
        /// <param name="socCentiPct">Stored state of charge of the mean cell, in 0.01 %, 0..10000.</param>
        public void StartFrom(int socCentiPct)
        {
            Mean.StartFrom(socCentiPct * 0.0001f, StoredSigma, _chargeMaMs);
        }

        /// <summary>Counts the charge of this cycle and does the part of the work that is due.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, uint nowMs)
        {
            uint elapsedMs = nowMs - _lastMs;
            _lastMs = nowMs;
            if (!_started)
            {
                _started = true;
                _stepMs = nowMs;
                _publishMs = nowMs;
                return;
            }

            // The current holds until the next one comes; while it is missing nothing is counted and the uncertainty grows instead.
            int currentMa = m.CurrentMa;
            if (currentMa != SignalValue.NotAvailable && elapsedMs <= LongestCycleMs)
            {
                _chargeMaMs += (long)currentMa * elapsedMs;
            }
            else
            {
                _currentMissing = true;
            }

            int sum = m.CellSumMv;
            if (sum != SignalValue.NotAvailable)
            {
                _stepSumMv += sum;
                _stepSamples += _cellCount;
            }
            else if (m.LowestCellMv != SignalValue.NotAvailable)
            {
                _stepSumMv += m.LowestCellMv + m.HighestCellMv;
                _stepSamples += 2;
            }

            if (_phase == PhaseCollect)
            {
                Collect(m, currentMa, nowMs);
            }
            else if (_phase == PhasePredict)
            {
                Mean.Predict();
                _phase = PhaseLook;
            }
            else if (_phase == PhaseLook)
            {
                Mean.Look();
                _phase = PhaseCorrect;
            }
            else
            {
                Mean.Correct();
                _phase = PhaseCollect;
                Publish(nowMs);
            }
        }

        private void Collect(PackMeasurement m, int currentMa, uint nowMs)
        {
            if (!Mean.IsKnown)
            {
                StartFromVoltage(m, currentMa, nowMs);
                return;
            }

            uint stepMs = nowMs - _stepMs;
            if (stepMs >= StepMs)
            {
                Latch(m, stepMs, nowMs);
                return;
            }

            if (nowMs - _publishMs >= PublishMs)
            {
                Mean.Count(_chargeMaMs);
                Publish(nowMs);
                return;
            }

            if (_cellCount > 1 && currentMa != SignalValue.NotAvailable)
            {
                Deltas.Update(m, Mean, (currentMa * 0.001f - _stepA) * _curves.SeriesMilliohmAh * _perAh, nowMs);
            }
        }

        private void Latch(PackMeasurement m, uint stepMs, uint nowMs)
        {
            float meanMa = (float)(_chargeMaMs - _stepChargeMaMs) / stepMs;
            bool hasVoltage = _stepSamples > 0 && m.LowestTemperatureDeciC != SignalValue.NotAvailable;
            float meanMv = hasVoltage ? (float)_stepSumMv / _stepSamples : 0f;
            int deciC = hasVoltage ? (m.LowestTemperatureDeciC + m.HighestTemperatureDeciC) / 2 : 0;
            Mean.Latch(meanMv, meanMa, deciC, _chargeMaMs, stepMs * 0.001f, hasVoltage, !_currentMissing);
            _stepA = meanMa * 0.001f;
            _stepMs = nowMs;
            _stepChargeMaMs = _chargeMaMs;
            _stepSumMv = 0;
            _stepSamples = 0;
            _currentMissing = false;
            _phase = PhasePredict;
        }

        // The first complete measurement, with what flows in this very cycle.
        private void StartFromVoltage(PackMeasurement m, int currentMa, uint nowMs)
        {
            bool isComplete = m.LowestCellMv != SignalValue.NotAvailable && m.LowestTemperatureDeciC != SignalValue.NotAvailable && currentMa != SignalValue.NotAvailable;
            if (!isComplete)
            {
                return;
            }

            int deciC = (m.LowestTemperatureDeciC + m.HighestTemperatureDeciC) / 2;
            float meanMv = m.CellSumMv != SignalValue.NotAvailable ? (float)m.CellSumMv / _cellCount : (m.LowestCellMv + m.HighestCellMv) * 0.5f;
            Mean.StartFromVoltage(meanMv, currentMa, deciC, _chargeMaMs);
            if (_cellCount > 1)
            {
                float load = Mean.LoadMv;
                Deltas.StartFrom(_curves.SocOf(m.LowestCellMv - load, deciC) - Mean.Soc, _curves.SocOf(m.HighestCellMv - load, deciC) - Mean.Soc);
            }

            _stepMs = nowMs;
            _stepChargeMaMs = _chargeMaMs;
            _stepSumMv = 0;
            _stepSamples = 0;
            _currentMissing = false;
            _stepA = currentMa * 0.001f;
            Publish(nowMs);
        }

        // The pack is empty when its lowest cell is, and full when its highest cell is.
        private void Publish(uint nowMs)
        {
            _publishMs = nowMs;
            float low = Within(Mean.Soc + Deltas.Lowest);
            float high = Within(Mean.Soc + Deltas.Highest);
            float span = 1f - (high - low);
            float pack = span > 0.1f ? low / span : low;
            LowestSocCentiPct = ToCentiPct(low);
            HighestSocCentiPct = ToCentiPct(high);
            SocCentiPct = ToCentiPct(pack);

            // A root once in a while: the variance of the differences is small beside that of the mean.
            float sigma = Mean.Sigma;
            sigma = 0.5f * (sigma + (sigma * sigma + Deltas.Variance) / sigma);
            SocUncertaintyPermille = sigma >= 1f ? 1000 : (int)(sigma * 1000f + 0.9f);
        }

        private static float Within(float soc)
        {
            return soc < 0f ? 0f : soc > 1f ? 1f : soc;
        }

        // Clamped as a float first: the cast of a huge or undefined float is undefined on the device.
        private static int ToCentiPct(float soc)
        {
            if (soc <= 0f)
            {
                return 0;
            }

            return soc >= 1f ? 10000 : (int)(soc * 10000f + 0.5f);
        }
    }
}
