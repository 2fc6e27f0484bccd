using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>Runs the contactor state machine of <see cref="ContactorTable"/> and compares the contactors with what they were told.</summary>
    /// <remarks>Allocates nothing after construction. Never closes without a complete measurement, and never again after a trip without the host's asking anew.</remarks>
    public sealed class ContactorControl
    {
        /// <summary>Present state, one of <see cref="ContactorState"/>.</summary>
        public int State = ContactorState.Standby;

        /// <summary>True for the one cycle in which precharge failed; the fault table latches it.</summary>
        public bool PrechargeHasFailed;

        /// <summary>How long a contactor has not been where it was told to be, in ms; 0 where all agree or no auxiliary contacts are fitted.</summary>
        public int FeedbackMismatchMs;

        /// <summary>Contactors that are closed although they were told to open: a sum of the output flags of <see cref="ContactorTable"/>.</summary>
        public int WeldedContactors;

        /// <summary>Contactors that are open although they were told to close: a sum of the output flags of <see cref="ContactorTable"/>.</summary>
        public int StuckOpenContactors;

        /// <summary>True where the link was charged faster than the precharge resistor allows.</summary>
        public bool PrechargeWasTooFast;

        /// <summary>Heat in the precharge resistor, in permille of what it may take.</summary>
        public int PrechargeHeatPermille;

        /// <summary>Life of the most worn contactor that is used up, in permille.</summary>
        public int WearPermille;

        /// <summary>Times the contactors opened on a trip while carrying more than the opening current, since start.</summary>
        public int OpeningsUnderLoad;

        private readonly uint _prechargeTimeoutMs;
        private readonly int _prechargeDonePermille;
        private readonly int _prechargeDoneCurrentMa;
        private readonly int _openingCurrentMa;
        private readonly uint _openingTimeoutMs;
        private readonly bool _feedbackFitted;

        private uint _stateSinceMs;
        private uint _mismatchSinceMs;
        private bool _mismatch;

        /// <summary>Makes the state machine in standby.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public ContactorControl(ParameterBlock parameters)
        {
            _prechargeTimeoutMs = (uint)parameters.Get(ParameterId.PrechargeTimeoutMs);
            _prechargeDonePermille = parameters.Get(ParameterId.PrechargeDonePermille);
            _prechargeDoneCurrentMa = parameters.Get(ParameterId.PrechargeDoneCurrentMa);
            _openingCurrentMa = parameters.Get(ParameterId.OpeningCurrentMa);
            _openingTimeoutMs = (uint)parameters.Get(ParameterId.OpeningTimeoutMs);
            _feedbackFitted = parameters.Get(ParameterId.ContactorFeedbackFitted) != 0;
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
            int conditions = Conditions(m, faults, nowMs);
            if (inputs.IsStartInhibited)
            {
                conditions &= ~ContactorTable.WhenMayClose;
            }

            if (conditions != 0)
            {
                Step(conditions, m, nowMs);
            }

            int drive = ContactorTable.Outputs[State];
            outputs.MainPositive = (drive & ContactorTable.MainPositive) != 0;
            outputs.MainNegative = (drive & ContactorTable.MainNegative) != 0;
            outputs.Precharge = (drive & ContactorTable.Precharge) != 0;
        }

        private void Step(int conditions, PackMeasurement m, uint nowMs)
        {
            int state = State;
            int[] transitions = ContactorTable.Transitions;
            for (int row = 0; row < transitions.Length; row += ContactorTable.TransitionColumns)
            {
                if (transitions[row] == state && (transitions[row + 1] & conditions) != 0)
                {
                    Enter(transitions[row + 2], transitions[row + 1], m, nowMs);
                    return;
                }
            }
        }

        private int Conditions(PackMeasurement m, FaultMonitor faults, uint nowMs)
        {
            bool tripped = faults.IsTripped;
            bool standbyWanted = m.HostMode == HostCommand.ModeStandby;
            int conditions = tripped ? ContactorTable.WhenTripped : 0;
            if (standbyWanted)
            {
                conditions |= ContactorTable.WhenStandbyWanted;
            }

            switch (State)
            {
                case ContactorState.Standby:
                    // What stops both directions leaves nothing to close for.
                    if (!standbyWanted && !tripped && m.IsComplete && !(faults.StopsCharging && faults.StopsDischarging))
                    {
                        conditions |= ContactorTable.WhenMayClose;
                    }

                    break;
                case ContactorState.Precharge:
                    if (IsPrecharged(m))
                    {
                        conditions |= ContactorTable.WhenPrecharged;
                    }

                    if (nowMs - _stateSinceMs >= _prechargeTimeoutMs)
                    {
                        conditions |= ContactorTable.WhenPrechargeTooLong;
                    }

                    break;
                case ContactorState.Opening:
                    if (IsSmall(m.CurrentMa, _openingCurrentMa))
                    {
                        conditions |= ContactorTable.WhenCurrentGone;
                    }

                    if (nowMs - _stateSinceMs >= _openingTimeoutMs)
                    {
                        conditions |= ContactorTable.WhenOpeningTooLong;
                    }

                    break;
                case ContactorState.Fault:
                    if (standbyWanted && !tripped)
                    {
                        conditions |= ContactorTable.WhenFaultGone;
                    }

                    break;
            }

            return conditions;
        }

        private bool IsPrecharged(PackMeasurement m)
        {
            if (m.LinkVoltageMv == SignalValue.NotAvailable || m.PackVoltageMv == SignalValue.NotAvailable)
            {
                return false;
            }

            // Volts and the rest apart, so that the product of 1,000 V and 1,000 permille stays far from overflow; an empty pack never counts as precharged.
            int packMv = m.PackVoltageMv;
            int needMv = packMv / 1000 * _prechargeDonePermille + packMv % 1000 * _prechargeDonePermille / 1000;
            return needMv > 0 && m.LinkVoltageMv >= needMv && IsSmall(m.CurrentMa, _prechargeDoneCurrentMa);
        }

        private static bool IsSmall(int currentMa, int limitMa)
        {
            return currentMa != SignalValue.NotAvailable && currentMa < limitMa && currentMa > -limitMa;
        }

        private void Enter(int next, int condition, PackMeasurement m, uint nowMs)
        {
            if (next == ContactorState.Fault)
            {
                if (condition == ContactorTable.WhenPrechargeTooLong)
                {
                    PrechargeHasFailed = true;
                }
                else if (State != ContactorState.Standby && !IsSmall(m.CurrentMa, _openingCurrentMa))
                {
                    OpeningsUnderLoad++;
                }
            }

            State = next;
            _stateSinceMs = nowMs;
        }

        private void CompareFeedback(DiscreteInputs inputs, ActuatorOutputs outputs, uint nowMs)
        {
            if (!_feedbackFitted)
            {
                return;
            }

            bool agrees = inputs.MainPositiveClosed == outputs.MainPositive
                && inputs.MainNegativeClosed == outputs.MainNegative
                && inputs.PrechargeClosed == outputs.Precharge;
            if (agrees)
            {
                _mismatch = false;
                FeedbackMismatchMs = 0;
                return;
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
        }

        // Ages stop growing here (70 min), so that they never come round through the clock's roll-over.
        private const int LongAgoMs = 1 << 22;
    }
}
