using System.Device.Gpio;

namespace Bms.Drivers
{
    /// <summary>The line to the external window watchdog, which cuts the contactor supply when the edges stop or come too fast.</summary>
    public sealed class WatchdogOutput
    {
        private readonly GpioPin _pin;

        /// <param name="controller">The chip's GPIO controller.</param>
        /// <param name="pinNumber">Number of the pin at the chip.</param>
        public WatchdogOutput(GpioController controller, int pinNumber)
        {
            _pin = controller.OpenPin(pinNumber, PinMode.Output);
        }

        /// <summary>Gives one edge. Called from one place only: the end of a complete cycle.</summary>
        public void Feed()
        {
            // Toggle takes no pin value, so it makes no garbage.
            _pin.Toggle();
        }
    }
}
