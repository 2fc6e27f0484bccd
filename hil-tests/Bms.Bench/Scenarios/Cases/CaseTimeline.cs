using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Does the steps of a case at their times.</summary>
    internal sealed class CaseTimeline
    {
        private readonly ITestBench _bench;
        private readonly QuantityContext _context;
        private readonly List<Due> _due = [];
        private readonly List<FrameFault> _disturbances = [];
        private readonly List<Ramp> _ramps = [];
        private readonly Dictionary<(PackFault Error, int Element), double> _active = [];
        private readonly Dictionary<PackFault, long> _lastUs = [];
        private long _disturbedUs = long.MinValue / 2;
        private int _next;

        private readonly record struct Due(long AtUs, CaseStep Step, bool IsEvent);

        private sealed record Ramp(string Name, Action<double> Apply, long FromUs, long UntilUs, double From, double To);

        public CaseTimeline(TestCase testCase, ITestBench bench, QuantityContext context)
        {
            _bench = bench;
            _context = context;
            bool anyMarked = testCase.Timeline.Any(s => s.IsEvent);
            bool taken = false;
            foreach (CaseStep step in testCase.Timeline)
            {
                bool isEvent = anyMarked ? step.IsEvent : !taken && step.Kind is StepKind.Inject or StepKind.Disturb or StepKind.Set or StepKind.Send or StepKind.Stall;
                taken |= isEvent;
                double atS = step.AtS.In(context);
                for (int i = 0; i < step.Times; i++)
                {
                    _due.Add(new Due((long)Math.Round((atS + (i * step.EveryS)) * 1e6), step, isEvent && i == 0));
                }

                EndS = Math.Max(EndS, atS + ((step.Times - 1) * step.EveryS) + (step.RampS?.In(context) ?? 0) + 2);
            }

            // Steps of the same time stay in the order of the file.
            _due = [.. _due.OrderBy(d => d.AtUs)];
        }

        /// <summary>2 s after the last step, in s from time 0.</summary>
        public double EndS { get; } = 2;

        /// <summary>Does what is due.</summary>
        /// <param name="nowUs">Time from time 0.</param>
        /// <returns>True where reaction times count from now.</returns>
        public bool Run(long nowUs)
        {
            bool isEvent = false;
            while (_next < _due.Count && _due[_next].AtUs <= nowUs)
            {
                isEvent |= _due[_next].IsEvent;
                Do(_due[_next].Step, nowUs);
                _next++;
            }

            for (int i = _ramps.Count - 1; i >= 0; i--)
            {
                Ramp ramp = _ramps[i];
                double share = Math.Min(1, (double)(nowUs - ramp.FromUs) / (ramp.UntilUs - ramp.FromUs));
                ramp.Apply(share == 1 ? ramp.To : ramp.From + (share * (ramp.To - ramp.From)));
                if (share == 1)
                {
                    _ramps.RemoveAt(i);
                }
            }

            return isEvent;
        }

        /// <summary>Ends ramps, disturbances and errors.</summary>
        public void End()
        {
            _ramps.Clear();
            Calm();
            ForgetAll();
        }

        /// <summary>True while an error is in, at any element.</summary>
        public bool IsActive(PackFault error)
        {
            foreach ((PackFault Error, int Element) key in _active.Keys)
            {
                if (key.Error == error)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>True while frames are disturbed: what the controller tells may not arrive.</summary>
        public bool IsDisturbed => _disturbances.Count > 0;

        /// <summary>True where an error was ever in.</summary>
        public bool WasEver(PackFault error) => _lastUs.ContainsKey(error);

        /// <summary>True where something that is broken, or was a short while ago, may trip a row.</summary>
        public bool Explains(int row, long nowUs)
        {
            // Release times, the minute of the runaway detector and a ramp that goes back: what was broken explains for a while.
            const long MemoryUs = 90_000_000;
            foreach (KeyValuePair<PackFault, long> last in _lastUs)
            {
                if ((nowUs - last.Value < MemoryUs || IsActive(last.Key)) && CaseCauses.May(last.Key, row))
                {
                    return true;
                }
            }

            return (_disturbances.Count > 0 || nowUs - _disturbedUs < 3_000_000) && CaseCauses.MayDisturbed(row);
        }

        /// <summary>A signal's name with the variables of its element put in.</summary>
        public static string Named(string signal, QuantityContext context)
        {
            foreach (KeyValuePair<string, double> variable in context.Variables)
            {
                signal = signal.Replace("[$" + variable.Key + "]", FormattableString.Invariant($"[{variable.Value}]"), StringComparison.Ordinal);
            }

            return signal;
        }

        private void Do(CaseStep step, long nowUs)
        {
            int element = (int)Math.Round(step.Element?.In(_context) ?? 1) - 1;
            double value = step.Value?.In(_context) ?? 0;
            switch (step.Kind)
            {
                case StepKind.Inject:
                    PackFault fault = Enum.Parse<PackFault>(step.Name);
                    _active[(fault, element)] = value;
                    _lastUs[fault] = _bench.TimeUs;
                    Move(FormattableString.Invariant($"{fault} {element}"), v => _bench.Ees.Inject(fault, element, v), 0, value, step.RampS?.In(_context) ?? 0, nowUs);
                    break;
                case StepKind.Clear when step.Name == "all":
                    _ramps.Clear();
                    ForgetAll();
                    _bench.Ees.ClearAll();
                    break;
                case StepKind.Clear:
                    _ramps.RemoveAll(r => r.Name == FormattableString.Invariant($"{step.Name} {element}"));
                    _active.Remove((Enum.Parse<PackFault>(step.Name), element));
                    _lastUs[Enum.Parse<PackFault>(step.Name)] = _bench.TimeUs;
                    _bench.Ees.Clear(Enum.Parse<PackFault>(step.Name), element);
                    break;
                case StepKind.Set:
                    string signal = Named(step.Name, _context);
                    Move(signal, v => _bench.Model.Write(signal, v), step.RampS is null ? 0 : _bench.Model.Read(signal), value, step.RampS?.In(_context) ?? 0, nowUs);
                    break;
                case StepKind.Host:
                    _bench.Model.Write("Host.Mode", step.Name switch { "drive" => HostCommand.ModeDrive, "charge" => HostCommand.ModeCharge, _ => HostCommand.ModeStandby });
                    break;
                case StepKind.ClearFaults:
                    _bench.Diag.ClearFaults();
                    break;
                case StepKind.Disturb:
                    Disturb(step.Disturbance!);
                    break;
                case StepKind.Calm:
                    Calm();
                    break;
                case StepKind.Send:
                    _bench.Network.Send(step.Id, step.Data);
                    break;
                case StepKind.Stall:
                    _bench.StallController(value);
                    break;
                default:
                    _bench.RestartController(step.Value is null ? 0.5 : value);
                    break;
            }
        }

        private void Move(string name, Action<double> apply, double from, double to, double rampS, long nowUs)
        {
            _ramps.RemoveAll(r => r.Name == name);
            if (rampS <= 0)
            {
                apply(to);
                return;
            }

            _ramps.Add(new Ramp(name, apply, nowUs, nowUs + (long)Math.Round(rampS * 1e6), from, to));
        }

        private void Disturb(CaseDisturbance disturbance)
        {
            var random = new RandomStream(disturbance.FirstId + 1, 77);
            double share = disturbance.Percent / 100;
            var fault = new FrameFault
            {
                Kind = disturbance.Kind,
                FirstId = disturbance.FirstId,
                LastId = disturbance.LastId,
                Remaining = disturbance.Count ?? long.MaxValue,
                Mask = disturbance.Mask,
                DelayUs = (long)(disturbance.DelayMs * 1000),
                Predicate = share < 1 ? (_, _, _, _) => random.NextDouble() < share : null,
            };
            _disturbances.Add(fault);
            _bench.Network.Disturb(fault);
        }

        private void ForgetAll()
        {
            foreach ((PackFault error, _) in _active.Keys)
            {
                _lastUs[error] = _bench.TimeUs;
            }

            _active.Clear();
        }

        private void Calm()
        {
            if (_disturbances.Count > 0)
            {
                _disturbedUs = _bench.TimeUs;
            }

            foreach (FrameFault fault in _disturbances)
            {
                _bench.Network.Calm(fault);
            }

            _disturbances.Clear();
        }
    }
}
