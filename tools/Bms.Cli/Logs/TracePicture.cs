using Bms.Cli.Report;
using ScottPlot;

namespace Bms.Cli.Logs
{
    /// <summary>Draws traces: as a PNG, or as one HTML file to zoom in; a panel for each unit.</summary>
    internal static class TracePicture
    {
        private const int MostLinesOfPanel = 24;
        private const int PanelHeight = 320;
        private const double MostRatio = 20;

        private static readonly string[] Colours = ["#1f6fb2", "#d9730d", "#2a8a57", "#c0392b", "#7b52ab", "#0f8a8a", "#8a6d1f", "#55606b"];
        private static readonly string[] SansSerif = ["Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans", "Arial"];

        /// <summary>PNG of the traces.</summary>
        /// <param name="set">The traces.</param>
        /// <param name="title">Title above the panels.</param>
        /// <param name="width">Width in pixels.</param>
        public static byte[] Png(TraceSet set, string title, int width)
        {
            List<(string Unit, SignalTrace[] Traces)> panels = Panels(set);
            (double scale, string unit) = set.DurationS > 2 * 3600 ? (3600, "h") : set.DurationS > 300 ? (60, "min") : (1.0, "s");
            string? font = Array.Find(SansSerif, name => SkiaSharp.SKFontManager.Default.FontFamilies.Contains(name));
            var picture = new Multiplot();
            picture.AddPlots(panels.Count);
            for (int panel = 0; panel < panels.Count; panel++)
            {
                Plot plot = picture.GetPlot(panel);
                SignalTrace[] traces = panels[panel].Traces;
                for (int index = 0; index < traces.Length; index++)
                {
                    AddLine(plot, set, traces[index], Colours[index % Colours.Length], scale);
                }

                plot.YLabel(panels[panel].Unit.Length > 0 ? panels[panel].Unit : "-");
                plot.Axes.SetLimitsX(0, set.DurationS / scale);
                plot.Grid.MajorLineColor = Color.Gray(228);
                plot.Axes.Left.MinimumSize = 95;
                plot.Axes.Right.MinimumSize = 25;
                plot.Legend.FontSize = 13;
                plot.ShowLegend(Edge.Right);
                if (font is not null)
                {
                    plot.Font.Set(font);
                }

                if (panel == 0)
                {
                    plot.Title(title);
                }

                if (panel == panels.Count - 1)
                {
                    plot.XLabel($"time ({unit})");
                }
            }

            return picture.Render(width, Math.Max(400, panels.Count * PanelHeight)).GetImageBytes(ImageFormat.Png);
        }

        /// <summary>Charts for a report, one for each unit.</summary>
        public static List<Chart> Charts(TraceSet set)
            => [.. Panels(set).Select(panel => new Chart(
                panel.Unit.Length > 0 ? panel.Unit : "without unit",
                panel.Unit,
                Decimals(panel.Traces),
                [.. panel.Traces.Select((trace, index) => new Series(trace.Name, trace.Low, trace.High, (index % 6) + 1))]))];

        /// <summary>One HTML file that needs nothing else.</summary>
        public static string Html(TraceSet set, string title, string subtitle) => HtmlReport.Write(new ReportModel
        {
            Title = title,
            Subtitle = subtitle,
            Verdict = $"{set.Traces.Count} signals",
            VerdictTone = Tone.Neutral,
            Tiles = [],
            Phases = [],
            Charts = Charts(set),
            Lanes = [],
            TablesAbove = [],
            TablesBelow = [],
            BucketS = set.BucketS,
            DurationS = set.DurationS,
        });

        /// <summary>Traces that can share an axis: of one unit, and not so different that one would be a flat line.</summary>
        private static List<(string Unit, SignalTrace[] Traces)> Panels(TraceSet set)
        {
            var panels = new List<List<SignalTrace>>();
            foreach (SignalTrace trace in set.Traces)
            {
                double largest = LargestOf([trace]);
                List<SignalTrace>? panel = panels.Find(other => other[0].Unit == trace.Unit && other.Count < MostLinesOfPanel && IsOfSize(largest, LargestOf([other[0]])));
                if (panel is null)
                {
                    panels.Add(panel = []);
                }

                panel.Add(trace);
            }

            return [.. panels.Select(panel => (panel[0].Unit, panel.ToArray()))];
        }

        private static bool IsOfSize(double one, double other) => one == 0 || other == 0 || (one / other is < MostRatio and > 1.0 / MostRatio);

        private static double LargestOf(SignalTrace[] traces)
            => traces.SelectMany(trace => trace.High.Concat(trace.Low)).Where(float.IsFinite).Select(value => (double)Math.Abs(value)).DefaultIfEmpty(0).Max();

        private static int Decimals(SignalTrace[] traces)
        {
            double largest = LargestOf(traces);
            return largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 10 ? 2 : 3;
        }

        private static void AddLine(Plot plot, TraceSet set, SignalTrace trace, string colour, double scale)
        {
            var x = new List<double>();
            var y = new List<double>();
            for (int bucket = 0; bucket < trace.Low.Length; bucket++)
            {
                double at = (bucket + 0.5) * set.BucketS / scale;
                x.Add(at);
                y.Add(trace.Low[bucket]);
                if (trace.High[bucket] > trace.Low[bucket])
                {
                    x.Add(at);
                    y.Add(trace.High[bucket]);
                }
            }

            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(x.ToArray(), y.ToArray(), Color.FromHex(colour));
            line.LineWidth = 1.3f;
            line.LegendText = trace.Name;
        }
    }
}
