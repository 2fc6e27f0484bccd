using Bms.Core.Control;
using Bms.Core.Messages;

namespace Bms.Core.Protection
{
    /// <summary>Looks at the climate in the housing: pressure that rises faster than weather and altitude, and the dew point against the coldest cell.</summary>
    /// <remarks>
    /// The reference follows the pressure with a time constant of eight readings, 8 s at the sensor's second: a mountain road (30 Pa/s) stays 250 Pa behind, the gas of a venting cell comes
    /// within a second or two. Allocates nothing.
    /// </remarks>
    public sealed class PressureWatch
    {
        // Share of a reading in the reference, as a shift, and the bits that the reference keeps below one pascal.
        private const int ReferenceShift = 3;
        private const int FractionBits = 4;

        // Below this humidity the dew point lies so far away that the straight line is not needed [R: good to 1 K above 50 %].
        private const int LeastPermille = 500;

        /// <summary>Pressure above the reference, in Pa, or not available.</summary>
        public int RisePa = SignalValue.NotAvailable;

        /// <summary>Dew point above the coldest cell, in 0.1 K, or not available; negative while all cells are dry.</summary>
        public int DewAboveColdestDeciC = SignalValue.NotAvailable;

        private int _reference;
        private int _readingCount;
        private bool _hasReference;

        /// <summary>Takes a new reading, if there is one.</summary>
        /// <param name="environment">Climate in the housing.</param>
        /// <param name="coldestDeciC">Coldest cell, in 0.1 degC, or not available.</param>
        public void Update(EnvironmentInputs environment, int coldestDeciC)
        {
            int pressure = environment.PressurePa;
            if (pressure == SignalValue.NotAvailable)
            {
                // After a gap the reference is of another time.
                RisePa = SignalValue.NotAvailable;
                DewAboveColdestDeciC = SignalValue.NotAvailable;
                _hasReference = false;
                return;
            }

            if (_hasReference && environment.ReadingCount == _readingCount)
            {
                return;
            }

            _readingCount = environment.ReadingCount;
            if (!_hasReference)
            {
                _hasReference = true;
                _reference = pressure << FractionBits;
            }

            RisePa = pressure - (_reference >> FractionBits);
            _reference += ((pressure << FractionBits) - _reference) >> ReferenceShift;
            DewAboveColdestDeciC = DewAbove(environment, coldestDeciC);
        }

        // Dew point by the rule that each 5 % below saturation is one kelvin [R: Lawrence 2005].
        private static int DewAbove(EnvironmentInputs environment, int coldestDeciC)
        {
            int humidity = environment.HumidityPermille;
            int air = environment.TemperatureDeciC;
            if (humidity == SignalValue.NotAvailable || air == SignalValue.NotAvailable || coldestDeciC == SignalValue.NotAvailable)
            {
                return SignalValue.NotAvailable;
            }

            return humidity < LeastPermille ? -1000 : air - (1000 - humidity) / 5 - coldestDeciC;
        }
    }
}
