using Bms.Core.Configuration;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>LEM CAB 300 and CAB 500: current with an error flag, neither counter nor CRC.</summary>
    public sealed class LemCabSensor : SensorProtocol
    {
        /// <summary>Makes it.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public LemCabSensor(ParameterBlock parameters)
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
            if (frame.Id != Messages.LemCab.Current.Id || frame.IsExtended)
            {
                return NotMine;
            }

            if (frame.Length != Messages.LemCab.Current.Length)
            {
                return Refused;
            }

            return Messages.LemCab.Current.UnpackErrorIndication(frame.Data) != 0 ? NoNews : Give(Messages.LemCab.Current.UnpackCurrentMa(frame.Data));
        }
    }
}
