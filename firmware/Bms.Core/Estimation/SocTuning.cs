using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>What <see cref="SocEstimator"/> believes its model and sensors to be off by: one set for curves with a slope, one for the plateau of LFP.</summary>
    /// <remarks>How each figure was found, and with which measurements in view: docs/estimation.md. Made once; nothing changes after.</remarks>
    public sealed class SocTuning
    {
        /// <summary>Fast error of the voltage model in mV: a floor, in mV.</summary>
        public readonly float FastFloorMv = 0.2f;

        /// <summary>Fast error: a part of the voltage across the resistances.</summary>
        public readonly float FastLoadPart = 0.07f;

        /// <summary>Fast error: a part of the slope of the curve.</summary>
        public readonly float FastSlopePart = 0.004f;

        /// <summary>Fast error: it forgets within this time, in s.</summary>
        public readonly float FastTauS = 200f;

        /// <summary>Slow error where the tables fit well, in mV.</summary>
        public readonly float WarmSlowMv = 2f;

        /// <summary>Slow error where they do not, in mV; also what a start begins with.</summary>
        public readonly float SlowMv = 4f;

        /// <summary>Slow error: a part of what the tables were off by.</summary>
        public readonly float SlowErrorPart = 0.17f;

        /// <summary>Slow error: a part of the slow polarisation.</summary>
        public readonly float SlowLoadPart = 0.03f;

        /// <summary>Slow error where the tables fit well: nearly nothing of it but the offset of the voltage sensor, which stays. In s.</summary>
        public readonly float WarmSlowTauS = 30000f;

        /// <summary>Slow error where they do not: mostly the model's own, which changes as the charge does. In s.</summary>
        public readonly float SlowTauS = 1000f;

        /// <summary>Noise of one step: a floor, in mV.</summary>
        public readonly float NoiseMv = 10f;

        /// <summary>Noise: a part of the voltage across the resistances.</summary>
        public readonly float NoiseLoadPart = 1f;

        /// <summary>Noise: a multiple of what the series resistance makes of the change of current.</summary>
        public readonly float NoiseChangePart = 2.5f;

        /// <summary>A start: what resistances differ from the tables by, as a part.</summary>
        public readonly float ResistanceSigma = 0.3f;

        /// <summary>Drift of the offset of the current sensor in an hour, as a fraction of capacity in an hour.</summary>
        public readonly float BiasDrift = 0.0005f;

        /// <summary>Where the offset of the current sensor was measured, the noise of a voltage grows by this over the variance of that offset: what the tables have wrong is not white, and charge that is counted well needs no long series of voltages.</summary>
        public readonly float CountedNoise = 0.0056f;

        /// <summary>So much of the squared variance of the state of charge counts beside that of the offset: who does not know where he is needs the voltage all the same.</summary>
        public readonly float CountedDoubtPart = 5f;

        /// <summary>A stored state of charge beside a start from the voltage: the part of the doubt about that start which counts.</summary>
        public readonly float StoredDoubtPart = 0f;

        /// <summary>Variance that the gain of the current sensor adds for each whole capacity that flows: 1 % of it.</summary>
        public readonly float GainVariance = 0.0001f;

        /// <summary>Variance of the state of charge that an open, resting pack adds in each second: 1.7 % after an hour, so that the relaxed voltage goes on correcting it. None on a plateau, where nothing is more certain than that no current flows.</summary>
        public readonly float RestVariance = 0.0003f / 3600f;

        /// <summary>A start at full: the part that is left of the slow polarisation which a current of one capacity an hour leaves.</summary>
        public readonly float FullSlowPart = 0.005f;

        /// <summary>A start after a long rest: the part that is left of it.</summary>
        public readonly float RestedSlowPart = 0.03f;

        /// <summary>Under this voltage across the resistances, in mV, a start at the top of the curve is a full cell.</summary>
        public readonly float FullLoadMv = 1000f;

        /// <summary>So long as more than this is in doubt after a start under way, the slow error is taken for polarisation.</summary>
        public readonly float UnsettledDoubt = 0.02f;

        /// <summary>Picks the set of a chemistry.</summary>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public SocTuning(int chemistry)
        {
            if (chemistry != Chemistry.Lfp)
            {
                return;
            }

            // On a plateau an offset of the voltage that came and went would be a hundred times the charge that it hides, so that offset and bias are held for constants, and a voltage counts less.
            FastFloorMv = 0.7f;
            FastLoadPart = 0.3f;
            FastSlopePart = 0.0003f;
            FastTauS = 70f;
            WarmSlowMv = 3f;
            SlowMv = 8f;
            SlowErrorPart = 0f;
            SlowLoadPart = 0.015f;
            WarmSlowTauS = 1000000f;
            SlowTauS = 1000000f;
            NoiseMv = 150f;
            NoiseLoadPart = 2f;
            NoiseChangePart = 50f;
            ResistanceSigma = 0.05f;
            BiasDrift = 0.0005f;
            CountedNoise = 0.00225f;
            CountedDoubtPart = 0.02f;
            StoredDoubtPart = 1f;
            GainVariance = 0.00075f;
            RestVariance = 0f;
            FullSlowPart = 0f;
            RestedSlowPart = 0f;
            FullLoadMv = 10f;
            UnsettledDoubt = 0.12f;
        }
    }
}
