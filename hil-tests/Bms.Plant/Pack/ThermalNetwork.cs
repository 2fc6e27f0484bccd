using System.Runtime.Intrinsics;

namespace Bms.Plant.Pack
{
    /// <summary>One temperature per series cell, joined to its neighbours, to the coolant and to the air; a coolant circuit with pump and radiator; a heater.</summary>
    /// <remarks>
    /// Explicit steps, far below the stability limit of the conductances (checked at construction). Heat that leaves one node enters another:
    /// what the cells made and the heater gave is what the cells and the coolant hold plus what went to the air and the chamber.
    /// </remarks>
    public sealed class ThermalNetwork
    {
        private const int Lanes = 4;

        private readonly PackModel _pack;
        private readonly double _stepS;
        private readonly double _heatCapacity;
        private readonly double _coolantHeatCapacity;
        private readonly double _neighbour;
        private readonly double _flowing;
        private readonly double _stagnant;
        private readonly double _ambient;
        private readonly double _radiator;
        private readonly double _stillShare;
        private readonly int _padded;
        private readonly double[] _present;
        private readonly double[] _coolantShare;
        private readonly double[] _guarded;

        /// <param name="pack">The cells; their temperatures are written here.</param>
        /// <param name="options">The pack.</param>
        public ThermalNetwork(PackModel pack, PackOptions options)
        {
            _pack = pack;
            _stepS = options.ThermalStepUs * 1e-6;
            int parallel = options.ParallelCount;
            _heatCapacity = pack.Cell.HeatCapacityJPerK * parallel;
            _coolantHeatCapacity = options.CoolantHeatCapacityJPerK * parallel * pack.CellCount;
            _neighbour = options.NeighbourConductanceWPerK * parallel;
            _flowing = options.CoolantConductanceWPerK * parallel;
            _stagnant = options.StagnantConductanceWPerK * parallel;
            _ambient = options.AmbientConductanceWPerK * parallel;
            _radiator = options.RadiatorConductanceWPerK * parallel * pack.CellCount;
            _stillShare = options.RadiatorStillShare;
            double cellRate = _stepS * ((2 * _neighbour) + (1.2 * _flowing) + _ambient) / _heatCapacity;
            double coolantRate = _stepS * ((1.2 * _flowing * pack.CellCount) + _radiator) / _coolantHeatCapacity;
            if (cellRate > 0.5 || coolantRate > 0.5)
            {
                throw new ArgumentException("The thermal step is too long for these conductances; shorten ThermalStepUs.", nameof(options));
            }

            HeaterPowerW = options.HeaterPowerW * parallel * pack.CellCount;
            AmbientDegC = options.AmbientDegC;
            CoolantDegC = options.InitialTemperatureDegC;

            _padded = pack.PaddedTemperatureDegC.Length;
            _present = new double[_padded];
            _coolantShare = new double[_padded];
            _guarded = new double[_padded + 2];
            var spread = new RandomStream(options.Seed, 2);
            for (int k = 0; k < pack.CellCount; k++)
            {
                _present[k] = 1;
                _coolantShare[k] = 1 + (0.04 * Math.Clamp(spread.NextGaussian(), -3, 3));
            }
        }

        /// <summary>Temperature of the air around the pack in degC.</summary>
        public double AmbientDegC { get; set; }

        /// <summary>Temperature of the coolant in degC.</summary>
        public double CoolantDegC { get; set; }

        /// <summary>Temperature to which a conditioning unit of the chamber holds the coolant, flowing, in degC; null while none is connected.</summary>
        public double? ConditioningDegC { get; set; }

        /// <summary>Command of the controller: run the pump.</summary>
        public bool PumpCommand { get; set; }

        /// <summary>Command of the controller: run the fan of the radiator.</summary>
        public bool FanCommand { get; set; }

        /// <summary>Both commands in one: true where either is given.</summary>
        public bool CoolingCommand
        {
            get => PumpCommand || FanCommand;
            set => PumpCommand = FanCommand = value;
        }

        /// <summary>Command of the controller: switch the heater on.</summary>
        public bool HeaterCommand { get; set; }

        /// <summary>True: the pump stands whatever the command says.</summary>
        public bool IsPumpFailed { get; set; }

        /// <summary>True: the fan stands whatever the command says.</summary>
        public bool IsFanFailed { get; set; }

        /// <summary>True: the heater stays cold whatever the command says.</summary>
        public bool IsHeaterFailed { get; set; }

        /// <summary>True: the heater is hot whatever the command says.</summary>
        public bool IsHeaterStuckOn { get; set; }

        /// <summary>Power of the heater when on, over all cells, in W; fed from outside of the pack.</summary>
        public double HeaterPowerW { get; }

        /// <summary>True while coolant flows.</summary>
        public bool IsFlowing => ConditioningDegC.HasValue || (PumpCommand && !IsPumpFailed);

        /// <summary>True while the heater gives heat.</summary>
        public bool IsHeating => IsHeaterStuckOn || (HeaterCommand && !IsHeaterFailed);

        /// <summary>Heat given by the heater since start in J.</summary>
        public double HeaterEnergyJ { get; private set; }

        /// <summary>Heat given to the air, by cells and radiator, since start in J.</summary>
        public double AmbientHeatJ { get; private set; }

        /// <summary>Heat taken from the coolant by the chamber's conditioning unit since start in J.</summary>
        public double ConditioningHeatJ { get; private set; }

        /// <summary>Heat taken over from the cells since start in J.</summary>
        public double CellHeatJ { get; private set; }

        /// <summary>Heat held by cells and coolant above 0 degC in J.</summary>
        public double StoredHeatJ
        {
            get
            {
                double sum = 0;
                foreach (double t in _pack.TemperatureDegC)
                {
                    sum += t;
                }

                return (sum * _heatCapacity) + (CoolantDegC * _coolantHeatCapacity);
            }
        }

        /// <summary>Advances by one thermal step: takes the heat of the cells and writes their temperatures.</summary>
        public void Step()
        {
            double[] temperature = _pack.PaddedTemperatureDegC;
            double[] heatJ = _pack.HeatPerCellJ;
            int count = _pack.CellCount;

            // A mirrored guard on each end: nothing flows beyond the ends of the row.
            Array.Copy(temperature, 0, _guarded, 1, count);
            _guarded[0] = temperature[0];
            _guarded[count + 1] = temperature[count - 1];

            bool flowing = IsFlowing;
            double heaterJ = IsHeating ? HeaterPowerW * _stepS / count : 0;
            Vector256<double> coolant = Vector256.Create(CoolantDegC);
            Vector256<double> air = Vector256.Create(AmbientDegC);
            Vector256<double> toCoolant = Vector256.Create((flowing ? _flowing : _stagnant) * _stepS);
            Vector256<double> toAir = Vector256.Create(_ambient * _stepS);
            Vector256<double> toNeighbour = Vector256.Create(_neighbour * _stepS);
            Vector256<double> perHeat = Vector256.Create(1 / _heatCapacity);
            Vector256<double> heater = Vector256.Create(heaterJ);
            Vector256<double> sumCoolant = Vector256<double>.Zero;
            Vector256<double> sumAir = Vector256<double>.Zero;
            Vector256<double> sumHeat = Vector256<double>.Zero;
            for (int k = 0; k < _padded; k += Lanes)
            {
                nuint at = (nuint)k;
                Vector256<double> left = Vector256.LoadUnsafe(ref _guarded[0], at);
                Vector256<double> own = Vector256.LoadUnsafe(ref _guarded[0], at + 1);
                Vector256<double> present = Vector256.LoadUnsafe(ref _present[0], at);
                Vector256<double> right = Vector256.LoadUnsafe(ref _guarded[0], at + 2);
                Vector256<double> made = Vector256.LoadUnsafe(ref heatJ[0], at);
                Vector256<double> coolantJ = Vector256.LoadUnsafe(ref _coolantShare[0], at) * toCoolant * (own - coolant);
                Vector256<double> airJ = present * toAir * (own - air);
                sumCoolant += coolantJ;
                sumAir += airJ;
                sumHeat += made;
                Vector256<double> gained = made + heater - coolantJ - airJ + (toNeighbour * (left - own + (right - own)));
                (own + (present * perHeat * gained)).StoreUnsafe(ref temperature[0], at);
            }

            _pack.ClearHeat();
            double cellsToCoolantJ = AddLanes(sumCoolant);
            double cellsToAirJ = AddLanes(sumAir);
            double radiatorJ = flowing && !ConditioningDegC.HasValue ? _radiator * (FanCommand && !IsFanFailed ? 1 : _stillShare) * (CoolantDegC - AmbientDegC) * _stepS : 0;
            CellHeatJ += AddLanes(sumHeat);
            HeaterEnergyJ += heaterJ * count;
            AmbientHeatJ += cellsToAirJ + radiatorJ;
            CoolantDegC += (cellsToCoolantJ - radiatorJ) / _coolantHeatCapacity;
            if (ConditioningDegC is double held)
            {
                ConditioningHeatJ += (CoolantDegC - held) * _coolantHeatCapacity;
                CoolantDegC = held;
            }
        }

        private static double AddLanes(Vector256<double> v)
        {
            return (v.GetElement(0) + v.GetElement(1)) + (v.GetElement(2) + v.GetElement(3));
        }
    }
}
