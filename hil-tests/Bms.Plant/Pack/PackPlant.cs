using Bms.Core.Measurement.Profiles;
using Bms.Plant.Cells;

namespace Bms.Plant.Pack
{
    /// <summary>A whole simulated pack: cells, thermal network, contactors, load side, load, charger, and the nodes that measure it on the bus.</summary>
    public sealed class PackPlant
    {
        private readonly PackOptions _options;
        private readonly long _stepUs;
        private readonly double _stepS;
        private readonly double[] _heatingW;
        private readonly PackNode[] _nodes;
        private readonly CellModuleNode[] _modules;
        private bool _anyHeating;
        private long _nextThermalUs;

        /// <param name="options">The pack.</param>
        /// <param name="stepUs">Electrical step in us; must divide the thermal step.</param>
        /// <param name="startUs">Virtual time of the start in us.</param>
        public PackPlant(PackOptions options, long stepUs = 10_000, long startUs = 0)
        {
            if (stepUs <= 0 || options.ThermalStepUs % stepUs != 0)
            {
                throw new ArgumentException("The electrical step must divide the thermal step.", nameof(stepUs));
            }

            _options = options;
            _stepUs = stepUs;
            _stepS = stepUs * 1e-6;
            Cells = new PackModel(CellParameters.LoadNameOrFile(options.CellName), options, stepUs);
            Thermal = new ThermalNetwork(Cells, options);
            Enclosure = new Enclosure(Cells, Thermal, options);
            EnclosureSensor = new EnclosureSensor(Enclosure, options, startUs);
            MainPositive = new Contactor(options.ContactorCloseUs, options.ContactorOpenUs);
            MainNegative = new Contactor(options.ContactorCloseUs, options.ContactorOpenUs);
            Precharge = new Contactor(options.ContactorCloseUs, options.ContactorOpenUs);
            PrechargeResistorOhm = options.PrechargeResistorOhm;
            Link = new LinkCircuit(options.LinkCapacitanceF, options.LinkDischargeOhm);
            Load = new DriveLoad { CutOffV = 0.5 * Cells.Cell.MinVoltageV * options.CellCount };
            Charger = new Charger();
            Host = new HostNode(options, startUs);
            Sensor = new PackSensorNode(Cells, Link, options, startUs);
            int perModule = options.CellsPerModule != 0 ? options.CellsPerModule : ModuleProfile.UsualCells(options.ModuleProfile);
            int modules = (options.CellCount + perModule - 1) / perModule;
            var list = new CellModuleNode[modules];
            for (int m = 0; m < modules; m++)
            {
                list[m] = Module(options, m, perModule, startUs);
            }

            _modules = list;
            Insulation = new InsulationNode(options, startUs);
            _nodes = [Host, Sensor, .. list, Insulation];
            _heatingW = new double[options.CellCount];
            _nextThermalUs = startUs + options.ThermalStepUs;
            TimeUs = startUs;
            Faults = new PackFaults(this);
        }

        /// <summary>Virtual time in us.</summary>
        public long TimeUs { get; private set; }

        /// <summary>The pack as it was asked for.</summary>
        public PackOptions Options => _options;

        /// <summary>The cells.</summary>
        public PackModel Cells { get; }

        /// <summary>Temperatures, coolant, heater.</summary>
        public ThermalNetwork Thermal { get; }

        /// <summary>The gas in the housing.</summary>
        public Enclosure Enclosure { get; }

        /// <summary>The climate sensor in the housing; not on the bus, the controller reads it itself.</summary>
        public EnclosureSensor EnclosureSensor { get; }

        /// <summary>Main contactor at the positive end.</summary>
        public Contactor MainPositive { get; }

        /// <summary>Main contactor at the negative end.</summary>
        public Contactor MainNegative { get; }

        /// <summary>Precharge contactor, beside the positive one.</summary>
        public Contactor Precharge { get; }

        /// <summary>The load side.</summary>
        public LinkCircuit Link { get; }

        /// <summary>The drive.</summary>
        public DriveLoad Load { get; }

        /// <summary>The charger.</summary>
        public Charger Charger { get; }

        /// <summary>The vehicle on the bus.</summary>
        public HostNode Host { get; }

        /// <summary>The current and voltage sensor on the bus.</summary>
        public PackSensorNode Sensor { get; }

        /// <summary>The cell modules on the bus.</summary>
        public IReadOnlyList<CellModuleNode> Modules => _modules;

        /// <summary>The insulation and its monitor.</summary>
        public InsulationNode Insulation { get; }

        /// <summary>True while the vehicle reports a crash.</summary>
        public bool IsCrashed { get; set; }

        /// <summary>What the controller's board knows of its memory, as the input of the firmware has it: 0 good, 1..3.</summary>
        public int BoardMemoryFault { get; set; }

        /// <summary>True where the controller's board says that the watchdog reset it.</summary>
        public bool BoardWasReset { get; set; }

        /// <summary>All nodes on the bus.</summary>
        public IReadOnlyList<PackNode> Nodes => _nodes;

        /// <summary>Faults by name and element.</summary>
        public PackFaults Faults { get; }

        /// <summary>State of the interlock loop.</summary>
        public bool IsInterlockClosed { get; set; } = true;

        /// <summary>Resistance of the precharge resistor in ohm; scenarios may bridge it.</summary>
        public double PrechargeResistorOhm { get; set; }

        /// <summary>Heat in the precharge resistor above its surroundings in J.</summary>
        public double PrechargeResistorJ { get; private set; }

        /// <summary>True: the precharge resistor is broken.</summary>
        public bool IsPrechargeResistorOpen { get; set; }

        /// <summary>True while both main contactors let current pass.</summary>
        public bool IsPathClosed => MainNegative.IsClosed && MainPositive.IsClosed;

        /// <summary>Highest current at which a main contactor opened since start, as a magnitude in A.</summary>
        public double WorstBreakCurrentA { get; private set; }

        /// <summary>Heats a cell from outside.</summary>
        /// <param name="cell">Cell from 0.</param>
        /// <param name="powerW">Power in W; 0 ends it.</param>
        public void SetHeating(int cell, double powerW)
        {
            _heatingW[cell] = powerW;
            _anyHeating = Array.Exists(_heatingW, w => w != 0);
        }

        /// <summary>External heat put into a cell now, in W.</summary>
        public double HeatingW(int cell) => _heatingW[cell];

        /// <summary>Lets every node queue the frames that are due until the end of the next step.</summary>
        public void RunNodes()
        {
            foreach (PackNode node in _nodes)
            {
                node.Run(TimeUs, TimeUs + _stepUs);
            }
        }

        /// <summary>Advances the plant by one electrical step.</summary>
        public void Step()
        {
            bool wasClosed = IsPathClosed;
            MainPositive.Update(TimeUs);
            MainNegative.Update(TimeUs);
            Precharge.Update(TimeUs);
            if (wasClosed && !IsPathClosed)
            {
                WorstBreakCurrentA = Math.Max(WorstBreakCurrentA, Math.Abs(Cells.CurrentA));
            }

            double directOhm = MainPositive.ContactOhm;
            double resistorOhm = IsPrechargeResistorOpen ? double.PositiveInfinity : Precharge.ContactOhm + PrechargeResistorOhm;
            double positiveOhm = directOhm < double.PositiveInfinity && resistorOhm < double.PositiveInfinity
                ? directOhm * resistorOhm / (directOhm + resistorOhm)
                : Math.Min(directOhm, resistorOhm);
            double pathOhm = _options.PathResistanceOhm + MainNegative.ContactOhm + positiveOhm;
            double externalA = Load.Update(Link.VoltageV, Host.Heard, TimeUs);
            double chargeOhm = Cells.ChargeResistanceOhm;
            externalA += Charger.Update(Cells.EmfV, chargeOhm + _options.PathResistanceOhm, Link.VoltageV, Host.Heard, TimeUs, _stepS);
            double current = Link.Step(Cells.EmfV, pathOhm, Cells.DischargeResistanceOhm, chargeOhm, externalA, _stepS);
            Cells.Step(current);
            HeatPrechargeResistor(current, directOhm, resistorOhm);

            TimeUs += _stepUs;
            if (TimeUs >= _nextThermalUs)
            {
                StepThermal();
                _nextThermalUs += _options.ThermalStepUs;
            }
        }

        // The current divides between the resistor and the positive contactor beside it.
        private void HeatPrechargeResistor(double currentA, double directOhm, double resistorOhm)
        {
            if (resistorOhm < double.PositiveInfinity && currentA != 0)
            {
                double throughA = directOhm < double.PositiveInfinity ? currentA * directOhm / (directOhm + resistorOhm) : currentA;
                PrechargeResistorJ += throughA * throughA * PrechargeResistorOhm * _stepS;
            }

            PrechargeResistorJ -= PrechargeResistorJ * (_stepS / _options.PrechargeCoolingS);
        }

        private CellModuleNode Module(PackOptions options, int index, int cells, long startUs) => options.ModuleProfile switch
        {
            ModuleProfile.BmwI3 => new BmwI3ModuleNode(Cells, options, index, cells, startUs),
            ModuleProfile.VwMqb or ModuleProfile.VwMeb => new VwModuleNode(Cells, options, index, cells, startUs),
            ModuleProfile.OutlanderPhev => new OutlanderModuleNode(Cells, options, index, cells, startUs),
            _ => new CellModuleNode(Cells, options, index, startUs),
        };

        private void StepThermal()
        {
            double stepS = _options.ThermalStepUs * 1e-6;
            if (_anyHeating)
            {
                for (int k = 0; k < _heatingW.Length; k++)
                {
                    Cells.AddHeat(k, _heatingW[k] * stepS);
                }
            }

            Thermal.Step();
            Enclosure.Step();
            foreach (CellModuleNode module in _modules)
            {
                module.Follow(stepS);
            }
        }
    }
}
