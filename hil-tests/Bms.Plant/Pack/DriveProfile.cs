namespace Bms.Plant.Pack
{
    /// <summary>A synthetic drive: a car in town and on the motorway, its speed and the electric power it takes and gives back.</summary>
    /// <remarks>
    /// Made from a seed: stops, accelerations, cruising with small corrections, braking. The power is that of the driving resistances of a compact car
    /// (mass, rolling resistance, air drag, drive efficiency, auxiliaries), scaled to the pack. Plausible, not a legal cycle.
    /// </remarks>
    public sealed class DriveProfile
    {
        /// <summary>Time between two values in us.</summary>
        public const long SampleUs = 100_000;

        private const double MassKg = 1750;
        private const double DragAreaM2 = 0.65;
        private const double AirDensityKgPerM3 = 1.2;
        private const double RollingCoefficient = 0.010;
        private const double Gravity = 9.81;
        private const double DriveEfficiency = 0.90;
        private const double RegenerationEfficiency = 0.70;
        private const double AuxiliaryW = 500;

        private readonly float[] _powerW;
        private readonly float[] _speedMPerS;

        private DriveProfile(float[] powerW, float[] speedMPerS, double distanceM)
        {
            _powerW = powerW;
            _speedMPerS = speedMPerS;
            DistanceKm = distanceM / 1000;
        }

        /// <summary>Length of the profile in us.</summary>
        public long DurationUs => _powerW.Length * SampleUs;

        /// <summary>Distance driven in km.</summary>
        public double DistanceKm { get; }

        /// <summary>Makes a profile.</summary>
        /// <param name="seed">Seed of the run.</param>
        /// <param name="durationS">Length in s.</param>
        /// <param name="scale">Factor on the power, for packs that are smaller or larger than a car's (60 kW peaks at 1).</param>
        /// <param name="motorwayShare">Share of the drive on fast roads, 0..1.</param>
        public static DriveProfile Create(ulong seed, double durationS, double scale = 1, double motorwayShare = 0.4)
        {
            var random = new RandomStream(seed, 7);
            int count = (int)(durationS * 1e6 / SampleUs);
            var power = new float[count];
            var speeds = new float[count];
            double step = SampleUs * 1e-6;
            double speed = 0;
            double target = 0;
            double acceleration = 0;
            double hold = 5;
            double distance = 0;
            for (int i = 0; i < count; i++)
            {
                double left = (count - i) * step;
                if (left < 20 && target != 0)
                {
                    target = 0;
                    acceleration = Math.Max(1.0, speed / Math.Max(left - 5, 1));
                    hold = 1e9;
                }

                bool reached = Math.Abs(speed - target) < 0.05;
                if (reached)
                {
                    hold -= step;
                    if (hold <= 0)
                    {
                        bool fast = random.NextDouble() < motorwayShare;
                        bool stops = target > 0 && random.NextDouble() < (fast ? 0.15 : 0.6);
                        target = stops ? 0 : fast ? random.NextBetween(22, 34) : random.NextBetween(6, 15);
                        acceleration = target > speed ? random.NextBetween(0.7, 2.0) : random.NextBetween(0.6, 2.2);
                        hold = stops ? random.NextBetween(4, 25) : fast ? random.NextBetween(30, 120) : random.NextBetween(8, 35);
                    }
                }

                double next = speed;
                if (speed < target)
                {
                    // A motor of limited power: the acceleration fades with speed.
                    next = Math.Min(target, speed + (step * Math.Min(acceleration, 28 / Math.Max(speed, 5))));
                }
                else if (speed > target)
                {
                    next = Math.Max(target, speed - (step * acceleration));
                }

                double mean = 0.5 * (speed + next);
                double force = MassKg * (next - speed) / step;
                if (mean > 0.1)
                {
                    force += (MassKg * Gravity * RollingCoefficient) + (0.5 * AirDensityKgPerM3 * DragAreaM2 * mean * mean);
                }

                double wheelW = force * mean;
                double electricW = wheelW > 0 ? wheelW / DriveEfficiency : mean > 3 ? wheelW * RegenerationEfficiency : 0;
                power[i] = (float)(-(electricW + AuxiliaryW) * scale);
                speed = next;
                speeds[i] = (float)speed;
                distance += mean * step;
            }

            return new DriveProfile(power, speeds, distance);
        }

        /// <summary>Electric power at a time in W: negative drives, positive feeds the pack; 0 outside of the profile.</summary>
        /// <param name="timeUs">Time since the start of the profile in us.</param>
        public double PowerW(long timeUs)
        {
            return timeUs < 0 || timeUs >= DurationUs ? 0 : _powerW[timeUs / SampleUs];
        }

        /// <summary>Speed at a time in m/s; 0 outside of the profile.</summary>
        /// <param name="timeUs">Time since the start of the profile in us.</param>
        public double SpeedMPerS(long timeUs)
        {
            return timeUs < 0 || timeUs >= DurationUs ? 0 : _speedMPerS[timeUs / SampleUs];
        }
    }
}
