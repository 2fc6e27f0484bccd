using Bms.Bench;
using Bms.Core.Control;
using Bms.DriverReplay;
using Bms.Replay;

namespace Bms.InterpreterTests
{
    /// <summary>Ten minutes through each driver on the recorded words of its chip, under .NET and in the device's interpreter.</summary>
    [TestClass]
    public sealed class DriverTrafficTests
    {
        private const string Prefix = "replay ";

        private static readonly Lazy<Recording> Fd = new(() => TrafficRecording.Make(CanDriver.Mcp2518fd));
        private static readonly Lazy<Recording> Small = new(() => TrafficRecording.Make(CanDriver.Mcp2515));

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void a_driver_on_the_recorded_chip_asks_word_for_word_what_the_recorded_one_asked(CanDriver driver)
        {
            Recording recording = Of(driver);
            (DriverBus bus, string[] lines) = PlayHere(recording);
            TestContext.WriteLine($"{recording.Count} transfers in {recording.Parts.Count} parts of {recording.Parts.Sum(p => p.Length)} bytes; {lines[^1]}");
            Assert.AreEqual(0, bus.Chip.DifferenceCount, "transfers that differ");
            Assert.IsGreaterThan(recording.Count - 30, bus.Chip.TransferCount, "transfers that were played");
            Assert.AreEqual(0u, bus.Driver.ReceiveOverflowCount);
            string closed = ContactorState.Closed.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.AreEqual(closed, lines[200].Split(' ')[7], "driving");
            Assert.AreEqual(closed, lines[500].Split(' ')[7], "charging");
            Assert.IsGreaterThan(300, lines.Select(line => line.Split(' ')[11]).Distinct().Count(), "the current moves");
        }

        [TestMethod]
        public void a_driver_that_asks_something_else_is_found_out()
        {
            Recording recording = Of(CanDriver.Mcp2518fd);
            var bus = new DriverBus(recording.Parts.ToArray(), recording.Chip, recording.OscillatorHz / 2, recording.Collects);
            Assert.IsGreaterThan(0, bus.Chip.DifferenceCount);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void the_interpreter_asks_the_chip_and_decides_bit_for_bit_what_the_pc_does(CanDriver driver)
        {
            Interpreter interpreter = Interpreter.Get();
            Recording recording = Of(driver);
            (DriverBus bus, string[] here) = PlayHere(recording);
            string[] lines = interpreter.Play(recording, "Bms.DriverReplay");
            string[] there = lines.Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
            string summary = lines.LastOrDefault(line => line.StartsWith("driver: ", StringComparison.Ordinal)) ?? string.Join('\n', lines);
            TestContext.WriteLine(summary);
            CollectionAssert.AreEqual(here, there);
            StringAssert.Contains(summary, $" 0 different, {bus.Driver.ReceiveOverflowCount} overflows, 0 garbled");
        }

        private static Recording Of(CanDriver driver) => (driver == CanDriver.Mcp2518fd ? Fd : Small).Value;

        private static (DriverBus Bus, string[] Lines) PlayHere(Recording recording)
        {
            var bus = new DriverBus(recording.Parts.ToArray(), recording.Chip, recording.OscillatorHz, recording.Collects);
            var run = new RecordedRun(recording.Parameters, bus, bus.Driver, recording.Inputs, recording.StartMs, recording.Seconds);
            run.Run();
            return (bus, Enumerable.Range(0, recording.Seconds).Select(run.Line).ToArray());
        }
    }
}
