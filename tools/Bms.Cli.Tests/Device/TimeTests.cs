using System.CommandLine;
using System.Text;
using Bms.Cli.CommandLine;
using Bms.Cli.Device;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Cli.Tests.Device
{
    /// <summary><c>bms time</c>: what goes out on the bus, and what is refused.</summary>
    [TestClass]
    public sealed class TimeTests : CliTest
    {
        [TestMethod]
        public void the_time_goes_out_in_a_frame_that_the_firmware_takes()
        {
            var clock = new FixedClock(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));
            using var output = new StringWriter();
            byte[] sent = Received(place => Assert.AreEqual(0, Run(clock, output, CancellationToken.None, "--to", $"slcan:{place}", "--count", "1", "--clock-id", "4711")));
            string text = Encoding.ASCII.GetString(sent);
            Assert.StartsWith("\rC\rS6\rO\rt1018", text);
            byte[] data = Convert.FromHexString(text.AsSpan(text.IndexOf("t1018", StringComparison.Ordinal) + 5, 16));
            Assert.AreEqual((int)(new DateTime(2026, 5, 4, 3, 2, 1) - new DateTime(2020, 1, 1)).TotalSeconds, HostTime.UnpackClockS(data));
            Assert.AreEqual(4711, HostTime.UnpackClockId(data));
            Assert.IsTrue(E2eProfile1.HasValidCrcWithSeed(data, HostTime.Length, E2eProfile1.SeedOf(HostTime.DataId)));
            Assert.Contains("1 times", output.ToString());
            Assert.Contains("2026-05-04 03:02:01 UTC", output.ToString());
        }

        [TestMethod]
        public void another_host_id_moves_it_and_ctrl_c_ends_it_well()
        {
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            using var output = new StringWriter();
            byte[] sent = Received(place => Assert.AreEqual(0, Run(new FixedClock(DateTimeOffset.UnixEpoch.AddYears(60)), output, stop.Token, "--to", $"slcan:{place}", "--host-id", "1792")));
            Assert.Contains("t7018", Encoding.ASCII.GetString(sent));
        }

        [TestMethod]
        public void a_clock_that_was_never_set_tells_nothing()
        {
            using var output = new StringWriter();
            CliFailure failure = Assert.ThrowsExactly<CliFailure>(() => Run(new FixedClock(DateTimeOffset.UnixEpoch), output, CancellationToken.None, "--to", "can0"));
            Assert.Contains("1970-01-01", failure.Message);
            _ = Assert.ThrowsExactly<CliFailure>(() => Run(new FixedClock(new DateTimeOffset(2023, 12, 31, 23, 59, 59, TimeSpan.Zero)), output, CancellationToken.None, "--to", "can0"));
        }

        [TestMethod]
        public void what_is_no_bus_or_no_number_is_refused_in_one_line()
        {
            AssertRefused(Run("time"), "--to");
            AssertRefused(Run("time", "--to", "nocan9"), "nocan9");
            AssertRefused(Run("time", "--to", "foo:bar"), "--to", "foo:bar");
            AssertRefused(Run("time", "--to", "can0", "--clock-id", "65535"), "--clock-id", "65534");
            AssertRefused(Run("time", "--to", "can0", "--count", "0"), "--count", "0");
        }

        [TestMethod]
        public void a_name_has_one_number_everywhere_and_another_name_another_one()
        {
            Assert.AreEqual(TimeCommand.IdOf("van"), TimeCommand.IdOf("van"));
            Assert.AreNotEqual(TimeCommand.IdOf("van"), TimeCommand.IdOf("boat"));
            Assert.IsInRange(0, 65534, TimeCommand.IdOf(new string('x', 200)));
        }

        private static int Run(TimeProvider clock, TextWriter output, CancellationToken stop, params string[] args)
        {
            using var error = new StringWriter();
            Command command = TimeCommand.Create(new CliHost(output, error, IsTerminal: false, stop), clock);
            return command.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }

        private sealed class FixedClock(DateTimeOffset now) : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() => now;
        }
    }
}
