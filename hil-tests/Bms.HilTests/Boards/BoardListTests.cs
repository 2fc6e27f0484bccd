using System.Reflection;
using Bms.Drivers.Boards;
using Bms.Drivers.Can;

namespace Bms.HilTests.Boards
{
    /// <summary>What can be known of every board without building it.</summary>
    [TestClass]
    public sealed class BoardListTests
    {
        private static IEnumerable<BoardDefinition> All => typeof(BoardList).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => (BoardDefinition)m.Invoke(null, null)!);

        private static int[] PinsOf(BoardDefinition board)
        {
            return [.. typeof(BoardPins).GetFields(BindingFlags.Public | BindingFlags.Instance).Where(f => !f.IsLiteral).Select(f => (int)f.GetValue(board.Pins)!).Where(p => p != BoardPins.NotWired)];
        }

        [TestMethod]
        public void there_are_boards_for_each_processor_with_either_controller_and_one_with_a_native_one()
        {
            foreach (string name in new[] { "esp32-wrover", "esp32-devkitc", "esp32-s3-devkitc" })
            {
                CollectionAssert.AreEquivalent(
                    new[] { CanControllerKind.Mcp2518fd, CanControllerKind.Mcp2515 },
                    All.Where(b => b.Name == name).Select(b => b.Can).ToArray(),
                    name);
            }

            Assert.IsTrue(All.Any(b => b.Can == CanControllerKind.Native));
        }

        [TestMethod]
        public void no_pin_serves_twice()
        {
            foreach (BoardDefinition board in All)
            {
                int[] pins = PinsOf(board);
                CollectionAssert.AllItemsAreUnique(pins, board.Name);
            }
        }

        [TestMethod]
        public void outputs_avoid_strapping_flash_debugger_and_input_only_pins()
        {
            int[] esp32 = [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17];
            int[] esp32s3 = [0, 3, 19, 20, .. Enumerable.Range(26, 12), 43, 44, 45, 46];
            foreach (BoardDefinition board in All.Where(b => b.Can != CanControllerKind.Native))
            {
                bool isS3 = board.Name.Contains("s3", StringComparison.Ordinal);
                int[] forbidden = isS3 ? esp32s3 : esp32;

                // A chip select idles high and so may stand on a pin that is read as high at reset.
                Assert.IsEmpty(PinsOf(board).Where(pin => pin != board.Pins.FramSelect).Intersect(forbidden), board.Name);
                Assert.IsFalse(new[] { 0, 2, 3, 12, 45, 46 }.Contains(board.Pins.FramSelect), board.Name);
                if (!isS3)
                {
                    BoardPins p = board.Pins;
                    int[] outputs = [p.MainPositive, p.MainNegative, p.Precharge, p.Heater, p.Cooling, p.Watchdog, p.CanDataOut, p.CanClock, p.CanSelect, p.FramSelect, p.SensorData, p.SensorClock];
                    Assert.IsTrue(outputs.All(o => o < 34), board.Name);
                }
            }
        }

        [TestMethod]
        public void every_board_reaches_its_bit_rate_within_the_chips_spi_clock()
        {
            foreach (BoardDefinition board in All)
            {
                switch (board.Can)
                {
                    case CanControllerKind.Mcp2518fd:
                        Assert.IsTrue(CanBitTiming.ForMcp2518fd(board.OscillatorHz, board.BitRate).IsReachable, board.Name);
                        Assert.IsLessThanOrEqualTo(board.OscillatorHz * 0.425, board.SpiClockHz, board.Name);
                        break;
                    case CanControllerKind.Mcp2515:
                        Assert.IsTrue(CanBitTiming.ForMcp2515(board.OscillatorHz, board.BitRate).IsReachable, board.Name);
                        Assert.IsLessThanOrEqualTo(10_000_000, board.SpiClockHz, board.Name);
                        break;
                    default:
                        Assert.IsTrue(CanBitTiming.ForBxCan(54_000_000, board.BitRate).IsReachable, board.Name);
                        break;
                }
            }
        }

        [TestMethod]
        public void a_slow_image_and_a_chip_with_two_buffers_get_a_cycle_of_20_ms()
        {
            foreach (BoardDefinition board in All)
            {
                Assert.AreEqual(board.ClockMhz < 200 || board.Can == CanControllerKind.Mcp2515 ? 20 : 10, board.CyclePeriodMs, $"{board.Name} {board.Can}");
            }
        }

        [TestMethod]
        [DataRow(54_000_000, 500_000, 6, 15, 2)]
        [DataRow(54_000_000, 250_000, 27, 6, 1)]
        [DataRow(36_000_000, 500_000, 9, 6, 1)]
        public void the_bxcan_of_an_stm32_gets_these_timings(int clockHz, int bitRate, int prescaler, int segment1, int segment2)
        {
            CanBitTiming timing = CanBitTiming.ForBxCan(clockHz, bitRate);
            Assert.IsTrue(timing.IsReachable);
            Assert.AreEqual(clockHz, timing.Prescaler * (1 + timing.Segment1 + timing.Segment2) * bitRate);
            Assert.AreEqual((prescaler, segment1, segment2), (timing.Prescaler, timing.Segment1, timing.Segment2));
        }

        [TestMethod]
        public void the_bxcan_refuses_what_does_not_come_out()
        {
            Assert.IsFalse(CanBitTiming.ForBxCan(54_000_000, 330_000).IsReachable);
            Assert.IsFalse(CanBitTiming.ForBxCan(200_000_000, 500_000).IsReachable);
            Assert.IsFalse(CanBitTiming.ForBxCan(0, 500_000).IsReachable);
        }
    }
}
