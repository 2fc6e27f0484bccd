namespace Bms.Core.Measurement
{
    /// <summary>The firmware's whole view of a CAN bus: take the next received frame, hand over a frame to send.</summary>
    /// <remarks>
    /// Implemented by the drivers on a board and by the virtual bus on a PC; the firmware does not notice which.
    /// An implementation copies; it keeps no reference to the frame it is handed. It never blocks, throws or allocates.
    /// </remarks>
    public abstract class CanPort
    {
        /// <summary>Moves the oldest received frame into <paramref name="frame"/>.</summary>
        /// <returns>False where nothing waits; <paramref name="frame"/> is then unchanged.</returns>
        public abstract bool TryReceive(CanFrame frame);

        /// <summary>Hands over some of the oldest received frames at once; the cycle takes them this way. The batch must be empty.</summary>
        /// <returns>False where nothing waits. The frames then handed over no longer wait; a port is asked either for batches or for single frames.</returns>
        public virtual bool TryReceive(CanBatch batch)
        {
            return batch.PutNextOf(this);
        }

        /// <summary>Queues a copy of <paramref name="frame"/> for sending.</summary>
        /// <returns>False where the transmit queue is full: the frame is lost and the caller counts it.</returns>
        public abstract bool TrySend(CanFrame frame);

        /// <summary>True where <see cref="Collect"/> has to be called between the parts of a cycle and between two cycles, as often as can be. Read once.</summary>
        public virtual bool NeedsCollect
        {
            get { return false; }
        }

        /// <summary>Empties a receiver that holds little into memory. One that holds enough has nothing to do.</summary>
        public virtual void Collect()
        {
        }

        /// <summary>Frames lost because the receiver was full, since start; wraps.</summary>
        public abstract uint ReceiveOverflowCount { get; }

        /// <summary>True while the controller chip has left the bus because of errors; a port that cannot tell says false.</summary>
        public virtual bool IsBusOff
        {
            get { return false; }
        }
    }
}
