using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>Reads the controller's own frames whose CRC is right, as a host would; decodes when asked, so that it costs nothing while nobody looks.</summary>
    internal sealed class DiagPort : IDiagPort, ICanTap
    {
        private static readonly uint[] StatusIds = [FaultStatus.Id, FaultStatus2.Id, FaultStatus3.Id];

        // The data id of the controller's frames is their identifier.
        private static readonly uint[] Kept = [PackStatus.Id, StateEstimates.Id, .. StatusIds];
        private static readonly int EventSeed = E2eProfile1.SeedOf(FaultEvent.DataId);

        private readonly int[] _seeds = [.. Kept.Select(id => E2eProfile1.SeedOf((int)id))];
        private readonly byte[][] _last = [.. Kept.Select(_ => new byte[8])];
        private readonly bool[] _heard = new bool[Kept.Length];
        private readonly HostNode _host;
        private readonly List<FaultChange> _history = new();
        private byte[] _data = new byte[8];

        public DiagPort(INetworkPort network, HostNode host)
        {
            _host = host;
            network.Observe(this);
        }

        public int State => Load(PackStatus.Id) ? PackStatus.UnpackState(_data) : -1;

        public int Severity => Load(PackStatus.Id) ? PackStatus.UnpackSeverity(_data) : -1;

        public double Soc
        {
            get
            {
                int value = Load(StateEstimates.Id) ? StateEstimates.UnpackSocCentiPct(_data) : SignalValue.NotAvailable;
                return value == SignalValue.NotAvailable ? double.NaN : value * 1e-4;
            }
        }

        public IReadOnlyList<FaultChange> FaultHistory => _history;

        public int SeverityOf(int fault)
        {
            int bit = BitOf(fault);
            return Load(StatusIds[fault / FaultTable.RowsPerStatus]) ? (_data[bit / 8] >> (bit % 8)) & 3 : 0;
        }

        public IEnumerable<int> ActiveFaults()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (SeverityOf(fault) != 0)
                {
                    yield return fault;
                }
            }
        }

        public void ClearFaults() => _host.ClearFaults();

        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            if (isExtended)
            {
                return;
            }

            int at = Array.IndexOf(Kept, id);
            if (at >= 0)
            {
                if (E2eProfile1.HasValidCrcWithSeed(data, length, _seeds[at]))
                {
                    data.AsSpan(0, length).CopyTo(_last[at]);
                    _heard[at] = true;
                }

                return;
            }

            if (id == FaultEvent.Id && E2eProfile1.HasValidCrcWithSeed(data, length, EventSeed) && FaultEvent.UnpackFaultId(data) is >= 0 and < FaultId.Count)
            {
                var change = new FaultChange(timeUs, FaultEvent.UnpackFaultId(data), FaultEvent.UnpackFaultSeverity(data), FaultEvent.UnpackValue(data), FaultEvent.UnpackElement(data));
                _history.Add(change);
                Note(change.Fault, change.Severity);
            }
        }

        // Two bits for each row in the order of their numbers, behind CRC and counter; a test compares this with the catalogue.
        private static int BitOf(int fault) => 12 + (2 * (fault % FaultTable.RowsPerStatus));

        // The status frames repeat what the events told; until the next one the event counts.
        private void Note(int fault, int severity)
        {
            int at = Array.IndexOf(Kept, StatusIds[fault / FaultTable.RowsPerStatus]);
            int bit = BitOf(fault);
            _last[at][bit / 8] = (byte)((_last[at][bit / 8] & ~(3 << (bit % 8))) | (severity << (bit % 8)));
            _heard[at] = true;
        }

        private bool Load(uint id)
        {
            int at = Array.IndexOf(Kept, id);
            _data = _last[at];
            return _heard[at];
        }
    }
}
