using System.Globalization;
using System.Text;
using System.Xml;
using Bms.Bench.Scenarios.Cases;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Hil
{
    /// <summary>Writes a run as JUnit XML: one suite for each group, requirement ids and times as properties.</summary>
    internal static class JUnitFile
    {
        public static byte[] Write(HilSummary summary)
        {
            using var stream = new MemoryStream();
            using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), CheckCharacters = true }))
            {
                xml.WriteStartElement("testsuites");
                Attributes(xml, "bms hil", summary.Cases.Count, summary.Failed, summary.WallS);
                foreach (var group in summary.Cases.GroupBy(c => c.Result.Case.Group))
                {
                    xml.WriteStartElement("testsuite");
                    Attributes(xml, "hil." + group.Key, group.Count(), group.Count(c => !c.Result.Passed), group.Sum(c => c.WallS));
                    xml.WriteAttributeString("timestamp", summary.Began.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
                    xml.WriteStartElement("properties");
                    Property(xml, "bench", summary.Bench);
                    Property(xml, "profile", summary.Profile ?? "Reference");
                    Property(xml, "version", BmsCommandLine.Version);
                    xml.WriteEndElement();
                    foreach ((CaseResult result, double wallS, string? trace) in group)
                    {
                        AddCase(xml, result, wallS, trace);
                    }

                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            return stream.ToArray();
        }

        private static void AddCase(XmlWriter xml, CaseResult result, double wallS, string? trace)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "hil." + result.Case.Group);
            xml.WriteAttributeString("name", $"{result.Case.Id} {result.Case.Title}");
            xml.WriteAttributeString("time", wallS.ToString("0.000", CultureInfo.InvariantCulture));
            xml.WriteStartElement("properties");
            Property(xml, "requirements", string.Join(' ', result.Case.Requirements));
            Property(xml, "runs", result.Runs.Count.ToString(CultureInfo.InvariantCulture));
            Property(xml, "seed", result.Case.Bench.Pack.Seed.ToString(CultureInfo.InvariantCulture));
            Number(xml, "T_detect_ms", result.DetectMs);
            Number(xml, "T_detect_limit_ms", result.Limits.DetectMs);
            Number(xml, "T_safe_ms", result.SafeMs);
            Number(xml, "T_safe_limit_ms", result.Limits.SafeMs);
            Property(xml, "state", result.State);
            Property(xml, "faults", result.FaultText);
            xml.WriteEndElement();
            if (result.FirstFailed is VariantResult failed)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", failed.Failures[0].Message);
                xml.WriteString(string.Join("\n", failed.Failures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Place}: {f.Message} (at {f.TimeS:0.00} s, {failed.Variant})"))));
                xml.WriteEndElement();
                if (trace is not null)
                {
                    xml.WriteElementString("system-out", "trace: " + trace);
                }
            }

            xml.WriteEndElement();
        }

        private static void Attributes(XmlWriter xml, string name, int tests, int failures, double seconds)
        {
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("tests", tests.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("failures", failures.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("errors", "0");
            xml.WriteAttributeString("skipped", "0");
            xml.WriteAttributeString("time", seconds.ToString("0.000", CultureInfo.InvariantCulture));
        }

        private static void Number(XmlWriter xml, string name, double value)
        {
            if (!double.IsNaN(value))
            {
                Property(xml, name, value.ToString("0.###", CultureInfo.InvariantCulture));
            }
        }

        private static void Property(XmlWriter xml, string name, string value)
        {
            xml.WriteStartElement("property");
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("value", value);
            xml.WriteEndElement();
        }
    }
}
