namespace Bms.Plant.Pack
{
    /// <summary>The gas in the pack's housing: pressure, temperature, humidity, water on the coldest surface; a breather to the outside and a burst vent.</summary>
    /// <remarks>
    /// One well-mixed ideal gas in a fixed volume. Flow through the breather is proportional to the difference of pressures; where that passes the burst vent's limit it opens for good.
    /// A cell that passes <see cref="EnclosureOptions.VentOnsetDegC"/> gives off its gas once. The step is implicit, so that it is stable however wide the vent is.
    /// Vapour pressure over water after Magnus with the constants of Sonntag (1990), as WMO-No. 8 gives them, [R]. Amounts and conductances are plausible for a car's pack, not measured on one.
    /// </remarks>
    public sealed class Enclosure
    {
        private const double GasConstant = 8.314462618;
        private const double WaterGPerMol = 18.015;
        private const double NormMolPerL = 101325 / (GasConstant * 293.15 * 1000);
        private const double KelvinAtZero = 273.15;

        private readonly PackModel _pack;
        private readonly ThermalNetwork _thermal;
        private readonly EnclosureOptions _options;
        private readonly double _stepS;
        private readonly double _volumeM3;
        private readonly double[] _gasLeftL;
        private readonly bool[] _hasVented;
        private double _dryMol;
        private double _vapourMol;
        private double _wallDegC;
        private bool _anyGas;

        /// <param name="pack">The cells, whose heat warms the gas and whose venting fills it.</param>
        /// <param name="thermal">Ambient and coolant.</param>
        /// <param name="options">The pack.</param>
        public Enclosure(PackModel pack, ThermalNetwork thermal, PackOptions options)
        {
            _pack = pack;
            _thermal = thermal;
            _options = options.Enclosure;
            _stepS = options.ThermalStepUs * 1e-6;
            _volumeM3 = _options.FreeVolumeL * 1e-3;
            _gasLeftL = new double[pack.CellCount];
            _hasVented = new bool[pack.CellCount];
            AmbientPressurePa = _options.AmbientPressurePa;
            AmbientHumidity = _options.AmbientHumidity;
            TemperatureDegC = options.InitialTemperatureDegC;
            _wallDegC = Math.Min(options.InitialTemperatureDegC, options.AmbientDegC);

            // Closed at the ambient's pressure and dew point, as a pack that has stood for a day.
            double totalMol = AmbientPressurePa * _volumeM3 / (GasConstant * (TemperatureDegC + KelvinAtZero));
            double vapourPa = Math.Min(AmbientHumidity * SaturationPa(options.AmbientDegC), SaturationPa(_wallDegC));
            _vapourMol = totalMol * vapourPa / AmbientPressurePa;
            _dryMol = totalMol - _vapourMol;
        }

        /// <summary>Pressure outside in Pa.</summary>
        public double AmbientPressurePa { get; set; }

        /// <summary>Relative humidity outside, 0..1.</summary>
        public double AmbientHumidity { get; set; }

        /// <summary>Gas that a test lets in, in litres per second at 20 degC and 1013.25 hPa, dry.</summary>
        public double InjectedGasLPerS { get; set; }

        /// <summary>Water that a test lets in as a liquid, in g/s: a leaking coolant pipe, spray.</summary>
        public double InjectedWaterGPerS { get; set; }

        /// <summary>Absolute pressure in Pa.</summary>
        public double PressurePa => (_dryMol + _vapourMol) * GasConstant * (TemperatureDegC + KelvinAtZero) / _volumeM3;

        /// <summary>Temperature of the gas in degC.</summary>
        public double TemperatureDegC { get; private set; }

        /// <summary>Relative humidity of the gas, 0..1, over water.</summary>
        public double Humidity => Math.Min(1, VapourPa / SaturationPa(TemperatureDegC));

        /// <summary>Temperature of the coldest surface, wall or coolant plate, in degC.</summary>
        public double ColdestSurfaceDegC => Math.Min(_wallDegC, _thermal.CoolantDegC);

        /// <summary>Liquid water in the housing in g.</summary>
        public double LiquidWaterG { get; private set; }

        /// <summary>True once the burst vent has opened; it does not close again.</summary>
        public bool IsVentOpen { get; private set; }

        /// <summary>Gas given off by cells since start, in norm litres.</summary>
        public double VentedGasL { get; private set; }

        private double VapourPa => _vapourMol * GasConstant * (TemperatureDegC + KelvinAtZero) / _volumeM3;

        /// <summary>Lets a cell give off its gas now, once.</summary>
        /// <param name="cell">Cell from 0.</param>
        /// <param name="gasL">Norm litres; 0 for what its capacity gives.</param>
        public void Vent(int cell, double gasL = 0)
        {
            if (!_hasVented[cell])
            {
                _hasVented[cell] = true;
                _gasLeftL[cell] = gasL > 0 ? gasL : _options.VentGasLPerAh * _pack.CapacityAh[cell];
                _anyGas = true;
            }
        }

        /// <summary>Makes a cell able to vent once more: a test put another one in its place.</summary>
        /// <param name="cell">Cell from 0.</param>
        public void Renew(int cell)
        {
            _hasVented[cell] = false;
            _gasLeftL[cell] = 0;
        }

        /// <summary>Pressure of saturated vapour over water in Pa.</summary>
        /// <param name="degC">Temperature in degC, -80..150.</param>
        public static double SaturationPa(double degC) => 611.2 * PortableMath.Exp(17.62 * degC / (243.12 + degC));

        /// <summary>Advances by one thermal step.</summary>
        public void Step()
        {
            FollowTemperatures();
            double gasMol = (InjectedGasLPerS * _stepS + GasOfCells()) * NormMolPerL;
            LiquidWaterG += InjectedWaterGPerS * _stepS;
            ExchangeWithSurface();

            // n' = n + gas - g (p' - p outside) dt, with p' = n' R T / V: solved for n'.
            double before = _dryMol + _vapourMol + gasMol;
            _dryMol += gasMol;
            double paPerMol = GasConstant * (TemperatureDegC + KelvinAtZero) / _volumeM3;
            if ((before * paPerMol) - AmbientPressurePa > _options.BurstPa)
            {
                IsVentOpen = true;
            }

            double ventLPerSPa = (_options.BreatherLPerMinKPa / 60e3) + (IsVentOpen ? _options.BurstVentLPerMinKPa / 60e3 : 0);
            double molPerSPa = ventLPerSPa * NormMolPerL;
            double after = (before + (molPerSPa * _stepS * AmbientPressurePa)) / (1 + (molPerSPa * _stepS * paPerMol));
            double ambientVapourShare = AmbientHumidity * SaturationPa(_thermal.AmbientDegC) / AmbientPressurePa;
            if (after < before)
            {
                double kept = after / before;
                _dryMol *= kept;
                _vapourMol *= kept;
            }
            else
            {
                _vapourMol += (after - before) * ambientVapourShare;
                _dryMol += (after - before) * (1 - ambientVapourShare);
            }

            // Vapour passes the breather's membrane without any flow, against as much air.
            double target = (_dryMol + _vapourMol) * ambientVapourShare;
            double exchanged = (target - _vapourMol) * _stepS / (_options.VapourExchangeS + _stepS);
            _vapourMol += exchanged;
            _dryMol -= exchanged;
        }

        private void FollowTemperatures()
        {
            double sum = 0;
            Span<double> cells = _pack.TemperatureDegC;
            for (int k = 0; k < cells.Length; k++)
            {
                sum += cells[k];
                if (cells[k] >= _options.VentOnsetDegC)
                {
                    Vent(k);
                }
            }

            _wallDegC += (_thermal.AmbientDegC - _wallDegC) * _stepS / (_options.WallLagS + _stepS);
            double towards = (0.7 * sum / cells.Length) + (0.3 * _wallDegC);
            TemperatureDegC += (towards - TemperatureDegC) * _stepS / (_options.GasLagS + _stepS);
        }

        // Each cell gives a fixed share of what it still has in every step.
        private double GasOfCells()
        {
            if (!_anyGas)
            {
                return 0;
            }

            double share = _stepS / (_options.VentTimeS + _stepS);
            double given = 0;
            for (int k = 0; k < _gasLeftL.Length; k++)
            {
                double part = _gasLeftL[k] * share;
                _gasLeftL[k] -= part;
                given += part;
            }

            VentedGasL += given;
            return given;
        }

        // Condenses what is beyond saturation at the coldest surface, or evaporates from it what lies there.
        private void ExchangeWithSurface()
        {
            double saturatedMol = SaturationPa(ColdestSurfaceDegC) * _volumeM3 / (GasConstant * (TemperatureDegC + KelvinAtZero));
            double evaporatedMol = (saturatedMol - _vapourMol) * _stepS / (_options.SurfaceExchangeS + _stepS);
            evaporatedMol = Math.Min(evaporatedMol, LiquidWaterG / WaterGPerMol);
            _vapourMol += evaporatedMol;
            LiquidWaterG = Math.Max(0, LiquidWaterG - (evaporatedMol * WaterGPerMol));
        }
    }
}
