using Bms.Core.Measurement;

namespace Bms.Drivers
{
    /// <summary>A bounded queue of frames between one thread that receives and one that controls.</summary>
    /// <remarks>
    /// Needs no lock: only the receiver moves the head, only the cycle moves the tail. All frames are made at start; nothing allocates later.
    /// When it is full the newest frame is dropped and counted: what waits is older, but complete and in order.
    /// </remarks>
    public sealed class FrameFifo
    {
        private readonly CanFrame[] _frames;
        private readonly int _mask;

        private int _head;
        private int _tail;
        private uint _overflowCount;

        /// <param name="sizeExponent">The queue holds 2^sizeExponent - 1 frames; 1..10.</param>
        public FrameFifo(int sizeExponent)
        {
            int size = 1 << sizeExponent;
            _frames = new CanFrame[size];
            _mask = size - 1;
            for (int i = 0; i < size; i++)
            {
                _frames[i] = new CanFrame();
            }
        }

        /// <summary>Frames dropped because the queue was full, since start; wraps.</summary>
        public uint OverflowCount
        {
            get { return _overflowCount; }
        }

        /// <summary>The slot to fill before <see cref="Commit"/>; null where the queue is full, and the loss is then counted.</summary>
        public CanFrame Reserve()
        {
            if (((_head + 1) & _mask) == _tail)
            {
                _overflowCount++;
                return null;
            }

            return _frames[_head];
        }

        /// <summary>Makes the slot that <see cref="Reserve"/> gave visible to the other side.</summary>
        public void Commit()
        {
            _head = (_head + 1) & _mask;
        }

        /// <summary>Moves the oldest frame into <paramref name="frame"/>.</summary>
        /// <returns>False where nothing waits; <paramref name="frame"/> is then unchanged.</returns>
        public bool TryTake(CanFrame frame)
        {
            int tail = _tail;
            if (tail == _head)
            {
                return false;
            }

            CanFrame oldest = _frames[tail];
            byte[] from = oldest.Data;
            byte[] to = frame.Data;
            int length = oldest.Length;
            frame.Id = oldest.Id;
            frame.IsExtended = oldest.IsExtended;
            frame.Length = length;
            for (int i = 0; i < length; i++)
            {
                to[i] = from[i];
            }

            _tail = (tail + 1) & _mask;
            return true;
        }
    }
}
