using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Control
{
    /// <summary>Runs the heater before and during cold charging, and cooling when the cells are hot: two thermostats with hysteresis.</summary>
    /// <remarks>Without a valid temperature the heater is off and, once a host was heard, cooling is on: heating blind is the greater danger.</remarks>
    public sealed class ThermalControl
    {
        private readonly int _heaterOnBelow;
        private readonly int _heaterOffAbove;
        private readonly int _coolingOnAbove;
        private readonly int _coolingOffBelow;
        private readonly int _tooHotToHeat;

        /// <summary>Makes both thermostats, off.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public ThermalControl(ParameterBlock parameters)
        {
            _heaterOnBelow = parameters.Get(ParameterId.HeaterOnBelowDeciC);
            _heaterOffAbove = parameters.Get(ParameterId.HeaterOffAboveDeciC);
            _coolingOnAbove = parameters.Get(ParameterId.CoolingOnAboveDeciC);
            _coolingOffBelow = parameters.Get(ParameterId.CoolingOffBelowDeciC);
            _tooHotToHeat = _coolingOffBelow;
        }

        /// <summary>Sets heater and cooling.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="isTripped">True while the pack is tripped: the heater stays off.</param>
        /// <param name="outputs">Outputs to set.</param>
        public void Update(PackMeasurement m, bool isTripped, ActuatorOutputs outputs)
        {
            int cold = m.LowestTemperatureDeciC;
            int hot = m.HighestTemperatureDeciC;
            if (cold == SignalValue.NotAvailable)
            {
                outputs.Heater = false;
                outputs.Cooling = m.HostSeen;
                return;
            }

            if (m.HostMode != HostCommand.ModeCharge || isTripped || cold > _heaterOffAbove || hot > _tooHotToHeat)
            {
                outputs.Heater = false;
            }
            else if (cold < _heaterOnBelow)
            {
                outputs.Heater = true;
            }

            if (hot > _coolingOnAbove)
            {
                outputs.Cooling = true;
            }
            else if (hot < _coolingOffBelow)
            {
                outputs.Cooling = false;
            }
        }
    }
}
