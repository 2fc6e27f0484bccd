using System.Globalization;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Runs one variant of a case on a bench, through the bench's ports and nothing else.</summary>
    /// <remarks>
    /// Every cycle: the steps that are due, one step of the bench, a look at what was told and at every expectation. Deterministic on a bench that is.
    /// Times of an expectation hold for reference modules and sensors; for slower ones the row's longer period is added.
    /// </remarks>
    public sealed class CaseRun
    {
        private const long OpenAfterCommandUs = 60_000;
        private const long BothAfterCommandUs = 200_000;
        private const double StartTimeoutS = 30;

        private readonly TestCase _case;
        private readonly CaseVariant _variant;
        private readonly ITestBench _bench;
        private readonly QuantityContext _context;
        private readonly CaseTimeline _timeline;
        private readonly List<CaseWatch> _watches = [];
        private readonly List<CaseFailure> _failures = [];
        private readonly int[] _highest = new int[FaultId.Count];
        private readonly int[] _allowed = new int[FaultId.Count];
        private readonly Func<double> _positiveDriven;
        private readonly Func<double> _negativeDriven;
        private readonly Func<double> _pathClosed;
        private readonly Func<double>? _eventSignal;
        private readonly Invariants? _invariants;
        private int _historySeen;
        private long _zeroUs;
        private long _eventUs = -1;
        private long _commandUs = -1;
        private bool _openChecked;
        private readonly bool _mayOpen;
        private readonly bool _expectsOpening;
        private bool _recoveryJudged;
        private long _runawayRoseUs = -1;
        private int _runawaySeverity;

        /// <param name="testCase">The case.</param>
        /// <param name="variant">The run of it.</param>
        /// <param name="makeBench">Makes the bench; called once.</param>
        public CaseRun(TestCase testCase, CaseVariant variant, Func<BenchOptions, ITestBench> makeBench)
        {
            _case = testCase;
            _variant = variant;
            _bench = makeBench(OptionsOf(testCase, variant));
            _context = new QuantityContext(_bench.Parameters, variant.Values);
            _positiveDriven = _bench.Model.Reader("Contactor.MainPositive.Driven");
            _negativeDriven = _bench.Model.Reader("Contactor.MainNegative.Driven");
            _pathClosed = _bench.Model.Reader("Contactor.PathClosed");
            _timeline = new CaseTimeline(testCase, _bench, _context);
            if (testCase.Event != null)
            {
                _eventSignal = _bench.Model.Reader(testCase.Event.Signal);
            }

            foreach (CaseExpect expect in testCase.Expect)
            {
                if (expect.Kind == ExpectKind.Fault)
                {
                    int fault = Quantity.FaultNamed(expect.Name);
                    _allowed[fault] = Math.Max(_allowed[fault], expect.Severity);
                }
            }

            foreach (AllowedFault allowed in testCase.Allow)
            {
                _allowed[allowed.Fault] = Math.Max(_allowed[allowed.Fault], allowed.Severity);
            }

            bool wantsInvariants = testCase.Expect.Any(e => e.Kind == ExpectKind.Invariants);
            if (wantsInvariants)
            {
                _invariants = new Invariants(_bench, _timeline, testCase.Bench.Pack);
                Array.Fill(_allowed, 3);
            }

            _expectsOpening = testCase.Expect.Any(e => e.Kind == ExpectKind.Opens);
            _mayOpen = wantsInvariants || testCase.Recovery != CaseRecovery.RunsOn || testCase.Start is CaseStart.Standby or CaseStart.Cold || testCase.Timeline.Any(s => s.Kind is StepKind.Host or StepKind.Restart) || _expectsOpening;
        }

        /// <summary>The bench, for those who record.</summary>
        public ITestBench Bench => _bench;

        /// <summary>Called after every cycle.</summary>
        public Action? Looked { get; set; }

        /// <summary>Options of the bench for one run.</summary>
        public static BenchOptions OptionsOf(TestCase testCase, CaseVariant variant)
        {
            BenchOptions bench = testCase.Bench with { Pack = testCase.Bench.Pack with { Seed = testCase.Bench.Pack.Seed + (ulong)variant.Phase } };
            return bench with
            {
                ConfigureParameters = block =>
                {
                    testCase.Bench.ConfigureParameters?.Invoke(block);
                    foreach ((int parameter, int value) in testCase.Parameters)
                    {
                        block.Set(parameter, value);
                    }
                },
            };
        }

        /// <summary>Runs all variants of a case.</summary>
        /// <param name="testCase">The case.</param>
        /// <param name="makeBench">Makes a bench.</param>
        /// <param name="stop">Ends the work early.</param>
        public static CaseResult RunAll(TestCase testCase, Func<BenchOptions, ITestBench> makeBench, CancellationToken stop = default)
        {
            var runs = new List<VariantResult>();
            (double, double) limits = (double.NaN, double.NaN);
            foreach (CaseVariant variant in CaseVariant.Of(testCase))
            {
                stop.ThrowIfCancellationRequested();
                var run = new CaseRun(testCase, variant, makeBench);
                runs.Add(run.Run());
                limits = run.Limits();
            }

            return new CaseResult { Case = testCase, Runs = runs, Limits = limits };
        }

        /// <summary>Runs it.</summary>
        public VariantResult Run()
        {
            string state = "none";
            if (Prelude())
            {
                _zeroUs = _bench.TimeUs;
                double endS = _timeline.EndS;
                foreach (CaseExpect expect in _case.Expect)
                {
                    var watch = new CaseWatch(expect, _bench, _context, endS, ExtraMs(expect));
                    _watches.Add(watch);
                    endS = Math.Max(endS, _case.DurationS is null ? Math.Max(watch.EndS + 2, _timeline.EndS + (ExtraMs(expect) * 1e-3)) : 0);
                }

                endS = _case.DurationS?.In(_context) ?? endS;
                long endUs = _zeroUs + (long)Math.Round(endS * 1e6);
                while (_bench.TimeUs < endUs)
                {
                    CycleOnce(runsTimeline: true);
                }

                state = StateText();
                foreach (CaseWatch watch in _watches)
                {
                    if (watch.AtEnd(_bench, _eventUs, _commandUs) is string failure)
                    {
                        Fail(watch.Expect.Place, failure);
                    }
                }

                if (!_mayOpen && _commandUs >= 0)
                {
                    Fail(_case.Place, "the contactors opened, though nothing in the case should open them");
                }

                if (_invariants != null)
                {
                    EndWithInvariants(_invariants);
                }
                else if (_failures.Count == 0)
                {
                    Recover();
                }
            }

            return new VariantResult
            {
                Variant = _variant,
                Failures = _failures,
                DetectMs = _watches.Where(w => w.Expect.Kind == ExpectKind.Fault && w.HitUs >= 0 && _eventUs >= 0).Select(w => (w.HitUs - _eventUs) * 1e-3).DefaultIfEmpty(double.NaN).Max(),
                SafeMs = _watches.Any(w => w.Expect.Kind == ExpectKind.Opens) && _commandUs >= 0 && _eventUs >= 0 ? (_commandUs - _eventUs) * 1e-3 : double.NaN,
                State = state,
                Faults = [.. Enumerable.Range(0, FaultId.Count).Where(f => _highest[f] > 0).Select(f => (f, _highest[f]))],
                ZeroS = _zeroUs * 1e-6,
                EventS = _eventUs >= 0 ? _eventUs * 1e-6 : double.NaN,
                SimulatedS = _bench.TimeUs * 1e-6,
                Invariants = _invariants is null ? null : new InvariantReport(_invariants.Failures, _invariants.Reactions, [.. _invariants.TrippedRows], _recoveryJudged),
            };
        }

        /// <summary>Limits that the case states for this run: to the fault, and to the command; NaN where none.</summary>
        public (double DetectMs, double SafeMs) Limits()
        {
            double Lowest(ExpectKind kind)
            {
                return _case.Expect.Where(e => e.Kind == kind && e.WithinMs != null).Select(e => e.WithinMs!.In(_context) + ExtraMs(e)).DefaultIfEmpty(double.NaN).Max();
            }

            return (Lowest(ExpectKind.Fault), Lowest(ExpectKind.Opens));
        }

        private bool Prelude()
        {
            double phaseS = 0.01 * _variant.Phase;
            switch (_case.Start)
            {
                case CaseStart.Cold:
                    return true;
                case CaseStart.Standby:
                    RunFor(2 + phaseS);
                    return true;
                default:
                    _bench.Model.Write("Host.Mode", _case.Start == CaseStart.Drive ? HostCommand.ModeDrive : HostCommand.ModeCharge);
                    if (!RunUntilState(PackStatus.StateClosed, StartTimeoutS))
                    {
                        Fail(_case.Place, $"does not start: the contactors are not closed after {StartTimeoutS:0} s; state {StateText()}, faults {ActiveText()}");
                        return false;
                    }

                    RunFor(0.5);
                    if (_case.LoadA != null)
                    {
                        _bench.Model.Write("Load.CurrentA", _case.LoadA.In(_context));
                    }

                    RunFor(1 + phaseS);
                    _commandUs = -1;
                    return true;
            }
        }

        private void CycleOnce(bool runsTimeline)
        {
            if (runsTimeline)
            {
                bool isEvent = _timeline.Run(_bench.TimeUs - _zeroUs);
                if (isEvent && _eventUs < 0 && _case.Event is null)
                {
                    _eventUs = _bench.TimeUs;
                    _commandUs = -1;
                }
            }

            _bench.Step();
            if (runsTimeline && _eventSignal != null && _eventUs < 0)
            {
                double value = _eventSignal();
                if (_case.Event!.Above is Quantity above ? value > above.In(_context) : value < _case.Event.Below!.In(_context))
                {
                    _eventUs = _bench.TimeUs;
                    _commandUs = -1;
                }
            }

            ReadHistory();
            WatchContactors();
            if (runsTimeline)
            {
                foreach (CaseWatch watch in _watches)
                {
                    if (watch.Look(_bench.TimeUs, _zeroUs, _eventUs) is string failure)
                    {
                        Fail(watch.Expect.Place, failure);
                    }
                }
            }

            _invariants?.Look();
            Looked?.Invoke();
        }

        private void ReadHistory()
        {
            IReadOnlyList<FaultChange> history = _bench.Diag.FaultHistory;
            for (; _historySeen < history.Count; _historySeen++)
            {
                FaultChange change = history[_historySeen];
                bool isNew = change.Severity > _highest[change.Fault];
                if (change.Fault == FaultId.ThermalRunaway)
                {
                    _runawayRoseUs = change.Severity > _runawaySeverity ? _bench.TimeUs : _runawayRoseUs;
                    _runawaySeverity = change.Severity;
                }

                _highest[change.Fault] = Math.Max(_highest[change.Fault], change.Severity);
                if (isNew && change.Severity > _allowed[change.Fault])
                {
                    Fail(_case.Place, string.Create(CultureInfo.InvariantCulture,
                        $"{FaultTable.NameOf(change.Fault)} reached {CaseKeys.Severities[change.Severity]} (value {change.Value}, element {change.Element}), which the case does not allow"));
                }

                foreach (CaseWatch watch in _watches)
                {
                    watch.Take(change, _eventUs);
                }
            }
        }

        // One open main contactor breaks the current; the other follows when it has.
        private void WatchContactors()
        {
            bool positive = _positiveDriven() != 0;
            bool negative = _negativeDriven() != 0;
            if (!(positive && negative) && _commandUs < 0)
            {
                _commandUs = _bench.TimeUs;
                _openChecked = false;
            }

            if (_commandUs < 0 || _openChecked || !_expectsOpening || _eventUs < 0)
            {
                return;
            }

            long sinceUs = _bench.TimeUs - _commandUs;
            if (sinceUs == OpenAfterCommandUs && _pathClosed() != 0)
            {
                Fail(_case.Place, "the contactors were told to open and current can still pass 60 ms later");
            }

            if (sinceUs >= BothAfterCommandUs)
            {
                _openChecked = true;
                if (positive || negative)
                {
                    Fail(_case.Place, "one main contactor was told to open and the other not within 200 ms");
                }
            }
        }

        private void Recover()
        {
            if (_case.Recovery == CaseRecovery.NotChecked)
            {
                return;
            }

            string expected = _case.Start is CaseStart.Standby or CaseStart.Cold ? "Standby" : "Closed";
            if (_case.Recovery == CaseRecovery.RunsOn)
            {
                if (!_case.Timeline.Any(s => s.Kind == StepKind.Host) && StateText() != expected)
                {
                    Fail(_case.Place, $"the controller says {StateText()} at the end; it should have stayed {expected}");
                }

                return;
            }

            Settle();
            int asked = _case.Start == CaseStart.Charge ? HostCommand.ModeCharge : HostCommand.ModeDrive;
            _bench.Model.Write("Host.Mode", asked);
            RunFor(1);
            Must(StateText() == "Fault", $"recovery: the host still wants current and the controller says {StateText()}; after a trip it must stay in Fault");
            _bench.Model.Write("Host.Mode", HostCommand.ModeStandby);
            if (_case.Recovery == CaseRecovery.Self)
            {
                Must(RunUntilState(PackStatus.StateStandby, 3), $"recovery: the cause is gone and the host asks for standby, but the controller says {StateText()}, faults {ActiveText()}");
            }
            else
            {
                RunFor(1);
                Must(StateText() == "Fault", $"recovery: nobody cleared the fault and the controller says {StateText()}; it must stay in Fault");
                _bench.Model.Write("Host.Mode", asked);
                RunFor(1);
                Must(StateText() == "Fault", $"recovery: nobody cleared the fault and the controller says {StateText()} when asked to close");
                _bench.Model.Write("Host.Mode", HostCommand.ModeStandby);
                RunFor(0.5);
                _bench.Diag.ClearFaults();
                bool isBack = RunUntilState(PackStatus.StateStandby, 3);
                if (_case.Recovery == CaseRecovery.Held)
                {
                    _bench.Model.Write("Host.Mode", asked);
                    RunFor(3);
                    Must(StateText() is "Fault" or "Standby" && _positiveDriven() == 0, $"recovery: the controller says {StateText()}; clearing must not let it close");
                    return;
                }

                Must(isBack, $"recovery: the faults were cleared and the controller says {StateText()}, faults {ActiveText()}");
            }

            RunFor(0.3);
            _bench.Model.Write("Host.Mode", asked);
            Must(RunUntilState(PackStatus.StateClosed, StartTimeoutS), $"recovery: the controller does not close again; it says {StateText()}, faults {ActiveText()}");
        }

        // The causes are gone: standby, clear, and a new wish must close the pack, unless its cells or its climate forbid it.
        private void EndWithInvariants(Invariants invariants)
        {
            invariants.EndTimeline();
            if (_case.Recovery != CaseRecovery.NotChecked && invariants.Failures.Count == 0)
            {
                Settle();
                RunFor(15);

                // A cell that was heated may vent after its heater went: what counts is the last sign. A minute of evidence and a minute of release follow it.
                long longestUs = _bench.TimeUs + 600_000_000;
                while (_runawayRoseUs >= 0 && _bench.TimeUs < Math.Min(_runawayRoseUs + 130_000_000, longestUs))
                {
                    RunFor(1);
                }

                _bench.Model.Write("Host.Mode", HostCommand.ModeStandby);
                RunFor(3);
                _bench.Diag.ClearFaults();
                RunFor(3);
                _recoveryJudged = invariants.MayClose();
                if (_recoveryJudged)
                {
                    _bench.Model.Write("Host.Mode", HostCommand.ModeDrive);
                    if (!RunUntilState(PackStatus.StateClosed, StartTimeoutS))
                    {
                        invariants.Fail("no-recovery", $"the causes are gone and the faults cleared, but the pack does not close: {StateText()}, faults {ActiveText()}");
                    }
                }
            }

            foreach (InvariantFailure failure in invariants.Failures)
            {
                _failures.Add(new CaseFailure(_case.Place, $"{failure.Code}: {failure.Message}", failure.TimeS - (_zeroUs * 1e-6)));
            }
        }

        /// <summary>Takes all causes away and lets release times pass.</summary>
        private void Settle()
        {
            _timeline.End();
            IModelPort model = _bench.Model;
            _bench.Ees.ClearAll();
            model.Write("Load.DriveSeed", 0);
            model.Write("Load.CurrentA", 0);
            model.Write("Load.PowerW", 0);
            model.Write("Charger.On", 0);
            if (_case.RecoveryDegC is double degC)
            {
                model.Write("Coolant.ConditioningDegC", degC);
            }

            RunFor(_case.RecoveryWaitS);
        }

        private void Must(bool holds, string message)
        {
            if (!holds)
            {
                Fail(_case.Place, message);
            }
        }

        private void Fail(FilePlace place, string message)
        {
            _failures.Add(new CaseFailure(place, message, (_bench.TimeUs - _zeroUs) * 1e-6));
        }

        private void RunFor(double seconds)
        {
            long untilUs = _bench.TimeUs + (long)Math.Round(seconds * 1e6);
            while (_bench.TimeUs < untilUs)
            {
                CycleOnce(runsTimeline: false);
            }
        }

        private bool RunUntilState(int state, double timeoutS)
        {
            long untilUs = _bench.TimeUs + (long)Math.Round(timeoutS * 1e6);
            while (_bench.Diag.State != state)
            {
                if (_bench.TimeUs >= untilUs)
                {
                    return false;
                }

                CycleOnce(runsTimeline: false);
            }

            return true;
        }

        private string StateText() => _bench.Diag.State is int state && state >= 0 && state < CaseKeys.States.Length ? CaseKeys.States[state] : "nothing";

        private string ActiveText()
        {
            string[] active = [.. _bench.Diag.ActiveFaults().Select(f => $"{FaultTable.NameOf(f)} {CaseKeys.Severities[_bench.Diag.SeverityOf(f)]}")];
            return active.Length > 0 ? string.Join(", ", active) : "none";
        }

        // Slower modules and sensors see the same thing later, by as much as their period is longer.
        private double ExtraMs(CaseExpect expect)
        {
            int fault = expect.Kind == ExpectKind.Fault ? Quantity.FaultNamed(expect.Name)
                : _case.Expect.Where(e => e.Kind == ExpectKind.Fault).Select(e => Quantity.FaultNamed(e.Name)).DefaultIfEmpty(-1).First();
            return CaseTimes.ExtraMs(fault, _bench.Parameters);
        }
    }
}
