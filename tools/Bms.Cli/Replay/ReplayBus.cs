using System.Buffers.Binary;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Cli.Replay
{
    /// <summary>A bus in memory between one firmware and the senders of a replay: what is sent arrives in the next cycle.</summary>
    internal sealed class ReplayBus : CanPort
    {
        private const int Capacity = 16;

        private readonly uint[] _ids = new uint[Capacity];
        private readonly int[] _lengths = new int[Capacity];
        private readonly ulong[] _payloads = new ulong[Capacity];
        private readonly byte[] _data = new byte[8];
        private readonly List<ReplayFault> _faults = [];
        private int _first;
        private int _count;

        /// <summary>Time that faults are noted with, in s.</summary>
        public double TimeS { get; set; }

        /// <summary>Last state of charge told, in 0.01 %, or not available.</summary>
        public int SocCentiPct { get; private set; } = SignalValue.NotAvailable;

        /// <summary>Last uncertainty told, in 0.1 %, or not available.</summary>
        public int UncertaintyPermille { get; private set; } = SignalValue.NotAvailable;

        /// <summary>What was told about faults.</summary>
        public IReadOnlyList<ReplayFault> Faults => _faults;

        public override uint ReceiveOverflowCount => 0;

        /// <summary>Puts a frame on the bus.</summary>
        public void Put(uint id, byte[] data, int length)
        {
            int at = (_first + _count++) & (Capacity - 1);
            _ids[at] = id;
            _lengths[at] = length;
            _payloads[at] = BinaryPrimitives.ReadUInt64LittleEndian(data);
        }

        public override bool TryReceive(CanFrame frame)
        {
            if (_count == 0)
            {
                return false;
            }

            frame.Id = _ids[_first];
            frame.IsExtended = false;
            frame.Length = _lengths[_first];
            BinaryPrimitives.WriteUInt64LittleEndian(frame.Data, _payloads[_first]);
            _first = (_first + 1) & (Capacity - 1);
            _count--;
            return true;
        }

        public override bool TrySend(CanFrame frame)
        {
            if (frame.Id == StateEstimates.Id)
            {
                SocCentiPct = StateEstimates.UnpackSocCentiPct(frame.Data);
                UncertaintyPermille = StateEstimates.UnpackSocUncertaintyPermille(frame.Data);
            }
            else if (frame.Id == FaultEvent.Id)
            {
                byte[] d = frame.Data;
                _faults.Add(new ReplayFault(TimeS, FaultEvent.UnpackFaultId(d), FaultEvent.UnpackFaultSeverity(d), FaultEvent.UnpackValue(d)));
            }

            return true;
        }

        /// <summary>Protects a frame and puts it on the bus.</summary>
        public void Seal(uint id, int length, byte[] data, ref int counter)
        {
            if (id is >= ModuleVoltagesA.BaseId and < ModuleTemperatures.BaseId + ModuleTemperatures.Count)
            {
                E2eProfile1.ProtectAtEnd(data, length, E2eProfile1.SeedOf((int)id), counter);
            }
            else
            {
                E2eProfile1.Protect(data, length, (int)id, counter);
            }

            counter = counter == E2eProfile1.MaxCounter ? 0 : counter + 1;
            Put(id, data, length);
        }

        /// <summary>A payload to fill; valid until the next call.</summary>
        public byte[] Blank()
        {
            Array.Clear(_data);
            return _data;
        }
    }
}
