using Bms.Core.Control;
using Bms.Core.Protection;
using Bms.Replay;

namespace Bms.InterpreterTests
{
    /// <summary>A minute recorded on the bench, played to the same sources under .NET and in the device's interpreter.</summary>
    [TestClass]
    public sealed class RecordedMinuteTests
    {
        private const string Prefix = "replay ";

        // An hour with the first minute.
        private const int FurtherRounds = 59;

        private static readonly Lazy<Recording> Minute = new(() => MinuteRecording.Make(FurtherRounds));
        private static string[]? _interpreterLines;

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        public void the_recording_visits_what_it_is_meant_to_visit()
        {
            // A comparison of a minute in which nothing happens would prove nothing.
            string[][] rows = PlayHere().Select(line => line.Split(' ')).ToArray();
            string[] states = rows.Select(row => row[7]).Distinct().ToArray();
            CollectionAssert.IsSubsetOf(new[] { Text(ContactorState.Standby), Text(ContactorState.Closed), Text(ContactorState.Fault) }, states);
            Assert.AreEqual(Text(ContactorState.Closed), rows[10][7], "drive");
            Assert.AreEqual(Text(ContactorState.Closed), rows[35][7], "charge");
            Assert.AreEqual(Text(ContactorState.Fault), rows[40][7], "over-voltage");
            Assert.AreEqual(Text(ContactorState.Standby), rows[45][7], "cleared");
            Assert.AreEqual(Text(ContactorState.Closed), rows[50][7], "second drive");
            Assert.AreEqual(Text(ContactorState.Fault), rows[59][7], "module lost");
            Assert.IsTrue(rows.Any(row => row[8] == Text(Severity.Warning) || row[8] == Text(Severity.Limit)), "a fault below a trip");
            Assert.AreNotEqual("0", rows[59][6], "frames with a wrong CRC");
            Assert.IsGreaterThan(50, rows.Select(row => row[16]).Distinct().Count(), "state of charge moves");
            TestContext.WriteLine(string.Join(' ', rows[40]));
        }

        [TestMethod]
        public void the_same_recording_gives_the_same_lines_twice()
        {
            CollectionAssert.AreEqual(PlayHere(), PlayHere());
        }

        /// <summary>Every field is compared bit for bit, the floats of the estimator too.</summary>
        /// <remarks>
        /// No tolerance is needed, and so none is given: the interpreter holds a float in 32 bits and rounds after every IL instruction, as the .NET JIT does with SSE;
        /// +, -, * and / are correctly rounded by IEEE 754 on both; neither fuses two instructions into one; the estimator calls no library function;
        /// and charge is an integer. A board with the same IEEE arithmetic gives the same bits again. A difference of one bit is therefore a finding, not noise.
        /// </remarks>
        [TestMethod]
        public void the_interpreter_sends_decides_and_estimates_bit_for_bit_what_the_pc_does()
        {
            string[] lines = PlayThere();
            string[] here = PlayHere();
            string[] there = lines.Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
            TestContext.WriteLine(there.Length == 0 ? string.Join('\n', lines) : lines.LastOrDefault(line => line.StartsWith("replayed ", StringComparison.Ordinal)) ?? "no summary");
            Assert.HasCount(here.Length, there);
            for (int second = 0; second < there.Length; second++)
            {
                Assert.AreEqual(here[second], there[second], $"second {second + 1}");
            }
        }

        /// <summary>Played again and again, an hour in all, on the interpreter's real heap: without garbage there is no collection that could stop the loop.</summary>
        [TestMethod]
        public void the_heap_stays_as_it_is_for_an_hour_and_below_64_kib()
        {
            int[] used = PlayThere()
                .Where(line => line.StartsWith("heap ", StringComparison.Ordinal))
                .Select(line => int.Parse(line.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture))
                .ToArray();
            Assert.HasCount(FurtherRounds, used);
            TestContext.WriteLine($"in use after a minute more: {used[0]} bytes, after an hour: {used[^1]} bytes");
            Assert.AreEqual(used.Min(), used.Max(), "the heap in use changes: " + string.Join(' ', used));
            Assert.IsLessThanOrEqualTo(64 * 1024, used.Max());
        }

        // Once for all tests: an hour takes a while.
        private static string[] PlayThere()
        {
            Interpreter interpreter = Interpreter.Get();
            return _interpreterLines ??= interpreter.Play(Minute.Value, "Bms.Replay", "nanoFramework.Runtime.Native");
        }

        private static string[] PlayHere()
        {
            Recording minute = Minute.Value;
            var port = new RecordedPort(minute.Parts.ToArray());
            var run = new RecordedRun(minute.Parameters, port, port, minute.Inputs, minute.StartMs, minute.Seconds);
            run.Run();
            Assert.IsGreaterThan(minute.Count - 20, run.ReceivedCount, "frames of the recording that were played");
            return Enumerable.Range(0, minute.Seconds).Select(run.Line).ToArray();
        }

        private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
