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

    /// <summary>Directions and pull resistors of a pin, as on the device.</summary>
    public enum PinMode
    {
        /// <summary>Input without a pull resistor.</summary>
        Input,

        /// <summary>Input, pulled down.</summary>
        InputPullDown,

        /// <summary>Input, pulled up.</summary>
        InputPullUp,

        /// <summary>Output.</summary>
        Output,
    }

    /// <summary>Level of a pin; a struct as on the device.</summary>
    public readonly struct PinValue : IEquatable<PinValue>
    {
        private readonly bool _isHigh;

        private PinValue(bool isHigh)
        {
            _isHigh = isHigh;
        }

        /// <summary>High.</summary>
        public static PinValue High => new(true);

        /// <summary>Low.</summary>
        public static PinValue Low => new(false);

        /// <summary>True where both are the same level.</summary>
        public static bool operator ==(PinValue left, PinValue right) => left._isHigh == right._isHigh;

        /// <summary>True where the levels differ.</summary>
        public static bool operator !=(PinValue left, PinValue right) => left._isHigh != right._isHigh;

        /// <inheritdoc/>
        public bool Equals(PinValue other) => this == other;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is PinValue other && this == other;

        /// <inheritdoc/>
        public override int GetHashCode() => _isHigh ? 1 : 0;
    }

    /// <summary>Stand-in for the device's GPIO controller: pins by number, each opened once.</summary>
    public class GpioController
    {
        private readonly Dictionary<int, GpioPin> _pins = [];

        /// <summary>Opens a pin.</summary>
        /// <param name="pinNumber">Number of the pin.</param>
        /// <param name="mode">Direction.</param>
        /// <exception cref="InvalidOperationException">It is open already, as on the device.</exception>
        public GpioPin OpenPin(int pinNumber, PinMode mode)
        {
            var pin = new GpioPin(pinNumber, mode == PinMode.InputPullUp);
            if (!_pins.TryAdd(pinNumber, pin))
            {
                throw new InvalidOperationException($"Pin {pinNumber} is open already.");
            }

            pin.SetPinMode(mode);
            return pin;
        }

        /// <summary>An open pin; a bench-side member.</summary>
        /// <param name="pinNumber">Number of the pin.</param>
        public GpioPin Pin(int pinNumber) => _pins[pinNumber];
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

        /// <summary>Direction; a bench-side member.</summary>
        public PinMode Mode { get; private set; }

        /// <summary>Edges that the firmware gave since start; a bench-side member.</summary>
        public int WrittenEdges { get; private set; }

        /// <summary>Level now; a bench-side member.</summary>
        public bool IsHigh { get; private set; }

        /// <summary>Sets the direction.</summary>
        public void SetPinMode(PinMode value) => Mode = value;

        /// <summary>Level now.</summary>
        public PinValue Read() => IsHigh ? PinValue.High : PinValue.Low;

        /// <summary>Drives the pin.</summary>
        public void Write(PinValue value)
        {
            bool isHigh = value == PinValue.High;
            WrittenEdges += isHigh != IsHigh ? 1 : 0;
            IsHigh = isHigh;
        }

        /// <summary>Drives the other level.</summary>
        public void Toggle()
        {
            IsHigh = !IsHigh;
            WrittenEdges++;
        }

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
