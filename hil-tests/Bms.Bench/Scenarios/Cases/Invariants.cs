using System.Globalization;
using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Something that must never be, in any run.</summary>
    /// <param name="Code">Which invariant, and of what: one word for the same failure in other runs.</param>
    /// <param name="Message">What is wrong.</param>
    /// <param name="TimeS">When, on the bench's clock in s.</param>
    public sealed record InvariantFailure(string Code, string Message, double TimeS);

    /// <summary>Time from a physical event to the command that opened the contactors because of it.</summary>
    /// <param name="Kind">What happened.</param>
    /// <param name="Ms">Time in ms.</param>
    public readonly record struct Reaction(string Kind, double Ms);

    /// <summary>What must hold at every cycle of every run, whatever is broken, judged against the truth of the plant.</summary>
    /// <remarks>
    /// Never driven in a trip; no opening without a cause; no trip without a cause; no cause without an opening in time; no cell beyond its limit for longer than that; counters never fall.
    /// A cause is certain beyond the sensors' errors, and possible up to them: between the two the controller may do either.
    /// </remarks>
    internal sealed class Invariants
    {
        private const int Trip = 3;
        private const long TempPeriodUs = 100_000;

        // An event leaves in the cycle of its trip, others of the same burst one cycle later each; then a frame's time on a busy bus.
        private const long EventUs = 40_000;
        private const double BeyondV = 0.05;

        // The second main contactor follows the first one by a step; a row that waits for the current waits this long at most.
        private const long OrderUs = 60_000;
        private const long WaitUs = 1_200_000;
        private static readonly int[] AtOnce = [.. Enumerable.Range(0, FaultId.Count).Where(f => !FaultTable.WaitsForCurrent(f))];

        private readonly ITestBench _bench;
        private readonly CaseTimeline _timeline;
        private readonly ParameterBlock _parameters;
        private readonly Func<double> _positiveDriven;
        private readonly Func<double> _negativeDriven;
        private readonly Func<double> _prechargeDriven;
        private readonly Func<double> _pathClosed;
        private readonly Func<double> _highestV;
        private readonly Func<double> _lowestV;
        private readonly Func<double> _highestTrueV;
        private readonly Func<double> _lowestTrueV;
        private readonly Func<double> _current;
        private readonly Func<double> _hottest;
        private readonly Func<double> _coldest;
        private readonly Func<double> _runaway;
        private readonly Func<double> _packV;
        private readonly Func<double> _linkV;
        private readonly Func<double> _ventedGasL;
        private readonly Func<double> _hostMode;
        private readonly (string Name, Func<double> Read, double[] Last)[] _counters;
        private readonly Obligation[] _obligations;
        private readonly List<InvariantFailure> _failures = [];
        private readonly List<Reaction> _reactions = [];
        private readonly HashSet<string> _codes = [];
        private readonly int[] _severity = new int[FaultId.Count];
        private readonly bool[] _tripped = new bool[FaultId.Count];
        private readonly double _voltMargin;
        private readonly double _degMargin;
        private readonly double _ampMargin;
        private readonly double _beyondMs;
        private int _historySeen;
        private long _drivenSinceUs = -1;
        private long _openUs = -1;
        private long _tripSinceUs = -1;
        private long _standbyAskedUs;
        private bool _wasPositiveDriven;
        private bool _ended;
        private long _nextTempUs;
        private double _high;
        private double _low;
        private double _amps;
        private double _hot;
        private double _cold;
        private long _beyondSinceUs = -1;

        private sealed class Obligation(string kind, int row, double limitMs, Func<bool> isCertain, Func<bool>? isPossible = null)
        {
            public readonly string Kind = kind;
            public readonly int Row = row;
            public readonly double LimitMs = limitMs;
            public readonly Func<bool> IsCertain = isCertain;
            public readonly Func<bool>? IsPossible = isPossible;
            public long SinceUs = -1;
            public long PossibleUs = long.MinValue / 2;
        }

        public Invariants(ITestBench bench, CaseTimeline timeline, PackOptions pack)
        {
            _bench = bench;
            _timeline = timeline;
            _parameters = bench.Parameters;
            IModelPort model = bench.Model;
            _positiveDriven = model.Reader("Contactor.MainPositive.Driven");
            _negativeDriven = model.Reader("Contactor.MainNegative.Driven");
            _prechargeDriven = model.Reader("Contactor.Precharge.Driven");
            _pathClosed = model.Reader("Contactor.PathClosed");
            _highestV = model.Reader("Pack.HighestSensedV");
            _lowestV = model.Reader("Pack.LowestSensedV");
            _highestTrueV = model.Reader("Pack.HighestCellV");
            _lowestTrueV = model.Reader("Pack.LowestCellV");
            _current = model.Reader("Pack.SensedCurrentA");
            _hottest = model.Reader("Pack.HottestSensorDegC");
            _coldest = model.Reader("Pack.ColdestSensorDegC");
            _runaway = model.Reader("Pack.RunawayRule");
            _packV = model.Reader("Pack.VoltageV");
            _linkV = model.Reader("Link.VoltageV");
            _ventedGasL = model.Reader("Enclosure.VentedGasL");
            _hostMode = model.Reader("Host.Mode");
            _counters = [.. new[] { "Can.TaskTiming.MissedCycles", "Can.TaskTiming.MaxCycleUs" }.Select(n => (n, CaseSignals.Reader(bench, n), new[] { double.NaN }))];

            // Four deviations of the fixed errors, the noise, and what quantisation adds; foreign modules count in steps of up to 5 mV and 1 K.
            bool reference = pack.ModuleProfile == ModuleProfile.Reference;
            SensorOptions sensors = pack.Sensors;
            _voltMargin = 0.002 + (reference ? 0 : 0.006) + (4 * (sensors.CellOffsetV + (4.5 * sensors.CellGain) + sensors.CellNoiseV));
            _degMargin = 0.1 + (reference ? 0 : 1) + (4 * (sensors.TemperatureOffsetK + sensors.TemperatureNoiseK));
            _ampMargin = 0.2 + (4 * (sensors.CurrentOffsetA + sensors.CurrentNoiseA));
            _beyondMs = 420 + CaseTimes.ExtraMs(FaultId.CellOverVoltage, _parameters);
            _obligations = MakeObligations(pack);
        }

        public IReadOnlyList<InvariantFailure> Failures => _failures;

        public IReadOnlyList<Reaction> Reactions => _reactions;

        /// <summary>Rows that were at trip in the run.</summary>
        public IEnumerable<int> TrippedRows => Enumerable.Range(0, FaultId.Count).Where(f => _tripped[f]);

        /// <summary>True where nothing about the cells, the temperatures or the link keeps a good controller from closing.</summary>
        /// <remarks>
        /// A load that went on regenerating into the open link leaves its capacitor above the pack for a minute or more: closing would discharge it into the cells.
        /// A pack with a cell that vented is for the workshop: when its controller has had enough of the signs is not asked.
        /// </remarks>
        public bool MayClose()
        {
            Measure();
            return _high < Si(FaultId.CellOverVoltage, ParameterId.ColumnLimit) - 0.03 && _low > Si(FaultId.CellUnderVoltage, ParameterId.ColumnLimit) + 0.1
                && _hot < Si(FaultId.OverTemperature, ParameterId.ColumnLimit) - 3 - _degMargin && _cold > Si(FaultId.UnderTemperature, ParameterId.ColumnLimit) + 3 + _degMargin
                && _linkV() - _packV() < _parameters.Get(ParameterId.BusMatchMv) * 1e-3
                && _ventedGasL() == 0
                && !TrippedRows.Any(FaultTable.NeedsService);
        }

        /// <summary>After the run only the rules about trips and contactors hold: the causes are gone.</summary>
        public void EndTimeline() => _ended = true;

        public void Fail(string code, string message)
        {
            if (_codes.Add(code))
            {
                _failures.Add(new InvariantFailure(code, message, _bench.TimeUs * 1e-6));
            }
        }

        /// <summary>Looks after a cycle.</summary>
        public void Look()
        {
            long nowUs = _bench.TimeUs;
            Measure();
            bool positive = _positiveDriven() != 0;
            bool negative = _negativeDriven() != 0;
            bool precharge = _prechargeDriven() != 0;

            // Driven in the sense of protection: current may pass. One open main contactor breaks it.
            bool driven = negative && (positive || precharge);
            if (driven && _drivenSinceUs < 0)
            {
                _drivenSinceUs = nowUs;
            }
            else if (!driven && _drivenSinceUs >= 0)
            {
                _openUs = nowUs;
            }

            if (_hostMode() == HostCommand.ModeStandby)
            {
                _standbyAskedUs = nowUs;
            }

            ReadHistory(nowUs);
            CheckTrip(positive || negative || precharge, nowUs);
            CheckOpening(positive, nowUs);
            CheckObligations(driven, nowUs);
            CheckCells(nowUs);
            CheckCounters();
            if (!driven)
            {
                _drivenSinceUs = -1;
            }

            _wasPositiveDriven = positive;
        }

        private void Measure()
        {
            _high = _highestV();
            _low = _lowestV();
            _amps = _current();
            _runaway();
            if (_bench.TimeUs >= _nextTempUs)
            {
                _nextTempUs = _bench.TimeUs + TempPeriodUs;
                _hot = _hottest();
                _cold = _coldest();
            }
        }

        private void ReadHistory(long nowUs)
        {
            // Conditions first: a trip of this cycle is judged by them.
            foreach (Obligation o in _obligations)
            {
                bool certain = o.IsCertain();
                o.SinceUs = !certain ? -1 : o.SinceUs < 0 ? nowUs : o.SinceUs;
                if (certain || (o.IsPossible != null && o.IsPossible()))
                {
                    o.PossibleUs = nowUs;
                }
            }

            IReadOnlyList<FaultChange> history = _bench.Diag.FaultHistory;
            for (; _historySeen < history.Count; _historySeen++)
            {
                FaultChange change = history[_historySeen];
                _severity[change.Fault] = change.Severity;
                if (change.Severity != Trip)
                {
                    continue;
                }

                _tripped[change.Fault] = true;
                if (!IsExplained(change.Fault, nowUs))
                {
                    Fail("false-trip:" + FaultTable.NameOf(change.Fault),
                        string.Create(CultureInfo.InvariantCulture, $"{FaultTable.NameOf(change.Fault)} tripped (value {change.Value}, element {change.Element}) without a cause: cells {_low:0.000}..{_high:0.000} V, {_amps:0.0} A, {_cold:0.0}..{_hot:0.0} degC"));
                }

                NoteReaction(change.Fault, nowUs);
            }
        }

        private void NoteReaction(int row, long nowUs)
        {
            if (_openUs < 0 || nowUs - _openUs > EventUs || _drivenSinceUs < 0 && _openUs != nowUs)
            {
                return;
            }

            foreach (Obligation o in _obligations)
            {
                if (o.Row == row && o.SinceUs >= 0 && o.SinceUs > _lastDrivenStartUs && o.SinceUs <= _openUs)
                {
                    _reactions.Add(new Reaction(o.Kind, (_openUs - o.SinceUs) * 1e-3));
                    return;
                }
            }
        }

        private long _lastDrivenStartUs = -1;

        private void CheckTrip(bool driven, long nowUs)
        {
            bool trip = Array.Exists(_severity, s => s == Trip);
            _tripSinceUs = !trip ? -1 : _tripSinceUs < 0 ? nowUs : _tripSinceUs;
            bool atOnce = trip && Array.Exists(AtOnce, f => _severity[f] == Trip);
            long allowedUs = atOnce ? EventUs + OrderUs : EventUs + OrderUs + WaitUs;
            if (driven && trip && nowUs - _tripSinceUs > allowedUs)
            {
                Fail("driven-in-trip", $"a contactor is driven while {FaultTable.NameOf(Array.IndexOf(_severity, Trip))} is at trip");
            }

            if (_drivenSinceUs >= 0)
            {
                _lastDrivenStartUs = _drivenSinceUs;
            }
        }

        private void CheckOpening(bool positive, long nowUs)
        {
            // The event of a trip follows its command within the time of a frame: what opens now is judged a little later.
            if (_wasPositiveDriven && !positive)
            {
                _judgeOpeningUs = nowUs + EventUs;
                _openedInTrip = false;
            }

            if (_judgeOpeningUs >= 0)
            {
                _openedInTrip |= Array.Exists(_severity, s => s == Trip) || nowUs - _standbyAskedUs < 5_000_000 || _timeline.IsDisturbed;
                if (nowUs >= _judgeOpeningUs)
                {
                    _judgeOpeningUs = -1;
                    if (!_openedInTrip)
                    {
                        Fail("opened-without-cause", "the contactors opened without a trip and without the host's wish");
                    }
                }
            }
        }

        private long _judgeOpeningUs = -1;
        private bool _openedInTrip;

        private void CheckObligations(bool driven, long nowUs)
        {
            if (_ended || !driven)
            {
                return;
            }

            foreach (Obligation o in _obligations)
            {
                if (o.SinceUs >= 0 && nowUs - Math.Max(o.SinceUs, _drivenSinceUs) > o.LimitMs * 1000)
                {
                    Fail("missed:" + o.Kind, string.Create(CultureInfo.InvariantCulture,
                        $"{o.Kind} for {(nowUs - Math.Max(o.SinceUs, _drivenSinceUs)) * 1e-3:0} ms and the contactors are driven; {o.LimitMs:0} ms are allowed (cells {_low:0.000}..{_high:0.000} V, {_amps:0.0} A, {_cold:0.0}..{_hot:0.0} degC)"));
                }
            }
        }

        // A cell whose measurement is falsified cannot be protected by it: then only the other rules hold.
        private void CheckCells(long nowUs)
        {
            bool falsified = _timeline.WasEver(PackFault.CellVoltageOffset) || _timeline.WasEver(PackFault.CellVoltageStuck) || _timeline.WasEver(PackFault.CellSenseOpen)
                || _timeline.WasEver(PackFault.ModuleFrozen);
            bool beyond = _pathClosed() != 0 && !falsified
                && (_highestTrueV() > Si(FaultId.CellOverVoltage, ParameterId.ColumnTrip) + BeyondV || _lowestTrueV() < Si(FaultId.CellUnderVoltage, ParameterId.ColumnTrip) - BeyondV);
            _beyondSinceUs = !beyond ? -1 : _beyondSinceUs < 0 ? nowUs : _beyondSinceUs;
            if (beyond && nowUs - _beyondSinceUs > _beyondMs * 1000)
            {
                Fail("cell-beyond-limit", string.Create(CultureInfo.InvariantCulture, $"a cell is beyond its absolute limit for more than {_beyondMs:0} ms while current can pass ({_lowestTrueV():0.000}..{_highestTrueV():0.000} V)"));
            }
        }

        private void CheckCounters()
        {
            foreach ((string name, Func<double> read, double[] last) in _counters)
            {
                double value = read();
                if (value < last[0])
                {
                    Fail("counter-fell:" + name, string.Create(CultureInfo.InvariantCulture, $"{name} fell from {last[0]} to {value}"));
                }

                last[0] = double.IsNaN(value) ? last[0] : value;
            }
        }

        private bool IsExplained(int row, long nowUs)
        {
            if (_timeline.Explains(row, nowUs))
            {
                return true;
            }

            foreach (Obligation o in _obligations)
            {
                if ((o.Row == row || CaseCauses.Follows(row, o.Row)) && nowUs - o.PossibleUs < 3_000_000)
                {
                    return true;
                }
            }

            // What a trip leads to: a load that is cut off, a contactor that was opened under it.
            return CaseCauses.FollowsTrip(row, _tripped);
        }

        private Obligation[] MakeObligations(PackOptions pack)
        {
            bool reference = pack.ModuleProfile == ModuleProfile.Reference;
            bool referenceSensor = pack.SensorProfile == SensorProfile.Reference;

            // Beyond these an Outlander module has no number, but a sensor that is missing: another row's business, and no trip while its others work.
            bool outlander = pack.ModuleProfile == ModuleProfile.OutlanderPhev;
            double coldestTold = outlander ? (OutlanderModules.ColdestDeciC * 0.1) + _degMargin : double.NegativeInfinity;
            double hottestTold = outlander ? (OutlanderModules.HottestDeciC * 0.1) - _degMargin : double.PositiveInfinity;
            var list = new List<Obligation>
            {
                Above("over-voltage", FaultId.CellOverVoltage, 350, () => _high, _voltMargin),
                Below("under-voltage", FaultId.CellUnderVoltage, 350, () => _low, _voltMargin),
                Current("over-current charge", FaultId.OverCurrentCharge, 1),
                Current("over-current discharge", FaultId.OverCurrentDischarge, -1),
                Above("over-temperature", FaultId.OverTemperature, 1500, () => _hot, _degMargin, hottestTold),
                Below("under-temperature", FaultId.UnderTemperature, 1500 + (WaitUs / 1000), () => _cold, _degMargin, coldestTold),
                Certain("thermal runaway", FaultId.ThermalRunaway, 5000, () => _runaway() != 0),
                Error("lost module", FaultId.ModuleLost, 500, PackFault.ModuleSilent),
                Error("interlock", FaultId.Interlock, 100, PackFault.InterlockOpen),
                Error("silent current sensor", FaultId.CurrentSensorLost, 300, PackFault.CurrentSilent),
                Error("failed current sensor", FaultId.CurrentSensorLost, 300, PackFault.CurrentFailed),

                // A module that repeats old values hides the wires of its cells, too.
                Error("open wire", FaultId.ModuleDataInvalid, 500, PackFault.CellSenseOpen, hiddenBy: PackFault.ModuleFrozen),
                Error("silent host", FaultId.HostLost, 1100, PackFault.HostSilent),
            };
            if (reference)
            {
                list.Add(Error("module with wrong CRC", FaultId.ModuleLost, 500, PackFault.ModuleCrc));
                list.Add(Error("module with stuck counter", FaultId.ModuleLost, 600, PackFault.ModuleCounter));
            }

            if (referenceSensor)
            {
                list.Add(Error("sensor with wrong CRC", FaultId.CurrentSensorLost, 300, PackFault.SensorCrc));
            }

            return [.. list.Where(o => _parameters.Get(ParameterId.OfFault(o.Row, ParameterId.ColumnTrip)) != ParameterId.Never)];
        }

        private Obligation Above(string kind, int row, double limitMs, Func<double> value, double margin, double told = double.PositiveInfinity)
        {
            double trip = Si(row, ParameterId.ColumnTrip);
            return new Obligation(kind, row, limitMs + CaseTimes.ExtraMs(row, _parameters), () => value() > trip + margin && value() < told, () => value() > trip - margin);
        }

        private Obligation Below(string kind, int row, double limitMs, Func<double> value, double margin, double told = double.NegativeInfinity)
        {
            double trip = Si(row, ParameterId.ColumnTrip);
            return new Obligation(kind, row, limitMs + CaseTimes.ExtraMs(row, _parameters), () => value() < trip - margin && value() > told, () => value() < trip + margin);
        }

        private Obligation Current(string kind, int row, int sign)
        {
            double trip = Si(row, ParameterId.ColumnTrip);
            double margin = (0.005 * trip) + _ampMargin;
            return new Obligation(kind, row, 150 + CaseTimes.ExtraMs(row, _parameters), () => sign * _amps > trip + margin, () => sign * _amps > trip - margin);
        }

        private Obligation Certain(string kind, int row, double limitMs, Func<bool> condition)
        {
            return new Obligation(kind, row, limitMs + CaseTimes.ExtraMs(row, _parameters), condition);
        }

        private Obligation Error(string kind, int row, double limitMs, PackFault error, PackFault? hiddenBy = null)
        {
            return new Obligation(kind, row, limitMs + CaseTimes.ExtraMs(row, _parameters), () => _timeline.IsActive(error) && !(hiddenBy is { } other && _timeline.IsActive(other)));
        }

        private double Si(int row, int column)
        {
            int value = _parameters.Get(ParameterId.OfFault(row, column));
            if (value == ParameterId.Never)
            {
                return FaultTable.IsLowerLimit(row) ? double.NegativeInfinity : double.PositiveInfinity;
            }

            return value * (FaultTable.UnitOf(row) switch { "mV" or "mA" => 1e-3, "0.1 degC" => 0.1, _ => 1 });
        }
    }
}
