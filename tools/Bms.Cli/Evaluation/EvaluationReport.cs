using System.Globalization;
using System.Text;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Evaluation
{
    /// <summary>An evaluation as text or JSON.</summary>
    internal static class EvaluationReport
    {
        /// <summary>Tables for people.</summary>
        public static string Table(IReadOnlyList<EvaluatedFile> results, EvaluationOptions options, bool files)
        {
            var text = new StringBuilder();
            EvaluatedFile[] judged = [.. results.Where(r => r.SkippedBecause is null)];
            bool named = options.Estimators.Count > 1;
            if (files)
            {
                int width = Math.Max(4, results.Max(r => Name(r).Length));
                text.Append(CultureInfo.InvariantCulture, $"{"test".PadRight(width)}{(named ? "  estimator" : string.Empty)}    RMSE     MAE     max  RMSE>10min  max>10min  to 3 %  3 sigma\n");
                foreach (EvaluatedFile file in judged)
                {
                    foreach (CandidateResult r in file.Worst)
                    {
                        text.Append(Name(file).PadRight(width)).Append(named ? "  " + r.Estimator.PadRight(9) : string.Empty);
                        text.Append(CultureInfo.InvariantCulture, $"{100 * r.Whole.Rmse,8:0.00}{100 * r.Whole.Mae,8:0.00}{100 * r.Whole.Max,8:0.00}{100 * r.AfterTenMinutes.Rmse,12:0.00}{100 * r.AfterTenMinutes.Max,11:0.00}");
                        text.Append(Seconds(r.ConvergedS).PadLeft(8)).Append(Share(r.Coverage).PadLeft(9)).Append('\n');
                    }
                }

                text.Append('\n');
            }

            text.Append(CultureInfo.InvariantCulture, $"start: {StartText(options)}\n");
            text.Append(named ? "  estimator" : string.Empty).Append("temperature  files    RMSE     MAE     max  RMSE>10min  max>10min  to 3 %  3 sigma   (points of state of charge)\n");
            foreach (string estimator in options.Estimators)
            {
                foreach (IGrouping<int, EvaluatedFile> group in judged.GroupBy(r => r.TemperatureC).OrderBy(g => g.Key))
                {
                    Row(text, named ? estimator : null, string.Create(CultureInfo.InvariantCulture, $"{group.Key} degC"), EvaluationSummary.Of(group, estimator));
                }

                Row(text, named ? estimator : null, "all", EvaluationSummary.Of(judged, estimator));
            }

            foreach (EvaluatedFile skipped in results.Where(r => r.SkippedBecause is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"left out: {Name(skipped)}: {skipped.SkippedBecause}\n");
            }

            return text.ToString();
        }

        /// <summary>One object for programs; errors are parts of 1.</summary>
        public static string Json(IReadOnlyList<EvaluatedFile> results, EvaluationOptions options)
        {
            EvaluatedFile[] judged = [.. results.Where(r => r.SkippedBecause is null)];
            object Of(string estimator) => new
            {
                estimator,
                temperatures = judged.GroupBy(r => r.TemperatureC).OrderBy(g => g.Key).Select(g => SummaryJson(g.Key, EvaluationSummary.Of(g, estimator))),
                all = SummaryJson(null, EvaluationSummary.Of(judged, estimator)),
            };
            return JsonText.Of(new
            {
                cell = options.Cell.Name,
                errors = options.WithErrors ? "sensor" : "none",
                restartPct = options.StartsPct,
                start = options.Start,
                temperatures = judged.GroupBy(r => r.TemperatureC).OrderBy(g => g.Key).Select(g => SummaryJson(g.Key, EvaluationSummary.Of(g, "firmware"))),
                all = SummaryJson(null, EvaluationSummary.Of(judged, "firmware")),
                compared = options.Estimators.Skip(1).Select(Of),
                files = results.Select(r => new
                {
                    file = r.File,
                    temperatureC = r.TemperatureC,
                    startPct = JsonText.Number(r.StartPct),
                    skipped = r.SkippedBecause,
                    estimators = r.Worst.Select(w => new
                    {
                        estimator = w.Estimator,
                        wholeRun = JsonText.Error(w.Whole),
                        afterTenMinutes = JsonText.Error(w.AfterTenMinutes),
                        convergedS = JsonText.Number(w.ConvergedS),
                        coverage = JsonText.Number(w.Coverage),
                        worst = new
                        {
                            initialSocError = JsonText.Number(w.Errors.InitialSocError),
                            currentGain = w.Errors.CurrentGain,
                            currentOffsetA = JsonText.Number(w.Errors.CurrentOffsetA),
                            voltageOffsetV = w.Errors.VoltageOffsetV,
                            temperatureOffsetC = w.Errors.TemperatureOffsetC,
                        },
                    }),
                }),
            });
        }

        private static string StartText(EvaluationOptions options)
        {
            return options.Start switch
            {
                "restart" => "under way, nothing known of the offset of the current sensor",
                "open" => string.Create(CultureInfo.InvariantCulture, $"as the firmware's, with open contactors: it has seen the offset of the current sensor for {CandidateRun.OpenS} s"),
                _ => "with closed contactors: offset of the current sensor unknown",
            };
        }

        private static void Row(StringBuilder text, string? estimator, string name, EvaluationSummary s)
        {
            text.Append(estimator is null ? string.Empty : "  " + estimator.PadRight(9));
            text.Append(CultureInfo.InvariantCulture, $"{name,11}{s.Files,7}{100 * s.Rmse,8:0.00}{100 * s.Mae,8:0.00}{100 * s.Max,8:0.00}{100 * s.RmseAfter,12:0.00}{100 * s.MaxAfter,11:0.00}");
            text.Append(Seconds(s.ConvergedS).PadLeft(8)).Append(Share(s.Coverage).PadLeft(9)).Append('\n');
        }

        private static object SummaryJson(int? temperatureC, EvaluationSummary s)
        {
            return new
            {
                temperatureC,
                files = s.Files,
                rmse = JsonText.Number(s.Rmse),
                mae = JsonText.Number(s.Mae),
                max = JsonText.Number(s.Max),
                rmseAfterTenMinutes = JsonText.Number(s.RmseAfter),
                maxAfterTenMinutes = JsonText.Number(s.MaxAfter),
                convergedS = JsonText.Number(s.ConvergedS),
                coverage = JsonText.Number(s.Coverage),
            };
        }

        private static string Name(EvaluatedFile file)
        {
            return double.IsNaN(file.StartPct) ? file.File : string.Create(CultureInfo.InvariantCulture, $"{file.File} from {file.StartPct:0} %");
        }

        private static string Seconds(double s) => double.IsNaN(s) ? "never" : string.Create(CultureInfo.InvariantCulture, $"{s:0} s");

        private static string Share(double share) => double.IsNaN(share) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");
    }

    /// <summary>Several tests together: tests count alike, whatever their length; maximum, convergence and coverage are the worst.</summary>
    internal readonly record struct EvaluationSummary(int Files, double Rmse, double Mae, double Max, double RmseAfter, double MaxAfter, double ConvergedS, double Coverage)
    {
        public static EvaluationSummary Of(IEnumerable<EvaluatedFile> group, string estimator)
        {
            CandidateResult[] runs = [.. group.SelectMany(f => f.Worst).Where(w => w.Estimator == estimator && !double.IsNaN(w.Whole.Rmse))];
            if (runs.Length == 0)
            {
                return new EvaluationSummary(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
            }

            CandidateResult[] settled = [.. runs.Where(r => !double.IsNaN(r.AfterTenMinutes.Rmse))];
            return new EvaluationSummary(
                runs.Length,
                Math.Sqrt(runs.Average(r => r.Whole.Rmse * r.Whole.Rmse)),
                runs.Average(r => r.Whole.Mae),
                runs.Max(r => r.Whole.Max),
                settled.Length == 0 ? double.NaN : Math.Sqrt(settled.Average(r => r.AfterTenMinutes.Rmse * r.AfterTenMinutes.Rmse)),
                settled.Length == 0 ? double.NaN : settled.Max(r => r.AfterTenMinutes.Max),
                runs.Any(r => double.IsNaN(r.ConvergedS)) ? double.NaN : runs.Max(r => r.ConvergedS),
                runs.Min(r => r.Coverage));
        }
    }
}
