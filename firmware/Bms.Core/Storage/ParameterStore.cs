using Bms.Core.Configuration;

namespace Bms.Core.Storage
{
    /// <summary>The parameter block on the medium.</summary>
    public sealed class ParameterStore
    {
        /// <summary>Bytes that a slot must hold.</summary>
        public const int BlockLength = ParameterBlock.StoredLength + Journal.Overhead;

        private readonly Journal _journal;
        private readonly byte[] _data;

        /// <param name="store">Slots of at least <see cref="BlockLength"/> bytes.</param>
        /// <param name="firstBlock">First of the two slots that belong to the parameters.</param>
        public ParameterStore(BlockStore store, int firstBlock)
        {
            _journal = new Journal(store, firstBlock, ParameterBlock.Version);
            _data = new byte[_journal.MaxLength];
        }

        /// <summary>Fetches the stored block. Where nothing good is stored, <paramref name="block"/> keeps the values it had.</summary>
        /// <param name="block">Block with the defaults.</param>
        /// <returns>One of <see cref="StorageStatus"/>.</returns>
        public int Load(ParameterBlock block)
        {
            int status = _journal.Load(_data);
            if (status != StorageStatus.Ok && status != StorageStatus.OneSlotDamaged)
            {
                return status;
            }

            int load = block.Load(_data, _journal.Length);
            return load == ParameterLoad.Ok ? status : load == ParameterLoad.OtherVersion ? StorageStatus.OtherVersion : StorageStatus.Refused;
        }

        /// <summary>Stores a block. One that the firmware would refuse is not stored.</summary>
        /// <param name="block">Block to store.</param>
        /// <returns>False where it is invalid or the medium refused; what was stored before still stands.</returns>
        public bool Save(ParameterBlock block)
        {
            if (block.FirstInvalid() >= 0)
            {
                return false;
            }

            block.Store(_data);
            return _journal.Save(_data, ParameterBlock.StoredLength);
        }
    }
}
