namespace System.Device.Gpio
{
    /// <summary>Kinds of edges, as on the device.</summary>
    [Flags]
    public enum PinEventTypes
    {
        /// <summary>No edge.</summary>
        None = 0,

        /// <summary>From low to high.</summary>
        Rising = 1,

        /// <summary>From high to low.</summary>
        Falling = 2,
    }

    /// <summary>What the event of an edge tells.</summary>
    public class PinValueChangedEventArgs
    {
        /// <param name="changeType">The edge.</param>
        /// <param name="pinNumber">Number of the pin.</param>
        public PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber)
        {
            ChangeType = changeType;
            PinNumber = pinNumber;
        }

        /// <summary>The edge.</summary>
        public PinEventTypes ChangeType { get; }

        /// <summary>Number of the pin.</summary>
        public int PinNumber { get; }
    }

    /// <summary>Handler of an edge, as on the device.</summary>
    public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);

    /// <summary>Stand-in for the device's input pin, driven by a chip model. There it is opened by the GPIO controller; here it is made.</summary>
    public class GpioPin
    {
        private readonly PinValueChangedEventArgs _rising;
        private readonly PinValueChangedEventArgs _falling;

        /// <param name="pinNumber">Any number.</param>
        /// <param name="isHigh">Level at first.</param>
        public GpioPin(int pinNumber, bool isHigh)
        {
            PinNumber = pinNumber;
            IsHigh = isHigh;
            _rising = new PinValueChangedEventArgs(PinEventTypes.Rising, pinNumber);
            _falling = new PinValueChangedEventArgs(PinEventTypes.Falling, pinNumber);
        }

        /// <summary>An edge came. On the device from the event dispatcher's thread, here at once.</summary>
        public event PinValueChangedEventHandler? ValueChanged;

        /// <summary>Number of the pin.</summary>
        public int PinNumber { get; }

        /// <summary>Level now; a bench-side member.</summary>
        public bool IsHigh { get; private set; }

        /// <summary>Sets the level, with an event where it changes; a bench-side member. Allocates nothing.</summary>
        public void Drive(bool isHigh)
        {
            if (isHigh != IsHigh)
            {
                IsHigh = isHigh;
                ValueChanged?.Invoke(this, isHigh ? _rising : _falling);
            }
        }
    }
}
