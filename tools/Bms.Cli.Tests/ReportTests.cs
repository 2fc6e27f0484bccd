using System.Text.Json;
using Bms.Cli.Report;
using Bms.Cli.Sim;
using Spectre.Console;

namespace Bms.Cli.Tests
{
    [TestClass]
    public sealed class ReportTests
    {
        [TestMethod]
        public void values_survive_the_coding_of_differences()
        {
            float[] low = [1.25f, 1.25f, float.NaN, -3.5f, 0f];
            float[] high = [1.25f, 2.00f, float.NaN, -3.5f, 0.75f];
            JsonElement series = Data(Model(low, high)).GetProperty("charts")[0].GetProperty("series")[0];
            string[] steps = series.GetProperty("low").GetString()!.Split(',');
            string[] widths = series.GetProperty("spread").GetString()!.Split(',');
            int value = 0;
            for (int k = 0; k < low.Length; k++)
            {
                if (float.IsNaN(low[k]))
                {
                    Assert.AreEqual("n", steps[k]);
                    continue;
                }

                value += steps[k].Length == 0 ? 0 : int.Parse(steps[k], System.Globalization.CultureInfo.InvariantCulture);
                int width = widths[k].Length == 0 ? 0 : int.Parse(widths[k], System.Globalization.CultureInfo.InvariantCulture);
                Assert.AreEqual(low[k], value / 100.0, 0.005);
                Assert.AreEqual(high[k], (value + width) / 100.0, 0.005);
            }
        }

        [TestMethod]
        public void no_text_can_leave_its_place()
        {
            const string evil = "</script><script>alert(1)</script>";
            ReportModel model = Model([1f], [1f]) with { Title = evil, TablesBelow = [new Bms.Cli.Report.Table(evil, [evil], [[new Cell(evil)]])], Lanes = [new Lane(evil, [new Span(0, 1, evil)])] };
            string html = HtmlReport.Write(model);
            Assert.DoesNotContain("<script>alert", html);
        }

        [TestMethod]
        public void a_peak_of_one_look_survives_the_buckets()
        {
            var recorder = new SeriesRecorder(1);
            for (int look = 0; look < 1000; look++)
            {
                recorder.Add(look * 0.1, [look == 537 ? 99 : look == 538 ? double.NaN : 1]);
            }

            (float[] low, float[] high) = recorder.Buckets(0, 7);
            Assert.HasCount(15, low);
            Assert.AreEqual(99f, high.Max());
            Assert.AreEqual(1, high.Count(v => v == 99f));
            Assert.IsTrue(low.All(v => v == 1f));
        }

        [TestMethod]
        [DataRow(60)]
        [DataRow(80)]
        [DataRow(120)]
        public void the_live_view_fits_the_terminal_before_the_first_frame_and_with_many_faults(int width)
        {
            const double none = double.NaN;
            var snapshot = new SimSnapshot
            {
                TimeS = 0,
                Progress = 0,
                Phase = "drive [at] 25 degC",
                PhaseNumber = 1,
                PhaseCount = 6,
                WallS = 0,
                State = -1,
                Coils = default,
                PackVoltageV = none,
                PackCurrentA = none,
                ChargeLimitA = none,
                DischargeLimitA = none,
                LowestCellV = none,
                HighestCellV = none,
                LowestCellNumber = int.MinValue,
                HighestCellNumber = int.MinValue,
                LowestDegC = none,
                HighestDegC = none,
                TrueLowestDegC = 25,
                TrueHighestDegC = 25,
                Soc = none,
                SocUncertainty = none,
                TrueSoc = 90,
                HeaterOn = false,
                CoolingOn = true,
                BalancingOn = false,
                Faults = [("ModuleLost", 3), ("CurrentSensorLost", 2), ("HostLost", 1)],
                BusLoad = 0.14,
                Frames = 0,
                ChecksPassed = 0,
                ChecksFailed = 1,
                Events = [new SimEvent(0, "phase: [drive]", Tone.Neutral)],
            };
            using var text = new StringWriter();
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
            console.Profile.Width = width;
            console.Write(LiveView.Draw(snapshot, "test", width));
            Assert.Contains("silent", text.ToString());
            Assert.Contains("and 1 more", text.ToString());
            Assert.IsTrue(text.ToString().Split('\n').All(l => l.TrimEnd().Length <= width));
        }

        private static ReportModel Model(float[] low, float[] high)
        {
            return new ReportModel
            {
                Title = "t",
                Subtitle = "s",
                Verdict = "v",
                VerdictTone = Tone.Good,
                Tiles = [],
                Phases = [],
                Lanes = [],
                TablesAbove = [],
                TablesBelow = [],
                BucketS = 1,
                DurationS = low.Length,
                Charts = [new Chart("c", "V", 2, [new Series("l", low, high, 1)])],
            };
        }

        private static JsonElement Data(ReportModel model)
        {
            string html = HtmlReport.Write(model);
            const string begin = "id=\"data\">";
            int from = html.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
            using var json = JsonDocument.Parse(html[from..html.IndexOf("</script>", from, StringComparison.Ordinal)]);
            return json.RootElement.Clone();
        }
    }
}
