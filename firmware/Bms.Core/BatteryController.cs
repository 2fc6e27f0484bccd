using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Protection;
using Bms.Core.Reporting;
using Bms.Core.Storage;
using Bms.Core.Supervision;

namespace Bms.Core
{
    /// <summary>The battery controller: one cycle, from frames in to frames and outputs out.</summary>
    /// <remarks>
    /// The caller reads the pins into <see cref="Inputs"/>, calls <see cref="Update"/> every cycle and drives <see cref="Outputs"/>.
    /// Everything is made here, once; the cycle allocates nothing and has no clock of its own.
    /// </remarks>
    public sealed class BatteryController
    {
        /// <summary>What the board reads before each cycle.</summary>
        public readonly DiscreteInputs Inputs = new DiscreteInputs();

        /// <summary>What the board drives after each cycle.</summary>
        public readonly ActuatorOutputs Outputs = new ActuatorOutputs();

        /// <summary>First stage: frames in, values with age and validity out.</summary>
        public readonly PackMeasurement Measurement;

        /// <summary>Second stage: what cannot be measured.</summary>
        public readonly StateEstimation Estimation;

        /// <summary>Third stage: what must not be.</summary>
        public readonly FaultMonitor Protection;

        /// <summary>Fourth stage: what is done about it.</summary>
        public readonly PackControl Control;

        /// <summary>Last stage: what the host learns.</summary>
        public readonly PackReporter Reporting;

        /// <summary>Memory of the last half minute before a trip.</summary>
        public readonly BlackBox BlackBox;

        /// <summary>Fault events that wait to be stored.</summary>
        public readonly PendingEvents Events = new PendingEvents();

        /// <summary>What the controller knows of itself: time, memory, start.</summary>
        public readonly SystemHealth Health;

        /// <summary>Tells it on the bus, in the schedule of <see cref="Reporting"/>.</summary>
        public readonly HealthReporter HealthReporting;

        /// <summary>Tells what the estimation knows beyond the state of charge, in the same schedule.</summary>
        public readonly EstimationReporter EstimationReporting;

        /// <summary>First identifier of the host's 16.</summary>
        public readonly uint HostBaseId;

        private readonly CanPort _port;
        private readonly bool _collects;
        private int _turn;

        /// <summary>Makes all stages. A block that fails its check is not used: the safe NMC preset takes its place, and the fault Configuration keeps the contactors open.</summary>
        /// <param name="parameters">Parameter block; read once.</param>
        /// <param name="port">The bus.</param>
        public BatteryController(ParameterBlock parameters, CanPort port)
        {
            bool isValid = parameters != null && parameters.FirstInvalid() < 0;
            ParameterBlock p = isValid ? parameters : Presets.Nmc(96, 50000);
            _port = port;
            _collects = port.NeedsCollect;
            HostBaseId = (uint)p.Get(ParameterId.HostBaseId);
            Measurement = new PackMeasurement(p, port);
            Estimation = new StateEstimation(p);
            Protection = new FaultMonitor(p, isValid, port);
            Control = new PackControl(p, Measurement.ModuleCount);
            Reporting = new PackReporter(p, Measurement.ModuleCount, port);
            BlackBox = new BlackBox(port);
            Health = new SystemHealth(p.Get(ParameterId.CyclePeriodMs));
            HealthReporting = new HealthReporter(port, Measurement.Insulation);
            EstimationReporting = new EstimationReporter(port);
            Protection.Watch(Health);
        }

        /// <summary>The cycle.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(uint nowMs)
        {
            Measurement.Update(nowMs);
            int turn = _turn;
            _turn = (turn + 1) & 3;
            if (turn == 0)
            {
                // Sensors that speak once a second: every fourth cycle is soon enough for their ages.
                Inputs.Environment.Update(nowMs);
                Measurement.Insulation.Update(Inputs, nowMs);
            }

            bool collects = _collects;
            if (collects)
            {
                _port.Collect();
            }

            Estimation.ContactorsAreOpen = Control.Contactors.IsOpen;
            Estimation.Update(Measurement, nowMs);
            if (collects)
            {
                _port.Collect();
            }

            Protection.Update(Measurement, Control, Inputs, nowMs);
            if (collects)
            {
                _port.Collect();
            }

            Control.Update(Measurement, Estimation, Protection, Inputs, Outputs, nowMs);
            if (collects)
            {
                _port.Collect();
            }

            BlackBox.Update(this, nowMs);
            Reporting.Update(this, nowMs);
        }
    }
}
