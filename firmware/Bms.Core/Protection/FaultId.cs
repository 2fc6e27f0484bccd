namespace Bms.Core.Protection
{
    /// <summary>Numbers of the rows of the fault table, equal to the fault numbers on the bus (message FaultEvent).</summary>
    /// <remarks>A number is never given to another fault: host tools and logs know faults by it.</remarks>
    public static class FaultId
    {
        /// <summary>The highest cell voltage is too high.</summary>
        public const int CellOverVoltage = 0;

        /// <summary>The lowest cell voltage is too low.</summary>
        public const int CellUnderVoltage = 1;

        /// <summary>The charging current is beyond what the cells may ever take.</summary>
        public const int OverCurrentCharge = 2;

        /// <summary>The discharging current is beyond what the cells may ever give.</summary>
        public const int OverCurrentDischarge = 3;

        /// <summary>The hottest sensor is too hot.</summary>
        public const int OverTemperature = 4;

        /// <summary>The hottest sensor is too hot to charge.</summary>
        public const int OverTemperatureCharge = 5;

        /// <summary>The coldest sensor is too cold.</summary>
        public const int UnderTemperature = 6;

        /// <summary>The coldest sensor is too cold to charge (lithium plating).</summary>
        public const int UnderTemperatureCharge = 7;

        /// <summary>A cell module has fallen silent, or its frames fail their check.</summary>
        public const int ModuleLost = 8;

        /// <summary>A module sends, but calls the voltage of a cell not available.</summary>
        public const int ModuleDataInvalid = 9;

        /// <summary>A module has too few temperature sensors left.</summary>
        public const int TemperatureDataInvalid = 10;

        /// <summary>The current sensor has fallen silent or calls its value not available.</summary>
        public const int CurrentSensorLost = 11;

        /// <summary>The sensor of pack and link voltage has fallen silent.</summary>
        public const int VoltageSensorLost = 12;

        /// <summary>The host has fallen silent.</summary>
        public const int HostLost = 13;

        /// <summary>The DC link did not reach the pack voltage in time.</summary>
        public const int PrechargeFailed = 14;

        /// <summary>A contactor is not where it was told to be (stuck open, welded).</summary>
        public const int ContactorFeedback = 15;

        /// <summary>The high-voltage interlock loop is open.</summary>
        public const int Interlock = 16;

        /// <summary>The sum of the cells and the measured pack voltage disagree.</summary>
        public const int PackVoltageImplausible = 17;

        /// <summary>The parameter block is not valid.</summary>
        public const int Configuration = 18;

        /// <summary>The CAN receiver lost frames.</summary>
        public const int ReceiveOverflow = 19;

        /// <summary>The pack is charged with more than the limit it publishes.</summary>
        public const int ChargeLimitIgnored = 20;

        /// <summary>The pack is discharged with more than the limit it publishes.</summary>
        public const int DischargeLimitIgnored = 21;

        /// <summary>A module shows signs of thermal runaway: tier of <see cref="ThermalRunawayDetector"/>.</summary>
        public const int ThermalRunaway = 22;

        /// <summary>Number of rows.</summary>
        public const int Count = 23;
    }
}
