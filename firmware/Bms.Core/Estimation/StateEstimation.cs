using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Storage;

namespace Bms.Core.Estimation
{
    /// <summary>Second stage of the cycle: state of charge, health, power and energy of the pack.</summary>
    /// <remarks>
    /// Charge is counted exactly, in mA times ms, in every cycle. Once a second the estimator of the mean cell takes what came together, spread over four cycles; in every other
    /// cycle one cell is compared with the mean, or one of the twelve forecasts of a second is made. Until voltages and temperatures are known there is no state of charge, and none is reported.
    /// </remarks>
    public sealed class StateEstimation
    {
        private const uint StepMs = 1000;
        private const uint PublishMs = 100;

        // A cycle longer than this was none: what flowed meanwhile is not known.
        private const uint LongestCycleMs = 2000;
        private const float StoredSigma = 0.10f;
        private const float StoredDoubt = 0.01f;

        // Where it is known for how long it was stored: self-discharge, and what was rounded.
        private const float RestedDoubt = 0.003f;
        private const float DoubtPerDay = 0.001f;
        private const float MostDoubt = 0.1f;

        // Cells that were stored nobody knows when drift apart as in a week.
        private const float UnknownRestHours = 168f;

        // A rest that is told later than this changes nothing any more: the filter has seen more than the start by then.
        private const uint RevisionMs = 600000;

        // Forecasts of a second: where a pulse begins, its curve, the resistance, energy, then power for four horizons in two directions.
        private const int Forecasts = 2 * PowerForecast.Horizons + 4;

        // So much of a step may be spent waiting for quiet cycles.
        private const int MostWaitedMs = 500;

        // The display moves with the charge that flows, and closes what is left of a correction at this rate: 1.2 points a minute; within three points of an end ten times that.
        private const float DisplayPerS = 0.0002f;
        private const float DisplayEnd = 0.03f;

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

        /// <summary>State of charge for people, in 0.01 %: follows <see cref="SocCentiPct"/> without a jump; not available before it is known.</summary>
        public int DisplaySocCentiPct = SignalValue.NotAvailable;

        /// <summary>Chemistry of the cells, one of <see cref="Chemistry"/>.</summary>
        public readonly int CellChemistry;

        /// <summary>True while the contactors let no current through, as control knew it in the last cycle: what the current sensor shows is then its offset.</summary>
        public bool ContactorsAreOpen;

        /// <summary>Offset of the current sensor, measured with open contactors.</summary>
        public readonly CurrentOffset Offset;

        /// <summary>Estimator of the mean cell.</summary>
        public readonly SocEstimator Mean;

        /// <summary>What each cell differs from it by.</summary>
        public readonly CellDeltas Deltas;

        /// <summary>Capacity.</summary>
        public readonly CapacityEstimator Capacity;

        /// <summary>Resistance of the mean cell.</summary>
        public readonly StepResistance Resistance;

        /// <summary>Power and current that could be held.</summary>
        public readonly PowerForecast Power;

        /// <summary>Energy and times.</summary>
        public readonly EnergyForecast Energy;

        private readonly CellCurves _curves;
        private readonly int[] _chargeCorners = new int[4];
        private readonly int[] _dischargeCorners = new int[4];
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
        private float _dropPerA;
        private float _stepS;
        private float _stepMv;
        private int _stepDeciC = 250;
        private bool _stepIsWhole;
        private int _forecast = Forecasts;
        private float _restS;
        private bool _restIsWhole;
        private float _storedDoubt = StoredDoubt;
        private float _storedHours = UnknownRestHours;
        private float _cellsStoredSoc;
        private bool _revises;
        private bool _startsFromVoltage;
        private float _startMv;
        private int _startMa;
        private int _startDeciC;
        private long _startMaMs;
        private uint _startMs;
        private float _storedSoc;
        private float _storedSigma;
        private float _storedBias;
        private float _storedBiasSigma;
        private float _storedResistance;
        private float _openBias;
        private float _openBiasVariance;
        private float _display;
        private bool _displayStarted;
        private uint _displayMs;
        private long _displayMaMs;
        private int _phase;
        private int _waitedMs;
        private bool _started;
        private bool _looksAtCell;

        /// <summary>True in a cycle that had a large part of a step to do: what else can wait leaves it alone.</summary>
        public bool IsAtWork;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        public StateEstimation(ParameterBlock parameters)
        {
            int chemistry = parameters.Get(ParameterId.Chemistry);
            int capacityMah = parameters.Get(ParameterId.CapacityMah);
            CellChemistry = chemistry;
            _cellCount = parameters.Get(ParameterId.CellCount);
            _perAh = 1000f / capacityMah;
            _curves = new CellCurves(chemistry);
            Offset = new CurrentOffset(parameters);
            Mean = new SocEstimator(capacityMah, _curves, chemistry);
            Deltas = new CellDeltas(_cellCount, _curves);
            Capacity = new CapacityEstimator(parameters, new CellCurves(chemistry));
            Capacity.Cells = _cellCount > 1 ? Deltas : null;
            PulseCurve pulse = new PulseCurve(chemistry);
            Resistance = new StepResistance(pulse);
            Power = new PowerForecast(parameters, new CellCurves(chemistry), pulse, Resistance);
            Energy = new EnergyForecast(parameters, new CellCurves(chemistry));
            for (int corner = 0; corner < 4; corner++)
            {
                _chargeCorners[corner] = parameters.Get(ParameterId.ChargeZeroBelowDeciC + corner);
                _dischargeCorners[corner] = parameters.Get(ParameterId.DischargeZeroBelowDeciC + corner);
            }
        }

        /// <summary>Capacity of the parameter block, in mAh.</summary>
        public float RatedMah
        {
            get { return 1000f / _perAh; }
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
            _startsFromVoltage = false;
            Mean.StartFrom(socCentiPct * 0.0001f, StoredSigma, _chargeMaMs);
            _dropPerA = _curves.SeriesMilliohmAh * _perAh;
        }

        /// <summary>Takes what was stored before the supply went; the first complete measurement then decides how much of it to believe. Before the first cycle.</summary>
        /// <param name="state">Stored state; what is not available in it is left out.</param>
        /// <param name="restS">How long the pack has rested, at least, in s, or not available.</param>
        public void Restore(PackState state, int restS)
        {
            NoteRest(restS, SignalValue.NotAvailable);
            if (state.CapacityMah > 0 && state.CapacitySigmaMah > 0)
            {
                float rated = 1000f / _perAh;
                float capacity = state.CapacityMah;
                if (capacity > 0.2f * rated && capacity < 1.5f * rated)
                {
                    Capacity.StartFrom(capacity, state.CapacitySigmaMah);
                    TakeCapacity();
                }
            }

            if (state.MeanSocCentiPct != SignalValue.NotAvailable && state.MeanSocCentiPct >= 0 && state.MeanSocCentiPct <= 10000)
            {
                _storedSoc = state.MeanSocCentiPct * 0.0001f;
                float sigma = (state.SocSigmaCentiPct < 0 ? 5000 : state.SocSigmaCentiPct) * 0.0001f;
                _storedSigma = sigma > 0.5f ? 0.5f : sigma;
            }

            if (state.HysteresisPermille != SignalValue.NotAvailable)
            {
                Mean.RecallHysteresis(state.HysteresisPermille * (1f / PackState.MostHysteresis));
            }

            if (state.BiasSigmaPpm > 0)
            {
                _storedBias = state.BiasPpm * 0.000001f;
                _storedBiasSigma = state.BiasSigmaPpm * 0.000001f;
                _storedResistance = state.ResistancePermille * 0.001f;
                Resistance.StartFrom(_storedResistance, state.ResistanceSigmaPermille * 0.001f);
            }
        }

        /// <summary>Takes how long the pack had rested at the start, also when that is told later: within ten minutes the estimate made at the start is then made anew, once in a quiet cycle.</summary>
        /// <remarks>What was counted since stays in it, and what is displayed closes the difference at its own rate.</remarks>
        /// <param name="atLeastS">Rest at the start, at least, in s, or not available.</param>
        /// <param name="atMostS">Rest at the start, at most, in s, or not available: what is stored is no older.</param>
        public void NoteRest(int atLeastS, int atMostS)
        {
            _restS = atLeastS == SignalValue.NotAvailable ? 0f : atLeastS;
            float doubt = StoredDoubt;
            if (atMostS != SignalValue.NotAvailable)
            {
                doubt = RestedDoubt + DoubtPerDay * (atMostS / 86400f);
                doubt = doubt > MostDoubt ? MostDoubt : doubt;
            }

            // Known from both sides, and not from one only.
            _restIsWhole = atMostS != SignalValue.NotAvailable && atMostS < 2f * _restS + 60f;
            _storedHours = atMostS == SignalValue.NotAvailable ? UnknownRestHours : atMostS / 3600f;
            _storedDoubt = doubt;
            _revises = _startsFromVoltage && _lastMs - _startMs < RevisionMs;
        }

        /// <summary>Takes what was stored of all cells; the values of the cells were put in place before. Before the first cycle.</summary>
        /// <param name="meanSocCentiPct">State of charge of the mean cell then, in 0.01 %.</param>
        /// <param name="socVariance">Variance of a difference in state of charge then.</param>
        /// <param name="capacityVariance">Variance of a capacity then.</param>
        /// <param name="resistanceVariance">Variance of a resistance then.</param>
        public void RecallCells(int meanSocCentiPct, float socVariance, float capacityVariance, float resistanceVariance)
        {
            _cellsStoredSoc = meanSocCentiPct * 0.0001f;
            Deltas.Recall(socVariance, resistanceVariance);
            Deltas.Capacities.Recall(capacityVariance);
        }

        /// <summary>Puts down what <see cref="Restore"/> takes.</summary>
        /// <param name="state">State to be stored; unchanged before anything is known.</param>
        public void Keep(PackState state)
        {
            if (!Mean.IsKnown)
            {
                return;
            }

            state.MeanSocCentiPct = ToCentiPct(Mean.Soc);
            state.SocSigmaCentiPct = ToCentiPct(Mean.Sigma);
            state.HysteresisPermille = (int)(Mean.Hysteresis * PackState.MostHysteresis);
            state.BiasPpm = (int)(Mean.Bias * 1000000f);
            state.BiasSigmaPpm = (int)(Mean.BiasDeviation * 1000000f);
            state.ResistancePermille = (int)(Resistance.Error * 1000f);
            state.ResistanceSigmaPermille = (int)(Resistance.Sigma * 1000f + 0.5f);
            state.CapacityMah = (int)(Capacity.CapacityMah + 0.5f);
            state.CapacitySigmaMah = (int)(Capacity.SigmaMah + 1f);
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

            int currentMa = m.CurrentMa;
            if (ContactorsAreOpen)
            {
                currentMa = Offset.Take(currentMa, m.CurrentAgeMs == 0, elapsedMs);
            }

            // The current holds until the next one comes; while it is missing nothing is counted and the uncertainty grows instead.
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

            // What can wait leaves the cycles in which others have much to do.
            IsAtWork = false;
            bool waits = m.IsBusy && _waitedMs < MostWaitedMs;
            if (_phase == PhaseCollect)
            {
                Collect(m, currentMa, waits, elapsedMs, nowMs);
            }
            else if (waits)
            {
                _waitedMs += (int)elapsedMs;
            }
            else
            {
                IsAtWork = true;
                Work(m, nowMs);
            }
        }

        // One part of a step.
        private void Work(PackMeasurement m, uint nowMs)
        {
            if (_phase == PhasePredict)
            {
                Mean.Predict();
                _phase = PhaseLook;
            }
            else if (_phase == PhaseLook)
            {
                Mean.Look();
                _dropPerA = _curves.SeriesMilliohmAh * _perAh;
                _phase = PhaseCorrect;
            }
            else
            {
                Mean.Correct();
                _phase = PhaseCollect;
                _forecast = 0;
                if (_stepIsWhole && m.LowestCellMv != SignalValue.NotAvailable
                    && Capacity.Update(m.LowestCellMv, m.HighestCellMv, _stepA * 1000f, Mean.LoadMv, Mean.Hysteresis * _curves.HysteresisMv, _stepDeciC, _chargeMaMs, _stepS))
                {
                    TakeCapacity();
                }

                PublishSigma();
                Publish(nowMs);
            }
        }

        private void Collect(PackMeasurement m, int currentMa, bool waits, uint elapsedMs, uint nowMs)
        {
            if (!Mean.IsKnown)
            {
                StartFromVoltage(m, currentMa, nowMs);
                return;
            }

            uint stepMs = nowMs - _stepMs;
            bool isStepDue = stepMs >= StepMs;
            bool isPublishDue = nowMs - _publishMs >= PublishMs;
            if (isStepDue || isPublishDue || _forecast < Forecasts)
            {
                if (!waits)
                {
                    IsAtWork = true;
                    if (isStepDue)
                    {
                        Latch(m, stepMs, nowMs);
                    }
                    else if (isPublishDue)
                    {
                        if (_revises)
                        {
                            Revise();
                            return;
                        }

                        Mean.Count(_chargeMaMs);
                        Publish(nowMs);
                    }
                    else
                    {
                        Forecast(m);
                    }

                    return;
                }

                _waitedMs += (int)elapsedMs;
            }

            // A cell in every other cycle: what they differ by changes in minutes.
            _looksAtCell = !_looksAtCell;
            if (_looksAtCell && _cellCount > 1 && currentMa != SignalValue.NotAvailable)
            {
                Deltas.Update(m, Mean, _stepA, (currentMa * 0.001f - _stepA) * _dropPerA, nowMs);
            }
        }

        // One of twelve in a cycle; where no cycle is left over the last ones wait for a quieter second.
        private void Forecast(PackMeasurement m)
        {
            int part = _forecast;
            _forecast = part + 1;
            if (part == 0)
            {
                Power.Begin(Mean, Deltas, _curves, _stepIsWhole ? _stepMv : 0f, _stepDeciC);
            }
            else if (part == 1)
            {
                Power.Draw(_stepDeciC);
            }
            else if (part == 2)
            {
                Resistance.Update(Mean, _curves, _stepMv, _stepA, _stepS, _stepIsWhole);
            }
            else if (part == 3)
            {
                Energy.Update(Mean.Soc + Deltas.Lowest, Mean.Soc + Deltas.Highest, Mean.CapacityAh * 1000f, _stepA * 1000f, _stepS);
            }
            else if (m.LowestTemperatureDeciC != SignalValue.NotAvailable)
            {
                int charge = CurrentLimits.Map(_chargeCorners, m.LowestTemperatureDeciC, m.HighestTemperatureDeciC);
                int discharge = CurrentLimits.Map(_dischargeCorners, m.LowestTemperatureDeciC, m.HighestTemperatureDeciC);
                Power.Update(part - 4, Mean, Deltas, _stepDeciC, charge, discharge);
            }
        }

        private void Latch(PackMeasurement m, uint stepMs, uint nowMs)
        {
            float meanMa = (float)(_chargeMaMs - _stepChargeMaMs) / stepMs;
            bool hasVoltage = _stepSamples > 0 && m.LowestTemperatureDeciC != SignalValue.NotAvailable;
            float meanMv = hasVoltage ? (float)_stepSumMv / _stepSamples : 0f;
            int deciC = hasVoltage ? (m.LowestTemperatureDeciC + m.HighestTemperatureDeciC) / 2 : 0;
            _stepIsWhole = hasVoltage && !_currentMissing;
            _stepDeciC = hasVoltage ? deciC : _stepDeciC;
            _stepS = stepMs * 0.001f;
            TakeOffset();
            Mean.Latch(meanMv, meanMa, deciC, _chargeMaMs, stepMs * 0.001f, hasVoltage, !_currentMissing);
            _stepA = meanMa * 0.001f;
            _stepMv = meanMv;
            _stepMs = nowMs;
            _waitedMs = 0;
            _stepChargeMaMs = _chargeMaMs;
            _stepSumMv = 0;
            _stepSamples = 0;
            _currentMissing = false;
            _phase = PhasePredict;
        }

        private void TakeCapacity()
        {
            float part = Capacity.SigmaMah / Capacity.CapacityMah;
            Mean.SetCapacity(Capacity.CapacityMah);
            Mean.CapacityVariance = part * part;
        }

        // Once a second, also after the contactors have closed: the last part of what was seen before.
        private void TakeOffset()
        {
            CurrentOffset offset = Offset;
            Mean.IdleS = offset.IdleMs * 0.001f;
            offset.IdleMs = 0;
            if (offset.Finish())
            {
                float perMa = 0.001f / Mean.CapacityAh;
                _openBias = offset.MeanMa * perMa;
                _openBiasVariance = offset.VarianceMa2 * perMa * perMa;
                Mean.TakeBias(_openBias, _openBiasVariance);
                _openBiasVariance = Mean.BiasVariance;
            }

            if (!ContactorsAreOpen)
            {
                offset.Close();
            }
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
            _startMv = meanMv;
            _startMa = currentMa;
            _startDeciC = deciC;
            _startMaMs = _chargeMaMs;
            _startMs = nowMs;
            _startsFromVoltage = true;
            Mean.StartFromVoltage(meanMv, currentMa, deciC, _chargeMaMs, _restS, _restIsWhole);
            float lowest = 0f;
            float highest = 0f;
            if (_cellCount > 1)
            {
                // Against what the voltage says of the mean, whatever was stored.
                float load = Mean.LoadMv;
                lowest = _curves.SocOf(m.LowestCellMv - load, deciC) - Mean.Soc;
                highest = _curves.SocOf(m.HighestCellMv - load, deciC) - Mean.Soc;
            }

            Recall();
            if (_cellCount > 1 && !Deltas.Weigh(lowest, highest, _curves.SlopeMv, Mean.Soc - _cellsStoredSoc, _storedHours))
            {
                Deltas.StartFrom(lowest, highest);
            }

            _stepMs = nowMs;
            _stepChargeMaMs = _chargeMaMs;
            _stepSumMv = 0;
            _stepSamples = 0;
            _currentMissing = false;
            _dropPerA = _curves.SeriesMilliohmAh * _perAh;
            _stepA = currentMa * 0.001f;
            PublishSigma();
            Publish(nowMs);
        }

        // The start once more, with what is known of the rest before it now. Published with the next cycle that has time.
        private void Revise()
        {
            _revises = false;
            Mean.StartAgain(_startMv, _startMa, _startDeciC, _startMaMs, _restS, _restIsWhole);
            _dropPerA = _curves.SeriesMilliohmAh * _perAh;
            Recall();
            Mean.Count(_chargeMaMs);
        }

        // The voltage has started the estimator; what was stored counts as a second witness, unless the two cannot both be right.
        private void Recall()
        {
            if (_storedBiasSigma > 0f)
            {
                Mean.Recall(_storedBias, _storedBiasSigma, _storedResistance);
            }

            // What was measured in this run is newer than what was stored.
            if (_openBiasVariance > 0f)
            {
                Mean.TakeBias(_openBias, _openBiasVariance);
            }

            if (_storedSigma <= 0f)
            {
                return;
            }

            float apart = _storedSoc - Mean.Soc;
            float sigma = _storedSigma + _storedDoubt;
            sigma = sigma > 0.5f ? 0.5f : sigma;
            if (apart * apart <= 9f * (Mean.Sigma * Mean.Sigma + sigma * sigma))
            {
                Mean.Take(_storedSoc, sigma);
            }
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
            Display(pack, nowMs);
        }

        // Once a step, as it changes with no other; a root once in a while: the variance of the differences is small beside that of the mean.
        private void PublishSigma()
        {
            float sigma = Mean.Sigma;
            sigma = 0.5f * (sigma + (sigma * sigma + Deltas.Variance) / sigma);
            SocUncertaintyPermille = sigma >= 1f ? 1000 : (int)(sigma * 1000f + 0.9f);
        }

        private void Display(float pack, uint nowMs)
        {
            float counted = (float)(_chargeMaMs - _displayMaMs) / 3600000f * 0.001f * _perAh;
            uint elapsedMs = nowMs - _displayMs;
            _displayMs = nowMs;
            _displayMaMs = _chargeMaMs;
            if (!_displayStarted)
            {
                _displayStarted = true;
                _display = pack;
            }
            else
            {
                float rate = DisplayPerS * (elapsedMs > LongestCycleMs ? LongestCycleMs : elapsedMs) * 0.001f;
                rate = pack < DisplayEnd || pack > 1f - DisplayEnd ? 10f * rate : rate;
                float error = pack - _display - counted;
                error = error < -rate ? -rate : error > rate ? rate : error;
                _display = Within(_display + counted + error);
            }

            DisplaySocCentiPct = ToCentiPct(_display);
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
