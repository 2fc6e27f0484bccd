using Bms.Core.Messages;

namespace Bms.Core.Storage
{
    /// <summary>State of charge, what the estimators have learnt, and counters on the medium.</summary>
    public sealed class PackStateStore
    {
        /// <summary>Layout of the stored state.</summary>
        public const int Version = 7;

        /// <summary>Bytes that a slot must hold.</summary>
        public const int BlockLength = DataLength + Journal.Overhead;

        private const int DataLength = 33 * 4;
        private const int HysteresisZero = PackState.MostHysteresis + 1;

        private readonly Journal _journal;
        private readonly byte[] _data;
        private readonly PackState _candidate = new PackState();

        /// <param name="store">Slots of at least <see cref="BlockLength"/> bytes.</param>
        /// <param name="firstBlock">First of the two slots that belong to the state.</param>
        public PackStateStore(BlockStore store, int firstBlock)
        {
            _journal = new Journal(store, firstBlock, Version);
            _data = new byte[_journal.MaxLength];
            IsFast = store.IsFast;
        }

        /// <summary>True where the state may be saved with closed contactors.</summary>
        public bool IsFast { get; }

        /// <summary>Fetches the stored state. Where nothing good is stored, <paramref name="state"/> keeps the values it had.</summary>
        /// <param name="state">State with the defaults.</param>
        /// <returns>One of <see cref="StorageStatus"/>.</returns>
        public int Load(PackState state)
        {
            int status = _journal.Load(_data);
            if (status != StorageStatus.Ok && status != StorageStatus.OneSlotDamaged)
            {
                return status;
            }

            if (_journal.Length != DataLength)
            {
                return StorageStatus.Refused;
            }

            Take(_candidate);
            if (!_candidate.IsPlausible)
            {
                return StorageStatus.Refused;
            }

            Take(state);
            return status;
        }

        /// <summary>Stores the state. An implausible one is not stored.</summary>
        /// <param name="state">State to store.</param>
        /// <returns>False where it is implausible or the medium refused; what was stored before still stands.</returns>
        public bool Save(PackState state)
        {
            if (!state.IsPlausible)
            {
                return false;
            }

            LittleEndian.PutUInt(_data, 0, (uint)state.LowestSocCentiPct);
            LittleEndian.PutUInt(_data, 4, (uint)state.HighestSocCentiPct);
            LittleEndian.PutUInt(_data, 8, state.StartCount);
            LittleEndian.PutUInt(_data, 12, state.OperatingMinutes);
            LittleEndian.PutUInt(_data, 16, state.ChargedAh);
            LittleEndian.PutUInt(_data, 20, state.DischargedAh);
            LittleEndian.PutUInt(_data, 24, state.ContactorCycles);
            LittleEndian.PutUInt(_data, 28, state.TripCount);
            LittleEndian.PutUInt(_data, 32, state.NegativeCycles);
            LittleEndian.PutUInt(_data, 36, state.PrechargeCycles);
            for (int i = 0; i < state.LoadOpenings.Length; i++)
            {
                LittleEndian.PutUInt(_data, 40 + i * 4, state.LoadOpenings[i]);
            }

            LittleEndian.PutUInt(_data, 64, state.ServiceLatches);
            LittleEndian.PutUInt(_data, 68, (uint)state.MeanSocCentiPct);
            LittleEndian.PutUInt(_data, 72, (uint)state.SocSigmaCentiPct);
            LittleEndian.PutUInt(_data, 76, (uint)state.BiasPpm);
            LittleEndian.PutUInt(_data, 80, (uint)state.BiasSigmaPpm);
            LittleEndian.PutUInt(_data, 84, (uint)state.CapacityMah);
            LittleEndian.PutUInt(_data, 88, (uint)state.CapacitySigmaMah);
            LittleEndian.PutUInt(_data, 92, (uint)state.ResistancePermille);
            LittleEndian.PutUInt(_data, 96, (uint)state.ParkedDeciC);
            LittleEndian.PutUInt(_data, 100, (uint)state.ParkedMv);
            LittleEndian.PutUInt(_data, 104, (uint)state.PrechargeHeatPermille);
            LittleEndian.PutUInt(_data, 108, (uint)state.RestS);
            LittleEndian.PutUInt(_data, 112, (uint)state.SleepS);
            LittleEndian.PutUInt(_data, 116, (uint)state.RestSinceS);
            LittleEndian.PutUInt(_data, 120, (uint)state.ClockS);
            LittleEndian.PutUInt(_data, 124, (uint)state.ClockId);
            LittleEndian.PutUShort(_data, 128, state.ResistanceSigmaPermille);

            // These two bytes were zero in every record before there was a hysteresis: 0 is one that is not known.
            LittleEndian.PutUShort(_data, 130, state.HysteresisPermille == SignalValue.NotAvailable ? 0 : state.HysteresisPermille + HysteresisZero);
            return _journal.Save(_data, DataLength);
        }

        private void Take(PackState state)
        {
            state.LowestSocCentiPct = (int)LittleEndian.GetUInt(_data, 0);
            state.HighestSocCentiPct = (int)LittleEndian.GetUInt(_data, 4);
            state.StartCount = LittleEndian.GetUInt(_data, 8);
            state.OperatingMinutes = LittleEndian.GetUInt(_data, 12);
            state.ChargedAh = LittleEndian.GetUInt(_data, 16);
            state.DischargedAh = LittleEndian.GetUInt(_data, 20);
            state.ContactorCycles = LittleEndian.GetUInt(_data, 24);
            state.TripCount = LittleEndian.GetUInt(_data, 28);
            state.NegativeCycles = LittleEndian.GetUInt(_data, 32);
            state.PrechargeCycles = LittleEndian.GetUInt(_data, 36);
            for (int i = 0; i < state.LoadOpenings.Length; i++)
            {
                state.LoadOpenings[i] = LittleEndian.GetUInt(_data, 40 + i * 4);
            }

            state.ServiceLatches = LittleEndian.GetUInt(_data, 64);
            state.MeanSocCentiPct = (int)LittleEndian.GetUInt(_data, 68);
            state.SocSigmaCentiPct = (int)LittleEndian.GetUInt(_data, 72);
            state.BiasPpm = (int)LittleEndian.GetUInt(_data, 76);
            state.BiasSigmaPpm = (int)LittleEndian.GetUInt(_data, 80);
            state.CapacityMah = (int)LittleEndian.GetUInt(_data, 84);
            state.CapacitySigmaMah = (int)LittleEndian.GetUInt(_data, 88);
            state.ResistancePermille = (int)LittleEndian.GetUInt(_data, 92);
            state.ParkedDeciC = (int)LittleEndian.GetUInt(_data, 96);
            state.ParkedMv = (int)LittleEndian.GetUInt(_data, 100);
            state.PrechargeHeatPermille = (int)LittleEndian.GetUInt(_data, 104);
            state.RestS = (int)LittleEndian.GetUInt(_data, 108);
            state.SleepS = (int)LittleEndian.GetUInt(_data, 112);
            state.RestSinceS = (int)LittleEndian.GetUInt(_data, 116);
            state.ClockS = (int)LittleEndian.GetUInt(_data, 120);
            state.ClockId = (int)LittleEndian.GetUInt(_data, 124);
            state.ResistanceSigmaPermille = LittleEndian.GetUShort(_data, 128);
            int hysteresis = LittleEndian.GetUShort(_data, 130);
            state.HysteresisPermille = hysteresis == 0 ? SignalValue.NotAvailable : hysteresis - HysteresisZero;
        }
    }
}
