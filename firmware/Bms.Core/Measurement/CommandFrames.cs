using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>Takes what the host, a tester and a service tool ask for.</summary>
    /// <remarks>The host's commands are checked as a sender's; its time and the tools are no safety function and start their counters anew whenever they like. Allocates nothing after construction.</remarks>
    internal sealed class CommandFrames
    {
        private readonly PackMeasurement _m;
        private readonly FrameCheck _check;
        private readonly int _hostSlot;
        private readonly int _timeSeed = E2eProfile1.SeedOf(HostTime.DataId);
        private readonly int _testerSeed = E2eProfile1.SeedOf(BlackBoxRequest.DataId);
        private readonly int _serviceSeed = E2eProfile1.SeedOf(ServiceRequest.DataId);

        /// <summary>Time of the host's last good frame.</summary>
        public uint HeardMs;

        /// <param name="m">Where the wishes go.</param>
        /// <param name="check">Counters of the senders.</param>
        /// <param name="hostSlot">Slot of the host.</param>
        public CommandFrames(PackMeasurement m, FrameCheck check, int hostSlot)
        {
            _m = m;
            _check = check;
            _hostSlot = hostSlot;
            check.Seed[hostSlot] = E2eProfile1.SeedOf(HostCommand.DataId);
        }

        /// <summary>Takes a frame of the host.</summary>
        /// <param name="frame">Frame with its identifier.</param>
        /// <param name="nowMs">Controller time.</param>
        public void TakeHost(CanFrame frame, uint nowMs)
        {
            if (!_check.Accepts(_hostSlot, frame, HostCommand.Length))
            {
                return;
            }

            PackMeasurement m = _m;
            byte[] data = frame.Data;
            int mode = HostCommand.UnpackMode(data);
            m.HostMode = mode == SignalValue.NotAvailable ? HostCommand.ModeStandby : mode;
            m.HostClearsFaults = HostCommand.UnpackClearFaults(data) == HostCommand.ClearFaultsClear;
            m.HostAllowsBalancing = HostCommand.UnpackBalancingAllowed(data) == HostCommand.BalancingAllowedYes;
            m.HostSeen = true;
            HeardMs = nowMs;
        }

        /// <summary>Takes the host's time.</summary>
        /// <param name="frame">Frame with its identifier.</param>
        /// <returns>False where it is refused.</returns>
        public bool TakeTime(CanFrame frame)
        {
            byte[] data = frame.Data;
            if (frame.Length != HostTime.Length || data[0] != E2eProfile1.CrcOf(data, HostTime.Length, _timeSeed))
            {
                return false;
            }

            _m.HostClockS = HostTime.UnpackClockS(data);
            _m.HostClockId = HostTime.UnpackClockId(data);
            _m.HostClockIsNew = _m.HostClockS != SignalValue.NotAvailable && _m.HostClockId != SignalValue.NotAvailable;
            return true;
        }

        /// <summary>Takes a frame of a tester, which reads the black box.</summary>
        /// <param name="frame">Frame with its identifier.</param>
        /// <returns>False where it is refused.</returns>
        public bool TakeTester(CanFrame frame)
        {
            byte[] data = frame.Data;
            if (frame.Length != BlackBoxRequest.Length || data[0] != E2eProfile1.CrcOf(data, BlackBoxRequest.Length, _testerSeed))
            {
                return false;
            }

            _m.TesterCommand = BlackBoxRequest.UnpackCommand(data);
            _m.TesterRecord = BlackBoxRequest.UnpackFirstRecord(data);
            return true;
        }

        /// <summary>Takes a frame of a service tool.</summary>
        /// <param name="frame">Frame with its identifier.</param>
        /// <returns>False where it is refused.</returns>
        public bool TakeService(CanFrame frame)
        {
            byte[] data = frame.Data;
            if (frame.Length != ServiceRequest.Length || data[0] != E2eProfile1.CrcOf(data, ServiceRequest.Length, _serviceSeed))
            {
                return false;
            }

            if (ServiceRequest.UnpackServiceCommand(data) == ServiceRequest.ServiceCommandClear)
            {
                _m.ServiceClears = ServiceRequest.UnpackServiceFaultId(data);
            }

            return true;
        }
    }
}
