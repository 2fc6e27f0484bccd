using Bms.Core.Configuration;
using Bms.Core.Reporting;

namespace Bms.Core.Storage
{
    /// <summary>A frozen black box on the medium, so that what led to a trip outlives the supply.</summary>
    /// <remarks>
    /// Slots 1 to <see cref="PartCount"/> hold ten records each, slot 0 says that they are complete and belong together; it is written last and erased first. A cut at any moment leaves either
    /// the whole recording or none. One step writes one slot. In a slot, little endian: 'B' 'X', version, number of the slot, number of the recording (4 bytes), data, CRC-32 over all before.
    /// </remarks>
    public sealed class BlackBoxStore
    {
        /// <summary>Slots that hold records.</summary>
        public const int PartCount = BlackBox.RecordCount / RecordsPerSlot;

        /// <summary>Slots in all.</summary>
        public const int BlockCount = PartCount + 1;

        /// <summary>Bytes that a slot must hold.</summary>
        public const int BlockLength = DataAt + RecordsPerSlot * BlackBox.RecordLength + ChecksumLength;

        /// <summary>Layout; a recording of another one is not restored.</summary>
        public const int Version = 1;

        private const int RecordsPerSlot = 10;
        private const int DataAt = 8;
        private const int ChecksumLength = 4;
        private const int HeadLength = 8;

        private readonly BlockStore _store;
        private readonly byte[] _buffer;
        private uint _recording;
        private int _nextSlot;
        private bool _isStored;

        /// <param name="store">At least <see cref="BlockCount"/> slots of <see cref="BlockLength"/> bytes.</param>
        public BlackBoxStore(BlockStore store)
        {
            _store = store;
            _buffer = new byte[store.BlockLength];
        }

        /// <summary>Brings a stored recording back into the black box, which is then frozen.</summary>
        /// <param name="box">An empty black box.</param>
        /// <returns>False where nothing whole is stored; the black box is then as it was.</returns>
        public bool TryRestore(BlackBox box)
        {
            if (!ReadSlot(0, HeadLength))
            {
                return false;
            }

            _recording = LittleEndian.GetUInt(_buffer, 4);
            uint recording = _recording;
            int count = LittleEndian.GetUShort(_buffer, DataAt);
            int tripFault = (int)LittleEndian.GetUInt(_buffer, DataAt + 4);
            if (count < 1 || count > BlackBox.RecordCount)
            {
                return false;
            }

            // All of it is looked at before any of it counts.
            for (int slot = 1; slot <= SlotsFor(count); slot++)
            {
                if (!ReadSlot(slot, RecordsPerSlot * BlackBox.RecordLength) || LittleEndian.GetUInt(_buffer, 4) != recording)
                {
                    return false;
                }
            }

            for (int slot = SlotsFor(count); slot >= 1; slot--)
            {
                if (!ReadSlot(slot, RecordsPerSlot * BlackBox.RecordLength))
                {
                    box.AbandonRestore();
                    return false;
                }

                int first = (slot - 1) * RecordsPerSlot;
                int last = first + RecordsPerSlot > count ? count - 1 : first + RecordsPerSlot - 1;
                for (int age = last; age >= first; age--)
                {
                    box.AddRestored(_buffer, DataAt + (age - first) * BlackBox.RecordLength);
                }
            }

            box.FinishRestore(tripFault);
            _isStored = true;
            return true;
        }

        /// <summary>True where <see cref="Step"/> still has something to do.</summary>
        /// <param name="box">The black box.</param>
        public bool Owes(BlackBox box)
        {
            return box.IsFrozen ? !_isStored : _isStored || _nextSlot > 0;
        }

        /// <summary>Does one step of storing a frozen black box, or of forgetting a released one; one slot at most is touched.</summary>
        /// <param name="box">The black box.</param>
        /// <returns>True where the medium was written.</returns>
        public bool Step(BlackBox box)
        {
            if (!box.IsFrozen)
            {
                bool hadOne = _isStored || _nextSlot > 0;
                _isStored = false;
                _nextSlot = 0;
                if (hadOne)
                {
                    _store.Erase(0);
                }

                return hadOne;
            }

            if (_isStored)
            {
                return false;
            }

            if (_nextSlot == 0)
            {
                // The old head goes before the first new part comes.
                _recording++;
                _nextSlot = 1;
                _store.Erase(0);
                return true;
            }

            if (_nextSlot <= SlotsFor(box.Count))
            {
                // A part that the medium refused ends it: without the head nothing of this recording counts.
                _isStored = !WritePart(box, _nextSlot);
                _nextSlot++;
                return true;
            }

            LittleEndian.PutUShort(_buffer, DataAt, box.Count);
            LittleEndian.PutUShort(_buffer, DataAt + 2, 0);
            LittleEndian.PutUInt(_buffer, DataAt + 4, (uint)box.TripFault);
            WriteSlot(0, HeadLength);
            _isStored = true;
            return true;
        }

        private bool WritePart(BlackBox box, int slot)
        {
            for (int i = 0; i < RecordsPerSlot; i++)
            {
                box.CopyRecord((slot - 1) * RecordsPerSlot + i, _buffer, DataAt + i * BlackBox.RecordLength);
            }

            return WriteSlot(slot, RecordsPerSlot * BlackBox.RecordLength);
        }

        private bool WriteSlot(int slot, int dataLength)
        {
            byte[] buffer = _buffer;
            buffer[0] = (byte)'B';
            buffer[1] = (byte)'X';
            buffer[2] = Version;
            buffer[3] = (byte)slot;
            LittleEndian.PutUInt(buffer, 4, _recording);
            LittleEndian.PutUInt(buffer, DataAt + dataLength, Crc32.Of(buffer, 0, DataAt + dataLength));
            return _store.Write(slot, buffer, DataAt + dataLength + ChecksumLength);
        }

        private bool ReadSlot(int slot, int dataLength)
        {
            byte[] buffer = _buffer;
            int end = DataAt + dataLength;
            return _store.Read(slot, buffer) >= end + ChecksumLength
                && buffer[0] == 'B'
                && buffer[1] == 'X'
                && buffer[2] == Version
                && buffer[3] == slot
                && LittleEndian.GetUInt(buffer, end) == Crc32.Of(buffer, 0, end);
        }

        private static int SlotsFor(int records)
        {
            return (records + RecordsPerSlot - 1) / RecordsPerSlot;
        }
    }
}
