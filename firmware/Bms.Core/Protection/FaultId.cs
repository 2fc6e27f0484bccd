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

        /// <summary>A cell was discharged so far that it must not be charged again before service has looked at it.</summary>
        public const int DeepDischarge = 23;

        /// <summary>The pack voltage, measured beside the cells, is too high.</summary>
        public const int PackOverVoltage = 24;

        /// <summary>The pack voltage, measured beside the cells, is too low.</summary>
        public const int PackUnderVoltage = 25;

        /// <summary>The highest and the lowest cell lie too far apart.</summary>
        public const int CellVoltageSpread = 26;

        /// <summary>The hottest and the coldest sensor lie too far apart.</summary>
        public const int TemperatureSpread = 27;

        /// <summary>Charging has run beyond the continuous current for too long (I2t).</summary>
        public const int OverloadCharge = 28;

        /// <summary>Discharging has run beyond the continuous current for too long (I2t).</summary>
        public const int OverloadDischarge = 29;

        /// <summary>The current is beyond anything a load or charger draws, or beyond the range of the sensor.</summary>
        public const int ShortCircuit = 30;

        /// <summary>A cell voltage is beyond what any cell can have.</summary>
        public const int CellVoltageImplausible = 31;

        /// <summary>A temperature jumps faster than heat can flow.</summary>
        public const int TemperatureImplausible = 32;

        /// <summary>A current is measured while all contactors are open.</summary>
        public const int CurrentImplausible = 33;

        /// <summary>A module repeats its values although the current changes.</summary>
        public const int ModuleFrozen = 34;

        /// <summary>The current sensor repeats its value although the cells see another current.</summary>
        public const int CurrentFrozen = 35;

        /// <summary>Too many frames are refused for their length, CRC or counter.</summary>
        public const int FrameErrors = 36;

        /// <summary>A module reports an open sense wire.</summary>
        public const int OpenWire = 37;

        /// <summary>A module reports that its self-test failed.</summary>
        public const int ModuleFailure = 38;

        /// <summary>The insulation between the battery and the chassis is too low.</summary>
        public const int InsulationLow = 39;

        /// <summary>The insulation monitor has fallen silent, or its value is old.</summary>
        public const int InsulationMonitorLost = 40;

        /// <summary>The insulation monitor reports that it cannot measure.</summary>
        public const int InsulationMonitorFailed = 41;

        /// <summary>A contactor is closed although it was told to open. Value: sum of 1 main positive, 2 main negative, 4 precharge.</summary>
        public const int ContactorWelded = 42;

        /// <summary>A contactor is open although it was told to close. Value: sum of 1 main positive, 2 main negative, 4 precharge.</summary>
        public const int ContactorStuckOpen = 43;

        /// <summary>The DC link was charged faster than the precharge resistor allows.</summary>
        public const int PrechargeTooFast = 44;

        /// <summary>The precharge resistor has taken too much heat.</summary>
        public const int PrechargeOverload = 45;

        /// <summary>A contactor nears the end of the life that its data sheet gives.</summary>
        public const int ContactorWorn = 46;

        /// <summary>The vehicle reports a crash.</summary>
        public const int CrashSignal = 47;

        /// <summary>Stored or working memory failed its check.</summary>
        public const int Memory = 48;

        /// <summary>The control cycle came too late.</summary>
        public const int CycleLate = 49;

        /// <summary>The last start followed a reset by the watchdog.</summary>
        public const int WatchdogReset = 50;

        /// <summary>The CAN controller has left the bus because of errors.</summary>
        public const int BusOff = 51;

        /// <summary>The pressure in the housing rises faster than weather or altitude can make it: venting.</summary>
        public const int PackPressure = 52;

        /// <summary>The coldest cell is near or below the dew point of the air in the housing.</summary>
        public const int Condensation = 53;

        /// <summary>The climate sensor in the housing has fallen silent or gives no value.</summary>
        public const int EnvironmentSensorLost = 54;

        /// <summary>A look at the parked pack found signs of a fire. Value: 1 it could not be looked at, 2 one sign, 3 a hot cell or two signs.</summary>
        public const int ParkedAlarm = 55;

        /// <summary>A module repeats the voltage of a cell although the cells beside it move.</summary>
        public const int CellFrozen = 56;

        /// <summary>The current goes against the cells: the sensor is mounted or wired the other way round.</summary>
        public const int CurrentReversed = 57;

        /// <summary>Number of rows.</summary>
        public const int Count = 58;
    }
}
