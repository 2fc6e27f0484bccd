using System.Globalization;
using Bms.Bench;
using Bms.Bench.Scenarios;
using Bms.Cli.Report;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Cli.Sim
{
    /// <summary>Writes down what happens in a run: states, heater, cooling, faults, first charge, and how fast a trip opened the contactors.</summary>
    internal sealed class SimEvents : ICanTap
    {
        // A twentieth of the capacity per hour: charging, not noise.
        private const double ChargingRateC = 0.05;

        private readonly VirtualBench _bench;
        private readonly HostView _host;
        private readonly List<SimEvent> _events = [];
        private readonly Dictionary<string, (double StartS, string Text, Tone Tone)> _open = [];
        private readonly Dictionary<string, List<Span>> _lanes = [];
        private int _faultsSeen;
        private bool _wasPathClosed;
        private bool _chargeExpected;
        private double _beyondTripS = double.NaN;
        private double _overTemperatureTripS = double.NaN;
        private double _lastTripS = double.NaN;
        private string _lastTrip = "";

        public SimEvents(VirtualBench bench, HostView host)
        {
            _bench = bench;
            _host = host;
        }

        /// <summary>A copy of the events so far, in order; for any thread.</summary>
        public IReadOnlyList<SimEvent> Snapshot()
        {
            lock (_events)
            {
                return [.. _events.OrderBy(e => e.TimeS)];
            }
        }

        /// <summary>A copy of the last events; for any thread.</summary>
        public IReadOnlyList<SimEvent> Last(int count)
        {
            lock (_events)
            {
                return [.. _events.TakeLast(count)];
            }
        }

        /// <summary>From the moment a sensed cell was truly beyond its over-temperature trip to the trip, in s; NaN where there was none.</summary>
        public double DetectS { get; private set; } = double.NaN;

        /// <summary>From the last trip to open contactors, in s; NaN where there was none.</summary>
        public double OpenS { get; private set; } = double.NaN;

        /// <summary>A phase begins.</summary>
        public void BeginPhase(Phase phase)
        {
            Note(new SimEvent(_bench.TimeS, "phase: " + SimText.Shown(phase.Name), Tone.Neutral));
        }

        /// <inheritdoc/>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            bool closed = _bench.Plant.IsPathClosed;
            if (closed != _wasPathClosed)
            {
                _wasPathClosed = closed;
                PathChanged(timeUs * 1e-6, closed);
            }
        }

        /// <summary>Compares with the last look; call it every 100 ms of virtual time.</summary>
        public void Look()
        {
            double now = _bench.TimeS;
            string state = _host.State < 0 ? "" : ContactorState.NameOf(_host.State);
            Follow("State", state, StateTone(_host.State), now, static e => e._host.State < 0 ? "" : "state: " + ContactorState.NameOf(e._host.State));
            Follow("Heater", _host.HeaterOn ? "on" : "", Tone.Limit, now, static e => Text($"heater {(e._host.HeaterOn ? "on" : "off")}, coldest cell {Truth.ColdestDegC(e._bench):0.0} °C"));
            Follow("Cooling", _host.CoolingOn ? "on" : "", Tone.Active, now, static e => Text($"cooling {(e._host.CoolingOn ? "on" : "off")}, hottest cell {Truth.HottestDegC(e._bench):0.0} °C"));
            Follow("Balancing", _host.BalancingOn ? "on" : "", Tone.Good, now, null);
            Charging(now);
            NewFaults();
            OverTemperature(now);
        }

        /// <summary>Ends what is still open and gives the lanes: states first, then every fault that came up.</summary>
        public IReadOnlyList<Lane> Lanes()
        {
            double now = _bench.TimeS;
            foreach (string name in _open.Keys.ToArray())
            {
                Close(name, now);
            }

            string[] fixedNames = ["State", "Heater", "Cooling", "Balancing"];
            var names = fixedNames.Concat(_lanes.Keys.Except(fixedNames).OrderBy(n => _lanes[n][0].StartS).ThenBy(n => n, StringComparer.Ordinal));
            return [.. names.Select(n => new Lane(n, _lanes.TryGetValue(n, out List<Span>? spans) ? spans : []))];
        }

        /// <summary>Colour of a severity.</summary>
        public static Tone SeverityTone(int severity)
        {
            return severity switch { 0 => Tone.Neutral, 1 => Tone.Warning, 2 => Tone.Limit, _ => Tone.Bad };
        }

        private void Note(SimEvent happened)
        {
            lock (_events)
            {
                _events.Add(happened);
            }
        }

        private static string Text(FormattableString text) => FormattableString.Invariant(text);

        private static Tone StateTone(int state)
        {
            return state switch
            {
                PackStatus.StateClosed => Tone.Good,
                PackStatus.StatePrecharge => Tone.Warning,
                PackStatus.StateOpening => Tone.Limit,
                PackStatus.StateFault => Tone.Bad,
                _ => Tone.Neutral,
            };
        }

        private void PathChanged(double timeS, bool closed)
        {
            if (closed)
            {
                Note(new SimEvent(timeS, "main contactors closed", Tone.Good));
                return;
            }

            // The frame that tells the trip may have come a moment ago: look it up first.
            NewFaults();
            string after = "";
            if (!double.IsNaN(_lastTripS) && timeS - _lastTripS < 5)
            {
                OpenS = timeS - _lastTripS;
                after = Text($", {OpenS:0.00} s after the trip of {_lastTrip}");
            }

            Note(new SimEvent(timeS, "main contactors open" + after, after.Length > 0 ? Tone.Bad : Tone.Neutral));
        }

        private void Charging(double now)
        {
            if (_bench.Plant.Host.Mode != HostCommand.ModeCharge)
            {
                _chargeExpected = true;
                return;
            }

            if (_chargeExpected && Truth.RateC(_bench) > ChargingRateC)
            {
                _chargeExpected = false;
                double floor = 0.1 * _bench.Parameters.Get(ParameterId.ChargeZeroBelowDeciC);
                Note(new SimEvent(now, Text($"charging begins, coldest cell {Truth.ColdestDegC(_bench):0.0} °C (none allowed below {floor:0} °C)"), Tone.Active));
            }
        }

        private void NewFaults()
        {
            IReadOnlyList<FaultChange> history = _bench.Diag.FaultHistory;
            for (; _faultsSeen < history.Count; _faultsSeen++)
            {
                FaultChange change = history[_faultsSeen];
                double timeS = change.TimeUs * 1e-6;
                string name = FaultTable.NameOf(change.Fault);
                string severity = Replay.ReplayCommand.SeverityName(change.Severity);
                string at = change.Severity == 0 || change.Value == int.MinValue ? "" : " at " + ValueText(change);
                Follow(name, change.Severity == 0 ? "" : severity, SeverityTone(change.Severity), timeS, null);
                Note(new SimEvent(timeS, $"{name}: {severity}{at}", SeverityTone(change.Severity)));
                if (change.Severity == Severity.Trip)
                {
                    _lastTripS = timeS;
                    _lastTrip = name;
                    if (change.Fault == FaultId.OverTemperature && double.IsNaN(_overTemperatureTripS))
                    {
                        _overTemperatureTripS = timeS;
                        DetectS = timeS - _beyondTripS;
                    }
                }
            }
        }

        private void OverTemperature(double now)
        {
            double tripDegC = 0.1 * _bench.Parameters.Get(ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip));
            if (double.IsNaN(_beyondTripS) && Truth.HottestSensedDegC(_bench) > tripDegC)
            {
                _beyondTripS = now;
                Note(new SimEvent(now, Text($"a sensed cell passes {tripDegC:0.0} °C, the over-temperature trip"), Tone.Warning));
                if (!double.IsNaN(_overTemperatureTripS))
                {
                    DetectS = _overTemperatureTripS - now;
                }
            }
        }

        private static string ValueText(FaultChange change)
        {
            string unit = FaultTable.UnitOf(change.Fault);
            string where = change.Element > 0 ? Text($" ({ElementName(change.Fault)} {change.Element})") : "";
            return unit switch
            {
                "0.1 degC" => Text($"{change.Value * 0.1:0.0} °C") + where,
                "mV" => Text($"{change.Value * 0.001:0.000} V") + where,
                "mA" => Text($"{change.Value * 0.001:0.0} A") + where,
                _ => Text($"{change.Value} {unit}").TrimEnd() + where,
            };
        }

        private static string ElementName(int fault)
        {
            return fault switch
            {
                FaultId.OverTemperature or FaultId.OverTemperatureCharge or FaultId.UnderTemperature or FaultId.UnderTemperatureCharge
                    or FaultId.TemperatureSpread or FaultId.TemperatureImplausible => "sensor",
                FaultId.ModuleLost or FaultId.TemperatureDataInvalid or FaultId.ThermalRunaway or FaultId.ModuleFrozen or FaultId.ModuleFailure => "module",
                _ => "cell",
            };
        }

        // A lane holds one stretch at a time; an empty text ends it.
        private void Follow(string lane, string text, Tone tone, double now, Func<SimEvents, string>? describe)
        {
            bool isOpen = _open.TryGetValue(lane, out var open);
            if ((isOpen ? open.Text : "") == text)
            {
                return;
            }

            if (isOpen)
            {
                Close(lane, now);
            }

            if (text.Length > 0)
            {
                _open[lane] = (now, text, tone);
            }

            if (describe is not null)
            {
                Note(new SimEvent(now, describe(this), text.Length > 0 ? tone : Tone.Neutral));
            }
        }

        private void Close(string lane, double now)
        {
            (double startS, string text, Tone tone) = _open[lane];
            _open.Remove(lane);
            if (!_lanes.TryGetValue(lane, out List<Span>? spans))
            {
                _lanes[lane] = spans = [];
            }

            spans.Add(new Span(startS, now, text, tone));
        }
    }
}
