using System.Globalization;
using System.Net;
using System.Text;
using Bms.Bench.Scenarios.Cases;
using Bms.Cli.CommandLine;
using Bms.Cli.Report;
using Bms.Core.Protection;

namespace Bms.Cli.Hil
{
    /// <summary>Writes a run of the catalogue as one HTML page that needs nothing else: every case with its times against their limits.</summary>
    internal static class HilReport
    {
        private static readonly Dictionary<string, string> Groups = new()
        {
            ["A"] = "Measurement",
            ["B"] = "Cell voltage",
            ["C"] = "Wiring",
            ["D"] = "Current and short circuit",
            ["E"] = "Thermal",
            ["F"] = "Contactors, precharge, insulation",
            ["G"] = "Communication",
            ["H"] = "Charging",
            ["I"] = "Swapping",
            ["J"] = "Controller",
            ["K"] = "Balancing and estimation",
        };

        public static string Write(HilSummary summary)
        {
            var html = new StringBuilder(1 << 17);
            bool good = summary.Failed == 0;
            string title = "Bms: the catalogue on the bench";
            html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
            html.Append("<title>").Append(title).Append("</title>\n<style>\n").Append(HtmlReport.Part("report.css")).Append(HtmlReport.Part("hil.css")).Append("</style>\n</head>\n<body>\n<main>\n");
            html.Append("<header>\n<div class=\"title\"><h1>").Append(title).Append("</h1><p>")
                .Append(Text($"Real firmware on the bench '{summary.Bench}'{(summary.Profile is null ? "" : ", " + summary.Profile)}, {summary.Began.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Times are the worst of all runs of a case."))
                .Append("</p></div>\n<div class=\"verdict ").Append(good ? "good" : "bad").Append("\">")
                .Append(good ? Text($"Passed: {summary.Cases.Count} cases") : Text($"{summary.Failed} of {summary.Cases.Count} cases failed")).Append("</div>\n</header>\n<div class=\"tiles\">\n");
            Tile(html, "Cases", Text($"{summary.Cases.Count - summary.Failed} / {summary.Cases.Count}"), "passed");
            Tile(html, "Runs", Text($"{summary.Runs}"), "variants and phases against the bus");
            Tile(html, "Simulated", Text($"{summary.SimulatedS / 3600:0.0} h"), Text($"in {summary.WallS:0.0} s"));
            double tightest = summary.Cases.Select(c => c.Result.SafeMs / c.Result.Limits.SafeMs).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
            Tile(html, "Tightest T_safe", double.IsNaN(tightest) ? "-" : Text($"{100 * tightest:0} %"), "of its limit");
            Tile(html, "Requirements", Text($"{summary.Cases.SelectMany(c => c.Result.Case.Requirements).Distinct().Count()}"), "shown by these cases");
            html.Append("</div>\n<div class=\"filter\"><input id=\"search\" type=\"search\" placeholder=\"Filter: B02, over-voltage, S-001 …\"><label><input id=\"only\" type=\"checkbox\"> failed only</label></div>\n");
            foreach (var group in summary.Cases.GroupBy(c => c.Result.Case.Group))
            {
                AddGroup(html, group.Key, [.. group.Select(c => (c.Result, c.Trace))]);
            }

            html.Append("<footer>T_detect: event to fault on the bus; T_safe: event to the command that opens both main contactors; in ms, with the limit of the case. ")
                .Append(WebUtility.HtmlEncode($"bms {BmsCommandLine.Version} · .NET {Environment.Version} · nothing is loaded from elsewhere")).Append("</footer>\n</main>\n<script>\n").Append(HtmlReport.Part("hil.js")).Append("</script>\n</body>\n</html>\n");
            return html.ToString();
        }

        private static void AddGroup(StringBuilder html, string group, IReadOnlyList<(CaseResult Result, string? Trace)> cases)
        {
            html.Append("<section class=\"group\"><h2>").Append(group).Append(" · ").Append(Groups.GetValueOrDefault(group, "Other"))
                .Append(Text($"<small>{cases.Count(c => c.Result.Passed)} of {cases.Count} passed</small></h2><div class=\"scroll\"><table class=\"cases\">\n"));
            html.Append("<colgroup><col class=\"id\"><col><col class=\"result\"><col class=\"time\"><col class=\"time\"><col class=\"state\"><col class=\"fault\"></colgroup>\n");
            html.Append("<thead><tr><th>case</th><th>what it shows</th><th>result</th><th>T_detect</th><th>T_safe</th><th>state</th><th>faults</th></tr></thead>\n<tbody>\n");
            foreach ((CaseResult result, string? trace) in cases)
            {
                html.Append(result.Passed ? "<tr>" : "<tr class=\"fail\">");
                html.Append("<td class=\"id\">").Append(Encoded(result.Case.Id)).Append("</td><td>").Append(Encoded(result.Case.Title)).Append("<small>")
                    .Append(Encoded(string.Join(", ", result.Case.Requirements))).Append(result.Case.Requirements.Count > 0 ? " · " : "").Append(Text($"{result.Runs.Count} {(result.Runs.Count == 1 ? "run" : "runs")}")).Append("</small>");
                AddFailures(html, result, trace);
                html.Append("</td><td><span class=\"badge ").Append(result.Passed ? "good\">passed" : "bad\">failed").Append("</span></td><td>");
                Gauge(html, result.DetectMs, result.Limits.DetectMs);
                html.Append("</td><td>");
                Gauge(html, result.SafeMs, result.Limits.SafeMs);
                html.Append("</td><td>").Append(Encoded(result.State.Replace("/", " / ", StringComparison.Ordinal))).Append("</td><td class=\"fault\">")
                    .Append(string.Join("<br>", result.FaultRows.Select(f => $"<span>{Encoded(FaultTable.NameOf(f))} <small style=\"display:inline\">{Encoded(FaultTable.DtcNameOf(f))}</small></span>"))).Append("</td></tr>\n");
            }

            html.Append("</tbody></table></div></section>\n");
        }

        private static void AddFailures(StringBuilder html, CaseResult result, string? trace)
        {
            if (result.FirstFailed is not VariantResult failed)
            {
                return;
            }

            html.Append("<ul class=\"why\">");
            foreach (CaseFailure failure in failed.Failures.Take(5))
            {
                html.Append("<li>").Append(Encoded(failure.Message)).Append(" <small>").Append(Encoded(Text($"at {failure.TimeS:0.00} s, {failed.Variant}; {failure.Place}"))).Append("</small></li>");
            }

            html.Append("</ul>");
            if (trace is not null)
            {
                html.Append("<small>trace: <a href=\"").Append(Encoded(new Uri(Path.GetFullPath(trace)).AbsoluteUri)).Append("\">").Append(Encoded(trace)).Append("</a></small>");
            }
        }

        private static void Gauge(StringBuilder html, double ms, double limitMs)
        {
            if (double.IsNaN(ms))
            {
                html.Append("<small>–</small>");
                return;
            }

            double share = ms / limitMs;
            string tone = share > 1 ? " over" : share > 0.9 ? " near" : "";
            html.Append("<div class=\"gauge").Append(tone).Append("\">");
            if (double.IsFinite(share))
            {
                html.Append(Text($"<i><b style=\"width:{Math.Clamp(100 * share, 2, 100):0}%\"></b></i>"));
            }

            html.Append("<span>").Append(Text($"{ms:0}")).Append(double.IsFinite(share) ? Text($" <em>/ {limitMs:0} ms</em>") : " <em>ms</em>").Append("</span></div>");
        }

        private static void Tile(StringBuilder html, string label, string value, string note)
        {
            html.Append("<div class=\"tile\"><span>").Append(Encoded(label)).Append("</span><b>").Append(Encoded(value)).Append("</b><small>").Append(Encoded(note)).Append("</small></div>\n");
        }

        private static string Text(FormattableString text) => FormattableString.Invariant(text);

        private static string Encoded(string text) => WebUtility.HtmlEncode(text);
    }
}
