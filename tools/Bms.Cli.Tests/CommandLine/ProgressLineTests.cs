using Bms.Cli.CommandLine;

namespace Bms.Cli.Tests.CommandLine
{
    [TestClass]
    public sealed class ProgressLineTests
    {
        [TestMethod]
        public void a_result_stands_on_a_line_without_progress()
        {
            using var terminal = new StringWriter();
            var host = new CliHost(terminal, terminal, false, CancellationToken.None);
            using var progress = new ProgressLine(host, isShown: true, firstS: 0);
            progress.Report(0.5);
            host.Out.Write("done");
            string[] drawn = terminal.ToString().Split('\r');
            Assert.AreEqual("done", drawn[^1]);
            StringAssert.StartsWith(drawn[1], "[###############...............] 50 %");
            Assert.AreEqual("", drawn[^2].Trim());
        }

        [TestMethod]
        public void nothing_is_drawn_before_its_time_nor_cleared_then()
        {
            using var terminal = new StringWriter();
            var host = new CliHost(terminal, terminal, false, CancellationToken.None);
            using (var progress = new ProgressLine(host, isShown: true, firstS: 1e9))
            {
                progress.Report(0.5);
                host.Out.Write("done");
            }

            Assert.AreEqual("done", terminal.ToString());
        }

        [TestMethod]
        public void a_report_stops_a_job_that_the_user_no_longer_wants()
        {
            using var terminal = new StringWriter();
            var host = new CliHost(terminal, terminal, false, new CancellationToken(canceled: true));
            using var progress = new ProgressLine(host, isShown: true, firstS: 0);
            Assert.ThrowsExactly<OperationCanceledException>(() => progress.Report(0.5));
            Assert.AreEqual("", terminal.ToString());
        }
    }
}
