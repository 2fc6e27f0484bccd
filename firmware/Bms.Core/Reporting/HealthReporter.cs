using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Supervision;

namespace Bms.Core.Reporting
{
    /// <summary>Tells once a second how the controller itself is: loop, memory, climate in the enclosure, CAN controller, start, and what an insulation monitor says where one is fitted.</summary>
    /// <remarks>Nobody's safety hangs on these frames, so they lie outside of the frame table and cost a cycle next to nothing. Allocates nothing after construction.</remarks>
    public sealed class HealthReporter
    {
        private const int PeriodMs = 1000;
        private const int Rows = 6;

        // After the frames of the first cycles.
        private const int PhaseMs = 150;

        private readonly CanPort _port;
        private readonly CanFrame _frame = new CanFrame();
        private readonly int[] _seed = new int[Rows];
        private readonly int[] _counter = new int[Rows];
        private int _row;
        private int _lastRow;
        private uint _stepMs;
        private uint _dueMs;
        private bool _started;

        /// <param name="port">The bus.</param>
        public HealthReporter(CanPort port)
        {
            _port = port;
            for (int row = 0; row < Rows; row++)
            {
                _seed[row] = E2eProfile1.SeedOf((int)Id(row));
            }
        }

        /// <summary>Frames that the transmit queue refused since start; wraps.</summary>
        public uint RefusedSends { get; private set; }

        /// <summary>Sends the next frame where it is due.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(BatteryController controller, uint nowMs)
        {
            if ((int)(nowMs - _dueMs) < 0 && _started)
            {
                return;
            }

            if (!_started)
            {
                _started = true;
                _lastRow = controller.Measurement.Insulation.IsFitted ? Rows - 1 : Rows - 2;
                _stepMs = (uint)(PeriodMs / (_lastRow + 1));
                _dueMs = nowMs + PhaseMs;
                return;
            }

            // After a stall nothing is sent twice to catch up.
            _dueMs = nowMs - _dueMs >= _stepMs ? nowMs + _stepMs : _dueMs + _stepMs;
            int row = _row;
            _row = row == _lastRow ? 0 : row + 1;
            byte[] data = _frame.Data;
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = 0;
            }

            Fill(row, controller, data);
            _frame.Id = Id(row);
            _frame.IsExtended = false;
            _frame.Length = LoopHealth.Length;
            E2eProfile1.ProtectWithSeed(data, LoopHealth.Length, _seed[row], _counter[row]);
            _counter[row] = _counter[row] >= E2eProfile1.MaxCounter ? 0 : _counter[row] + 1;
            if (!_port.TrySend(_frame))
            {
                RefusedSends++;
            }
        }

        private static uint Id(int row)
        {
            switch (row)
            {
                case 0: return LoopHealth.Id;
                case 1: return MemoryHealth.Id;
                case 2: return EnclosureClimate.Id;
                case 3: return CanHealth.Id;
                case 4: return StartReport.Id;
                default: return InsulationStatus.Id;
            }
        }

        private static void Fill(int row, BatteryController controller, byte[] data)
        {
            switch (row)
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
            LoopHealth.PackJitterUs(data, measured ? deadlines.JitterUs : SignalValue.NotAvailable);
            LoopHealth.PackMaxLatenessUs(data, measured ? deadlines.MaxLatenessUs : SignalValue.NotAvailable);
            LoopHealth.PackMissedDeadlines(data, measured ? deadlines.MissedDeadlines : SignalValue.NotAvailable);
            LoopHealth.PackStorageWrites(data, Wrapped(health.StorageWrites, 255));
            deadlines.BeginWindow();
        }

        private static void FillMemory(SystemHealth health, byte[] data)
        {
            MemoryHealth.PackFreeManagedKb(data, Kb(health.FreeManagedBytes));
            MemoryHealth.PackFreeNativeKb(data, Kb(health.FreeNativeBytes));
            MemoryHealth.PackLargestNativeKb(data, Kb(health.LargestNativeBytes));
            MemoryHealth.PackGarbageCollections(data, Wrapped(health.GarbageCollections, 1023));
        }

        private static void FillClimate(EnvironmentInputs climate, byte[] data)
        {
            EnclosureClimate.PackEnclosureTemperatureDeciC(data, climate.TemperatureDeciC);
            EnclosureClimate.PackEnclosurePressurePa(data, climate.PressurePa);
            EnclosureClimate.PackEnclosureHumidityPermille(data, climate.HumidityPermille);
            EnclosureClimate.PackEnclosureAgeMs(data, climate.IsFitted ? climate.AgeMs : SignalValue.NotAvailable);
        }

        private static void FillCan(SystemHealth health, byte[] data)
        {
            CanHealth.PackPortState(data, health.CanState);
            CanHealth.PackTransmitErrors(data, health.CanTransmitErrors);
            CanHealth.PackReceiveErrors(data, health.CanReceiveErrors);
            CanHealth.PackBusOffs(data, Wrapped(health.CanBusOffs, 255));
            CanHealth.PackLostFrames(data, Wrapped(health.CanLostFrames, 4095));
            CanHealth.PackGarbledAnswers(data, Wrapped(health.CanGarbledAnswers, 4095));
        }

        private static void FillStart(BatteryController controller, byte[] data)
        {
            SystemHealth health = controller.Health;
            SelfTest test = health.SelfTest;
            StartReport.PackResetCause(data, health.ResetCause);
            StartReport.PackStartNumber(data, Wrapped(health.StartNumber, 65535));
            StartReport.PackConfigurationTest(data, test.Configuration);
            StartReport.PackMemoryTest(data, test.Memory);
            StartReport.PackCanTest(data, test.CanController);
            StartReport.PackStorageTest(data, test.Storage);
            StartReport.PackContactorsPermitted(data, controller.Inputs.IsStartInhibited ? 0 : 1);
            StartReport.PackBlackBoxRestored(data, health.BlackBoxRestored ? 1 : 0);
            StartReport.PackParameterStatus(data, health.ParameterStatus);
            StartReport.PackStateStatus(data, health.StateStatus);
            StartReport.PackStoredEvents(data, health.StoredEvents);
            StartReport.PackUnstoredEvents(data, controller.Events.Count);
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
