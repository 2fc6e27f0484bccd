using System.Buffers.Binary;

namespace Bms.Bench
{
    /// <summary>The tester's node on the virtual bus, and the last frame of every identifier.</summary>
    internal sealed class NetworkPort : INetworkPort, ICanTap
    {
        private readonly VirtualCanBus _bus;
        private readonly BusNode _node;
        private readonly ulong[] _payloads = new ulong[2048];
        private readonly long[] _timesUs = new long[2048];
        private readonly long[] _counts = new long[2048];
        private readonly byte[] _lengths = new byte[2048];
        private readonly byte[] _data = new byte[8];

        public NetworkPort(VirtualCanBus bus)
        {
            _bus = bus;
            _node = bus.AddNode("Tester", queueLength: 256);
            bus.AddTap(this);
        }

        public bool Send(uint id, ReadOnlySpan<byte> data)
        {
            data.CopyTo(_data);
            return _node.Send(id, id > 0x7FF, _data, data.Length, _bus.TimeUs);
        }

        public int LastFrame(uint id, Span<byte> data, out long timeUs)
        {
            timeUs = _timesUs[id];
            if (_counts[id] == 0)
            {
                return -1;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(data, _payloads[id]);
            return _lengths[id];
        }

        public long CountOf(uint id) => _counts[id];

        public void Observe(ICanTap tap) => _bus.AddTap(tap);

        public void Forget(ICanTap tap) => _bus.RemoveTap(tap);

        public void Disturb(FrameFault fault) => _bus.AddFault(fault);

        public void Calm(FrameFault fault) => _bus.RemoveFault(fault);

        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            if (isExtended)
            {
                return;
            }

            _payloads[id] = BinaryPrimitives.ReadUInt64LittleEndian(data);
            _timesUs[id] = timeUs;
            _counts[id]++;
            _lengths[id] = (byte)length;
        }
    }
}
