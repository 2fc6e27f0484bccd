namespace Bms.Plant.Pack
{
    /// <summary>Everything that makes one simulated pack: cells, spread, thermal network, high-voltage circuit and sensors.</summary>
    /// <remarks>
    /// The defaults are a 96-cell pack of 20 parallel 18650 cells, 55 Ah and 350 V. Thermal and heater figures are per parallel cell, so that a pack keeps its
    /// temperatures when the number in parallel changes; they are plausible for a liquid-cooled pack, not measured on one.
    /// </remarks>
    public sealed record PackOptions
    {
        /// <summary>Name of an embedded cell, or path of a cell file.</summary>
        public string CellName { get; init; } = "lg-18650hg2";

        /// <summary>Cells in series, 1..192.</summary>
        public int CellCount { get; init; } = 96;

        /// <summary>Cells in parallel, at least 1.</summary>
        public int ParallelCount { get; init; } = 20;

        /// <summary>Seed of every spread and every noise.</summary>
        public ulong Seed { get; init; } = 1;

        /// <summary>State of charge at the start, 0..1.</summary>
        public double InitialSoc { get; init; } = 0.9;

        /// <summary>Temperature of cells and coolant at the start in degC.</summary>
        public double InitialTemperatureDegC { get; init; } = 25;

        /// <summary>Temperature around the pack in degC.</summary>
        public double AmbientDegC { get; init; } = 25;

        /// <summary>Capacity that ageing has left of the rated one, above 0: 0.8 is a state of health of 80 %.</summary>
        public double CapacityHealth { get; init; } = 1;

        /// <summary>Resistance over that of new cells, above 0: ageing makes it grow.</summary>
        public double ResistanceGrowth { get; init; } = 1;

        /// <summary>Standard deviation of the capacity over the cells, relative.</summary>
        public double CapacitySpread { get; init; } = 0.01;

        /// <summary>Standard deviation of the resistances over the cells, relative.</summary>
        public double ResistanceSpread { get; init; } = 0.05;

        /// <summary>Standard deviation of the state of charge over the cells at the start.</summary>
        public double SocSpread { get; init; } = 0.005;

        /// <summary>Time between two looks into the tables of a cell in us.</summary>
        public long TableRefreshUs { get; init; } = 100_000;

        /// <summary>Step of the thermal network in us.</summary>
        public long ThermalStepUs { get; init; } = 100_000;

        /// <summary>Conductance between neighbouring cells in W/K per parallel cell.</summary>
        public double NeighbourConductanceWPerK { get; init; } = 0.03;

        /// <summary>Conductance from a cell to the flowing coolant in W/K per parallel cell.</summary>
        public double CoolantConductanceWPerK { get; init; } = 0.12;

        /// <summary>The same while the coolant stands still.</summary>
        public double StagnantConductanceWPerK { get; init; } = 0.01;

        /// <summary>Conductance from a cell to the ambient air in W/K per parallel cell.</summary>
        public double AmbientConductanceWPerK { get; init; } = 0.005;

        /// <summary>Heat capacity of the coolant in J/K per parallel cell of one series cell.</summary>
        public double CoolantHeatCapacityJPerK { get; init; } = 10;

        /// <summary>Conductance of the radiator from flowing coolant to ambient in W/K per parallel cell of one series cell.</summary>
        public double RadiatorConductanceWPerK { get; init; } = 0.25;

        /// <summary>Part of the radiator's conductance that is left while the fan stands.</summary>
        public double RadiatorStillShare { get; init; } = 0.2;

        /// <summary>Power of the heater in W per parallel cell of one series cell.</summary>
        public double HeaterPowerW { get; init; } = 2.5;

        /// <summary>Contactors and wiring when closed, in ohm.</summary>
        public double PathResistanceOhm { get; init; } = 0.005;

        /// <summary>Precharge resistor in ohm.</summary>
        public double PrechargeResistorOhm { get; init; } = 100;

        /// <summary>Time constant with which the precharge resistor cools, in s.</summary>
        public double PrechargeCoolingS { get; init; } = 60;

        /// <summary>Capacitor on the load side in F.</summary>
        public double LinkCapacitanceF { get; init; } = 1e-3;

        /// <summary>Resistor that discharges the load side in ohm.</summary>
        public double LinkDischargeOhm { get; init; } = 20_000;

        /// <summary>Time from the command to the closed contact in us.</summary>
        public long ContactorCloseUs { get; init; } = 25_000;

        /// <summary>Time from the command to the open contact in us.</summary>
        public long ContactorOpenUs { get; init; } = 15_000;

        /// <summary>Bleed current of one cell at 4.2 V in A; the resistor draws less from a lower voltage.</summary>
        public double BleedCurrentA { get; init; } = 0.1;

        /// <summary>Errors of the sensors.</summary>
        public SensorOptions Sensors { get; init; } = new();

        /// <summary>Factor that made <see cref="Sensors"/> from the usual errors, for those who write a pack down.</summary>
        public double SensorErrors { get; init; } = 1;

        /// <summary>The housing and the climate sensor in it.</summary>
        public EnclosureOptions Enclosure { get; init; } = new();

        /// <summary>Kind of the cell modules: one of <see cref="Bms.Core.Measurement.Profiles.ModuleProfile"/>.</summary>
        public int ModuleProfile { get; init; }

        /// <summary>Cells of a full module; 0 for the usual ones of the kind.</summary>
        public int CellsPerModule { get; init; }

        /// <summary>Kind of the current sensor: one of <see cref="Bms.Core.Measurement.Profiles.SensorProfile"/>.</summary>
        public int SensorProfile { get; init; }

        /// <summary>Kind of the insulation monitor: one of <see cref="Bms.Core.Measurement.Profiles.InsulationProfile"/>.</summary>
        public int InsulationProfile { get; init; }

        /// <summary>Resistance between battery and chassis at the start in kohm.</summary>
        public double InsulationKohm { get; init; } = 10_000;

        /// <summary>Identifier of the host's command; those of the reference sensor lie at a fixed distance.</summary>
        public uint HostBaseId => ModuleProfile == Bms.Core.Measurement.Profiles.ModuleProfile.BmwI3 ? Bms.Core.Configuration.ProfilePresets.QuietHostBaseId : Bms.Core.Messages.HostCommand.Id;

        /// <summary>True where all cell modules send at the same moment; false spreads them over their period.</summary>
        public bool ModulesBackToBack { get; init; }
    }

    /// <summary>Errors of the sensors: standard deviations over the sensors for fixed errors, over time for noise.</summary>
    public sealed record SensorOptions
    {
        /// <summary>Fixed offset of a cell voltage, deviation in V.</summary>
        public double CellOffsetV { get; init; } = 0.0005;

        /// <summary>Fixed gain error of a cell voltage, relative deviation.</summary>
        public double CellGain { get; init; } = 0.0001;

        /// <summary>Noise of a cell voltage in V.</summary>
        public double CellNoiseV { get; init; } = 0.0005;

        /// <summary>Time from the sampling of a module's cells to its first frame in us.</summary>
        public long ModuleDelayUs { get; init; } = 2_000;

        /// <summary>Fixed offset of a temperature, deviation in K.</summary>
        public double TemperatureOffsetK { get; init; } = 0.3;

        /// <summary>Noise of a temperature in K.</summary>
        public double TemperatureNoiseK { get; init; } = 0.05;

        /// <summary>Time constant of a temperature sensor in s.</summary>
        public double TemperatureLagS { get; init; } = 4;

        /// <summary>Fixed offset of the current sensor, deviation in A.</summary>
        public double CurrentOffsetA { get; init; } = 0.02;

        /// <summary>Fixed gain error of the current sensor, relative deviation.</summary>
        public double CurrentGain { get; init; } = 0.001;

        /// <summary>Noise of the current sensor in A.</summary>
        public double CurrentNoiseA { get; init; } = 0.05;

        /// <summary>Fixed gain error of the pack and link voltages, relative deviation.</summary>
        public double PackVoltageGain { get; init; } = 0.0005;

        /// <summary>Noise of the pack and link voltages in V.</summary>
        public double PackVoltageNoiseV { get; init; } = 0.05;

        /// <summary>Fixed gain error of the insulation monitor, relative deviation.</summary>
        public double InsulationGain { get; init; } = 0.02;

        /// <summary>Sensors without any error but quantisation.</summary>
        public static SensorOptions Ideal { get; } = new()
        {
            CellOffsetV = 0,
            CellGain = 0,
            CellNoiseV = 0,
            TemperatureOffsetK = 0,
            TemperatureNoiseK = 0,
            CurrentOffsetA = 0,
            CurrentGain = 0,
            CurrentNoiseA = 0,
            PackVoltageGain = 0,
            PackVoltageNoiseV = 0,
            InsulationGain = 0,
        };
    }
}
