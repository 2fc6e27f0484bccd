using System;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Storage
{
    /// <summary>Slots in memory whose supply can be cut while one is written.</summary>
    public sealed class TestStore : BlockStore
    {
        /// <summary>After a cut the old bytes stand behind the new ones.</summary>
        public const int OldTail = 0;

        /// <summary>After a cut the slot ends with the new bytes.</summary>
        public const int NoTail = 1;

        /// <summary>After a cut erased flash stands behind the new bytes.</summary>
        public const int ErasedTail = 2;

        /// <summary>Number of tails.</summary>
        public const int TailCount = 3;

        /// <summary>Bytes that the next write still gets through, or -1 where it is not cut.</summary>
        public int CutAfter = -1;

        /// <summary>What stands behind the cut.</summary>
        public int Tail;

        /// <summary>True where the medium refuses to write.</summary>
        public bool IsReadOnly;

        /// <summary>True where a write takes no time.</summary>
        public bool TakesNoTime;

        private readonly byte[][] _data;
        private readonly int[] _length;
        private readonly int _blockLength;

        /// <summary>Makes empty slots.</summary>
        public TestStore(int blockCount, int blockLength)
        {
            _data = new byte[blockCount][];
            _length = new int[blockCount];
            _blockLength = blockLength;
            for (int block = 0; block < blockCount; block++)
            {
                _data[block] = new byte[blockLength];
            }
        }

        /// <inheritdoc/>
        public override int BlockCount
        {
            get { return _data.Length; }
        }

        /// <inheritdoc/>
        public override int BlockLength
        {
            get { return _blockLength; }
        }

        /// <inheritdoc/>
        public override bool IsFast
        {
            get { return TakesNoTime; }
        }

        /// <summary>Makes this store hold what another one holds.</summary>
        public void CopyFrom(TestStore other)
        {
            for (int block = 0; block < _data.Length; block++)
            {
                Array.Copy(other._data[block], 0, _data[block], 0, _blockLength);
                _length[block] = other._length[block];
            }
        }

        /// <summary>Turns one bit over.</summary>
        public void Damage(int block, int at)
        {
            _data[block][at] ^= 0x10;
        }

        /// <inheritdoc/>
        public override int Read(int block, byte[] target)
        {
            Array.Copy(_data[block], 0, target, 0, _length[block]);
            return _length[block];
        }

        /// <inheritdoc/>
        public override bool Write(int block, byte[] source, int length)
        {
            if (IsReadOnly)
            {
                return false;
            }

            if (CutAfter < 0)
            {
                Array.Copy(source, 0, _data[block], 0, length);
                _length[block] = length;
                return true;
            }

            Array.Copy(source, 0, _data[block], 0, CutAfter);
            if (Tail == NoTail)
            {
                _length[block] = CutAfter;
            }
            else if (Tail == ErasedTail)
            {
                for (int i = CutAfter; i < _blockLength; i++)
                {
                    _data[block][i] = 0xFF;
                }

                _length[block] = _blockLength;
            }
            else if (_length[block] < CutAfter)
            {
                _length[block] = CutAfter;
            }

            return false;
        }

        /// <inheritdoc/>
        public override bool Erase(int block)
        {
            _length[block] = 0;
            return true;
        }
    }
}
