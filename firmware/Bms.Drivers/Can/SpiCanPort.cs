using System.Device.Gpio;
using System.Device.Spi;
using Bms.Core.Configuration;
using Bms.Core.Measurement;

namespace Bms.Drivers.Can
{
    /// <summary>What the CAN controllers on SPI have in common: settings, state, supervision, and the way back after bus-off.</summary>
    /// <remarks>
    /// The SPI device must be set to mode 0, most significant bit first and 16 bits a word: transfers of ushort arrays make no heap object, while every
    /// byte transfer makes one. Nothing allocates, blocks for long or throws after construction; what the chip answers is checked before it is used.
    /// Call <see cref="Start"/> once and <see cref="Update"/> in every cycle, before the controller's own update. One thread only.
    /// </remarks>
    public abstract class SpiCanPort : BoardCanPort
    {
        /// <summary>Most acceptance filters.</summary>
        public const int MaxFilters = 6;

        /// <summary>Wait before the first attempt after bus-off or another failure, in ms; doubles with each further one.</summary>
        public const int FirstBackOffMs = 100;

        /// <summary>Longest wait between two attempts, in ms.</summary>
        public const int LongestBackOffMs = 3200;

        /// <summary>Time without a failure after which the wait starts from the beginning, in ms.</summary>
        public const int CalmMs = 10000;

        private const uint HostMask = 0x7F0;

        // With an interrupt pin, so many polls may be left out while no edge came: an edge that was lost costs this many cycles at most.
        private const int MaxSkippedPolls = 2;

        /// <summary>The chip.</summary>
        protected readonly SpiDevice Spi;

        /// <summary>Identifiers of the filters.</summary>
        protected readonly uint[] FilterIds = new uint[MaxFilters];

        /// <summary>Masks of the filters: bits that are 1 must agree.</summary>
        protected readonly uint[] FilterMasks = new uint[MaxFilters];

        /// <summary>True where the filter is for 29-bit identifiers.</summary>
        protected readonly bool[] FilterIsExtended = new bool[MaxFilters];

        /// <summary>True where the INT pin is wired: <see cref="WantsPoll"/> is to be asked before a poll.</summary>
        protected readonly bool HasInterruptPin;

        /// <summary>True while <see cref="BoardCanPort.State"/> is running: a field, because the cycle looks at it for every frame.</summary>
        protected bool IsRunning;

        private bool _isHinted = true;
        private int _skippedPolls;
        private uint _overflows;
        private uint _failedAtMs;
        private uint _runningSinceMs;
        private int _backOffMs = FirstBackOffMs;
        private bool _hasFailed;

        /// <param name="spi">The chip's SPI device: mode 0, 16 bits a word.</param>
        /// <param name="interruptPin">Pin at the chip's INT output, opened as input; null where not wired.</param>
        /// <param name="timing">Bit timing for the chip and its oscillator.</param>
        protected SpiCanPort(SpiDevice spi, GpioPin interruptPin, CanBitTiming timing)
        {
            Spi = spi;
            Timing = timing;
            if (interruptPin != null)
            {
                HasInterruptPin = true;
                interruptPin.ValueChanged += OnInterrupt;
            }
        }

        /// <summary>Bit timing in use.</summary>
        public CanBitTiming Timing { get; private set; }

        /// <summary>True: listens and never sends, not even an acknowledge. Set before <see cref="Start"/>.</summary>
        public bool ListenOnly { get; set; }

        /// <summary>True: a frame is tried once and not repeated after an error or a lost arbitration. Set before <see cref="Start"/>.</summary>
        public bool OneShot { get; set; }

        /// <summary>Times the chip was started successfully; wraps.</summary>
        public uint StartCount { get; private set; }

        /// <summary>Wait before the next attempt, in ms.</summary>
        public int BackOffMs
        {
            get { return _backOffMs; }
        }

        /// <summary>Times the chip reported that it lost frames, since start; wraps. The chip tells that it lost some, not how many: at least this many are missing.</summary>
        public override uint ReceiveOverflowCount
        {
            get { return _overflows; }
        }

        /// <summary>True from the moment in which the chip is found bus-off until it runs again.</summary>
        public override bool IsBusOff
        {
            get { return State == CanPortState.BusOff; }
        }

        /// <summary>Number of acceptance filters; 0 accepts everything.</summary>
        public int FilterCount { get; private set; }

        /// <summary>Accepts identifiers that agree with <paramref name="id"/> in all bits set in <paramref name="mask"/>. Before <see cref="Start"/>.</summary>
        /// <param name="id">Identifier.</param>
        /// <param name="mask">Bits that must agree.</param>
        /// <param name="isExtended">True for 29-bit identifiers.</param>
        /// <returns>False where there are <see cref="MaxFilters"/> already.</returns>
        public bool AddFilter(uint id, uint mask, bool isExtended)
        {
            if (FilterCount == MaxFilters)
            {
                return false;
            }

            FilterIds[FilterCount] = id;
            FilterMasks[FilterCount] = mask;
            FilterIsExtended[FilterCount] = isExtended;
            FilterCount++;
            return true;
        }

        /// <summary>Sets the acceptance filters that a pack's parameters ask for. Where they do not fit, the chip accepts everything. Before <see cref="Start"/>.</summary>
        /// <param name="parameters">A valid block.</param>
        public override void UseFilters(ParameterBlock parameters)
        {
            FilterCount = 0;
            int count = BusFilters.Fill(parameters, FilterIds, FilterMasks, FilterIsExtended);
            FilterCount = count > MaxFilters ? 0 : count;
        }

        /// <inheritdoc/>
        public override void ListenForHost(uint hostBaseId)
        {
            FilterCount = 0;
            AddFilter(hostBaseId, HostMask, false);
            Start();
        }

        /// <summary>Resets and configures the chip and puts it on the bus. Takes some milliseconds.</summary>
        /// <returns>True where it is running; else <see cref="BoardCanPort.State"/> tells why not, and <see cref="Update"/> tries again where that can help.</returns>
        public override bool Start()
        {
            if (!Timing.IsReachable)
            {
                State = CanPortState.BitRateUnreachable;
                return false;
            }

            IsRunning = false;
            State = Configure();
            if (State != CanPortState.Running)
            {
                _hasFailed = false;
                return false;
            }

            IsRunning = true;
            _isHinted = true;
            StartCount++;
            return true;
        }

        /// <summary>Reads the error counters, looks whether the chip is still where it should be, and brings it back after a wait where it is not.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public override void Update(uint nowMs)
        {
            CanPortState state = State;
            if (state == CanPortState.Running)
            {
                state = Supervise();
                if (state == CanPortState.Running)
                {
                    if (_backOffMs != FirstBackOffMs && nowMs - _runningSinceMs >= CalmMs)
                    {
                        _backOffMs = FirstBackOffMs;
                    }

                    return;
                }

                if (state == CanPortState.BusOff)
                {
                    BusOffCount++;
                }

                State = state;
                IsRunning = false;
                Silence();
                _hasFailed = true;
                _failedAtMs = nowMs;
                return;
            }

            if (state == CanPortState.Stopped || state == CanPortState.BitRateUnreachable || state == CanPortState.WrongByteOrder)
            {
                return;
            }

            if (!_hasFailed)
            {
                _hasFailed = true;
                _failedAtMs = nowMs;
                return;
            }

            if (nowMs - _failedAtMs < (uint)_backOffMs)
            {
                return;
            }

            _backOffMs = _backOffMs >= LongestBackOffMs ? LongestBackOffMs : _backOffMs * 2;
            if (Start())
            {
                _runningSinceMs = nowMs;
                _hasFailed = false;
            }
            else
            {
                _hasFailed = true;
                _failedAtMs = nowMs;
            }
        }

        /// <summary>Resets the chip, writes its registers and requests its mode.</summary>
        /// <returns><see cref="CanPortState.Running"/>, or why not.</returns>
        protected abstract CanPortState Configure();

        /// <summary>Reads error counters and mode.</summary>
        /// <returns><see cref="CanPortState.Running"/>, <see cref="CanPortState.BusOff"/> or <see cref="CanPortState.Lost"/>.</returns>
        protected abstract CanPortState Supervise();

        /// <summary>Takes the chip off the bus and forgets what waits in either direction.</summary>
        protected abstract void Silence();

        /// <summary>Counts a loss that the chip reported.</summary>
        protected void NoteOverflow()
        {
            _overflows++;
        }

        /// <summary>Whether to ask the chip now. The interrupt is a hint only: without an edge a poll may be left out, but never many in a row.</summary>
        protected bool WantsPoll()
        {
            if (!_isHinted && _skippedPolls < MaxSkippedPolls)
            {
                _skippedPolls++;
                return false;
            }

            // Cleared before the chip is asked: an edge during the answer asks for the next one.
            _isHinted = false;
            _skippedPolls = 0;
            return true;
        }

        /// <summary>Asks for another poll: the line stays low while frames wait, so there is no edge until a poll found nothing.</summary>
        protected void WantAnotherPoll()
        {
            _isHinted = true;
        }

        private void OnInterrupt(object sender, PinValueChangedEventArgs e)
        {
            _isHinted = true;
        }
    }
}
