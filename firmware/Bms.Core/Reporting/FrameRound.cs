using Bms.Core.Measurement;

namespace Bms.Core.Reporting
{
    /// <summary>Frames that take turns: one after another, each with a counter of its own.</summary>
    /// <remarks>For what nobody's safety hangs on: the whole round is one row in the reporter's schedule. Allocates nothing after construction.</remarks>
    public abstract class FrameRound
    {
        private readonly CanPort _port;
        private readonly CanFrame _frame = new CanFrame();
        private readonly uint[] _ids;
        private readonly int[] _seed;
        private readonly byte[] _counter;
        private int _next;

        /// <param name="port">The bus.</param>
        /// <param name="ids">Identifiers of the frames in their order; data ids too. All have 8 bytes.</param>
        protected FrameRound(CanPort port, uint[] ids)
        {
            _port = port;
            _ids = ids;
            _seed = new int[ids.Length];
            _counter = new byte[ids.Length];
            for (int i = 0; i < ids.Length; i++)
            {
                _seed[i] = E2eProfile1.SeedOf((int)ids[i]);
            }

            _frame.Length = 8;
        }

        /// <summary>Frames that the transmit queue refused since start; wraps.</summary>
        public uint RefusedSends { get; private set; }

        /// <summary>Sends the frame whose turn it is.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        public void SendNext(BatteryController controller)
        {
            int turn = _next;
            _next = turn == _ids.Length - 1 ? 0 : turn + 1;
            CanFrame frame = _frame;
            byte[] data = frame.Data;
            System.Array.Clear(data, 0, data.Length);
            Fill(turn, controller, data);
            frame.Id = _ids[turn];
            E2eProfile1.ProtectWithSeed(data, 8, _seed[turn], _counter[turn]);
            _counter[turn] = FrameCheck.Next[_counter[turn]];
            if (!_port.TrySend(frame))
            {
                RefusedSends++;
            }
        }

        /// <summary>Writes the values of a frame; counter and CRC come after it.</summary>
        /// <param name="turn">Which one, from 0.</param>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="data">Payload, all zeros.</param>
        protected abstract void Fill(int turn, BatteryController controller, byte[] data);
    }
}
