using System.Runtime.CompilerServices;
using Bms.Core.Messages;

namespace Bms.Core.Control
{
    /// <summary>Climate inside the pack's enclosure, from a slow sensor: value, validity and age for the cycle.</summary>
    /// <remarks>
    /// The sensor is read by a thread of low priority, which <see cref="Publish"/>es; the cycle takes over with <see cref="Update"/>. Neither waits for the other: a reading that is being written
    /// is taken in the next cycle (the interpreter runs one thread at a time and changes no order). Age counts from the cycle that took the reading. Allocates nothing.
    /// </remarks>
    public sealed class EnvironmentInputs
    {
        /// <summary>Time after which a reading is no value any more, in ms: five periods of the sensor.</summary>
        public const int MaxAgeMs = 5000;

        // Odd while a reading is being written.
        private int _sequence;
        private int _newTemperatureDeciC;
        private int _newPressurePa;
        private int _newHumidityPermille;
        private int _taken;
        private uint _takenAtMs;

        /// <summary>True once a sensor has reported anything, a failed reading included: from then on its silence is a fault, before it there is none fitted.</summary>
        public bool IsFitted { get; private set; }

        /// <summary>Temperature of the air in the enclosure, in 0.1 degC, or not available.</summary>
        public int TemperatureDeciC { get; private set; } = SignalValue.NotAvailable;

        /// <summary>Absolute pressure in the enclosure, in Pa, or not available.</summary>
        public int PressurePa { get; private set; } = SignalValue.NotAvailable;

        /// <summary>Relative humidity in the enclosure, in 0.1 %, 0..1000, or not available.</summary>
        public int HumidityPermille { get; private set; } = SignalValue.NotAvailable;

        /// <summary>Readings taken over since start; wraps. A change tells that the values are new.</summary>
        public int ReadingCount { get; private set; }

        /// <summary>Age of the last reading, in ms; 0 before the first one. Stops at <see cref="MaxAgeMs"/>, where the values become not available.</summary>
        public int AgeMs { get; private set; }

        /// <summary>Hands over one reading; called by the thread that reads the sensor, and by no other.</summary>
        /// <param name="temperatureDeciC">Temperature in 0.1 degC, or not available.</param>
        /// <param name="pressurePa">Pressure in Pa, or not available.</param>
        /// <param name="humidityPermille">Relative humidity in 0.1 %, or not available.</param>
        public void Publish(int temperatureDeciC, int pressurePa, int humidityPermille)
        {
            _sequence++;
            _newTemperatureDeciC = temperatureDeciC;
            _newPressurePa = pressurePa;
            _newHumidityPermille = humidityPermille;
            _sequence++;
        }

        /// <summary>Takes a new reading over, or lets the last one grow old; called by the cycle.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        [MethodImpl(Inlining.Always)]
        public void Update(uint nowMs)
        {
            int sequence = _sequence;
            if (sequence != _taken && (sequence & 1) == 0)
            {
                int temperature = _newTemperatureDeciC;
                int pressure = _newPressurePa;
                int humidity = _newHumidityPermille;
                if (_sequence == sequence)
                {
                    TemperatureDeciC = temperature;
                    PressurePa = pressure;
                    HumidityPermille = humidity;
                    _taken = sequence;
                    _takenAtMs = nowMs;
                    AgeMs = 0;
                    IsFitted = true;
                    ReadingCount++;
                    return;
                }
            }

            if (!IsFitted || AgeMs == MaxAgeMs)
            {
                return;
            }

            uint age = nowMs - _takenAtMs;
            if (age < MaxAgeMs)
            {
                AgeMs = (int)age;
                return;
            }

            AgeMs = MaxAgeMs;
            TemperatureDeciC = SignalValue.NotAvailable;
            PressurePa = SignalValue.NotAvailable;
            HumidityPermille = SignalValue.NotAvailable;
        }
    }
}
