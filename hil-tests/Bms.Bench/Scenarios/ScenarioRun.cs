namespace Bms.Bench.Scenarios
{
    /// <summary>What became of one check.</summary>
    /// <param name="Phase">Name of the phase.</param>
    /// <param name="Check">The check.</param>
    /// <param name="Passed">True where it held.</param>
    /// <param name="TimeS">Virtual time in s of the first violation or of the fulfilment; of the end of the phase where there was neither.</param>
    /// <param name="ReactionS">Time from trigger (or start of the phase) to the condition in s; NaN where there is none.</param>
    public sealed record CheckResult(string Phase, Check Check, bool Passed, double TimeS, double ReactionS)
    {
        /// <summary>One line for people.</summary>
        public override string ToString()
        {
            string outcome = Passed ? "passed" : "FAILED";
            string reaction = double.IsNaN(ReactionS) ? "" : FormattableString.Invariant($", after {ReactionS:0.00} s");
            return FormattableString.Invariant($"{outcome}: {Phase}: {Check.Name} (at {TimeS:0.0} s{reaction})");
        }
    }

    /// <summary>Figures of one phase, from the truth of the plant.</summary>
    public sealed class PhaseResult
    {
        /// <summary>Name of the phase.</summary>
        public required string Name { get; init; }

        /// <summary>Virtual time of its start in s.</summary>
        public required double StartS { get; init; }

        /// <summary>Virtual time of its end in s.</summary>
        public double EndS { get; internal set; }

        /// <summary>Mean state of charge at its start, 0..1.</summary>
        public required double StartSoc { get; init; }

        /// <summary>Mean state of charge at its end, 0..1.</summary>
        public double EndSoc { get; internal set; }

        /// <summary>Lowest cell voltage in V.</summary>
        public double LowestCellV { get; internal set; } = double.MaxValue;

        /// <summary>Highest cell voltage in V.</summary>
        public double HighestCellV { get; internal set; } = double.MinValue;

        /// <summary>Lowest cell temperature in degC.</summary>
        public double LowestDegC { get; internal set; } = double.MaxValue;

        /// <summary>Highest cell temperature in degC.</summary>
        public double HighestDegC { get; internal set; } = double.MinValue;

        /// <summary>Strongest charge current in A.</summary>
        public double HighestCurrentA { get; internal set; }

        /// <summary>Strongest discharge current in A, negative.</summary>
        public double LowestCurrentA { get; internal set; }

        /// <summary>Energy through the terminals in Wh; positive went in.</summary>
        public double EnergyWh { get; internal set; }

        /// <summary>Largest difference between the state of charge shown and the true mean, 0..1; 0 while none was shown.</summary>
        public double WorstSocError { get; internal set; }
    }

    /// <summary>What became of a scenario.</summary>
    public sealed class ScenarioResult
    {
        /// <summary>Name of the scenario.</summary>
        public required string Name { get; init; }

        /// <summary>Phases that ran.</summary>
        public required IReadOnlyList<PhaseResult> Phases { get; init; }

        /// <summary>All checks, in the order of the phases.</summary>
        public required IReadOnlyList<CheckResult> Checks { get; init; }

        /// <summary>Every change of the controller's fault table, as told on the bus.</summary>
        public required IReadOnlyList<FaultChange> Faults { get; init; }

        /// <summary>Virtual time simulated in s.</summary>
        public required double SimulatedS { get; init; }

        /// <summary>Frames on the bus.</summary>
        public required long Frames { get; init; }

        /// <summary>Bus load over the whole run, 0..1.</summary>
        public required double BusLoad { get; init; }

        /// <summary>Highest bus load of one second, 0..1.</summary>
        public required double PeakBusLoad { get; init; }

        /// <summary>Frames that the controller's receiver lost.</summary>
        public required long LostFrames { get; init; }

        /// <summary>True where every check passed.</summary>
        public bool Passed => Checks.All(c => c.Passed);

        /// <summary>True where a check on a protection failed: the firmware missed it.</summary>
        public bool MissedProtection => Checks.Any(c => !c.Passed && c.Check.IsProtection);
    }

    /// <summary>A scenario on its way: advance it as far as you like, look at the bench in between.</summary>
    public sealed class ScenarioRun
    {
        private const long LookUs = 100_000;

        private readonly Scenario _scenario;
        private readonly List<PhaseResult> _phases = new();
        private readonly List<CheckResult> _results = new();
        private CheckState[] _checks = [];
        private int _index = -1;
        private long _phaseStartUs;
        private long _previousUs;
        private double _startEnergyJ;
        private double _doneS;

        /// <param name="scenario">What to run.</param>
        public ScenarioRun(Scenario scenario)
        {
            _scenario = scenario;
            Bench = new VirtualBench(scenario.Bench);
            Begin();
        }

        /// <summary>The bench; add taps here before the first advance.</summary>
        public VirtualBench Bench { get; }

        /// <summary>The scenario.</summary>
        public Scenario Scenario => _scenario;

        /// <summary>True after the last phase.</summary>
        public bool IsFinished => _index >= _scenario.Phases.Count;

        /// <summary>Phase that runs now; the last one when finished.</summary>
        public Phase CurrentPhase => _scenario.Phases[Math.Min(_index, _scenario.Phases.Count - 1)];

        /// <summary>Share of the scenario that is done, 0..1; a phase that ends early counts in full.</summary>
        public double Progress
        {
            get
            {
                double inPhase = IsFinished ? 0 : Math.Min(CurrentPhase.DurationS, (Bench.TimeUs - _phaseStartUs) * 1e-6);
                return Math.Min(1, (_doneS + inPhase) / _scenario.DurationS);
            }
        }

        /// <summary>Checks that are decided so far: violations at once, the others at the end of their phase.</summary>
        public IReadOnlyList<CheckResult> DecidedChecks => _results;

        /// <summary>Runs a scenario from start to end.</summary>
        public static ScenarioResult Run(Scenario scenario)
        {
            var run = new ScenarioRun(scenario);
            while (run.Advance(1e9))
            {
            }

            return run.Result();
        }

        /// <summary>Advances by a stretch of virtual time, or to the end.</summary>
        /// <param name="seconds">Length in s.</param>
        /// <returns>False when the scenario has finished.</returns>
        public bool Advance(double seconds)
        {
            long untilUs = Bench.TimeUs + (long)Math.Min(seconds * 1e6, 1e15);
            while (!IsFinished && Bench.TimeUs < untilUs)
            {
                StepOnce();
            }

            return !IsFinished;
        }

        /// <summary>What became of it so far; complete when finished.</summary>
        public ScenarioResult Result()
        {
            return new ScenarioResult
            {
                Name = _scenario.Name,
                Phases = _phases,
                Checks = _results,
                Faults = Bench.Diag.FaultHistory,
                SimulatedS = Bench.TimeS,
                Frames = Bench.Bus.FrameCount,
                BusLoad = Bench.Bus.Load,
                PeakBusLoad = Bench.Bus.PeakSecondLoad,
                LostFrames = Bench.Port.ReceiveOverflowCount,
            };
        }

        private void StepOnce()
        {
            Phase phase = _scenario.Phases[_index];
            long inPhaseUs = Bench.TimeUs - _phaseStartUs;
            phase.Timeline.Run(Bench, _previousUs, inPhaseUs);
            _previousUs = inPhaseUs;
            Bench.Step();
            inPhaseUs = Bench.TimeUs - _phaseStartUs;

            bool look = inPhaseUs % LookUs == 0;
            foreach (CheckState state in _checks)
            {
                if (look || state.Check.Kind is CheckKind.Response or CheckKind.Whenever)
                {
                    state.Look(Bench, _phaseStartUs);
                }

                if (state.IsViolated && !state.IsReported)
                {
                    state.IsReported = true;
                    _results.Add(state.Result(phase.Name, Bench.TimeS));
                }
            }

            if (!look)
            {
                return;
            }

            Gather(_phases[^1]);
            if (inPhaseUs >= phase.DurationS * 1e6 || (phase.EndsWhen != null && phase.EndsWhen(Bench)))
            {
                End(phase);
                Begin();
            }
        }

        private void Begin()
        {
            _index++;
            _phaseStartUs = Bench.TimeUs;
            _previousUs = -1;
            if (IsFinished)
            {
                return;
            }

            Phase phase = _scenario.Phases[_index];
            _checks = phase.Checks.Select(c => new CheckState(c)).ToArray();
            _startEnergyJ = Bench.Plant.Cells.TerminalEnergyJ;
            _phases.Add(new PhaseResult { Name = phase.Name, StartS = Bench.TimeS, StartSoc = Truth.MeanSoc(Bench) });
        }

        private void End(Phase phase)
        {
            _doneS += phase.DurationS;
            PhaseResult result = _phases[^1];
            result.EndS = Bench.TimeS;
            result.EndSoc = Truth.MeanSoc(Bench);
            result.EnergyWh = (Bench.Plant.Cells.TerminalEnergyJ - _startEnergyJ) / 3600;
            foreach (CheckState state in _checks)
            {
                if (!state.IsReported)
                {
                    _results.Add(state.Result(phase.Name, Bench.TimeS));
                }
            }
        }

        private void Gather(PhaseResult result)
        {
            result.LowestCellV = Math.Min(result.LowestCellV, Truth.LowestCellV(Bench));
            result.HighestCellV = Math.Max(result.HighestCellV, Truth.HighestCellV(Bench));
            result.LowestDegC = Math.Min(result.LowestDegC, Truth.ColdestDegC(Bench));
            result.HighestDegC = Math.Max(result.HighestDegC, Truth.HottestDegC(Bench));
            result.HighestCurrentA = Math.Max(result.HighestCurrentA, Bench.Plant.Cells.CurrentA);
            result.LowestCurrentA = Math.Min(result.LowestCurrentA, Bench.Plant.Cells.CurrentA);
            double shown = Bench.Diag.Soc;
            if (!double.IsNaN(shown))
            {
                result.WorstSocError = Math.Max(result.WorstSocError, Math.Abs(shown - Truth.MeanSoc(Bench)));
            }
        }

        private sealed class CheckState(Check check)
        {
            private long _triggeredUs = -1;
            private long _decidedUs = -1;
            private bool _isFulfilled;

            public Check Check { get; } = check;

            public bool IsViolated { get; private set; }

            public bool IsReported { get; set; }

            public void Look(VirtualBench bench, long phaseStartUs)
            {
                if (IsViolated || _isFulfilled)
                {
                    return;
                }

                long nowUs = bench.TimeUs;
                switch (Check.Kind)
                {
                    case CheckKind.Always:
                        IsViolated = !Check.Condition(bench);
                        break;
                    case CheckKind.Eventually:
                        _triggeredUs = phaseStartUs;
                        _isFulfilled = Check.Condition(bench);
                        IsViolated = !_isFulfilled && nowUs - phaseStartUs >= Check.WithinS * 1e6;
                        break;
                    default:
                        if (_triggeredUs < 0 && Check.Trigger!(bench))
                        {
                            _triggeredUs = nowUs;
                        }

                        if (_triggeredUs >= 0)
                        {
                            _isFulfilled = Check.Condition(bench);
                            IsViolated = !_isFulfilled && nowUs - _triggeredUs >= Check.WithinS * 1e6;
                        }

                        break;
                }

                if (IsViolated || _isFulfilled)
                {
                    _decidedUs = nowUs;
                }
            }

            public CheckResult Result(string phase, double endS)
            {
                bool untouched = Check.Kind == CheckKind.Always || (Check.Kind == CheckKind.Whenever && _triggeredUs < 0);
                bool passed = !IsViolated && (_isFulfilled || untouched);
                double timeS = _decidedUs >= 0 ? _decidedUs * 1e-6 : endS;
                double reactionS = _isFulfilled && _triggeredUs >= 0 ? (_decidedUs - _triggeredUs) * 1e-6 : double.NaN;
                return new CheckResult(phase, Check, passed, timeS, reactionS);
            }
        }
    }
}
