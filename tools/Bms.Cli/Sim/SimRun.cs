using System.Diagnostics;
using Bms.Bench;
using Bms.Bench.Scenarios;
using Bms.Cli.CommandLine;
using Bms.Core.Configuration;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Cli.Sim
{
    /// <summary>One run of a scenario: advances the bench, records what the report needs, and publishes snapshots for a view.</summary>
    internal sealed class SimRun
    {
        private const double LookS = 0.1;
        private const double SnapshotWallS = 0.04;

        /// <summary>Quantities of the recorder.</summary>
        public enum Quantity
        {
            PackVoltage, PackCurrent, TrueCurrent, ChargeLimit, DischargeLimit, LowestCell, HighestCell, TrueLowestCell, TrueHighestCell,
            LowestTemperature, HighestTemperature, TrueLowestTemperature, TrueHighestTemperature, Coolant, Ambient, Soc, TrueSoc, SocError, LinkVoltage, BusLoad, Count,
        }

        private readonly SimOptions _options;
        private readonly ScenarioRun _run;
        private readonly double[] _values = new double[(int)Quantity.Count];
        private readonly Stopwatch _watch = new();
        private volatile SimSnapshot? _snapshot;
        private int _phase = -1;
        private double _squares;
        private long _looksWithSoc;
        private double _worstSocError;

        /// <exception cref="CliFailure">The parameters do not fit the pack.</exception>
        public SimRun(SimOptions options)
        {
            _options = options;
            Scenario scenario = DefaultDay.Create(options.Seed, new BenchOptions
            {
                Pack = new PackOptions { CellName = options.Cell, CellCount = options.Cells, ModuleProfile = options.ModuleProfile, SensorProfile = options.SensorProfile },
                Driver = options.Driver,

                // Two frames are all that the MCP2515 holds: its board spends the idle time on emptying it.
                CollectPeriodUs = options.Driver == CanDriver.Mcp2515 ? 150 : 0,
                ConfigureParameters = options.Parameters is null ? null : Configure,
            });
            _run = new ScenarioRun(scenario);
            Host = new HostView();
            Events = new SimEvents(_run.Bench, Host);
            _run.Bench.Network.Observe(Host);
            _run.Bench.Network.Observe(Events);
        }

        /// <summary>The bench.</summary>
        public VirtualBench Bench => _run.Bench;

        /// <summary>The scenario.</summary>
        public Scenario Scenario => _run.Scenario;

        /// <summary>What a host tool sees.</summary>
        public HostView Host { get; }

        /// <summary>What happened.</summary>
        public SimEvents Events { get; }

        /// <summary>Courses over time.</summary>
        public SeriesRecorder Recorder { get; } = new((int)Quantity.Count);

        /// <summary>What the view shows; null before the first one.</summary>
        public SimSnapshot? Snapshot => _snapshot;

        /// <summary>Wall time so far in s.</summary>
        public double WallS => _watch.Elapsed.TotalSeconds;

        /// <summary>RMS of shown minus true state of charge, in parts of 1; NaN where none was shown.</summary>
        public double SocRmse => _looksWithSoc > 0 ? Math.Sqrt(_squares / _looksWithSoc) : double.NaN;

        /// <summary>Largest difference between shown and true state of charge.</summary>
        public double WorstSocError => _worstSocError;

        /// <summary>True where the run ended before the scenario did.</summary>
        public bool IsCut => !_run.IsFinished;

        /// <summary>Checks of the whole scenario.</summary>
        public int CheckCount => Scenario.Phases.Sum(p => p.Checks.Count);

        /// <summary>What became of it.</summary>
        public ScenarioResult Result() => _run.Result();

        /// <summary>Runs to the end.</summary>
        /// <param name="stop">Ends the run early.</param>
        public void Run(CancellationToken stop)
        {
            _watch.Start();
            double nextSnapshotS = 0;
            bool goesOn = true;
            while (goesOn && Bench.TimeS < _options.LongestS - 1e-6)
            {
                stop.ThrowIfCancellationRequested();
                NotePhase();
                goesOn = _run.Advance(LookS);
                Look();
                if (WallS >= nextSnapshotS || !goesOn)
                {
                    _snapshot = Take();
                    nextSnapshotS = WallS + SnapshotWallS;
                }

                HoldBack(stop);
            }

            _watch.Stop();
            _snapshot = Take();
        }

        // The bench begins with the preset; the file's values take the place of all of them.
        private void Configure(ParameterBlock block)
        {
            ParameterBlock given = _options.Parameters!;
            if (given.Get(ParameterId.CellCount) != _options.Cells)
            {
                throw new CliFailure($"{_options.ParametersPath}: CellCount is {given.Get(ParameterId.CellCount)}, the simulated pack has {_options.Cells} cells; change one of the two (--cells)");
            }

            int chemistry = block.Get(ParameterId.Chemistry);
            if (given.Get(ParameterId.Chemistry) != chemistry)
            {
                throw new CliFailure($"{_options.ParametersPath}: Chemistry is {Parameters.ParameterText.ChemistryName(given.Get(ParameterId.Chemistry))}, the simulated pack is {Parameters.ParameterText.ChemistryName(chemistry)}; change one of the two (--cell, or 'bms params export --preset {Parameters.ParameterText.ChemistryName(chemistry)}')");
            }

            if (given.Get(ParameterId.CyclePeriodMs) != block.Get(ParameterId.CyclePeriodMs))
            {
                throw new CliFailure($"{_options.ParametersPath}: CyclePeriodMs is {given.Get(ParameterId.CyclePeriodMs)}, the bench runs cycles of {block.Get(ParameterId.CyclePeriodMs)} ms; set it to that");
            }

            for (int i = 0; i < ParameterId.Count; i++)
            {
                block.Set(i, given.Get(i));
            }
        }

        private void NotePhase()
        {
            for (int index = 0; index < Scenario.Phases.Count; index++)
            {
                if (ReferenceEquals(Scenario.Phases[index], _run.CurrentPhase) && index != _phase)
                {
                    _phase = index;
                    Events.BeginPhase(_run.CurrentPhase);
                }
            }
        }

        private void Look()
        {
            Events.Look();
            double trueSoc = Truth.MeanSoc(Bench);
            double soc = HostView.Scaled(Host.SocCentiPct, 1e-4);
            if (!double.IsNaN(soc))
            {
                double error = soc - trueSoc;
                _squares += error * error;
                _looksWithSoc++;
                _worstSocError = Math.Max(_worstSocError, Math.Abs(error));
            }

            double[] v = _values;
            v[(int)Quantity.PackVoltage] = HostView.Scaled(Host.PackVoltageMv, 1e-3);
            v[(int)Quantity.PackCurrent] = HostView.Scaled(Host.PackCurrentMa, 1e-3);
            v[(int)Quantity.TrueCurrent] = Truth.CurrentA(Bench);
            v[(int)Quantity.ChargeLimit] = HostView.Scaled(Host.ChargeLimitMa, 1e-3);
            v[(int)Quantity.DischargeLimit] = -HostView.Scaled(Host.DischargeLimitMa, 1e-3);
            v[(int)Quantity.LowestCell] = HostView.Scaled(Host.LowestCellMv, 1e-3);
            v[(int)Quantity.HighestCell] = HostView.Scaled(Host.HighestCellMv, 1e-3);
            v[(int)Quantity.TrueLowestCell] = Truth.LowestCellV(Bench);
            v[(int)Quantity.TrueHighestCell] = Truth.HighestCellV(Bench);
            v[(int)Quantity.LowestTemperature] = HostView.Scaled(Host.LowestDeciC, 0.1);
            v[(int)Quantity.HighestTemperature] = HostView.Scaled(Host.HighestDeciC, 0.1);
            v[(int)Quantity.TrueLowestTemperature] = Truth.ColdestDegC(Bench);
            v[(int)Quantity.TrueHighestTemperature] = Truth.HottestDegC(Bench);
            v[(int)Quantity.Coolant] = Bench.Plant.Thermal.CoolantDegC;
            v[(int)Quantity.Ambient] = Bench.Plant.Thermal.AmbientDegC;
            v[(int)Quantity.Soc] = 100 * soc;
            v[(int)Quantity.TrueSoc] = 100 * trueSoc;
            v[(int)Quantity.SocError] = 100 * (soc - trueSoc);
            v[(int)Quantity.LinkVoltage] = Bench.Plant.Link.VoltageV;
            v[(int)Quantity.BusLoad] = 100 * Bench.Bus.LastSecondLoad;
            Recorder.Add(Math.Max(0, Bench.TimeS - (LookS / 2)), v);
        }

        private SimSnapshot Take()
        {
            IReadOnlyList<CheckResult> decided = _run.DecidedChecks;
            int failed = decided.Count(c => !c.Passed);
            return new SimSnapshot
            {
                TimeS = Bench.TimeS,
                Progress = Math.Min(1, Math.Max(_run.Progress, double.IsInfinity(_options.LongestS) ? 0 : Bench.TimeS / _options.LongestS)),
                Phase = _run.CurrentPhase.Name,
                PhaseNumber = _phase + 1,
                PhaseCount = Scenario.Phases.Count,
                WallS = WallS,
                State = Host.State,
                Coils = Host.Coils,
                PackVoltageV = _values[(int)Quantity.PackVoltage],
                PackCurrentA = _values[(int)Quantity.PackCurrent],
                ChargeLimitA = _values[(int)Quantity.ChargeLimit],
                DischargeLimitA = _values[(int)Quantity.DischargeLimit],
                LowestCellV = _values[(int)Quantity.LowestCell],
                HighestCellV = _values[(int)Quantity.HighestCell],
                LowestCellNumber = Host.LowestCellNumber,
                HighestCellNumber = Host.HighestCellNumber,
                LowestDegC = _values[(int)Quantity.LowestTemperature],
                HighestDegC = _values[(int)Quantity.HighestTemperature],
                TrueLowestDegC = _values[(int)Quantity.TrueLowestTemperature],
                TrueHighestDegC = _values[(int)Quantity.TrueHighestTemperature],
                Soc = _values[(int)Quantity.Soc],
                SocUncertainty = HostView.Scaled(Host.SocUncertaintyPermille, 0.1),
                TrueSoc = _values[(int)Quantity.TrueSoc],
                HeaterOn = Host.HeaterOn,
                CoolingOn = Host.CoolingOn,
                BalancingOn = Host.BalancingOn,
                Faults = [.. Bench.Diag.ActiveFaults().Select(f => (FaultTable.NameOf(f), Bench.Diag.SeverityOf(f)))],
                BusLoad = Bench.Bus.LastSecondLoad,
                Frames = Bench.Bus.FrameCount,
                ChecksPassed = decided.Count - failed,
                ChecksFailed = failed,
                Events = Events.Last(6),
            };
        }

        private void HoldBack(CancellationToken stop)
        {
            if (double.IsInfinity(_options.Speed))
            {
                return;
            }

            double aheadS = (Bench.TimeS / _options.Speed) - WallS;
            if (aheadS > 0.002)
            {
                stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(aheadS));
            }
        }
    }
}
