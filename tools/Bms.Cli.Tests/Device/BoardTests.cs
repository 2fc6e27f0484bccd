using System.Reflection;
using System.Xml.Linq;
using Bms.Cli.Device;
using Bms.Drivers.Boards;

namespace Bms.Cli.Tests.Device
{
    /// <summary>The tool's boards and the firmware's boards are the same ones.</summary>
    [TestClass]
    public sealed class BoardTests
    {
        private static IEnumerable<BoardDefinition> OfTheFirmware => typeof(BoardList).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => (BoardDefinition)m.Invoke(null, null)!);

        private static string RepositoryRoot
        {
            get
            {
                string? folder = AppContext.BaseDirectory;
                while (folder is not null && !File.Exists(Path.Combine(folder, "Bms.sln")))
                {
                    folder = Path.GetDirectoryName(folder);
                }

                return folder ?? throw new DirectoryNotFoundException("Bms.sln is not above the tests");
            }
        }

        [TestMethod]
        public void every_board_of_the_firmware_can_be_named_to_the_tool_and_agrees_with_it()
        {
            foreach (BoardDefinition firmware in OfTheFirmware)
            {
                Board? board = Board.Find(firmware.Name);
                Assert.IsNotNull(board, firmware.Name);
                Assert.AreEqual(firmware.Image, board.Target);
                Assert.AreEqual(firmware.ClockMhz, board.ClockMhz);
                Assert.AreEqual(firmware.CyclePeriodMs, firmware.Can == CanControllerKind.Mcp2515 ? Board.Mcp2515CyclePeriodMs : board.CyclePeriodMs, firmware.Name);
                Assert.AreEqual(firmware.Can == CanControllerKind.Native, board.OscillatorsMhz.Count == 0);
                if (firmware.Can != CanControllerKind.Native)
                {
                    Assert.Contains(firmware.OscillatorHz / 1_000_000, board.OscillatorsMhz);
                }
            }

            CollectionAssert.AreEquivalent(Board.All.Select(b => b.Name).ToArray(), OfTheFirmware.Select(b => b.Name).Distinct().ToArray());
        }

        [TestMethod]
        public void the_program_of_each_board_needs_no_library_that_its_image_lacks()
        {
            foreach (Board board in Board.All)
            {
                foreach (string project in new[] { board.Program, "Bms.Drivers", "Bms.Core" })
                {
                    XDocument file = XDocument.Load(Path.Combine(RepositoryRoot, "firmware", project, project + ".nfproj"));
                    string[] needs = [.. file.Descendants().Where(e => e.Name.LocalName == "Reference").Select(e => e.Attribute("Include")!.Value).Intersect(Board.NativeLibraries)];
                    CollectionAssert.IsSubsetOf(needs, board.Libraries.ToArray(), $"{board.Name}: {project}");
                }
            }
        }
    }
}
