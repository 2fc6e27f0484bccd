using System.Globalization;
using Bms.Bench.Scenarios.Cases;
using Bms.Core.Measurement.Profiles;
using Bms.Plant.Cells;
using Bms.Plant.Pack;

namespace Bms.Bench.Campaign
{
    /// <summary>Makes the runs of a campaign: a random pack in a random climate on a random trip, and up to three things that break. Seed and number decide everything.</summary>
    public static class CampaignPlan
    {
        private static readonly string[] CellNames = ["lg-18650hg2", "panasonic-ncr18650pf", "a123-26650"];

        /// <summary>One run with faults.</summary>
        /// <param name="seed">Seed of the campaign.</param>
        /// <param name="run">Number of the run.</param>
        /// <param name="minutes">Length in min of simulated time.</param>
        public static TestCase Create(ulong seed, int run, double minutes)
        {
            var random = new RandomStream(seed, 1_000_000UL + (ulong)run);
            PackOptions pack = Pack(random, -30, 60);
            double lengthS = minutes * 60;
            var steps = new List<CaseStep>();
            AddTrip(steps, random, lengthS, pack);
            int faults = random.NextDouble() switch { < 0.1 => 0, < 0.55 => 1, < 0.85 => 2, _ => 3 };
            for (int i = 0; i < faults; i++)
            {
                AddFault(steps, random, lengthS, pack);
            }

            return Case(string.Create(CultureInfo.InvariantCulture, $"R00-{seed}-{run}"), string.Create(CultureInfo.InvariantCulture, $"Campaign {seed}, run {run}"), pack, steps, lengthS);
        }

        /// <summary>One run of normal driving, resting and charging: nothing breaks.</summary>
        /// <param name="seed">Seed of the campaign.</param>
        /// <param name="run">Number of the run.</param>
        /// <param name="minutes">Length in min of simulated time.</param>
        public static TestCase CreateNormal(ulong seed, int run, double minutes)
        {
            var random = new RandomStream(seed, 2_000_000UL + (ulong)run);
            PackOptions pack = Pack(random, -30, 45);
            var steps = new List<CaseStep>();
            AddTrip(steps, random, minutes * 60, pack);
            return Case(string.Create(CultureInfo.InvariantCulture, $"N00-{seed}-{run}"), string.Create(CultureInfo.InvariantCulture, $"Normal driving {seed}, run {run}"), pack, steps, minutes * 60);
        }

        private static TestCase Case(string id, string title, PackOptions pack, List<CaseStep> steps, double lengthS) => new()
        {
            Place = new FilePlace(id, 0, 0),
            Id = id,
            Title = title,
            Bench = new BenchOptions { Pack = pack },
            NamesProfile = true,
            Start = CaseStart.Standby,
            DurationS = Quantity.Of(lengthS),
            Timeline = [.. steps.OrderBy(s => s.AtS.In(Nothing))],
            Expect = [new CaseExpect { Kind = ExpectKind.Invariants }],
        };

        private static readonly QuantityContext Nothing = new(new Bms.Core.Configuration.ParameterBlock(), new Dictionary<string, double>());

        private static PackOptions Pack(RandomStream random, double coldest, double hottest)
        {
            // Reference parts most of the time: their reaction times are the ones that are promised.
            int modules = random.NextDouble() < 0.6 ? ModuleProfile.Reference : 1 + random.NextInt(ModuleProfile.Count - 1);
            int sensor = random.NextDouble() < 0.7 ? SensorProfile.Reference : 1 + random.NextInt(SensorProfile.Count - 1);
            int most = Math.Min(192, ModuleProfile.MostModules(modules) * ModuleProfile.UsualCells(modules));
            int cells = random.NextDouble() < 0.4 ? 96 : 4 + random.NextInt(most - 3);
            cells = Math.Min(cells, most);
            double ambient = Rounded(random.NextBetween(coldest, hottest), 1);
            double errors = Rounded(random.NextBetween(0.5, 2), 2);
            return new PackOptions
            {
                CellName = CellNames[random.NextInt(CellNames.Length)],
                CellCount = cells,
                ParallelCount = 1 + random.NextInt(40),
                Seed = random.NextBits() >> 40,
                InitialSoc = Rounded(random.NextBetween(0.1, 0.95), 3),
                InitialTemperatureDegC = Math.Clamp(Rounded(ambient + random.NextBetween(-3, 3), 1), coldest, hottest),
                AmbientDegC = ambient,
                Sensors = CaseReader.WithErrors(new SensorOptions(), errors),
                SensorErrors = errors,
                ModuleProfile = modules,
                SensorProfile = sensor,
                ModulesBackToBack = modules == ModuleProfile.Reference && random.NextDouble() < 0.2,
            };
        }

        // A drive, and mostly a rest and a charge behind it; or the other way round.
        private static void AddTrip(List<CaseStep> steps, RandomStream random, double lengthS, PackOptions pack)
        {
            double turnS = Rounded(random.NextBetween(0.35, 0.75) * lengthS, 1);
            bool drivesFirst = random.NextDouble() < 0.75;
            bool turns = random.NextDouble() < 0.6;
            double capacityAh = CellParameters.LoadNameOrFile(pack.CellName).CapacityAh * pack.ParallelCount;
            for (int leg = 0; leg < (turns ? 2 : 1); leg++)
            {
                double atS = leg == 0 ? 2 : turnS + 20;
                if (drivesFirst == (leg == 0))
                {
                    steps.Add(Step(atS, StepKind.Host, "drive"));
                    steps.Add(Step(atS + 5, StepKind.Set, "Load.DriveSeed", value: 1 + random.NextInt(1_000_000)));
                }
                else
                {
                    steps.Add(Step(atS, StepKind.Host, "charge"));
                    steps.Add(Step(atS + 5, StepKind.Set, "Charger.MaxCurrentA", value: Rounded(random.NextBetween(0.1, 1.2) * capacityAh, 2)));
                    steps.Add(Step(atS + 5, StepKind.Set, "Charger.On", value: 1));
                }

                if (leg == 0 && turns)
                {
                    steps.Add(Step(turnS, StepKind.Set, "Load.DriveSeed", value: 0));
                    steps.Add(Step(turnS, StepKind.Set, "Charger.On", value: 0));
                    steps.Add(Step(turnS + 1, StepKind.Host, "standby"));
                }
            }
        }

        private static void AddFault(List<CaseStep> steps, RandomStream random, double lengthS, PackOptions pack)
        {
            double atS = Rounded(random.NextBetween(12, lengthS - 15), 2);
            bool isPermanent = random.NextDouble() < 0.5;
            double untilS = Rounded(Math.Min(atS + random.NextBetween(0.5, 60), lengthS - 5), 2);
            double capacityAh = CellParameters.LoadNameOrFile(pack.CellName).CapacityAh * pack.ParallelCount;
            int cell = 1 + random.NextInt(pack.CellCount);
            int perModule = ModuleProfile.UsualCells(pack.ModuleProfile);
            int moduleCount = (pack.CellCount + perModule - 1) / perModule;
            int module = 1 + random.NextInt(moduleCount);
            int told = Math.Min(moduleCount, ModuleProfile.ModulesWithTemperatures(pack.ModuleProfile));
            int sensor = 1 + (random.NextInt(told) * SensorsOf(pack.ModuleProfile)) + random.NextInt(ModuleProfile.UsualTemperatures(pack.ModuleProfile));
            double ramp = random.NextDouble() < 0.3 ? Rounded(random.NextBetween(0.5, 30), 1) : 0;
            double sign = random.NextDouble() < 0.5 ? -1 : 1;
            double share = random.NextDouble();

            void Break(PackFault fault, int element, double value = 0, double rampS = 0)
            {
                steps.Add(Step(atS, StepKind.Inject, fault.ToString(), element, Rounded(value, 3), rampS));
                if (!isPermanent)
                {
                    steps.Add(Step(untilS, StepKind.Clear, fault.ToString(), element));
                }
            }

            switch (random.NextInt(27))
            {
                case 0: Break(PackFault.ModuleSilent, module); break;
                case 1: Break(PackFault.ModuleCrc, module); break;
                case 2: Break(PackFault.ModuleCounter, module); break;
                case 3: Break(PackFault.ModuleFrozen, module); break;
                case 4:
                case 5: Break(PackFault.CellVoltageOffset, cell, sign * (0.1 + (1.9 * share)), ramp); break;
                case 6: Break(PackFault.CellVoltageStuck, cell, 5 * share); break;
                case 7: Break(PackFault.CellSenseOpen, cell); break;
                case 8: Break(PackFault.TemperatureStuck, sensor, -40 + (160 * share)); break;
                case 9: Break(PackFault.TemperatureOpen, sensor); break;
                case 10: Break(PackFault.TemperatureOffset, sensor, sign * (5 + (70 * share)), ramp); break;
                case 11: Break(PackFault.CurrentSilent, 1); break;
                case 12: Break(PackFault.CurrentFailed, 1); break;
                case 13: Break(PackFault.CurrentOffset, 1, sign * capacityAh * (0.1 + (4 * share)), ramp); break;
                case 14: Break(PackFault.CurrentStuck, 1, sign * capacityAh * 4 * share); break;
                case 15: Break(PackFault.SensorCrc, 1); break;
                case 16: Break(PackFault.VoltageSilent, 1); break;
                case 17: Break(PackFault.PackVoltageOffset, 1, sign * pack.CellCount * share); break;
                case 18: Break(PackFault.HostSilent, 1); break;
                case 19: Break(PackFault.ContactorStuckOpen, 1 + random.NextInt(3)); break;
                case 20: Break(PackFault.ContactorWelded, 1 + random.NextInt(3)); break;
                case 21: Break(PackFault.ContactorFeedback, 1 + random.NextInt(3), share > 0.5 ? 1 : 0); break;
                case 22: Break(PackFault.InterlockOpen, 1); break;
                case 23: Break(PackFault.CellInternalShort, cell, 0.02 + share); break;
                case 24: Break(PackFault.CellHeating, cell, pack.ParallelCount * (20 + (280 * share))); break;
                case 25:
                    Break(PackFault.LoadIgnoresLimits, 1);
                    steps.Add(Step(atS + 0.5, StepKind.Set, "Load.CurrentA", value: Rounded(sign * capacityAh * (0.5 + (5 * share)), 2)));
                    steps.Add(Step(isPermanent ? lengthS - 3 : untilS, StepKind.Set, "Load.CurrentA", value: 0));
                    break;
                default:
                    AddDisturbance(steps, random, atS, isPermanent ? lengthS - 5 : untilS);
                    break;
            }
        }

        private static void AddDisturbance(List<CaseStep> steps, RandomStream random, double atS, double untilS)
        {
            (uint first, uint last) = random.NextInt(3) switch { 0 => (0x100u, 0x111u), 1 => (0x200u, 0x24Fu), _ => (0x000u, 0x7FFu) };
            double percent = random.NextInt(3) switch { 0 => 1.0, 1 => 10.0, _ => 100.0 };
            FrameFaultKind kind = random.NextInt(2) == 0 ? FrameFaultKind.Drop : FrameFaultKind.AlterPayload;
            steps.Add(Step(atS, StepKind.Disturb) with { Disturbance = new CaseDisturbance(kind, first, last, null, percent, 0x5A0000, 0) });
            steps.Add(Step(untilS, StepKind.Calm));
        }

        private static int SensorsOf(int profile) => profile switch { ModuleProfile.VwMeb => 1, ModuleProfile.VwMqb or ModuleProfile.OutlanderPhev => 3, _ => 4 };

        private static CaseStep Step(double atS, StepKind kind, string name = "", int element = 0, double? value = null, double rampS = 0) => new()
        {
            AtS = Quantity.Of(Math.Round(atS, 2)),
            Kind = kind,
            Name = name,
            Element = element > 0 ? Quantity.Of(element) : null,
            Value = value is double v ? Quantity.Of(v) : null,
            RampS = rampS > 0 ? Quantity.Of(rampS) : null,
        };

        private static double Rounded(double value, int digits) => Math.Round(value, digits);
    }
}
