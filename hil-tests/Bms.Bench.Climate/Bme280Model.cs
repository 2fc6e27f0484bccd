using System;
using System.Device.I2c;
using System.IO;

namespace Bms.Bench.Climate
{
    /// <summary>A BME280 at register level behind an I2C device: trimming values, modes, raw values as the chip would measure them.</summary>
    /// <remarks>
    /// Registers after BST-BME280-DS002, section 5. Raw values are found by searching the compensation formulas for the physical ones, so what the firmware gets back went through formulas that are not ours.
    /// Not simulated: noise, the filter, the time of a conversion.
    /// </remarks>
    public sealed class Bme280Model : I2cDevice
    {
        private const int Id = 0xD0;
        private const int Reset = 0xE0;
        private const int ControlHumidity = 0xF2;
        private const int ControlMeasure = 0xF4;
        private const int Data = 0xF7;
        private const int ResetWord = 0xB6;

        private readonly byte[] _registers = new byte[256];
        private int _pointer;
        private int _humiditySampling;

        /// <param name="compensation">Trimming values; null for the usual ones.</param>
        public Bme280Model(Bme280Compensation compensation = null)
        {
            Compensation = compensation ?? new Bme280Compensation();
            PowerOn();
        }

        /// <summary>Trimming values.</summary>
        public Bme280Compensation Compensation { get; }

        /// <summary>Temperature at the chip in degC.</summary>
        public double TemperatureDegC { get; set; } = 25;

        /// <summary>Pressure at the chip in Pa.</summary>
        public double PressurePa { get; set; } = 101_325;

        /// <summary>Relative humidity at the chip, 0..1.</summary>
        public double Humidity { get; set; } = 0.4;

        /// <summary>True: nobody acknowledges the address.</summary>
        public bool IsAbsent { get; set; }

        /// <summary>Raw values in place of measured ones: pressure, temperature, humidity; null to measure.</summary>
        public (int Pressure, int Temperature, int Humidity)? Raw { get; set; }

        /// <summary>Transfers since start.</summary>
        public long TransferCount { get; private set; }

        /// <inheritdoc/>
        public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x77);

        /// <inheritdoc/>
        public override void Read(Span<byte> buffer)
        {
            Begin();
            Measure();
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = _registers[_pointer];
                _pointer = (_pointer + 1) & 0xFF;
            }
        }

        /// <inheritdoc/>
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Begin();
            if (buffer.Length == 1)
            {
                _pointer = buffer[0];
                return;
            }

            // Pairs of register and value: writing does not count the address up.
            for (int i = 0; i + 1 < buffer.Length; i += 2)
            {
                Set(buffer[i], buffer[i + 1]);
            }
        }

        /// <inheritdoc/>
        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            Write(writeBuffer);
            Read(readBuffer);
        }

        private void Begin()
        {
            TransferCount++;
            if (IsAbsent)
            {
                throw new IOException("no device acknowledged the address 0x77");
            }
        }

        private void Set(int register, byte value)
        {
            switch (register)
            {
                case Reset:
                    if (value == ResetWord)
                    {
                        PowerOn();
                    }

                    break;
                case ControlMeasure:
                    // The sampling of the humidity takes effect with this write only.
                    _humiditySampling = _registers[ControlHumidity] & 7;
                    _registers[register] = value;
                    break;
                default:
                    if (register is ControlHumidity or 0xF5)
                    {
                        _registers[register] = value;
                    }

                    break;
            }
        }

        private void Measure()
        {
            int mode = _registers[ControlMeasure] & 3;
            if (mode == 0)
            {
                return;
            }

            int temperature = Raw?.Temperature ?? RawTemperature();
            int fine = Compensation.FineTemperature(temperature);
            int pressure = Raw?.Pressure ?? RawPressure(fine);
            int humidity = Raw?.Humidity ?? RawHumidity(fine);
            Put20(Data, (_registers[ControlMeasure] & 0x1C) == 0 ? 0x80000 : pressure);
            Put20(Data + 3, (_registers[ControlMeasure] & 0xE0) == 0 ? 0x80000 : temperature);
            humidity = _humiditySampling == 0 ? 0x8000 : humidity;
            _registers[Data + 6] = (byte)(humidity >> 8);
            _registers[Data + 7] = (byte)humidity;
            if (mode != 3)
            {
                // Forced: one conversion, then sleep.
                _registers[ControlMeasure] &= 0xFC;
            }
        }

        private int RawTemperature()
        {
            int target = (int)Math.Round(TemperatureDegC * 100);
            return Search(0xFFFFF, raw => Bme280Compensation.TemperatureCentiC(Compensation.FineTemperature(raw)) >= target);
        }

        private int RawPressure(int fine)
        {
            long target = (long)Math.Round(PressurePa * 256);
            return Search(0xFFFFF, raw => Compensation.PressureQ8(raw, fine) <= target);
        }

        private int RawHumidity(int fine)
        {
            int target = (int)Math.Round(Humidity * 100 * 1024);
            return Search(0xFFFF, raw => Compensation.HumidityQ10(raw, fine) >= target);
        }

        // The first raw value from which on the condition holds: the formulas are monotonic.
        private static int Search(int last, Func<int, bool> reached)
        {
            int low = 0;
            int high = last;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (reached(middle))
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            return low;
        }

        private void PowerOn()
        {
            Array.Clear(_registers);
            Bme280Compensation c = Compensation;
            _registers[Id] = 0x60;
            int[] words = { c.T1, c.T2, c.T3, c.P1, c.P2, c.P3, c.P4, c.P5, c.P6, c.P7, c.P8, c.P9 };
            for (int i = 0; i < words.Length; i++)
            {
                _registers[0x88 + (2 * i)] = (byte)words[i];
                _registers[0x89 + (2 * i)] = (byte)(words[i] >> 8);
            }

            _registers[0xA1] = (byte)c.H1;
            _registers[0xE1] = (byte)c.H2;
            _registers[0xE2] = (byte)(c.H2 >> 8);
            _registers[0xE3] = (byte)c.H3;
            _registers[0xE4] = (byte)(c.H4 >> 4);
            _registers[0xE5] = (byte)((c.H4 & 0x0F) | ((c.H5 & 0x0F) << 4));
            _registers[0xE6] = (byte)(c.H5 >> 4);
            _registers[0xE7] = (byte)c.H6;
            _humiditySampling = 0;
            Put20(Data, 0x80000);
            Put20(Data + 3, 0x80000);
            _registers[Data + 6] = 0x80;
        }

        private void Put20(int at, int value)
        {
            _registers[at] = (byte)(value >> 12);
            _registers[at + 1] = (byte)(value >> 4);
            _registers[at + 2] = (byte)(value << 4);
        }
    }
}
