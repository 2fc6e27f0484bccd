using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Supervision;

namespace Bms.Core.Storage
{
    /// <summary>All that outlives the supply, in the order of a start and of a rest: parameters, state, events, black box, reason of a restart.</summary>
    /// <remarks>
    /// Writing to a processor's own flash stops it for up to hundreds of ms [R], so <see cref="Step"/> writes only a second after the contactors have opened, one slot at a time. What happens with closed
    /// contactors waits in memory: a trip opens them, so its events and its black box are stored at once. A supply that goes with closed contactors costs what has happened since they closed,
    /// and nothing that was stored before. A fast medium for the state, such as a FRAM, gets it every few seconds whatever the contactors do: then such a cut costs these seconds of it.
    /// </remarks>
    public sealed class ControllerStorage
    {
        /// <summary>Entries of the event log.</summary>
        public const int EventCapacity = 64;

        /// <summary>Time with open contactors before anything is written, in ms.</summary>
        public const int QuietMs = 1000;

        /// <summary>Time between two writes, in ms: cycles that keep their time lie between.</summary>
        public const int WritePauseMs = 100;

        /// <summary>Time between two savings of the state with open contactors, in ms.</summary>
        public const int StatePeriodMs = 600000;

        /// <summary>Time between two savings of the state on a fast medium, in ms: 0.1 % of the charge at a current that empties the pack in an hour.</summary>
        public const int FastStatePeriodMs = 5000;

        private readonly ParameterStore _parameters;
        private readonly PackStateStore _states;
        private readonly EventLog _events;
        private readonly StartNote _start;
        private readonly BlackBoxStore _blackBox;

        private bool _wasOpen;
        private bool _owesState;
        private uint _openSinceMs;
        private uint _writtenAtMs;
        private uint _stateSavedMs;

        /// <param name="parameters">2 slots of <see cref="ParameterStore.BlockLength"/> bytes.</param>
        /// <param name="state">2 slots of <see cref="PackStateStore.BlockLength"/> bytes.</param>
        /// <param name="events"><see cref="EventCapacity"/> slots of <see cref="EventLog.BlockLength"/> bytes.</param>
        /// <param name="start">2 slots of <see cref="StartNote.BlockLength"/> bytes.</param>
        /// <param name="blackBox"><see cref="BlackBoxStore.BlockCount"/> slots of <see cref="BlackBoxStore.BlockLength"/> bytes.</param>
        public ControllerStorage(BlockStore parameters, BlockStore state, BlockStore events, BlockStore start, BlockStore blackBox)
        {
            _parameters = new ParameterStore(parameters, 0);
            _states = new PackStateStore(state, 0);
            _events = new EventLog(events, 0, EventCapacity);
            _start = new StartNote(start, 0);
            _blackBox = new BlackBoxStore(blackBox);
        }

        /// <summary>Reason of the last restart and number of this start.</summary>
        public StartNote Start
        {
            get { return _start; }
        }

        /// <summary>The event log.</summary>
        public EventLog Events
        {
            get { return _events; }
        }

        /// <summary>State as stored, with the values of this run when last saved.</summary>
        public PackState State { get; } = new PackState();

        /// <summary>Writes since start; wraps.</summary>
        public int WriteCount { get; private set; }

        /// <summary>Fetches the stored parameter block over the defaults in <paramref name="block"/>.</summary>
        /// <param name="block">Block with the defaults of the board; they stand where nothing good is stored.</param>
        /// <returns>One of <see cref="StorageStatus"/>.</returns>
        public int LoadParameters(ParameterBlock block)
        {
            return _parameters.Load(block);
        }

        /// <summary>Notes the start, fetches state and black box, and tells the controller's health how that went. Once, before the first cycle.</summary>
        /// <param name="controller">The controller.</param>
        /// <param name="parameterStatus">What <see cref="LoadParameters"/> returned.</param>
        public void Begin(BatteryController controller, int parameterStatus)
        {
            SystemHealth health = controller.Health;
            bool works = _start.Begin();
            health.StartNumber = (int)(_start.StartNumber & 0x7FFFFFFF);
            health.ResetCause = _start.Cause;
            health.ParameterStatus = parameterStatus;
            health.StateStatus = _states.Load(State);
            controller.Control.Contactors.Wear.Restore(State);
            controller.Control.Contactors.Resistor.Restore(State.PrechargeHeatPermille, (int)(_start.StartNumber - State.StartCount));
            controller.Estimation.Restore(State, SignalValue.NotAvailable);
            controller.Protection.RestoreLatches(State.ServiceLatches);
            health.BlackBoxRestored = _blackBox.TryRestore(controller.BlackBox);
            health.StoredEvents = _events.Count;
            health.StorageWrites = 0;
            State.StartCount = _start.StartNumber;

            // A medium of its own has to show that it takes something.
            works = works && (!_states.IsFast || _states.Save(State));
            health.SelfTest.Storage = works ? SelfTest.Passed : SelfTest.Failed;
        }

        /// <summary>Writes what waits, one slot at most, and only a while after the contactors have opened. After each cycle.</summary>
        /// <param name="controller">The controller.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        /// <returns>True where something was written: time has passed.</returns>
        public bool Step(BatteryController controller, uint nowMs)
        {
            if (_states.IsFast && nowMs - _stateSavedMs >= FastStatePeriodMs && !controller.Measurement.IsCrowded)
            {
                _stateSavedMs = nowMs;
                SaveState(controller, 0);
            }

            bool isOpen = !controller.Outputs.MainPositive && !controller.Outputs.MainNegative && !controller.Outputs.Precharge;
            if (!isOpen || !_wasOpen)
            {
                _owesState = _owesState || isOpen;
                _wasOpen = isOpen;
                _openSinceMs = nowMs;
                return false;
            }

            if (nowMs - _openSinceMs < QuietMs || nowMs - _writtenAtMs < WritePauseMs || !WriteOne(controller, nowMs))
            {
                return false;
            }

            WriteCount++;
            _writtenAtMs = nowMs;
            controller.Health.StorageWrites = WriteCount & 0x7FFFFFFF;
            controller.Health.StoredEvents = _events.Count;
            return true;
        }

        /// <summary>Stores what a sleeping pack has to be compared with when it wakes.</summary>
        /// <param name="controller">The controller, which asks for sleep.</param>
        /// <returns>False where something else still waits to be stored, or the medium refused: the board must not sleep yet.</returns>
        public bool KeepForSleep(BatteryController controller)
        {
            // No attempt can follow that would be missing in it.
            return controller.Events.Count == 0 && !_blackBox.Owes(controller.BlackBox) && SaveState(controller, PrechargeResistor.UntoldPermille);
        }

        private bool WriteOne(BatteryController controller, uint nowMs)
        {
            PendingEvents waiting = controller.Events;
            if (waiting.Count != 0)
            {
                _events.Add(_start.StartNumber, waiting.FirstTimeMs, waiting.FirstPayload);
                waiting.RemoveFirst();
                return true;
            }

            if (_blackBox.Step(controller.BlackBox))
            {
                return true;
            }

            bool latchesChanged = controller.Protection.ServiceLatches != State.ServiceLatches;
            if (!_owesState && !latchesChanged && nowMs - _stateSavedMs < StatePeriodMs)
            {
                return false;
            }

            _owesState = false;
            _stateSavedMs = nowMs;
            SaveState(controller, 0);
            return true;
        }

        private bool SaveState(BatteryController controller, int toldPermille)
        {
            // A state of charge that is not known says less than the one that is stored; latches and wear are stored all the same.
            if (controller.Estimation.LowestSocCentiPct != SignalValue.NotAvailable)
            {
                State.LowestSocCentiPct = controller.Estimation.LowestSocCentiPct;
                State.HighestSocCentiPct = controller.Estimation.HighestSocCentiPct;
                controller.Estimation.Keep(State);
            }

            controller.Control.Contactors.Wear.Save(State);
            State.PrechargeHeatPermille = controller.Control.Contactors.Resistor.FillPermille - toldPermille;
            State.ServiceLatches = controller.Protection.ServiceLatches;
            controller.Control.Sleep.Save(State);
            return _states.Save(State);
        }
    }
}
