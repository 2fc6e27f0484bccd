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

        private static readonly Lazy<Recording> Minute = new(Recording.Make);

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
            Interpreter interpreter = Interpreter.Get();
            string[] here = PlayHere();
            using var work = new WorkFolder();
            string core = Repository.Contract("Bms.Replay", "Bms.Core.dll");
            string player = Repository.Contract("Bms.Replay", "Bms.Replay.dll");
            IReadOnlyList<string> data = RecordingAssemblies.Write(Minute.Value, work.Path);
            using var converted = new WorkFolder();
            string[] references = [.. data, core];
            string[] lines = interpreter.Run(
            [
                interpreter.Library("mscorlib.pe"),
                .. data.Select(assembly => interpreter.Convert(assembly, converted.Path, references)),
                interpreter.Convert(core, converted.Path),
                interpreter.Convert(player, converted.Path, references),
            ]);

            string[] there = lines.Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
            TestContext.WriteLine(there.Length == 0 ? string.Join('\n', lines) : lines.LastOrDefault(line => line.StartsWith("replayed ", StringComparison.Ordinal)) ?? "no summary");
            Assert.HasCount(Recording.Seconds, there);
            for (int second = 0; second < there.Length; second++)
            {
                Assert.AreEqual(here[second], there[second], $"second {second + 1}");
            }
        }

        private static string[] PlayHere()
        {
            Recording minute = Minute.Value;
            var run = new RecordedRun(minute.Parameters, minute.Parts.ToArray(), minute.Inputs, minute.StartMs, Recording.Seconds);
            run.Run();
            Assert.IsGreaterThan(minute.Frames - 20, run.ReceivedCount, "frames of the recording that were played");
            return Enumerable.Range(0, Recording.Seconds).Select(run.Line).ToArray();
        }

        private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
