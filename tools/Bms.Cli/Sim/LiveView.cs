using Bms.Cli.Report;
using Bms.Core.Messages;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bms.Cli.Sim
{
    /// <summary>Draws a snapshot for a terminal.</summary>
    internal static class LiveView
    {
        /// <summary>Columns that the two halves need side by side.</summary>
        private const int TwoColumnsWidth = 108;

        private const string Soft = "grey62";

        /// <summary>The whole view.</summary>
        /// <param name="s">What to show.</param>
        /// <param name="title">What runs.</param>
        /// <param name="width">Columns of the terminal; below <see cref="TwoColumnsWidth"/> the two halves stand one below the other.</param>
        public static IRenderable Draw(SimSnapshot s, string title, int width)
        {
            var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2));
            if (width >= TwoColumnsWidth)
            {
                grid.AddColumn(new GridColumn().NoWrap().PadRight(0)).AddRow(Left(s), Right(s));
            }
            else
            {
                grid.AddRow(Left(s)).AddRow(Right(s));
            }

            return new Rows(Head(s, title), Text.Empty, grid, Text.Empty, EventLines(s));
        }

        private static IRenderable Head(SimSnapshot s, string title)
        {
            const int length = 36;
            int done = (int)Math.Round(s.Progress * length);
            string bar = $"[deepskyblue1]{new string('━', done)}[/][grey35]{new string('━', length - done)}[/]";
            string checks = s.ChecksFailed > 0 ? $"[red]{s.ChecksFailed} checks failed[/]" : $"[{Soft}]{s.ChecksPassed} checks passed[/]";
            return new Rows(
                new Markup($"[bold]bms sim[/]  [{Soft}]{Markup.Escape(title)}[/]"),
                new Markup($"{bar} [bold]{100 * s.Progress,3:0} %[/]  {SimText.Clock(s.TimeS)}  [bold]{s.Speed:0} x[/] real time"),
                new Markup($"[{Soft}]phase {s.PhaseNumber} of {s.PhaseCount}[/]  {Markup.Escape(SimText.Shown(s.Phase))}  {checks}"));
        }

        private static IRenderable Left(SimSnapshot s)
        {
            Spectre.Console.Table table = Plain(40);
            Row(table, "pack", $"[bold]{SimText.Number(s.PackVoltageV, "0.0"),7} V[/]  [bold]{SimText.Number(s.PackCurrentA, "+0.0;-0.0;0.0"),7} A[/]  [{Soft}]{Direction(s.PackCurrentA)}[/]");
            Row(table, "limits", $"charge {SimText.Number(s.ChargeLimitA, "0"),4} A   discharge {SimText.Number(s.DischargeLimitA, "0"),5} A");
            Row(table, "cells", $"{SimText.Number(s.LowestCellV, "0.000")} V [{Soft}](cell {CellNumber(s.LowestCellNumber)})[/] to {SimText.Number(s.HighestCellV, "0.000")} V [{Soft}](cell {CellNumber(s.HighestCellNumber)})[/]");
            Row(table, "temperature", $"{SimText.Number(s.LowestDegC, "0.0")} to {SimText.Number(s.HighestDegC, "0.0")} °C  [{Soft}]true {SimText.Number(s.TrueLowestDegC, "0.0")} to {SimText.Number(s.TrueHighestDegC, "0.0")}[/]");
            Row(table, "SoC firmware", SocBar(s.Soc, "deepskyblue1") + $" [{Soft}]± {SimText.Number(s.SocUncertainty, "0.0")}[/]");
            Row(table, "SoC true", SocBar(s.TrueSoc, "grey78"));
            return table;
        }

        private static IRenderable Right(SimSnapshot s)
        {
            Spectre.Console.Table table = Plain(36);
            Row(table, "state", $"[bold {StateColour(s.State)}]{SimText.State(s.State)}[/]");
            Row(table, "contactors", $"{Lamp(s.Coils.MainNegative, "green")} -main  {Lamp(s.Coils.Precharge, "yellow")} precharge  {Lamp(s.Coils.MainPositive, "green")} +main");
            Row(table, "actuators", $"{Lamp(s.HeaterOn, "orange1")} heater  {Lamp(s.CoolingOn, "deepskyblue1")} cooling  {Lamp(s.BalancingOn, "green")} balancing");
            Row(table, "bus", $"{100 * s.BusLoad:0.0} % load  [{Soft}]{SimText.Count(s.Frames)} frames[/]");
            IEnumerable<string> faults = s.Faults.OrderByDescending(f => f.Severity).Select(f => $"[{SeverityColour(f.Severity)}]{f.Name}[/]");
            string[] shown = [.. faults.Take(2)];
            Row(table, "faults", shown.Length == 0 ? $"[{Soft}]none[/]" : shown[0]);
            Row(table, "", (shown.Length > 1 ? shown[1] : "") + (s.Faults.Count > 2 ? $" [{Soft}]and {s.Faults.Count - 2} more[/]" : ""));
            return table;
        }

        private static IRenderable EventLines(SimSnapshot s)
        {
            const int lines = 6;
            var rows = new List<IRenderable>();
            foreach (SimEvent e in s.Events)
            {
                rows.Add(new Markup($"[{Soft}]{SimText.Clock(e.TimeS)}[/]  [{ToneColour(e.Tone)}]{Markup.Escape(e.Text)}[/]") { Overflow = Overflow.Ellipsis });
            }

            while (rows.Count < lines)
            {
                rows.Add(Text.Empty);
            }

            return new Rows(rows);
        }

        /// <summary>Terminal colour of a tone.</summary>
        public static string ToneColour(Tone tone)
        {
            return tone switch { Tone.Good => "green", Tone.Warning => "yellow", Tone.Limit => "orange1", Tone.Bad => "red", Tone.Active => "deepskyblue1", _ => "default" };
        }

        private static Spectre.Console.Table Plain(int valueWidth)
        {
            return new Spectre.Console.Table().HideHeaders().NoBorder().AddColumn(new TableColumn("").Width(13).NoWrap().Padding(0, 0)).AddColumn(new TableColumn("").Width(valueWidth).NoWrap().Padding(0, 0));
        }

        private static void Row(Spectre.Console.Table table, string name, string markup)
        {
            table.AddRow(new Markup($"[{Soft}]{name}[/]"), new Markup(markup));
        }

        private static string CellNumber(int number) => number == SignalValue.NotAvailable ? "--" : number.ToString(System.Globalization.CultureInfo.InvariantCulture);

        private static string Direction(double currentA) => currentA switch { > 0.5 => "charging", < -0.5 => "discharging", _ => "" };

        private static string Lamp(bool on, string colour) => on ? $"[{colour}]●[/]" : "[grey35]○[/]";

        private static string SocBar(double percent, string colour)
        {
            const int width = 24;
            if (double.IsNaN(percent))
            {
                return $"[grey35]{new string('░', width)}[/]    -- %";
            }

            int full = (int)Math.Round(Math.Clamp(percent, 0, 100) / 100 * width);
            return $"[{colour}]{new string('█', full)}[/][grey35]{new string('░', width - full)}[/] {SimText.Number(percent, "0.0"),5} %";
        }

        private static string StateColour(int state)
        {
            return state switch
            {
                PackStatus.StateClosed => "green",
                PackStatus.StatePrecharge => "yellow",
                PackStatus.StateOpening => "orange1",
                PackStatus.StateFault => "red",
                _ => "default",
            };
        }

        private static string SeverityColour(int severity) => severity switch { 1 => "yellow", 2 => "orange1", _ => "red" };
    }
}
