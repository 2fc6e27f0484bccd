using System;
using Bms.Core.Configuration;

namespace Bms.Core.Storage
{
    /// <summary>One record that survives a power cut at any moment: two slots written in turn, the newest complete one counts.</summary>
    /// <remarks>
    /// In a slot, little endian: 'B' 'J', version (2 bytes), sequence number (4), length (2), data, CRC-32 over all before. The slot that holds the newest good record
    /// is never the one that is written. Sequence numbers are compared across their roll-over. Allocates at construction only; not for the control cycle.
    /// </remarks>
    public sealed class Journal
    {
        /// <summary>Bytes of a slot that are not data.</summary>
        public const int Overhead = HeaderLength + ChecksumLength;

        private const int HeaderLength = 10;
        private const int ChecksumLength = 4;
        private const int NoSlot = -1;

        private readonly BlockStore _store;
        private readonly int _firstBlock;
        private readonly int _version;
        private readonly byte[] _buffer;

        private bool _scanned;
        private bool _hasBadSlot;
        private int _newest = NoSlot;
        private uint _sequence;

        /// <param name="store">Where the slots are.</param>
        /// <param name="firstBlock">First of the two slots.</param>
        /// <param name="version">Layout of the data, 0..65535; a record of another one is not returned.</param>
        public Journal(BlockStore store, int firstBlock, int version)
        {
            _store = store;
            _firstBlock = firstBlock;
            _version = version;
            _buffer = new byte[store.BlockLength];
        }

        /// <summary>Most bytes that a record may have.</summary>
        public int MaxLength
        {
            get { return _buffer.Length - Overhead; }
        }

        /// <summary>Length of the record that <see cref="Load"/> returned last, in bytes; 0 where it returned none.</summary>
        public int Length { get; private set; }

        /// <summary>Sequence number of the newest good record; 0 where there is none.</summary>
        public uint Sequence
        {
            get { return _sequence; }
        }

        /// <summary>Reads the newest good record.</summary>
        /// <param name="target">At least <see cref="MaxLength"/> bytes; unchanged where nothing is returned.</param>
        /// <returns>One of <see cref="StorageStatus"/>; data came with Ok and OneSlotDamaged only.</returns>
        public int Load(byte[] target)
        {
            Scan();
            Length = 0;
            if (_newest == NoSlot)
            {
                return _hasBadSlot ? StorageStatus.Damaged : StorageStatus.Empty;
            }

            // The second reading is checked like the first: the medium may have changed its mind.
            if (!ReadSlot(_newest))
            {
                return StorageStatus.Damaged;
            }

            if (LittleEndian.GetUShort(_buffer, 2) != _version)
            {
                return StorageStatus.OtherVersion;
            }

            Length = LittleEndian.GetUShort(_buffer, 8);
            Array.Copy(_buffer, HeaderLength, target, 0, Length);
            return _hasBadSlot ? StorageStatus.OneSlotDamaged : StorageStatus.Ok;
        }

        /// <summary>Stores a record and reads it back.</summary>
        /// <param name="data">Bytes of the record.</param>
        /// <param name="length">Number of bytes, 0 to <see cref="MaxLength"/>.</param>
        /// <returns>False where it is too long, or did not come back as it was written; the record before it then still stands.</returns>
        public bool Save(byte[] data, int length)
        {
            if (length < 0 || length > MaxLength)
            {
                return false;
            }

            Scan();
            int slot = _newest == 0 ? 1 : 0;
            uint sequence = _newest == NoSlot ? 1 : _sequence + 1;
            byte[] buffer = _buffer;
            buffer[0] = (byte)'B';
            buffer[1] = (byte)'J';
            LittleEndian.PutUShort(buffer, 2, _version);
            LittleEndian.PutUInt(buffer, 4, sequence);
            LittleEndian.PutUShort(buffer, 8, length);
            Array.Copy(data, 0, buffer, HeaderLength, length);
            LittleEndian.PutUInt(buffer, HeaderLength + length, Crc32.Of(buffer, 0, HeaderLength + length));
            uint checksum = LittleEndian.GetUInt(buffer, HeaderLength + length);
            bool wasWritten = _store.Write(_firstBlock + slot, buffer, HeaderLength + length + ChecksumLength);

            // What counts is what the slot says now, not what the write said.
            if (!ReadSlot(slot) || LittleEndian.GetUInt(buffer, 4) != sequence || LittleEndian.GetUShort(buffer, 8) != length || LittleEndian.GetUInt(buffer, HeaderLength + length) != checksum)
            {
                _scanned = false;
                return false;
            }

            _newest = slot;
            _sequence = sequence;
            _hasBadSlot = false;
            return wasWritten;
        }

        private void Scan()
        {
            if (_scanned)
            {
                return;
            }

            _scanned = true;
            _newest = NoSlot;
            _hasBadSlot = false;
            _sequence = 0;
            for (int slot = 0; slot < 2; slot++)
            {
                if (!ReadSlot(slot))
                {
                    continue;
                }

                uint sequence = LittleEndian.GetUInt(_buffer, 4);

                // A signed difference, so that 0 is newer than 4294967295.
                if (_newest == NoSlot || (int)(sequence - _sequence) > 0)
                {
                    _newest = slot;
                    _sequence = sequence;
                }
            }
        }

        // True where the slot, now in the buffer, is complete. An empty slot is no damage.
        private bool ReadSlot(int slot)
        {
            byte[] buffer = _buffer;
            int read = _store.Read(_firstBlock + slot, buffer);
            if (read <= 0)
            {
                return false;
            }

            bool isGood = false;
            if (read >= Overhead && buffer[0] == 'B' && buffer[1] == 'J')
            {
                int end = HeaderLength + LittleEndian.GetUShort(buffer, 8);
                isGood = end + ChecksumLength <= read && LittleEndian.GetUInt(buffer, end) == Crc32.Of(buffer, 0, end);
            }

            if (!isGood)
            {
                _hasBadSlot = true;
            }

            return isGood;
        }
    }
}
