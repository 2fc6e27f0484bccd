using System;
using System.Device.Gpio;

namespace Bms.Drivers
{
    /// <summary>One switched output: high drives the load, low (and no drive at all) leaves it off.</summary>
    /// <remarks>
    /// Writes to the pin only when the level changes, because the pin value is a struct and a struct is a heap object on the device.
    /// Needs an external pull-down at the driver stage: the pin floats from reset until this object is made.
    /// </remarks>
    public sealed class GpioOutput
    {
        private readonly GpioPin _pin;
        private bool _isOn;

        /// <param name="controller">The chip's GPIO controller.</param>
        /// <param name="pinNumber">Number of the pin at the chip.</param>
        public GpioOutput(GpioController controller, int pinNumber)
        {
            // Not driven first, then low in the latch, then driven: a restart while a contactor is closed opens it and never pulses another.
            _pin = controller.OpenPin(pinNumber, PinMode.InputPullDown);
            try
            {
                _pin.Write(PinValue.Low);
            }
            catch (Exception)
            {
                // Some images refuse to write to an input. Their latch is low after reset.
            }

            _pin.SetPinMode(PinMode.Output);
            _pin.Write(PinValue.Low);
        }

        /// <summary>True where the load is driven.</summary>
        public bool IsOn
        {
            get { return _isOn; }
        }

        /// <summary>Drives the load or leaves it off.</summary>
        public void Set(bool on)
        {
            if (on == _isOn)
            {
                return;
            }

            _pin.Write(on ? PinValue.High : PinValue.Low);
            _isOn = on;
        }

        /// <summary>Switches off without trusting the remembered level.</summary>
        public void ForceOff()
        {
            _pin.Write(PinValue.Low);
            _isOn = false;
        }
    }
}
