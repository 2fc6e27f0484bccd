using ScottPlot;

namespace Bms.Cli.Evaluation
{
    /// <summary>Draws RMSE after 10 min over temperature, one line for each estimator.</summary>
    internal static class EvaluationPlot
    {
        private static readonly string[] Colors = ["#1f6fb2", "#d9730d", "#2a8a57"];

        /// <summary>PNG of an evaluation.</summary>
        public static byte[] Png(IReadOnlyList<EvaluatedFile> results, EvaluationOptions options)
        {
            var plot = new Plot();
            for (int e = 0; e < options.Estimators.Count; e++)
            {
                string estimator = options.Estimators[e];
                (double T, EvaluationSummary S)[] rows =
                [
                    .. results.Where(r => r.SkippedBecause is null).GroupBy(r => r.TemperatureC).OrderBy(g => g.Key)
                        .Select(g => ((double)g.Key, EvaluationSummary.Of(g, estimator))).Where(r => !double.IsNaN(r.Item2.RmseAfter)),
                ];
                if (rows.Length == 0)
                {
                    continue;
                }

                ScottPlot.Plottables.Scatter line = plot.Add.Scatter(Array.ConvertAll(rows, r => r.T), Array.ConvertAll(rows, r => 100 * r.S.RmseAfter), Color.FromHex(Colors[e % Colors.Length]));
                line.LegendText = estimator;
                line.LineWidth = 2;
                line.MarkerSize = 8;
            }

            string start = options.Start == "restart" ? "start under way" : $"start with {options.Start} contactors";
            plot.Title($"{options.Cell.Name}, {(options.WithErrors ? "worst corner of sensor errors" : "no sensor errors")}, {start}");
            plot.XLabel("temperature (degC)");
            plot.YLabel("RMSE after 10 min (points of SoC)");
            plot.Axes.AutoScale();
            plot.Axes.SetLimitsY(0, Math.Max(1, plot.Axes.GetLimits().Top));
            plot.ShowLegend(Alignment.UpperRight);
            return plot.GetImageBytes(900, 500, ImageFormat.Png);
        }
    }
}
