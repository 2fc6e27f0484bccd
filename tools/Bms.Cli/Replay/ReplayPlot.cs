using Bms.Identification;
using ScottPlot;

namespace Bms.Cli.Replay
{
    /// <summary>Draws a replay: state of charge, its error, voltage and current, one above the other.</summary>
    internal static class ReplayPlot
    {
        private const int Width = 1400;
        private const int Height = 1050;
        private const int MaxPoints = 8000;

        // The first one that the machine has; else the library's own choice.
        private static readonly string[] SansSerif = ["Segoe UI", "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans", "Arial"];

        private static readonly Color Ink = Color.FromHex("#1f2933");
        private static readonly Color Blue = Color.FromHex("#1f6fb2");
        private static readonly Color Orange = Color.FromHex("#d9730d");
        private static readonly Color Green = Color.FromHex("#2a8a57");
        private static readonly Color Red = Color.FromHex("#c0392b");

        /// <summary>PNG of a replay.</summary>
        public static byte[] Png(MeasuredTest test, ReplayResult result, string title)
        {
            double scale = test.TimeS[^1] - test.TimeS[0] > 2 * 3600 ? 3600 : 60;
            string unit = scale == 3600 ? "h" : "min";
            int[] picks = Pick(test.Count);
            double[] x = Array.ConvertAll(picks, k => (test.TimeS[k] - test.TimeS[0]) / scale);
            double[] Select(Func<int, double> value) => Array.ConvertAll(picks, k => value(k));

            var multiplot = new Multiplot();
            multiplot.AddPlots(4);
            Plot soc = multiplot.GetPlot(0);
            Line(soc, x, Select(k => 100 * result.ReferenceSoc[k]), Ink, "reference", 2.5f);
            Line(soc, x, Select(k => 100 * result.EstimatedSoc[k]), Blue, "firmware", 2f);
            soc.Title(title);
            soc.YLabel("SoC (%)");
            soc.Axes.SetLimitsY(-3, 105);
            soc.ShowLegend(Alignment.UpperRight);

            Plot error = multiplot.GetPlot(1);
            Line(error, x, Select(k => 200 * result.Uncertainty[k]), Color.Gray(170), "2 sigma, stated by the firmware", 1.2f);
            Line(error, x, Select(k => -200 * result.Uncertainty[k]), Color.Gray(170), null, 1.2f);
            Line(error, x, Select(k => 100 * (result.EstimatedSoc[k] - result.ReferenceSoc[k])), Red, "firmware - reference", 1.8f);
            error.Add.HorizontalLine(0, 1, Color.Gray(150));
            error.YLabel("SoC error (points)");
            double span = Math.Max(1, 120 * result.Whole.Max);
            error.Axes.SetLimitsY(double.IsNaN(span) ? -1 : -span, double.IsNaN(span) ? 1 : span);
            error.ShowLegend(Alignment.UpperRight);

            Plot voltage = multiplot.GetPlot(2);
            Line(voltage, x, Select(k => test.VoltageV[k]), Green, null, 1.2f);
            voltage.YLabel("voltage (V)");
            Plot current = multiplot.GetPlot(3);
            Line(current, x, Select(k => test.CurrentA[k]), Orange, null, 1.2f);
            current.YLabel("current (A)\ncharge > 0");
            current.XLabel($"time ({unit})");

            string? font = Array.Find(SansSerif, Families().Contains);
            for (int p = 0; p < 4; p++)
            {
                Plot plot = multiplot.GetPlot(p);
                if (font is not null)
                {
                    plot.Font.Set(font);
                }

                plot.Axes.SetLimitsX(x[0], x[^1]);
                plot.Grid.MajorLineColor = Color.Gray(228);
                plot.Axes.Left.MinimumSize = 95;
                plot.Axes.Left.Label.FontSize = 17;
                plot.Axes.Bottom.Label.FontSize = 17;
                plot.Axes.Left.TickLabelStyle.FontSize = 15;
                plot.Axes.Bottom.TickLabelStyle.FontSize = 15;
                plot.Axes.Title.Label.FontSize = 22;
                plot.Legend.FontSize = 15;
                plot.Axes.Right.MinimumSize = 25;
            }

            var rows = new ScottPlot.MultiplotLayouts.DraggableRows();
            multiplot.Layout = rows;
            rows.SetHeights([370, 260, 200, 220]);
            return multiplot.Render(Width, Height).GetImageBytes(ImageFormat.Png);
        }

        /// <summary>True where the machine has fonts; without any the image has lines but no text.</summary>
        public static bool CanWriteText => SkiaSharp.SKTypeface.Default.ContainsGlyph((int)'A');

        private static HashSet<string> Families() => [.. SkiaSharp.SKFontManager.Default.FontFamilies];

        private static void Line(Plot plot, double[] x, double[] y, Color color, string? name, float width)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(x, y, color);
            line.LineWidth = width;
            if (name is not null)
            {
                line.LegendText = name;
            }
        }

        private static int[] Pick(int count)
        {
            int points = Math.Min(count, MaxPoints);
            var picks = new int[points];
            for (int i = 0; i < points; i++)
            {
                picks[i] = (int)((long)i * (count - 1) / Math.Max(1, points - 1));
            }

            return picks;
        }
    }
}
