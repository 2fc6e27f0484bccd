using System.Text;
using System.Text.Json;
using Bms.Cli.CommandLine;
using Bms.Cli.Device;
using Bms.Cli.Parameters;
using Bms.Core.Configuration;
using Bms.Core.Storage;

namespace Bms.Cli.Tests.Device
{
    [TestClass]
    public sealed class FlashTests
    {
        private const string Port = "/dev/ttyUSB0";
        private const string File = "firmware.bin";

        private readonly FakeMachine _machine = new();
        private readonly StringWriter _output = new();
        private readonly StringWriter _errors = new();

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

        private int Flash(string board = "esp32-wrover", string? port = Port, bool programOnly = false, bool dryRun = false, string? parameters = null, bool parametersOnly = false)
        {
            var wish = new FlashCommand.Wish(board, port, File, programOnly, parameters, parametersOnly, dryRun);
            return FlashCommand.Run(wish, _machine, new CliHost(_output, _errors, false, CancellationToken.None));
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

        [TestMethod]
        public void parameters_come_last_and_the_firmware_finds_them_in_both_slots()
        {
            string path = WriteParameters(block => block.Set(ParameterId.CellCount, 14));
            var loaded = new List<int>();
            string list = "";
            _machine.OnRun = arguments =>
            {
                if (arguments.Contains("--filedeployment"))
                {
                    list = arguments[^1];
                    using JsonDocument json = JsonDocument.Parse(System.IO.File.ReadAllText(list));
                    Assert.AreEqual(Port, json.RootElement.GetProperty("serialport").GetString());
                    foreach (JsonElement file in json.RootElement.GetProperty("files").EnumerateArray())
                    {
                        Assert.AreEqual($"I:\\param{loaded.Count}.bin", file.GetProperty("DestinationFilePath").GetString());
                        ParameterBlock found = Presets.Nmc(96, 50000);
                        Assert.AreEqual(StorageStatus.Ok, new ParameterStore(new OneSlot(System.IO.File.ReadAllBytes(file.GetProperty("SourceFilePath").GetString()!)), 0).Load(found));
                        loaded.Add(found.Get(ParameterId.CellCount));
                    }
                }
            };
            Assert.AreEqual(0, Flash(parameters: path));
            Assert.HasCount(3, _machine.Ran);
            CollectionAssert.AreEqual(new[] { 14, 14 }, loaded);
            Assert.IsFalse(System.IO.File.Exists(list), "the files are gone after it");
            _machine.Ran.Clear();
            loaded.Clear();
            Assert.AreEqual(0, Flash(parameters: path, parametersOnly: true));
            Assert.StartsWith($"/tools/nanoff --serialport {Port} --filedeployment ", _machine.Ran.Single());
        }

        [TestMethod]
        public void parameters_that_the_firmware_would_refuse_are_not_written()
        {
            string path = WriteParameters(_ => { });
            System.IO.File.WriteAllText(path, System.IO.File.ReadAllText(path).Replace("CellCount = 96", "CellCount = 0", StringComparison.Ordinal));
            Assert.ThrowsExactly<ParameterFileException>(() => Flash(parameters: path));
            Assert.IsEmpty(_machine.Ran);
            AssertRefused(() => Flash(parametersOnly: true), "--params-only needs --params");
            AssertRefused(() => Flash("nucleo-f767zi", parameters: path), "stores nothing", "ThisBoard.cs");
        }

        [TestMethod]
        public void a_cycle_shorter_than_the_board_is_planned_with_is_told()
        {
            Assert.AreEqual(0, Flash("esp32-devkitc", parameters: WriteParameters(block => block.Set(ParameterId.CyclePeriodMs, 20)), dryRun: true));
            Assert.AreEqual("", _errors.ToString());
            Assert.AreEqual(0, Flash("esp32-devkitc", parameters: WriteParameters(block => block.Set(ParameterId.CyclePeriodMs, 10)), dryRun: true));
            Assert.Contains("10 ms", _errors.ToString());
        }

        private static string WriteParameters(Action<ParameterBlock> change)
        {
            ParameterBlock block = Presets.Nmc(96, 50000);
            change(block);
            string path = Path.Combine(Directory.CreateTempSubdirectory("bms-flash-").FullName, "my.params");
            System.IO.File.WriteAllText(path, ParameterText.Write(block));
            return path;
        }

        private sealed class OneSlot(byte[] content) : BlockStore
        {
            public override int BlockCount => 2;

            public override int BlockLength => ParameterStore.BlockLength;

            public override int Read(int block, byte[] target)
            {
                if (block != 0)
                {
                    return 0;
                }

                content.CopyTo(target, 0);
                return content.Length;
            }

            public override bool Write(int block, byte[] source, int length) => false;

            public override bool Erase(int block) => false;
        }
    }
}
