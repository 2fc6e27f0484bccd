using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Bms.Cli.Replay;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Plant.Cells;

namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class ReplayTests : CliTest
    {
        private const string Header = "time_s,current_a,voltage_v,temperature_c,charge_ah\n";

        /// <summary>A discharge at 1 A from full, one sample per second, with a voltage that falls a little.</summary>
        internal static string Synthetic(int seconds, int gapAt = -1, double gapS = 0)
        {
            var text = new StringBuilder(Header);
            double shift = 0;
            for (int t = 0; t <= seconds; t++)
            {
                if (t == gapAt)
                {
                    shift = gapS;
                }

                double charge = -t / 3600.0;
                text.Append(CultureInfo.InvariantCulture, $"{t + shift},{(t == 0 ? 0 : -1)},{4.15 - (0.0001 * t):0.0000},25.0,{charge:0.00000000}\n");
            }

            return text.ToString();
        }

        [TestMethod]
        public void the_final_reference_is_one_minus_the_charge_taken_over_the_capacity()
        {
            JsonElement json = Replay(Synthetic(360), "--capacity-ah", "2");
            Assert.AreEqual(1 - (0.1 / 2), json.GetProperty("finalSocTrue").GetDouble(), 1e-6);
        }

        [TestMethod]
        public void the_errors_are_those_of_the_trace()
        {
            string csv = Write("t.csv", Synthetic(900));
            string trace = At("trace.csv");
            Outcome outcome = Run("replay", csv, "--cell", "lg-18650hg2", "--json", "--csv", trace);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            double[] errors = File.ReadLines(trace).Skip(1).Select(l => l.Split(',')[6]).Where(f => f.Length > 0).Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
            using var json = JsonDocument.Parse(outcome.Out);
            JsonElement whole = json.RootElement.GetProperty("wholeRun");
            Assert.AreEqual(Math.Sqrt(errors.Average(e => e * e)), whole.GetProperty("rmse").GetDouble(), 1e-5);
            Assert.AreEqual(errors.Average(Math.Abs), whole.GetProperty("mae").GetDouble(), 1e-5);
            Assert.AreEqual(errors.Max(Math.Abs), whole.GetProperty("max").GetDouble(), 1e-5);
            Assert.AreEqual(errors.Skip(600).Max(Math.Abs), json.RootElement.GetProperty("afterTenMinutes").GetProperty("max").GetDouble(), 1e-5);
        }

        [TestMethod]
        public void a_stored_state_of_charge_is_where_the_firmware_starts()
        {
            string trace = At("trace.csv");
            Outcome outcome = Run("replay", Write("t.csv", Synthetic(5)), "--cell", "lg-18650hg2", "--initial-soc", "0.4", "--csv", trace);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            double first = double.Parse(File.ReadLines(trace).Skip(1).First().Split(',')[5], CultureInfo.InvariantCulture);

            // The voltage of a nearly full cell pulls at it from the first second on.
            Assert.AreEqual(0.4, first, 0.15);
        }

        [TestMethod]
        public void a_current_gain_of_zero_point_one_hides_most_of_the_discharge()
        {
            double all = Replay(Synthetic(36), "--initial-soc", "0.9", "--capacity-ah", "0.2").GetProperty("finalSocFirmware").GetDouble();
            double little = Replay(Synthetic(36), "--initial-soc", "0.9", "--capacity-ah", "0.2", "--current-gain", "0.1").GetProperty("finalSocFirmware").GetDouble();
            Assert.IsGreaterThan(all + 0.02, little, "36 s at 1 A are 5 % of 0.2 Ah");
        }

        // The estimator takes a steady offset for what it is, so what was sent is looked at, not what it made of it.
        [TestMethod]
        public void a_small_steady_current_is_not_lost_to_the_sensors_resolution()
        {
            // 0.4 mA rounds to nothing in every single frame of 1 mA.
            var bus = new ReplayBus();
            var sensors = new ReplaySensors(bus, new ReplayOptions { Cell = CellParameters.Load("lg-18650hg2") });
            var frame = new CanFrame();
            long sumMa = 0;
            for (int cycle = 0; cycle < 1000; cycle++)
            {
                sensors.Send(cycle, 0.0004, 3.7, 25);
                while (bus.TryReceive(frame))
                {
                    sumMa += frame.Id == SensorCurrent.Id ? SensorCurrent.UnpackCurrentMa(frame.Data) : 0;
                }
            }

            Assert.AreEqual(400, sumMa);
        }

        [TestMethod]
        public void the_clock_runs_through_a_rest_that_was_not_logged()
        {
            Outcome outcome = Run("replay", Write("t.csv", Synthetic(100, gapAt: 50, gapS: 3600)), "--cell", "lg-18650hg2");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("370101 cycles", outcome.Out);
            Assert.DoesNotContain("CurrentSensorLost", outcome.Out);
            Assert.DoesNotContain("ModuleLost", outcome.Out);
        }

        [TestMethod]
        public void a_fault_is_told_with_its_time_and_value()
        {
            string csv = Synthetic(60).Replace("4.14", "4.34", StringComparison.Ordinal);
            JsonElement json = Replay(csv);
            JsonElement fault = json.GetProperty("faults").EnumerateArray().First(f => f.GetProperty("fault").GetString() == "CellOverVoltage" && f.GetProperty("severity").GetString() == "trip");
            Assert.IsGreaterThan(4300, fault.GetProperty("value").GetInt32());
            Assert.AreEqual("mV", fault.GetProperty("unit").GetString());
            Assert.IsGreaterThan(0, fault.GetProperty("timeS").GetDouble());
        }

        [TestMethod]
        public void the_same_seed_gives_the_same_noise_and_another_seed_another()
        {
            string csv = Synthetic(300);
            string first = Replay(csv, "--seed", "5").GetRawText();
            Assert.AreEqual(first, Replay(csv, "--seed", "5").GetRawText());
            Assert.AreNotEqual(first.Replace("\"seed\": 5", "", StringComparison.Ordinal), Replay(csv, "--seed", "6").GetRawText().Replace("\"seed\": 6", "", StringComparison.Ordinal));
        }

        [TestMethod]
        public void reads_gzip_and_draws_a_png()
        {
            using (var packed = new GZipStream(File.Create(At("t.csv.gz")), CompressionLevel.Fastest))
            {
                packed.Write(Encoding.UTF8.GetBytes(Synthetic(120)));
            }

            Outcome outcome = Run("replay", At("t.csv.gz"), "--cell", "a123-26650", "--plot", At("t.png"));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            byte[] png = File.ReadAllBytes(At("t.png"));
            CollectionAssert.AreEqual(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, png[..4]);
            Assert.IsGreaterThan(20_000, png.Length);
        }

        [TestMethod]
        public void an_unwritable_output_is_refused_before_the_work_and_leaves_nothing()
        {
            string csv = Write("t.csv", Synthetic(20));
            AssertRefused(Run("replay", csv, "--cell", "lg-18650hg2", "--csv", At("no-such-folder/x.csv")), "no-such-folder", "folder that exists");
            AssertRefused(Run("replay", csv, "--cell", "lg-18650hg2", "--plot", At(".")), "is a folder");
            CollectionAssert.AreEqual(new[] { "t.csv" }, Left());
        }

        [TestMethod]
        public void a_broken_input_leaves_no_output()
        {
            string csv = Write("t.csv", Synthetic(20) + "21,x,4.1,25,0\n");
            AssertRefused(Run("replay", csv, "--cell", "lg-18650hg2", "--csv", At("o.csv"), "--plot", At("o.png")), "t.csv, line 23", "'x'");
            CollectionAssert.AreEqual(new[] { "t.csv" }, Left());
        }

        [TestMethod]
        [DataRow("time_s,current_a,voltage_v,temperature_c\n0,0,4,25\n1,0,4,25\n", "line 1", "charge_ah")]
        [DataRow("time_s,voltage_v,temperature_c,soc\n0,4,25,1\n1,4,25,1\n", "line 1", "current_a")]
        [DataRow(Header + "0,0,4,25,0\n1,NaN,4,25,0\n", "line 3", "NaN")]
        [DataRow(Header + "0,0,4,25,0\n1,0,4", "line 3", "cut off")]
        [DataRow(Header + "0,0,4,25,0\n2,0,4,25,0\n1,0,4,25,0\n", "line 4", ";")]
        [DataRow(Header, "t.csv", ";")]
        [DataRow("", "t.csv", "empty")]
        [DataRow("\u0001\u0002\u0003 garbage", "t.csv", ";")]
        public void an_unusable_file_is_refused_with_line_and_remedy(string text, string where, string what)
        {
            AssertRefused(Run("replay", Write("t.csv", text), "--cell", "lg-18650hg2"), "t.csv", where, what);
        }

        [TestMethod]
        public void a_truncated_gzip_is_refused()
        {
            using (var packed = new GZipStream(File.Create(At("t.csv.gz")), CompressionLevel.Fastest))
            {
                packed.Write(Encoding.UTF8.GetBytes(Synthetic(2000)));
            }

            byte[] whole = File.ReadAllBytes(At("t.csv.gz"));
            File.WriteAllBytes(At("t.csv.gz"), whole[..(whole.Length / 2)]);
            AssertRefused(Run("replay", At("t.csv.gz"), "--cell", "lg-18650hg2"), "t.csv.gz");
        }

        [TestMethod]
        public void a_missing_file_is_refused() => AssertRefused(Run("replay", At("none.csv"), "--cell", "lg-18650hg2"), "none.csv");

        [TestMethod]
        public void a_measured_drive_cycle_runs_through()
        {
            string file = Cells("lg-18650hg2/25C/la92.csv.gz");
            Outcome outcome = Run("replay", file, "--cell", "lg-18650hg2", "--json");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            using var json = JsonDocument.Parse(outcome.Out);
            Assert.AreEqual(10081, json.RootElement.GetProperty("samples").GetInt32());
            Assert.IsLessThan(0.2, json.RootElement.GetProperty("wholeRun").GetProperty("rmse").GetDouble());
        }

        [TestMethod]
        public void identify_says_everything_that_a_folder_of_tests_lacks_and_writes_nothing()
        {
            Directory.CreateDirectory(At("25C"));
            Write(Path.Combine("25C", "drive.csv"), Synthetic(600));
            Outcome outcome = Run("identify", At("."), "--cell", "mine", "--chemistry", "NMC", "--capacity-ah", "3", "--out", At("mine.json"));
            AssertRefused(outcome, "mine", "a single temperature", "state of charge");
            Assert.IsFalse(File.Exists(At("mine.json")));
        }

        [TestMethod]
        [DataRow("--cell", "mine", "--chemistry")]
        [DataRow("--cell", "a123-26650", "--out")]
        [DataRow("--cell", "mine", "--check")]
        public void identify_says_which_option_is_missing(string option, string value, string needed)
        {
            string[] more = needed == "--chemistry" ? ["--out", At("x.json")] : needed == "--check" ? ["--check"] : [];
            AssertRefused(Run(["identify", At("."), option, value, .. more]), needed);
        }

        [TestMethod]
        public void evaluate_counts_a_stored_state_of_charge_beside_the_voltage_as_the_firmware_does()
        {
            Directory.CreateDirectory(At("25C"));
            Write(Path.Combine("25C", "a.csv"), Synthetic(1200));
            double Max(string points)
            {
                using var json = JsonDocument.Parse(Succeeded(Run("evaluate", At("."), "--cell", "lg-18650hg2", "--initial-error", points, "--json")));
                return json.RootElement.GetProperty("all").GetProperty("max").GetDouble();
            }

            // Near the full end the voltage knows better: a wrong value moves the estimate, and by far less than it is wrong.
            double right = Max("0");
            double wrong = Max("-30");
            Assert.IsLessThan(0.02, right);
            Assert.IsGreaterThan(right + 0.001, wrong);
            Assert.IsLessThan(0.05, wrong);
            AssertRefused(Run("evaluate", At("."), "--cell", "lg-18650hg2", "--initial-error", "0", "--restart", "60"), "--initial-error", "leave one out");
        }

        [TestMethod]
        public void evaluate_tells_the_forecast_of_pulses_by_temperature_and_current()
        {
            string folder = Cells("panasonic-ncr18650pf/25C");
            string table = Succeeded(Run("evaluate", folder, "--cell", "panasonic-ncr18650pf", "--pulses"));
            string[] rows = [.. table.Split('\n').Where(r => r.Contains("degC", StringComparison.Ordinal))];
            Assert.HasCount(6, rows, table);
            Assert.Contains("-5.8C", table);
            Assert.Contains(" all ", rows[^1]);
        }

        [TestMethod]
        public void from_0_degC_up_every_pulse_is_forecast_within_20_mV()
        {
            string table = Succeeded(Run("evaluate", Cells("panasonic-ncr18650pf"), "--cell", "panasonic-ncr18650pf", "--pulses"));
            string[][] warm = [.. table.Split('\n').Select(r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(r => r is ["0" or "10" or "25", "degC", "all", ..])];
            Assert.HasCount(3, warm, table);
            foreach (string[] row in warm)
            {
                Assert.AreEqual("100", row[4], table);
            }
        }

        [TestMethod]
        public void evaluate_says_that_a_test_has_no_pulse()
        {
            Directory.CreateDirectory(At("25C"));
            Write(Path.Combine("25C", "pulse.csv"), Synthetic(60));
            Assert.Contains("no pulse of 10 s", Succeeded(Run("evaluate", At("."), "--cell", "lg-18650hg2", "--pulses")));
        }

        [TestMethod]
        public void evaluate_finds_the_capacity_of_full_cycles_and_refuses_a_life_without_them()
        {
            Directory.CreateDirectory(At("life"));
            Write(Path.Combine("life", "a.csv"), Life(cycles: 9, capacityAh: 0.9));
            string text = Succeeded(Run("evaluate", At("life"), "--cell", "lg-18650hg2", "--capacity-ah", "1", "--ageing"));
            Assert.Contains("9 cycles, 1 starts", text);
            string[] all = text.Split('\n').Single(r => r.StartsWith("down to 70", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.AreEqual("100.0", all[5], text);
            Write(Path.Combine("life", "a.csv"), Life(cycles: 2, capacityAh: 0.9));
            AssertRefused(Run("evaluate", At("life"), "--cell", "lg-18650hg2", "--ageing"), "no full cycle");
            Write(Path.Combine("life", "a.csv"), "Test_Time_s,Current_A,Voltage_V,Discharge_Ah\n1,x,4,0\n");
            AssertRefused(Run("evaluate", At("life"), "--cell", "lg-18650hg2", "--ageing"), "a.csv, line 2", "Current_A");
        }

        // Full cycles at 1 A of a cell without resistance, as the ageing sets have them: charge, a tapering end, discharge down to the stop.
        private static string Life(int cycles, double capacityAh)
        {
            var text = new System.Text.StringBuilder("Test_Time_s,Current_A,Voltage_V,Discharge_Ah\n");
            double t = 0;
            double discharged = 0;
            var culture = System.Globalization.CultureInfo.InvariantCulture;
            for (int cycle = 0; cycle < cycles; cycle++)
            {
                for (double q = 0; q < capacityAh; q += 10 / 3600.0)
                {
                    t += 10;
                    text.Append(culture, $"{t},1,{3 + (1.15 * q / capacityAh):0.0000},{discharged:0.000000}\n");
                }

                for (int k = 0; k < 30; k++)
                {
                    t += 10;
                    text.Append(culture, $"{t},0.03,4.2,{discharged:0.000000}\n");
                }

                for (double q = 0; q < capacityAh; q += 10 / 3600.0)
                {
                    t += 10;
                    discharged += 10 / 3600.0;
                    text.Append(culture, $"{t},-1,{(q + (20 / 3600.0) >= capacityAh ? 2.4 : 4.1 - (1.2 * q / capacityAh)):0.0000},{discharged:0.000000}\n");
                }

                for (int k = 0; k < 60; k++)
                {
                    t += 10;
                    text.Append(culture, $"{t},0,3.2,{discharged:0.000000}\n");
                }
            }

            return text.ToString();
        }

        [TestMethod]
        public void evaluate_puts_temperatures_in_order_and_names_what_has_no_reference()
        {
            foreach ((string folder, string name, string text) in new[] { ("25C", "a", Synthetic(30)), ("-5C", "a", Synthetic(30)), ("25C", "empty", Synthetic(30).Replace("4.1", "3.1", StringComparison.Ordinal)) })
            {
                Directory.CreateDirectory(At(folder));
                Write(Path.Combine(folder, name + ".csv"), text);
            }

            Outcome outcome = Run("evaluate", At("."), "--cell", "lg-18650hg2");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.IsLessThan(outcome.Out.IndexOf("25 degC", StringComparison.Ordinal), outcome.Out.IndexOf("-5 degC", StringComparison.Ordinal));
            Assert.Contains("left out: 25C", outcome.Out.Replace('\\', '/'));
        }

        [TestMethod]
        public void evaluate_with_sensor_errors_is_worse_than_without()
        {
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(120));
            double none = Evaluate().GetProperty("all").GetProperty("rmse").GetDouble();
            double sensor = Evaluate("--errors", "sensor").GetProperty("all").GetProperty("rmse").GetDouble();
            Assert.IsGreaterThan(none, sensor);
        }

        [TestMethod]
        public void evaluate_takes_a_right_start_with_all_other_sensor_errors()
        {
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(900));
            JsonElement worst = Evaluate("--errors", "sensor", "--initial-error", "0").GetProperty("files")[0].GetProperty("estimators")[0].GetProperty("worst");
            Assert.AreEqual(0, worst.GetProperty("initialSocError").GetDouble());
            Assert.AreNotEqual(0, worst.GetProperty("voltageOffsetV").GetDouble());
        }

        [TestMethod]
        public void evaluate_begins_with_open_contactors_and_says_so()
        {
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(7200));
            JsonElement open = Evaluate("--errors", "sensor");
            JsonElement closed = Evaluate("--errors", "sensor", "--start", "closed");
            Assert.AreEqual("open", open.GetProperty("start").GetString());
            Assert.AreEqual("closed", closed.GetProperty("start").GetString());
            Assert.AreEqual("restart", Evaluate("--restart", "90").GetProperty("start").GetString());
            Assert.IsLessThan(closed.GetProperty("all").GetProperty("rmse").GetDouble(), open.GetProperty("all").GetProperty("rmse").GetDouble());
            Assert.Contains("start: as the firmware's", Succeeded(Run("evaluate", At("."), "--cell", "lg-18650hg2")));
            Assert.Contains("start: with closed contactors", Succeeded(Run("evaluate", At("."), "--cell", "lg-18650hg2", "--start", "closed")));
            Assert.Contains("start: under way", Succeeded(Run("evaluate", At("."), "--cell", "lg-18650hg2", "--restart", "90")));
            AssertRefused(Run("evaluate", At("."), "--cell", "lg-18650hg2", "--start", "ajar"), "ajar");
        }

        [TestMethod]
        public void evaluate_begins_where_it_is_told_with_nothing_stored()
        {
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(5400));
            JsonElement[] files = [.. Evaluate("--capacity-ah", "3", "--restart", "90,70,10").GetProperty("files").EnumerateArray()];
            Assert.HasCount(3, files);
            Assert.AreEqual(90, files[0].GetProperty("startPct").GetDouble());
            Assert.AreEqual(JsonValueKind.Null, files[1].GetProperty("skipped").ValueKind);
            StringAssert.Contains(files[2].GetProperty("skipped").GetString()!, "10 %");
        }

        [TestMethod]
        public void evaluate_runs_textbook_estimators_beside_the_firmware()
        {
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(900));
            JsonElement file = Evaluate("--errors", "sensor", "--compare", "coulomb,ekf").GetProperty("files")[0];
            JsonElement[] runs = [.. file.GetProperty("estimators").EnumerateArray()];
            CollectionAssert.AreEqual(new[] { "firmware", "coulomb", "ekf" }, runs.Select(r => r.GetProperty("estimator").GetString()).ToArray());

            // Nothing but the wrong start and the wrong sensor: a counter keeps 20 points to the end.
            Assert.IsGreaterThan(0.19, runs[1].GetProperty("wholeRun").GetProperty("rmse").GetDouble());
            Assert.AreEqual(JsonValueKind.Null, runs[1].GetProperty("coverage").ValueKind);
        }

        [TestMethod]
        public void evaluate_feeds_the_stage_and_replay_the_whole_controller_and_both_agree()
        {
            string folder = Path.GetDirectoryName(Cells("lg-18650hg2/25C/la92.csv.gz"))!;
            using var stage = JsonDocument.Parse(Succeeded(Run("evaluate", folder, "--cell", "lg-18650hg2", "--only", "la92", "--start", "closed", "--json")));
            using var whole = JsonDocument.Parse(Succeeded(Run("replay", Path.Combine(folder, "la92.csv.gz"), "--cell", "lg-18650hg2", "--json")));
            double fed = stage.RootElement.GetProperty("all").GetProperty("rmseAfterTenMinutes").GetDouble();
            double framed = whole.RootElement.GetProperty("afterTenMinutes").GetProperty("rmse").GetDouble();
            Assert.AreEqual(framed, fed, 0.002);
        }

        [TestMethod]
        [DataRow("--restart", "120")]
        [DataRow("--restart", "x")]
        [DataRow("--compare", "ukf")]
        [DataRow("--only", "zz")]
        public void evaluate_refuses_what_it_cannot_do(string option, string value)
        {
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(30));
            AssertRefused(Run("evaluate", At("."), "--cell", "lg-18650hg2", option, value), value);
        }

        [TestMethod]
        public void evaluate_refuses_a_folder_without_tests_and_a_broken_test()
        {
            AssertRefused(Run("evaluate", At("none"), "--cell", "lg-18650hg2"), "none", "folder");
            AssertRefused(Run("evaluate", At("."), "--cell", "lg-18650hg2"), "<T>C");
            Directory.CreateDirectory(At("25C"));
            Write("25C/a.csv", Synthetic(30) + "broken\n");
            AssertRefused(Run("evaluate", At("."), "--cell", "lg-18650hg2"), "a.csv, line 33");
        }

        private JsonElement Evaluate(params string[] more)
        {
            using var json = JsonDocument.Parse(Succeeded(Run(["evaluate", At("."), "--cell", "lg-18650hg2", "--json", .. more])));
            return json.RootElement.Clone();
        }

        private static string Succeeded(Outcome outcome)
        {
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            return outcome.Out;
        }

        private JsonElement Replay(string csv, params string[] more)
        {
            Outcome outcome = Run(["replay", Write("t.csv", csv), "--cell", "lg-18650hg2", "--json", .. more]);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            using var json = JsonDocument.Parse(outcome.Out);
            return json.RootElement.Clone();
        }
    }
}
