namespace Bms.Plant.Pack
{
    /// <summary>The climate sensor in the housing: truth plus fixed offsets and noise, once a second.</summary>
    public sealed class EnclosureSensor
    {
        /// <summary>Time between two readings in us.</summary>
        public const long PeriodUs = 1_000_000;

        private readonly Enclosure _enclosure;
        private readonly NoiseSource _noise;
        private readonly double _pressureOffsetPa;
        private readonly double _pressureNoisePa;
        private readonly double _humidityOffset;
        private readonly double _temperatureOffsetK;
        private readonly bool _isFitted;
        private long _nextUs;

        /// <param name="enclosure">What is measured.</param>
        /// <param name="options">The pack.</param>
        /// <param name="startUs">Virtual time of the start in us.</param>
        public EnclosureSensor(Enclosure enclosure, PackOptions options, long startUs)
        {
            _enclosure = enclosure;
            EnclosureOptions housing = options.Enclosure;
            var errors = new RandomStream(options.Seed, 600);
            _noise = new NoiseSource(options.Seed, 601);
            _pressureOffsetPa = housing.PressureOffsetPa * errors.NextGaussian();
            _humidityOffset = housing.HumidityOffset * errors.NextGaussian();
            _temperatureOffsetK = housing.TemperatureOffsetK * errors.NextGaussian();
            _pressureNoisePa = housing.PressureNoisePa;
            _isFitted = housing.HasSensor;
            _nextUs = startUs + (long)(errors.NextDouble() * PeriodUs);
        }

        /// <summary>True: gives no readings.</summary>
        public bool IsSilent { get; set; }

        /// <summary>True: readings come, but without values.</summary>
        public bool HasFailed { get; set; }

        /// <summary>Further offset of the pressure in Pa.</summary>
        public double PressureFaultPa { get; set; }

        /// <summary>Temperature of the last reading in degC; NaN where it failed.</summary>
        public double TemperatureDegC { get; private set; } = double.NaN;

        /// <summary>Pressure of the last reading in Pa; NaN where it failed.</summary>
        public double PressurePa { get; private set; } = double.NaN;

        /// <summary>Relative humidity of the last reading, 0..1; NaN where it failed.</summary>
        public double Humidity { get; private set; } = double.NaN;

        /// <summary>Takes a reading where one is due.</summary>
        /// <param name="timeUs">Virtual time in us.</param>
        /// <returns>True where there is a new one.</returns>
        public bool TryRead(long timeUs)
        {
            if (!_isFitted || timeUs < _nextUs)
            {
                return false;
            }

            _nextUs += PeriodUs;
            double noise = _pressureNoisePa * _noise.Next();
            if (IsSilent)
            {
                return false;
            }

            TemperatureDegC = HasFailed ? double.NaN : Math.Clamp(_enclosure.TemperatureDegC + _temperatureOffsetK, -40, 85);
            PressurePa = HasFailed ? double.NaN : Math.Clamp(_enclosure.PressurePa + _pressureOffsetPa + noise + PressureFaultPa, 30_000, 110_000);
            Humidity = HasFailed ? double.NaN : Math.Clamp(_enclosure.Humidity + _humidityOffset, 0, 1);
            return true;
        }
    }
}
