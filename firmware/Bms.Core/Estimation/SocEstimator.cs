using Bms.Core.Configuration;
using Bms.Core.Messages;

namespace Bms.Core.Estimation
{
    /// <summary>State of charge of one cell: counted charge, corrected by the open-circuit voltage as far as the cell's voltage can be trusted now.</summary>
    /// <remarks>
    /// A Kalman filter with one state (G. Plett, Battery Management Systems vol. 2, with the cell reduced to open-circuit voltage and one resistance). What the cell's voltage says
    /// is trusted less the larger the current is, as the resistance is known to a third only, and the flatter the curve is: on the plateau of LFP the voltage says nothing.
    /// The error of the model is nearly the same from one step to the next, so its variance is stretched by the time over which it stays the same.
    /// </remarks>
    public sealed class SocEstimator
    {
        // Error of the voltage model: at rest, in mV (LFP: the voltage of its hysteresis too), then as a fraction of the voltage across the resistance,
        // now and on average over the last quarter of an hour, as slow polarisation is not in the model.
        private const float RestErrorMv = 10f;
        private const float LfpHysteresisMv = 20f;
        private const float ResistanceError = 0.35f;
        private const float PolarisationError = 1f;
        private const float PolarisationS = 900f;

        // Error of the current sensor, as a fraction of capacity in one hour: 50 mA for 3 Ah.
        private const float CurrentErrorPerHour = 0.017f;

        // Uncertainty of a start from the voltage, in mV, and of a stored state of charge.
        private const float StartErrorMv = 15f;
        private const float StoredSigma = 0.10f;
        private const float MaxSigma = 0.5f;
        private const float MinSigma = 0.0001f;
        private const float MinSoc = -0.05f;
        private const float MaxSoc = 1.05f;

        // Slower than the estimator's 100 ms, faster than diffusion: the current that the resistance of the table was fitted for.
        private const float CurrentFilterS = 10f;
        private const uint LongestStepMs = 10000;

        /// <summary>State of charge, 0..1 for the whole capacity; may lie slightly outside.</summary>
        public float Soc;

        /// <summary>One standard deviation of <see cref="Soc"/>.</summary>
        public float Sigma;

        /// <summary>True once there is a state of charge.</summary>
        public bool IsKnown;

        private readonly CellCurves _curves;
        private readonly float _capacityMaMs;
        private readonly float _capacityAh;
        private readonly float _correlationS;
        private readonly float _restErrorMv;
        // State of charge = offset + counted charge / capacity. The charge stays an integer, as a float would lose the small steps of ten times a second.
        private float _variance;
        private float _currentA;
        private float _slowCurrentA;
        private float _offset;
        private long _startMaMs;
        private uint _lastMs;

        /// <summary>Makes an estimator that knows nothing yet.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="curves">Tables of the cell.</param>
        public SocEstimator(ParameterBlock parameters, CellCurves curves)
        {
            _curves = curves;
            _capacityAh = parameters.Get(ParameterId.CapacityMah) / 1000f;
            _capacityMaMs = parameters.Get(ParameterId.CapacityMah) * 3600000f;
            _restErrorMv = RestErrorMv + (parameters.Get(ParameterId.Chemistry) == Chemistry.Lfp ? LfpHysteresisMv : 0f);
            _correlationS = parameters.Get(ParameterId.SocCorrectionTauS);
        }

        /// <summary>Starts from a stored state of charge.</summary>
        /// <param name="socCentiPct">0..10000, in 0.01 %; beyond that it is clamped.</param>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms: it is part of the stored state of charge already.</param>
        public void StartFrom(int socCentiPct, long chargeMaMs)
        {
            int clamped = socCentiPct < 0 ? 0 : socCentiPct > 10000 ? 10000 : socCentiPct;
            _offset = clamped / 10000f;
            Soc = _offset;
            _variance = StoredSigma * StoredSigma;
            Sigma = StoredSigma;
            _startMaMs = chargeMaMs;
            IsKnown = true;
        }

        /// <summary>Takes the charge counted since the last call, and corrects by the voltage.</summary>
        /// <param name="cellMv">Cell voltage in mV, or not available.</param>
        /// <param name="deciC">Cell temperature in 0.1 degC, or not available.</param>
        /// <param name="currentMa">Pack current in mA, or not available.</param>
        /// <param name="chargeMaMs">Charge counted since start, in mA ms.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(int cellMv, int deciC, int currentMa, long chargeMaMs, uint nowMs)
        {
            uint elapsedMs = nowMs - _lastMs;
            _lastMs = nowMs;
            bool hasCurrent = currentMa != SignalValue.NotAvailable;
            bool hasVoltage = cellMv != SignalValue.NotAvailable && deciC != SignalValue.NotAvailable;
            if (!IsKnown)
            {
                if (hasVoltage && hasCurrent)
                {
                    _startMaMs = chargeMaMs;
                    StartFromVoltage(cellMv, deciC, currentMa);
                }

                return;
            }

            float stepS = (elapsedMs > LongestStepMs ? LongestStepMs : elapsedMs) * 0.001f;
            float counted = (chargeMaMs - _startMaMs) / _capacityMaMs;
            Soc = _offset + counted;

            // A drift of the current sensor adds up linearly; as a random walk it is spread over the hour. Without a sensor anything may flow.
            float drift = CurrentErrorPerHour * stepS / 3600f;
            _variance += hasCurrent ? drift * CurrentErrorPerHour : stepS * 0.0001f;

            if (hasCurrent && hasVoltage)
            {
                float currentA = currentMa * 0.001f;
                _currentA += (currentA - _currentA) * (stepS / (CurrentFilterS + stepS));
                _slowCurrentA += (currentA - _slowCurrentA) * (stepS / (PolarisationS + stepS));
                _offset += Correction(cellMv, deciC, stepS);
            }

            if (_variance > MaxSigma * MaxSigma)
            {
                _variance = MaxSigma * MaxSigma;
            }

            // Newton's square root, one step from the last result: no double in the cycle, and the variance changes slowly.
            float last = Sigma > MinSigma ? Sigma : MinSigma;
            Sigma = 0.5f * (last + _variance / last);

            if (_offset + counted < MinSoc)
            {
                _offset = MinSoc - counted;
            }
            else if (_offset + counted > MaxSoc)
            {
                _offset = MaxSoc - counted;
            }

            Soc = _offset + counted;
        }

        private void StartFromVoltage(int cellMv, int deciC, int currentMa)
        {
            _currentA = currentMa * 0.001f;
            _curves.GoTo(0.5f, deciC);
            float ohm = _curves.ResistanceMilliohmAh / _capacityAh;
            _offset = _curves.SocOf(cellMv - _currentA * ohm, deciC);
            Soc = _offset;
            _curves.GoTo(Soc, deciC);
            float sigma = StartErrorMv / (_curves.SlopeMv > 30f ? _curves.SlopeMv : 30f);
            _variance = sigma * sigma;
            Sigma = sigma;
            IsKnown = true;
        }

        private float Correction(int cellMv, int deciC, float stepS)
        {
            _curves.GoTo(Soc, deciC);
            float milliohm = _curves.ResistanceMilliohmAh / _capacityAh;
            float dropMv = _currentA * milliohm;
            float error = cellMv - dropMv - _curves.OpenCircuitMv;
            float slope = _curves.SlopeMv;
            float modelMv = _restErrorMv + Magnitude(dropMv) * ResistanceError + Magnitude(_slowCurrentA * milliohm) * PolarisationError;

            // At least one step long, so never zero.
            float stretch = _correlationS > stepS && stepS > 0.001f ? _correlationS / stepS : 1f;
            float noise = modelMv * modelMv * stretch;
            float gain = _variance * slope / (slope * slope * _variance + noise);
            _variance *= 1f - gain * slope;
            return gain * error;
        }

        private static float Magnitude(float x)
        {
            return x < 0f ? -x : x;
        }
    }
}
