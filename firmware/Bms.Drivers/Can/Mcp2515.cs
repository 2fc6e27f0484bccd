using System.Device.Gpio;
using System.Device.Spi;
using Bms.Core.Measurement;

namespace Bms.Drivers.Can
{
    /// <summary>CAN controller MCP2515, or MCP25625 with its transceiver inside, on SPI. It holds two received frames: for polled or paced modules only.</summary>
    /// <remarks>
    /// Registers and instructions after DS20001801. A third frame that ends before the first was taken is lost; the chip flags it and
    /// <see cref="CanPort.ReceiveOverflowCount"/> counts it. So the chip is looked at whenever there is an occasion: with every frame that the cycle takes or sends, between the parts of a
    /// cycle, and all the time between two cycles. Every instruction fills whole 16-bit words: a frame is read by one transfer of seven, a frame to be sent
    /// goes with its priority in one of eight. Frames to be sent are kept in order of their identifiers, equal ones in order of their coming,
    /// and fill the chip's three transmit buffers so that the chip's own priorities keep that order.
    /// </remarks>
    public sealed class Mcp2515 : SpiCanPort
    {
        /// <summary>Frames that the chip's receive buffers hold.</summary>
        public const int ReceiveDepth = 2;

        /// <summary>Frames that wait in the driver for one of the three transmit buffers.</summary>
        public const int QueueLength = 16;

        // Frames between two looks of the cycle: more than 15 ms hold at 500 kbit/s. A power of two.
        private const int RingLength = 64;
        private const int RingMask = RingLength - 1;
        private const int WordsFromChip = 7;

        // Instructions, DS20001801 section 12 (SPI interface).
        private const int Reset = 0xC000;
        private const int Read = 0x0300;
        private const int Write = 0x0200;
        private const int BitModify = 0x0500;
        private const int ReadStatus = 0xA000;
        private const int ReadBuffer0 = 0x9000;
        private const int ReadBuffer1 = 0x9400;
        private const int RequestToSend = 0x8000;

        // Registers, DS20001801 section 11.
        private const int Status = 0x0E;
        private const int Control = 0x0F;
        private const int ErrorCounters = 0x1C;
        private const int Mask0 = 0x20;
        private const int Timing3 = 0x28;
        private const int Timing1 = 0x2A;
        private const int InterruptFlags = 0x2C;
        private const int ErrorFlags = 0x2D;
        private const int TransmitBuffer0 = 0x30;
        private const int ReceiveControl0 = 0x60;
        private const int ReceiveControl1 = 0x70;

        private const int ModeNormal = 0x00;
        private const int ModeListenOnly = 0x60;
        private const int ModeConfiguration = 0x80;
        private const int ModeBits = 0xE0;
        private const int OneShotBit = 0x08;

        private const int AllOnes = 0xFF;
        private const int TransmitBuffers = 3;
        private const int WaitPolls = 1000;
        private const int Free = -1;

        private static readonly int[] Levels = new int[] { 2, 1, 3, 0 };

        private readonly ushort[] _command1 = new ushort[1];
        private readonly ushort[] _answer1 = new ushort[1];
        private readonly ushort[] _command2 = new ushort[2];
        private readonly ushort[] _answer2 = new ushort[2];
        private readonly ushort[] _command3 = new ushort[3];
        private readonly ushort[] _askStatus = new ushort[1];
        private readonly ushort[] _askFlags = new ushort[2];
        private readonly ushort[] _askCounters = new ushort[2];
        private readonly ushort[] _askMode = new ushort[2];
        private readonly ushort[] _askFrame = new ushort[WordsFromChip];
        private readonly ushort[] _words = new ushort[CanBatch.WordsPerFrame];
        private readonly CanFrame _decoded = new CanFrame();
        private readonly ushort[] _load = new ushort[8];

        // The queue as references that are shifted, lowest identifier first; frames are made once.
        private readonly CanFrame[] _queue = new CanFrame[QueueLength];
        private readonly uint[] _queueKeys = new uint[QueueLength];
        private int _queued;

        private readonly uint[] _loadedKeys = new uint[TransmitBuffers];
        private readonly int[] _loadedPriority = new int[TransmitBuffers];

        // What was collected, as the chip sent it: a frame goes into its place without a copy and is looked at once, in the cycle.
        private readonly ushort[][] _ring = new ushort[RingLength][];
        private int _oldest;
        private int _collected;
        private int _turn;

        /// <param name="spi">The chip: mode 0, 16 bits a word, at most 10 MHz.</param>
        /// <param name="interruptPin">Pin at INT, opened as input; null where not wired.</param>
        /// <param name="oscillatorHz">Crystal: usually 8, 16 or 20 MHz.</param>
        /// <param name="bitRate">Bits per second.</param>
        public Mcp2515(SpiDevice spi, GpioPin interruptPin, int oscillatorHz, int bitRate)
            : base(spi, interruptPin, CanBitTiming.ForMcp2515(oscillatorHz, bitRate))
        {
            _askStatus[0] = ReadStatus;
            _askFlags[0] = Read | InterruptFlags;
            _askCounters[0] = Read | ErrorCounters;
            _askMode[0] = Read | Status;
            for (int i = 0; i < QueueLength; i++)
            {
                _queue[i] = new CanFrame();
            }

            for (int i = 0; i < RingLength; i++)
            {
                _ring[i] = new ushort[WordsFromChip];
            }
        }

        /// <summary>Frames that wait for a transmit buffer.</summary>
        public int QueuedFrames
        {
            get { return _queued; }
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            ushort[] words = NextWords();
            while (words != null)
            {
                if (Decode(words, frame))
                {
                    return true;
                }

                words = NextWords();
            }

            return false;
        }

        /// <inheritdoc/>
        public override bool NeedsCollect
        {
            get { return true; }
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanBatch batch)
        {
            ushort[] from = NextWords();
            while (from != null)
            {
                int low = from[1] >> 8;
                if ((low & 0x18) == 0)
                {
                    int id = ((from[0] & 0xFF) << 3) | (low >> 5);
                    ushort[] words = _words;
                    words[0] = (ushort)((id << 8) | (id >> 8));
                    int length = from[2] & 0x0F;
                    words[2] = (ushort)((length > 8 ? 8 : length) << 8);
                    words[4] = from[3];
                    words[5] = from[4];
                    words[6] = from[5];
                    words[7] = from[6];
                    batch.Words = words;
                    batch.At = 0;
                    batch.Left = 1;
                    return true;
                }

                // Extended, or a remote request.
                if (Decode(from, _decoded))
                {
                    batch.Put(_decoded);
                    return true;
                }

                from = NextWords();
            }

            return false;
        }

        /// <summary>
        /// Brings what the chip holds into memory: between the parts of a cycle, and as often as can be in the idle time between two cycles. Called at least once in the time of two frames, the chip loses
        /// nothing of a burst.
        /// </summary>
        public override void Collect()
        {
            if (!IsRunning)
            {
                return;
            }

            SpiDevice spi = Spi;
            ushort[] answer = _answer1;

            // Until both buffers are seen empty: only then is it known at the next look which of two frames is older.
            bool lowWasLast = false;
            while (_collected < RingLength - 1)
            {
                spi.TransferFullDuplex(_askStatus, answer);
                int status = answer[0] & 0xFF;
                if (status == AllOnes)
                {
                    GarbledAnswers++;
                    return;
                }

                if (_queued != 0)
                {
                    LoadBuffers(status);
                }

                status &= 3;
                if (status == 0)
                {
                    return;
                }

                // Buffer 1 fills while buffer 0 is full. So buffer 0 holds the older frame, except where it was emptied after a frame had gone on to buffer 1.
                WantAnotherPoll();
                if (lowWasLast && status != 1)
                {
                    Keep(ReadBuffer1);
                    if (status == 3)
                    {
                        Keep(ReadBuffer0);
                    }

                    lowWasLast = status == 3;
                    continue;
                }

                if (status != 2)
                {
                    Keep(ReadBuffer0);
                }

                if (status != 1)
                {
                    Keep(ReadBuffer1);
                }

                lowWasLast = status == 1;
            }
        }

        // The instruction clears the buffer's interrupt flag when the chip select rises.
        private void Keep(int buffer)
        {
            _askFrame[0] = (ushort)buffer;
            Spi.TransferFullDuplex(_askFrame, _ring[(_oldest + _collected) & RingMask]);
            _collected++;
        }

        // The oldest frame as the chip sent it; null where there is none. Good until the next call.
        private ushort[] NextWords()
        {
            // A queue takes its time: the chip is looked at with every frame of it but the last, and then again.
            int collected = _collected;
            if (collected != 1 && (collected != 0 || !HasInterruptPin || WantsPoll()))
            {
                Collect();
                if (_collected == 0)
                {
                    return null;
                }
            }
            else if (collected == 0)
            {
                return null;
            }

            ushort[] words = _ring[_oldest];
            _oldest = (_oldest + 1) & RingMask;
            _collected--;
            return words;
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            if (!IsRunning || ListenOnly || _queued == QueueLength)
            {
                return false;
            }

            // As in arbitration: a standard frame before an extended one with the same first 11 bits.
            uint key = frame.IsExtended ? ((frame.Id >> 18) << 19) | 0x40000 | (frame.Id & 0x3FFFF) : frame.Id << 19;
            CanFrame slot = _queue[_queued];
            int place = _queued;
            while (place > 0 && _queueKeys[place - 1] > key)
            {
                _queue[place] = _queue[place - 1];
                _queueKeys[place] = _queueKeys[place - 1];
                place--;
            }

            _queue[place] = slot;
            _queueKeys[place] = key;
            _queued++;
            slot.Id = frame.Id;
            slot.IsExtended = frame.IsExtended;
            slot.Length = frame.Length > 8 ? 8 : frame.Length < 0 ? 0 : frame.Length;
            byte[] from = frame.Data;
            byte[] to = slot.Data;
            for (int i = 0; i < 8; i++)
            {
                to[i] = from[i];
            }

            int status = AskStatus();
            LoadBuffers(status);
            if ((status & 3) != 0)
            {
                Collect();
            }

            return true;
        }

        /// <inheritdoc/>
        protected override CanPortState Configure()
        {
            Forget();
            _command1[0] = Reset;
            Spi.Write(_command1);
            CanPortState found = FindChip();
            if (found != CanPortState.Running)
            {
                return found;
            }

            // Section 5: prescaler and jump width; phase segment 1 and propagation; phase segment 2. Interrupts: both receive buffers and errors.
            int phase1 = Timing.Segment1 / 2;
            phase1 = phase1 > 8 ? 8 : phase1;
            int propagation = Timing.Segment1 - phase1;
            int jump = Timing.JumpWidth > 4 ? 4 : Timing.JumpWidth;
            int timing1 = ((jump - 1) << 6) | (Timing.Prescaler - 1);
            int timing2 = 0x80 | ((phase1 - 1) << 3) | (propagation - 1);
            int timing3 = Timing.Segment2 - 1;
            Write2(Timing3, timing3, timing2);
            Write2(Timing1, timing1, 0x23);
            WriteFilters();

            // No filters: take everything (RXM). Buffer 0 rolls over into buffer 1 in either case (BUKT).
            int modes = FilterCount == 0 ? 0x60 : 0x00;
            Modify(ReceiveControl0, 0x64, modes | 0x04);
            Modify(ReceiveControl1, 0x60, modes);

            Read2(Timing3);
            if (_answer2[1] != ((timing3 << 8) | timing2))
            {
                return CanPortState.Absent;
            }

            int mode = ListenOnly ? ModeListenOnly : ModeNormal;
            Modify(Control, ModeBits | OneShotBit, mode | (OneShot ? OneShotBit : 0));
            for (int i = 0; i < WaitPolls; i++)
            {
                Read2(Status);
                if (((_answer2[1] >> 8) & ModeBits) == mode)
                {
                    return CanPortState.Running;
                }
            }

            return CanPortState.NoBus;
        }

        /// <inheritdoc/>
        protected override CanPortState Supervise()
        {
            // One transfer in each cycle, three things in turn; flags every other time, because they tell of losses.
            _turn = (_turn + 1) & 3;
            if (_turn == 1)
            {
                Spi.TransferFullDuplex(_askCounters, _answer2);
                if (_answer2[1] == 0xFFFF)
                {
                    GarbledAnswers++;
                    return CanPortState.Running;
                }

                TransmitErrors = _answer2[1] >> 8;
                ReceiveErrors = _answer2[1] & 0xFF;
                return CanPortState.Running;
            }

            if (_turn == 3)
            {
                Spi.TransferFullDuplex(_askMode, _answer2);
                int mode = (_answer2[1] >> 8) & ModeBits;
                return mode == (ListenOnly ? ModeListenOnly : ModeNormal) && _answer2[1] != 0xFFFF ? CanPortState.Running : CanPortState.Lost;
            }

            Spi.TransferFullDuplex(_askFlags, _answer2);
            if (_answer2[1] == 0xFFFF)
            {
                GarbledAnswers++;
                return CanPortState.Running;
            }

            // Section 6.7: bit 5 bus-off, bits 6 and 7 overflow of the receive buffers. Bus-off may have come and gone between two looks: its interrupt flag stays.
            int errors = _answer2[1] & 0xFF;
            if ((errors & 0xC0) != 0)
            {
                NoteOverflow();
                Modify(ErrorFlags, 0xC0, 0);
            }

            if ((_answer2[1] & 0x2000) != 0)
            {
                Modify(InterruptFlags, 0x20, 0);
            }

            return (errors & 0x20) != 0 ? CanPortState.BusOff : CanPortState.Running;
        }

        /// <inheritdoc/>
        protected override void Silence()
        {
            Forget();
            Modify(Control, ModeBits, ModeConfiguration);
        }

        private void Forget()
        {
            _queued = 0;
            _collected = 0;
            for (int i = 0; i < TransmitBuffers; i++)
            {
                _loadedPriority[i] = Free;
            }
        }

        private CanPortState FindChip()
        {
            for (int i = 0; i < WaitPolls; i++)
            {
                // Status and control after reset: configuration mode and the default clock output (sections 10 and 11).
                Read2(Status);
                if (_answer2[1] == 0x8087)
                {
                    return CanPortState.Running;
                }
            }

            _command2[0] = ((Read | Status) >> 8) | (((Read | Status) & 0xFF) << 8);
            _command2[1] = 0;
            Spi.TransferFullDuplex(_command2, _answer2);
            return _answer2[1] == 0x8780 ? CanPortState.WrongByteOrder : CanPortState.Absent;
        }

        // Filters 0 and 1 belong to buffer 0 and its mask, 2..5 to buffer 1 and its own. A mask serves several filters, so it keeps the bits that all of them have:
        // more may come through than was asked for, never less.
        private void WriteFilters()
        {
            if (FilterCount == 0)
            {
                return;
            }

            uint mask0 = 0x1FFFFFFF;
            uint mask1 = 0x1FFFFFFF;
            for (int i = 0; i < FilterCount; i++)
            {
                uint mask = FilterIsExtended[i] ? FilterMasks[i] : (FilterMasks[i] & 0x7FF) << 18;
                if (i < 2)
                {
                    mask0 &= mask;
                }
                else
                {
                    mask1 &= mask;
                }
            }

            for (int i = 0; i < 6; i++)
            {
                // Unused places repeat the first filter of their own buffer, so that they open nothing further.
                int from = i < FilterCount ? i : i >= 2 && FilterCount > 2 ? 2 : 0;
                uint id = FilterIsExtended[from] ? FilterIds[from] : FilterIds[from] << 18;
                int address = i < 3 ? i * 4 : 0x10 + (i - 3) * 4;
                WriteIdentifier(address, id, FilterIsExtended[from]);
            }

            WriteIdentifier(Mask0, mask0, false);
            WriteIdentifier(Mask0 + 4, mask1, false);
        }

        // SIDH, SIDL with the extended bit, EID8, EID0 (section 4.5).
        private void WriteIdentifier(int address, uint id, bool isExtended)
        {
            _command3[0] = (ushort)(Write | address);
            _command3[1] = (ushort)(((id >> 21) << 8) | (((id >> 18) & 7) << 5) | (isExtended ? 8u : 0u) | ((id >> 16) & 3));
            _command3[2] = (ushort)id;
            Spi.Write(_command3);
        }

        // Bits 0 and 1: receive buffers full; 2, 4, 6: transmit buffers still to be sent (section 12, read status). All ones: nobody answers.
        private int AskStatus()
        {
            Spi.TransferFullDuplex(_askStatus, _answer1);
            int status = _answer1[0] & 0xFF;
            if (status == AllOnes)
            {
                GarbledAnswers++;
                return 0x54;
            }

            return status;
        }

        private static bool Decode(ushort[] words, CanFrame frame)
        {
            int high = words[0] & 0xFF;
            int low = words[1] >> 8;
            int length = words[2] & 0x0F;
            if ((low & 0x08) != 0)
            {
                // Remote request of an extended frame: bit 6 of the length byte.
                if ((words[2] & 0x40) != 0)
                {
                    return false;
                }

                frame.Id = (uint)((high << 21) | ((low >> 5) << 18) | ((low & 3) << 16) | ((words[1] & 0xFF) << 8) | (words[2] >> 8));
                frame.IsExtended = true;
            }
            else
            {
                // Remote request of a standard frame: SRR.
                if ((low & 0x10) != 0)
                {
                    return false;
                }

                frame.Id = (uint)((high << 3) | (low >> 5));
                frame.IsExtended = false;
            }

            frame.Length = length > 8 ? 8 : length;
            byte[] data = frame.Data;
            int word = words[3];
            data[0] = (byte)(word >> 8);
            data[1] = (byte)word;
            word = words[4];
            data[2] = (byte)(word >> 8);
            data[3] = (byte)word;
            word = words[5];
            data[4] = (byte)(word >> 8);
            data[5] = (byte)word;
            word = words[6];
            data[6] = (byte)(word >> 8);
            data[7] = (byte)word;
            return true;
        }

        private void LoadBuffers(int status)
        {
            for (int i = 0; i < TransmitBuffers; i++)
            {
                if ((status & (0x04 << (2 * i))) == 0)
                {
                    _loadedPriority[i] = Free;
                }
            }

            while (_queued != 0)
            {
                int buffer = -1;
                int priority = -1;

                // The place for the next frame: after all loaded ones that must go before it, before all that must go after it. Among equal
                // priorities the chip sends the higher buffer first (section 3.2).
                for (int candidate = TransmitBuffers - 1; candidate >= 0 && buffer < 0; candidate--)
                {
                    if (_loadedPriority[candidate] != Free)
                    {
                        continue;
                    }

                    // From the middle, so that there is room on both sides for what comes later.
                    for (int i = 0; i < Levels.Length; i++)
                    {
                        if (Fits(candidate, Levels[i]))
                        {
                            buffer = candidate;
                            priority = Levels[i];
                            break;
                        }
                    }
                }

                if (buffer < 0)
                {
                    return;
                }

                Load(buffer, priority);
            }
        }

        private bool Fits(int buffer, int priority)
        {
            uint key = _queueKeys[0];
            int rank = (priority << 2) + buffer;
            for (int i = 0; i < TransmitBuffers; i++)
            {
                if (_loadedPriority[i] == Free)
                {
                    continue;
                }

                int other = (_loadedPriority[i] << 2) + i;
                bool goesFirst = _loadedKeys[i] <= key;
                if (goesFirst != other > rank)
                {
                    return false;
                }
            }

            return true;
        }

        private void Load(int buffer, int priority)
        {
            CanFrame frame = _queue[0];
            uint id = frame.IsExtended ? frame.Id : frame.Id << 18;
            byte[] data = frame.Data;
            ushort[] words = _load;
            words[0] = (ushort)(Write | (TransmitBuffer0 + buffer * 0x10));
            words[1] = (ushort)((priority << 8) | (int)((id >> 21) & 0xFF));
            words[2] = (ushort)((((id >> 18) & 7) << 13) | (frame.IsExtended ? 0x0800u : 0u) | (((id >> 16) & 3) << 8) | ((id >> 8) & 0xFF));
            words[3] = (ushort)(((id & 0xFF) << 8) | (uint)frame.Length);
            words[4] = (ushort)((data[0] << 8) | data[1]);
            words[5] = (ushort)((data[2] << 8) | data[3]);
            words[6] = (ushort)((data[4] << 8) | data[5]);
            words[7] = (ushort)((data[6] << 8) | data[7]);
            Spi.Write(words);

            // By its own instruction, not by the register: a byte of padding follows, which the chip ignores until the chip select rises.
            _command1[0] = (ushort)(RequestToSend | (0x100 << buffer));
            Spi.Write(_command1);

            _loadedKeys[buffer] = _queueKeys[0];
            _loadedPriority[buffer] = priority;
            _queued--;
            for (int i = 0; i < _queued; i++)
            {
                _queue[i] = _queue[i + 1];
                _queueKeys[i] = _queueKeys[i + 1];
            }

            _queue[_queued] = frame;
        }

        private void Read2(int address)
        {
            _command2[0] = (ushort)(Read | address);
            _command2[1] = 0;
            Spi.TransferFullDuplex(_command2, _answer2);
        }

        private void Write2(int address, int first, int second)
        {
            _command2[0] = (ushort)(Write | address);
            _command2[1] = (ushort)((first << 8) | second);
            Spi.Write(_command2);
        }

        private void Modify(int address, int mask, int value)
        {
            _command2[0] = (ushort)(BitModify | address);
            _command2[1] = (ushort)((mask << 8) | value);
            Spi.Write(_command2);
        }
    }
}
