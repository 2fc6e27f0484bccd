using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Messages.IvtS;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Isabellenhuette IVT-S: current, U1 on the battery side and U2 on the load side of the contactors, a counter in every frame.</summary>
    public sealed class IvtSSensor : SensorProtocol
    {
        private const int Results = 3;

        // Channel, measurement and system error. The over-current signal beside them is a threshold of the sensor, not a doubt about the value.
        private const int ErrorBits = 0xE0;
        private const byte NoCounter = 255;

        private readonly byte[] _counter = new byte[Results];

        /// <summary>Makes it.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public IvtSSensor(ParameterBlock parameters)
            : base(parameters)
        {
            for (int i = 0; i < Results; i++)
            {
                _counter[i] = NoCounter;
            }
        }

        /// <inheritdoc/>
        public override bool HasVoltages
        {
            get { return true; }
        }

        /// <inheritdoc/>
        public override int Take(CanFrame frame)
        {
            uint result = frame.Id - Messages.IvtS.Current.Id;
            if (result >= Results || frame.IsExtended)
            {
                return NotMine;
            }

            byte[] data = frame.Data;
            byte counter = (byte)(data[1] & 0x0F);
            if (frame.Length != Voltage1.Length || data[0] != result || counter == _counter[(int)result])
            {
                return Refused;
            }

            _counter[(int)result] = counter;
            if ((data[1] & ErrorBits) != 0)
            {
                return NoNews;
            }

            if (result == 0)
            {
                return Give(Messages.IvtS.Current.UnpackCurrentMa(data));
            }

            int mv = Voltage1.UnpackVoltageMv(data);
            return mv == SignalValue.NotAvailable ? NoNews : Confirm(mv, result == 1 ? PackVoltage : LinkVoltage);
        }
    }
}
