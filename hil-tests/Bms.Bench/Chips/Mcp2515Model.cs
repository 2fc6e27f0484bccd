namespace Bms.Bench.Chips
{
    /// <summary>Register-level model of the MCP2515 and MCP25625 (DS20001801).</summary>
    /// <remarks>
    /// All SPI instructions; modes; bit timing; masks, filters and both receive buffers with rollover; three transmit buffers with priorities; flags, overflow, error counters, INT.
    /// Not modelled: sleep, wake-up, RTS and buffer-full pins, clock output, filters on data bytes. The second byte after a reset or a request to send is ignored,
    /// as the driver assumes of the chip.
    /// </remarks>
    public sealed class Mcp2515Model : SpiCanChip
    {
        private const int Configuration = 4;

        private readonly byte[] _registers = new byte[128];
        private int _position;
        private int _instruction;
        private int _address;
        private int _mask;
        private int _mode = Configuration;
        private int _requested = Configuration;
        private long _modeAtUs;

        /// <param name="bus">The bus to join.</param>
        /// <param name="oscillatorHz">Crystal at the chip.</param>
        /// <param name="timing">Cost of transfers; null for the default.</param>
        /// <param name="name">Name for reports.</param>
        public Mcp2515Model(VirtualCanBus bus, int oscillatorHz = 16_000_000, SpiTiming? timing = null, string name = "Controller")
            : base(bus, name, oscillatorHz, timing)
        {
            ResetChip();
        }

        /// <summary>Operation mode: 4 configuration, 3 listen-only, 0 normal.</summary>
        public int Mode
        {
            get
            {
                SettleMode();
                return _mode;
            }
        }

        /// <inheritdoc/>
        public override double BitTimeNs
        {
            get
            {
                int phase2 = (_registers[0x29] & 0x80) != 0 ? (_registers[0x28] & 7) + 1 : Math.Max(2, ((_registers[0x29] >> 3) & 7) + 1);
                int quanta = 1 + (_registers[0x29] & 7) + 1 + ((_registers[0x29] >> 3) & 7) + 1 + phase2;
                return quanta * 2.0 * ((_registers[0x2A] & 0x3F) + 1) * 1e9 / OscillatorHz;
            }
        }

        private protected override bool CanTransmit
        {
            get
            {
                SettleMode();
                return _mode == 0;
            }
        }

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            SettleMode();
            if (_mode is not (0 or 3) || !HasBusTiming || FloatingWord != null)
            {
                return;
            }

            bool takes0 = Accepts(0, id, isExtended);
            bool takes1 = Accepts(1, id, isExtended);
            bool rolls = (_registers[0x60] & 4) != 0;
            bool full0 = (_registers[0x2C] & 1) != 0;
            bool full1 = (_registers[0x2C] & 2) != 0;
            if (takes0 && !full0)
            {
                Store(0, id, isExtended, data, length);
            }
            else if ((takes1 && !takes0 && !full1) || (takes0 && rolls && !full1))
            {
                Store(1, id, isExtended, data, length);
            }
            else if (takes0 || takes1)
            {
                // Without rollover the overflow belongs to buffer 0.
                _registers[0x2D] |= takes0 && !rolls ? (byte)0x40 : (byte)0x80;
                _registers[0x2C] |= 0x20;
                LostFrames++;
            }

            UpdatePin();
        }

        private protected override byte Exchange(byte sent)
        {
            SettleMode();
            int at = _position++;
            if (at == 0)
            {
                _instruction = sent;
                return 0;
            }

            switch (_instruction)
            {
                case 0x03:
                    if (at == 1)
                    {
                        _address = sent;
                        return 0;
                    }

                    return Read((_address + at - 2) & 0x7F);
                case 0x02:
                    if (at == 1)
                    {
                        _address = sent;
                    }
                    else
                    {
                        Write((_address + at - 2) & 0x7F, sent, 0xFF);
                    }

                    return 0;
                case 0x05:
                    if (at == 1)
                    {
                        _address = sent & 0x7F;
                    }
                    else if (at == 2)
                    {
                        _mask = sent;
                    }
                    else if (at == 3)
                    {
                        Modify(sent);
                    }

                    return 0;
                case 0xA0:
                    return Status();
                case 0xB0:
                    return (byte)((_registers[0x2C] & 3) << 6);
                case 0x90:
                    return Read((0x61 + at - 1) & 0x7F);
                case 0x94:
                    return Read((0x71 + at - 1) & 0x7F);
                default:
                    if ((_instruction & 0xF8) == 0x40)
                    {
                        int start = 0x31 + (0x10 * ((_instruction >> 1) & 3)) + ((_instruction & 1) * 5);
                        Write((start + at - 1) & 0x7F, sent, 0xFF);
                    }

                    return 0;
            }
        }

        private protected override void Deselect()
        {
            switch (_instruction)
            {
                case 0xC0:
                    ResetChip();
                    break;
                case 0x90 when _position > 1:
                    _registers[0x2C] &= 0xFE;
                    break;
                case 0x94 when _position > 1:
                    _registers[0x2C] &= 0xFD;
                    break;
                case 0x02 or 0x03 or 0x05 or 0xA0 or 0xB0:
                    break;
                default:
                    if ((_instruction & 0xF8) == 0x80)
                    {
                        RequestToSend(_instruction & 7);
                    }
                    else if ((_instruction & 0xF8) != 0x40)
                    {
                        Violate($"instruction {_instruction:X2}");
                    }

                    break;
            }

            _position = 0;
            UpdatePin();
        }

        private protected override void Sent(int tag)
        {
            _registers[0x30 + (0x10 * tag)] &= 0x07;
            _registers[0x2C] |= (byte)(4 << tag);
            UpdatePin();
        }

        private protected override void Failed(int tag)
        {
            _registers[0x30 + (0x10 * tag)] |= 0x10;
            if ((_registers[0x0F] & 0x08) != 0)
            {
                Node.Withdraw();
                _registers[0x30 + (0x10 * tag)] &= 0xF7;
                Offer();
            }
        }

        private protected override void WentBusOff()
        {
            _registers[0x2C] |= 0x20;
            UpdatePin();
        }

        private protected override int NextToSend(out uint id, out bool isExtended, byte[] payload, out int length)
        {
            int best = -1;
            int bestRank = -1;
            id = 0;
            isExtended = false;
            length = 0;
            for (int i = 0; i < 3; i++)
            {
                int at = 0x30 + (0x10 * i);
                int rank = ((_registers[at] & 3) << 2) + i;
                if ((_registers[at] & 8) == 0 || rank < bestRank)
                {
                    continue;
                }

                best = i;
                bestRank = rank;
                isExtended = (_registers[at + 2] & 8) != 0;
                uint standard = ((uint)_registers[at + 1] << 3) | ((uint)_registers[at + 2] >> 5);
                id = isExtended ? (standard << 18) | ((uint)(_registers[at + 2] & 3) << 16) | ((uint)_registers[at + 3] << 8) | _registers[at + 4] : standard;
                length = Math.Min(8, _registers[at + 5] & 0x0F);
                Array.Copy(_registers, at + 6, payload, 0, 8);
            }

            return best;
        }

        private void ResetChip()
        {
            Array.Clear(_registers);
            _registers[0x0F] = 0x87;
            _mode = Configuration;
            _requested = Configuration;
            ClearErrors();
            Node.Withdraw();
            UpdatePin();
        }

        private bool Accepts(int buffer, uint id, bool isExtended)
        {
            if ((_registers[0x60 + (0x10 * buffer)] & 0x60) == 0x60)
            {
                return true;
            }

            uint bits = isExtended ? id : id << 18;
            uint mask = Identifier(0x20 + (4 * buffer), out _);
            mask = isExtended ? mask : mask & 0x1FFC0000;
            for (int filter = buffer == 0 ? 0 : 2; filter < (buffer == 0 ? 2 : 6); filter++)
            {
                uint value = Identifier(filter < 3 ? 4 * filter : 0x10 + (4 * (filter - 3)), out bool forExtended);
                if (forExtended == isExtended && ((value ^ bits) & mask) == 0)
                {
                    return true;
                }
            }

            return false;
        }

        private uint Identifier(int at, out bool isExtended)
        {
            isExtended = (_registers[at + 1] & 8) != 0;
            return ((uint)_registers[at] << 21) | ((uint)(_registers[at + 1] >> 5) << 18) | ((uint)(_registers[at + 1] & 3) << 16) | ((uint)_registers[at + 2] << 8) | _registers[at + 3];
        }

        private void Store(int buffer, uint id, bool isExtended, byte[] data, int length)
        {
            int at = 0x61 + (0x10 * buffer);
            uint bits = isExtended ? id : id << 18;
            _registers[at] = (byte)(bits >> 21);
            _registers[at + 1] = (byte)((((bits >> 18) & 7) << 5) | (isExtended ? 8u : 0) | ((bits >> 16) & 3));
            _registers[at + 2] = (byte)(bits >> 8);
            _registers[at + 3] = (byte)bits;
            _registers[at + 4] = (byte)length;
            Array.Copy(data, 0, _registers, at + 5, 8);
            _registers[0x2C] |= (byte)(1 << buffer);
            StoredFrames++;
        }

        private byte Status()
        {
            int flags = _registers[0x2C];
            int status = flags & 3;
            for (int i = 0; i < 3; i++)
            {
                status |= (_registers[0x30 + (0x10 * i)] & 8) != 0 ? 4 << (2 * i) : 0;
                status |= (flags & (4 << i)) != 0 ? 8 << (2 * i) : 0;
            }

            return (byte)status;
        }

        // The low digit 0x0E and 0x0F of every row are status and control.
        private byte Read(int address)
        {
            switch (address & 0x0F)
            {
                case 0x0E:
                    return (byte)(_mode << 5);
                case 0x0F:
                    return _registers[0x0F];
            }

            switch (address)
            {
                case 0x1C:
                    return (byte)Math.Min(255, Node.TransmitErrorCounter);
                case 0x1D:
                    return (byte)Math.Min(255, ReceiveErrorCounter);
                case 0x2D:
                    int transmit = Node.TransmitErrorCounter;
                    return (byte)(_registers[0x2D] | (Node.ErrorState == CanErrorState.BusOff ? 0x20 : 0) | (transmit > 127 ? 0x10 : 0)
                        | (ReceiveErrorCounter > 127 ? 0x08 : 0) | (transmit > 95 ? 0x04 : 0) | (ReceiveErrorCounter > 95 ? 0x02 : 0) | (transmit > 95 || ReceiveErrorCounter > 95 ? 0x01 : 0));
                default:
                    return _registers[address];
            }
        }

        private void Modify(byte value)
        {
            bool allowed = _address is 0x0C or 0x0D or 0x0F or 0x28 or 0x29 or 0x2A or 0x2B or 0x2C or 0x2D or 0x30 or 0x40 or 0x50 or 0x60 or 0x70;
            if (!allowed)
            {
                // Section 12, bit modify: elsewhere the mask counts as all ones.
                Violate($"bit modify of register {_address:X2}");
            }

            Write(_address, value, allowed ? _mask : 0xFF);
        }

        private void Write(int address, byte value, int mask)
        {
            byte merged = (byte)((_registers[address] & ~mask) | (value & mask));
            if ((address & 0x0F) == 0x0F)
            {
                _registers[0x0F] = (byte)((_registers[0x0F] & ~mask) | (value & mask));
                Request(_registers[0x0F] >> 5);
                return;
            }

            bool forConfiguration = address is < 0x0C or (>= 0x10 and < 0x1C) or (>= 0x20 and < 0x2B);
            if (forConfiguration && _mode != Configuration)
            {
                Violate($"register {address:X2} changes in configuration mode only");
                return;
            }

            switch (address)
            {
                case 0x0E or 0x1C or 0x1D:
                case > 0x60 and < 0x6E:
                case > 0x70 and < 0x7E:
                    return;
                case 0x2D:
                    _registers[0x2D] = (byte)((_registers[0x2D] & 0x3F) | (merged & 0xC0));
                    return;
                case 0x60:
                    _registers[0x60] = (byte)(merged & 0x64);
                    return;
                case 0x70:
                    _registers[0x70] = (byte)(merged & 0x60);
                    return;
            }

            int row = (address >> 4) - 3;
            if (row is >= 0 and < 3)
            {
                int control = 0x30 + (0x10 * row);
                if ((_registers[control] & 8) != 0)
                {
                    Violate($"transmit buffer {row} is written while it waits to be sent");
                    return;
                }

                _registers[address] = address == control ? (byte)(merged & 0x0B) : merged;
                if (address == control && (merged & 8) != 0)
                {
                    RequestToSend(1 << row);
                }

                return;
            }

            _registers[address] = merged;
        }

        private void RequestToSend(int buffers)
        {
            if (_mode == Configuration)
            {
                Violate("request to send in configuration mode");
                return;
            }

            for (int i = 0; i < 3; i++)
            {
                if ((buffers & (1 << i)) != 0)
                {
                    _registers[0x30 + (0x10 * i)] = (byte)((_registers[0x30 + (0x10 * i)] & 3) | 8);
                    _registers[0x2C] &= (byte)~(4 << i);
                }
            }

            Offer();
        }

        private void Request(int mode)
        {
            if (mode == _requested)
            {
                return;
            }

            _requested = mode;
            if (mode == Configuration)
            {
                _mode = mode;
                ClearErrors();
                for (int i = 0; i < 3; i++)
                {
                    _registers[0x30 + (0x10 * i)] &= 0x03;
                }

                Node.Withdraw();
                return;
            }

            _modeAtUs = ModeChangeUs;
        }

        private void SettleMode()
        {
            if (_mode != _requested && NowUs >= _modeAtUs)
            {
                _mode = _requested;
            }
        }

        private void UpdatePin()
        {
            InterruptPin.Drive((_registers[0x2B] & _registers[0x2C]) == 0);
        }
    }
}
