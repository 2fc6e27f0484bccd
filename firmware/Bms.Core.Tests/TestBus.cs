using Bms.Core.Measurement;

namespace Bms.Core.Tests
{
    /// <summary>A bus for tests: what is put in is received in the same order, what the firmware sends is kept until it is forgotten.</summary>
    /// <remarks>Everything is made at construction, so that the tests themselves need little memory on the device.</remarks>
    public sealed class TestBus : CanPort
    {
        /// <summary>Frames that can wait, and frames that are kept of those sent.</summary>
        public const int Capacity = 96;

        /// <summary>Frames lost in the receiver, as the firmware is told.</summary>
        public uint Overflows;

        /// <summary>True where the chip has left the bus.</summary>
        public bool IsOff;

        /// <summary>True where the transmit queue refuses everything.</summary>
        public bool RefusesToSend;

        /// <summary>Frames that the firmware has sent and that are still kept.</summary>
        public int SentCount;

        /// <summary>Frames that wait to be received.</summary>
        public int WaitingCount;

        private readonly CanFrame[] _waiting = new CanFrame[Capacity];
        private readonly CanFrame[] _sent = new CanFrame[Capacity];
        private int _first;

        /// <summary>Makes an empty bus.</summary>
        public TestBus()
        {
            for (int i = 0; i < Capacity; i++)
            {
                _waiting[i] = new CanFrame();
                _sent[i] = new CanFrame();
            }
        }

        /// <inheritdoc/>
        public override uint ReceiveOverflowCount
        {
            get { return Overflows; }
        }

        /// <inheritdoc/>
        public override bool IsBusOff
        {
            get { return IsOff; }
        }

        /// <summary>Puts a frame on the bus; one too many is dropped.</summary>
        public void Put(uint id, bool isExtended, byte[] data, int length)
        {
            if (WaitingCount == Capacity)
            {
                return;
            }

            CanFrame frame = _waiting[(_first + WaitingCount) % Capacity];
            WaitingCount++;
            frame.Id = id;
            frame.IsExtended = isExtended;
            frame.Length = length;
            for (int i = 0; i < length; i++)
            {
                frame.Data[i] = data[i];
            }
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            if (WaitingCount == 0)
            {
                return false;
            }

            Copy(_waiting[_first], frame);
            _first = (_first + 1) % Capacity;
            WaitingCount--;
            return true;
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            if (RefusesToSend)
            {
                return false;
            }

            if (SentCount < Capacity)
            {
                Copy(frame, _sent[SentCount]);
                SentCount++;
            }

            return true;
        }

        /// <summary>One of the frames sent, the oldest first.</summary>
        public CanFrame Sent(int index)
        {
            return _sent[index];
        }

        /// <summary>Forgets what was sent.</summary>
        public void ForgetSent()
        {
            SentCount = 0;
        }

        /// <summary>The newest kept frame of an identifier, or null.</summary>
        public CanFrame LastSent(uint id)
        {
            for (int i = SentCount - 1; i >= 0; i--)
            {
                if (_sent[i].Id == id)
                {
                    return _sent[i];
                }
            }

            return null;
        }

        private static void Copy(CanFrame from, CanFrame to)
        {
            to.Id = from.Id;
            to.IsExtended = from.IsExtended;
            to.Length = from.Length;
            for (int i = 0; i < from.Length; i++)
            {
                to.Data[i] = from.Data[i];
            }
        }
    }
}
