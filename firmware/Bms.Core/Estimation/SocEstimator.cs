using System.Runtime.CompilerServices;
using Bms.Core.Configuration;

namespace Bms.Core.Estimation
{
    /// <summary>State of charge of one cell with its polarisation, the offset of the current sensor and its own resistance: an extended Kalman filter around counted charge.</summary>
    /// <remarks>
    /// Method: G. Plett, Battery Management Systems vol. 2 (2015), chapters 3 and 4, with the model of <see cref="CellCurves"/>: open-circuit voltage, hysteresis, series resistance, two polarisations.
    /// Five states: state of charge; an error of the voltage that lasts minutes (fast, what the tables have wrong under load); one that lasts an hour (slow, polarisation from before the start,
    /// offset of the voltage sensor); offset of the current sensor, as a fraction of capacity in an hour; and what the cell's resistances differ from the tables by.
    /// Equations, tuning and limits: docs/estimation.md. One step of about a second comes in four parts (<see cref="Latch"/>, <see cref="Predict"/>, <see cref="Look"/>,
    /// <see cref="Correct"/>), so that the caller can spread it over cycles; <see cref="Update"/> does all four. Nothing here allocates; only + - * / and comparisons of floats.
    /// </remarks>
    public sealed class SocEstimator
    {
        // LFP: what the hysteresis may be off by, as a part of its half width; in the cold what the model has wrong lasts longer, as the resistance grows beyond this many milliohm Ah.
        private const float HysteresisPart = 0.2f;
        private const float LfpWarmSeries = 28f;

        // LFP cells of another make have their steps elsewhere: this much in mV, seen over the slope with a least one in mV.
        private const float LfpTableMv = 14f;
        private const float LfpLeastSlopeMv = 50f;

        // Offset of the current sensor (fraction of capacity in an hour: 50 mA for 3 Ah is 0.017).
        private const float BiasSigma = 0.0106f;

        // What is not known of a measured one: rounding of the sensor, another temperature under load. What a stored one may have moved by since.
        private const float LeastBiasVariance = 0.0007f * 0.0007f;
        private const float RecalledBiasVariance = 0.003f * 0.003f;

        // A measured offset that is off by more than this many variances is another one, and says nothing about what was counted before.
        private const float OtherBias = 9f;

        // Charge says little where the capacity is not known: this part of its squared variance counts beside that of the offset (1 % is next to nothing, 10 % nearly all).
        private const float CountedCapacityPart = 30f;
        private const float RecalledResistanceSigma = 0.2f;

        // From the one to the other the tables go from fitting well to not, in mV of what they were off by.
        private const float WarmErrorMv = 12f;
        private const float ColdErrorMv = 20f;

        // An innovation beyond this many variances counts with a noise that makes it as many (P. Huber, Ann. Math. Stat. 35 (1964) 73, with his 1.345 standard deviations): no single voltage may throw the estimate.
        private const float InnovationLimit = 1.8f;

        // Start from the voltage: a part of the voltage across the resistances, and of the slow polarisation that a current of one capacity an hour would leave; the least that is not known then.
        private const float StartLoadPart = 0.3f;
        private const float StartSlowPart = 0.15f;
        private const float StoredSlowPart = 0.05f;
        private const float StartFloorMv = 5f;
        private const float StartLeastSigma = 0.01f;
        private const float StartVariance = 0.0001f;

        // What is left of it after a rest falls with this time constant; from an hour on it is as good as gone.
        private const float RestTauS = 1200f;
        private const float LongRestS = 3600f;

        // A cell that stands at its full voltage, almost without a load, is full.
        private const float FullLeastSigma = 0.004f;
        private const float FullVariance = 0.00002f;
        private const float FullSoc = 0.97f;

        // The error of the voltage and that of the state of charge are one and the same at the start, but the curve is not straight: this part of it.
        private const float StartCommonPart = 0.8f;

        // Widest range that a slope is taken over.
        private const float LongestReach = 0.15f;

        // After a start under way what the slow error holds is polarisation, which goes within an hour.
        private const float UnsettledTauS = 3000f;

        // What no filter sees: the tables are known to this part of the capacity, and worse where the slow polarisation is large (the cold), per milliohm Ah of it.
        private const float TableSigma = 0.012f;
        private const float TableSigmaPerSlow = 0.00003f;

        // After a start from the voltage under way: what flowed before shows in the voltage for an hour or two, and the filter would believe it too soon.
        private const float DoubtMv = 30f;
        private const float DoubtSlowPart = 0.5f;
        private const float DoubtTauS = 4000f;

        // Near the full end and almost without a load, the voltage may raise the state of charge to full and no further: the rest of it is relaxation, and no offset of the current sensor either.
        private const float HeadSoc = 0.9f;
        private const float HeadLoadMv = 50f;

        private const float MinSoc = -0.02f;
        private const float MaxSigma = 0.5f;
        private const float LongestStepS = 600f;

        /// <summary>State of charge, 0..1 for the whole capacity; may lie slightly below 0.</summary>
        public float Soc;

        /// <summary>One standard deviation of <see cref="Soc"/>.</summary>
        public float Sigma;

        /// <summary>True once there is a state of charge.</summary>
        public bool IsKnown;

        /// <summary>Offset of the current sensor, as a fraction of capacity in an hour; positive where it reads too much charge.</summary>
        public float Bias;

        /// <summary>What the cell's resistances differ from the tables by, as a fraction: 0.1 is 10 % more.</summary>
        public float ResistanceError;

        /// <summary>Error of the voltage model that lasts minutes, in mV.</summary>
        public float FastErrorMv;

        /// <summary>Error of the voltage model that lasts an hour, in mV.</summary>
        public float SlowErrorMv;

        /// <summary>Current through the fast polarisation, in A.</summary>
        public float FastA;

        /// <summary>Current through the slow polarisation, in A.</summary>
        public float SlowA;

        /// <summary>State of the hysteresis, -1 (discharged into) to 1 (charged into).</summary>
        public float Hysteresis;

        /// <summary>Voltage across resistances and polarisations of the last step, as the tables have it, in mV; positive while charging.</summary>
        public float LoadMv;

        /// <summary>Part of the step, in s, in which nothing was counted because the contactors were open; set before <see cref="Latch"/>.</summary>
        public float IdleS;

        /// <summary>Variance of the capacity over its square; a tenth of it is not known where nobody has told.</summary>
        public float CapacityVariance = 0.01f;

        private readonly CellCurves _curves;
        private readonly SocTuning _tuning;
        private readonly bool _isLfp;
        private bool _knowsHysteresis;
        private float _recalledHysteresis;
        private float _capacityAh;
        private float _capacityMaMs;

        // State of charge = offset + counted charge / capacity. The charge stays an integer, as a float would lose the small steps.
        private float _offset;
        private long _startMaMs;

        // Latched for one step.
        private float _mv;
        private float _a;
        private float _stepS;
        private int _deciC = 250;
        private long _chargeMaMs;
        private bool _hasVoltage;
        private bool _hasCurrent;
        private float _slopeMv;
        private float _fallenSeries;
        private float _fallenFast;
        private float _lastA;
        private bool _fresh;
        private float _fastSigmaMv;
        private float _slowFloorMv;
        private float _slowTauS;
        private float _doubt;

        // Variance of the bias as measured with open contactors, with its drift since; 0 where it was not.
        private float _openVariance;

        // Covariance, upper half: state of charge, fast error, bias, resistance, slow error.
        private float _p00;
        private float _p01;
        private float _p02;
        private float _p03;
        private float _p04;
        private float _p11;
        private float _p12;
        private float _p13;
        private float _p14;
        private float _p22;
        private float _p23;
        private float _p24;
        private float _p33;
        private float _p34;
        private float _p44;

        /// <summary>Makes an estimator that knows nothing yet.</summary>
        /// <param name="capacityMah">Capacity, in mAh; above zero.</param>
        /// <param name="curves">Tables of the cell.</param>
        /// <param name="chemistry">One of <see cref="Chemistry"/>.</param>
        public SocEstimator(int capacityMah, CellCurves curves, int chemistry)
        {
            _curves = curves;
            _tuning = new SocTuning(chemistry);
            _isLfp = chemistry == Chemistry.Lfp;
            SetCapacity(capacityMah);
        }

        /// <summary>Capacity that it counts with, in Ah.</summary>
        public float CapacityAh
        {
            get { return _capacityAh; }
        }

        /// <summary>Variance of <see cref="ResistanceError"/>.</summary>
        public float ResistanceVariance
        {
            get { return _p33; }
        }

        /// <summary>Variance of <see cref="Bias"/>.</summary>
        public float BiasVariance
        {
            get { return _p22; }
        }

        /// <summary>One standard deviation of <see cref="Bias"/>.</summary>
        public float BiasDeviation
        {
            get { return Root(_p22, 0.003f); }
        }

        /// <summary>Takes the offset of the current sensor as it was measured while no current flowed.</summary>
        /// <param name="bias">Offset, as a fraction of capacity in an hour.</param>
        /// <param name="variance">Variance of it from the noise of the sensor.</param>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void TakeBias(float bias, float variance)
        {
            variance += LeastBiasVariance;
            float error = bias - Bias;
            if (error * error > OtherBias * (_p22 + variance))
            {
                _p22 = error * error;
                _p02 = 0f;
                _p12 = 0f;
                _p23 = 0f;
                _p24 = 0f;
            }

            Apply(_p02, _p12, _p22, _p23, _p24, error, 1f / (_p22 + variance));

            // Each second measures the same offset: what one hides the others hide too.
            _p22 = _p22 < LeastBiasVariance ? LeastBiasVariance : _p22;
            _openVariance = _p22;
            Limit();
        }

        /// <summary>Takes a state of charge from elsewhere, such as one that was stored, for a measurement.</summary>
        /// <param name="soc">State of charge, 0..1.</param>
        /// <param name="sigma">One standard deviation of it, above zero.</param>
        public void Take(float soc, float sigma)
        {
            _p00 += _tuning.StoredDoubtPart * _doubt * _doubt;
            Apply(_p00, _p01, _p02, _p03, _p04, soc - Soc, 1f / (_p00 + sigma * sigma));
            _doubt = _doubt < sigma ? _doubt : sigma;
            Limit();
        }

        /// <summary>Takes what was learnt in an earlier run.</summary>
        /// <param name="bias">Offset of the current sensor, as a fraction of capacity in an hour.</param>
        /// <param name="biasSigma">One standard deviation of it.</param>
        /// <param name="resistanceError">As <see cref="ResistanceError"/>.</param>
        public void Recall(float bias, float biasSigma, float resistanceError)
        {
            Bias = bias;
            float variance = biasSigma * biasSigma + RecalledBiasVariance;
            _p22 = variance < BiasSigma * BiasSigma ? variance : BiasSigma * BiasSigma;
            ResistanceError = resistanceError;
            _p33 = RecalledResistanceSigma * RecalledResistanceSigma;
            Limit();
        }

        /// <summary>Takes the state of the hysteresis from an earlier run: it does not relax. Before the start from the voltage; only the wide hysteresis of LFP is worth it.</summary>
        /// <param name="hysteresis">As <see cref="Hysteresis"/>.</param>
        public void RecallHysteresis(float hysteresis)
        {
            _recalledHysteresis = hysteresis < -1f ? -1f : hysteresis > 1f ? 1f : hysteresis;
            _knowsHysteresis = _isLfp;
        }

        /// <summary>Takes a new capacity; the state of charge stays where it is.</summary>
        /// <param name="capacityMah">Capacity, in mAh; above zero.</param>
        public void SetCapacity(float capacityMah)
        {
            _offset = Soc;
            _startMaMs = _chargeMaMs;
            _capacityAh = capacityMah * 0.001f;
            _capacityMaMs = capacityMah * 3600000f;
        }

        /// <summary>Starts from a stored state of charge.</summary>
        /// <param name="soc">0..1; beyond that it is clamped.</param>
        /// <param name="sigma">One standard deviation of it, above zero.</param>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms: it is part of the stored state of charge already.</param>
        public void StartFrom(float soc, float sigma, long chargeMaMs)
        {
            Begin(soc < 0f ? 0f : soc > 1f ? 1f : soc, chargeMaMs);
            _p00 = sigma * sigma;
            Sigma = sigma;
            _curves.GoTo(Soc, _deciC, false);
            float slow = StoredSlowPart * _curves.SlowMilliohmAh;
            _p44 = _tuning.SlowMv * _tuning.SlowMv + slow * slow;
            _fresh = true;
        }

        /// <summary>Starts from the voltage: nothing is known of what flowed before.</summary>
        /// <param name="mv">Cell voltage, in mV.</param>
        /// <param name="ma">Current, in mA.</param>
        /// <param name="deciC">Cell temperature, in 0.1 degC.</param>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms.</param>
        /// <param name="restS">How long the cell has rested at least, in s; 0 where that is not known.</param>
        /// <param name="isWhole">True where it has rested no longer: what is left of a load then shows in the voltage, as large as a load may leave it.</param>
        public void StartFromVoltage(float mv, float ma, int deciC, long chargeMaMs, float restS, bool isWhole)
        {
            float a = ma * 0.001f;
            bool charging = a > 0f;

            // Half of the fast polarisation, as the current may have begun just now or long ago.
            float rate = a / _capacityAh;
            float soc = 0.5f;
            float load = 0f;
            float turned = _knowsHysteresis ? _recalledHysteresis : 0f;
            for (int round = 0; round < 2; round++)
            {
                _curves.GoTo(soc, deciC, charging);
                _curves.GoToTemperature();
                load = rate * (CellCurves.Fallen(_curves.SeriesMilliohmAh, rate, _curves.SeriesHalfRate) + 0.5f * CellCurves.Fallen(_curves.FastMilliohmAh, rate, _curves.FastHalfRate));
                soc = _curves.SocOf(mv - load - turned * _curves.HysteresisMv, deciC);
            }

            Begin(soc, chargeMaMs);
            Hysteresis = _knowsHysteresis ? turned : Hysteresis;
            _deciC = deciC;
            _curves.GoTo(soc, deciC, charging);
            FastA = 0.5f * a;
            LoadMv = load;
            _lastA = a;

            // The voltage is the only witness: its error and that of the state of charge are one and the same, seen over the slope of the curve there.
            float magnitude = Magnitude(load);
            bool isFull = soc >= FullSoc && magnitude < _tuning.FullLoadMv;
            bool isCalm = isFull && magnitude < HeadLoadMv;
            float fast = StartLoadPart * magnitude;

            // Of exp(-rest / tau) the first terms below the line: never less than it.
            float rest = restS > 0f ? restS / RestTauS : 0f;
            float left = 1f / (1f + rest * (1f + rest * (0.5f + rest * (1f / 6f))));
            bool isQuiet = restS >= LongRestS || isFull;
            float slowPart = isWhole ? left : StartSlowPart * left;
            float leastPart = isFull ? _tuning.FullSlowPart : _tuning.RestedSlowPart;
            slowPart = isQuiet || slowPart < leastPart ? leastPart : slowPart;
            float slow = slowPart * _curves.SlowMilliohmAh;
            if (isWhole && !isQuiet)
            {
                fast += left * _curves.FastMilliohmAh;
            }

            float hysteresis = _isLfp ? (_knowsHysteresis ? HysteresisPart : 1f) * _curves.HysteresisMv : 0f;
            _p11 = StartFloorMv * StartFloorMv + fast * fast + hysteresis * hysteresis;
            _p44 = _tuning.SlowMv * _tuning.SlowMv + slow * slow;
            float errorMv = Root(_p11 + _p44, 30f);
            float stillMv = mv - load - turned * _curves.HysteresisMv;
            float low = soc - _curves.SocOf(stillMv - errorMv, deciC);
            float high = _curves.SocOf(stillMv + errorMv, deciC) - soc;
            float sigma = low > high ? low : high;
            float least = isCalm ? FullLeastSigma : StartLeastSigma;
            sigma = sigma < least ? least : sigma > MaxSigma ? MaxSigma : sigma;
            _p00 = sigma * sigma + (isCalm ? FullVariance : StartVariance);

            // Within the reach of the next look the curve may be flatter than at the far end of what is in doubt: what both have in common must not move the state of charge the wrong way.
            float seen = SlopeAround(soc, sigma) * sigma / errorMv;
            float common = (seen < 1f ? seen : 1f) * StartCommonPart * sigma / errorMv;
            _p01 = -_p11 * common;
            _p04 = -_p44 * common;

            // A cell at its full voltage was charged to there and has little to hide.
            if (restS < LongRestS && !isCalm)
            {
                _doubt = sigma * (DoubtMv + DoubtSlowPart * _curves.SlowMilliohmAh) / errorMv;
                _doubt = left * (_doubt > 0.3f ? 0.3f : _doubt);
            }

            Sigma = Root(_p00 + _doubt * _doubt, sigma);
        }

        /// <summary>Starts from a voltage of some minutes ago anew, as more is known of the rest before it; what has polarised the cell since stays. <see cref="Count"/> then adds the charge.</summary>
        /// <param name="mv">Cell voltage at the start, in mV.</param>
        /// <param name="ma">Current at the start, in mA.</param>
        /// <param name="deciC">Cell temperature at the start, in 0.1 degC.</param>
        /// <param name="chargeMaMs">Charge counted until the start, in mA ms.</param>
        /// <param name="restS">How long the cell had rested then at least, in s.</param>
        /// <param name="isWhole">True where it had rested no longer.</param>
        public void StartAgain(float mv, float ma, int deciC, long chargeMaMs, float restS, bool isWhole)
        {
            float fastA = FastA;
            float slowA = SlowA;
            float hysteresis = Hysteresis;
            float loadMv = LoadMv;
            float lastA = _lastA;
            StartFromVoltage(mv, ma, deciC, chargeMaMs, restS, isWhole);
            FastA = fastA;
            SlowA = slowA;
            Hysteresis = hysteresis;
            LoadMv = loadMv;
            _lastA = lastA;
        }

        /// <summary>One step in a single call: <see cref="Latch"/>, <see cref="Predict"/>, <see cref="Look"/> and <see cref="Correct"/>.</summary>
        /// <param name="mv">Mean cell voltage since the last step, in mV.</param>
        /// <param name="ma">Mean current since the last step, in mA; positive charges.</param>
        /// <param name="deciC">Cell temperature, in 0.1 degC.</param>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms.</param>
        /// <param name="stepS">Time since the last step, in s.</param>
        public void Update(float mv, float ma, int deciC, long chargeMaMs, float stepS)
        {
            Latch(mv, ma, deciC, chargeMaMs, stepS, true, true);
            Predict();
            Look();
            Correct();
        }

        /// <summary>Takes what was measured since the last step.</summary>
        /// <param name="mv">Mean cell voltage, in mV.</param>
        /// <param name="ma">Mean current, in mA; positive charges.</param>
        /// <param name="deciC">Cell temperature, in 0.1 degC.</param>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms.</param>
        /// <param name="stepS">Time since the last step, in s.</param>
        /// <param name="hasVoltage">False where voltage or temperature were missing: nothing is corrected.</param>
        /// <param name="hasCurrent">False where the current was missing: the uncertainty grows instead.</param>
        public void Latch(float mv, float ma, int deciC, long chargeMaMs, float stepS, bool hasVoltage, bool hasCurrent)
        {
            _mv = mv;
            _a = hasCurrent ? ma * 0.001f : 0f;
            _chargeMaMs = chargeMaMs;
            _stepS = stepS > LongestStepS ? LongestStepS : stepS;
            _hasVoltage = hasVoltage && hasCurrent;
            _hasCurrent = hasCurrent;
            if (hasVoltage)
            {
                _deciC = deciC;
            }
        }

        /// <summary>Adds the charge that was counted meanwhile, without a correction.</summary>
        /// <param name="chargeMaMs">Charge counted until now, in mA ms.</param>
        public void Count(long chargeMaMs)
        {
            Soc = _offset + (chargeMaMs - _startMaMs) / _capacityMaMs;
        }

        /// <summary>Brings the states to the time of the latched step.</summary>
        public void Predict()
        {
            float step = _stepS;
            float hours = step / 3600f;

            // What is not counted has no offset in it.
            float k = (step - IdleS) / 3600f;
            k = k < 0f ? 0f : k;
            _offset -= k * Bias;
            Count(_chargeMaMs);
            float a = _a;

            // 1 - exp(-step / tau) as step / (tau + step / 2), which is right to a few per mille for the steps here and never above 1 after the clamp.
            FastA += (a - FastA) * Share(step, _curves.FastTauS);
            SlowA += (a - SlowA) * Share(step, _curves.SlowTauS);
            float moved = a * hours / _capacityAh;
            float distance = moved < 0f ? -moved : moved;
            if (moved != 0f)
            {
                float turned = Share(distance * _curves.HysteresisRate, 1f);
                Hysteresis += ((moved > 0f ? 1f : -1f) - Hysteresis) * turned;
            }

            float slowMv = Magnitude(_curves.SlowMilliohmAh * SlowA / _capacityAh);
            float slowSigma = _slowFloorMv + _tuning.SlowLoadPart * slowMv;
            float fastSigma = _fastSigmaMv;
            float fastLoss = Share(step, _isLfp ? LfpFastTauS() : _tuning.FastTauS);
            float slowLoss = Share(step, _doubt > _tuning.UnsettledDoubt ? UnsettledTauS : _slowTauS);
            float fast = 1f - fastLoss;
            float slow = 1f - slowLoss;
            FastErrorMv *= fast;
            SlowErrorMv *= slow;

            _doubt -= _doubt * Share(step, DoubtTauS);
            _p00 += k * (k * _p22 - 2f * _p02) + _tuning.GainVariance * distance + _tuning.RestVariance * IdleS + 1e-11f * step + (_hasCurrent ? 0f : 0.0001f * step);
            _p01 = fast * (_p01 - k * _p12);
            _p03 -= k * _p23;
            _p04 = slow * (_p04 - k * _p24);
            _p02 -= k * _p22;
            _p11 = fast * fast * _p11 + fastLoss * (2f - fastLoss) * fastSigma * fastSigma;
            _p12 *= fast;
            _p13 *= fast;
            _p14 *= fast * slow;
            float drift = _tuning.BiasDrift;
            drift = drift * drift * hours;
            _p22 += drift;
            _openVariance += _openVariance > 0f ? drift : 0f;
            _p24 *= slow;
            _p34 *= slow;
            _p44 = slow * slow * _p44 + slowLoss * (2f - slowLoss) * slowSigma * slowSigma;
        }

        /// <summary>Looks up the tables for the state of charge that was predicted.</summary>
        public void Look()
        {
            CellCurves curves = _curves;
            float soc = Soc;
            curves.GoTo(soc, _deciC, _a > 0f);
            _slopeMv = curves.SlopeMv;
            curves.GoToTemperature();

            // As CellCurves.Fallen, with both sides times the capacity and no call.
            float current = _a < 0f ? -_a : _a;
            float half = curves.SeriesHalfRate * _capacityAh;
            _fallenSeries = curves.SeriesMilliohmAh * half / (half + current);
            current = FastA < 0f ? -FastA : FastA;
            half = curves.FastHalfRate * _capacityAh;
            _fallenFast = curves.FastMilliohmAh * half / (half + current);

            // While little is known the slope is that over the whole range in question: a tangent on a plateau would lead far off.
            float sigma = Root(_p00, Sigma);
            if (sigma > 0.02f)
            {
                _slopeMv = SlopeAround(soc, sigma);
            }
        }

        /// <summary>Corrects the states by the latched voltage.</summary>
        public void Correct()
        {
            CellCurves curves = _curves;
            float perAh = 1f / _capacityAh;
            float a = _a;
            float load = (_fallenSeries * a + _fallenFast * FastA + curves.SlowMilliohmAh * SlowA) * perAh;
            LoadMv = load;
            float magnitude = load < 0f ? -load : load;
            float cold = (curves.ErrorMv - WarmErrorMv) / (ColdErrorMv - WarmErrorMv);
            cold = cold < 0f ? 0f : cold > 1f ? 1f : cold;
            SocTuning tuning = _tuning;
            _slowFloorMv = _isLfp ? tuning.WarmSlowMv : tuning.WarmSlowMv + cold * (tuning.SlowMv - tuning.WarmSlowMv) + tuning.SlowErrorPart * curves.ErrorMv;
            _slowTauS = tuning.WarmSlowTauS + cold * (tuning.SlowTauS - tuning.WarmSlowTauS);
            float fastSigma = tuning.FastFloorMv + tuning.FastLoadPart * magnitude + tuning.FastSlopePart * curves.SlopeMv;
            float hysteresisMv = curves.HysteresisMv;
            if (_isLfp)
            {
                fastSigma += HysteresisPart * hysteresisMv;
            }

            _fastSigmaMv = fastSigma;
            if (_fresh)
            {
                _fresh = false;
                _lastA = a;
                _p11 += StartLoadPart * load * StartLoadPart * load;
            }

            float change = Magnitude(a - _lastA) * tuning.NoiseChangePart * curves.SeriesMilliohmAh * perAh;
            _lastA = a;
            if (_hasVoltage)
            {
                float noise = tuning.NoiseMv * tuning.NoiseMv + change * change + tuning.NoiseLoadPart * load * tuning.NoiseLoadPart * load;
                if (_openVariance > 0f)
                {
                    float unknown = _p00 + _doubt * _doubt;
                    noise *= 1f + tuning.CountedNoise / (_openVariance + tuning.CountedDoubtPart * unknown * unknown + CountedCapacityPart * CapacityVariance * CapacityVariance);
                }

                float error = _mv - (curves.OpenCircuitMv + hysteresisMv * Hysteresis + load * (1f + ResistanceError) + FastErrorMv + SlowErrorMv);
                Gain(_slopeMv, load, noise, error);
            }

            Limit();
        }

        private void Gain(float slope, float load, float noise, float error)
        {
            float g0 = slope * _p00 + _p01 + load * _p03 + _p04;
            float g1 = slope * _p01 + _p11 + load * _p13 + _p14;
            float g2 = slope * _p02 + _p12 + load * _p23 + _p24;
            float g3 = slope * _p03 + _p13 + load * _p33 + _p34;
            float g4 = slope * _p04 + _p14 + load * _p34 + _p44;
            float variance = slope * g0 + g1 + load * g3 + g4 + noise;
            if (variance < noise)
            {
                // Rounding made the covariance indefinite: what is known of each state stays, what is known of them together goes.
                Forget();
                g0 = slope * _p00;
                g1 = _p11;
                g2 = 0f;
                g3 = load * _p33;
                g4 = _p44;
                variance = slope * g0 + g1 + load * g3 + g4 + noise;
            }

            float limit = InnovationLimit * variance;
            if (error * error > limit)
            {
                float size = Magnitude(error);
                variance *= size / Root(limit, size);
            }

            // A full cell cannot be fuller: what the voltage stands above the curve there says nothing about sensor or resistance.
            if (error > 0f && (Soc >= 1f || (Soc > HeadSoc && Magnitude(load) < HeadLoadMv)))
            {
                float head = Soc >= 1f ? 0f : _curves.OcvOf(1f) - _curves.OpenCircuitMv;
                error = error > head ? head : error;
            }

            Apply(g0, g1, g2, g3, g4, error, 1f / variance);
        }

        private void Apply(float g0, float g1, float g2, float g3, float g4, float error, float inverse)
        {
            float e = error * inverse;
            _offset += g0 * e;
            Soc += g0 * e;
            FastErrorMv += g1 * e;
            Bias += g2 * e;
            ResistanceError += g3 * e;
            SlowErrorMv += g4 * e;

            float s0 = g0 * inverse;
            _p00 -= s0 * g0;
            _p01 -= s0 * g1;
            _p02 -= s0 * g2;
            _p03 -= s0 * g3;
            _p04 -= s0 * g4;
            float s1 = g1 * inverse;
            _p11 -= s1 * g1;
            _p12 -= s1 * g2;
            _p13 -= s1 * g3;
            _p14 -= s1 * g4;
            float s2 = g2 * inverse;
            _p22 -= s2 * g2;
            _p23 -= s2 * g3;
            _p24 -= s2 * g4;
            float s3 = g3 * inverse;
            _p33 -= s3 * g3;
            _p34 -= s3 * g4;
            _p44 -= g4 * inverse * g4;
        }

        // Keeps states and variances where they mean something, whatever came in.
        private void Limit()
        {
            if (Soc > 1f)
            {
                // Held there, its error no longer tells of the offset of the current sensor.
                _offset += 1f - Soc;
                Soc = 1f;
                _p02 = 0f;
            }
            else if (Soc < MinSoc)
            {
                _offset += MinSoc - Soc;
                Soc = MinSoc;
            }

            Bias = Clamp(Bias, 0.1f);
            ResistanceError = ResistanceError < -0.7f ? -0.7f : ResistanceError > 4f ? 4f : ResistanceError;
            FastErrorMv = Clamp(FastErrorMv, 1000f);
            SlowErrorMv = Clamp(SlowErrorMv, 500f);
            if (_p00 > MaxSigma * MaxSigma)
            {
                // Row and column shrink together, so that the covariance stays one.
                float shrink = MaxSigma / Root(_p00, MaxSigma);
                _p00 = MaxSigma * MaxSigma;
                _p01 *= shrink;
                _p02 *= shrink;
                _p03 *= shrink;
                _p04 *= shrink;
            }

            _p00 = _p00 < 1e-7f ? 1e-7f : _p00;
            _p11 = Within(_p11, 0.01f, 1e6f);
            _p22 = Within(_p22, 1e-8f, 0.01f);
            _p33 = Within(_p33, 1e-5f, 1f);
            _p44 = Within(_p44, 0.01f, 1e6f);
            float table = TableSigma + TableSigmaPerSlow * _curves.SlowMilliohmAh;
            if (_isLfp)
            {
                table += LfpTableMv / (_curves.SlopeMv + LfpLeastSlopeMv);
            }

            float sigma = Root(_p00 + table * table + _doubt * _doubt, Sigma > 0.0001f ? Sigma : 0.1f);
            Sigma = sigma > MaxSigma ? MaxSigma : sigma;
        }

        private void Begin(float soc, long chargeMaMs)
        {
            _offset = soc;
            Soc = soc;
            _startMaMs = chargeMaMs;
            _chargeMaMs = chargeMaMs;
            IsKnown = true;
            Bias = 0f;
            ResistanceError = 0f;
            FastErrorMv = 0f;
            SlowErrorMv = 0f;
            FastA = 0f;
            SlowA = 0f;
            LoadMv = 0f;
            _fastSigmaMv = StartFloorMv;
            _fresh = false;
            _doubt = 0f;
            _openVariance = 0f;

            // A full cell was charged to get there; else the last direction is not known.
            Hysteresis = soc > FullSoc ? 1f : 0f;
            Forget();
            _p11 = StartFloorMv * StartFloorMv;
            _slowFloorMv = _tuning.SlowMv;
            _slowTauS = _tuning.SlowTauS;
            _p22 = BiasSigma * BiasSigma;
            _p33 = _tuning.ResistanceSigma * _tuning.ResistanceSigma;
        }

        // The states no longer know of each other.
        private void Forget()
        {
            _p01 = 0f;
            _p02 = 0f;
            _p03 = 0f;
            _p04 = 0f;
            _p12 = 0f;
            _p13 = 0f;
            _p14 = 0f;
            _p23 = 0f;
            _p24 = 0f;
            _p34 = 0f;
        }

        private float LfpFastTauS()
        {
            float series = _curves.SeriesMilliohmAh;
            return series > LfpWarmSeries ? _tuning.FastTauS * series / LfpWarmSeries : _tuning.FastTauS;
        }

        // Mean slope of the curve over what is in doubt.
        private float SlopeAround(float soc, float sigma)
        {
            float reach = sigma > LongestReach ? LongestReach : sigma;
            float low = soc - reach < 0f ? 0f : soc - reach;
            float high = soc + reach > 1f ? 1f : soc + reach;
            return high - low > 0.005f ? (_curves.OcvOf(high) - _curves.OcvOf(low)) / (high - low) : _curves.SlopeMv;
        }

        private static float Share(float step, float tau)
        {
            float share = step / (tau + 0.5f * step);
            return share > 1f ? 1f : share;
        }

        private static float Magnitude(float x)
        {
            return x < 0f ? -x : x;
        }

        private static float Clamp(float x, float limit)
        {
            return x < -limit ? -limit : x > limit ? limit : x;
        }

        private static float Within(float x, float low, float high)
        {
            return x < low ? low : x > high ? high : x;
        }

        // Newton's square root from a guess near by; no double and no library on the device.
        private static float Root(float x, float guess)
        {
            float root = guess > 1e-6f ? guess : 1e-6f;
            for (int i = 0; i < 5; i++)
            {
                root = 0.5f * (root + x / root);
            }

            return root;
        }
    }
}
