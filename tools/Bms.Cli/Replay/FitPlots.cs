using Bms.Identification;
using Bms.Plant.Cells;
using ScottPlot;

namespace Bms.Cli.Replay
{
    /// <summary>Draws a cell model against every test: measured and modelled voltage over time, and their difference.</summary>
    internal static class FitPlots
    {
        private const int MostPoints = 4000;

        /// <summary>Writes one PNG for each test into a folder and says how many.</summary>
        /// <param name="folder">Made where it is missing; files of the same names are replaced.</param>
        /// <param name="cell">The model.</param>
        /// <param name="tests">The tests.</param>
        public static int Write(string folder, CellParameters cell, IReadOnlyList<IdentificationTest> tests)
        {
            Directory.CreateDirectory(folder);
            foreach (IdentificationTest test in tests)
            {
                string name = test.File.Replace(".csv.gz", string.Empty, StringComparison.OrdinalIgnoreCase).Replace(".csv", string.Empty, StringComparison.OrdinalIgnoreCase).Replace('/', '-');
                File.WriteAllBytes(Path.Combine(folder, name + ".png"), Png(cell, test));
            }

            return tests.Count;
        }

        private static byte[] Png(CellParameters cell, IdentificationTest test)
        {
            MeasuredTest data = test.Data;
            double[] model = VoltageEvaluation.Simulate(cell, data, test.Soc[0]);
            int stride = Math.Max(1, data.Count / MostPoints);
            int[] at = [.. Enumerable.Range(0, data.Count).Where(k => k % stride == 0)];
            double[] hours = Array.ConvertAll(at, k => (data.TimeS[k] - data.TimeS[0]) / 3600);
            var plot = new Plot();
            Line(plot, hours, Array.ConvertAll(at, k => data.VoltageV[k]), "#1f6fb2", "measured");
            Line(plot, hours, Array.ConvertAll(at, k => model[k]), "#d9730d", "model");
            ScottPlot.Plottables.Scatter error = Line(plot, hours, Array.ConvertAll(at, k => 1000 * (model[k] - data.VoltageV[k])), "#9a9a9a", "model - measured (right)");
            error.Axes.YAxis = plot.Axes.Right;
            double rms = VoltageEvaluation.RmsMv(data, model, _ => true);
            plot.Title(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{cell.Name}, {test.File} ({(test.Fitted ? "fitted" : "judged")}): {rms:0.0} mV rms"));
            plot.XLabel("time (h)");
            plot.YLabel("voltage (V)");
            plot.Axes.Right.Label.Text = "error (mV)";
            plot.Axes.AutoScale();
            plot.Axes.SetLimitsY(-400, 1200, plot.Axes.Right);
            plot.ShowLegend(Alignment.UpperRight);
            return plot.GetImageBytes(1100, 500, ImageFormat.Png);
        }

        private static ScottPlot.Plottables.Scatter Line(Plot plot, double[] x, double[] y, string color, string name)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(x, y, Color.FromHex(color));
            line.LegendText = name;
            return line;
        }
    }
}
