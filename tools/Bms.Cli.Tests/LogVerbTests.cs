namespace Bms.Cli.Tests
{
    /// <summary>The verbs of <c>bms log</c> that take logs apart and put them together.</summary>
    [TestClass]
    public sealed class LogVerbTests : CliTest
    {
        private const string Log =
            "(1436509052.000000) can0 300#0000000000000000\n(1436509052.100000) can1 301#0011\n(1436509052.200000) can0 18FF0000#01\n(1436509053.000000) can0 300#0100000000000000\n";

        [TestMethod]
        public void info_tells_what_a_file_is()
        {
            Outcome outcome = Run("log", "info", Write("x.log", Log));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.Contains("candump", outcome.Out);
            Assert.Contains("4: 1 with 29-bit identifiers", outcome.Out);
            Assert.Contains("2015-07-10 06:17:32.000000Z", outcome.Out);
            Assert.Contains("can0, can1", outcome.Out);
        }

        [TestMethod]
        public void info_of_an_empty_log_is_none_of_a_missing_one_a_failure()
        {
            Assert.AreEqual(0, Run("log", "info", "--json", Write("x.log", "")).Code);
            AssertRefused(Run("log", "info", At("none.log")), "none.log");
        }

        [TestMethod]
        public void convert_writes_the_same_frames()
        {
            Outcome outcome = Run("log", "convert", Write("x.log", Log), "--out", At("y.log"));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Assert.AreEqual(Log, File.ReadAllText(At("y.log")));
            Assert.AreEqual(Log, Run("log", "convert", At("x.log")).Out);
        }

        [TestMethod]
        public void convert_takes_the_target_after_the_log_but_not_twice()
        {
            Assert.AreEqual(0, Run("log", "convert", Write("x.log", Log), At("y.log")).Code);
            Assert.AreEqual(Log, File.ReadAllText(At("y.log")));
            AssertRefused(Run("log", "convert", At("x.log"), At("z.log"), "--out", At("v.log")), "z.log", "v.log");
            Assert.IsFalse(File.Exists(At("z.log")));
            AssertRefused(Run("log", "convert", At("x.log"), At("y.dat")), "y.dat", "--format");
        }

        [TestMethod]
        public void convert_of_a_broken_log_leaves_nothing_and_lenient_goes_on()
        {
            AssertRefused(Run("log", "convert", Write("x.log", Log + "(14365"), "--out", At("y.log")), "x.log(5)");
            CollectionAssert.AreEqual(new[] { "x.log" }, Left());
            Assert.AreEqual(0, Run("log", "convert", At("x.log"), "--lenient", "--out", At("y.log")).Code);
        }

        [TestMethod]
        public void an_ending_that_stands_for_no_format_is_refused() => AssertRefused(Run("log", "convert", Write("x.log", Log), "--out", At("y.dat")), "y.dat", "--format");

        [TestMethod]
        public void filter_keeps_identifiers_of_both_kinds()
        {
            Write("x.log", Log);
            Assert.AreEqual(Lines(0, 3), Run("log", "filter", At("x.log"), "--id", "300").Out);
            Assert.AreEqual(Lines(0, 1, 3), Run("log", "filter", At("x.log"), "--id", "2FF-301").Out);
            Assert.AreEqual(Lines(2), Run("log", "filter", At("x.log"), "--id", "18FF0000").Out);
            Assert.AreEqual(Lines(1, 2), Run("log", "filter", At("x.log"), "--id", "300", "--invert").Out);
            Assert.AreEqual(Lines(0, 3), Run("log", "filter", At("x.log"), "--name", "PackStatus").Out);
            AssertRefused(Run("log", "filter", At("x.log"), "--id", "900"), "--id", "900");
            AssertRefused(Run("log", "filter", At("x.log"), "--name", "Nobody"), "--name", "Nobody");
            AssertRefused(Run("log", "filter", At("x.log"), "--invert"), "--invert");
        }

        [TestMethod]
        public void filter_keeps_a_window_of_time_and_buses()
        {
            Write("x.log", Log);
            Assert.AreEqual(Lines(1), Run("log", "filter", At("x.log"), "--from", "0.1", "--to", "0.2").Out);
            Assert.AreEqual(Lines(3), Run("log", "filter", At("x.log"), "--from", "2015-07-10T06:17:33").Out);
            Assert.AreEqual(Lines(1), Run("log", "filter", At("x.log"), "--bus", "can1").Out);
            AssertRefused(Run("log", "filter", At("x.log"), "--from", "soon"), "--from", "soon");
            AssertRefused(Run("log", "filter", At("x.log"), "--from", "2", "--to", "1"), "--to");
        }

        [TestMethod]
        public void filter_keeps_frames_while_a_condition_holds()
        {
            string dbc = Write("x.dbc", "BO_ 768 Speed: 8 A\n SG_ Value : 0|8@1+ (1,0) [0|255] \"km/h\" A\n");
            Assert.AreEqual(Lines(3), Run("log", "filter", Write("x.log", Log), "--dbc", dbc, "--where", "Speed.Value > 0").Out);
            AssertRefused(Run("log", "filter", At("x.log"), "--dbc", dbc, "--where", "Nope > 0"), "Nope");
        }

        [TestMethod]
        public void merge_goes_by_time_and_the_first_log_first()
        {
            string one = Write("one.log", Lines(0, 2));
            string two = Write("two.log", Lines(1, 3));
            Assert.AreEqual(Log, Run("log", "merge", one, two).Out);
            Assert.AreEqual(Log, Run("log", "merge", two, one).Out);
            Outcome numbered = Run("log", "merge", one, one, "--number-buses");
            Assert.Contains("can0 300", numbered.Out);
            Assert.Contains("can1 300", numbered.Out);
            Assert.StartsWith("(1436509052.000000) can0 300", Run("log", "merge", one, two, "--align").Out);
            Assert.StartsWith("(1436509051.500000) can1 301", Run("log", "merge", one, two, "--shift", "0", "--shift", "-0.6").Out);
        }

        [TestMethod]
        public void merge_refuses_dates_beside_times_since_the_begin()
        {
            string other = Write("two.log", "(0.5) can0 300#00\n");
            AssertRefused(Run("log", "merge", Write("one.log", Log), other), "two.log", "--align");
            AssertRefused(Run("log", "merge", other, "--shift", "x"), "--shift");
        }

        [TestMethod]
        public void split_begins_a_file_after_time_count_pause_or_by_bus()
        {
            Write("x.log", Log);
            Assert.AreEqual(0, Run("log", "split", At("x.log"), "--frames", "3", "--out-dir", At("a")).Code);
            Assert.AreEqual(Lines(3), File.ReadAllText(At("a/x-0002.log")));
            Assert.AreEqual(0, Run("log", "split", At("x.log"), "--gap", "0.8", "--out-dir", At("b")).Code);
            Assert.AreEqual(Lines(0, 1, 2), File.ReadAllText(At("b/x-0001.log")));
            Assert.AreEqual(0, Run("log", "split", At("x.log"), "--seconds", "0.2", "--out-dir", At("c")).Code);
            Assert.AreEqual(3, Directory.GetFiles(At("c")).Length);
            Assert.AreEqual(0, Run("log", "split", At("x.log"), "--by", "bus", "--out-dir", At("d")).Code);
            Assert.AreEqual(Lines(1), File.ReadAllText(At("d/x-can1.log")));
            AssertRefused(Run("log", "split", At("x.log")), "--seconds");
        }

        [TestMethod]
        public void diff_returns_one_where_values_differ()
        {
            Write("x.log", Log);
            Assert.AreEqual(0, Run("log", "diff", At("x.log"), At("x.log")).Code);
            Outcome outcome = Run("log", "diff", At("x.log"), Write("y.log", Log.Replace("#0100", "#0300")));
            Assert.AreEqual(1, outcome.Code, outcome.Error);
            Assert.Contains("PackStatus.", outcome.Out);
            AssertRefused(Run("log", "diff", At("x.log"), At("none.log")), "none.log");
        }

        [TestMethod]
        public void decode_writes_json_lines_and_parquet()
        {
            Write("x.log", Log);
            Outcome json = Run("log", "decode", At("x.log"), "--format", "jsonl", "--signal", "PackStatus");
            Assert.AreEqual(0, json.Code, json.Error);
            Assert.Contains("\"message\":\"PackStatus\"", json.Out);
            Assert.AreEqual(0, Run("log", "decode", At("x.log"), "--format", "parquet", "--out", At("p")).Code);
            Assert.IsTrue(File.Exists(At("p/PackStatus.parquet")));
            Assert.AreEqual(0, Run("log", "decode", At("x.log"), "--vehicle", "van7", "--out", At("s")).Code);
            Assert.IsTrue(File.Exists(At("s/vehicle=van7/date=2015-07-10/message=PackStatus/x.parquet")));
            AssertRefused(Run("log", "decode", At("x.log"), "--format", "parquet"), "--out");
            AssertRefused(Run("log", "decode", At("x.log"), "--raw", "--choices"), "--raw");
        }

        [TestMethod]
        public void a_full_disk_leaves_nothing()
        {
            if (!File.Exists("/dev/full"))
            {
                Assert.Inconclusive("skipped: this system has no /dev/full");
            }

            Write("x.log", string.Concat(Enumerable.Repeat(Log, 4000)));
            Directory.CreateDirectory(At("d"));
            File.CreateSymbolicLink(At("d/y.log.tmp"), "/dev/full");
            AssertRefused(Run("log", "convert", At("x.log"), "--out", At("d/y.log")), "y.log", "full");
            File.Delete(At("d/y.log.tmp"));
            File.CreateSymbolicLink(At("d/y.csv.tmp"), "/dev/full");
            AssertRefused(Run("log", "decode", At("x.log"), "--out", At("d/y.csv")), "y.csv", "full");
        }

        [TestMethod]
        public void ctrl_c_leaves_nothing()
        {
            Write("x.log", Log);
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            foreach (string verb in new[] { "convert", "decode", "filter" })
            {
                Assert.AreEqual(130, Run(stop.Token, "log", verb, At("x.log"), "--out", At("y.log")).Code, verb);
            }

            CollectionAssert.AreEqual(new[] { "x.log" }, Left());
        }

        private static string Lines(params int[] lines) => string.Concat(lines.Select(line => Log.Split('\n')[line] + "\n"));
    }
}
