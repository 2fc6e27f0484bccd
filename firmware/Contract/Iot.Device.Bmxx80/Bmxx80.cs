using System.Device.I2c;
using UnitsNet;

namespace Iot.Device.Bmxx80
{
    public enum Sampling : byte
    {
        Skipped = 0,
        UltraLowPower = 1,
        LowPower = 2,
        Standard = 3,
        HighResolution = 4,
        UltraHighResolution = 5,
    }

    public abstract class Bmxx80Base : System.IDisposable
    {
        protected extern Bmxx80Base(byte deviceId, I2cDevice i2cDevice);
        public extern Sampling PressureSampling { get; set; }
        public extern Sampling TemperatureSampling { get; set; }
        public extern void Dispose();
        public extern void Reset();
        public abstract bool TryReadPressure(out Pressure pressure);
        public abstract bool TryReadTemperature(out Temperature temperature);
    }

    public abstract class Bmx280Base : Bmxx80Base
    {
        public const byte DefaultI2cAddress = 0x77;
        public const byte SecondaryI2cAddress = 0x76;
        protected extern Bmx280Base(byte deviceId, I2cDevice i2cDevice);
        public virtual extern int GetMeasurementDuration();
        public extern PowerMode.Bmx280PowerMode ReadPowerMode();
        public extern void SetPowerMode(PowerMode.Bmx280PowerMode powerMode);
        public override extern bool TryReadPressure(out Pressure pressure);
        public override extern bool TryReadTemperature(out Temperature temperature);
    }

    public class Bme280 : Bmx280Base
    {
        public extern Bme280(I2cDevice i2cDevice);
        public extern Sampling HumiditySampling { get; set; }
        public override extern int GetMeasurementDuration();
        public extern bool TryReadHumidity(out RelativeHumidity humidity);
    }
}

namespace Iot.Device.Bmxx80.PowerMode
{
    public enum Bmx280PowerMode : byte
    {
        Sleep = 0,
        Forced = 2,
        Normal = 3,
    }
}
