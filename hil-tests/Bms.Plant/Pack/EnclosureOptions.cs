namespace Bms.Plant.Pack
{
    /// <summary>The housing of a simulated pack and the sensor in it. Plausible for a 20 kWh pack, not measured on one.</summary>
    public sealed record EnclosureOptions
    {
        /// <summary>Gas in the housing in litres.</summary>
        public double FreeVolumeL { get; init; } = 30;

        /// <summary>Pressure outside in Pa.</summary>
        public double AmbientPressurePa { get; init; } = 101_325;

        /// <summary>Relative humidity outside, 0..1.</summary>
        public double AmbientHumidity { get; init; } = 0.4;

        /// <summary>Flow through the breather in litres per minute for each kPa.</summary>
        public double BreatherLPerMinKPa { get; init; } = 1;

        /// <summary>Difference of pressures at which the burst vent opens, in Pa.</summary>
        public double BurstPa { get; init; } = 7_000;

        /// <summary>Flow through the open burst vent in litres per minute for each kPa.</summary>
        public double BurstVentLPerMinKPa { get; init; } = 300;

        /// <summary>Time constant with which vapour passes the breather's membrane, in s.</summary>
        public double VapourExchangeS { get; init; } = 20_000;

        /// <summary>Time constant of condensing and evaporating, in s.</summary>
        public double SurfaceExchangeS { get; init; } = 60;

        /// <summary>Time constant with which the gas follows cells and wall, in s.</summary>
        public double GasLagS { get; init; } = 120;

        /// <summary>Time constant with which the wall follows the ambient, in s.</summary>
        public double WallLagS { get; init; } = 900;

        /// <summary>Cell temperature at which its safety vent opens, in degC [R].</summary>
        public double VentOnsetDegC { get; init; } = 130;

        /// <summary>Gas of a venting cell in norm litres per Ah; 1 to 3 are published for NMC and NCA, less for LFP [R].</summary>
        public double VentGasLPerAh { get; init; } = 2;

        /// <summary>Time constant with which a cell gives its gas off, in s.</summary>
        public double VentTimeS { get; init; } = 10;

        /// <summary>True where a sensor is fitted.</summary>
        public bool HasSensor { get; init; } = true;

        /// <summary>Fixed offset of the measured pressure, deviation in Pa (BME280: 100 Pa).</summary>
        public double PressureOffsetPa { get; init; } = 100;

        /// <summary>Noise of the measured pressure in Pa (BME280 with four-fold oversampling: 1 to 2 Pa).</summary>
        public double PressureNoisePa { get; init; } = 1.5;

        /// <summary>Fixed offset of the measured humidity, deviation, 0..1 (BME280: 3 %).</summary>
        public double HumidityOffset { get; init; } = 0.015;

        /// <summary>Fixed offset of the measured temperature, deviation in K (BME280: 0.5 K at 25 degC).</summary>
        public double TemperatureOffsetK { get; init; } = 0.3;
    }
}
