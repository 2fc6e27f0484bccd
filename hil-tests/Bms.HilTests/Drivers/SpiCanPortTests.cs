using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Drivers.Can;
using Bms.Plant.Pack;

namespace Bms.HilTests.Drivers
{
    /// <summary>What both drivers have to do, each on the model of its chip.</summary>
    [TestClass]
    public sealed class SpiCanPortTests
    {
        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd, 40_000_000, 500_000)]
        [DataRow(CanDriver.Mcp2518fd, 20_000_000, 500_000)]
        [DataRow(CanDriver.Mcp2518fd, 20_000_000, 125_000)]
        [DataRow(CanDriver.Mcp2518fd, 40_000_000, 1_000_000)]
        [DataRow(CanDriver.Mcp2515, 8_000_000, 500_000)]
        [DataRow(CanDriver.Mcp2515, 16_000_000, 500_000)]
        [DataRow(CanDriver.Mcp2515, 20_000_000, 250_000)]
        [DataRow(CanDriver.Mcp2515, 16_000_000, 1_000_000)]
        public void starts_at_the_rate_of_the_bus_and_breaks_no_rule_of_the_chip(CanDriver kind, int oscillatorHz, int bitRate)
        {
            var rig = new ChipRig(kind, oscillatorHz, bitRate);
            Assert.IsTrue(rig.Driver.Start(), rig.Driver.State.ToString());
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
            Assert.IsTrue(rig.Chip.HasBusTiming);
            rig.OthersSend(0x123, 0x8877665544332211, 5);
            rig.Wait(3);
            Assert.IsTrue(rig.Driver.TryReceive(rig.Frame));
            Assert.AreEqual(0x123u, rig.Frame.Id);
            Assert.AreEqual(5, rig.Frame.Length);
            CollectionAssert.AreEqual(new byte[] { 0x11, 0x22, 0x33, 0x44, 0x55 }, rig.Frame.Data[..5]);
            Assert.IsFalse(rig.Driver.TryReceive(rig.Frame));
            Assert.IsTrue(rig.Send(0x3AB, 0x0807060504030201, 7));
            rig.Wait(3);
            Assert.HasCount(1, rig.Heard);
            Assert.AreEqual(0x3ABu, rig.Heard[0].Id);
            CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6, 7 }, rig.Heard[0].Data);
            rig.Run(100);
            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void identifiers_of_both_kinds_and_every_length_pass_in_both_directions(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            var random = new RandomStream(11);
            for (int i = 0; i < 400; i++)
            {
                bool extended = (i & 1) != 0;
                uint id = (uint)random.NextBits() & (extended ? 0x1FFFFFFFu : 0x7FF);
                int length = i % 9;
                ulong payload = random.NextBits();
                rig.OthersSend(id, payload, length, extended);
                rig.Wait(1);
                rig.Driver.Update(rig.NowMs);
                for (int polls = 0; !rig.Driver.TryReceive(rig.Frame); polls++)
                {
                    Assert.IsLessThan(4, polls);
                }

                Assert.AreEqual(id, rig.Frame.Id);
                Assert.AreEqual(extended, rig.Frame.IsExtended);
                Assert.AreEqual(length, rig.Frame.Length);
                ulong got = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(rig.Frame.Data);
                ulong mask = length == 8 ? ulong.MaxValue : (1UL << (8 * length)) - 1;
                Assert.AreEqual(payload & mask, got & mask);
                rig.Heard.Clear();
                Assert.IsTrue(rig.Send(id, payload, length, extended));
                rig.Wait(1);
                Assert.HasCount(1, rig.Heard);
                Assert.AreEqual(id, rig.Heard[0].Id);
                Assert.AreEqual(extended, rig.Heard[0].IsExtended);
                Assert.HasCount(length, rig.Heard[0].Data);
            }

            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd, (ushort)0xFFFF)]
        [DataRow(CanDriver.Mcp2518fd, (ushort)0x0000)]
        [DataRow(CanDriver.Mcp2515, (ushort)0xFFFF)]
        [DataRow(CanDriver.Mcp2515, (ushort)0x0000)]
        public void a_missing_chip_is_told_and_found_when_it_comes(CanDriver kind, ushort floating)
        {
            var rig = new ChipRig(kind);
            rig.Chip.FloatingWord = floating;
            Assert.IsFalse(rig.Driver.Start());
            Assert.AreEqual(CanPortState.Absent, rig.Driver.State);
            Assert.IsFalse(rig.Driver.TryReceive(rig.Frame));
            Assert.IsFalse(rig.Send(0x100));
            rig.Run(500);
            Assert.AreEqual(CanPortState.Absent, rig.Driver.State);
            rig.Chip.FloatingWord = null;
            rig.Run(4000);
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void a_board_with_the_other_byte_order_is_told(CanDriver kind)
        {
            var rig = new ChipRig(kind);
            rig.Chip.SwapsBytes = true;
            Assert.IsFalse(rig.Driver.Start());
            Assert.AreEqual(CanPortState.WrongByteOrder, rig.Driver.State);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd, 16_000_000)]
        [DataRow(CanDriver.Mcp2515, 5_000_000)]
        public void a_rate_out_of_reach_is_refused_before_the_chip_is_touched(CanDriver kind, int oscillatorHz)
        {
            var rig = new ChipRig(kind, oscillatorHz);
            Assert.IsFalse(rig.Driver.Start());
            Assert.AreEqual(CanPortState.BitRateUnreachable, rig.Driver.State);
            Assert.AreEqual(0, rig.Chip.TransferCount);
            rig.Run(1000);
            Assert.AreEqual(0, rig.Chip.TransferCount);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void listening_only_sends_nothing_and_hears_everything(CanDriver kind)
        {
            var rig = new ChipRig(kind);
            rig.Driver.ListenOnly = true;
            Assert.IsTrue(rig.Driver.Start());
            Assert.IsFalse(rig.Send(0x100));
            rig.OthersSend(0x200, 1);
            rig.Wait(2);
            CollectionAssert.AreEqual(new uint[] { 0x200 }, rig.Run(100));
            Assert.IsEmpty(rig.Heard);
            Assert.AreEqual(0, rig.Chip.Node.SentFrames);
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void frames_wait_on_a_busy_bus_and_leave_by_priority(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind, SpiTiming.None);
            rig.OthersSend(0x001, 0);
            rig.Wait(0.1);
            foreach (uint id in new uint[] { 0x500, 0x300, 0x400, 0x100, 0x700, 0x200 })
            {
                Assert.IsTrue(rig.Send(id));
            }

            rig.Run(50);
            uint[] order = rig.Heard.Select(f => f.Id).ToArray();
            if (kind == CanDriver.Mcp2518fd)
            {
                CollectionAssert.AreEqual(new uint[] { 0x100, 0x200, 0x300, 0x400, 0x500, 0x700 }, order);
            }
            else
            {
                // The buffers were given to the first three: among them, and among those that waited, the lowest goes first.
                CollectionAssert.AreEqual(new uint[] { 0x300, 0x400, 0x500 }, order.Where(i => i is 0x300 or 0x400 or 0x500).ToArray());
                CollectionAssert.AreEqual(new uint[] { 0x100, 0x200, 0x700 }, order.Where(i => i is 0x100 or 0x200 or 0x700).ToArray());
                Assert.HasCount(6, order);
            }

            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void frames_of_one_identifier_keep_their_order(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            for (ulong round = 0; round < 60; round++)
            {
                rig.Send(0x321, round);
                if (round % 3 == 2)
                {
                    rig.Run(10);
                }
            }

            rig.Run(100);
            CollectionAssert.AreEqual(Enumerable.Range(0, 60).Select(i => (byte)i).ToArray(), rig.Heard.Select(f => f.Data[0]).ToArray());
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd, 32)]
        [DataRow(CanDriver.Mcp2515, 19)]
        public void a_full_transmit_queue_refuses(CanDriver kind, int room)
        {
            ChipRig rig = ChipRig.Started(kind, SpiTiming.None);
            rig.OthersSend(0, 0);
            rig.Wait(0.05);
            int taken = 0;
            while (taken < 100 && rig.Send(0x300 + (uint)taken))
            {
                taken++;
            }

            Assert.AreEqual(room, taken);
            rig.Run(500);
            Assert.HasCount(room, rig.Heard);
        }

        // Shows S-028.
        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void goes_bus_off_waits_longer_each_time_and_comes_back(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            var fault = new FrameFault { Kind = FrameFaultKind.BusError, FirstId = 0x300, LastId = 0x300, Remaining = int.MaxValue };
            rig.Bus.AddFault(fault);
            int longest = 0;
            bool wasOff = false;
            for (int i = 0; i < 2000; i++)
            {
                rig.Send(0x300);
                rig.Run(10);
                longest = Math.Max(longest, rig.Driver.BackOffMs);
                wasOff |= rig.Driver.IsBusOff;
            }

            Assert.IsTrue(wasOff, "the port says so");
            Assert.IsGreaterThan(3u, rig.Driver.BusOffCount);
            Assert.IsLessThan(30u, rig.Driver.BusOffCount, "the wait grows");
            Assert.AreEqual(SpiCanPort.LongestBackOffMs, longest);
            Assert.IsEmpty(rig.Heard);

            rig.Bus.RemoveFault(fault);
            rig.Run(4000);
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
            Assert.IsFalse(rig.Driver.IsBusOff);
            rig.Heard.Clear();
            Assert.IsTrue(rig.Send(0x300));
            rig.Run(20);
            Assert.HasCount(1, rig.Heard);
            rig.Run(SpiCanPort.CalmMs + 100);
            Assert.AreEqual(SpiCanPort.FirstBackOffMs, rig.Driver.BackOffMs, "calm for long enough, it begins anew");
            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void error_counters_and_error_passive_are_read(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            rig.Bus.AddFault(new FrameFault { Kind = FrameFaultKind.BusError, FirstId = 0x300, LastId = 0x300, Remaining = 17 });
            rig.Send(0x300);
            rig.Wait(10);
            rig.Run(50);
            Assert.AreEqual(135, rig.Driver.TransmitErrors);
            Assert.IsTrue(rig.Driver.IsErrorPassive);
            Assert.HasCount(1, rig.Heard, "the eighteenth attempt succeeds");
            rig.Chip.ReceiveErrorCounter = 42;
            rig.Run(50);
            Assert.AreEqual(42, rig.Driver.ReceiveErrors);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void a_frame_that_nobody_acknowledges_makes_error_passive_but_never_bus_off(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            var alone = new FrameFault { Kind = FrameFaultKind.NoAcknowledge };
            rig.Bus.AddFault(alone);
            rig.Send(0x300);
            rig.Run(500);
            Assert.IsGreaterThan(100, alone.Hits);
            Assert.AreEqual(128, rig.Driver.TransmitErrors);
            Assert.IsTrue(rig.Driver.IsErrorPassive);
            Assert.AreEqual(0u, rig.Driver.BusOffCount);
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
            Assert.IsEmpty(rig.Heard);

            // Somebody joins: the frame goes out by itself.
            rig.Bus.RemoveFault(alone);
            rig.Run(50);
            Assert.HasCount(1, rig.Heard);
            Assert.IsFalse(rig.Driver.IsErrorPassive);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void errors_in_the_frames_of_others_are_counted_and_good_frames_count_them_down(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            rig.Bus.AddFault(new FrameFault { Kind = FrameFaultKind.BusError, FirstId = 0x200, LastId = 0x200, Remaining = 10 });
            rig.OthersSend(0x200, 1);
            rig.Run(100);
            Assert.AreEqual(9, rig.Driver.ReceiveErrors, "ten errors, then the frame");
            rig.Chip.ReceiveErrorCounter = 127;
            rig.Run(100);
            Assert.IsFalse(rig.Driver.IsErrorPassive);
            rig.Chip.ReceiveErrorCounter = 128;
            rig.Run(100);
            Assert.IsTrue(rig.Driver.IsErrorPassive);
            rig.OthersSend(0x201, 1);
            rig.Run(100);
            Assert.AreEqual(127, rig.Driver.ReceiveErrors);
            Assert.IsFalse(rig.Driver.IsErrorPassive);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void one_shot_does_not_repeat(CanDriver kind)
        {
            var rig = new ChipRig(kind);
            rig.Driver.OneShot = true;
            Assert.IsTrue(rig.Driver.Start());
            rig.Bus.AddFault(new FrameFault { Kind = FrameFaultKind.BusError, FirstId = 0x300, LastId = 0x300, Remaining = 1 });
            rig.Send(0x300);
            rig.Run(50);
            Assert.IsEmpty(rig.Heard);
            rig.Send(0x300);
            rig.Run(50);
            Assert.HasCount(1, rig.Heard);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void a_chip_that_lost_its_settings_is_started_anew(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            rig.Chip.Write([(ushort)(kind == CanDriver.Mcp2518fd ? 0 : 0xC000)]);
            rig.Run(1000);
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
            Assert.AreEqual(2u, rig.Driver.StartCount);
            rig.OthersSend(0x200, 1);
            CollectionAssert.AreEqual(new uint[] { 0x200 }, rig.Run(50));
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void filters_let_through_what_was_asked_for(CanDriver kind)
        {
            var rig = new ChipRig(kind);
            Assert.IsTrue(rig.Driver.AddFilter(0x200, 0x780, false));
            Assert.IsTrue(rig.Driver.AddFilter(0x400, 0x7F0, false));
            Assert.IsTrue(rig.Driver.AddFilter(0x18FF0000, 0x1FFF0000, true));
            Assert.IsTrue(rig.Driver.Start());
            var got = new List<uint>();
            foreach ((uint id, bool extended) in new[] { (0x1FFu, false), (0x200u, false), (0x27Fu, false), (0x401u, false), (0x18FF1234u, true), (0x10001234u, true) })
            {
                rig.OthersSend(id, 0, 8, extended);
                rig.Wait(2);
                got.AddRange(rig.Run(30));
            }

            CollectionAssert.AreEqual(new uint[] { 0x200, 0x27F, 0x401, 0x18FF1234 }, got);
            Assert.AreEqual(0, rig.Chip.Violations, rig.Chip.LastViolation);
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void noise_on_the_wires_never_throws_and_good_wires_work_again(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            rig.Records = false;
            var random = new RandomStream(77);
            for (int round = 0; round < 60; round++)
            {
                int share = round % 4;
                rig.Chip.Noise = w => random.NextInt(4) <= share ? (ushort)random.NextBits() : w;
                for (int i = 0; i < 20; i++)
                {
                    rig.OthersSend((uint)random.NextInt(2048), random.NextBits(), random.NextInt(9));
                    rig.Send((uint)random.NextInt(2048), random.NextBits(), random.NextInt(9));
                    rig.Driver.Update(rig.NowMs);
                    for (int n = 0; n < 200 && rig.Driver.TryReceive(rig.Frame); n++)
                    {
                        Assert.IsInRange(0, 8, rig.Frame.Length);
                        Assert.IsLessThanOrEqualTo(rig.Frame.IsExtended ? 0x1FFFFFFFu : 0x7FFu, rig.Frame.Id);
                    }

                    rig.Wait(10);
                }
            }

            rig.Chip.Noise = null;
            rig.Run(8000);
            Assert.AreEqual(CanPortState.Running, rig.Driver.State);
            rig.OthersSend(0x222, 5);
            rig.Wait(1);
            Assert.Contains(0x222u, rig.Run(60));
        }

        [TestMethod]
        [DataRow(CanDriver.Mcp2518fd)]
        [DataRow(CanDriver.Mcp2515)]
        public void nothing_is_allocated_once_running(CanDriver kind)
        {
            ChipRig rig = ChipRig.Started(kind);
            rig.Records = false;
            Traffic(rig, 500);

            // The runtime itself may allocate once while it recompiles; what a frame allocated would show in every stretch.
            long least = long.MaxValue;
            for (int i = 0; i < 4; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Traffic(rig, 200);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.AreEqual(0, least);
        }

        private static void Traffic(ChipRig rig, int cycles)
        {
            for (int i = 0; i < cycles; i++)
            {
                for (uint n = 0; n < 5; n++)
                {
                    rig.OthersSend(0x200 + n, n);
                }

                rig.Send(0x300 + (uint)(i & 15), 1);
                rig.Send(0x100 + (uint)(i & 15), 1);
                rig.Driver.Update(rig.NowMs);
                while (rig.Driver.TryReceive(rig.Frame))
                {
                }

                rig.Wait(10);
            }
        }
    }
}
