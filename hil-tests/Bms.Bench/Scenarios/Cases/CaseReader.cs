using System.Globalization;
using Bms.Core.Configuration;
using Bms.Plant.Pack;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Reads scenario files. Every fault is told with file, line and column, what is wrong, and what would be right.</summary>
    public static class CaseReader
    {
        private const int MostRuns = 2000;

        /// <summary>Reads a file.</summary>
        /// <exception cref="CaseFileException">The file is no good scenario file.</exception>
        /// <exception cref="IOException">The file cannot be read.</exception>
        public static IReadOnlyList<TestCase> ReadFile(string path)
        {
            try
            {
                return Read(File.ReadAllText(path), path);
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new IOException($"{path}: is not there; give the path of a scenario file (.yaml)", fault);
            }
        }

        /// <summary>Reads the text of a file.</summary>
        /// <param name="text">YAML.</param>
        /// <param name="name">Name of the file for messages.</param>
        /// <exception cref="CaseFileException">The text is no good scenario file.</exception>
        public static IReadOnlyList<TestCase> Read(string text, string name)
        {
            var yaml = new YamlStream();
            try
            {
                yaml.Load(new StringReader(text));
            }
            catch (YamlException fault)
            {
                throw new CaseFileException(new FilePlace(name, (int)fault.Start.Line, (int)fault.Start.Column), $"is no valid YAML ({Reason(fault)}); indent with blanks, quote texts that hold ': ' or ' #'");
            }

            if (yaml.Documents.Count != 1)
            {
                throw new CaseFileException(new FilePlace(name, 1, 1), "holds no document; begin with 'cases:' and a list below it");
            }

            var file = new CaseNode(yaml.Documents[0].RootNode, name);
            file.Check(CaseKeys.File);
            var cases = new List<TestCase>();
            foreach (CaseNode node in file.List("cases"))
            {
                TestCase read = ReadCase(node);
                if (cases.Exists(c => c.Id == read.Id))
                {
                    throw node.Key("id").Wrong($"the id {read.Id} was used before in this file; give every case its own");
                }

                cases.Add(read);
            }

            return cases;
        }

        private static string Reason(YamlException fault)
        {
            string text = fault.InnerException?.Message ?? fault.Message;
            int colon = text.IndexOf("): ", StringComparison.Ordinal);
            return (colon >= 0 ? text[(colon + 3)..] : text).TrimEnd('.');
        }

        private static TestCase ReadCase(CaseNode node)
        {
            node.Check(CaseKeys.Case);
            string id = node.Text("id")!;
            if (id.Length < 3 || id[0] is < 'A' or > 'Z' || !char.IsAsciiDigit(id[1]) || !char.IsAsciiDigit(id[2]))
            {
                throw node.Key("id").Wrong($"'{id}' is no id; write the letter of the group and two digits first, such as B02-charge");
            }

            IReadOnlyList<(string, IReadOnlyList<double>)> vary = ReadVary(node);
            string[] variables = [.. vary.Select(v => v.Item1)];
            var read = new TestCase
            {
                Place = node.Place,
                Id = id,
                Title = node.Text("title")!,
                Requirements = node.Texts("requirements"),
                Bench = ReadBench(node),
                NamesProfile = node.Has("pack") && (node.Key("pack").Has("modules") || node.Key("pack").Has("sensor")),
                Parameters = ReadParameters(node),
                Vary = vary,
                Phases = node.Whole("phases", 1, 1000) ?? 1,
                Start = Enum.Parse<CaseStart>(node.Choice("start", CaseKeys.Starts) ?? "drive", ignoreCase: true),
                LoadA = node.Quantity("load", variables),
                DurationS = node.Quantity("duration_s", variables),
                Event = ReadEvent(node, variables),
                Timeline = [.. node.List("timeline").Select(s => ReadStep(s, variables))],
                Expect = [.. node.List("expect").Select(e => ReadExpect(e, variables))],
                Allow = [.. node.Texts("allow").Select(a => ReadAllowed(node.Key("allow"), a))],
                Recovery = Enum.Parse<CaseRecovery>((node.Choice("recovery", CaseKeys.Recoveries) ?? "runs-on").Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
                RecoveryWaitS = node.Number("recovery_wait_s", 0, 100_000) ?? 3,
                RecoveryDegC = node.Number("recovery_deg_c", -60, 100),
                NotWith = ReadNotWith(node),
            };
            return read.Expect.Count > 0 ? read : throw node.Key("expect").Wrong("expects nothing; a case without an expectation shows nothing");
        }

        private static List<(string, IReadOnlyList<double>)> ReadVary(CaseNode node)
        {
            var vary = new List<(string, IReadOnlyList<double>)>();
            int runs = 1;
            foreach ((string name, CaseNode value) in node.Entries("vary"))
            {
                if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                {
                    throw value.Wrong($"'{name}' is no name; use letters, digits and _");
                }

                double[] values = value.Range();
                runs *= values.Length;
                if (runs > MostRuns)
                {
                    throw value.Wrong($"makes more than {MostRuns} runs; vary less");
                }

                vary.Add((name, values));
            }

            return vary;
        }

        private static BenchOptions ReadBench(CaseNode node)
        {
            var pack = new PackOptions { InitialSoc = 0.6 };
            if (node.Has("pack"))
            {
                CaseNode p = node.Key("pack");
                p.Check(CaseKeys.Pack);
                double temperature = p.Number("temperature_deg_c", -60, 100) ?? 25;
                int modules = Array.IndexOf(CaseKeys.Modules, p.Choice("modules", CaseKeys.Modules) ?? "Reference");
                int sensor = Array.IndexOf(CaseKeys.Sensors, p.Choice("sensor", CaseKeys.Sensors) ?? "Reference");
                pack = pack with
                {
                    CellName = p.Text("cell") ?? pack.CellName,
                    CellCount = p.Whole("cells", 1, 192) ?? pack.CellCount,
                    ParallelCount = p.Whole("parallel", 1, 1000) ?? pack.ParallelCount,
                    InitialSoc = p.Number("soc", 0, 1) ?? pack.InitialSoc,
                    SocSpread = p.Number("soc_spread", 0, 0.2) ?? pack.SocSpread,
                    CapacityHealth = p.Number("capacity_health", 0.1, 1.2) ?? pack.CapacityHealth,
                    ResistanceGrowth = p.Number("resistance_growth", 0.1, 10) ?? pack.ResistanceGrowth,
                    InitialTemperatureDegC = temperature,
                    AmbientDegC = p.Number("ambient_deg_c", -60, 100) ?? temperature,
                    Seed = (ulong)(p.Whole("seed", 0, int.MaxValue) ?? 1),
                    Sensors = Noisy(p.Choice("sensors", ["normal", "ideal"]) == "ideal" ? SensorOptions.Ideal : WithErrors(pack.Sensors, p.Number("sensor_errors", 0, 100) ?? 1), p.Number("cell_noise_v", 0, 1)),
                    SensorErrors = p.Number("sensor_errors", 0, 100) ?? 1,
                    ModuleProfile = modules,
                    SensorProfile = sensor,
                    CellsPerModule = p.Whole("cells_per_module", 1, 13) ?? 0,
                    InsulationProfile = Array.IndexOf(CaseKeys.InsulationMonitors, p.Choice("insulation_monitor", CaseKeys.InsulationMonitors) ?? "None"),
                    ModulesBackToBack = p.Flag("back_to_back"),
                    PrechargeResistorOhm = p.Number("precharge_ohm", 0.1, 100_000) ?? pack.PrechargeResistorOhm,
                    LinkCapacitanceF = p.Number("link_f", 1e-6, 1) ?? pack.LinkCapacitanceF,
                    ContactorOpenUs = (long)((p.Number("contactor_open_ms", 1, 1000) ?? 15) * 1000),
                };
            }

            var bench = new BenchOptions { Pack = pack };
            if (node.Has("controller"))
            {
                CaseNode c = node.Key("controller");
                c.Check(CaseKeys.Controller);
                bench = bench with
                {
                    CyclePeriodMs = c.Whole("cycle_ms", 5, 100) ?? 10,
                    StartMs = (uint)(c.Number("start_ms", 0, uint.MaxValue) ?? 0),
                    ReceiveQueueLength = c.Whole("receive_queue", 1, 1000) ?? 64,
                    BoardSleeps = c.Flag("sleeps"),
                    BoardStores = c.Flag("stores"),
                };
            }

            return bench;
        }

        /// <summary>The errors of sensors times a factor.</summary>
        internal static SensorOptions WithErrors(SensorOptions s, double factor) => s with
        {
            CellOffsetV = s.CellOffsetV * factor,
            CellGain = s.CellGain * factor,
            CellNoiseV = s.CellNoiseV * factor,
            TemperatureOffsetK = s.TemperatureOffsetK * factor,
            TemperatureNoiseK = s.TemperatureNoiseK * factor,
            CurrentOffsetA = s.CurrentOffsetA * factor,
            CurrentGain = s.CurrentGain * factor,
            CurrentNoiseA = s.CurrentNoiseA * factor,
            PackVoltageGain = s.PackVoltageGain * factor,
            PackVoltageNoiseV = s.PackVoltageNoiseV * factor,
        };

        private static SensorOptions Noisy(SensorOptions sensors, double? cellNoiseV) => cellNoiseV is double noise ? sensors with { CellNoiseV = noise } : sensors;

        private static Dictionary<string, string> ReadNotWith(CaseNode node)
        {
            var read = new Dictionary<string, string>();
            foreach ((string name, CaseNode value) in node.Entries("not_with"))
            {
                if (!CaseCatalogue.Profiles.Contains(name))
                {
                    throw value.Wrong($"'{name}' is no kind of modules or sensor; write one of {string.Join(", ", CaseCatalogue.Profiles)}");
                }

                read.Add(name, value.Value.Length > 0 ? value.Value : throw value.Wrong($"gives no reason; write why the case cannot hold with {name}"));
            }

            return read;
        }

        private static List<(int, int)> ReadParameters(CaseNode node)
        {
            var read = new List<(int, int)>();
            foreach ((string name, CaseNode value) in node.Entries("parameters"))
            {
                try
                {
                    int parameter = Cases.Quantity.ParameterNamed(name);
                    bool never = value.Value == "never" && ParameterTable.IsThreshold(parameter);
                    read.Add((parameter, never ? ParameterId.Never : value.AsWhole(ParameterTable.MinimumOf(parameter), ParameterTable.MaximumOf(parameter))));
                }
                catch (FormatException fault)
                {
                    throw value.Wrong(fault.Message);
                }
            }

            return read;
        }

        private static CaseEvent? ReadEvent(CaseNode node, string[] variables)
        {
            if (!node.Has("event"))
            {
                return null;
            }

            CaseNode e = node.Key("event");
            e.Check(CaseKeys.Event);
            Quantity? above = e.Quantity("above", variables);
            Quantity? below = e.Quantity("below", variables);
            if (above is null == below is null)
            {
                throw e.Wrong("needs either above or below");
            }

            return new CaseEvent(e.Signal("signal", writable: false), above, below);
        }

        private static CaseStep ReadStep(CaseNode node, string[] variables)
        {
            node.Check(CaseKeys.Step);
            string action = node.OnlyOneOf("inject", "clear", "set", "host", "clear_faults", "disturb", "calm", "send", "restart", "stall");
            var step = new CaseStep
            {
                Place = node.Place,
                AtS = node.Quantity("at_s", variables)!,
                Kind = action switch
                {
                    "inject" => StepKind.Inject,
                    "clear" => StepKind.Clear,
                    "set" => StepKind.Set,
                    "host" => StepKind.Host,
                    "clear_faults" => StepKind.ClearFaults,
                    "disturb" => StepKind.Disturb,
                    "calm" => StepKind.Calm,
                    "send" => StepKind.Send,
                    "stall" => StepKind.Stall,
                    _ => StepKind.Restart,
                },
                Element = node.Quantity("element", variables),
                Value = node.Quantity("value", variables),
                RampS = node.Quantity("ramp_s", variables),
                Times = node.Whole("times", 1, 100_000) ?? 1,
                EveryS = node.Number("every_s", 0.01, 100_000) ?? 0,
                IsEvent = node.Flag("event"),
            };
            if (step.Times > 1 && step.EveryS == 0)
            {
                throw node.Wrong("has times but no every_s; say how long to wait between two of them");
            }

            switch (step.Kind)
            {
                case StepKind.Inject:
                    return step with { Name = node.Choice("inject", Enum.GetNames<PackFault>())! };
                case StepKind.Clear:
                    return step with { Name = node.Choice("clear", [.. Enum.GetNames<PackFault>(), "all"])! };
                case StepKind.Set:
                    return step.Value is null ? throw node.Wrong("has no value; say what to set the signal to") : step with { Name = node.Signal("set", writable: true) };
                case StepKind.Stall:
                    return step.Value is null ? throw node.Wrong("has no value; say how long the controller hangs, in s") : step;
                case StepKind.Host:
                    return step with { Name = node.Choice("host", CaseKeys.Modes)! };
                case StepKind.Disturb:
                    return step with { Disturbance = ReadDisturbance(node) };
                case StepKind.Send:
                    return step with { Id = node.Key("send").Identifier(), Data = node.Key("data").Bytes() };
                default:
                    return step;
            }
        }

        private static CaseDisturbance ReadDisturbance(CaseNode node)
        {
            FrameFaultKind kind = node.Choice("disturb", ["drop", "alter", "bus-error", "delay"]) switch
            {
                "drop" => FrameFaultKind.Drop,
                "alter" => FrameFaultKind.AlterPayload,
                "bus-error" => FrameFaultKind.BusError,
                _ => FrameFaultKind.Delay,
            };
            (uint first, uint last) = node.Has("frames") ? node.Key("frames").Identifiers() : (0u, 0x7FFu);
            return new CaseDisturbance(kind, first, last, node.Whole("count", 1, int.MaxValue), node.Number("percent", 0.001, 100) ?? 100,
                node.Has("mask") ? node.Key("mask").Hex() : 1UL << 16, node.Number("delay_ms", 0, 100_000) ?? 0);
        }

        private static CaseExpect ReadExpect(CaseNode node, string[] variables)
        {
            node.Check(CaseKeys.Expect);
            string about = node.OnlyOneOf("fault", "opens_within_ms", "always", "eventually", "state", "invariants");
            var expect = new CaseExpect
            {
                Place = node.Place,
                Kind = about switch
                {
                    "fault" => ExpectKind.Fault,
                    "opens_within_ms" => ExpectKind.Opens,
                    "always" => ExpectKind.Always,
                    "eventually" => ExpectKind.Eventually,
                    "state" => ExpectKind.State,
                    _ => ExpectKind.Invariants,
                },
                Severity = Array.IndexOf(CaseKeys.Severities, node.Choice("severity", CaseKeys.Severities[1..]) ?? "trip"),
                Element = node.Quantity("element", variables),
                WithinMs = node.Quantity(about == "opens_within_ms" ? about : "within_ms", variables),
                NotBeforeMs = node.Quantity("not_before_ms", variables),
                FromS = node.Quantity("from_s", variables),
                UntilS = node.Quantity("until_s", variables),
            };
            switch (expect.Kind)
            {
                case ExpectKind.Fault:
                    return expect with { Name = node.FaultRow("fault") };
                case ExpectKind.State:
                    return expect with { Name = node.Choice("state", CaseKeys.States)! };
                case ExpectKind.Always or ExpectKind.Eventually:
                    string signal = node.Signal(about, writable: false);
                    string? equal = node.Text("equals");
                    string? word = equal != null && CaseSignals.HasWord(signal, equal) ? equal : null;
                    expect = expect with
                    {
                        Name = signal,
                        Above = node.Quantity("above", variables),
                        Below = node.Quantity("below", variables),
                        Word = word,
                        EqualTo = word is null ? node.Quantity("equals", variables) : null,
                        Near = node.Has("near") ? node.Signal("near", writable: false) : null,
                        Tolerance = node.Quantity("tolerance", variables),
                        Scale = node.Quantity("scale", variables),
                        IsUnavailable = node.Flag("unavailable"),
                        NeverFalls = node.Flag("never_falls"),
                    };
                    bool any = expect.Above != null || expect.Below != null || equal != null || expect.Near != null || expect.IsUnavailable || (expect.NeverFalls && expect.Kind == ExpectKind.Always);
                    return any ? expect : throw node.Wrong("has no condition; give above, below, equals, near, unavailable or, after always, never_falls");
                default:
                    return expect;
            }
        }

        private static AllowedFault ReadAllowed(CaseNode node, string text)
        {
            string[] parts = text.Split('.');
            int severity = parts.Length == 1 ? 3 : Array.FindIndex(CaseKeys.Severities, s => s.Equals(parts[1], StringComparison.OrdinalIgnoreCase));
            if (parts.Length > 2 || severity < 1)
            {
                throw node.Wrong($"'{text}' is no row with a severity; write OverTemperature or OverTemperature.Warning");
            }

            try
            {
                return new AllowedFault(Cases.Quantity.FaultNamed(parts[0]), severity);
            }
            catch (FormatException fault)
            {
                throw node.Wrong(fault.Message);
            }
        }
    }
}
