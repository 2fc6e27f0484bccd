using Bms.Core.Messages;

namespace Bms.Core.Supervision
{
    /// <summary>The controller's knowledge of itself: time, memory, bus controller, start. Written by the loop of a board, read by protection and reporting.</summary>
    /// <remarks>Where no board runs the loop, as on the bench in virtual time, values are not available and the self-test is not asked for. Allocates nothing after construction.</remarks>
    public sealed class SystemHealth
    {
        /// <summary>How well the loop keeps its time.</summary>
        public readonly DeadlineMonitor Deadlines;

        /// <summary>What must be well before the contactors may close.</summary>
        public readonly SelfTest SelfTest = new SelfTest();

        /// <summary>Why the controller started, one of <see cref="Supervision.ResetCause"/>.</summary>
        public int ResetCause = Supervision.ResetCause.Unknown;

        /// <summary>Starts of this controller so far, or not available.</summary>
        public int StartNumber = SignalValue.NotAvailable;

        /// <summary>Free managed memory after the last collection that the loop asked for, in bytes, or not available.</summary>
        public int FreeManagedBytes = SignalValue.NotAvailable;

        /// <summary>Free memory of the processor outside of the managed heap, in bytes, or not available.</summary>
        public int FreeNativeBytes = SignalValue.NotAvailable;

        /// <summary>Largest piece of it, in bytes, or not available.</summary>
        public int LargestNativeBytes = SignalValue.NotAvailable;

        /// <summary>Garbage collections since start, or not available; wraps.</summary>
        public int GarbageCollections = SignalValue.NotAvailable;

        /// <summary>State of the CAN driver, one of CanHealth.PortState..., or not available.</summary>
        public int CanState = SignalValue.NotAvailable;

        /// <summary>Transmit error counter, or not available.</summary>
        public int CanTransmitErrors = SignalValue.NotAvailable;

        /// <summary>Receive error counter, or not available.</summary>
        public int CanReceiveErrors = SignalValue.NotAvailable;

        /// <summary>Times the controller went bus-off, or not available; wraps.</summary>
        public int CanBusOffs = SignalValue.NotAvailable;

        /// <summary>Frames lost for want of room, or not available; wraps.</summary>
        public int CanLostFrames = SignalValue.NotAvailable;

        /// <summary>Answers of the chip that cannot be, or not available; wraps.</summary>
        public int CanGarbledAnswers = SignalValue.NotAvailable;

        /// <summary>How the parameter block came back, one of StartReport.ParameterStatus..., or not available.</summary>
        public int ParameterStatus = SignalValue.NotAvailable;

        /// <summary>How the state came back, one of StartReport.StateStatus..., or not available.</summary>
        public int StateStatus = SignalValue.NotAvailable;

        /// <summary>How what is known of each cell came back, one of StorageStatus, or not available.</summary>
        public int CellsStatus = SignalValue.NotAvailable;

        /// <summary>Entries of the event log in storage, or not available.</summary>
        public int StoredEvents = SignalValue.NotAvailable;

        /// <summary>True where the black box holds what an earlier run recorded.</summary>
        public bool BlackBoxRestored;

        /// <summary>Writes to storage since start, or not available; wraps.</summary>
        public int StorageWrites = SignalValue.NotAvailable;

        /// <param name="cyclePeriodMs">Period of the cycle in ms.</param>
        public SystemHealth(int cyclePeriodMs)
        {
            Deadlines = new DeadlineMonitor(cyclePeriodMs * 1000);
        }
    }
}
