using Bms.Core.Configuration;
using Bms.Core.Messages;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>What a foreign current sensor says: addressing, checks and value of a received frame.</summary>
    /// <remarks>One virtual call for each frame that no module sent; nothing allocates. The reference sensor has no such object.</remarks>
    public abstract class SensorProtocol
    {
        /// <summary>Result of <see cref="Take"/>: not a frame of this sensor.</summary>
        public const int NotMine = 0;

        /// <summary>Result of <see cref="Take"/>: length, counter or selector are wrong.</summary>
        public const int Refused = 1;

        /// <summary>Result of <see cref="Take"/>: a good frame in which the sensor says that it does not know.</summary>
        public const int NoNews = 2;

        /// <summary>Result of <see cref="Take"/>: <see cref="Value"/> is the current in mA, positive charges.</summary>
        public const int Current = 3;

        /// <summary>Result of <see cref="Take"/>: <see cref="Value"/> is the voltage on the battery side in mV.</summary>
        public const int PackVoltage = 4;

        /// <summary>Result of <see cref="Take"/>: <see cref="Value"/> is the voltage on the load side in mV.</summary>
        public const int LinkVoltage = 5;

        /// <summary>Value of the frame last taken.</summary>
        public int Value;

        private readonly bool _isInverted;

        /// <summary>Makes the part that all kinds share.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        protected SensorProtocol(ParameterBlock parameters)
        {
            _isInverted = parameters.Get(ParameterId.CurrentInverted) != 0;
        }

        /// <summary>True where the sensor also measures both voltages.</summary>
        public abstract bool HasVoltages { get; }

        /// <summary>Judges a received frame.</summary>
        /// <param name="frame">Any frame of the bus.</param>
        /// <returns>One of the results above.</returns>
        public abstract int Take(CanFrame frame);

        /// <summary>The protocol that a block asks for; null for the reference sensor.</summary>
        /// <param name="parameters">A valid block.</param>
        public static SensorProtocol Create(ParameterBlock parameters)
        {
            switch (parameters.Get(ParameterId.SensorProfile))
            {
                case SensorProfile.IvtS: return new IvtSSensor(parameters);
                case SensorProfile.LemCab: return new LemCabSensor(parameters);
                case SensorProfile.VictronLynx: return new VictronLynxSensor(parameters);
                default: return null;
            }
        }

        /// <summary>Hands a current over, turned round where the sensor is mounted so.</summary>
        /// <param name="currentMa">Current as sent, in mA, or not available.</param>
        protected int Give(int currentMa)
        {
            if (currentMa == SignalValue.NotAvailable)
            {
                return NoNews;
            }

            Value = _isInverted ? -currentMa : currentMa;
            return Current;
        }
    }
}
