using Bms.Core.Configuration;
using Bms.Core.Messages.VictronLynx;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Victron Lynx shunt: current in steps of 0.1 A, known by its PGN whatever its address; neither counter nor CRC.</summary>
    public sealed class VictronLynxSensor : SensorProtocol
    {
        private const uint PgnMask = 0x3FFFF00;

        /// <summary>Makes it.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public VictronLynxSensor(ParameterBlock parameters)
            : base(parameters)
        {
        }

        /// <inheritdoc/>
        public override bool HasVoltages
        {
            get { return false; }
        }

        /// <inheritdoc/>
        public override int Take(CanFrame frame)
        {
            if (!frame.IsExtended || (frame.Id & PgnMask) != (BatteryStatus.Id & PgnMask))
            {
                return NotMine;
            }

            byte[] data = frame.Data;
            if (frame.Length != BatteryStatus.Length)
            {
                return Refused;
            }

            return data[0] != 0 || (data[3] == 0xFF && data[4] == 0xFF) ? NoNews : Give(BatteryStatus.UnpackCurrentMa(data));
        }
    }
}
