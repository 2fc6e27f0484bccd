namespace Bms.Core.Storage
{
    /// <summary>Fault events that wait to be stored, because the flash may be written with open contactors only.</summary>
    /// <remarks>A full queue drops its oldest event and counts it: what led to the end is worth more than what led to the start. Allocates nothing after construction.</remarks>
    public sealed class PendingEvents
    {
        /// <summary>Events that fit.</summary>
        public const int Capacity = 32;

        private const int PayloadLength = 8;

        private readonly byte[][] _payload = new byte[Capacity][];
        private readonly uint[] _timeMs = new uint[Capacity];
        private int _first;

        /// <summary>Makes an empty queue.</summary>
        public PendingEvents()
        {
            for (int i = 0; i < Capacity; i++)
            {
                _payload[i] = new byte[PayloadLength];
            }
        }

        /// <summary>Events that wait.</summary>
        public int Count { get; private set; }

        /// <summary>Events that were dropped since start; wraps.</summary>
        public uint DroppedCount { get; private set; }

        /// <summary>Payload of the oldest event; only where <see cref="Count"/> is not 0.</summary>
        public byte[] FirstPayload
        {
            get { return _payload[_first]; }
        }

        /// <summary>Controller time of the oldest event, in ms.</summary>
        public uint FirstTimeMs
        {
            get { return _timeMs[_first]; }
        }

        /// <summary>Keeps a copy of an event.</summary>
        /// <param name="payload">Payload of the message FaultEvent, 8 bytes.</param>
        /// <param name="timeMs">Controller time, in ms.</param>
        public void Add(byte[] payload, uint timeMs)
        {
            if (Count == Capacity)
            {
                RemoveFirst();
                DroppedCount++;
            }

            int at = (_first + Count) % Capacity;
            System.Array.Copy(payload, 0, _payload[at], 0, PayloadLength);
            _timeMs[at] = timeMs;
            Count++;
        }

        /// <summary>Takes the oldest event away: it is stored.</summary>
        public void RemoveFirst()
        {
            if (Count != 0)
            {
                _first = (_first + 1) % Capacity;
                Count--;
            }
        }
    }
}
