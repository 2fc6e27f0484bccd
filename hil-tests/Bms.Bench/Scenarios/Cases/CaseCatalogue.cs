using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>The catalogue: the cases of hil-tests/scenarios, which travel inside this library.</summary>
    public static class CaseCatalogue
    {
        private const string Prefix = "Bms.Bench/scenarios/";

        /// <summary>All cases, in the order of their groups and files.</summary>
        /// <exception cref="CaseFileException">A file of the catalogue is wrong.</exception>
        public static IReadOnlyList<TestCase> All()
        {
            var cases = new List<TestCase>();
            foreach (string name in typeof(CaseCatalogue).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using Stream stream = typeof(CaseCatalogue).Assembly.GetManifestResourceStream(name)!;
                using var reader = new StreamReader(stream);
                cases.AddRange(CaseReader.Read(reader.ReadToEnd(), "hil-tests/scenarios/" + name[Prefix.Length..]));
            }

            return Unique(cases);
        }

        /// <summary>Refuses an id that two files use.</summary>
        /// <exception cref="CaseFileException">An id stands twice.</exception>
        public static IReadOnlyList<TestCase> Unique(IReadOnlyList<TestCase> cases)
        {
            var seen = new Dictionary<string, TestCase>();
            foreach (TestCase testCase in cases)
            {
                if (!seen.TryAdd(testCase.Id, testCase))
                {
                    throw new CaseFileException(testCase.Place, $"the id {testCase.Id} is used at {seen[testCase.Id].Place} too; give every case its own");
                }
            }

            return cases;
        }

        /// <summary>Cases that a word chooses: an id, the number of several such as B02, or the letter of a group.</summary>
        public static IReadOnlyList<TestCase> Chosen(IReadOnlyList<TestCase> cases, string word)
        {
            TestCase[] exact = [.. cases.Where(c => c.Id.Equals(word, StringComparison.OrdinalIgnoreCase))];
            return exact.Length > 0 ? exact : [.. cases.Where(c => word.Length is 1 or 3 && c.Id.StartsWith(word, StringComparison.OrdinalIgnoreCase))];
        }

        /// <summary>A case with modules or a sensor of another kind; those that the case names itself stay.</summary>
        /// <param name="testCase">The case.</param>
        /// <param name="profile">Kind of modules or of a sensor.</param>
        /// <param name="reason">Why it is left out, where the result is null.</param>
        /// <returns>Null where the case is for others: it names its own, the pack is too large for the kind, it breaks temperature sensors that the kind has not, or it says itself why it cannot hold.</returns>
        public static TestCase? WithProfile(TestCase testCase, string profile, out string reason)
        {
            int modules = Array.IndexOf(CaseKeys.Modules, profile);
            int sensor = Array.IndexOf(CaseKeys.Sensors, profile);
            PackOptions pack = testCase.Bench.Pack;
            reason = testCase.NamesProfile ? "names its modules or its sensor itself" : testCase.NotWith.GetValueOrDefault(profile, "");
            if (reason.Length == 0 && modules > 0 && (pack.CellCount + ModuleProfile.UsualCells(modules) - 1) / ModuleProfile.UsualCells(modules) > ModuleProfile.MostModules(modules))
            {
                reason = FormattableString.Invariant($"{pack.CellCount} cells are more than {profile} modules have identifiers for");
            }

            if (reason.Length > 0)
            {
                return null;
            }

            PackOptions other = modules > 0 ? pack with { ModuleProfile = modules } : pack with { SensorProfile = sensor };
            TestCase adapted = testCase with { IsAdapted = true, Bench = testCase.Bench with { Pack = other } };
            reason = CaseVariant.Of(adapted).Count > 0 ? "" : $"breaks temperature sensors that {profile} modules have not";
            return reason.Length > 0 ? null : adapted;
        }

        /// <summary>True where every temperature sensor that a run of a case breaks is one that its modules have and the firmware reads.</summary>
        internal static bool HasItsSensors(TestCase testCase, IReadOnlyDictionary<string, double> variables)
        {
            PackOptions pack = testCase.Bench.Pack;
            int profile = pack.ModuleProfile;
            int perModule = ModuleProfile.MostTemperatures(profile);
            int modules = Math.Min((pack.CellCount + ModuleProfile.UsualCells(profile) - 1) / ModuleProfile.UsualCells(profile), ModuleProfile.ModulesWithTemperatures(profile));
            var context = new QuantityContext(new ParameterBlock(), variables);
            foreach (CaseStep step in testCase.Timeline)
            {
                if (step.Kind != StepKind.Inject || step.Name is not (nameof(PackFault.TemperatureStuck) or nameof(PackFault.TemperatureOpen) or nameof(PackFault.TemperatureOffset)))
                {
                    continue;
                }

                int sensor = (int)Math.Round(step.Element?.In(context) ?? 1) - 1;
                if (sensor / perModule >= modules || sensor % perModule >= ModuleProfile.UsualTemperatures(profile))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Name of a kind of modules.</summary>
        public static string NameOfModules(int profile) => CaseKeys.Modules[profile];

        /// <summary>Name of a kind of sensor.</summary>
        public static string NameOfSensor(int profile) => CaseKeys.Sensors[profile];

        /// <summary>Names that <see cref="WithProfile"/> takes.</summary>
        public static IReadOnlyList<string> Profiles { get; } = [.. CaseKeys.Modules[1..], .. CaseKeys.Sensors[1..]];
    }
}
