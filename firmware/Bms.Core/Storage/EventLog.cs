using System;
using Bms.Core.Configuration;

namespace Bms.Core.Storage
{
    /// <summary>The last fault events, on the medium: a ring with one event in each slot, so that a power cut costs at most the event that was being written.</summary>
    /// <remarks>
    /// In a slot, little endian: 'B' 'E', version, length of the payload, sequence number (4 bytes), number of the start (4), time in ms (4), payload (8), CRC-32 over all before.
    /// Construction reads every slot. Not for the control cycle.
    /// </remarks>
    public sealed class EventLog
    {
        /// <summary>Bytes that a slot must hold.</summary>
        public const int BlockLength = ChecksumAt + 4;

        /// <summary>Layout of an entry; entries of another one count as empty.</summary>
        public const int Version = 1;

        private const int PayloadLength = 8;
        private const int PayloadAt = 16;
        private const int ChecksumAt = PayloadAt + PayloadLength;

        private readonly BlockStore _store;
        private readonly int _firstBlock;
        private readonly int _capacity;
        private readonly byte[] _buffer;

        private int _next;
        private uint _nextSequence = 1;

        /// <param name="store">Slots of at least <see cref="BlockLength"/> bytes.</param>
        /// <param name="firstBlock">First slot of the ring.</param>
        /// <param name="capacity">Slots of the ring, at least 1.</param>
        public EventLog(BlockStore store, int firstBlock, int capacity)
        {
            _store = store;
            _firstBlock = firstBlock;
            _capacity = capacity;
            _buffer = new byte[store.BlockLength];
            for (int slot = 0; slot < capacity; slot++)
            {
                if (!ReadSlot(slot))
                {
                    continue;
                }

                uint sequence = LittleEndian.GetUInt(_buffer, 4);
                if (Count == 0 || (int)(sequence - _nextSequence) >= 0)
                {
                    _next = slot == capacity - 1 ? 0 : slot + 1;
                    _nextSequence = sequence + 1;
                }

                Count++;
            }
        }

        /// <summary>Good entries in the ring.</summary>
        public int Count { get; private set; }

        /// <summary>Writes an event over the oldest one.</summary>
        /// <param name="startNumber">Number of this start of the controller.</param>
        /// <param name="timeMs">Controller time of the event.</param>
        /// <param name="payload">Payload of the message FaultEvent, 8 bytes.</param>
        /// <returns>False where the medium refused.</returns>
        public bool Add(uint startNumber, uint timeMs, byte[] payload)
        {
            bool replaces = ReadSlot(_next);
            byte[] buffer = _buffer;
            buffer[0] = (byte)'B';
            buffer[1] = (byte)'E';
            buffer[2] = Version;
            buffer[3] = PayloadLength;
            LittleEndian.PutUInt(buffer, 4, _nextSequence);
            LittleEndian.PutUInt(buffer, 8, startNumber);
            LittleEndian.PutUInt(buffer, 12, timeMs);
            Array.Copy(payload, 0, buffer, PayloadAt, PayloadLength);
            LittleEndian.PutUInt(buffer, ChecksumAt, Crc32.Of(buffer, 0, ChecksumAt));
            bool wasWritten = _store.Write(_firstBlock + _next, buffer, BlockLength);
            bool isGood = ReadSlot(_next);
            Count += (isGood ? 1 : 0) - (replaces ? 1 : 0);

            // A slot that cannot be written is passed over, or it would stop the log for good.
            _next = _next == _capacity - 1 ? 0 : _next + 1;
            _nextSequence++;
            return wasWritten && isGood;
        }

        /// <summary>Reads an event.</summary>
        /// <param name="age">0 for the newest slot, then backwards in time up to capacity - 1.</param>
        /// <param name="record">Where to put it; undefined where nothing is returned.</param>
        /// <returns>False where that slot holds no good entry.</returns>
        public bool TryRead(int age, EventRecord record)
        {
            if (age < 0 || age >= _capacity)
            {
                return false;
            }

            int slot = _next - 1 - age;
            if (slot < 0)
            {
                slot += _capacity;
            }

            if (!ReadSlot(slot))
            {
                return false;
            }

            record.Sequence = LittleEndian.GetUInt(_buffer, 4);
            record.StartNumber = LittleEndian.GetUInt(_buffer, 8);
            record.TimeMs = LittleEndian.GetUInt(_buffer, 12);
            Array.Copy(_buffer, PayloadAt, record.Payload, 0, PayloadLength);
            return true;
        }

        private bool ReadSlot(int slot)
        {
            byte[] buffer = _buffer;
            return _store.Read(_firstBlock + slot, buffer) >= BlockLength
                && buffer[0] == 'B'
                && buffer[1] == 'E'
                && buffer[2] == Version
                && buffer[3] == PayloadLength
                && LittleEndian.GetUInt(buffer, ChecksumAt) == Crc32.Of(buffer, 0, ChecksumAt);
        }
    }
}
