using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>Fourth stage of the cycle: contactors, current limits, heater and cooling, balancing.</summary>
    /// <remarks>
    /// While the contactors stay closed and no row of the fault table changes every other cycle is left out; whatever changes is acted on in its own cycle. Heat, balancing and sleep take turns,
    /// as the parts of <see cref="CurrentLimits"/> do.
    /// </remarks>
    public sealed class PackControl
    {
        /// <summary>Contactor state machine.</summary>
        public readonly ContactorControl Contactors;

        /// <summary>Current limits.</summary>
        public readonly CurrentLimits Limits;

        /// <summary>Balancing; asked module by module when its command is sent.</summary>
        public readonly Balancing Balancing;

        /// <summary>When the board may sleep.</summary>
        public readonly SleepControl Sleep;

        /// <summary>Heater, pump and fan.</summary>
        public readonly ThermalControl Thermal;

        private const int Turns = 4;
        private int _turn;
        private int _changeCount;
        private int _hostMode;
        private bool _rested = true;
        private bool _owesTurn;

        /// <summary>Makes the stage; reads its parameters once.</summary>
        /// <param name="parameters">A valid block.</param>
        /// <param name="moduleCount">Modules of the pack.</param>
        public PackControl(ParameterBlock parameters, int moduleCount)
        {
            Contactors = new ContactorControl(parameters);
            Limits = new CurrentLimits(parameters);
            Balancing = new Balancing(parameters, moduleCount);
            Sleep = new SleepControl(parameters);
            Thermal = new ThermalControl(parameters);
        }

        /// <summary>Decides everything that the pack does until the next cycle.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="e">Estimates of this cycle.</param>
        /// <param name="faults">Faults of this cycle.</param>
        /// <param name="inputs">Pins as read before this cycle.</param>
        /// <param name="outputs">Outputs to set.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, StateEstimation e, FaultMonitor faults, DiscreteInputs inputs, ActuatorOutputs outputs, uint nowMs)
        {
            bool isNews = faults.ChangeCount != _changeCount || m.HostMode != _hostMode || !Contactors.IsSteady;
            if (!isNews && !_rested)
            {
                _rested = true;
                if (_owesTurn && !m.IsCrowded)
                {
                    Limits.Update(m, e, faults, Contactors.State, nowMs);
                    TakeTurn(m, e, faults, outputs, nowMs);
                }

                return;
            }

            _rested = false;
            _changeCount = faults.ChangeCount;
            _hostMode = m.HostMode;
            Contactors.Update(m, faults, inputs, outputs, nowMs);
            Limits.Update(m, e, faults, Contactors.State, nowMs);
            if (outputs.Heater && faults.HighestSeverity == Severity.Trip)
            {
                Thermal.CutHeater(m, outputs, nowMs);
            }

            if (m.IsCrowded)
            {
                // Else a bus whose crowded cycles are always these would leave the turns to nobody.
                _owesTurn = true;
            }
            else
            {
                TakeTurn(m, e, faults, outputs, nowMs);
            }
        }

        private void TakeTurn(PackMeasurement m, StateEstimation e, FaultMonitor faults, ActuatorOutputs outputs, uint nowMs)
        {
            _owesTurn = false;
            int turn = _turn;
            _turn = (turn + 1) & (Turns - 1);
            switch (turn)
            {
                case 1: Thermal.Update(m, faults, outputs, nowMs); break;
                case 2: UpdateBalancing(e, nowMs); break;
                case 3: Sleep.Update(m, faults, this, outputs, nowMs); break;
            }
        }

        private void UpdateBalancing(StateEstimation e, uint nowMs)
        {
            Balancing.Update(nowMs);
            if (Balancing.IsOn)
            {
                e.Deltas.Capacities.IsBled = true;
            }

            if (Balancing.IsMeasuring)
            {
                // What the next choice goes by, where the estimator knows the cells.
                CellDeltas cells = e.Deltas;
                Balancing.CellSoc = e.Mean.IsKnown ? cells.Soc : null;
                Balancing.LowestSoc = cells.Lowest;
                Balancing.SocVariance = cells.Variance;
            }
        }
    }
}
