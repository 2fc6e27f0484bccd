using Bms.Core.Measurement;

namespace Bms.Plant.Pack
{
    /// <summary>A frame that a node sends again and again, with its own counter and CRC.</summary>
    internal sealed class SealedFrame
    {
        private readonly int _seed;
        private int _counter;

        private readonly bool _hasCounterAtEnd;

        public SealedFrame(uint id, int length, int dataId, bool hasCounterAtEnd = false)
        {
            Id = id;
            _hasCounterAtEnd = hasCounterAtEnd;
            Length = length;
            _seed = E2eProfile1.SeedOf(dataId);
        }

        public uint Id { get; }

        public int Length { get; }

        public byte[] Data { get; } = new byte[8];

        public void Seal(bool keepCounter)
        {
            if (_hasCounterAtEnd)
            {
                E2eProfile1.ProtectAtEnd(Data, Length, _seed, _counter);
            }
            else
            {
                E2eProfile1.ProtectWithSeed(Data, Length, _seed, _counter);
            }

            if (!keepCounter)
            {
                _counter = _counter == E2eProfile1.MaxCounter ? 0 : _counter + 1;
            }
        }
    }
}
