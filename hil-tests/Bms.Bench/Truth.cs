using System.Runtime.Intrinsics;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Bench
{
    /// <summary>Extremes and means of the simulated pack as it really is, for checks: no sensor stands between.</summary>
    public static class Truth
    {
        /// <summary>Mean state of charge, 0..1.</summary>
        public static double MeanSoc(VirtualBench bench) => Mean(bench.Plant.Cells.Soc);

        /// <summary>State of charge of the emptiest cell, 0..1.</summary>
        public static double LowestSoc(VirtualBench bench) => Lowest(bench.Plant.Cells.Soc);

        /// <summary>State of charge of the fullest cell, 0..1.</summary>
        public static double HighestSoc(VirtualBench bench) => Highest(bench.Plant.Cells.Soc);

        /// <summary>Lowest cell voltage in V.</summary>
        public static double LowestCellV(VirtualBench bench) => Lowest(bench.Plant.Cells.VoltageV);

        /// <summary>Highest cell voltage in V.</summary>
        public static double HighestCellV(VirtualBench bench) => Highest(bench.Plant.Cells.VoltageV);

        /// <summary>Temperature of the coldest cell in degC.</summary>
        public static double ColdestDegC(VirtualBench bench) => Lowest(bench.Plant.Cells.TemperatureDegC);

        /// <summary>Temperature of the hottest cell in degC.</summary>
        public static double HottestDegC(VirtualBench bench) => Highest(bench.Plant.Cells.TemperatureDegC);

        /// <summary>Temperature of the hottest cell that carries a sensor in degC.</summary>
        public static double HottestSensedDegC(VirtualBench bench)
        {
            double highest = double.MinValue;
            for (int m = 0; m < bench.Plant.Modules.Count; m++)
            {
                Plant.Pack.CellModuleNode module = bench.Plant.Modules[m];
                for (int i = 0; i < module.SensorCount; i++)
                {
                    highest = Math.Max(highest, bench.Plant.Cells.TemperatureDegC[module.CellOfSensor(i)]);
                }
            }

            return highest;
        }

        /// <summary>Highest voltage that modules without error would tell, with the faults that were brought in, in V; of a frozen module its old one.</summary>
        public static double HighestSensedV(VirtualBench bench) => Sensed(bench, highest: true);

        /// <summary>Lowest voltage that modules without error would tell, with the faults that were brought in, in V; of a frozen module its old one.</summary>
        public static double LowestSensedV(VirtualBench bench) => Sensed(bench, highest: false);

        /// <summary>Highest temperature that modules without error would tell, lag and faults included, in degC; of a frozen module its old one.</summary>
        public static double HottestSensorDegC(VirtualBench bench) => SensedDegC(bench, highest: true);

        /// <summary>Lowest temperature that modules without error would tell, lag and faults included, in degC; of a frozen module its old one.</summary>
        public static double ColdestSensorDegC(VirtualBench bench) => SensedDegC(bench, highest: false);

        /// <summary>Current that a sensor without error would measure, with the faults that were brought in, in A.</summary>
        public static double SensedCurrentA(VirtualBench bench)
        {
            Plant.Pack.PackSensorNode sensor = bench.Plant.Sensor;
            return sensor.IsCurrentFailed ? double.NaN : sensor.CurrentStuckA ?? bench.Plant.Cells.CurrentA + sensor.CurrentFaultA;
        }

        /// <summary>Pack current in A; positive charges.</summary>
        public static double CurrentA(VirtualBench bench) => bench.Plant.Cells.CurrentA;

        /// <summary>Pack current over the capacity in 1/h; positive charges.</summary>
        public static double RateC(VirtualBench bench) => bench.Plant.Cells.CurrentA / bench.Plant.Cells.NominalCapacityAh;

        private static double Sensed(VirtualBench bench, bool highest)
        {
            double best = double.NaN;
            IReadOnlyList<Plant.Pack.CellModuleNode> modules = bench.Plant.Modules;
            for (int m = 0; m < modules.Count; m++)
            {
                if (modules[m].IsFrozen)
                {
                    // What it tells is old, whatever its cells and the faults of their measurement do meanwhile.
                    foreach (int mv in modules[m].MeasuredMv)
                    {
                        best = mv == SignalValue.NotAvailable || (highest ? mv * 1e-3 <= best : mv * 1e-3 >= best) ? best : mv * 1e-3;
                    }

                    continue;
                }

                if (!modules[m].HasCellFault)
                {
                    ReadOnlySpan<double> cells = bench.Plant.Cells.VoltageV.Slice(modules[m].FirstCell, modules[m].CellCount);
                    double extreme = highest ? Highest(cells) : Lowest(cells);
                    best = highest ? (extreme <= best ? best : extreme) : extreme >= best ? best : extreme;
                    continue;
                }

                for (int i = 0; i < modules[m].CellCount; i++)
                {
                    double v = modules[m].SensedV(i);
                    best = double.IsNaN(v) || (highest ? v <= best : v >= best) ? best : v;
                }
            }

            return best;
        }

        /// <summary>Sensors of a module that the controller takes: some kinds have more than anyone uses, and not all tell them.</summary>
        internal static int UsedSensors(Plant.Pack.PackPlant plant, int module)
        {
            int profile = plant.Options.ModuleProfile;
            return module < ModuleProfile.ModulesWithTemperatures(profile) ? Math.Min(plant.Modules[module].SensorCount, ModuleProfile.UsualTemperatures(profile)) : 0;
        }

        private static double SensedDegC(VirtualBench bench, bool highest)
        {
            double best = double.NaN;
            IReadOnlyList<Plant.Pack.CellModuleNode> modules = bench.Plant.Modules;
            for (int m = 0; m < modules.Count; m++)
            {
                int used = UsedSensors(bench.Plant, m);
                for (int i = 0; i < used; i++)
                {
                    int told = modules[m].MeasuredDeciC[i];
                    double t = !modules[m].IsFrozen ? modules[m].SensedDegC(i) : told == SignalValue.NotAvailable ? double.NaN : told * 0.1;
                    best = double.IsNaN(t) || (highest ? t <= best : t >= best) ? best : t;
                }
            }

            return best;
        }

        private static double Mean(ReadOnlySpan<double> values)
        {
            double sum = 0;
            foreach (double v in values)
            {
                sum += v;
            }

            return sum / values.Length;
        }

        private static double Lowest(ReadOnlySpan<double> values)
        {
            int k = 0;
            double lowest = values[0];
            if (values.Length >= 4)
            {
                Vector256<double> lanes = Vector256.Create(values);
                for (k = 4; k + 4 <= values.Length; k += 4)
                {
                    lanes = Vector256.Min(lanes, Vector256.Create(values[k..]));
                }

                lowest = Math.Min(Math.Min(lanes[0], lanes[1]), Math.Min(lanes[2], lanes[3]));
            }

            for (; k < values.Length; k++)
            {
                lowest = values[k] < lowest ? values[k] : lowest;
            }

            return lowest;
        }

        private static double Highest(ReadOnlySpan<double> values)
        {
            int k = 0;
            double highest = values[0];
            if (values.Length >= 4)
            {
                Vector256<double> lanes = Vector256.Create(values);
                for (k = 4; k + 4 <= values.Length; k += 4)
                {
                    lanes = Vector256.Max(lanes, Vector256.Create(values[k..]));
                }

                highest = Math.Max(Math.Max(lanes[0], lanes[1]), Math.Max(lanes[2], lanes[3]));
            }

            for (; k < values.Length; k++)
            {
                highest = values[k] > highest ? values[k] : highest;
            }

            return highest;
        }
    }
}
