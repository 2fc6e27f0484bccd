using System;
using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Messages;

namespace Bms.Core.Storage
{
    /// <summary>What is known of each cell (difference in state of charge, capacity, resistance) on the medium: two sets of slots written in turn, the newest complete set counts.</summary>
    /// <remarks>
    /// Sixteen cells in a slot, written from the estimator's own arrays through one small buffer, one slot in a step. A set counts where all of its slots are good and have one sequence number, so what a power cut
    /// leaves of a newer one never counts. In a slot, little endian: 'B' 'C', version, number of the slot in its set, sequence number (4 bytes), cells of the pack, chemistry, rated capacity in mAh (4), mean state of charge in
    /// 0.01 % (2), one standard deviation each of difference, capacity and resistance in 0.01 % (2 each), then for each cell the three values in 0.01 % (2 each, signed; the resistance in 0.1 %), CRC-32 over all before.
    /// Not for the control cycle.
    /// </remarks>
    public sealed class CellStateStore
    {
        /// <summary>Bytes that a slot must hold.</summary>
        public const int BlockLength = ChecksumAt + 4;

        /// <summary>Slots for the longest pack.</summary>
        public const int BlockCount = 2 * MostSlots;

        /// <summary>Layout of a slot; slots of another one count as empty.</summary>
        public const int Version = 1;

        /// <summary>Cells in a slot.</summary>
        public const int CellsPerSlot = 16;

        private const int MostSlots = 12;
        private const int BytesPerCell = 6;
        private const int CellsAt = 22;
        private const int ChecksumAt = CellsAt + CellsPerSlot * BytesPerCell;
        private const int NoSet = -1;

        // Beyond these nothing is plausible: differences in 0.01 %, resistances in 0.1 %.
        private const int MostDelta = 6000;
        private const int LeastResistance = -500;
        private const int MostResistance = 4000;

        private readonly BlockStore _store;
        private readonly byte[] _buffer;

        private int _cells;
        private int _chemistry;
        private int _ratedMah;
        private int _newest = NoSet;
        private uint _sequence;

        // The set that is being written, and its next slot; none while nothing is.
        private int _set = NoSet;
        private int _slot;
        private int _socCentiPct;
        private int _socSigma;
        private int _capacitySigma;
        private int _resistanceSigma;

        /// <param name="store">At least <see cref="BlockCount"/> slots of <see cref="BlockLength"/> bytes.</param>
        public CellStateStore(BlockStore store)
        {
            _store = store;
            _buffer = new byte[store.BlockLength];
        }

        /// <summary>True while a set is begun and not complete.</summary>
        public bool IsWriting
        {
            get { return _set != NoSet; }
        }

        /// <summary>Fetches the newest complete set into an estimation that has not run yet, if it is of this pack and plausible; else that stays as it is.</summary>
        /// <param name="estimation">Takes the values; cells, chemistry and rated capacity must be those of the set.</param>
        /// <returns>One of <see cref="StorageStatus"/>.</returns>
        public int Load(StateEstimation estimation)
        {
            _cells = estimation.Deltas.Soc.Length;
            _chemistry = estimation.CellChemistry;
            _ratedMah = (int)(estimation.RatedMah + 0.5f);
            _newest = NoSet;
            _set = NoSet;
            _sequence = 0;
            bool isEmpty = true;
            bool isWhole = true;
            bool isOther = false;
            for (int set = 0; set < 2; set++)
            {
                int read = ReadSlot(set, 0);
                isEmpty = isEmpty && read == 0;
                if (read <= 0)
                {
                    isWhole = isWhole && read == 0;
                    continue;
                }

                // Another pack, or this one with other cells: no damage, and nothing to be had.
                isOther = isOther || !IsOfThisPack();
                uint sequence = LittleEndian.GetUInt(_buffer, 4);
                if (!IsOfThisPack() || !IsComplete(set, sequence))
                {
                    isWhole = false;
                    continue;
                }

                if (_newest == NoSet || (int)(sequence - _sequence) > 0)
                {
                    _newest = set;
                    _sequence = sequence;
                }
            }

            if (_newest == NoSet)
            {
                return isEmpty ? StorageStatus.Empty : isOther ? StorageStatus.Refused : StorageStatus.Damaged;
            }

            return !Take(estimation) ? StorageStatus.Damaged : isWhole ? StorageStatus.Ok : StorageStatus.OneSlotDamaged;
        }

        /// <summary>Begins a set with what the estimation knows now. One that was begun before and not finished is given up.</summary>
        /// <param name="estimation">Source of the values.</param>
        /// <returns>False where nothing is known yet.</returns>
        public bool Begin(StateEstimation estimation)
        {
            _set = NoSet;
            if (!estimation.Mean.IsKnown || _cells < 2)
            {
                return false;
            }

            CellDeltas deltas = estimation.Deltas;
            _set = _newest == 0 ? 1 : 0;
            _slot = 0;
            _sequence++;
            _socCentiPct = Held((int)(estimation.Mean.Soc * 10000f), 0, 10000);
            _socSigma = SigmaOf(deltas.Variance);
            _capacitySigma = SigmaOf(deltas.Capacities.Variance);
            _resistanceSigma = SigmaOf(deltas.ResistanceVariance);
            return true;
        }

        /// <summary>Writes the next slot of the set that was begun, and reads it back.</summary>
        /// <param name="estimation">Source of the values.</param>
        /// <returns>False where the medium refused, and the set is given up: the one before it stands.</returns>
        public bool Step(StateEstimation estimation)
        {
            byte[] buffer = _buffer;
            int slot = _slot;
            buffer[0] = (byte)'B';
            buffer[1] = (byte)'C';
            buffer[2] = Version;
            buffer[3] = (byte)slot;
            LittleEndian.PutUInt(buffer, 4, _sequence);
            buffer[8] = (byte)_cells;
            buffer[9] = (byte)_chemistry;
            LittleEndian.PutUInt(buffer, 10, (uint)_ratedMah);
            LittleEndian.PutUShort(buffer, 14, _socCentiPct);
            LittleEndian.PutUShort(buffer, 16, _socSigma);
            LittleEndian.PutUShort(buffer, 18, _capacitySigma);
            LittleEndian.PutUShort(buffer, 20, _resistanceSigma);
            PutCells(estimation.Deltas, slot * CellsPerSlot);
            uint checksum = Crc32.Of(buffer, 0, ChecksumAt);
            LittleEndian.PutUInt(buffer, ChecksumAt, checksum);
            bool wasWritten = _store.Write(_set * MostSlots + slot, buffer, BlockLength);

            // What counts is what the slot says now.
            if (ReadSlot(_set, slot) <= 0 || LittleEndian.GetUInt(buffer, ChecksumAt) != checksum || !wasWritten)
            {
                GiveUp();
                return false;
            }

            _slot = slot + 1;
            if (_slot == SlotsUsed())
            {
                _newest = _set;
                _set = NoSet;
            }

            return true;
        }

        /// <summary>Gives up a set that was begun; what was stored before still stands.</summary>
        public void GiveUp()
        {
            _set = NoSet;
        }

        private int SlotsUsed()
        {
            return (_cells + CellsPerSlot - 1) / CellsPerSlot;
        }

        private void PutCells(CellDeltas deltas, int first)
        {
            Array.Clear(_buffer, CellsAt, CellsPerSlot * BytesPerCell);
            int at = CellsAt;
            for (int cell = first; cell < first + CellsPerSlot && cell < _cells; cell++)
            {
                LittleEndian.PutUShort(_buffer, at, Held((int)(deltas.Soc[cell] * 10000f), -MostDelta, MostDelta) & 0xFFFF);
                LittleEndian.PutUShort(_buffer, at + 2, deltas.Capacities.Deviation[cell] & 0xFFFF);
                LittleEndian.PutUShort(_buffer, at + 4, Held((int)(deltas.Resistance[cell] * 1000f), LeastResistance, MostResistance) & 0xFFFF);
                at += BytesPerCell;
            }
        }

        // Every slot good, of this set, and plausible.
        private bool IsComplete(int set, uint sequence)
        {
            for (int slot = 0; slot < SlotsUsed(); slot++)
            {
                if (ReadSlot(set, slot) <= 0 || LittleEndian.GetUInt(_buffer, 4) != sequence || !IsOfThisPack() || !IsPlausible())
                {
                    return false;
                }
            }

            return true;
        }

        private bool IsPlausible()
        {
            byte[] buffer = _buffer;
            for (int at = CellsAt; at < ChecksumAt; at += BytesPerCell)
            {
                int delta = Signed(at);
                int capacity = Signed(at + 2);
                int resistance = Signed(at + 4);
                if (delta < -MostDelta || delta > MostDelta
                    || capacity < -CellCapacities.MostDeviation || capacity > CellCapacities.MostDeviation
                    || resistance < LeastResistance || resistance > MostResistance)
                {
                    return false;
                }
            }

            return LittleEndian.GetUShort(buffer, 14) <= 10000 && LittleEndian.GetUShort(buffer, 16) != 0 && LittleEndian.GetUShort(buffer, 18) != 0 && LittleEndian.GetUShort(buffer, 20) != 0;
        }

        private bool IsOfThisPack()
        {
            return _buffer[8] == _cells && _buffer[9] == _chemistry && LittleEndian.GetUInt(_buffer, 10) == (uint)_ratedMah;
        }

        // The second reading is checked like the first: the medium may have changed its mind.
        private bool Take(StateEstimation estimation)
        {
            CellDeltas deltas = estimation.Deltas;
            for (int slot = 0; slot < SlotsUsed(); slot++)
            {
                if (ReadSlot(_newest, slot) <= 0)
                {
                    Array.Clear(deltas.Soc, 0, _cells);
                    Array.Clear(deltas.Resistance, 0, _cells);
                    Array.Clear(deltas.Capacities.Deviation, 0, _cells);
                    return false;
                }

                int at = CellsAt;
                for (int cell = slot * CellsPerSlot; cell < (slot + 1) * CellsPerSlot && cell < _cells; cell++)
                {
                    deltas.Soc[cell] = Signed(at) * 0.0001f;
                    deltas.Capacities.Deviation[cell] = (short)Signed(at + 2);
                    deltas.Resistance[cell] = Signed(at + 4) * 0.001f;
                    at += BytesPerCell;
                }
            }

            estimation.RecallCells(LittleEndian.GetUShort(_buffer, 14), VarianceAt(16), VarianceAt(18), VarianceAt(20));
            return true;
        }

        private float VarianceAt(int at)
        {
            float sigma = LittleEndian.GetUShort(_buffer, at) * 0.0001f;
            return sigma * sigma;
        }

        private int Signed(int at)
        {
            return (short)LittleEndian.GetUShort(_buffer, at);
        }

        // 1 where it is good, 0 where it is empty, -1 where it is damaged or of another layout.
        private int ReadSlot(int set, int slot)
        {
            byte[] buffer = _buffer;
            int read = _store.Read(set * MostSlots + slot, buffer);
            if (read <= 0)
            {
                return 0;
            }

            return read >= BlockLength
                && buffer[0] == 'B'
                && buffer[1] == 'C'
                && buffer[2] == Version
                && buffer[3] == slot
                && LittleEndian.GetUInt(buffer, ChecksumAt) == Crc32.Of(buffer, 0, ChecksumAt) ? 1 : -1;
        }

        private static int Held(int value, int least, int most)
        {
            return value < least ? least : value > most ? most : value;
        }

        // In 0.01 %, at least that; Newton's root, as there is no other on the device.
        private static int SigmaOf(float variance)
        {
            float root = 0.05f;
            for (int i = 0; i < 10; i++)
            {
                root = 0.5f * (root + variance / root);
            }

            return root >= 1f ? 10000 : (int)(root * 10000f) + 1;
        }
    }
}
