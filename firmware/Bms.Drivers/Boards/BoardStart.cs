using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Core.Supervision;
using Bms.Drivers.Can;

namespace Bms.Drivers.Boards
{
    /// <summary>First stage of a start: parameters, controller, storage, memory, bus; and what the self-test knows after it. The contactors stay open.</summary>
    public static class BoardStart
    {
        /// <summary>How the parameter block came back where the board stores nothing; beside the values of <see cref="StorageStatus"/>.</summary>
        public const int NothingStored = Bms.Core.Messages.StartReport.ParameterStatusNotFitted;

        /// <summary>Makes the controller and judges what can be judged before the first cycle.</summary>
        /// <param name="board">The board.</param>
        /// <param name="defaults">Parameters where none are stored; stored ones are loaded into this block.</param>
        /// <param name="port">The bus, not started yet.</param>
        /// <param name="storage">What outlives the supply; null where the board stores nothing.</param>
        /// <param name="memory">Memory of the board.</param>
        /// <returns>The controller, its contactors inhibited.</returns>
        public static BatteryController Run(BoardDefinition board, ParameterBlock defaults, BoardCanPort port, ControllerStorage storage, BoardMemory memory)
        {
            defaults.Set(ParameterId.CyclePeriodMs, board.CyclePeriodMs);
            int status = storage == null ? NothingStored : storage.LoadParameters(defaults);
            bool isValid = defaults.FirstInvalid() < 0;
            if (isValid)
            {
                port.UseFilters(defaults);
            }

            BatteryController controller = new BatteryController(defaults, port);
            controller.Inputs.IsStartInhibited = true;
            SystemHealth health = controller.Health;
            SelfTest test = health.SelfTest;

            // A block that was stored and is lost must not be replaced in silence by the one of the program: it may be for another pack.
            bool isWhole = status == StorageStatus.Ok || status == StorageStatus.OneSlotDamaged || status == StorageStatus.Empty || status == NothingStored;
            test.Configuration = isValid && isWhole ? SelfTest.Passed : SelfTest.Failed;
            if (storage == null)
            {
                controller.Control.Contactors.Resistor.Restore(SignalValue.NotAvailable, 1);
                test.Storage = SelfTest.NotFitted;
                health.ParameterStatus = NothingStored;
                health.StateStatus = NothingStored;
            }
            else
            {
                storage.Begin(controller, status);
            }

            port.Start();

            // Last, so that everything that is made at start is there.
            health.FreeManagedBytes = memory.CollectAndMeasure();
            test.Memory = health.FreeManagedBytes >= board.LeastFreeBytes ? SelfTest.Passed : SelfTest.Failed;
            return controller;
        }

        /// <summary>Tells a controller that its start is the end of a sleep, before its first cycle.</summary>
        /// <param name="controller">The controller.</param>
        /// <param name="storage">Where its state came from.</param>
        /// <param name="cause">One of the causes of <see cref="SleepControl"/>; nothing is done for power.</param>
        public static void NoteWake(BatteryController controller, ControllerStorage storage, int cause)
        {
            if (cause == SleepControl.WokenByPower)
            {
                return;
            }

            if (controller.Health.ResetCause == ResetCause.PowerOrReset)
            {
                controller.Health.ResetCause = ResetCause.WakeUp;
            }

            controller.Control.Sleep.NoteWake(cause, storage.State);
            storage.NoteWake(controller, cause);
        }
    }
}
