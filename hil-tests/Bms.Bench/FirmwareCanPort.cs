using System.Buffers.Binary;
using Bms.Core.Measurement;

namespace Bms.Bench
{
    /// <summary>The firmware's CAN controller on the virtual bus: a bounded receive queue, as the chip has one, and a transmit queue.</summary>
    public sealed class FirmwareCanPort : CanPort, ICanReceiver
    {
        private const long BusOffPauseUs = 100_000;

        private readonly ulong[] _payloads;
        private readonly uint[] _ids;
        private readonly byte[] _lengths;
        private readonly bool[] _extended;
        private readonly long _latencyUs;
        private BusNode? _node;
        private VirtualCanBus? _bus;
        private int _head;
        private int _count;
        private uint _overflows;
        private bool _isOff;
        private long _busOffSinceUs = -1;

        /// <param name="receiveQueueLength">Frames the receiver holds between two cycles; one more is lost and counted.</param>
        /// <param name="latencyUs">Time from the start of a cycle to the moment its frames stand in the controller's transmit queue, in us.</param>
        public FirmwareCanPort(int receiveQueueLength = 64, long latencyUs = 1000)
        {
            _payloads = new ulong[receiveQueueLength];
            _ids = new uint[receiveQueueLength];
            _lengths = new byte[receiveQueueLength];
            _extended = new bool[receiveQueueLength];
            _latencyUs = latencyUs;
        }

        /// <summary>Joins a bus under a name; receives everything but its own frames.</summary>
        /// <param name="bus">The bus.</param>
        /// <param name="name">Name for reports.</param>
        /// <param name="transmitQueueLength">Frames the transmit queue holds.</param>
        public BusNode Connect(VirtualCanBus bus, string name = "Controller", int transmitQueueLength = 32)
        {
            _bus = bus;
            _node = bus.AddNode(name, this, null, transmitQueueLength);
            return _node;
        }

        /// <summary>True: the controller has no power; nothing is received, and what waited is lost.</summary>
        public bool IsOff
        {
            get => _isOff;
            set
            {
                _isOff = value;
                _count = 0;
            }
        }

        /// <summary>Most frames that ever waited at once.</summary>
        public int MostWaiting { get; private set; }

        /// <inheritdoc/>
        public override uint ReceiveOverflowCount => _overflows;

        /// <inheritdoc/>
        public override bool IsBusOff => _node?.ErrorState == CanErrorState.BusOff;

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            // One that a test has cut off stays off.
            if ((IsBusOff || _busOffSinceUs >= 0) && !_node!.IsForcedOff)
            {
                FollowBusOff();
            }

            if (_count == 0)
            {
                return false;
            }

            frame.Id = _ids[_head];
            frame.IsExtended = _extended[_head];
            frame.Length = _lengths[_head];
            BinaryPrimitives.WriteUInt64LittleEndian(frame.Data, _payloads[_head]);
            _head = _head + 1 == _ids.Length ? 0 : _head + 1;
            _count--;
            return true;
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            return _node != null && _node.Send(frame.Id, frame.IsExtended, frame.Data, frame.Length, _bus!.TimeUs + _latencyUs);
        }

        // As the drivers do it: back on the bus 100 ms after the controller left it.
        private void FollowBusOff()
        {
            if (!IsBusOff)
            {
                _busOffSinceUs = -1;
            }
            else if (_busOffSinceUs < 0)
            {
                _busOffSinceUs = _bus!.TimeUs;
            }
            else if (_bus!.TimeUs - _busOffSinceUs >= BusOffPauseUs)
            {
                _node!.Recover();
                _busOffSinceUs = -1;
            }
        }

        /// <inheritdoc/>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            if (_isOff)
            {
                return;
            }

            if (_count == _ids.Length)
            {
                unchecked
                {
                    _overflows++;
                }

                return;
            }

            int slot = _head + _count;
            slot = slot >= _ids.Length ? slot - _ids.Length : slot;
            _ids[slot] = id;
            _extended[slot] = isExtended;
            _lengths[slot] = (byte)length;
            _payloads[slot] = BinaryPrimitives.ReadUInt64LittleEndian(data);
            _count++;
            MostWaiting = Math.Max(MostWaiting, _count);
        }
    }
}
