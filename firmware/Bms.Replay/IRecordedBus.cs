namespace Bms.Replay
{
    /// <summary>A bus that plays a recording, as <see cref="RecordedRun"/> drives it.</summary>
    public interface IRecordedBus
    {
        /// <summary>Checksum of everything that the controller gave to the bus so far.</summary>
        public uint SentHash { get; }

        /// <summary>How much that was: frames, or transfers to a chip.</summary>
        public int SentCount { get; }

        /// <summary>How much of the recording was taken: frames, or words from a chip.</summary>
        public int ReceivedCount { get; }

        /// <summary>Starts the recording anew.</summary>
        public void Rewind();

        /// <summary>Comes before each cycle of the controller.</summary>
        /// <param name="cycle">Cycle of the recording, from 0.</param>
        /// <param name="nowMs">Controller time in ms; rolls over.</param>
        public void BeginCycle(int cycle, uint nowMs);
    }
}
