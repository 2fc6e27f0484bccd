using Bms.Cli.Parameters;
using Bms.Core.Configuration;
using Bms.Core.Protection;

namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class SimTests : CliTest
    {
        [TestMethod]
        public void a_short_run_writes_log_and_report_and_tells_lines()
        {
            Outcome outcome = Short("a", "1");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            CollectionAssert.AreEqual(new[] { "a.html", "a.log" }, Left());
            Assert.Contains("state: Closed", outcome.Out);
            Assert.Contains("cut by --hours", outcome.Out);
            Assert.DoesNotContain("\u001b", outcome.Out);
            Assert.StartsWith("(0000000000.", File.ReadLines(At("a.log")).First());
        }

        [TestMethod]
        public void the_same_seed_gives_the_same_log_byte_for_byte_and_another_seed_another()
        {
            Short("a", "7");
            Short("b", "7");
            Short("c", "8");
            byte[] first = File.ReadAllBytes(At("a.log"));
            Assert.IsTrue(first.AsSpan().SequenceEqual(File.ReadAllBytes(At("b.log"))));
            Assert.IsFalse(first.AsSpan().SequenceEqual(File.ReadAllBytes(At("c.log"))));
        }

        [TestMethod]
        public void the_log_can_be_read_by_log_stats_and_log_decode()
        {
            Short("a", "1");
            Outcome stats = Run("log", "stats", At("a.log"));
            Assert.AreEqual(0, stats.Code, stats.Error);
            Assert.Contains("SensorCurrent", stats.Out);
            Assert.Contains("ModuleVoltagesA07", stats.Out);
            Outcome decoded = Run("log", "decode", At("a.log"), "--signal", "PackStatus.State", "--wide", "--period-ms", "10000");
            Assert.AreEqual(0, decoded.Code, decoded.Error);
            string[] rows = decoded.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.AreEqual("time_s,PackStatus.State", rows[0]);
            Assert.EndsWith(",2", rows[^1]);
        }

        [TestMethod]
        public void the_report_needs_nothing_from_elsewhere()
        {
            Short("a", "1");
            string html = File.ReadAllText(At("a.html"));
            Assert.DoesNotContain("src=", html);
            Assert.DoesNotContain("<link", html);
            Assert.DoesNotContain("https://", html);
            Assert.Contains("prefers-color-scheme: dark", html);
            Assert.Contains("State of charge", html);
            Assert.IsLessThan(2_000_000, html.Length);
        }

        [TestMethod]
        public void quiet_prints_the_result_only()
        {
            Outcome outcome = Run("sim", "--hours", "0.005", "--no-log", "--no-report", "--quiet");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.DoesNotContain("phase", outcome.Out);
            Assert.Contains("passed", outcome.Out);
        }

        [TestMethod]
        public void the_whole_day_passes()
        {
            Outcome outcome = Run("sim", "--no-log", "--report", At("day.html"));
            Assert.AreEqual(0, outcome.Code, outcome.Out);
            Assert.Contains("charging begins, coldest cell", outcome.Out);
            Assert.Contains("OverTemperature: trip", outcome.Out);
            Assert.IsLessThan(2_000_000, new FileInfo(At("day.html")).Length);
        }

        [TestMethod]
        public void an_lfp_pack_goes_through_its_day_with_the_preset_of_its_chemistry()
        {
            Outcome outcome = Run("sim", "--cell", "a123-26650", "--cells", "12", "--no-log", "--report", At("lfp.html"), "--quiet");
            Assert.AreEqual(0, outcome.Code, outcome.Out + outcome.Error);
            Assert.Contains("passed: 14 of 14 checks", outcome.Out, "its own heat is too small for the cooling failure");
            Assert.Contains("LFP preset", File.ReadAllText(At("lfp.html")));
            AssertRefused(Run("sim", "--cell", "none", "--no-log", "--no-report"), "none", "no such cell", "a123-26650");
        }

        [TestMethod]
        public void a_firmware_that_misses_a_protection_returns_1()
        {
            ParameterBlock blind = Presets.Nmc(12, 55560);
            blind.Set(ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip), ParameterId.Never);
            Outcome outcome = Run("sim", "--no-log", "--no-report", "--cells", "12", "--params", Write("blind.txt", ParameterText.Write(blind)));
            Assert.AreEqual(1, outcome.Code, outcome.Error);
            Assert.Contains("the firmware missed a protection", outcome.Out);
        }

        [TestMethod]
        public void parameters_for_another_pack_are_refused()
        {
            string file = Write("p.txt", ParameterText.Write(Presets.Nmc(48, 55560)));
            AssertRefused(Run("sim", "--no-log", "--no-report", "--params", file), "p.txt", "CellCount is 48", "--cells");
            file = Write("p.txt", ParameterText.Write(Presets.Lfp(96, 55560)));
            AssertRefused(Run("sim", "--no-log", "--no-report", "--params", file), "p.txt", "LFP", "NMC");
        }

        [TestMethod]
        [DataRow("--log")]
        [DataRow("--report")]
        public void an_unwritable_output_is_refused_at_once_and_leaves_nothing(string option)
        {
            string other = option == "--log" ? "--report" : "--log";
            AssertRefused(Run("sim", option, At("none/x"), other, At("y")), "none", "folder that exists");
            Assert.IsEmpty(Left());
        }

        [TestMethod]
        public void every_number_of_cells_runs()
        {
            foreach (string cells in new[] { "1", "12", "13", "192" })
            {
                Outcome outcome = Run("sim", "--cells", cells, "--hours", "0.01", "--no-log", "--no-report", "--quiet");
                Assert.AreEqual(0, outcome.Code, cells + " cells: " + outcome.Out + outcome.Error);
            }
        }

        private Outcome Short(string name, string seed)
        {
            return Run("sim", "--hours", "0.02", "--seed", seed, "--log", At(name + ".log"), "--report", At(name + ".html"));
        }
    }
}
