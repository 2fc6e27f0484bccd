using Bms.Cli.CommandLine;
using Bms.Cli.Device;
using Bms.Core.Measurement.Profiles;

namespace Bms.Cli.Tests.Device
{
    [TestClass]
    public sealed class DoctorTests
    {
        private readonly FakeMachine _machine = new();

        public DoctorTests()
        {
            _machine.Programs["dotnet"] = "/usr/bin/dotnet";
            _machine.Programs["nanoff"] = "/tools/nanoff";
            _machine.Programs["nanoclr"] = "/tools/nanoclr";
            _machine.Files["/dev/ttyUSB0"] = [];
            _machine.Files["/sys/class/net/can0"] = [];
            _machine.Files["/sys/class/net/eth0"] = [];
            _machine.Texts["/sys/class/net/can0/type"] = "280";
            _machine.Texts["/sys/class/net/can0/operstate"] = "up";
            _machine.Texts["/sys/class/net/eth0/type"] = "1";
        }

        private (int Code, string[] Lines) Examine()
        {
            using var output = new StringWriter();
            int code = DoctorCommand.Run(_machine, new CliHost(output, TextWriter.Null, false, CancellationToken.None));
            return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        private void AssertLine(int expectedCode, string start, params string[] parts)
        {
            (int code, string[] lines) = Examine();
            Assert.AreEqual(expectedCode, code, string.Join('\n', lines));
            string line = lines.Single(l => l.StartsWith(start, StringComparison.Ordinal) && l.Contains(parts[0], StringComparison.Ordinal));
            foreach (string part in parts)
            {
                Assert.Contains(part, line);
            }
        }

        [TestMethod]
        public void a_complete_machine_gets_one_good_line_for_each_check()
        {
            (int code, string[] lines) = Examine();
            Assert.AreEqual(0, code);
            Assert.HasCount(5, lines);
            Assert.IsTrue(lines.All(l => l.StartsWith("ok ", StringComparison.Ordinal)), string.Join('\n', lines));
        }

        [TestMethod]
        public void an_old_sdk_is_missing_one()
        {
            _machine.Sdks = "8.0.100 [/usr/lib/dotnet/sdk]\n";
            AssertLine(1, "missing", ".NET SDK 10", "https://dotnet.microsoft.com");
        }

        [TestMethod]
        public void a_machine_without_dotnet_is_examined_all_the_same()
        {
            _machine.Programs.Remove("dotnet");
            AssertLine(1, "missing", ".NET SDK");
        }

        [TestMethod]
        public void a_missing_flasher_counts()
        {
            _machine.Programs.Remove("nanoff");
            AssertLine(1, "missing", "nanoff", "dotnet tool install -g nanoff");
        }

        [TestMethod]
        public void a_missing_interpreter_is_a_note()
        {
            _machine.Programs.Remove("nanoclr");
            AssertLine(0, "note", "nanoclr", "dotnet tool install -g nanoclr");
        }

        [TestMethod]
        public void a_port_without_rights_counts()
        {
            _machine.Locked.Add("/dev/ttyUSB0");
            AssertLine(1, "missing", "/dev/ttyUSB0", "dialout");
        }

        [TestMethod]
        public void no_port_and_no_bus_are_notes()
        {
            _machine.Files.Clear();
            AssertLine(0, "note", "no USB serial port");
            AssertLine(0, "note", "no CAN interface", "vcan0");
        }

        [TestMethod]
        public void a_bus_that_is_down_counts_and_a_virtual_one_is_good()
        {
            _machine.Texts["/sys/class/net/can0/operstate"] = "down";
            AssertLine(1, "missing", "can0", "bitrate 500000");
            _machine.Texts["/sys/class/net/can0/operstate"] = "unknown";
            AssertLine(0, "ok", "can0");
        }

        [TestMethod]
        [DataRow(0, 0, "note", "hears nothing")]
        [DataRow(412, 0, "ok", "412 frames in a second")]
        [DataRow(3, 1, "warning", "1 errors")]
        public void the_traffic_of_a_bus_is_counted(int frames, int errors, string verdict, string text)
        {
            Count(1000, 7);
            _machine.OnWatch = () => Count(1000 + frames, 7 + errors);
            AssertLine(errors > 0 ? 1 : 0, verdict, "can0", text);
        }

        private void Count(int frames, int errors)
        {
            _machine.Texts["/sys/class/net/can0/statistics/rx_packets"] = frames.ToString(System.Globalization.CultureInfo.InvariantCulture);
            _machine.Texts["/sys/class/net/can0/statistics/rx_errors"] = errors.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        private string BusLine(string can, int? modules, string? log)
        {
            using var output = new StringWriter();
            int code = DoctorCommand.Run(_machine, new CliHost(output, TextWriter.Null, false, CancellationToken.None), new DoctorCommand.BusQuestion(can, modules, log));
            string line = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[5];
            Assert.AreEqual(line.StartsWith("warning", StringComparison.Ordinal) ? 1 : 0, code, line);
            return line;
        }

        [TestMethod]
        [DataRow("mcp2515", ModuleProfile.Reference, "warning")]
        [DataRow("mcp2515", ModuleProfile.OutlanderPhev, "warning")]
        [DataRow("mcp2515", ModuleProfile.BmwI3, "ok")]
        [DataRow("mcp2515", ModuleProfile.VwMqb, "ok")]
        [DataRow("mcp2518fd", ModuleProfile.Reference, "ok")]
        [DataRow("native", ModuleProfile.OutlanderPhev, "ok")]
        public void free_running_modules_are_warned_about_with_a_controller_of_two_buffers(string can, int modules, string verdict)
        {
            Assert.StartsWith(verdict, BusLine(can, modules, null));
        }

        [TestMethod]
        public void a_logs_bursts_are_held_against_what_the_controller_holds()
        {
            string path = Path.Combine(Path.GetTempPath(), $"bms-burst-{Environment.ProcessId}.log");
            try
            {
                // Three frames within 1 ms, one of them the controller's own: two are as many as the MCP2515 holds.
                File.WriteAllText(path, "(0000000001.000000) can0 200#00\n(0000000001.000500) can0 300#00\n(0000000001.001000) can0 201#00\n(0000000001.010000) can0 202#00\n");
                Assert.StartsWith("ok", BusLine("mcp2515", null, path));
                File.AppendAllText(path, "(0000000001.010300) can0 203#00\n(0000000001.010600) can0 204#00\n");
                string line = BusLine("mcp2515", null, path);
                Assert.StartsWith("warning", line);
                Assert.Contains("up to 3 frames", line);
                Assert.Contains("MCP2518FD", line);
                Assert.StartsWith("ok", BusLine("mcp2518fd", null, path));
            }
            finally
            {
                File.Delete(path);
            }
        }

        [TestMethod]
        public void the_answers_of_polled_modules_are_no_burst()
        {
            string path = Path.Combine(Path.GetTempPath(), $"bms-answers-{Environment.ProcessId}.log");
            try
            {
                File.WriteAllText(path, "(0000000001.000000) can0 1B0#00\n(0000000001.000300) can0 1B1#00\n(0000000001.000600) can0 1A555401#00\n(0000000001.010000) can0 521#00\n");
                Assert.Contains("up to 3 frames in 1 ms", Lines("mcp2515", null, path)[^1]);
                Assert.Contains("up to 1 frames in 1 ms", Lines("mcp2515", ModuleProfile.VwMqb, path)[^1]);
            }
            finally
            {
                File.Delete(path);
            }
        }

        private string[] Lines(string can, int? modules, string? log)
        {
            using var output = new StringWriter();
            DoctorCommand.Run(_machine, new CliHost(output, TextWriter.Null, false, CancellationToken.None), new DoctorCommand.BusQuestion(can, modules, log));
            return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }

        [TestMethod]
        public void other_systems_get_the_checks_that_they_can_have()
        {
            _machine.IsLinux = false;
            (int code, string[] lines) = Examine();
            Assert.AreEqual(0, code);
            Assert.HasCount(4, lines);
            Assert.StartsWith("note", lines[3]);
        }
    }
}
