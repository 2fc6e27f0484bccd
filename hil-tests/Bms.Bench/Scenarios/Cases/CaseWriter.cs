using System.Globalization;
using System.Text;
using Bms.Core.Configuration;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Writes cases as a scenario file that the reader reads back to the same runs.</summary>
    public static class CaseWriter
    {
        /// <summary>The text of a file with one case.</summary>
        /// <param name="testCase">The case; its bench holds nothing but what a file can say.</param>
        /// <param name="comment">First line of the file.</param>
        public static string Write(TestCase testCase, string comment)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"# {comment}\ncases:\n  - id: {testCase.Id}\n    title: {Quoted(testCase.Title)}\n");
            if (testCase.Requirements.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"    requirements: [{string.Join(", ", testCase.Requirements)}]\n");
            }

            AddPack(text, testCase);
            if (testCase.Parameters.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"    parameters: {{ {string.Join(", ", testCase.Parameters.Select(p => ParameterTable.NameOf(p.Parameter) + ": " + (p.Value == ParameterId.Never ? "never" : p.Value.ToString(CultureInfo.InvariantCulture))))} }}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    start: {testCase.Start.ToString().ToLowerInvariant()}\n");
            if (testCase.DurationS != null)
            {
                text.Append(CultureInfo.InvariantCulture, $"    duration_s: {testCase.DurationS}\n");
            }

            if (testCase.Timeline.Count > 0)
            {
                text.Append("    timeline:\n");
                foreach (CaseStep step in testCase.Timeline)
                {
                    text.Append("      - { ").Append(string.Join(", ", StepParts(step))).Append(" }\n");
                }
            }

            text.Append("    expect:\n");
            foreach (CaseExpect expect in testCase.Expect)
            {
                text.Append(expect.Kind == ExpectKind.Invariants ? "      - { invariants: true }\n" : throw new NotSupportedException("Only cases that expect the invariants are written."));
            }

            return text.ToString();
        }

        private static void AddPack(StringBuilder text, TestCase testCase)
        {
            PackOptions p = testCase.Bench.Pack;
            string cells = p.CellsPerModule > 0 ? $", cells_per_module: {p.CellsPerModule}" : "";
            text.Append(CultureInfo.InvariantCulture,
                $"    pack: {{ cell: {p.CellName}, cells: {p.CellCount}, parallel: {p.ParallelCount}, seed: {p.Seed}, soc: {p.InitialSoc}, temperature_deg_c: {p.InitialTemperatureDegC}, ambient_deg_c: {p.AmbientDegC}, sensor_errors: {p.SensorErrors}, modules: {CaseKeys.Modules[p.ModuleProfile]}{cells}, sensor: {CaseKeys.Sensors[p.SensorProfile]}, back_to_back: {(p.ModulesBackToBack ? "true" : "false")} }}\n");
        }

        private static IEnumerable<string> StepParts(CaseStep step)
        {
            yield return $"at_s: {step.AtS}";
            switch (step.Kind)
            {
                case StepKind.Inject:
                    yield return $"inject: {step.Name}";
                    break;
                case StepKind.Clear:
                    yield return $"clear: {step.Name}";
                    break;
                case StepKind.Set:
                    yield return $"set: {step.Name}";
                    break;
                case StepKind.Host:
                    yield return $"host: {step.Name}";
                    break;
                case StepKind.ClearFaults:
                    yield return "clear_faults: true";
                    break;
                case StepKind.Calm:
                    yield return "calm: true";
                    break;
                case StepKind.Restart:
                    yield return "restart: true";
                    break;
                case StepKind.Disturb:
                    CaseDisturbance d = step.Disturbance!;
                    yield return "disturb: " + (d.Kind switch { FrameFaultKind.Drop => "drop", FrameFaultKind.AlterPayload => "alter", FrameFaultKind.BusError => "bus-error", _ => "delay" });
                    yield return string.Create(CultureInfo.InvariantCulture, $"frames: \"0x{d.FirstId:X3}..0x{d.LastId:X3}\", percent: {d.Percent}, mask: \"0x{d.Mask:X}\"");
                    break;
                default:
                    throw new NotSupportedException($"Steps of kind {step.Kind} are not written.");
            }

            if (step.Element != null)
            {
                yield return $"element: {step.Element}";
            }

            if (step.Value != null)
            {
                yield return $"value: {step.Value}";
            }

            if (step.RampS != null)
            {
                yield return $"ramp_s: {step.RampS}";
            }
        }

        private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }
}
