using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Plant.Pack
{
    /// <summary>The vehicle: commands the controller every 100 ms and hears its limits and state for load and charger.</summary>
    public sealed class HostNode : PackNode
    {
        private const long PeriodUs = HostCommand.PeriodMs * 1000L;

        private const long ClockPeriodUs = HostTime.PeriodMs * 1000L;

        private readonly SealedFrame _command;
        private readonly SealedFrame _time;
        private readonly int _limitsSeed = E2eProfile1.SeedOf(Limits.DataId);
        private readonly int _statusSeed = E2eProfile1.SeedOf(PackStatus.DataId);
        private long _nextUs;
        private long _nextTimeUs;
        private long _ranUntilUs;
        private double? _clockAtZeroS;
        private int _clearFrames;

        /// <param name="options">The pack.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public HostNode(PackOptions options, long startUs)
            : base("Host")
        {
            _command = new SealedFrame(options.HostBaseId, HostCommand.Length, HostCommand.DataId);
            _time = new SealedFrame(options.HostBaseId + (HostTime.Id - HostCommand.Id), HostTime.Length, HostTime.DataId);
            _ranUntilUs = startUs;
            _nextUs = startUs + (long)(new RandomStream(options.Seed, 400).NextDouble() * PeriodUs);
        }

        /// <summary>Mode asked for: one of <c>HostCommand.ModeStandby</c>, <c>ModeDrive</c>, <c>ModeCharge</c>.</summary>
        public int Mode { get; set; }

        /// <summary>Permission to bleed cells.</summary>
        public bool IsBalancingAllowed { get; set; } = true;

        /// <summary>Announced current in A; positive charges.</summary>
        public double CurrentRequestA { get; set; }

        /// <summary>The host's wall clock in s as HostTime has them; it runs on, and is told once a second. NaN, or a negative value written: it has none and tells none.</summary>
        public double ClockS
        {
            get => _clockAtZeroS is double zero ? zero + (_ranUntilUs * 1e-6) : double.NaN;
            set
            {
                _clockAtZeroS = value >= 0 ? value - (_ranUntilUs * 1e-6) : null;
                _nextTimeUs = _ranUntilUs;
            }
        }

        /// <summary>Which clock it is.</summary>
        public int ClockId { get; set; } = 1;

        /// <summary>What was heard from the controller.</summary>
        public ControllerBroadcast Heard { get; } = new();

        /// <summary>Asks to clear latched faults: a rising edge of two frames.</summary>
        public void ClearFaults() => _clearFrames = 3;

        /// <inheritdoc/>
        public override bool Accepts(uint id) => id == Limits.Id || id == PackStatus.Id;

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, byte[] data, int length)
        {
            if (id == Limits.Id && E2eProfile1.HasValidCrcWithSeed(data, length, _limitsSeed))
            {
                Heard.ChargeLimitA = Amperes(Limits.UnpackChargeCurrentLimitMa(data));
                Heard.DischargeLimitA = Amperes(Limits.UnpackDischargeCurrentLimitMa(data));
                Heard.ChargeVoltageLimitV = Amperes(Limits.UnpackChargeVoltageLimitMv(data));
                Heard.IsChargeAllowed = Limits.UnpackChargeAllowed(data) == 1;
                Heard.IsDischargeAllowed = Limits.UnpackDischargeAllowed(data) == 1;
                Heard.LimitsHeardUs = timeUs;
            }
            else if (id == PackStatus.Id && E2eProfile1.HasValidCrcWithSeed(data, length, _statusSeed))
            {
                Heard.IsClosed = PackStatus.UnpackState(data) == PackStatus.StateClosed;
                Heard.StatusHeardUs = timeUs;
            }
        }

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            while (_nextUs < untilUs)
            {
                // The first of three frames makes sure that the bit was low before.
                bool clear = _clearFrames is 1 or 2;
                _clearFrames = Math.Max(0, _clearFrames - 1);
                byte[] d = _command.Data;
                HostCommand.PackMode(d, Mode);
                HostCommand.PackClearFaults(d, clear ? HostCommand.ClearFaultsClear : HostCommand.ClearFaultsNo);
                HostCommand.PackBalancingAllowed(d, IsBalancingAllowed ? HostCommand.BalancingAllowedYes : HostCommand.BalancingAllowedNo);
                HostCommand.PackCurrentRequestMa(d, (int)Math.Round(CurrentRequestA * 1000));
                Send(_command, _nextUs);
                _nextUs += PeriodUs;
            }

            while (_clockAtZeroS is double zero && _nextTimeUs < untilUs)
            {
                HostTime.PackClockS(_time.Data, (int)(zero + (_nextTimeUs * 1e-6)));
                HostTime.PackClockId(_time.Data, ClockId);
                Send(_time, _nextTimeUs);
                _nextTimeUs += ClockPeriodUs;
            }

            _ranUntilUs = untilUs;
        }

        // A limit that is not available is no permission.
        private static double Amperes(int milli) => milli == SignalValue.NotAvailable ? 0 : milli * 1e-3;
    }
}
