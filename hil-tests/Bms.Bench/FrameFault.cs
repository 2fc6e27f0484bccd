namespace Bms.Bench
{
    /// <summary>What a <see cref="FrameFault"/> does to the frames it hits.</summary>
    public enum FrameFaultKind
    {
        /// <summary>The frame takes its time on the wire and nobody receives it.</summary>
        Drop,

        /// <summary>The payload is changed by <see cref="FrameFault.Mask"/> before the frame is sent: the CAN CRC is right, the content is wrong.</summary>
        AlterPayload,

        /// <summary>Every node sees an error: an error frame, and the sender repeats.</summary>
        BusError,

        /// <summary>Nobody acknowledges the frame: the sender sees an error and repeats. It becomes error-passive by that, but never bus-off (ISO 11898-1, exception to the rules of fault confinement).</summary>
        NoAcknowledge,

        /// <summary>The frame is handed to the controller later by <see cref="FrameFault.DelayUs"/>.</summary>
        Delay,
    }

    /// <summary>Chooses frames by their content.</summary>
    /// <param name="timeUs">Virtual time in us.</param>
    /// <param name="id">Identifier.</param>
    /// <param name="isExtended">True for a 29-bit identifier.</param>
    /// <param name="data">Payload.</param>
    public delegate bool FramePredicate(long timeUs, uint id, bool isExtended, ReadOnlySpan<byte> data);

    /// <summary>One disturbance of the virtual bus: which frames, and what happens to them.</summary>
    public sealed class FrameFault
    {
        /// <summary>What happens.</summary>
        public required FrameFaultKind Kind { get; init; }

        /// <summary>Lowest identifier hit.</summary>
        public uint FirstId { get; init; }

        /// <summary>Highest identifier hit.</summary>
        public uint LastId { get; init; } = 0x1FFFFFFF;

        /// <summary>Further condition; none hits every frame of the range.</summary>
        public FramePredicate? Predicate { get; init; }

        /// <summary>Frames still to be hit; the fault is spent at 0.</summary>
        public long Remaining { get; set; } = long.MaxValue;

        /// <summary>Exclusive-or of the payload for <see cref="FrameFaultKind.AlterPayload"/>, byte 0 in the least significant place.</summary>
        public ulong Mask { get; init; } = 1UL << 16;

        /// <summary>Delay for <see cref="FrameFaultKind.Delay"/>, in us.</summary>
        public long DelayUs { get; init; }

        /// <summary>Frames hit so far.</summary>
        public long Hits { get; internal set; }
    }
}
