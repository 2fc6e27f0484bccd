using Bms.Drivers.Can;

namespace Bms.HilTests.Drivers
{
    [TestClass]
    public sealed class CanBitTimingTests
    {
        [TestMethod]
        [DataRow(40_000_000, 1_000_000, 40, 800)]
        [DataRow(40_000_000, 500_000, 80, 875)]
        [DataRow(40_000_000, 250_000, 160, 875)]
        [DataRow(40_000_000, 125_000, 160, 875)]
        [DataRow(20_000_000, 1_000_000, 20, 800)]
        [DataRow(20_000_000, 500_000, 40, 875)]
        [DataRow(20_000_000, 250_000, 80, 875)]
        [DataRow(20_000_000, 125_000, 160, 875)]
        public void the_mcp2518fd_reaches_every_rate(int oscillatorHz, int bitRate, int quanta, int samplePoint)
        {
            CanBitTiming timing = CanBitTiming.ForMcp2518fd(oscillatorHz, bitRate);
            Check(timing, oscillatorHz, quanta, samplePoint);
            Assert.IsInRange(2, 256, timing.Segment1);
            Assert.IsInRange(1, 128, timing.Segment2);
        }

        [TestMethod]
        [DataRow(8_000_000, 500_000, 8, 750)]
        [DataRow(8_000_000, 250_000, 16, 875)]
        [DataRow(8_000_000, 125_000, 16, 875)]
        [DataRow(16_000_000, 1_000_000, 8, 750)]
        [DataRow(16_000_000, 500_000, 16, 875)]
        [DataRow(16_000_000, 250_000, 16, 875)]
        [DataRow(16_000_000, 125_000, 16, 875)]
        [DataRow(20_000_000, 1_000_000, 10, 800)]
        [DataRow(20_000_000, 500_000, 20, 850)]
        [DataRow(20_000_000, 250_000, 20, 850)]
        [DataRow(20_000_000, 125_000, 16, 875)]
        public void the_mcp2515_reaches_these_rates(int oscillatorHz, int bitRate, int quanta, int samplePoint)
        {
            CanBitTiming timing = CanBitTiming.ForMcp2515(oscillatorHz, bitRate);
            Check(timing, oscillatorHz / 2, quanta, samplePoint);
            Assert.IsInRange(2, 16, timing.Segment1);
            Assert.IsInRange(2, 8, timing.Segment2);
            Assert.IsInRange(1, 64, timing.Prescaler);
            Assert.IsLessThan(timing.Segment2, timing.JumpWidth);
        }

        [TestMethod]
        [DataRow(8_000_000, 1_000_000)]
        [DataRow(16_000_000, 333_333)]
        [DataRow(16_000_000, 9_999)]
        [DataRow(16_000_000, 1_000_001)]
        [DataRow(999_999, 10_000)]
        [DataRow(25_000_001, 500_000)]
        [DataRow(0, 500_000)]
        [DataRow(16_000_000, 0)]
        public void the_mcp2515_refuses_what_it_cannot_reach(int oscillatorHz, int bitRate)
        {
            Assert.IsFalse(CanBitTiming.ForMcp2515(oscillatorHz, bitRate).IsReachable);
        }

        [TestMethod]
        [DataRow(4_000_000, 500_000)]
        [DataRow(16_000_000, 500_000)]
        [DataRow(40_000_000, 1_000_001)]
        [DataRow(40_000_000, 333_333)]
        [DataRow(40_000_000, -1)]
        public void the_mcp2518fd_refuses_what_it_cannot_reach(int oscillatorHz, int bitRate)
        {
            Assert.IsFalse(CanBitTiming.ForMcp2518fd(oscillatorHz, bitRate).IsReachable);
        }

        private static void Check(CanBitTiming timing, int clockHz, int quanta, int samplePoint)
        {
            Assert.IsTrue(timing.IsReachable);
            Assert.AreEqual(quanta, timing.QuantaPerBit);
            Assert.AreEqual(quanta, 1 + timing.Segment1 + timing.Segment2);
            Assert.AreEqual(clockHz, timing.Prescaler * timing.QuantaPerBit * timing.BitRate);
            Assert.AreEqual(samplePoint, timing.SamplePointPermille);
            Assert.IsGreaterThanOrEqualTo(CanBitTiming.LeastTolerancePpm, timing.TolerancePpm);
        }
    }
}
