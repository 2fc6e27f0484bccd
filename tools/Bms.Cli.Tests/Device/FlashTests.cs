using System.Text;
using Bms.Cli.CommandLine;
using Bms.Cli.Device;

namespace Bms.Cli.Tests.Device
{
    [TestClass]
    public sealed class FlashTests
    {
        private const string Port = "/dev/ttyUSB0";
        private const string File = "firmware.bin";

        private readonly FakeMachine _machine = new();
        private readonly StringWriter _output = new();

        public FlashTests()
        {
            _machine.Programs["nanoff"] = "/tools/nanoff";
            _machine.Files[Port] = [];
            Deployment("mscorlib", "System.Device.Spi", "nanoFramework.Hardware.Esp32", "System.IO.FileSystem", "Bms.Core");
        }

        private void Deployment(params string[] assemblies)
        {
            _machine.Files[File] = Encoding.ASCII.GetBytes("NFMRK2\0\0" + string.Join('\0', assemblies) + "\0");
        }

        private int Flash(string board = "esp32-wrover", string? port = Port, bool programOnly = false, bool dryRun = false)
        {
            return FlashCommand.Run(new FlashCommand.Wish(board, port, File, programOnly, dryRun), _machine, new CliHost(_output, TextWriter.Null, false, CancellationToken.None));
        }

        private void AssertRefused(Func<int> flash, params string[] parts)
        {
            CliFailure failure = Assert.ThrowsExactly<CliFailure>(() => flash());
            foreach (string part in parts)
            {
                Assert.Contains(part, failure.Message);
            }

            Assert.IsEmpty(_machine.Ran);
        }

        [TestMethod]
        public void writes_the_image_and_then_the_program()
        {
            Assert.AreEqual(0, Flash());
            CollectionAssert.AreEqual(
                new[]
                {
                    "/tools/nanoff --update --target ESP32_PSRAM_REV3 --serialport /dev/ttyUSB0",
                    "/tools/nanoff --target ESP32_PSRAM_REV3 --serialport /dev/ttyUSB0 --deploy --image firmware.bin",
                },
                _machine.Ran);
        }

        [TestMethod]
        public void leaves_the_image_alone_where_asked()
        {
            Flash(programOnly: true);
            Assert.HasCount(1, _machine.Ran);
            Assert.Contains("--deploy", _machine.Ran[0]);
        }

        [TestMethod]
        public void a_dry_run_prints_the_commands_and_runs_none_even_without_tool_port_and_file()
        {
            _machine.Programs.Clear();
            _machine.Files.Clear();
            Assert.AreEqual(0, Flash(dryRun: true));
            Assert.IsEmpty(_machine.Ran);
            string[] lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.HasCount(2, lines);
            Assert.StartsWith("nanoff --update", lines[0]);
        }

        [TestMethod]
        public void a_program_is_not_written_when_the_image_failed()
        {
            _machine.ExitCodes.Enqueue(4);
            CliFailure failure = Assert.ThrowsExactly<CliFailure>(() => Flash());
            Assert.Contains("nanoff ended with 4", failure.Message);
            Assert.Contains("BOOT", failure.Message);
            Assert.HasCount(1, _machine.Ran);
        }

        [TestMethod]
        public void a_board_whose_image_lacks_a_library_is_refused()
        {
            Deployment("mscorlib", "nanoFramework.Device.Can", "System.Math");
            AssertRefused(() => Flash(), "nanoFramework.Device.Can", "ESP32_PSRAM_REV3", "esp32-wrover");
            AssertRefused(() => Flash(dryRun: true), "nanoFramework.Device.Can");
        }

        [TestMethod]
        public void the_board_with_can_inside_is_refused_for_a_program_of_the_esp32()
        {
            AssertRefused(() => Flash("nucleo-f767zi"), "nanoFramework.Hardware.Esp32", "System.IO.FileSystem");
        }

        [TestMethod]
        public void a_board_without_a_serial_boot_loader_is_sent_to_the_debug_probe()
        {
            Deployment("mscorlib", "nanoFramework.Device.Can");
            AssertRefused(() => Flash("nucleo-f767zi"), "--jtag", "ST_NUCLEO144_F767ZI");
        }

        [TestMethod]
        public void a_name_within_another_one_is_not_that_library()
        {
            Deployment("mscorlib", "My.nanoFramework.Device.Can", "nanoFramework.Device.Canopen");
            Assert.AreEqual(0, Flash());
        }

        [TestMethod]
        public void an_unknown_board_is_refused_with_the_names_of_all() => AssertRefused(() => Flash("arduino"), "arduino", "esp32-wrover", "esp32-s3-devkitc");

        [TestMethod]
        public void a_missing_port_is_refused_with_those_that_are_there()
        {
            AssertRefused(() => Flash(port: null), "--port is missing", Port);
            AssertRefused(() => Flash(port: "/dev/ttyUSB7"), "/dev/ttyUSB7", Port);
        }

        [TestMethod]
        public void a_port_that_may_not_be_used_is_refused_with_the_remedy()
        {
            _machine.Locked.Add(Port);
            AssertRefused(() => Flash(), Port, "dialout");
        }

        [TestMethod]
        public void a_missing_tool_is_refused_with_the_remedy()
        {
            _machine.Programs.Clear();
            AssertRefused(() => Flash(), "dotnet tool install -g nanoff");
        }

        [TestMethod]
        public void a_missing_or_foreign_file_is_refused()
        {
            _machine.Files[File] = Encoding.ASCII.GetBytes("MZ, something else");
            AssertRefused(() => Flash(), File, "not a deployment file");
            _machine.Files.Remove(File);
            AssertRefused(() => Flash(), File, "no such file", "configuration Device");
        }

        [TestMethod]
        public void every_board_has_a_name_of_its_own_an_image_and_pins()
        {
            Assert.HasCount(Board.All.Count, Board.All.Select(b => b.Name).Distinct());
            foreach (Board board in Board.All)
            {
                Assert.AreEqual(board, Board.Find(board.Name.ToUpperInvariant()));
                Assert.IsNotEmpty(board.Target);
                Assert.IsGreaterThan(0, board.ClockMhz);
                Assert.Contains("System.Device.Gpio", board.Libraries);
                Assert.AreEqual(board.OscillatorsMhz.Count == 0, board.Libraries.Contains("nanoFramework.Device.Can"));
            }
        }
    }
}
