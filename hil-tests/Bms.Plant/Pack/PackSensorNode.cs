using Bms.Core.Messages;

namespace Bms.Plant.Pack
{
    /// <summary>The reference sensor of the pack: current every 10 ms, voltages on both sides of the contactors every 20 ms.</summary>
    public sealed class PackSensorNode : PackNode
    {
        private const long CurrentPeriodUs = SensorCurrent.PeriodMs * 1000L;
        private const long VoltagePeriodUs = SensorVoltages.PeriodMs * 1000L;

        private readonly PackModel _pack;
        private readonly LinkCircuit _link;
        private readonly SensorOptions _options;
        private readonly NoiseSource _noise;
        private readonly double _currentOffsetA;
        private readonly double _currentGain;
        private readonly double _packGain;
        private readonly double _linkGain;
        private readonly SealedFrame _current;
        private readonly SealedFrame _voltages;
        private long _nextCurrentUs;
        private long _nextVoltageUs;

        /// <param name="pack">The cells.</param>
        /// <param name="link">The load side.</param>
        /// <param name="options">The pack.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public PackSensorNode(PackModel pack, LinkCircuit link, PackOptions options, long startUs)
            : base("PackSensor")
        {
            _pack = pack;
            _link = link;
            _options = options.Sensors;
            _noise = new NoiseSource(options.Seed, 300);
            var errors = new RandomStream(options.Seed, 301);
            _currentOffsetA = _options.CurrentOffsetA * errors.NextGaussian();
            _currentGain = 1 + (_options.CurrentGain * errors.NextGaussian());
            _packGain = 1 + (_options.PackVoltageGain * errors.NextGaussian());
            _linkGain = 1 + (_options.PackVoltageGain * errors.NextGaussian());
            _current = new SealedFrame(SensorCurrent.Id, SensorCurrent.Length, SensorCurrent.DataId);
            _voltages = new SealedFrame(SensorVoltages.Id, SensorVoltages.Length, SensorVoltages.DataId);
            _nextCurrentUs = startUs + (long)(errors.NextDouble() * CurrentPeriodUs);
            _nextVoltageUs = startUs + (long)(errors.NextDouble() * VoltagePeriodUs);
        }

        /// <summary>True: no current frames; the voltages go on.</summary>
        public bool IsCurrentSilent { get; set; }

        /// <summary>True: no voltage frames; the current goes on.</summary>
        public bool IsVoltageSilent { get; set; }

        /// <summary>Added to the measured current in A.</summary>
        public double CurrentFaultA { get; set; }

        /// <summary>Current the sensor is stuck at in A; null while it measures.</summary>
        public double? CurrentStuckA { get; set; }

        /// <summary>True: the sensor reports that it failed and no value.</summary>
        public bool IsCurrentFailed { get; set; }

        /// <summary>Added to the measured pack voltage in V.</summary>
        public double PackVoltageFaultV { get; set; }

        /// <summary>Added to the measured link voltage in V.</summary>
        public double LinkVoltageFaultV { get; set; }

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            while (_nextCurrentUs < untilUs)
            {
                if (!IsCurrentSilent)
                {
                    double measuredA = CurrentStuckA ?? ((_pack.CurrentA * _currentGain) + _currentOffsetA + CurrentFaultA + (_options.CurrentNoiseA * _noise.Next()));
                    byte[] d = _current.Data;
                    SensorCurrent.PackCurrentMa(d, IsCurrentFailed ? SignalValue.NotAvailable : (int)Math.Round(Math.Clamp(measuredA * 1000, -8388607, 8388607)));
                    SensorCurrent.PackSensorStatus(d, IsCurrentFailed ? SensorCurrent.SensorStatusFailed : SensorCurrent.SensorStatusOk);
                    Send(_current, _nextCurrentUs);
                }

                _nextCurrentUs += CurrentPeriodUs;
            }

            while (_nextVoltageUs < untilUs)
            {
                if (!IsVoltageSilent)
                {
                    double packV = (_pack.PackVoltageV * _packGain) + PackVoltageFaultV + (_options.PackVoltageNoiseV * _noise.Next());
                    double linkV = (_link.VoltageV * _linkGain) + LinkVoltageFaultV + (_options.PackVoltageNoiseV * _noise.Next());
                    byte[] d = _voltages.Data;
                    SensorVoltages.PackPackVoltageMv(d, (int)Math.Round(Math.Clamp(packV, 0, 1000) * 1000));
                    SensorVoltages.PackLinkVoltageMv(d, (int)Math.Round(Math.Clamp(linkV, 0, 1000) * 1000));
                    Send(_voltages, _nextVoltageUs);
                }

                _nextVoltageUs += VoltagePeriodUs;
            }
        }
    }
}
