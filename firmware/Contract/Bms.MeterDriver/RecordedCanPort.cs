using Bms.Core.Measurement;

namespace Bms.MeterDriver
{
    /// <summary>Plays recorded frames by controller time and swallows what the firmware sends.</summary>
    public sealed class RecordedCanPort : CanPort
    {
        private readonly uint[] _timesMs;
        private readonly uint[] _ids;
        private readonly byte[][] _payloads;

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
        public override bool TrySend(CanFrame frame)
        {
            SentCount++;
            return true;
        }
    }
}
