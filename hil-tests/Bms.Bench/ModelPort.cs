using Bms.Core.Configuration;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>Names the signals of a <see cref="PackPlant"/>; made when first asked for.</summary>
    internal sealed class ModelPort : IModelPort
    {
        private readonly List<string> _names = new();
        private RunawayTruth? _runaway;
        private double _driveSeed;
        private readonly Dictionary<string, (Func<double> Read, Action<double>? Write)> _signals = new();

        public ModelPort(VirtualBench bench)
        {
            PackPlant plant = bench.Plant;
            PackModel cells = plant.Cells;
            ThermalNetwork thermal = plant.Thermal;
            Add("Pack.CurrentA", () => cells.CurrentA);
            Add("Pack.VoltageV", () => cells.PackVoltageV);
            Add("Pack.CapacityAh", () => cells.NominalCapacityAh);
            Add("Pack.ThroughputAh", () => cells.ThroughputAh);
            Add("Pack.TerminalEnergyJ", () => cells.TerminalEnergyJ);
            Add("Pack.HeatJ", () => cells.HeatJ);
            Add("Link.VoltageV", () => plant.Link.VoltageV);
            Add("Pack.HighestCellV", () => Truth.HighestCellV(bench));
            Add("Pack.LowestCellV", () => Truth.LowestCellV(bench));
            Add("Pack.HighestSensedV", () => Truth.HighestSensedV(bench));
            Add("Pack.LowestSensedV", () => Truth.LowestSensedV(bench));
            Add("Pack.HottestSensorDegC", () => Truth.HottestSensorDegC(bench));
            Add("Pack.ColdestSensorDegC", () => Truth.ColdestSensorDegC(bench));
            Add("Pack.SensedCurrentA", () => Truth.SensedCurrentA(bench));
            Add("Pack.RunawayRule", () => (_runaway ??= new RunawayTruth(plant, 0.1 * bench.Parameters.Get(ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip)))).Update(bench.TimeUs) ? 1 : 0);
            Add("Pack.HottestDegC", () => Truth.HottestDegC(bench));
            Add("Pack.ColdestDegC", () => Truth.ColdestDegC(bench));
            Add("Pack.MeanSoc", () => Truth.MeanSoc(bench), v => ShiftSoc(bench, v));
            Add("Pack.LowestSoc", () => Truth.LowestSoc(bench));
            Add("Pack.HighestSoc", () => Truth.HighestSoc(bench));
            Add("Pack.WorstBreakCurrentA", () => plant.WorstBreakCurrentA);
            Add("Contactor.MainPositive", () => plant.MainPositive.IsClosed ? 1 : 0);
            Add("Contactor.MainNegative", () => plant.MainNegative.IsClosed ? 1 : 0);
            Add("Contactor.Precharge", () => plant.Precharge.IsClosed ? 1 : 0);
            Add("Contactor.MainPositive.Driven", () => plant.MainPositive.IsCommanded ? 1 : 0);
            Add("Contactor.MainNegative.Driven", () => plant.MainNegative.IsCommanded ? 1 : 0);
            Add("Contactor.Precharge.Driven", () => plant.Precharge.IsCommanded ? 1 : 0);
            Add("Contactor.MainPositive.CloseCount", () => plant.MainPositive.CloseCount);
            Add("Contactor.PathClosed", () => plant.IsPathClosed ? 1 : 0);
            Add("Ambient.TemperatureDegC", () => thermal.AmbientDegC, v => thermal.AmbientDegC = v);
            Add("Coolant.TemperatureDegC", () => thermal.CoolantDegC, v => thermal.CoolantDegC = v);
            Add("Coolant.Flow", () => thermal.IsFlowing ? 1 : 0);
            Add("Coolant.ConditioningDegC", () => thermal.ConditioningDegC ?? double.NaN, v => thermal.ConditioningDegC = double.IsNaN(v) ? null : v);
            Add("Heater.PowerW", () => thermal.IsHeating ? thermal.HeaterPowerW : 0);
            Add("Heater.Driven", () => thermal.HeaterCommand ? 1 : 0);
            Add("Pump.Driven", () => thermal.PumpCommand ? 1 : 0);
            Add("Fan.Driven", () => thermal.FanCommand ? 1 : 0);
            Add("Insulation.ResistanceKohm", () => plant.Insulation.TrueKohm);
            Add("Board.Asleep", () => bench.IsAsleep ? 1 : 0);
            Add("Board.SleepCount", () => bench.SleepCount);
            Add("Balancing.Cells", () => BledCells(plant));
            Add("Bus.LoadPercent", () => 100 * bench.Bus.LastSecondLoad);
            Add("Bus.LostFrames", () => bench.Port.ReceiveOverflowCount);
            Add("Host.ChargeLimitA", () => plant.Host.Heard.ChargeLimitA);
            Add("Host.DischargeLimitA", () => plant.Host.Heard.DischargeLimitA);
            Add("Host.BalancingAllowed", () => plant.Host.IsBalancingAllowed ? 1 : 0, v => plant.Host.IsBalancingAllowed = v > 0.5);
            Add("Host.ClockS", () => plant.Host.ClockS, v => plant.Host.ClockS = v);
            Add("Host.ClockId", () => plant.Host.ClockId, v => plant.Host.ClockId = (int)v);
            Add("Host.Mode", () => plant.Host.Mode, v => plant.Host.Mode = (int)v);
            Add("Load.PowerW", () => plant.Load.DemandPowerW, v => plant.Load.DemandPowerW = v);
            Add("Load.CurrentA", () => plant.Load.DemandCurrentA, v => plant.Load.DemandCurrentA = v);
            Add("Load.DriveSeed", () => _driveSeed, v => Drive(bench, v));
            Add("Charger.On", () => plant.Charger.IsOn ? 1 : 0, v => plant.Charger.IsOn = v > 0.5);
            Add("Charger.MaxCurrentA", () => plant.Charger.MaxCurrentA, v => plant.Charger.MaxCurrentA = v);
            Add("Charger.MaxVoltageV", () => plant.Charger.MaxVoltageV, v => plant.Charger.MaxVoltageV = v);
            Enclosure housing = plant.Enclosure;
            Add("Ambient.PressurePa", () => housing.AmbientPressurePa, v => housing.AmbientPressurePa = v);
            Add("Ambient.Humidity", () => housing.AmbientHumidity, v => housing.AmbientHumidity = v);
            Add("Enclosure.PressurePa", () => housing.PressurePa);
            Add("Enclosure.TemperatureDegC", () => housing.TemperatureDegC);
            Add("Enclosure.Humidity", () => housing.Humidity);
            Add("Enclosure.LiquidWaterG", () => housing.LiquidWaterG);
            Add("Enclosure.VentedGasL", () => housing.VentedGasL);
            Add("Enclosure.InjectedGasLPerS", () => housing.InjectedGasLPerS, v => housing.InjectedGasLPerS = v);
            Add("Enclosure.InjectedWaterGPerS", () => housing.InjectedWaterGPerS, v => housing.InjectedWaterGPerS = v);
            Add("Interlock.Closed", () => plant.IsInterlockClosed ? 1 : 0, v => plant.IsInterlockClosed = v > 0.5);
            for (int k = 0; k < cells.CellCount; k++)
            {
                int cell = k;
                Add($"Cell[{k + 1}].VoltageV", () => cells.VoltageV[cell]);
                Add($"Cell[{k + 1}].Soc", () => cells.Soc[cell], v => cells.SetSoc(cell, v));
                Add($"Cell[{k + 1}].TemperatureDegC", () => cells.TemperatureDegC[cell], v => cells.TemperatureDegC[cell] = v);
                Add($"Cell[{k + 1}].CapacityAh", () => cells.CapacityAh[cell]);
                Add($"Cell[{k + 1}].SensedV", () => plant.Modules[cell / plant.Modules[0].FullCellCount].SensedV(cell % plant.Modules[0].FullCellCount));
                Add($"Cell[{k + 1}].Bleeding", () => plant.Modules[cell / plant.Modules[0].FullCellCount].BleedMask >> (cell % plant.Modules[0].FullCellCount) & 1);
                Add($"Cell[{k + 1}].HeatingW", () => plant.HeatingW(cell), v => plant.SetHeating(cell, v));
            }
        }

        public IReadOnlyList<string> Names => _names;

        public bool CanWrite(string name) => _signals.TryGetValue(name, out var signal) && signal.Write != null;

        public double Read(string name) => Find(name).Read();

        public Func<double> Reader(string name) => Find(name).Read;

        public void Write(string name, double value)
        {
            Action<double> write = Find(name).Write ?? throw new KeyNotFoundException($"The plant's signal {name} cannot be written.");
            write(value);
        }

        // Charge appears or goes that no sensor counts: what the controller believes is wrong from now on.
        private static void ShiftSoc(VirtualBench bench, double mean)
        {
            PackModel cells = bench.Plant.Cells;
            double shift = mean - Truth.MeanSoc(bench);
            for (int k = 0; k < cells.CellCount; k++)
            {
                cells.SetSoc(k, Math.Clamp(cells.Soc[k] + shift, 0, 1));
            }
        }

        private static int BledCells(PackPlant plant)
        {
            int count = 0;
            foreach (CellModuleNode module in plant.Modules)
            {
                count += System.Numerics.BitOperations.PopCount((uint)module.BleedMask);
            }

            return count;
        }

        // A synthetic drive from now on, its power scaled to the pack as in the default day; 0 ends it.
        private void Drive(VirtualBench bench, double seed)
        {
            _driveSeed = seed;
            PackPlant plant = bench.Plant;
            if (seed == 0)
            {
                plant.Load.Profile = null;
                return;
            }

            double scale = plant.Cells.NominalCapacityAh * plant.Cells.PackVoltageV / 19_500;
            plant.Load.Profile = DriveProfile.Create((ulong)seed, 3600, scale);
            plant.Load.ProfileStartUs = bench.TimeUs;
        }

        private (Func<double> Read, Action<double>? Write) Find(string name)
        {
            return _signals.TryGetValue(name, out var signal) ? signal : throw new KeyNotFoundException($"The plant has no signal {name}.");
        }

        private void Add(string name, Func<double> read, Action<double>? write = null)
        {
            _names.Add(name);
            _signals.Add(name, (read, write));
        }
    }
}
