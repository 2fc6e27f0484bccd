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

        // From here on a sensor is too slow for its jumps to be no loads.
        private const int SlowMs = 100;

        /// <summary>Value of the frame last taken.</summary>
        public int Value;

        private readonly bool _isInverted;

        // Values as last believed and those before the last jump, current and two voltages; and whether the last one was put aside.
        private const int Quantities = 3;
        private readonly int[] _believed = new int[Quantities];
        private readonly int[] _before = new int[Quantities];
        private readonly int[] _jump = new int[Quantities];
        private readonly bool[] _putAside = new bool[Quantities];
        private readonly bool _isSlow;
        private readonly int _mostMa;
        private readonly int _leastMa;

        /// <summary>Makes the part that all kinds share.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        protected SensorProtocol(ParameterBlock parameters)
        {
            _isInverted = parameters.Get(ParameterId.CurrentInverted) != 0;

            // A slow sensor shows every load as a jump: there only what no load may do, beyond the trip of the over-current rows, waits for its confirmation.
            int periodMs = SensorProfile.PeriodMs(parameters.Get(ParameterId.SensorProfile));
            _isSlow = periodMs > SlowMs;
            _mostMa = parameters.Get(ParameterId.OfFault(Protection.FaultId.OverCurrentCharge, ParameterId.ColumnTrip));
            _leastMa = -parameters.Get(ParameterId.OfFault(Protection.FaultId.OverCurrentDischarge, ParameterId.ColumnTrip));
            _jump[0] = SensorProfile.AboveSensorError(parameters.Get(ParameterId.CapacityMah) / 10);

            // An eighth of what the pack has: the link in precharge moves by less in a period, but for its first one.
            int jumpMv = parameters.Get(ParameterId.CellCount) * parameters.Get(ParameterId.ChargeStopMv) / 8;
            _jump[1] = jumpMv;
            _jump[2] = jumpMv;
            for (int of = 0; of < Quantities; of++)
            {
                // The first value has nothing to be held against.
                _putAside[of] = true;
            }
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

            return Confirm(_isInverted ? -currentMa : currentMa, Current);
        }

        /// <summary>Hands a value over, unless it jumped: no CRC protects it, so the frame after it decides. The one before stands until then, with its age.</summary>
        /// <remarks>Never two in a row, so a load that alternates is late by one period and not lost. A value that comes back to where it was before a jump needs no confirmation.</remarks>
        /// <param name="value">Value in mA or mV.</param>
        /// <param name="kind"><see cref="Current"/>, <see cref="PackVoltage"/> or <see cref="LinkVoltage"/>.</param>
        /// <returns>The kind, with <see cref="Value"/> filled; or <see cref="NoNews"/>.</returns>
        protected int Confirm(int value, int kind)
        {
            int of = kind - Current;
            int jump = _jump[of];
            int believed = _believed[of];
            if (IsFar(value, believed, jump))
            {
                bool isLoad = _isSlow && of == 0 && value <= _mostMa && value >= _leastMa;
                if (!isLoad && !_putAside[of] && IsFar(value, _before[of], jump))
                {
                    _putAside[of] = true;
                    return NoNews;
                }

                _before[of] = believed;
            }

            _putAside[of] = false;
            _believed[of] = value;
            Value = value;
            return kind;
        }

        private static bool IsFar(int value, int from, int jump)
        {
            // Ranges of all sensors together leave room for the difference.
            int moved = value - from;
            return moved > jump || moved < -jump;
        }
    }
}
