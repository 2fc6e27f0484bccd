using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Supervision;

namespace Bms.Core.Storage
{
    /// <summary>All that outlives the supply, in the order of a start and of a rest: parameters, state, events, black box, reason of a restart.</summary>
    /// <remarks>
    /// Writing to a processor's own flash stops it for up to hundreds of ms [R], so <see cref="Step"/> writes only a second after the contactors have opened, one slot at a time. What happens with closed
    /// contactors waits in memory: a trip opens them, so its events and its black box are stored at once. A supply that goes with closed contactors costs what has happened since they closed,
    /// and nothing that was stored before: with the host's wish to close, a record that the pack is used goes out first (<see cref="DiscreteInputs.IsClosingHeld"/>), so that nobody takes what was stored
    /// for a rest. A fast medium for the state, such as a FRAM, gets it every few seconds whatever the contactors do: then such a cut costs these seconds of it.
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

        /// <summary>Time between two savings of the cells with open contactors, in ms; the first one, where the contactors have not been closed, after <see cref="StatePeriodMs"/>.</summary>
        public const int CellsPeriodMs = 6 * 3600000;

        /// <summary>Time between two savings of the state on a fast medium, in ms: 0.1 % of the charge at a current that empties the pack in an hour.</summary>
        public const int FastStatePeriodMs = 5000;

        // What a supply that goes with closed contactors may have taken from a state of charge that was stored before they closed, as one standard deviation in 0.01 %.
        private const int UsedDoubtCentiPct = 1500;

        private readonly ParameterStore _parameters;
        private readonly PackStateStore _states;
        private readonly CellStateStore _cells;
        private readonly EventLog _events;
        private readonly StartNote _start;
        private readonly BlackBoxStore _blackBox;
        private readonly RestClock _rest = new RestClock();

        private bool _wasOpen;
        private bool _owesState;
        private uint _openSinceMs;
        private uint _writtenAtMs;
        private uint _stateSavedMs;
        private bool _hasStepped;
        private bool _owesCells;
        private uint _cellsPeriodMs = StatePeriodMs;
        private uint _cellsSavedMs;

        /// <param name="parameters">2 slots of <see cref="ParameterStore.BlockLength"/> bytes.</param>
        /// <param name="state">2 slots of <see cref="PackStateStore.BlockLength"/> bytes.</param>
        /// <param name="cells"><see cref="CellStateStore.BlockCount"/> slots of <see cref="CellStateStore.BlockLength"/> bytes.</param>
        /// <param name="events"><see cref="EventCapacity"/> slots of <see cref="EventLog.BlockLength"/> bytes.</param>
        /// <param name="start">2 slots of <see cref="StartNote.BlockLength"/> bytes.</param>
        /// <param name="blackBox"><see cref="BlackBoxStore.BlockCount"/> slots of <see cref="BlackBoxStore.BlockLength"/> bytes.</param>
        public ControllerStorage(BlockStore parameters, BlockStore state, BlockStore cells, BlockStore events, BlockStore start, BlockStore blackBox)
        {
            _parameters = new ParameterStore(parameters, 0);
            _states = new PackStateStore(state, 0);
            _cells = new CellStateStore(cells);
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

        /// <summary>How long the pack has rested.</summary>
        public RestClock Rest
        {
            get { return _rest; }
        }

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
            _rest.Begin(State, (int)(controller.Estimation.RatedMah / 20f));
            controller.Estimation.Restore(State, _rest.AtLeastS);
            health.CellsStatus = _cells.Load(controller.Estimation);
            controller.Inputs.IsClosingHeld = !_states.IsFast && State.RestS != SignalValue.NotAvailable;
            controller.Protection.RestoreLatches(State.ServiceLatches);
            health.BlackBoxRestored = _blackBox.TryRestore(controller.BlackBox);
            health.StoredEvents = _events.Count;
            health.StorageWrites = 0;
            State.StartCount = _start.StartNumber;

            // A medium of its own has to show that it takes something.
            works = works && (!_states.IsFast || _states.Save(State));
            health.SelfTest.Storage = works ? SelfTest.Passed : SelfTest.Failed;
        }

        /// <summary>Tells that this start is the end of a sleep, before the first cycle: how long it was is known, at least roughly.</summary>
        /// <param name="controller">The controller.</param>
        /// <param name="cause">One of the causes of <see cref="SleepControl"/>, but not power.</param>
        public void NoteWake(BatteryController controller, int cause)
        {
            _rest.NoteWake(State, cause == SleepControl.WokenByTimer);
            controller.Estimation.NoteRest(_rest.AtLeastS, _rest.AtMostS);
        }

        /// <summary>Writes what waits, one slot at most, and only a while after the contactors have opened. After each cycle.</summary>
        /// <param name="controller">The controller.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        /// <returns>True where something was written: time has passed.</returns>
        public bool Step(BatteryController controller, uint nowMs)
        {
            if (!_hasStepped)
            {
                _hasStepped = true;
                _cellsSavedMs = nowMs;
            }

            bool isOpen = !controller.Outputs.MainPositive && !controller.Outputs.MainNegative && !controller.Outputs.Precharge;
            PackMeasurement m = controller.Measurement;
            _rest.Update(m.CurrentMa, isOpen, nowMs);
            if (m.HostClockIsNew)
            {
                m.HostClockIsNew = false;
                if (_rest.Take(m.HostClockS, m.HostClockId))
                {
                    controller.Estimation.NoteRest(_rest.AtLeastS, _rest.AtMostS);
                }
            }

            _owesState = _owesState || _rest.IsClockNew;
            _rest.IsClockNew = false;
            if (_states.IsFast && nowMs - _stateSavedMs >= FastStatePeriodMs && !controller.Measurement.IsCrowded)
            {
                _stateSavedMs = nowMs;
                SaveState(controller, 0, 0);
            }

            if (controller.Inputs.IsClosingHeld && isOpen && WantsClosed(controller))
            {
                // Once: a medium that refuses keeps nobody from driving.
                SaveState(controller, 0, 0);
                controller.Inputs.IsClosingHeld = false;
                _owesState = true;
                return NoteWrite(controller, nowMs);
            }

            if (!isOpen || !_wasOpen)
            {
                _owesState = _owesState || isOpen;
                _owesCells = _owesCells || !isOpen;
                _cells.GiveUp();
                _wasOpen = isOpen;
                _openSinceMs = nowMs;
                return false;
            }

            if (nowMs - _openSinceMs < QuietMs || nowMs - _writtenAtMs < WritePauseMs || !WriteOne(controller, nowMs))
            {
                return false;
            }

            return NoteWrite(controller, nowMs);
        }

        /// <summary>Stores what a sleeping pack has to be compared with when it wakes.</summary>
        /// <param name="controller">The controller, which asks for sleep.</param>
        /// <returns>False where something else still waits to be stored, or the medium refused: the board must not sleep yet.</returns>
        public bool KeepForSleep(BatteryController controller)
        {
            // No attempt can follow that would be missing in it.
            return controller.Events.Count == 0 && !_blackBox.Owes(controller.BlackBox) && !_owesCells && !_cells.IsWriting && SaveState(controller, PrechargeResistor.UntoldPermille, controller.Control.Sleep.SleepForS);
        }

        private static bool WantsClosed(BatteryController controller)
        {
            return controller.Measurement.HostMode != HostCommand.ModeStandby;
        }

        private bool NoteWrite(BatteryController controller, uint nowMs)
        {
            WriteCount++;
            _writtenAtMs = nowMs;
            controller.Health.StorageWrites = WriteCount & 0x7FFFFFFF;
            controller.Health.StoredEvents = _events.Count;
            return true;
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
            bool tellsOfUse = State.RestS == SignalValue.NotAvailable && !WantsClosed(controller);
            if (!_owesState && !latchesChanged && !tellsOfUse && nowMs - _stateSavedMs < StatePeriodMs)
            {
                return WriteCells(controller, nowMs);
            }

            _owesState = false;
            _stateSavedMs = nowMs;
            SaveState(controller, 0, 0);
            return true;
        }

        // After use, and now and then: what cells drift apart by takes weeks. A medium that refuses is tried again with the next opening.
        private bool WriteCells(BatteryController controller, uint nowMs)
        {
            if (_cells.IsWriting)
            {
                _cells.Step(controller.Estimation);
                return true;
            }

            if (!_owesCells && nowMs - _cellsSavedMs < _cellsPeriodMs)
            {
                return false;
            }

            _owesCells = false;
            _cellsSavedMs = nowMs;
            _cellsPeriodMs = CellsPeriodMs;
            if (!_cells.Begin(controller.Estimation))
            {
                return false;
            }

            _cells.Step(controller.Estimation);
            return true;
        }

        private bool SaveState(BatteryController controller, int toldPermille, int sleepS)
        {
            // What is stored on a fast medium is never old. On a slow one it holds only as long as nothing closes: before that the next record says so.
            bool holds = _states.IsFast || sleepS > 0 || !WantsClosed(controller);

            // A state of charge that is not known says less than the one that is stored; latches and wear are stored all the same.
            if (controller.Estimation.LowestSocCentiPct != SignalValue.NotAvailable)
            {
                State.LowestSocCentiPct = controller.Estimation.LowestSocCentiPct;
                State.HighestSocCentiPct = controller.Estimation.HighestSocCentiPct;
                controller.Estimation.Keep(State);
                if (!holds)
                {
                    State.HysteresisPermille = SignalValue.NotAvailable;
                }

                if (!holds && State.SocSigmaCentiPct < UsedDoubtCentiPct)
                {
                    State.SocSigmaCentiPct = UsedDoubtCentiPct;
                }
            }

            controller.Control.Contactors.Wear.Save(State);
            State.PrechargeHeatPermille = controller.Control.Contactors.Resistor.FillPermille - toldPermille;
            State.ServiceLatches = controller.Protection.ServiceLatches;
            controller.Control.Sleep.Save(State);
            _rest.Save(State, holds, sleepS);
            if (!_states.Save(State))
            {
                return false;
            }

            controller.Inputs.IsClosingHeld = holds && !_states.IsFast;
            return true;
        }
    }
}
