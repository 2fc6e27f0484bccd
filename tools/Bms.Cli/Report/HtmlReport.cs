using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Bms.Cli.Report
{
    /// <summary>Writes a report as one HTML file that needs nothing else: styles, program and data stand inside.</summary>
    /// <remarks>The same model always gives the same bytes. Numbers travel as differences of whole numbers, about three characters each.</remarks>
    public static class HtmlReport
    {
        /// <summary>The file's text.</summary>
        public static string Write(ReportModel model)
        {
            var html = new StringBuilder(1 << 20);
            html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
            html.Append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>").Append(Text(model.Title)).Append("</title>\n<style>\n").Append(Part("report.css")).Append("</style>\n</head>\n<body>\n<main>\n");
            AddHead(html, model);
            foreach (Table table in model.TablesAbove)
            {
                AddTable(html, table);
            }

            html.Append("<section class=\"charts\"><div class=\"bar\"><h2>Over time</h2><span class=\"hint\">Drag to zoom, double-click to reset, click a name to hide its line.</span><button id=\"reset\" hidden>Whole run</button></div>\n");
            html.Append("<div id=\"charts\"><noscript>The charts need JavaScript; the tables do not.</noscript></div></section>\n");
            foreach (Table table in model.TablesBelow)
            {
                AddTable(html, table);
            }

            html.Append("<footer>").Append(Text(model.Footer)).Append("</footer>\n</main>\n<script type=\"application/json\" id=\"data\">");
            html.Append(Data(model)).Append("</script>\n<script>\n").Append(Part("report.js")).Append("</script>\n</body>\n</html>\n");
            return html.ToString();
        }

        private static void AddHead(StringBuilder html, ReportModel model)
        {
            html.Append("<header>\n<div class=\"title\"><h1>").Append(Text(model.Title)).Append("</h1><p>").Append(Text(model.Subtitle)).Append("</p></div>\n");
            html.Append("<div class=\"verdict ").Append(Class(model.VerdictTone)).Append("\">").Append(Text(model.Verdict)).Append("</div>\n</header>\n<div class=\"tiles\">\n");
            foreach (Tile tile in model.Tiles)
            {
                html.Append("<div class=\"tile\"><span>").Append(Text(tile.Label)).Append("</span><b class=\"").Append(Class(tile.Tone)).Append("\">").Append(Text(tile.Value))
                    .Append("</b><small>").Append(Text(tile.Note)).Append("</small></div>\n");
            }

            html.Append("</div>\n");
        }

        private static void AddTable(StringBuilder html, Table table)
        {
            html.Append(table.IsFolded ? "<details><summary><h2>" : "<section><h2>").Append(Text(table.Title)).Append(table.IsFolded ? "</h2></summary>" : "</h2>");
            html.Append("<div class=\"scroll\"><table>\n<thead><tr>");
            foreach (string head in table.Heads)
            {
                html.Append(head.EndsWith('>') ? "<th class=\"n\">" : "<th>").Append(Text(head.TrimEnd('>'))).Append("</th>");
            }

            html.Append("</tr></thead>\n<tbody>\n");
            foreach (IReadOnlyList<Cell> row in table.Rows)
            {
                html.Append("<tr>");
                for (int c = 0; c < row.Count; c++)
                {
                    Cell cell = row[c];
                    html.Append(table.Heads[c].EndsWith('>') ? "<td class=\"n\">" : "<td>");
                    string text = Text(cell.Text);
                    if (!double.IsNaN(cell.TimeS))
                    {
                        text = string.Create(CultureInfo.InvariantCulture, $"<a href=\"#charts\" data-t=\"{cell.TimeS:0.##}\">{text}</a>");
                    }

                    html.Append(cell.Tone == Tone.Neutral ? text : $"<span class=\"badge {Class(cell.Tone)}\">{text}</span>").Append("</td>");
                }

                html.Append("</tr>\n");
            }

            html.Append("</tbody></table></div>").Append(table.IsFolded ? "</details>\n" : "</section>\n");
        }

        private static string Data(ReportModel model)
        {
            var json = JsonSerializer.Serialize(new
            {
                bucketS = model.BucketS,
                durationS = model.DurationS,
                phases = model.Phases.Select(SpanData),
                charts = model.Charts.Select(c => new
                {
                    title = c.Title,
                    unit = c.Unit,
                    decimals = c.Decimals,
                    note = c.Note,
                    series = c.Series.Select(s => SeriesData(s, c.Decimals)),
                }),
                lanes = model.Lanes.Select(l => new { name = l.Name, spans = l.Spans.Select(SpanData) }),
            });

            // The serializer escapes < and &, so no text can end the script element early.
            return json;
        }

        private static object SpanData(Span span) => new { s = Math.Round(span.StartS, 2), e = Math.Round(span.EndS, 2), text = span.Text, tone = Class(span.Tone) };

        // low: differences from bucket to bucket; spread: highest minus lowest. Nothing between two commas is 0, n is no value.
        private static object SeriesData(Series series, int decimals)
        {
            double scale = Math.Pow(10, decimals);
            var low = new StringBuilder();
            var spread = new StringBuilder();
            long last = 0;
            bool anySpread = false;
            for (int k = 0; k < series.Low.Length; k++)
            {
                if (k > 0)
                {
                    low.Append(',');
                    spread.Append(',');
                }

                if (!float.IsFinite(series.Low[k]))
                {
                    low.Append('n');
                    continue;
                }

                long value = (long)Math.Round(series.Low[k] * scale);
                long width = (long)Math.Round(series.High[k] * scale) - value;
                if (value != last)
                {
                    low.Append(value - last);
                }

                if (width != 0)
                {
                    spread.Append(width);
                    anySpread = true;
                }

                last = value;
            }

            return new { name = series.Name, colour = series.Colour, dashed = series.IsDashed, hidden = series.IsHidden, low = low.ToString(), spread = anySpread ? spread.ToString() : null };
        }

        private static string Class(Tone tone) => tone.ToString().ToLowerInvariant();

        private static string Text(string text) => WebUtility.HtmlEncode(text);

        internal static string Part(string name)
        {
            using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("Bms.Cli/" + name)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
