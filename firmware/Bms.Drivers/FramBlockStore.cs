using System;
using System.Device.Spi;
using Bms.Core.Storage;

namespace Bms.Drivers
{
    /// <summary>Slots in a FRAM on SPI, which takes every byte as it comes: no waiting, no erasing, no wear.</summary>
    /// <remarks>
    /// Any 64 kbit chip with the usual commands: Infineon FM25CL64B, Fujitsu (RAMXEED) MB85RS64V and their successors: 8 Ki addresses of 16 bits, modes 0 and 3, at least 10^12 writes of a byte [S: their data sheets].
    /// A cut leaves the bytes before it new and those behind it old, which is within what <see cref="BlockStore"/> allows. A slot is written and read as a whole: some 100 us at 10 MHz,
    /// and three small objects of garbage, because transfers of bytes make them. For the thread that owns the SPI bus.
    /// </remarks>
    public sealed class FramBlockStore : BlockStore
    {
        /// <summary>Bytes of the chip.</summary>
        public const int Size = 8192;

        private const byte WriteEnable = 6;
        private const byte WriteBytes = 2;
        private const byte ReadBytes = 3;
        private const int Header = 3;

        private readonly SpiDevice _spi;
        private readonly int _firstAddress;
        private readonly int _blockCount;
        private readonly int _blockLength;
        private readonly byte[] _enable = new byte[] { WriteEnable };
        private readonly byte[] _out;
        private readonly byte[] _in;

        /// <param name="spi">The chip, with words of 8 bits.</param>
        /// <param name="firstAddress">Where the first slot begins, in bytes.</param>
        /// <param name="blockCount">Number of slots.</param>
        /// <param name="blockLength">Most bytes that a slot holds.</param>
        /// <exception cref="ArgumentException">The slots do not fit the chip.</exception>
        public FramBlockStore(SpiDevice spi, int firstAddress, int blockCount, int blockLength)
        {
            if (firstAddress < 0 || blockCount < 1 || blockLength < 1 || firstAddress + blockCount * blockLength > Size)
            {
                throw new ArgumentException();
            }

            _spi = spi;
            _firstAddress = firstAddress;
            _blockCount = blockCount;
            _blockLength = blockLength;
            _out = new byte[Header + blockLength];
            _in = new byte[Header + blockLength];
        }

        /// <inheritdoc/>
        public override int BlockCount
        {
            get { return _blockCount; }
        }

        /// <inheritdoc/>
        public override int BlockLength
        {
            get { return _blockLength; }
        }

        /// <inheritdoc/>
        public override bool IsFast
        {
            get { return true; }
        }

        /// <inheritdoc/>
        /// <remarks>A slot of one byte repeated is empty: a new chip, an erased slot, or a line that nobody drives.</remarks>
        public override int Read(int block, byte[] target)
        {
            SetHeader(ReadBytes, block);
            _spi.TransferFullDuplex(_out, _in);
            byte first = _in[Header];
            int same = 1;
            while (same < _blockLength && _in[Header + same] == first)
            {
                same++;
            }

            if (same == _blockLength)
            {
                return 0;
            }

            Array.Copy(_in, Header, target, 0, _blockLength);
            return _blockLength;
        }

        /// <inheritdoc/>
        /// <remarks>The chip does not say whether it took the bytes: read them.</remarks>
        public override bool Write(int block, byte[] source, int length)
        {
            SetHeader(WriteBytes, block);
            Array.Copy(source, 0, _out, Header, length);
            Array.Clear(_out, Header + length, _blockLength - length);
            _spi.Write(_enable);
            _spi.Write(_out);
            return true;
        }

        /// <inheritdoc/>
        public override bool Erase(int block)
        {
            return Write(block, _enable, 0);
        }

        private void SetHeader(byte command, int block)
        {
            int address = _firstAddress + block * _blockLength;
            _out[0] = command;
            _out[1] = (byte)(address >> 8);
            _out[2] = (byte)address;
        }
    }
}
