namespace System.Device.Gpio
{
    // As much of the device's pin as the drivers name; no pin is wired in a replay.
    public class PinValueChangedEventArgs
    {
    }

    public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);

    public class GpioPin
    {
        public event PinValueChangedEventHandler ValueChanged
        {
            add { }
            remove { }
        }
    }
}
