using System.Text;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Cli.Tests
{
    /// <summary>The verbs of <c>bms log</c> that show a log: plot, query, cells, replay.</summary>
    [TestClass]
    public sealed class LogViewTests : CliTest
    {
        [TestMethod]
        public void plot_writes_a_picture_and_a_page_that_loads_nothing()
        {
            string log = Write("x.log", CellLog(50));
            Assert.AreEqual(0, Run("log", "plot", log, "--signal", "ModuleVoltagesA00.Cell*", "--out", At("x.png")).Code);
            byte[] png = File.ReadAllBytes(At("x.png"));
            CollectionAssert.AreEqual(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, png[..4]);
            Outcome page = Run("log", "plot", log, "--signal", "ModuleVoltagesA00.Cell*", "--out", At("x.html"));
            Assert.AreEqual(0, page.Code, page.Error);
            string html = File.ReadAllText(At("x.html"));
            Assert.Contains("ModuleVoltagesA00.CellVoltage1Mv", html);
            Assert.DoesNotContain("src=\"http", html);
        }

        [TestMethod]
        public void plot_draws_checksums_and_counters_only_where_they_are_named_and_counts_its_own_frames()
        {
            const string Dbc = "BO_ 256 A: 8 X\n SG_ Speed : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ Crc : 8|8@1+ (1,0) [0|0] \"\" X\n SG_ Counter : 16|4@1+ (1,0) [0|0] \"\" X\nBO_ 512 B: 1 X\n SG_ Other : 0|8@1+ (1,0) [0|0] \"\" X\n";
            string dbc = Write("x.dbc", Dbc);
            string log = Write("x.log", string.Concat(Enumerable.Range(0, 6).Select(frame => $"(1700000000.{frame:000000}) can0 100#{frame:X2}AB010000000000\n(1700000000.{frame:000000}) can0 200#07\n")));
            Outcome outcome = Run("log", "plot", log, "--dbc", dbc, "--signal", "A.*", "--out", At("x.html"));
            Assert.Contains("1 signals", outcome.Out);
            Assert.Contains("2 checksums and counters left out", outcome.Out);
            string html = File.ReadAllText(At("x.html"));
            Assert.Contains("6 frames with these signals", html);
            Assert.DoesNotContain("A.Crc", html);
            outcome = Run("log", "plot", log, "--dbc", dbc, "--signal", "A.Speed", "--signal", "*.Crc", "--out", At("x.html"));
            Assert.Contains("2 signals", outcome.Out);
            Assert.DoesNotContain("left out", outcome.Out);
            Assert.Contains("A.Crc", File.ReadAllText(At("x.html")));
        }

        [TestMethod]
        public void plot_without_values_or_of_another_kind_is_refused_and_leaves_nothing()
        {
            string log = Write("x.log", CellLog(5));
            AssertRefused(Run("log", "plot", log, "--signal", "PackStatus", "--out", At("x.png")), "x.log", "none of these signals");
            AssertRefused(Run("log", "plot", log, "--out", At("x.gif")), "--out", "x.gif");
            AssertRefused(Run("log", "plot", Write("e.log", ""), "--out", At("x.png")), "e.log");
            CollectionAssert.AreEqual(new[] { "e.log", "x.log" }, Left());
        }

        [TestMethod]
        public void plot_names_what_is_wrong_with_signal_dbc_log_and_place()
        {
            string log = Write("x.log", CellLog(5));
            AssertRefused(Run("log", "plot", log, "--signal", "Nobody.*", "--out", At("x.png")), "Nobody.*");
            AssertRefused(Run("log", "plot", log, "--dbc", Write("w.dbc", "BO_ 1 M 8 X\n"), "--out", At("x.png")), "w.dbc(1");
            AssertRefused(Run("log", "plot", log, "--out", At("no/such/x.png")), "no/such");
            AssertRefused(Run("log", "plot", log, "--out", At("no/such/x.html")), "no/such");
            AssertRefused(Run("log", "plot", Write("cut.log", CellLog(5) + "(17000"), "--out", At("x.png")), "cut.log(6)");
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            Assert.AreEqual(130, Run(stop.Token, "log", "plot", log, "--out", At("x.png")).Code);
            CollectionAssert.AreEqual(new[] { "cut.log", "w.dbc", "x.log" }, Left());
        }

        [TestMethod]
        public void query_names_what_is_wrong_with_sql_dbc_and_log_and_stops()
        {
            string log = Write("x.log", CellLog(5));
            AssertRefused(Run("log", "query", log, "--sql", "SELEC 1"), "--sql", "SELEC");
            AssertRefused(Run("log", "query", log, "--sql", "SELECT Nope FROM ModuleVoltagesA00"), "--sql", "Nope");
            AssertRefused(Run("log", "query", log, "--dbc", At("none.dbc"), "--sql", "SHOW TABLES"), "none.dbc");
            AssertRefused(Run("log", "query", Write("cut.log", CellLog(5) + "(17000"), "--sql", "SELECT * FROM ModuleVoltagesA00"), "cut.log(6)");
            Assert.AreEqual("n\n5\n", Run("log", "query", At("cut.log"), "--lenient", "--sql", "SELECT count(*) AS n FROM ModuleVoltagesA00", "--format", "csv").Out);
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            Assert.AreEqual(130, Run(stop.Token, "log", "query", log, "--sql", "SELECT * FROM ModuleVoltagesA00").Code);
            CollectionAssert.AreEqual(new[] { "cut.log", "x.log" }, Left());
        }

        [TestMethod]
        public void query_answers_over_logs_and_over_a_store()
        {
            string log = Write("x.log", CellLog(20));
            Outcome one = Run("log", "query", log, "--sql", "SELECT count(*) AS n, max(CellVoltage2Mv) AS top FROM ModuleVoltagesA00", "--format", "csv");
            Assert.AreEqual(0, one.Code, one.Error);
            Assert.AreEqual("n,top\n20,3719\n", one.Out);
            Outcome two = Run("log", "query", log, log, "--sql", "SELECT log, count(*) AS n FROM ModuleVoltagesA00 GROUP BY log", "--format", "json");
            Assert.AreEqual("{\"log\":\"x.log\",\"n\":40}\n", two.Out);
            Assert.AreEqual(0, Run("log", "decode", log, "--vehicle", "van7", "--out", At("store")).Code);
            Outcome store = Run("log", "query", At("store"), "--sql", "SELECT vehicle, date::VARCHAR AS date, log, min(CellVoltage1Mv) AS low FROM ModuleVoltagesA00 GROUP BY ALL", "--format", "csv");
            Assert.AreEqual("vehicle,date,log,low\nvan7,2023-11-14,x,3600\n", store.Out, store.Error);
        }

        [TestMethod]
        public void query_of_a_message_that_never_came_is_empty_and_a_wrong_one_refused()
        {
            string log = Write("x.log", CellLog(2));
            Assert.AreEqual("n\n0\n", Run("log", "query", log, "--sql", "SELECT count(LowestCellMv) AS n FROM CellExtremes", "--format", "csv").Out);
            AssertRefused(Run("log", "query", log, "--sql", "SELECT * FROM Nothing"), "--sql", "Nothing");
            Directory.CreateDirectory(At("empty"));
            AssertRefused(Run("log", "query", At("empty"), "--sql", "SHOW TABLES"), "empty", "no Parquet");
            AssertRefused(Run("log", "query", At("none.log"), "--sql", "SHOW TABLES"), "none.log");
        }

        [TestMethod]
        public void cells_tells_extremes_and_draws()
        {
            Outcome outcome = Run("log", "cells", Write("x.log", CellLog(20)), "--out", At("x.png"));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("4 cells", outcome.Out);
            Assert.Contains("highest cell  3919 mV, cell 4", outcome.Out);
            Assert.Contains("lowest cell   3600 mV, cell 1", outcome.Out);
            Assert.IsTrue(File.Exists(At("x.png")));
            using var json = System.Text.Json.JsonDocument.Parse(Run("log", "cells", At("x.log"), "--json").Out);
            Assert.AreEqual(3600, json.RootElement.GetProperty("cells")[0].GetProperty("lowestMv").GetInt32());
        }

        [TestMethod]
        public void cells_of_a_cut_log_or_to_no_place_is_refused_and_leaves_nothing()
        {
            AssertRefused(Run("log", "cells", Write("cut.log", CellLog(5) + "(17000"), "--out", At("x.png")), "cut.log(6)");
            Assert.AreEqual(0, Run("log", "cells", At("cut.log"), "--lenient").Code);
            AssertRefused(Run("log", "cells", Write("x.log", CellLog(5)), "--out", At("no/such/x.png")), "no/such");
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            Assert.AreEqual(130, Run(stop.Token, "log", "cells", At("x.log"), "--out", At("x.png")).Code);
            CollectionAssert.AreEqual(new[] { "cut.log", "x.log" }, Left());
        }

        [TestMethod]
        public void stats_takes_any_format()
        {
            string log = Write("x.log", CellLog(20));
            foreach (string ending in new[] { "blf", "asc", "trc", "mf4", "pcapng", "csv" })
            {
                Assert.AreEqual(0, Run("log", "convert", log, "--out", At("y." + ending)).Code, ending);
                Outcome outcome = Run("log", "stats", At("y." + ending), "--json");
                Assert.AreEqual(0, outcome.Code, outcome.Error);
                using var json = System.Text.Json.JsonDocument.Parse(outcome.Out);
                Assert.AreEqual(20, json.RootElement.GetProperty("frames").GetInt32(), ending);
            }
        }

        [TestMethod]
        public void cells_of_a_log_without_them_is_refused()
        {
            AssertRefused(Run("log", "cells", Write("x.log", "(1.0) can0 7FF#00\n")), "x.log", "no cell voltage");
            AssertRefused(Run("log", "cells", Write("y.log", CellLog(2).Replace("#", "#F")), "--profile", "reference"), "y.log");
            AssertRefused(Run("log", "cells", At("x.log"), "--profile", "nobody"), "--profile");
        }

        [TestMethod]
        public void replay_shows_a_log_to_the_firmware()
        {
            Outcome outcome = Run("log", "replay", Write("x.log", CellLog(20)), "--to", "bench");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("20 frames shown to the firmware in 1.9", outcome.Out);
            Assert.Contains("0 lost", outcome.Out);
        }

        [TestMethod]
        public void replay_sends_slcan_and_gvret_over_tcp()
        {
            string log = Write("x.log", "(1.000000) can1 123#DEAD\n(1.000100) can0 18FF00FE#R\n(1.000200) can0 001##0AABB\n");
            byte[] slcan = Received(place => Assert.AreEqual(0, Run("log", "replay", log, "--to", $"slcan:{place}@250000").Code));
            Assert.AreEqual("\rC\rS5\rO\rt1232DEAD\rR18FF00FE0\rd0012AABB\rC\r", Encoding.ASCII.GetString(slcan));
            byte[] gvret = Received(place =>
            {
                Outcome outcome = Run("log", "replay", log, "--to", $"gvret:{place}", "--speed", "0");
                Assert.Contains("sent 1 frames", outcome.Out);
                Assert.Contains("2 left out", outcome.Out);
            });
            CollectionAssert.AreEqual(Convert.FromHexString("F10023010000" + "0102DEAD00"), gvret[12..]);
        }

        [TestMethod]
        [Timeout(60_000)]
        public void replay_sends_slcan_over_a_serial_line_byte_for_byte()
        {
            string log = Write("x.log", "(1.000000) can0 123#DEAD\n(1.000100) can0 18FF00FE#0D0A13\n");
            using var line = new PseudoTerminal();
            Task<Outcome> replay = Task.Run(() => Run("log", "replay", log, "--to", $"slcan:{line.Name}@250000"));
            string sent = line.ReadUntil("O\r") + line.ReadUntil("\rC\r");
            Outcome outcome = replay.GetAwaiter().GetResult();
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.AreEqual("\rC\rS5\rO\rt1232DEAD\rT18FF00FE30D0A13\rC\r", sent);
            Assert.Contains("sent 2 frames", outcome.Out);
        }

        [TestMethod]
        public void the_refusals_of_an_adapter_are_counted()
        {
            using var line = new PseudoTerminal();
            using var link = Bms.Can.Live.CanLink.Open("slcan:" + line.Name);
            line.Write("\r\a\rz\r\a"u8);
            Assert.IsTrue(SpinWait.SpinUntil(() => link.Refused == 2, 30_000), $"{link.Refused} counted");
        }

        [TestMethod]
        [Timeout(60_000)]
        public void an_adapter_unplugged_in_the_middle_ends_a_replay_in_one_line()
        {
            // More than a line holds, so that the replay still writes when the adapter has gone.
            string log = Write("x.log", string.Concat(Enumerable.Range(0, 20_000).Select(frame => FormattableString.Invariant($"(1.{frame:000000}) can0 123#0011223344556677\n"))));
            var line = new PseudoTerminal();
            Task<Outcome> replay = Task.Run(() => Run("log", "replay", log, "--to", "slcan:" + line.Name, "--speed", "0"));
            Assert.EndsWith("t12380011223344556677\r", line.ReadUntil("7\r"));
            line.Dispose();
            AssertRefused(replay.GetAwaiter().GetResult(), line.Name, "gone", "Check the cable");
        }

        [TestMethod]
        public void replay_to_what_is_no_bus_is_refused()
        {
            string log = Write("x.log", "(1.0) can0 123#00\n");
            AssertRefused(Run("log", "replay", log, "--to", "nocan9"), "nocan9");
            AssertRefused(Run("log", "replay", log, "--to", "foo:bar"), "--to", "foo:bar");
            AssertRefused(Run("log", "replay", log, "--to", "slcan:" + At("none")), "none");
            AssertRefused(Run("log", "replay", log, "--to", "slcan:127.0.0.1:1@250000"), "127.0.0.1:1");
            AssertRefused(Run("log", "replay", log, "--to", $"slcan:{log}@123"), "--to", "123");
        }

        /// <summary>Frames of one module every 100 ms: cells at 3600, 3700, 3800 and 3900 mV that rise by 1 mV each time.</summary>
        private static string CellLog(int frames)
        {
            var text = new StringBuilder();
            byte[] data = new byte[8];
            int counter = 0;
            for (int frame = 0; frame < frames; frame++)
            {
                Array.Clear(data);
                ModuleVoltagesA.PackCellVoltage1Mv(data, 3600 + frame);
                ModuleVoltagesA.PackCellVoltage2Mv(data, 3700 + frame);
                ModuleVoltagesA.PackCellVoltage3Mv(data, 3800 + frame);
                ModuleVoltagesA.PackCellVoltage4Mv(data, 3900 + frame);
                E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf((int)ModuleVoltagesA.BaseId), counter);
                counter = counter == E2eProfile1.MaxCounter ? 0 : counter + 1;
                text.Append(FormattableString.Invariant($"(170000000{frame / 10}.{frame % 10}00000) can0 {ModuleVoltagesA.BaseId:X3}#{Convert.ToHexString(data)}\n"));
            }

            return text.ToString();
        }
    }
}
