using Bms.Core;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Core.Supervision;
using Bms.Drivers.Can;

namespace Bms.Drivers.Boards
{
    /// <summary>The loop of a board: inputs, bus, controller, outputs, watchdog; then storage, and waiting for the next due time.</summary>
    /// <remarks>
    /// One thread of the highest priority runs it. The watchdog is fed in one place, after the outputs were written: a cycle that does not come to its end starves it. Until the self-test has passed
    /// the contactors are held open twice, by the controller and here. Allocates nothing but what storing and the pins' own classes make.
    /// </remarks>
    public sealed class ControlLoop
    {
        /// <summary>How much before its due time a cycle may begin, in us: the ticks of the operating system and the clock come from one crystal, but not at the same microsecond.</summary>
        public const int EarlyUs = 1000;

        /// <summary>Time between two collections of garbage with open contactors, in ms.</summary>
        public const int CollectionPeriodMs = 60000;

        // A controller that needs collecting gets the processor for itself, but for a tick at a quiet moment so often, and at any moment so often.
        private const int QuietRestMs = 250;
        private const int ForcedRestMs = 1000;

        private const int HealthPeriodMs = 500;

        private readonly BatteryController _controller;
        private readonly BoardIo _io;
        private readonly WatchdogOutput _watchdog;
        private readonly BoardCanPort _port;
        private readonly BoardClock _clock;
        private readonly BoardMemory _memory;
        private readonly ControllerStorage _storage;
        private readonly DeadlineMonitor _deadlines;

        private uint _nowMs;
        private uint _healthMs;
        private uint _collectedMs;
        private uint _openSinceMs;
        private uint _restedMs;

        /// <param name="controller">The controller, as <see cref="BoardStart"/> made it.</param>
        /// <param name="io">Outputs and inputs.</param>
        /// <param name="watchdog">The watchdog.</param>
        /// <param name="port">The bus.</param>
        /// <param name="clock">Time.</param>
        /// <param name="memory">Memory.</param>
        /// <param name="storage">What outlives the supply, or null.</param>
        public ControlLoop(BatteryController controller, BoardIo io, WatchdogOutput watchdog, BoardCanPort port, BoardClock clock, BoardMemory memory, ControllerStorage storage)
        {
            _controller = controller;
            _io = io;
            _watchdog = watchdog;
            _port = port;
            _clock = clock;
            _memory = memory;
            _storage = storage;
            _deadlines = controller.Health.Deadlines;
        }

        /// <summary>How the board sleeps while the pack is parked; null where it stays awake. Only a board that stores its state may sleep.</summary>
        public BoardSleep Sleep { get; set; }

        /// <summary>Runs for ever; ends by an exception only, and then the caller switches everything off.</summary>
        public void Run()
        {
            // On the grid of the ticks from the first cycle on.
            _clock.Rest();
            while (true)
            {
                Cycle();
                Wait();
            }
        }

        /// <summary>One complete cycle.</summary>
        public void Cycle()
        {
            ulong startUs = _clock.NowUs();
            uint nowMs = (uint)(startUs / 1000);
            _nowMs = nowMs;
            _deadlines.Begin((uint)startUs);
            ReadInputs(nowMs);
            _port.Update(nowMs);
            _controller.Update(nowMs);
            if (_controller.Inputs.IsStartInhibited)
            {
                Permit();
            }

            WriteOutputs();
            if (nowMs - _healthMs >= HealthPeriodMs)
            {
                _healthMs = nowMs;
                NoteHealth();
            }

            ulong endUs = _clock.NowUs();
            _controller.Reporting.NoteCycleTime((int)(endUs - startUs));
            _deadlines.End((uint)endUs);

            // The only place: a cycle that did not come to its end, or an output that was not written, starves the watchdog.
            _watchdog.Feed();
            UseStandby(nowMs);
        }

        /// <summary>Waits until the next cycle is due; meanwhile a controller with small buffers is emptied, or other threads run.</summary>
        public void Wait()
        {
            // After a stall the grid of the ticks is found again, and other threads get their turn.
            bool mustRest = _deadlines.MissedInARow > 0;
            bool collects = _port.NeedsCollect;
            if (collects)
            {
                bool isQuiet = _controller.Measurement.FramesThisCycle == 0;
                mustRest = mustRest || _nowMs - _restedMs >= (isQuiet ? QuietRestMs : ForcedRestMs);
            }

            if (mustRest)
            {
                _restedMs = _nowMs;
                _clock.Rest();
            }

            while ((int)(_deadlines.DueUs - (uint)_clock.NowUs()) > (collects ? 0 : EarlyUs))
            {
                if (collects)
                {
                    _port.Collect();
                }
                else
                {
                    _clock.Rest();
                }
            }
        }

        private void ReadInputs(uint nowMs)
        {
            DiscreteInputs inputs = _controller.Inputs;
            _io.UpdateInputs(nowMs);
            inputs.InterlockClosed = _io.Interlock.IsClosed;
            inputs.MainPositiveClosed = _io.MainPositiveFeedback.IsClosed;
            inputs.MainNegativeClosed = _io.MainNegativeFeedback.IsClosed;
            inputs.PrechargeClosed = _io.PrechargeFeedback.IsClosed;
        }

        private void WriteOutputs()
        {
            ActuatorOutputs outputs = _controller.Outputs;
            bool isPermitted = !_controller.Inputs.IsStartInhibited;
            _io.SetContactors(outputs.MainPositive && isPermitted, outputs.MainNegative && isPermitted, outputs.Precharge && isPermitted);
            _io.SetThermal(outputs.Heater, outputs.Pump, outputs.Fan);
        }

        // Second stage of the start: the contactors are permitted once, when everything is well.
        private void Permit()
        {
            SelfTest test = _controller.Health.SelfTest;
            CanPortState state = _port.State;
            test.CanController = state == CanPortState.Running ? SelfTest.Passed : state == CanPortState.Stopped ? SelfTest.Pending : SelfTest.Failed;
            test.Judge();
            _controller.Inputs.IsStartInhibited = !test.HasPassed;
        }

        private void NoteHealth()
        {
            SystemHealth health = _controller.Health;
            _memory.ReadNative();
            _memory.LookForCollection();
            health.FreeNativeBytes = _memory.FreeNativeBytes;
            health.LargestNativeBytes = _memory.LargestNativeBytes;
            health.GarbageCollections = _memory.Collections;
            health.CanState = (int)_port.State;
            health.CanTransmitErrors = _port.TransmitErrors;
            health.CanReceiveErrors = _port.ReceiveErrors;
            health.CanBusOffs = (int)(_port.BusOffCount & 0x7FFFFFFF);
            health.CanLostFrames = (int)(_port.ReceiveOverflowCount & 0x7FFFFFFF);
            health.CanGarbledAnswers = (int)(_port.GarbledAnswers & 0x7FFFFFFF);
        }

        // What stops the processor for long happens with open contactors only.
        private void UseStandby(uint nowMs)
        {
            ActuatorOutputs outputs = _controller.Outputs;
            if (outputs.MainPositive || outputs.MainNegative || outputs.Precharge)
            {
                _openSinceMs = nowMs;
            }

            bool hasSpentTime = _storage != null && _storage.Step(_controller, nowMs);
            if (!hasSpentTime && nowMs - _openSinceMs >= ControllerStorage.QuietMs && nowMs - _collectedMs >= CollectionPeriodMs)
            {
                _collectedMs = nowMs;
                _controller.Health.FreeManagedBytes = _memory.CollectAndMeasure();
                hasSpentTime = true;
            }

            if (hasSpentTime)
            {
                _deadlines.Excuse((uint)_clock.NowUs());
                _clock.Rest();
            }

            int sleepS = _controller.Control.Sleep.SleepForS;
            if (sleepS > 0 && Sleep != null && _storage != null && _storage.KeepForSleep(_controller))
            {
                // From here on only the host's frames reach the chip, and each pulls the pin that wakes the board.
                _io.ForceAllOff();
                _port.ListenForHost(_controller.HostBaseId);
                Sleep.Begin(sleepS);
            }
        }
    }
}
