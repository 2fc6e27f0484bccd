using System.Runtime.CompilerServices;
using Bms.Core.Configuration;
using Bms.Core.Messages;

namespace Bms.Core.Estimation
{
    /// <summary>Offset of the current sensor: what it shows while all contactors are open, as no current can flow then.</summary>
    /// <remarks>
    /// Values are averaged for a second, or until the contactors close. A value beyond the limit, values that are further apart than noise, or a mean that has left the one before are a current that
    /// really flows (welded contactors, a consumer on the cells' side of them): then nothing is learnt, and what is shown counts as charge, until a second was quiet and its mean is what it was.
    /// Runs only while the contactors are open. Allocates nothing.
    /// </remarks>
    public sealed class CurrentOffset
    {
        // Fewer values say too little of their noise; more than this are not added up, so that the sum stays far from overflow.
        private const int LeastSamples = 8;
        private const int MostSamples = 1000;
        private const int QuietMs = 1000;

        // A mean of another second may differ by this part of the limit; what values of one second are apart is about three standard deviations of their noise, or more.
        private const int MovedPart = 4;
        private const float SpreadPerSigma = 3f;

        /// <summary>Mean of the values of the last second, in mA; positive where the sensor reads too much charge.</summary>
        public float MeanMa;

        /// <summary>Variance of <see cref="MeanMa"/> from the noise of its values, in mA squared.</summary>
        public float VarianceMa2;

        /// <summary>Time in which what was shown was taken for the offset and not for charge, in ms; for the caller to set back.</summary>
        public int IdleMs;

        private readonly int _limitMa;
        private int _sumMa;
        private int _samples;
        private int _lowestMa;
        private int _highestMa;
        private int _doubtMs;
        private bool _hasMean;

        /// <summary>Makes it; reads its parameter once.</summary>
        /// <param name="parameters">A valid block.</param>
        public CurrentOffset(ParameterBlock parameters)
        {
            _limitMa = parameters.Get(ParameterId.CurrentOffsetLimitMa);
        }

        /// <summary>Takes what the sensor shows in one cycle with open contactors.</summary>
        /// <param name="currentMa">Shown current, in mA, or not available.</param>
        /// <param name="isNew">False where it was shown before already.</param>
        /// <param name="elapsedMs">Time since the last cycle, in ms.</param>
        /// <returns>The current that counts as charge: 0, or what is shown where it may really flow.</returns>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Take(int currentMa, bool isNew, uint elapsedMs)
        {
            if (currentMa == SignalValue.NotAvailable)
            {
                // A sensor that starts later than the controller, or was silent, begins anew; it shows no current that would have to end first.
                _samples = 0;
                _sumMa = 0;
                return currentMa;
            }

            if (currentMa > _limitMa || currentMa < -_limitMa || _limitMa == 0)
            {
                Doubt();
                return currentMa;
            }

            if (isNew && _samples < MostSamples)
            {
                _lowestMa = _samples == 0 || currentMa < _lowestMa ? currentMa : _lowestMa;
                _highestMa = _samples == 0 || currentMa > _highestMa ? currentMa : _highestMa;
                _sumMa += currentMa;
                _samples++;
                if (_highestMa - _lowestMa > _limitMa)
                {
                    Doubt();
                    return currentMa;
                }
            }

            if (_doubtMs > 0)
            {
                _doubtMs -= (int)elapsedMs;
                return currentMa;
            }

            IdleMs += (int)elapsedMs;
            return 0;
        }

        /// <summary>Ends a second.</summary>
        /// <returns>True where <see cref="MeanMa"/> is a new offset.</returns>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public bool Finish()
        {
            if (_samples < LeastSamples || _doubtMs > 0)
            {
                return false;
            }

            float mean = (float)_sumMa / _samples;
            float moved = mean - MeanMa;
            moved = moved < 0f ? -moved : moved;
            if (_hasMean && moved * MovedPart > _limitMa)
            {
                Doubt();
                return false;
            }

            float sigma = (_highestMa - _lowestMa) / SpreadPerSigma;
            MeanMa = mean;
            VarianceMa2 = sigma * sigma / _samples;
            _hasMean = true;
            _samples = 0;
            _sumMa = 0;
            return true;
        }

        /// <summary>The contactors have closed: the next opening is another time, and the offset may be another one.</summary>
        public void Close()
        {
            _samples = 0;
            _sumMa = 0;
            _doubtMs = 0;
            _hasMean = false;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Doubt()
        {
            _samples = 0;
            _sumMa = 0;
            _doubtMs = QuietMs;
        }
    }
}
