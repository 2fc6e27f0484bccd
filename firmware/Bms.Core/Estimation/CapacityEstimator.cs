using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>Capacity, from charge counted between two moments at which the state of charge is known without counting: full, empty, long at rest.</summary>
    /// <remarks>
    /// Recursive total least squares with fading memory (G. Plett, J. Power Sources 196 (2011) 2319; vol. 2, chapter 4): both the change of the state of charge and the charge have errors, so that
    /// an ordinary regression would read too low. Full: the highest cell stands at its charging voltage while the current has tapered off. Empty: the lowest cell stands at its discharging voltage,
    /// and not only because of the load. The estimator of the state of charge takes no part, as it believes in the capacity already.
    /// </remarks>
    public sealed class CapacityEstimator
    {
        private const int FullMarginMv = 12;
        private const float FullCurrentPart = 0.07f;
        private const float TaperS = 60f;
        private const float AnchorSigma = 0.007f;
        private const float RestSigmaLimit = 0.02f;
        private const float RestMv = 6f;
        private const float RestCurrentPart = 0.02f;
        private const float RestS = 3600f;
        private const float LeastChange = 0.4f;
        private const float GainSigma = 0.005f;
        private const float OffsetPerHour = 0.003f;
        private const float Fading = 0.4f;
        private const float StartSigma = 0.1f;
        private const float RecoverySigma = 0.01f;
        private const float LowSoc = 0.1f;
        private const float EmptySoc = 0.02f;

        /// <summary>Capacity, in mAh.</summary>
        public float CapacityMah;

        /// <summary>One standard deviation of it, in mAh.</summary>
        public float SigmaMah;

        /// <summary>Cells that learn from the same moments; null for none.</summary>
        public CellDeltas Cells;

        /// <summary>Pairs of known moments taken so far.</summary>
        public int Pairs;

        private readonly float _ratedMah;
        private readonly int _fullMv;
        private readonly int _emptyMv;
        private readonly CellCurves _curves;
        private bool _hasAnchor;
        private float _anchorSoc;
        private float _anchorSigma;
        private long _anchorMaMs;
        private float _sinceAnchorS;
        private float _restS;
        private float _taperS;
        private bool _isAtEnd;
        private float _endSoc;
        private long _endMaMs;
        private float _xx;
        private float _xy;
        private float _yy;

        /// <summary>Makes an estimator that believes the rated capacity to a tenth.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="curves">Tables of the cell; its own, as it goes to other places than the estimator of the state of charge.</param>
        public CapacityEstimator(ParameterBlock parameters, CellCurves curves)
        {
            _curves = curves;
            _ratedMah = parameters.Get(ParameterId.CapacityMah);
            _fullMv = parameters.Get(ParameterId.ChargeStopMv);
            _emptyMv = parameters.Get(ParameterId.DischargeStopMv);
            StartFrom(_ratedMah, StartSigma * _ratedMah);
        }

        /// <summary>Takes a stored capacity.</summary>
        /// <param name="capacityMah">Capacity, in mAh, above zero.</param>
        /// <param name="sigmaMah">One standard deviation of it, in mAh, above zero.</param>
        public void StartFrom(float capacityMah, float sigmaMah)
        {
            CapacityMah = capacityMah;
            SigmaMah = sigmaMah;

            // What is known counts as one pair of that accuracy, and not all of it: a cell that has stood for days gives up to 5 % more than when it stopped (CALCE CS2-35).
            float q = capacityMah / _ratedMah;
            float sigma = sigmaMah / _ratedMah;
            float weight = 1f / (sigma * sigma + RecoverySigma * RecoverySigma);
            _xx = weight;
            _xy = weight * q;
            _yy = weight * q * q;
        }

        /// <summary>Looks at one second.</summary>
        /// <param name="lowestMv">Lowest cell voltage, in mV.</param>
        /// <param name="highestMv">Highest cell voltage, in mV.</param>
        /// <param name="meanMa">Mean current, in mA.</param>
        /// <param name="loadMv">Voltage across resistances and polarisations, in mV; positive while charging.</param>
        /// <param name="hysteresisMv">Voltage of the hysteresis where the estimator of the state of charge is, in mV; positive after a charge.</param>
        /// <param name="deciC">Temperature, in 0.1 degC.</param>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms.</param>
        /// <param name="stepS">Time since the last call, in s.</param>
        /// <returns>True where the capacity has changed.</returns>
        public bool Update(int lowestMv, int highestMv, float meanMa, float loadMv, float hysteresisMv, int deciC, long chargeMaMs, float stepS)
        {
            _sinceAnchorS += stepS;
            float current = meanMa < 0f ? -meanMa : meanMa;
            _restS = current < RestCurrentPart * _ratedMah * 0.1f ? _restS + stepS : 0f;

            // A charge that pauses stands as high for moments, with the offset of the sensor for a current.
            _taperS = meanMa > 0f && current < FullCurrentPart * _ratedMah && highestMv >= _fullMv - FullMarginMv ? _taperS + stepS : 0f;
            bool isFull = _taperS >= TaperS;
            bool isEmpty = meanMa < 0f && lowestMv <= _emptyMv + FullMarginMv && IsEmptyWithoutLoad(lowestMv, meanMa, deciC);
            if (isFull || isEmpty)
            {
                // An end lasts; its last moment counts.
                _isAtEnd = true;
                _endSoc = isFull ? 1f : 0f;
                _endMaMs = chargeMaMs;
                return false;
            }

            if (_isAtEnd)
            {
                _isAtEnd = false;
                return Anchor(_endSoc, AnchorSigma, _endMaMs);
            }

            if (_restS >= RestS)
            {
                _restS = 0f;
                float mv = (lowestMv + highestMv) * 0.5f - hysteresisMv - loadMv;
                float soc = _curves.SocOf(mv, deciC);
                _curves.GoTo(soc, deciC, false);
                float sigma = (RestMv + (loadMv < 0f ? -loadMv : loadMv)) / (_curves.SlopeMv > 50f ? _curves.SlopeMv : 50f);
                if (sigma < RestSigmaLimit)
                {
                    return Anchor(soc, sigma, chargeMaMs);
                }
            }

            return false;
        }

        // By the resistance at a tenth of the charge: nearer to empty it rises without limit, and who asks there never finds a cell empty. No polarisation is waited for, so that a short pulse empties none.
        private bool IsEmptyWithoutLoad(int lowestMv, float meanMa, int deciC)
        {
            _curves.GoTo(LowSoc, deciC, false);
            float drop = meanMa / _ratedMah * (_curves.SeriesMilliohmAh + _curves.FastMilliohmAh + _curves.SlowMilliohmAh);
            return lowestMv - drop <= _curves.OcvOf(EmptySoc);
        }

        private bool Anchor(float soc, float sigma, long chargeMaMs)
        {
            if (Cells != null)
            {
                Cells.Capacities.NoteAnchor(soc, Cells.Variance);
            }

            float change = soc - _anchorSoc;
            float x = change < 0f ? -change : change;
            bool taken = false;
            if (_hasAnchor && x >= LeastChange)
            {
                float moved = (chargeMaMs - _anchorMaMs) / 3600000f / _ratedMah;
                float y = moved < 0f ? -moved : moved;

                // Charge that went the other way is a reset of the counter, not a cell.
                if ((moved < 0f) == (change < 0f) && y > 0.1f * x && y < 2f * x)
                {
                    Learn(x, y, sigma * sigma + _anchorSigma * _anchorSigma);
                    taken = true;
                }
            }

            // A state in between is kept until a far one comes.
            if (!_hasAnchor || taken || x < LeastChange || soc >= 1f || soc <= 0f)
            {
                _hasAnchor = true;
                _anchorSoc = soc;
                _anchorSigma = sigma;
                _anchorMaMs = chargeMaMs;
                _sinceAnchorS = 0f;
            }

            return taken;
        }

        private void Learn(float x, float y, float socVariance)
        {
            float drift = OffsetPerHour * _sinceAnchorS / 3600f;
            float chargeVariance = GainSigma * y * GainSigma * y + drift * drift;
            float weight = 1f / socVariance;
            _xx = Fading * _xx + weight * x * x;
            _xy = Fading * _xy + weight * x * y;
            _yy = Fading * _yy + weight * y * y;

            // Minimum of sum (y - q x)^2 / (q^2 sx^2 + sy^2) for a constant ratio r = sy^2 / sx^2: q^2 xy + q (r xx - yy) - r xy = 0.
            float ratio = chargeVariance * weight;
            // Newton from yy / xy, which is never below the root: from there it falls onto it and cannot miss it.
            float b = ratio * _xx - _yy;
            float q = _xy > 0.0001f ? _yy / _xy : CapacityMah / _ratedMah;
            for (int i = 0; i < 6 && _xy > 0.0001f; i++)
            {
                q -= (q * (q * _xy + b) - ratio * _xy) / (2f * q * _xy + b);
            }

            q = q < 0.2f ? 0.2f : q > 1.5f ? 1.5f : q;
            CapacityMah = q * _ratedMah;
            float variance = (q * q + ratio) / (_xx > 1f ? _xx : 1f);
            float sigma = 0.01f;
            for (int i = 0; i < 6; i++)
            {
                sigma = 0.5f * (sigma + variance / sigma);
            }

            SigmaMah = sigma * _ratedMah;
            Pairs++;
        }
    }
}
