using System.Globalization;
using System.Text;
using Bms.Bench;
using Bms.Bench.Scenarios.Cases;
using Bms.Can.Candump;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Report;
using Bms.Core.Protection;

namespace Bms.Cli.Hil
{
    /// <summary>Runs the first failed run of a case again, the same to the bit, and keeps what happened: frames, signals, charts.</summary>
    internal sealed class CaseTrace : ICanTap
    {
        private const int MostBuckets = 3000;

        private static readonly (string Name, string Unit)[] Columns =
        [
            ("Pack.CurrentA", "A"), ("Pack.VoltageV", "V"), ("Link.VoltageV", "V"), ("Pack.LowestCellV", "V"), ("Pack.HighestCellV", "V"),
            ("Pack.ColdestDegC", "degC"), ("Pack.HottestDegC", "degC"), ("Host.ChargeLimitA", "A"), ("Host.DischargeLimitA", "A"),
            ("Contactor.MainPositive.Driven", ""), ("Contactor.MainNegative.Driven", ""), ("Contactor.Precharge.Driven", ""), ("Contactor.PathClosed", ""),
            ("Can.CellExtremes.LowestCellMv", "mV"), ("Can.CellExtremes.HighestCellMv", "mV"), ("Can.TemperatureExtremes.HighestTemperatureDeciC", "0.1 degC"),
            ("Can.TemperatureExtremes.LowestTemperatureDeciC", "0.1 degC"), ("Can.PackStatus.State", ""), ("Can.PackStatus.Severity", ""), ("Can.StateEstimates.SocCentiPct", "0.01 %"),
        ];

        private readonly CandumpWriter _log;

        private CaseTrace(CandumpWriter log)
        {
            _log = log;
        }

        /// <summary>Records the trace of a case.</summary>
        /// <returns>Path of the page; log and CSV stand beside it.</returns>
        public static string Record(CaseResult result, string folder)
        {
            VariantResult failed = result.FirstFailed!;
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliFailure($"{folder}: the folder for traces cannot be made ({OneLine.Of(fault.Message)}); give --traces");
            }

            string stem = Path.Combine(folder, result.Case.Id);
            using var log = new CandumpWriter(stem + ".log");
            using var csv = new TextOutput(stem + ".csv");
            using var page = new TextOutput(stem + ".html");
            var run = new CaseRun(result.Case, failed.Variant, o => new VirtualBench(o));
            ITestBench bench = run.Bench;
            bench.Network.Observe(new CaseTrace(log));
            Func<double>[] readers = [.. Columns.Select(c => CaseSignals.Reader(bench, c.Name))];
            var rows = new List<float[]>();
            var times = new List<double>();
            run.Looked = () =>
            {
                times.Add(bench.TimeUs * 1e-6);
                rows.Add([.. readers.Select(r => (float)r())]);
            };
            VariantResult again = run.Run();
            log.Complete();
            csv.Complete(Csv(times, rows, again.ZeroS));
            page.Complete(HtmlReport.Write(Page(result, again, bench, times, rows)));
            return page.Path;
        }

        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            _log.Write(timeUs, "can0", id, isExtended, data.AsSpan(0, length));
        }

        private static string Csv(List<double> times, List<float[]> rows, double zeroS)
        {
            var csv = new StringBuilder("time_s,case_time_s," + string.Join(',', Columns.Select(c => c.Name)) + "\n");
            for (int i = 0; i < rows.Count; i++)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{times[i]:0.000},{times[i] - zeroS:0.000}");
                foreach (float value in rows[i])
                {
                    csv.Append(',');
                    if (!float.IsNaN(value))
                    {
                        csv.Append(value.ToString("0.#####", CultureInfo.InvariantCulture));
                    }
                }

                csv.Append('\n');
            }

            return csv.ToString();
        }

        private static ReportModel Page(CaseResult result, VariantResult run, ITestBench bench, List<double> times, List<float[]> rows)
        {
            int perBucket = Math.Max(1, (rows.Count + MostBuckets - 1) / MostBuckets);
            double stepS = times.Count > 1 ? times[1] - times[0] : 0.01;
            Series Line(string column, string name, int colour, double scale = 1, bool dashed = false)
            {
                int at = Array.FindIndex(Columns, c => c.Name == column);
                int buckets = (rows.Count + perBucket - 1) / perBucket;
                var low = new float[buckets];
                var high = new float[buckets];
                for (int b = 0; b < buckets; b++)
                {
                    float[] values = [.. rows.Skip(b * perBucket).Take(perBucket).Select(r => (float)(r[at] * scale)).Where(v => !float.IsNaN(v))];
                    low[b] = values.Length > 0 ? values.Min() : float.NaN;
                    high[b] = values.Length > 0 ? values.Max() : float.NaN;
                }

                return new Series(name, low, high, colour, dashed);
            }

            List<IReadOnlyList<Cell>> failures = [.. run.Failures.Select(f => (IReadOnlyList<Cell>)[new Cell(Text($"{f.TimeS:0.00} s"), Tone.Neutral, f.TimeS + run.ZeroS), new Cell(f.Message), new Cell(f.Place.ToString())])];
            List<IReadOnlyList<Cell>> events = [.. bench.Diag.FaultHistory.Select(c => (IReadOnlyList<Cell>)
            [
                new Cell(Text($"{(c.TimeUs * 1e-6) - run.ZeroS:0.000} s"), Tone.Neutral, c.TimeUs * 1e-6), new Cell(FaultTable.NameOf(c.Fault)), new Cell(Severity(c.Severity), SeverityTone(c.Severity)),
                new Cell(c.Value == int.MinValue ? "not available" : Text($"{c.Value} {FaultTable.UnitOf(c.Fault)}")), new Cell(Text($"{c.Element}")),
            ])];
            return new ReportModel
            {
                Title = $"{result.Case.Id}: {result.Case.Title}",
                Subtitle = Text($"{run.Variant}. Time 0 of the case is at {run.ZeroS:0.00} s, the event at {run.EventS:0.00} s."),
                Verdict = Text($"{run.Failures.Count} not as expected"),
                VerdictTone = Tone.Bad,
                Tiles = [new Tile("T_detect", Ms(run.DetectMs)), new Tile("T_safe", Ms(run.SafeMs)), new Tile("State at the end", run.State)],
                Phases = double.IsNaN(run.EventS) ? [] : [new Span(run.ZeroS, run.EventS, "before the event"), new Span(run.EventS, run.SimulatedS, "after the event")],
                Charts =
                [
                    new Chart("Cell voltages", "V", 3, [Line("Pack.LowestCellV", "lowest, true", 1), Line("Pack.HighestCellV", "highest, true", 2), Line("Can.CellExtremes.LowestCellMv", "lowest, told", 4, 1e-3, true), Line("Can.CellExtremes.HighestCellMv", "highest, told", 5, 1e-3, true)]),
                    new Chart("Current", "A", 1, [Line("Pack.CurrentA", "pack, true", 2), Line("Host.ChargeLimitA", "charging limit", 3, 1, true), Line("Host.DischargeLimitA", "discharging limit", 5, -1, true)]),
                    new Chart("Voltages", "V", 1, [Line("Pack.VoltageV", "pack", 1), Line("Link.VoltageV", "load side", 6)]),
                    new Chart("Temperatures", "°C", 1, [Line("Pack.ColdestDegC", "coldest, true", 1), Line("Pack.HottestDegC", "hottest, true", 5), Line("Can.TemperatureExtremes.LowestTemperatureDeciC", "lowest, told", 4, 0.1, true), Line("Can.TemperatureExtremes.HighestTemperatureDeciC", "highest, told", 2, 0.1, true)]),
                    new Chart("Contactors", "", 0, [Line("Contactor.MainPositive.Driven", "main positive driven", 1), Line("Contactor.Precharge.Driven", "precharge driven", 3), Line("Contactor.PathClosed", "current can pass", 2, 1, true)]),
                    new Chart("Told by the controller", "", 0, [Line("Can.PackStatus.State", "state: 0 standby, 1 precharge, 2 closed, 3 opening, 4 fault", 1), Line("Can.PackStatus.Severity", "highest severity", 5)]),
                ],
                Lanes = [],
                TablesAbove = [new Table("Not as expected", ["time", "what", "where"], failures), new Table("Fault events", ["time", "row", "severity", "value", "element"], events)],
                TablesBelow = [],
                BucketS = perBucket * stepS,
                DurationS = run.SimulatedS,
                Footer = $"bms {BmsCommandLine.Version} · frames and signals of the same run: {result.Case.Id}.log, {result.Case.Id}.csv",
            };
        }

        private static string Text(FormattableString text) => FormattableString.Invariant(text);

        private static string Ms(double ms) => double.IsNaN(ms) ? "-" : Text($"{ms:0.#} ms");

        private static string Severity(int severity) => severity switch { 0 => "none", 1 => "warning", 2 => "limit", _ => "trip" };

        private static Tone SeverityTone(int severity) => severity switch { 0 => Tone.Neutral, 1 => Tone.Warning, 2 => Tone.Limit, _ => Tone.Bad };
    }
}
