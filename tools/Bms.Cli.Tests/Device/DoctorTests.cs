using Bms.Cli.CommandLine;
using Bms.Cli.Device;

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
