using System.Device.Gpio;

namespace Bms.Drivers
{
    /// <summary>One contact input: an auxiliary contact or the interlock loop, closed when the pin is high.</summary>
    /// <remarks>
    /// Reading a pin makes a heap object (the pin value is a struct). So an edge only marks the input, the cycle reads it after an edge, and an edge that
    /// was missed is made good by reading anew every <see cref="RefreshMs"/>. A broken wire reads as open, because the pin is pulled down.
    /// </remarks>
    public sealed class GpioInput
    {
        /// <summary>Longest time in ms for which a level may stand without having been read.</summary>
        public const int RefreshMs = 100;

        private readonly GpioPin _pin;
        private bool _hasEdge;
        private bool _isClosed;
        private uint _readAtMs;

        /// <param name="controller">The chip's GPIO controller.</param>
        /// <param name="pinNumber">Number of the pin at the chip.</param>
        public GpioInput(GpioController controller, int pinNumber)
        {
            // No pull inside the chip: the input-only pins of the ESP32 have none.
            _pin = controller.OpenPin(pinNumber, PinMode.Input);
            _pin.ValueChanged += OnValueChanged;
            _hasEdge = true;
        }

        /// <summary>True where the contact was closed when last read; false before the first <see cref="Update"/>.</summary>
        public bool IsClosed
        {
            get { return _isClosed; }
        }

        /// <summary>Reads the pin where an edge came or the last reading is too old.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(uint nowMs)
        {
            if (!_hasEdge && nowMs - _readAtMs < RefreshMs)
            {
                return;
            }

            // Cleared before the reading: an edge during it asks for the next one.
            _hasEdge = false;
            _isClosed = _pin.Read() == PinValue.High;
            _readAtMs = nowMs;
        }

        private void OnValueChanged(object sender, PinValueChangedEventArgs e)
        {
            _hasEdge = true;
        }
    }
}
