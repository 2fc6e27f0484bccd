using Bms.Bench;
using Bms.Core.Measurement;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    [TestClass]
    public sealed class VirtualCanBusTests
    {
        [TestMethod]
        public void an_empty_frame_has_44_bits_and_its_stuff_bits()
        {
            // 1 SOF + 11 id + 3 control + 4 length + 15 CRC + 10 trailer = 44 bits, and stuff bits where five equal ones follow each other.
            int bits = CanFrameTiming.FrameBits(0x555, false, 0, 0);
            Assert.AreEqual(Reference(0x555, false, 0, 0), bits);
            Assert.IsGreaterThanOrEqualTo(44, bits);
        }

        [TestMethod]
        public void a_frame_of_zeros_is_stuffed_after_five_bits_and_then_after_every_four()
        {
            // Identifier 0, length 0: 19 zeros from start of frame to length code, and the CRC of zeros is 0: 34 equal bits. A stuff bit (one) after the
            // first five; each then begins a run of zeros anew, so that the next ones follow after 5 more: 34 / 5 = 6 of them. 34 + 6 + 10.
            Assert.AreEqual(50, CanFrameTiming.FrameBits(0, false, 0, 0));
        }

        [TestMethod]
        public void no_frame_passes_the_worst_case_of_the_standard_and_long_runs_come_near_it()
        {
            // ISO 11898-1: 8 n + 44 + floor((34 + 8 n - 1) / 4) = 132 for 8 bytes; extended 8 n + 64 + floor((54 + 8 n - 1) / 4) = 157.
            // The header cannot always take part in the worst pattern, so the bound is approached, never passed.
            int worst = 0;
            int worstExtended = 0;
            foreach (ulong pattern in new[] { 0xE1C3870F1E3C78F0UL, 0x0F87C3E1F0783C1EUL, 0x83E0F83E0F83E0F8UL, 0xF0783C1E0F87C3E1UL, 0UL, ulong.MaxValue, 0x1F07C1F07C1F07C1UL })
            {
                for (uint id = 0; id < 2048; id++)
                {
                    worst = Math.Max(worst, CanFrameTiming.FrameBits(id, false, pattern, 8));
                    worstExtended = Math.Max(worstExtended, CanFrameTiming.FrameBits((id << 18) | 0x1F07, true, pattern, 8));
                }
            }

            Assert.IsLessThanOrEqualTo(132, worst);
            Assert.IsGreaterThan(120, worst);
            Assert.IsLessThanOrEqualTo(157, worstExtended);
            Assert.IsGreaterThan(140, worstExtended);
        }

        [TestMethod]
        public void frame_lengths_equal_those_of_a_bit_by_bit_reference()
        {
            var random = new Bms.Plant.Pack.RandomStream(20260101);
            for (int i = 0; i < 20_000; i++)
            {
                bool extended = (i & 1) != 0;
                uint id = (uint)random.NextBits() & (extended ? 0x1FFFFFFFu : 0x7FF);
                int length = random.NextInt(9);
                // Long runs are what stuffing is about: every other payload is made of them.
                ulong payload = (i & 2) != 0 ? random.NextBits() : random.NextBits() & random.NextBits() & random.NextBits();
                Assert.AreEqual(Reference(id, extended, payload, length), CanFrameTiming.FrameBits(id, extended, payload, length), $"id {id:X} length {length} payload {payload:X}");
            }
        }

        [TestMethod]
        public void a_frame_is_received_at_its_end_on_the_wire()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode node = bus.AddNode("a");
            node.Send(0, new byte[8], 0, 100);
            bus.AdvanceTo(199);
            Assert.IsEmpty(log.Frames);
            bus.AdvanceTo(200);
            Assert.HasCount(1, log.Frames);
            Assert.AreEqual(200, log.Frames[0].TimeUs, "50 bits of 2 us after 100 us");
        }

        [TestMethod]
        public void the_lowest_identifier_wins_when_the_bus_becomes_idle()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a");
            BusNode b = bus.AddNode("b");
            a.Send(0x300, new byte[8], 8, 0);
            a.Send(0x200, new byte[8], 8, 10);
            b.Send(0x100, new byte[8], 8, 10);
            b.Send(0x7FF, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            CollectionAssert.AreEqual(new uint[] { 0x300, 0x100, 0x200, 0x7FF }, log.Frames.Select(f => f.Id).ToArray());
        }

        [TestMethod]
        public void a_standard_frame_wins_against_an_extended_one_of_the_same_first_bits()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a");
            BusNode b = bus.AddNode("b");
            a.Send(0x100 << 18, true, new byte[8], 8, 0);
            b.Send(0x100, false, new byte[8], 8, 0);
            b.Send(0x101, false, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            CollectionAssert.AreEqual(new uint[] { 0x100, 0x100 << 18, 0x101 }, log.Frames.Select(f => f.Id).ToArray());
        }

        [TestMethod]
        public void three_bits_of_silence_lie_between_two_frames()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a");
            a.Send(0, new byte[8], 0, 0);
            a.Send(0, new byte[8], 0, 0);
            bus.AdvanceTo(1000);
            Assert.AreEqual(100, log.Frames[0].TimeUs);
            Assert.AreEqual(206, log.Frames[1].TimeUs);
        }

        [TestMethod]
        public void a_first_in_first_out_node_keeps_its_order()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a", order: TransmitOrder.FirstInFirstOut);
            a.Send(0x300, new byte[8], 8, 0);
            a.Send(0x500, new byte[8], 8, 0);
            a.Send(0x100, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            CollectionAssert.AreEqual(new uint[] { 0x300, 0x500, 0x100 }, log.Frames.Select(f => f.Id).ToArray());
        }

        [TestMethod]
        public void bus_load_is_the_share_of_busy_time_with_the_interframe_space()
        {
            var bus = new VirtualCanBus();
            BusNode a = bus.AddNode("a");
            for (int i = 0; i < 100; i++)
            {
                a.Send(0, new byte[8], 0, i * 20_000);
                bus.AdvanceTo((i + 1) * 20_000);
            }

            // (50 + 3) bits of 2 us every 20 ms.
            Assert.AreEqual(106.0 / 20_000, bus.Load, 1e-12);
            Assert.AreEqual(106.0 / 20_000, bus.LastSecondLoad, 1e-12);
        }

        [TestMethod]
        public void a_full_transmit_queue_refuses_and_counts()
        {
            var bus = new VirtualCanBus();
            BusNode a = bus.AddNode("a", queueLength: 2);
            Assert.IsTrue(a.Send(1, new byte[8], 8, 0));
            Assert.IsTrue(a.Send(2, new byte[8], 8, 0));
            Assert.IsFalse(a.Send(3, new byte[8], 8, 0));
            Assert.AreEqual(1, a.RefusedFrames);
            bus.AdvanceTo(10_000);
            Assert.AreEqual(2, a.SentFrames);
            Assert.IsTrue(a.Send(3, new byte[8], 8, 0));
        }

        [TestMethod]
        public void the_firmware_port_loses_and_counts_what_its_receiver_cannot_hold()
        {
            var bus = new VirtualCanBus();
            var port = new FirmwareCanPort(receiveQueueLength: 3);
            port.Connect(bus);
            BusNode a = bus.AddNode("a");
            for (int i = 0; i < 5; i++)
            {
                a.Send(0x100, [(byte)i, 0, 0, 0, 0, 0, 0, 0], 8, 0);
            }

            bus.AdvanceTo(10_000);
            Assert.AreEqual(2u, port.ReceiveOverflowCount);
            var frame = new CanFrame();
            for (int i = 0; i < 3; i++)
            {
                Assert.IsTrue(port.TryReceive(frame));
                Assert.AreEqual(i, frame.Data[0], "the oldest are kept");
            }

            Assert.IsFalse(port.TryReceive(frame));
        }

        [TestMethod]
        public void the_firmware_port_does_not_hear_itself()
        {
            var bus = new VirtualCanBus();
            var port = new FirmwareCanPort(latencyUs: 0);
            port.Connect(bus);
            var frame = new CanFrame { Id = 0x300, Length = 8 };
            Assert.IsTrue(port.TrySend(frame));
            bus.AdvanceTo(10_000);
            Assert.AreEqual(1, bus.FrameCount);
            Assert.IsFalse(port.TryReceive(frame));
        }

        [TestMethod]
        public void a_dropped_frame_takes_its_time_and_reaches_nobody()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a");
            bus.AddFault(new FrameFault { Kind = FrameFaultKind.Drop, FirstId = 0x10, LastId = 0x1F, Remaining = 1 });
            a.Send(0x10, new byte[8], 8, 0);
            a.Send(0x11, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            CollectionAssert.AreEqual(new uint[] { 0x11 }, log.Frames.Select(f => f.Id).ToArray());
            Assert.IsGreaterThan(400, log.Frames[0].TimeUs);
        }

        [TestMethod]
        public void an_altered_payload_arrives_as_a_good_frame()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a");
            bus.AddFault(new FrameFault { Kind = FrameFaultKind.AlterPayload, Mask = 0xFF00, Predicate = (_, _, _, data) => data[0] == 7 });
            a.Send(1, [7, 1, 0, 0, 0, 0, 0, 0], 8, 0);
            a.Send(2, [8, 1, 0, 0, 0, 0, 0, 0], 8, 0);
            bus.AdvanceTo(10_000);
            Assert.AreEqual(0xFE, log.Frames[0].First >> 8 & 0xFF);
            Assert.AreEqual(0x01, log.Frames[1].First >> 8 & 0xFF);
        }

        [TestMethod]
        public void a_delayed_frame_leaves_later()
        {
            var bus = new VirtualCanBus();
            var log = new Log();
            bus.AddTap(log);
            BusNode a = bus.AddNode("a");
            bus.AddFault(new FrameFault { Kind = FrameFaultKind.Delay, FirstId = 1, LastId = 1, DelayUs = 5000 });
            a.Send(1, new byte[8], 8, 0);
            a.Send(2, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            CollectionAssert.AreEqual(new uint[] { 2, 1 }, log.Frames.Select(f => f.Id).ToArray());
            Assert.IsGreaterThan(5000, log.Frames[1].TimeUs);
        }

        [TestMethod]
        public void errors_on_the_wire_repeat_the_frame_until_the_sender_is_bus_off()
        {
            var bus = new VirtualCanBus();
            BusNode a = bus.AddNode("a");
            var fault = new FrameFault { Kind = FrameFaultKind.BusError, Remaining = 3 };
            bus.AddFault(fault);
            a.Send(1, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            Assert.AreEqual(1, a.SentFrames);
            Assert.AreEqual(3, bus.ErrorFrameCount);
            Assert.AreEqual(23, a.TransmitErrorCounter);

            fault.Remaining = long.MaxValue;
            a.Send(1, new byte[8], 8, 10_000);
            bus.AdvanceTo(100_000);
            Assert.AreEqual(CanErrorState.BusOff, a.ErrorState);
            Assert.AreEqual(1, a.SentFrames);
            Assert.IsFalse(a.Send(1, new byte[8], 8, 0));

            fault.Remaining = 0;
            a.Recover();
            Assert.IsTrue(a.Send(1, new byte[8], 8, 100_000));
            bus.AdvanceTo(110_000);
            Assert.AreEqual(2, a.SentFrames);
        }

        [TestMethod]
        public void a_bus_off_node_neither_sends_nor_receives()
        {
            var bus = new VirtualCanBus();
            var port = new FirmwareCanPort();
            BusNode controller = port.Connect(bus);
            BusNode a = bus.AddNode("a");
            controller.ForceBusOff();
            a.Send(1, new byte[8], 8, 0);
            bus.AdvanceTo(10_000);
            Assert.IsFalse(port.TryReceive(new CanFrame()));
            Assert.IsFalse(port.TrySend(new CanFrame { Id = 5, Length = 8 }));
        }

        // Written for clearness, not for speed, and from the standard rather than from the code under test.
        private static int Reference(uint id, bool extended, ulong payload, int length)
        {
            var bits = new List<int> { 0 };
            void Put(uint value, int width)
            {
                for (int i = width - 1; i >= 0; i--)
                {
                    bits.Add((int)(value >> i) & 1);
                }
            }

            if (extended)
            {
                Put(id >> 18, 11);
                Put(3, 2);
                Put(id & 0x3FFFF, 18);
                Put(0, 3);
            }
            else
            {
                Put(id, 11);
                Put(0, 3);
            }

            Put((uint)length, 4);
            for (int i = 0; i < length; i++)
            {
                Put((uint)(payload >> (8 * i)) & 0xFF, 8);
            }

            int crc = 0;
            foreach (int bit in bits)
            {
                bool next = bit == 1 ^ (crc & 0x4000) != 0;
                crc = (crc << 1) & 0x7FFF;
                crc = next ? crc ^ 0x4599 : crc;
            }

            Put((uint)crc, 15);
            int stuffed = 0;
            int last = -1;
            int run = 0;
            foreach (int bit in bits)
            {
                run = bit == last ? run + 1 : 1;
                last = bit;
                if (run == 5)
                {
                    stuffed++;
                    last = 1 - bit;
                    run = 1;
                }
            }

            return bits.Count + stuffed + 10;
        }

        private sealed class Log : ICanTap
        {
            public List<(long TimeUs, uint Id, int First)> Frames { get; } = new();

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                Frames.Add((timeUs, id, data[0] | data[1] << 8));
            }
        }
    }
}
