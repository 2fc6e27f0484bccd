using System.Globalization;
using Bms.Bench.Scenarios;
using Bms.Cli.CommandLine;
using Spectre.Console;

namespace Bms.Cli.Sim
{
    /// <summary>The end of a run for people: phases, checks, reaction times, files.</summary>
    internal static class SimSummary
    {
        private const int PlainWidth = 200;
        private const int WideTable = 120;

        public static void Print(CliHost host, SimRun run, ScenarioResult result, SimOptions options, double wallS, bool quiet, bool plain)
        {
            bool coloured = host.IsTerminal && !plain;
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = coloured ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = coloured ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(host.Out),
            });
            if (!coloured)
            {
                console.Profile.Width = PlainWidth;
            }

            if (!quiet)
            {
                foreach (Spectre.Console.Table table in new[] { Phases(run, result, coloured), Checks(result, coloured) })
                {
                    console.WriteLine();
                    if (coloured)
                    {
                        console.Write(table);
                    }
                    else
                    {
                        host.Out.WriteLine(Unpadded(table));
                    }
                }

                host.Out.WriteLine();
            }

            foreach (string line in Lines(run, result, options, wallS))
            {
                host.Out.WriteLine(line);
            }

            int passed = result.Checks.Count(c => c.Passed);
            string missed = run.IsCut ? string.Create(CultureInfo.InvariantCulture, $" ({run.CheckCount - result.Checks.Count} not reached: cut by --hours)") : "";
            string verdict = result.Passed ? "passed" : result.MissedProtection ? "FAILED: the firmware missed a protection" : "FAILED";
            string colour = result.Passed ? "green" : "red";
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[bold {colour}]{verdict}[/]: {passed} of {result.Checks.Count} checks{missed}"));
        }

        // A table of plain lines, without the empty ones around it.
        private static string Unpadded(Spectre.Console.Table table)
        {
            using var text = new StringWriter();
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
            console.Profile.Width = PlainWidth;
            console.Write(table);
            return string.Join(Environment.NewLine, text.ToString().Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0));
        }

        private static IEnumerable<string> Lines(SimRun run, ScenarioResult result, SimOptions options, double wallS)
        {
            double simulatedS = result.SimulatedS;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"simulated {SimText.Clock(simulatedS)} h in {wallS:0.0} s ({simulatedS / wallS:0} x real time)");
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"bus: {SimText.Count(result.Frames)} frames, {100 * result.BusLoad:0.0} % load, {100 * result.PeakBusLoad:0.0} % in the busiest second, {result.LostFrames} frames lost");
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"state of charge: error {100 * run.SocRmse:0.00} points RMS, {100 * run.WorstSocError:0.00} at most");
            if (!double.IsNaN(run.Events.DetectS))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"over-temperature: trip {run.Events.DetectS:0.0} s after a sensed cell passed the threshold, contactors open {1000 * run.Events.OpenS:0} ms later");
            }

            foreach ((string name, string? path) in new[] { ("log", options.LogPath), ("report", options.ReportPath) })
            {
                if (path is not null)
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {path} ({new FileInfo(path).Length / 1e6:0.0} MB)");
                }
            }
        }

        private static Spectre.Console.Table Phases(SimRun run, ScenarioResult result, bool coloured)
        {
            // A narrow terminal gets the columns that say most.
            bool wide = !coloured || AnsiConsole.Profile.Width >= WideTable;
            Spectre.Console.Table table = Style(coloured);
            table.AddColumn("").AddColumn("phase");
            foreach (string head in new[] { "from", "length", "SoC %", "cells V", "cells °C", "current A", "energy kWh", "SoC error" }.Where((_, i) => wide || i is 0 or 2 or 4))
            {
                table.AddColumn(new TableColumn(head).RightAligned().NoWrap());
            }

            int number = 0;
            foreach (PhaseResult p in result.Phases)
            {
                number++;

                // The phase that a cut ended has no end of its own.
                bool cut = p.EndS <= p.StartS;
                double endS = cut ? result.SimulatedS : p.EndS;
                double endSoc = cut ? Bms.Bench.Truth.MeanSoc(run.Bench) : p.EndSoc;
                string[] values =
                [
                    SimText.Clock(p.StartS),
                    SimText.Clock(endS - p.StartS),
                    string.Create(CultureInfo.InvariantCulture, $"{100 * p.StartSoc:0.0} > {100 * endSoc:0.0}"),
                    string.Create(CultureInfo.InvariantCulture, $"{p.LowestCellV:0.00}..{p.HighestCellV:0.00}"),
                    string.Create(CultureInfo.InvariantCulture, $"{p.LowestDegC:0.0}..{p.HighestDegC:0.0}"),
                    string.Create(CultureInfo.InvariantCulture, $"{p.LowestCurrentA:0}..{p.HighestCurrentA:+0;-0;0}"),
                    cut ? "--" : string.Create(CultureInfo.InvariantCulture, $"{p.EnergyWh / 1000:+0.00;-0.00;0.00}"),
                    string.Create(CultureInfo.InvariantCulture, $"{100 * p.WorstSocError:0.0}"),
                ];
                table.AddRow([number.ToString(CultureInfo.InvariantCulture), Markup.Escape(SimText.Shown(p.Name)), .. values.Where((_, i) => wide || i is 0 or 2 or 4)]);
            }

            return table;
        }

        private static Spectre.Console.Table Checks(ScenarioResult result, bool coloured)
        {
            Spectre.Console.Table table = Style(coloured);
            table.AddColumn("check").AddColumn(new TableColumn("phase").RightAligned()).AddColumn("expectation").AddColumn(new TableColumn("at").RightAligned()).AddColumn(new TableColumn("after s").RightAligned());
            foreach (CheckResult c in result.Checks)
            {
                table.AddRow(
                    c.Passed ? "[green]passed[/]" : c.Check.IsProtection ? "[red]MISSED[/]" : "[red]failed[/]",
                    NumberOf(result, c.Phase),
                    Markup.Escape(SimText.Shown(c.Check.Name)),
                    SimText.Clock(c.TimeS),
                    double.IsNaN(c.ReactionS) ? "" : c.ReactionS.ToString("0.00", CultureInfo.InvariantCulture));
            }

            return table;
        }

        private static string NumberOf(ScenarioResult result, string phase)
        {
            return (result.Phases.Select(p => p.Name).ToList().IndexOf(phase) + 1).ToString(CultureInfo.InvariantCulture);
        }

        private static Spectre.Console.Table Style(bool coloured)
        {
            return new Spectre.Console.Table { Border = coloured ? TableBorder.Rounded : TableBorder.Markdown, BorderStyle = new Style(Color.Grey35) };
        }
    }
}
