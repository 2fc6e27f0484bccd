using Bms.Core.Measurement;

namespace Bms.MeterDriver
{
    /// <summary>Plays recorded frames by controller time and swallows what the firmware sends.</summary>
    /// <remarks>Hands the frames over in batches of eight, four, two and one, as the driver of the MCP2518FD does.</remarks>
    public sealed class RecordedCanPort : CanPort
    {
        private readonly uint[] _timesMs;
        private readonly uint[] _ids;
        private readonly byte[][] _payloads;

        private const int LargestBatch = 8;

        private readonly ushort[] _words = new ushort[LargestBatch * CanBatch.WordsPerFrame];
        private int _next;
        private uint _nowMs;

        /// <param name="timesMs">Times at which the frames become visible, in ms of controller time, rising.</param>
        /// <param name="ids">Identifiers; bit 31 set for one of 29 bits.</param>
        /// <param name="payloads">Payloads, 0..8 bytes each.</param>
        public RecordedCanPort(uint[] timesMs, uint[] ids, byte[][] payloads)
        {
            _timesMs = timesMs;
            _ids = ids;
            _payloads = payloads;
        }

        /// <summary>Frames that the firmware has sent.</summary>
        public int SentCount { get; private set; }

        /// <summary>Frames that the firmware has taken.</summary>
        public int TakenCount
        {
            get { return _next; }
        }

        /// <inheritdoc/>
        public override uint ReceiveOverflowCount
        {
            get { return 0; }
        }

        /// <summary>Sets the time up to which frames are visible.</summary>
        public void Advance(uint nowMs)
        {
            _nowMs = nowMs;
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            if (_next >= _timesMs.Length || _timesMs[_next] > _nowMs)
            {
                return false;
            }

            byte[] payload = _payloads[_next];
            frame.Id = _ids[_next] & 0x7FFFFFFF;
            frame.IsExtended = (_ids[_next] & 0x80000000) != 0;
            frame.Length = payload.Length;
            for (int i = 0; i < payload.Length; i++)
            {
                frame.Data[i] = payload[i];
            }

            _next++;
            return true;
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanBatch batch)
        {
            int waiting = 0;
            while (waiting < LargestBatch && _next + waiting < _timesMs.Length && _timesMs[_next + waiting] <= _nowMs)
            {
                waiting++;
            }

            int count = waiting == LargestBatch ? 8 : waiting >= 4 ? 4 : waiting >= 2 ? 2 : waiting;
            for (int i = 0; i < count; i++)
            {
                Lay(_ids[_next], _payloads[_next], i * CanBatch.WordsPerFrame);
                _next++;
            }

            batch.Words = _words;
            batch.At = 0;
            batch.Left = count;
            batch.MoreMayWait = _next < _timesMs.Length && _timesMs[_next] <= _nowMs;
            return count != 0;
        }

        // Spelled out here, because everything in the firmware is metered.
        private void Lay(uint id, byte[] payload, int at)
        {
            int kind = payload.Length;
            if ((id & 0x80000000) != 0)
            {
                uint raw = ((id >> 18) & 0x7FF) | ((id & 0x3FFFF) << 11);
                _words[at] = (ushort)(((raw & 0xFF) << 8) | ((raw >> 8) & 0xFF));
                _words[at + 1] = (ushort)(((raw >> 8) & 0xFF00) | (raw >> 24));
                kind |= 0x10;
            }
            else
            {
                _words[at] = (ushort)(((id & 0xFF) << 8) | (id >> 8));
            }

            _words[at + 2] = (ushort)(kind << 8);
            for (int i = 0; i < 8; i += 2)
            {
                int high = i < payload.Length ? payload[i] : 0;
                int low = i + 1 < payload.Length ? payload[i + 1] : 0;
                _words[at + CanBatch.Payload + i / 2] = (ushort)((high << 8) | low);
            }
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            SentCount++;
            return true;
        }
    }
}
