using Bms.Core.Measurement;

namespace Bms.Replay
{
    /// <summary>A bus that plays recorded frames, each in the cycle in which the recorded controller found it waiting, and folds every frame sent into a checksum.</summary>
    /// <remarks>
    /// A recording is a list of parts; a part is frame after frame: cycle (2 bytes, low first), identifier (2 bytes, low first, bit 15 set for an extended frame), length, payload.
    /// Allocates nothing after construction.
    /// </remarks>
    public sealed class RecordedPort : CanPort, IRecordedBus
    {
        private readonly byte[][] _parts;
        private byte[] _data;
        private int _part;
        private int _at;
        private int _cycle;

        /// <summary>Makes a bus from a recording.</summary>
        /// <param name="parts">Parts, at least one.</param>
        public RecordedPort(byte[][] parts)
        {
            _parts = parts;
            _data = parts[0];
        }

        /// <summary>Checksum of identifier, length and payload of every frame sent so far.</summary>
        public uint SentHash { get; private set; } = Checksum.Start;

        /// <summary>Frames sent so far.</summary>
        public int SentCount { get; private set; }

        /// <summary>Frames received so far.</summary>
        public int ReceivedCount { get; private set; }

        /// <inheritdoc/>
        public override uint ReceiveOverflowCount
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public void Rewind()
        {
            _data = _parts[0];
            _part = 0;
            _at = 0;
        }

        /// <summary>Frames of later cycles do not show yet.</summary>
        public void BeginCycle(int cycle, uint nowMs)
        {
            _cycle = cycle;
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            byte[] data = _data;
            int at = _at;
            if (at >= data.Length)
            {
                if (_part + 1 >= _parts.Length)
                {
                    return false;
                }

                _part++;
                data = _parts[_part];
                _data = data;
                at = 0;
                _at = 0;
            }

            if (data[at] + (data[at + 1] << 8) > _cycle)
            {
                return false;
            }

            int id = data[at + 2] + (data[at + 3] << 8);
            int length = data[at + 4];
            frame.Id = (uint)(id & 0x7FFF);
            frame.IsExtended = (id & 0x8000) != 0;
            frame.Length = length;
            byte[] payload = frame.Data;
            at += 5;
            for (int i = 0; i < length; i++)
            {
                payload[i] = data[at + i];
            }

            _at = at + length;
            ReceivedCount++;
            return true;
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            uint hash = Checksum.Fold(Checksum.Fold(SentHash, frame.Id), (uint)frame.Length);
            byte[] payload = frame.Data;
            for (int i = 0; i < frame.Length; i++)
            {
                hash = Checksum.Fold(hash, payload[i]);
            }

            SentHash = hash;
            SentCount++;
            return true;
        }
    }
}
