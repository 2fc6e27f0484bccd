using System.Globalization;
using System.Runtime.InteropServices;
using Bms.Bench.Scenarios;
using Bms.Cli.CommandLine;
using Bms.Cli.Logs;
using Bms.Cli.Parameters;
using Bms.Cli.Report;
using Bms.Core.Configuration;
using Bms.Core.Protection;
using Bms.Plant.Pack;
using Quantity = Bms.Cli.Sim.SimRun.Quantity;

namespace Bms.Cli.Sim
{
    /// <summary>Makes the report of a run.</summary>
    internal static class SimReport
    {
        private const int MostBuckets = 4500;
        private const int BusyIds = 14;

        public static ReportModel Of(SimRun run, ScenarioResult result, SimOptions options)
        {
            int bucketS = Math.Max(1, (run.Recorder.Seconds + MostBuckets - 1) / MostBuckets);
            PackOptions pack = run.Bench.Options.Pack;
            int passed = result.Checks.Count(c => c.Passed);
            return new ReportModel
            {
                Title = "Bms: " + result.Name,
                Subtitle = Text($"Real firmware against a simulated pack of {options.Cells} cells {run.Bench.Plant.Cells.Cell.Name} ({run.Bench.Plant.Cells.Cell.Chemistry}), {pack.ParallelCount} in parallel, {run.Bench.Plant.Cells.NominalCapacityAh:0.0} Ah, on a virtual CAN bus at {run.Bench.Bus.BitRate / 1000} kbit/s. Seed {options.Seed}."),
                Verdict = result.Passed ? Text($"Passed: {passed} of {result.Checks.Count} checks") : result.MissedProtection ? Text($"Missed a protection: {result.Checks.Count - passed} of {result.Checks.Count} checks failed") : Text($"{result.Checks.Count - passed} of {result.Checks.Count} checks failed"),
                VerdictTone = result.Passed ? Tone.Good : Tone.Bad,
                Tiles = Tiles(run, result),
                Phases = [.. result.Phases.Select(p => new Span(p.StartS, End(p, result), SimText.Shown(p.Name)))],
                Charts = Charts(run.Recorder, bucketS),
                Lanes = run.Events.Lanes(),
                TablesAbove = result.Passed ? [] : [ChecksTable(result, "Failed checks", c => !c.Passed)],
                TablesBelow = [ChecksTable(result, "Checks", _ => true), PhasesTable(run, result), EventsTable(run), BusTable(run), ConfigurationTable(run, options), ParametersTable(run)],
                BucketS = bucketS,
                DurationS = result.SimulatedS,
                Footer = $"bms {BmsCommandLine.Version} · .NET {Environment.Version} · everything in this file, nothing is loaded from elsewhere",
            };
        }

        private static double End(PhaseResult p, ScenarioResult result) => p.EndS > p.StartS ? p.EndS : result.SimulatedS;

        private static string Text(FormattableString text) => FormattableString.Invariant(text);

        private static Tile[] Tiles(SimRun run, ScenarioResult result)
        {
            double highest = result.Phases.Max(p => p.HighestDegC);
            double lowest = result.Phases.Min(p => p.LowestDegC);
            double rmse = 100 * run.SocRmse;
            bool tripped = !double.IsNaN(run.Events.OpenS);
            return
            [
                new Tile("Simulated", SimText.Clock(result.SimulatedS) + " h", Text($"{run.WallS:0.0} s of wall time")),
                new Tile("Speed", Text($"{result.SimulatedS / run.WallS:0} x"), "real time, report and log aside"),
                new Tile("SoC error", Text($"{rmse:0.0} points"), Text($"RMS; {100 * run.WorstSocError:0.0} at most"), rmse <= 3 ? Tone.Good : rmse <= 5 ? Tone.Warning : Tone.Bad),
                new Tile("Trip to open", tripped ? Text($"{1000 * run.Events.OpenS:0} ms") : "no trip", tripped && !double.IsNaN(run.Events.DetectS) ? Text($"tripped {run.Events.DetectS:0.0} s after the threshold") : "", Tone.Neutral),
                new Tile("Cell temperature", Text($"{lowest:0} … {highest:0} °C"), "coldest and hottest cell, true"),
                new Tile("Bus load", Text($"{100 * result.BusLoad:0.0} %"), Text($"busiest second {100 * result.PeakBusLoad:0.0} %, {SimText.Count(result.Frames)} frames"), result.PeakBusLoad < 0.7 ? Tone.Neutral : Tone.Warning),
            ];
        }

        private static Chart[] Charts(SeriesRecorder recorder, int bucketS)
        {
            Series Line(Quantity quantity, string name, int colour, bool dashed = false, bool hidden = false)
            {
                (float[] low, float[] high) = recorder.Buckets((int)quantity, bucketS);
                return new Series(name, low, high, colour, dashed, hidden);
            }

            return
            [
                new Chart("State of charge", "%", 2, [Line(Quantity.TrueSoc, "true (mean of the cells)", 6), Line(Quantity.Soc, "firmware", 1)], "Firmware: as read from its CAN frames."),
                new Chart("Error of the state of charge", "points", 2, [Line(Quantity.SocError, "firmware - true", 5)]),
                new Chart("Pack current", "A", 1, [Line(Quantity.TrueCurrent, "current", 2), Line(Quantity.ChargeLimit, "charging limit", 3, true), Line(Quantity.DischargeLimit, "discharging limit", 5, true)], "Positive current charges. The limits are what the firmware allows."),
                new Chart("Pack voltage", "V", 1, [Line(Quantity.PackVoltage, "pack", 1), Line(Quantity.LinkVoltage, "load side", 6, true, hidden: true)]),
                new Chart("Cell voltages", "V", 3, [Line(Quantity.LowestCell, "lowest", 1), Line(Quantity.HighestCell, "highest", 2), Line(Quantity.TrueLowestCell, "lowest, true", 6, true), Line(Quantity.TrueHighestCell, "highest, true", 4, true)]),
                new Chart("Temperatures", "°C", 1, [Line(Quantity.LowestTemperature, "coldest sensor", 1), Line(Quantity.HighestTemperature, "hottest sensor", 5), Line(Quantity.TrueLowestTemperature, "coldest cell", 4, true), Line(Quantity.TrueHighestTemperature, "hottest cell", 2, true), Line(Quantity.Coolant, "coolant", 3), Line(Quantity.Ambient, "ambient", 6, true)]),
                new Chart("Bus load", "%", 1, [Line(Quantity.BusLoad, "share of each second", 4)]),
            ];
        }

        private static Table ChecksTable(ScenarioResult result, string title, Func<CheckResult, bool> isShown)
        {
            return new Table(
                title,
                ["Result", "Phase", "Expectation", "At>", "Reaction>"],
                [.. result.Checks.Where(isShown).Select(c => (IReadOnlyList<Cell>)
                [
                    new Cell(c.Passed ? "passed" : c.Check.IsProtection ? "missed" : "failed", c.Passed ? Tone.Good : Tone.Bad),
                    SimText.Shown(c.Phase),
                    SimText.Shown(c.Check.Name),
                    new Cell(SimText.Clock(c.TimeS), TimeS: c.TimeS),
                    double.IsNaN(c.ReactionS) ? "" : Text($"{c.ReactionS:0.00} s"),
                ])]);
        }

        private static Table PhasesTable(SimRun run, ScenarioResult result)
        {
            return new Table(
                "Phases",
                ["Phase", "From>", "Length>", "SoC %>", "Cell voltage V>", "Cell temperature °C>", "Current A>", "Energy kWh>", "Worst SoC error>"],
                [.. result.Phases.Select(p => (IReadOnlyList<Cell>)
                [
                    SimText.Shown(p.Name),
                    new Cell(SimText.Clock(p.StartS), TimeS: p.StartS),
                    SimText.Clock(End(p, result) - p.StartS),
                    Text($"{100 * p.StartSoc:0.0} → {100 * (p.EndS > p.StartS ? p.EndSoc : Bms.Bench.Truth.MeanSoc(run.Bench)):0.0}"),
                    Text($"{p.LowestCellV:0.000} … {p.HighestCellV:0.000}"),
                    Text($"{p.LowestDegC:0.0} … {p.HighestDegC:0.0}"),
                    Text($"{p.LowestCurrentA:0.0} … {p.HighestCurrentA:0.0}"),
                    p.EndS > p.StartS ? Text($"{p.EnergyWh / 1000:+0.00;-0.00;0.00}") : "",
                    Text($"{100 * p.WorstSocError:0.0}"),
                ])]);
        }

        private static Table EventsTable(SimRun run)
        {
            return new Table(
                "Events",
                ["Time>", "Event"],
                [.. run.Events.Snapshot().Select(e => (IReadOnlyList<Cell>)[new Cell(SimText.FineClock(e.TimeS), TimeS: e.TimeS), new Cell(e.Text, e.Tone)])]);
        }

        private static Table BusTable(SimRun run)
        {
            var names = LogCommand.Catalogue();
            double seconds = run.Bench.TimeS;
            var ids = Enumerable.Range(0, 0x800).Select(id => (Id: (uint)id, Count: run.Bench.Network.CountOf((uint)id))).Where(f => f.Count > 0).OrderByDescending(f => f.Count).ThenBy(f => f.Id);
            return new Table(
                Text($"Busiest of {ids.Count()} identifiers"),
                ["Id", "Message", "Frames>", "Per second>"],
                [.. ids.Take(BusyIds).Select(f => (IReadOnlyList<Cell>)[Text($"0x{f.Id:X3}"), names.FindMessage(f.Id, false)?.Name ?? "", SimText.Count(f.Count), Text($"{f.Count / seconds:0.0}")])],
                IsFolded: true);
        }

        private static Table ConfigurationTable(SimRun run, SimOptions options)
        {
            PackOptions p = run.Bench.Options.Pack;
            (string Name, string Value)[] rows =
            [
                ("Scenario", run.Scenario.Name),
                ("Seed", Text($"{options.Seed}")),
                ("Cells", Text($"{options.Cells} in series, {p.ParallelCount} in parallel, {p.CellName}")),
                ("Spread over the cells", Text($"capacity {100 * p.CapacitySpread:0.0} %, resistance {100 * p.ResistanceSpread:0.0} %, state of charge {100 * p.SocSpread:0.0} points (one standard deviation)")),
                ("Start", Text($"{100 * p.InitialSoc:0} % at {p.InitialTemperatureDegC:0} °C, ambient {p.AmbientDegC:0} °C")),
                ("Parameters", options.ParametersPath ?? ParameterText.ChemistryName(run.Bench.Parameters.Get(ParameterId.Chemistry)) + " preset"),
                ("Control cycle", Text($"{run.Bench.Options.CyclePeriodMs} ms")),
                ("Bus", Text($"{run.Bench.Bus.BitRate / 1000} kbit/s, {run.Bench.Bus.Nodes.Count} nodes")),
                ("Log", options.LogPath ?? "none"),
                ("Machine", $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}"),
            ];
            return new Table("Configuration", ["What", "Value"], [.. rows.Select(r => (IReadOnlyList<Cell>)[r.Name, r.Value])], IsFolded: true);
        }

        private static Table ParametersTable(SimRun run)
        {
            static string Threshold(ParameterBlock block, int fault, int column)
            {
                int value = block.Get(ParameterId.OfFault(fault, column));
                return value == ParameterId.Never ? "–" : value.ToString(CultureInfo.InvariantCulture);
            }

            ParameterBlock parameters = run.Bench.Parameters;
            return new Table(
                "Fault table of the firmware",
                ["Fault", "Unit", "Warning>", "Limit>", "Trip>", "Hysteresis>", "Debounce ms>", "Release ms>", "Latched"],
                [.. Enumerable.Range(0, FaultId.Count).Select(f => (IReadOnlyList<Cell>)
                [
                    FaultTable.NameOf(f),
                    FaultTable.UnitOf(f),
                    Threshold(parameters, f, ParameterId.ColumnWarning),
                    Threshold(parameters, f, ParameterId.ColumnLimit),
                    Threshold(parameters, f, ParameterId.ColumnTrip),
                    Threshold(parameters, f, ParameterId.ColumnHysteresis),
                    Threshold(parameters, f, ParameterId.ColumnDebounceMs),
                    Threshold(parameters, f, ParameterId.ColumnReleaseMs),
                    FaultTable.IsLatched(f) ? "yes" : "",
                ])],
                IsFolded: true);
        }
    }
}
