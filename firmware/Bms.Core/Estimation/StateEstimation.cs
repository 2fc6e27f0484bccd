using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Estimation
{
    /// <summary>Second stage of the cycle: state of charge of the lowest and the highest cell, and of the pack.</summary>
    /// <remarks>
    /// Charge is counted exactly, in mA times ms, in every cycle. The two estimators take it over ten times a second, in different cycles, so that no cycle does both.
    /// Until voltages and temperatures are known there is no state of charge, and none is reported.
    /// </remarks>
    public sealed class StateEstimation
    {
        private const int ScheduleSlots = 10;
        private const int LowestSlot = 3;
        private const int HighestSlot = 8;

        /// <summary>State of charge of the pack, in 0.01 %; not available before the first complete measurement.</summary>
        public int SocCentiPct = SignalValue.NotAvailable;

        /// <summary>State of charge of the lowest cell, in 0.01 %, or not available.</summary>
        public int LowestSocCentiPct = SignalValue.NotAvailable;

        /// <summary>State of charge of the highest cell, in 0.01 %, or not available.</summary>
        public int HighestSocCentiPct = SignalValue.NotAvailable;

        /// <summary>One standard deviation of the state of charge, in 0.1 %, or not available.</summary>
        public int SocUncertaintyPermille = SignalValue.NotAvailable;

        private readonly SocEstimator _lowest;
        private readonly SocEstimator _highest;
        private long _chargeMaMs;
        private uint _lastMs;
        private int _slot;
        private bool _started;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        public StateEstimation(ParameterBlock parameters)
        {
            CellCurves curves = new CellCurves(parameters.Get(ParameterId.Chemistry));
            _lowest = new SocEstimator(parameters, curves);
            _highest = new SocEstimator(parameters, curves);
        }

        /// <summary>State of charge of the lowest cell as its estimator holds it, 0..1; 0 before it is known. For tests: what is reported is rounded.</summary>
        public float LowestSoc
        {
            get { return _lowest.Soc; }
        }

        /// <summary>State of charge of the highest cell as its estimator holds it, 0..1; 0 before it is known. For tests: what is reported is rounded.</summary>
        public float HighestSoc
        {
            get { return _highest.Soc; }
        }

        /// <summary>One standard deviation of the lowest cell's state of charge as its estimator holds it. For tests: what is reported is rounded.</summary>
        public float LowestSigma
        {
            get { return _lowest.Sigma; }
        }

        /// <summary>Starts from a state of charge that was stored, instead of from the voltage.</summary>
        /// <param name="socCentiPct">Stored state of charge of all cells, in 0.01 %, 0..10000.</param>
        public void StartFrom(int socCentiPct)
        {
            _lowest.StartFrom(socCentiPct, _chargeMaMs);
            _highest.StartFrom(socCentiPct, _chargeMaMs);
        }

        /// <summary>Counts the charge of this cycle and, in two of ten cycles, brings an estimator up to date.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, uint nowMs)
        {
            uint elapsedMs = nowMs - _lastMs;
            _lastMs = nowMs;
            if (!_started)
            {
                _started = true;
                return;
            }

            // The current holds until the next one comes; while it is missing nothing is counted and the uncertainty grows instead.
            bool hasCurrent = m.CurrentMa != SignalValue.NotAvailable;
            if (hasCurrent)
            {
                _chargeMaMs += (long)m.CurrentMa * elapsedMs;
            }

            int slot = _slot;
            _slot = slot == ScheduleSlots - 1 ? 0 : slot + 1;
            if (slot == LowestSlot)
            {
                _lowest.Update(m.LowestCellMv, m.LowestTemperatureDeciC, m.CurrentMa, _chargeMaMs, nowMs);
                Publish();
            }
            else if (slot == HighestSlot)
            {
                _highest.Update(m.HighestCellMv, m.LowestTemperatureDeciC, m.CurrentMa, _chargeMaMs, nowMs);
                Publish();
            }
        }

        // The pack is empty when its lowest cell is, and full when its highest cell is.
        private void Publish()
        {
            if (!_lowest.IsKnown || !_highest.IsKnown)
            {
                return;
            }

            float low = _lowest.Soc;
            float high = _highest.Soc;
            float span = 1f - (high - low);
            float pack = span > 0.1f ? low / span : low;
            LowestSocCentiPct = ToCentiPct(low);
            HighestSocCentiPct = ToCentiPct(high);
            SocCentiPct = ToCentiPct(pack);
            float sigma = _lowest.Sigma > _highest.Sigma ? _lowest.Sigma : _highest.Sigma;
            SocUncertaintyPermille = sigma >= 1f ? 1000 : (int)(sigma * 1000f + 0.5f);
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
