using System.Device.Gpio;
using System.Device.Spi;
using Bms.Core.Measurement;

namespace Bms.Drivers.Can
{
    /// <summary>CAN controller MCP2518FD on SPI, for classic frames: 96 received frames and 32 to be sent find room in the chip.</summary>
    /// <remarks>
    /// Registers and message memory after DS20006027 (family reference manual) and DS20005688 (MCP2518FD). The 2 KB of message memory hold 128 objects of 16 bytes:
    /// the transmit queue, sent lowest identifier first, and three receive FIFOs of 32. Every acceptance filter stands three times, once for each FIFO:
    /// a frame goes to the first FIFO that has room, and the driver keeps their order. A poll is one transfer, and one more brings up to eight frames; each frame then takes one
    /// short transfer to be released. A drain ends without asking again unless the first FIFO was full, so a cycle costs one poll.
    /// Every command is a 16-bit word followed by register bytes in rising order, two to a word, the first in the high half.
    /// </remarks>
    public sealed class Mcp2518fd : SpiCanPort
    {
        /// <summary>Frames that the receive FIFOs hold.</summary>
        public const int ReceiveDepth = 96;

        /// <summary>Frames that the transmit queue holds.</summary>
        public const int TransmitDepth = 32;

        // Instructions, DS20006027 chapter on SPI: four bits, then a 12-bit address.
        private const int Write = 0x2000;
        private const int Read = 0x3000;

        // Register addresses, DS20005688 section 3 (register map).
        private const int Control = 0x000;
        private const int NominalBitTime = 0x004;
        private const int Interrupts = 0x01C;
        private const int ErrorCounters = 0x034;
        private const int Diagnosis1 = 0x03C;
        private const int QueueControl = 0x050;
        private const int QueueStatus = 0x054;
        private const int FifoControl1 = 0x05C;
        private const int FifoStatus1 = 0x060;
        private const int FifoStride = 0x00C;
        private const int FilterControl = 0x1D0;
        private const int FilterObject = 0x1F0;
        private const int Memory = 0x400;
        private const int FirstFifo = Read | (Memory + (FifoDepth << 4));
        private const int Oscillator = 0xE00;
        private const int EccControl = 0xE0C;

        private const int ModeListenOnly = 3;
        private const int ModeConfiguration = 4;
        private const int ModeClassic = 6;

        private const int Fifos = 3;
        private const int FifoDepth = 32;
        private const int ObjectWords = 8;
        private const int LargestChunk = 8;

        // Not-empty and overflow interrupt of a receive FIFO: the low byte of its control register.
        private const int FifoEnables = 0x09;

        private const int StatusEmptyNot = 0x0100;
        private const int StatusOverflow = 0x0800;
        private const int StatusNeverSet = 0x00E0;

        // Polls while the oscillator settles (3 ms) or the bus has to fall quiet (a frame and 11 bits at 125 kbit/s: 1.4 ms), with room to spare.
        private const int WaitPolls = 1000;

        // A poll that found as many frames as the first FIFO holds is followed by another one in the same drain: else what has come meanwhile has room until the next cycle.
        private const int BurstFrames = FifoDepth;

        // Three orders in which the FIFOs are emptied.
        private static readonly int[] Orders = new int[] { 0, 1, 2, 1, 2, 0, 2, 1, 0 };

        private readonly ushort[] _word = new ushort[1];
        private readonly ushort[] _write2 = new ushort[2];
        private readonly ushort[] _write3 = new ushort[3];
        private readonly ushort[] _ask3 = new ushort[3];
        private readonly ushort[] _answer3 = new ushort[3];
        private readonly ushort[] _askErrors = new ushort[7];
        private readonly ushort[] _errors = new ushort[7];
        private readonly ushort[] _askStatus = new ushort[16];
        private readonly ushort[] _status = new ushort[16];
        private readonly ushort[] _askQueue = new ushort[4];
        private readonly ushort[] _queue = new ushort[4];
        private readonly ushort[] _object = new ushort[1 + ObjectWords];
        private readonly ushort[] _sendRequest = new ushort[2];
        private readonly ushort[][] _releases = new ushort[Fifos][];

        // By the number of frames; none for seven, which come as six and one.
        private readonly ushort[][] _askChunk = new ushort[LargestChunk + 1][];
        private readonly ushort[][] _chunks = new ushort[LargestChunk + 1][];
        private readonly CanBatch _one = new CanBatch();

        // The FIFO that is being emptied: frames that wait in it, place of the oldest, command that reads place 0, command that releases a frame.
        private int _waiting;
        private int _tail;
        private int _fifoAddress;
        private ushort[] _release;
        private bool _moreMayWait;

        // Those that come after it, where a poll found frames in several: the order, and frames in each and in all.
        private readonly int[] _counts = new int[Fifos];
        private readonly int[] _tails = new int[Fifos];
        private int _order;
        private int _others;
        private bool _isBurst;
        private bool _looksAtMode;

        /// <param name="spi">The chip: mode 0, 16 bits a word, at most 17 MHz with a 40 MHz oscillator and 8.5 MHz with 20 MHz (DS20005688, 0.85 of half the clock).</param>
        /// <param name="interruptPin">Pin at INT, opened as input; null where not wired.</param>
        /// <param name="oscillatorHz">20 or 40 MHz.</param>
        /// <param name="bitRate">Bits per second.</param>
        public Mcp2518fd(SpiDevice spi, GpioPin interruptPin, int oscillatorHz, int bitRate)
            : base(spi, interruptPin, CanBitTiming.ForMcp2518fd(oscillatorHz, bitRate))
        {
            _askErrors[0] = Read | ErrorCounters;
            _askStatus[0] = Read | FifoStatus1;
            _askQueue[0] = Read | QueueStatus;
            _sendRequest[0] = Write | QueueControl;

            // Low byte: transmit direction; second byte: increment and request.
            _sendRequest[1] = 0x8003;
            for (int fifo = 0; fifo < Fifos; fifo++)
            {
                _releases[fifo] = new ushort[2];
                _releases[fifo][0] = (ushort)(Write | (FifoControl1 + fifo * FifoStride));
                _releases[fifo][1] = (FifoEnables << 8) | 0x01;
            }

            for (int frames = 1; frames <= LargestChunk; frames++)
            {
                if (frames != LargestChunk - 1)
                {
                    _askChunk[frames] = new ushort[1 + frames * ObjectWords];
                    _chunks[frames] = new ushort[1 + frames * ObjectWords];
                }
            }

            _release = _releases[0];
        }

        /// <summary>Hands over what one transfer brought, where it lies; remote frames among it.</summary>
        /// <returns>False where nothing waits.</returns>
        public override bool TryReceive(CanBatch batch)
        {
            if (!IsRunning)
            {
                return false;
            }

            int waiting = _waiting;
            if (waiting == 0)
            {
                waiting = Look();
                if (waiting == 0)
                {
                    return false;
                }
            }

            // No further than the end of the FIFO's memory.
            int tail = _tail;
            int most = FifoDepth - tail;
            int frames = waiting < most ? waiting : most;
            if (frames > LargestChunk - 2)
            {
                frames = frames >= LargestChunk ? LargestChunk : LargestChunk - 2;
            }

            ushort[] ask = _askChunk[frames];
            ushort[] chunk = _chunks[frames];
            ask[0] = (ushort)(_fifoAddress + (tail << 4));
            SpiDevice spi = Spi;
            spi.TransferFullDuplex(ask, chunk);
            Release(spi, _release, frames);
            _tail = (tail + frames) & (FifoDepth - 1);
            waiting -= frames;
            _waiting = waiting;
            batch.Words = chunk;
            batch.At = 1;
            batch.Left = frames;
            batch.MoreMayWait = waiting != 0 || _moreMayWait;
            return true;
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            while (_one.Left != 0 || TryReceive(_one))
            {
                if (_one.Take(frame))
                {
                    return true;
                }
            }

            return false;
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            if (!IsRunning || ListenOnly)
            {
                return false;
            }

            Spi.TransferFullDuplex(_askQueue, _queue);
            int status = _queue[1];
            int address = _queue[3];
            address = (address >> 8) | ((address & 0xFF) << 8);
            if ((address & 0xFE0F) != 0 || (status & StatusNeverSet) != 0)
            {
                GarbledAnswers++;
                return false;
            }

            if ((status & StatusEmptyNot) == 0)
            {
                return false;
            }

            ushort[] words = _object;
            words[0] = (ushort)(Write | (Memory + address));
            uint id = frame.Id;
            int flags = frame.Length > 8 ? 8 : frame.Length < 0 ? 0 : frame.Length;
            if (frame.IsExtended)
            {
                uint raw = ((id >> 18) & 0x7FF) | ((id & 0x3FFFF) << 11);
                words[1] = (ushort)(((raw & 0xFF) << 8) | ((raw >> 8) & 0xFF));
                words[2] = (ushort)(((raw >> 8) & 0xFF00) | (raw >> 24));
                flags |= 0x10;
            }
            else
            {
                words[1] = (ushort)(((id & 0xFF) << 8) | ((id >> 8) & 7));
                words[2] = 0;
            }

            words[3] = (ushort)(flags << 8);
            byte[] data = frame.Data;
            words[5] = (ushort)((data[0] << 8) | data[1]);
            words[6] = (ushort)((data[2] << 8) | data[3]);
            words[7] = (ushort)((data[4] << 8) | data[5]);
            words[8] = (ushort)((data[6] << 8) | data[7]);
            Spi.Write(words);
            Spi.Write(_sendRequest);
            return true;
        }

        /// <inheritdoc/>
        protected override CanPortState Configure()
        {
            Forget();
            _word[0] = 0;
            Spi.Write(_word);

            CanPortState found = FindChip();
            if (found != CanPortState.Running)
            {
                return found;
            }

            // Error correction first, then every word of the memory once, so that each has its check bits (DS20006027, ECC).
            Write32(EccControl, 1, 0);
            ClearMemory();

            Write32(NominalBitTime, ((Timing.Segment2 - 1) << 8) | (Timing.JumpWidth - 1), ((Timing.Prescaler - 1) << 8) | (Timing.Segment1 - 1));
            Write32(QueueControl, 0x0080, 0x1F00 | (OneShot ? 0 : 0x60));
            for (int fifo = 0; fifo < Fifos; fifo++)
            {
                Write32(FifoControl1 + fifo * FifoStride, FifoEnables, 0x1F00);
            }

            WriteFilters();

            // Receive, overflow and bus error interrupts.
            Write32(Interrupts, 0, 0x2802);

            int mode = ListenOnly ? ModeListenOnly : ModeClassic;
            int settings = 0x0010 | (OneShot ? 1 : 0);
            Write32(Control, 0x1760, (ModeConfiguration << 8) | settings);
            if (!ReadsBack(NominalBitTime, ((Timing.Segment2 - 1) << 8) | (Timing.JumpWidth - 1), ((Timing.Prescaler - 1) << 8) | (Timing.Segment1 - 1))
                || !ReadsBack(FifoControl1 + 2 * FifoStride, FifoEnables, 0x1F00))
            {
                return CanPortState.Absent;
            }

            Write32(Control, 0x1760, (mode << 8) | settings);
            for (int i = 0; i < WaitPolls; i++)
            {
                if (ReadMode() == mode)
                {
                    return CanPortState.Running;
                }
            }

            return CanPortState.NoBus;
        }

        /// <inheritdoc/>
        protected override CanPortState Supervise()
        {
            // One transfer in each cycle: the mode and the errors in turn.
            _looksAtMode = !_looksAtMode;
            if (_looksAtMode)
            {
                int mode = ReadMode();
                return mode == (ListenOnly ? ModeListenOnly : ModeClassic) ? CanPortState.Running : CanPortState.Lost;
            }

            Spi.TransferFullDuplex(_askErrors, _errors);

            // Bus-off bit and reserved bits of the third byte; the fourth is always zero.
            int state = _errors[2];
            if ((state & 0xC0FF) != 0)
            {
                GarbledAnswers++;
                return CanPortState.Running;
            }

            int counters = _errors[1];
            ReceiveErrors = counters >> 8;
            TransmitErrors = counters & 0xFF;

            // The chip comes back by itself after 128 times 11 quiet bits, perhaps unseen: the diagnosis bit stays until it is cleared.
            bool wasOff = (_errors[6] & 0x8000) != 0;
            return (state & 0x2000) != 0 || wasOff ? CanPortState.BusOff : CanPortState.Running;
        }

        /// <inheritdoc/>
        protected override void Silence()
        {
            Forget();
            Write32(Control, 0x1760, (ModeConfiguration << 8) | 0x0010);
            Write32(Diagnosis1, 0, 0);
        }

        private void Forget()
        {
            _one.Left = 0;
            _waiting = 0;
            _others = 0;
        }

        // Ready bit of the oscillator, then a pattern through the memory: nothing else tells a chip from a floating line.
        private CanPortState FindChip()
        {
            for (int i = 0; i < WaitPolls; i++)
            {
                Read32(Oscillator);
                int low = _answer3[1];
                if ((low == 0xFFFF && _answer3[2] == 0xFFFF) || (low & 0x04) == 0)
                {
                    continue;
                }

                Write32(Memory, 0xA55A, 0x3CC3);
                return ReadsBack(Memory, 0xA55A, 0x3CC3) ? CanPortState.Running : CanPortState.Absent;
            }

            // The same read with the halves of each word exchanged: the oscillator register of a chip after reset has 60 04 in its first two bytes.
            _ask3[0] = ((Read | Oscillator) >> 8) | (((Read | Oscillator) & 0xFF) << 8);
            Spi.TransferFullDuplex(_ask3, _answer3);
            return _answer3[1] == 0x0460 && _answer3[2] == 0 ? CanPortState.WrongByteOrder : CanPortState.Absent;
        }

        private void ClearMemory()
        {
            ushort[] block = _askChunk[LargestChunk];
            int blocks = (Fifos + 1) * FifoDepth / LargestChunk;
            for (int i = 0; i < blocks; i++)
            {
                block[0] = (ushort)(Write | (Memory + i * LargestChunk * ObjectWords * 2));
                Spi.Write(block);
            }
        }

        // Every filter once for each FIFO, the first FIFO's filters first: the chip takes the first match whose FIFO has room (DS20006027, acceptance filtering).
        private void WriteFilters()
        {
            int filters = FilterCount == 0 ? 1 : FilterCount;
            int number = 0;
            int low = 0;
            int high = 0;
            for (int fifo = 0; fifo < Fifos; fifo++)
            {
                for (int i = 0; i < filters; i++)
                {
                    if (FilterCount == 0)
                    {
                        WriteFilter(number, 0, 0, false, false);
                    }
                    else
                    {
                        WriteFilter(number, FilterIds[i], FilterMasks[i], FilterIsExtended[i], true);
                    }

                    int enable = 0x80 | (fifo + 1);
                    int place = number & 3;
                    if (place == 0)
                    {
                        low = enable;
                        high = 0;
                    }
                    else if (place == 1)
                    {
                        low |= enable << 8;
                    }
                    else
                    {
                        high |= enable << ((place - 2) * 8);
                    }

                    number++;
                    if (place == 3)
                    {
                        Write32(FilterControl + number - 4, low, high);
                    }
                }
            }

            if ((number & 3) != 0)
            {
                Write32(FilterControl + (number & ~3), low, high);
            }
        }

        private void WriteFilter(int number, uint id, uint mask, bool isExtended, bool matchesKind)
        {
            uint value = isExtended ? ((id >> 18) & 0x7FF) | ((id & 0x3FFFF) << 11) | 0x40000000 : id & 0x7FF;
            uint bits = isExtended ? ((mask >> 18) & 0x7FF) | ((mask & 0x3FFFF) << 11) : mask & 0x7FF;
            if (matchesKind)
            {
                bits |= 0x40000000;
            }

            int address = FilterObject + number * 8;
            Write32(address, (int)(value & 0xFFFF), (int)(value >> 16));
            Write32(address + 4, (int)(bits & 0xFFFF), (int)(bits >> 16));
        }

        // Frames in the next FIFO to be emptied, 0 where nothing waits.
        private int Look()
        {
            if (_others != 0)
            {
                return NextFifo();
            }

            if (HasInterruptPin && !WantsPoll())
            {
                return 0;
            }

            // Status and user address of all three FIFOs in one transfer: words 1, 7, 13 and, two further, 3, 9, 15.
            ushort[] words = _status;
            Spi.TransferFullDuplex(_askStatus, words);
            int status = words[1];

            // Most polls find the later FIFOs empty and nothing odd about any.
            if (((words[7] | words[13]) & (StatusEmptyNot | StatusOverflow | StatusNeverSet)) != 0 || ((status & (StatusOverflow | StatusNeverSet)) | words[2]) != 0)
            {
                return LookAtAll(words);
            }

            if ((status & StatusEmptyNot) == 0)
            {
                return 0;
            }

            if (HasInterruptPin)
            {
                WantAnotherPoll();
            }

            // Low byte first: bits 4..8 of the address are the place in the FIFO, as each begins at a multiple of 512 bytes.
            int address = words[3];
            int tail = (address >> 12) + ((address & 1) << 4);
            int count = (status - tail) & (FifoDepth - 1);
            count = count == 0 ? FifoDepth : count;
            _tail = tail;
            _fifoAddress = FirstFifo;
            _release = _releases[0];
            _moreMayWait = count >= BurstFrames;
            return count;
        }

        // Frames in more than the first FIFO, overflows, and answers that cannot be.
        private int LookAtAll(ushort[] words)
        {
            int total = 0;
            for (int fifo = 0; fifo < Fifos; fifo++)
            {
                int at = 1 + fifo * 6;
                int status = words[at];
                _counts[fifo] = 0;
                if ((status & StatusNeverSet) != 0 || words[at + 1] != 0)
                {
                    GarbledAnswers++;
                    break;
                }

                if ((status & StatusOverflow) != 0)
                {
                    NoteOverflow();
                    _write2[0] = (ushort)(Write | (FifoStatus1 + fifo * FifoStride));
                    _write2[1] = 0;
                    Spi.Write(_write2);
                }

                if ((status & StatusEmptyNot) != 0)
                {
                    int address = words[at + 2];
                    int tail = ((address >> 12) & 0x0F) | ((address & 1) << 4);
                    int count = ((status & 0x1F) - tail) & (FifoDepth - 1);
                    count = count == 0 ? FifoDepth : count;
                    _tails[fifo] = tail;
                    _counts[fifo] = count;
                    total += count;
                }
            }

            _others = total;
            if (total == 0)
            {
                return 0;
            }

            if (HasInterruptPin)
            {
                WantAnotherPoll();
            }

            // A later FIFO fills only while the one before is full. So where that has room again, it was emptied since, and the later one holds the older frames.
            _order = 0;
            if (_counts[0] < FifoDepth && total != _counts[0])
            {
                _order = _counts[1] < FifoDepth && _counts[2] != 0 ? 2 * Fifos : Fifos;
            }

            _isBurst = total >= BurstFrames;
            return NextFifo();
        }

        // Of those that a poll found frames in.
        private int NextFifo()
        {
            int[] counts = _counts;
            int place = _order;
            while (counts[Orders[place]] == 0)
            {
                place++;
            }

            int fifo = Orders[place];
            int count = counts[fifo];
            counts[fifo] = 0;
            _others -= count;
            _tail = _tails[fifo];
            _fifoAddress = FirstFifo + fifo * (FifoDepth << 4);
            _release = _releases[fifo];
            _moreMayWait = _isBurst || _others != 0;
            return count;
        }

        // A write of its own for each frame; no loop, which would cost half as much again.
        private static void Release(SpiDevice spi, ushort[] release, int frames)
        {
            if (frames >= 4)
            {
                spi.Write(release);
                spi.Write(release);
                spi.Write(release);
                spi.Write(release);
                frames -= 4;
                if (frames == 4)
                {
                    spi.Write(release);
                    spi.Write(release);
                    spi.Write(release);
                    spi.Write(release);
                    return;
                }
            }

            if (frames >= 2)
            {
                spi.Write(release);
                spi.Write(release);
                frames -= 2;
            }

            if (frames != 0)
            {
                spi.Write(release);
            }
        }

        private int ReadMode()
        {
            Read32(Control);

            // Third byte, bits 5..7.
            return _answer3[2] >> 13;
        }

        private void Read32(int address)
        {
            _ask3[0] = (ushort)(Read | address);
            Spi.TransferFullDuplex(_ask3, _answer3);
        }

        private bool ReadsBack(int address, int low, int high)
        {
            Read32(address);
            return _answer3[1] == Swap(low) && _answer3[2] == Swap(high);
        }

        private void Write32(int address, int low, int high)
        {
            _write3[0] = (ushort)(Write | address);
            _write3[1] = Swap(low);
            _write3[2] = Swap(high);
            Spi.Write(_write3);
        }

        // The chip's bytes come least significant first, a word's most significant first.
        private static ushort Swap(int value)
        {
            return (ushort)(((value & 0xFF) << 8) | ((value >> 8) & 0xFF));
        }
    }
}
