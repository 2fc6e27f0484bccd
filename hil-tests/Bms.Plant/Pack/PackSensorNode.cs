using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Plant.Pack
{
    /// <summary>The sensor of the pack: current, and voltages on both sides of the contactors, in the frames of the chosen kind.</summary>
    /// <remarks>Reference: current every 10 ms, voltages every 20 ms. A kind that measures no voltages has the reference's voltage frame beside it.</remarks>
    public sealed class PackSensorNode : PackNode
    {
        private readonly long _currentPeriodUs;
        private readonly int _profile;
        private readonly byte[] _data = new byte[8];
        private readonly int[] _counter = new int[3];
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
            _profile = options.SensorProfile;
            _currentPeriodUs = SensorProfile.PeriodMs(_profile) * 1000L;
            _current = new SealedFrame(options.HostBaseId + (SensorCurrent.Id - HostCommand.Id), SensorCurrent.Length, SensorCurrent.DataId);
            _voltages = new SealedFrame(options.HostBaseId + (SensorVoltages.Id - HostCommand.Id), SensorVoltages.Length, SensorVoltages.DataId);
            _nextCurrentUs = startUs + (long)(errors.NextDouble() * _currentPeriodUs);
            _nextVoltageUs = startUs + (long)(errors.NextDouble() * VoltagePeriodUs);
        }

        /// <summary>True: no current frames; the voltages go on.</summary>
        public bool IsCurrentSilent { get; set; }

        /// <summary>True: no voltage frames; the current goes on.</summary>
        public bool IsVoltageSilent { get; set; }

        /// <summary>Added to the measured current in A.</summary>
        public double CurrentFaultA { get; set; }

        /// <summary>True: the sensor is mounted the other way round.</summary>
        public bool IsCurrentReversed { get; set; }

        /// <summary>Current the sensor is stuck at in A; null while it measures.</summary>
        public double? CurrentStuckA { get; set; }

        /// <summary>True: the sensor reports that it failed and no value.</summary>
        public bool IsCurrentFailed { get; set; }

        /// <summary>True: the sensor reports that the current is beyond its range, and no value.</summary>
        public bool IsCurrentBeyondRange { get; set; }

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
                    double measuredA = CurrentStuckA ?? ((_pack.CurrentA * (IsCurrentReversed ? -_currentGain : _currentGain)) + _currentOffsetA + CurrentFaultA + (_options.CurrentNoiseA * _noise.Next()));
                    int currentMa = IsCurrentFailed || IsCurrentBeyondRange ? SignalValue.NotAvailable : (int)Math.Round(Math.Clamp(measuredA * 1000, -8388607, 8388607));
                    SendCurrent(currentMa);
                }

                _nextCurrentUs += _currentPeriodUs;
            }

            while (_nextVoltageUs < untilUs)
            {
                if (!IsVoltageSilent)
                {
                    double packV = (_pack.PackVoltageV * _packGain) + PackVoltageFaultV + (_options.PackVoltageNoiseV * _noise.Next());
                    double linkV = (_link.VoltageV * _linkGain) + LinkVoltageFaultV + (_options.PackVoltageNoiseV * _noise.Next());
                    SendVoltages((int)Math.Round(Math.Clamp(packV, 0, 1000) * 1000), (int)Math.Round(Math.Clamp(linkV, 0, 1000) * 1000));
                }

                _nextVoltageUs += VoltagePeriodUs;
            }
        }

        private void SendCurrent(int currentMa)
        {
            switch (_profile)
            {
                case SensorProfile.IvtS:
                    SendIvt(0, currentMa, _nextCurrentUs);
                    break;
                case SensorProfile.LemCab:
                    Array.Clear(_data);
                    Bms.Core.Messages.LemCab.Current.PackCurrentMa(_data, currentMa);
                    Bms.Core.Messages.LemCab.Current.PackErrorIndication(_data, IsCurrentFailed ? 1 : 0);
                    SendForeign(Bms.Core.Messages.LemCab.Current.Id, false, Bms.Core.Messages.LemCab.Current.Length, _nextCurrentUs);
                    break;
                case SensorProfile.VictronLynx:
                    Array.Clear(_data);
                    Bms.Core.Messages.VictronLynx.BatteryStatus.PackCurrentMa(_data, currentMa);
                    if (_data[3] == 0xFF && _data[4] == 0xFF)
                    {
                        // -0.1 A would read as "not available".
                        _data[4] = 0;
                        _data[3] = 0;
                    }

                    if (IsCurrentFailed)
                    {
                        _data[3] = 0xFF;
                        _data[4] = 0xFF;
                    }

                    SendForeign(Bms.Core.Messages.VictronLynx.BatteryStatus.Id, true, Bms.Core.Messages.VictronLynx.BatteryStatus.Length, _nextCurrentUs);
                    break;
                default:
                    byte[] d = _current.Data;
                    SensorCurrent.PackCurrentMa(d, currentMa);
                    SensorCurrent.PackSensorStatus(d, IsCurrentFailed ? SensorCurrent.SensorStatusFailed : IsCurrentBeyondRange ? SensorCurrent.SensorStatusOutOfRange : SensorCurrent.SensorStatusOk);
                    Send(_current, _nextCurrentUs);
                    break;
            }
        }

        private void SendVoltages(int packMv, int linkMv)
        {
            if (_profile == SensorProfile.IvtS)
            {
                SendIvt(1, packMv, _nextVoltageUs);
                SendIvt(2, linkMv, _nextVoltageUs);
                return;
            }

            byte[] d = _voltages.Data;
            SensorVoltages.PackPackVoltageMv(d, packMv);
            SensorVoltages.PackLinkVoltageMv(d, linkMv);
            Send(_voltages, _nextVoltageUs);
        }

        // All results of the IVT-S have one layout.
        private void SendIvt(int result, int value, long notBeforeUs)
        {
            Array.Clear(_data);
            Bms.Core.Messages.IvtS.Current.PackMuxId(_data, result);
            Bms.Core.Messages.IvtS.Current.PackMessageCounter(_data, _counter[result]);
            Bms.Core.Messages.IvtS.Current.PackCurrentMa(_data, value);
            Bms.Core.Messages.IvtS.Current.PackMeasurementError(_data, value == SignalValue.NotAvailable ? 1 : 0);
            if (!HasStuckCounter)
            {
                _counter[result] = (_counter[result] + 1) & 15;
            }

            SendForeign(Bms.Core.Messages.IvtS.Current.Id + (uint)result, false, Bms.Core.Messages.IvtS.Current.Length, notBeforeUs);
        }

        private void SendForeign(uint id, bool isExtended, int length, long notBeforeUs)
        {
            if (!IsSilent)
            {
                Bus?.Send(id, isExtended, _data, length, notBeforeUs);
            }
        }
    }
}
