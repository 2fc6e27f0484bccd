namespace Bms.Bench.Chips
{
    /// <summary>Register-level model of the MCP2518FD, as far as classic CAN uses it (DS20005688, DS20006027).</summary>
    /// <remarks>
    /// SPI instructions reset, read and write; modes and who may change them; bit timing; 32 filters; message memory with the transmit queue and up to 31 receive
    /// FIFOs at computed addresses; user addresses, increments, flags, overflow, error counters, INT. Not modelled: CRC instructions, transmit FIFOs, event FIFO, time stamps,
    /// CAN FD frames, low-power modes. A frame that failed in one-shot operation leaves the queue. Equal identifiers leave the queue in the order of their slots.
    /// </remarks>
    public sealed class Mcp2518fdModel : SpiCanChip
    {
        private const int Memory = 0x400;
        private const int MemoryEnd = 0xC00;
        private const int FifoCount = 32;
        private const int ConfigurationMode = 4;

        private static readonly int[] PayloadSizes = [8, 12, 16, 20, 24, 32, 48, 64];

        private readonly byte[] _bytes = new byte[4096];
        private readonly int[] _base = new int[FifoCount];
        private readonly int[] _depth = new int[FifoCount];
        private readonly int[] _objectSize = new int[FifoCount];
        private readonly int[] _head = new int[FifoCount];
        private readonly int[] _tail = new int[FifoCount];
        private readonly int[] _count = new int[FifoCount];
        private readonly bool[] _overflow = new bool[FifoCount];
        private readonly bool[] _queued = new bool[32];
        private int _nextSlot;
        private int _position;
        private int _command;
        private int _mode = ConfigurationMode;
        private int _requested = ConfigurationMode;
        private long _modeAtUs;
        private bool _wasBusOff;
        private bool _errorFlag;
        private bool _attemptsFlag;

        /// <param name="bus">The bus to join.</param>
        /// <param name="oscillatorHz">Oscillator at the chip: 20 or 40 MHz.</param>
        /// <param name="timing">Cost of transfers; null for the default.</param>
        /// <param name="name">Name for reports.</param>
        public Mcp2518fdModel(VirtualCanBus bus, int oscillatorHz = 40_000_000, SpiTiming? timing = null, string name = "Controller")
            : base(bus, name, oscillatorHz, timing)
        {
            ResetChip();
        }

        /// <summary>Operation mode: 4 configuration, 6 classic CAN, 3 listen-only.</summary>
        public int Mode
        {
            get
            {
                SettleMode();
                return _mode;
            }
        }

        /// <summary>Most frames that ever waited in the receive FIFOs at once.</summary>
        public int MostWaiting { get; private set; }

        /// <inheritdoc/>
        public override double BitTimeNs
        {
            get
            {
                int quanta = 3 + _bytes[6] + (_bytes[5] & 0x7F);
                double clock = OscillatorHz * ((_bytes[0xE00] & 1) != 0 ? 10.0 : 1.0) / ((_bytes[0xE00] & 0x10) != 0 ? 2 : 1);
                return quanta * (_bytes[7] + 1) * 1e9 / clock;
            }
        }

        private protected override bool CanTransmit
        {
            get
            {
                SettleMode();
                return _mode is 0 or 6;
            }
        }

        private bool IsOneShot => (_bytes[2] & 1) != 0 && (_bytes[0x52] & 0x60) == 0;

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            SettleMode();
            if (_mode is not (0 or 3 or 6) || !HasBusTiming || FloatingWord != null)
            {
                return;
            }

            uint word = isExtended ? ((id >> 18) & 0x7FF) | ((id & 0x3FFFF) << 11) : id;
            int full = -1;
            for (int filter = 0; filter < 32; filter++)
            {
                int control = _bytes[0x1D0 + filter];
                if ((control & 0x80) == 0 || !Matches(filter, word, isExtended))
                {
                    continue;
                }

                int fifo = control & 0x1F;
                if (fifo == 0 || (_bytes[0x50 + (12 * fifo)] & 0x80) != 0)
                {
                    Violate("a filter points to no receive FIFO");
                    continue;
                }

                if (_count[fifo] == _depth[fifo])
                {
                    full = full < 0 ? fifo : full;
                    continue;
                }

                Store(fifo, word, isExtended, data, length);
                UpdatePin();
                return;
            }

            if (full >= 0)
            {
                _overflow[full] = true;
                LostFrames++;
                UpdatePin();
            }
        }

        private protected override byte Exchange(byte sent)
        {
            SettleMode();
            int at = _position++;
            if (at == 0)
            {
                _command = sent << 8;
                return 0;
            }

            if (at == 1)
            {
                _command |= sent;
                return 0;
            }

            int address = (_command + at - 2) & 0xFFF;
            switch (_command >> 12)
            {
                case 2:
                    WriteByte(address, sent);
                    return 0;
                case 3:
                    return ReadByte(address);
                default:
                    return 0;
            }
        }

        private protected override void Deselect()
        {
            int length = _position - 2;
            int instruction = _command >> 12;
            if (instruction == 0 && length == 0)
            {
                ResetChip();
            }
            else if (instruction is not (2 or 3) || length <= 0)
            {
                Violate($"instruction {_command:X4} with {length} bytes");
            }
            else if ((_command & 0xFFF) is >= Memory and < MemoryEnd && ((_command | length) & 3) != 0)
            {
                Violate($"message memory is accessed in words of four bytes: {_command:X4}, {length}");
            }

            _position = 0;
            UpdatePin();
        }

        private protected override void Sent(int tag)
        {
            Free(tag);
            UpdatePin();
        }

        private protected override void Failed(int tag)
        {
            if (IsOneShot)
            {
                Node.Withdraw();
                Free(tag);
                _attemptsFlag = true;
                Offer();
            }
        }

        private protected override void WentBusOff()
        {
            _wasBusOff = true;
            _errorFlag = true;
            UpdatePin();
        }

        private protected override int NextToSend(out uint id, out bool isExtended, byte[] payload, out int length)
        {
            int best = -1;
            uint bestKey = uint.MaxValue;
            id = 0;
            isExtended = false;
            length = 0;
            for (int i = 0; i < _depth[0]; i++)
            {
                if (!_queued[i])
                {
                    continue;
                }

                int at = Memory + _base[0] + (i * _objectSize[0]);
                uint word = Word(at);
                bool extended = (_bytes[at + 4] & 0x10) != 0;
                uint low = (word >> 11) & 0x3FFFF;
                uint key = ((word & 0x7FF) << 19) | (extended ? 0x40000 | low : 0);
                if (best < 0 || key < bestKey)
                {
                    best = i;
                    bestKey = key;
                    isExtended = extended;
                    id = extended ? ((word & 0x7FF) << 18) | low : word & 0x7FF;
                    length = Math.Min(8, _bytes[at + 4] & 0x0F);
                    Array.Copy(_bytes, at + 8, payload, 0, 8);
                }
            }

            return best;
        }

        private void ResetChip()
        {
            Array.Clear(_bytes, 0, Memory);
            Array.Clear(_bytes, 0xE00, 0x20);
            SetWord(0x000, 0x04980760);
            SetWord(0x004, 0x003E0F0F);
            SetWord(0x050, 0x00600480);
            SetWord(0xE00, 0x00000460);
            SetWord(0xE04, 0x03000003);
            SetWord(0xE14, 0x00000020);
            _mode = ConfigurationMode;
            _requested = ConfigurationMode;
            _position = 0;
            EnterConfiguration();
        }

        private void EnterConfiguration()
        {
            Array.Clear(_head);
            Array.Clear(_tail);
            Array.Clear(_count);
            Array.Clear(_overflow);
            Array.Clear(_queued);
            _nextSlot = 0;
            _errorFlag = false;
            ClearErrors();
            Node.Withdraw();
        }

        private void Lay()
        {
            int at = 0;
            for (int fifo = 0; fifo < FifoCount; fifo++)
            {
                uint control = Word(ControlOf(fifo));
                _depth[fifo] = fifo == 0 && (_bytes[2] & 0x10) == 0 ? 0 : (int)((control >> 24) & 0x1F) + 1;
                bool hasTime = fifo != 0 && (control & 0x80) == 0 && (control & 0x20) != 0;
                _objectSize[fifo] = 8 + PayloadSizes[control >> 29] + (hasTime ? 4 : 0);
                _base[fifo] = at;
                at += _depth[fifo] * _objectSize[fifo];
            }
        }

        // The register of the queue stands where FIFO 0 would have its own.
        private static int ControlOf(int fifo) => 0x50 + (12 * fifo);

        private bool Matches(int filter, uint word, bool isExtended)
        {
            uint value = Word(0x1F0 + (8 * filter));
            uint mask = Word(0x1F4 + (8 * filter));
            if ((mask & 0x40000000) != 0 && (value & 0x40000000) != 0 != isExtended)
            {
                return false;
            }

            uint relevant = mask & (isExtended ? 0x1FFFFFFFu : 0x7FFu);
            return ((value ^ word) & relevant) == 0;
        }

        private void Store(int fifo, uint word, bool isExtended, byte[] data, int length)
        {
            int at = Memory + _base[fifo] + (_head[fifo] * _objectSize[fifo]);
            if (at + _objectSize[fifo] > MemoryEnd)
            {
                Violate("a FIFO lies beyond the message memory");
                return;
            }

            SetWord(at, word);
            SetWord(at + 4, (uint)length | (isExtended ? 0x10u : 0));
            Array.Copy(data, 0, _bytes, at + 8, 8);
            _head[fifo] = (_head[fifo] + 1) % _depth[fifo];
            _count[fifo]++;
            StoredFrames++;
            int waiting = 0;
            for (int i = 1; i < FifoCount; i++)
            {
                waiting += _count[i];
            }

            MostWaiting = Math.Max(MostWaiting, waiting);
        }

        private void Free(int slot)
        {
            _queued[slot] = false;
            _nextSlot = _nextSlot < 0 ? slot : _nextSlot;
        }

        private byte ReadByte(int address)
        {
            if (address is >= Memory and < MemoryEnd)
            {
                return _bytes[address];
            }

            return (byte)(Register(address & ~3) >> (8 * (address & 3)));
        }

        private uint Register(int address)
        {
            switch (address)
            {
                case 0x000:
                    return (Word(0) & 0xFF1FFFFF) | ((uint)_mode << 21);
                case 0x01C:
                    return (Word(0x1C) & 0xFFFF0000) | Flags();
                case 0x034:
                    uint transmit = (uint)Math.Min(255, Node.TransmitErrorCounter);
                    uint receive = (uint)Math.Min(255, ReceiveErrorCounter);
                    return (transmit << 8) | receive | (Node.ErrorState == CanErrorState.BusOff ? 1u << 21 : 0)
                        | (transmit > 127 ? 1u << 20 : 0) | (receive > 127 ? 1u << 19 : 0) | (transmit > 95 ? 1u << 18 : 0)
                        | (receive > 95 ? 1u << 17 : 0) | (transmit > 95 || receive > 95 ? 1u << 16 : 0);
                case 0x03C:
                    return (Word(0x3C) & ~0x800000u) | (_wasBusOff ? 0x800000u : 0);
                case 0x054:
                    return (_nextSlot >= 0 ? 1u | ((uint)_nextSlot << 8) : 0) | (Array.IndexOf(_queued, true) < 0 ? 4u : 0) | (_attemptsFlag ? 0x10u : 0);
                case 0x058:
                    return (uint)(_base[0] + (Math.Max(0, _nextSlot) * _objectSize[0]));
            }

            if (address is >= 0x5C and < 0x1D0)
            {
                int fifo = (address - 0x50) / 12;
                int part = (address - 0x50) % 12;
                if (part == 4)
                {
                    return (_count[fifo] > 0 ? 1u : 0) | (_count[fifo] * 2 >= _depth[fifo] ? 2u : 0) | (_count[fifo] == _depth[fifo] ? 4u : 0)
                        | (_overflow[fifo] ? 8u : 0) | ((uint)_head[fifo] << 8);
                }

                if (part == 8)
                {
                    return (uint)(_base[fifo] + (_tail[fifo] * _objectSize[fifo]));
                }
            }

            return Word(address);
        }

        private uint Flags()
        {
            uint flags = _errorFlag ? 0x2000u : 0;
            for (int fifo = 1; fifo < FifoCount; fifo++)
            {
                int enables = _bytes[ControlOf(fifo)];
                flags |= _count[fifo] > 0 && (enables & 1) != 0 ? 2u : 0;
                flags |= _overflow[fifo] && (enables & 8) != 0 ? 0x800u : 0;
            }

            return flags;
        }

        private void UpdatePin()
        {
            uint enables = Word(0x1C) >> 16;
            InterruptPin.Drive((Flags() & enables) == 0);
        }

        private void WriteByte(int address, byte value)
        {
            if (address is >= Memory and < MemoryEnd)
            {
                _bytes[address] = value;
                return;
            }

            bool isConfiguring = _mode == ConfigurationMode;
            if (address is >= 0x50 and < 0x1D0)
            {
                int fifo = (address - 0x50) / 12;
                WriteFifo(fifo, (address - 0x50) % 12, address, value, isConfiguring);
                return;
            }

            switch (address)
            {
                case 0x002:
                    if (!isConfiguring && ((value ^ _bytes[2]) & 0x1F) != 0)
                    {
                        Violate("C1CON settings change in configuration mode only");
                        return;
                    }

                    _bytes[address] = value;
                    return;
                case 0x003:
                    _bytes[address] = value;
                    Request(value & 7);
                    return;
                case >= 0x004 and < 0x010:
                    if (!isConfiguring)
                    {
                        Violate("bit timing changes in configuration mode only");
                        return;
                    }

                    _bytes[address] = value;
                    return;
                case 0x01D:
                    _errorFlag &= (value & 0x20) != 0;
                    return;
                case 0x01C:
                case >= 0x020 and < 0x038:
                    return;
                case 0x03E:
                    _wasBusOff &= (value & 0x80) != 0;
                    return;
                case >= 0x1F0 and < 0x2F0:
                    if ((_bytes[0x1D0 + ((address - 0x1F0) / 8)] & 0x80) != 0)
                    {
                        Violate("a filter changes while disabled only");
                        return;
                    }

                    _bytes[address] = value;
                    return;
                case 0xE01:
                    return;
                default:
                    _bytes[address] = value;
                    return;
            }
        }

        private void WriteFifo(int fifo, int part, int address, byte value, bool isConfiguring)
        {
            switch (part)
            {
                case 0:
                    if (!isConfiguring && ((value ^ _bytes[address]) & 0xE0) != 0)
                    {
                        Violate("direction and time stamps change in configuration mode only");
                        return;
                    }

                    _bytes[address] = value;
                    return;
                case 1:
                    if ((value & 1) != 0)
                    {
                        Increment(fifo);
                    }

                    if ((value & 2) != 0 && fifo == 0)
                    {
                        Offer();
                    }

                    return;
                case 3:
                    if (!isConfiguring)
                    {
                        Violate("sizes change in configuration mode only");
                        return;
                    }

                    _bytes[address] = value;
                    return;
                case 4:
                    _overflow[fifo] &= (value & 8) != 0;
                    return;
                case 2:
                    _bytes[address] = value;
                    return;
                default:
                    return;
            }
        }

        private void Increment(int fifo)
        {
            if (_mode == ConfigurationMode)
            {
                Violate("increment in configuration mode");
                return;
            }

            if (fifo == 0)
            {
                if (_nextSlot < 0 || _depth[0] == 0)
                {
                    Violate("increment of a full transmit queue");
                    return;
                }

                // The user address stays until the increment, whatever is sent meanwhile; only then the next free slot is chosen.
                _queued[_nextSlot] = true;
                _nextSlot = Array.IndexOf(_queued, false, 0, _depth[0]);
                return;
            }

            if (_count[fifo] == 0)
            {
                Violate("increment of an empty FIFO");
                return;
            }

            _tail[fifo] = (_tail[fifo] + 1) % _depth[fifo];
            _count[fifo]--;
        }

        // Between two ways of taking part there is no way but through configuration (DS20006027, modes of operation).
        private void Request(int mode)
        {
            if (mode == _requested)
            {
                return;
            }

            if (mode == ConfigurationMode)
            {
                _requested = mode;
                _mode = mode;
                EnterConfiguration();
                return;
            }

            if (_mode != ConfigurationMode)
            {
                Violate("a change of mode goes through configuration mode");
                return;
            }

            _requested = mode;
            _modeAtUs = ModeChangeUs;
            Lay();
        }

        private void SettleMode()
        {
            if (_mode != _requested && NowUs >= _modeAtUs)
            {
                _mode = _requested;
            }
        }

        private uint Word(int at) => (uint)(_bytes[at] | (_bytes[at + 1] << 8) | (_bytes[at + 2] << 16) | (_bytes[at + 3] << 24));

        private void SetWord(int at, uint value)
        {
            _bytes[at] = (byte)value;
            _bytes[at + 1] = (byte)(value >> 8);
            _bytes[at + 2] = (byte)(value >> 16);
            _bytes[at + 3] = (byte)(value >> 24);
        }
    }
}
