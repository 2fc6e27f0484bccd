using System.Globalization;
using Bms.Core.Protection;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Judges one expectation of a case, cycle by cycle.</summary>
    internal sealed class CaseWatch
    {
        private readonly Func<double>? _signal;
        private readonly Func<double>? _near;
        private readonly double _above;
        private readonly double _below;
        private readonly double _equal;
        private readonly double _tolerance;
        private readonly double _withinMs;
        private readonly double _notBeforeMs;
        private readonly int _element;
        private readonly int _fault;
        private readonly long _fromUs;
        private readonly long _untilUs;
        private readonly bool _fromEvent;
        private bool _isDone;
        private bool _wasLooked;
        private double _last = double.NaN;

        public CaseWatch(CaseExpect expect, ITestBench bench, QuantityContext context, double endS, double extraMs)
        {
            Expect = expect;
            _withinMs = expect.WithinMs is null ? double.PositiveInfinity : expect.WithinMs.In(context) + extraMs;
            _notBeforeMs = expect.NotBeforeMs?.In(context) ?? double.NegativeInfinity;
            _element = (int)Math.Round(expect.Element?.In(context) ?? 0);
            double fromS = expect.FromS?.In(context) ?? 0;
            EndS = expect.UntilS?.In(context) ?? (expect.FromS is null ? 0 : fromS);
            _fromUs = (long)Math.Round(fromS * 1e6);
            _untilUs = expect.UntilS is null ? long.MaxValue : (long)Math.Round(EndS * 1e6);
            _fromEvent = expect.Kind == ExpectKind.Eventually && expect.WithinMs != null;
            _fault = expect.Kind == ExpectKind.Fault ? Quantity.FaultNamed(expect.Name) : -1;
            if (expect.Kind is ExpectKind.Always or ExpectKind.Eventually)
            {
                Func<double> signal = CaseSignals.Reader(bench, CaseTimeline.Named(expect.Name, context));
                double scale = expect.Scale?.In(context) ?? 1;
                _signal = scale == 1 ? signal : () => scale * signal();
                _near = expect.Near is null ? null : CaseSignals.Reader(bench, CaseTimeline.Named(expect.Near, context));
                _above = expect.Above?.In(context) ?? double.NaN;
                _below = expect.Below?.In(context) ?? double.NaN;
                _equal = expect.Word != null ? CaseSignals.RawOf(expect.Name, expect.Word)!.Value : expect.EqualTo?.In(context) ?? double.NaN;
                _tolerance = expect.Tolerance?.In(context) ?? 0;
            }
        }

        public CaseExpect Expect { get; }

        /// <summary>End of the window in s from time 0; 0 where none is stated.</summary>
        public double EndS { get; }

        /// <summary>Time of the fault on the bench's clock in us; -1 while it has not come.</summary>
        public long HitUs { get; private set; } = -1;

        /// <summary>Takes a change of a row.</summary>
        public void Take(FaultChange change, long eventUs)
        {
            if (change.Fault == _fault && HitUs < 0 && change.Severity >= Expect.Severity && (_element == 0 || change.Element == _element) && eventUs >= 0 && change.TimeUs >= eventUs)
            {
                HitUs = change.TimeUs;
            }
        }

        /// <summary>Looks at the signal.</summary>
        /// <returns>What is wrong, once; null while nothing is.</returns>
        public string? Look(long nowUs, long zeroUs, long eventUs)
        {
            if (_signal is null || _isDone)
            {
                return null;
            }

            long fromZeroUs = nowUs - zeroUs;
            if (fromZeroUs < _fromUs || fromZeroUs > _untilUs || (_fromEvent && eventUs < 0))
            {
                return null;
            }

            double before = _last;
            _last = _signal();
            _wasLooked = true;
            bool holds = Holds(_last) && !(Expect.NeverFalls && _last < before);
            if (Expect.Kind == ExpectKind.Always)
            {
                _isDone = !holds;
                return holds ? null : $"{Expect.Name} is {Shown(_last)}; it must be {Condition()}";
            }

            double ms = _fromEvent ? (nowUs - eventUs) * 1e-3 : 0;
            if (_fromEvent && ms > _withinMs)
            {
                _isDone = true;
                return string.Create(CultureInfo.InvariantCulture, $"{Expect.Name} is {Shown(_last)}; it must be {Condition()} within {_withinMs:0} ms");
            }

            if (holds)
            {
                _isDone = true;
                HitUs = nowUs;
                return ms < _notBeforeMs && _fromEvent ? string.Create(CultureInfo.InvariantCulture, $"{Expect.Name} is {Shown(_last)} already after {ms:0} ms, not before {_notBeforeMs:0} ms is right") : null;
            }

            return null;
        }

        /// <summary>Judges what only the end tells.</summary>
        public string? AtEnd(ITestBench bench, long eventUs, long commandUs)
        {
            switch (Expect.Kind)
            {
                case ExpectKind.Fault:
                    string what = $"{Expect.Name} {CaseKeys.Severities[Expect.Severity]}" + (_element > 0 ? $" of element {_element}" : "");
                    return eventUs < 0 ? $"{what}: the event never came" : HitUs < 0 ? $"{what} never came" : Judge(what + " came", (HitUs - eventUs) * 1e-3);
                case ExpectKind.Opens:
                    return eventUs < 0 ? "the event never came" : commandUs < 0 ? "the contactors were never told to open" : Judge("the contactors were told to open", (commandUs - eventUs) * 1e-3);
                case ExpectKind.State:
                    string state = bench.Diag.State >= 0 ? CaseKeys.States[bench.Diag.State] : "nothing";
                    return state == Expect.Name ? null : $"the controller says {state} at the end of the timeline; it must say {Expect.Name}";
                case ExpectKind.Eventually:
                    return _isDone ? null : _wasLooked ? $"{Expect.Name} was never {Condition()}; last {Shown(_last)}" : $"{Expect.Name} was never looked at: the event or the window did not come";
                case ExpectKind.Always:
                    return _wasLooked || _isDone ? null : $"{Expect.Name} was never looked at: the window lies outside of the timeline";
                default:
                    return null;
            }
        }

        private string? Judge(string what, double ms)
        {
            return ms > _withinMs ? string.Create(CultureInfo.InvariantCulture, $"{what} after {ms:0.#} ms; {_withinMs:0} ms are allowed")
                : ms < _notBeforeMs ? string.Create(CultureInfo.InvariantCulture, $"{what} already after {ms:0.#} ms; not before {_notBeforeMs:0} ms is right")
                : null;
        }

        private bool Holds(double value)
        {
            if (Expect.IsUnavailable)
            {
                return double.IsNaN(value);
            }

            // Written so that a value that is not available fails every condition.
            return (double.IsNaN(_above) || value > _above)
                && (double.IsNaN(_below) || value < _below)
                && (double.IsNaN(_equal) || Math.Abs(value - _equal) <= _tolerance + 1e-9)
                && (_near is null || Math.Abs(value - _near()) <= _tolerance + 1e-9);
        }

        private string Condition()
        {
            var parts = new List<string>();
            if (Expect.IsUnavailable)
            {
                parts.Add("not available");
            }

            if (!double.IsNaN(_above))
            {
                parts.Add("above " + Shown(_above));
            }

            if (!double.IsNaN(_below))
            {
                parts.Add("below " + Shown(_below));
            }

            if (!double.IsNaN(_equal))
            {
                parts.Add(Expect.Word ?? Shown(_equal) + (_tolerance > 0 ? " +/- " + Shown(_tolerance) : ""));
            }

            if (Expect.NeverFalls)
            {
                parts.Add("never below what it was before");
            }

            if (_near != null)
            {
                parts.Add($"within {Shown(_tolerance)} of {Expect.Near} ({Shown(_near())})");
            }

            return string.Join(" and ", parts);
        }

        private static string Shown(double value) => double.IsNaN(value) ? "not available" : value.ToString("0.####", CultureInfo.InvariantCulture);
    }
}
