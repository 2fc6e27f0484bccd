namespace Bms.Core.Storage
{
    /// <summary>How stored data came back.</summary>
    public static class StorageStatus
    {
        /// <summary>The newest record is good.</summary>
        public const int Ok = 0;

        /// <summary>The other slot is damaged, as by a power cut while it was written; the last complete record was taken.</summary>
        public const int OneSlotDamaged = 1;

        /// <summary>Nothing was ever stored; the caller's defaults stand.</summary>
        public const int Empty = 2;

        /// <summary>There is something, and none of it is good; the caller's defaults stand.</summary>
        public const int Damaged = 3;

        /// <summary>The newest record was written by a firmware with another layout; the caller's defaults stand.</summary>
        public const int OtherVersion = 4;

        /// <summary>The record is undamaged, but what it says is refused; the caller's defaults stand.</summary>
        public const int Refused = 5;
    }
}
