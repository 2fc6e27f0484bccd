using System.Buffers.Binary;

namespace Bms.Bench
{
    /// <summary>Sees every good frame at its end on the wire.</summary>
    public interface ICanTap
    {
        /// <summary>One frame.</summary>
        /// <param name="timeUs">End of the frame in us of virtual time.</param>
        /// <param name="id">Identifier.</param>
        /// <param name="isExtended">True for a 29-bit identifier.</param>
        /// <param name="data">Payload; valid during the call only.</param>
        /// <param name="length">Number of valid bytes, 0..8.</param>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length);
    }

    /// <summary>A CAN bus in virtual time: bounded queues, arbitration by identifier, exact frame times, bus load, faults.</summary>
    /// <remarks>
    /// Deterministic and single-threaded; allocates nothing per frame. A frame is received when it ends. While the bus is idle the frame with the
    /// lowest identifier of all that are due wins; frames that become due while it is busy wait for the next arbitration.
    /// </remarks>
    public sealed class VirtualCanBus
    {
        /// <summary>Most nodes a bus takes: one bit each in a 64-bit set.</summary>
        public const int MaxNodes = 64;

        private const long WindowNs = 1_000_000_000;

        private struct Pending
        {
            public long ReleaseNs;
            public ulong Payload;
            public long Sequence;
            public uint Key;
            public uint Id;
            public byte Length;
            public byte Node;
            public byte Tag;
            public bool IsExtended;
        }

        private readonly List<BusNode> _nodes = new();
        private readonly List<ICanTap> _taps = new();
        private readonly List<FrameFault> _faults = new();
        private readonly ulong[] _standardReceivers = new ulong[2048];
        private ulong _extendedReceivers;
        private readonly byte[] _data = new byte[8];
        private readonly long _bitNs;

        private Pending[] _pending = new Pending[256];
        private int _pendingCount;
        private long _sequence;

        private Pending _onWire;
        private bool _busy;
        private bool _onWireFails;
        private bool _onWireDropped;
        private bool _onWireLacksAcknowledge;
        private long _onWireStartNs;
        private long _onWireEndNs;
        private long _idleFromNs;
        private long _nowNs;

        private long _busyNs;
        private long _windowIndex;
        private long _windowBusyNs;

        /// <param name="bitRate">Bits per second; must divide 10^9.</param>
        /// <exception cref="ArgumentOutOfRangeException">The bit time is not a whole number of ns.</exception>
        public VirtualCanBus(int bitRate = 500_000)
        {
            if (bitRate <= 0 || 1_000_000_000 % bitRate != 0)
            {
                throw new ArgumentOutOfRangeException(nameof(bitRate), bitRate, "The bit time must be a whole number of ns.");
            }

            BitRate = bitRate;
            _bitNs = 1_000_000_000 / bitRate;
        }

        /// <summary>Bits per second.</summary>
        public int BitRate { get; }

        /// <summary>Virtual time in us.</summary>
        public long TimeUs => _nowNs / 1000;

        /// <summary>All nodes, in the order they were added.</summary>
        public IReadOnlyList<BusNode> Nodes => _nodes;

        /// <summary>Good frames since start.</summary>
        public long FrameCount { get; private set; }

        /// <summary>Error frames since start.</summary>
        public long ErrorFrameCount { get; private set; }

        /// <summary>Share of the time since start in which the bus carried a frame, an error frame or the space after it, 0..1.</summary>
        public double Load => _nowNs > 0 ? Math.Min(1.0, (double)_busyNs / _nowNs) : 0;

        /// <summary>The same for the last complete second; a frame counts for the second it begins in.</summary>
        public double LastSecondLoad { get; private set; }

        /// <summary>Highest load of any complete second.</summary>
        public double PeakSecondLoad { get; private set; }

        /// <summary>Adds a participant.</summary>
        /// <param name="name">Name for reports.</param>
        /// <param name="receiver">Takes the frames it accepts; null for a node that only sends.</param>
        /// <param name="accepts">Chooses standard identifiers it receives; null for all. Extended frames go to nodes that accept all.</param>
        /// <param name="queueLength">Frames the transmit queue holds.</param>
        /// <param name="order">Order of the transmit queue.</param>
        /// <param name="hearsExtended">True where a node that chooses standard identifiers receives all extended ones as well.</param>
        public BusNode AddNode(string name, ICanReceiver? receiver = null, Func<uint, bool>? accepts = null, int queueLength = 32, TransmitOrder order = TransmitOrder.ByPriority, bool hearsExtended = false)
        {
            if (_nodes.Count == MaxNodes)
            {
                throw new InvalidOperationException($"A virtual bus takes {MaxNodes} nodes.");
            }

            var node = new BusNode(this, _nodes.Count, name, queueLength, order, receiver);
            _nodes.Add(node);
            if (receiver != null)
            {
                for (uint id = 0; id < 2048; id++)
                {
                    if (accepts == null || accepts(id))
                    {
                        _standardReceivers[id] |= 1UL << node.Index;
                    }
                }

                if (accepts == null || hearsExtended)
                {
                    _extendedReceivers |= 1UL << node.Index;
                }
            }

            return node;
        }

        /// <summary>Adds an observer of every good frame.</summary>
        public void AddTap(ICanTap tap) => _taps.Add(tap);

        /// <summary>Removes an observer.</summary>
        public void RemoveTap(ICanTap tap) => _taps.Remove(tap);

        /// <summary>Adds a disturbance; several act in the order they were added, the first that matches a frame hits it.</summary>
        public void AddFault(FrameFault fault) => _faults.Add(fault);

        /// <summary>Removes a disturbance.</summary>
        public void RemoveFault(FrameFault fault) => _faults.Remove(fault);

        /// <summary>Runs the bus up to a time: frames that end by then are received, the next one may be on the wire.</summary>
        /// <param name="timeUs">Virtual time in us; a frame that could start exactly then waits for the next call.</param>
        public void AdvanceTo(long timeUs)
        {
            long untilNs = timeUs * 1000;
            while (true)
            {
                if (_busy)
                {
                    if (_onWireEndNs > untilNs)
                    {
                        break;
                    }

                    _nowNs = _onWireEndNs;
                    Finish();
                }

                if (_pendingCount == 0 || !Arbitrate(untilNs))
                {
                    break;
                }
            }

            _nowNs = untilNs;
            RollWindow(untilNs);
        }

        internal bool Enqueue(BusNode node, uint id, bool isExtended, byte[] data, int length, long notBeforeUs, byte tag = 0)
        {
            if (node.QueuedFrames >= node.QueueLength || node.ErrorState == CanErrorState.BusOff)
            {
                node.RefusedFrames++;
                return false;
            }

            if (_pendingCount == _pending.Length)
            {
                Array.Resize(ref _pending, _pending.Length * 2);
            }

            ref Pending slot = ref _pending[_pendingCount++];
            slot.ReleaseNs = Math.Max(notBeforeUs * 1000, _nowNs);
            slot.Payload = Pack(data, length);
            slot.Sequence = _sequence++;
            slot.Id = id;
            slot.IsExtended = isExtended;
            // A standard frame wins against an extended one with the same first 11 bits: its RTR and IDE bits are dominant.
            slot.Key = isExtended ? ((id >> 18) << 19) | (1u << 18) | (id & 0x3FFFF) : id << 19;
            slot.Length = (byte)length;
            slot.Node = (byte)node.Index;
            slot.Tag = tag;
            node.QueuedFrames++;

            if (_faults.Count != 0)
            {
                FrameFault? fault = FindFault(ref slot, FrameFaultKind.Delay, FrameFaultKind.Delay);
                if (fault != null)
                {
                    slot.ReleaseNs += fault.DelayUs * 1000;
                }
            }

            if (node.Order == TransmitOrder.FirstInFirstOut)
            {
                // So the oldest frame of such a node is always due first, and one that is due is never blocked for ever.
                slot.ReleaseNs = Math.Max(slot.ReleaseNs, node.LastReleaseNs);
                node.LastReleaseNs = slot.ReleaseNs;
            }

            return true;
        }

        internal void Flush(BusNode node)
        {
            for (int i = _pendingCount - 1; i >= 0; i--)
            {
                if (_pending[i].Node == node.Index)
                {
                    _pending[i] = _pending[--_pendingCount];
                }
            }

            node.QueuedFrames = _busy && _onWire.Node == node.Index ? 1 : 0;
        }

        private static ulong Pack(byte[] data, int length)
        {
            if (data.Length >= 8)
            {
                ulong all = BinaryPrimitives.ReadUInt64LittleEndian(data);
                return length == 8 ? all : all & ((1UL << (8 * length)) - 1);
            }

            ulong payload = 0;
            for (int i = 0; i < length; i++)
            {
                payload |= (ulong)data[i] << (8 * i);
            }

            return payload;
        }

        private bool Arbitrate(long untilNs)
        {
            long earliestNs = long.MaxValue;
            for (int i = 0; i < _pendingCount; i++)
            {
                earliestNs = Math.Min(earliestNs, _pending[i].ReleaseNs);
            }

            long startNs = Math.Max(earliestNs, _idleFromNs);
            if (startNs >= untilNs)
            {
                return false;
            }

            int best = -1;
            for (int i = 0; i < _pendingCount; i++)
            {
                ref Pending candidate = ref _pending[i];
                if (candidate.ReleaseNs > startNs)
                {
                    continue;
                }

                if (best < 0 || candidate.Key < _pending[best].Key
                    || (candidate.Key == _pending[best].Key && candidate.Sequence < _pending[best].Sequence))
                {
                    if (_nodes[candidate.Node].Order == TransmitOrder.ByPriority || IsOldest(i))
                    {
                        best = i;
                    }
                }
            }

            _onWire = _pending[best];
            _pending[best] = _pending[--_pendingCount];
            Start(startNs);
            return true;
        }

        private bool IsOldest(int index)
        {
            for (int i = 0; i < _pendingCount; i++)
            {
                if (_pending[i].Node == _pending[index].Node && _pending[i].Sequence < _pending[index].Sequence)
                {
                    return false;
                }
            }

            return true;
        }

        private void Start(long startNs)
        {
            _busy = true;
            _onWireFails = false;
            _onWireDropped = false;
            _onWireLacksAcknowledge = false;
            _onWireStartNs = startNs;
            if (_faults.Count != 0)
            {
                _nowNs = startNs;
                FrameFault? fault = FindFault(ref _onWire, FrameFaultKind.Drop, FrameFaultKind.NoAcknowledge);
                if (fault != null)
                {
                    _onWireFails = fault.Kind is FrameFaultKind.BusError or FrameFaultKind.NoAcknowledge;
                    _onWireLacksAcknowledge = fault.Kind == FrameFaultKind.NoAcknowledge;
                    _onWireDropped = fault.Kind == FrameFaultKind.Drop;
                    if (fault.Kind == FrameFaultKind.AlterPayload)
                    {
                        _onWire.Payload ^= _onWire.Length == 8 ? fault.Mask : fault.Mask & ((1UL << (8 * _onWire.Length)) - 1);
                    }
                }
            }

            long frameBits = CanFrameTiming.FrameBits(_onWire.Id, _onWire.IsExtended, _onWire.Payload, _onWire.Length);
            if (_onWireFails)
            {
                // The error is seen in the last bit before the trailer, the worst case for the load.
                frameBits += CanFrameTiming.ErrorFrameBits - CanFrameTiming.TrailerBits;
            }

            _onWireEndNs = startNs + frameBits * _bitNs;
            _idleFromNs = _onWireEndNs + CanFrameTiming.InterframeBits * _bitNs;
            long tookNs = _idleFromNs - startNs;
            _busyNs += tookNs;
            RollWindow(startNs);
            _windowBusyNs += tookNs;
        }

        private void Finish()
        {
            _busy = false;
            BusNode sender = _nodes[_onWire.Node];
            if (_onWireFails)
            {
                ErrorFrameCount++;
                sender.TransmitErrorCounter += _onWireLacksAcknowledge && sender.ErrorState != CanErrorState.ErrorActive ? 0 : 8;
                CountReceiveErrors(_onWireLacksAcknowledge ? 0 : 1);
                if (sender.ErrorState == CanErrorState.BusOff)
                {
                    Flush(sender);
                    sender.TransmitObserver?.OnTransmitError(_onWire.Tag);
                    return;
                }

                // Automatic repetition: back into the queue with its old place in the order.
                if (_pendingCount == _pending.Length)
                {
                    Array.Resize(ref _pending, _pending.Length * 2);
                }

                _pending[_pendingCount++] = _onWire;
                sender.TransmitObserver?.OnTransmitError(_onWire.Tag);
                return;
            }

            sender.QueuedFrames--;
            sender.SentFrames++;
            if (sender.TransmitErrorCounter > 0)
            {
                sender.TransmitErrorCounter--;
            }

            CountReceiveErrors(-1);
            long endUs = _onWireEndNs / 1000;
            sender.WorstLatencyUs = Math.Max(sender.WorstLatencyUs, endUs - _onWire.ReleaseNs / 1000);
            if (!_onWireDropped)
            {
                Deliver(endUs);
            }

            sender.TransmitObserver?.OnSent(_onWire.Tag);
        }

        private void CountReceiveErrors(int change)
        {
            for (int i = 0; i < _nodes.Count; i++)
            {
                BusNode node = _nodes[i];
                if (node.CountsReceiveErrors && i != _onWire.Node)
                {
                    int counter = node.ReceiveErrorCounter;
                    node.ReceiveErrorCounter = change < 0 && counter > 127 ? 127 : Math.Clamp(counter + change, 0, 255);
                }
            }
        }

        private void Deliver(long endUs)
        {
            FrameCount++;
            BinaryPrimitives.WriteUInt64LittleEndian(_data, _onWire.Payload);
            for (int i = 0; i < _taps.Count; i++)
            {
                _taps[i].OnFrame(endUs, _onWire.Id, _onWire.IsExtended, _data, _onWire.Length);
            }

            ulong receivers = _onWire.IsExtended ? _extendedReceivers : _standardReceivers[_onWire.Id & 0x7FF];
            receivers &= ~(1UL << _onWire.Node);
            while (receivers != 0)
            {
                int index = System.Numerics.BitOperations.TrailingZeroCount(receivers);
                receivers &= receivers - 1;
                BusNode node = _nodes[index];
                if (node.ErrorState != CanErrorState.BusOff)
                {
                    node.Receiver!.OnFrame(endUs, _onWire.Id, _onWire.IsExtended, _data, _onWire.Length);
                }
            }
        }

        private FrameFault? FindFault(ref Pending frame, FrameFaultKind first, FrameFaultKind last)
        {
            for (int i = 0; i < _faults.Count; i++)
            {
                FrameFault fault = _faults[i];
                if (fault.Kind < first || fault.Kind > last || fault.Remaining == 0 || frame.Id < fault.FirstId || frame.Id > fault.LastId)
                {
                    continue;
                }

                if (fault.Predicate != null)
                {
                    Span<byte> data = stackalloc byte[8];
                    BinaryPrimitives.WriteUInt64LittleEndian(data, frame.Payload);
                    if (!fault.Predicate(_nowNs / 1000, frame.Id, frame.IsExtended, data[..frame.Length]))
                    {
                        continue;
                    }
                }

                fault.Remaining--;
                fault.Hits++;
                return fault;
            }

            return null;
        }

        private void RollWindow(long timeNs)
        {
            if (timeNs < (_windowIndex + 1) * WindowNs)
            {
                return;
            }

            LastSecondLoad = Math.Min(1.0, (double)_windowBusyNs / WindowNs);
            PeakSecondLoad = Math.Max(PeakSecondLoad, LastSecondLoad);
            _windowBusyNs = 0;
            _windowIndex = timeNs / WindowNs;
        }
    }
}
