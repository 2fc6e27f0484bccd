namespace nanoFramework.Hardware.Esp32
{
    // Value = type (SPI 1, I2C 2, serial 3) << 16 | bus << 8 | function.
    public enum DeviceFunction
    {
        SPI1_MOSI = 65792,
        SPI1_MISO = 65793,
        SPI1_CLOCK = 65794,
        SPI2_MOSI = 66048,
        SPI2_MISO = 66049,
        SPI2_CLOCK = 66050,
        I2C1_DATA = 131328,
        I2C1_CLOCK = 131329,
        I2C2_DATA = 131584,
        I2C2_CLOCK = 131585,
        COM1_TX = 196864,
        COM1_RX = 196865,
        COM2_TX = 197120,
        COM2_RX = 197121,
        COM3_TX = 197376,
        COM3_RX = 197377,
    }

    public class Configuration
    {
        public extern Configuration();
        public static extern int GetFunctionPin(DeviceFunction function);
        public static extern void SetPinFunction(int pin, DeviceFunction function);
    }

    public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object e);

    public class HighResTimer : System.IDisposable
    {
        public extern HighResTimer();
        public extern event HighResTimerExpiredEventHandler OnHighResTimerExpired;
        public extern void Dispose();
        public static extern ulong GetCurrent();
        public extern void StartOnePeriodic(ulong period_us);
        public extern void StartOneShot(ulong timeout_us);
        public extern void Stop();
    }

    public class NativeMemory
    {
        public enum MemoryType
        {
            All = 0,
            Internal = 1,
            SpiRam = 2,
        }

        public extern NativeMemory();
        public static extern void GetMemoryInfo(MemoryType memoryType, out uint totalSize, out uint totalFreeSize, out uint largestFreeBlock);
    }

    public enum EspNativeError
    {
        OK = 0,
    }

    public class Sleep
    {
        public extern Sleep();

        public enum WakeupCause
        {
            Undefined = 0,
            Ext0 = 2,
            Ext1 = 3,
            Timer = 4,
            TouchPad = 5,
            Ulp = 6,
            Gpio = 7,
            Uart = 8,
        }

        [System.Flags]
        public enum WakeupGpioPin : ulong
        {
            None = 0,
        }

        public static extern EspNativeError EnableWakeupByTimer(System.TimeSpan time);
        public static extern EspNativeError EnableWakeupByPin(WakeupGpioPin pin, int level);
        public static extern WakeupCause GetWakeupCause();
        public static extern void StartDeepSleep();
    }
}
