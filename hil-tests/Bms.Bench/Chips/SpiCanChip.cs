using System.Device.Gpio;
using System.Device.Spi;

namespace Bms.Bench.Chips
{
    /// <summary>A CAN controller behind SPI, as a node on the virtual bus: what the chip models have in common.</summary>
    /// <remarks>
    /// A transfer takes its time: the bus runs on meanwhile, frames end, buffers fill. First the overhead of the call passes, then the chip acts, then the bits are clocked.
    /// Deterministic; allocates nothing per transfer.
    /// </remarks>
    public abstract class SpiCanChip : SpiDevice, ICanReceiver, ITransmitObserver
    {
        private const int RecoveryBits = 128 * 11;

        private readonly VirtualCanBus _bus;
        private readonly SpiTiming _timing;
        private readonly byte[] _payload = new byte[8];
        private long _timeNs;
        private long _offSinceUs = -1;

        /// <param name="bus">The bus to join.</param>
        /// <param name="name">Name for reports.</param>
        /// <param name="oscillatorHz">Frequency of the oscillator at the chip in Hz.</param>
        /// <param name="timing">Cost of transfers; null for the default.</param>
        protected SpiCanChip(VirtualCanBus bus, string name, int oscillatorHz, SpiTiming? timing)
        {
            _bus = bus;
            _timing = timing ?? new SpiTiming();
            OscillatorHz = oscillatorHz;
            Node = bus.AddNode(name, this, null, 4);
            Node.TransmitObserver = this;
            Node.CountsReceiveErrors = true;
        }

        /// <summary>Frequency of the oscillator at the chip in Hz.</summary>
        public int OscillatorHz { get; }

        /// <summary>The chip's node on the bus.</summary>
        public BusNode Node { get; }

        /// <summary>The chip's INT output: low while an enabled interrupt waits.</summary>
        public GpioPin InterruptPin { get; } = new(0, true);

        /// <summary>What a missing chip reads as; null where it is there.</summary>
        public ushort? FloatingWord { get; set; }

        /// <summary>True: the board's SPI sends the low byte of each word first.</summary>
        public bool SwapsBytes { get; set; }

        /// <summary>Changes every word read, for bad wiring; null for none.</summary>
        public Func<ushort, ushort>? Noise { get; set; }

        /// <summary>Transfers since start.</summary>
        public long TransferCount { get; private set; }

        /// <summary>Bits clocked since start.</summary>
        public long BitCount { get; private set; }

        /// <summary>Accesses that the data sheet forbids or does not know, since start.</summary>
        public int Violations { get; private set; }

        /// <summary>The last of them, in words.</summary>
        public string LastViolation { get; private set; } = "";

        /// <summary>Frames lost because there was no room, since start: the truth, where the chip has only a flag.</summary>
        public long LostFrames { get; private protected set; }

        /// <summary>Frames stored since start.</summary>
        public long StoredFrames { get; private protected set; }

        /// <summary>Receive error counter; tests may set it.</summary>
        public int ReceiveErrorCounter
        {
            get => Node.ReceiveErrorCounter;
            set => Node.ReceiveErrorCounter = value;
        }

        /// <summary>Virtual time of the bus in us.</summary>
        protected long NowUs => _bus.TimeUs;

        /// <summary>When a requested mode takes effect in us: after eleven recessive bits, or at once where transfers take no time.</summary>
        private protected long ModeChangeUs => _timing == SpiTiming.None ? NowUs : NowUs + (long)Math.Ceiling(11 * BitTimeNs / 1000);

        /// <summary>Length of a bit by the chip's registers in ns; 0 where they make no sense.</summary>
        public abstract double BitTimeNs { get; }

        /// <summary>True where the chip's bit timing is that of the bus.</summary>
        public bool HasBusTiming => Math.Abs((BitTimeNs * _bus.BitRate / 1e9) - 1) < 1e-6;

        /// <summary>True while the chip takes part in the traffic and can send.</summary>
        private protected abstract bool CanTransmit { get; }

        /// <inheritdoc/>
        public override void Write(ushort[] buffer) => Transfer(buffer, null);

        /// <inheritdoc/>
        public override void TransferFullDuplex(ushort[] writeBuffer, ushort[] readBuffer) => Transfer(writeBuffer, readBuffer);

        /// <inheritdoc/>
        public abstract void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length);

        void ITransmitObserver.OnSent(int tag)
        {
            Sent(tag);
            Offer();
        }

        void ITransmitObserver.OnTransmitError(int tag)
        {
            if (Node.ErrorState == CanErrorState.BusOff)
            {
                _offSinceUs = NowUs;
                WentBusOff();
                return;
            }

            Failed(tag);
        }

        /// <summary>The chip's answer to one byte while it is selected.</summary>
        private protected abstract byte Exchange(byte sent);

        /// <summary>The chip select rises.</summary>
        private protected abstract void Deselect();

        private protected abstract void Sent(int tag);

        private protected abstract void Failed(int tag);

        private protected abstract void WentBusOff();

        /// <summary>Finds the frame that the chip would send next.</summary>
        /// <returns>Its buffer, or -1.</returns>
        private protected abstract int NextToSend(out uint id, out bool isExtended, byte[] payload, out int length);

        /// <summary>Hands the frame that would be sent next to the bus, in place of one that still waits there.</summary>
        private protected void Offer()
        {
            Node.Withdraw();
            if (Node.QueuedFrames != 0 || !CanTransmit || !HasBusTiming || Node.ErrorState == CanErrorState.BusOff)
            {
                return;
            }

            int buffer = NextToSend(out uint id, out bool isExtended, _payload, out int length);
            if (buffer >= 0)
            {
                Node.SendTagged(id, isExtended, _payload, length, buffer);
            }
        }

        private protected void Violate(string what)
        {
            Violations++;
            LastViolation = what;
        }

        /// <summary>Configuration mode clears the error counters and with them the bus-off state.</summary>
        private protected void ClearErrors()
        {
            ReceiveErrorCounter = 0;
            _offSinceUs = -1;
            Node.Recover();
        }

        private void Transfer(ushort[] write, ushort[]? read)
        {
            if (read != null && read.Length != write.Length)
            {
                throw new ArgumentException("Both buffers of a transfer have the same length.");
            }

            TransferCount++;
            BitCount += write.Length * 16;
            Advance(_timing.OverheadUs * 1000);
            if (_offSinceUs >= 0 && NowUs - _offSinceUs >= RecoveryBits * 1_000_000L / _bus.BitRate)
            {
                _offSinceUs = -1;
                Node.Recover();
                Offer();
            }

            if (FloatingWord is ushort floating)
            {
                if (read != null)
                {
                    Array.Fill(read, floating);
                }
            }
            else
            {
                for (int i = 0; i < write.Length; i++)
                {
                    int sent = SwapsBytes ? (ushort)((write[i] << 8) | (write[i] >> 8)) : write[i];
                    int high = Exchange((byte)(sent >> 8));
                    int low = Exchange((byte)sent);
                    if (read != null)
                    {
                        read[i] = SwapsBytes ? (ushort)((low << 8) | high) : (ushort)((high << 8) | low);
                    }
                }

                Deselect();
            }

            if (read != null && Noise != null)
            {
                for (int i = 0; i < read.Length; i++)
                {
                    read[i] = Noise(read[i]);
                }
            }

            if (_timing.ClockHz != 0)
            {
                Advance(write.Length * 16e9 / _timing.ClockHz);
            }
        }

        private void Advance(double ns)
        {
            if (ns > 0)
            {
                _timeNs = Math.Max(_timeNs, _bus.TimeUs * 1000) + (long)ns;
                _bus.AdvanceTo(_timeNs / 1000);
            }
        }
    }
}
