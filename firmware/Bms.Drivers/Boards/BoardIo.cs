using System.Device.Gpio;

namespace Bms.Drivers.Boards
{
    /// <summary>The board's switched outputs and contact inputs, by the names that the controller uses.</summary>
    public sealed class BoardIo
    {
        private readonly GpioOutput _mainPositive;
        private readonly GpioOutput _mainNegative;
        private readonly GpioOutput _precharge;
        private readonly GpioOutput _heater;
        private readonly GpioOutput _cooling;
        private readonly GpioOutput _fan;

        /// <param name="controller">The chip's GPIO controller.</param>
        /// <param name="pins">Pin numbers of the board.</param>
        public BoardIo(GpioController controller, BoardPins pins)
        {
            // Contactors before all else, and outputs before inputs: the pack is isolated before anything here can fail.
            _mainPositive = new GpioOutput(controller, pins.MainPositive);
            _mainNegative = new GpioOutput(controller, pins.MainNegative);
            _precharge = new GpioOutput(controller, pins.Precharge);
            _heater = new GpioOutput(controller, pins.Heater);
            _cooling = new GpioOutput(controller, pins.Cooling);
            _fan = pins.Fan == BoardPins.NotWired ? null : new GpioOutput(controller, pins.Fan);
            Interlock = new GpioInput(controller, pins.Interlock);
            MainPositiveFeedback = new GpioInput(controller, pins.MainPositiveFeedback);
            MainNegativeFeedback = new GpioInput(controller, pins.MainNegativeFeedback);
            PrechargeFeedback = new GpioInput(controller, pins.PrechargeFeedback);
        }

        /// <summary>The interlock loop through the high-voltage connectors.</summary>
        public GpioInput Interlock { get; private set; }

        /// <summary>Auxiliary contact of the positive main contactor.</summary>
        public GpioInput MainPositiveFeedback { get; private set; }

        /// <summary>Auxiliary contact of the negative main contactor.</summary>
        public GpioInput MainNegativeFeedback { get; private set; }

        /// <summary>Auxiliary contact of the precharge contactor.</summary>
        public GpioInput PrechargeFeedback { get; private set; }

        /// <summary>Reads the inputs that changed or are due.</summary>
        /// <param name="nowMs">Controller time in ms.</param>
        public void UpdateInputs(uint nowMs)
        {
            Interlock.Update(nowMs);
            MainPositiveFeedback.Update(nowMs);
            MainNegativeFeedback.Update(nowMs);
            PrechargeFeedback.Update(nowMs);
        }

        /// <summary>Sets the contactors. What opens is switched before what closes.</summary>
        public void SetContactors(bool mainPositive, bool mainNegative, bool precharge)
        {
            if (!mainPositive)
            {
                _mainPositive.Set(false);
            }

            if (!mainNegative)
            {
                _mainNegative.Set(false);
            }

            if (!precharge)
            {
                _precharge.Set(false);
            }

            _mainNegative.Set(mainNegative);
            _precharge.Set(precharge);
            _mainPositive.Set(mainPositive);
        }

        /// <summary>Sets heater, pump and fan; where the fan has no output, pump and fan share one.</summary>
        public void SetThermal(bool heater, bool pump, bool fan)
        {
            _heater.Set(heater);
            if (_fan == null)
            {
                _cooling.Set(pump || fan);
                return;
            }

            _cooling.Set(pump);
            _fan.Set(fan);
        }

        /// <summary>Switches everything off, whatever was remembered: the way out of a failure.</summary>
        public void ForceAllOff()
        {
            _mainPositive.ForceOff();
            _mainNegative.ForceOff();
            _precharge.ForceOff();
            _heater.ForceOff();
            _cooling.ForceOff();
            if (_fan != null)
            {
                _fan.ForceOff();
            }
        }
    }
}
