namespace System.Device.Gpio
{
    public enum PinMode
    {
        Input,
        InputPullDown,
        InputPullUp,
        Output,
        OutputOpenDrain,
        OutputOpenDrainPullUp,
        OutputOpenSource,
        OutputOpenSourcePullDown,
    }

    public enum PinEventTypes
    {
        None = 0,
        Rising = 1,
        Falling = 2,
    }

    // A struct: every read and write makes one on the managed heap. GpioPin.Toggle makes none.
    public readonly struct PinValue
    {
        private readonly byte _value;
        public static extern PinValue High { get; }
        public static extern PinValue Low { get; }
        public extern bool Equals(PinValue other);
        public override extern bool Equals(object obj);
        public override extern int GetHashCode();
        public override extern string ToString();
        public static extern implicit operator PinValue(int value);
        public static extern implicit operator PinValue(bool value);
        public static extern explicit operator byte(PinValue value);
        public static extern explicit operator int(PinValue value);
        public static extern explicit operator bool(PinValue value);
        public static extern bool operator ==(PinValue a, PinValue b);
        public static extern bool operator !=(PinValue a, PinValue b);
    }

    public class PinValueChangedEventArgs
    {
        public extern PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber);
        public extern PinEventTypes ChangeType { get; }
        public extern int PinNumber { get; }
    }

    public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);

    public class GpioPin : IDisposable
    {
        internal extern GpioPin();
        public extern event PinValueChangedEventHandler ValueChanged;
        public extern int PinNumber { get; }
        public extern void Dispose();
        public extern PinMode GetPinMode();
        public extern bool IsPinModeSupported(PinMode pinMode);
        public extern PinValue Read();
        public extern void SetPinMode(PinMode value);
        public extern void Toggle();
        public extern void Write(PinValue value);
    }

    public class GpioController : IDisposable
    {
        public extern GpioController();
        public extern int PinCount { get; }
        public extern void ClosePin(int pinNumber);
        public extern void Dispose();
        public extern bool IsPinOpen(int pinNumber);
        public extern GpioPin OpenPin(int pinNumber);
        public extern GpioPin OpenPin(int pinNumber, PinMode mode);
        public extern PinValue Read(int pinNumber);
        public extern void SetPinMode(int pinNumber, PinMode mode);
        public extern void Write(int pinNumber, PinValue value);
    }
}
