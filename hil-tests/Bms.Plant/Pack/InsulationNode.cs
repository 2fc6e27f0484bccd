using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages.BenderIso165c;

namespace Bms.Plant.Pack
{
    /// <summary>The insulation of both ends of the pack against the chassis, and the monitor that measures it: on the bus (ISO165C) or by pulses (IR155).</summary>
    /// <remarks>
    /// The monitor sees both ends in parallel, and follows with a time constant of 2 s and a fixed error, both plausible for its averaging and its dividers, not measured on one.
    /// </remarks>
    public sealed class InsulationNode : PackNode
    {
        private const long PeriodUs = Info.PeriodMs * 1000L;
        private const double LagS = 2;
        private const double MostKohm = 50_000;

        private readonly byte[] _data = new byte[8];
        private readonly int _profile;
        private readonly double _gain;
        private double _measuredKohm;
        private int _counter;
        private long _nextUs;

        /// <param name="options">The pack.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public InsulationNode(PackOptions options, long startUs)
            : base("InsulationMonitor")
        {
            _profile = options.InsulationProfile;
            PositiveKohm = 2 * options.InsulationKohm;
            NegativeKohm = PositiveKohm;
            _gain = 1 + (options.Sensors.InsulationGain * new RandomStream(options.Seed, 402).NextGaussian());
            _measuredKohm = TrueKohm * _gain;
            _nextUs = startUs + (long)(new RandomStream(options.Seed, 400).NextDouble() * PeriodUs);
        }

        /// <summary>Resistance from the positive end to the chassis in kohm.</summary>
        public double PositiveKohm { get; set; }

        /// <summary>Resistance from the negative end to the chassis in kohm.</summary>
        public double NegativeKohm { get; set; }

        /// <summary>Resistance between battery and chassis in kohm: both ends in parallel.</summary>
        public double TrueKohm => PositiveKohm * NegativeKohm / (PositiveKohm + NegativeKohm);

        /// <summary>True: the monitor reports an error of its own.</summary>
        public bool HasDeviceError { get; set; }

        /// <summary>True: the monitor reports that its wire to the chassis is open.</summary>
        public bool HasEarthFault { get; set; }

        /// <summary>Frequency at the output of an IR155 in 0.1 Hz; 0 where none is fitted or it is without supply.</summary>
        public int DeciHz => _profile != InsulationProfile.Ir155 || IsSilent ? 0 : HasDeviceError ? 400 : HasEarthFault ? 500 : 100;

        /// <summary>Duty cycle at the output of an IR155 in permille.</summary>
        public int DutyPermille => (int)Math.Round(50 + (900 * 1200 / (_measuredKohm + 1200)));

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            if (_profile == InsulationProfile.None)
            {
                return;
            }

            double stepS = (untilUs - fromUs) * 1e-6;
            _measuredKohm += (Math.Min(TrueKohm * _gain, MostKohm) - _measuredKohm) * stepS / (LagS + stepS);
            while (_nextUs < untilUs)
            {
                if (InsulationProfile.IsOnBus(_profile) && !IsSilent)
                {
                    SendInfo();
                }

                _nextUs += PeriodUs;
            }
        }

        private void SendInfo()
        {
            Info.PackInsulationKohm(_data, (int)Math.Round(_measuredKohm));
            if (_profile == InsulationProfile.Iso165cBigEndian)
            {
                (_data[0], _data[1]) = (_data[1], _data[0]);
            }

            Info.PackMeasurementCounter(_data, _counter);
            Info.PackDeviceError(_data, HasDeviceError ? 1 : 0);
            Info.PackEarthFault(_data, HasEarthFault ? 1 : 0);
            Info.PackDeviceActivity(_data, Info.DeviceActivityNormal);
            if (!HasStuckCounter)
            {
                _counter = (_counter + 1) & 255;
            }

            Bus?.Send(Info.Id, _data, Info.Length, _nextUs);
        }
    }
}
