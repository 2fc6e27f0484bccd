using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>Order in which a node's controller offers its queued frames to the bus.</summary>
    public enum TransmitOrder
    {
        /// <summary>Lowest identifier first; equal identifiers in the order they were queued.</summary>
        ByPriority,

        /// <summary>Strictly in the order they were queued.</summary>
        FirstInFirstOut,
    }

    /// <summary>Error state of a node's CAN controller (ISO 11898-1 fault confinement).</summary>
    public enum CanErrorState
    {
        /// <summary>Transmit error counter below 128.</summary>
        ErrorActive,

        /// <summary>Transmit error counter 128..255.</summary>
        ErrorPassive,

        /// <summary>Transmit error counter beyond 255, or forced: the node neither sends nor receives.</summary>
        BusOff,
    }

    /// <summary>Takes the frames that end on the bus; called at the end of each frame, in the order of the bus.</summary>
    public interface ICanReceiver
    {
        /// <summary>One good frame of another node.</summary>
        /// <param name="timeUs">End of the frame on the wire, in us of virtual time.</param>
        /// <param name="id">Identifier.</param>
        /// <param name="isExtended">True for a 29-bit identifier.</param>
        /// <param name="data">Payload; valid during the call only.</param>
        /// <param name="length">Number of valid bytes, 0..8.</param>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length);
    }

    /// <summary>Learns what becomes of the frames of its node: a chip model frees its buffer then.</summary>
    internal interface ITransmitObserver
    {
        /// <summary>A frame was sent without error.</summary>
        public void OnSent(int tag);

        /// <summary>A frame met an error; unless the node is bus-off it is queued again, and may be withdrawn here.</summary>
        public void OnTransmitError(int tag);
    }

    /// <summary>One participant of the <see cref="VirtualCanBus"/>: its transmit queue, its receiver and its error state.</summary>
    public sealed class BusNode : ICanSender
    {
        private readonly VirtualCanBus _bus;

        internal BusNode(VirtualCanBus bus, int index, string name, int queueLength, TransmitOrder order, ICanReceiver? receiver)
        {
            _bus = bus;
            Index = index;
            Name = name;
            QueueLength = queueLength;
            Order = order;
            Receiver = receiver;
        }

        /// <summary>Number of the node on its bus, from 0.</summary>
        public int Index { get; }

        /// <summary>Name for reports.</summary>
        public string Name { get; }

        /// <summary>Frames the transmit queue holds; one more is refused.</summary>
        public int QueueLength { get; }

        /// <summary>Order of the transmit queue.</summary>
        public TransmitOrder Order { get; }

        /// <summary>Frames waiting or on the wire.</summary>
        public int QueuedFrames { get; internal set; }

        /// <summary>Frames sent without error since start.</summary>
        public long SentFrames { get; internal set; }

        /// <summary>Frames refused because the transmit queue was full, or the node was bus-off.</summary>
        public long RefusedFrames { get; internal set; }

        /// <summary>Longest time from the release of a frame to its end on the wire, in us.</summary>
        public long WorstLatencyUs { get; internal set; }

        /// <summary>Transmit error counter: +8 for an error, -1 for a good frame.</summary>
        public int TransmitErrorCounter { get; internal set; }

        /// <summary>Receive error counter: +1 for an error in another node's frame, -1 for a good one, back to 127 from beyond it. Kept for nodes that ask for it.</summary>
        public int ReceiveErrorCounter { get; internal set; }

        /// <summary>True where <see cref="ReceiveErrorCounter"/> is kept.</summary>
        internal bool CountsReceiveErrors { get; set; }

        /// <summary>Error state that follows from the counter, or is forced.</summary>
        public CanErrorState ErrorState
        {
            get
            {
                return IsForcedOff || TransmitErrorCounter > 255 ? CanErrorState.BusOff
                    : TransmitErrorCounter > 127 ? CanErrorState.ErrorPassive
                    : CanErrorState.ErrorActive;
            }
        }

        internal ICanReceiver? Receiver { get; }

        internal ITransmitObserver? TransmitObserver { get; set; }

        internal long LastReleaseNs { get; set; }

        internal bool IsForcedOff { get; private set; }

        /// <inheritdoc/>
        public bool Send(uint id, byte[] data, int length, long notBeforeUs)
        {
            return Send(id, false, data, length, notBeforeUs);
        }

        /// <summary>Queues a copy of a frame.</summary>
        /// <param name="id">Identifier, 11 or 29 bits.</param>
        /// <param name="isExtended">True for a 29-bit identifier.</param>
        /// <param name="data">Payload.</param>
        /// <param name="length">Number of bytes, 0..8.</param>
        /// <param name="notBeforeUs">Virtual time at which the node hands it to its controller; a time that has passed means now.</param>
        /// <returns>False where the queue is full or the node is bus-off.</returns>
        public bool Send(uint id, bool isExtended, byte[] data, int length, long notBeforeUs)
        {
            return _bus.Enqueue(this, id, isExtended, data, length, notBeforeUs);
        }

        internal bool SendTagged(uint id, bool isExtended, byte[] data, int length, int tag)
        {
            return _bus.Enqueue(this, id, isExtended, data, length, 0, (byte)tag);
        }

        /// <summary>Takes back every frame that is not on the wire.</summary>
        internal void Withdraw()
        {
            _bus.Flush(this);
        }

        /// <summary>Cuts the node from the bus until <see cref="Recover"/>; its queue is lost.</summary>
        public void ForceBusOff()
        {
            IsForcedOff = true;
            _bus.Flush(this);
        }

        /// <summary>Puts the node back on the bus, error counter at zero.</summary>
        public void Recover()
        {
            IsForcedOff = false;
            TransmitErrorCounter = 0;
        }
    }
}
