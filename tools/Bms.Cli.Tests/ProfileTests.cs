using System.Globalization;
using System.Text;
using Bms.Bench;
using Bms.Core.Measurement.Profiles;
using Bms.Plant.Pack;

namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class ProfileTests : CliTest
    {
        [TestMethod]
        [DataRow(ModuleProfile.Reference, "reference", 4)]
        [DataRow(ModuleProfile.BmwI3, "bmw-i3", 4)]
        [DataRow(ModuleProfile.VwMqb, "vw-mqb", 4)]
        [DataRow(ModuleProfile.VwMeb, "vw-meb", 4)]
        [DataRow(ModuleProfile.OutlanderPhev, "outlander-phev", 6)]
        public void modules_that_answer_are_understood_and_a_silent_one_is_named(int profile, string name, int modules)
        {
            string log = Record(profile, SensorProfile.Reference, _ => { });
            Outcome outcome = Run("profile", "check", log, "--profile", name, "--modules", modules.ToString(CultureInfo.InvariantCulture));
            Assert.AreEqual(0, outcome.Code, outcome.Out + outcome.Error);
            Assert.EndsWith("understood\n", outcome.Out);

            log = Record(profile, SensorProfile.Reference, b => b.Ees.Inject(PackFault.ModuleSilent, 1));
            outcome = Run("profile", "check", log, "--profile", name);
            Assert.AreEqual(1, outcome.Code, outcome.Out + outcome.Error);
            Assert.Contains("silent", outcome.Out.Split('\n').Single(line => line.StartsWith("     2", StringComparison.Ordinal)));
        }

        [TestMethod]
        [DataRow(ModuleProfile.Reference, "reference", 4)]
        [DataRow(ModuleProfile.BmwI3, "bmw-i3", 4)]
        [DataRow(ModuleProfile.VwMqb, "vw-mqb", 4)]
        [DataRow(ModuleProfile.VwMeb, "vw-meb", 4)]
        [DataRow(ModuleProfile.OutlanderPhev, "outlander-phev", 6)]
        public void the_view_of_cells_shows_the_sensors_that_modules_have_and_no_others(int profile, string name, int modules)
        {
            using var json = System.Text.Json.JsonDocument.Parse(Run("log", "cells", Record(profile, SensorProfile.Reference, _ => { }), "--profile", name, "--json").Out);
            System.Text.Json.JsonElement temperatures = json.RootElement.GetProperty("temperatures");
            Assert.AreEqual(modules * ModuleProfile.UsualTemperatures(profile), temperatures.GetArrayLength());
            foreach (System.Text.Json.JsonElement sensor in temperatures.EnumerateArray())
            {
                Assert.IsGreaterThan(5, sensor.GetProperty("lowestC").GetDouble());
                Assert.IsLessThan(60, sensor.GetProperty("highestC").GetDouble());
            }

            foreach (System.Text.Json.JsonElement cell in json.RootElement.GetProperty("cells").EnumerateArray())
            {
                Assert.IsGreaterThan(2500, cell.GetProperty("lowestMv").GetInt32());
                Assert.IsLessThan(4400, cell.GetProperty("highestMv").GetInt32());
            }
        }

        [TestMethod]
        public void wrong_crcs_of_an_i3_module_are_named()
        {
            Outcome outcome = Run("profile", "check", Record(ModuleProfile.BmwI3, 0, b => b.Ees.Inject(PackFault.ModuleCrc, 2)), "--profile", "bmw-i3");
            Assert.AreEqual(1, outcome.Code, outcome.Out);
            Assert.Contains("CRC", outcome.Out.Split('\n').Single(line => line.StartsWith("     3", StringComparison.Ordinal)));
        }

        [TestMethod]
        [DataRow(SensorProfile.IvtS, "ivt-s")]
        [DataRow(SensorProfile.LemCab, "lem-cab")]
        [DataRow(SensorProfile.VictronLynx, "victron-lynx")]
        public void a_sensor_is_understood_and_another_one_is_missed(int sensor, string name)
        {
            Outcome outcome = Run("profile", "check", Record(0, sensor, _ => { }), "--profile", name);
            Assert.AreEqual(0, outcome.Code, outcome.Out + outcome.Error);
            outcome = Run("profile", "check", Record(0, 0, _ => { }), "--profile", name);
            Assert.AreEqual(1, outcome.Code, outcome.Out + outcome.Error);
            Assert.Contains("missing", outcome.Out);
        }

        [TestMethod]
        [DataRow("asc")]
        [DataRow("blf")]
        [DataRow("mf4")]
        public void a_log_of_any_format_is_checked(string ending)
        {
            Assert.AreEqual(0, Run("log", "convert", Record(ModuleProfile.VwMeb, SensorProfile.IvtS, _ => { }), "--out", At("x." + ending)).Code);
            Assert.AreEqual(0, Run("profile", "check", At("x." + ending), "--profile", "vw-meb").Code);
            Assert.AreEqual(0, Run("profile", "check", At("x." + ending), "--profile", "ivt-s").Code);
        }

        [TestMethod]
        public void modules_that_nobody_asked_are_explained()
        {
            Outcome outcome = Run("profile", "check", Record(0, 0, _ => { }), "--profile", "bmw-i3");
            Assert.AreEqual(1, outcome.Code);
            Assert.Contains("until they are asked", outcome.Out);
        }

        [TestMethod]
        public void wrong_arguments_and_broken_logs_are_refused()
        {
            string log = Write("x.log", "(1.0) can0 300#00\n");
            AssertRefused(Run("profile", "check", log, "--profile", "tesla"), "tesla", "bmw-i3");
            AssertRefused(Run("profile", "check", log, "--profile", "vw-mqb", "--cells-per-module", "5"), "--cells-per-module", "8 to 13");
            AssertRefused(Run("profile", "check", log, "--profile", "vw-meb", "--modules", "20"), "--modules", "15");
            AssertRefused(Run("profile", "check", Write("y.log", "nothing\n"), "--profile", "bmw-i3"), "y.log");
            AssertRefused(Run("profile", "check", At("none.log"), "--profile", "bmw-i3"), "none.log");
        }

        private string Record(int modules, int sensor, Action<VirtualBench> prepare)
        {
            var bench = new VirtualBench(new BenchOptions { Pack = new PackOptions { CellCount = 48, ModuleProfile = modules, SensorProfile = sensor } });
            prepare(bench);
            var tap = new Log();
            bench.RunFor(3);
            bench.Network.Observe(tap);
            bench.RunFor(10);
            return Write("bench.log", tap.Text.ToString());
        }

        private sealed class Log : ICanTap
        {
            public StringBuilder Text { get; } = new();

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                Text.Append(CultureInfo.InvariantCulture, $"({timeUs / 1_000_000}.{timeUs % 1_000_000:000000}) can0 {(isExtended ? id.ToString("X8", CultureInfo.InvariantCulture) : id.ToString("X3", CultureInfo.InvariantCulture))}#{Convert.ToHexString(data, 0, length)}\n");
            }
        }
    }
}
