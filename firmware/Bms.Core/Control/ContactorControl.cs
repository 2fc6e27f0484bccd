using System.Runtime.CompilerServices;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>Runs the contactor state machine of <see cref="ContactorTable"/>, tests the contactors for welds, and compares them with what they were told.</summary>
    /// <remarks>Allocates nothing after construction. Never closes without a complete measurement, and never again after a trip without the host's asking anew.</remarks>
    public sealed class ContactorControl
    {
        /// <summary>Value of <see cref="WeldFound"/>: no weld.</summary>
        public const int NoWeld = 0;

        /// <summary>Value of <see cref="WeldFound"/>: the positive main or the precharge contactor.</summary>
        public const int PositiveWelded = 1;

        /// <summary>Value of <see cref="WeldFound"/>: the negative main contactor.</summary>
        public const int NegativeWelded = 2;

        /// <summary>Present state, one of <see cref="ContactorState"/>.</summary>
        public int State = ContactorState.Standby;

        /// <summary>What keeps the contactors open though the host asks for them, one of <see cref="ClosingBlock"/>.</summary>
        public int Blocked;

        /// <summary>True while the contactors are closed, or open without anybody asking for more, and are where they were told to be: nothing but a wish or a fault moves them.</summary>
        public bool IsSteady;

        /// <summary>True while no current can flow through the contactors: all are told to be open, have had their time for it, say so where that is wired, and none was found welded.</summary>
        public bool IsOpen;

        /// <summary>True for the one cycle in which precharge failed for good; the fault table latches it.</summary>
        public bool PrechargeHasFailed;

        /// <summary>How long a contactor has not been where it was told to be, in ms; 0 where all agree or no auxiliary contacts are fitted.</summary>
        public int FeedbackMismatchMs;

        /// <summary>Contactor that the last weld test by voltage found welded; kept until a later test finds it open.</summary>
        public int WeldFound;

        /// <summary>True where the last closing or opening proved both main contactors by voltage; false where the link was too high to say.</summary>
        public bool WeldTested;

        /// <summary>Attempts to precharge since the host asked.</summary>
        public int PrechargeAttempts;

        /// <summary>Contactors that are closed although they were told to open: a sum of the output flags of <see cref="ContactorTable"/>. What a voltage shows stands here for a moment only; the fault table latches it.</summary>
        public int WeldedContactors;

        /// <summary>Contactors that are open although they were told to close: a sum of the output flags of <see cref="ContactorTable"/>.</summary>
        public int StuckOpenContactors;

        /// <summary>True, for a moment, where the link was charged faster than the precharge resistor allows; the fault table latches it.</summary>
        public bool PrechargeWasTooFast;

        /// <summary>Heat in the precharge resistor, in permille of what it may take.</summary>
        public int PrechargeHeatPermille;

        /// <summary>Life of the most worn contactor that is used up, in permille.</summary>
        public int WearPermille;

        /// <summary>Times the contactors opened while carrying more than the opening current, since start.</summary>
        public int OpeningsUnderLoad;

        /// <summary>Heat in the precharge resistor.</summary>
        public readonly PrechargeResistor Resistor;

        /// <summary>Counters of operations.</summary>
        public readonly ContactorWear Wear;

        /// <summary>First closing after a start: so long the current sensor has been heard before, in ms, as its offset shows only while the contactors are open.</summary>
        public const int OffsetMs = 500;

        // Ages stop growing here (70 min), so that they never come round through the clock's roll-over.
        private const int LongAgoMs = 1 << 22;

        // All three contactors are closed for this long: twice the time that a contactor takes, so that the load never falls back onto the resistor.
        private const uint JoiningMs = 100;

        // Longer than the fault table takes to look at its slow rows, with a cycle of 20 ms too.
        private const uint EventHoldMs = 200;

        // Contactors move within 50 ms; twice that is a mismatch with a name.
        private const int NamedMismatchMs = 100;

        // Contactors take 50 ms to open, an arc and the filter of a current sensor as long again.
        private const uint OpenAfterMs = 100;

        private const int Coils = 3;

        private readonly uint _prechargeTimeoutMs;
        private readonly uint _prechargeMinMs;
        private readonly uint _prechargePauseMs;
        private readonly int _prechargeAttempts;
        private readonly int _prechargeDonePermille;
        private readonly int _prechargeDoneCurrentMa;
        private readonly int _openingCurrentMa;
        private readonly uint _openingTimeoutMs;
        private readonly uint _openingStepMs;
        private readonly int _openingOrder;
        private readonly uint _weldTestMs;
        private readonly int _weldRisePermille;
        private readonly uint _weldCheckMs;
        private readonly int _weldDropPermille;
        private readonly bool _busMayBeLive;
        private readonly int _busMatchMv;
        private readonly uint _pullInMs;
        private readonly bool _feedbackFitted;
        private readonly int[] _firstRow = new int[ContactorState.Count];
        private readonly uint[] _coilSinceMs = new uint[Coils];

        private uint _stateSinceMs;
        private uint _notOpenMs;
        private bool _wasClosed;
        private bool _waitsForOffset;
        private bool _hearsCurrent;
        private uint _heardMs;
        private uint _mismatchSinceMs;
        private uint _stuckMs;
        private bool _mismatch;
        private int _told;
        private bool _pullsIn;
        private DiscreteInputs _inputs;
        private bool _negativeTurn;
        private int _lastCurrentMa;

        // Link voltage when the state began, for what rises or falls since.
        private int _entryLinkMv;
        private bool _watchesFall;
        private bool _tooFast;
        private bool _tooHot;

        /// <summary>Makes the state machine in standby.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public ContactorControl(ParameterBlock parameters)
        {
            _prechargeTimeoutMs = (uint)parameters.Get(ParameterId.PrechargeTimeoutMs);
            _prechargeMinMs = (uint)parameters.Get(ParameterId.PrechargeMinMs);
            _prechargePauseMs = (uint)parameters.Get(ParameterId.PrechargePauseMs);
            _prechargeAttempts = parameters.Get(ParameterId.PrechargeAttempts);
            _prechargeDonePermille = parameters.Get(ParameterId.PrechargeDonePermille);
            _prechargeDoneCurrentMa = parameters.Get(ParameterId.PrechargeDoneCurrentMa);
            _openingCurrentMa = parameters.Get(ParameterId.OpeningCurrentMa);
            _openingTimeoutMs = (uint)parameters.Get(ParameterId.OpeningTimeoutMs);
            _openingStepMs = (uint)parameters.Get(ParameterId.OpeningStepMs);
            _openingOrder = parameters.Get(ParameterId.OpeningOrder);
            _weldTestMs = (uint)parameters.Get(ParameterId.WeldTestMs);
            _weldRisePermille = parameters.Get(ParameterId.WeldRisePermille);
            _weldCheckMs = (uint)parameters.Get(ParameterId.WeldCheckMs);
            _weldDropPermille = parameters.Get(ParameterId.WeldDropPermille);
            _busMayBeLive = parameters.Get(ParameterId.BusMayBeLive) != 0;
            _busMatchMv = parameters.Get(ParameterId.BusMatchMv);
            _pullInMs = (uint)parameters.Get(ParameterId.CoilPullInMs);
            _feedbackFitted = parameters.Get(ParameterId.ContactorFeedbackFitted) != 0;
            _waitsForOffset = parameters.Get(ParameterId.CurrentOffsetLimitMa) != 0;
            Resistor = new PrechargeResistor(parameters);
            Wear = new ContactorWear(parameters);
            for (int state = 0; state < ContactorState.Count; state++)
            {
                _firstRow[state] = ContactorTable.FirstRowOf(state);
            }
        }

        /// <summary>Takes at most one transition and sets the contactor outputs.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="faults">Faults of this cycle.</param>
        /// <param name="inputs">Pins as read before this cycle.</param>
        /// <param name="outputs">Contactor outputs to set.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, FaultMonitor faults, DiscreteInputs inputs, ActuatorOutputs outputs, uint nowMs)
        {
            // The pins tell what became of the last command, so they are compared before the new one.
            CompareFeedback(inputs, outputs, nowMs);

            PrechargeHasFailed = false;
            bool carries = State == ContactorState.Precharge || State == ContactorState.Joining;
            if (Resistor.Update(m, carries, nowMs) || carries)
            {
                PrechargeHeatPermille = Resistor.FillPermille;
                WearPermille = 1000 - Wear.RemainingPermille;
            }

            if (m.CurrentMa != SignalValue.NotAvailable)
            {
                _lastCurrentMa = m.CurrentMa;
            }

            // Closed, and nobody wants anything else: the usual cycle of a drive.
            if (State != ContactorState.Closed || faults.HighestSeverity == Severity.Trip || m.HostMode == HostCommand.ModeStandby)
            {
                _inputs = inputs;
                LookWhetherOpen(m, nowMs);
                int conditions = Conditions(m, faults, nowMs);
                if (conditions != 0)
                {
                    Step(conditions, m, outputs, nowMs);
                }
            }

            if (_pullsIn)
            {
                HoldCoils(outputs, nowMs);
            }

            bool stays = State == ContactorState.Closed || State == ContactorState.Fault || (State == ContactorState.Standby && m.HostMode == HostCommand.ModeStandby);
            IsSteady = stays && !_mismatch && !_pullsIn;
        }

        // Before the state changes: what was commanded until now, and the pins that answer to it. Nothing has to settle before the first closing.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void LookWhetherOpen(PackMeasurement m, uint nowMs)
        {
            if (_waitsForOffset && m.CurrentMa != SignalValue.NotAvailable)
            {
                _heardMs = _hearsCurrent ? _heardMs : nowMs;
                _hearsCurrent = true;
                _waitsForOffset = nowMs - _heardMs < OffsetMs;
            }

            if (ContactorTable.Outputs[State] != 0 || _mismatch || WeldFound != NoWeld)
            {
                IsOpen = false;
                _wasClosed = true;
                _notOpenMs = nowMs;
            }
            else if (!IsOpen)
            {
                IsOpen = !_wasClosed || nowMs - _notOpenMs >= OpenAfterMs;
            }
        }

        private void Step(int conditions, PackMeasurement m, ActuatorOutputs outputs, uint nowMs)
        {
            int state = State;
            int[] transitions = ContactorTable.Transitions;
            for (int row = _firstRow[state]; row < transitions.Length && transitions[row] == state; row += ContactorTable.TransitionColumns)
            {
                int needed = transitions[row + 1];
                if ((needed & conditions) == needed)
                {
                    Enter(transitions[row + 2], needed, m, nowMs);
                    Drive(outputs, nowMs);
                    return;
                }
            }
        }

        // Only what leads somewhere from the present state is looked at.
        private int Conditions(PackMeasurement m, FaultMonitor faults, uint nowMs)
        {
            bool standbyWanted = m.HostMode == HostCommand.ModeStandby;
            int conditions = 0;
            if (faults.HighestSeverity == Severity.Trip)
            {
                conditions = faults.TripsAtOnce ? ContactorTable.WhenTripped | ContactorTable.WhenTrippedAtOnce : ContactorTable.WhenTripped;
            }

            if (standbyWanted)
            {
                conditions |= ContactorTable.WhenStandbyWanted;
            }

            uint inStateMs = nowMs - _stateSinceMs;
            switch (State)
            {
                case ContactorState.Standby:
                case ContactorState.PrechargePause:
                    return conditions | WhenOpen(m, faults, standbyWanted, inStateMs);
                case ContactorState.TestNegative:
                case ContactorState.TestPositive:
                    return conditions | WhenTesting(m, inStateMs);
                case ContactorState.Precharge:
                    return conditions | WhenPrecharging(m, inStateMs);
                case ContactorState.Joining:
                    return inStateMs >= JoiningMs ? conditions | ContactorTable.WhenStateOver : conditions;
                case ContactorState.Closed:
                    return conditions | WhenCarrying(m);
                case ContactorState.Opening:
                    return (inStateMs >= _openingTimeoutMs ? conditions | ContactorTable.WhenStateOver : conditions) | WhenCarrying(m);
                case ContactorState.Fault:
                    return conditions == ContactorTable.WhenStandbyWanted && inStateMs >= EventHoldMs ? ContactorTable.WhenFaultGone : 0;
                default:
                    return (inStateMs >= _openingStepMs ? conditions | ContactorTable.WhenStateOver : conditions) | WhenFalling(m, inStateMs);
            }
        }

        private int WhenOpen(PackMeasurement m, FaultMonitor faults, bool standbyWanted, uint inStateMs)
        {
            bool pauses = State == ContactorState.PrechargePause && inStateMs < _prechargePauseMs;
            if (standbyWanted)
            {
                Blocked = ClosingBlock.None;
                PrechargeAttempts = 0;
                return 0;
            }

            bool testable = IsTestable(m);
            Blocked = pauses ? ClosingBlock.Pause : WhatBlocks(m, faults, testable);
            if (Blocked != ClosingBlock.None)
            {
                return 0;
            }

            return testable
                ? ContactorTable.WhenMayClose | ContactorTable.WhenStateOver | ContactorTable.WhenTestable
                : ContactorTable.WhenMayClose | ContactorTable.WhenStateOver;
        }

        private int WhatBlocks(PackMeasurement m, FaultMonitor faults, bool testable)
        {
            if (faults.HighestSeverity == Severity.Trip)
            {
                return ClosingBlock.Trip;
            }

            if (_inputs.IsStartInhibited)
            {
                return ClosingBlock.SelfTest;
            }

            // After a start a fault that is still there has not had its debounce, and slow modules have a long one.
            if (!m.IsComplete || _waitsForOffset || faults.IsAboutToTrip(FaultId.CellOverVoltage) || faults.IsAboutToTrip(FaultId.CellUnderVoltage))
            {
                return ClosingBlock.Measurement;
            }

            if (Resistor.IsTooHotToStart)
            {
                return ClosingBlock.ResistorHot;
            }

            // What stops both directions leaves nothing to close for.
            if (faults.StopsCharging && faults.StopsDischarging)
            {
                return ClosingBlock.NoDirection;
            }

            if (!BusMatches(m))
            {
                return ClosingBlock.BusMismatch;
            }

            if (WeldFound != NoWeld && _weldTestMs != 0 && !testable)
            {
                return ClosingBlock.WeldUntested;
            }

            return _inputs.IsClosingHeld ? ClosingBlock.Storage : ClosingBlock.None;
        }

        // A link above the pack would charge it through the contactors. A live bus must match from both sides; what is low is a capacitor, and precharge fills it.
        private bool BusMatches(PackMeasurement m)
        {
            int above = m.LinkVoltageMv - m.PackVoltageMv;
            if (above > _busMatchMv)
            {
                return false;
            }

            return !_busMayBeLive || m.LinkVoltageMv < m.PackVoltageMv / 2 || above >= -_busMatchMv;
        }

        // A rise can be seen where there is room for twice of it. With a second source on the bus a rise says nothing.
        private bool IsTestable(PackMeasurement m)
        {
            return _weldTestMs != 0
                && !_busMayBeLive
                && m.LinkVoltageMv != SignalValue.NotAvailable
                && m.PackVoltageMv != SignalValue.NotAvailable
                && m.PackVoltageMv - m.LinkVoltageMv > 2 * Share(m.PackVoltageMv, _weldRisePermille);
        }

        private int WhenTesting(PackMeasurement m, uint inStateMs)
        {
            if (m.LinkVoltageMv != SignalValue.NotAvailable
                && m.PackVoltageMv != SignalValue.NotAvailable
                && m.LinkVoltageMv - _entryLinkMv > Share(m.PackVoltageMv, _weldRisePermille))
            {
                return ContactorTable.WhenLinkRose;
            }

            return inStateMs >= _weldTestMs ? ContactorTable.WhenStateOver : 0;
        }

        private int WhenPrecharging(PackMeasurement m, uint inStateMs)
        {
            int conditions = 0;
            bool done = IsPrecharged(m);
            _tooFast = done && inStateMs < _prechargeMinMs && _entryLinkMv < m.PackVoltageMv / 2;
            _tooHot = Resistor.IsAtLimit;
            if (done && !_tooFast)
            {
                conditions = ContactorTable.WhenPrecharged;
            }
            else if (_tooFast || _tooHot || inStateMs >= _prechargeTimeoutMs)
            {
                conditions = ContactorTable.WhenPrechargeEnded;

                // A missing capacitor, a bridged resistor or a short circuit behind the contactors is not cured by another attempt.
                bool isShort = _tooHot && !(m.LinkVoltageMv != SignalValue.NotAvailable && m.LinkVoltageMv >= m.PackVoltageMv / 2);
                if (!_tooFast && !isShort && PrechargeAttempts < _prechargeAttempts)
                {
                    conditions |= ContactorTable.WhenAttemptsLeft;
                }
            }

            return conditions;
        }

        private bool IsPrecharged(PackMeasurement m)
        {
            if (m.LinkVoltageMv == SignalValue.NotAvailable || m.PackVoltageMv == SignalValue.NotAvailable)
            {
                return false;
            }

            // An empty pack never counts as precharged.
            int needMv = Share(m.PackVoltageMv, _prechargeDonePermille);
            return needMv > 0 && m.LinkVoltageMv >= needMv && IsSmall(m.CurrentMa, _prechargeDoneCurrentMa) && BusMatches(m);
        }

        private int WhenCarrying(PackMeasurement m)
        {
            bool loaded = !IsSmall(m.CurrentMa, _openingCurrentMa);
            int conditions = loaded ? ContactorTable.WhenLoaded : ContactorTable.WhenCurrentGone;

            // Without current the contactors take turns, so that every other opening tests each of them.
            bool negativeFirst = !loaded || _openingOrder == 0 ? _negativeTurn : _lastCurrentMa < 0 == (_openingOrder == 2);
            return negativeFirst ? conditions | ContactorTable.WhenNegativeFirst : conditions;
        }

        private int WhenFalling(PackMeasurement m, uint inStateMs)
        {
            if (!_watchesFall || m.LinkVoltageMv == SignalValue.NotAvailable || m.PackVoltageMv == SignalValue.NotAvailable)
            {
                return ContactorTable.WhenLinkFell;
            }

            int dropMv = Share(m.PackVoltageMv, _weldDropPermille);

            // Who lifts the link above what it had feeds it: then it proves nothing.
            if (m.LinkVoltageMv > _entryLinkMv + dropMv)
            {
                _watchesFall = false;
                return ContactorTable.WhenLinkFell;
            }

            if (_entryLinkMv - m.LinkVoltageMv >= dropMv)
            {
                WeldTested = true;
                if (WeldFound == (State == ContactorState.BreakPositive ? PositiveWelded : NegativeWelded))
                {
                    WeldFound = NoWeld;
                }

                return ContactorTable.WhenLinkFell;
            }

            return inStateMs >= _weldCheckMs ? ContactorTable.WhenWeldCheckFailed : 0;
        }

        private void Enter(int next, int conditions, PackMeasurement m, uint nowMs)
        {
            int last = State;
            switch (next)
            {
                case ContactorState.TestNegative:
                    WeldTested = false;
                    break;
                case ContactorState.Precharge:
                    if (last == ContactorState.TestPositive)
                    {
                        WeldTested = true;
                        WeldFound = NoWeld;
                    }
                    else if (last == ContactorState.Standby)
                    {
                        WeldTested = false;
                    }

                    PrechargeAttempts++;
                    break;
                case ContactorState.Closed:
                    PrechargeAttempts = 0;
                    break;
                case ContactorState.BreakPositive:
                case ContactorState.BreakNegative:
                    Break(next == ContactorState.BreakPositive ? ContactorWear.Positive : ContactorWear.Negative, conditions, m);
                    break;
                case ContactorState.Fault:
                    EnterFault(last, conditions, m);
                    break;
            }

            Count(ContactorTable.Outputs[next] & ~ContactorTable.Outputs[last]);

            // A link that is not known can neither rise nor have been low.
            _entryLinkMv = m.LinkVoltageMv == SignalValue.NotAvailable ? int.MaxValue / 2 : m.LinkVoltageMv;
            Blocked = ClosingBlock.None;
            State = next;
            _stateSinceMs = nowMs;
        }

        private void Break(int first, int conditions, PackMeasurement m)
        {
            bool gone = (conditions & ContactorTable.WhenCurrentGone) != 0;
            if (!gone && !IsSmall(m.CurrentMa, _openingCurrentMa))
            {
                OpeningsUnderLoad++;
                Wear.CountLoadOpening(first, m.CurrentMa);
            }

            // What flowed until now may go on feeding the link; only an idle link has to fall.
            _watchesFall = gone && _weldCheckMs != 0 && !_busMayBeLive
                && m.LinkVoltageMv != SignalValue.NotAvailable && m.PackVoltageMv != SignalValue.NotAvailable
                && m.LinkVoltageMv > m.PackVoltageMv / 2;
            WeldTested = false;
            _negativeTurn = first == ContactorWear.Positive;
        }

        private void EnterFault(int last, int conditions, PackMeasurement m)
        {
            if (conditions == ContactorTable.WhenPrechargeEnded)
            {
                PrechargeWasTooFast = _tooFast;
                PrechargeHasFailed = !_tooFast;
            }
            else if (conditions == ContactorTable.WhenLinkRose)
            {
                FindWeld(last == ContactorState.TestNegative ? NegativeWelded : PositiveWelded);
            }
            else if ((conditions & ContactorTable.WhenWeldCheckFailed) != 0)
            {
                FindWeld(last == ContactorState.BreakPositive ? PositiveWelded : NegativeWelded);
            }
            else if (last == ContactorState.Joining && !IsSmall(m.CurrentMa, _openingCurrentMa))
            {
                // Both open at the same moment and share the arc.
                OpeningsUnderLoad++;
                Wear.CountLoadOpening(ContactorWear.Positive, m.CurrentMa);
                Wear.CountLoadOpening(ContactorWear.Negative, m.CurrentMa);
            }
        }

        private void FindWeld(int contactor)
        {
            WeldFound = contactor;
            WeldTested = true;
            WeldedContactors |= contactor == NegativeWelded ? ContactorTable.MainNegative : ContactorTable.MainPositive | ContactorTable.Precharge;
        }

        private void Count(int closes)
        {
            if ((closes & ContactorTable.MainPositive) != 0)
            {
                Wear.CountClosing(ContactorWear.Positive);
            }

            if ((closes & ContactorTable.MainNegative) != 0)
            {
                Wear.CountClosing(ContactorWear.Negative);
            }

            if ((closes & ContactorTable.Precharge) != 0)
            {
                Wear.CountClosing(ContactorWear.Precharge);
            }
        }

        private void Drive(ActuatorOutputs outputs, uint nowMs)
        {
            int drive = ContactorTable.Outputs[State];
            bool positive = (drive & ContactorTable.MainPositive) != 0;
            bool negative = (drive & ContactorTable.MainNegative) != 0;
            bool precharge = (drive & ContactorTable.Precharge) != 0;
            IsOpen = IsOpen && drive == 0;
            if (positive && !outputs.MainPositive)
            {
                _coilSinceMs[ContactorWear.Positive] = nowMs;
            }

            if (negative && !outputs.MainNegative)
            {
                _coilSinceMs[ContactorWear.Negative] = nowMs;
            }

            if (precharge && !outputs.Precharge)
            {
                _coilSinceMs[ContactorWear.Precharge] = nowMs;
            }

            outputs.MainPositive = positive;
            outputs.MainNegative = negative;
            outputs.Precharge = precharge;
            _pullsIn = true;
        }

        // Full current until a coil has surely pulled in, then the board's economiser may hold it with less.
        private void HoldCoils(ActuatorOutputs outputs, uint nowMs)
        {
            outputs.HoldsMainPositive = outputs.MainPositive && nowMs - _coilSinceMs[ContactorWear.Positive] >= _pullInMs;
            outputs.HoldsMainNegative = outputs.MainNegative && nowMs - _coilSinceMs[ContactorWear.Negative] >= _pullInMs;
            outputs.HoldsPrecharge = outputs.Precharge && nowMs - _coilSinceMs[ContactorWear.Precharge] >= _pullInMs;
            _pullsIn = outputs.HoldsMainPositive != outputs.MainPositive
                || outputs.HoldsMainNegative != outputs.MainNegative
                || outputs.HoldsPrecharge != outputs.Precharge;
        }

        private void CompareFeedback(DiscreteInputs inputs, ActuatorOutputs outputs, uint nowMs)
        {
            if (State != ContactorState.Fault || nowMs - _stateSinceMs >= EventHoldMs)
            {
                WeldedContactors = 0;
                PrechargeWasTooFast = false;
            }

            if (!_feedbackFitted)
            {
                return;
            }

            if (inputs.MainPositiveClosed == outputs.MainPositive
                && inputs.MainNegativeClosed == outputs.MainNegative
                && inputs.PrechargeClosed == outputs.Precharge)
            {
                _mismatch = false;
                FeedbackMismatchMs = 0;

                // The name of the one that was stuck stands until the fault table has surely seen it.
                if (StuckOpenContactors != 0 && nowMs - _stuckMs >= EventHoldMs)
                {
                    StuckOpenContactors = 0;
                }

                return;
            }

            // Contactors that were told something else just now have not had their time: nobody's waiting counts for another.
            int told = Flags(outputs.MainPositive, outputs.MainNegative, outputs.Precharge);
            if (told != _told)
            {
                _told = told;
                _mismatch = false;
            }

            if (!_mismatch)
            {
                _mismatch = true;
                _mismatchSinceMs = nowMs;
            }

            FeedbackMismatchMs = (int)(nowMs - _mismatchSinceMs);
            if (FeedbackMismatchMs > LongAgoMs)
            {
                _mismatchSinceMs = nowMs - LongAgoMs;
            }

            if (FeedbackMismatchMs > NamedMismatchMs)
            {
                int found = Flags(inputs.MainPositiveClosed, inputs.MainNegativeClosed, inputs.PrechargeClosed);
                WeldedContactors |= found & ~told;
                StuckOpenContactors = told & ~found;
                _stuckMs = nowMs;
            }
        }

        private static int Flags(bool positive, bool negative, bool precharge)
        {
            return (positive ? ContactorTable.MainPositive : 0) | (negative ? ContactorTable.MainNegative : 0) | (precharge ? ContactorTable.Precharge : 0);
        }

        // Volts and the rest apart, so that the product of 1,000 V and 1,000 permille stays far from overflow.
        private static int Share(int mv, int permille)
        {
            return mv / 1000 * permille + mv % 1000 * permille / 1000;
        }

        private static bool IsSmall(int currentMa, int limitMa)
        {
            return currentMa != SignalValue.NotAvailable && currentMa < limitMa && currentMa > -limitMa;
        }
    }
}
