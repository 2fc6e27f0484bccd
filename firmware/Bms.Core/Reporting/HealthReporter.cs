using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Supervision;

namespace Bms.Core.Reporting
{
    /// <summary>Tells how the controller itself is: loop, memory, climate in the enclosure, CAN controller, start, in a second; with an insulation monitor what that says, too, all in 1.2 s.</summary>
    public sealed class HealthReporter : FrameRound
    {
        /// <summary>Time between two of the frames, in ms.</summary>
        public const int StepMs = 200;

        /// <param name="port">The bus.</param>
        /// <param name="insulation">The insulation monitor.</param>
        public HealthReporter(CanPort port, InsulationMonitor insulation)
            : base(port, insulation.IsFitted
                ? new uint[] { LoopHealth.Id, MemoryHealth.Id, EnclosureClimate.Id, CanHealth.Id, StartReport.Id, InsulationStatus.Id }
                : new uint[] { LoopHealth.Id, MemoryHealth.Id, EnclosureClimate.Id, CanHealth.Id, StartReport.Id })
        {
        }

        /// <inheritdoc/>
        protected override void Fill(int turn, BatteryController controller, byte[] data)
        {
            switch (turn)
            {
                case 0: FillLoop(controller.Health, data); break;
                case 1: FillMemory(controller.Health, data); break;
                case 2: FillClimate(controller.Inputs.Environment, data); break;
                case 3: FillCan(controller.Health, data); break;
                case 4: FillStart(controller, data); break;
                default: FillInsulation(controller.Measurement.Insulation, data); break;
            }
        }

        private static void FillLoop(SystemHealth health, byte[] data)
        {
            DeadlineMonitor deadlines = health.Deadlines;
            bool measured = deadlines.IsMeasured;
            LoopHealth.PackAll(
                data,
                measured ? deadlines.JitterUs : SignalValue.NotAvailable,
                measured ? deadlines.MaxLatenessUs : SignalValue.NotAvailable,
                measured ? deadlines.MissedDeadlines : SignalValue.NotAvailable,
                Wrapped(health.StorageWrites, 255));
            deadlines.BeginWindow();
        }

        private static void FillMemory(SystemHealth health, byte[] data)
        {
            MemoryHealth.PackAll(data, Kb(health.FreeManagedBytes), Kb(health.FreeNativeBytes), Kb(health.LargestNativeBytes), Wrapped(health.GarbageCollections, 1023));
        }

        private static void FillClimate(EnvironmentInputs climate, byte[] data)
        {
            EnclosureClimate.PackAll(data, climate.TemperatureDeciC, climate.PressurePa, climate.HumidityPermille, climate.IsFitted ? climate.AgeMs : SignalValue.NotAvailable);
        }

        private static void FillCan(SystemHealth health, byte[] data)
        {
            CanHealth.PackAll(
                data,
                health.CanState,
                health.CanTransmitErrors,
                health.CanReceiveErrors,
                Wrapped(health.CanBusOffs, 255),
                Wrapped(health.CanLostFrames, 4095),
                Wrapped(health.CanGarbledAnswers, 4095));
        }

        private static void FillStart(BatteryController controller, byte[] data)
        {
            SystemHealth health = controller.Health;
            SelfTest test = health.SelfTest;
            StartReport.PackAll(
                data,
                health.ResetCause,
                Wrapped(health.StartNumber, 65535),
                test.Configuration,
                test.Memory,
                test.CanController,
                test.Storage,
                controller.Inputs.IsStartInhibited ? 0 : 1,
                health.BlackBoxRestored ? 1 : 0,
                health.ParameterStatus,
                health.StateStatus,
                health.StoredEvents,
                controller.Events.Count);
        }

        private static void FillInsulation(InsulationMonitor insulation, byte[] data)
        {
            int failures = insulation.Failures;
            InsulationStatus.PackInsulationKohm(data, insulation.ResistanceKohm);
            InsulationStatus.PackDeviceError(data, failures & InsulationMonitor.DeviceError);
            InsulationStatus.PackBatteryWireOpen(data, (failures & InsulationMonitor.BatteryWire) != 0 ? 1 : 0);
            InsulationStatus.PackChassisWireOpen(data, (failures & InsulationMonitor.ChassisWire) != 0 ? 1 : 0);
            InsulationStatus.PackOutdated(data, (failures & InsulationMonitor.Outdated) != 0 ? 1 : 0);
            InsulationStatus.PackMonitorAgeMs(data, insulation.AgeMs);
        }

        private static int Kb(int bytes)
        {
            return bytes == SignalValue.NotAvailable ? bytes : bytes >> 10;
        }

        // A counter in as many bits as the message has for it.
        private static int Wrapped(int count, int modulus)
        {
            return count == SignalValue.NotAvailable ? count : (int)((uint)count % (uint)modulus);
        }
    }
}
