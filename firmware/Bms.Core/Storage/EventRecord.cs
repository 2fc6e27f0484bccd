namespace Bms.Core.Storage
{
    /// <summary>One entry of the event log.</summary>
    public sealed class EventRecord
    {
        /// <summary>Payload of the message FaultEvent as it was sent; its Unpack methods read it.</summary>
        public readonly byte[] Payload = new byte[8];

        /// <summary>Running number of the event; rolls over.</summary>
        public uint Sequence;

        /// <summary>Number of the controller's start in which it happened.</summary>
        public uint StartNumber;

        /// <summary>Controller time of the event, in ms since that start.</summary>
        public uint TimeMs;
    }
}
