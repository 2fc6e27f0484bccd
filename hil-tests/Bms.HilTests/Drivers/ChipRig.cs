using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Core.Measurement;
using Bms.Drivers.Can;

namespace Bms.HilTests.Drivers
{
    /// <summary>A driver, its chip and a bus with one more node that sends what a test wants.</summary>
    internal sealed class ChipRig : ICanReceiver
    {
        private readonly byte[] _data = new byte[8];

        public ChipRig(CanDriver kind, int oscillatorHz = 0, int bitRate = 500_000, SpiTiming? timing = null, bool withPin = true)
        {
            Bus = new VirtualCanBus(bitRate);
            if (kind == CanDriver.Mcp2518fd)
            {
                Chip = new Mcp2518fdModel(Bus, oscillatorHz == 0 ? 40_000_000 : oscillatorHz, timing);
                Driver = new Mcp2518fd(Chip, withPin ? Chip.InterruptPin : null, Chip.OscillatorHz, bitRate);
            }
            else
            {
                Chip = new Mcp2515Model(Bus, oscillatorHz == 0 ? 16_000_000 : oscillatorHz, timing);
                Driver = new Mcp2515(Chip, withPin ? Chip.InterruptPin : null, Chip.OscillatorHz, bitRate);
            }

            Other = Bus.AddNode("Other", this, null, 512, TransmitOrder.FirstInFirstOut);
        }

        public VirtualCanBus Bus { get; }

        public SpiCanChip Chip { get; }

        public SpiCanPort Driver { get; }

        public BusNode Other { get; }

        public CanFrame Frame { get; } = new();

        /// <summary>Frames of the controller that the other node heard.</summary>
        public List<(uint Id, bool IsExtended, byte[] Data)> Heard { get; } = [];

        public bool Records { get; set; } = true;

        public uint NowMs => (uint)(Bus.TimeUs / 1000);

        public static ChipRig Started(CanDriver kind, SpiTiming? timing = null)
        {
            var rig = new ChipRig(kind, timing: timing);
            Assert.IsTrue(rig.Driver.Start(), rig.Driver.State.ToString());
            return rig;
        }

        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            if (Records)
            {
                Heard.Add((id, isExtended, data[..length]));
            }
        }

        public void OthersSend(uint id, ulong payload, int length = 8, bool isExtended = false)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(_data, payload);
            Assert.IsTrue(Other.Send(id, isExtended, _data, length, Bus.TimeUs));
        }

        public bool Send(uint id, ulong payload = 0, int length = 8, bool isExtended = false)
        {
            Frame.Id = id;
            Frame.IsExtended = isExtended;
            Frame.Length = length;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(Frame.Data, payload);
            return Driver.TrySend(Frame);
        }

        public void Wait(double ms) => Bus.AdvanceTo(Bus.TimeUs + (long)(ms * 1000));

        /// <summary>One cycle: supervision, then everything that waits.</summary>
        public List<uint> Cycle()
        {
            var ids = new List<uint>();
            Driver.Update(NowMs);
            while (Driver.TryReceive(Frame))
            {
                ids.Add(Frame.Id);
            }

            return ids;
        }

        /// <summary>Cycles of 10 ms until a time has passed.</summary>
        public List<uint> Run(double ms)
        {
            var ids = new List<uint>();
            for (double at = 0; at < ms; at += 10)
            {
                long next = Bus.TimeUs + 10_000;
                ids.AddRange(Cycle());
                Bus.AdvanceTo(Math.Max(next, Bus.TimeUs));
            }

            return ids;
        }
    }
}
